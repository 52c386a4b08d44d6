//! A block from its own steps, for one token: the stream runs straight through, attention and the MLP
//! leave it and are added to it again.

use crate::content::Strings;
use crate::model::GptConfig;
use crate::trace::Tap;
use crate::views::glossary::Marks;
use crate::views::room::{Place, StageActions, StageModel, kept};
use leptos::prelude::*;

pub mod draw;
pub mod model;
pub mod sum;

use draw::Pen;

/// What the room reads of the run.
pub fn taps(place: Place, config: &GptConfig) -> Vec<Tap> {
    model::taps(place.layer(), config)
}

#[component]
pub fn BlockRoom(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let layer = model.layer();
    let (shown, stale) = kept(model, move |trace| model::derive(trace, layer.get(), model.pick.get()));
    let title = move || {
        shown.with(|shown| {
            shown.as_ref().map(|shown| {
                let [before, after] = (strings.get().block.title)(shown.layer);
                let name = shown.name(shown.position);
                view! { {before}<em class="tok" translate="no">{name}</em>{after} }
            })
        })
    };
    let flow = move || {
        shown.with(|shown| {
            let block = shown.as_ref()?;
            let pen = Pen { block, actions, strings: strings.get() };
            let (strings, words) = (strings.get(), &strings.get().block);
            let mut marks = Marks::new(&strings.glossary)
                .after(strings.shell.floors.block_lead)
                .after(words.lead)
                .after(words.stream);
            Some(block.pieces.iter().map(|piece| pen.step(piece, &mut marks)).collect_view())
        })
    };
    let entering = move || {
        shown.with(|shown| shown.as_ref().map(|block| Pen { block, actions, strings: strings.get() }.entering()))
    };
    let lead = move || {
        let strings = strings.get();
        Marks::new(&strings.glossary).after(strings.shell.floors.block_lead).draw(strings.block.lead)
    };
    view! {
        <section class="block" class:stale=stale class:none=move || shown.with(Option::is_none)
            aria-busy=move || stale.get().to_string() data-testid="block">
            <h3>{title}</h3>
            <p class="note">{lead}</p>
            <div class="block-end block-entering">{entering}</div>
            <ol class="block-steps">{flow}</ol>
            <p class="block-end block-leaving">{move || strings.get().block.leaving}</p>
        </section>
    }
}
