//! The reader: bytes of a `model.safetensors` in, as they arrive; checked rows of f32 out, tensor by tensor.

use super::header::{self, Entry};
use super::{Damage, Sink, WeightsError, damaged, int8};
use crate::model::{GptConfig, Part, TensorName};
use safetensors::Dtype;
use std::collections::BTreeMap;

/// Rows are handed on in pieces of about this many bytes.
const PIECE: usize = 1 << 16;

/// What a stretch of the file is.
#[derive(Clone, Copy)]
enum Content {
    /// Nothing that is wanted: bytes to pass over.
    Other,
    /// A tensor, in floats or in bytes.
    Tensor(TensorName, Dtype),
    /// The scales of a tensor in bytes, one f32 a row.
    Scales(TensorName),
}

struct Stretch {
    content: Content,
    bytes: u64,
}

/// Reads a `model.safetensors` that arrives in pieces of any size.
pub struct Checkpoint {
    config: GptConfig,
    pending: Vec<u8>,
    stretches: Option<Vec<Stretch>>,
    current: usize,
    /// Bytes of the current stretch that were handed on.
    done: u64,
    values: Vec<f32>,
    /// Scales of tensors that are still to come.
    scales: BTreeMap<TensorName, Vec<f32>>,
}

impl Checkpoint {
    pub fn new(config: &GptConfig) -> Self {
        Self {
            config: config.clone(),
            pending: Vec::new(),
            stretches: None,
            current: 0,
            done: 0,
            values: Vec::new(),
            scales: BTreeMap::new(),
        }
    }

    /// The model's tensors that the file has, and how it stores them; `None` until its header was read.
    pub fn tensors(&self) -> Option<BTreeMap<TensorName, Dtype>> {
        let tensor = |stretch: &Stretch| match stretch.content {
            Content::Tensor(name, dtype) => Some((name, dtype)),
            _ => None,
        };
        Some(self.stretches.as_ref()?.iter().filter_map(tensor).collect())
    }

    /// Takes the next bytes of the file without handing anything on; tells whether its header is there. Then it is
    /// true: the file holds a model of this shape, and room may be made for it.
    pub fn look(&mut self, bytes: &[u8]) -> Result<bool, WeightsError> {
        self.pending.extend_from_slice(bytes);
        Ok(self.stretches.is_some() || self.read_header()?)
    }

    /// Takes the next bytes of the file and hands every whole row that they complete to `sink`.
    pub fn feed(&mut self, bytes: &[u8], sink: &mut impl Sink) -> Result<(), WeightsError> {
        if !self.look(bytes)? {
            return Ok(());
        }
        let mut used = 0;
        while let Some(Stretch { content, bytes }) = self.stretches.as_ref().and_then(|all| all.get(self.current)) {
            let (content, bytes) = (*content, *bytes);
            let at_hand = (bytes - self.done).min((self.pending.len() - used) as u64) as usize;
            let taken = match content {
                Content::Other => at_hand,
                Content::Tensor(name, dtype) => self.take_rows(name, dtype, used..used + at_hand, sink)?,
                Content::Scales(name) => self.take_scales(name, used..used + at_hand)?,
            };
            used += taken;
            self.done += taken as u64;
            if self.done == bytes {
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
        let Some(stretches) = self.stretches else {
            return Err(damaged(Damage::InHeader));
        };
        match stretches.get(self.current).map(|stretch| stretch.content) {
            Some(Content::Other) => Err(damaged(Damage::TooEarly)),
            Some(Content::Tensor(name, _) | Content::Scales(name)) => {
                Err(damaged(Damage::InTensor { tensor: name.in_checkpoint() }))
            }
            None if !self.pending.is_empty() => Err(damaged(Damage::Behind { bytes: self.pending.len() })),
            None => Ok(()),
        }
    }

    /// Hands on the whole rows among these bytes; tells how many bytes they are.
    fn take_rows(
        &mut self,
        name: TensorName,
        dtype: Dtype,
        bytes: std::ops::Range<usize>,
        sink: &mut impl Sink,
    ) -> Result<usize, WeightsError> {
        let [_, columns] = name.shape(&self.config);
        let row = columns * dtype.bitsize() / 8;
        let rows = (bytes.len() / row).min((PIECE / row).max(1));
        let raw = &self.pending[bytes.start..bytes.start + rows * row];
        let first = (self.done / row as u64) as usize;
        match (dtype, self.scales.get(&name)) {
            (Dtype::I8, Some(scales)) => times_scale(raw, &scales[first..], columns, &mut self.values),
            _ => widen(raw, dtype, &mut self.values),
        }
        if let Some(bad) = self.values.iter().position(|v| !v.is_finite()) {
            return Err(WeightsError::NotFinite { tensor: name.in_checkpoint(), index: first * columns + bad });
        }
        if rows > 0 {
            sink.rows(name, first, &self.values);
        }
        Ok(rows * row)
    }

    fn take_scales(&mut self, name: TensorName, bytes: std::ops::Range<usize>) -> Result<usize, WeightsError> {
        let scales = self.scales.entry(name).or_default();
        let whole = self.pending[bytes].as_chunks().0;
        for scale in whole.iter().map(|bytes| f32::from_le_bytes(*bytes)) {
            if !(scale.is_finite() && scale >= 0.0) {
                let what = format!("is {scale} for row {}, and must be a number from 0 up", scales.len());
                return Err(WeightsError::Scale { tensor: name.in_checkpoint(), what });
            }
            scales.push(scale);
        }
        Ok(4 * whole.len())
    }

    /// Reads the header once it is all there; tells whether it was.
    fn read_header(&mut self) -> Result<bool, WeightsError> {
        let Some(length) = header::length(&self.pending)? else { return Ok(false) };
        let Some(json) = self.pending.get(8..8 + length) else { return Ok(false) };
        self.stretches = Some(plan(&header::entries(json)?, &self.config)?);
        self.pending.drain(..8 + length);
        Ok(true)
    }
}

/// The file's tensors in order, the wanted ones checked against the config.
fn plan(entries: &[Entry], config: &GptConfig) -> Result<Vec<Stretch>, WeightsError> {
    let wanted: BTreeMap<String, TensorName> =
        TensorName::all(config).into_iter().map(|n| (n.in_checkpoint(), n)).collect();
    let short = |name: &str| name.strip_prefix("transformer.").unwrap_or(name).to_owned();
    let mut missing = wanted.clone();
    let mut scaled = BTreeMap::new();
    let mut stretches = Vec::new();
    for entry in entries {
        let mut content = Content::Other;
        if let Some(name) = wanted.get(&short(&entry.name)).copied() {
            if missing.remove(&short(&entry.name)).is_none() {
                return Err(damaged(Damage::Twice { tensor: short(&entry.name) }));
            }
            let [rows, columns] = name.shape(config);
            let expected = if name.is_matrix() { vec![rows, columns] } else { vec![columns] };
            check_shape(entry, expected)?;
            let dtype = entry.known_dtype().filter(|d| matches!(d, Dtype::F32 | Dtype::F16 | Dtype::BF16 | Dtype::I8));
            let dtype = dtype
                .filter(|d| *d != Dtype::I8 || name.is_matrix())
                .ok_or_else(|| WeightsError::Type { tensor: entry.name.clone(), found: entry.dtype.clone() })?;
            if dtype == Dtype::I8 {
                check_scale(entry, entries, rows)?;
                scaled.insert(format!("{}.scale", entry.name), name);
            }
            content = Content::Tensor(name, dtype);
        }
        stretches.push(Stretch { content, bytes: entry.bytes });
    }
    for (stretch, entry) in stretches.iter_mut().zip(entries) {
        if let Some(name) = scaled.get(&entry.name) {
            stretch.content = Content::Scales(*name);
        }
    }
    let needed = missing.into_iter().find(|(_, name)| name.part != Part::HeadBias);
    if let Some((tensor, _)) = needed {
        return Err(WeightsError::Missing { tensor });
    }
    Ok(stretches)
}

fn check_shape(entry: &Entry, expected: Vec<usize>) -> Result<(), WeightsError> {
    if entry.shape.iter().copied().eq(expected.iter().map(|side| *side as u64)) {
        return Ok(());
    }
    let found = entry.shape.iter().map(|side| usize::try_from(*side).unwrap_or(usize::MAX)).collect();
    Err(WeightsError::Shape { tensor: entry.name.clone(), found, expected })
}

/// A tensor in bytes needs one f32 a row, which must be there before its bytes come.
fn check_scale(tensor: &Entry, entries: &[Entry], rows: usize) -> Result<(), WeightsError> {
    let name = format!("{}.scale", tensor.name);
    let what = match entries.iter().find(|entry| entry.name == name) {
        None => "is missing".into(),
        Some(scale) if scale.dtype != "F32" => format!("is stored as {}, and must be F32", scale.dtype),
        Some(scale) if scale.shape != [rows as u64] => {
            format!("has shape {:?}, and {rows} rows need [{rows}]", scale.shape)
        }
        Some(scale) if scale.start > tensor.start => "comes after it, and must come before".into(),
        Some(_) => return Ok(()),
    };
    Err(WeightsError::Scale { tensor: tensor.name.clone(), what })
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

/// Bytes times their row's scale.
fn times_scale(raw: &[u8], scales: &[f32], columns: usize, values: &mut Vec<f32>) {
    values.clear();
    for (row, scale) in raw.chunks(columns).zip(scales) {
        values.extend(row.iter().map(|byte| int8::value(byte.cast_signed(), *scale)));
    }
}

#[cfg(test)]
#[path = "checkpoint_tests.rs"]
mod tests;
