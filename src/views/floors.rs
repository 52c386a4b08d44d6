//! What every floor has, a heading, and the floor that needs no picture of its own: the table of the
//! tokens.

use super::glossary::marked;
use super::tokens::TokensModel;
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

/// Every token with its position, number and bytes.
#[component]
pub fn TokensFloor(
    model: Signal<TokensModel>,
    pick: Signal<Option<usize>>,
    on_pin: Callback<usize>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().shell.tokens;
    let rows = move || model.with(|m| m.chips().cloned().collect::<Vec<_>>());
    view! {
        <p class="floor-more">{move || strings.get().shell.floors.tokens_more}</p>
        <table class="token-table">
            <caption class="unseen">{move || words().table}</caption>
            <thead>
                <tr>
                    <th scope="col" class="number">{move || words().position}</th>
                    <th scope="col">{move || words().text}</th>
                    <th scope="col" class="number">{move || words().id}</th>
                    <th scope="col">{move || words().bytes}</th>
                </tr>
            </thead>
            <tbody>
                <For each=rows key=|c| (c.index, c.id, c.start, c.end) children=move |chip| {
                    let index = chip.index;
                    let bytes = chip.hex();
                    view! {
                        <tr class:picked=move || pick.get() == Some(index) on:click=move |_| on_pin.run(index)>
                            <td class="number">{index + 1}</td>
                            <th scope="row">{chip.label.html()}</th>
                            <td class="number" data-value=chip.id>{chip.id}</td>
                            <td class="mono">{bytes}</td>
                        </tr>
                    }
                } />
            </tbody>
        </table>
    }
}
