//! What a view may ask beside the run itself: learned numbers, directions in the vocabulary's terms,
//! every floor's guesses, how a text became tokens.

use super::protocol::{Neighbourhood, Probe};
use crate::analysis::lens::LensGrid;
use crate::analysis::patch::Patched;
use crate::model::{Knob, Slice};
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
    /// The unembedding's floor: what the likeliest token is compared with another by.
    Why,
    /// A head's output: the slices it is made with.
    HeadSlices,
    /// A head's output: the tokens it pushes.
    HeadWords,
    MlpSlices,
    MlpWords,
    /// The MLP's floor: which columns hear of another's change.
    MlpPatch,
    /// The receipt of one value.
    Receipt,
    /// The residual stream: guesses of every floor at every position.
    River,
    Knobs,
    /// The whole trace, for a file.
    Export,
}

impl Asker {
    pub const ALL: [Self; 15] = [
        Self::Neighbours,
        Self::Spelling,
        Self::Context,
        Self::Positions,
        Self::Unembedding,
        Self::Why,
        Self::HeadSlices,
        Self::HeadWords,
        Self::MlpSlices,
        Self::MlpWords,
        Self::MlpPatch,
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
    /// The cosine with the token table's rows, what all tokens have in common taken off.
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
    /// Which columns of a block's two parts move, when one column reads what another does?
    Patch { text: String, layer: usize, position: usize },
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
    Patched(Patched),
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
    /// What was turned in the model that answered.
    pub knob: Option<Knob>,
}

impl Answered {
    /// Is it of the model that made this trace, with the same knob turned, and of the same text, where it is of one?
    pub fn is_of(&self, trace: &Trace) -> bool {
        let same_text = match &self.question {
            Question::Grid { text, .. } | Question::Patch { text, .. } | Question::Everything { text, .. } => {
                *text == trace.text.read
            }
            _ => true,
        };
        same_text && self.knob == trace.knob
    }

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

    pub fn patched(&self) -> Option<&Patched> {
        match &self.answer {
            Answer::Patched(patched) => Some(patched),
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
    /// What does not go through JSON.
    pub fn payload(&self) -> &[u8] {
        match self {
            Self::Toward { vectors, .. } => bytemuck::cast_slice(vectors),
            _ => &[],
        }
    }

    /// Puts a payload where [`Question::payload`] found it.
    pub fn put_payload(&mut self, payload: &[u8]) {
        if let Self::Toward { vectors, .. } = self {
            *vectors = bytemuck::pod_collect_to_vec(payload);
        }
    }
}

impl Answer {
    /// What does not go through JSON.
    pub fn payload(&self) -> &[u8] {
        match self {
            Self::Neighbours(around) => bytemuck::cast_slice(&around.vector),
            Self::Slices { values } => bytemuck::cast_slice(values),
            Self::Everything(trace) => bytemuck::cast_slice(&trace.values),
            _ => &[],
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
