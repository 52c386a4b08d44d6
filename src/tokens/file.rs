//! Tokenizer files, checked and built.
//!
//! In: `tokenizer.json` (Hugging Face), or GPT-2's own pair `vocab.json` + `merges.txt`. Out: the
//! library's tokenizer and how its tokens spell bytes. Refused: files over [`LARGEST_FILE_BYTES`],
//! JSON that is broken or nested over 127 deep, vocabularies that are empty or give one id twice,
//! merges of tokens that are not there (the library would panic), dropout (it would give other
//! tokens on every keystroke).

use super::Vocabulary;
use super::alphabet::Alphabet;
use super::merges::MergeList;
use crate::model::config::LARGEST_VOCAB;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use thiserror::Error;
use tokenizers::models::bpe::{BPE, Merges, Vocab};
use tokenizers::models::{ModelWrapper, unigram::Unigram, wordlevel::WordLevel, wordpiece::WordPiece};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::{AddedToken, NormalizerWrapper, PreTokenizerWrapper};

/// GPT-2's is 3.6 MB, the largest multilingual ones are about 35 MB.
pub const LARGEST_FILE_BYTES: usize = 64 << 20;

/// GPT-2's only special token: it stands between documents.
const END_OF_TEXT: &str = "<|endoftext|>";

/// Why a tokenizer is refused. The messages say what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum TokenizerError {
    #[error("{file} has {found} bytes, and {most} are the most that Glassbox reads; check that it is a tokenizer")]
    TooBig { file: String, found: usize, most: usize },
    #[error("{file} is no valid JSON ({reason}); export the tokenizer again, or check that the download is complete")]
    Json { file: String, reason: String },
    #[error("{file} is no valid text ({reason}); check that the download is complete")]
    Utf8 { file: String, reason: String },
    #[error("{file}: {part} is {found}; {expected}")]
    Part { file: String, part: String, found: String, expected: String },
    #[error(
        "{file}: merge {number} joins '{left}' and '{right}', but '{absent}' is no token; use the vocabulary that the merges were trained with"
    )]
    Merge { file: String, number: usize, left: String, right: String, absent: String },
    #[error(
        "{file}: the tokens '{first}' and '{second}' both have id {id}; every token needs its own: export the tokenizer again"
    )]
    Twice { file: String, id: u64, first: String, second: String },
    #[error(
        "the tokenizer cannot be used ({reason}); export it again with a current version of Hugging Face tokenizers"
    )]
    Library { reason: String },
}

/// A tokenizer that has passed the checks.
pub(super) struct Checked {
    pub inner: tokenizers::Tokenizer,
    pub vocabulary: Vocabulary,
    /// `None` where the tokens do not come about by merging neighbours.
    pub merges: Option<MergeList>,
}

const JSON: &str = "tokenizer.json";
const VOCAB: &str = "vocab.json";
const MERGES: &str = "merges.txt";

/// Reads a Hugging Face `tokenizer.json`. Its post-processor, padding and truncation are left
/// aside: a text is taken as typed, nothing is put around it.
pub(super) fn from_json(bytes: &[u8]) -> Result<Checked, TokenizerError> {
    let mut file = json(JSON, bytes)?;
    let mut take = |key: &str| file.get_mut(key).map(Value::take).unwrap_or_default();
    let (model, normalizer, pre_tokenizer) = (take("model"), take("normalizer"), take("pre_tokenizer"));
    let (decoder, added) = (take("decoder"), take("added_tokens"));
    let alphabet = Alphabet {
        byte_level: mentions(&pre_tokenizer, "ByteLevel") || mentions(&normalizer, "ByteLevel"),
        underlined: [&pre_tokenizer, &normalizer, &decoder].into_iter().any(|part| mentions(part, "▁")),
        byte_fallback: model["byte_fallback"] == true,
        prefix: model["continuing_subword_prefix"].as_str().unwrap_or_default().into(),
    };
    let added = if let Value::Array(added) = added { added } else { Vec::new() };
    let (model, merges) = read_model(model, !added.is_empty())?;
    let mut inner = tokenizers::Tokenizer::new(model);
    inner.with_normalizer(part::<Option<NormalizerWrapper>>("normalizer", normalizer)?).map_err(library)?;
    inner.with_pre_tokenizer(part::<Option<PreTokenizerWrapper>>("pre_tokenizer", pre_tokenizer)?);
    let added: Vec<AddedToken> =
        added.into_iter().map(|token| part("added_tokens", token)).collect::<Result<_, _>>()?;
    inner.add_tokens(added).map_err(library)?;
    finish(inner, &alphabet, merges)
}

/// Reads GPT-2's classic pair: byte-level, no space put before the text, `<|endoftext|>` special
/// where the vocabulary has it.
pub(super) fn from_vocab_merges(vocab: &[u8], merges: &[u8]) -> Result<Checked, TokenizerError> {
    let vocab = read_vocab(VOCAB, json(VOCAB, vocab)?, false)?;
    let merges = read_merges(merges)?;
    let end_of_text = vocab.contains_key(END_OF_TEXT);
    let merges = check_merges(MERGES, &vocab, merges, "")?;
    let list = MergeList::new(&vocab, &merges);
    let bpe = BPE::builder().vocab_and_merges(vocab, merges);
    let mut inner = tokenizers::Tokenizer::new(bpe.build().map_err(library)?);
    inner.with_pre_tokenizer(Some(ByteLevel::new(false, false, true)));
    if end_of_text {
        inner.add_tokens([AddedToken::from(END_OF_TEXT, true)]).map_err(library)?;
    }
    finish(inner, &Alphabet { byte_level: true, ..Alphabet::default() }, Some(list))
}

pub(super) fn finish(
    inner: tokenizers::Tokenizer,
    alphabet: &Alphabet,
    merges: Option<MergeList>,
) -> Result<Checked, TokenizerError> {
    let vocabulary = alphabet.vocabulary(&inner);
    // Faults that the library reports only when it meets the text: letters it has no token for.
    inner.encode_fast("a Z\u{4f60}\u{10fffd}\0", false).map_err(library)?;
    Ok(Checked { inner, vocabulary, merges })
}

pub(super) fn capped<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a [u8], TokenizerError> {
    if bytes.len() > LARGEST_FILE_BYTES {
        return Err(TokenizerError::TooBig { file: file.into(), found: bytes.len(), most: LARGEST_FILE_BYTES });
    }
    Ok(bytes)
}

/// serde_json refuses more than 127 levels by itself.
pub(super) fn json(file: &str, bytes: &[u8]) -> Result<Value, TokenizerError> {
    let value: Value = serde_json::from_slice(capped(file, bytes)?)
        .map_err(|e| TokenizerError::Json { file: file.into(), reason: e.to_string() })?;
    if !value.is_object() {
        return Err(wrong(file, "the file", kind(&value), "a JSON object belongs here"));
    }
    Ok(value)
}

fn read_model(mut model: Value, has_added: bool) -> Result<(ModelWrapper, Option<MergeList>), TokenizerError> {
    let kind = match model.as_object_mut().and_then(|m| m.remove("type")) {
        Some(Value::String(kind)) => kind,
        // Files of 2020 do not name it.
        _ if model["merges"].is_array() => "BPE".into(),
        _ => return Err(wrong(JSON, "model.type", "absent", "export the tokenizer again")),
    };
    let without_merges = match kind.as_str() {
        "BPE" => return read_bpe(model).map(|(bpe, merges)| (ModelWrapper::BPE(bpe), merges)),
        "WordPiece" | "WordLevel" => {
            read_vocab(JSON, model["vocab"].clone(), has_added)?;
            if kind == "WordPiece" {
                part::<WordPiece>("model", model).map(ModelWrapper::WordPiece)
            } else {
                part::<WordLevel>("model", model).map(ModelWrapper::WordLevel)
            }
        }
        "Unigram" => part::<Unigram>("model", model).map(ModelWrapper::Unigram),
        other => {
            Err(wrong(JSON, "model.type", format!("'{other}'"), "it must be BPE, WordPiece, WordLevel or Unigram"))
        }
    };
    Ok((without_merges?, None))
}

fn read_bpe(mut model: Value) -> Result<(BPE, Option<MergeList>), TokenizerError> {
    let vocab = read_vocab(JSON, model["vocab"].take(), false)?;
    let Value::Array(pairs) = model["merges"].take() else {
        return Err(wrong(JSON, "model.merges", "no list", "a BPE needs its merges"));
    };
    let mut merges = Merges::with_capacity(pairs.len());
    for (at, pair) in pairs.into_iter().enumerate() {
        merges.push(match pair {
            Value::String(line) => split_merge(JSON, at + 1, &line)?,
            pair => part("model.merges", pair)?,
        });
    }
    let word = |key: &str| model[key].as_str().map(String::from);
    let (unknown, prefix, suffix) = (word("unk_token"), word("continuing_subword_prefix"), word("end_of_word_suffix"));
    if model["dropout"].as_f64().is_some_and(|p| p != 0.0) {
        return Err(wrong(
            JSON,
            "model.dropout",
            &model["dropout"],
            "set it to null: one text must always give the same tokens",
        ));
    }
    if let Some(unknown) = unknown.as_ref().filter(|u| !vocab.contains_key(*u)) {
        return Err(wrong(JSON, "model.unk_token", format!("'{unknown}'"), "it must be in the vocabulary"));
    }
    // Files write "" where there is none.
    let (prefix, suffix) = (prefix.filter(|p| !p.is_empty()), suffix.filter(|s| !s.is_empty()));
    let merges = check_merges(JSON, &vocab, merges, prefix.as_deref().unwrap_or_default())?;
    // Where letters are other tokens inside of a word than at its ends, single bytes are not what it starts from.
    let list = (prefix.is_none() && suffix.is_none()).then(|| MergeList::new(&vocab, &merges));
    let mut builder = BPE::builder()
        .vocab_and_merges(vocab, merges)
        .fuse_unk(model["fuse_unk"] == true)
        .byte_fallback(model["byte_fallback"] == true)
        .ignore_merges(model["ignore_merges"] == true);
    if let Some(unknown) = unknown {
        builder = builder.unk_token(unknown);
    }
    if let Some(prefix) = prefix {
        builder = builder.continuing_subword_prefix(prefix);
    }
    if let Some(suffix) = suffix {
        builder = builder.end_of_word_suffix(suffix);
    }
    Ok((builder.build().map_err(library)?, list))
}

/// `{"token": id, …}`, every id once.
fn read_vocab(file: &str, value: Value, may_be_empty: bool) -> Result<Vocab, TokenizerError> {
    let Value::Object(entries) = value else {
        return Err(wrong(file, "the vocabulary", kind(&value), "an object of tokens and ids belongs here"));
    };
    if entries.is_empty() && !may_be_empty {
        return Err(wrong(file, "the vocabulary", "empty", "export the tokenizer again"));
    }
    let mut owners: HashMap<u64, String> = HashMap::with_capacity(entries.len());
    let mut vocab = Vocab::with_capacity(entries.len());
    for (token, id) in entries {
        let Some(number) = id.as_u64().filter(|id| *id < LARGEST_VOCAB as u64) else {
            let expected = format!("ids are whole numbers under {LARGEST_VOCAB}");
            return Err(wrong(file, format!("the id of token '{token}'"), id, expected));
        };
        if let Some(first) = owners.insert(number, token.clone()) {
            return Err(TokenizerError::Twice { file: file.into(), id: number, first, second: token });
        }
        vocab.insert(token, number as u32);
    }
    Ok(vocab)
}

/// `merges.txt`: one merge a line, two tokens with a space between; the first line may be a version.
fn read_merges(bytes: &[u8]) -> Result<Merges, TokenizerError> {
    let text = std::str::from_utf8(capped(MERGES, bytes)?)
        .map_err(|e| TokenizerError::Utf8 { file: MERGES.into(), reason: e.to_string() })?;
    let lines = text.lines().enumerate().filter(|(_, l)| !l.is_empty() && !l.starts_with("#version"));
    lines.map(|(at, line)| split_merge(MERGES, at + 1, line)).collect()
}

fn split_merge(file: &str, number: usize, line: &str) -> Result<(String, String), TokenizerError> {
    match line.split_once(' ') {
        Some((left, right)) if !left.is_empty() && !right.is_empty() && !right.contains(' ') => {
            Ok((left.into(), right.into()))
        }
        _ => Err(wrong(
            file,
            format!("merge {number}"),
            format!("'{line}'"),
            "two tokens with one space between belong here",
        )),
    }
}

/// Both halves and the whole of every merge must be tokens, the right one spelled with the prefix
/// that marks the inside of words: the library slices by it.
fn check_merges(file: &str, vocab: &Vocab, merges: Merges, prefix: &str) -> Result<Merges, TokenizerError> {
    for (at, (left, right)) in merges.iter().enumerate() {
        let absent = match right.strip_prefix(prefix) {
            _ if !vocab.contains_key(left) => Some(left.clone()),
            _ if !vocab.contains_key(right) => Some(right.clone()),
            Some(rest) => Some(format!("{left}{rest}")).filter(|whole| !vocab.contains_key(whole)),
            None => Some(format!("{prefix}{right}")),
        };
        if let Some(absent) = absent {
            let (left, right) = (left.clone(), right.clone());
            return Err(TokenizerError::Merge { file: file.into(), number: at + 1, left, right, absent });
        }
    }
    Ok(merges)
}

/// Is there a string in this part of the file that contains `word`?
fn mentions(value: &Value, word: &str) -> bool {
    match value {
        Value::String(text) => text.contains(word),
        Value::Array(items) => items.iter().any(|item| mentions(item, word)),
        Value::Object(entries) => entries.values().any(|item| mentions(item, word)),
        _ => false,
    }
}

fn part<T: DeserializeOwned>(name: &str, value: Value) -> Result<T, TokenizerError> {
    serde_json::from_value(value).map_err(|e| wrong(JSON, name, "unknown to Glassbox", e))
}

pub(super) fn wrong(
    file: &str,
    part: impl Into<String>,
    found: impl ToString,
    expected: impl ToString,
) -> TokenizerError {
    let (found, expected) = (found.to_string(), expected.to_string());
    TokenizerError::Part { file: file.into(), part: part.into(), found, expected }
}

pub(super) fn library(error: impl ToString) -> TokenizerError {
    TokenizerError::Library { reason: error.to_string() }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "absent",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
