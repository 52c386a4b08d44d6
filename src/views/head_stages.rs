//! How one head gets its weights, step by step: one table of the run at a time, large, and beside it the
//! arithmetic of the cell under the pointer.

use super::browser::{pixel_ratio, width_of};
use super::figures::{FigureNumbers, offer};
use super::glossary::Marks;
use super::head_steps::{HeadRun, HeadStep, Sheet, derive, sheet};
use super::legend::Legend;
use super::number::short;
use super::paint::{Brush, Scale};
use super::plate::{Axes, Plate, PlateActions};
use super::room::{StageActions, StageModel, kept};
use crate::content::Strings;
use crate::content::head::HeadStrings;
use crate::model::Cell;
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;

mod panel;

use panel::CellArithmetic;

/// What all parts of the steps read.
#[derive(Clone, Copy)]
struct Steps {
    run: Signal<Option<HeadRun>>,
    step: RwSignal<HeadStep>,
    /// The reading token.
    query: Signal<usize>,
    sheet: Memo<Option<Arc<Sheet>>>,
    /// The cell under pointer or keyboard.
    cursor: RwSignal<Option<(usize, usize)>>,
    /// The cell that stays, where both sides are tokens: the same one in all of these steps, and in the map above.
    pair: Signal<Option<(usize, usize)>>,
    /// The cell that stays, where a vector stands across.
    entry: RwSignal<Option<(usize, usize)>>,
    strings: Signal<&'static Strings>,
}

impl Steps {
    fn words(self) -> &'static HeadStrings {
        &self.strings.get().head
    }

    /// The cell whose arithmetic is shown: under the pointer, else the one that is held, else the reading token's
    /// strongest look.
    fn cell(self) -> (usize, usize) {
        let there = |cell: &(usize, usize)| self.sheet.with(|s| s.as_ref().is_some_and(|s| s.value(*cell).is_some()));
        let held = self.held().filter(there);
        self.cursor.get().filter(there).or(held).unwrap_or_else(|| self.start())
    }

    fn held(self) -> Option<(usize, usize)> {
        if self.step.get().of_pairs() { self.pair.get() } else { self.entry.get() }
    }

    /// The value of the run that a cell is, or that it goes into.
    fn address(self, at: (usize, usize)) -> Option<Cell> {
        self.run.with(|run| Some(run.as_ref()?.address(self.step.get(), at, self.query.get())))
    }

    fn start(self) -> (usize, usize) {
        let query = self.query.get();
        let strongest = self.run.with(|run| run.as_ref().map_or(0, |run| run.strongest(query)));
        match self.step.get() {
            HeadStep::Fetch => (strongest, 0),
            HeadStep::Add => (query, 0),
            _ => (query, strongest),
        }
    }
}

/// `on_head`: Page Up and Page Down. The scale is the one of the attention above.
#[component]
pub fn HeadStages(
    model: StageModel,
    actions: StageActions,
    scale: RwSignal<Scale>,
    on_head: Callback<isize>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let (layer, head) = (model.layer(), model.head());
    let (run, stale) = kept(model, move |trace| derive(trace, layer.get(), head.get()));
    let step = RwSignal::new(HeadStep::default());
    let query = Memo::new(move |_| {
        let last = run.with(|run| run.as_ref().map_or(0, |run| run.tokens() - 1));
        model.pick.get().unwrap_or(last).min(last)
    });
    let sheet = Memo::new(move |_| {
        // Only one of the steps depends on who reads.
        let query = if step.get() == HeadStep::Fetch { query.get() } else { 0 };
        run.with(|run| run.as_ref().map(|run| Arc::new(sheet(run, step.get(), query))))
    });
    let (cursor, entry) = (RwSignal::new(None), RwSignal::new(None));
    let steps = Steps { run, step, query: query.into(), sheet, cursor, pair: model.held, entry, strings };
    let words = move || steps.words();
    view! {
        <section class="head-steps" class:stale=stale class:none=move || run.with(Option::is_none)
            aria-busy=move || stale.get().to_string() data-testid="head-steps" data-step=move || step.get() as usize + 1>
            <header class="picture-head">
                <h3>{move || words().title}</h3>
            </header>
            <p class="note">{move || words().hint}</p>
            <Stepper steps />
            <div class="step-say">
                <h4>{move || marks(steps, false).draw(words().titles[step.get() as usize])}</h4>
                <p>{move || marks(steps, true).draw(&said(steps))}</p>
            </div>
            <div class="attention-split steps-split">
                <StepMap steps model actions scale on_head />
                <CellArithmetic steps actions />
            </div>
        </section>
    }
}

/// The terms that stand marked above a step's title, or above what it says.
fn marks(steps: Steps, titled: bool) -> Marks {
    let strings = steps.strings.get();
    let marks = Marks::new(&strings.glossary).after(strings.shell.floors.head_lead);
    if titled { marks.after(strings.head.titles[steps.step.get() as usize]) } else { marks }
}

/// What a step does, with this model's numbers.
fn said(steps: Steps) -> String {
    let words = steps.words();
    steps.run.with(|run| {
        let Some(run) = run else { return String::new() };
        let size = run.size();
        match steps.step.get() {
            HeadStep::Compare => (words.compare)(size),
            HeadStep::Shrink => {
                (words.scale)(size, &run.factor_written(), &short(run.factor(), &steps.strings.get().stage))
            }
            HeadStep::Mask => words.mask.into(),
            HeadStep::Soften => words.soften.into(),
            HeadStep::Fetch => (words.fetch)(size),
            HeadStep::Add => (words.add)(size),
        }
    })
}

/// Six buttons; arrows go one step at a time.
#[component]
fn Stepper(steps: Steps) -> impl IntoView {
    let step = steps.step;
    let go = move |to: HeadStep| {
        // A cell stays the same cell as long as both sides are tokens.
        if !(to.of_pairs() && step.get_untracked().of_pairs()) {
            steps.cursor.set(None);
            steps.entry.set(None);
        }
        step.set(to);
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowLeft" => -1,
            "ArrowRight" => 1,
            _ => return,
        };
        event.prevent_default();
        go(step.get_untracked().moved(by));
    };
    let button = move |of: HeadStep| {
        let i = of as usize;
        view! {
            <li>
                <button type="button" aria-current=move || (step.get() == of).then_some("step") title=move || steps.words().titles[i]
                    class:passed=move || of < step.get() on:click=move |_| go(of)>
                    <span class="step-number">{i + 1}</span>
                    <span>{move || steps.words().short[i]}</span>
                </button>
            </li>
        }
    };
    view! {
        <ol class="head-stepper" aria-label=move || steps.words().steps on:keydown=on_key>
            {HeadStep::ALL.map(button).into_iter().collect_view()}
        </ol>
    }
}

#[component]
fn StepMap(
    steps: Steps,
    model: StageModel,
    actions: StageActions,
    scale: RwSignal<Scale>,
    on_head: Callback<isize>,
) -> impl IntoView {
    let Steps { step, sheet, cursor, strings, .. } = steps;
    let room = NodeRef::<Div>::new();
    let width = width_of(room, 560.0);
    let axes = Memo::new(move |_| sheet.with(|s| s.as_ref().map(|s| s.axes.clone())));
    let frame = Memo::new(move |_| axes.with(|a| Axes::frame(a.as_ref(), width.get())));
    let shares = move || step.get() == HeadStep::Soften;
    let paint = move || {
        let (theme, ratio, frame) = (model.theme.get(), pixel_ratio(), frame.get());
        sheet.get().map(|sheet| match sheet.step {
            HeadStep::Soften => {
                Brush::new(theme, scale.get(), ratio).map(&sheet.values, sheet.axes.columns(), frame.grid)
            }
            _ => sheet.paint([frame.grid, frame.across], theme, ratio),
        })
    };
    let spoken = move |at| untrack(|| spoken(steps, at));
    let axis_words = Signal::derive(move || {
        let (words, stage) = (steps.words(), &strings.get().stage);
        match step.get() {
            HeadStep::Fetch => [words.dimension, words.looked_at],
            HeadStep::Add => [words.dimension, words.token],
            _ => [stage.looking_at, stage.reading_from],
        }
    });
    let on_hold = Callback::new(move |at: (usize, usize)| match step.get_untracked() {
        // The rows of fetched values are no reading tokens.
        HeadStep::Fetch => steps.entry.set(Some(at)),
        HeadStep::Add => {
            steps.entry.set(Some(at));
            actions.on_pin.run(at.0);
        }
        _ => actions.on_hold.run(at),
    });
    let on_open = Callback::new(move |at| actions.on_cell.run(untrack(|| steps.address(at))));
    let on_leave = Callback::new(move |()| {
        steps.entry.set(None);
        actions.on_let_go.run(());
    });
    let table = Signal::derive(move || {
        let title = steps.words().titles[step.get() as usize].to_owned();
        steps.run.with(|run| Some(sheet.get()?.table(run.as_ref()?, title)))
    });
    offer(move || table.get().into_iter().collect());
    let file = Signal::derive(move || {
        let place = steps.run.with(|run| run.as_ref().map_or((0, 0), |run| (run.layer + 1, run.head + 1)));
        format!("glassbox-block{}-head{}-step{}.csv", place.0, place.1, step.get() as usize + 1)
    });
    let scale_said = move || {
        sheet.with(|s| {
            let (s, stage) = (s.as_ref()?, &strings.get().stage);
            let clipped = (s.scale.clipped > 0).then(|| (stage.vector_clipped)(s.scale.clipped));
            Some((short(s.scale.limit, stage), clipped))
        })
    };
    view! {
        <div class="attention-map">
            <div class="heatmap" node_ref=room>
                <Plate
                    axes=axes.into()
                    frame
                    paint
                    spoken
                    start=move || steps.start()
                    name=Signal::derive(move || Some(steps.words().titles[step.get() as usize].into()))
                    axis_words
                    pinned=Signal::derive(move || Some(steps.query.get()).filter(|_| step.get() != HeadStep::Fetch))
                    held=Signal::derive(move || steps.held())
                    cursor
                    actions=PlateActions { on_hold, on_open, on_leave, on_head }
                    strings=Signal::derive(move || &strings.get().stage)
                />
            </div>
            <div class:none=move || !shares()>
                <Legend scale filled=Signal::derive(move || frame.get().grid.filled()) theme=model.theme
                    strings=Signal::derive(move || &strings.get().stage) />
            </div>
            <p class="steps-scale" class:none=shares>
                <SignedScale limit=Signal::derive(move || scale_said().map(|s| s.0)) />
                <span class="note">{move || scale_said().and_then(|s| s.1)}</span>
            </p>
            <p class="note">
                {move || if step.get().of_run() { steps.words().from_run } else { steps.words().worked_out }}
            </p>
            <FigureNumbers table cells=Signal::derive(move || sheet.with(|s| s.as_ref().map_or(0, |s| s.values.len()))) file
                strings=Signal::derive(move || &strings.get().stage) />
        </div>
    }
}

/// From −limit to +limit in the colours of signed values.
#[component]
pub fn SignedScale(limit: Signal<Option<String>>) -> impl IntoView {
    const STEPS: i32 = 20;
    let cell = |i: i32| {
        let class = if i < 0 { "signed-cell cell-below" } else { "signed-cell cell-above" };
        view! { <rect class=class x=(i + STEPS) * 3 width="3" height="10" fill-opacity=f64::from(i.abs()) / f64::from(STEPS) /> }
    };
    view! {
        <span class="strip-scale">
            <span class="number">{move || limit.get().map(|l| format!("−{l}"))}</span>
            <svg class="scale" viewBox="0 0 123 10" preserveAspectRatio="none" aria-hidden="true">
                {(-STEPS..=STEPS).map(cell).collect_view()}
            </svg>
            <span class="number">{move || limit.get().map(|l| format!("+{l}"))}</span>
        </span>
    }
}

/// A cell in one string, for what is read out.
fn spoken(steps: Steps, (row, column): (usize, usize)) -> String {
    let value = steps.sheet.with(|s| s.as_ref().and_then(|s| s.value((row, column))));
    steps.run.with(|run| {
        let (Some(run), Some(value)) = (run, value) else { return String::new() };
        let across = if steps.step.get().of_pairs() { run.name(column) } else { column.to_string() };
        (steps.words().spoken)(&run.name(row), &across, &short(value, &steps.strings.get().stage))
    })
}
