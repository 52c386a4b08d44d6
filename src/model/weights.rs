//! Weights by name: a `model.safetensors` comes in as a stream of bytes, checked rows of f32 go
//! out, tensor by tensor. The file is never held whole.
//!
//! Refuses, naming the tensor, what was found and what was expected: truncated or lying files,
//! missing tensors, wrong shapes, types that are no floats, NaN and infinity.

use super::GptConfig;
use super::names::{Part, TensorName};
use safetensors::Dtype;
use safetensors::tensor::Metadata;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use thiserror::Error;

/// How matrices are stored on the GPU. Arithmetic is f32 always, and so are gains and biases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Precision {
    #[default]
    F16,
    F32,
}

/// Why a weights file is refused.
#[derive(Clone, Debug, PartialEq, Error, Serialize, Deserialize)]
pub enum WeightsError {
    #[error("model.safetensors is damaged: {what}; download or export it again")]
    Damaged { what: String },
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
        "tensor '{tensor}' holds a value that is no number (NaN or infinity, at index {index}); the training of this model broke, choose another checkpoint"
    )]
    NotFinite { tensor: String, index: usize },
}

fn damaged(what: impl Into<String>) -> WeightsError {
    WeightsError::Damaged { what: what.into() }
}

/// Where checked weights go: rows `first_row..` of a tensor, whole rows at a time, row-major.
pub trait Sink {
    fn rows(&mut self, name: TensorName, first_row: usize, values: &[f32]);
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

/// A header longer than this is a lie: GPT-2 XL's has 50 KB.
const LONGEST_HEADER: u64 = 16 << 20;
/// Rows are handed on in pieces of about this many bytes.
const PIECE: usize = 1 << 20;

/// One stretch of the file: a tensor that is wanted, or bytes to pass over.
struct Stretch {
    name: Option<TensorName>,
    dtype: Dtype,
    bytes: usize,
}

/// Reads a `model.safetensors` that arrives in pieces of any size.
pub struct Checkpoint {
    config: GptConfig,
    pending: Vec<u8>,
    header: Option<usize>,
    stretches: Vec<Stretch>,
    current: usize,
    /// Bytes of the current stretch that were handed on.
    done: usize,
    values: Vec<f32>,
}

impl Checkpoint {
    pub fn new(config: &GptConfig) -> Self {
        Self {
            config: config.clone(),
            pending: Vec::new(),
            header: None,
            stretches: Vec::new(),
            current: 0,
            done: 0,
            values: Vec::new(),
        }
    }

    /// Takes the next bytes of the file and hands every whole row that they complete to `sink`.
    pub fn feed(&mut self, bytes: &[u8], sink: &mut impl Sink) -> Result<(), WeightsError> {
        self.pending.extend_from_slice(bytes);
        if self.stretches.is_empty() && !self.read_header()? {
            return Ok(());
        }
        let mut used = 0;
        while let Some(stretch) = self.stretches.get(self.current) {
            let left = stretch.bytes - self.done;
            let at_hand = left.min(self.pending.len() - used);
            let taken = match stretch.name {
                None => at_hand,
                Some(name) => {
                    let [_, columns] = name.shape(&self.config);
                    let row = columns * stretch.dtype.bitsize() / 8;
                    let piece = at_hand.min((PIECE / row).max(1) * row);
                    let whole = piece / row * row;
                    let raw = &self.pending[used..used + whole];
                    widen(raw, stretch.dtype, &mut self.values);
                    if let Some(bad) = self.values.iter().position(|v| !v.is_finite()) {
                        let index = self.done / row * columns + bad;
                        return Err(WeightsError::NotFinite { tensor: name.in_checkpoint(), index });
                    }
                    if whole > 0 {
                        sink.rows(name, self.done / row, &self.values);
                    }
                    whole
                }
            };
            used += taken;
            self.done += taken;
            if self.done == stretch.bytes {
                self.current += 1;
                self.done = 0;
            } else if taken == 0 {
                break;
            }
        }
        self.pending.drain(..used);
        Ok(())
    }

    /// To be called after the last byte: has everything come?
    pub fn finish(self) -> Result<(), WeightsError> {
        if self.header.is_none() {
            return Err(damaged("it ends within its header"));
        }
        if self.current < self.stretches.len() {
            let what = match self.stretches[self.current].name {
                Some(name) => format!("it ends within tensor '{}'", name.in_checkpoint()),
                None => "it ends too early".into(),
            };
            return Err(damaged(what));
        }
        if !self.pending.is_empty() {
            return Err(damaged(format!("{} bytes follow its last tensor", self.pending.len())));
        }
        Ok(())
    }

    /// Reads the header once it is all there; tells whether it was.
    fn read_header(&mut self) -> Result<bool, WeightsError> {
        let Some(length) = self.pending.first_chunk::<8>().map(|b| u64::from_le_bytes(*b)) else {
            return Ok(false);
        };
        if !(2..=LONGEST_HEADER).contains(&length) {
            return Err(damaged(format!("its header claims a length of {length} bytes")));
        }
        let end = 8 + length as usize;
        let Some(json) = self.pending.get(8..end) else {
            return Ok(false);
        };
        let metadata: Metadata =
            serde_json::from_slice(json).map_err(|e| damaged(format!("its header cannot be read ({e})")))?;
        self.stretches = plan(&metadata, &self.config)?;
        self.header = Some(end);
        self.pending.drain(..end);
        Ok(true)
    }
}

/// The file's tensors in order, the wanted ones checked against the config.
fn plan(metadata: &Metadata, config: &GptConfig) -> Result<Vec<Stretch>, WeightsError> {
    let wanted: BTreeMap<String, TensorName> =
        TensorName::all(config).into_iter().map(|n| (n.in_checkpoint(), n)).collect();
    let mut missing = wanted.clone();
    let mut infos: Vec<_> = metadata.tensors().into_iter().collect();
    infos.sort_by_key(|(_, info)| info.data_offsets);
    let mut stretches = Vec::new();
    for (full_name, info) in infos {
        let short = full_name.strip_prefix("transformer.").unwrap_or(&full_name);
        let name = wanted.get(short).copied();
        let bytes = info.data_offsets.1 - info.data_offsets.0;
        if let Some(name) = name {
            if missing.remove(short).is_none() {
                return Err(damaged(format!("tensor '{short}' is there twice")));
            }
            check_shape(&full_name, name.shape(config), name.is_matrix(), &info.shape)?;
            if !matches!(info.dtype, Dtype::F32 | Dtype::F16 | Dtype::BF16) {
                let found = format!("{:?}", info.dtype);
                return Err(WeightsError::Type { tensor: full_name, found });
            }
        }
        stretches.push(Stretch { name, dtype: info.dtype, bytes });
    }
    let needed = missing.into_iter().find(|(_, name)| name.part != Part::HeadBias);
    if let Some((tensor, _)) = needed {
        return Err(WeightsError::Missing { tensor });
    }
    Ok(stretches)
}

fn check_shape(tensor: &str, [rows, columns]: [usize; 2], matrix: bool, found: &[usize]) -> Result<(), WeightsError> {
    let expected = if matrix { vec![rows, columns] } else { vec![columns] };
    if found == expected {
        return Ok(());
    }
    Err(WeightsError::Shape { tensor: tensor.into(), found: found.to_vec(), expected })
}

/// Widens little-endian floats to f32, exactly.
fn widen(raw: &[u8], dtype: Dtype, values: &mut Vec<f32>) {
    values.clear();
    match dtype {
        Dtype::F32 => values.extend(raw.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b))),
        Dtype::F16 => values.extend(raw.as_chunks().0.iter().map(|b| half::f16::from_le_bytes(*b).to_f32())),
        _ => values.extend(raw.as_chunks().0.iter().map(|b| half::bf16::from_le_bytes(*b).to_f32())),
    }
}

#[cfg(test)]
#[path = "weights_tests.rs"]
mod tests;
