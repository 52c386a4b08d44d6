//! Programs become command buffers: each step a dispatch, once for every piece of the table that it
//! reads.

use super::GpuEngine;
use super::buffers::Piece;
use super::pipelines::{PARAMS_STRIDE, Shader};
use crate::model::{Kernel, Params, Program, Slot, Step};
use wgpu::{BindGroup, CommandEncoder, ComputePassDescriptor};

/// From this many positions on, tiles beat one workgroup a position.
const TILE_ROWS: u32 = 5;

/// What a bind group is looked up by, besides what it reads: its shader, the slot it writes, the
/// piece of the table.
pub(super) type Destination = (Shader, Slot, usize);

/// One dispatch, ready to be recorded.
struct Dispatch {
    shader: Shader,
    group: BindGroup,
    params_offset: u32,
    grid: [u32; 3],
}

impl GpuEngine {
    pub(super) fn encoder(&mut self) -> CommandEncoder {
        // What was recorded and then given up is not submitted.
        self.arena.clear();
        self.gpu.device.create_command_encoder(&Default::default())
    }

    /// Records a program as one compute pass.
    pub(super) fn record(&mut self, encoder: &mut CommandEncoder, program: &Program) {
        let dispatches: Vec<_> = program.steps.iter().flat_map(|step| self.dispatches(step)).collect();
        let mut pass = encoder.begin_compute_pass(&ComputePassDescriptor::default());
        let mut current = None;
        for d in &dispatches {
            if current != Some(d.shader) {
                pass.set_pipeline(self.pipelines.pipeline(d.shader));
                current = Some(d.shader);
            }
            pass.set_bind_group(0, &d.group, &[d.params_offset]);
            pass.dispatch_workgroups(d.grid[0], d.grid[1], d.grid[2]);
        }
        self.counts.dispatches += dispatches.len();
    }

    /// A step, once for every piece of the table that it reads.
    fn dispatches(&mut self, step: &Step) -> Vec<Dispatch> {
        let table = match step.kernel {
            Kernel::Embed | Kernel::Unembed => Some(step.reads[1]),
            _ => None,
        };
        let pieces = table.map_or(1, |slot| self.buffers[slot].pieces.len());
        let dispatch = |piece: usize| {
            let mut params = step.params;
            if let Some(slot) = table {
                let Piece { first_row, rows, .. } = self.buffers[slot].pieces[piece];
                restrict(&mut params, first_row, rows);
            }
            let shader = Shader::of(step.kernel, few_rows(&params));
            let params_offset = self.arena.len() as u32;
            self.arena.extend_from_slice(params.bytes());
            self.arena.resize(self.arena.len().next_multiple_of(PARAMS_STRIDE), 0);
            let group = self.bind_group(shader, step, piece);
            Dispatch { shader, group, params_offset, grid: grid(&params, shader) }
        };
        (0..pieces).map(dispatch).collect()
    }

    /// The bind group of a step, made once.
    fn bind_group(&mut self, shader: Shader, step: &Step, piece: usize) -> BindGroup {
        let known = self.bind_groups.entry((shader, step.write, piece)).or_default();
        if let Some((_, group)) = known.iter().find(|(reads, _)| *reads == step.reads) {
            return group.clone();
        }
        let reads = step.reads.iter().map(|slot| {
            let pieces = &self.buffers[*slot].pieces;
            &pieces[piece.min(pieces.len() - 1)].buffer
        });
        let write = &self.buffers[step.write].pieces[0].buffer;
        let buffers: Vec<_> = reads.chain([write]).collect();
        let group = self.pipelines.bind_group(&self.gpu.device, shader, &self.buffers.params, &buffers);
        self.counts.bind_groups += 1;
        known.push((step.reads.clone(), group.clone()));
        group
    }

    pub(super) fn submit(&mut self, encoder: CommandEncoder) {
        self.buffers.write_params(&self.gpu, &self.arena);
        self.arena.clear();
        self.gpu.queue.submit([encoder.finish()]);
        self.counts.submits += 1;
    }
}

/// Keeps a table's kernel to one piece of the table.
fn restrict(params: &mut Params, first_row: u32, rows: u32) {
    match params {
        Params::Embed(p) => (p.table_first, p.table_rows) = (first_row, rows),
        Params::Unembed(p) => (p.vocab_first, p.vocab_rows) = (first_row, rows),
        _ => {}
    }
}

fn few_rows(params: &Params) -> bool {
    matches!(params, Params::Linear(p) if p.rows < TILE_ROWS)
}

/// How many workgroups cover a dispatch. No dimension may exceed 65,535.
fn grid(params: &Params, shader: Shader) -> [u32; 3] {
    let flat = |count: u32| {
        let groups = count.div_ceil(64);
        let wide = groups.min(32768);
        [wide, groups.div_ceil(wide.max(1)), 1]
    };
    match *params {
        Params::Embed(p) => [p.width.div_ceil(64), p.rows, 1],
        Params::LayerNorm(p) => [p.rows, 1, 1],
        Params::Linear(p) if shader.is_row() => [p.outer.div_ceil(64), p.rows, 1],
        Params::Linear(p) => [p.outer.div_ceil(64), p.rows.div_ceil(32), 1],
        Params::Attention(p) => match shader.kernel {
            Kernel::AttentionScores => [p.capacity.div_ceil(64), p.rows, p.heads],
            Kernel::Softmax => [p.rows, p.heads, 1],
            _ => [(p.heads * p.head_size).div_ceil(64), p.rows, 1],
        },
        Params::Gelu(p) => flat(p.count),
        Params::Add(p) => flat(p.count),
        Params::Unembed(p) => {
            let groups = p.vocab_rows.div_ceil(8);
            [groups.min(32768), p.rows.div_ceil(4), groups.div_ceil(32768)]
        }
    }
}
