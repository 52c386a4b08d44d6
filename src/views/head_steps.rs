//! How one head gets from q, k and v to its output: six steps, each a table of this run, and the
//! arithmetic of each cell.
//!
//! In: the Qkv rows, scores, weights and mix of a trace. q·k before mask and scale, the products and the
//! weighted values are functions of these, worked out here in f64; the rest is the run's own.

use super::cells::{Cells, largest};
use super::label::{Label, labels};
use super::paint::{Pixels, Table, Theme};
use super::plate::{Across, Axes};
use super::strip;
use crate::analysis::{head, scores, strip::Scale};
use crate::content::head::HeadStrings;
use crate::model::{Cell, Site, SiteName};
use crate::trace::{Tap, Trace};
use std::sync::Arc;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum HeadStep {
    /// q · k of all pairs.
    #[default]
    Compare,
    Shrink,
    Mask,
    Soften,
    /// Weights times values, for one reading token.
    Fetch,
    /// Their sum: the head's output.
    Add,
}

use HeadStep::*;

impl HeadStep {
    pub const ALL: [Self; 6] = [Compare, Shrink, Mask, Soften, Fetch, Add];

    /// The step so many further on, staying inside.
    pub fn moved(self, by: isize) -> Self {
        Self::ALL[(self as usize).saturating_add_signed(by).min(5)]
    }

    /// Both sides are tokens.
    pub fn of_pairs(self) -> bool {
        self <= Soften
    }

    /// Every cell of its table is a value of the run.
    pub fn of_run(self) -> bool {
        matches!(self, Mask | Soften | Add)
    }
}

/// Which of a token's three vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letter {
    Query,
    Key,
    Value,
}

pub fn taps(layer: usize, head: usize) -> Vec<Tap> {
    vec![Tap::all(Site::Qkv, layer), Tap::head(Site::Scores, layer, head), Tap::all(Site::Mix, layer)]
}

/// One head of a run that has all that the steps need.
#[derive(Clone, Debug)]
pub struct HeadRun {
    pub trace: Arc<Trace>,
    pub labels: Arc<Vec<Label>>,
    pub layer: usize,
    pub head: usize,
}

impl PartialEq for HeadRun {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.trace, &other.trace) && (self.layer, self.head) == (other.layer, other.head)
    }
}

/// `None` where the trace has not this head's q, k, v, scores, weights and mix.
pub fn derive(trace: &Arc<Trace>, layer: usize, head: usize) -> Option<HeadRun> {
    let last = trace.tokens().checked_sub(1)?;
    trace.map(Site::Scores, layer, head)?;
    trace.map(Site::Weights, layer, head)?;
    for site in [Site::Qkv, Site::Mix] {
        trace.row(site, layer, 0).and(trace.row(site, layer, last))?;
    }
    Some(HeadRun { trace: Arc::clone(trace), labels: Arc::new(labels(&trace.text)), layer, head })
}

impl HeadRun {
    /// T.
    pub fn tokens(&self) -> usize {
        self.labels.len()
    }

    /// D.
    pub fn size(&self) -> usize {
        self.trace.config.head_size()
    }

    /// What q·k is multiplied by.
    pub fn factor(&self) -> f32 {
        self.trace.config.score_scale(self.layer)
    }

    /// The same as it is written: `1/√32`.
    pub fn factor_written(&self) -> String {
        let config = &self.trace.config;
        match (config.scale_by_head_size, config.scale_by_layer) {
            (true, false) => format!("1/√{}", self.size()),
            (true, true) => format!("1/({}·√{})", self.layer + 1, self.size()),
            (false, true) => format!("1/{}", self.layer + 1),
            (false, false) => "1".into(),
        }
    }

    fn column(&self, letter: Letter) -> usize {
        letter as usize * self.trace.config.width + self.head * self.size()
    }

    /// [D] a token's query, key or value.
    pub fn vector(&self, letter: Letter, position: usize) -> &[f32] {
        let row = self.trace.row(Site::Qkv, self.layer, position).unwrap_or_default();
        row.get(self.column(letter)..self.column(letter) + self.size()).unwrap_or_default()
    }

    fn vectors(&self, letter: Letter, count: usize) -> Vec<&[f32]> {
        (0..count).map(|position| self.vector(letter, position)).collect()
    }

    /// [T] weights or scores of a reading token.
    fn row(&self, site: Site, query: usize) -> &[f32] {
        self.trace.map_row(site, self.layer, self.head, query).unwrap_or_default()
    }

    /// [D] the head's output.
    pub fn output(&self, position: usize) -> &[f32] {
        let row = self.trace.row(Site::Mix, self.layer, position).unwrap_or_default();
        row.get(self.head * self.size()..(self.head + 1) * self.size()).unwrap_or_default()
    }

    /// The address of a value of this head: dimensions count within the head.
    pub fn vector_cell(&self, letter: Letter, position: usize, dimension: usize) -> Cell {
        Cell::new(SiteName::new(Site::Qkv, self.layer), position, self.column(letter) + dimension)
    }

    pub fn map_cell(&self, site: Site, query: usize, key: usize) -> Cell {
        Cell::in_map(SiteName::new(site, self.layer), self.head, query, key)
    }

    pub fn output_cell(&self, position: usize, dimension: usize) -> Cell {
        Cell::new(SiteName::new(Site::Mix, self.layer), position, self.head * self.size() + dimension)
    }

    /// Where a reading token looks most.
    pub fn strongest(&self, query: usize) -> usize {
        head::strongest(self.row(Site::Weights, query), query).map_or(0, |look| look.key)
    }

    pub fn name(&self, position: usize) -> String {
        self.labels.get(position).map(Label::name).unwrap_or_default()
    }
}

/// A step's table, ready to be painted.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    pub step: HeadStep,
    pub axes: Axes,
    /// Row-major.
    pub values: Vec<f32>,
    /// Full colour on either side of zero.
    pub scale: Scale,
}

/// `query`: whose values are fetched, in that step.
pub fn sheet(run: &HeadRun, step: HeadStep, query: usize) -> Sheet {
    let tokens = run.tokens();
    let square = |causal| Axes::square(&run.labels, causal);
    let values = match step {
        Compare | Shrink => {
            let scale = if step == Shrink { f64::from(run.factor()) } else { 1.0 };
            scores::table(&run.vectors(Letter::Query, tokens), &run.vectors(Letter::Key, tokens), scale)
        }
        Mask | Soften => {
            let site = if step == Mask { Site::Scores } else { Site::Weights };
            run.trace.map(site, run.layer, run.head).unwrap_or_default().to_vec()
        }
        Fetch => scores::shares(&run.row(Site::Weights, query)[..=query], &run.vectors(Letter::Value, query + 1)),
        Add => (0..tokens).flat_map(|position| run.output(position).to_vec()).collect(),
    };
    let dimensions = Across::Dimensions(run.size());
    let axes = match step {
        Compare | Shrink => square(false),
        Mask | Soften => square(true),
        Fetch => Axes { rows: Arc::new(run.labels[..=query].to_vec()), across: dimensions },
        Add => Axes { across: dimensions, ..square(false) },
    };
    let scale = match step {
        // A few rows hold nearly everything: to cut them off would hide what they say.
        Fetch => Scale::full(&values),
        Add => strip::derive(&values).scale,
        _ => score_scale(run, step),
    };
    Sheet { step, axes, values, scale }
}

/// One scale for the scores and, times the factor, for q·k: between the two steps only the scale changes.
fn score_scale(run: &HeadRun, step: HeadStep) -> Scale {
    let seen: Vec<f32> = (0..run.tokens()).flat_map(|q| run.row(Site::Scores, q)[..=q].to_vec()).collect();
    let scale = strip::derive(&seen).scale;
    if step == Compare { Scale { limit: scale.limit / run.factor(), ..scale } } else { scale }
}

impl Sheet {
    /// As pixels; the weights of [`Soften`] are painted as attention is, elsewhere.
    pub fn paint(&self, grids: [super::paint::Grid; 2], theme: Theme, ratio: f64) -> Pixels {
        let causal = self.axes.across == Across::Tokens { causal: true };
        Table { values: &self.values, columns: self.axes.columns(), causal, scale: self.scale }
            .paint(grids, theme, ratio)
    }

    pub fn value(&self, (row, column): (usize, usize)) -> Option<f32> {
        self.values.get(row * self.axes.columns() + column).copied().filter(|_| column < self.axes.columns())
    }
}

/// A line of a cell's arithmetic.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// A vector, with its letter where it is a query, key or value.
    Row { letter: Option<Letter>, name: String, cells: Cells },
    /// One number: the last line is the result.
    Number { name: String, value: f32, cell: Option<Cell> },
}

fn number(name: impl Into<String>, value: f32, cell: Option<Cell>) -> Line {
    Line::Number { name: name.into(), value, cell }
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
    vec![
        vector(run, Letter::Query, query, limit, None, words),
        vector(run, Letter::Key, key, limit, None, words),
        row(words.products.into(), Cells::new(scores::products(q, k))),
        number(words.dot, scores::dot(q, k) as f32, None),
    ]
}

fn shrink(run: &HeadRun, (query, key): (usize, usize), words: &HeadStrings) -> Vec<Line> {
    let dot = scores::dot(run.vector(Letter::Query, query), run.vector(Letter::Key, key));
    let times = (words.times)(&run.factor_written());
    let first = vec![number(words.dot, dot as f32, None), number(times, run.factor(), None)];
    let score = if key <= query {
        // Here the run has the number itself.
        number(words.score, run.row(Site::Scores, query)[key], Some(run.map_cell(Site::Scores, query, key)))
    } else {
        number(words.score, (dot * f64::from(run.factor())) as f32, None)
    };
    first.into_iter().chain([score]).collect()
}

fn row_of_scores(run: &HeadRun, query: usize, key: usize, words: &HeadStrings) -> Line {
    let seen = run.row(Site::Scores, query)[..=query].to_vec();
    let cells = Cells::new(seen).of(|i| run.map_cell(Site::Scores, query, i)).at(Some(key).filter(|key| *key <= query));
    row((words.row_scores)(&run.name(query)), cells)
}

fn mask(run: &HeadRun, (query, key): (usize, usize), words: &HeadStrings) -> Vec<Line> {
    let value = run.row(Site::Scores, query)[key];
    let cell = Some(run.map_cell(Site::Scores, query, key));
    let mut lines = vec![row_of_scores(run, query, key, words)];
    if key <= query {
        lines.push(number(words.score_stays, value, cell));
    } else {
        let dot = scores::dot(run.vector(Letter::Query, query), run.vector(Letter::Key, key));
        lines.push(number(words.score_would_be, (dot * f64::from(run.factor())) as f32, None));
        lines.push(number(words.score_masked, value, cell));
    }
    lines
}

fn soften(run: &HeadRun, (query, key): (usize, usize), words: &HeadStrings) -> Vec<Line> {
    let seen = &run.row(Site::Scores, query)[..=query];
    let (score, weight) = (run.map_cell(Site::Scores, query, key), run.map_cell(Site::Weights, query, key));
    let last = number(words.weight, run.row(Site::Weights, query)[key], Some(weight));
    let Some(parts) = scores::soften(seen, key) else {
        return vec![number(words.score_masked, run.row(Site::Scores, query)[key], Some(score)), last];
    };
    vec![
        row_of_scores(run, query, key, words),
        number(words.score, seen[key], Some(score)),
        number(words.largest, parts.largest, None),
        number(words.raised, parts.raised, None),
        number(words.raised_sum, parts.sum, None),
        last,
    ]
}

fn fetch(run: &HeadRun, query: usize, (key, dimension): (usize, usize), words: &HeadStrings) -> Vec<Line> {
    let weight = run.row(Site::Weights, query)[key];
    let value = run.vector(Letter::Value, key);
    let limit = largest(value);
    let weighted = scores::shares(&[weight], &[value]);
    let result = weighted[dimension];
    vec![
        number((words.weight_on)(&run.name(key)), weight, Some(run.map_cell(Site::Weights, query, key))),
        vector(run, Letter::Value, key, limit, Some(dimension), words),
        row(words.weighted.into(), Cells::new(weighted).to(limit).at(Some(dimension))),
        number((words.weighted_at)(dimension), result, None),
    ]
}

fn add(run: &HeadRun, (position, dimension): (usize, usize), words: &HeadStrings) -> Vec<Line> {
    let weights = &run.row(Site::Weights, position)[..=position];
    let parts = weights
        .iter()
        .enumerate()
        .map(|(key, weight)| (f64::from(*weight) * f64::from(run.vector(Letter::Value, key)[dimension])) as f32);
    let output = run.output(position);
    vec![
        row((words.contributions)(dimension), Cells::new(parts.collect())),
        row(
            (words.output_of)(&run.name(position)),
            Cells::new(output.to_vec()).of(|i| run.output_cell(position, i)).at(Some(dimension)),
        ),
        number((words.output_at)(dimension), output[dimension], Some(run.output_cell(position, dimension))),
    ]
}

#[cfg(test)]
#[path = "head_steps_tests.rs"]
mod tests;
