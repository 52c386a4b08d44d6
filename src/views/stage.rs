//! The middle of the page: the room that the visitor stands in, and beside it the receipt that is open there.

use super::browser::to_top;
use super::export::SaveMenu;
use super::figures::Figures;
use super::floors::FloorHead;
use super::room::{Place, StageActions, StageModel};
use super::rooms::all_heads::{self, AllHeadsRoom};
use super::rooms::block::{self, BlockRoom};
use super::rooms::embedding::{self, EmbeddingRoom};
use super::rooms::head::{self, HeadRoom};
use super::rooms::knobs::{self, Bench, KnobNotice, KnobsRoom};
use super::rooms::mlp::{self, MlpRoom};
use super::rooms::receipt::{self, Receipt};
use super::rooms::river::{self, RiverRoom};
use super::rooms::story::{self, StoryRoom};
use super::rooms::tokens::TokensRoom;
use super::rooms::unembedding::{self, UnembeddingRoom};
use crate::content::{Floor, Room, Strings};
use crate::model::GptConfig;
use crate::trace::Tap;
use leptos::prelude::*;

/// What the place asks of the engine.
pub fn taps(place: Place, config: &GptConfig) -> Vec<Tap> {
    let mut taps = match (place.floor, place.room) {
        (Floor::Story, _) => story::taps(place, config),
        (Floor::Tokens, _) => Vec::new(),
        (Floor::Embedding, _) => embedding::taps(place, config),
        (Floor::Block(_), Room::Whole) => block::taps(place, config),
        (Floor::Block(_), Room::Head) => head::taps(place, config),
        (Floor::Block(_), Room::Mlp) => mlp::taps(place, config),
        (Floor::Unembedding, _) => unembedding::taps(place, config),
        (Floor::River, _) => river::taps(place, config),
        (Floor::Heads, _) => all_heads::taps(place, config),
        (Floor::Knobs, _) => knobs::taps(place, config),
    };
    taps.extend(receipt::taps(place, config));
    taps
}

#[component]
pub fn Stage(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    // The kind of room alone: from block to block the views stay and only their numbers change.
    let kind = Memo::new(move |_| {
        let Place { floor, room, .. } = model.place.get();
        match floor {
            Floor::Block(_) => (Floor::Block(0), room),
            other => (other, Room::Whole),
        }
    });
    // Another room begins at its heading, wherever the last one was left.
    Effect::new(move |before: Option<(Floor, Room)>| {
        let now = kind.get();
        if before.is_some_and(|before| before != now) {
            to_top("stage", model.narrow.get_untracked().then_some(".elevator"));
        }
        now
    });
    provide_context(Figures::new());
    // Kept here, so that it outlives the room where knobs are turned.
    let bench = Bench::new(model);
    let room = move || match kind.get() {
        (Floor::Story, _) => view! { <StoryRoom model actions strings /> }.into_any(),
        (Floor::Tokens, _) => view! { <TokensRoom model actions strings /> }.into_any(),
        (Floor::Embedding, _) => view! { <EmbeddingRoom model actions strings /> }.into_any(),
        (Floor::Block(_), Room::Whole) => view! { <BlockRoom model actions strings /> }.into_any(),
        (Floor::Block(_), Room::Head) => view! { <HeadRoom model actions strings /> }.into_any(),
        (Floor::Block(_), Room::Mlp) => view! { <MlpRoom model actions strings /> }.into_any(),
        (Floor::Unembedding, _) => view! { <UnembeddingRoom model actions strings /> }.into_any(),
        (Floor::River, _) => view! { <RiverRoom model actions strings /> }.into_any(),
        (Floor::Heads, _) => view! { <AllHeadsRoom model actions strings /> }.into_any(),
        (Floor::Knobs, _) => view! { <KnobsRoom model actions bench strings /> }.into_any(),
    };
    let waiting = move || {
        let words = &strings.get().shell.floors;
        let needless = matches!(kind.get().0, Floor::Tokens | Floor::Knobs);
        (model.trace.with(Option::is_none) && !needless).then(|| {
            let text = if model.empty.get() { words.nothing_typed } else { words.waiting };
            view! { <p class="soft waiting">{text}</p> }
        })
    };
    let floor = Signal::derive(move || model.place.get().floor);
    view! {
        <section class="stage" id="stage" aria-labelledby="stage-title">
            <div class="stage-head">
                <FloorHead place=model.place layers=model.layers strings />
                <SaveMenu model actions strings />
            </div>
            <Show when=move || matches!(floor.get(), Floor::Block(_))>
                <Rooms model actions strings />
            </Show>
            <KnobNotice knob=model.knob on_reset=Callback::new(move |()| actions.on_knob.run(None)) strings />
            <div id="room">
                {waiting}
                {room}
            </div>
        </section>
        // Beside the stage, not on it: the picture that a number came from stays in sight.
        <Receipt model actions strings />
    }
}

/// How closely to look at a block.
#[component]
fn Rooms(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let room = move |this: Room, name: fn(&Strings) -> &'static str| {
        let current = move || model.place.get().room == this;
        let go = move |_| actions.on_room.run((model.place.get_untracked().layer(), this));
        view! {
            <button
                type="button"
                data-room=format!("{this:?}").to_lowercase()
                aria-current=move || current().then_some("true")
                on:click=go
            >
                {move || name(strings.get())}
            </button>
        }
    };
    view! {
        <nav class="rooms" aria-label=move || strings.get().shell.floors.rooms>
            {room(Room::Whole, |s| s.shell.floors.room_whole)}
            {room(Room::Head, |s| s.shell.floors.room_head)}
            {room(Room::Mlp, |s| s.shell.floors.room_mlp)}
        </nav>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_s_room_asks_for_its_maps_once_and_the_tokens_floor_for_none() {
        let config =
            GptConfig::from_json(r#"{"n_layer":6,"n_head":2,"n_embd":4,"vocab_size":5,"n_positions":8}"#).unwrap();
        let at = |floor| Place { floor, room: Room::Head, head: 1, pin: None, cell: None };
        let taps = taps(at(Floor::Block(2)), &config);
        let last_river = crate::model::SiteName::new(crate::model::Site::Out, 5);
        assert!(taps.iter().all(|tap| tap.name.layer == 2 || tap.name == last_river));
        let mut once = taps.clone();
        once.dedup();
        assert_eq!(taps, once);
        assert!(super::taps(at(Floor::Tokens), &config).is_empty());
    }
}
