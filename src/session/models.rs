//! Another model: asked for, come, refused. The one that is there answers until another is whole.

use super::{Engine, Opening, Picker, Session, Trouble};
#[cfg(target_arch = "wasm32")]
use super::{browser, wire};
use crate::link::protocol::{Fault, ModelInfo};
use crate::link::question::Asker;
use crate::link::source::Source;
use crate::model::{GptConfig, Precision};
use crate::tokens::Vocabulary;
use leptos::prelude::*;
use std::sync::Arc;

impl Session {
    /// Opens another model; this one answers until that is whole. `precision`: `None` keeps the present one.
    pub fn open(&self, source: Source, precision: Option<Precision>) {
        self.opening.update(|opening| {
            opening.precision = precision.unwrap_or(opening.precision);
            *opening = Opening { source, otherwise: None, picked: true, ..opening.clone() };
        });
        self.reopen();
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
        self.input.drawn.set(None);
        self.pick.knob.set(None);
        Asker::ALL.into_iter().for_each(|asker| self.answers.asked.signal(asker).set(None));
    }

    /// Opens the model picker, and asks what there is to pick.
    pub fn pick_model(&self, asked: Option<Source>) {
        self.picker.set(Some(Picker { asked }));
        self.ask_library();
    }

    /// Does what was said still hold, now that this model is there? Only of the same one, `rebuilt` with the same
    /// numbers: other files may bear the same name and have the same shape, and the CPU does not round to f16.
    pub fn keeps(&self, model: &ModelInfo, rebuilt: bool) -> bool {
        let same = |there: &Arc<ModelInfo>| there.precision == model.precision;
        rebuilt && self.answers.model.with_untracked(|there| there.as_ref().is_some_and(same))
    }

    pub(super) fn model_is_ready(&self, model: ModelInfo, vocabulary: Option<Vocabulary>, rebuilt: bool) {
        if !self.keeps(&model, rebuilt) {
            self.forget(&model, rebuilt);
        }
        match vocabulary {
            Some(vocabulary) => self.read_with(vocabulary),
            // The same vocabulary, but perhaps another length that it reads of a text.
            None => self.answers.vocabulary.notify(),
        }
        let GptConfig { layers, heads, .. } = model.config;
        self.pick.floor.update(|floor| *floor = floor.within(layers));
        self.pick.head.update(|head| *head = (*head).min(heads - 1));
        self.pick.cell.update(|cell| *cell = cell.filter(|cell| cell.is_within(layers, heads)));
        self.answers.load.set(None);
        self.answers.engine.set(Engine::Ready);
        let source = model.source.clone();
        self.opening.update(|opening| {
            opening.source = source.clone();
            opening.otherwise = None;
        });
        // A text that is already there wins over the model's example.
        let first = model.examples.first().map(|example| example.text.clone());
        self.answers.model.set(Some(Arc::new(model)));
        self.turn_as_wanted();
        // It is the one that a link asked for: now what the link shows can be shown.
        if let Some((_, route)) = self.linked.get_untracked().filter(|(linked, _)| *linked == source) {
            self.linked.set(None);
            self.follow(route);
        }
        if let Some(text) = first.filter(|_| self.input.text.with_untracked(String::is_empty)) {
            self.input.replacement.set(Some(text));
        }
        if self.picker.with_untracked(Option::is_some) {
            self.ask_library();
        }
    }

    /// No other model came: the one that is there stays.
    pub(super) fn stay(&self) {
        let there = self.answers.model.with_untracked(|model| model.as_ref().map(|model| model.source.clone()));
        match there {
            Some(source) => self.opening.update(|opening| opening.source = source),
            None => self.answers.engine.set(Engine::Failed),
        }
    }

    /// `asked`: the answer to one request failed, while the model itself is there.
    pub(super) fn failed(&self, asked: bool, fault: Fault) {
        let of_the_model = !asked && !matches!(fault, Fault::Lost { .. } | Fault::InUse { .. });
        if of_the_model {
            self.answers.load.set(None);
            let otherwise = self.opening.with_untracked(|opening| opening.otherwise.clone());
            let wanted = self.opening.with_untracked(|opening| opening.source.clone());
            let not_here = matches!(fault, Fault::NotHere { .. });
            if let Some(source) = otherwise {
                // An address is no wish to fetch from elsewhere: the picker asks. What the address shows is of that model.
                if not_here {
                    self.pick_model(Some(wanted.clone()));
                    self.pick.knob_wanted.set(None);
                }
                self.opening.update(|opening| {
                    opening.otherwise = None;
                    opening.source = source;
                });
                self.reopen();
                // A default may be missing from a site; what was asked for by name may not be left out in silence.
                if wanted.elsewhere() && !not_here {
                    self.refused.set(Some(wanted));
                    self.answers.trouble.set(Some(Trouble::Fault(fault)));
                }
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

    /// A new vocabulary cuts the same text anew.
    pub(super) fn read_with(&self, vocabulary: Vocabulary) {
        self.answers.tokens.set(Arc::default());
        self.answers.vocabulary.set(Arc::new(vocabulary));
    }
}
