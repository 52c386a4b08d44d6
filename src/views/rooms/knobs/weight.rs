//! One learned number, turned to another.

use super::effect::{EffectModel, sentence};
use super::number;
use super::slice::{Face, title};
use crate::analysis::histogram::Histogram;
use crate::content::Strings;
use crate::model::{Knob, TensorName};
use crate::views::room::{StageActions, StageModel};
use crate::views::strip::round_up;
use leptos::prelude::*;

/// A cell of a tensor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    pub name: TensorName,
    pub row: usize,
    pub column: usize,
}

/// The largest number that weights kept as f16 can be.
const LARGEST: f32 = 65_504.0;

/// What the slider reaches to each side: far beyond what was learned, for one number of millions has
/// to shout to be heard.
fn reach(face: &Face, learned: f32) -> f32 {
    let deviation = Histogram::new(&face.values, 1).map_or(0.0, |histogram| histogram.deviation);
    round_up((20.0 * deviation).max(10.0 * learned.abs())).min(LARGEST)
}

/// What is known of the chosen cell.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Learned {
    place: Place,
    value: f32,
    reach: f32,
}

#[component]
pub fn WeightKnob(
    model: StageModel,
    actions: StageActions,
    face: Signal<Option<Face>>,
    chosen: RwSignal<Option<Place>>,
    effect: Signal<Option<EffectModel>>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().knobs;
    // Stays known when the window moves on.
    let learned = Memo::new(move |before: Option<&Option<Learned>>| {
        let place = chosen.get()?;
        let now = face.with(|face| {
            let face = face.as_ref()?;
            let value = face.value(place)?;
            Some(Learned { place, value, reach: reach(face, value) })
        });
        now.or_else(|| before.copied().flatten().filter(|learned| learned.place == place))
    });
    let value = move || {
        let learned = learned.get()?;
        Some(match model.knob.get() {
            Some(Knob::Weight { name, row, column, value }) if (Place { name, row, column }) == learned.place => value,
            _ => learned.value,
        })
    };
    let turn = move |to: f32| {
        let Some(Learned { place: Place { name, row, column }, value, .. }) = learned.get_untracked() else { return };
        let to = to.clamp(-LARGEST, LARGEST);
        actions.on_knob.run((to != value).then_some(Knob::Weight { name, row, column, value: to }));
    };
    let typed = move |event| {
        let typed = event_target_value(&event).parse::<f32>().ok();
        typed.into_iter().filter(|v| v.is_finite()).for_each(turn);
    };
    let preset = move |of: fn(f32) -> f32, name: fn(&Strings) -> &'static str| {
        let press = move |_| learned.get_untracked().into_iter().for_each(|learned| turn(of(learned.value)));
        view! { <button type="button" class="plain" on:click=press>{move || name(strings.get())}</button> }
    };
    let head = move || {
        learned.get().map(|Learned { place, value, .. }| {
            let (words, stage) = (words(), &strings.get().stage);
            view! {
                <h4>{(words.weight_title)(&place.row.to_string(), &place.column.to_string())}</h4>
                <p class="note" data-testid="learned" data-value=value.to_string()>
                    {title(place.name, strings.get())}" · "{(words.weight_learned)(&number(value, stage))}
                </p>
            }
        })
    };
    // On narrow pages the bars are out of sight here.
    let followed = move || {
        let own = matches!(model.knob.get(), Some(Knob::Weight { .. }));
        effect.with(|effect| effect.as_ref().filter(|_| own).map(|effect| sentence(effect, strings.get())))
    };
    let none = move || learned.with(Option::is_none);
    view! {
        <div class="weight-knob">
            <p class="note" class:none=move || !none()>{move || words().weight_choose}</p>
            <div class:none=none>
                {head}
                <label class="slider">
                    <span>{move || words().weight_value}</span>
                    <input type="number" step="any" name="weight" data-testid="weight-value" prop:value=move || value().map(|v| v.to_string()) on:change=typed />
                    <input type="range" step="any" aria-label=move || words().weight_value
                        min=move || learned.get().map(|l| -l.reach) max=move || learned.get().map(|l| l.reach)
                        prop:value=move || value().map(|v| v.to_string()) on:input=typed />
                </label>
                <div class="knob-row">
                    {preset(|_| 0.0, |s| s.knobs.weight_zero)}
                    {preset(|v| -v, |s| s.knobs.weight_sign)}
                    {preset(|v| 10.0 * v, |s| s.knobs.weight_tenfold)}
                    {preset(|v| 100.0 * v, |s| s.knobs.weight_hundredfold)}
                    {preset(|v| v, |s| s.knobs.as_learned)}
                </div>
                {followed}
            </div>
        </div>
    }
}
