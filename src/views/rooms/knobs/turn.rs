//! One head's output, turned up or down with a slider.

use crate::content::Strings;
use crate::model::Knob;
use crate::views::room::{StageActions, StageModel};
use leptos::prelude::*;

/// Twice what was learned.
const MOST: f32 = 2.0;

#[component]
pub fn HeadKnob(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let words = move || &strings.get().knobs;
    let first = match model.knob.get_untracked() {
        Some(Knob::Head { layer, head, .. }) => (layer, head),
        _ => (0, model.place.get_untracked().head),
    };
    let chosen = RwSignal::new(first);
    let at = Memo::new(move |_| {
        let (layer, head) = chosen.get();
        (layer.min(model.layers.get().saturating_sub(1)), head.min(model.heads.get().saturating_sub(1)))
    });
    let scale = move || match model.knob.get() {
        Some(Knob::Head { layer, head, scale }) if (layer, head) == at.get() => scale,
        _ => 1.0,
    };
    let turn = move |scale: f32| {
        let (layer, head) = at.get_untracked();
        actions.on_knob.run((scale != 1.0).then_some(Knob::Head { layer, head, scale }));
    };
    // Another head is chosen: what was turned goes back first.
    let choose = move |layer: usize, head: usize| {
        if matches!(model.knob.get_untracked(), Some(Knob::Head { .. })) {
            actions.on_knob.run(None);
        }
        chosen.set((layer, head));
    };
    let slide = move |event| {
        let typed = event_target_value(&event).parse::<f32>().ok().filter(|scale| scale.is_finite());
        typed.into_iter().for_each(|scale| turn(scale.clamp(0.0, MOST)));
    };
    let option = |i: usize, chosen: usize, name: String| view! { <option value=i selected=i == chosen>{name}</option> };
    let layers = move || (0..model.layers.get()).map(|l| option(l, at.get().0, (words().block_n)(l))).collect_view();
    let heads = move || (0..model.heads.get()).map(|h| option(h, at.get().1, (words().head_n)(h))).collect_view();
    let index = |event| event_target_value(&event).parse::<usize>().unwrap_or(0);
    let preset = move |to: f32, name: fn(&Strings) -> &'static str| {
        let pressed = move || (scale() == to).to_string();
        view! {
            <button type="button" class="plain" aria-pressed=pressed data-scale=to.to_string() on:click=move |_| turn(to)>
                {move || name(strings.get())}
            </button>
        }
    };
    view! {
        <section class="head-knob">
            <h3>{move || words().head_title}</h3>
            <p class="note">{move || words().head_lead}</p>
            <div class="knob-row">
                <select class="select" aria-label=move || words().block on:change=move |e| choose(index(e), at.get_untracked().1)>{layers}</select>
                <select class="select" aria-label=move || words().head on:change=move |e| choose(at.get_untracked().0, index(e))>{heads}</select>
            </div>
            <label class="slider">
                <span>{move || words().output}</span>
                <output class="number">{move || format!("× {:.2}", scale())}</output>
                <input type="range" name="head-scale" data-testid="head-scale" min="0" max=MOST step="0.05"
                    prop:value=move || scale().to_string() on:input=slide />
            </label>
            <div class="knob-row">
                {preset(0.0, |s| s.knobs.silence)}
                {preset(1.0, |s| s.knobs.as_learned)}
                {preset(MOST, |s| s.knobs.double)}
            </div>
        </section>
    }
}
