//! The GPU engine: walks the same Programs as the CPU engine, with WGSL compute shaders.
//!
//! One command buffer and one pass a run, one readback a read; pipelines, buffers and bind groups
//! are made once and kept. Written for the limits that every WebGPU device grants: a table that
//! is larger than one binding lies in several pieces.
//!
//! What goes in is recorded in `recording.rs`, what comes out is read in `reading.rs`.

mod buffers;
mod packing;
mod pipelines;
mod readback;
mod reading;
mod recording;

use super::EngineError;
use super::cpu::euclidean;
use super::device::GpuDevice;
use super::resident::Resident;
use crate::model::{GptConfig, Part, Precision, Program, Sink, SiteName, Slot, TensorName};
use buffers::Buffers;
use pipelines::Pipelines;
use readback::Staging;
use recording::Destination;
use std::collections::HashMap;
use wgpu::BindGroup;

/// Activations may take this much of the GPU's memory.
const BUDGET_BYTES: u64 = 1 << 30;
/// Rows of logits that are computed at a time: 32 MB of them.
const ANSWER_VALUES: usize = 8 << 20;
/// Positions times parameters in one submit: 8 GFLOP, 0.1 s or less on a weak GPU.
const SUBMIT_WORK: u64 = 4 << 30;

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
                self.take(&program)?;
            }
        }
        self.resident.settle(tokens);
        Ok(computed)
    }

    /// Submits a program's steps; a read waits for them.
    pub fn take(&mut self, program: &Program) -> Result<(), EngineError> {
        self.gpu.check()?;
        let mut encoder = self.encoder();
        self.record(&mut encoder, program);
        self.submit(encoder);
        Ok(())
    }

    /// Writes over resident values, from value `start` of the site on.
    pub fn write_row(&mut self, name: SiteName, start: usize, values: &[f32]) {
        let buffer = &self.buffers[Slot::Site(name)].pieces[0].buffer;
        self.gpu.queue.write_buffer(buffer, 4 * start as u64, bytemuck::cast_slice(values));
    }
}

impl GpuEngine {
    /// How it keeps matrices and tables.
    pub fn precision(&self) -> Precision {
        self.buffers.precision
    }

    /// Makes one weight of a learned row exactly another number, and rounds no other by that: in eight bits it has
    /// a place of its own, for a row's scale would have to follow it. (In f16 it is rounded as any number.)
    pub fn turn_weight(&mut self, name: TensorName, row: usize, learned: &[f32], (column, value): (usize, f32)) {
        if self.precision() == Precision::Int8 && name.is_matrix() {
            let stored = self.buffers.write_exact(&self.gpu.queue, name, row, learned, (column, value));
            self.measure(name, row, &stored);
        } else {
            let mut turned = learned.to_vec();
            turned[column] = value;
            self.rows(name, row, &turned);
        }
    }

    /// The lengths of the token table's rows, which are asked for by themselves.
    fn measure(&mut self, name: TensorName, first_row: usize, stored: &[f32]) {
        if name.part == Part::TokenTable {
            self.resident.common = None;
            let width = self.resident.config.width;
            for (norm, row) in self.norms[first_row..].iter_mut().zip(stored.chunks(width)) {
                *norm = euclidean(row);
            }
        }
    }
}

impl Sink for GpuEngine {
    fn rows(&mut self, name: TensorName, first_row: usize, values: &[f32]) {
        let stored = self.buffers.write_rows(&self.gpu.queue, name, first_row, values);
        self.measure(name, first_row, &stored);
    }
}
