//! What the session writes outside the page's own pictures: language, title and colours of the
//! document, the address, the visitor's choices in the browser's storage.

use super::{Session, browser};
use crate::content::{Route, strings};
use crate::link::source::hub_address;
use leptos::prelude::*;
use std::time::Duration;

/// The address is written when nothing has changed for so long: browsers allow few writes a second.
const ADDRESS_PAUSE: Duration = Duration::from_millis(400);

pub(super) fn start(session: Session) {
    let settings = session.settings;
    Effect::new(move |before: Option<()>| {
        let locale = settings.locale.get();
        browser::show_locale(locale, strings(locale).shell.title);
        // What the browser speaks is no choice; a change is.
        if before.is_some() {
            browser::remember("locale", locale.code());
        }
    });
    Effect::new(move |before: Option<()>| {
        let theme = settings.theme.get();
        browser::show_theme(theme);
        if before.is_some() {
            browser::remember("theme", theme.name());
        }
    });

    if let Some(hub) = browser::recall("hub").and_then(|hub| hub_address(&hub)) {
        settings.hub.set(hub);
    }
    Effect::new(move |before: Option<()>| {
        let hub = settings.hub.get();
        if before.is_some() {
            browser::remember("hub", &hub);
        }
    });

    keep_address(session);
}

/// Writes the address when what is shown has rested for a moment, and follows it when the visitor
/// changes it. Where it has led somewhere else, that is a step which the browser's Back undoes.
fn keep_address(session: Session) {
    let pause = StoredValue::new_local(None::<TimeoutHandle>);
    // What the address says now.
    let written = StoredValue::new(None::<Route>);
    Effect::new(move |_| {
        let route = session.route();
        let shown = session.shown();
        // A floor that this model lacks was never stood on.
        let layers = session.answers.model.with_untracked(|model| model.as_ref().map(|model| model.config.layers));
        if let Some(handle) = pause.try_update_value(Option::take).flatten() {
            handle.clear();
        }
        let write = move || {
            let step = written.get_value().is_some_and(|before| {
                let floor = before.floor.map(|floor| layers.map_or(floor, |layers| floor.within(layers)));
                route.is_step_from(&Route { floor, ..before })
            });
            browser::show_route(&route, &shown, step);
            written.set_value(Some(route));
        };
        pause.set_value(set_timeout_with_handle(write, ADDRESS_PAUSE).ok());
    });
    browser::on_address_change(move |route| {
        session.follow(route);
        written.set_value(Some(untrack(|| session.route())));
    });
}
