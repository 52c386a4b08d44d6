//! What the page knows at this moment: all signals, in groups, and what may happen to them.
//!
//! Only `views/app.rs` reads it. In: what the visitor does ([`Session::type_text`],
//! [`Session::go_to`], …) and the worker's replies ([`Session::receive`]). Out: signals, and
//! requests to the worker (`wire`, in the browser only).

use crate::analysis::ask::Ask;
use crate::content::route::{LONGEST_PROMPT, query_value};
use crate::content::{Floor, Locale, Room, Route};
use crate::engine::{EngineChoice, RunReport};
use crate::link::protocol::{Fault, ModelInfo, Probe, Reply, Stage};
use crate::link::question::{Answered, Asker, Question};
use crate::model::{Cell, Knob, Precision};
use crate::tokens::{Text, Vocabulary};
use crate::trace::{Tap, Trace};
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
mod page;
#[cfg(target_arch = "wasm32")]
mod wire;

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

/// What the worker is doing.
#[derive(Clone, Debug, PartialEq)]
pub enum Engine {
    /// The worker itself is on its way.
    Starting,
    Loading {
        stage: Stage,
        done_bytes: u64,
        total_bytes: u64,
    },
    Ready,
    Busy,
    Failed,
}

impl Engine {
    /// For `data-state`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Starting | Self::Loading { .. } => "loading",
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

/// What an opening of a model takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// `story`: the last part of its folder.
    pub name: String,
    /// What to open instead should this one not be there: a default may be missing from a site.
    pub otherwise: Option<String>,
    pub engine: EngineChoice,
    pub precision: Precision,
}

impl Opening {
    /// As the address's query asks: `?model=story&engine=gpu&weights=f32`. By default a Chinese page
    /// opens the poems, if the site has them.
    pub fn from_address(search: &str, chinese: bool) -> Self {
        // A model's name becomes part of an address: nothing but letters, digits and dashes.
        let plain = |name: &&str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let asked = query_value(search, "model").filter(plain).map(str::to_owned);
        let default = if chinese { "poem" } else { "story" };
        Self {
            otherwise: (asked.is_none() && chinese).then(|| "story".to_owned()),
            name: asked.unwrap_or_else(|| default.to_owned()),
            engine: match query_value(search, "engine") {
                Some("gpu") => EngineChoice::Gpu,
                Some("cpu") => EngineChoice::Cpu,
                _ => EngineChoice::Auto,
            },
            precision: match query_value(search, "weights") {
                Some("f32") => Precision::F32,
                _ => Precision::F16,
            },
        }
    }
}

/// The text as it stands in the box.
#[derive(Clone, Copy)]
pub struct Input {
    pub text: RwSignal<String>,
    /// A text that shall replace the box's: the prompt view carries it out, so that undo works.
    pub replacement: RwSignal<Option<String>>,
    /// Characters of a paste that was longer than the box takes.
    pub pasted: RwSignal<Option<usize>>,
}

/// What is looked at.
#[derive(Clone, Copy)]
pub struct Pick {
    pub floor: RwSignal<Floor>,
    /// How deep, on a block's floor.
    pub room: RwSignal<Room>,
    pub head: RwSignal<usize>,
    /// The pinned token.
    pub pin: RwSignal<Option<usize>>,
    /// The token under the pointer: temporary, and it wins.
    pub hover: RwSignal<Option<usize>>,
    /// What was looked up on the embedding floor; pinning a token ends it.
    pub looked_up: RwSignal<Option<Probe>>,
    /// The value whose receipt is open.
    pub cell: RwSignal<Option<Cell>>,
    /// What is turned in the model.
    pub knob: RwSignal<Option<Knob>>,
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
}

#[derive(Clone, Copy)]
pub struct Session {
    pub input: Input,
    pub pick: Pick,
    pub answers: Answers,
    pub settings: Settings,
    pub opening: RwSignal<Opening>,
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
            },
            pick: Pick {
                floor: RwSignal::new(route.floor.unwrap_or(Floor::Story)),
                room: RwSignal::new(route.room.unwrap_or_default()),
                head: RwSignal::new(route.head.unwrap_or(0)),
                pin: RwSignal::new(route.pin),
                hover: RwSignal::new(None),
                looked_up: RwSignal::new(None),
                cell: RwSignal::new(route.cell),
                knob: RwSignal::new(None),
            },
            answers: Answers {
                engine: RwSignal::new(Engine::Starting),
                model: RwSignal::new(None),
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
                ask: RwSignal::new(Ask {
                    temperature: route.temperature.unwrap_or(1.0),
                    top_k: route.top_k,
                    top_p: route.top_p,
                    ..Ask::default()
                }),
            },
            opening: RwSignal::new(opening),
            taps: RwSignal::default(),
        }
    }

    /// The address of what is shown now.
    pub fn route(&self) -> Route {
        let floor = self.pick.floor.get();
        let (temperature, top_k, top_p) = self.settings.ask.with(|ask| (ask.temperature, ask.top_k, ask.top_p));
        Route {
            floor: Some(floor),
            room: Some(self.pick.room.get()).filter(|_| matches!(floor, Floor::Block(_))),
            head: Some(self.pick.head.get()),
            text: Some(self.input.text.get()).filter(|text| !text.is_empty()),
            pin: self.pick.pin.get(),
            locale: Some(self.settings.locale.get()),
            temperature: Some(temperature).filter(|t| *t != 1.0),
            top_k,
            top_p,
            cell: self.pick.cell.get(),
        }
    }

    /// The whole address of a route, for somebody else.
    pub fn link(&self, route: &Route) -> String {
        #[cfg(target_arch = "wasm32")]
        return browser::link(route, &self.opening.with_untracked(|opening| opening.name.clone()));
        // Off the browser the page lies nowhere.
        #[cfg(not(target_arch = "wasm32"))]
        route.to_string()
    }

    /// Goes where an address points; what it does not say stays.
    pub fn follow(&self, route: Route) {
        set_if(route.floor, self.pick.floor);
        set_if(route.room, self.pick.room);
        // What an address does not say of a receipt is that it is closed.
        set_if(Some(route.cell), self.pick.cell);
        set_if(route.head, self.pick.head);
        set_if(route.locale, self.settings.locale);
        let ask = self.settings.ask.get_untracked();
        let asked = Ask {
            temperature: route.temperature.unwrap_or(ask.temperature),
            top_k: route.top_k.or(ask.top_k),
            top_p: route.top_p.or(ask.top_p),
            ..ask
        };
        set_if(Some(asked), self.settings.ask);
        if let Some(text) = route.text.filter(|text| *text != self.input.text.get_untracked()) {
            self.input.replacement.set(Some(text));
            self.pick.pin.set(route.pin);
        } else {
            set_if(route.pin.map(Some), self.pick.pin);
        }
    }

    /// The box's text has changed.
    pub fn type_text(&self, text: String) {
        if text != self.input.text.get_untracked() {
            // A shorter text has left the overlong paste behind.
            if text.encode_utf16().count() < LONGEST_PROMPT {
                set_if(Some(None), self.input.pasted);
            }
            self.input.text.set(text);
            self.pick.hover.set(None);
        }
    }

    pub fn go_to(&self, floor: Floor) {
        if floor != self.pick.floor.get_untracked() {
            self.pick.floor.set(floor);
        }
    }

    /// Pins a token; the pinned one again lets go.
    pub fn pin(&self, index: usize) {
        let pinned = self.pick.pin.get_untracked();
        self.pick.looked_up.set(None);
        self.pick.pin.set(Some(index).filter(|_| pinned != Some(index)));
    }

    pub fn let_go(&self) {
        self.pick.pin.set(None);
        self.pick.hover.set(None);
    }

    /// Moves the pin by `step` tokens, staying within the text; without one it starts at the end.
    pub fn move_pin(&self, step: isize) {
        let count = self.answers.tokens.with_untracked(|text| text.tokens.len());
        if count > 0 {
            self.pick.looked_up.set(None);
            let from = self.pick.pin.get_untracked().unwrap_or(count - 1).min(count - 1);
            self.pick.pin.set(Some(from.saturating_add_signed(step).min(count - 1)));
        }
    }

    /// Opens another model in place of this one. The text stays, unless it was the old model's example.
    pub fn open(&self, name: &str) {
        let text = self.input.text.get_untracked();
        let is_example = |model: &Arc<ModelInfo>| model.examples.iter().any(|e| e.text == text);
        if self.answers.model.with_untracked(|model| model.as_ref().is_some_and(is_example)) {
            self.input.text.set(String::new());
        }
        // What was chosen was chosen among the old model's tokens.
        self.pick.pin.set(None);
        self.pick.looked_up.set(None);
        self.pick.cell.set(None);
        self.opening.update(|opening| {
            opening.name = name.to_owned();
            opening.otherwise = None;
        });
        self.reopen();
    }

    /// Opens the chosen model anew: everything that the old one said is forgotten.
    pub fn reopen(&self) {
        self.answers.trouble.set(None);
        self.answers.model.set(None);
        self.answers.trace.set(None);
        self.answers.report.set(None);
        self.pick.knob.set(None);
        Asker::ALL.into_iter().for_each(|asker| self.answers.asked.signal(asker).set(None));
        self.answers.tokens.set(Arc::default());
        self.answers.vocabulary.set(Arc::default());
        self.answers.engine.set(Engine::Starting);
        self.send_open();
    }

    /// Takes in what the worker says. Tickets were checked by the wire.
    pub fn receive(&self, reply: Reply) {
        let answers = self.answers;
        match reply {
            Reply::Progress { stage, done_bytes, total_bytes } => {
                answers.engine.set(Engine::Loading { stage, done_bytes, total_bytes });
            }
            Reply::Vocabulary(vocabulary) => answers.vocabulary.set(Arc::new(vocabulary)),
            Reply::Ready(model) => self.model_is_ready(*model),
            Reply::Tokens { text, .. } => answers.tokens.set(Arc::new(text)),
            Reply::Picture { report, trace, .. } => {
                answers.report.set(Some(report));
                answers.trace.set(Some(Arc::from(trace)));
            }
            // The wire knows the question, and hands both to `learn`.
            Reply::Answer { .. } => {}
            Reply::Failed { ticket, fault } => self.failed(ticket.is_some(), fault),
        }
    }

    fn model_is_ready(&self, model: ModelInfo) {
        self.pick.floor.update(|floor| *floor = floor.within(model.config.layers));
        self.pick.head.update(|head| *head = (*head).min(model.config.heads - 1));
        self.answers.engine.set(Engine::Ready);
        // Where a switch failed, the model that was there answers on.
        self.opening.update(|opening| opening.name.clone_from(&model.name));
        // A text that is already there wins over the model's example.
        let first = model.examples.first().map(|example| example.text.clone());
        self.answers.model.set(Some(Arc::new(model)));
        if let Some(text) = first.filter(|_| self.input.text.with_untracked(String::is_empty)) {
            self.input.replacement.set(Some(text));
        }
    }

    /// `asked`: the answer to one request failed, while the model itself is there.
    fn failed(&self, asked: bool, fault: Fault) {
        let missing = matches!(fault, Fault::Fetch { .. } | Fault::Model { .. });
        let otherwise = self.opening.with_untracked(|opening| opening.otherwise.clone());
        if let (true, false, Some(name)) = (missing, asked, otherwise) {
            self.open(&name);
            return;
        }
        if !asked && !matches!(fault, Fault::Lost { .. }) {
            self.answers.engine.set(Engine::Failed);
        }
        self.answers.trouble.set(Some(Trouble::Fault(fault)));
    }

    /// Takes in an answer to [`Session::ask`].
    pub fn learn(&self, asker: Asker, answered: Answered) {
        self.answers.asked.signal(asker).set(Some(Arc::new(answered)));
    }

    /// Asks the worker, unless this is what the asker asked last.
    pub fn ask(&self, asker: Asker, question: Question) {
        #[cfg(target_arch = "wasm32")]
        wire::ask(asker, question);
        // Off the browser there is no worker to ask.
        #[cfg(not(target_arch = "wasm32"))]
        let _ = (asker, question);
    }

    fn send_open(&self) {
        #[cfg(target_arch = "wasm32")]
        wire::open(self.opening.with_untracked(|opening| crate::link::protocol::Request::Open {
            folder: browser::absolute(&format!("./models/{}", opening.name)),
            engine: opening.engine,
            precision: opening.precision,
        }));
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
