//! What every floor and every room of a block has: a heading, the plain phrase first.

use super::glossary::marked;
use super::room::Place;
use crate::content::{Floor, Room, Strings};
use leptos::prelude::*;

/// What the place is about: the plain phrase, then a sentence with its terms marked.
#[component]
pub fn FloorHead(place: Signal<Place>, layers: Signal<usize>, strings: Signal<&'static Strings>) -> impl IntoView {
    let stands = Memo::new(move |_| {
        let Place { floor, room, head, .. } = place.get();
        (floor, room, head)
    });
    let text = move || {
        let (strings, (floor, room, head)) = (strings.get(), stands.get());
        (title(floor, room, head, layers.get(), strings), lead(floor, room, strings))
    };
    view! {
        <header class="floor-head">
            <h2 id="stage-title" tabindex="-1">{move || text().0}</h2>
            <p>{move || marked(text().1, &strings.get().glossary)}</p>
        </header>
    }
}

fn title(floor: Floor, room: Room, head: usize, layers: usize, strings: &Strings) -> String {
    let words = &strings.shell.floors;
    match floor {
        Floor::Story => words.story_title.into(),
        Floor::Tokens => words.tokens_title.into(),
        Floor::Embedding => words.embedding_title.into(),
        Floor::Block(layer) => match (room, layers) {
            (Room::Head, _) => (words.head_title)(layer + 1, head + 1),
            (Room::Mlp, _) => (words.mlp_title)(layer + 1),
            // Of how many is known once the model is.
            (Room::Whole, 0) => (words.block)(layer + 1),
            (Room::Whole, layers) => (words.block_title)(layer + 1, layers),
        },
        Floor::Unembedding => words.unembedding_title.into(),
        Floor::River => words.river_title.into(),
        Floor::Heads => words.heads_title.into(),
        Floor::Knobs => words.knobs_title.into(),
    }
}

/// What the head of a place says; its terms are marked there.
fn lead(floor: Floor, room: Room, strings: &Strings) -> &'static str {
    let words = &strings.shell.floors;
    match (floor, room) {
        (Floor::Story, _) => words.story_lead,
        (Floor::Tokens, _) => words.tokens_lead,
        (Floor::Embedding, _) => words.embedding_lead,
        (Floor::Block(_), Room::Head) => words.head_lead,
        (Floor::Block(_), Room::Mlp) => words.mlp_lead,
        (Floor::Block(_), Room::Whole) => words.block_lead,
        (Floor::Unembedding, _) => words.unembedding_lead,
        (Floor::River, _) => words.river_lead,
        (Floor::Heads, _) => words.heads_lead,
        (Floor::Knobs, _) => words.knobs_lead,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Locale, strings};

    #[test]
    fn every_room_of_a_block_says_what_it_is() {
        Owner::new().with(|| {
            for locale in Locale::ALL {
                let head = |room, head| {
                    let place = Place { floor: Floor::Block(1), room, head, pin: None, cell: None };
                    let (place, layers) = (Signal::stored(place), Signal::stored(6));
                    view! { <FloorHead place layers strings=Signal::stored(strings(locale)) /> }.to_html()
                };
                let rooms = [head(Room::Whole, 0), head(Room::Head, 2), head(Room::Head, 3), head(Room::Mlp, 0)];
                for (i, html) in rooms.iter().enumerate() {
                    assert!(html.contains('2') && rooms[..i].iter().all(|other| other != html), "{html}");
                }
                assert!(rooms[1].contains('3') && rooms[3].contains("MLP"));
            }
        });
    }
}
