//! From the session's signals to the models that the views draw.

use crate::content::{Floor, Strings};
use crate::link::protocol::{Example, Fault, Probe};
use crate::link::question::{Asker, Question};
use crate::session::{Engine, Session, Trouble};
use crate::trace::Tap;
use crate::views::elevator::{self, ElevatorModel};
use crate::views::embedding::{self, EmbeddingModel};
use crate::views::prediction;
use crate::views::prompt::{self, PromptModel};
use crate::views::room::{Place, StageActions};
use crate::views::share::{self, Copying, Link};
use crate::views::stage;
use crate::views::status::{self, LoadModel, StatusModel, TroubleModel};
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
    let engine = answers.engine.get();
    StatusModel {
        state: engine.name(),
        load: match engine {
            Engine::Loading { stage, done_bytes, total_bytes } => {
                Some(LoadModel { stage: Some(stage), done_bytes, total_bytes })
            }
            _ => None,
        },
        about: answers.model.with(|m| m.as_deref().map(status::about)),
        report: answers.report.get(),
    }
}

pub fn trouble(session: Session, strings: &Strings) -> Option<TroubleModel> {
    let trouble = session.answers.trouble.get()?;
    Some(match trouble {
        Trouble::Worker(detail) => TroubleModel { text: strings.shell.faults.worker.into(), detail, retry: false },
        Trouble::Fault(fault) => TroubleModel {
            text: status::fault(&fault, strings),
            retry: matches!(fault, Fault::Fetch { .. } | Fault::Model { .. } | Fault::Memory { .. }),
            detail: match fault {
                Fault::Fetch { file, detail } | Fault::Model { file, detail } => format!("{file}: {detail}"),
                Fault::Memory { detail } | Fault::Lost { detail, .. } | Fault::Internal { detail } => detail,
            },
        },
    })
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
    let stale = Memo::new(move |_| match wanted.get() {
        Some(Probe::Id(id)) => {
            neighbours.with(|n| n.as_ref().and_then(|n| n.neighbourhood()).is_some_and(|around| around.id != id))
        }
        _ => false,
    });
    (model.into(), stale.into())
}

pub fn stage_actions(session: Session) -> StageActions {
    let pick = session.pick;
    StageActions {
        on_floor: Callback::new(move |floor| session.go_to(floor)),
        on_room: Callback::new(move |(layer, room)| {
            pick.room.set(room);
            session.go_to(Floor::Block(layer));
        }),
        on_head: Callback::new(move |head| pick.head.set(head)),
        on_pin: Callback::new(move |index| pick.pin.set(Some(index))),
        on_hover: Callback::new(move |index| pick.hover.set(index)),
        on_let_go: Callback::new(move |()| session.let_go()),
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
