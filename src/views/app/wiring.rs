//! From the session's signals to the models that the views draw.

use crate::content::{Floor, Strings};
use crate::engine::{EngineChoice, EngineStatus};
use crate::link::library::Offer;
use crate::link::protocol::{Example, Probe};
use crate::link::question::{Asker, Question};
use crate::link::source::Source;
use crate::session::{Session, Trouble};
use crate::trace::Tap;
use crate::views::elevator::{self, ElevatorModel};
use crate::views::embedding::{self, EmbeddingModel};
use crate::views::fault::{self, TroubleModel};
use crate::views::label::Label;
use crate::views::models::given::{Choice, Given};
use crate::views::models::progress::LoadModel;
use crate::views::models::{self, PickerActions, PickerModel};
use crate::views::prediction;
use crate::views::prompt::{self, PromptModel};
use crate::views::room::{Place, StageActions};
use crate::views::share::{self, Copying, Link};
use crate::views::stage;
use crate::views::status::{self, StatusModel};
use crate::views::write_on::DrawnModel;
use leptos::prelude::*;

/// The trace on the page belongs to another text than the box's.
pub fn is_stale(session: Session) -> bool {
    session.input.text.with(|typed| {
        session.answers.trace.with(|trace| {
            trace.as_ref().is_some_and(|trace| {
                let text = &trace.text;
                typed.len() != text.read.len() + text.unread_bytes || !typed.starts_with(&text.read)
            })
        })
    })
}

/// For the button that writes on: whether it can now, whether there is no room left, and what was drawn last.
pub fn write_on(session: Session) -> (Signal<bool>, Signal<bool>, Signal<Option<DrawnModel>>) {
    let (answers, input) = (session.answers, session.input);
    let full = Memo::new(move |_| {
        let capacity = answers.model.with(|m| m.as_ref().map(|m| m.capacity));
        answers.tokens.with(|text| capacity.is_some_and(|c| text.wanted.max(text.tokens.len()) >= c))
    });
    let drawn = Memo::new(move |_| {
        let drawn = input.drawn.get()?;
        let label = answers.vocabulary.with(|vocabulary| Label::of(vocabulary, drawn.token.id));
        Some(DrawnModel { label, chance: drawn.token.probability, added: drawn.added })
    });
    (Memo::new(move |_| session.can_write_on()).into(), full.into(), drawn.into())
}

pub fn examples(session: Session) -> Vec<Example> {
    session.answers.model.with(|m| m.as_ref().map(|m| m.examples.clone()).unwrap_or_default())
}

pub fn prompt(session: Session) -> PromptModel {
    let capacity = session.answers.model.with(|m| m.as_ref().map(|m| m.capacity));
    let pasted = session.input.pasted.get();
    session.input.text.with(|typed| session.answers.tokens.with(|text| prompt::derive(typed, text, capacity, pasted)))
}

pub fn status(session: Session) -> StatusModel {
    let answers = session.answers;
    StatusModel {
        state: answers.engine.get().name(),
        load: load(session),
        about: answers.model.with(|m| m.as_deref().map(status::about)),
        report: answers.report.get(),
    }
}

pub fn trouble(session: Session, strings: &Strings) -> Option<TroubleModel> {
    Some(match session.answers.trouble.get()? {
        Trouble::Worker(detail) => {
            TroubleModel { text: strings.faults.worker.into(), detail, again: None, other_hub: None }
        }
        Trouble::Fault(fault) => {
            let hub = session.settings.hub.get();
            session.refused.with(|refused| fault::derive(&fault, refused.as_ref(), &hub, strings))
        }
    })
}

/// The load under way, with the number of blocks where the catalogue or the open model tells it.
pub fn load(session: Session) -> Option<LoadModel> {
    let load = session.answers.load.get()?;
    let answers = session.answers;
    let offered = |offer: &Offer| (offer.source().as_ref() == Some(&load.source)).then(|| offer.shape()).flatten();
    let listed = answers.library.with(|l| l.as_ref().and_then(|l| l.catalogue.models.iter().find_map(offered)));
    let open = answers.model.with(|m| m.as_ref().filter(|m| m.source == load.source).map(|m| m.config.layers));
    Some(LoadModel { layers: listed.map(|config| config.layers).or(open), load })
}

/// What is open; before anything is, what is to be.
pub fn present(session: Session) -> Source {
    let open = session.answers.model.with(|model| model.as_ref().map(|model| model.source.clone()));
    open.unwrap_or_else(|| session.opening.with(|opening| opening.source.clone()))
}

/// What is open, by the name that people know it by, and whether it has learned anything.
pub fn model_name(session: Session, strings: &Strings) -> String {
    let untrained = session.answers.model.with(|model| model.as_ref().is_some_and(|model| model.config.untrained));
    status::titled(&models::name_of(&present(session), strings), untrained, strings)
}

pub fn picker(session: Session) -> PickerModel {
    let answers = session.answers;
    let asked = session.picker.with(|picker| picker.as_ref().and_then(|picker| picker.asked.clone()));
    let loading = answers.load.with(|load| load.as_ref().map(|load| load.source.clone()));
    let hub = session.settings.hub.get();
    let (library, model) = (answers.library.get(), answers.model.get());
    models::derive(&models::Seen {
        library: library.as_deref(),
        asked: asked.as_ref(),
        open: model.as_ref().map(|model| (&model.source, model.precision)),
        in_bytes: model.as_ref().is_some_and(|model| model.in_bytes),
        on_cpu: model.as_ref().is_some_and(|model| matches!(model.engine, EngineStatus::Cpu { .. })),
        cpu_wanted: session.opening.with(|opening| opening.engine == EngineChoice::Cpu),
        not_kept: model.as_ref().and_then(|model| model.not_kept),
        loading: loading.as_ref(),
        precision: session.opening.with(|opening| opening.precision),
        hub: &hub,
    })
}

/// Goes to another hub, and tries there what could not be opened.
pub fn try_hub(session: Session, hub: String) {
    session.settings.hub.set(hub);
    session.try_again();
}

pub fn picker_actions(session: Session, left: RwSignal<Option<Choice>>) -> PickerActions {
    // What was picked in the sheet: once it is there, the sheet has done its work.
    let picked = RwSignal::new(None::<Source>);
    Effect::new(move |_| {
        let open = session.answers.model.with(|model| model.as_ref().map(|model| model.source.clone()));
        if open.is_some() && picked.with_untracked(|picked| *picked == open) {
            picked.set(None);
            left.set(None);
            session.picker.set(None);
        }
    });
    let on_open = move |source: Source| {
        picked.set(Some(source.clone()));
        left.set(None);
        session.open(source, None);
    };
    PickerActions {
        on_open: Callback::new(on_open),
        on_files: Callback::new(move |given: Given| {
            picked.set(Some(Source::Files(given.name.clone())));
            #[cfg(target_arch = "wasm32")]
            session.open_files(&given.name, given.files, None);
        }),
        on_remove: Callback::new(move |source| session.remove_stored(source)),
        on_cancel: Callback::new(move |()| session.cancel_load()),
        on_precision: Callback::new(move |precision| session.choose_precision(precision)),
        on_hub: Callback::new(move |hub| session.settings.hub.set(hub)),
        on_close: Callback::new(move |()| {
            left.set(None);
            session.picker.set(None);
        }),
        on_retry: Callback::new(move |()| session.try_again()),
        on_other_hub: Callback::new(move |hub| try_hub(session, hub)),
        on_dismiss: Callback::new(move |()| session.answers.trouble.set(None)),
    }
}

/// The floors with their guesses; while a model loads, as many floors as there were.
pub fn lens(session: Session, before: Option<&ElevatorModel>) -> ElevatorModel {
    let answers = session.answers;
    let derived = answers.trace.with(|trace| {
        trace.as_ref().map(|trace| answers.vocabulary.with(|vocabulary| elevator::derive(trace, vocabulary)))
    });
    let layers = answers.model.with(|m| m.as_ref().map(|m| m.config.layers));
    derived.unwrap_or_else(|| elevator::bare(layers.unwrap_or(before.map_or(0, ElevatorModel::layers))))
}

/// Keeps the engine asked for what is visible.
pub fn ask_engine(session: Session, place: Signal<Place>) {
    let taps = Memo::new(move |_| {
        let model = session.answers.model.get()?;
        let mut taps: Vec<Tap> = elevator::taps(model.config.layers);
        taps.extend(prediction::taps());
        taps.extend(stage::taps(place.get(), &model.config));
        let pick = session.pick.hover.get().or(session.pick.pin.get());
        let tokens = session.answers.tokens.with(|text| text.tokens.len());
        taps.iter_mut().for_each(|tap| tap.rows = tap.rows.looking_at(pick, tokens));
        Some(taps)
    });
    Effect::new(move |_| session.taps.set(taps.get().unwrap_or_default()));
}

/// The surroundings of the token that is looked at, and whether they are still another's.
pub fn embedding(session: Session) -> (Signal<Option<EmbeddingModel>>, Signal<bool>) {
    let (answers, pick) = (session.answers, session.pick);
    // Under the pointer, else looked up, else pinned, else the last.
    let wanted = Memo::new(move |_| {
        let hover = pick.hover.get();
        let looked_up = pick.looked_up.get().filter(|_| hover.is_none());
        let at = hover.or(pick.pin.get());
        looked_up.or_else(|| {
            answers.tokens.with(|text| {
                let last = text.tokens.len().checked_sub(1)?;
                Some(Probe::Id(text.tokens[at.unwrap_or(last).min(last)].id))
            })
        })
    });
    Effect::new(move |_| {
        let there = answers.model.with(Option::is_some) && pick.floor.get() == Floor::Embedding;
        if let (true, Some(probe)) = (there, wanted.get()) {
            session.ask(Asker::Neighbours, Question::Neighbours { of: probe, count: embedding::COUNT });
        }
    });
    let neighbours = answers.asked.of(Asker::Neighbours);
    let model = Memo::new(move |_| {
        let answered = neighbours.get()?;
        let around = answered.neighbourhood()?;
        Some(answers.vocabulary.with(|vocabulary| embedding::derive(around, vocabulary)))
    });
    // Of another token than the one that is looked at, or from a table in which another knob was turned.
    let stale = Memo::new(move |_| {
        let Some(answered) = neighbours.get() else { return false };
        let other = answers.trace.with(|trace| trace.as_ref().is_some_and(|trace| !answered.is_of(trace)));
        other
            || matches!((wanted.get(), answered.neighbourhood()),
                (Some(Probe::Id(id)), Some(around)) if around.id != id)
    });
    (model.into(), stale.into())
}

pub fn stage_actions(session: Session) -> StageActions {
    let pick = session.pick;
    StageActions {
        on_floor: Callback::new(move |floor| session.go_deeper(floor)),
        on_room: Callback::new(move |(layer, room)| {
            pick.room.set(room);
            session.go_deeper(Floor::Block(layer));
        }),
        on_head: Callback::new(move |head| pick.head.set(head)),
        on_pin: Callback::new(move |index| session.pin_only(Some(index))),
        on_hold: Callback::new(move |cell| session.hold(cell)),
        on_hover: Callback::new(move |index| pick.hover.set(index)),
        on_let_go: Callback::new(move |()| session.leave()),
        on_lookup: Callback::new(move |word: String| {
            pick.looked_up.set(Some(Probe::Word(word)).filter(|probe| *probe != Probe::Word(String::new())));
        }),
        on_visit: Callback::new(move |id| pick.looked_up.set(Some(Probe::Id(id)))),
        on_ask: Callback::new(move |(asker, question)| session.ask(asker, question)),
        on_cell: Callback::new(move |cell| pick.cell.set(cell)),
        on_text: Callback::new(move |text| session.input.replacement.set(Some(text))),
        on_knob: Callback::new(move |knob| pick.knob.set(knob)),
    }
}

/// Puts the address of what is shown on the clipboard.
pub fn copy_link(session: Session, state: RwSignal<Copying>) {
    let route = untrack(|| session.route());
    let address = session.link(&route);
    share::copy_link(Link { address, without_text: route.leaves_text_out() }, state);
}
