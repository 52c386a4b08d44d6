//! What page and worker say to each other.
//!
//! A message is a JSON header and one payload of bytes that is transferred, not copied:
//! numbers by the thousand (a trace, the vocabulary, vectors) never pass through serde.

use super::question::{Answer, Asker, Question};
pub use crate::analysis::neighbours::Neighbour;
use crate::engine::{EngineChoice, EngineStatus, RunReport};
use crate::model::{GptConfig, Knob, Precision};
use crate::tokens::{Text, Vocabulary};
use crate::trace::{Tap, Trace};
use serde::{Deserialize, Serialize};

/// Page → worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Load the model in this folder (a URL, relative to the page), replacing the present one.
    Open { folder: String, engine: EngineChoice, precision: Precision },
    /// Which tokens is this text? Answered even while the engine computes and before weights are there.
    Tokenize { ticket: u64, text: String },
    /// Run this text, with this knob turned, and read these values.
    Look { ticket: u64, text: String, taps: Vec<Tap>, knob: Option<Knob> },
    /// Anything else that a view wants to know.
    Ask { ticket: u64, asker: Asker, question: Question },
}

/// What neighbours are asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Probe {
    Id(u32),
    /// Text that a person typed: the token that begins it is meant (`" jump"` before `"jump"`).
    Word(String),
}

/// Worker → page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// How far loading is. `total_bytes` is 0 while unknown.
    Progress {
        stage: Stage,
        done_bytes: u64,
        total_bytes: u64,
    },
    /// The tokenizer is there: chips can be shown, ids have texts.
    Vocabulary(Vocabulary),
    /// The model is there: runs are answered from now on.
    Ready(Box<ModelInfo>),
    Tokens {
        ticket: u64,
        text: Text,
    },
    Picture {
        ticket: u64,
        report: RunReport,
        trace: Box<Trace>,
    },
    Answer {
        ticket: u64,
        asker: Asker,
        answer: Answer,
    },
    Failed {
        ticket: Option<u64>,
        fault: Fault,
    },
}

/// What a load is busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    Tokenizer,
    Weights,
    /// Making pipelines and buffers.
    Engine,
}

/// The model that answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// Last part of its folder: `story`.
    pub name: String,
    pub folder: String,
    pub config: GptConfig,
    /// Numbers learned in training.
    pub parameters: u64,
    /// Size of the weights file.
    pub file_bytes: u64,
    pub precision: Precision,
    pub engine: EngineStatus,
    /// Longest text, in tokens, that this device has room for; at most `config.positions`.
    pub capacity: usize,
    pub examples: Vec<Example>,
}

/// A prompt that shows something, with what to look for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Example {
    pub text: String,
    pub en: String,
    pub zh: String,
}

/// A token's surroundings in the token table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Neighbourhood {
    /// The token in the middle.
    pub id: u32,
    /// Nearest first, without the token itself. Its case and leading-space twins among them.
    pub nearest: Vec<Neighbour>,
    /// Coordinates of the token and then of each neighbour on the first two principal axes.
    pub points: Vec<[f32; 2]>,
    /// Shares of these vectors' variance that the two axes show, 0…1.
    pub variance: [f32; 2],
    /// The token's own row of the table, C values. Travels as the payload.
    #[serde(skip)]
    pub vector: Vec<f32>,
}

/// What went wrong, in the kinds that a person can do something about. `detail` is for the report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Fault {
    /// A file of the model could not be fetched.
    Fetch { file: String, detail: String },
    /// A file of the model is there but cannot be used.
    Model { file: String, detail: String },
    /// The model is too big for this device.
    Memory { detail: String },
    /// The device stopped answering; the engine was made anew (`rebuilt`) or the CPU took over.
    Lost { rebuilt: bool, detail: String },
    /// A bug of ours.
    Internal { detail: String },
}

impl Request {
    /// Takes the payload out, leaving the header.
    pub fn take_payload(&mut self) -> Vec<u8> {
        match self {
            Self::Ask { question, .. } => question.take_payload(),
            _ => Vec::new(),
        }
    }

    /// Puts a payload back where [`Request::take_payload`] took it from.
    pub fn put_payload(&mut self, payload: &[u8]) {
        if let Self::Ask { question, .. } = self {
            question.put_payload(payload);
        }
    }
}

impl Reply {
    /// Takes the payload out, leaving the header.
    pub fn take_payload(&mut self) -> Vec<u8> {
        match self {
            Self::Picture { trace, .. } => bytemuck::cast_slice(&std::mem::take(&mut trace.values)).to_vec(),
            Self::Answer { answer, .. } => answer.take_payload(),
            Self::Vocabulary(vocabulary) => std::mem::take(&mut vocabulary.bytes),
            _ => Vec::new(),
        }
    }

    /// Puts a payload back where [`Reply::take_payload`] took it from.
    pub fn put_payload(&mut self, payload: Vec<u8>) {
        match self {
            Self::Picture { trace, .. } => trace.values = bytemuck::pod_collect_to_vec(&payload),
            Self::Answer { answer, .. } => answer.put_payload(&payload),
            Self::Vocabulary(vocabulary) => vocabulary.bytes = payload,
            _ => {}
        }
    }
}
