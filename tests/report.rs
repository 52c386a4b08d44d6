//! `training/REPORT.json`: what is said of the shipped models was measured on these very weights, and is good enough
//! for a class.

use serde_json::Value;
use sha2::{Digest, Sha256};
use std::path::Path;

const MODELS: [&str; 2] = ["story", "poem"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn report() -> Value {
    serde_json::from_str(&std::fs::read_to_string(root().join("training/REPORT.json")).unwrap()).unwrap()
}

/// The strongest head of a kind: its block and head from 1, and its score.
fn strongest(measured: &Value, kind: &str) -> (u64, u64, f64) {
    let heads = measured["heads"].as_array().unwrap();
    let score = |head: &Value| head[kind].as_f64().unwrap();
    let best = heads.iter().max_by(|a, b| score(a).total_cmp(&score(b))).unwrap();
    (best["layer"].as_u64().unwrap() + 1, best["head"].as_u64().unwrap() + 1, score(best))
}

/// What falls short in a model's figures.
fn shortcomings(measured: &Value) -> Vec<String> {
    let bits = |name: &str| measured["bits per byte"][name].as_f64().unwrap();
    let mut found = Vec::new();
    let mut must = |holds: bool, what: String| {
        if !holds {
            found.push(what);
        }
    };
    for baseline in ["bigram", "xz -9", "gzip -9", "untrained"] {
        must(bits("model") < bits(baseline), format!("worse than {baseline}"));
    }
    let offending = measured["sampled continuations with a blocked word, of 1000"].as_u64();
    must(offending == Some(0), format!("{offending:?} of 1,000 continuations hold a blocked word"));
    let (share, probes) = (&measured["neighbours"]["share of a kind"], &measured["neighbours"]["probes"]);
    must(share.as_f64() >= Some(0.7) && probes.as_u64() >= Some(40), format!("{share} of {probes} probes' neighbours"));
    let lens = measured["logit lens"].as_array().unwrap();
    let rank = |floor: Option<&Value>| floor.unwrap()["mean"].as_f64().unwrap();
    must(rank(lens.last()) < 0.5 * rank(lens.first()), "the true token's rank does not fall".into());
    found
}

#[test]
fn it_was_measured_on_the_weights_that_are_shipped() {
    for name in MODELS {
        let weights = std::fs::read(root().join("www/models").join(name).join("model.safetensors")).unwrap();
        let hash: String = Sha256::digest(&weights).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(report()[name]["weights"], hash.as_str(), "run the report of {name} anew");
    }
}

#[test]
fn the_models_can_go_in_front_of_a_class() {
    for name in MODELS {
        assert_eq!(shortcomings(&report()[name]), [""; 0], "{name}");
    }
}

#[test]
fn a_worse_model_is_noticed() {
    let mut measured = report()["story"].clone();
    measured["bits per byte"]["model"] = 9.0.into();
    measured["sampled continuations with a blocked word, of 1000"] = 1.into();
    measured["neighbours"]["share of a kind"] = 0.6.into();
    assert_eq!(shortcomings(&measured).len(), 6);
}

/// Lessons point at heads by name: the examples name the ones that the report finds.
#[test]
fn the_examples_name_the_heads_that_were_measured() {
    let examples = std::fs::read_to_string(root().join("www/models/story/examples.json")).unwrap();
    for (kind, least) in [("previous", 0.3), ("first", 0.3), ("induction", 0.2)] {
        let (block, head, score) = strongest(&report()["story"], kind);
        assert!(score >= least, "no {kind} head: {score}");
        for name in [format!("lock {block}, head {head}"), format!("第 {block} 层第 {head} 头")] {
            assert!(examples.contains(&name), "{kind}: {name} is in no example");
        }
    }
}
