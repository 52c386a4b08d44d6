//! How a text became tokens, told again by someone who reads the list of merges without the
//! library: each step must be the lowest in the list, the leftmost first, and the end exactly the
//! tokenizer's own tokens.

use glassbox::tokens::{SpelledWord, Spelling, Tokenizer};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::LazyLock;

const STORY: &[u8] = include_bytes!("../www/models/story/tokenizer.json");
const POEM: &[u8] = include_bytes!("../www/models/poem/tokenizer.json");
const VOCAB: &[u8] = include_bytes!("data/gpt2/vocab.json");
const MERGES: &str = include_str!("data/gpt2/merges.txt");

/// A tokenizer, and its list of merges as bytes, read here.
struct Judge {
    tokenizer: Tokenizer,
    ranks: HashMap<(Vec<u8>, Vec<u8>), u32>,
}

static STORY_JUDGE: LazyLock<Judge> = LazyLock::new(|| of_json(STORY));
static POEM_JUDGE: LazyLock<Judge> = LazyLock::new(|| of_json(POEM));
static GPT2_JUDGE: LazyLock<Judge> = LazyLock::new(|| {
    let pairs = MERGES.lines().filter(|line| !line.starts_with("#version")).filter_map(|line| line.split_once(' '));
    let tokenizer = Tokenizer::from_vocab_merges(VOCAB, MERGES.as_bytes()).unwrap();
    Judge { tokenizer, ranks: ranks(pairs.map(|(a, b)| (a.to_owned(), b.to_owned()))) }
});

fn of_json(file: &[u8]) -> Judge {
    let json: Value = serde_json::from_slice(file).unwrap();
    let pairs: Vec<(String, String)> = serde_json::from_value(json["model"]["merges"].clone()).unwrap();
    Judge { tokenizer: Tokenizer::from_json(file).unwrap(), ranks: ranks(pairs.into_iter()) }
}

/// GPT-2's letters for bytes, from its `encoder.py`.
fn ranks(pairs: impl Iterator<Item = (String, String)>) -> HashMap<(Vec<u8>, Vec<u8>), u32> {
    let own = |byte: &u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    let others = (0..=255u8).filter(|byte| !own(byte)).zip(0x100u32..);
    let letters = (0..=255u8).filter(own).map(|byte| (byte, u32::from(byte))).chain(others);
    let bytes: HashMap<char, u8> = letters.map(|(byte, letter)| (char::from_u32(letter).unwrap(), byte)).collect();
    let read = |token: String| token.chars().map(|c| bytes[&c]).collect::<Vec<u8>>();
    pairs.zip(0..).map(|((a, b), rank)| ((read(a), read(b)), rank)).collect()
}

impl Judge {
    /// The lowest place in the list that two neighbours have, and the leftmost such pair.
    fn next(&self, pieces: &[Vec<u8>]) -> Option<(u32, usize)> {
        let place = |at: usize| Some((*self.ranks.get(&(pieces[at].clone(), pieces[at + 1].clone()))?, at));
        (0..pieces.len().saturating_sub(1)).filter_map(place).min()
    }

    fn word(&self, word: &SpelledWord) -> Result<Vec<Vec<u8>>, String> {
        let mut pieces: Vec<Vec<u8>> = word.bytes.iter().map(|&byte| vec![byte]).collect();
        for merge in &word.merges {
            let (rank, at) = self.next(&pieces).ok_or("a merge that is not in the list")?;
            let start: usize = pieces[..at].iter().map(Vec::len).sum();
            let middle = start + pieces[at].len();
            let right = pieces.remove(at + 1);
            let wanted = (start, middle, middle + right.len(), rank);
            if (merge.start, merge.middle, merge.end, merge.rank) != wanted {
                return Err(format!("{merge:?} where {wanted:?} comes first"));
            }
            pieces[at].extend(right);
        }
        if let Some(forgotten) = self.next(&pieces) {
            return Err(format!("{forgotten:?} could still be merged"));
        }
        Ok(pieces)
    }

    /// Does the spelling lead from single bytes to the tokens of `text`?
    fn check(&self, text: &str, spelling: &Spelling) -> Result<(), String> {
        let read = self.tokenizer.encode(text, 1 << 16);
        let (mut tokens, mut end) = (read.tokens.iter(), 0);
        for word in &spelling.words {
            let special = word.bytes == b"<|endoftext|>" && word.merges.is_empty();
            let pieces = if special { vec![word.bytes.clone()] } else { self.word(word)? };
            if word.start != end || !text.as_bytes()[end..].starts_with(&word.bytes) {
                return Err(format!("{word:?} is not the text at {end}"));
            }
            let mut ends = word.ends.iter();
            for piece in pieces {
                end += piece.len();
                let token = tokens.next().ok_or("more pieces than tokens")?;
                if token.end != end || self.tokenizer.vocabulary().bytes_of(token.id) != piece {
                    return Err(format!("{piece:?} is not {token:?}"));
                }
                if ends.next().map(|end| end + word.start) != Some(end) {
                    return Err(format!("{word:?} ends elsewhere than at {end}"));
                }
            }
            if word.ends_after(word.merges.len()) != word.ends || (!special && word.leaves().len() != word.bytes.len())
            {
                return Err(format!("{word:?} does not start as single bytes"));
            }
        }
        if tokens.next().is_some() || end != text.len() || spelling.list != self.ranks.len() {
            return Err("something is left out".into());
        }
        Ok(())
    }

    fn faithful(&self, text: &str) -> Result<(), String> {
        self.check(text, &self.tokenizer.spelling(text))
    }
}

fn texts() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "Once upon a time",
        " there was",
        "'s",
        " little",
        "unbelievable",
        "  ",
        "\n\n",
        "\t ",
        "\u{3000}",
        "\u{a0}",
        "床前明月光",
        "疑是地上霜",
        "，",
        "。",
        "龘",
        "𠮷",
        "👩‍🚀",
        "🦙",
        "é",
        "e\u{301}",
        "<|endoftext|>",
        "1998",
        "...",
        "\0",
        "aaaaaaa",
    ]);
    let part = prop_oneof![
        5 => odd.prop_map(String::from),
        2 => "[ -~]{1,12}",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(part, 0..16).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn the_merges_lead_to_the_tokens(text in texts()) {
        for judge in [&*STORY_JUDGE, &*POEM_JUDGE, &*GPT2_JUDGE] {
            prop_assert_eq!(judge.faithful(&text), Ok(()));
        }
    }
}

#[test]
fn a_wrong_order_is_caught() {
    let judge = &*STORY_JUDGE;
    let text = "Once upon a time there was a little dragon";
    let spelling = judge.tokenizer.spelling(text);
    judge.check(text, &spelling).unwrap();
    let long = spelling.words.iter().position(|word| word.merges.len() > 3).unwrap();
    type Fault = fn(&mut SpelledWord);
    let faults: [Fault; 5] = [
        |word| word.merges.swap(0, 1),
        |word| word.merges[1].rank += 1,
        |word| word.merges.truncate(word.merges.len() - 1),
        |word| word.ends[0] += 1,
        |word| word.start += 1,
    ];
    for fault in faults {
        let mut wrong = spelling.clone();
        fault(&mut wrong.words[long]);
        assert!(judge.check(text, &wrong).is_err(), "{:?}", wrong.words[long]);
    }
    // A tokenizer with two merges of its list the other way round.
    let mut file: Value = serde_json::from_slice(STORY).unwrap();
    let merges = file["model"]["merges"].as_array_mut().unwrap();
    merges.swap(1, 40);
    let swapped = Judge { ranks: judge.ranks.clone(), ..of_json(file.to_string().as_bytes()) };
    assert!(swapped.faithful("the other three").is_err());
}

#[test]
fn long_words_and_none_are_spelled() {
    for judge in [&*STORY_JUDGE, &*POEM_JUDGE, &*GPT2_JUDGE] {
        for text in ["", "a", "龘", &"abracadabra".repeat(60), &"a".repeat(700), &"🦙".repeat(90), &" ".repeat(300)]
        {
            assert_eq!(judge.faithful(text), Ok(()), "{text:?}");
        }
    }
}

fn model(pre_tokenizer: Value, model: Value) -> Tokenizer {
    let file = json!({"added_tokens": [], "normalizer": null, "pre_tokenizer": pre_tokenizer, "model": model});
    Tokenizer::from_json(file.to_string().as_bytes()).unwrap()
}

#[test]
fn tokenizers_of_other_kinds_say_what_they_can() {
    let pieces = json!({"type": "WordPiece", "vocab": {"[UNK]": 0, "jump": 1, "##ing": 2}, "unk_token": "[UNK]",
        "continuing_subword_prefix": "##", "max_input_chars_per_word": 100});
    let spelling = model(json!({"type": "BertPreTokenizer"}), pieces).spelling("jump jumping");
    assert!(spelling.without_merges && spelling.list == 0);
    let words: Vec<_> = spelling.words.iter().map(|word| (word.start, word.bytes.as_slice(), &word.ends[..])).collect();
    assert_eq!(words, [(0, &b"jump"[..], &[4][..]), (5, b"jumping", &[4, 7])]);
    assert_eq!(spelling.words[1].leaves(), [4, 7]);

    let byte_level = |prefix| json!({"type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": true});
    let bpe = |ignore| {
        json!({"type": "BPE", "vocab": {"Ġ": 0, "a": 1, "b": 2, "ab": 3, "Ġab": 4}, "merges": [["a", "b"], "Ġ ab"],
            "ignore_merges": ignore})
    };
    // The space put before the text is a byte of the word, though none of the text.
    let spaced = model(byte_level(true), bpe(false)).spelling("ab");
    assert_eq!((spaced.words[0].bytes.as_slice(), spaced.words[0].merges.len(), spaced.list), (&b" ab"[..], 2, 2));
    // What is looked up whole is not merged, and letters without a token are left out.
    let looked_up = model(byte_level(false), bpe(true)).spelling("ab");
    assert_eq!((looked_up.words[0].merges.len(), &looked_up.words[0].ends[..]), (0, &[2][..]));
    let holes = model(byte_level(false), bpe(false)).spelling("b你a");
    assert_eq!((holes.words[0].merges.len(), &holes.words[0].ends[..]), (0, &[1, 5][..]));
    assert!(!holes.without_merges);
}
