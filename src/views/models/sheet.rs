//! The sheet of the model picker.

use super::super::browser::focus;
use super::super::fault::{Trouble, TroubleModel};
use super::super::sheet::Sheet;
use super::PickerModel;
use super::cards::{Asked, CardView, KeptView};
use super::given::{Choice, Given};
use super::own::{DropHint, Own};
use super::progress::{LoadModel, LoadRow};
use super::settings::Settings;
use crate::content::amounts::megabytes;
use crate::content::faults::host_of;
use crate::content::{ModelsStrings, Strings};
use crate::link::library::Memory;
use crate::link::source::Source;
use crate::model::Precision;
use leptos::prelude::*;

/// What the visitor wants.
#[derive(Clone, Copy)]
pub struct PickerActions {
    pub on_open: Callback<Source>,
    pub on_files: Callback<Given>,
    pub on_remove: Callback<Source>,
    pub on_cancel: Callback<()>,
    pub on_precision: Callback<Precision>,
    /// Another address of the hub.
    pub on_hub: Callback<String>,
    pub on_close: Callback<()>,
    /// Once more what could not be opened.
    pub on_retry: Callback<()>,
    pub on_other_hub: Callback<String>,
    pub on_dismiss: Callback<()>,
}

#[component]
pub fn PickerSheet(
    open: Signal<bool>,
    model: Signal<PickerModel>,
    load: Signal<Option<LoadModel>>,
    /// There is a model to go back to.
    can_cancel: Signal<bool>,
    trouble: Signal<Option<TroubleModel>>,
    left: RwSignal<Option<Choice>>,
    dragging: Signal<bool>,
    actions: PickerActions,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || -> &'static ModelsStrings { &strings.get().models };
    let on_close = actions.on_close;
    view! {
        <Sheet open on_close title=Signal::derive(move || words().title) close=Signal::derive(move || words().close)>
            <div class="picker" data-testid="picker">
                <Trouble model=trouble on_retry=actions.on_retry on_hub=actions.on_other_hub on_close=actions.on_dismiss strings />
                <LoadRow model=load on_cancel=actions.on_cancel can_cancel strings />
                <Asked model actions strings />
                <Sections model left actions strings />
                <DropHint dragging strings />
            </div>
        </Sheet>
    }
}

#[component]
fn Sections(
    model: Signal<PickerModel>,
    left: RwSignal<Option<Choice>>,
    actions: PickerActions,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || -> &'static ModelsStrings { &strings.get().models };
    let lead = move || model.with(|m| (words().hub_lead)(host_of(&m.hub)));
    let looking = move || model.with(|m| m.looking).then(|| view! { <p class="note">{words().looking}</p> });
    view! {
        <section aria-labelledby="models-here">
            <h3 id="models-here">{move || words().here}</h3>
            <ul class="cards"><Cards of=|m| &m.here model actions strings /></ul>
        </section>
        <section aria-labelledby="models-hub">
            <h3 id="models-hub">{move || words().hub}</h3>
            <p class="soft">{lead}</p>
            {looking}
            <ul class="cards"><Cards of=|m| &m.hub_models model actions strings /></ul>
        </section>
        <section aria-labelledby="models-own">
            <h3 id="models-own">{move || words().own}</h3>
            <Own on_open=actions.on_open on_files=actions.on_files left strings />
        </section>
        <section aria-labelledby="models-settings">
            <h3 id="models-settings">{move || words().settings}</h3>
            <Settings model actions strings />
        </section>
        <section aria-labelledby="models-device">
            <h3 id="models-device" tabindex="-1">{move || words().device}</h3>
            <Kept model actions strings />
        </section>
    }
}

/// A card a model; the cards stay while what they say changes.
#[component]
fn Cards(
    of: fn(&PickerModel) -> &Vec<Source>,
    model: Signal<PickerModel>,
    actions: PickerActions,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let sources = Memo::new(move |_| model.with(|m| of(m).clone()));
    view! {
        <For each=move || sources.get() key=|source| format!("{source:?}") let:source>
            <CardView source model actions strings />
        </For>
    }
}

/// What lies on this device.
#[component]
fn Kept(model: Signal<PickerModel>, actions: PickerActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let words = move || -> &'static ModelsStrings { &strings.get().models };
    let sources = Memo::new(move |_| model.with(|m| m.stored.clone()));
    // The row goes, and the focus with it.
    let on_remove = Callback::new(move |source| {
        actions.on_remove.run(source);
        focus("models-device");
    });
    let room = move || {
        let told = model.with(|m| m.room_bytes.filter(|_| m.not_kept.is_none()));
        told.map(|room| view! { <p class="note">{(words().room)(&megabytes(room))}</p> })
    };
    let memory = Memo::new(move |_| model.with(|m| m.memory));
    let memory = move || {
        let Memory { used_bytes, taken_bytes } = memory.get();
        let words = (words().memory)(&megabytes(used_bytes), &megabytes(taken_bytes));
        (taken_bytes > 0).then(|| {
            view! { <p class="note" data-testid="memory" data-used=used_bytes data-taken=taken_bytes>{words}</p> }
        })
    };
    let not_kept =
        move || model.with(|m| m.not_kept).map(|why| view! { <p class="note">{(words().not_kept)(why)}</p> });
    let nothing = move || sources.with(Vec::is_empty).then(|| view! { <p class="soft">{words().none_stored}</p> });
    view! {
        {nothing}
        <ul class="kept">
            <For each=move || sources.get() key=|source| format!("{source:?}") let:source>
                <KeptView source model on_open=actions.on_open on_remove strings />
            </For>
        </ul>
        {room}
        {memory}
        {not_kept}
    }
}
