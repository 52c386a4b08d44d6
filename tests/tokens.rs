//! The tokenizer against GPT-2's published vectors (tests/data/gpt2_tokenizer_vectors.json: each with
//! its source), and against files that must be refused.

use glassbox::tokens::{Text, Tokenizer, chips};
use serde_json::{Value, json};
use std::sync::LazyLock;

const VOCAB: &[u8] = include_bytes!("data/gpt2/vocab.json");
const MERGES: &[u8] = include_bytes!("data/gpt2/merges.txt");
const VECTORS: &[u8] = include_bytes!("data/gpt2_tokenizer_vectors.json");

static GPT2: LazyLock<Tokenizer> = LazyLock::new(|| Tokenizer::from_vocab_merges(VOCAB, MERGES).unwrap());

fn vectors() -> Vec<(String, Vec<u32>)> {
    let file: Value = serde_json::from_slice(VECTORS).unwrap();
    let vectors = file["vectors"].as_array().unwrap().iter().map(|v| {
        let ids = v["ids"].as_array().unwrap().iter().map(|id| id.as_u64().unwrap() as u32);
        (v["text"].as_str().unwrap().to_owned(), ids.collect())
    });
    vectors.collect()
}

/// The texts that this tokenizer cuts otherwise than GPT-2 does.
fn failures(tokenizer: &Tokenizer) -> Vec<String> {
    let wrong = |(text, ids): (String, Vec<u32>)| (tokenizer.encode(&text, 1 << 20).ids() != ids).then_some(text);
    vectors().into_iter().filter_map(wrong).collect()
}

/// GPT-2's own tokenizer as one file.
fn gpt2_json() -> Value {
    let merges = std::str::from_utf8(MERGES).unwrap().lines().filter(|l| !l.starts_with("#version"));
    json!({
        "added_tokens": [{"id": 50256, "content": "<|endoftext|>", "single_word": false, "lstrip": false,
            "rstrip": false, "normalized": true, "special": true}],
        "normalizer": null,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
        "post_processor": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": true},
        "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
        "padding": {"strategy": {"Fixed": 9}, "direction": "Right", "pad_id": 0, "pad_type_id": 0, "pad_token": "!"},
        "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": "",
            "end_of_word_suffix": "", "fuse_unk": false,
            "vocab": serde_json::from_slice::<Value>(VOCAB).unwrap(), "merges": merges.collect::<Vec<_>>()},
    })
}

fn from_json(file: &Value) -> Result<Tokenizer, String> {
    Tokenizer::from_json(file.to_string().as_bytes()).map_err(|e| e.to_string())
}

#[track_caller]
fn covers(text: &Text, typed: &str) {
    assert_eq!(text.read, typed);
    let mut end = 0;
    for (position, token) in text.tokens.iter().enumerate() {
        assert_eq!((token.start, text.bytes_of(position).len()), (end, token.end - token.start), "{typed:?}");
        end = token.end;
    }
    assert_eq!(end, typed.len(), "{typed:?}");
}

#[test]
fn gpt2_s_vectors_come_out_exactly() {
    assert_eq!(vectors().len(), 132);
    assert_eq!(failures(&GPT2), [""; 0]);
    let one_file = from_json(&gpt2_json()).unwrap();
    assert_eq!(failures(&one_file), [""; 0]);
    assert_eq!(one_file.vocabulary(), GPT2.vocabulary());
}

#[test]
fn a_wrong_tokenizer_fails_the_vectors() {
    let swapped_ids = String::from_utf8(VOCAB.to_vec()).unwrap().replacen("\"e\": 68", "\"e\": 69", 1);
    let swapped_ids = swapped_ids.replacen("\"f\": 69", "\"f\": 68", 1);
    assert_ne!(swapped_ids.as_bytes(), VOCAB);
    let wrong = Tokenizer::from_vocab_merges(swapped_ids.as_bytes(), MERGES).unwrap();
    assert!(!failures(&wrong).is_empty());
    let mut merges: Vec<&str> = std::str::from_utf8(MERGES).unwrap().lines().collect();
    merges[1..].reverse();
    let wrong = Tokenizer::from_vocab_merges(VOCAB, merges.join("\n").as_bytes()).unwrap();
    assert!(!failures(&wrong).is_empty());
}

#[test]
fn ranges_are_the_tokens_own_bytes() {
    for (text, _) in vectors() {
        let read = GPT2.encode(&text, 1 << 20);
        covers(&read, &text);
        for (position, token) in read.tokens.iter().enumerate() {
            assert_eq!(read.bytes_of(position), GPT2.vocabulary().bytes_of(token.id));
        }
    }
}

#[test]
fn a_special_token_s_text_becomes_that_token() {
    let text = GPT2.encode("hello <|endoftext|>", 99);
    assert_eq!(text.ids(), [31373, 220, 50256]);
    covers(&text, "hello <|endoftext|>");
}

#[test]
fn over_the_cap_what_fits_is_read() {
    let text = GPT2.encode("The King said to the Queen", 3);
    assert_eq!((text.read.as_str(), text.unread_bytes, text.wanted), ("The King said", 13, 6));
    assert_eq!(text.tokens.len(), 3);
    // The llama takes three tokens, " 🦙": a cap inside of it leaves it out.
    for cap in 2..4 {
        let text = GPT2.encode("is 🦙", cap);
        assert_eq!((text.read.as_str(), text.tokens.len(), text.unread_bytes), ("is", 1, 5));
    }
    assert_eq!(GPT2.encode("is 🦙", 4).read, "is 🦙");
    assert_eq!(GPT2.encode("is", 0), Text { unread_bytes: 2, wanted: 1, ..Text::default() });
    assert_eq!(GPT2.encode("", 4), Text::default());
}

#[test]
fn a_paste_of_a_megabyte_is_read_like_its_beginning() {
    let pastes = ["Once upon a time, in 1998, ", "很久以前,", "word\n\n  ", "👩‍🚀 ", " ", "-", "a", "\0"];
    for unit in pastes {
        let typed = unit.repeat((1 << 20) / unit.len());
        let text = GPT2.encode(&typed, 100);
        let beginning = &typed[..unit.len() * (20_000 / unit.len())];
        let whole = GPT2.encode(beginning, 1 << 20);
        assert_eq!(text.tokens, whole.tokens[..text.tokens.len()], "{unit:?}");
        assert!(text.tokens.len() > 96, "{unit:?}");
        assert_eq!(text.read.len() + text.unread_bytes, typed.len());
        assert!(text.wanted > 100 && text.wanted < 20_000, "{unit:?} {}", text.wanted);
    }
}

#[test]
fn a_typed_word_is_found() {
    let id = |text: &str| GPT2.vocabulary().find(text.as_bytes());
    assert_eq!(GPT2.probe("jump"), id(" jump"));
    assert_eq!(GPT2.probe(" jump"), id(" jump"));
    assert_eq!(GPT2.probe("ing"), id(" ing").or(id("ing")));
    assert_eq!(GPT2.probe("<|endoftext|>"), Some(50256));
    assert_eq!(GPT2.probe("jumpingjacks"), id(" jumping"));
    assert_eq!(GPT2.probe("你"), Some(GPT2.encode("你", 9).tokens[0].id));
    assert_eq!(GPT2.probe(""), None);
    assert!(GPT2.probe(&"你".repeat(1 << 20)).is_some());
}

#[test]
fn the_vocabulary_knows_all_tokens() {
    let vocabulary = GPT2.vocabulary();
    assert_eq!(vocabulary.len(), 50257);
    assert_eq!(vocabulary.text_of(15496), Some("Hello"));
    assert_eq!(vocabulary.text_of(12520), None);
    assert_eq!(vocabulary.bytes_of(12520), b" \xf0\x9f");
    assert_eq!(vocabulary.find(b" world"), Some(995));
    assert_eq!(vocabulary.fold_key(995), vocabulary.fold_key(10603));
}

fn model(pre_tokenizer: Value, normalizer: Value, model: Value) -> Tokenizer {
    from_json(&json!({"added_tokens": [], "normalizer": normalizer, "pre_tokenizer": pre_tokenizer, "model": model}))
        .unwrap()
}

fn ranges(tokenizer: &Tokenizer, typed: &str) -> Vec<(usize, usize)> {
    tokenizer.encode(typed, 99).tokens.iter().map(|t| (t.start, t.end)).collect()
}

#[test]
fn tokenizers_of_other_kinds_give_ranges_too() {
    let bpe = |vocab: Value| json!({"type": "BPE", "vocab": vocab, "merges": []});
    let byte_level = |prefix| json!({"type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": true});
    // A space put before the text is no byte of it.
    let spaced = model(byte_level(true), Value::Null, bpe(json!({"Ġ": 0, "a": 1, "b": 2})));
    assert_eq!(ranges(&spaced, "ab a"), [(0, 0), (0, 1), (1, 2), (2, 3), (3, 4)]);
    // Chinese characters cut out one by one before the bytes are looked at.
    let alone =
        json!({"type": "Split", "pattern": {"Regex": "[\u{3400}-\u{9fff}]"}, "behavior": "Isolated", "invert": false});
    let cut = json!({"type": "Sequence", "pretokenizers": [alone, byte_level(false)]});
    let bytes = json!({"ä": 0, "½": 1, "ł": 2, "ä½": 3, "ä½ł": 4, "ł½": 5});
    let merges = json!([["ä", "½"], ["ä½", "ł"], ["ł", "½"]]);
    let chinese = model(cut, Value::Null, json!({"type": "BPE", "vocab": bytes, "merges": merges}));
    assert_eq!(ranges(&chinese, "你你"), [(0, 3), (3, 6)]);
    // Letters that no token stands for are thrown away, and counted.
    let small = model(byte_level(false), Value::Null, bpe(json!({"a": 0, "b": 1})));
    assert_eq!(ranges(&small, "a你b"), [(0, 1), (4, 5)]);
    assert_eq!(chips(&small.encode("a你b", 9))[1].skipped_bytes, 3);
    // A normaliser changes the letters; the ranges stay those of the text.
    let lower = model(byte_level(false), json!({"type": "Lowercase"}), bpe(json!({"a": 0, "b": 1})));
    assert_eq!(ranges(&lower, "aBA"), [(0, 1), (1, 2), (2, 3)]);
    let words = json!({"type": "WordLevel", "vocab": {"[UNK]": 0, "你": 1, "hello": 2}, "unk_token": "[UNK]"});
    let words = model(json!({"type": "Whitespace"}), Value::Null, words);
    assert_eq!(ranges(&words, "hello  你 x"), [(0, 5), (7, 10), (11, 12)]);
    let pieces = json!({"type": "WordPiece", "vocab": {"[UNK]": 0, "jump": 1, "##ing": 2}, "unk_token": "[UNK]",
        "continuing_subword_prefix": "##", "max_input_chars_per_word": 100});
    let pieces = model(json!({"type": "BertPreTokenizer"}), Value::Null, pieces);
    assert_eq!(ranges(&pieces, "jump jumping"), [(0, 4), (5, 9), (9, 12)]);
}

#[test]
fn files_that_cannot_be_used_are_refused_by_name() {
    let bpe = |model: Value| json!({"added_tokens": [], "model": model});
    let cases = [
        (json!([]), "a list"),
        (json!({}), "model.type"),
        (bpe(json!({"type": "Mystery"})), "Mystery"),
        (bpe(json!({"type": "BPE", "vocab": {"a": 0}})), "model.merges"),
        (bpe(json!({"type": "BPE", "vocab": {}, "merges": []})), "empty"),
        (bpe(json!({"type": "BPE", "vocab": {"a": 0, "b": 0}, "merges": []})), "both have id 0"),
        (bpe(json!({"type": "BPE", "vocab": {"a": 4_294_967_295u32}, "merges": []})), "4294967295"),
        (bpe(json!({"type": "BPE", "vocab": {"a": -1}, "merges": []})), "-1"),
        (bpe(json!({"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": ["a b"]})), "'ab' is no token"),
        (bpe(json!({"type": "BPE", "vocab": {"a": 0}, "merges": [["a", "c"]]})), "'c' is no token"),
        (bpe(json!({"type": "BPE", "vocab": {"a": 0}, "merges": ["a"]})), "merge 1"),
        (bpe(json!({"type": "BPE", "vocab": {"a": 0}, "merges": [], "dropout": 0.1})), "dropout"),
        (bpe(json!({"type": "BPE", "vocab": {"a": 0}, "merges": [], "unk_token": "?"})), "unk_token"),
        (
            bpe(json!({"type": "BPE", "vocab": {"a": 0, "é": 1, "aé": 2}, "merges": ["a é"],
            "continuing_subword_prefix": "#"})),
            "'#é' is no token",
        ),
        (bpe(json!({"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "?"})), "cannot be used"),
        (
            json!({"pre_tokenizer": {"type": "Mystery"}, "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}),
            "pre_tokenizer",
        ),
        (
            json!({"added_tokens": [{"id": 3}], "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}),
            "added_tokens",
        ),
    ];
    for (file, named) in cases {
        let error = from_json(&file).expect_err(&file.to_string());
        assert!(error.contains(named), "{file}\n{error}");
    }
    let deep = format!("{{\"model\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let raw: [(&[u8], &str); 4] =
        [(b"", "JSON"), (b"{\"model\":", "JSON"), (b"\xff", "JSON"), (deep.as_bytes(), "recursion")];
    for (bytes, named) in raw {
        let error = Tokenizer::from_json(bytes).unwrap_err().to_string();
        assert!(error.contains(named), "{error}");
    }
    let huge = vec![b' '; (64 << 20) + 1];
    assert!(Tokenizer::from_json(&huge).unwrap_err().to_string().contains("67108865"));
    let pairs: [(&[u8], &[u8], &str); 3] =
        [(b"{\"a\":0}", b"\xff", "merges.txt"), (b"[]", b"", "vocab.json"), (b"{\"a\":0}", b"a b", "merge 1")];
    for (vocab, merges, named) in pairs {
        let error = Tokenizer::from_vocab_merges(vocab, merges).unwrap_err().to_string();
        assert!(error.contains(named), "{error}");
    }
}

/// A vocabulary as Chinese GPT-2s have it: 21,128 lines, the special pieces up front, single letters, a few words,
/// then Chinese characters as far as the lines go.
fn pieces() -> String {
    let mut lines: Vec<String> = vec!["[PAD]".into()];
    lines.extend((1..100).map(|i| format!("[unused{i}]")));
    lines.extend(
        ["[UNK]", "[CLS]", "[SEP]", "[MASK]", "，", "。", "！", "!", "hello", "##llo", "jump", "##ing"]
            .map(String::from),
    );
    lines.extend(('a'..='z').flat_map(|c| [c.to_string(), format!("##{c}")]));
    let characters = (0x4e00..).filter_map(char::from_u32).map(String::from);
    lines.extend(characters.take(21_128 - lines.len()).collect::<Vec<_>>());
    lines.join("\n")
}

/// Each token's piece of the text, and the token's own text.
fn read_as<'a>(tokenizer: &'a Tokenizer, typed: &'a str) -> Vec<(&'a str, &'a str)> {
    let text = tokenizer.encode(typed, 99);
    assert_eq!(text.read, typed);
    let token = |t: &glassbox::tokens::Token| (&typed[t.start..t.end], tokenizer.vocabulary().text_of(t.id).unwrap());
    text.tokens.iter().map(token).collect()
}

#[test]
fn a_list_of_pieces_is_a_tokenizer() {
    let vocab = pieces();
    let tokenizer = Tokenizer::from_vocab_txt(vocab.as_bytes(), None).unwrap();
    assert_eq!(tokenizer.vocabulary().len(), 21_128);
    let line = "床前明月光，疑是地上霜。";
    let text = tokenizer.encode(line, 99);
    covers(&text, line);
    assert!(text.tokens.iter().zip(line.chars()).all(|(t, c)| line[t.start..t.end] == c.to_string()));
    assert_eq!(text.ids()[0] as usize, vocab.lines().position(|piece| piece == "床").unwrap());
    // Latin letters between: made lower case, cut into pieces, spaces left out.
    let mixed = read_as(&tokenizer, "Hello 你好Jumping, é!");
    let expected = [
        ("Hello", "hello"),
        ("你", "你"),
        ("好", "好"),
        ("Jump", "jump"),
        ("ing", "ing"),
        (",", "[UNK]"),
        ("é", "e"),
        ("!", "!"),
    ];
    assert_eq!(mixed, expected);
    // What no piece spells is one unknown token, over the characters that it stands for.
    assert_eq!(read_as(&tokenizer, "一🦙𠀀二"), [("一", "一"), ("🦙", "[UNK]"), ("𠀀", "[UNK]"), ("二", "二")]);
    assert_eq!(read_as(&tokenizer, "a1b 月"), [("a1b", "[UNK]"), ("月", "月")]);
    assert_eq!(read_as(&tokenizer, "[MASK]月[SEP]"), [("[MASK]", "[MASK]"), ("月", "月"), ("[SEP]", "[SEP]")]);
    let tokens = tokenizer.encode("你 \u{0}\t 好", 99);
    let chips = chips(&tokens);
    assert_eq!(chips.iter().map(|chip| chip.skipped_bytes).collect::<Vec<_>>(), [0, 4]);
    let capped = tokenizer.encode(&"明月".repeat(100_000), 5);
    assert_eq!((capped.read.as_str(), capped.tokens.len()), ("明月明月明", 5));
    assert_eq!(tokenizer.probe("明月"), tokenizer.vocabulary().find("明".as_bytes()));
    assert!(tokenizer.spelling("明月").without_merges);
}

#[test]
fn the_settings_beside_the_pieces_are_kept() {
    let vocab = pieces();
    let with =
        |settings: Value| Tokenizer::from_vocab_txt(vocab.as_bytes(), Some(settings.to_string().as_bytes())).unwrap();
    let upper = with(json!({"do_lower_case": false, "tokenizer_class": "BertTokenizer"}));
    assert_eq!(read_as(&upper, "Hello hello"), [("Hello", "[UNK]"), ("hello", "hello")]);
    let lower = with(json!({"do_lower_case": true, "strip_accents": false}));
    assert_eq!(read_as(&lower, "HELLO é"), [("HELLO", "hello"), ("é", "[UNK]")]);
    let together = with(json!({"tokenize_chinese_chars": false}));
    assert_eq!(read_as(&together, "你好"), [("你好", "[UNK]")]);
    let settings = Tokenizer::from_vocab_txt(vocab.as_bytes(), Some(b"[1]")).unwrap_err().to_string();
    assert!(settings.contains("tokenizer_config.json"), "{settings}");
    let long = format!("[UNK]{}", "\na".repeat(1 << 18));
    let cases: [(&[u8], &str); 4] =
        [(b"a\nb", "without [UNK]"), (b"", "without [UNK]"), (b"\xff", "vocab.txt"), (long.as_bytes(), "longer than")];
    for (vocab, named) in cases {
        let error = Tokenizer::from_vocab_txt(vocab, None).unwrap_err().to_string();
        assert!(error.contains(named), "{error}");
    }
}

/// Larger than GPT-2's: every byte, and 59,744 pairs of two.
#[test]
fn sixty_thousand_tokens_are_read() {
    let letters: Vec<String> = {
        let vocab: Value = serde_json::from_slice(VOCAB).unwrap();
        let mut all: Vec<_> = vocab.as_object().unwrap().iter().filter(|(_, id)| id.as_u64() < Some(256)).collect();
        all.sort_by_key(|(_, id)| id.as_u64());
        all.into_iter().map(|(letter, _)| letter.clone()).collect()
    };
    let pairs: Vec<(&String, &String)> =
        letters.iter().flat_map(|a| letters.iter().map(move |b| (a, b))).take(60_000 - 256).collect();
    let tokens = letters.iter().cloned().chain(pairs.iter().map(|(a, b)| format!("{a}{b}")));
    let vocab: serde_json::Map<_, _> = tokens.enumerate().map(|(id, token)| (token, id.into())).collect();
    let merges: Vec<String> = pairs.iter().map(|(a, b)| format!("{a} {b}")).collect();
    let vocab = Value::Object(vocab).to_string();
    let large = Tokenizer::from_vocab_merges(vocab.as_bytes(), merges.join("\n").as_bytes()).unwrap();
    assert_eq!(large.vocabulary().len(), 60_000);
    for (text, _) in vectors() {
        let read = large.encode(&text, 1 << 20);
        if !text.contains("<|endoftext|>") {
            covers(&read, &text);
            assert!(read.tokens.iter().all(|t| t.id < 60_000 && t.end - t.start <= 2));
        }
    }
}
