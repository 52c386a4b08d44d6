//! The score: the whole run as one picture. Tokens are columns, blocks are staves; each column is a
//! river, attention are the strands between columns, and what a block adds is a mark on the column.
//!
//! In: a trace with every block's attention weights and river, at all positions or at one. Out: what
//! is drawn, all of it real numbers. Of attention, which has one map a head, the mean of each block's
//! [`LEADING`] leading heads is drawn.

pub mod column;
pub mod draw;
pub mod feet;
pub mod sheet;

use super::derived::Derived;
use super::figures::{FigureTable, tokens};
use super::label::{Label, labels};
use crate::analysis::vectors::{distance, length};
use crate::model::{GptConfig, Site};
use crate::trace::{Tap, Trace};
use std::ops::Range;
use std::sync::Arc;

/// So many heads of a block are averaged.
pub const LEADING: usize = 3;
/// Thinner strands are left out, and counted.
pub const LEAST_SHARE: f32 = 0.05;
/// More strands than this are a felt, and too many for a page.
const MOST_STRANDS: usize = 1500;
/// No column has more strands in a block.
const MOST_IN_A_COLUMN: usize = 8;
/// So many values a keystroke may bring (2.8 MB); for longer texts one column is measured alone.
const MOST_VALUES: usize = 700_000;

/// What one block does to the columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Stave {
    /// The heads that are averaged, the leading one first.
    pub heads: Vec<usize>,
    /// The strands drawn, thin ones first.
    pub strands: Vec<Strand>,
    /// One a measured column: the length of what attention adds to the river.
    pub attention: Vec<f32>,
    /// The river's length after attention.
    pub mid: Vec<f32>,
    /// The length of what the MLP adds.
    pub mlp: Vec<f32>,
    /// The river's length after the block.
    pub out: Vec<f32>,
}

/// How much a token reads from another, mean over the stave's heads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strand {
    /// The reading position.
    pub query: usize,
    /// The position that is read.
    pub key: usize,
    /// 0…1.
    pub share: f32,
}

/// What is left out of the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LeftOut {
    pub strands: usize,
    /// The share of all attention between columns that is drawn, 0…1.
    pub drawn: f32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ScoreModel {
    /// One a token.
    pub labels: Arc<Vec<Label>>,
    /// The measured columns: all of them, or one.
    pub measured: Range<usize>,
    /// The river's length before the first block, one a measured column.
    pub embed: Vec<f32>,
    /// One a block.
    pub staves: Vec<Stave>,
    pub left_out: LeftOut,
}

/// The weights and the river of every block. The additions are the differences of the river.
pub fn taps(config: &GptConfig) -> Vec<Tap> {
    let most = most_tokens(config);
    let block = |l| [Site::Weights, Site::Mid, Site::Out].map(|site| Tap::within(site, l, most));
    std::iter::once(Tap::within(Site::Embed, 0, most)).chain((0..config.layers).flat_map(block)).collect()
}

/// The longest text of which all columns are measured: L · (H·T² + 2·T·C) values.
fn most_tokens(config: &GptConfig) -> usize {
    let values = |t: usize| config.layers * t * (config.heads * t + 2 * config.width);
    (1..=config.positions).take_while(|&t| values(t) <= MOST_VALUES).last().unwrap_or(1)
}

/// `pick` is asked only where one column is measured alone. `None` where the trace lacks what is drawn.
pub fn derive(trace: &Trace, pick: impl FnOnce() -> Option<usize>) -> Option<ScoreModel> {
    let (tokens, layers) = (trace.tokens(), trace.config.layers);
    let last = tokens.checked_sub(1)?;
    let whole = trace.map(Site::Weights, 0, 0).is_some();
    let measured = if whole {
        0..tokens
    } else {
        let row = pick().unwrap_or(last).min(last);
        row..row + 1
    };
    let embed: Vec<&[f32]> = rivers(trace, Site::Embed, 0, &measured)?;
    let per_column = (MOST_STRANDS / (layers * measured.len()).max(1)).clamp(1, MOST_IN_A_COLUMN);
    let (mut before, mut staves, mut tally) = (embed.clone(), Vec::new(), Tally::default());
    for layer in 0..layers {
        let heads = leading(trace, layer, &measured)?;
        let mid = rivers(trace, Site::Mid, layer, &measured)?;
        let out = rivers(trace, Site::Out, layer, &measured)?;
        let between = |a: &[&[f32]], b: &[&[f32]]| a.iter().zip(b).map(|(a, b)| distance(a, b)).collect::<Vec<f32>>();
        staves.push(Stave {
            strands: strands(trace, layer, &heads, &measured, per_column, &mut tally)?,
            heads,
            attention: between(&before, &mid),
            mid: mid.iter().map(|river| length(river)).collect(),
            mlp: between(&mid, &out),
            out: out.iter().map(|river| length(river)).collect(),
        });
        before = out;
    }
    Some(ScoreModel {
        labels: Arc::new(labels(&trace.text)),
        embed: embed.iter().map(|river| length(river)).collect(),
        measured,
        staves,
        left_out: tally.left_out(),
    })
}

fn rivers<'a>(trace: &'a Trace, site: Site, layer: usize, measured: &Range<usize>) -> Option<Vec<&'a [f32]>> {
    measured.clone().map(|row| trace.row(site, layer, row)).collect()
}

/// The heads that look hardest at one token other than the reader and the first, where many heads
/// rest: by the mean, over the readers, of their largest such weight.
fn leading(trace: &Trace, layer: usize, measured: &Range<usize>) -> Option<Vec<usize>> {
    let hardest = |head: usize| -> Option<f64> {
        let mut sum = 0.0;
        for query in measured.clone() {
            let row = trace.map_row(Site::Weights, layer, head, query)?;
            let others = row.get(1..query).unwrap_or_default();
            sum += f64::from(others.iter().copied().max_by(f32::total_cmp).unwrap_or(0.0));
        }
        Some(sum)
    };
    let mut heads: Vec<(usize, f64)> =
        (0..trace.config.heads).map(|head| Some((head, hardest(head)?))).collect::<Option<_>>()?;
    heads.sort_by(|a, b| b.1.total_cmp(&a.1));
    Some(heads.into_iter().take(LEADING).map(|(head, _)| head).collect())
}

/// Sums over all blocks.
#[derive(Default)]
struct Tally {
    all: f64,
    drawn: f64,
    left_out: usize,
}

impl Tally {
    fn left_out(&self) -> LeftOut {
        let drawn = if self.all == 0.0 { 1.0 } else { (self.drawn / self.all) as f32 };
        LeftOut { strands: self.left_out, drawn }
    }
}

fn strands(
    trace: &Trace,
    layer: usize,
    heads: &[usize],
    measured: &Range<usize>,
    per_column: usize,
    tally: &mut Tally,
) -> Option<Vec<Strand>> {
    let mut drawn = Vec::new();
    for query in measured.clone() {
        let rows = heads.iter().map(|&head| trace.map_row(Site::Weights, layer, head, query));
        let rows = rows.collect::<Option<Vec<_>>>()?;
        let mean = |key: usize| {
            let sum: f64 = rows.iter().map(|row| f64::from(row[key])).sum();
            (sum / rows.len().max(1) as f64) as f32
        };
        let mut all: Vec<Strand> = (0..query).map(|key| Strand { query, key, share: mean(key) }).collect();
        tally.all += all.iter().map(|strand| f64::from(strand.share)).sum::<f64>();
        all.sort_by(|a, b| b.share.total_cmp(&a.share));
        // What is no number stays, and is seen.
        let kept = all.iter().take(per_column).take_while(|s| s.share.is_nan() || s.share >= LEAST_SHARE).count();
        tally.left_out += all.len() - kept;
        all.truncate(kept);
        tally.drawn += all.iter().map(|strand| f64::from(strand.share)).sum::<f64>();
        drawn.extend(all);
    }
    drawn.sort_by(|a, b| a.share.total_cmp(&b.share));
    Some(drawn)
}

impl Stave {
    /// What a strand's share is made of.
    pub fn derived(&self, layer: usize, Strand { query, key, .. }: Strand) -> Derived {
        Derived::Mean { layer, heads: self.heads.clone(), query, key }
    }
}

impl ScoreModel {
    /// T.
    pub fn tokens(&self) -> usize {
        self.labels.len()
    }

    /// All columns are measured.
    pub fn whole(&self) -> bool {
        self.measured.len() == self.tokens()
    }

    /// The place of a column among the measured ones.
    pub fn place(&self, column: usize) -> Option<usize> {
        column.checked_sub(self.measured.start).filter(|place| *place < self.measured.len())
    }

    /// The river's length at every stop of a column: before the first block, then after attention and
    /// after the MLP of each.
    pub fn river(&self, place: usize) -> Vec<f32> {
        let block = |stave: &Stave| [stave.mid[place], stave.out[place]];
        std::iter::once(self.embed[place]).chain(self.staves.iter().flat_map(block)).collect()
    }

    /// The rivers' lengths, a row a measured column: before the first block, then after attention and after the MLP of
    /// each.
    pub fn rivers(&self, title: &str, before: &str, after: impl Fn(usize) -> [String; 2]) -> FigureTable {
        let columns = std::iter::once(before.to_owned()).chain((0..self.staves.len()).flat_map(after)).collect();
        let rivers: Vec<Vec<f32>> = (0..self.measured.len()).map(|place| self.river(place)).collect();
        let rows = tokens(&self.labels)[self.measured.clone()].to_vec();
        FigureTable::new(title.into(), rows, columns, |row, column| Some((rivers[row][column], None)))
    }

    /// The river's length before a block.
    pub fn before(&self, layer: usize, place: usize) -> f32 {
        layer.checked_sub(1).map_or(self.embed[place], |above| self.staves[above].out[place])
    }

    /// The longest river anywhere.
    pub fn longest(&self) -> f32 {
        let outs = self.staves.iter().flat_map(|stave| stave.mid.iter().chain(&stave.out));
        self.embed.iter().chain(outs).copied().filter(|v| v.is_finite()).fold(0.0, f32::max)
    }

    /// Where a column reads most, over all blocks: the block and the strand.
    pub fn strongest(&self, column: usize) -> Option<(usize, Strand)> {
        let all = self.staves.iter().enumerate().flat_map(|(l, stave)| stave.strands.iter().map(move |s| (l, *s)));
        all.filter(|(_, strand)| strand.query == column).max_by(|a, b| a.1.share.total_cmp(&b.1.share))
    }
}

#[cfg(test)]
mod tests;
