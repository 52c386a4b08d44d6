//! What the page knows at this moment: all signals, in groups, and what may happen to them.
//!
//! Only `views/app.rs` reads it. In: what the visitor does ([`Session::type_text`], and in `picking`,
//! `address`, `models`) and the worker's replies ([`Session::receive`]). Out: signals, and requests
//! to the worker (`wire`, in the browser only).

use crate::analysis::ask::Ask;
#[cfg(target_arch = "wasm32")]
use crate::content::Room;
use crate::content::route::LONGEST_PROMPT;
use crate::content::{Floor, Locale, Route};
use crate::engine::RunReport;
use crate::link::protocol::Reply;
use crate::link::question::{Answered, Asker, Question};
use crate::link::source::{HUBS, Source};
use crate::trace::{Tap, Trace};
use leptos::prelude::*;
use std::sync::Arc;

mod address;
#[cfg(target_arch = "wasm32")]
pub mod browser;
mod models;
mod opening;
#[cfg(target_arch = "wasm32")]
mod page;
mod picking;
mod state;
#[cfg(target_arch = "wasm32")]
mod wire;
mod writing;

pub use opening::{Opening, Shown, weights_in_address};
pub use state::{Answers, Asked, Drawn, Engine, Input, Pick, Picker, Settings, ThemeChoice, Trouble};

#[derive(Clone, Copy)]
pub struct Session {
    pub input: Input,
    pub pick: Pick,
    pub answers: Answers,
    pub settings: Settings,
    pub opening: RwSignal<Opening>,
    /// The model picker is open; a source: an address asked for it, and it waits for the visitor's yes.
    pub picker: RwSignal<Option<Picker>>,
    /// What the last load that failed was to open.
    pub refused: RwSignal<Option<Source>>,
    /// A model from elsewhere that a link shows something of, and what: until it is there, or another text is typed.
    pub linked: RwSignal<Option<(Source, Route)>>,
    /// What the visible views ask of the engine; `app` keeps it.
    pub taps: RwSignal<Vec<Tap>>,
}

impl Session {
    /// The session as an address and the browser's settings begin it.
    pub fn new(route: &Route, locale: Locale, theme: ThemeChoice, opening: Opening) -> Self {
        Self {
            input: Input {
                text: RwSignal::new(route.text.clone().unwrap_or_default()),
                replacement: RwSignal::new(route.text.clone()),
                pasted: RwSignal::new(None),
                drawn: RwSignal::new(None),
            },
            pick: Pick {
                floor: RwSignal::new(route.floor.unwrap_or(Floor::Story)),
                way: RwSignal::default(),
                room: RwSignal::new(route.room.unwrap_or_default()),
                head: RwSignal::new(route.head.unwrap_or(0)),
                pin: RwSignal::new(route.pin),
                key: RwSignal::new(route.key),
                hover: RwSignal::new(None),
                looked_up: RwSignal::new(None),
                cell: RwSignal::new(route.cell),
                knob: RwSignal::new(None),
                knob_wanted: RwSignal::new(route.knob.clone()),
            },
            answers: Answers {
                engine: RwSignal::new(Engine::Starting),
                model: RwSignal::new(None),
                load: RwSignal::new(None),
                library: RwSignal::new(None),
                vocabulary: RwSignal::default(),
                tokens: RwSignal::default(),
                trace: RwSignal::new(None),
                report: RwSignal::new(None),
                asked: Asked::default(),
                trouble: RwSignal::new(None),
            },
            settings: Settings {
                locale: RwSignal::new(locale),
                theme: RwSignal::new(theme),
                hub: RwSignal::new(HUBS[0].to_owned()),
                ask: RwSignal::new(Ask {
                    temperature: route.temperature.unwrap_or(1.0),
                    top_k: route.top_k,
                    top_p: route.top_p,
                    ..Ask::default()
                }),
            },
            linked: RwSignal::new(
                Some((opening.source.clone(), route.clone())).filter(|(source, _)| source.elsewhere()),
            ),
            opening: RwSignal::new(opening),
            picker: RwSignal::new(None),
            refused: RwSignal::new(None),
            taps: RwSignal::default(),
        }
    }

    /// The box's text has changed.
    pub fn type_text(&self, text: String) {
        if text != self.input.text.get_untracked() {
            // A shorter text has left the overlong paste behind.
            if text.encode_utf16().count() < LONGEST_PROMPT {
                set_if(Some(None), self.input.pasted);
            }
            // What was drawn is told of the text that it made.
            if self.input.drawn.with_untracked(|drawn| drawn.as_ref().is_some_and(|drawn| drawn.text != text)) {
                self.input.drawn.set(None);
            }
            if self.linked.with_untracked(|linked| {
                linked.as_ref().is_some_and(|(_, route)| route.text.as_ref().is_some_and(|t| *t != text))
            }) {
                self.linked.set(None);
            }
            self.input.text.set(text);
            self.pick.hover.set(None);
        }
    }

    /// Takes in what the worker says. Tickets were checked by the wire.
    pub fn receive(&self, reply: Reply) {
        let answers = self.answers;
        match reply {
            Reply::Progress(progress) => answers.load.set(Some(progress)),
            Reply::Cancelled => {
                answers.load.set(None);
                self.stay();
            }
            Reply::Library(library) => answers.library.set(Some(Arc::from(library))),
            Reply::Vocabulary(vocabulary) => self.read_with(vocabulary),
            Reply::Ready { model, vocabulary, rebuilt } => self.model_is_ready(*model, vocabulary, rebuilt),
            Reply::Tokens { text, .. } => answers.tokens.set(Arc::new(text)),
            Reply::Picture { report, trace, .. } => self.see(report, Arc::from(trace)),
            // The wire knows the question, and hands both to `learn`.
            Reply::Answer { .. } => {}
            Reply::Failed { ticket, fault } => self.failed(ticket.is_some(), fault),
        }
    }

    /// Shows a run.
    pub fn see(&self, report: RunReport, trace: Arc<Trace>) {
        self.answers.report.set(Some(report));
        self.answers.trace.set(Some(trace));
    }

    /// Takes in an answer to [`Session::ask`].
    pub fn learn(&self, asker: Asker, answered: Answered) {
        self.answers.asked.signal(asker).set(Some(Arc::new(answered)));
    }

    /// The room that the visitor stands in.
    #[cfg(target_arch = "wasm32")]
    fn place(&self) -> (Floor, Room) {
        (self.pick.floor.get_untracked(), self.pick.room.get_untracked())
    }

    /// Asks the worker, unless this is what the asker asked last.
    pub fn ask(&self, asker: Asker, question: Question) {
        #[cfg(target_arch = "wasm32")]
        wire::ask(self.place(), asker, question);
        // Off the browser there is no worker to ask.
        #[cfg(not(target_arch = "wasm32"))]
        let _ = (asker, question);
    }

    /// Starts the worker, keeps it up to date with the text and what the views ask, and the document
    /// with the settings.
    #[cfg(target_arch = "wasm32")]
    pub fn start(&self) {
        page::start(*self);
        wire::start(*self);
    }
}

fn set_if<T: Send + Sync + PartialEq + Clone + 'static>(value: Option<T>, signal: RwSignal<T>) {
    if let Some(value) = value.filter(|value| *value != signal.get_untracked()) {
        signal.set(value);
    }
}

#[cfg(test)]
mod tests;
