//! From logits to chances in one table: subtract the largest, raise e to it, divide by the sum.

use super::model::{UnembeddingModel, Way};
use super::{StepNumber, marks};
use crate::content::Strings;
use crate::views::derived::{Derived, logit};
use crate::views::grid::tenth;
use crate::views::number::figure;
use crate::views::room::StageActions;
use leptos::prelude::*;

/// A bar from zero, on a scale from `low` ≤ 0 to `high` ≥ 0; none where there is no number.
pub fn signed_bar(value: f32, low: f32, high: f32) -> impl IntoView + use<> {
    let [from, zero, to] = span(value, low, high);
    let class = if value < 0.0 { "below" } else { "above" };
    view! {
        <svg class="signed-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            <line class="zero" x1=zero x2=zero y1="0" y2="10" />
            {(to > from).then(|| view! { <rect class=class x=from y="1.5" width=tenth(to - from) height="7" /> })}
        </svg>
    }
}

/// Where a bar begins, where zero is, where the bar ends; 0…100.
fn span(value: f32, low: f32, high: f32) -> [f64; 3] {
    let (low, high) = (f64::from(low), f64::from(high));
    let whole = (high - low).max(f64::MIN_POSITIVE);
    let place = |v: f64| tenth(100.0 * (v - low) / whole);
    let zero = place(0.0);
    let end = if value.is_finite() { place(f64::from(value).clamp(low, high)) } else { zero };
    [zero.min(end), zero, zero.max(end)]
}

#[component]
pub fn ChanceTable(
    model: Signal<Option<UnembeddingModel>>,
    open: Signal<Option<u32>>,
    actions: StageActions,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().unembedding;
    let drawn = move || {
        let strings = strings.get();
        model.with(|m| m.as_ref().map(|m| table(m, open, actions, strings)))
    };
    let bars = move || {
        let strings = strings.get();
        let [low, high] = model.with(|m| m.as_ref().map_or([0.0; 2], UnembeddingModel::scale));
        (strings.unembedding.bars)(&figure(low, &strings.stage), &figure(high, &strings.stage))
    };
    let title = move || {
        let words = words();
        marks(strings.get(), [words.norm_title, words.dot_title, &(words.dot_text)("")]).draw(words.chances_title)
    };
    view! {
        <li>
            <StepNumber number=4 />
            <h4>{title}</h4>
            <p class="note">{move || words().chances_text}</p>
            <div class="table-scroll" tabindex="0" role="group" aria-label=move || words().table>{drawn}</div>
            <p class="note logit-scale">{bars}</p>
        </li>
    }
}

fn table(
    model: &UnembeddingModel,
    open: Signal<Option<u32>>,
    actions: StageActions,
    strings: &'static Strings,
) -> AnyView {
    let words = &strings.unembedding;
    let came = model.came.as_ref().map(|way| way.label.id);
    let scale = model.scale();
    let rows = model.all().map(|way| row(way, model.row, scale, came, open, actions, strings));
    // Of all tokens but these.
    let total = |name: String, exp: f32, chance: f32, class: &'static str, but: Vec<u32>| {
        let (powers, others) = (Derived::Powers(model.row, but.clone()), Derived::Others(model.row, but));
        view! {
            <tr class=class data-testid=class data-derived=others.to_string() data-value=chance.to_string()>
                <th scope="row" colspan="5">{name}</th>
                <td class="number" data-derived=powers.to_string() data-value=exp.to_string()>{figure(exp, &strings.stage)}</td>
                <td class="unembed-bars">{chance_bar(chance)}</td>
                <td class="number gold">{strings.stage.percent(chance)}</td>
            </tr>
        }
    };
    let count = |n: usize| strings.stage.count(n);
    let rest = model.rest;
    view! {
        <table class="unembed-table unembed-chances">
            <caption class="unseen">{words.table}</caption>
            <thead><tr>
                <th scope="col" class="number">{strings.stage.rank}</th>
                <th scope="col">{strings.stage.token}</th>
                <th scope="col" colspan="2">{words.logit}</th>
                <th scope="col" class="number">{words.below}</th>
                <th scope="col" class="number">{words.exp}</th>
                <th scope="col" colspan="2">{words.chance}</th>
            </tr></thead>
            <tbody>
                {rows.collect_view()}
                {(rest.count > 0).then(|| total((words.rest)(&count(rest.count)), rest.exp, rest.chance, "unembed-rest", model.all().map(|way| way.label.id).collect()))}
                {total((words.whole)(&count(model.vocabulary)), model.sum, model.whole(), "unembed-sum", Vec::new())}
            </tbody>
        </table>
    }
    .into_any()
}

fn row(
    way: &Way,
    position: usize,
    [low, high]: [f32; 2],
    came: Option<u32>,
    open: Signal<Option<u32>>,
    actions: StageActions,
    strings: &'static Strings,
) -> AnyView {
    let id = way.label.id;
    let cell = logit(position, id);
    let mark = (came == Some(id)).then(|| view! { " " <span class="came-mark">{strings.unembedding.came_mark}</span> });
    view! {
        <tr class:on=move || open.get() == Some(id) data-testid="way" data-id=id data-rank=way.rank
            data-derived=Derived::Chance(cell).to_string() data-value=way.chance.to_string()>
            <td class="number faint">{strings.stage.count(way.rank)}</td>
            <th scope="row">{way.label.clipped(14.0).html()}{mark}</th>
            <td class="unembed-bars">{signed_bar(way.logit, low, high)}</td>
            <td class="number">
                <button type="button" class="link" data-cell=cell.to_string() data-value=way.logit.to_string()
                    on:click=move |_| actions.on_cell.run(Some(cell))>{figure(way.logit, &strings.stage)}</button>
            </td>
            <td class="number" data-derived=Derived::Below(cell).to_string() data-value=way.below.to_string()>{figure(way.below, &strings.stage)}</td>
            <td class="number" data-derived=Derived::Exp(cell).to_string() data-value=way.exp.to_string()>{figure(way.exp, &strings.stage)}</td>
            <td class="unembed-bars">{chance_bar(way.chance)}</td>
            <td class="number gold">{strings.stage.percent(way.chance)}</td>
        </tr>
    }
    .into_any()
}

fn chance_bar(chance: f32) -> impl IntoView + use<> {
    let width = if chance.is_finite() { tenth(f64::from(chance.clamp(0.0, 1.0)) * 100.0) } else { 0.0 };
    view! {
        <svg class="chance-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            <rect class="track" x="0" y="4.5" width="100" height="1" />
            <rect class="fill" x="0" y="1.5" width=width height="7" />
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn bars_begin_at_zero_wherever_that_is() {
        assert_eq!(span(5.0, 0.0, 10.0), [0.0, 0.0, 50.0]);
        assert_eq!(span(-5.0, -5.0, 15.0), [0.0, 25.0, 25.0]);
        assert_eq!(span(15.0, -5.0, 15.0), [25.0, 25.0, 100.0]);
        assert_eq!(span(-80.0, -100.0, 0.0), [20.0, 100.0, 100.0]);
        assert_eq!(span(f32::NAN, -5.0, 15.0), [25.0, 25.0, 25.0]);
        assert_eq!(span(0.0, 0.0, 0.0), [0.0, 0.0, 0.0]);
    }
}
