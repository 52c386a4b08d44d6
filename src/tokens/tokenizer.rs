//! Text in, tokens with exact byte ranges out.

use super::merges::{MergeList, SpelledWord, Spelling};
use super::{Text, Token, TokenizerError, Vocabulary, file, word_piece};
use std::fmt;
use tokenizers::models::ModelWrapper;
use tokenizers::{Model, OffsetReferential, OffsetType, PreTokenizer};

/// Tokens looked at beyond the cap before its last one is trusted: cutting a text can change how
/// the tokens right before the cut come out.
const MARGIN: usize = 64;
/// Most bytes a token that the budget counts on. GPT-2's longest has 128.
const LONGEST_COUNTED: usize = 256;
/// How far ahead a token's bytes are searched where something before them was thrown away.
const SEARCH_BYTES: usize = 256;
/// Longest word that is looked up.
const PROBE_BYTES: usize = 256;

/// A model's tokenizer.
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    vocabulary: Vocabulary,
    /// Bytes of the longest token, [`LONGEST_COUNTED`] at most.
    longest: usize,
    merges: Option<MergeList>,
}

impl fmt::Debug for Tokenizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tokenizer({} tokens)", self.vocabulary.len())
    }
}

impl Tokenizer {
    /// From a Hugging Face `tokenizer.json`.
    pub fn from_json(bytes: &[u8]) -> Result<Self, TokenizerError> {
        file::from_json(bytes).map(Self::new)
    }

    /// From GPT-2's classic pair, `vocab.json` and `merges.txt` (byte-level).
    pub fn from_vocab_merges(vocab_json: &[u8], merges_txt: &[u8]) -> Result<Self, TokenizerError> {
        file::from_vocab_merges(vocab_json, merges_txt).map(Self::new)
    }

    /// From BERT's `vocab.txt` (WordPiece), with `tokenizer_config.json` where there is one.
    pub fn from_vocab_txt(vocab_txt: &[u8], tokenizer_config: Option<&[u8]>) -> Result<Self, TokenizerError> {
        word_piece::from_vocab_txt(vocab_txt, tokenizer_config).map(Self::new)
    }

    fn new(file::Checked { inner, vocabulary, merges }: file::Checked) -> Self {
        let ids = 0..vocabulary.len() as u32;
        let longest = ids.map(|id| vocabulary.bytes_of(id).len()).max().unwrap_or(0);
        Self { inner, longest: longest.clamp(1, LONGEST_COUNTED), vocabulary, merges }
    }

    /// The bytes of every token.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The tokens of `typed`, at most `cap` of them. The text is taken as typed: not trimmed, nothing put
    /// before or after it. Where someone types the text of a special token (`<|endoftext|>`), it
    /// becomes that token, as in Hugging Face's tokenizers.
    ///
    /// Work is bounded by the cap, not by the text: a text far over the cap is looked at only as
    /// far as `cap` tokens can reach, and [`Text::wanted`] counts those. Where the cap falls inside a
    /// character, the tokens that are part of it are left out, so that what is read is text.
    pub fn encode(&self, typed: &str, cap: usize) -> Text {
        let most = cap.saturating_mul(self.longest).saturating_add(4096);
        let mut budget = cap.saturating_mul(8).saturating_add(1024).min(most);
        loop {
            let part = &typed[..cut(typed, budget)];
            let tokens = self.ranges(part);
            if part.len() == typed.len() || tokens.len() >= cap.saturating_add(MARGIN) || budget >= most {
                return fit(typed, part, tokens, cap);
            }
            budget = budget.saturating_mul(4).min(most);
        }
    }

    /// How `text` becomes its tokens: the words that the library's own normaliser and pre-tokenizer make of
    /// it, and in each the merges that lead to exactly the library's tokens. Where they would not (a
    /// special token, letters that have no token, a tokenizer without merges), the word has none.
    pub fn spelling(&self, text: &str) -> Spelling {
        let mut words = self.inner.get_added_vocabulary().extract_and_normalize(self.inner.get_normalizer(), text);
        let cut = self.inner.get_pre_tokenizer().map_or(Ok(()), |cutter| cutter.pre_tokenize(&mut words));
        let (tokens, mut at, mut spelled) = (self.ranges(text), 0, Vec::new());
        // As in `ids`: a fault here leaves the text unread.
        for (word, _, special) in
            cut.map(|()| words.get_splits(OffsetReferential::Original, OffsetType::None)).iter().flatten()
        {
            let model = self.inner.get_model();
            let ids: Vec<u32> = match special {
                Some(special) => special.iter().map(|token| token.id).collect(),
                None => model.tokenize(word).unwrap_or_default().iter().map(|token| token.id).collect(),
            };
            let Some(tokens) = tokens.get(at..at + ids.len()).filter(|tokens| !tokens.is_empty()) else { continue };
            at += ids.len();
            let merged = if special.is_none() { self.merged(word, &ids, tokens[0].start) } else { None };
            spelled.push(merged.unwrap_or_else(|| whole(text, tokens)));
        }
        let list = self.merges.as_ref();
        Spelling { words: spelled, without_merges: list.is_none(), list: list.map_or(0, |list| list.len) }
    }

    /// A word of the pre-tokenizer's letters, merged from single ones into the tokens `ids`.
    fn merged(&self, word: &str, ids: &[u32], start: usize) -> Option<SpelledWord> {
        let ModelWrapper::BPE(model) = self.inner.get_model() else { return None };
        if model.ignore_merges && model.token_to_id(word).is_some() {
            return None;
        }
        let mut leaves = Vec::with_capacity(word.len());
        let mut letter = [0; 4];
        for c in word.chars() {
            let bytes = c.encode_utf8(&mut letter);
            if let Some(id) = model.token_to_id(bytes) {
                leaves.push((id, self.vocabulary.bytes_of(id).len()));
                continue;
            }
            for byte in bytes.bytes() {
                leaves.push((model.token_to_id(&format!("<{byte:#04X}>")).filter(|_| model.byte_fallback)?, 1));
            }
        }
        let (merges, left) = self.merges.as_ref()?.merge(&leaves);
        let same = left.iter().map(|(id, _)| id).eq(ids);
        let bytes = leaves.iter().flat_map(|&(id, _)| self.vocabulary.bytes_of(id)).copied().collect();
        same.then(|| SpelledWord { start, bytes, merges, ends: left.into_iter().map(|(_, end)| end).collect() })
    }

    /// The token that begins a word that someone typed: [`Vocabulary::beginning`].
    pub fn probe(&self, word: &str) -> Option<u32> {
        self.vocabulary.beginning(&word[..floor(word, PROBE_BYTES)]).map(|(id, _)| id)
    }

    fn ids(&self, text: &str) -> Vec<u32> {
        // Checked at loading with letters that no vocabulary has; a fault here leaves the text unread.
        self.inner.encode_fast(text, false).map(|e| e.get_ids().to_vec()).unwrap_or_default()
    }

    /// All tokens of `text` with their ranges.
    fn ranges(&self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut end = 0;
        for id in self.ids(text) {
            let bytes = self.vocabulary.bytes_of(id);
            if !text.as_bytes()[end..].starts_with(bytes) {
                return self.ranges_by_offsets(text);
            }
            tokens.push(Token { id, start: end, end: end + bytes.len() });
            end += bytes.len();
        }
        if end == text.len() { tokens } else { self.ranges_by_offsets(text) }
    }

    /// The same where the tokens' bytes are not simply the text's: a space put before the text, a
    /// normaliser, letters thrown away, unknown tokens. The library's own offsets are the last resort,
    /// for they are whole characters even where a token is part of one.
    fn ranges_by_offsets(&self, text: &str) -> Vec<Token> {
        let Ok(encoding) = self.inner.encode(text, false) else { return Vec::new() };
        let normalised = self.inner.get_normalizer().is_some();
        let mut end = 0;
        let place = |(&id, &offsets): (&u32, &(usize, usize))| {
            let bytes = self.vocabulary.bytes_of(id);
            let rest = &text.as_bytes()[end..];
            let range = if rest.starts_with(bytes) {
                end..end + bytes.len()
            } else if let Some(shorter) = bytes.strip_prefix(b" ").filter(|b| rest.starts_with(b)) {
                end..end + shorter.len()
            } else if let Some(skipped) = find(rest, bytes).filter(|_| !normalised) {
                end + skipped..end + skipped + bytes.len()
            } else {
                let start = offsets.0.clamp(end, text.len());
                start..offsets.1.clamp(start, text.len())
            };
            end = range.end;
            Token { id, start: range.start, end: range.end }
        };
        encoding.get_ids().iter().zip(encoding.get_offsets()).map(place).collect()
    }
}

/// Tokens that no merges lead to, by the bytes of the text that they are.
fn whole(text: &str, tokens: &[Token]) -> SpelledWord {
    let range = tokens[0].start..tokens[tokens.len() - 1].end;
    let ends = tokens.iter().map(|token| token.end - range.start).collect();
    SpelledWord { start: range.start, bytes: text.as_bytes()[range].to_vec(), merges: Vec::new(), ends }
}

/// Keeps the first `cap` tokens, and of the text what they cover.
fn fit(typed: &str, part: &str, mut tokens: Vec<Token>, cap: usize) -> Text {
    let wanted = tokens.len();
    if wanted <= cap && part.len() == typed.len() {
        return Text { read: typed.into(), tokens, unread_bytes: 0, wanted };
    }
    tokens.truncate(cap);
    while tokens.last().is_some_and(|t| !typed.is_char_boundary(t.end)) {
        tokens.pop();
    }
    let read = tokens.last().map_or(0, |t| t.end);
    Text { read: typed[..read].into(), tokens, unread_bytes: typed.len() - read, wanted }
}

/// Where to cut a text so that about `budget` bytes remain: before a space between words where
/// there is one, since no token reaches over it, else between two characters.
fn cut(text: &str, budget: usize) -> usize {
    if text.len() <= budget {
        return text.len();
    }
    let end = floor(text, budget);
    let bytes = text.as_bytes();
    let word_ends = |at: &usize| bytes[*at] == b' ' && !bytes[at - 1].is_ascii_whitespace() && bytes[at - 1].is_ascii();
    (end.saturating_sub(256).max(1)..end).rev().find(word_ends).unwrap_or(end)
}

/// The last boundary between characters at or before byte `most`.
fn floor(text: &str, most: usize) -> usize {
    (0..=most.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// Where `bytes` stand in the next part of a text.
fn find(text: &[u8], bytes: &[u8]) -> Option<usize> {
    let near = &text[..text.len().min(SEARCH_BYTES)];
    if bytes.is_empty() { None } else { near.windows(bytes.len()).position(|w| w == bytes) }
}
