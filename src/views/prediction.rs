//! The right rail: the chances of the next token, and of any word one asks about.
//!
//! In: a [`PredictionModel`] (made by [`derive`]) and the [`Ask`] that it answers, which the controls
//! here change. A temperature makes a second distribution, drawn as outlines beside the first.

use super::glossary::{glossary_of, marked};
use crate::content::StageStrings;
use leptos::prelude::*;

pub use super::chances::{Ask, COUNTS, Found, PredictionModel, Rest, Row, derive, taps};

/// How many are listed where there is little room.
const COMPACT: usize = 3;

/// `compact` lists the first three (narrow screens) until more are asked for.
#[component]
pub fn Prediction(
    model: Signal<Option<PredictionModel>>,
    ask: RwSignal<Ask>,
    compact: Signal<bool>,
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
                {move || shown.get().map(|m| table(&m, strings.get()))}
                <p class="buttons">
                    <MoreButtons ask folded unfolded compact strings />
                </p>
            </div>
            <div class="prediction-tools" class:none=folded>
                <Temperature ask strings />
                <WhereIsMyWord model ask strings />
            </div>
        </section>
    }
}

fn table(model: &PredictionModel, words: &'static StageStrings) -> AnyView {
    let full = model.full();
    let [a, b, c] = words.prediction_sentence;
    let sentence = model.rows.first().map(|best| {
        view! { {a}<em class="tok" translate="no">{best.label.name()}</em>{b}{words.percent(best.chance)}{c} }
    });
    let temperature = format!("{}", model.temperature);
    let second = model.rest.tempered.map(|_| (words.chance_at)(&temperature));
    let rows = model.rows.iter().map(|row| {
        view! {
            <tr data-testid="probability" data-id=row.label.id data-rank=row.rank data-value=row.chance.to_string()
                data-temperature-value=row.tempered.map(|t| t.to_string())>
                <td class="number faint">{row.rank}</td>
                <th scope="row">{row.label.clipped(16.0).html()}</th>
                {bars(row.chance, row.tempered, full, words)}
            </tr>
        }
    });
    let rest = model.rest;
    let key = second.clone().map(|second| {
        view! {
            <p class="note key">
                <span><span class="swatch swatch-gold"></span>{(words.chance_at)("1")}</span>
                <span><span class="swatch swatch-outline"></span>{second}</span>
            </p>
        }
    });
    view! {
        <table class="chances">
            <caption>{sentence}</caption>
            <thead class="unseen"><tr>
                <th scope="col">{words.rank}</th>
                <th scope="col">{words.token}</th>
                <th scope="col" colspan="2">{words.chance}{second.map(|s| format!(", {s}"))}</th>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
            <tbody class="rest">
                <tr data-testid="remainder" data-count=rest.count data-value=rest.chance.to_string()
                    data-temperature-value=rest.tempered.map(|t| t.to_string())>
                    <th scope="row" colspan="2">{(words.remainder)(&words.count(rest.count))}</th>
                    {bars(rest.chance, rest.tempered, 1.0, words)}
                </tr>
            </tbody>
        </table>
        {key}
        <p class="note">{(words.full_bar)(&words.percent(full))}</p>
    }
    .into_any()
}

/// The gold bar, the outlined one beside it, and both numbers.
fn bars(chance: f32, tempered: Option<f32>, full: f32, words: &'static StageStrings) -> impl IntoView + use<> {
    let part = move |value: f32| format!("{:.2}%", f64::from(value / full).clamp(0.0, 1.0) * 100.0);
    view! {
        <td class="bars" aria-hidden="true">
            <span class="bar bar-gold" style:width=part(chance)></span>
            {tempered.filter(|t| *t > 0.0).map(|t| view! { <span class="bar bar-outline" style:width=part(t)></span> })}
        </td>
        <td class="number">
            <span class="chance">{words.percent(chance)}</span>
            {tempered.map(|t| view! { " " <span class="chance second">{words.percent(t)}</span> })}
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
        <button type="button" class="quiet" class:none=move || next().is_none() on:click=more>
            {move || next().map(|n| (strings.get().more)(n))}
        </button>
        <button type="button" class="quiet" class:none=move || !back() on:click=fewer>
            {move || (strings.get().fewer)(back_to())}
        </button>
    }
}

#[component]
fn Temperature(ask: RwSignal<Ask>, strings: Signal<&'static StageStrings>) -> impl IntoView {
    let temperature = move || ask.with(|a| a.temperature);
    let words = move || {
        let words = strings.get();
        match temperature() {
            0.0 => words.temperature_zero,
            t if t < 1.0 => words.temperature_low,
            1.0 => words.temperature_one,
            _ => words.temperature_high,
        }
    };
    let slide = move |event| {
        if let Ok(t) = event_target_value(&event).parse::<f32>() {
            ask.update(|a| a.temperature = t.clamp(0.0, 2.0));
        }
    };
    view! {
        <div class="temperature">
            <label>
                <span>{move || strings.get().temperature}</span>
                <output class="number">{move || format!("{:.2}", temperature())}</output>
                <input type="range" name="temperature" min="0" max="2" step="0.05" prop:value=move || temperature().to_string() on:input=slide />
            </label>
            <p class="note">
                {words}" "
                <button type="button" class="link" class:none=move || temperature() == 1.0 on:click=move |_| ask.update(|a| a.temperature = 1.0)>
                    {move || strings.get().temperature_back}
                </button>
            </p>
        </div>
    }
}

#[component]
fn WhereIsMyWord(
    model: Signal<Option<PredictionModel>>,
    ask: RwSignal<Ask>,
    strings: Signal<&'static StageStrings>,
) -> impl IntoView {
    let answer = move || {
        model.with(|m| {
            m.as_ref().and_then(|m| m.found.as_ref().map(|f| found(f, m, &ask.with(|a| a.word.clone()), strings.get())))
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

fn found(found: &Found, model: &PredictionModel, word: &str, words: &'static StageStrings) -> AnyView {
    let (row, part) = match found {
        Found::Nothing => return view! { <p class="note">{words.word_nothing}</p> }.into_any(),
        Found::Whole(row) => (row, None),
        Found::Begins(row) => (row, Some((words.word_begins)(word.trim()))),
    };
    let [a, b, c, d, e] = words.word_answer;
    let second = row.tempered.map(|t| {
        view! { <span class="second" data-temperature-value=t.to_string()>" "{(words.chance_at)(&model.temperature.to_string())}" "{words.percent(t)}</span> }
    });
    view! {
        <p class="word-answer" data-id=row.label.id data-rank=row.rank data-value=row.chance.to_string()>
            {a}{row.label.html()}{b}<strong class="number">{words.count(row.rank)}</strong>{c}{words.count(model.vocabulary)}{d}
            <strong class="number gold">{words.percent(row.chance)}</strong>{e}{second}
        </p>
        {part.map(|part| view! { <p class="note">{part}</p> })}
    }
    .into_any()
}
