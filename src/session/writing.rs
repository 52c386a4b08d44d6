//! The loop of a GPT: draw a token from the chances, write it behind the text, and ask again.

use super::{Drawn, Session};
use crate::analysis::draw;
use crate::model::Site;
use leptos::prelude::*;

impl Session {
    /// Whether the answer on the page is that to the text in the box, and the model has room for one token more.
    pub fn can_write_on(&self) -> bool {
        let room = self.answers.model.with(|model| model.as_ref().map_or(0, |model| model.capacity));
        self.input.text.with(|typed| {
            self.answers.trace.with(|trace| {
                let text = trace.as_ref().map(|trace| &trace.text);
                text.is_some_and(|text| text.read == *typed && !typed.is_empty() && text.tokens.len() < room)
            })
        })
    }

    /// Draws the next token as the sampling says, and writes it behind the text. `at`: from 0 to 1, by chance.
    pub fn write_on(&self, at: f64) {
        let Some(trace) = self.answers.trace.get_untracked().filter(|_| untrack(|| self.can_write_on())) else {
            return;
        };
        let logits = trace.tokens().checked_sub(1).and_then(|last| trace.row(Site::Logits, 0, last));
        let ask = self.settings.ask.get_untracked();
        let Some(token) = logits.and_then(|logits| draw::next(logits, &ask, at)) else { return };
        let text = self.input.text.get_untracked();
        let written = self.answers.vocabulary.with_untracked(|vocabulary| vocabulary.written(&text, token.id));
        let added = written.is_some();
        let stands = written.clone().unwrap_or(text);
        self.input.drawn.set(Some(Drawn { token, added, text: stands }));
        if added {
            self.input.replacement.set(written);
        }
    }
}
