//! A window on a learned tensor: its numbers as signed cells, and how they are spread.
//!
//! In: a [`Slice`](crate::model::Slice) of the model's own numbers. A cell is read under pointer or keyboard, and
//! chosen to be turned. Drawn as one path a shade, so that thousands of cells cost some fifty elements.

mod choice;
mod face;
mod histogram;
mod plate;

pub use face::Face;

use super::effect::EffectModel;
use super::notice::tensor;
use super::weight::{Learned, Place, WeightKnob};
use crate::content::Strings;
use crate::link::question::{Asker, Question};
use crate::model::{Knob, Part, TensorName};
use crate::views::room::{StageActions, StageModel};
use choice::Choice;
use face::{Window, derive};
use histogram::histogram;
use leptos::prelude::*;
use plate::Plate;

/// Cells a side of the window, on wide pages and on narrow ones.
const SIDES: [usize; 2] = [48, 24];

/// Every block has one of its own.
pub fn is_in_block(part: Part) -> bool {
    use Part::*;
    !matches!(part, TokenTable | PositionTable | NormFGain | NormFBias | Head | HeadBias)
}

#[component]
pub fn LearnedSlice(
    model: StageModel,
    actions: StageActions,
    kept: RwSignal<Option<Learned>>,
    effect: Signal<Option<EffectModel>>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let chosen = RwSignal::new(None::<Place>);
    let side = move || SIDES[usize::from(model.narrow.get())];
    let start = match model.knob.get_untracked() {
        Some(Knob::Weight { name, row, column, .. }) => {
            chosen.set(Some(Place { name, row, column }));
            let before = |at: usize| at.saturating_sub(SIDES[1] / 2);
            Window { name, row: before(row), column: before(column) }
        }
        _ => Window { name: TensorName { part: Part::QkvWeight, layer: 0 }, row: 0, column: 0 },
    };
    let window = RwSignal::new(start);
    let config = Memo::new(move |_| model.info.with(|info| info.as_ref().map(|info| info.config.clone())));
    let wanted = Memo::new(move |_| config.with(|c| c.as_ref().map(|c| window.get().slice(c, side()))));
    Effect::new(move |_| {
        wanted.get().into_iter().for_each(|slice| actions.on_ask.run((Asker::Knobs, Question::Slices(vec![slice]))));
    });
    let asked = model.asked.of(Asker::Knobs);
    let answered = model.answer(Asker::Knobs);
    let fresh = Memo::new(move |_| answered.with(|answered| derive(answered.as_ref()?, &wanted.get()?, side())));
    // The last window stays until the next one's numbers come.
    let face = Memo::new(move |before: Option<&Option<Face>>| {
        fresh.get().or_else(|| before.cloned().flatten().filter(|_| asked.with(Option::is_some)))
    });
    let stale = move || fresh.with(Option::is_none) && wanted.with(Option::is_some);
    view! {
        <section class="learned">
            <h3>{move || strings.get().knobs.slice_title}</h3>
            <p class="note">{move || strings.get().knobs.slice_lead}</p>
            <Choice config=config.into() window wanted=wanted.into() strings />
            <div class:stale=stale aria-busy=move || stale().to_string()>
                <Plate model face=face.into() chosen strings />
                {move || face.with(|face| face.as_ref().map(|face| histogram(face, strings.get())))}
            </div>
            <WeightKnob model actions face=fresh.into() chosen kept effect strings />
        </section>
    }
}

/// A tensor's name with its block, where it has one.
pub fn title(name: TensorName, strings: &Strings) -> String {
    tensor(name, is_in_block(name.part), strings)
}
