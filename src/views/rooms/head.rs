//! A block's heads, one of them from near, how it gets its weights, and what its output says.

use crate::content::{Floor, StageStrings, Strings};
use crate::model::GptConfig;
use crate::trace::Tap;
use crate::views::attention::{self, AttentionHead};
use crate::views::head_stages::HeadStages;
use crate::views::head_steps;
use crate::views::head_words::{self, HeadWords};
use crate::views::heads::{self, HeadsGrid};
use crate::views::paint::Scale;
use crate::views::room::{Place, StageActions, StageModel, kept};
use leptos::prelude::*;

/// What the room reads of the run.
pub fn taps(place: Place, config: &GptConfig) -> Vec<Tap> {
    // All heads' maps have the chosen one's among them: asking for it once more would cost a copy.
    let mut taps = heads::taps(place.layer());
    let one = attention::taps(place.layer(), place.head);
    if !taps.iter().any(|tap| one.iter().all(|one| one.name == tap.name && tap.head.is_none())) {
        taps.extend(one);
    }
    taps.extend(head_steps::taps(place.layer(), place.head));
    taps.extend(head_words::taps(config));
    taps
}

#[component]
pub fn HeadRoom(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let words: Signal<&'static StageStrings> = Signal::derive(move || &strings.get().stage);
    let (layer, head) = (model.layer(), model.head());
    let (grid, grid_stale) = kept(model, move |trace| heads::derive(trace, layer.get()));
    let (large, large_stale) =
        kept(model, move |trace| attention::derive(trace, layer.get(), head.get(), model.pick.get()));

    // Past the last head comes the next block's first.
    let turn = Callback::new(move |step: isize| {
        let (heads, layers) = (model.heads.get_untracked().max(1), model.layers.get_untracked().max(1));
        let now = layer.get_untracked() * heads + head.get_untracked();
        let next = now.saturating_add_signed(step).min(heads * layers - 1);
        actions.on_floor.run(Floor::Block(next / heads));
        actions.on_head.run(next % heads);
    });
    let scale = RwSignal::new(Scale::default());
    view! {
        <div class="block-floor">
            <HeadsGrid model=grid head on_head=actions.on_head theme=model.theme stale=grid_stale strings=words />
            <AttentionHead
                model=large
                held=model.held
                scale
                on_hold=actions.on_hold
                on_cell=actions.on_cell
                on_leave=actions.on_let_go
                on_head=turn
                theme=model.theme
                stale=large_stale
                strings=words
            />
            <HeadStages model actions scale on_head=turn strings />
            <HeadWords model actions strings />
        </div>
    }
}
