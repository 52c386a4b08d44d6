//! How one head gets from q, k and v to its output: six steps, each a table of this run.
//!
//! In: the Qkv rows, scores, weights and mix of a trace. q·k before mask and scale, the products and the
//! weighted values are functions of these, worked out here in f64; the rest is the run's own.

use super::figures::{FigureTable, numbered, tokens};
use super::label::{Label, labels};
use super::paint::{Pixels, Table, Theme};
use super::plate::{Across, Axes};
use super::strip;
use crate::analysis::{head, scores, strip::Scale};
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

    pub(super) fn column(&self, letter: Letter) -> usize {
        letter as usize * self.trace.config.width + self.head * self.size()
    }

    /// [D] a token's query, key or value.
    pub fn vector(&self, letter: Letter, position: usize) -> &[f32] {
        let row = self.trace.row(Site::Qkv, self.layer, position).unwrap_or_default();
        row.get(self.column(letter)..self.column(letter) + self.size()).unwrap_or_default()
    }

    pub(super) fn vectors(&self, letter: Letter, count: usize) -> Vec<&[f32]> {
        (0..count).map(|position| self.vector(letter, position)).collect()
    }

    /// [T] weights or scores of a reading token.
    pub(super) fn row(&self, site: Site, query: usize) -> &[f32] {
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

    /// The value of the run that a step's cell is, or that it goes into: q·k goes into a score, a weighted value into
    /// the output of the token that reads, `query`.
    pub fn address(&self, step: HeadStep, (row, column): (usize, usize), query: usize) -> Cell {
        match step {
            Compare | Shrink | Mask => self.map_cell(Site::Scores, row, column),
            Soften => self.map_cell(Site::Weights, row, column),
            Fetch => self.output_cell(query, column),
            Add => self.output_cell(row, column),
        }
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

    /// All that is painted. An address only where the cell is that value of the run.
    pub fn table(&self, run: &HeadRun, title: String) -> FigureTable {
        let columns = match self.axes.across {
            Across::Tokens { .. } => tokens(&self.axes.rows),
            Across::Dimensions(count) => numbered(count),
        };
        let causal = self.axes.across == Across::Tokens { causal: true };
        let entry = |row, column| {
            let value = self.value((row, column)).filter(|_| !causal || column <= row)?;
            let cell = self.step.of_run().then(|| run.address(self.step, (row, column), 0));
            Some((value, cell))
        };
        FigureTable::new(title, tokens(&self.axes.rows), columns, entry)
    }

    pub fn value(&self, (row, column): (usize, usize)) -> Option<f32> {
        self.values.get(row * self.axes.columns() + column).copied().filter(|_| column < self.axes.columns())
    }
}

#[cfg(test)]
#[path = "head_steps_tests.rs"]
mod tests;
