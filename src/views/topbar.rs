//! The top bar: the name, the model, the colours, the language, the link, the help.

use super::share::{CopyLink, Copying};
use super::status::display_name;
use crate::content::Strings;
use leptos::prelude::*;

/// The models that come with the page.
pub const EMBEDDED: [&str; 2] = ["story", "poem"];

/// A choice of few: its value, and its name in the page's language.
pub type Choice = (&'static str, fn(&Strings) -> &'static str);

#[component]
pub fn TopBar(
    model: Signal<String>,
    on_model: Callback<String>,
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
    // A model of another name (an address asked for it) stands in the list as well.
    let models = move || {
        let now = model.get();
        let known = EMBEDDED.iter().map(|name| (*name).to_owned());
        let mut names: Vec<String> = known.collect();
        if !names.contains(&now) {
            names.push(now.clone());
        }
        let option = |name: String| {
            let (label, chosen) = (display_name(&name, strings.get()), name == now);
            view! { <option value=name selected=chosen>{label}</option> }
        };
        names.into_iter().map(option).collect_view()
    };
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
                <select class="select" aria-label=move || words().model on:change=move |e| on_model.run(event_target_value(&e))>
                    {models}
                </select>
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
