//! Knobs: one thing about the model is other than it was learned, and is put back bit for bit.
//!
//! The rows that a knob changes are kept as the engine had stored them: rounding those again changes nothing. What was resident was computed
//! by another model and is forgotten.

use super::{Engine, EngineError};
use crate::model::{Knob, Sink, Slice};

/// The knob that is turned.
pub struct Turned {
    pub knob: Knob,
    /// The rows that it changed, and their values before.
    rows: Slice,
    learned: Vec<f32>,
}

impl Engine {
    /// The knob that is turned.
    pub fn knob(&self) -> Option<Knob> {
        self.resident().turned.as_ref().map(|turned| turned.knob)
    }

    /// Makes the model what it learned, with exactly this knob turned; tells whether that changed
    /// anything. A knob that is refused leaves the model as it was learned.
    pub async fn turn(&mut self, knob: Option<Knob>) -> Result<bool, EngineError> {
        if knob == self.knob() {
            return Ok(false);
        }
        self.forget();
        if let Some(Turned { rows, learned, .. }) = self.resident_mut().turned.take() {
            self.rows(rows.name, rows.rows.start, &learned);
        }
        let Some(knob) = knob else { return Ok(true) };
        let refused = |why: &str| EngineError::Knob { detail: format!("{knob}: {why}") };
        let rows = knob.rows(self.config()).ok_or_else(|| refused("the model has no such place"))?;
        let learned = self.slice(&rows).await?;
        let turned = turned(&knob, &learned);
        if !turned.iter().all(|value| value.is_finite()) {
            return Err(refused("that is no finite number"));
        }
        match self {
            Self::Cpu(engine) => engine.store(rows.name, rows.rows.start, &turned),
            Self::Gpu(engine) => match knob {
                Knob::Weight { name, row, column, value } => engine.turn_weight(name, row, &learned, (column, value)),
                // The row's scale takes the factor, to 17 digits; the bytes stay.
                Knob::Head { .. } => engine.rows(rows.name, rows.rows.start, &turned),
            },
        }
        self.resident_mut().turned = Some(Turned { knob, rows, learned });
        Ok(true)
    }
}

/// The rows that a knob changes, with it turned.
fn turned(knob: &Knob, learned: &[f32]) -> Vec<f32> {
    match *knob {
        Knob::Head { scale, .. } => learned.iter().map(|value| value * scale).collect(),
        Knob::Weight { column, value, .. } => {
            let mut row = learned.to_vec();
            row[column] = value;
            row
        }
    }
}
