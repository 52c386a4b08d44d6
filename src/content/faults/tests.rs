//! Every fault there is, in both languages.

use super::*;
use crate::link::source::Source;
use crate::model::{ConfigError, Damage, Precision, WeightsError};
use crate::tokens::TokenizerError;

fn missing(file: &str, other: Option<&str>) -> Fault {
    Fault::Missing { file: file.into(), other: other.map(Into::into) }
}

fn of_the_network() -> Vec<Fault> {
    let host = || "school.example".to_owned();
    let interrupted = |total_bytes, kept| Fault::Interrupted {
        file: "model.safetensors".into(),
        done_bytes: 120_000_000,
        total_bytes,
        kept,
    };
    let mut all = vec![
        missing("config.json", None),
        missing("model.safetensors", None),
        missing("tokenizer.json", None),
        missing("model.safetensors", Some("pytorch_model.bin")),
        missing("model.safetensors", Some("model.safetensors.index.json")),
        Fault::Closed { host: host() },
        Fault::Unreachable { host: host(), offline: false },
        Fault::Unreachable { host: "huggingface.co".into(), offline: false },
        Fault::Unreachable { host: host(), offline: true },
        interrupted(352_824_413, true),
        interrupted(0, false),
        Fault::Unreadable { file: "tokenizer.json".into() },
        Fault::NotHere { source: Source::Hub("distilbert/distilgpt2".into()) },
    ];
    let statuses = [400, 401, 403, 418, 429, 500, 503];
    all.extend(statuses.map(|status| Fault::Refused { file: "config.json".into(), status }));
    all
}

fn of_the_config() -> Vec<ConfigError> {
    let setting = |setting: &str, found: &str, expected: &str| ConfigError::Setting {
        setting: setting.into(),
        found: found.into(),
        expected: expected.into(),
    };
    vec![
        ConfigError::Json { reason: "EOF while parsing".into() },
        ConfigError::Family { found: "llama".into() },
        ConfigError::Missing { setting: "n_head".into() },
        setting("n_layer", "0", "it must lie between 1 and 1024"),
        setting("n_embd", "40", "it must be a multiple of n_head, 3"),
        setting("n_head", "1", "the head size n_embd / n_head may be 256 at most"),
        setting("layer_norm_epsilon", "2", "it must lie between 0 and 1"),
        setting("activation_function", "'relu'", "Glassbox runs 'gelu_new', 'gelu_pytorch_tanh' and 'gelu'"),
        setting("add_cross_attention", "true", "Glassbox runs decoders without an encoder"),
    ]
}

fn of_the_tokenizer() -> Vec<TokenizerError> {
    let file = || "tokenizer.json".to_owned();
    let part = |part: &str, found: &str| TokenizerError::Part {
        file: file(),
        part: part.into(),
        found: found.into(),
        expected: "export the tokenizer again".into(),
    };
    vec![
        TokenizerError::TooBig { file: file(), found: 80 << 20, most: 64 << 20 },
        TokenizerError::Json { file: file(), reason: "expected value".into() },
        TokenizerError::Utf8 { file: "merges.txt".into(), reason: "invalid utf-8".into() },
        part("the file", "a list"),
        part("the vocabulary", "empty"),
        part("the vocabulary", "a string"),
        part("the id of token 'a'", "-1"),
        part("merge 5", "'ab'"),
        part("model.type", "absent"),
        part("model.merges", "no list"),
        part("normalizer", "unknown to Glassbox"),
        TokenizerError::Merge {
            file: "merges.txt".into(),
            number: 3,
            left: "a".into(),
            right: "b".into(),
            absent: "ab".into(),
        },
        TokenizerError::Twice { file: "vocab.json".into(), id: 7, first: "a".into(), second: "b".into() },
        TokenizerError::Library { reason: "no unk token".into() },
    ]
}

fn of_the_weights() -> Vec<WeightsError> {
    let tensor = || "h.0.attn.c_attn.weight".to_owned();
    let (bytes, reason) = (u64::MAX, "expected value".into());
    let damages = [
        Damage::InHeader,
        Damage::InTensor { tensor: tensor() },
        Damage::TooEarly,
        Damage::Behind { bytes: 7 },
        Damage::HeaderLength { bytes },
        Damage::Header { reason },
        Damage::Twice { tensor: tensor() },
        Damage::Place { tensor: tensor(), start: 8, end: 4, before: 8 },
        Damage::Bytes { tensor: tensor(), found: 3, dtype: "F32".into(), shape: vec![2, 3], needed: Some(24) },
    ];
    let mut all: Vec<_> = damages.map(|what| WeightsError::Damaged { what }).into();
    all.push(WeightsError::Scale { tensor: tensor(), what: "is missing".into() });
    all.extend([
        WeightsError::Missing { tensor: tensor() },
        WeightsError::Shape { tensor: tensor(), found: vec![768, 768], expected: vec![768, 2304] },
        WeightsError::Type { tensor: tensor(), found: "I64".into() },
        WeightsError::NotFinite { tensor: tensor(), index: 1234 },
    ]);
    all
}

fn all() -> Vec<Fault> {
    let detail = || "detail".to_owned();
    let mut all = of_the_network();
    all.extend(of_the_config().into_iter().map(Fault::from));
    all.extend(of_the_tokenizer().into_iter().map(Fault::from));
    all.extend(of_the_weights().into_iter().map(Fault::from));
    all.extend([
        Fault::Sizes { tokenizer: 50258, table: 50257 },
        Fault::Memory { bytes: 0, smaller: vec![], detail: detail() },
        Fault::Memory { bytes: 3 << 30, smaller: vec![Precision::F16], detail: detail() },
        Fault::Lost { rebuilt: true, detail: detail() },
        Fault::Lost { rebuilt: false, detail: detail() },
        Fault::Unloaded,
        Fault::InUse { source: Source::Hub("openai-community/gpt2".into()) },
        Fault::Internal { detail: detail() },
    ]);
    all
}

/// Words of a Chinese sentence that stay as they are: names of files, settings, programs.
fn is_name(word: &str) -> bool {
    const NAMES: &[&str] = &[
        "Glassbox",
        "GPT",
        "CPU",
        "Python",
        "Hugging",
        "Face",
        "JSON",
        "UTF",
        "NaN",
        "transformers",
        "safetensors",
        "tokenizers",
        "MB",
        "GB",
        "kB",
        "model",
        "folder",
        "True",
        "example",
        "llama",
        "gelu",
        "ab",
        "normalizer",
        "true",
        "glassbox",
        "convert",
    ];
    NAMES.contains(&word) || word.contains('_') || word.chars().any(|c| c.is_ascii_digit())
}

#[test]
fn every_fault_is_a_sentence_that_says_what_to_do() {
    for fault in all() {
        let (en, zh) = ((EN.sentence)(&fault), (ZH.sentence)(&fault));
        assert!(en.ends_with('.') && !en.contains(".."), "{en}");
        assert!(zh.ends_with('。') && !zh.contains("。。"), "{zh}");
        let asks =
            ["Check", "Choose", "choose", "Close", "Convert", "Download", "Export", "export", "Fetch", "fetch", "Open"];
        let more =
            ["Reload", "Remove", "Take", "Try", "try", "Wait", "Write", "connect", "go on", "goes on", "took over"];
        assert!(asks.iter().chain(&more).any(|word| en.contains(word)), "what to do? {en}");
        assert!(zh.contains('请') || zh.contains("可以") || zh.contains("再试") || zh.contains("已改由"), "{zh}");
        for vague in ["error occurred", "went wrong", "Oops", "!"] {
            assert!(!en.contains(vague), "{en}");
        }
    }
}

#[test]
fn no_english_is_left_in_a_chinese_sentence() {
    for fault in all() {
        let zh = (ZH.sentence)(&fault);
        // What stands in quotes or between dots is a name.
        let words = zh.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '\'' | '/')));
        for word in words.filter(|word| word.len() > 1 && word.chars().any(|c| c.is_ascii_alphabetic())) {
            let named =
                word.contains(['.', '-', '\'', '/']) || is_name(word) || word.chars().all(|c| c.is_ascii_uppercase());
            assert!(named, "“{word}” in {zh}");
        }
    }
}

#[test]
fn what_is_wrong_is_named() {
    let said = |fault: Fault| [(EN.sentence)(&fault), (ZH.sentence)(&fault)];
    let refused = |status| said(Fault::Refused { file: "f".into(), status });
    assert!(refused(401)[0].contains("Check the name") && refused(401)[1].contains("检查名字"));
    assert!(!refused(403)[0].contains("Check the name") && !refused(403)[1].contains("检查名字"));
    let cases = [
        (said(ConfigError::Family { found: "llama".into() }.into()), "llama"),
        (said(missing("model.safetensors", Some("pytorch_model.bin"))), "safe_serialization=True"),
        (said(Fault::Closed { host: "a.example".into() }), "Access-Control-Allow-Origin"),
        (said(WeightsError::Missing { tensor: "h.3.ln_1.bias".into() }.into()), "h.3.ln_1.bias"),
        (said(Fault::Sizes { tokenizer: 50258, table: 50257 }), "50,258"),
        (
            said(Fault::Interrupted { file: "f".into(), done_bytes: 12_000_000, total_bytes: 353_000_000, kept: true }),
            "353 MB",
        ),
    ];
    for (sentences, named) in cases {
        assert!(sentences.iter().all(|sentence| sentence.contains(named)), "{sentences:?}");
    }
    let fits = said(Fault::Memory { bytes: 3 << 30, smaller: vec![Precision::F16], detail: String::new() });
    assert!(fits[0].contains("16-bit") && fits[1].contains("16 位") && fits[0].contains("3.22 GB"), "{fits:?}");
}

#[test]
fn a_host_is_an_address_without_its_ends() {
    assert_eq!(host_of("https://huggingface.co"), "huggingface.co");
    assert_eq!(host_of("http://localhost:8000/m/x"), "localhost:8000");
    assert!(is_hub("hf-mirror.com") && is_hub("https://huggingface.co") && !is_hub("school.example"));
}
