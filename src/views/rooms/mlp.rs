//! The MLP of a block for one token: its neurons, and that no column hears of another.

use crate::content::Strings;
use crate::model::GptConfig;
use crate::trace::Tap;
use crate::views::mlp_alone::MlpAlone;
use crate::views::mlp_neurons::MlpNeurons;
use crate::views::neurons;
use crate::views::room::{Place, StageActions, StageModel};
use leptos::prelude::*;

/// What the room reads of the run.
pub fn taps(place: Place, config: &GptConfig) -> Vec<Tap> {
    neurons::taps(place.layer(), place.rows(), config)
}

#[component]
pub fn MlpRoom(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    view! {
        <div class="block-floor">
            <MlpNeurons model actions strings />
            <MlpAlone model actions strings />
        </div>
    }
}
