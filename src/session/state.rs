//! The session's signals, in groups: what was typed, what is looked at, what the worker has said, what is set.

use crate::analysis::ask::Ask;
use crate::analysis::probability::Chance;
use crate::content::{Floor, Locale, Room};
use crate::engine::RunReport;
use crate::link::library::Library;
use crate::link::protocol::{Fault, ModelInfo, Probe, Progress};
use crate::link::question::{Answered, Asker};
use crate::link::source::Source;
use crate::model::{Cell, Knob};
use crate::tokens::{Text, Vocabulary};
use crate::trace::Trace;
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Light, dark, or as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    #[default]
    System,
    Light,
    Dark,
}

impl ThemeChoice {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// As the page's `data-theme` and the browser's storage carry it.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

/// What the worker is doing for the model that answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// No model is there yet.
    Starting,
    Ready,
    Busy,
    /// No model came.
    Failed,
}

impl Engine {
    /// For `data-state`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Starting => "loading",
            Self::Ready => "ready",
            Self::Busy => "busy",
            Self::Failed => "failed",
        }
    }
}

/// What is wrong, for the banner.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// The worker said so.
    Fault(Fault),
    /// The worker itself does not run.
    Worker(String),
}

/// A token that was drawn from the chances.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// With its chance in the draw.
    pub token: Chance,
    /// It was written behind the text; what is only part of a character cannot be.
    pub added: bool,
    /// The text with it.
    pub text: String,
}

/// The text as it stands in the box.
#[derive(Clone, Copy)]
pub struct Input {
    pub text: RwSignal<String>,
    /// A text that shall replace the box's: the prompt view carries it out, so that undo works.
    pub replacement: RwSignal<Option<String>>,
    /// Characters of a paste that was longer than the box takes.
    pub pasted: RwSignal<Option<usize>>,
    /// The token that was drawn last.
    pub drawn: RwSignal<Option<Drawn>>,
}

/// The open model picker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picker {
    /// A model from elsewhere that an address asked for: it waits for the visitor's yes.
    pub asked: Option<Source>,
}

/// What is looked at.
#[derive(Clone, Copy)]
pub struct Pick {
    pub floor: RwSignal<Floor>,
    /// The floors from which the visitor has gone deeper, the last one last: Esc leads back to them.
    pub way: RwSignal<Vec<Floor>>,
    /// How deep, on a block's floor.
    pub room: RwSignal<Room>,
    pub head: RwSignal<usize>,
    /// The pinned token.
    pub pin: RwSignal<Option<usize>>,
    /// The token that the pinned one looks at, where a cell of a head's map is held; another pin lets go of it.
    pub key: RwSignal<Option<usize>>,
    /// The token under the pointer: temporary, and it wins.
    pub hover: RwSignal<Option<usize>>,
    /// What was looked up on the embedding floor; pinning a token ends it.
    pub looked_up: RwSignal<Option<Probe>>,
    /// The value whose receipt is open.
    pub cell: RwSignal<Option<Cell>>,
    /// What is turned in the model.
    pub knob: RwSignal<Option<Knob>>,
    /// What an address wants turned, until there is a model to turn it in.
    pub knob_wanted: RwSignal<Option<String>>,
}

/// The last answer that each asker got; `None` before the first, and after another model was opened.
#[derive(Clone, Copy)]
pub struct Asked(StoredValue<BTreeMap<Asker, AnswerSignal>>);

type AnswerSignal = RwSignal<Option<Arc<Answered>>>;

impl Default for Asked {
    fn default() -> Self {
        Self(StoredValue::new(Asker::ALL.map(|asker| (asker, RwSignal::new(None))).into()))
    }
}

impl Asked {
    pub fn of(&self, asker: Asker) -> Signal<Option<Arc<Answered>>> {
        self.signal(asker).into()
    }

    /// For the page, which may let go of an answer.
    pub fn signal(&self, asker: Asker) -> AnswerSignal {
        self.0.with_value(|signals| signals[&asker])
    }
}

/// What the worker has said.
#[derive(Clone, Copy)]
pub struct Answers {
    pub engine: RwSignal<Engine>,
    pub model: RwSignal<Option<Arc<ModelInfo>>>,
    /// The load under way; the model that is there answers meanwhile.
    pub load: RwSignal<Option<Progress>>,
    /// What can be opened; asked for when the picker opens.
    pub library: RwSignal<Option<Arc<Library>>>,
    pub vocabulary: RwSignal<Arc<Vocabulary>>,
    /// The text in the box, as tokens: may be ahead of the trace.
    pub tokens: RwSignal<Arc<Text>>,
    pub trace: RwSignal<Option<Arc<Trace>>>,
    pub report: RwSignal<Option<RunReport>>,
    pub asked: Asked,
    pub trouble: RwSignal<Option<Trouble>>,
}

/// What the visitor has set.
#[derive(Clone, Copy)]
pub struct Settings {
    pub locale: RwSignal<Locale>,
    pub theme: RwSignal<ThemeChoice>,
    /// What is asked of the next token's chances, and how it is drawn.
    pub ask: RwSignal<Ask>,
    /// The hub's address, without a slash at the end.
    pub hub: RwSignal<String>,
}
