//! A line above every room while something is turned, with the way back.

use crate::content::Strings;
use crate::model::{Knob, TensorName};
use crate::views::number::figure;
use leptos::prelude::*;

/// `block 2, Query, key, value: weights`.
pub fn tensor(name: TensorName, in_block: bool, strings: &Strings) -> String {
    let part = (strings.knobs.part)(name.part);
    if in_block { (strings.knobs.in_block)(name.layer, part) } else { part.into() }
}

/// What is turned, as a sentence.
pub fn said(knob: Knob, strings: &Strings) -> String {
    let words = &strings.knobs;
    match knob {
        Knob::Head { layer, head, scale: 0.0 } => (words.head_silenced)(layer, head),
        Knob::Head { layer, head, scale } => (words.head_turned)(layer, head, &format!("{scale:.2}")),
        Knob::Weight { name, row, column, value } => {
            let tensor = tensor(name, super::slice::is_in_block(name.part), strings);
            (words.weight_turned)(&tensor, row, column, &figure(value, &strings.stage))
        }
    }
}

/// Shown on every floor, for every number there is made with the knob.
#[component]
pub fn KnobNotice(
    knob: Signal<Option<Knob>>,
    on_reset: Callback<()>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let on = move || knob.with(Option::is_some);
    view! {
        <div class="knob-notice" class:none=move || !on() role="status" data-testid="knob" data-turned=move || on().to_string()>
            {move || knob.get().map(|knob| view! {
                <p><strong>{said(knob, strings.get())}</strong>{strings.get().stage.sentence_gap}<span>{strings.get().knobs.everywhere}</span></p>
                <button type="button" class="plain" data-testid="knob-reset" on:click=move |_| on_reset.run(())>
                    {strings.get().knobs.turn_back}
                </button>
            })}
        </div>
    }
}
