//! What the prediction shows: the chances of the next token, and of any word one asks about.
//!
//! In: a trace's last logits, the vocabulary, and what a person asks. Chances are the softmax over
//! the whole vocabulary; what is not listed is counted and added up.

use super::label::Label;
use crate::analysis::probability::{Distribution, Remainder};
use crate::model::Site;
use crate::tokens::Vocabulary;
use crate::trace::{Tap, Trace};

pub use crate::analysis::ask::{Ask, COUNTS};

#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub label: Label,
    /// From 1.
    pub rank: usize,
    /// At temperature 1: the model's own.
    pub chance: f32,
    /// At the asked temperature, where that is another.
    pub tempered: Option<f32>,
}

/// All tokens that are not listed, together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rest {
    pub count: usize,
    pub chance: f32,
    pub tempered: Option<f32>,
}

/// Where the word that was asked for stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// The token is the whole word.
    Whole(Row),
    /// The token only begins it.
    Begins(Row),
    Nothing,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PredictionModel {
    pub rows: Vec<Row>,
    pub rest: Rest,
    pub vocabulary: usize,
    pub temperature: f32,
    pub found: Option<Found>,
}

pub fn taps() -> Vec<Tap> {
    vec![Tap::last(Site::Logits, 0)]
}

/// `None` where the trace has no logits of its last token.
pub fn derive(trace: &Trace, vocabulary: &Vocabulary, ask: &Ask) -> Option<PredictionModel> {
    let logits = trace.row(Site::Logits, 0, trace.tokens().checked_sub(1)?)?;
    let chances = Distribution::new(logits, 1.0);
    let tempered = (ask.temperature != 1.0).then(|| Distribution::new(logits, ask.temperature));
    let row = |rank: usize, id: u32, chance: f32| Row {
        label: Label::of(vocabulary, id),
        rank,
        chance,
        tempered: tempered.as_ref().and_then(|t| t.chance_of(id)),
    };
    let top = chances.top(ask.count);
    let found = |word: &str| {
        let (id, whole) = vocabulary.beginning(word)?;
        let row = row(chances.rank_of(id)?, id, chances.chance_of(id)?);
        Some(if whole { Found::Whole(row) } else { Found::Begins(row) })
    };
    let Remainder { count, probability } = chances.remainder(ask.count);
    // The same tokens' chances at the other temperature: its own remainder may be of others.
    let rest = |t: &Distribution| {
        let listed: f64 = top.iter().filter_map(|c| t.chance_of(c.id)).map(f64::from).sum();
        (t.probabilities().iter().copied().map(f64::from).sum::<f64>() - listed).max(0.0) as f32
    };
    Some(PredictionModel {
        rows: top.iter().zip(1..).map(|(c, rank)| row(rank, c.id, c.probability)).collect(),
        rest: Rest { count, chance: probability, tempered: tempered.as_ref().map(rest) },
        vocabulary: logits.len(),
        temperature: ask.temperature,
        found: (!ask.word.trim().is_empty()).then(|| found(&ask.word).unwrap_or(Found::Nothing)),
    })
}

impl PredictionModel {
    /// The same with only the first `count` listed; the others join the remainder.
    pub fn first(&self, count: usize) -> Self {
        let mut model = self.clone();
        let moved = model.rows.split_off(count.min(model.rows.len()));
        model.rest.count += moved.len();
        let plus = |first: f32, of: fn(&Row) -> f32| {
            (moved.iter().map(|r| f64::from(of(r))).sum::<f64>() + f64::from(first)) as f32
        };
        model.rest.chance = plus(model.rest.chance, |r| r.chance);
        model.rest.tempered = model.rest.tempered.map(|t| plus(t, |r| r.tempered.unwrap_or(0.0)));
        model
    }

    /// What a token's full bar stands for: few steps, so that bars of one keystroke compare with the
    /// next's. The remainder, which may dwarf them all, has a scale of its own: its full bar is 1.
    pub fn full(&self) -> f32 {
        let drawn = self.rows.iter().flat_map(|r| [Some(r.chance), r.tempered]);
        let most = drawn.flatten().fold(0.0, f32::max);
        [0.05, 0.1, 0.25, 0.5].into_iter().find(|&step| most <= step).unwrap_or(1.0)
    }
}

#[cfg(test)]
#[path = "chances_tests.rs"]
mod tests;
