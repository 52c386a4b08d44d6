//! One word, from bytes to tokens, step by step: a sentence, the picture, buttons and a slider.

use super::figure::{Leaves, figure};
use super::tree::{Look, tree};
use super::words::WordModel;
use crate::content::Strings;
use crate::views::browser::width_of;
use crate::views::derived::Derived;
use crate::views::label::Label;
use leptos::html::Div;
use leptos::prelude::*;
use std::time::Duration;

/// How long each step stays when they run by themselves.
const PACE: Duration = Duration::from_millis(800);

/// What is drawn: a word, or a part of a long one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GrowthModel {
    pub word: WordModel,
    /// Bytes of the whole word.
    pub bytes: usize,
    /// How many merges the tokenizer's list has.
    pub list: usize,
    pub without_merges: bool,
}

impl GrowthModel {
    fn last(&self) -> usize {
        self.word.merges().len()
    }

    /// The two pieces that a merge joins, and what they become.
    fn joined(&self, step: usize) -> Option<[Label; 3]> {
        let merge = self.word.merges().get(step.checked_sub(1)?)?;
        let piece = |start: usize, end: usize| Label::new(0, &self.word.spelled.bytes[start..end]);
        Some([piece(merge.start, merge.middle), piece(merge.middle, merge.end), piece(merge.start, merge.end)])
    }
}

#[component]
pub fn Growth(model: Memo<GrowthModel>, strings: Signal<&'static Strings>) -> impl IntoView {
    let last = Memo::new(move |_| model.with(GrowthModel::last));
    // At the end until someone steps: the whole tree says most.
    let step = RwSignal::new(None::<usize>);
    let playing = RwSignal::new(false);
    let done = Memo::new(move |_| step.get().unwrap_or(usize::MAX).min(last.get()));
    Effect::new(move |_| {
        model.track();
        step.set(None);
        playing.set(false);
    });
    keep_playing(playing, step, done, last);
    let go = Callback::new(move |to: usize| {
        playing.set(false);
        step.set(Some(to.min(last.get_untracked())));
    });
    let room = NodeRef::<Div>::new();
    let width = width_of(room, 640.0);
    let lines = Memo::new(move |_| model.with(|m| m.word.lines(Look::most(width.get(), m.last() > 0))));
    let picture = move || {
        let (words, now) = (&strings.get().spelling, done.get());
        lines.with(|lines| {
            let longest = lines.iter().map(|(line, _)| line.spelled.leaves().len()).max().unwrap_or(0);
            let look = Look::word(longest, width.get(), last.get() > 0);
            let draw = |(line, steps): &(WordModel, Vec<usize>)| {
                let own = steps.iter().filter(|&&step| step <= now).count();
                let name = (words.figure)(&line.label().visible(), line.spelled.bytes.len(), line.ids.len());
                figure(&tree(line, own, look).numbered(steps, now), look, Leaves::Letters, name, go, strings.get())
            };
            lines.iter().map(draw).collect_view()
        })
    };
    view! {
        <div class="growth" data-testid="growth" data-step=done data-steps=last>
            <p class="sentence growth-sentence" aria-live="polite">{move || model.with(|m| sentence(m, done.get(), strings.get()))}</p>
            <p class="note growth-note">{move || model.with(|m| note(m, done.get(), strings.get()))}</p>
            <Show when=move || last.get() != 0>
                <Stepper done last playing on_step=go on_play=Callback::new(move |()| toggle(playing, step, done, last)) strings />
            </Show>
            <div class="merging-scroll" node_ref=room tabindex="0" role="group" aria-label=move || strings.get().spelling.title>{picture}</div>
            <ol class="unseen">{move || model.with(|m| list(m, strings.get()))}</ol>
        </div>
    }
}

/// From the start where it stands at the end.
fn toggle(playing: RwSignal<bool>, step: RwSignal<Option<usize>>, done: Memo<usize>, last: Memo<usize>) {
    let starts = !playing.get_untracked();
    if starts && done.get_untracked() == last.get_untracked() {
        step.set(Some(0));
    }
    playing.set(starts);
}

/// While it plays, each step waits for its turn and starts the next; at the end it stops.
fn keep_playing(playing: RwSignal<bool>, step: RwSignal<Option<usize>>, done: Memo<usize>, last: Memo<usize>) {
    Effect::new(move |_| {
        if !playing.get() {
            return;
        }
        let at = done.get();
        if at >= last.get() {
            return playing.set(false);
        }
        if let Ok(handle) = set_timeout_with_handle(move || step.set(Some(at + 1)), PACE) {
            on_cleanup(move || handle.clear());
        }
    });
}

/// What happens at this step, as a sentence.
fn sentence(model: &GrowthModel, done: usize, strings: &'static Strings) -> AnyView {
    let words = &strings.spelling;
    if let Some([left, right, whole]) = model.joined(done) {
        let [a, b, c, d] = words.merge;
        return view! { {a}{left.html()}{b}{right.html()}{c}{whole.html()}{d} }.into_any();
    }
    let bytes = model.word.spelled.bytes.len();
    match () {
        () if model.without_merges => words.without_merges.into_any(),
        () if bytes == 1 => words.starts_one.into_any(),
        () if model.word.taken_whole() => words.taken_whole.into_any(),
        () if model.last() == 0 => (words.done_bytes)(model.word.ids.len()).into_any(),
        () => (words.starts)(bytes).into_any(),
    }
}

/// Where the merge stands in the list, and what is left when all is done.
fn note(model: &GrowthModel, done: usize, strings: &'static Strings) -> AnyView {
    let words = &strings.spelling;
    let cut = (model.word.spelled.bytes.len() < model.bytes)
        .then(|| view! { <span>{(words.cut)(model.word.spelled.bytes.len(), model.bytes)}</span> });
    let merge = done.checked_sub(1).and_then(|at| model.word.merges().get(at));
    let place = merge.map(|merge| {
        let number = merge.rank as usize + 1;
        let place = (words.place)(&strings.stage.count(number), &strings.stage.count(model.list));
        view! { <span>{(words.step)(done, model.last())}</span><data value=number data-derived=Derived::Merge(model.word.pair(merge)).to_string() data-value=number>{place}</data> }
    });
    let end = (done > 0 && done == model.last()).then(|| view! { <span>{(words.done)(model.word.ids.len())}</span> });
    view! { {place}{end}{cut} }.into_any()
}

/// All steps, to be read out.
fn list(model: &GrowthModel, strings: &'static Strings) -> impl IntoView + use<> {
    let words = &strings.spelling;
    let row = |step: usize| {
        let [left, right, whole] = model.joined(step)?.map(|label| label.visible());
        let [a, b, c, d] = words.merge;
        let rank = model.word.merges()[step - 1].rank as usize + 1;
        let place = (words.place)(&strings.stage.count(rank), &strings.stage.count(model.list));
        Some(view! { <li>{format!("{a}{left}{b}{right}{c}{whole}{d}, {place}")}</li> })
    };
    (1..=model.last()).map(row).collect_view()
}

#[component]
fn Stepper(
    done: Memo<usize>,
    last: Memo<usize>,
    playing: RwSignal<bool>,
    on_step: Callback<usize>,
    on_play: Callback<()>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().spelling;
    let at_start = move || done.get() == 0;
    let at_end = move || done.get() == last.get();
    view! {
        <div class="growth-steps" role="group" aria-label=move || words().all_steps>
            <button type="button" class="plain" data-testid="first" disabled=at_start on:click=move |_| on_step.run(0)>{move || words().first}</button>
            <button type="button" class="plain" data-testid="back" disabled=at_start
                on:click=move |_| on_step.run(done.get_untracked().saturating_sub(1))>{move || words().back}</button>
            <button type="button" class="plain play" data-testid="play" aria-pressed=move || playing.get().to_string() on:click=move |_| on_play.run(())>
                {move || if playing.get() { words().pause } else { words().play }}
            </button>
            <button type="button" class="plain" data-testid="next" disabled=at_end
                on:click=move |_| on_step.run(done.get_untracked() + 1)>{move || words().next}</button>
            <button type="button" class="plain" data-testid="last" disabled=at_end on:click=move |_| on_step.run(last.get_untracked())>{move || words().last}</button>
            <input type="range" min="0" max=last step="1" prop:value=move || done.get().to_string() value=done
                aria-label=move || words().steps aria-valuetext=move || (words().step)(done.get(), last.get())
                on:input=move |event| {
                    if let Ok(to) = event_target_value(&event).parse() {
                        on_step.run(to);
                    }
                } />
        </div>
    }
}
