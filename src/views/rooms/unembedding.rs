//! From the last vector to the chances.

use crate::content::Strings;
use crate::model::GptConfig;
use crate::trace::Tap;
use crate::views::floors::{UnembeddingFloor, UnembeddingFloorProps};
use crate::views::room::{Place, StageActions, StageModel};
use leptos::prelude::*;

/// What the room reads of the run.
pub fn taps(_place: Place, _config: &GptConfig) -> Vec<Tap> {
    Vec::new()
}

#[component]
pub fn UnembeddingRoom(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    UnembeddingFloor(UnembeddingFloorProps {
        model: model.lens,
        vocabulary: model.vocabulary_size,
        stale: model.stale,
        on_floor: actions.on_floor,
        strings,
    })
}
