//! How a text became tokens: its words' bytes, and the merges of neighbours in the order in which
//! the tokenizer's list has them (byte-pair encoding; Sennrich, Haddow & Birch 2016, arXiv:1508.07909).

use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};
use tokenizers::models::bpe::{Merges, Vocab};

/// A text's way to its tokens, word by word (what the pre-tokenizer keeps apart).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spelling {
    pub words: Vec<SpelledWord>,
    /// The tokenizer has no merges to show (WordPiece, whole words): words hold their tokens alone.
    pub without_merges: bool,
    /// How many merges the tokenizer's list has.
    pub list: usize,
}

/// One word: it starts as single bytes, and each merge joins two neighbours. What the tokenizer takes
/// whole (a special token, a word that it looks up first) starts as its tokens, with no merges.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpelledWord {
    /// Its first byte in the text.
    pub start: usize,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// In the order in which they happen.
    pub merges: Vec<Merge>,
    /// The ends of its tokens, as offsets within `bytes`, after all merges.
    pub ends: Vec<usize>,
}

/// Two neighbours become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// Where the left one begins, where the right one begins, and where it ends, within the word.
    pub start: usize,
    pub middle: usize,
    pub end: usize,
    /// The merge's place in the tokenizer's list, from 0: lower ones come first.
    pub rank: u32,
}

impl SpelledWord {
    /// Where the pieces end that the word starts as: within `bytes`, one after the other.
    pub fn leaves(&self) -> Vec<usize> {
        // Whatever lies between two pieces goes with a merge, or stays between two tokens.
        let inside = self.merges.iter().map(|merge| merge.middle);
        inside.chain(self.ends.iter().copied()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Where the pieces end after the first `done` merges.
    pub fn ends_after(&self, done: usize) -> Vec<usize> {
        let mut ends: BTreeSet<usize> = self.leaves().into_iter().collect();
        for merge in self.merges.iter().take(done) {
            ends.remove(&merge.middle);
        }
        ends.into_iter().collect()
    }
}

/// The tokenizer's list: which two tokens become which, and how early.
#[derive(Clone, Debug, Default)]
pub(super) struct MergeList {
    /// (left, right) → (rank, whole).
    places: HashMap<(u32, u32), (u32, u32)>,
    /// How many the file has.
    pub len: usize,
}

/// A piece of a word while it is merged: a token, its bytes, and the pieces beside it.
#[derive(Clone, Copy)]
struct Part {
    id: u32,
    start: usize,
    end: usize,
    before: Option<usize>,
    after: Option<usize>,
}

impl MergeList {
    /// Of merges that are known to be of tokens. Of two that are the same the later one counts, as in
    /// the library.
    pub fn new(vocab: &Vocab, merges: &Merges) -> Self {
        let ids = |(rank, (left, right)): (usize, &(String, String))| {
            let whole = vocab.get(&format!("{left}{right}"))?;
            Some(((*vocab.get(left)?, *vocab.get(right)?), (rank as u32, *whole)))
        };
        Self { places: merges.iter().enumerate().filter_map(ids).collect(), len: merges.len() }
    }

    /// Merges neighbours, the lowest rank first, the leftmost first among equals, until none is in the
    /// list. In: the single pieces' ids and how many bytes each has. Out: what was done, and the ids and
    /// ends that are left.
    pub fn merge(&self, leaves: &[(u32, usize)]) -> (Vec<Merge>, Vec<(u32, usize)>) {
        let mut end = 0;
        let mut parts: Vec<Part> = Vec::with_capacity(leaves.len());
        for (at, &(id, bytes)) in leaves.iter().enumerate() {
            let start = end;
            end += bytes;
            parts.push(Part { id, start, end, before: at.checked_sub(1), after: Some(at + 1) });
        }
        if let Some(last) = parts.last_mut() {
            last.after = None;
        }
        let place = |parts: &[Part], left: usize| {
            let right = parts[left].after?;
            self.places.get(&(parts[left].id, parts[right].id)).map(|&(rank, whole)| (rank, right, whole))
        };
        let mut waiting: BinaryHeap<Reverse<(u32, usize)>> =
            (0..parts.len()).filter_map(|left| Some(Reverse((place(&parts, left)?.0, left)))).collect();
        let mut merges = Vec::new();
        while let Some(Reverse((rank, left))) = waiting.pop() {
            // Its neighbours may have become others since; a part that is gone has none.
            let Some((now, right, whole)) = place(&parts, left) else { continue };
            if now != rank {
                continue;
            }
            let Part { start: middle, end, after, .. } = parts[right];
            merges.push(Merge { start: parts[left].start, middle, end, rank });
            parts[right].after = None;
            parts[left] = Part { id: whole, end, after, ..parts[left] };
            if let Some(after) = after {
                parts[after].before = Some(left);
            }
            let touched = [parts[left].before, Some(left)].into_iter().flatten();
            waiting.extend(touched.filter_map(|left| Some(Reverse((place(&parts, left)?.0, left)))));
        }
        let mut left = Vec::new();
        let mut at = (!parts.is_empty()).then_some(0);
        while let Some(part) = at.map(|at| parts[at]) {
            left.push((part.id, part.end));
            at = part.after;
        }
        (merges, left)
    }
}
