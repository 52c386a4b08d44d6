//! One word along the floors: its chance and its rank as two small pictures with one axis.

use super::grid::site;
use super::{Wanted, Wish, floor_name};
use crate::analysis::lens::{LensGrid, Standing};
use crate::content::Strings;
use crate::link::question::{Answered, Question};
use crate::model::Cell;
use crate::tokens::Vocabulary;
use crate::trace::Trace;
use crate::views::label::{Label, labels};
use crate::views::room::StageActions;
use leptos::prelude::*;

mod plot;
use plot::Plots;

/// Why this word is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is what the text goes on with.
    Came,
    /// It is what the model says in the end.
    Answer,
    Asked,
}

/// A word's standing after one floor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub standing: Standing,
    /// Its logit.
    pub cell: Cell,
}

#[derive(Clone, Debug, PartialEq)]
pub struct LineModel {
    pub word: Label,
    pub reason: Reason,
    /// The token after which it is asked.
    pub after: Label,
    pub position: usize,
    /// By floor; 0 is before the first block.
    pub points: Vec<Point>,
    /// V: the last rank there is.
    pub vocabulary: usize,
    /// What came here, and the guesses of the floors, the last floor's first.
    pub candidates: Vec<Label>,
}

/// How many guesses are offered.
const CANDIDATES: usize = 7;

/// `None` where the answer is another run's, or followed another word.
pub fn derive(
    trace: &Trace,
    answered: &Answered,
    vocabulary: &Vocabulary,
    position: usize,
    wish: Option<u32>,
) -> Option<LineModel> {
    let grid = answered.grid().filter(|grid| answered.is_of(trace) && grid.tokens == trace.tokens())?;
    let Question::Grid { word: followed, .. } = answered.question else { return None };
    let came = trace.text.ids().get(position + 1).copied();
    let id = wish.or(came).or(followed)?;
    let standing = |depth: usize| {
        let cell = grid.cell(depth, position)?;
        if Some(id) == came { cell.came } else { cell.word.filter(|_| Some(id) == followed) }
    };
    let point = |depth: usize| {
        let cell = Cell::new(site(depth, trace.config.layers), position, id as usize);
        Some(Point { standing: standing(depth)?, cell })
    };
    let last = grid.floors().checked_sub(1)?;
    Some(LineModel {
        word: Label::of(vocabulary, id),
        reason: if Some(id) == came {
            Reason::Came
        } else if grid.cell(last, position)?.first == id {
            Reason::Answer
        } else {
            Reason::Asked
        },
        after: labels(&trace.text).into_iter().nth(position)?,
        position,
        points: (0..=last).map(point).collect::<Option<_>>()?,
        vocabulary: trace.config.vocab,
        candidates: candidates(grid, position, came).into_iter().map(|id| Label::of(vocabulary, id)).collect(),
    })
}

fn candidates(grid: &LensGrid, position: usize, came: Option<u32>) -> Vec<u32> {
    let guesses = (0..grid.floors()).rev().filter_map(|depth| Some(grid.cell(depth, position)?.first));
    let mut ids: Vec<u32> = Vec::new();
    for id in came.into_iter().chain(guesses) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids.truncate(CANDIDATES);
    ids
}

#[component]
pub fn WordLine(
    model: Signal<Option<LineModel>>,
    wish: RwSignal<Wish>,
    wanted: Signal<Wanted>,
    stale: Signal<bool>,
    actions: StageActions,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().river;
    view! {
        <section class="river-line" class:stale=stale aria-busy=move || stale.get().to_string()>
            <h3>{move || words().line_title}</h3>
            <p class="note">{move || words().line_hint}</p>
            <Choose model wish wanted strings />
            <p class="sentence" aria-live="polite">{move || model.with(|m| m.as_ref().map(|m| sentence(m, strings.get())))}</p>
            <Plots model strings />
            <details class="as-table">
                <summary>{move || words().table}</summary>
                <div class="wide">{move || model.with(|m| m.as_ref().map(|m| table(m, actions, strings.get())))}</div>
            </details>
        </section>
    }
}

/// Which word: typed, or one of the guesses here.
#[component]
fn Choose(
    model: Signal<Option<LineModel>>,
    wish: RwSignal<Wish>,
    wanted: Signal<Wanted>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().river;
    let note = move || match wanted.get() {
        Wanted::Nothing => Some(words().which_nothing.to_string()),
        Wanted::Begins(_) => Some((words().which_begins)(&wish.with(|w| w.typed.trim().to_string()))),
        _ => None,
    };
    let chips = move || {
        let (labels, now) = model.with(|m| m.as_ref().map(|m| (m.candidates.clone(), m.word.id))).unzip();
        let chip = |label: Label| {
            let id = label.id;
            view! {
                <button type="button" class="plain chip-word" aria-pressed=(now == Some(id)).to_string()
                    on:click=move |_| wish.set(Wish { chosen: Some(id), ..Wish::default() })>
                    {label.clipped(14.0).html()}
                </button>
            }
        };
        labels.unwrap_or_default().into_iter().map(chip).collect_view()
    };
    view! {
        <div class="river-which">
            <label>
                <span>{move || words().which}</span>
                <input type="text" name="which-word" maxlength="48" autocomplete="off" autocapitalize="off" spellcheck="false"
                    placeholder=move || words().which_placeholder
                    prop:value=move || wish.with(|w| w.typed.clone())
                    on:input=move |event| wish.set(Wish { typed: event_target_value(&event), chosen: None }) />
            </label>
            <div class="river-candidates" role="group" aria-label=move || words().candidates>
                <span class="soft">{move || words().candidates}</span>
                {chips}
                <button type="button" class="quiet" class:none=move || wish.with(|w| *w == Wish::default())
                    on:click=move |_| wish.set(Wish::default())>{move || words().usual}</button>
            </div>
            <p class="note" class:none=move || note().is_none() aria-live="polite">{note}</p>
        </div>
    }
}

/// "*mat*, which came after *the*."
fn sentence(model: &LineModel, strings: &'static Strings) -> AnyView {
    let [a, b, c] = match model.reason {
        Reason::Came => strings.river.line_came,
        Reason::Answer => strings.river.line_answer,
        Reason::Asked => strings.river.line_asked,
    };
    let name = |label: &Label| view! { <em class="tok" translate="no">{label.name()}</em> };
    view! { {a}{name(&model.word)}{b}{name(&model.after)}{c} }.into_any()
}

/// A rank as it is read; words where there is none.
fn rank_said(rank: u32, strings: &Strings) -> String {
    if rank == 0 { strings.stage.not_a_number.into() } else { strings.stage.count(rank) }
}

fn table(model: &LineModel, actions: StageActions, strings: &'static Strings) -> AnyView {
    let words = &strings.river;
    let rows = model.points.iter().enumerate().map(|(depth, point)| {
        let Point { standing, cell } = *point;
        let percent = strings.stage.percent(standing.chance);
        view! {
            <tr>
                <th scope="row">{floor_name(depth, strings)}</th>
                <td class="number">{rank_said(standing.rank, strings)}</td>
                <td class="number">
                    <button type="button" class="link gold" data-cell=cell.to_string() title=(words.receipt)(&percent)
                        on:click=move |_| actions.on_cell.run(Some(cell))>{percent.clone()}</button>
                </td>
            </tr>
        }
    });
    view! {
        <table>
            <thead><tr>
                <th scope="col">{words.column_floor}</th>
                <th scope="col" class="number">{words.column_rank}</th>
                <th scope="col" class="number">{words.column_chance}</th>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn line(position: usize, wish: Option<u32>, followed: Option<u32>) -> Option<LineModel> {
        let (trace, vocabulary) = sample::run();
        derive(&trace, &sample::answered(followed), &vocabulary, position, wish)
    }

    #[test]
    fn what_came_is_followed_and_at_the_end_the_model_s_own_answer() {
        let came = line(1, None, Some(0)).unwrap();
        assert_eq!((came.word.visible().as_str(), came.reason), ("·sat", Reason::Came));
        assert_eq!(came.points.iter().map(|p| p.standing.rank).collect::<Vec<_>>(), [3, 2, 1]);
        assert_eq!(came.points[1].cell.to_string(), "block.0.lens:1:2");
        // The last floor guesses token 0 at the last position.
        let answer = line(3, None, Some(0)).unwrap();
        assert_eq!((answer.word.id, answer.reason), (0, Reason::Answer));
        assert_eq!(answer.points.iter().map(|p| p.standing.chance).collect::<Vec<_>>(), [0.0, 0.25, 0.5]);
    }

    #[test]
    fn a_word_that_the_grid_did_not_follow_is_not_made_up() {
        assert_eq!(line(1, Some(4), Some(4)).unwrap().reason, Reason::Asked);
        assert_eq!(line(1, Some(4), Some(0)), None);
        assert_eq!(line(3, None, None), None);
    }

    #[test]
    fn the_candidates_are_each_there_once() {
        let ids: Vec<u32> = line(0, None, None).unwrap().candidates.iter().map(|l| l.id).collect();
        assert_eq!(ids, [1, 2, 0]);
    }
}
