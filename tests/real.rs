//! The real GPT-2 124M, where somebody has its weights: `GPT2_DIR=… cargo xtask test --real`. What other
//! projects' tests say that it gives stands in tests/data/gpt2_model_expectations.json, each with its source.

use glassbox::engine::{Engine, EngineChoice};
use glassbox::folder::Folder;
use glassbox::model::{Precision, Site};
use glassbox::tokens::Tokenizer;
use glassbox::trace::Tap;
use pollster::block_on;
use serde_json::Value;
use std::path::PathBuf;

/// The folder of the weights; without one the test says that it did nothing.
fn folder() -> Option<PathBuf> {
    let there = std::env::var_os("GPT2_DIR").map(PathBuf::from);
    if there.is_none() {
        eprintln!("SKIPPED: set GPT2_DIR to a folder with openai-community/gpt2 to check the real weights");
    }
    there
}

fn expectations() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/gpt2_model_expectations.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn argmax(logits: &[f32]) -> (u32, f32) {
    assert!(logits.iter().all(|logit| logit.is_finite()));
    (0..).zip(logits.iter().copied()).max_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
}

fn last_logits(engine: &mut Engine, ids: &[u32]) -> Vec<f32> {
    block_on(engine.run(ids)).unwrap();
    block_on(engine.read(&[Tap::last(Site::Logits, 0)])).unwrap().1
}

/// `ids` and the `count` likeliest that follow, one after the other, or up to `stop`.
fn greedy(engine: &mut Engine, ids: &[u32], count: usize, stop: Option<u32>) -> Vec<u32> {
    let mut all = ids.to_vec();
    for _ in 0..count {
        let (next, _) = argmax(&last_logits(engine, &all));
        all.push(next);
        if stop == Some(next) {
            break;
        }
    }
    all
}

fn ids(value: &Value) -> Vec<u32> {
    value.as_array().unwrap().iter().map(|id| id.as_u64().unwrap() as u32).collect()
}

fn text(tokenizer: &Tokenizer, ids: &[u32]) -> String {
    let bytes: Vec<u8> = ids.iter().flat_map(|id| tokenizer.vocabulary().bytes_of(*id)).copied().collect();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn greedy_continuations_are_those_that_others_get() {
    let Some(path) = folder() else { return };
    let folder = Folder::open(&path).unwrap();
    let (tokenizer, expected) = (folder.tokenizer().unwrap(), expectations());
    let (mut engine, _) = folder.engine(EngineChoice::Cpu, Precision::F32).unwrap();
    for case in expected["greedy_ids"].as_array().unwrap() {
        let (prompt, output) = (ids(&case["prompt_ids"]), ids(&case["output_ids"]));
        assert_eq!(greedy(&mut engine, &prompt, output.len() - prompt.len(), None), output, "{}", case["source"]);
    }
    for case in expected["greedy_text"].as_array().unwrap() {
        let prompt = case["prompt"].as_str().unwrap();
        let start = tokenizer.encode(prompt, 1024).ids();
        let whole = match case["text"].as_str() {
            Some(text) => text.to_owned(),
            None => format!("{prompt}{}", case["continuation"].as_str().unwrap()),
        };
        let wanted = tokenizer.encode(&whole, 1024).ids();
        let found = greedy(&mut engine, &start, wanted.len() - start.len(), None);
        assert_eq!(text(&tokenizer, &found), whole, "{}", case["source"]);
    }
}

#[test]
fn a_logit_and_a_loss_are_those_that_others_get() {
    let Some(path) = folder() else { return };
    let folder = Folder::open(&path).unwrap();
    let (tokenizer, expected) = (folder.tokenizer().unwrap(), expectations());
    let (mut engine, _) = folder.engine(EngineChoice::Cpu, Precision::F32).unwrap();
    let case = &expected["logit"][0];
    let (id, logit) =
        argmax(&last_logits(&mut engine, &tokenizer.encode(case["prompt"].as_str().unwrap(), 1024).ids()));
    assert_eq!(u64::from(id), case["argmax_last"].as_u64().unwrap());
    let wanted = case["logit"].as_f64().unwrap();
    // Other libraries add in another order: five digits of a number of this size are theirs as well.
    assert!((f64::from(logit) - wanted).abs() <= 1e-3, "{logit} for {wanted}");

    let case = &expected["loss"][0];
    let tokens = ids(&case["tokens_257"]);
    let mut sum = 0.0;
    for row in 0..4 {
        let part = &tokens[64 * row..=64 * (row + 1)];
        engine.forget();
        block_on(engine.run(&part[..64])).unwrap();
        let logits = block_on(engine.read(&[Tap::all(Site::Logits, 0)])).unwrap().1;
        for (logits, target) in logits.chunks(folder.config.vocab).zip(&part[1..]) {
            let most = f64::from(argmax(logits).1);
            let all: f64 = logits.iter().map(|logit| (f64::from(*logit) - most).exp()).sum();
            sum += most + all.ln() - f64::from(logits[*target as usize]);
        }
    }
    let (loss, wanted) = (sum / 256.0, case["loss"].as_f64().unwrap());
    assert!((loss - wanted).abs() <= 1e-4, "{loss} for {wanted}");
}
