//! One learned number, turned to another.

use super::effect::{EffectModel, sentence};
use super::slice::{Face, title};
use crate::analysis::histogram::Histogram;
use crate::content::Strings;
use crate::model::{GptConfig, Knob, TensorName};
use crate::views::number::figure;
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
pub struct Learned {
    place: Place,
    value: f32,
    reach: f32,
}

impl Learned {
    /// Of a cell that the window has.
    fn of(face: &Face, place: Place) -> Option<Self> {
        let value = face.value(place)?;
        Some(Self { place, value, reach: reach(face, value) })
    }
}

/// The knob makes this cell another than was learned: the engine no longer says what that was.
fn touches(knob: Option<Knob>, place: Place, config: &GptConfig) -> bool {
    match knob {
        Some(Knob::Weight { name, row, column, .. }) => (Place { name, row, column }) == place,
        Some(knob) => knob.rows(config).is_some_and(|rows| rows.name == place.name && rows.rows.contains(&place.row)),
        None => false,
    }
}

/// `kept` outlives the room: what was learned where a knob is turned now.
#[component]
pub fn WeightKnob(
    model: StageModel,
    actions: StageActions,
    face: Signal<Option<Face>>,
    chosen: RwSignal<Option<Place>>,
    kept: RwSignal<Option<Learned>>,
    effect: Signal<Option<EffectModel>>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().knobs;
    let learned = Memo::new(move |before: Option<&Option<Learned>>| {
        let (place, info) = (chosen.get()?, model.info.get()?);
        let made_with = model.trace.with(|trace| trace.as_ref().and_then(|trace| trace.knob));
        if [model.knob.get(), made_with].into_iter().any(|knob| touches(knob, place, &info.config)) {
            return kept.get().filter(|kept| kept.place == place);
        }
        let now = face.with(|face| face.as_ref().and_then(|face| Learned::of(face, place)));
        // Stays known when the window moves on.
        now.or_else(|| before.copied().flatten().filter(|before| before.place == place))
    });
    let value = move || {
        let learned = learned.get()?;
        Some(match model.knob.get() {
            Some(Knob::Weight { name, row, column, value }) if (Place { name, row, column }) == learned.place => value,
            _ => learned.value,
        })
    };
    let turn = move |to: f32| {
        let Some(known) = learned.get_untracked() else { return };
        let Learned { place: Place { name, row, column }, value, .. } = known;
        kept.set(Some(known));
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
                    {title(place.name, strings.get())}" · "{(words.weight_learned)(&figure(value, stage))}
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Part;

    #[test]
    fn what_a_knob_touches_is_not_taken_for_learned() {
        let json = r#"{"n_layer":2,"n_head":2,"n_embd":6,"vocab_size":5,"n_positions":8}"#;
        let config = GptConfig::from_json(json).unwrap();
        let place = |part, layer, row| Place { name: TensorName { part, layer }, row, column: 1 };
        let head = Some(Knob::Head { layer: 1, head: 1, scale: 0.0 });
        assert!(touches(head, place(Part::ProjectWeight, 1, 3), &config));
        assert!(!touches(head, place(Part::ProjectWeight, 1, 2), &config));
        assert!(!touches(head, place(Part::ProjectWeight, 0, 3), &config));
        let name = TensorName { part: Part::QkvWeight, layer: 0 };
        let weight = Some(Knob::Weight { name, row: 2, column: 1, value: 9.0 });
        assert!(touches(weight, place(Part::QkvWeight, 0, 2), &config));
        assert!(
            !touches(weight, place(Part::QkvWeight, 0, 1), &config)
                && !touches(None, place(Part::QkvWeight, 0, 2), &config)
        );
    }
}
