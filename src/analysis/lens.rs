//! What the model would say were it to stop on each floor (logit lens; nostalgebraist 2020,
//! "interpreting GPT: the logit lens").
//!
//! In: a trace with `EmbedLens`, `Lens` and `Logits` rows of a position. Out: each floor's likeliest
//! token and its chance; nothing for a floor that the trace has no row of. Or in: one row of logits at a
//! time; out: a cell of the grid of all floors and positions.

use super::probability::{Chance, Whole, likeliest, likeliest_id};
use crate::model::{LensPoint, Site, SiteName};
use crate::trace::Trace;
use serde::{Deserialize, Deserializer, Serialize};
use std::ops::Range;

/// The likeliest next token, floor by floor.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Guesses {
    /// Were it to stop before its first block.
    pub embedding: Option<Chance>,
    /// Were it to stop after block l, by layer; L of them.
    pub blocks: Vec<Option<Chance>>,
    /// What it does say.
    pub unembedding: Option<Chance>,
}

/// What every floor would say at every position: the logit lens of a whole text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LensGrid {
    /// T.
    pub tokens: usize,
    /// L + 1 rows of `tokens` cells: before the first block, after each block (the last is the model's own answer).
    pub cells: Vec<LensCell>,
}

/// One floor at one position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LensCell {
    /// The likeliest next token.
    pub first: u32,
    /// Its chance, 0…1.
    #[serde(deserialize_with = "number")]
    pub chance: f32,
    /// The token that does come next: its chance, and its rank from 1. Nothing at the last position.
    pub came: Option<Standing>,
    /// The word that was asked for.
    pub word: Option<Standing>,
}

/// Where a token stands among all of the vocabulary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    #[serde(deserialize_with = "number")]
    pub chance: f32,
    /// From 1, the lower id first where logits are equal; 0 where the chance is no number.
    pub rank: u32,
}

/// JSON has no NaN: what is no number travels as null.
pub(super) fn number<'de, D: Deserializer<'de>>(from: D) -> Result<f32, D::Error> {
    Ok(Option::<f32>::deserialize(from)?.unwrap_or(f32::NAN))
}

impl LensGrid {
    /// How many floors.
    pub fn floors(&self) -> usize {
        self.cells.len().checked_div(self.tokens).unwrap_or(0)
    }

    /// The cell of a floor (0: before the first block) at a position.
    pub fn cell(&self, floor: usize, position: usize) -> Option<&LensCell> {
        self.cells.get(floor * self.tokens + position).filter(|_| position < self.tokens)
    }
}

impl LensCell {
    /// What one floor says at one position, by its V logits. A token outside the vocabulary has no standing.
    pub fn new(logits: &[f32], came: Option<u32>, word: Option<u32>) -> Self {
        let whole = Whole::of(logits);
        let standing = |id: u32| {
            let &own = logits.get(id as usize)?;
            let chance = whole.chance(own);
            let before = |(other, &logit): (usize, &f32)| logit > own || (logit == own && other < id as usize);
            let rank = 1 + logits.iter().enumerate().filter(|item| before(*item)).count() as u32;
            Some(Standing { chance, rank: if chance.is_nan() { 0 } else { rank } })
        };
        let first = likeliest_id(logits).unwrap_or(0);
        let chance = logits.get(first).map_or(f32::NAN, |&logit| whole.chance(logit));
        Self { first: first as u32, chance, came: came.and_then(standing), word: word.and_then(standing) }
    }
}

/// The cells `range` of a grid over `tokens` positions, floor by floor, as points of the river.
pub fn points(mut range: Range<usize>, tokens: usize) -> Vec<LensPoint> {
    let mut points = Vec::new();
    while range.start < range.end && tokens > 0 {
        let (floor, position) = (range.start / tokens, range.start % tokens);
        let rows = position..tokens.min(position + range.len());
        range.start += rows.len();
        let river = match floor {
            0 => SiteName::new(Site::Embed, 0),
            after => SiteName::new(Site::Out, after - 1),
        };
        points.push(LensPoint { river, rows });
    }
    points
}

/// The guesses at a position.
pub fn guesses(trace: &Trace, position: usize) -> Guesses {
    let guess = |site, layer| trace.row(site, layer, position).and_then(likeliest);
    Guesses {
        embedding: guess(Site::EmbedLens, 0),
        blocks: (0..trace.config.layers).map(|layer| guess(Site::Lens, layer)).collect(),
        unembedding: guess(Site::Logits, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::noise;
    use super::*;
    use crate::analysis::probability::Distribution;
    use crate::model::GptConfig;
    use crate::tokens::Text;
    use crate::trace::{Layout, Tap};

    #[test]
    fn each_floor_says_its_own() {
        let json = r#"{"n_layer":2,"n_head":1,"n_embd":4,"vocab_size":3,"n_positions":8}"#;
        let config = GptConfig::from_json(json).unwrap();
        let taps = [Tap::last(Site::EmbedLens, 0), Tap::last(Site::Lens, 1), Tap::last(Site::Logits, 0)];
        let layout = Layout::new(&taps, &config, 2);
        let values = vec![0.0, 1.0, 5.0, /* block 1 */ 3.0, 1.0, 0.0, /* logits */ 0.0, 2.0, 1.0];
        let trace = Trace { text: Text::from_ids(&[0, 1]), config, layout, knob: None, values };
        let guesses = guesses(&trace, 1);
        assert_eq!(guesses.embedding, Distribution::new(&trace.values[..3], 1.0).top(1).first().copied());
        assert_eq!(guesses.blocks.iter().map(|g| g.map(|c| c.id)).collect::<Vec<_>>(), [None, Some(0)]);
        assert_eq!(guesses.unembedding.map(|c| c.id), Some(1));
        assert_eq!(super::guesses(&trace, 0).unembedding, None);
    }

    #[test]
    fn a_cell_is_the_softmax_of_its_row() {
        let logits: Vec<f32> = noise(5).take(301).map(|x| (x * 9.0).round() / 2.0).collect();
        let all = Distribution::new(&logits, 1.0);
        for id in 0..301 {
            let cell = LensCell::new(&logits, Some(id), Some(300 - id));
            assert_eq!(Some((cell.first, cell.chance)), all.top(1).first().map(|c| (c.id, c.probability)));
            for (standing, id) in [(cell.came.unwrap(), id), (cell.word.unwrap(), 300 - id)] {
                assert_eq!(Some(standing.chance), all.chance_of(id));
                assert_eq!(Some(standing.rank as usize), all.rank_of(id));
            }
        }
        assert_eq!(LensCell::new(&logits, None, Some(301)).word, None);
    }

    #[test]
    fn what_is_no_number_stays_visible_even_through_json() {
        let cell = LensCell::new(&[1.0, f32::NAN, 2.0], Some(1), Some(2));
        assert!(cell.chance.is_nan() && cell.came.unwrap().chance.is_nan() && cell.word.unwrap().chance.is_nan());
        assert_eq!((cell.came.unwrap().rank, cell.word.unwrap().rank), (0, 0));
        let back: LensCell = serde_json::from_str(&serde_json::to_string(&cell).unwrap()).unwrap();
        assert!(back.chance.is_nan() && back.came.unwrap().chance.is_nan());
        assert!(LensCell::new(&[], None, None).chance.is_nan());
    }

    #[test]
    fn cells_of_a_grid_are_points_of_the_river() {
        let all: Vec<_> = points(0..12, 4);
        let rows = |points: &[LensPoint]| points.iter().map(|p| p.rows.clone()).collect::<Vec<_>>();
        assert_eq!(rows(&all), [0..4, 0..4, 0..4]);
        assert_eq!(all[0].river, SiteName::new(Site::Embed, 0));
        assert_eq!(all[2].river, SiteName::new(Site::Out, 1));
        let some = points(2..9, 4);
        assert_eq!(rows(&some), [2..4, 0..4, 0..1]);
        assert_eq!(some[2].river, SiteName::new(Site::Out, 1));
        assert_eq!(points(5..6, 4), [LensPoint { river: SiteName::new(Site::Out, 0), rows: 1..2 }]);
        assert_eq!((points(3..3, 4), points(0..1, 0)), (vec![], vec![]));
    }
}
