//! What every load goes by: the kind of weights, and where the hub is.

use super::PickerActions;
use super::{KINDS, PickerModel, name_of};
use crate::content::faults::host_of;
use crate::content::{ModelsStrings, Strings};
use crate::link::source::{HUBS, hub_address};
use leptos::prelude::*;

/// In the list of addresses: one that is not there.
const OTHER: &str = "other";

#[component]
pub fn Settings(
    model: Signal<PickerModel>,
    actions: PickerActions,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    view! {
        <Weights model actions strings />
        <Hub model actions strings />
    }
}

#[component]
fn Weights(model: Signal<PickerModel>, actions: PickerActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let words = move || -> &'static ModelsStrings { &strings.get().models };
    let radio = move |kind| {
        let words = move || (words().kind)(kind);
        view! {
            <label class="kind">
                <input type="radio" name="weights" data-testid="weights" data-value=format!("{kind:?}")
                    checked=move || model.with(|m| m.precision == kind)
                    prop:checked=move || model.with(|m| m.precision == kind)
                    on:change=move |_| actions.on_precision.run(kind) />
                <span><b>{move || words().name}</b><span class="note">{move || words().line}</span></span>
            </label>
        }
    };
    let again = move || {
        model.with(|m| m.again.clone()).map(|source| {
            let name = name_of(&source, strings.get());
            view! {
                <button type="button" class="plain" data-testid="weights-again" on:click=move |_| actions.on_open.run(source.clone())>
                    {(words().again)(&name)}
                </button>
            }
        })
    };
    view! {
        <fieldset class="kinds">
            <legend>{move || words().weights}</legend>
            {KINDS.map(radio).collect_view()}
            {move || model.with(|m| m.on_cpu).then(|| view! { <p class="note">{words().on_cpu}</p> })}
            {again}
        </fieldset>
    }
}

#[component]
fn Hub(model: Signal<PickerModel>, actions: PickerActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let words = move || -> &'static ModelsStrings { &strings.get().models };
    let hub = Memo::new(move |_| model.with(|m| m.hub.clone()));
    let (other, wrong) = (RwSignal::new(false), RwSignal::new(false));
    let chosen = move |event| {
        let value = event_target_value(&event);
        other.set(value == OTHER);
        wrong.set(false);
        if value != OTHER {
            actions.on_hub.run(value);
        }
    };
    let options = move || {
        let now = hub.get();
        let mut all: Vec<String> = HUBS.map(String::from).into();
        if !all.contains(&now) {
            all.push(now.clone());
        }
        let option = |address: String| {
            let selected = address == now && !other.get();
            view! { <option value=address.clone() selected=selected>{host_of(&address).to_owned()}</option> }
        };
        let all = all.into_iter().map(option).collect_view();
        view! { {all}<option value=OTHER selected=move || other.get()>{move || words().hub_own}</option> }
    };
    view! {
        <div class="hub">
            <label for="hub">{move || words().hub_address}</label>
            <select class="select" id="hub" data-testid="hub" on:change=chosen>{options}</select>
            <p class="note">{move || words().hub_lead_setting}</p>
            <Show when=move || other.get()><OtherHub other wrong on_hub=actions.on_hub strings /></Show>
        </div>
    }
}

#[component]
fn OtherHub(
    other: RwSignal<bool>,
    wrong: RwSignal<bool>,
    on_hub: Callback<String>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || -> &'static ModelsStrings { &strings.get().models };
    let typed = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let address = typed.with_untracked(|typed| hub_address(typed));
        wrong.set(address.is_none());
        if let Some(address) = address {
            other.set(false);
            on_hub.run(address);
        }
    };
    view! {
        <form class="address" on:submit=submit>
            <label for="hub-own">{move || words().hub_own}</label>
            <input type="text" id="hub-own" data-testid="hub-own" inputmode="url" autocomplete="off" spellcheck="false"
                placeholder="https://" aria-describedby="hub-wrong" aria-invalid=move || wrong.get().to_string()
                on:input=move |event| { wrong.set(false); typed.set(event_target_value(&event)); } />
            <button type="submit" class="plain">{move || words().hub_use}</button>
            <p class="wrong" id="hub-wrong" role="status">{move || wrong.get().then(|| words().hub_wrong)}</p>
        </form>
    }
}
