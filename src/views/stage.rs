//! The middle of the page: what happens on the chosen floor.

use super::attention::{self, AttentionHead};
use super::elevator::ElevatorModel;
use super::embedding::{EmbeddingFloor, EmbeddingFloorProps, EmbeddingModel};
use super::floors::{FloorHead, TokensFloor, UnembeddingFloor};
use super::heads::{self, HeadsGrid};
use super::overview::{self, Overview};
use super::paint::Scale;
use super::palette::Theme;
use super::tokens::TokensModel;
use crate::content::{Floor, StageStrings, Strings};
use crate::trace::{Tap, Trace};
use leptos::prelude::*;
use std::sync::Arc;

/// What the stage shows. Everything in it is a signal: the floors' views stay while numbers change.
#[derive(Clone, Copy)]
pub struct StageModel {
    pub floor: Signal<Floor>,
    pub head: Signal<usize>,
    /// L of the model, or of the last one.
    pub layers: Signal<usize>,
    /// H of the model.
    pub heads: Signal<usize>,
    /// V of the model, written out.
    pub vocabulary: Signal<String>,
    pub trace: Signal<Option<Arc<Trace>>>,
    /// The trace belongs to an older text than the one in the box.
    pub stale: Signal<bool>,
    /// The token under the pointer, else the pinned one.
    pub pick: Signal<Option<usize>>,
    pub tokens: Signal<TokensModel>,
    pub lens: Signal<ElevatorModel>,
    pub embedding: Signal<Option<EmbeddingModel>>,
    pub embedding_stale: Signal<bool>,
    pub empty: Signal<bool>,
    pub theme: Signal<Theme>,
}

/// What may be done on the stage.
#[derive(Clone, Copy)]
pub struct StageActions {
    pub on_floor: Callback<Floor>,
    pub on_head: Callback<usize>,
    pub on_pin: Callback<usize>,
    pub on_let_go: Callback<()>,
    pub on_lookup: Callback<String>,
    pub on_visit: Callback<u32>,
}

/// What the floor asks of the engine; `overview` is open.
pub fn taps(floor: Floor, head: usize, layers: usize, overview: bool) -> Vec<Tap> {
    let Floor::Block(layer) = floor else { return Vec::new() };
    // All heads' maps have the chosen one's among them: asking for it once more would cost a copy.
    let mut taps = heads::taps(layer);
    if !taps.iter().any(|tap| attention::taps(layer, head).iter().all(|one| one.name == tap.name && tap.head.is_none()))
    {
        taps.extend(attention::taps(layer, head));
    }
    if overview {
        taps.extend(overview::taps(layers));
    }
    taps
}

#[component]
pub fn Stage(
    model: StageModel,
    actions: StageActions,
    overview: RwSignal<bool>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    // The floor's kind alone: from block to block the views stay and only their numbers change.
    let kind = Memo::new(move |_| match model.floor.get() {
        Floor::Block(_) => Floor::Block(0),
        other => other,
    });
    let floor = move || match kind.get() {
        Floor::Tokens => {
            view! { <TokensFloor model=model.tokens pick=model.pick on_pin=actions.on_pin strings /> }.into_any()
        }
        Floor::Embedding => {
            let words = Signal::derive(move || &strings.get().stage);
            EmbeddingFloor(EmbeddingFloorProps {
                model: model.embedding,
                on_lookup: actions.on_lookup,
                on_visit: actions.on_visit,
                theme: model.theme,
                stale: model.embedding_stale,
                strings: words,
            })
            .into_any()
        }
        Floor::Block(_) => view! { <BlockFloor model actions overview strings /> }.into_any(),
        Floor::Unembedding => view! {
            <UnembeddingFloor
                model=model.lens
                vocabulary=model.vocabulary
                stale=model.stale
                on_floor=actions.on_floor
                strings
            />
        }
        .into_any(),
    };
    let waiting = move || {
        let words = &strings.get().shell.floors;
        let missing = model.trace.with(Option::is_none) && kind.get() != Floor::Tokens;
        missing.then(|| {
            let text = if model.empty.get() { words.nothing_typed } else { words.waiting };
            view! { <p class="soft waiting">{text}</p> }
        })
    };
    view! {
        <section class="stage" id="stage" aria-labelledby="stage-title">
            <FloorHead floor=model.floor layers=model.layers strings />
            {waiting}
            {floor}
        </section>
    }
}

#[component]
fn BlockFloor(
    model: StageModel,
    actions: StageActions,
    overview: RwSignal<bool>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words: Signal<&'static StageStrings> = Signal::derive(move || &strings.get().stage);
    let layer = Memo::new(move |_| match model.floor.get() {
        Floor::Block(layer) => layer,
        _ => 0,
    });
    let (grid, grid_stale) = kept(model, move |trace| heads::derive(trace, layer.get()));
    let (large, large_stale) =
        kept(model, move |trace| attention::derive(trace, layer.get(), model.head.get(), model.pick.get()));
    let (all, all_stale) = kept(model, move |trace| if overview.get() { overview::derive(trace) } else { None });

    // Past the last head comes the next block's first.
    let turn = Callback::new(move |step: isize| {
        let (heads, layers) = (model.heads.get_untracked().max(1), model.layers.get_untracked().max(1));
        let now = layer.get_untracked() * heads + model.head.get_untracked();
        let next = now.saturating_add_signed(step).min(heads * layers - 1);
        actions.on_floor.run(Floor::Block(next / heads));
        actions.on_head.run(next % heads);
    });
    let choose = Callback::new(move |(layer, head): (usize, usize)| {
        actions.on_floor.run(Floor::Block(layer));
        actions.on_head.run(head);
    });
    let picked = Signal::derive(move || (layer.get(), model.head.get()));
    let scale = RwSignal::new(Scale::default());
    view! {
        <div class="block-floor">
            <HeadsGrid model=grid head=model.head on_head=actions.on_head theme=model.theme stale=grid_stale strings=words />
            <AttentionHead
                model=large
                scale
                on_query=actions.on_pin
                on_leave=actions.on_let_go
                on_head=turn
                theme=model.theme
                stale=large_stale
                strings=words
            />
            <details class="overview-fold" on:toggle=move |event| overview.set(is_open(&event))>
                <summary>{move || strings.get().shell.floors.overview}</summary>
                <Show when=move || overview.get()>
                    <Overview model=all picked on_pick=choose theme=model.theme stale=all_stale strings=words />
                </Show>
            </details>
        </div>
    }
}

#[derive(Clone, PartialEq)]
struct Kept<M> {
    model: Option<M>,
    fresh: bool,
}

/// A view's model, and whether it is out of date. Where the trace lacks what is asked (another
/// block was chosen a moment ago), the last picture stays until the numbers come.
fn kept<M>(
    stage: StageModel,
    derive: impl Fn(&Arc<Trace>) -> Option<M> + Send + Sync + 'static,
) -> (Signal<Option<M>>, Signal<bool>)
where
    M: Clone + PartialEq + Send + Sync + 'static,
{
    let kept = Memo::new(move |before: Option<&Kept<M>>| {
        let Some(trace) = stage.trace.get() else { return Kept { model: None, fresh: false } };
        match derive(&trace) {
            Some(model) => Kept { model: Some(model), fresh: true },
            None => Kept { model: before.and_then(|kept| kept.model.clone()), fresh: false },
        }
    });
    let model = Signal::derive(move || kept.with(|kept| kept.model.clone()));
    (model, Signal::derive(move || stage.stale.get() || kept.with(|kept| !kept.fresh)))
}

fn is_open(event: &leptos::ev::Event) -> bool {
    #[cfg(target_arch = "wasm32")]
    {
        event_target::<leptos::web_sys::HtmlDetailsElement>(event).open()
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = event;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_asks_for_its_maps_once_and_the_other_floors_for_none() {
        let taps = taps(Floor::Block(2), 1, 6, false);
        assert!(taps.iter().all(|tap| tap.name.layer == 2));
        let mut once = taps.clone();
        once.dedup();
        assert_eq!(taps, once);
        assert!(super::taps(Floor::Tokens, 0, 6, true).is_empty());
        assert!(super::taps(Floor::Block(0), 0, 6, true).len() > super::taps(Floor::Block(0), 0, 6, false).len());
    }
}
