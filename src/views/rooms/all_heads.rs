//! All heads of all blocks by what they do.

use crate::content::{Room, Strings};
use crate::model::GptConfig;
use crate::trace::Tap;
use crate::views::overview::{self, Overview};
use crate::views::room::{Place, StageActions, StageModel, kept};
use leptos::prelude::*;

/// What the room reads of the run.
pub fn taps(_place: Place, config: &GptConfig) -> Vec<Tap> {
    overview::taps(config.layers)
}

#[component]
pub fn AllHeadsRoom(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let words = Signal::derive(move || &strings.get().stage);
    let (all, stale) = kept(model, overview::derive);
    let choose = Callback::new(move |(layer, head): (usize, usize)| {
        actions.on_head.run(head);
        actions.on_room.run((layer, Room::Head));
    });
    let head = model.head();
    let picked = Signal::derive(move || (usize::MAX, head.get()));
    view! { <Overview model=all picked on_pick=choose theme=model.theme stale strings=words /> }
}
