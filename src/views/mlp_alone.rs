//! The experiment of the MLP's room: change a word, and see which columns hear of it.

use super::alone::{Column, Compared, Pair, Swap, compare, swap};
use super::label::Label;
use super::number::short;
use super::room::{StageActions, StageModel};
use crate::content::Strings;
use leptos::prelude::*;

#[component]
pub fn MlpAlone(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let layer = model.layer();
    let words = move || &strings.get().mlp;
    let pair = Memo::new(move |last: Option<&Option<Pair>>| {
        let trace = model.trace.get()?;
        Some(Pair::next(last.and_then(Option::as_ref), &trace))
    });
    let compared = Memo::new(move |_| pair.with(|pair| compare(pair.as_ref()?, layer.get())));
    let swap = Memo::new(move |_| {
        let trace = model.trace.get()?;
        model.vocabulary.with(|vocabulary| swap(&trace, vocabulary))
    });
    let former = move || {
        compared
            .with(Option::is_some)
            .then(|| pair.with(|p| Some(p.as_ref()?.before.as_ref()?.text.read.clone())))
            .flatten()
    };
    let tok = |label: &Label| view! { <em class="tok" translate="no">{label.name()}</em> };
    let change = move || {
        swap.get().map(|Swap { from, to, text }| {
            let [a, b, c] = words().change;
            view! {
                <button type="button" class="plain" data-testid="change-word" on:click=move |_| actions.on_text.run(text.clone())>
                    {a}{tok(&from)}{b}{tok(&to)}{c}
                </button>
            }
        })
    };
    let back = move || {
        former().map(|text| view! {
            <button type="button" class="quiet" on:click=move |_| actions.on_text.run(text.clone())>{words().back}</button>
        })
    };
    view! {
        <section class="mlp-alone" class:none=move || model.trace.with(Option::is_none) class:stale=model.stale
            data-testid="mlp-alone">
            <h3>{move || words().alone_title}</h3>
            <p class="note">{move || words().alone_say}</p>
            <p class="alone-buttons">{change}{back}</p>
            {move || match compared.get() {
                None => view! { <p class="note">{words().before_change}</p> }.into_any(),
                Some(compared) => told(&compared, model.pick, strings.get()),
            }}
        </section>
    }
}

/// What a comparison says, and its table.
pub fn told(compared: &Compared, pick: Signal<Option<usize>>, strings: &'static Strings) -> AnyView {
    let words = &strings.mlp;
    let tok = |label: &Label| view! { <em class="tok" translate="no">{label.name()}</em> };
    let changed = compared.changed().map(|i| {
        let [a, b, c] = words.changed;
        // Which of several it is, is another thing in each text.
        let bare = |label: &Label| tok(&Label { ordinal: 0, ..label.clone() });
        view! { {a}{bare(&compared.before[i])}{b}{bare(&compared.now[i])}{c} }
    });
    let (same, all, full) = (compared.same(), compared.columns.len(), compared.full());
    let said = if compared.holds() {
        let same = (same > 0).then(|| (words.same)(same));
        let differ = (same.is_none() || compared.same() < all).then(|| (words.differ)(all - compared.same()));
        view! { {same}" "{differ} }.into_any()
    } else {
        words.broken.into_any()
    };
    let row = |(i, column): (usize, &Column)| row(compared, i, *column, full, pick, strings);
    let note = if compared.layer == 0 { words.first_block } else { words.later_block };
    view! {
        <p class="sentence sentence-small">{changed}" "{said}</p>
        <div class="row-table alone-table" tabindex="0" role="region" aria-label=words.table>
            <table data-testid="alone" data-layer=compared.layer>
                <caption class="note">{words.table}". "{(words.full_bar)(&short(full, &strings.stage))}</caption>
                <thead><tr>
                    <th scope="col">{words.column_token}</th>
                    <th scope="col">{words.column_river}</th>
                    <th scope="col">{words.column_mid}</th>
                    <th scope="col">{words.column_result}</th>
                </tr></thead>
                <tbody>{compared.columns.iter().enumerate().map(row).collect_view()}</tbody>
            </table>
        </div>
        <p class="note">{note}</p>
    }
    .into_any()
}

fn row(
    compared: &Compared,
    i: usize,
    column: Column,
    full: f32,
    pick: Signal<Option<usize>>,
    strings: &'static Strings,
) -> impl IntoView + use<> {
    let bar = |value: f32| {
        let share = (f64::from(value) / f64::from(full)).clamp(0.0, 1.0).sqrt() * 100.0;
        let share = if value == 0.0 { 0.0 } else { share };
        view! {
            <td data-value=value.to_string()>
                <svg class="alone-bar" width="100%" height="6" aria-hidden="true"><rect width=format!("{share:.1}%") height="6" /></svg>
                <span class="number" class:faint=value == 0.0>{short(value, &strings.stage)}</span>
            </td>
        }
    };
    view! {
        <tr data-column=i class:on=move || pick.get() == Some(i) class:changed=column.changed>
            <th scope="row"><span class="faint">{i + 1}</span>" "{compared.now[i].clipped(14.0).html()}</th>
            {[column.river, column.mid, column.result].map(bar).into_iter().collect_view()}
        </tr>
    }
}
