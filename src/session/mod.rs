//! What the page knows at this moment: all signals, in groups, and what may happen to them.
//!
//! Only `views/app.rs` reads it. In: what the visitor does ([`Session::type_text`],
//! [`Session::go_to`], …) and the worker's replies ([`Session::receive`]). Out: signals, and
//! requests to the worker (`wire`, in the browser only).

use crate::analysis::ask::Ask;
use crate::content::route::LONGEST_PROMPT;
use crate::content::{Floor, Locale, Route};
use crate::link::protocol::{Fault, ModelInfo, Reply};
use crate::link::question::{Answered, Asker, Question};
use crate::link::source::{HUBS, Source};
use crate::model::{GptConfig, Knob, Precision};
use crate::tokens::Vocabulary;
use crate::trace::Tap;
use leptos::prelude::*;
use std::sync::Arc;

#[cfg(target_arch = "wasm32")]
pub mod browser;
mod opening;
#[cfg(target_arch = "wasm32")]
mod page;
mod state;
#[cfg(target_arch = "wasm32")]
mod wire;

pub use opening::{Opening, Shown, weights_in_address};
pub use state::{Answers, Asked, Engine, Input, Pick, Picker, Settings, ThemeChoice, Trouble};

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
            opening: RwSignal::new(opening),
            picker: RwSignal::new(None),
            refused: RwSignal::new(None),
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
            key: self.pick.key.get().filter(|_| matches!(floor, Floor::Block(_))),
            locale: Some(self.settings.locale.get()),
            temperature: Some(temperature).filter(|t| *t != 1.0),
            top_k,
            top_p,
            cell: self.pick.cell.get(),
            knob: self.pick.knob.get().map(|knob| knob.to_string()).or_else(|| self.pick.knob_wanted.get()),
        }
    }

    /// What made the numbers that are shown. The kind of weights is that of the model that is there: a choice for
    /// the next opening has made none yet.
    pub fn shown(&self) -> Shown {
        let asked = self.answers.model.with(|model| model.as_ref().map(|model| model.asked));
        self.opening
            .with(|opening| Shown { model: opening.source.to_address(), precision: asked.unwrap_or(opening.precision) })
    }

    /// The whole address of a route, for somebody else.
    pub fn link(&self, route: &Route) -> String {
        #[cfg(target_arch = "wasm32")]
        return browser::link(route, &untrack(|| self.shown()));
        // Off the browser the page lies nowhere.
        #[cfg(not(target_arch = "wasm32"))]
        route.to_string()
    }

    /// Goes where an address points; what it does not say stays.
    pub fn follow(&self, route: Route) {
        let route = self.within_model(route);
        route.floor.into_iter().for_each(|floor| self.go_to(floor));
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
            self.pin_only(route.pin);
        } else if let Some(pin) = route.pin {
            set_if(Some(Some(pin)), self.pick.pin);
        }
        set_if(route.key.map(Some), self.pick.key);
        if route.knob.is_some() {
            self.pick.knob_wanted.set(route.knob);
            self.turn_as_wanted();
        }
    }

    /// Turns what an address wants turned, once there is a model; what that lacks is forgotten.
    fn turn_as_wanted(&self) {
        let Some(model) = self.answers.model.get_untracked() else { return };
        if let Some(wanted) = self.pick.knob_wanted.get_untracked() {
            self.pick.knob_wanted.set(None);
            self.pick.knob.set(Knob::parse(&wanted, &model.config));
        }
    }

    /// An address's place in the model that is there: the nearest floor and head that it has. A receipt of a value
    /// that it lacks is closed.
    fn within_model(&self, route: Route) -> Route {
        self.answers.model.with_untracked(|model| {
            let shape = model.as_ref().map(|model| (model.config.layers, model.config.heads));
            let Some((layers, heads)) = shape else { return route };
            Route {
                floor: route.floor.map(|floor| floor.within(layers)),
                head: route.head.map(|head| head.min(heads - 1)),
                cell: route.cell.filter(|cell| cell.is_within(layers, heads)),
                ..route
            }
        })
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
        set_if(Some(floor), self.pick.floor);
        self.retrace(floor);
    }

    /// Goes deeper from where one stands, so that [`Session::come_back`] leads here again. From one block to
    /// another is sideways.
    pub fn go_deeper(&self, floor: Floor) {
        let here = self.pick.floor.get_untracked();
        if !matches!((here, floor), (Floor::Block(_), Floor::Block(_))) {
            self.pick.way.update(|way| way.push(here));
        }
        self.go_to(floor);
    }

    /// Goes back to where the visitor last went deeper from; says whether there was such a place.
    pub fn come_back(&self) -> bool {
        let last = self.pick.way.with_untracked(|way| way.last().copied());
        last.into_iter().for_each(|floor| self.go_to(floor));
        last.is_some()
    }

    /// Who stands on a floor of the way again has come back to it.
    fn retrace(&self, floor: Floor) {
        self.pick.way.update(|way| way.truncate(way.iter().position(|f| *f == floor).unwrap_or(way.len())));
    }

    /// Pins a token; the pinned one again lets go.
    pub fn pin(&self, index: usize) {
        let pinned = self.pick.pin.get_untracked();
        self.pick.looked_up.set(None);
        self.pin_only(Some(index).filter(|_| pinned != Some(index)));
    }

    /// Pins a token, and no cell of a map.
    pub fn pin_only(&self, index: Option<usize>) {
        self.pick.pin.set(index);
        set_if(Some(None), self.pick.key);
    }

    /// Holds a cell of the head's maps: who looks, and at whom.
    pub fn hold(&self, (query, key): (usize, usize)) {
        self.pick.pin.set(Some(query));
        self.pick.key.set(Some(key));
    }

    pub fn let_go(&self) {
        self.pin_only(None);
        self.pick.hover.set(None);
    }

    /// Esc where a picture has the keyboard: one thing at a time, the receipt first.
    pub fn leave(&self) {
        match self.pick.cell.get_untracked() {
            Some(_) => self.pick.cell.set(None),
            None => self.let_go(),
        }
    }

    /// Moves the pin by `step` tokens, staying within the text; without one it starts at the end.
    pub fn move_pin(&self, step: isize) {
        let count = self.answers.tokens.with_untracked(|text| text.tokens.len());
        if count > 0 {
            self.pick.looked_up.set(None);
            let from = self.pick.pin.get_untracked().unwrap_or(count - 1).min(count - 1);
            self.pin_only(Some(from.saturating_add_signed(step).min(count - 1)));
        }
    }

    /// Opens another model; this one answers until that is whole. `precision`: `None` keeps the present one.
    pub fn open(&self, source: Source, precision: Option<Precision>) {
        self.opening.update(|opening| {
            opening.precision = precision.unwrap_or(opening.precision);
            *opening = Opening { source, otherwise: None, picked: true, ..opening.clone() };
        });
        self.reopen();
    }

    /// Opens the chosen model (again).
    pub fn reopen(&self) {
        self.answers.trouble.set(None);
        if self.answers.model.with_untracked(Option::is_none) {
            self.answers.engine.set(Engine::Starting);
        }
        self.send_open();
    }

    /// Once more what could not be opened. The visitor asks for it.
    pub fn try_again(&self) {
        match self.refused.get_untracked() {
            Some(source) => self.open(source, None),
            None => self.reopen(),
        }
    }

    /// The kind of weights that models are opened with from now on.
    pub fn choose_precision(&self, precision: Precision) {
        self.opening.update(|opening| opening.precision = precision);
    }

    /// Another model is there: everything that the old one said is forgotten. The text stays, unless it
    /// was the old model's example.
    fn forget(&self, next: &ModelInfo, rebuilt: bool) {
        let text = self.input.text.get_untracked();
        let is_example = |model: &Arc<ModelInfo>| model.examples.iter().any(|e| e.text == text);
        // Any files may be called as those before.
        let files = matches!(next.source, Source::Files(_));
        let another = |model: &Arc<ModelInfo>| next.source != model.source || files && !rebuilt;
        let (example, another) = self
            .answers
            .model
            .with_untracked(|model| model.as_ref().map_or((false, false), |model| (is_example(model), another(model))));
        // A model without examples has nothing to put in its place.
        if another && example && !next.examples.is_empty() {
            self.input.text.set(String::new());
        }
        if another {
            // What was chosen was chosen among the old model's tokens.
            self.pin_only(None);
            self.pick.looked_up.set(None);
            self.pick.cell.set(None);
            self.pick.way.set(Vec::new());
        }
        self.answers.trace.set(None);
        self.answers.report.set(None);
        self.pick.knob.set(None);
        Asker::ALL.into_iter().for_each(|asker| self.answers.asked.signal(asker).set(None));
    }

    /// Opens the model picker, and asks what there is to pick.
    pub fn pick_model(&self, asked: Option<Source>) {
        self.picker.set(Some(Picker { asked }));
        self.ask_library();
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
            Reply::Picture { report, trace, .. } => {
                answers.report.set(Some(report));
                answers.trace.set(Some(Arc::from(trace)));
            }
            // The wire knows the question, and hands both to `learn`.
            Reply::Answer { .. } => {}
            Reply::Failed { ticket, fault } => self.failed(ticket.is_some(), fault),
        }
    }

    /// A new vocabulary cuts the same text anew.
    fn read_with(&self, vocabulary: Vocabulary) {
        self.answers.tokens.set(Arc::default());
        self.answers.vocabulary.set(Arc::new(vocabulary));
    }

    /// Does what was said still hold, now that this model is there? Only of the same one, `rebuilt` with the same
    /// numbers: other files may bear the same name and have the same shape, and the CPU does not round to f16.
    pub fn keeps(&self, model: &ModelInfo, rebuilt: bool) -> bool {
        let same = |there: &Arc<ModelInfo>| there.precision == model.precision;
        rebuilt && self.answers.model.with_untracked(|there| there.as_ref().is_some_and(same))
    }

    fn model_is_ready(&self, model: ModelInfo, vocabulary: Option<Vocabulary>, rebuilt: bool) {
        if !self.keeps(&model, rebuilt) {
            self.forget(&model, rebuilt);
        }
        if let Some(vocabulary) = vocabulary {
            self.read_with(vocabulary);
        }
        let GptConfig { layers, heads, .. } = model.config;
        self.pick.floor.update(|floor| *floor = floor.within(layers));
        self.pick.head.update(|head| *head = (*head).min(heads - 1));
        self.pick.cell.update(|cell| *cell = cell.filter(|cell| cell.is_within(layers, heads)));
        self.answers.load.set(None);
        self.answers.engine.set(Engine::Ready);
        // A text that is already there wins over the model's example.
        let first = model.examples.first().map(|example| example.text.clone());
        self.answers.model.set(Some(Arc::new(model)));
        self.turn_as_wanted();
        if let Some(text) = first.filter(|_| self.input.text.with_untracked(String::is_empty)) {
            self.input.replacement.set(Some(text));
        }
        if self.picker.with_untracked(Option::is_some) {
            self.ask_library();
        }
    }

    /// No other model came: the one that is there stays.
    fn stay(&self) {
        let there = self.answers.model.with_untracked(|model| model.as_ref().map(|model| model.source.clone()));
        match there {
            Some(source) => self.opening.update(|opening| opening.source = source),
            None => self.answers.engine.set(Engine::Failed),
        }
    }

    /// `asked`: the answer to one request failed, while the model itself is there.
    fn failed(&self, asked: bool, fault: Fault) {
        let of_the_model = !asked && !matches!(fault, Fault::Lost { .. } | Fault::InUse { .. });
        if of_the_model {
            self.answers.load.set(None);
            let otherwise = self.opening.with_untracked(|opening| opening.otherwise.clone());
            let wanted = self.opening.with_untracked(|opening| opening.source.clone());
            let not_here = matches!(fault, Fault::NotHere { .. });
            if let Some(source) = otherwise {
                // An address is no wish to fetch from elsewhere: the picker asks.
                if not_here {
                    self.pick_model(Some(wanted));
                }
                self.opening.update(|opening| {
                    opening.otherwise = None;
                    opening.source = source;
                });
                self.reopen();
                return;
            }
            self.refused.set(Some(wanted));
            self.stay();
            if self.picker.with_untracked(Option::is_some) {
                self.ask_library();
            }
        } else {
            self.refused.set(None);
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
        wire::send(crate::link::protocol::Request::Open(self.order()));
    }

    #[cfg(target_arch = "wasm32")]
    fn order(&self) -> crate::link::protocol::Order {
        let hub = self.settings.hub.get_untracked();
        self.opening.with_untracked(|opening| crate::link::protocol::Order {
            folder: opening.source.folder(&browser::site(), &hub),
            source: opening.source.clone(),
            consent: opening.picked,
            engine: opening.engine,
            precision: opening.precision,
        })
    }

    /// Opens a model out of files that the visitor gave: a JavaScript array of `File`s.
    #[cfg(target_arch = "wasm32")]
    pub fn open_files(&self, name: &str, files: js_sys::Array, precision: Option<Precision>) {
        self.opening.update(|opening| {
            opening.precision = precision.unwrap_or(opening.precision);
            *opening = Opening { source: Source::Files(name.into()), otherwise: None, picked: true, ..opening.clone() };
        });
        self.answers.trouble.set(None);
        wire::send_files(crate::link::protocol::Request::Open(self.order()), files);
    }

    /// Ends the load under way; what has come is kept, where models are kept.
    pub fn cancel_load(&self) {
        #[cfg(target_arch = "wasm32")]
        wire::send(crate::link::protocol::Request::Cancel);
    }

    /// Asks anew what there is to open.
    pub fn ask_library(&self) {
        #[cfg(target_arch = "wasm32")]
        wire::send(crate::link::protocol::Request::Library { site: browser::site() });
    }

    /// Takes a model off this device; the library is told anew.
    pub fn remove_stored(&self, source: Source) {
        #[cfg(target_arch = "wasm32")]
        wire::send(crate::link::protocol::Request::Remove { source });
        #[cfg(not(target_arch = "wasm32"))]
        let _ = source;
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
