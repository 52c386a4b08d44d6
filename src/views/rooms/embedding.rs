//! The embedding's floor: what enters block 1, and what the vectors lie near to.

use crate::content::Strings;
use crate::model::GptConfig;
use crate::trace::Tap;
use crate::views::embedding::{EmbeddingFloor, EmbeddingFloorProps};
use crate::views::room::{Place, StageActions, StageModel};
use leptos::prelude::*;

/// What the room reads of the run.
pub fn taps(_place: Place, _config: &GptConfig) -> Vec<Tap> {
    Vec::new()
}

#[component]
pub fn EmbeddingRoom(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    EmbeddingFloor(EmbeddingFloorProps {
        model: model.embedding,
        on_lookup: actions.on_lookup,
        on_visit: actions.on_visit,
        theme: model.theme,
        stale: model.embedding_stale,
        strings: Signal::derive(move || &strings.get().stage),
    })
}
