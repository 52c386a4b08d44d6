//! The GPU engine: walks the same Programs as the CPU engine, with WGSL compute shaders.
//!
//! One command buffer and one pass a run, one readback a read; pipelines, buffers and bind groups
//! are made once and kept. Written for the limits that every WebGPU device grants: a table that
//! is larger than one binding lies in several pieces.

mod buffers;
mod pipelines;
mod readback;

use super::EngineError;
use super::cpu::euclidean;
use super::device::GpuDevice;
use super::resident::{Answers, Resident, lens_batches};
use crate::model::{GptConfig, Kernel, Params, Part, Precision, Program, Sink, Slot, Step, TensorName};
use crate::trace::{Entry, Layout, Tap};
use buffers::{Buffers, Piece};
use pipelines::{PARAMS_STRIDE, Pipelines, Shader};
use readback::{Region, Staging};
use std::collections::HashMap;
use wgpu::{BindGroup, CommandEncoder, ComputePassDescriptor};

/// Activations may take this much of the GPU's memory.
const BUDGET_BYTES: u64 = 1 << 30;
/// Rows of logits that are computed at a time: 32 MB of them.
const ANSWER_VALUES: usize = 8 << 20;
/// Positions times parameters in one submit: 8 GFLOP, 0.1 s or less on a weak GPU.
const SUBMIT_WORK: u64 = 4 << 30;
/// From this many positions on, tiles beat one workgroup a position.
const TILE_ROWS: u32 = 5;

/// What the engine did so far, for tests and benchmarks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub dispatches: usize,
    pub submits: usize,
    pub bind_groups: usize,
    pub bytes_read: usize,
}

/// A model's weights and its resident run, in GPU buffers.
pub struct GpuEngine {
    pub resident: Resident,
    /// Euclidean length of each row of the token table, of the weights as stored.
    pub norms: Vec<f32>,
    pub counts: Counts,
    gpu: GpuDevice,
    pipelines: Pipelines,
    buffers: Buffers,
    staging: Staging,
    bind_groups: HashMap<Destination, Vec<(Vec<Slot>, BindGroup)>>,
    /// Uniforms of all dispatches since the last submit.
    arena: Vec<u8>,
}

/// What a bind group is looked up by, besides what it reads: its shader, the slot it writes, the
/// piece of the table.
type Destination = (Shader, Slot, usize);

/// One dispatch, ready to be recorded.
struct Dispatch {
    shader: Shader,
    group: BindGroup,
    params_offset: u32,
    grid: [u32; 3],
}

impl GpuEngine {
    /// An engine for a model of this shape, weights still to come through [`Sink`].
    pub async fn new(gpu: GpuDevice, config: &GptConfig, precision: Precision) -> Result<Self, EngineError> {
        let limits = gpu.device.limits();
        let largest = limits.max_storage_buffer_binding_size.min(limits.max_buffer_size);
        Self::with_pieces(gpu, config, precision, largest).await
    }

    /// The same, with tables in pieces of at most `largest_piece` bytes.
    pub async fn with_pieces(
        gpu: GpuDevice,
        config: &GptConfig,
        precision: Precision,
        largest_piece: u64,
    ) -> Result<Self, EngineError> {
        let limits = gpu.device.limits();
        let resident = Resident::new(config, BUDGET_BYTES, limits.max_storage_buffer_binding_size);
        let pipelines = Pipelines::new(&gpu.device, precision);
        let answer_rows = (ANSWER_VALUES / config.vocab).clamp(1, 1 << 12);
        let buffers =
            gpu.guarded(|| Buffers::new(&gpu.device, config, precision, answer_rows, largest_piece)).await??;
        Ok(Self {
            resident,
            norms: vec![0.0; config.vocab],
            counts: Counts::default(),
            pipelines,
            buffers,
            staging: Staging::default(),
            bind_groups: HashMap::new(),
            arena: Vec::new(),
            gpu,
        })
    }

    /// See [`super::Engine::check`].
    pub fn check(&self) -> Result<(), EngineError> {
        self.gpu.check()
    }

    /// See [`super::Engine::run`]. Returns when the work is submitted; a read waits for it.
    pub async fn run(&mut self, tokens: &[u32]) -> Result<usize, EngineError> {
        self.gpu.check()?;
        let plan = self.resident.plan(tokens)?;
        if let Some(capacity) = plan.grow {
            self.bind_groups.clear();
            // Until the new buffers are there, nothing can be relied upon.
            self.resident.tokens.clear();
            self.resident.capacity = 0;
            let Self { gpu, resident, buffers, .. } = self;
            gpu.guarded(|| buffers.grow(&gpu.device, &resident.config, capacity)).await?;
            self.resident.capacity = capacity;
        }
        self.resident.unsettle(&plan.rows);
        let computed = plan.rows.len();
        if computed > 0 {
            self.buffers.write_tokens(&self.gpu.queue, tokens);
            // A keystroke is one submit; a long text on a large model is several, so that none holds
            // the GPU so long that the system takes it for hung.
            let each = (SUBMIT_WORK / self.resident.config.parameters().max(1)).clamp(16, 4096) as usize;
            for start in plan.rows.clone().step_by(each) {
                let rows = start..(start + each).min(plan.rows.end);
                let program = Program::forward(&self.resident.config, rows, self.resident.capacity);
                let mut encoder = self.encoder();
                self.record(&mut encoder, &program);
                self.submit(encoder);
            }
        }
        self.resident.settle(tokens);
        Ok(computed)
    }

    /// See [`super::Engine::read`].
    pub async fn read(&mut self, taps: &[Tap]) -> Result<(Layout, Vec<f32>), EngineError> {
        if self.resident.tokens.is_empty() {
            return Err(EngineError::Empty);
        }
        let config = self.resident.config.clone();
        let layout = Layout::new(taps, &config, self.resident.tokens.len());
        let mut values = vec![f32::NAN; layout.len()];
        let most = (self.gpu.device.limits().max_buffer_size / 8).min(1 << 28) as usize;
        for part in parts(&layout, most, self.resident.capacity) {
            let mut encoder = self.encoder();
            let mut regions = Vec::new();
            self.staging.reserve(&self.gpu, staged_values(&part, self.resident.capacity))?;
            self.copy_resident(&mut encoder, &part, &mut regions);
            for batch in lens_batches(&part, &config, self.buffers.answer_rows) {
                let program = Program::lens(&config, &batch.points);
                self.record(&mut encoder, &program);
                for (row, targets) in batch.targets.iter().enumerate() {
                    let from = (&self.buffers[Slot::Answer].pieces[0].buffer, row * config.vocab);
                    let region = Region { rows: 1, stride: config.vocab, width: config.vocab, to: targets.clone() };
                    regions.push((self.staging.copy(&mut encoder, from, &region), region));
                }
            }
            self.submit(encoder);
            self.counts.bytes_read += self.staging.fetch(&self.gpu, &regions, &mut values).await?;
        }
        Ok((layout, values))
    }

    /// Runs a program outside a run and gives its answer.
    pub async fn ask(&mut self, program: &Program, ids: &[u32], answers: Answers) -> Result<Vec<f32>, EngineError> {
        self.gpu.check()?;
        let GptConfig { width, vocab, .. } = self.resident.config;
        let mut values = Vec::new();
        // More ids than the scratch has room for are asked in turns.
        for ids in ids.chunks(self.buffers.answer_rows) {
            self.buffers.write_asked(&self.gpu.queue, ids);
            let program = match answers {
                Answers::Rows => &Program::token_rows(&self.resident.config, ids.len()),
                Answers::Dots => program,
            };
            let mut encoder = self.encoder();
            self.record(&mut encoder, program);
            let (slot, length) = match answers {
                Answers::Rows => (Slot::Asked, width),
                Answers::Dots => (Slot::Answer, vocab),
            };
            let count = ids.len() * length;
            let region = Region { rows: 1, stride: count, width: count, to: vec![0] };
            self.staging.reserve(&self.gpu, count)?;
            let from = (&self.buffers[slot].pieces[0].buffer, 0);
            let regions = [(self.staging.copy(&mut encoder, from, &region), region)];
            self.submit(encoder);
            let mut part = vec![f32::NAN; count];
            self.counts.bytes_read += self.staging.fetch(&self.gpu, &regions, &mut part).await?;
            values.extend(part);
        }
        Ok(values)
    }

    fn copy_resident(&mut self, encoder: &mut CommandEncoder, layout: &Layout, regions: &mut Vec<(usize, Region)>) {
        let (config, capacity) = (&self.resident.config, self.resident.capacity);
        for entry in layout.entries.iter().filter(|e| !e.name.site.on_demand()) {
            let stride = entry.name.site.row_width(config, capacity);
            for (i, head) in entry.heads.clone().enumerate() {
                let from = (head * capacity + entry.rows.start) * stride;
                let to = entry.offset + i * entry.rows.len() * entry.width;
                let region = Region { rows: entry.rows.len(), stride, width: entry.width, to: vec![to] };
                let buffer = &self.buffers[Slot::Site(entry.name)].pieces[0].buffer;
                regions.push((self.staging.copy(encoder, (buffer, from), &region), region));
            }
        }
    }

    fn encoder(&self) -> CommandEncoder {
        self.gpu.device.create_command_encoder(&Default::default())
    }

    /// Records a program as one compute pass.
    fn record(&mut self, encoder: &mut CommandEncoder, program: &Program) {
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

    fn submit(&mut self, encoder: CommandEncoder) {
        self.buffers.write_params(&self.gpu, &self.arena);
        self.arena.clear();
        self.gpu.queue.submit([encoder.finish()]);
        self.counts.submits += 1;
    }
}

impl Sink for GpuEngine {
    fn rows(&mut self, name: TensorName, first_row: usize, values: &[f32]) {
        let stored = self.buffers.write_rows(&self.gpu.queue, name, first_row, values);
        if name.part == Part::TokenTable {
            let width = self.resident.config.width;
            for (norm, row) in self.norms[first_row..].iter_mut().zip(stored.chunks(width)) {
                *norm = euclidean(row);
            }
        }
    }
}

/// How many values a read of this layout copies: maps come with whole rows of `capacity`.
fn staged_values(layout: &Layout, capacity: usize) -> usize {
    let staged = |e: &Entry| if e.name.site.is_map() { e.heads.len() * e.rows.len() * capacity } else { e.len() };
    layout.entries.iter().map(staged).sum()
}

/// Cuts a layout into parts that fit into one readback each; offsets stay as they are.
fn parts(layout: &Layout, most_values: usize, capacity: usize) -> Vec<Layout> {
    let mut parts = vec![Layout::default()];
    for entry in &layout.entries {
        let mut part = parts.pop().unwrap_or_default();
        part.entries.push(entry.clone());
        if part.entries.len() > 1 && staged_values(&part, capacity) > most_values {
            part.entries.pop();
            parts.push(part);
            part = Layout { entries: vec![entry.clone()] };
        }
        parts.push(part);
    }
    parts
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
