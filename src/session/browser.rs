//! What the session wants of the browser: address, storage, language, document. Nothing here
//! throws: what a browser denies is as if it were not there.

use super::ThemeChoice;
use super::{Shown, weights_in_address};
use crate::content::route::query_value;
use crate::content::{Locale, Route};
use leptos::prelude::{ReadSignal, Set, signal};
use wasm_bindgen::prelude::*;

fn window() -> web_sys::Window {
    // A page without a window runs no scripts.
    web_sys::window().expect("a window")
}

fn root() -> Option<web_sys::Element> {
    window().document()?.document_element()
}

/// An address relative to the page, in full: the worker lies elsewhere.
pub fn absolute(relative: &str) -> String {
    let base = window().document().and_then(|d| d.base_uri().ok().flatten()).unwrap_or_default();
    web_sys::Url::new_with_base(relative, &base).map_or_else(|_| relative.to_owned(), |url| url.href())
}

/// The folder in which the page lies, without a slash at the end.
pub fn site() -> String {
    absolute(".").trim_end_matches('/').to_owned()
}

/// `?engine=gpu` and the like.
pub fn search() -> String {
    window().location().search().unwrap_or_default()
}

pub fn route() -> Route {
    Route::parse(&window().location().hash().unwrap_or_default())
}

/// What is behind `?` and `#` for this route. The model and the kind of its weights go along, so that who opens
/// the link sees the same numbers.
fn address(route: &Route, shown: &Shown) -> Option<String> {
    let query = web_sys::UrlSearchParams::new_with_str(&search()).ok()?;
    // Files of the visitor's disk cannot be linked to; 16 bits are what an address means that says nothing.
    for (name, value) in [("model", shown.model.as_deref()), ("weights", weights_in_address(shown.precision))] {
        match value {
            Some(value) => query.set(name, value),
            None => query.delete(name),
        }
    }
    // From here on the part behind # says it.
    query.delete("lang");
    Some(format!("?{}{route}", query.to_string()))
}

/// The whole address that shows this route to somebody else.
pub fn link(route: &Route, shown: &Shown) -> String {
    let here = window().location().href().unwrap_or_default();
    let relative = address(route, shown).unwrap_or_else(|| route.to_string());
    web_sys::Url::new_with_base(&relative, &here).map_or(here, |url| url.href())
}

/// Writes the address of what is shown, as a step of the history or in place of the last one.
pub fn show_route(route: &Route, shown: &Shown, step: bool) {
    let (Ok(history), Some(address)) = (window().history(), address(route, shown)) else { return };
    // The entry is ours: see `on_address_change`.
    let ours = JsValue::TRUE;
    let _ = if step {
        history.push_state_with_url(&ours, "", Some(&address))
    } else {
        history.replace_state_with_url(&ours, "", Some(&address))
    };
}

/// Reading the storage at all can throw (denied, private mode, cross-site frame).
fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

pub fn recall(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

pub fn remember(key: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(key, value);
    }
}

/// What the address asks for, else the visitor's own choice, else the first of the browser's languages that the page speaks.
pub fn locale(route: &Route) -> Locale {
    let chosen = || recall("locale").and_then(|code| Locale::parse(&code));
    let spoken = || {
        let languages = window().navigator().languages();
        languages.iter().filter_map(|tag| tag.as_string()).find_map(|tag| Locale::parse(&tag))
    };
    let asked = || query_value(&search(), "lang").and_then(Locale::parse);
    route.locale.or_else(asked).or_else(chosen).or_else(spoken).unwrap_or_default()
}

pub fn theme() -> ThemeChoice {
    recall("theme").and_then(|name| ThemeChoice::parse(&name)).unwrap_or_default()
}

/// Whether a media query holds, kept up to date.
pub fn matches(query: &str) -> ReadSignal<bool> {
    let query = window().match_media(query).ok().flatten();
    let (holds, set_holds) = signal(query.as_ref().is_some_and(web_sys::MediaQueryList::matches));
    if let Some(query) = query {
        let asked = query.clone();
        let look = Closure::<dyn FnMut()>::new(move || set_holds.set(asked.matches()));
        let _ = query.add_event_listener_with_callback("change", look.as_ref().unchecked_ref());
        // As long as the page.
        look.forget();
    }
    holds
}

/// Where the build has put the worker's script: its name carries a hash.
pub fn worker() -> String {
    let meta = window().document().and_then(|d| d.query_selector("meta[name=glassbox-worker]").ok().flatten());
    let named = meta.and_then(|m| m.get_attribute("content")).filter(|address| !address.is_empty());
    absolute(named.as_deref().unwrap_or("./worker_loader.js"))
}

/// Calls back whenever the visitor changes the address: by hand or by a link with all that it says,
/// by going back or forward with the place alone, since no journey takes typing back.
pub fn on_address_change(act: impl Fn(Route) + 'static) {
    let look = Closure::<dyn FnMut()>::new(move || {
        let ours = window().history().and_then(|history| history.state()).is_ok_and(|state| !state.is_null());
        act(if ours { route().place() } else { route() });
    });
    let _ = window().add_event_listener_with_callback("popstate", look.as_ref().unchecked_ref());
    // As long as the page.
    look.forget();
}

pub fn show_locale(locale: Locale, title: &str) {
    if let Some(root) = root() {
        let _ = root.set_attribute("lang", locale.tag());
    }
    if let Some(document) = window().document() {
        document.set_title(title);
    }
}

pub fn show_theme(theme: ThemeChoice) {
    if let Some(root) = root() {
        let _ = match theme {
            ThemeChoice::System => root.remove_attribute("data-theme"),
            chosen => root.set_attribute("data-theme", chosen.name()),
        };
    }
}

/// Puts the page's views into the place that index.html has for them.
pub fn mount<V: leptos::prelude::IntoView + 'static>(view: impl FnOnce() -> V + 'static) {
    let place = window().document().and_then(|d| d.get_element_by_id("app"));
    match place.and_then(|place| place.dyn_into::<web_sys::HtmlElement>().ok()) {
        Some(place) => leptos::mount::mount_to(place, view).forget(),
        None => leptos::mount::mount_to_body(view),
    }
}

#[wasm_bindgen]
extern "C" {
    type CustomEvent;
    #[wasm_bindgen(constructor)]
    fn new(name: &str, options: &JsValue) -> CustomEvent;
}

/// Tells a panic to the console and to the panel that stands outside the app (boot.js).
pub fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        let options = js_sys::Object::new();
        let _ = js_sys::Reflect::set(&options, &"detail".into(), &panic.to_string().into());
        let event: JsValue = CustomEvent::new("glassbox:panic", &options).into();
        let _ = window().dispatch_event(event.unchecked_ref());
    }));
}
