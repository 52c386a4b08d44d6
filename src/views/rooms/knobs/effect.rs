//! The chances as learned beside those with a knob turned.
//!
//! In: the newest run's answer and, for the same text, the last one with nothing turned. Both are the
//! softmax over the whole vocabulary.

use crate::analysis::probability::{Chance, Distribution};
use crate::content::Strings;
use crate::model::{Knob, Site};
use crate::tokens::Vocabulary;
use crate::trace::Trace;
use crate::views::derived::{Derived, logit};
use crate::views::label::Label;
use crate::views::room::{StageActions, StageModel};
use leptos::prelude::*;
use std::sync::Arc;

/// The last position's logits of a text with nothing turned.
#[derive(Clone, Debug, PartialEq)]
pub struct Untouched {
    ids: Vec<u32>,
    logits: Arc<Vec<f32>>,
}

/// What is known of the run with nothing turned: of this trace, or kept while the text stays.
pub fn untouched(trace: Option<&Trace>, before: Option<&Untouched>) -> Option<Untouched> {
    let trace = trace?;
    let ids = trace.text.ids();
    if trace.knob.is_some() {
        return before.filter(|before| before.ids == ids).cloned();
    }
    let logits = Arc::new(logits(trace)?.to_vec());
    Some(Untouched { ids, logits })
}

fn logits(trace: &Trace) -> Option<&[f32]> {
    trace.row(Site::Logits, 0, trace.tokens().checked_sub(1)?)
}

/// A token's chance as learned and with the knob; each nothing while unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub label: Label,
    pub learned: Option<f32>,
    pub turned: Option<f32>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct EffectModel {
    pub rows: Vec<Row>,
    /// How many tokens are not listed, and their chances added up.
    pub rest: (usize, Option<f32>, Option<f32>),
    /// What a full bar stands for.
    pub full: f32,
    /// The likeliest as learned and with the knob.
    pub first: [Option<(Label, f32)>; 2],
    /// Where in the text it is asked what comes next.
    pub position: usize,
}

/// So many of the likeliest of either are listed.
const LISTED: usize = 8;

/// `None` where the trace has no answer.
pub fn derive(trace: &Trace, untouched: Option<&Untouched>, vocabulary: &Vocabulary) -> Option<EffectModel> {
    let own = Distribution::new(logits(trace)?, 1.0);
    let ids = trace.text.ids();
    let learned = untouched.filter(|u| u.ids == ids).map(|u| Distribution::new(&u.logits, 1.0));
    let turned = trace.knob.is_some().then_some(own);
    let both = [&learned, &turned];
    let chance = |of: &Option<Distribution>, id: u32| of.as_ref().and_then(|of| of.chance_of(id));
    let larger = |id: u32| both.iter().filter_map(|of| chance(of, id)).fold(0.0, f32::max);

    let tops = both.iter().filter_map(|of| of.as_ref()).flat_map(|of| of.top(LISTED));
    let mut listed: Vec<u32> = tops.map(|chance| chance.id).collect();
    listed.sort_by(|&a, &b| larger(b).total_cmp(&larger(a)).then(a.cmp(&b)));
    listed.dedup();
    listed.truncate(LISTED);
    let row = |&id: &u32| Row {
        label: Label::of(vocabulary, id),
        learned: chance(&learned, id),
        turned: chance(&turned, id),
    };
    let rows: Vec<Row> = listed.iter().map(row).collect();
    let rest = |of: &Option<Distribution>| {
        let of = of.as_ref()?;
        let all: f64 = of.probabilities().iter().map(|&p| f64::from(p)).sum();
        let shown: f64 = listed.iter().filter_map(|&id| of.chance_of(id)).map(f64::from).sum();
        // Not `max`, which would make a 0 of what is no number.
        Some(if all < shown { 0.0 } else { (all - shown) as f32 })
    };
    let most = rows.iter().flat_map(|row| [row.learned, row.turned]).flatten().fold(0.0, f32::max);
    let first = |of: &Option<Distribution>| {
        let Chance { id, probability } = *of.as_ref()?.top(1).first()?;
        Some((Label::of(vocabulary, id), probability))
    };
    let count = logits(trace)?.len() - listed.len();
    Some(EffectModel {
        rest: (count, rest(&learned), rest(&turned)),
        full: [0.05, 0.1, 0.25, 0.5].into_iter().find(|&step| most <= step).unwrap_or(1.0),
        first: [first(&learned), first(&turned)],
        position: trace.tokens().checked_sub(1)?,
        rows,
    })
}

/// The same, kept up to date.
pub fn derived(model: StageModel, untouched: Signal<Option<Untouched>>) -> Signal<Option<EffectModel>> {
    let derived = Memo::new(move |_| {
        let trace = model.trace.get()?;
        model.vocabulary.with(|vocabulary| untouched.with(|u| derive(&trace, u.as_ref(), vocabulary)))
    });
    derived.into()
}

/// See the module's header.
#[component]
pub fn Effect(
    model: StageModel,
    actions: StageActions,
    derived: Signal<Option<EffectModel>>,
    untouched: Signal<Option<Untouched>>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let of_now = move || model.trace.with(|trace| trace.as_ref().is_some_and(|t| t.knob == model.knob.get()));
    let stale = move || model.stale.get() || !of_now();
    view! {
        <section class="effect" class:none=move || derived.with(Option::is_none)>
            <h3>{move || strings.get().knobs.effect_title}</h3>
            <div class:stale=stale aria-busy=move || stale().to_string()>
                {move || derived.with(|d| d.as_ref().map(|d| sentence(d, strings.get())))}
                {move || derived.with(|d| d.as_ref().map(|d| table(d, strings.get())))}
            </div>
            <Compare model actions untouched strings />
        </section>
    }
}

/// Where the text was typed with the knob turned: turns it back for one run and on again.
#[component]
fn Compare(
    model: StageModel,
    actions: StageActions,
    untouched: Signal<Option<Untouched>>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let waiting = RwSignal::new(None::<Knob>);
    Effect::new(move |_| {
        let plain = model.trace.with(|trace| trace.as_ref().is_some_and(|trace| trace.knob.is_none()));
        if let (true, false, Some(knob)) = (plain, model.stale.get(), waiting.get()) {
            waiting.set(None);
            actions.on_knob.run(Some(knob));
        }
    });
    let missing = move || {
        untouched.with(Option::is_none) && model.trace.with(|trace| trace.as_ref().is_some_and(|t| t.knob.is_some()))
    };
    let compare = move |_| {
        waiting.set(model.knob.get_untracked());
        actions.on_knob.run(None);
    };
    view! {
        <div class:none=move || !missing()>
            <p class="note">{move || strings.get().knobs.effect_unknown}</p>
            <button type="button" class="plain" on:click=compare>{move || strings.get().knobs.compare}</button>
        </div>
    }
}

/// The likeliest as learned, and what became of it.
pub fn sentence(model: &EffectModel, strings: &'static Strings) -> AnyView {
    let words = &strings.knobs;
    let chance = |p: f32| view! { <strong class="number gold">{strings.stage.percent(p)}</strong> };
    let token = |label: &Label| view! { <em class="tok" translate="no">{label.name()}</em> };
    match &model.first {
        [Some((learned, p)), Some((turned, q))] if learned.id == turned.id => {
            let [a, b, c, d] = words.effect_same;
            view! { <p class="sentence effect-sentence">{a}{token(learned)}{b}{chance(*p)}{c}{chance(*q)}{d}</p> }
                .into_any()
        }
        [Some((learned, p)), Some((turned, q))] => {
            let [a, b, c, d, e] = words.effect_changed;
            view! { <p class="sentence effect-sentence">{a}{token(learned)}{b}{chance(*p)}{c}{token(turned)}{d}{chance(*q)}{e}</p> }
                .into_any()
        }
        [_, None] => view! { <p class="note effect-sentence">{words.effect_untouched}</p> }.into_any(),
        [None, Some(_)] => ().into_any(),
    }
}

fn table(model: &EffectModel, strings: &'static Strings) -> AnyView {
    let words = &strings.knobs;
    let turned = model.first[1].is_some();
    // What the knob has made of a chance is another model's: it has no address in this one.
    let number = |p: Option<f32>, derived: Option<Derived>| {
        let derived = derived.filter(|_| p.is_some()).map(|derived| derived.to_string());
        view! { <td class="number" data-derived=derived data-value=p.map(|p| p.to_string())>{p.map(|p| strings.stage.percent(p))}</td> }
    };
    let cells = move |learned: Option<f32>, after: Option<f32>, full: f32, derived: Option<Derived>| {
        view! { <td class="effect-bars" aria-hidden="true">{bars(learned, after, full)}</td> {number(learned, derived)} {turned.then(|| number(after, None))} }
    };
    let row = |row: &Row| {
        view! {
            <tr data-testid="effect" data-id=row.label.id>
                <th scope="row">{row.label.clipped(14.0).html()}</th>
                {cells(row.learned, row.turned, model.full, Some(Derived::Chance(logit(model.position, row.label.id))))}
            </tr>
        }
    };
    let (count, learned, after) = model.rest;
    let listed = model.rows.iter().map(|row| row.label.id).collect();
    let key = |class: &'static str, name: &'static str| view! { <span><span class=class></span>{name}</span> };
    view! {
        <table class="effect-table">
            <thead><tr>
                <td colspan="2"></td>
                <th scope="col" class="number">{words.learned_bar}</th>
                {turned.then(|| view! { <th scope="col" class="number">{words.turned_bar}</th> })}
            </tr></thead>
            <tbody>{model.rows.iter().map(row).collect_view()}</tbody>
            <tbody class="rest"><tr data-testid="effect-rest" data-count=count>
                <th scope="row">{(words.rest)(&strings.stage.count(count))}</th>
                {cells(learned, after, model.full, Some(Derived::Others(model.position, listed)))}
            </tr></tbody>
        </table>
        <p class="note key">
            {key("swatch swatch-gold", words.learned_bar)}
            {turned.then(|| key("swatch swatch-outline", words.turned_bar))}
            <span>{strings.stage.full_bar(model.full, [learned, after].iter().flatten().any(|p| *p > model.full))}</span>
        </p>
    }
    .into_any()
}

/// Filled: as learned; outlined below it: with the knob.
fn bars(learned: Option<f32>, turned: Option<f32>, full: f32) -> impl IntoView {
    // One that is longer than a full bar is torn off.
    let bar = move |p: f32, y: f64| match p > full {
        true => format!("M0 {y}H96l3 1.75-3 1.75 3 1.75-3 1.75H0Z"),
        false => format!("M0 {y}H{}v7H0Z", f64::from(p / full).max(0.0) * 100.0),
    };
    view! {
        <svg class="effect-bar" viewBox="0 0 100 18" preserveAspectRatio="none">
            {learned.map(|p| view! { <path class="fill" d=bar(p, 1.0) /> })}
            {turned.map(|p| view! { <path class="outline" d=bar(p, 10.0) /> })}
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::GptConfig;
    use crate::tokens::Text;
    use crate::trace::{Layout, Tap};

    const KNOB: Knob = Knob::Head { layer: 0, head: 0, scale: 0.0 };

    fn trace(ids: &[u32], knob: Option<Knob>, logits: [f32; 4]) -> Trace {
        let json = r#"{"n_layer":1,"n_head":1,"n_embd":4,"vocab_size":4,"n_positions":8}"#;
        let config = GptConfig::from_json(json).unwrap();
        let layout = Layout::new(&[Tap::last(Site::Logits, 0)], &config, ids.len());
        Trace { text: Text::from_ids(ids), config, layout, knob, values: logits.to_vec() }
    }

    #[test]
    fn the_answer_as_learned_is_kept_while_the_text_stays() {
        let plain = untouched(Some(&trace(&[1, 2], None, [0., 1., 2., 3.])), None);
        assert!(plain.is_some());
        let kept = untouched(Some(&trace(&[1, 2], Some(KNOB), [9.; 4])), plain.as_ref());
        assert_eq!(kept, plain);
        assert_eq!(untouched(Some(&trace(&[1, 3], Some(KNOB), [9.; 4])), plain.as_ref()), None);
        assert_eq!(untouched(None, plain.as_ref()), None);
    }

    #[test]
    fn before_and_after_are_both_whole_distributions() {
        let plain = untouched(Some(&trace(&[1], None, [0., 1., 2., 3.])), None).unwrap();
        let turned = trace(&[1], Some(KNOB), [3., 1., 2., 0.]);
        let words = Vocabulary::new(["a", "b", "c", "d"]);
        let model = derive(&turned, Some(&plain), &words).unwrap();
        let sum = |of: fn(&Row) -> Option<f32>| model.rows.iter().filter_map(of).sum::<f32>();
        assert!((sum(|r| r.learned) - 1.0).abs() < 1e-6 && (sum(|r| r.turned) - 1.0).abs() < 1e-6);
        assert_eq!(model.first.each_ref().map(|f| f.as_ref().unwrap().0.id), [3, 0]);
        assert_eq!(model.rest.0, 0);
        let unknown = derive(&turned, None, &words).unwrap();
        assert!(unknown.first[0].is_none() && unknown.rows.iter().all(|r| r.learned.is_none() && r.turned.is_some()));
        let untouched = derive(&trace(&[1], None, [0., 1., 2., 3.]), Some(&plain), &words).unwrap();
        assert!(untouched.first[1].is_none() && untouched.rows.iter().all(|r| r.turned.is_none()));
    }
}
