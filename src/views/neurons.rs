//! The neurons of one block at one token: how strongly each fires, what it adds, where else it fires.
//!
//! In: the MLP's values before and after GELU, for all positions where the model is small enough to read
//! them at every keystroke, else for the pinned or last one. Out: plain lists; what is no number is listed first.

use super::label::{Label, labels};
use crate::analysis::contribution::{frozen, strongest};
use crate::analysis::vectors;
use crate::link::question::{Answered, Question};
use crate::model::{Cell, GptConfig, Part, Site, SiteName, Slice};
use crate::trace::{Rows, Tap, Trace};
use std::ops::Range;
use std::sync::Arc;

/// How many neurons are listed.
pub const COUNT: usize = 8;
/// As many tokens of the text are drawn for each neuron.
pub const LONGEST: usize = 256;
/// The largest table [T,I] that is read at every keystroke, in bytes, at the longest text.
const LARGEST_READ: usize = 24 << 20;
/// A neuron whose output lies within ± this is called silent, and one beyond [`LOUD`] loud.
const SILENT: f32 = 0.1;
const LOUD: f32 = 1.0;

/// Every position's neurons are read.
fn reads_all(config: &GptConfig) -> bool {
    4 * config.positions * config.inner <= LARGEST_READ
}

/// `rows`: what is read of a model whose neurons are too many.
pub fn taps(layer: usize, rows: Rows, config: &GptConfig) -> Vec<Tap> {
    let rows = if reads_all(config) { Rows::All } else { rows };
    let tap = |site| Tap { rows, ..Tap::all(site, layer) };
    vec![tap(Site::Expand), tap(Site::Gelu), Tap::all(Site::Out, config.layers - 1)]
}

/// One block's neurons in a run.
#[derive(Clone, Debug)]
pub struct Neurons {
    pub trace: Arc<Trace>,
    pub labels: Arc<Vec<Label>>,
    pub layer: usize,
    /// The positions that were read.
    pub positions: Range<usize>,
}

impl PartialEq for Neurons {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.trace, &other.trace) && self.layer == other.layer
    }
}

/// `None` where the trace has not this block's neurons.
pub fn derive(trace: &Arc<Trace>, layer: usize) -> Option<Neurons> {
    // A receipt may have read single rows beside.
    let name = SiteName::new(Site::Gelu, layer);
    let read = trace.layout.entries.iter().filter(|entry| entry.name == name).max_by_key(|entry| entry.rows.len())?;
    let positions = read.rows.clone();
    let last = positions.end.checked_sub(1).filter(|last| positions.contains(last))?;
    for position in [positions.start, last] {
        trace.row(Site::Expand, layer, position).and(trace.row(Site::Out, trace.config.layers - 1, position))?;
    }
    Some(Neurons { trace: Arc::clone(trace), labels: Arc::new(labels(&trace.text)), layer, positions })
}

/// One neuron at one token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neuron {
    pub index: usize,
    pub before: f32,
    pub after: f32,
}

/// How many of a token's neurons say how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Census {
    pub all: usize,
    pub silent: usize,
    pub loud: usize,
}

impl Neurons {
    /// The nearest position that was read.
    pub fn nearest(&self, wanted: Option<usize>) -> usize {
        let last = self.positions.end - 1;
        wanted.unwrap_or(last).clamp(self.positions.start, last)
    }

    /// [I] after GELU.
    pub fn after(&self, position: usize) -> &[f32] {
        self.trace.row(Site::Gelu, self.layer, position).unwrap_or_default()
    }

    fn before(&self, position: usize) -> &[f32] {
        self.trace.row(Site::Expand, self.layer, position).unwrap_or_default()
    }

    pub fn cell(&self, site: Site, position: usize, neuron: usize) -> Cell {
        Cell::new(SiteName::new(site, self.layer), position, neuron)
    }

    pub fn name(&self, position: usize) -> String {
        self.labels.get(position).map(Label::name).unwrap_or_default()
    }

    pub fn at(&self, position: usize, index: usize) -> Option<Neuron> {
        let (before, after) = (*self.before(position).get(index)?, *self.after(position).get(index)?);
        Some(Neuron { index, before, after })
    }

    /// The strongest of a token, and after them the chosen one where it is not among them.
    pub fn listed(&self, position: usize, chosen: Option<usize>) -> Vec<Neuron> {
        let mut indices = strongest(self.after(position), COUNT);
        indices.extend(chosen.filter(|chosen| !indices.contains(chosen)));
        indices.into_iter().filter_map(|index| self.at(position, index)).collect()
    }

    pub fn census(&self, position: usize) -> Census {
        let row = self.after(position);
        let count = |of: fn(f32) -> bool| row.iter().filter(|v| of(**v)).count();
        Census { all: row.len(), silent: count(|v| v.abs() < SILENT), loud: count(|v| v > LOUD) }
    }

    /// The tokens that are drawn for each neuron: the latest, but always with `position`.
    pub fn window(&self, position: usize) -> Range<usize> {
        let first = self.positions.end.saturating_sub(LONGEST).min(position).max(self.positions.start);
        first..self.positions.end.min(first + LONGEST)
    }

    /// A neuron's output at each of these positions.
    pub fn along(&self, neuron: usize, window: Range<usize>) -> Vec<f32> {
        window.map(|position| self.after(position).get(neuron).copied().unwrap_or(f32::NAN)).collect()
    }
}

/// [C] a neuron's row of the second matrix.
fn row(config: &GptConfig, layer: usize, neuron: usize) -> Slice {
    Slice::new(Part::ContractWeight, layer, neuron..neuron + 1, 0..config.width)
}

fn gain(config: &GptConfig) -> Slice {
    Slice::new(Part::NormFGain, 0, 0..1, 0..config.width)
}

/// What these neurons add is made with.
pub fn question(config: &GptConfig, layer: usize, listed: &[Neuron]) -> Question {
    let rows = listed.iter().map(|neuron| row(config, layer, neuron.index));
    Question::Slices(rows.chain([gain(config)]).collect())
}

/// How long the vector is that a neuron adds; `None` until its row is there.
pub fn length(run: &Neurons, neuron: Neuron, learned: &Answered) -> Option<f32> {
    let row = learned.slice(&row(&run.trace.config, run.layer, neuron.index))?;
    Some((f64::from(vectors::length(row)) * f64::from(neuron.after.abs())) as f32)
}

/// [n,C] what the listed neurons add, on the logits' side of the last LayerNorm; `None` until all
/// learned numbers are there.
pub fn directions(run: &Neurons, position: usize, listed: &[Neuron], learned: &Answered) -> Option<Vec<f32>> {
    let config = &run.trace.config;
    let river = run.trace.row(Site::Out, config.layers - 1, position)?;
    let gain = learned.slice(&gain(config))?;
    let mut vectors = Vec::with_capacity(listed.len() * config.width);
    for neuron in listed {
        let row = learned.slice(&row(config, run.layer, neuron.index))?;
        let added: Vec<f32> = row.iter().map(|w| w * neuron.after).collect();
        vectors.extend(frozen(&added, river, gain, config.epsilon)?);
    }
    Some(vectors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::question::Answer;
    use crate::tokens::{Text, Token};
    use crate::trace::Layout;

    fn run(positions: usize, tokens: usize, inner: usize) -> Neurons {
        let config = format!(
            r#"{{"n_layer":2,"n_head":1,"n_embd":2,"n_inner":{inner},"vocab_size":5,"n_positions":{positions}}}"#
        );
        let config = GptConfig::from_json(&config).unwrap();
        let layout = Layout::new(&taps(1, Rows::One(1), &config), &config, tokens);
        let values = (0..layout.len()).map(|i| ((i * 5) % 7) as f32 - 3.0).collect();
        let token = |i| Token { id: i as u32, start: i, end: i + 1 };
        let text = Text { read: "a".repeat(tokens), tokens: (0..tokens).map(token).collect(), ..Text::default() };
        derive(&Arc::new(Trace { text, config, layout, knob: None, values }), 1).unwrap()
    }

    #[test]
    fn the_strongest_are_listed_and_the_chosen_one_stays() {
        let run = run(8, 3, 20);
        let listed = run.listed(1, None);
        assert_eq!(listed.len(), COUNT);
        assert!(listed.windows(2).all(|pair| pair[0].after.abs() >= pair[1].after.abs()));
        let chosen = (0..20).find(|i| listed.iter().all(|n| n.index != *i)).unwrap();
        assert_eq!(run.listed(1, Some(chosen)).last().unwrap().index, chosen);
        assert_eq!(run.listed(1, Some(listed[0].index)), listed);
        for neuron in listed {
            let cell = run.cell(Site::Gelu, 1, neuron.index);
            assert_eq!(run.trace.value(cell), Some(neuron.after));
        }
        let Census { all, silent, loud } = run.census(1);
        assert_eq!(
            (all, silent, loud),
            (20, run.after(1).iter().filter(|v| **v == 0.0).count(), run.after(1).iter().filter(|v| **v > 1.0).count())
        );
    }

    #[test]
    fn a_model_too_wide_is_read_at_one_token() {
        let run = run(1 << 16, 3, 200);
        assert_eq!((run.positions.clone(), run.nearest(Some(0)), run.window(1)), (1..2, 1, 1..2));
        let long = self::run(512, 300, 4);
        assert_eq!((long.window(299), long.window(3)), (44..300, 3..259));
        assert_eq!(long.along(2, 44..300).len(), 256);
    }

    #[test]
    fn what_neurons_add_is_their_rows_times_their_outputs() {
        let run = run(8, 2, 12);
        let listed = run.listed(1, None);
        let question = question(&run.trace.config, 1, &listed);
        let Question::Slices(slices) = &question else { panic!() };
        let count: usize = slices.iter().map(Slice::len).sum();
        let values = (0..count).map(|i| if i + 2 >= count { 1.0 } else { i as f32 }).collect();
        let learned = Answered { question, answer: Answer::Slices { values }, knob: None };
        let vectors = directions(&run, 1, &listed, &learned).unwrap();
        let river = run.trace.row(Site::Out, 1, 1).unwrap();
        let middle = (river[0] + river[1]) / 2.0;
        let spread = ((river[0] - middle).powi(2) + 1e-5).sqrt();
        for (i, neuron) in listed.iter().enumerate() {
            // Rows (2i, 2i + 1): half a step to either side of their mean.
            let expected = neuron.after * 0.5 / spread;
            assert!((vectors[2 * i + 1] - expected).abs() < 1e-3 && (vectors[2 * i] + expected).abs() < 1e-3);
            let row = ((2 * i) as f32).hypot((2 * i + 1) as f32);
            assert!((length(&run, *neuron, &learned).unwrap() - row * neuron.after.abs()).abs() < 1e-3);
        }
        let none =
            Answered { question: Question::Slices(vec![]), answer: Answer::Slices { values: vec![] }, knob: None };
        assert_eq!(directions(&run, 1, &listed, &none), None);
    }
}
