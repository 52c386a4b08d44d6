//! What stands behind one cell of a head's step: the vectors and numbers that it is worked out from, in a few lines.
//!
//! In: a [`HeadRun`]. Out: lines that end in the cell itself, each number with its address where it has one.

use super::cells::{Cells, largest};
use super::derived::{Derived, Told};
use super::head_steps::HeadStep::{self, *};
use super::head_steps::{HeadRun, Letter};
use crate::analysis::{scores, vectors};
use crate::content::head::HeadStrings;
use crate::model::{Cell, Site};

/// A line of a cell's arithmetic.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// A vector, with its letter where it is a query, key or value.
    Row { letter: Option<Letter>, name: String, cells: Cells },
    /// One number: the last line is the result.
    Number { name: String, value: f32, told: Told },
}

fn value(name: impl Into<String>, value: f32, cell: Cell) -> Line {
    Line::Number { name: name.into(), value, told: Told::Cell(cell) }
}

fn made(name: impl Into<String>, value: f32, derived: Derived) -> Line {
    Line::Number { name: name.into(), value, told: Told::Made(derived) }
}

fn times(a: Cell, b: Cell) -> Derived {
    Derived::Times(vec![a.to_string(), b.to_string()])
}

fn row(name: String, cells: Cells) -> Line {
    Line::Row { letter: None, name, cells }
}

/// What stands behind the cell at `(row, column)` of a step's table. `query`: the reading token of [`Fetch`].
pub fn arithmetic(run: &HeadRun, step: HeadStep, at: (usize, usize), query: usize, words: &HeadStrings) -> Vec<Line> {
    match step {
        Compare => compare(run, at, words),
        Shrink => shrink(run, at, words),
        Mask => mask(run, at, words),
        Soften => soften(run, at, words),
        Fetch => fetch(run, query, at, words),
        Add => add(run, at, words),
    }
}

fn vector(run: &HeadRun, letter: Letter, position: usize, limit: f32, at: Option<usize>, words: &HeadStrings) -> Line {
    let name = match letter {
        Letter::Query => words.query_of,
        Letter::Key => words.key_of,
        Letter::Value => words.value_of,
    };
    let cells = Cells::new(run.vector(letter, position).to_vec()).to(limit).at(at);
    let cells = cells.of(|i| run.vector_cell(letter, position, i));
    Line::Row { letter: Some(letter), name: name(&run.name(position)), cells }
}

fn compare(run: &HeadRun, (query, key): (usize, usize), words: &HeadStrings) -> Vec<Line> {
    let (q, k) = (run.vector(Letter::Query, query), run.vector(Letter::Key, key));
    let limit = largest(q).max(largest(k));
    let product = |d| times(run.vector_cell(Letter::Query, query, d), run.vector_cell(Letter::Key, key, d));
    vec![
        vector(run, Letter::Query, query, limit, None, words),
        vector(run, Letter::Key, key, limit, None, words),
        row(words.products.into(), Cells::new(scores::products(q, k)).made(product)),
        made(words.dot, vectors::dot(q, k) as f32, Derived::Dot(run.map_cell(Site::Scores, query, key))),
    ]
}

fn shrink(run: &HeadRun, (query, key): (usize, usize), words: &HeadStrings) -> Vec<Line> {
    let dot = vectors::dot(run.vector(Letter::Query, query), run.vector(Letter::Key, key));
    let times = (words.times)(&run.factor_written());
    let cell = run.map_cell(Site::Scores, query, key);
    let first = vec![made(words.dot, dot as f32, Derived::Dot(cell)), made(times, run.factor(), Derived::Scale)];
    let score = if key <= query {
        // Here the run has the number itself.
        value(words.score, run.row(Site::Scores, query)[key], cell)
    } else {
        made(words.score, (dot * f64::from(run.factor())) as f32, Derived::Scaled(cell))
    };
    first.into_iter().chain([score]).collect()
}

fn row_of_scores(run: &HeadRun, query: usize, key: usize, words: &HeadStrings) -> Line {
    let seen = run.row(Site::Scores, query)[..=query].to_vec();
    let cells = Cells::new(seen).of(|i| run.map_cell(Site::Scores, query, i)).at(Some(key).filter(|key| *key <= query));
    let cells = cells.named((0..=query).map(|i| run.name(i)).collect());
    row((words.row_scores)(&run.name(query)), cells)
}

fn mask(run: &HeadRun, (query, key): (usize, usize), words: &HeadStrings) -> Vec<Line> {
    let score = run.row(Site::Scores, query)[key];
    let cell = run.map_cell(Site::Scores, query, key);
    let mut lines = vec![row_of_scores(run, query, key, words)];
    if key <= query {
        lines.push(value(words.score_stays, score, cell));
    } else {
        let dot = vectors::dot(run.vector(Letter::Query, query), run.vector(Letter::Key, key));
        lines.push(made(words.score_would_be, (dot * f64::from(run.factor())) as f32, Derived::Scaled(cell)));
        lines.push(value(words.score_masked, score, cell));
    }
    lines
}

fn soften(run: &HeadRun, (query, key): (usize, usize), words: &HeadStrings) -> Vec<Line> {
    let seen = &run.row(Site::Scores, query)[..=query];
    let (score, weight) = (run.map_cell(Site::Scores, query, key), run.map_cell(Site::Weights, query, key));
    let last = value(words.weight, run.row(Site::Weights, query)[key], weight);
    let Some(parts) = scores::soften(seen, key) else {
        return vec![value(words.score_masked, run.row(Site::Scores, query)[key], score), last];
    };
    vec![
        row_of_scores(run, query, key, words),
        value(words.score, seen[key], score),
        made(words.largest, parts.largest, Derived::Top(score)),
        made(words.raised, parts.raised, Derived::Raised(score)),
        made(words.raised_sum, parts.sum, Derived::Sum(score)),
        last,
    ]
}

fn fetch(run: &HeadRun, query: usize, (key, dimension): (usize, usize), words: &HeadStrings) -> Vec<Line> {
    let weight = run.row(Site::Weights, query)[key];
    let given = run.vector(Letter::Value, key);
    let limit = largest(given);
    let weighted = scores::shares(&[weight], &[given]);
    let result = weighted[dimension];
    let cell = run.map_cell(Site::Weights, query, key);
    let product = |d| times(cell, run.vector_cell(Letter::Value, key, d));
    vec![
        value((words.weight_on)(&run.name(key)), weight, cell),
        vector(run, Letter::Value, key, limit, Some(dimension), words),
        row(words.weighted.into(), Cells::new(weighted).to(limit).at(Some(dimension)).made(product)),
        made((words.weighted_at)(dimension), result, product(dimension)),
    ]
}

fn add(run: &HeadRun, (position, dimension): (usize, usize), words: &HeadStrings) -> Vec<Line> {
    let weights = &run.row(Site::Weights, position)[..=position];
    let parts = weights
        .iter()
        .enumerate()
        .map(|(key, weight)| (f64::from(*weight) * f64::from(run.vector(Letter::Value, key)[dimension])) as f32);
    let output = run.output(position);
    let product =
        |key| times(run.map_cell(Site::Weights, position, key), run.vector_cell(Letter::Value, key, dimension));
    vec![
        row(
            (words.contributions)(dimension),
            Cells::new(parts.collect()).made(product).named((0..=position).map(|i| run.name(i)).collect()),
        ),
        row(
            (words.output_of)(&run.name(position)),
            Cells::new(output.to_vec()).of(|i| run.output_cell(position, i)).at(Some(dimension)),
        ),
        value((words.output_at)(dimension), output[dimension], run.output_cell(position, dimension)),
    ]
}
