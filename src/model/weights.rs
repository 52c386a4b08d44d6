//! Weights by name: a `model.safetensors` comes in as a stream of bytes, checked rows of f32 go
//! out, tensor by tensor. The file is never held whole.
//!
//! Refuses, naming the tensor, what was found and what was expected: truncated or lying files (`header.rs`),
//! missing tensors, wrong shapes, types that are no floats, NaN and infinity (`checkpoint.rs`). Besides
//! floats it reads the bytes that `glassbox convert` writes: a tensor X of I8 and, before it, X.scale (`int8.rs`).

pub mod checkpoint;
mod damage;
pub mod header;
pub mod int8;

use super::GptConfig;
use super::names::TensorName;
use half::f16;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use thiserror::Error;

pub use checkpoint::Checkpoint;
pub use damage::Damage;

/// How matrices and tables are kept. Arithmetic is f32 always, and so are gains and biases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Precision {
    #[default]
    F16,
    F32,
    /// Signed bytes, with one f32 scale a row: [`int8`].
    Int8,
}

impl Precision {
    /// Bits of one weight.
    pub fn bits(self) -> usize {
        match self {
            Self::F32 => 32,
            Self::F16 => 16,
            Self::Int8 => 8,
        }
    }

    /// What a file in bytes is kept as, where this is asked for: in 16 bits it would take twice the memory,
    /// and be rounded once more.
    pub fn of_bytes(self) -> Self {
        if self == Self::F16 { Self::Int8 } else { self }
    }
}

/// The nearest f16. Beyond its range that is its largest, not infinity.
pub fn nearest_f16(value: f32) -> f16 {
    let largest = f16::MAX.to_f32();
    f16::from_f32(value.clamp(-largest, largest))
}

/// Why a weights file is refused.
#[derive(Clone, Debug, PartialEq, Error, Serialize, Deserialize)]
pub enum WeightsError {
    #[error("model.safetensors is damaged: {what}; download or export it again")]
    Damaged { what: Damage },
    #[error("model.safetensors has no tensor '{tensor}'; it is not a whole GPT-2 checkpoint, export it again")]
    Missing { tensor: String },
    #[error(
        "tensor '{tensor}' has shape {found:?}, and config.json asks for {expected:?}; the two files belong to different models"
    )]
    Shape { tensor: String, found: Vec<usize>, expected: Vec<usize> },
    #[error(
        "tensor '{tensor}' is stored as {found}, and Glassbox reads F32, F16 and BF16; export the model in one of these"
    )]
    Type { tensor: String, found: String },
    #[error(
        "tensor '{tensor}' is stored in bytes, and its scale '{tensor}.scale' {what}; write the file again with glassbox convert"
    )]
    Scale { tensor: String, what: String },
    #[error(
        "tensor '{tensor}' holds a value that is no number (NaN or infinity, at index {index}); the training of this model broke, choose another checkpoint"
    )]
    NotFinite { tensor: String, index: usize },
}

fn damaged(what: Damage) -> WeightsError {
    WeightsError::Damaged { what }
}

/// Where checked weights go: rows `first_row..` of a tensor, whole rows at a time, row-major.
pub trait Sink {
    fn rows(&mut self, name: TensorName, first_row: usize, values: &[f32]);
}

/// Is there memory for a model of this shape, its weights in f32? A browser's heap ends at 4 GB, whatever lies in it
/// already; to ask for more there ends the program.
pub fn has_room(config: &GptConfig) -> bool {
    let reserve = |values: usize| {
        let mut room = Vec::<f32>::new();
        room.try_reserve_exact(values).ok()?;
        Some(room)
    };
    // Each by itself, as they will be made: a heap has no single place for all. Rows are rounded up, as panels are.
    // Nothing beyond that: what a browser's heap has once grown by it never gives back.
    let sizes = TensorName::all(config).into_iter().map(|name| {
        let [rows, columns] = name.shape(config);
        rows.checked_mul(columns.next_multiple_of(16))
    });
    let held: Option<Vec<_>> = sizes.map(|values| reserve(values?)).collect();
    // What nobody looks at would not be made at all.
    std::hint::black_box(&held).is_some()
}

/// A tensor held whole, row-major (for small uses: tests, training tools, the CPU engine).
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    pub shape: [usize; 2],
    pub values: Vec<f32>,
}

impl Tensor {
    pub fn zeros(shape: [usize; 2]) -> Self {
        Self { shape, values: vec![0.0; shape[0] * shape[1]] }
    }
}

/// All tensors of a model held whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tensors(pub BTreeMap<TensorName, Tensor>);

impl Tensors {
    /// All zero, of a model's shape.
    pub fn zeros(config: &GptConfig) -> Self {
        let tensor = |name: TensorName| (name, Tensor::zeros(name.shape(config)));
        Self(TensorName::all(config).into_iter().map(tensor).collect())
    }
}

impl Sink for Tensors {
    fn rows(&mut self, name: TensorName, first_row: usize, values: &[f32]) {
        if let Some(tensor) = self.0.get_mut(&name) {
            let start = first_row * tensor.shape[1];
            tensor.values[start..start + values.len()].copy_from_slice(values);
        }
    }
}
