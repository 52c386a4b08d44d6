//! Where the visitor looks: floors, the way back, the pinned token and the held cell.

use super::{Session, set_if};
use crate::content::Floor;
use leptos::prelude::*;

impl Session {
    pub fn go_to(&self, floor: Floor) {
        set_if(Some(floor), self.pick.floor);
        self.retrace(floor);
    }

    /// Goes deeper from where one stands, so that [`Session::come_back`] leads here again. From one block to
    /// another is sideways.
    pub fn go_deeper(&self, floor: Floor) {
        let here = self.pick.floor.get_untracked();
        if !matches!((here, floor), (Floor::Block(_), Floor::Block(_))) {
            self.pick.way.update(|way| way.push(here));
        }
        self.go_to(floor);
    }

    /// Goes back to where the visitor last went deeper from; says whether there was such a place.
    pub fn come_back(&self) -> bool {
        let last = self.pick.way.with_untracked(|way| way.last().copied());
        last.into_iter().for_each(|floor| self.go_to(floor));
        last.is_some()
    }

    /// Who stands on a floor of the way again has come back to it.
    fn retrace(&self, floor: Floor) {
        self.pick.way.update(|way| way.truncate(way.iter().position(|f| *f == floor).unwrap_or(way.len())));
    }

    /// Pins a token; the pinned one again lets go.
    pub fn pin(&self, index: usize) {
        let pinned = self.pick.pin.get_untracked();
        self.pick.looked_up.set(None);
        self.pin_only(Some(index).filter(|_| pinned != Some(index)));
    }

    /// Pins a token, and no cell of a map.
    pub fn pin_only(&self, index: Option<usize>) {
        self.pick.pin.set(index);
        set_if(Some(None), self.pick.key);
    }

    /// Holds a cell of the head's maps: who looks, and at whom.
    pub fn hold(&self, (query, key): (usize, usize)) {
        self.pick.pin.set(Some(query));
        self.pick.key.set(Some(key));
    }

    pub fn let_go(&self) {
        self.pin_only(None);
        self.pick.hover.set(None);
    }

    /// Esc where a picture has the keyboard: one thing at a time, the receipt first.
    pub fn leave(&self) {
        match self.pick.cell.get_untracked() {
            Some(_) => self.pick.cell.set(None),
            None => self.let_go(),
        }
    }

    /// Moves the pin by `step` tokens, staying within the text; without one it starts at the end.
    pub fn move_pin(&self, step: isize) {
        let count = self.answers.tokens.with_untracked(|text| text.tokens.len());
        if count > 0 {
            self.pick.looked_up.set(None);
            let from = self.pick.pin.get_untracked().unwrap_or(count - 1).min(count - 1);
            self.pin_only(Some(from.saturating_add_signed(step).min(count - 1)));
        }
    }
}
