//! What a person asks of the chances of the next token.

/// How many tokens can be listed.
pub const COUNTS: [usize; 4] = [10, 20, 50, 100];

/// See the module's header. An address carries it, all but the word and the count.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// How many tokens are listed.
    pub count: usize,
    pub temperature: f32,
    /// So many of the likeliest tokens stay in the draw; all of them where nothing is said.
    pub top_k: Option<usize>,
    /// The likeliest tokens that together have this chance stay in the draw, 0…1 (nucleus sampling, Holtzman et
    /// al. 2020).
    pub top_p: Option<f32>,
    /// The word looked for; empty while none is.
    pub word: String,
}

impl Default for Ask {
    fn default() -> Self {
        Self { count: COUNTS[0], temperature: 1.0, top_k: None, top_p: None, word: String::new() }
    }
}
