//! `glassbox bench`: how long runs and reads take; medians with their spread.

use super::options::{CliError, Options, engine_words};
use crate::engine::Engine;
use crate::engine::pause::now_ms;
use crate::model::{GptConfig, Site};
use crate::trace::Tap;
use pollster::block_on;
use serde_json::{Value, json};
use std::fmt::Write;

/// Times of one measurement, milliseconds, sorted.
struct Times(Vec<f64>);

impl Times {
    fn median(&self) -> f64 {
        self.0[self.0.len() / 2]
    }

    fn json(&self) -> Value {
        json!({"median": self.median(), "min": self.0[0], "max": self.0[self.0.len() - 1], "n": self.0.len()})
    }
}

/// Measures `work` n times after one warm-up.
fn times(n: usize, mut work: impl FnMut() -> Result<(), CliError>) -> Result<Times, CliError> {
    work()?;
    let mut all = Vec::with_capacity(n);
    for _ in 0..n {
        let start = now_ms();
        work()?;
        all.push(now_ms() - start);
    }
    all.sort_by(f64::total_cmp);
    Ok(Times(all))
}

pub fn run(options: &Options) -> Result<String, CliError> {
    let folder = options.folder()?;
    let (choice, precision) = (options.engine()?, options.precision()?);
    let (mut engine, status) = folder.engine(choice, precision)?;
    let words = engine_words(&status, choice, engine.precision())?;
    let n = options.number("repeat")?.unwrap_or(11).max(1);
    let config = folder.config.clone();
    let mut rows = Vec::new();
    for tokens in [1, 16, 64, 256] {
        if tokens <= engine.capacity() {
            rows.push((format!("fresh_{tokens}_ms"), tokens, fresh(&mut engine, tokens, n)?));
        }
    }
    for tokens in [16, 64, 256] {
        if tokens <= engine.capacity() {
            rows.push((format!("append_{tokens}_ms"), 1, append(&mut engine, tokens, n)?));
        }
    }
    let tokens = 64.min(engine.capacity());
    block_on(engine.run(&ids(&config, tokens, 0)))?;
    let maps: Vec<Tap> = (0..config.layers).map(|l| Tap::all(Site::Weights, l)).collect();
    let reads = [
        ("read_head_ms", vec![Tap::head(Site::Weights, 0, 0)]),
        ("read_maps_ms", maps),
        ("read_logits_ms", vec![Tap::last(Site::Logits, 0)]),
    ];
    for (name, taps) in reads {
        let times = times(n, || Ok(block_on(engine.read(&taps)).map(|_| ())?))?;
        rows.push((name.into(), 0, times));
    }
    // The CPU engine keeps f32, also of numbers that are rounded to less.
    let bits = if matches!(engine, Engine::Cpu(_)) { 32 } else { engine.precision().bits() };
    let weight_bytes = weight_bytes(&config, bits);
    if options.get("json").is_some() {
        let mut all: Value = rows.iter().map(|(name, _, times)| (name.clone(), times.json())).collect();
        all["model"] = folder.name().into();
        all["engine"] = words.into();
        all["weight_bytes"] = weight_bytes.into();
        return Ok(format!("{all:#}\n"));
    }
    Ok(table(&folder.name(), &words, weight_bytes, &rows))
}

/// Ids that look like a text: they repeat, and differ from their neighbours.
fn ids(config: &GptConfig, count: usize, last: usize) -> Vec<u32> {
    let mut ids: Vec<u32> = (0..count).map(|i| ((i * i * 7 + 13 * i + 5) % config.vocab) as u32).collect();
    if let Some(id) = ids.last_mut() {
        *id = ((*id as usize + last) % config.vocab) as u32;
    }
    ids
}

/// All positions from nothing, up to the last one's logits.
fn fresh(engine: &mut Engine, tokens: usize, n: usize) -> Result<Times, CliError> {
    let ids = ids(engine.config(), tokens, 0);
    times(n, || {
        engine.forget();
        Ok(answer(engine, &ids)?)
    })
}

/// One more token after `tokens`, up to its logits: another one each time.
fn append(engine: &mut Engine, tokens: usize, n: usize) -> Result<Times, CliError> {
    let config = engine.config().clone();
    let mut last = 0;
    times(n, || {
        last += 1;
        Ok(answer(engine, &ids(&config, tokens, last))?)
    })
}

fn answer(engine: &mut Engine, ids: &[u32]) -> Result<(), crate::engine::EngineError> {
    block_on(engine.run(ids))?;
    block_on(engine.read(&[Tap::last(Site::Logits, 0)]))?;
    Ok(())
}

/// Bytes of weights that one token's run reads: all matrices once, the token table once.
fn weight_bytes(config: &GptConfig, bits: usize) -> u64 {
    let tables = config.positions + if config.tied { 0 } else { config.vocab };
    let matrices = config.parameters() - (tables * config.width) as u64;
    matrices * bits as u64 / 8
}

fn table(model: &str, engine: &str, weight_bytes: u64, rows: &[(String, usize, Times)]) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{model} on {engine}; {:.1} MB of weights a token", weight_bytes as f64 / 1e6);
    let _ =
        writeln!(out, "{:<16} {:>10} {:>10} {:>10} {:>12} {:>10}", "", "median ms", "min", "max", "tokens/s", "GB/s");
    for (name, tokens, times) in rows {
        let seconds = times.median() / 1e3;
        let rate = if *tokens > 0 { format!("{:.0}", *tokens as f64 / seconds) } else { String::new() };
        // Only where one token is computed are the weights read once for it.
        let bytes = if *tokens == 1 { format!("{:.1}", weight_bytes as f64 / 1e9 / seconds) } else { String::new() };
        let (low, high) = (times.0[0], times.0[times.0.len() - 1]);
        let _ = writeln!(out, "{name:<16} {:>10.3} {low:>10.3} {high:>10.3} {rate:>12} {bytes:>10}", times.median());
    }
    out
}
