//! How far a load is: a sentence, a bar, and a way to end it.

use super::super::browser::announce;
use super::name_of;
use crate::content::amounts::megabytes;
use crate::content::models::LoadStrings;
use crate::content::{ModelsStrings, Strings};
use crate::link::protocol::{Progress, Stage};
use crate::model::{Part, TensorName};
use leptos::prelude::*;

/// A load under way, with what is known of the model.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadModel {
    pub load: Progress,
    pub layers: Option<usize>,
}

/// How far a load is, 0…100, where the total is known.
pub fn percent(load: &Progress) -> Option<u64> {
    (load.total_bytes > 0).then(|| (load.done_bytes * 100 / load.total_bytes).min(100))
}

/// `120 of 353 MB · 4.2 MB/s · 55 s left · block 3 of 6`, with what it is busy with where that is no
/// plain fetching.
pub fn text(model: &LoadModel, words: &LoadStrings) -> String {
    let LoadModel { load, layers } = model;
    let amount = || match (load.done_bytes, load.total_bytes) {
        (0, _) => None,
        (done, 0) => Some(megabytes(done)),
        (done, total) => Some((words.of)(done.min(total), total)),
    };
    let place = || load.tensor.map(|tensor| place(tensor, *layers, words));
    let moving = || {
        let speed = (load.speed >= 1.0).then(|| (words.speed)(&megabytes(load.speed as u64)));
        [amount(), speed, left(load).map(words.left), place()]
    };
    let parts: Vec<Option<String>> = match load.stage {
        Stage::Waiting => vec![Some(words.waiting.into())],
        Stage::Tokenizer => vec![Some(words.tokenizer.into())],
        Stage::Engine => vec![Some(words.engine.into())],
        Stage::Stored => vec![Some(words.stored.into()), amount(), place()],
        Stage::Retry { attempt } => vec![Some((words.retry)(attempt)), amount()],
        Stage::Weights if load.done_bytes == 0 => vec![Some(words.weights.into())],
        Stage::Weights => moving().into(),
    };
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Seconds that the rest takes at this speed.
fn left(load: &Progress) -> Option<u64> {
    let rest = load.total_bytes.checked_sub(load.done_bytes).filter(|_| load.total_bytes > 0)?;
    (load.speed >= 1.0).then(|| (rest as f64 / load.speed).ceil() as u64)
}

/// Where in the model the last bytes belong.
fn place(tensor: TensorName, layers: Option<usize>, words: &LoadStrings) -> String {
    match tensor.part {
        Part::TokenTable => words.token_table.into(),
        Part::PositionTable => words.position_table.into(),
        Part::NormFGain | Part::NormFBias | Part::Head | Part::HeadBias => words.last.into(),
        _ => (words.block)(tensor.layer + 1, layers),
    }
}

/// A load under way; nothing where there is none. `small` is for the status line.
#[component]
pub fn LoadRow(
    model: Signal<Option<LoadModel>>,
    on_cancel: Callback<()>,
    #[prop(into)] can_cancel: Signal<bool>,
    #[prop(optional)] small: bool,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let there = Memo::new(move |_| model.with(Option::is_some));
    view! {
        <Show when=move || there.get()>
            <Row model on_cancel can_cancel small strings />
        </Show>
    }
}

#[component]
fn Row(
    model: Signal<Option<LoadModel>>,
    on_cancel: Callback<()>,
    can_cancel: Signal<bool>,
    small: bool,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || -> &'static ModelsStrings { &strings.get().models };
    let of = move |tell: fn(&LoadModel, &'static Strings) -> String| {
        model.with(|model| model.as_ref().map(|model| tell(model, strings.get())))
    };
    let heading = move || of(|m, strings| (strings.models.load_words.heading)(&name_of(&m.load.source, strings)));
    let said = move || of(|m, strings| text(m, &strings.models.load_words));
    let done = move || model.with(|m| m.as_ref().and_then(|m| percent(&m.load)));
    let not_kept = move || model.with(|m| m.as_ref().and_then(|m| m.load.not_kept));
    let cancel = move || {
        can_cancel.get().then(|| {
            view! {
                <button type="button" class="plain" data-testid="load-cancel" on:click=move |_| on_cancel.run(())>
                    {move || words().load_words.cancel}
                </button>
            }
        })
    };
    view! {
        <div class=if small { "load small" } else { "load" } data-testid="load">
            <span class="load-name">{heading}</span>
            <progress class="load-bar" aria-label=heading max="100" value=move || done().map(|done| done.to_string())></progress>
            <span class="load-text">{said}</span>
            {cancel}
            {move || not_kept().filter(|_| !small).map(|why| view! { <p class="note load-note">{(words().not_kept)(why)}</p> })}
            <Spoken model strings />
        </div>
    }
}

/// Says it to those who do not see the bar: at every tenth, and once a second at most.
#[component]
fn Spoken(model: Signal<Option<LoadModel>>, strings: Signal<&'static Strings>) -> impl IntoView {
    let heard = RwSignal::new(String::new());
    let say = announce(heard);
    let step = Memo::new(move |_| {
        model.with(|m| m.as_ref().map(|m| (m.load.stage, percent(&m.load).map(|percent| percent / 10))))
    });
    Effect::new(move |_| {
        if step.get().is_some()
            && let Some(model) = model.get_untracked()
        {
            say(text(&model, &strings.get_untracked().models.load_words));
        }
    });
    view! { <span class="unseen" role="status" aria-live="polite">{heard}</span> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::models::{EN, ZH};
    use crate::link::source::Source;

    fn load(stage: Stage, done_bytes: u64, total_bytes: u64, speed: f64) -> LoadModel {
        let source = Source::Hub("distilbert/distilgpt2".into());
        let tensor = Some(TensorName { part: Part::QkvWeight, layer: 2 });
        let load = Progress { source, stage, done_bytes, total_bytes, speed, tensor, not_kept: None };
        LoadModel { load, layers: Some(6) }
    }

    #[test]
    fn a_load_is_told_with_bytes_speed_time_and_place() {
        let fetching = load(Stage::Weights, 120_000_000, 352_824_413, 4.2e6);
        assert_eq!(text(&fetching, &EN.load_words), "120 of 353 MB · 4.2 MB/s · 56 s left · block 3 of 6");
        assert_eq!(text(&fetching, &ZH.load_words), "120 / 353 MB · 每秒 4.2 MB · 还要 56 秒 · 第 3 层，共 6 层");
        let unknown = LoadModel { layers: None, ..load(Stage::Weights, 5_000_000, 0, 0.0) };
        assert_eq!(text(&unknown, &EN.load_words), "5.0 MB · block 3");
    }

    #[test]
    fn every_stage_says_what_it_is_busy_with() {
        let told = |stage| text(&load(stage, 120_000_000, 352_824_413, 0.0), &EN.load_words);
        assert_eq!(told(Stage::Stored), "Reading from this device · 120 of 353 MB · block 3 of 6");
        assert_eq!(told(Stage::Retry { attempt: 1 }), "The connection broke; try number 2 · 120 of 353 MB");
        assert_eq!(told(Stage::Engine), EN.load_words.engine);
        assert_eq!(told(Stage::Waiting), EN.load_words.waiting);
        assert_eq!(text(&load(Stage::Weights, 0, 0, 0.0), &EN.load_words), EN.load_words.weights);
    }

    #[test]
    fn places_beside_the_blocks_have_names() {
        let at = |part| place(TensorName { part, layer: 0 }, Some(6), &EN.load_words);
        assert_eq!(
            [at(Part::TokenTable), at(Part::PositionTable), at(Part::NormFGain)],
            ["token table", "position table", "the last steps"]
        );
        assert_eq!(at(Part::Norm1Gain), "block 1 of 6");
    }

    #[test]
    fn progress_never_passes_the_end() {
        let percent = |done, total| percent(&load(Stage::Weights, done, total, 0.0).load);
        assert_eq!((percent(5, 0), percent(5, 10), percent(20, 10)), (None, Some(50), Some(100)));
    }
}
