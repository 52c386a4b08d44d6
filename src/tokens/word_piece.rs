//! BERT's classic file, `vocab.txt`: one piece a line, its id the number of the line. Chinese GPT-2s
//! (`uer/gpt2-chinese-…`, 21,128 pieces) often come with nothing else.

use super::alphabet::Alphabet;
use super::file::{Checked, TokenizerError, capped, finish, json, library, wrong};
use crate::model::config::LARGEST_VOCAB;
use serde_json::Value;
use tokenizers::AddedToken;
use tokenizers::models::bpe::Vocab;
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;

const VOCAB: &str = "vocab.txt";
const CONFIG: &str = "tokenizer_config.json";

/// What stands for whatever no piece spells.
const UNKNOWN: &str = "[UNK]";
/// Marks the inside of words.
const PREFIX: &str = "##";
/// Tokens by which a model reads a text, not its words.
const SPECIAL: [&str; 5] = ["[PAD]", UNKNOWN, "[CLS]", "[SEP]", "[MASK]"];

/// Reads the pieces; `tokenizer_config.json`, where there is one, says how a text is prepared. As in
/// Hugging Face's `BertTokenizer` it is made lower case unless the settings say otherwise.
pub(super) fn from_vocab_txt(vocab: &[u8], config: Option<&[u8]>) -> Result<Checked, TokenizerError> {
    let settings = config.map_or(Ok(Value::Null), |bytes| json(CONFIG, bytes))?;
    let pieces = read_pieces(vocab)?;
    let special: Vec<_> = SPECIAL.into_iter().filter(|name| pieces.contains_key(*name)).collect();
    let model = WordPiece::builder().vocab(pieces).unk_token(UNKNOWN.into()).continuing_subword_prefix(PREFIX.into());
    let mut inner = tokenizers::Tokenizer::new(model.build().map_err(library)?);
    let setting = |name: &str| settings[name].as_bool();
    let normalizer = BertNormalizer::new(
        true,
        setting("tokenize_chinese_chars").unwrap_or(true),
        setting("strip_accents"),
        setting("do_lower_case").unwrap_or(true),
    );
    inner.with_normalizer(Some(normalizer)).map_err(library)?;
    inner.with_pre_tokenizer(Some(BertPreTokenizer));
    inner.add_tokens(special.into_iter().map(|name| AddedToken::from(name, true))).map_err(library)?;
    finish(inner, &Alphabet { prefix: PREFIX.into(), ..Alphabet::default() }, None)
}

fn read_pieces(bytes: &[u8]) -> Result<Vocab, TokenizerError> {
    let text = std::str::from_utf8(capped(VOCAB, bytes)?)
        .map_err(|e| TokenizerError::Utf8 { file: VOCAB.into(), reason: e.to_string() })?;
    let mut pieces = Vocab::new();
    for (id, piece) in text.lines().enumerate() {
        if id >= LARGEST_VOCAB {
            let expected = format!("{LARGEST_VOCAB} pieces are the most that Glassbox reads");
            return Err(wrong(VOCAB, "the vocabulary", "longer than that of any GPT-2", expected));
        }
        // A piece on two lines has the later id, as in Hugging Face; an empty line is an id without a piece.
        if !piece.is_empty() {
            pieces.insert(piece.to_owned(), id as u32);
        }
    }
    if !pieces.contains_key(UNKNOWN) {
        return Err(wrong(
            VOCAB,
            "the vocabulary",
            format!("without {UNKNOWN}"),
            "check that it is BERT's, one piece a line",
        ));
    }
    Ok(pieces)
}
