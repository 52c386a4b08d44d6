//! Parameters turned, shown and counted: a workbench first, then where the numbers are.

use crate::content::{StageStrings, Strings};
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

/// Four significant digits, with a minus sign that is one.
fn number(value: f32, words: &StageStrings) -> String {
    let size = value.abs();
    let text = match size {
        0.0 => "0".into(),
        _ if value.is_nan() => return words.not_a_number.into(),
        _ if !(0.0001..10_000.0).contains(&size) => format!("{size:.2e}"),
        _ => format!("{size:.*}", (3 - size.log10().floor() as i32).max(0) as usize),
    };
    if value < 0.0 { format!("−{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        let words = &crate::content::stage::EN;
        let cases = [(0.031_23, "0.03123"), (-1.5, "−1.500"), (0.0, "0"), (2048.0, "2048"), (-2e-6, "−2.00e-6")];
        for (value, text) in cases {
            assert_eq!(number(value, words), text);
        }
        assert_eq!(number(f32::NAN, words), words.not_a_number);
    }
}
