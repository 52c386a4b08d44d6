//! Parts of what was learned: which cells of a tensor are meant, and a knob that turns some.

use super::{GptConfig, Part, TensorName};
use serde::{Deserialize, Serialize};
use std::fmt;
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

    /// Whole rows of a tensor.
    pub fn of_rows(name: TensorName, rows: Range<usize>, config: &GptConfig) -> Self {
        Self { name, rows, columns: 0..name.shape(config)[1] }
    }

    /// Does a model of this shape have all of these cells?
    pub fn is_in(&self, config: &GptConfig) -> bool {
        let [rows, columns] = self.name.shape(config);
        let within = |range: &Range<usize>, most| range.start <= range.end && range.end <= most;
        self.name.is_in(config) && within(&self.rows, rows) && within(&self.columns, columns)
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

impl Knob {
    /// The rows that it changes; `None` where a model of this shape has no such thing.
    pub fn rows(&self, config: &GptConfig) -> Option<Slice> {
        let (name, rows) = match *self {
            Self::Weight { name, row, column, .. } => {
                let cell = Slice { name, rows: row..row.saturating_add(1), columns: column..column.saturating_add(1) };
                (name, Some(cell).filter(|cell| !cell.is_empty() && cell.is_in(config))?.rows)
            }
            Self::Head { layer, head, .. } => {
                let first = Some(head).filter(|head| *head < config.heads)? * config.head_size();
                (TensorName { part: Part::ProjectWeight, layer }, first..first + config.head_size())
            }
        };
        Some(Slice::of_rows(name, rows, config)).filter(|slice| slice.is_in(config))
    }

    /// Reads what [`fmt::Display`] writes, where a model of this shape has such a thing.
    pub fn parse(text: &str, config: &GptConfig) -> Option<Self> {
        let parts: Vec<&str> = text.split(':').collect();
        let number = |text: &str| text.parse::<f32>().ok().filter(|n| n.is_finite());
        let knob = match parts[..] {
            ["head", layer, head, scale] => {
                Self::Head { layer: layer.parse().ok()?, head: head.parse().ok()?, scale: number(scale)? }
            }
            ["weight", name, row, column, value] => Self::Weight {
                name: TensorName::parse(name, config)?,
                row: row.parse().ok()?,
                column: column.parse().ok()?,
                value: number(value)?,
            },
            _ => return None,
        };
        knob.rows(config).map(|_| knob)
    }
}

/// `head:2:3:0` (layer, head, scale) or `weight:h.0.mlp.c_fc.weight:7:11:0.5` (row, column, value); all from 0.
impl fmt::Display for Knob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head { layer, head, scale } => write!(f, "head:{layer}:{head}:{scale}"),
            Self::Weight { name, row, column, value } => {
                write!(f, "weight:{}:{row}:{column}:{value}", name.in_checkpoint())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> GptConfig {
        GptConfig::from_json(r#"{"n_layer":2,"n_head":2,"n_embd":6,"vocab_size":5,"n_positions":8}"#).unwrap()
    }

    #[test]
    fn only_cells_that_are_there_are_in_a_model() {
        let slice = |part, layer, rows, columns| Slice::new(part, layer, rows, columns).is_in(&config());
        assert!(slice(Part::QkvWeight, 1, 0..6, 0..18) && slice(Part::QkvBias, 1, 0..1, 17..18));
        assert!(slice(Part::TokenTable, 0, 5..5, 6..6));
        assert!(!slice(Part::QkvWeight, 2, 0..6, 0..18) && !slice(Part::QkvWeight, 1, 0..7, 0..18));
        assert!(!slice(Part::QkvWeight, 1, 0..6, 18..19) && !slice(Part::QkvBias, 1, 1..2, 0..1));
        let backwards = Range { start: 3, end: 2 };
        assert!(!slice(Part::TokenTable, 0, backwards, 0..6) && !slice(Part::Head, 0, 0..1, 0..6));
    }

    #[test]
    fn knobs_are_read_as_written_and_only_where_they_belong() {
        for text in ["head:1:0:-0.5", "weight:h.1.attn.c_proj.bias:0:5:0.1", "weight:wte.weight:4:0:-0"] {
            assert_eq!(Knob::parse(text, &config()).unwrap().to_string(), text);
        }
        let head = Knob::Head { layer: 1, head: 1, scale: 0.0 };
        assert_eq!(head.rows(&config()), Some(Slice::new(Part::ProjectWeight, 1, 3..6, 0..6)));
        let (far, name) = (usize::MAX, TensorName { part: Part::TokenTable, layer: 0 });
        assert_eq!(Knob::Head { layer: 0, head: far, scale: 1.0 }.rows(&config()), None);
        assert_eq!(Knob::Weight { name, row: far, column: 0, value: 1.0 }.rows(&config()), None);
        assert_eq!(Knob::Weight { name, row: 0, column: far, value: 1.0 }.rows(&config()), None);
        let hostile =
            ["", "head:2:0:1", "head:0:2:1", "head:0:0:NaN", "head:0:0:inf", "weight:wte.weight:5:0:1", "head:0:0:1:1"];
        for text in hostile {
            assert_eq!(Knob::parse(text, &config()), None, "{text}");
        }
    }
}
