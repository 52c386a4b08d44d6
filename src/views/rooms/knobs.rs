//! Parameters counted, shown, and turned.

use crate::content::Strings;
use crate::model::GptConfig;
use crate::trace::Tap;
use crate::views::room::{Place, StageActions, StageModel};
use leptos::prelude::*;

/// What the room reads of the run.
pub fn taps(_place: Place, _config: &GptConfig) -> Vec<Tap> {
    Vec::new()
}

#[component]
pub fn KnobsRoom(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let _ = (model, actions, strings);
}
