//! The receipt of one value: formula, operands, largest contributions first, the sum checked.

use crate::content::Strings;
use crate::model::GptConfig;
use crate::trace::Tap;
use crate::views::room::{Place, StageActions, StageModel};
use leptos::prelude::*;

/// What the open receipt reads of the run.
pub fn taps(_place: Place, _config: &GptConfig) -> Vec<Tap> {
    Vec::new()
}

/// The panel, open while the place has a cell.
#[component]
pub fn Receipt(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let _ = (model, actions, strings);
}
