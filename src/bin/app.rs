//! The page's own module: starts the session and mounts the views. The engine lives in the worker.

#[cfg(target_arch = "wasm32")]
fn main() {
    use glassbox::session::{Opening, Session, browser};
    use glassbox::views::app::{App, Surroundings};
    use leptos::prelude::*;

    browser::report_panics();
    let route = browser::route();
    let locale = browser::locale(&route);
    let opening = Opening::from_address(&browser::search(), locale == glassbox::content::Locale::Zh);
    browser::mount(move || {
        let session = Session::new(&route, locale, browser::theme(), opening.clone());
        let around = Surroundings {
            dark: browser::matches("(prefers-color-scheme: dark)").into(),
            narrow: browser::matches("(max-width: 860px)").into(),
        };
        session.start();
        view! { <App session around /> }
    });
}

/// The page runs in browsers; natively there is `glassbox`.
#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("The page is built for wasm32: `cargo xtask serve`.");
}
