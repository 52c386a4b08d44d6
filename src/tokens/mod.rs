//! Text ⇄ tokens.
//!
//! In: a tokenizer's files and a text, exactly as typed. Out: a [`Text`] whose tokens say which
//! bytes of it they are, and the [`Vocabulary`], the bytes of every token there is. Refused, with
//! what was found and the remedy: files that would give wrong or different tokens ([`TokenizerError`]).
//!
//! ```text
//! file.rs (tokenizer.json | vocab.json + merges.txt, checked) ─▶ tokenizer.rs ─▶ Text ─▶ chips.rs
//! word_piece.rs (vocab.txt)                                           ├─▶ vocabulary.rs
//!    alphabet.rs (its letters' bytes)                                  │
//!                                                                      └─▶ merges.rs: how they came about
//! ```

mod alphabet;
mod chips;
mod file;
mod merges;
mod tokenizer;
mod vocabulary;
mod word_piece;

pub use chips::{Chip, Piece, chips, pieces};
pub use file::TokenizerError;
pub use merges::{Merge, SpelledWord, Spelling};
pub use tokenizer::Tokenizer;
pub use vocabulary::Vocabulary;

use serde::{Deserialize, Serialize};

/// One token of a text: its id and where its bytes lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    pub id: u32,
    /// First byte in the text.
    pub start: usize,
    /// One past the last byte. A token may end inside a character.
    pub end: usize,
}

/// A text as the model reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The part that is read, exactly as typed.
    pub read: String,
    /// In the order of the text; ranges lie in `read` and never overlap. Byte-level tokenizers
    /// (GPT-2's) leave no byte out; what another kind throws away lies between two ranges.
    pub tokens: Vec<Token>,
    /// Bytes of what was typed that no longer fit and are not read.
    pub unread_bytes: usize,
    /// How many tokens the whole of what was typed would take (≥ `tokens.len()`). At least so
    /// many where the text is far over the cap: then its end is not even looked at.
    pub wanted: usize,
}

impl Text {
    /// Tokens without a text: for runs that are given ids and no tokenizer.
    pub fn from_ids(ids: &[u32]) -> Self {
        let token = |&id| Token { id, start: 0, end: 0 };
        Self { tokens: ids.iter().map(token).collect(), wanted: ids.len(), ..Self::default() }
    }

    /// The ids alone, as an engine reads them.
    pub fn ids(&self) -> Vec<u32> {
        self.tokens.iter().map(|t| t.id).collect()
    }

    /// The bytes of the token at `position`; empty where there is none.
    pub fn bytes_of(&self, position: usize) -> &[u8] {
        let range = self.tokens.get(position).map(|t| t.start..t.end);
        range.and_then(|r| self.read.as_bytes().get(r)).unwrap_or_default()
    }
}
