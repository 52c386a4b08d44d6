//! A button with a small panel that it opens: the browser's own popover, so that Esc and a click
//! elsewhere close it, one is open at a time, and a screen reader is told.

use leptos::html::{Button, Span};
use leptos::prelude::*;

/// `class` and `name` are the button's; `name` is for those who do not see it, where what it shows is
/// no word. `panel` may be drawn anew at every change.
#[component]
pub fn Popup(
    class: &'static str,
    #[prop(into)] label: ViewFn,
    #[prop(optional, into)] name: Option<Signal<&'static str>>,
    panel: ChildrenFn,
) -> impl IntoView {
    let (button, opened) = (NodeRef::<Button>::new(), NodeRef::<Span>::new());
    belong_together(button, opened);
    view! {
        <button type="button" class=class node_ref=button aria-label=name title=name on:click=move |_| place(button, opened)>
            {move || label.run()}
        </button>
        <span class="popup" popover="auto" node_ref=opened>{panel()}</span>
    }
}

/// Closes the panel with such an element in it, if it is open: what was chosen there is done.
pub fn close_popup(with: &str) {
    #[cfg(target_arch = "wasm32")]
    {
        use wasm_bindgen::JsCast;
        let open = document().query_selector(&format!(":popover-open:has({with})")).ok().flatten();
        if let Some(open) = open.and_then(|open| open.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = open.hide_popover();
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = with;
}

/// Tells the browser that this button opens this panel: without an id, which would have to be unique.
fn belong_together(button: NodeRef<Button>, panel: NodeRef<Span>) {
    #[cfg(target_arch = "wasm32")]
    Effect::new(move |_| {
        if let (Some(button), Some(panel)) = (button.get(), panel.get()) {
            let _ = js_sys::Reflect::set(&button, &"popoverTargetElement".into(), &panel);
        }
    });
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (button, panel);
}

/// Below the button, or above it where there is more room, and never beyond the window. Before it is
/// shown: a click's listeners come before what the click does.
fn place(button: NodeRef<Button>, panel: NodeRef<Span>) {
    #[cfg(target_arch = "wasm32")]
    {
        let (Some(button), Some(panel), Some(window)) =
            (button.get_untracked(), panel.get_untracked(), web_sys::window())
        else {
            return;
        };
        let size = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|v| v.as_f64()).unwrap_or(600.0);
        let (wide, high) = (size(window.inner_width()), size(window.inner_height()));
        let at = button.get_bounding_client_rect();
        let left = at.left().min(wide - WIDEST - MARGIN).max(MARGIN);
        let below = at.bottom() < high * 0.6;
        let (top, bottom) = if below {
            (format!("{:.0}px", at.bottom() + GAP), "auto".to_owned())
        } else {
            ("auto".to_owned(), format!("{:.0}px", high - at.top() + GAP))
        };
        let style = web_sys::HtmlElement::style(&panel);
        for (name, value) in [("left", format!("{left:.0}px")), ("top", top), ("bottom", bottom)] {
            let _ = style.set_property(name, &value);
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (button, panel);
}

/// The widest panel, in CSS pixels: 20rem in `www/style/people.css`.
#[cfg(target_arch = "wasm32")]
const WIDEST: f64 = 320.0;
#[cfg(target_arch = "wasm32")]
const MARGIN: f64 = 8.0;
#[cfg(target_arch = "wasm32")]
const GAP: f64 = 6.0;
