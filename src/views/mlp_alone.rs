//! The experiment of the MLP's room: give one column another's input, and see which columns hear of it.

use super::alone::{Column, Trial, derive, question};
use super::label::{Label, labels};
use super::number::short;
use super::room::{StageActions, StageModel};
use crate::analysis::patch::Moved;
use crate::content::Strings;
use crate::engine::patching::donor;
use crate::link::question::{Asker, Question};
use leptos::prelude::*;

#[component]
pub fn MlpAlone(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let layer = model.layer();
    let words = move || &strings.get().mlp;
    let wanted = Memo::new(move |_| {
        let pin = model.place.with(|place| place.pin);
        model.trace.with(|trace| question(trace.as_ref()?, layer.get(), pin))
    });
    let asked = model.asked.of(Asker::MlpPatch);
    let trial = Memo::new(move |_| {
        let (trace, answered) = (model.trace.get()?, asked.get()?);
        wanted.with(|wanted| derive(&trace, &answered, wanted.as_ref()?))
    });
    let offer = move || {
        let Question::Patch { position, .. } = wanted.get()? else { return None };
        let labels = model.trace.with(|trace| Some(labels(&trace.as_ref()?.text)))?;
        let [a, b, c] = words().exchange;
        let (to, from) = (labels.get(position)?, labels.get(donor(position))?);
        let ask = move |_| wanted.get_untracked().into_iter().for_each(|q| actions.on_ask.run((Asker::MlpPatch, q)));
        Some(view! {
            <button type="button" class="plain" data-testid="exchange" on:click=ask>{a}{tok(to)}{b}{tok(from)}{c}</button>
        })
    };
    view! {
        <section class="mlp-alone" class:none=move || model.trace.with(Option::is_none) class:stale=model.stale
            data-testid="mlp-alone">
            <h3>{move || words().alone_title}</h3>
            <p class="note">{move || words().alone_say}</p>
            <p class="alone-buttons">{offer}</p>
            {move || match trial.get() {
                None if wanted.with(Option::is_none) => view! { <p class="note">{words().one_column}</p> }.into_any(),
                None => ().into_any(),
                Some(trial) => told(&trial, strings.get()),
            }}
        </section>
    }
}

fn tok(label: &Label) -> impl IntoView + use<> {
    view! { <em class="tok" translate="no">{label.name()}</em> }
}

/// What a trial says, and its figure.
fn told(trial: &Trial, strings: &'static Strings) -> AnyView {
    let words = &strings.mlp;
    let (all, full) = (trial.columns.len(), trial.full());
    let [a, b, c] = words.exchanged;
    let (to, from) = (&trial.labels[trial.position], &trial.labels[trial.donor]);
    let mlp = match (trial.others_moved(), trial.was_tried()) {
        (0, true) => (words.still)(all - 1, trial.width),
        (0, false) => words.nothing_tried.into(),
        (moved, _) => (words.broken)(moved),
    };
    let attention = match trial.heard() {
        [0, 0] if trial.position + 1 == all => words.last_column.into(),
        [0, heard] => (words.heard)(heard, all - 1 - trial.position),
        [before, _] => (words.broken)(before),
    };
    let shown = trial.shown();
    let part = shown.len() < all;
    let head = shown.clone().map(|i| {
        let on = i == trial.position;
        view! { <th scope="col" class:changed=on><span class="faint">{i + 1}</span><br />{trial.labels[i].clipped(8.0).html()}</th> }
    });
    let row = |name: &'static str, of: fn(&Column) -> Moved| {
        let cells = trial.columns[shown.clone()].iter().map(|column| cell(of(column), full, strings));
        view! { <tr><th scope="row">{name}</th>{cells.collect_view()}</tr> }
    };
    view! {
        <p class="sentence sentence-small" data-testid="alone-said">
            {a}{tok(to)}{b}{tok(from)}{c}" "<strong>{mlp}</strong>" "{attention}
        </p>
        <div class="row-table alone-table" tabindex="0" role="region" aria-label=words.table>
            <table data-testid="alone" data-layer=trial.layer data-position=trial.position>
                <caption class="note">
                    {words.table}<br />{(words.full_bar)(&short(full, &strings.stage))}
                    {part.then(|| (words.fires_window)(shown.start + 1, shown.end))}
                </caption>
                <thead><tr><th scope="col">{words.column_token}</th>{head.collect_view()}</tr></thead>
                <tbody>
                    {row(words.attention_result, |column| column.attention)}
                    {row(words.mlp_result, |column| column.mlp)}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A bar that grows with the square root, and its number: a change of one bit is seen too.
fn cell(moved: Moved, full: f32, strings: &'static Strings) -> impl IntoView + use<> {
    let share = (f64::from(moved.most) / f64::from(full)).clamp(0.0, 1.0).sqrt() * 32.0;
    let height = if moved.is_still() || !share.is_finite() { 0.0 } else { share.max(1.0) };
    view! {
        <td data-value=moved.most.to_string() data-moved=moved.values>
            <svg class="alone-bar" width="14" height="32" aria-hidden="true">
                <rect y=format!("{:.1}", 32.0 - height) width="14" height=format!("{height:.1}") />
            </svg>
            <span class="number" class:faint=moved.is_still()>{short(moved.most, &strings.stage)}</span>
        </td>
    }
}

#[cfg(test)]
mod tests {
    use super::super::alone::tests::{answered, trace};
    use super::*;
    use crate::content::{Locale, strings};

    fn said(attention: &[usize], mlp: &[usize], pin: Option<usize>, locale: Locale) -> String {
        let trace = trace(&["The", " king", " said"]);
        let wanted = question(&trace, 1, pin).unwrap();
        let position = super::super::alone::chosen(pin, 3);
        let trial = derive(&trace, &answered(wanted.clone(), donor(position), attention, mlp), &wanted).unwrap();
        Owner::new().with(|| told(&trial, strings(locale)).to_html())
    }

    #[test]
    fn what_moved_is_said_and_drawn() {
        for locale in [Locale::En, Locale::Zh] {
            let words = &strings(locale).mlp;
            let right = said(&[0, 2, 1], &[0, 2, 0], None, locale);
            assert!(right.contains(&(words.still)(2, 2)) && right.contains(&(words.heard)(1, 1)));
            let moved: Vec<_> = right.split("data-moved=\"").skip(1).map(|rest| &rest[..1]).collect();
            assert_eq!(moved, ["0", "2", "1", "0", "2", "0"]);
            let last = said(&[0, 0, 2], &[0, 0, 2], Some(2), locale);
            assert!(last.contains(words.last_column));
        }
    }

    #[test]
    fn a_leak_and_a_trial_that_tried_nothing_are_said() {
        let words = &strings(Locale::En).mlp;
        assert!(said(&[0, 2, 1], &[0, 2, 1], None, Locale::En).contains(&(words.broken)(1)));
        assert!(said(&[2, 2, 1], &[0, 2, 0], None, Locale::En).contains(&(words.broken)(1)));
        assert!(said(&[0, 0, 0], &[0, 0, 0], None, Locale::En).contains(words.nothing_tried));
    }
}
