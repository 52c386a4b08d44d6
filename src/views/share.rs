//! The page's address, for somebody else: a button that copies it, and the address itself where the
//! browser keeps the clipboard closed.

use super::browser::{copy, focus_all};
use crate::content::Strings;
use leptos::html::Input;
use leptos::prelude::*;

/// An address to hand on.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    pub address: String,
    /// The text was too long to go along.
    pub without_text: bool,
}

/// What became of the last copy.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Copying {
    #[default]
    Idle,
    Copied {
        without_text: bool,
    },
    /// To be copied by hand.
    Denied(Link),
}

/// How long "Copied" is shown.
#[cfg(target_arch = "wasm32")]
const SHOWN: std::time::Duration = std::time::Duration::from_secs(4);

/// Copies, and says in `state` what became of it.
pub fn copy_link(link: Link, state: RwSignal<Copying>) {
    let address = link.address.clone();
    copy(&address, move |copied| {
        let done = match copied {
            true => Copying::Copied { without_text: link.without_text },
            false => Copying::Denied(link),
        };
        state.set(done.clone());
        #[cfg(target_arch = "wasm32")]
        if copied {
            let over = move || {
                // A newer word may stand there by now.
                if state.with_untracked(|now| *now == done) {
                    state.set(Copying::Idle);
                }
            };
            set_timeout(over, SHOWN);
        }
    });
}

#[component]
pub fn CopyLink(state: RwSignal<Copying>, on_copy: Callback<()>, strings: Signal<&'static Strings>) -> impl IntoView {
    let words = move || &strings.get().share;
    let said = move || match state.get() {
        Copying::Copied { without_text: false } => words().copied,
        Copying::Copied { without_text: true } => words().copied_without_text,
        _ => "",
    };
    let denied = move || match state.get() {
        Copying::Denied(link) => Some(view! { <ByHand link state strings /> }),
        _ => None,
    };
    view! {
        <div class="link-out">
            <button type="button" class="plain link-copy" data-testid="copy-link" title=move || words().copy on:click=move |_| on_copy.run(())>
                <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
                    <path d="M6.5 9.5 9.5 6.5M7 4.5 8.6 2.9a3.2 3.2 0 0 1 4.5 4.5L11.5 9M9 11.5 7.4 13.1a3.2 3.2 0 0 1-4.5-4.5L4.5 7" />
                </svg>
                <span class="link-name">{move || words().copy}</span>
            </button>
            <p class="link-said" class:none=move || said().is_empty() aria-hidden="true">{said}</p>
            <p class="unseen" role="status">{said}</p>
            {denied}
        </div>
    }
}

/// The link, selected, to be copied by hand.
#[component]
fn ByHand(link: Link, state: RwSignal<Copying>, strings: Signal<&'static Strings>) -> impl IntoView {
    let words = move || &strings.get().share;
    let field = NodeRef::<Input>::new();
    Effect::new(move |_| focus_all(field));
    let close = move || state.set(Copying::Idle);
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            close();
        }
    };
    let without = link.without_text;
    view! {
        <div class="link-by-hand" role="group" aria-label=move || words().link on:keydown=on_key>
            <p role="alert">{move || words().denied}</p>
            <p class:none=!without>{move || words().text_too_long}</p>
            <input type="text" readonly=true aria-label=move || words().link prop:value=link.address.clone() value=link.address node_ref=field />
            <button type="button" class="plain" on:click=move |_| close()>{move || words().close}</button>
        </div>
    }
}
