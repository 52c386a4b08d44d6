//! The top bar: the name, the model, the colours, the language, the link, the help.

use super::share::{CopyLink, Copying};
use crate::content::Strings;
use leptos::prelude::*;

/// A choice of few: its value, and its name in the page's language.
pub type Choice = (&'static str, fn(&Strings) -> &'static str);

#[component]
pub fn TopBar(
    /// The model's name, for people.
    model: Signal<String>,
    /// Opens the sheet of models.
    on_models: Callback<()>,
    theme: Signal<&'static str>,
    on_theme: Callback<String>,
    on_language: Callback<()>,
    copying: RwSignal<Copying>,
    on_copy: Callback<()>,
    /// Opens the sheet of keys.
    on_help: Callback<()>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().shell;
    let themes = move || {
        let words = words();
        let all = [("system", words.theme_system), ("light", words.theme_light), ("dark", words.theme_dark)];
        let option = |(value, label): (&'static str, &'static str)| {
            view! { <option value=value selected=move || theme.get() == value>{label}</option> }
        };
        all.map(option).collect_view()
    };
    let other = move || strings.get().locale.other();
    view! {
        <header class="topbar">
            <div class="brand">
                <Mark />
                <h1 class="brand">"Glassbox"</h1>
                <p class="brand-line">{move || words().tagline}</p>
            </div>
            <div class="topbar-tools">
                <button
                    type="button"
                    class="select models"
                    data-testid="model-picker"
                    aria-haspopup="dialog"
                    aria-label=move || (strings.get().models.button)(&model.get())
                    on:click=move |_| on_models.run(())
                >
                    <span class="models-name">{model}</span>
                    <span class="models-mark" aria-hidden="true">"▾"</span>
                </button>
                <select class="select" aria-label=move || words().theme on:change=move |e| on_theme.run(event_target_value(&e))>
                    {themes}
                </select>
                <button
                    type="button"
                    class="plain"
                    data-testid="language"
                    data-value=move || strings.get().locale.code()
                    lang=move || other().tag()
                    on:click=move |_| on_language.run(())
                >
                    {move || other().own_name()}
                </button>
                <CopyLink state=copying on_copy strings />
                <button
                    type="button"
                    class="plain help"
                    data-testid="help"
                    aria-label=move || strings.get().keys.open
                    title=move || strings.get().keys.open
                    on:click=move |_| on_help.run(())
                >
                    "?"
                </button>
            </div>
        </header>
    }
}

/// A glass box with a river through it.
#[component]
fn Mark() -> impl IntoView {
    view! {
        <svg class="brand-mark" viewBox="0 0 64 64" width="28" height="28" aria-hidden="true">
            <path class="mark-face" d="M32 6 56 19v26L32 58 8 45V19Z" />
            <path class="mark-river" d="M32 17v30" />
            <path class="mark-edge" d="M32 6 56 19v26L32 58 8 45V19ZM8 19l24 13 24-13M32 32v26" />
        </svg>
    }
}
