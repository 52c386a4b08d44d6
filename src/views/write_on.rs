//! Draw a token, write it behind the text, ask again: the loop by which a GPT writes.
//!
//! In: whether it can be done now, and what was drawn last. Out: the wish to draw.

use super::label::Label;
use crate::content::StageStrings;
use leptos::prelude::*;

/// What was drawn last.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnModel {
    pub label: Label,
    /// Its chance in the draw.
    pub chance: f32,
    /// It stands in the text now; else it is only part of a character.
    pub added: bool,
}

#[component]
pub fn WriteOn(
    /// The answer is that to the text in the box, and the model has room.
    ready: Signal<bool>,
    /// The model has no room for another token.
    full: Signal<bool>,
    drawn: Signal<Option<DrawnModel>>,
    on_draw: Callback<()>,
    strings: Signal<&'static StageStrings>,
) -> impl IntoView {
    // A button that is really disabled would lose the keyboard after every press.
    let press = move |_| {
        if ready.get_untracked() {
            on_draw.run(());
        }
    };
    let told = move || {
        let words = strings.get();
        if full.get() {
            return Some(view! { <p class="note">{words.write_full}</p> }.into_any());
        }
        drawn.get().map(|drawn| {
            let [before, between, after] = if drawn.added { words.drawn } else { words.drawn_part };
            view! {
                <p class="note" data-testid="drawn" data-id=drawn.label.id data-value=drawn.chance.to_string()>
                    {before}<em class="tok" translate="no">{drawn.label.visible()}</em>{between}
                    <strong class="number gold">{words.percent(drawn.chance)}</strong>{after}
                </p>
            }
            .into_any()
        })
    };
    view! {
        <div class="write-on">
            <button type="button" class="plain" data-testid="write-on" aria-disabled=move || (!ready.get()).to_string() on:click=press>
                {move || strings.get().write_on}
            </button>
            <div aria-live="polite">{told}</div>
        </div>
    }
}
