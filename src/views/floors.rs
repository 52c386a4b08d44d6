//! A heading for each floor, and how the last vector becomes chances.

use super::elevator::{ElevatorModel, FloorModel, Guess, floor_name};
use crate::content::{Floor, Strings};
use leptos::prelude::*;

/// What a floor is about: the plain phrase, then one sentence.
#[component]
pub fn FloorHead(floor: Signal<Floor>, layers: Signal<usize>, strings: Signal<&'static Strings>) -> impl IntoView {
    let text = move || {
        let words = &strings.get().shell.floors;
        match floor.get() {
            Floor::Story => (words.story_title.to_owned(), words.story_lead),
            Floor::Tokens => (words.tokens_title.to_owned(), words.tokens_lead),
            Floor::Embedding => (words.embedding_title.to_owned(), words.embedding_lead),
            Floor::Block(layer) => ((words.block_title)(layer + 1, layers.get()), words.block_lead),
            Floor::Unembedding => (words.unembedding_title.to_owned(), words.unembedding_lead),
            Floor::River => (words.river_title.to_owned(), words.river_lead),
            Floor::Heads => (words.heads_title.to_owned(), words.heads_lead),
            Floor::Knobs => (words.knobs_title.to_owned(), words.knobs_lead),
        }
    };
    view! {
        <header class="floor-head">
            <h2 id="stage-title" tabindex="-1">{move || text().0}</h2>
            <p>{move || text().1}</p>
        </header>
    }
}

/// The answer, large, and how it came about floor by floor.
#[component]
pub fn UnembeddingFloor(
    model: Signal<ElevatorModel>,
    /// V, written out.
    vocabulary: Signal<String>,
    stale: Signal<bool>,
    on_floor: Callback<Floor>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().shell.floors;
    let answer = Memo::new(move |_| model.with(|m| m.answer().first().cloned()));
    let large = move || {
        answer.get().map(|guess| {
            view! {
                <div class="answer">
                    <p class="soft">{(words().answer_lead)(&vocabulary.get())}</p>
                    <p class="answer-line">
                        <span class="answer-token">{guess.label.html()}</span>
                        <span class="answer-chance" data-value=guess.chance data-id=guess.id>{strings.get().stage.percent(guess.chance)}</span>
                    </p>
                </div>
            }
        })
    };
    let last_column = move || answer.get().map(|guess| (words().lens_final)(&guess.label.visible()));
    let rows = move || {
        let floors = model.with(|m| m.floors.clone());
        let known = floors.into_iter().filter(|f| !f.guesses.is_empty());
        known.map(|floor| lens_row(floor, on_floor, strings.get())).collect_view()
    };
    view! {
        <div class:stale=stale>
            {large}
            <h3>{move || words().lens_heading}</h3>
            <p class="floor-more">{move || words().lens_lead}</p>
            <div class="table-scroll" tabindex="0" role="group" aria-label=move || words().lens_heading>
            <table class="lens">
                <thead>
                    <tr>
                        <th scope="col">{move || words().lens_floor}</th>
                        <th scope="col">{move || words().lens_first}</th>
                        <th scope="col" class="number">{move || words().lens_chance}</th>
                        <th scope="col">{move || words().lens_next}</th>
                        <th scope="col">{last_column}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            </div>
        </div>
    }
}

fn lens_row(floor: FloorModel, on_floor: Callback<Floor>, strings: &'static Strings) -> impl IntoView + use<> {
    let this = floor.floor;
    let mut guesses = floor.guesses.into_iter();
    let first = guesses.next().map(|guess| {
        view! {
            <td><span class="stop-guess">{guess.label.clipped(16.0).html()}</span></td>
            <td class="number gold" data-value=guess.chance data-id=guess.id>{strings.stage.percent(guess.chance)}</td>
        }
    });
    let others = guesses.map(|guess: Guess| {
        view! { <span class="runner" title=strings.stage.percent(guess.chance)>{guess.label.clipped(12.0).html()}</span> }
    });
    let answer = floor.answer_chance.map(|chance| {
        view! {
            <svg class="lens-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                <rect class="track" x="0" y="4.5" width="100" height="1" />
                <rect class="fill" x="0" y="1" width=f64::from(chance) * 100.0 height="8" />
            </svg>
            <span class="gold">{strings.stage.percent(chance)}</span>
        }
    });
    view! {
        <tr>
            <th scope="row">
                <button type="button" class="link" on:click=move |_| on_floor.run(this)>{floor_name(this, strings)}</button>
            </th>
            {first}
            <td class="runners">{others.collect_view()}</td>
            <td class="lens-answer" data-value=floor.answer_chance>{answer}</td>
        </tr>
    }
}
