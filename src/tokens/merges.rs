//! How a text became tokens: its words' bytes, and the merges of neighbours in the order in which
//! the tokenizer's list has them (byte-pair encoding; Sennrich, Haddow & Birch 2016, arXiv:1508.07909).

use serde::{Deserialize, Serialize};

/// A text's way to its tokens, word by word (what the pre-tokenizer keeps apart).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spelling {
    pub words: Vec<SpelledWord>,
    /// The tokenizer has no merges to show (WordPiece, whole words): words hold their tokens alone.
    pub without_merges: bool,
}

/// One word: it starts as single bytes, and each merge joins two neighbours.
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
