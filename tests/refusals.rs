//! Bad models: thirty folders that look like one, each with another thing wrong. What is refused, and in
//! which words: every sentence names what was found and says what to do, in both languages.

use glassbox::content::{Locale, strings};
use glassbox::link::library::fits;
use glassbox::link::protocol::Fault;
use glassbox::model::{Checkpoint, ConfigError, Damage, GptConfig, TensorName, Tensors, WeightsError};
use glassbox::tokens::{Tokenizer, TokenizerError};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// The files of a folder.
type Files = BTreeMap<&'static str, Vec<u8>>;

const WEIGHTS: &str = "model.safetensors";

fn config() -> Value {
    json!({ "model_type": "gpt2", "n_layer": 1, "n_head": 2, "n_embd": 6, "vocab_size": 6, "n_positions": 8 })
}

fn tokenizer() -> Value {
    json!({
        "model": {
            "type": "BPE",
            "vocab": { "a": 0, "b": 1, "c": 2, "ab": 3, "abc": 4 },
            "merges": ["a b", "ab c"],
        },
        "pre_tokenizer": null, "normalizer": null, "decoder": null, "added_tokens": [],
    })
}

/// One tensor of a weights file: name, type, shape, bytes.
struct Tensor {
    name: String,
    dtype: &'static str,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

fn tensors() -> Vec<Tensor> {
    let config = GptConfig::from_json(&config().to_string()).unwrap();
    let tensor = |name: TensorName| {
        let [rows, columns] = name.shape(&config);
        let shape = if name.is_matrix() { vec![rows, columns] } else { vec![columns] };
        let bytes = (0..rows * columns).flat_map(|i| (i as f32 / 64.0).to_le_bytes()).collect();
        Tensor { name: format!("transformer.{}", name.in_checkpoint()), dtype: "F32", shape, bytes }
    };
    TensorName::all(&config).into_iter().map(tensor).collect()
}

/// Written by hand, because the library writes no bad ones.
fn weights(tensors: &[Tensor]) -> Vec<u8> {
    let (mut header, mut data) = (serde_json::Map::new(), Vec::new());
    for Tensor { name, dtype, shape, bytes } in tensors {
        let start = data.len();
        data.extend_from_slice(bytes);
        header.insert(name.clone(), json!({ "dtype": dtype, "shape": shape, "data_offsets": [start, data.len()] }));
    }
    let header = Value::Object(header).to_string();
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &data].concat()
}

fn good() -> Files {
    BTreeMap::from([
        ("config.json", config().to_string().into()),
        ("tokenizer.json", tokenizer().to_string().into()),
        (WEIGHTS, weights(&tensors())),
    ])
}

/// Reads a folder as the worker does: shape, tokenizer, weights as they come.
fn read(folder: &Path) -> Result<(), Fault> {
    let small = |file: &str| std::fs::read(folder.join(file)).ok();
    let others = || ["pytorch_model.bin", "model.safetensors.index.json"].into_iter().find(|f| folder.join(f).exists());
    let missing = |file: &str| {
        let other = if file == WEIGHTS { others().map(String::from) } else { None };
        Fault::Missing { file: file.into(), other }
    };
    let json = small("config.json").ok_or_else(|| missing("config.json"))?;
    let config = GptConfig::from_json(&String::from_utf8_lossy(&json))?;
    let tokenizer = match (small("tokenizer.json"), small("vocab.json"), small("merges.txt")) {
        (Some(json), ..) => Tokenizer::from_json(&json)?,
        (None, Some(vocab), Some(merges)) => Tokenizer::from_vocab_merges(&vocab, &merges)?,
        (None, Some(_), None) => return Err(missing("merges.txt")),
        _ => return Err(missing("tokenizer.json")),
    };
    fits(tokenizer.vocabulary().len(), &config)?;
    let weights = small(WEIGHTS).ok_or_else(|| missing(WEIGHTS))?;
    let (mut checkpoint, mut sink) = (Checkpoint::new(&config), Tensors::zeros(&config));
    for piece in weights.chunks(97) {
        checkpoint.feed(piece, &mut sink)?;
    }
    Ok(checkpoint.finish()?)
}

/// A folder that is wrong in one way: what is done to a good one, what is refused, and what both
/// sentences must name.
struct Case {
    name: &'static str,
    spoil: fn(&mut Files),
    expected: fn(&Fault) -> bool,
    named: &'static str,
}

/// `is!(pattern)`: a fault of this kind.
macro_rules! is {
    ($pattern:pat $(if $guard:expr)?) => {
        |fault| matches!(fault, $pattern $(if $guard)?)
    };
}

/// Puts other values into a JSON file.
fn with(files: &mut Files, file: &'static str, change: impl FnOnce(&mut Value)) {
    let mut value: Value = serde_json::from_slice(&files[file]).unwrap();
    change(&mut value);
    files.insert(file, value.to_string().into());
}

fn of_config(files: &mut Files, setting: &str, value: Value) {
    with(files, "config.json", |config| config[setting] = value);
}

fn of_tokenizer(files: &mut Files, path: &str, value: Value) {
    with(files, "tokenizer.json", |file| *file.pointer_mut(path).unwrap() = value);
}

fn of_weights(files: &mut Files, change: impl FnOnce(&mut Vec<Tensor>)) {
    let mut all = tensors();
    change(&mut all);
    files.insert(WEIGHTS, weights(&all));
}

/// A tensor by the end of its name.
fn named<'a>(all: &'a mut [Tensor], end: &str) -> &'a mut Tensor {
    all.iter_mut().find(|tensor| tensor.name.ends_with(end)).unwrap()
}

fn put(tensor: &mut Tensor, at: usize, value: f32) {
    tensor.bytes[4 * at..4 * at + 4].copy_from_slice(&value.to_le_bytes());
}

/// What lies in the folder, and what does not.
const FOLDERS: [Case; 7] = [
    Case {
        name: "an empty folder",
        spoil: |files| files.clear(),
        expected: is!(Fault::Missing { file, other: None } if file == "config.json"),
        named: "config.json",
    },
    Case {
        name: "no weights",
        spoil: |files| drop(files.remove(WEIGHTS)),
        expected: is!(Fault::Missing { file, other: None } if file == WEIGHTS),
        named: WEIGHTS,
    },
    Case {
        name: "weights of PyTorch alone",
        spoil: |files| {
            let bytes = files.remove(WEIGHTS).unwrap();
            files.insert("pytorch_model.bin", bytes);
        },
        expected: is!(Fault::Missing { other: Some(other), .. } if other == "pytorch_model.bin"),
        named: "pytorch_model.bin",
    },
    Case {
        name: "weights in several files",
        spoil: |files| {
            files.remove(WEIGHTS);
            files.insert("model.safetensors.index.json", b"{}".to_vec());
        },
        expected: is!(Fault::Missing { other: Some(_), .. }),
        named: "model.safetensors.index.json",
    },
    Case {
        name: "no tokenizer",
        spoil: |files| drop(files.remove("tokenizer.json")),
        expected: is!(Fault::Missing { file, .. } if file == "tokenizer.json"),
        named: "tokenizer.json",
    },
    Case {
        name: "a vocabulary without merges",
        spoil: |files| {
            files.remove("tokenizer.json");
            files.insert("vocab.json", br#"{"a":0}"#.to_vec());
        },
        expected: is!(Fault::Missing { file, .. } if file == "merges.txt"),
        named: "merges.txt",
    },
    Case {
        name: "a tokenizer of another model",
        spoil: |files| of_config(files, "vocab_size", json!(4)),
        expected: is!(Fault::Sizes { tokenizer: 5, table: 4 }),
        named: "5",
    },
];

const CONFIGS: [Case; 8] = [
    Case {
        name: "a config that is cut off",
        spoil: |files| files.get_mut("config.json").unwrap().truncate(20),
        expected: is!(Fault::Config(ConfigError::Json { .. })),
        named: "config.json",
    },
    Case {
        name: "another family",
        spoil: |files| of_config(files, "model_type", json!("llama")),
        expected: is!(Fault::Config(ConfigError::Family { found }) if found == "llama"),
        named: "llama",
    },
    Case {
        name: "no number of heads",
        spoil: |files| of_config(files, "n_head", Value::Null),
        expected: is!(Fault::Config(ConfigError::Missing { setting }) if setting == "n_head"),
        named: "n_head",
    },
    Case {
        name: "no blocks",
        spoil: |files| of_config(files, "n_layer", json!(0)),
        expected: is!(Fault::Config(ConfigError::Setting { setting, .. }) if setting == "n_layer"),
        named: "n_layer",
    },
    Case {
        name: "a width that the heads cannot share",
        spoil: |files| of_config(files, "n_embd", json!(7)),
        expected: is!(Fault::Config(ConfigError::Setting { setting, .. }) if setting == "n_embd"),
        named: "n_embd",
    },
    Case {
        name: "heads that are too wide",
        spoil: |files| {
            of_config(files, "n_embd", json!(1024));
            of_config(files, "n_head", json!(2));
        },
        expected: is!(Fault::Config(ConfigError::Setting { setting, .. }) if setting == "n_head"),
        named: "256",
    },
    Case {
        name: "an activation that nobody here computes",
        spoil: |files| of_config(files, "activation_function", json!("relu")),
        expected: is!(Fault::Config(ConfigError::Setting { setting, .. }) if setting == "activation_function"),
        named: "relu",
    },
    Case {
        name: "attention to an encoder",
        spoil: |files| of_config(files, "add_cross_attention", json!(true)),
        expected: is!(Fault::Config(ConfigError::Setting { setting, .. }) if setting == "add_cross_attention"),
        named: "add_cross_attention",
    },
];

const TOKENIZERS: [Case; 7] = [
    Case {
        name: "a web page in place of the tokenizer",
        spoil: |files| drop(files.insert("tokenizer.json", b"<!DOCTYPE html>".to_vec())),
        expected: is!(Fault::Tokenizer(TokenizerError::Json { .. })),
        named: "tokenizer.json",
    },
    Case {
        name: "a tokenizer of an unknown kind",
        spoil: |files| of_tokenizer(files, "/model/type", json!("Magic")),
        expected: is!(Fault::Tokenizer(TokenizerError::Part { part, .. }) if part == "model.type"),
        named: "Magic",
    },
    Case {
        name: "no tokens at all",
        spoil: |files| of_tokenizer(files, "/model/vocab", json!({})),
        expected: is!(Fault::Tokenizer(TokenizerError::Part { .. })),
        named: "tokenizer.json",
    },
    Case {
        name: "a merge of a token that is not there",
        spoil: |files| of_tokenizer(files, "/model/merges", json!(["a x"])),
        expected: is!(Fault::Tokenizer(TokenizerError::Merge { absent, .. }) if absent == "x"),
        named: "“x”",
    },
    Case {
        name: "two tokens of one number",
        spoil: |files| of_tokenizer(files, "/model/vocab", json!({ "a": 0, "b": 0 })),
        expected: is!(Fault::Tokenizer(TokenizerError::Twice { id: 0, .. })),
        named: "“b”",
    },
    Case {
        name: "a tokenizer that throws dice",
        spoil: |files| with(files, "tokenizer.json", |file| file["model"]["dropout"] = json!(0.1)),
        expected: is!(Fault::Tokenizer(TokenizerError::Part { part, .. }) if part == "model.dropout"),
        named: "model.dropout",
    },
    Case {
        name: "merges that are no text",
        spoil: |files| {
            files.remove("tokenizer.json");
            files.insert("vocab.json", br#"{"a":0}"#.to_vec());
            files.insert("merges.txt", vec![0xff, 0xfe, 0x00]);
        },
        expected: is!(Fault::Tokenizer(TokenizerError::Utf8 { .. })),
        named: "merges.txt",
    },
];

const CHECKPOINTS: [Case; 12] = [
    Case {
        name: "weights of no bytes",
        spoil: |files| files.get_mut(WEIGHTS).unwrap().clear(),
        expected: is!(Fault::Weights(WeightsError::Damaged { .. })),
        named: WEIGHTS,
    },
    Case {
        name: "a download that broke off",
        spoil: |files| {
            let bytes = files.get_mut(WEIGHTS).unwrap();
            bytes.truncate(bytes.len() - 5);
        },
        expected: is!(Fault::Weights(WeightsError::Damaged { what }) if matches!(what, Damage::InTensor { .. })),
        named: "h.0.mlp.c_proj.bias",
    },
    Case {
        name: "a header whose length lies",
        spoil: |files| files.get_mut(WEIGHTS).unwrap()[..8].copy_from_slice(&u64::MAX.to_le_bytes()),
        expected: is!(Fault::Weights(WeightsError::Damaged { what }) if *what == Damage::HeaderLength { bytes: u64::MAX }),
        named: "18446744073709551615",
    },
    Case {
        name: "a header that is no list",
        spoil: |files| drop(files.insert(WEIGHTS, [&4u64.to_le_bytes()[..], b"none"].concat())),
        expected: is!(Fault::Weights(WeightsError::Damaged { .. })),
        named: WEIGHTS,
    },
    Case {
        name: "a header that ends too early",
        spoil: |files| files.get_mut(WEIGHTS).unwrap().truncate(30),
        expected: is!(Fault::Weights(WeightsError::Damaged { what }) if matches!(what, Damage::InHeader | Damage::Header { .. })),
        named: WEIGHTS,
    },
    Case {
        name: "bytes behind the last tensor",
        spoil: |files| files.get_mut(WEIGHTS).unwrap().extend([1, 2, 3]),
        expected: is!(Fault::Weights(WeightsError::Damaged { what }) if *what == Damage::Behind { bytes: 3 }),
        named: "3",
    },
    Case {
        name: "a tensor that is missing",
        spoil: |files| of_weights(files, |all| all.retain(|tensor| !tensor.name.ends_with("attn.c_attn.weight"))),
        expected: is!(Fault::Weights(WeightsError::Missing { tensor }) if tensor == "h.0.attn.c_attn.weight"),
        named: "h.0.attn.c_attn.weight",
    },
    Case {
        name: "a tensor lying on its side",
        spoil: |files| of_weights(files, |all| named(all, "mlp.c_fc.weight").shape.reverse()),
        expected: is!(Fault::Weights(WeightsError::Shape { found, .. }) if *found == [24, 6]),
        named: "24 × 6",
    },
    Case {
        name: "more blocks than there are weights",
        spoil: |files| of_config(files, "n_layer", json!(2)),
        expected: is!(Fault::Weights(WeightsError::Missing { tensor }) if tensor.starts_with("h.1.")),
        named: "h.1.",
    },
    Case {
        name: "weights that are whole numbers",
        spoil: |files| of_weights(files, |all| named(all, "wpe.weight").dtype = "I32"),
        expected: is!(Fault::Weights(WeightsError::Type { found, .. }) if found == "I32"),
        named: "I32",
    },
    Case {
        name: "a weight that is not a number",
        spoil: |files| of_weights(files, |all| put(named(all, "wpe.weight"), 9, f32::NAN)),
        expected: is!(Fault::Weights(WeightsError::NotFinite { index: 9, .. })),
        named: "wpe.weight",
    },
    Case {
        name: "an infinite weight",
        spoil: |files| of_weights(files, |all| put(named(all, "h.0.ln_1.bias"), 0, f32::INFINITY)),
        expected: is!(Fault::Weights(WeightsError::NotFinite { index: 0, .. })),
        named: "h.0.ln_1.bias",
    },
];

fn cases() -> impl Iterator<Item = Case> {
    FOLDERS.into_iter().chain(CONFIGS).chain(TOKENIZERS).chain(CHECKPOINTS)
}

/// Puts the files into a folder and reads it.
fn read_files(files: &Files) -> Result<(), Fault> {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    read(folder.path())
}

#[test]
fn the_good_folder_is_taken() {
    assert_eq!(read_files(&good()), Ok(()));
    // A table with more rows than the tokenizer has tokens is common.
    assert_eq!(fits(5, &GptConfig::from_json(&config().to_string()).unwrap()), Ok(()));
}

#[test]
fn each_bad_folder_is_refused_for_what_is_wrong_with_it() {
    assert!(cases().count() >= 30);
    for Case { name, spoil, expected, named } in cases() {
        let mut files = good();
        spoil(&mut files);
        let fault = read_files(&files).expect_err(name);
        assert!(expected(&fault), "{name}: {fault:?}");
        for (locale, end) in [(Locale::En, '.'), (Locale::Zh, '。')] {
            let sentence = (strings(locale).faults.sentence)(&fault);
            assert!(sentence.ends_with(end), "{name}: {sentence}");
            assert!(sentence.contains(named), "{name}: no {named:?} in {sentence}");
            let asked = match locale {
                Locale::En => [
                    "Take", "Download", "Export", "Choose", "Check", "fetch", "Fetch", "put it", "Convert", "convert",
                    "Write",
                ]
                .iter()
                .any(|word| sentence.contains(word)),
                Locale::Zh => sentence.contains('请'),
            };
            assert!(asked, "{name}: what to do? {sentence}");
        }
        // What the reader said in English does not stand in the Chinese sentence.
        let zh = (strings(Locale::Zh).faults.sentence)(&fault);
        for english in [" is ", " the ", " and ", "absent", "empty", "must", "within"] {
            assert!(!zh.contains(english), "{name}: {english:?} in {zh}");
        }
    }
}
