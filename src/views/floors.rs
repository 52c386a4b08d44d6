//! What every floor has: a heading, the plain phrase first.

use super::glossary::marked;
use crate::content::{Floor, Strings};
use leptos::prelude::*;

/// What a floor is about: the plain phrase, then one sentence with its terms marked.
#[component]
pub fn FloorHead(floor: Signal<Floor>, layers: Signal<usize>, strings: Signal<&'static Strings>) -> impl IntoView {
    let text = move || {
        let words = &strings.get().shell.floors;
        match floor.get() {
            Floor::Story => (words.story_title.to_owned(), words.story_lead),
            Floor::Tokens => (words.tokens_title.to_owned(), words.tokens_lead),
            Floor::Embedding => (words.embedding_title.to_owned(), words.embedding_lead),
            // Of how many is known once the model is.
            Floor::Block(layer) => match layers.get() {
                0 => ((words.block)(layer + 1), words.block_lead),
                layers => ((words.block_title)(layer + 1, layers), words.block_lead),
            },
            Floor::Unembedding => (words.unembedding_title.to_owned(), words.unembedding_lead),
            Floor::River => (words.river_title.to_owned(), words.river_lead),
            Floor::Heads => (words.heads_title.to_owned(), words.heads_lead),
            Floor::Knobs => (words.knobs_title.to_owned(), words.knobs_lead),
        }
    };
    view! {
        <header class="floor-head">
            <h2 id="stage-title" tabindex="-1">{move || text().0}</h2>
            <p>{move || marked(text().1, &strings.get().glossary)}</p>
        </header>
    }
}
