//! What can be wrong with a `model.safetensors` as a file, whatever model it holds.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// See the module's header.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum Damage {
    #[error("it ends within its header")]
    InHeader,
    #[error("it ends within tensor '{tensor}'")]
    InTensor { tensor: String },
    #[error("it ends too early")]
    TooEarly,
    #[error("{bytes} bytes follow its last tensor")]
    Behind { bytes: usize },
    #[error("its header claims a length of {bytes} bytes")]
    HeaderLength { bytes: u64 },
    #[error("its header cannot be read ({reason})")]
    Header { reason: String },
    #[error("tensor '{tensor}' is there twice")]
    Twice { tensor: String },
    /// Its bytes end before they begin, overlap those of another, or leave a hole.
    #[error("tensor '{tensor}' {}: it lies from byte {start} to byte {end}, and the one before it ends at {before}", misplaced(*start, *end, *before))]
    Place { tensor: String, start: u64, end: u64, before: u64 },
    /// Its bytes are not as many as its shape and type need; `needed`: `None` where no file could hold them.
    #[error("tensor '{tensor}' {}", miscounted(*found, dtype, shape, *needed))]
    Bytes { tensor: String, found: u64, dtype: String, shape: Vec<u64>, needed: Option<u64> },
}

fn misplaced(start: u64, end: u64, before: u64) -> &'static str {
    match () {
        () if end < start => "ends before it begins",
        () if start < before => "overlaps the one before it",
        () => "leaves a hole before it",
    }
}

fn miscounted(found: u64, dtype: &str, shape: &[u64], needed: Option<u64>) -> String {
    match needed {
        Some(needed) => format!("has {found} bytes, and {dtype} of shape {shape:?} has {needed}"),
        None => format!("claims more values than there can be: {dtype} of shape {shape:?}"),
    }
}
