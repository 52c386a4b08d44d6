//! What a view may ask beside the run itself: learned numbers, directions in the vocabulary's terms,
//! every floor's guesses, how a text became tokens.

use super::protocol::{Neighbourhood, Probe};
use crate::analysis::lens::LensGrid;
use crate::model::Slice;
use crate::tokens::Spelling;
use crate::trace::Trace;
use serde::{Deserialize, Serialize};

/// Who asks. Each has one question at a time: a newer one replaces it, and answers do not mix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Asker {
    Neighbours,
    /// The tokens' floor: bytes and merges.
    Spelling,
    /// The embedding's floor: what the vectors after each block lie near to.
    Context,
    /// The embedding's floor: the table of positions.
    Positions,
    /// The unembedding's floor: the vector of the token whose logit is opened.
    Unembedding,
    /// A head's output: the slices it is made with.
    HeadSlices,
    /// A head's output: the tokens it pushes.
    HeadWords,
    MlpSlices,
    MlpWords,
    /// The receipt of one value.
    Receipt,
    /// The residual stream: guesses of every floor at every position.
    River,
    Knobs,
    /// The whole trace, for a file.
    Export,
}

impl Asker {
    pub const ALL: [Self; 13] = [
        Self::Neighbours,
        Self::Spelling,
        Self::Context,
        Self::Positions,
        Self::Unembedding,
        Self::HeadSlices,
        Self::HeadWords,
        Self::MlpSlices,
        Self::MlpWords,
        Self::Receipt,
        Self::River,
        Self::Knobs,
        Self::Export,
    ];
}

/// How two directions are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measure {
    /// The dot product with the unembedding's rows: what a vector adds to each logit.
    Dot,
    /// The cosine with the token table's rows.
    Cosine,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Question {
    /// Which tokens lie nearest to this one in the model's own table?
    Neighbours { of: Probe, count: usize },
    /// How did this text become tokens?
    Spelling { text: String },
    /// Learned numbers, as the engine has them (after rounding to f16, where it keeps f16).
    Slices(Vec<Slice>),
    /// Which tokens do these vectors (`C` values each, one after the other) point to and away from?
    Toward {
        #[serde(skip)]
        vectors: Vec<f32>,
        measure: Measure,
        count: usize,
    },
    /// What would each floor guess at each position, and what would it give `word`?
    Grid { text: String, word: Option<u32> },
    /// All that a run of this text has ([`Tap::everything`](crate::trace::Tap::everything)). `nth` makes asking
    /// again another question, since nobody keeps so large an answer.
    Everything { text: String, nth: usize },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    Neighbours(Neighbourhood),
    Spelling(Spelling),
    /// The values of all slices asked for, one after the other. Travels as the payload.
    Slices {
        #[serde(skip)]
        values: Vec<f32>,
    },
    /// One a vector.
    Toward(Vec<Toward>),
    Grid(LensGrid),
    /// Its values travel as the payload.
    Everything(Box<Trace>),
}

/// The tokens that a vector points to most, and away from most, each with the dot product or cosine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Toward {
    pub up: Vec<(u32, f32)>,
    pub down: Vec<(u32, f32)>,
}

/// An answer with the question that it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    pub question: Question,
    pub answer: Answer,
}

impl Answered {
    pub fn neighbourhood(&self) -> Option<&Neighbourhood> {
        match &self.answer {
            Answer::Neighbours(neighbourhood) => Some(neighbourhood),
            _ => None,
        }
    }

    pub fn spelling(&self) -> Option<&Spelling> {
        match &self.answer {
            Answer::Spelling(spelling) => Some(spelling),
            _ => None,
        }
    }

    pub fn grid(&self) -> Option<&LensGrid> {
        match &self.answer {
            Answer::Grid(grid) => Some(grid),
            _ => None,
        }
    }

    pub fn toward(&self) -> Option<&[Toward]> {
        match &self.answer {
            Answer::Toward(lists) => Some(lists),
            _ => None,
        }
    }

    pub fn everything(&self) -> Option<&Trace> {
        match &self.answer {
            Answer::Everything(trace) => Some(trace),
            _ => None,
        }
    }

    /// The values of one slice, if it was asked for.
    pub fn slice(&self, wanted: &Slice) -> Option<&[f32]> {
        let (Question::Slices(slices), Answer::Slices { values }) = (&self.question, &self.answer) else { return None };
        let at = slices.iter().position(|slice| slice == wanted)?;
        let start: usize = slices[..at].iter().map(Slice::len).sum();
        values.get(start..start + wanted.len())
    }
}

impl Question {
    /// Takes the payload out, leaving what goes through JSON.
    pub fn take_payload(&mut self) -> Vec<u8> {
        match self {
            Self::Toward { vectors, .. } => bytemuck::cast_slice(&std::mem::take(vectors)).to_vec(),
            _ => Vec::new(),
        }
    }

    /// Puts a payload back where [`Question::take_payload`] took it from.
    pub fn put_payload(&mut self, payload: &[u8]) {
        if let Self::Toward { vectors, .. } = self {
            *vectors = bytemuck::pod_collect_to_vec(payload);
        }
    }
}

impl Answer {
    pub fn take_payload(&mut self) -> Vec<u8> {
        match self {
            Self::Neighbours(around) => bytemuck::cast_slice(&std::mem::take(&mut around.vector)).to_vec(),
            Self::Slices { values } => bytemuck::cast_slice(&std::mem::take(values)).to_vec(),
            Self::Everything(trace) => bytemuck::cast_slice(&std::mem::take(&mut trace.values)).to_vec(),
            _ => Vec::new(),
        }
    }

    pub fn put_payload(&mut self, payload: &[u8]) {
        match self {
            Self::Neighbours(around) => around.vector = bytemuck::pod_collect_to_vec(payload),
            Self::Slices { values } => *values = bytemuck::pod_collect_to_vec(payload),
            Self::Everything(trace) => trace.values = bytemuck::pod_collect_to_vec(payload),
            _ => {}
        }
    }
}
