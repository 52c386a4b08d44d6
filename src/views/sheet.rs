//! A sheet over the page: the browser's own dialog, which holds the focus and closes with Esc.

use leptos::html::Dialog;
use leptos::prelude::*;

/// What is in it is drawn while it is open.
#[component]
pub fn Sheet(
    open: Signal<bool>,
    on_close: Callback<()>,
    title: Signal<&'static str>,
    /// What the button says that closes it.
    close: Signal<&'static str>,
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    keep_open(dialog, open);
    let on_click = move |event: leptos::ev::MouseEvent| {
        // The dialog itself is hit only outside of what it shows.
        if is_dialog(&event) {
            on_close.run(());
        }
    };
    view! {
        <dialog class="sheet" aria-label=title node_ref=dialog on:close=move |_| on_close.run(()) on:click=on_click>
            <div class="sheet-body">
                <header class="sheet-head">
                    <h2>{title}</h2>
                    <button type="button" class="plain" on:click=move |_| on_close.run(())>{close}</button>
                </header>
                <Show when=move || open.get()>{children()}</Show>
            </div>
        </dialog>
    }
}

fn keep_open(dialog: NodeRef<Dialog>, open: Signal<bool>) {
    #[cfg(target_arch = "wasm32")]
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (dialog, open);
}

fn is_dialog(event: &leptos::ev::MouseEvent) -> bool {
    #[cfg(target_arch = "wasm32")]
    {
        use wasm_bindgen::JsCast;
        event.target().is_some_and(|target| target.has_type::<web_sys::HtmlDialogElement>())
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = event;
        false
    }
}
