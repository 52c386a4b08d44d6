//! The address of what is shown, and the way to where an address points.

#[cfg(target_arch = "wasm32")]
use super::browser;
use super::{Session, Shown, set_if};
use crate::analysis::ask::Ask;
use crate::content::{Floor, Route};
use crate::model::Knob;
use leptos::prelude::*;

impl Session {
    /// The address of what is shown now.
    pub fn route(&self) -> Route {
        let floor = self.pick.floor.get();
        let (temperature, top_k, top_p) = self.settings.ask.with(|ask| (ask.temperature, ask.top_k, ask.top_p));
        Route {
            floor: Some(floor),
            room: Some(self.pick.room.get()).filter(|_| matches!(floor, Floor::Block(_))),
            head: Some(self.pick.head.get()),
            text: Some(self.input.text.get()).filter(|text| !text.is_empty()),
            pin: self.pick.pin.get(),
            key: self.pick.key.get().filter(|_| matches!(floor, Floor::Block(_))),
            locale: Some(self.settings.locale.get()),
            temperature: Some(temperature).filter(|t| *t != 1.0),
            top_k,
            top_p,
            cell: self.pick.cell.get(),
            knob: self.pick.knob.get().map(|knob| knob.to_string()).or_else(|| self.pick.knob_wanted.get()),
        }
    }

    /// What made the numbers that are shown: the model that is there, with its kind of weights. Another that is still
    /// to come, or a choice for the next opening, has made none yet.
    pub fn shown(&self) -> Shown {
        let there = self.answers.model.with(|model| model.as_ref().map(|model| (model.source.clone(), model.asked)));
        let (source, precision) =
            there.unwrap_or_else(|| self.opening.with(|opening| (opening.source.clone(), opening.precision)));
        Shown { model: source.to_address(), precision }
    }

    /// The whole address of a route, for somebody else.
    pub fn link(&self, route: &Route) -> String {
        #[cfg(target_arch = "wasm32")]
        return browser::link(route, &untrack(|| self.shown()));
        // Off the browser the page lies nowhere.
        #[cfg(not(target_arch = "wasm32"))]
        route.to_string()
    }

    /// Goes where an address points; what it does not say stays.
    pub fn follow(&self, route: Route) {
        let route = self.within_model(route);
        route.floor.into_iter().for_each(|floor| self.go_to(floor));
        set_if(route.room, self.pick.room);
        // What an address does not say of a receipt is that it is closed.
        set_if(Some(route.cell), self.pick.cell);
        set_if(route.head, self.pick.head);
        set_if(route.locale, self.settings.locale);
        let ask = self.settings.ask.get_untracked();
        let asked = Ask {
            temperature: route.temperature.unwrap_or(ask.temperature),
            top_k: route.top_k.or(ask.top_k),
            top_p: route.top_p.or(ask.top_p),
            ..ask
        };
        set_if(Some(asked), self.settings.ask);
        if let Some(text) = route.text.filter(|text| *text != self.input.text.get_untracked()) {
            self.input.replacement.set(Some(text));
            self.pin_only(route.pin);
        } else if let Some(pin) = route.pin {
            set_if(Some(Some(pin)), self.pick.pin);
        }
        set_if(route.key.map(Some), self.pick.key);
        if route.knob.is_some() {
            self.pick.knob_wanted.set(route.knob);
            self.turn_as_wanted();
        }
    }

    /// Turns what an address wants turned, once there is a model; what that lacks is forgotten.
    pub(super) fn turn_as_wanted(&self) {
        let Some(model) = self.answers.model.get_untracked() else { return };
        if let Some(wanted) = self.pick.knob_wanted.get_untracked() {
            self.pick.knob_wanted.set(None);
            self.pick.knob.set(Knob::parse(&wanted, &model.config));
        }
    }

    /// An address's place in the model that is there: the nearest floor and head that it has. A receipt of a value
    /// that it lacks is closed.
    fn within_model(&self, route: Route) -> Route {
        self.answers.model.with_untracked(|model| {
            let shape = model.as_ref().map(|model| (model.config.layers, model.config.heads));
            let Some((layers, heads)) = shape else { return route };
            Route {
                floor: route.floor.map(|floor| floor.within(layers)),
                head: route.head.map(|head| head.min(heads - 1)),
                cell: route.cell.filter(|cell| cell.is_within(layers, heads)),
                ..route
            }
        })
    }
}
