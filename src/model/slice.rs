//! Parts of what was learned: which cells of a tensor are meant, and a knob that turns some.

use super::{Part, TensorName};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Some cells of a learned tensor, row-major: `rows × columns`. A vector is one row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Slice {
    pub name: TensorName,
    pub rows: Range<usize>,
    pub columns: Range<usize>,
}

impl Slice {
    pub fn new(part: Part, layer: usize, rows: Range<usize>, columns: Range<usize>) -> Self {
        Self { name: TensorName { part, layer }, rows, columns }
    }

    /// How many values.
    pub fn len(&self) -> usize {
        self.rows.len() * self.columns.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One thing about the model that a visitor has turned, to see what follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Knob {
    /// One learned number is another.
    Weight { name: TensorName, row: usize, column: usize, value: f32 },
    /// What a head writes is so many times itself; 0 silences it. (The head's rows of the
    /// projection are multiplied: the bias stays.)
    Head { layer: usize, head: usize, scale: f32 },
}
