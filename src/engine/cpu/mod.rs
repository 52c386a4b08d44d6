//! The CPU engine: each kernel has a twin here, a plain Rust function of the same name and the
//! same calling convention (params, reads, one write). Bit for bit the same whether positions
//! come one by one or all at once: every sum runs in one fixed order.

pub mod add;
pub mod attention_mix;
pub mod attention_scores;
pub mod embed;
pub mod gelu;
pub mod layer_norm;
pub mod linear;
pub mod softmax;
pub mod unembed;
mod vector;

use super::EngineError;
use super::asking::Ask;
use super::pause::{now_ms, pause};
use super::resident::{Resident, lens_batches};
use crate::model::weights::int8;
use crate::model::{
    GptConfig, Kernel, Params, Part, Precision, Program, Sink, SiteName, Slice, Slot, Step, Tensor, TensorName,
};
use crate::trace::{Layout, Tap};
use linear::Panels;
use std::collections::{BTreeMap, HashMap};

/// Activations may take this much: a browser's 32-bit heap has 4 GB for everything.
const BUDGET_BYTES: u64 = if cfg!(target_arch = "wasm32") { 1 << 30 } else { 6 << 30 };
/// A browser's heap holds weights up to this, in f32, beside the activations.
pub const LARGEST_WEIGHTS: Option<u64> = if cfg!(target_arch = "wasm32") { Some(5 << 29) } else { None };
/// Rows of logits that are computed at a time: 64 MB of them.
const ANSWER_VALUES: usize = 16 << 20;
/// Rows of a question outside a run that are computed without a pause: 2 MB of logits.
const ASK_VALUES: usize = 1 << 19;
/// A run pauses about this often.
const TURN_MS: f64 = 12.0;

/// A model's weights and its resident run, in plain memory.
pub struct CpuEngine {
    pub resident: Resident,
    /// Euclidean length of each row of the token table.
    pub norms: Vec<f32>,
    /// `F32`, or `Int8`: rounded to eight bits, so that it holds the numbers that the GPU would hold. Kept in
    /// f32 all the same: that saves no memory here.
    pub precision: Precision,
    weights: BTreeMap<TensorName, Tensor>,
    /// Matrices, cut into panels as `linear` reads them.
    panels: HashMap<TensorName, Panels>,
    values: HashMap<Slot, Vec<f32>>,
    positions: Vec<u32>,
    tokens: Vec<u32>,
    asked_ids: Vec<u32>,
}

impl CpuEngine {
    /// An engine for a model of this shape, weights still to come through [`Sink`]. Eight-bit weights are
    /// rounded as they come; asked for f16, it keeps what the file has.
    pub fn new(config: &GptConfig, precision: Precision) -> Self {
        let is_panel = |name: &TensorName| {
            use Part::{ContractWeight, ExpandWeight, ProjectWeight, QkvWeight};
            matches!(name.part, QkvWeight | ProjectWeight | ExpandWeight | ContractWeight)
        };
        let (in_panels, plain): (Vec<_>, Vec<_>) = TensorName::all(config).into_iter().partition(is_panel);
        let weights = plain.into_iter().map(|name| (name, Tensor::zeros(name.shape(config)))).collect();
        let panels = in_panels.into_iter().map(|name| (name, Panels::zeros(name.shape(config)))).collect();
        Self {
            resident: Resident::new(config, BUDGET_BYTES, i32::MAX as u64),
            norms: vec![0.0; config.vocab],
            precision: if precision == Precision::Int8 { precision } else { Precision::F32 },
            weights,
            panels,
            values: HashMap::new(),
            positions: (0..config.positions as u32).collect(),
            tokens: Vec::new(),
            asked_ids: Vec::new(),
        }
    }

    /// See [`super::Engine::run`].
    pub async fn run(&mut self, tokens: &[u32]) -> Result<usize, EngineError> {
        let plan = self.resident.plan(tokens)?;
        if let Some(capacity) = plan.grow {
            self.grow(capacity);
        }
        self.resident.unsettle(&plan.rows);
        if plan.rows.is_empty() {
            self.resident.settle(tokens);
            return Ok(0);
        }
        self.tokens = tokens.to_vec();
        let computed = plan.rows.len();
        let program = Program::forward(&self.resident.config, plan.rows, self.resident.capacity);
        self.take(&program).await;
        self.resident.settle(tokens);
        Ok(computed)
    }

    /// Takes a program's steps, with pauses.
    pub async fn take(&mut self, program: &Program) {
        let mut turn = now_ms();
        for step in &program.steps {
            self.step(step);
            if now_ms() - turn > TURN_MS {
                pause().await;
                turn = now_ms();
            }
        }
    }

    /// Writes over resident values, from value `start` of the site on.
    pub fn write_row(&mut self, name: SiteName, start: usize, values: &[f32]) {
        if let Some(resident) = self.values.get_mut(&Slot::Site(name)) {
            resident[start..start + values.len()].copy_from_slice(values);
        }
    }

    /// See [`super::Engine::read`].
    pub async fn read(&mut self, taps: &[Tap]) -> Result<(Layout, Vec<f32>), EngineError> {
        if self.resident.tokens.is_empty() {
            return Err(EngineError::Empty);
        }
        let config = self.resident.config.clone();
        let layout = Layout::new(taps, &config, self.resident.tokens.len());
        let mut values = vec![f32::NAN; layout.len()];
        for entry in layout.entries.iter().filter(|e| !e.name.site.on_demand()) {
            let from = &self.values[&Slot::Site(entry.name)];
            let stride = entry.name.site.row_width(&config, self.resident.capacity);
            let rows = entry.heads.clone().flat_map(|h| entry.rows.clone().map(move |r| (h, r)));
            for ((head, row), to) in rows.zip(values[entry.range()].chunks_mut(entry.width)) {
                let start = (head * self.resident.capacity + row) * stride;
                to.copy_from_slice(&from[start..start + entry.width]);
            }
        }
        for batch in lens_batches(&layout, &config, ANSWER_VALUES / config.vocab) {
            let answer = self.ask(Ask::Logits(&batch.points));
            for (row, targets) in answer.chunks(config.vocab).zip(&batch.targets) {
                for target in targets {
                    values[*target..target + config.vocab].copy_from_slice(row);
                }
            }
            pause().await;
        }
        Ok((layout, values))
    }

    /// Answers one question outside a run.
    pub fn ask(&mut self, ask: Ask) -> Vec<f32> {
        let config = self.resident.config.clone();
        let mut asked = vec![f32::NAN; ask.rows(&config) * config.width];
        match ask {
            Ask::Rows(ids) => self.asked_ids = ids.to_vec(),
            Ask::Dots { vectors, .. } => asked.copy_from_slice(vectors),
            Ask::Logits(_) => {}
        }
        self.values.insert(Slot::Asked, asked);
        let (slot, length) = ask.answer(&config);
        if slot == Slot::Answer {
            self.values.insert(slot, vec![f32::NAN; length]);
        }
        for step in &ask.program(&config).steps {
            self.step(step);
        }
        self.values.remove(&slot).unwrap_or_default()
    }

    /// See [`super::Engine::batch_rows`].
    pub fn batch_rows(&self) -> usize {
        (ASK_VALUES / self.resident.config.vocab).max(1)
    }

    /// See [`super::Engine::slice`]; the slice is in the model.
    pub fn slice(&self, slice: &Slice) -> Vec<f32> {
        if let Some(panels) = self.panels.get(&slice.name) {
            return panels.cells(slice.rows.clone(), slice.columns.clone());
        }
        let tensor = &self.weights[&slice.name];
        let row = |row: usize| &tensor.values[row * tensor.shape[1]..][slice.columns.clone()];
        slice.rows.clone().flat_map(row).copied().collect()
    }

    /// Makes room for `capacity` positions. Everything starts as NaN: what a kernel forgets to
    /// write is seen.
    fn grow(&mut self, capacity: usize) {
        let config = &self.resident.config;
        self.values.clear();
        for name in SiteName::all(config.layers).into_iter().filter(|n| !n.site.on_demand()) {
            let length = name.site.shape(config, capacity).iter().product();
            self.values.insert(Slot::Site(name), vec![f32::NAN; length]);
        }
        self.resident.capacity = capacity;
        self.resident.tokens.clear();
    }

    /// Takes one step. The slot that is written is lifted out while the others are read.
    fn step(&mut self, step: &Step) {
        let mut write = self.values.remove(&step.write).unwrap_or_default();
        let read = |i: usize| self.floats(step.reads[i]);
        let w = &mut write;
        match (step.kernel, &step.params) {
            (Kernel::Embed, Params::Embed(p)) => embed::embed(p, self.ids(step.reads[0]), read(1), w),
            (Kernel::LayerNorm, Params::LayerNorm(p)) => layer_norm::layer_norm(p, read(0), read(1), read(2), w),
            (Kernel::Linear, Params::Linear(p)) => linear::linear(p, read(0), self.panels(step.reads[1]), read(2), w),
            (Kernel::AttentionScores, Params::Attention(p)) => attention_scores::attention_scores(p, read(0), w),
            (Kernel::Softmax, Params::Attention(p)) => softmax::softmax(p, read(0), w),
            (Kernel::AttentionMix, Params::Attention(p)) => attention_mix::attention_mix(p, read(0), read(1), w),
            (Kernel::Gelu, Params::Gelu(p)) => gelu::gelu(p, read(0), w),
            (Kernel::Add, Params::Add(p)) => add::add(p, read(0), read(1), w),
            (Kernel::Unembed, Params::Unembed(p)) => unembed::unembed(p, read(0), read(1), read(2), w),
            (kernel, params) => unreachable!("{kernel:?} was given {params:?}"),
        }
        self.values.insert(step.write, write);
    }

    fn floats(&self, slot: Slot) -> &[f32] {
        match slot {
            Slot::Weight(name) => &self.weights[&name].values,
            other => &self.values[&other],
        }
    }

    fn panels(&self, slot: Slot) -> &Panels {
        match slot {
            Slot::Weight(name) => &self.panels[&name],
            other => unreachable!("{other:?} holds no matrix"),
        }
    }

    fn ids(&self, slot: Slot) -> &[u32] {
        match slot {
            Slot::Tokens => &self.tokens,
            Slot::AskedIds => &self.asked_ids,
            _ => &self.positions,
        }
    }
}

impl Sink for CpuEngine {
    fn rows(&mut self, name: TensorName, first_row: usize, values: &[f32]) {
        if self.precision == Precision::Int8 && name.is_matrix() {
            let mut rounded = values.to_vec();
            int8::round(&mut rounded, name.shape(&self.resident.config)[1]);
            self.store(name, first_row, &rounded);
        } else {
            self.store(name, first_row, values);
        }
    }
}

impl CpuEngine {
    /// Takes rows as they are: a knob's number is not rounded.
    pub fn store(&mut self, name: TensorName, first_row: usize, values: &[f32]) {
        if let Some(panels) = self.panels.get_mut(&name) {
            panels.fill(first_row, values);
            return;
        }
        let Some(tensor) = self.weights.get_mut(&name) else { return };
        let width = tensor.shape[1];
        tensor.values[first_row * width..first_row * width + values.len()].copy_from_slice(values);
        if name.part == Part::TokenTable {
            self.resident.common = None;
            for (norm, row) in self.norms[first_row..].iter_mut().zip(values.chunks(width)) {
                *norm = euclidean(row);
            }
        }
    }
}

/// The length of a vector.
pub fn euclidean(row: &[f32]) -> f32 {
    row.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt() as f32
}
