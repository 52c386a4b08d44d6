//! Parameters turned, shown and counted: a workbench first, then where the numbers are.

use crate::content::Strings;
use crate::model::GptConfig;
use crate::trace::Tap;
use crate::views::room::{Place, StageActions, StageModel};
use leptos::prelude::*;

mod count;
mod effect;
mod notice;
mod sizes;
mod slice;
mod turn;
mod weight;

pub use notice::KnobNotice;

use effect::{Untouched, untouched};
use weight::Learned;

/// What the room reads of the run: the answer's logits, which are asked for on every floor.
pub fn taps(_place: Place, _config: &GptConfig) -> Vec<Tap> {
    Vec::new()
}

/// What must be remembered while something is turned. It outlives the room.
#[derive(Clone, Copy)]
pub struct Bench {
    /// The answer with nothing turned, for the text that is shown.
    untouched: Signal<Option<Untouched>>,
    /// What was learned where a weight is turned.
    learned: RwSignal<Option<Learned>>,
}

impl Bench {
    pub fn new(model: StageModel) -> Self {
        let untouched = Memo::new(move |before: Option<&Option<Untouched>>| {
            model.trace.with(|trace| untouched(trace.as_deref(), before.and_then(Option::as_ref)))
        });
        Self { untouched: untouched.into(), learned: RwSignal::new(None) }
    }
}

#[component]
pub fn KnobsRoom(
    model: StageModel,
    actions: StageActions,
    bench: Bench,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let untouched = bench.untouched;
    let effect = effect::derived(model, untouched);
    let known = move || model.info.with(Option::is_some);
    view! {
        <div class="knobs" class:none=move || !known()>
            <div class="bench">
                <turn::HeadKnob model actions strings />
                <effect::Effect model actions derived=effect untouched strings />
                <slice::LearnedSlice model actions kept=bench.learned effect strings />
            </div>
            <count::Counts model strings />
            <sizes::Sizes model strings />
        </div>
    }
}
