//! How the tokenizer came to these pieces: words, bytes, merges, tokens. In: the tokens on the page, and
//! the worker's answer to `Question::Spelling` of the same text.

mod character;
mod figure;
mod growth;
mod tree;
mod words;

use crate::content::Strings;
use crate::link::question::{Asker, Question};
use crate::views::derived::Derived;
use crate::views::room::{StageActions, StageModel};
use crate::views::tokens::TokensModel;
use character::{Characters, CharactersProps};
use growth::{Growth, GrowthModel, GrowthProps};
use leptos::prelude::*;
use words::SpellingModel;

#[derive(Clone, Debug, PartialEq)]
struct Known {
    model: SpellingModel,
    fresh: bool,
}

#[component]
pub fn TokensRoom(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let words = move || &strings.get().spelling;
    let text = Memo::new(move |_| {
        let tokens = model.tokens.get();
        let of_the_run = || {
            let trace = model.trace.get()?;
            (trace.tokens() == tokens.len()).then(|| trace.text.read.clone())
        };
        words::text_of(&tokens).or_else(of_the_run).filter(|text| !text.is_empty())
    });
    Effect::new(move |_| {
        // Another model cuts the same text otherwise.
        if let (Some(text), Some(_)) = (text.get(), model.info.get()) {
            actions.on_ask.run((Asker::Spelling, Question::Spelling { text }));
        }
    });
    let answered = model.asked.of(Asker::Spelling);
    let known = Memo::new(move |before: Option<&Option<Known>>| {
        let answered = answered.get()?;
        let (spelling, text) = (answered.spelling()?, text.get());
        match &answered.question {
            Question::Spelling { text: of } if Some(of) == text.as_ref() => {
                Some(Known { model: model.tokens.with(|tokens| words::derive(tokens, spelling)), fresh: true })
            }
            _ => before.cloned().flatten().map(|known| Known { fresh: false, ..known }),
        }
    });
    let stale = Signal::derive(move || known.with(|known| known.as_ref().is_some_and(|known| !known.fresh)));
    let spelled = Memo::new(move |_| known.get().map(|known| known.model).unwrap_or_default());
    let chosen = Memo::new(move |_| spelled.with(|s| s.chosen(model.pick.get())));
    let growth = Memo::new(move |_| {
        spelled.with(|s| {
            let word = chosen.get().and_then(|at| s.words.get(at));
            word.map_or_else(GrowthModel::default, |word| GrowthModel {
                word: word.window(model.pick.get()),
                bytes: word.spelled.bytes.len(),
                list: s.list,
                without_merges: s.without_merges,
            })
        })
    });
    let there = move || chosen.get().is_some();
    view! {
        <div class="tokens-room">
            <Counts tokens=model.tokens text strings />
            <Show when=there>
                <section class="becoming" class:stale=stale aria-busy=move || stale.get().to_string()>
                    <h3>{move || words().title}</h3>
                    <p class="floor-more">{move || words().lead}</p>
                    <Words model=spelled chosen actions strings />
                    {Growth(GrowthProps { model: growth, strings })}
                </section>
                <div class:stale=stale>{Characters(CharactersProps { model: spelled, near: chosen, strings })}</div>
            </Show>
            <TokenTable model=model.tokens pick=model.pick actions strings />
        </div>
    }
}

/// Characters, bytes, tokens.
#[component]
fn Counts(tokens: Signal<TokensModel>, text: Memo<Option<String>>, strings: Signal<&'static Strings>) -> impl IntoView {
    let counts = move || {
        let text = text.get()?;
        let (characters, bytes, tokens) = (text.chars().count(), text.len(), tokens.with(TokensModel::len));
        let words = &strings.get().spelling;
        let count = |number: usize, unit: &'static str, key: &'static str| {
            view! { <li><data value=number data-value=number data-derived=Derived::Text(key).to_string()>{strings.get().stage.count(number)}</data>{" "}{unit}</li> }
        };
        let share = characters as f64 / tokens as f64;
        Some(view! {
            <ul class="counts" aria-label=words.counts>
                {count(characters, words.characters, "characters")}
                {count(bytes, words.bytes, "bytes")}
                {count(tokens, words.tokens, "tokens")}
                <li><data value=share data-value=share data-derived=Derived::Text("share").to_string()>{format!("{share:.1}")}</data>{" "}{words.per_token}</li>
            </ul>
        })
    };
    view! { {counts} }
}

/// The text, cut into words; one of them is looked at.
#[component]
fn Words(
    model: Memo<SpellingModel>,
    chosen: Memo<Option<usize>>,
    actions: StageActions,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().spelling;
    let go = move |by: isize| {
        let to = model.with_untracked(|m| {
            let at = chosen.get_untracked()?.checked_add_signed(by)?;
            m.words.get(at).map(|word| word.first)
        });
        to.into_iter().for_each(|to| actions.on_pin.run(to));
    };
    let at_start = move || chosen.get() == Some(0);
    let at_end = move || chosen.get().map(|at| at + 1) == Some(model.with(|m| m.words.len()));
    let rows = move || model.with(|m| m.words.iter().cloned().enumerate().collect::<Vec<_>>());
    let count = Memo::new(move |_| model.with(|m| m.words.len()));
    view! {
        <div class="words-head">
            <p class="note">{move || words().words}</p>
            <button type="button" class="plain" data-testid="word-before" disabled=at_start on:click=move |_| go(-1)>{move || words().before}</button>
            <button type="button" class="plain" data-testid="word-after" disabled=at_end on:click=move |_| go(1)>{move || words().after}</button>
        </div>
        <div class="words" role="group" aria-label=move || words().words>
            <For each=rows key=|(at, word)| (*at, word.first, word.spelled.bytes.clone()) children=move |(at, word)| {
                let (first, tokens, label) = (word.first, word.ids.len(), word.label());
                let text = label.visible();
                let pressed = move || chosen.get() == Some(at);
                view! {
                    <button
                        type="button"
                        class="word"
                        data-word=at
                        aria-pressed=move || pressed().to_string()
                        aria-label=move || (words().word)(at + 1, count.get(), &text, tokens)
                        tabindex=move || if pressed() { "0" } else { "-1" }
                        on:click=move |_| actions.on_pin.run(first)
                    >
                        {label.clipped(40.0).html()}
                    </button>
                }
            } />
        </div>
    }
}

/// Every token with its position, number and bytes.
#[component]
fn TokenTable(
    model: Signal<TokensModel>,
    pick: Signal<Option<usize>>,
    actions: StageActions,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().shell.tokens;
    let rows = move || model.with(|m| m.chips().cloned().collect::<Vec<_>>());
    view! {
        <h3>{move || strings.get().spelling.table}</h3>
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
                        <tr class:picked=move || pick.get() == Some(index) on:click=move |_| actions.on_pin.run(index)>
                            <td class="number">
                                <button type="button" class="link" aria-label=move || (strings.get().spelling.pin)(index + 1)>{index + 1}</button>
                            </td>
                            <th scope="row">{chip.label.html()}</th>
                            <td class="number" data-derived=Derived::Id(index).to_string() data-value=chip.id>{chip.id}</td>
                            <td class="mono">{bytes}</td>
                        </tr>
                    }
                } />
            </tbody>
        </table>
    }
}
