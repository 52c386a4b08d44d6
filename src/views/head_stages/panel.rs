//! Beside a step's map: the arithmetic of one cell, and the way to its receipt.

use super::Steps;
use crate::content::Strings;
use crate::content::head::HeadStrings;
use crate::views::cells::Cells;
use crate::views::head_arithmetic::{Line, arithmetic};
use crate::views::head_steps::{HeadStep, Letter};
use crate::views::number::{number, short};
use crate::views::room::StageActions;
use leptos::prelude::*;

/// The sum behind the cell.
#[component]
pub fn CellArithmetic(steps: Steps, actions: StageActions) -> impl IntoView {
    let lines = move || {
        let (words, cell) = (steps.words(), steps.cell());
        steps.run.with(|run| {
            let run = run.as_ref()?;
            let lines = arithmetic(run, steps.step.get(), cell, steps.query.get(), words);
            let last = lines.len() - 1;
            let draw = |(i, line)| draw(line, i == last, actions, steps.strings.get());
            Some(lines.into_iter().enumerate().map(draw).collect_view())
        })
    };
    let address = move || steps.address(steps.cell());
    let said = move |step: HeadStep, words: &'static HeadStrings| match step {
        HeadStep::Compare => {
            steps.run.with(|run| (words.open_becomes)(run.as_ref().map_or(0, |run| run.trace.config.head_size())))
        }
        HeadStep::Shrink | HeadStep::Mask => words.open_score.into(),
        HeadStep::Soften => words.open_weight.into(),
        HeadStep::Fetch | HeadStep::Add => words.open_output.into(),
    };
    view! {
        <div class="cell-arithmetic" data-testid="cell-arithmetic" data-row=move || steps.cell().0 data-column=move || steps.cell().1>
            <p class="sentence sentence-small">{move || whose(steps)}</p>
            <dl>{lines}</dl>
            <button type="button" class="plain" data-testid="cell-opens" data-cell=move || address().map(|cell| cell.to_string())
                on:click=move |_| actions.on_cell.run(untrack(address))>
                {move || said(steps.step.get(), steps.words())}
            </button>
        </div>
    }
}

/// "it asks dog".
fn whose(steps: Steps) -> AnyView {
    let (words, (row, column)) = (steps.words(), steps.cell());
    let name = |i: usize| {
        let name = steps.run.with(|run| run.as_ref().map(|run| run.name(i)));
        view! { <em class="tok" translate="no">{name}</em> }
    };
    match steps.step.get() {
        HeadStep::Fetch => {
            let [a, b, c] = words.takes;
            view! { {a}{name(steps.query.get())}{b}{name(row)}{c} }.into_any()
        }
        HeadStep::Add => {
            let [a, b] = words.found;
            view! { {a}{name(row)}{b} }.into_any()
        }
        _ => {
            let [a, b, c] = words.asks;
            view! { {a}{name(row)}{b}{name(column)}{c} }.into_any()
        }
    }
}

fn draw(line: Line, last: bool, actions: StageActions, strings: &'static Strings) -> AnyView {
    match line {
        Line::Row { letter, name, cells } => {
            let limit = (strings.head.full_colour)(&short(cells.limit, &strings.stage));
            let letter = letter.map(|letter| {
                let (class, sign) = match letter {
                    Letter::Query => ("qkv-letter qkv-query", "q"),
                    Letter::Key => ("qkv-letter qkv-key", "k"),
                    Letter::Value => ("qkv-letter qkv-value", "v"),
                };
                view! { <span class=class aria-hidden="true">{sign}</span> }
            });
            view! {
                <div class="sum-line sum-row">
                    <dt>{letter}{name.clone()}<span class="faint">{limit}</span></dt>
                    <dd>{Cells::draw(&cells, name, actions.on_cell, &strings.stage)}</dd>
                </div>
            }
            .into_any()
        }
        Line::Number { name, value, told } => view! {
            <div class="sum-line" class:sum-result=last>
                <dt>{name}</dt>
                <dd>{number(value, told, actions.on_cell, &strings.stage)}</dd>
            </div>
        }
        .into_any(),
    }
}
