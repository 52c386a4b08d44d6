//! The right rail: the chances of the next token, and of any word one asks about.
//!
//! In: a [`PredictionModel`] (made by [`derive`]) and the [`Ask`] that it answers, which the controls
//! here change. Temperature, top-k and top-p make a second distribution, drawn as outlines beside the first.
//! Out: the logit behind a bar, whose receipt shall be opened.

use super::derived::Derived;
use super::glossary::{glossary_of, marked};
use super::sampling::Sampling;
use crate::content::StageStrings;
use crate::model::Cell;
use leptos::prelude::*;

pub use super::chances::{Ask, COUNTS, Found, PredictionModel, Rest, Row, derive, taps};

/// How many are listed where there is little room.
const COMPACT: usize = 3;

/// `compact` lists the first three (narrow screens) until more are asked for. `on_cell` opens a receipt.
#[component]
pub fn Prediction(
    model: Signal<Option<PredictionModel>>,
    ask: RwSignal<Ask>,
    compact: Signal<bool>,
    on_cell: Callback<Option<Cell>>,
    /// What draws a token and writes it.
    #[prop(optional, into)]
    write_on: ViewFn,
    stale: Signal<bool>,
    strings: Signal<&'static StageStrings>,
) -> impl IntoView {
    let unfolded = RwSignal::new(false);
    let folded = Signal::derive(move || compact.get() && !unfolded.get());
    let shown =
        Memo::new(move |_| model.with(|m| m.as_ref().map(|m| if folded.get() { m.first(COMPACT) } else { m.clone() })));
    view! {
        <section class="prediction" class:stale=stale class:folded=folded aria-busy=move || stale.get().to_string()>
            <h2>{move || strings.get().prediction_title}</h2>
            <p class="note prediction-term">{move || marked(strings.get().prediction_term, glossary_of(strings.get()))}</p>
            <p class="empty" class:none=move || shown.with(Option::is_some)>{move || strings.get().empty}</p>
            <div class:none=move || shown.with(Option::is_none)>
                {move || shown.get().map(|m| table(&m, on_cell, strings.get()))}
                <div class="chances-foot">
                    <p class="note">{move || shown.with(|m| m.as_ref().map(|m| strings.get().full_bar(m.full(), m.is_torn())))}</p>
                    <MoreButtons ask folded unfolded compact strings />
                </div>
                {write_on.run()}
            </div>
            <div class="prediction-tools" class:none=folded>
                <Sampling ask strings />
                <div class:none=move || shown.with(|m| m.as_ref().is_none_or(|m| m.rest.drawn.is_none()))>
                    {move || shown.with(|m| m.as_ref().filter(|m| m.rest.drawn.is_some()).map(|m| key(m, strings.get())))}
                </div>
                <WhereIsMyWord model ask on_cell strings />
            </div>
        </section>
    }
}

/// What the second distribution is called.
fn second_name(model: &PredictionModel, words: &StageStrings) -> String {
    match model.kept < model.vocabulary {
        true => words.chance_drawn.into(),
        false => (words.chance_at)(&model.temperature.to_string()),
    }
}

fn table(model: &PredictionModel, on_cell: Callback<Option<Cell>>, words: &'static StageStrings) -> AnyView {
    let full = model.full();
    let [a, b, c, d] = words.prediction_sentence;
    let sentence = model.rows.first().map(|best| {
        view! { {a}<em class="tok" translate="no">{model.after.name()}</em>{b}<em class="tok" translate="no">{best.label.name()}</em>{c}{words.percent(best.chance)}{d} }
    });
    let second = model.rest.drawn.map(|_| second_name(model, words));
    let rows = model.rows.iter().map(|row| {
        let (cut, logit) = (!model.keeps(row.rank), model.logit(row.label.id));
        // The whole row is pressed; its button is for the keyboard, and its clicks are the row's.
        view! {
            <tr class:cut=cut class="opens" data-testid="probability" data-id=row.label.id data-rank=row.rank data-value=row.chance.to_string()
                data-draw-value=row.drawn.map(|p| p.to_string()) data-cell=logit.to_string() data-derived=Derived::Chance(logit).to_string()
                on:click=move |_| on_cell.run(Some(logit))>
                <td class="number faint">{row.rank}</td>
                <th scope="row">
                    <button type="button" title=words.chance_opens>{row.label.clipped(16.0).html()}</button>
                </th>
                {bars(row.chance, row.drawn, cut, full, words)}
            </tr>
        }
    });
    let rest = model.rest;
    let others = Derived::Others(model.position, model.rows.iter().map(|row| row.label.id).collect());
    let rest_cut = !model.keeps(model.rows.len() + 1);
    view! {
        <table class="chances">
            <caption>{sentence}</caption>
            <colgroup><col class="col-rank" /><col class="col-token" /><col /><col class="col-chance" /></colgroup>
            <thead class="unseen"><tr>
                <th scope="col">{words.rank}</th>
                <th scope="col">{words.token}</th>
                <th scope="col" colspan="2">{words.chance}{second.map(|s| format!("{}{s}", words.comma))}</th>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
            <tbody class="rest">
                <tr class:cut=rest_cut data-testid="remainder" data-count=rest.count data-derived=others.to_string() data-value=rest.chance.to_string()
                    data-draw-value=rest.drawn.map(|p| p.to_string())>
                    <th scope="row" colspan="2">{(words.remainder)(&words.count(rest.count))}</th>
                    {bars(rest.chance, rest.drawn, rest_cut, full, words)}
                </tr>
            </tbody>
        </table>
    }
    .into_any()
}

/// Which bar is which, and how many tokens stay. Below what is turned: nothing that a hand is on moves away.
fn key(model: &PredictionModel, words: &'static StageStrings) -> impl IntoView + use<> {
    let kept = match model.kept {
        1 => words.kept_one.into(),
        kept => (words.kept)(&words.count(kept), &words.count(model.vocabulary)),
    };
    view! {
        <p class="note key">
            <span><span class="swatch swatch-gold"></span>{(words.chance_at)("1")}</span>
            <span><span class="swatch swatch-outline"></span>{second_name(model, words)}</span>
        </p>
        {(model.kept < model.vocabulary).then(|| view! { <p class="note" data-testid="kept" data-count=model.kept>{kept}</p> })}
    }
}

/// The gold bar, the outlined one beside it, and both numbers.
fn bars(chance: f32, drawn: Option<f32>, cut: bool, full: f32, words: &'static StageStrings) -> impl IntoView + use<> {
    let part = move |value: f32| format!("{:.2}%", f64::from(value / full).clamp(0.0, 1.0) * 100.0);
    let second = drawn.map(|p| match cut {
        // Seen by its faint bar.
        true => view! { <span class="unseen">{words.comma}{words.cut_away}</span> }.into_any(),
        false => view! { " " <span class="chance second">{words.percent(p)}</span> }.into_any(),
    });
    view! {
        <td class="bars" aria-hidden="true">
            <span class="bar bar-gold" class:torn={chance > full} style:width=part(chance)></span>
            {drawn.filter(|p| *p > 0.0).map(|p| view! { <span class="bar bar-outline" class:torn={p > full} style:width=part(p)></span> })}
        </td>
        <td class="number">
            <span class="chance">{words.percent(chance)}</span>
            {second}
        </td>
    }
}

/// More rows, step by step, and back.
#[component]
fn MoreButtons(
    ask: RwSignal<Ask>,
    folded: Signal<bool>,
    unfolded: RwSignal<bool>,
    compact: Signal<bool>,
    strings: Signal<&'static StageStrings>,
) -> impl IntoView {
    let next = move || {
        let count = ask.with(|a| a.count);
        if folded.get() { Some(count) } else { COUNTS.into_iter().find(|&c| c > count) }
    };
    let more = move |_| {
        let next = untrack(next);
        unfolded.set(true);
        if let Some(next) = next {
            ask.update(|a| a.count = next);
        }
    };
    let fewer = move |_| {
        unfolded.set(false);
        ask.update(|a| a.count = COUNTS[0]);
    };
    let back = move || ask.with(|a| a.count > COUNTS[0]) || (compact.get() && unfolded.get());
    let back_to = move || if compact.get() { COMPACT } else { COUNTS[0] };
    view! {
        <p class="buttons">
            <button type="button" class="quiet" class:none=move || next().is_none() on:click=more>
                {move || next().map(|n| (strings.get().more)(n))}
            </button>
            <button type="button" class="quiet" class:none=move || !back() on:click=fewer>
                {move || (strings.get().fewer)(back_to())}
            </button>
        </p>
    }
}

#[component]
fn WhereIsMyWord(
    model: Signal<Option<PredictionModel>>,
    ask: RwSignal<Ask>,
    on_cell: Callback<Option<Cell>>,
    strings: Signal<&'static StageStrings>,
) -> impl IntoView {
    let answer = move || {
        model.with(|m| {
            m.as_ref().and_then(|m| {
                m.found.as_ref().map(|f| found(f, m, &ask.with(|a| a.word.clone()), on_cell, strings.get()))
            })
        })
    };
    view! {
        <div class="my-word">
            <label>
                <span>{move || strings.get().word}</span>
                <input type="text" name="my-word" maxlength="48" autocomplete="off" autocapitalize="off" spellcheck="false"
                    placeholder=move || strings.get().word_placeholder
                    prop:value=move || ask.with(|a| a.word.clone())
                    on:input=move |event| ask.update(|a| a.word = event_target_value(&event)) />
            </label>
            <div aria-live="polite">{answer}</div>
        </div>
    }
}

fn found(
    found: &Found,
    model: &PredictionModel,
    word: &str,
    on_cell: Callback<Option<Cell>>,
    words: &'static StageStrings,
) -> AnyView {
    let (row, part) = match found {
        Found::Nothing => return view! { <p class="note">{words.word_nothing}</p> }.into_any(),
        Found::Whole(row) => (row, None),
        Found::Begins(row) => (row, Some((words.word_begins)(word.trim()))),
    };
    let [a, b, c, d, e] = words.word_answer;
    let second = row.drawn.map(|p| {
        let said = if model.keeps(row.rank) { words.percent(p) } else { words.cut_away.into() };
        view! { <span class="second" data-draw-value=p.to_string()>" "{second_name(model, words)}{words.colon}{said}</span> }
    });
    let logit = model.logit(row.label.id);
    view! {
        <p class="word-answer" data-id=row.label.id data-rank=row.rank data-derived=Derived::Chance(logit).to_string() data-value=row.chance.to_string()>
            {a}{row.label.html()}{b}<strong class="number">{words.count(row.rank)}</strong>{c}{words.count(model.vocabulary)}{d}
            <strong class="number gold">{words.percent(row.chance)}</strong>{e}{second}
        </p>
        {part.map(|part| view! { <p class="note">{part}</p> })}
        <button type="button" class="link" data-testid="word-opens" data-cell=logit.to_string() on:click=move |_| on_cell.run(Some(logit))>
            {words.chance_opens}
        </button>
    }
    .into_any()
}
