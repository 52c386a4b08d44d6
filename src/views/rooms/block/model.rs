//! A block's steps for one token, with their values. The steps are those of [`Program::forward`]: what
//! the run does is what is drawn.

use crate::analysis::contribution::strongest;
use crate::analysis::vectors::{cosine, length};
use crate::model::program::{Kernel, Program, Slot, Step};
use crate::model::{Cell, GptConfig, Site, SiteName};
use crate::trace::{Tap, Trace};
use crate::views::cells::Cells;
use crate::views::label::{Label, labels};
use crate::views::strip;
use std::ops::Range;

/// As many values of a vector are drawn.
pub const DRAWN: usize = 256;
/// As many tokens are drawn in a head's row.
pub const TOKENS: usize = 64;
/// So many of the largest values are written out.
const WRITTEN: usize = 3;
/// As many values are read at a keystroke; of longer texts, one token's.
const LARGEST_READ: usize = 2 << 20;

/// The steps that write this block's sites, in the order of the run.
pub fn steps(config: &GptConfig, layer: usize) -> Vec<Step> {
    let of_block = |step: &Step| matches!(step.write, Slot::Site(name) if name.site.per_layer() && name.layer == layer);
    Program::forward(config, 0..1, 1).steps.into_iter().filter(of_block).collect()
}

/// The sites that a step reads.
fn sources(step: &Step) -> impl Iterator<Item = SiteName> + '_ {
    step.reads.iter().filter_map(|slot| match slot {
        Slot::Site(name) => Some(*name),
        _ => None,
    })
}

fn written(step: &Step) -> Option<SiteName> {
    match step.write {
        Slot::Site(name) => Some(name),
        _ => None,
    }
}

pub fn taps(layer: usize, config: &GptConfig) -> Vec<Tap> {
    let steps = steps(config, layer);
    let river = steps.first().and_then(|step| sources(step).next());
    let names: Vec<SiteName> = river.into_iter().chain(steps.iter().filter_map(written)).collect();
    let values = |tokens: usize| {
        let width = |name: &SiteName| name.site.row_width(config, tokens) * heads(name.site, config).len();
        tokens * names.iter().map(width).sum::<usize>()
    };
    let most = (1..=config.positions).rev().find(|tokens| values(*tokens) <= LARGEST_READ).unwrap_or(1);
    names.iter().map(|name| Tap::within(name.site, name.layer, most)).collect()
}

fn heads(site: Site, config: &GptConfig) -> Range<usize> {
    0..if site.is_map() { config.heads } else { 1 }
}

/// How a step lies to the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// It reads the stream: a branch begins.
    Leave,
    Inside,
    /// It adds the branch to the stream.
    Join,
}

/// What a row of a step is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Whole,
    Query,
    Key,
    Value,
    Head(usize),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub part: Part,
    pub cells: Cells,
    /// How many values it has, drawn or not.
    pub width: usize,
}

/// Lengths at an addition, and how the addend lies to the stream.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sum {
    pub before: f32,
    pub added: f32,
    pub after: f32,
    pub cosine: f32,
}

impl Sum {
    /// The addend's length in lengths of the stream.
    pub fn share(self) -> f32 {
        (f64::from(self.added) / f64::from(self.before)) as f32
    }
}

/// A step with this token's values.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    pub site: Site,
    pub kernel: Kernel,
    pub lane: Lane,
    /// "256 → 3 × 256".
    pub shape: String,
    /// Rows and columns of the learned tensors that it reads.
    pub learned: Vec<[usize; 2]>,
    pub rows: Vec<Row>,
    /// Full colour of its rows.
    pub limit: f32,
    /// Its largest values.
    pub largest: Vec<(Cell, f32)>,
    pub sum: Option<Sum>,
}

impl Row {
    /// Which of the values are drawn, where not all are.
    pub fn window(&self) -> Option<Range<usize>> {
        let drawn = self.cells.values.len();
        (self.width > drawn).then(|| self.cells.first..self.cells.first + drawn)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct BlockModel {
    pub layer: usize,
    pub position: usize,
    pub labels: Vec<Label>,
    pub head_size: usize,
    pub heads: usize,
    pub entering: Row,
    pub pieces: Vec<Piece>,
}

impl BlockModel {
    pub fn name(&self, position: usize) -> String {
        self.labels.get(position).map(Label::name).unwrap_or_default()
    }

    /// The tokens that are drawn in a head's row.
    pub fn window(&self) -> Range<usize> {
        window(self.position)
    }
}

fn window(position: usize) -> Range<usize> {
    (position + 1).saturating_sub(TOKENS)..position + 1
}

/// `None` where the trace lacks one of the rows.
pub fn derive(trace: &Trace, layer: usize, pick: Option<usize>) -> Option<BlockModel> {
    let (config, last) = (&trace.config, trace.tokens().checked_sub(1)?);
    let position = pick.unwrap_or(last).min(last);
    let steps = steps(config, layer);
    let stream = sources(steps.first()?).next()?;
    let row = |name: SiteName| trace.row(name.site, name.layer, position);
    // Every strip on a scale of its own: a block may make its stream a hundred times as long, and the sums' bars say so.
    let entering = whole(stream, position, row(stream)?, strip::derive(row(stream)?).scale.limit);
    let pieces = steps.iter().map(|step| piece(trace, step, position)).collect::<Option<_>>()?;
    Some(BlockModel {
        layer,
        position,
        labels: labels(&trace.text),
        head_size: config.head_size(),
        heads: config.heads,
        entering,
        pieces,
    })
}

fn piece(trace: &Trace, step: &Step, position: usize) -> Option<Piece> {
    let (config, name) = (&trace.config, written(step)?);
    let lane = match step.kernel {
        Kernel::LayerNorm => Lane::Leave,
        Kernel::Add => Lane::Join,
        _ => Lane::Inside,
    };
    let heads = heads(name.site, config);
    let value = |head: usize| trace.map_row(name.site, name.layer, head, position);
    let all: Vec<f32> = heads.clone().map(value).collect::<Option<Vec<_>>>()?.concat();
    let limit = strip::derive(&visible(&all, name.site, trace, position)).scale.limit;
    let rows = match name.site {
        Site::Scores | Site::Weights => {
            heads.map(|h| Some(head_row(name, h, position, value(h)?, limit))).collect::<Option<_>>()?
        }
        Site::Qkv => thirds(name, position, &all, limit),
        _ => vec![whole(name, position, &all, limit)],
    };
    let tensors = step.reads.iter().filter_map(|slot| match slot {
        Slot::Weight(tensor) => Some(tensor.shape(config)),
        _ => None,
    });
    Some(Piece {
        site: name.site,
        kernel: step.kernel,
        lane,
        shape: shape(step, name, config, position),
        learned: tensors.collect(),
        largest: largest(trace, name, position),
        rows,
        limit,
        sum: sum(trace, step, position),
    })
}

/// The values that may be drawn: a map's cells of later tokens are masked.
fn visible(all: &[f32], site: Site, trace: &Trace, position: usize) -> Vec<f32> {
    if !site.is_map() {
        return all.to_vec();
    }
    all.chunks(trace.tokens()).flat_map(|row| &row[..=position]).copied().collect()
}

fn whole(name: SiteName, position: usize, values: &[f32], limit: f32) -> Row {
    let drawn = around_largest(values);
    let start = drawn.start;
    Row {
        part: Part::Whole,
        cells: part(values, drawn, limit).from(start).of(|i| Cell::new(name, position, start + i)),
        width: values.len(),
    }
}

/// Queries, keys and values.
fn thirds(name: SiteName, position: usize, values: &[f32], limit: f32) -> Vec<Row> {
    let width = values.len() / 3;
    let parts = [Part::Query, Part::Key, Part::Value].into_iter().enumerate();
    let drawn = 0..width.min(DRAWN);
    let third = |i: usize| part(&values[i * width..(i + 1) * width], drawn.clone(), limit);
    let row = |(i, part): (usize, Part)| {
        let cells = third(i).of(|d| Cell::new(name, position, i * width + d));
        Row { part, cells, width }
    };
    parts.map(row).collect()
}

fn part(values: &[f32], drawn: Range<usize>, limit: f32) -> Cells {
    Cells::new(values[drawn].to_vec()).to(limit)
}

/// So many of these values as are drawn: the stretch with the largest.
fn around_largest(values: &[f32]) -> Range<usize> {
    let start = strongest(values, 1).first().map_or(0, |largest| largest / DRAWN * DRAWN);
    start..values.len().min(start + DRAWN)
}

fn head_row(name: SiteName, head: usize, position: usize, values: &[f32], limit: f32) -> Row {
    let window = window(position);
    let cells = Cells::new(values[window.clone()].to_vec()).to(limit);
    let width = window.len();
    Row { part: Part::Head(head), cells: cells.of(|i| Cell::in_map(name, head, position, window.start + i)), width }
}

fn shape(step: &Step, name: SiteName, config: &GptConfig, position: usize) -> String {
    let of = |name: SiteName| match name.site {
        site if site.is_map() => format!("{} × {}", config.heads, position + 1),
        Site::Qkv => format!("3 × {}", config.width),
        site => site.row_width(config, 1).to_string(),
    };
    let between = if step.kernel == Kernel::Add { " + " } else { ", " };
    format!("{} → {}", sources(step).map(of).collect::<Vec<_>>().join(between), of(name))
}

fn largest(trace: &Trace, name: SiteName, position: usize) -> Vec<(Cell, f32)> {
    let (site, layer) = (name.site, name.layer);
    let row = |head: usize| {
        let values = trace.map_row(site, layer, head, position).unwrap_or_default();
        let values = if site.is_map() { &values[..=position] } else { values };
        strongest(values, WRITTEN)
            .into_iter()
            .map(move |column| (Cell { name, head, row: position, column }, values[column]))
    };
    let mut all: Vec<(Cell, f32)> = heads(site, &trace.config).flat_map(row).collect();
    let size = |value: f32| if value.is_nan() { f32::INFINITY } else { value.abs() };
    all.sort_by(|a, b| size(b.1).total_cmp(&size(a.1)));
    all.truncate(WRITTEN);
    all
}

fn sum(trace: &Trace, step: &Step, position: usize) -> Option<Sum> {
    let row = |name: SiteName| trace.row(name.site, name.layer, position);
    let mut read = sources(step).filter(|_| step.kernel == Kernel::Add);
    let (before, added, after) = (row(read.next()?)?, row(read.next()?)?, row(written(step)?)?);
    Some(Sum { before: length(before), added: length(added), after: length(after), cosine: cosine(before, added) })
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
