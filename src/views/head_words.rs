//! What a head's output says: written to the river through the head's own rows, and taken from there
//! straight to the unembedding.

use super::derived::Pusher;
use super::head_steps::{HeadRun, derive};
use super::push::{self, Push};
use super::room::{StageActions, StageModel, kept};
use crate::analysis::contribution::{frozen, through};
use crate::content::Strings;
use crate::link::question::{Answered, Asker, Question};
use crate::model::{GptConfig, Part, Site, Slice};
use crate::trace::Tap;
use leptos::prelude::*;

/// The last river, whose spread the final LayerNorm divides by.
pub fn taps(config: &GptConfig) -> Vec<Tap> {
    vec![Tap::all(Site::Out, config.layers - 1)]
}

/// [D,C] the head's rows of the output matrix, and [C] the last LayerNorm's gain.
pub fn slices(config: &GptConfig, layer: usize, head: usize) -> [Slice; 2] {
    let (size, width) = (config.head_size(), config.width);
    [
        Slice::new(Part::ProjectWeight, layer, head * size..(head + 1) * size, 0..width),
        Slice::new(Part::NormFGain, 0, 0..1, 0..width),
    ]
}

/// [C] what the head adds to the logits' side of the last LayerNorm at a position; `None` until the
/// learned numbers are there.
pub fn direction(run: &HeadRun, position: usize, learned: &Answered) -> Option<Vec<f32>> {
    let config = &run.trace.config;
    let [rows, gain] = slices(config, run.layer, run.head);
    let river = run.trace.row(Site::Out, config.layers - 1, position)?;
    let written = through(run.output(position), learned.slice(&rows)?)?;
    frozen(&written, river, learned.slice(&gain)?, config.epsilon)
}

#[component]
pub fn HeadWords(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let (layer, head) = (model.layer(), model.head());
    let (run, stale) = kept(model, move |trace| derive(trace, layer.get(), head.get()));
    let position = Memo::new(move |_| {
        let last = run.with(|run| run.as_ref().map_or(0, |run| run.tokens() - 1));
        model.pick.get().unwrap_or(last).min(last)
    });
    let learned = model.answer(Asker::HeadSlices);
    let wanted = Memo::new(move |_| {
        let config = model.info.get()?.config.clone();
        Some(Question::Slices(slices(&config, layer.get(), head.get()).into()))
    });
    let toward = Memo::new(move |_| {
        let learned = learned.get()?;
        let direction = run.with(|run| direction(run.as_ref()?, position.get(), &learned))?;
        Some(push::question(direction))
    });
    Effect::new(move |_| {
        if let Some(question) = wanted.get() {
            actions.on_ask.run((Asker::HeadSlices, question));
        }
    });
    Effect::new(move |_| {
        if let Some(question) = toward.get() {
            actions.on_ask.run((Asker::HeadWords, question));
        }
    });
    let answered = model.answer(Asker::HeadWords);
    let fresh = Memo::new(move |_| {
        let answered = answered.get();
        toward.with(|wanted| push::answer(answered.as_deref(), wanted.as_ref(), 0))
    });
    // The last lists stay, dimmed, until their successors come.
    let lists = Memo::new(move |before: Option<&Option<push::PushModel>>| {
        let (layer, head) = run.with(|run| run.as_ref().map(|run| (run.layer, run.head)))?;
        let of = Pusher::Head { layer, head, row: position.get() };
        let derived = fresh.get().map(|toward| model.vocabulary.with(|v| push::derive(of, &toward, v)));
        derived.or_else(|| before.cloned().flatten())
    });
    let words = move || &strings.get().head;
    let name = move || run.with(|run| run.as_ref().map(|run| run.name(position.get())));
    let said = move || run.with(|run| run.as_ref().map(|run| (words().words_say)(run.size(), run.trace.config.width)));
    view! {
        <section class="head-words" class:none=move || run.with(Option::is_none) data-testid="head-words"
            data-position=move || position.get()>
            <h3>
                {move || words().words_title[0]}<em class="tok" translate="no">{name}</em>{move || words().words_title[1]}
            </h3>
            <p class="note">{said}</p>
            <Push model=lists.into() stale=Signal::derive(move || stale.get() || fresh.with(Option::is_none)) strings />
            <p class="note">{move || words().words_note}</p>
        </section>
    }
}
