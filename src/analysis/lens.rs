//! What the model would say were it to stop on each floor (logit lens; nostalgebraist 2020,
//! "interpreting GPT: the logit lens").
//!
//! In: a trace with `EmbedLens`, `Lens` and `Logits` rows of a position. Out: each floor's likeliest
//! token and its chance; nothing for a floor that the trace has no row of.

use super::probability::{Chance, likeliest};
use crate::model::Site;
use crate::trace::Trace;
use serde::{Deserialize, Serialize};

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
    pub chance: f32,
    /// The token that does come next: its chance, and its rank from 1. Nothing at the last position.
    pub came: Option<Standing>,
    /// The word that was asked for.
    pub word: Option<Standing>,
}

/// Where a token stands among all of the vocabulary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    pub chance: f32,
    /// From 1.
    pub rank: u32,
}

impl LensGrid {
    /// How many floors.
    pub fn floors(&self) -> usize {
        if self.tokens == 0 { 0 } else { self.cells.len() / self.tokens }
    }

    /// The cell of a floor (0: before the first block) at a position.
    pub fn cell(&self, floor: usize, position: usize) -> Option<&LensCell> {
        self.cells.get(floor * self.tokens + position).filter(|_| position < self.tokens)
    }
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
}
