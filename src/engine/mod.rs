//! The engines: a Program is interpreted, on the GPU or on the CPU, by the same rules.
//!
//! Tokens come in ([`Engine::run`]), questions come in ([`Engine::read`], `asking.rs`), values go out;
//! a knob makes the model another one (`turning.rs`); one column's input can be another's (`patching.rs`); tokens are compared beside what all have in common (`common.rs`). The run is resident: every layer's activations stay where they were computed, so that a text which
//! begins like the last one costs only the positions that are new.

pub mod asking;
pub mod common;
pub mod cpu;
pub mod device;
pub mod gpu;
pub mod patching;
pub mod pause;
pub mod resident;
pub mod turning;

use crate::model::weights::has_room;
use crate::model::{GptConfig, Precision, Sink, SiteName, TensorName};
use crate::trace::{Layout, Tap};
use cpu::CpuEngine;
use gpu::GpuEngine;
use resident::Resident;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Which engine the visitor asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum EngineChoice {
    /// The GPU where it is faster, else the CPU.
    #[default]
    Auto,
    Gpu,
    Cpu,
}

/// Which engine answers, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum EngineStatus {
    Gpu { adapter: String, software: bool },
    Cpu { why: CpuReason },
}

/// Why the CPU engine is at work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CpuReason {
    /// The visitor asked for it.
    Asked,
    /// The browser has no WebGPU.
    NoWebGpu,
    /// The page came over plain http from another computer, where browsers hide WebGPU.
    Insecure,
    /// The browser has WebGPU, but offers no adapter.
    NoAdapter,
    /// The only adapter is a program, slower than our CPU engine.
    Software { adapter: String },
    /// The adapter would not give a device.
    NoDevice { detail: String },
    /// The model does not fit into the GPU's buffers.
    TooBig { detail: String },
    /// The device was lost while a model came, or twice within a minute.
    Lost { detail: String },
}

/// What one run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunReport {
    /// Milliseconds from the tokens to the answer.
    pub milliseconds: f64,
    /// Positions computed: those after the common prefix with the last run.
    pub computed: usize,
    /// Positions in all.
    pub tokens: usize,
}

/// Why an engine gives no answer. The messages say what to do.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum EngineError {
    #[error("the text has {tokens} tokens, and there is room for {capacity}; shorten it")]
    TooLong { tokens: usize, capacity: usize },
    #[error("token {id} is not in the model's vocabulary of {vocab}; tokenizer and weights belong to different models")]
    UnknownToken { id: u32, vocab: usize },
    #[error("there are no tokens to read from; run a text of at least one token first")]
    Empty,
    #[error("the model has no such values ({detail}); ask within its shape")]
    OutOfRange { detail: String },
    #[error("this knob cannot be turned ({detail}); choose another place or number")]
    Knob { detail: String },
    #[error("this device has no room for this model ({detail}); choose a smaller model")]
    Memory { detail: String },
    #[error("a newer text is waiting; ask again after it")]
    Interrupted,
    #[error("the GPU stopped answering ({detail}); load the model again, or choose the CPU engine")]
    Lost { detail: String },
}

/// One of the two engines, with a model's weights in it.
pub enum Engine {
    Cpu(Box<CpuEngine>),
    Gpu(Box<GpuEngine>),
}

impl Engine {
    /// The engine that `choice` and this device allow, for a model of this shape, weights still to
    /// come through [`Sink`]. A model too big for the GPU goes to the CPU, unless the GPU was asked for.
    pub async fn open(
        choice: EngineChoice,
        config: &GptConfig,
        precision: Precision,
    ) -> Result<(Self, EngineStatus), EngineError> {
        let why = match device::open(choice).await {
            Err(why) => why,
            Ok(gpu) => {
                let status = EngineStatus::Gpu { adapter: gpu.adapter.clone(), software: gpu.software };
                match GpuEngine::new(gpu, config, precision).await {
                    Ok(engine) => return Ok((Self::Gpu(Box::new(engine)), status)),
                    Err(EngineError::Memory { detail }) if choice == EngineChoice::Auto => CpuReason::TooBig { detail },
                    Err(EngineError::Lost { detail }) if choice == EngineChoice::Auto => CpuReason::Lost { detail },
                    Err(error) => return Err(error),
                }
            }
        };
        // Of whatever precision: this engine keeps f32.
        let bytes = 4 * config.parameters();
        if cpu::LARGEST_WEIGHTS.is_some_and(|most| bytes > most) || !has_room(config) {
            return Err(EngineError::Memory { detail: format!("{} MB of weights", bytes >> 20) });
        }
        Ok((Self::Cpu(Box::new(CpuEngine::new(config, precision))), EngineStatus::Cpu { why }))
    }

    /// Is everything that was asked for so far in order? On a lost device it is not.
    pub fn check(&self) -> Result<(), EngineError> {
        match self {
            Self::Cpu(_) => Ok(()),
            Self::Gpu(engine) => engine.check(),
        }
    }

    fn resident(&self) -> &Resident {
        match self {
            Self::Cpu(engine) => &engine.resident,
            Self::Gpu(engine) => &engine.resident,
        }
    }

    fn resident_mut(&mut self) -> &mut Resident {
        match self {
            Self::Cpu(engine) => &mut engine.resident,
            Self::Gpu(engine) => &mut engine.resident,
        }
    }

    pub fn config(&self) -> &GptConfig {
        &self.resident().config
    }

    /// How it keeps matrices and tables, whatever was asked for: the CPU has no f16.
    pub fn precision(&self) -> Precision {
        match self {
            Self::Cpu(engine) => engine.precision,
            Self::Gpu(engine) => engine.precision(),
        }
    }

    /// The longest text, in tokens, that there is room for.
    pub fn capacity(&self) -> usize {
        let Resident { limit, .. } = self.resident();
        *limit
    }

    /// The tokens of the last run.
    pub fn tokens(&self) -> &[u32] {
        &self.resident().tokens
    }

    /// Computes every position of `tokens` that the last run did not; tells how many.
    pub async fn run(&mut self, tokens: &[u32]) -> Result<usize, EngineError> {
        match self {
            Self::Cpu(engine) => engine.run(tokens).await,
            Self::Gpu(engine) => engine.run(tokens).await,
        }
    }

    /// Forgets what is resident: the next run computes everything.
    pub fn forget(&mut self) {
        self.resident_mut().tokens.clear();
    }

    /// Reads values of the last run. Logits and lenses are computed now, for the rows asked.
    pub async fn read(&mut self, taps: &[Tap]) -> Result<(Layout, Vec<f32>), EngineError> {
        match self {
            Self::Cpu(engine) => engine.read(taps).await,
            Self::Gpu(engine) => engine.read(taps).await,
        }
    }

    /// Euclidean length of every row of the token table, [V].
    pub fn token_norms(&self) -> &[f32] {
        match self {
            Self::Cpu(engine) => &engine.norms,
            Self::Gpu(engine) => &engine.norms,
        }
    }
}

impl Sink for Engine {
    fn rows(&mut self, name: TensorName, first_row: usize, values: &[f32]) {
        match self {
            Self::Cpu(engine) => engine.rows(name, first_row, values),
            Self::Gpu(engine) => engine.rows(name, first_row, values),
        }
    }
}

/// The first site at which two answers to the same taps differ by more than
/// `absolute + relative · |expected|`, with the index of the worst value there. NaN differs from
/// everything.
pub fn first_difference(
    layout: &Layout,
    found: &[f32],
    expected: &[f32],
    (absolute, relative): (f32, f32),
) -> Option<(SiteName, usize)> {
    let near = |a: f32, e: f32| a == e || (a - e).abs() <= absolute + relative * e.abs();
    layout.entries.iter().find_map(|entry| {
        let mut values = entry.range();
        values.find(|i| !near(found[*i], expected[*i])).map(|i| (entry.name, i - entry.offset))
    })
}
