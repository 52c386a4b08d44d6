//! What the prediction shows: the chances of the next token, and of any word one asks about.
//!
//! In: a trace's last logits, the vocabulary, and what a person asks. Chances are the softmax over
//! the whole vocabulary; what is not listed is counted and added up. What is drawn from (temperature,
//! top-k, top-p) stands beside them.

use super::label::Label;
use crate::analysis::draw::Draw;
use crate::analysis::probability::{Distribution, Remainder};
use crate::model::{Cell, Site, SiteName};
use crate::tokens::Vocabulary;
use crate::trace::{Tap, Trace};

pub use crate::analysis::ask::{Ask, COUNTS};

#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub label: Label,
    /// From 1.
    pub rank: usize,
    /// At temperature 1, nothing cut away: the model's own.
    pub chance: f32,
    /// In the draw, where that is from other chances: 0 where the token is cut away.
    pub drawn: Option<f32>,
}

/// All tokens that are not listed, together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rest {
    pub count: usize,
    pub chance: f32,
    pub drawn: Option<f32>,
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
    /// The position whose next token it is: the last.
    pub position: usize,
    /// The token there.
    pub after: Label,
    pub rows: Vec<Row>,
    pub rest: Rest,
    pub vocabulary: usize,
    pub temperature: f32,
    /// How many of the likeliest stay in the draw; all V where nothing is cut away.
    pub kept: usize,
    pub found: Option<Found>,
}

pub fn taps() -> Vec<Tap> {
    vec![Tap::last(Site::Logits, 0)]
}

/// `None` where the trace has no logits of its last token.
pub fn derive(trace: &Trace, vocabulary: &Vocabulary, ask: &Ask) -> Option<PredictionModel> {
    let position = trace.tokens().checked_sub(1)?;
    let logits = trace.row(Site::Logits, 0, position)?;
    let chances = Distribution::new(logits, 1.0);
    let draw = Draw::asked(logits, &chances, ask);
    let row = |rank: usize, id: u32, chance: f32| Row {
        label: Label::of(vocabulary, id),
        rank,
        chance,
        drawn: draw.as_ref().and_then(|draw| draw.chances().chance_of(id)),
    };
    let top = chances.top(ask.count);
    let found = |word: &str| {
        let (id, whole) = vocabulary.beginning(word)?;
        let row = row(chances.rank_of(id)?, id, chances.chance_of(id)?);
        Some(if whole { Found::Whole(row) } else { Found::Begins(row) })
    };
    let Remainder { count, probability } = chances.remainder(ask.count);
    // The same tokens' chances in the draw: its own remainder may be of others.
    let rest = |draw: &Draw| {
        if draw.kept() <= top.len() {
            return 0.0;
        }
        let drawn = draw.chances();
        let listed: f64 = top.iter().filter_map(|c| drawn.chance_of(c.id)).map(f64::from).sum();
        let left = drawn.probabilities().iter().copied().map(f64::from).sum::<f64>() - listed;
        // Not `max`, which would make a 0 of what is no number.
        if left < 0.0 { 0.0 } else { left as f32 }
    };
    Some(PredictionModel {
        position,
        after: Label::of(vocabulary, trace.text.tokens.get(position)?.id),
        rows: top.iter().zip(1..).map(|(c, rank)| row(rank, c.id, c.probability)).collect(),
        rest: Rest { count, chance: probability, drawn: draw.as_ref().map(rest) },
        vocabulary: logits.len(),
        temperature: ask.temperature,
        kept: draw.as_ref().map_or(logits.len(), Draw::kept),
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
        model.rest.drawn = model.rest.drawn.map(|t| plus(t, |r| r.drawn.unwrap_or(0.0)));
        model
    }

    /// The logit that a token's chance is made of.
    pub fn logit(&self, id: u32) -> Cell {
        Cell::new(SiteName::new(Site::Logits, 0), self.position, id as usize)
    }

    /// Whether a token of this rank stays in the draw.
    pub fn keeps(&self, rank: usize) -> bool {
        rank <= self.kept
    }

    /// What a full bar stands for: few steps, so that bars of one keystroke compare with the next's. The
    /// remainder, which may dwarf them all, is torn where it is longer.
    pub fn full(&self) -> f32 {
        let drawn = self.rows.iter().flat_map(|r| [Some(r.chance), r.drawn]);
        let most = drawn.flatten().fold(0.0, f32::max);
        [0.05, 0.1, 0.25, 0.5].into_iter().find(|&step| most <= step).unwrap_or(1.0)
    }

    /// The remainder is longer than a full bar.
    pub fn is_torn(&self) -> bool {
        let longer = |chance: f32| chance > self.full();
        longer(self.rest.chance) || self.rest.drawn.is_some_and(longer)
    }
}

#[cfg(test)]
#[path = "chances_tests.rs"]
mod tests;
