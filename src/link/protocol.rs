//! What page and worker say to each other.
//!
//! A message is a JSON header and one payload of bytes that is transferred, not copied:
//! numbers by the thousand (a trace, the vocabulary, vectors) never pass through serde.

pub use super::example::Example;
use super::library::{Library, NotKept};
use super::question::{Answer, Asker, Question};
use super::source::Source;
pub use crate::analysis::neighbours::Neighbour;
use crate::engine::{EngineChoice, EngineError, EngineStatus, RunReport};
use crate::model::{ConfigError, GptConfig, Knob, Precision, TensorName, WeightsError};
use crate::tokens::{Text, TokenizerError, Vocabulary};
use crate::trace::{Tap, Trace};
use serde::{Deserialize, Serialize};

/// Page → worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Load a model. The present one answers until the new one is whole, and stays if that fails.
    Open(Order),
    /// End the load under way. What has come is kept, where models are kept.
    Cancel,
    /// Which models are there to open? `site`: where the page lies, without a slash at the end.
    Library { site: String },
    /// Take a model off this device, and tell the library anew.
    Remove { source: Source },
    /// Which tokens is this text? Answered even while the engine computes and before weights are there.
    Tokenize { ticket: u64, text: String },
    /// Run this text, with this knob turned, and read these values.
    Look { ticket: u64, text: String, taps: Vec<Tap>, knob: Option<Knob> },
    /// Anything else that a view wants to know.
    Ask { ticket: u64, asker: Asker, question: Question },
}

/// What a load needs to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    pub source: Source,
    /// The folder's address; files of the visitor's have none and come with the message.
    pub folder: Option<String>,
    /// The visitor has asked for exactly this model: it may be fetched from elsewhere. Without that,
    /// such a model is opened only if it lies on the device.
    pub consent: bool,
    pub engine: EngineChoice,
    pub precision: Precision,
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
    /// How far a load is.
    Progress(Progress),
    /// The load was ended by [`Request::Cancel`].
    Cancelled,
    Library(Box<Library>),
    /// The first model's tokenizer is there, before its weights: chips can be shown, ids have texts.
    Vocabulary(Vocabulary),
    /// A model is there: it answers from now on. With its vocabulary, where that was not sent before.
    /// `rebuilt`: it is the one that was there, since its device was lost.
    Ready {
        model: Box<ModelInfo>,
        vocabulary: Option<Vocabulary>,
        rebuilt: bool,
    },
    Tokens {
        ticket: u64,
        text: Text,
    },
    Picture {
        ticket: u64,
        report: RunReport,
        trace: Box<Trace>,
    },
    /// `knob`: what was turned in the model that answered.
    Answer {
        ticket: u64,
        asker: Asker,
        answer: Answer,
        knob: Option<Knob>,
    },
    Failed {
        ticket: Option<u64>,
        fault: Fault,
    },
}

/// How far a load is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    pub source: Source,
    pub stage: Stage,
    pub done_bytes: u64,
    /// 0 while unknown.
    pub total_bytes: u64,
    /// Bytes a second that come over the network; 0 while unknown, or when none need to come.
    pub speed: f64,
    /// Which tensor the last bytes belong to.
    pub tensor: Option<TensorName>,
    /// Why what comes is not kept on this device, where that is so.
    pub not_kept: Option<NotKept>,
}

/// What a load is busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Another page of this browser fetches the same model: it is waited for.
    Waiting,
    Tokenizer,
    /// Reading weights that lie on this device.
    Stored,
    Weights,
    /// The connection broke; it is tried again, for the `attempt`th time.
    Retry {
        attempt: usize,
    },
    /// Making pipelines and buffers.
    Engine,
}

/// The model that answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// Short: the last part of where it comes from, `story`.
    pub name: String,
    pub source: Source,
    pub config: GptConfig,
    /// Numbers learned in training.
    pub parameters: u64,
    /// Size of the weights file.
    pub file_bytes: u64,
    /// The weights file is in bytes already ([`Precision::of_bytes`]).
    pub in_bytes: bool,
    /// The kind of weights that was asked for, and the one that the engine keeps: the CPU has no f16, and bytes
    /// stay bytes.
    pub asked: Precision,
    pub precision: Precision,
    pub engine: EngineStatus,
    /// Longest text, in tokens, that this device has room for; at most `config.positions`.
    pub capacity: usize,
    pub examples: Vec<Example>,
    /// Why it was not kept on this device, if it came from elsewhere and was not.
    pub not_kept: Option<NotKept>,
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
    /// A file that every model has is not there. `other`: a file that is, and that Glassbox does not read.
    Missing {
        file: String,
        other: Option<String>,
    },
    /// The server answered, but not with the file (401, 403, 500 …).
    Refused {
        file: String,
        status: u16,
    },
    /// The server is there, and does not let other sites' pages read its files (CORS).
    Closed {
        host: String,
    },
    /// Nobody answered. `offline`: the device itself has no network.
    Unreachable {
        host: String,
        offline: bool,
    },
    /// The connection broke and broke again; `kept`: what has come is still there to go on from.
    Interrupted {
        file: String,
        done_bytes: u64,
        total_bytes: u64,
        kept: bool,
    },
    /// A file that the visitor gave cannot be read: it was moved or changed since, or may not be.
    Unreadable {
        file: String,
    },
    /// A model from elsewhere that an address asks for: the visitor has not said yes.
    NotHere {
        source: Source,
    },
    Config(ConfigError),
    Tokenizer(TokenizerError),
    Weights(WeightsError),
    /// The tokenizer knows more tokens than the model's table has rows.
    Sizes {
        tokenizer: usize,
        table: usize,
    },
    /// The model is too big for this device. `bytes`: what its weights take; `smaller`: kinds of weights
    /// with which it would fit.
    Memory {
        bytes: u64,
        smaller: Vec<Precision>,
        detail: String,
    },
    /// The device stopped answering; the engine was made anew (`rebuilt`) or the CPU took over.
    Lost {
        rebuilt: bool,
        detail: String,
    },
    /// The device stopped answering and the model did not come anew: none is at work.
    Unloaded,
    /// A model cannot be taken off this device while a page reads or writes it.
    InUse {
        source: Source,
    },
    /// A bug of ours.
    Internal {
        detail: String,
    },
}

impl From<ConfigError> for Fault {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl From<TokenizerError> for Fault {
    fn from(error: TokenizerError) -> Self {
        Self::Tokenizer(error)
    }
}

impl From<WeightsError> for Fault {
    fn from(error: WeightsError) -> Self {
        Self::Weights(error)
    }
}

impl From<EngineError> for Fault {
    fn from(error: EngineError) -> Self {
        let detail = error.to_string();
        match error {
            EngineError::Memory { .. } => Self::Memory { bytes: 0, smaller: Vec::new(), detail },
            EngineError::Lost { .. } => Self::Lost { rebuilt: false, detail },
            EngineError::UnknownToken { id, vocab } => Self::Sizes { tokenizer: id as usize + 1, table: vocab },
            EngineError::TooLong { .. }
            | EngineError::Empty
            | EngineError::Interrupted
            | EngineError::OutOfRange { .. }
            | EngineError::Knob { .. } => Self::Internal { detail },
        }
    }
}

impl Request {
    /// What travels beside the header.
    pub fn payload(&self) -> &[u8] {
        match self {
            Self::Ask { question, .. } => question.payload(),
            _ => &[],
        }
    }

    /// Puts a payload where [`Request::payload`] found it.
    pub fn put_payload(&mut self, payload: &[u8]) {
        if let Self::Ask { question, .. } = self {
            question.put_payload(payload);
        }
    }
}

impl Reply {
    /// What travels beside the header.
    pub fn payload(&self) -> &[u8] {
        match self {
            Self::Picture { trace, .. } => bytemuck::cast_slice(&trace.values),
            Self::Answer { answer, .. } => answer.payload(),
            Self::Vocabulary(vocabulary) | Self::Ready { vocabulary: Some(vocabulary), .. } => &vocabulary.bytes,
            _ => &[],
        }
    }

    /// Puts a payload where [`Reply::payload`] found it.
    pub fn put_payload(&mut self, payload: Vec<u8>) {
        match self {
            Self::Picture { trace, .. } => trace.values = bytemuck::pod_collect_to_vec(&payload),
            Self::Answer { answer, .. } => answer.put_payload(&payload),
            Self::Vocabulary(vocabulary) | Self::Ready { vocabulary: Some(vocabulary), .. } => {
                vocabulary.bytes = payload;
            }
            _ => {}
        }
    }
}
