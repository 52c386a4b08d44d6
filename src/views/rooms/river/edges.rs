//! What stands above and below the table of guesses: what its gold means, and the way to the columns that
//! it has no room for.

use super::grid::{GridModel, tint};
use crate::content::Strings;
use leptos::prelude::*;

/// What the gold means, and the mark.
#[component]
pub fn Legend(strings: Signal<&'static Strings>) -> impl IntoView {
    let sample = move |chance: f32| {
        view! {
            <li>
                <svg class="river-sample" width="18" height="18" aria-hidden="true"><rect width="18" height="18" fill-opacity=format!("{:.3}", tint(chance)) /></svg>
                {move || strings.get().stage.percent(chance)}
            </li>
        }
    };
    view! {
        <ul class="legend river-legend">
            <li>{move || strings.get().river.legend}</li>
            {[0.01, 0.1, 0.25, 0.5, 1.0].map(sample).collect_view()}
            <li><span class="river-mark" aria-hidden="true">"✓"</span>{move || strings.get().river.right}</li>
        </ul>
    }
}

/// For texts longer than the window.
#[component]
pub fn Turn(
    model: Signal<Option<GridModel>>,
    shift: RwSignal<isize>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().river;
    let span = move || {
        model.with(|m| {
            m.as_ref().and_then(|m| Some((m.columns.first()?.position, m.columns.last()?.position, m.tokens)))
        })
    };
    let long = move || span().is_some_and(|(first, last, tokens)| last + 1 - first < tokens);
    let said = move || span().map(|(first, last, tokens)| (words().window)(first + 1, last + 1, tokens));
    let at_start = move || span().is_none_or(|(first, ..)| first == 0);
    let at_end = move || span().is_none_or(|(_, last, tokens)| last + 1 >= tokens);
    view! {
        <p class="river-turn" class:none=move || !long()>
            <button type="button" class="plain" disabled=at_start on:click=move |_| shift.update(|s| *s -= 1)>{move || words().earlier}</button>
            <button type="button" class="plain" disabled=at_end on:click=move |_| shift.update(|s| *s += 1)>{move || words().later}</button>
            <span class="note">{said}</span>
        </p>
    }
}
