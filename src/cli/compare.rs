//! `glassbox compare`: two models, or one in two precisions, on the same text: how far apart are their answers?

use super::options::{CliError, Options, engine_words, precision};
use crate::analysis::agreement::Agreement;
use crate::engine::Engine;
use crate::folder::Folder;
use crate::model::{LensPoint, Precision, Site, SiteName};
use pollster::block_on;
use serde_json::{Value, json};

/// Most tokens of a text that are compared.
const MOST_TOKENS: usize = 1 << 20;

/// One of the two.
struct Side {
    name: String,
    words: String,
    precision: Precision,
    engine: Engine,
}

pub fn run(options: &Options) -> Result<String, CliError> {
    let [reference, other] = sides(options)?;
    let path = options.need("text", "the file of a text that both models read")?;
    let text = std::fs::read_to_string(path).map_err(|e| CliError::Usage(format!("{path} cannot be read ({e})")))?;
    let folders = [Folder::open(reference.0.as_ref())?, Folder::open(other.0.as_ref())?];
    let tokenizers = [folders[0].tokenizer()?, folders[1].tokenizer()?];
    let vocabs = folders.each_ref().map(|folder| folder.config.vocab);
    if vocabs[0] != vocabs[1] || tokenizers[0].vocabulary() != tokenizers[1].vocabulary() {
        return Err(CliError::Usage(format!(
            "{} and {} have different vocabularies ({} and {} tokens): their logits are about different tokens. Compare models that share a tokenizer",
            folders[0].name(),
            folders[1].name(),
            vocabs[0],
            vocabs[1]
        )));
    }
    let ids = tokenizers[0].encode(&text, MOST_TOKENS).ids();
    if ids.len() < 2 {
        return Err(CliError::Usage(format!("{path} has {} tokens; a comparison needs at least two", ids.len())));
    }
    let mut sides = [side(options, &folders[0], reference.1)?, side(options, &folders[1], other.1)?];
    let window = sides[0].engine.capacity().min(sides[1].engine.capacity());
    let agreement = agreement(&mut sides, &ids, window)?;
    let told = told(&sides, &agreement, ids.len(), window);
    Ok(if options.get("json").is_some() { format!("{told:#}\n") } else { words(&told) })
}

/// Folders and precisions: two models, or one in two precisions (in f32 and the one that is said).
fn sides(options: &Options) -> Result<[(String, Precision); 2], CliError> {
    let weights: Vec<Precision> =
        options.all("weights").iter().map(|word| precision(word)).collect::<Result<_, _>>()?;
    let [first, second] = match weights[..] {
        [] => [Precision::F32; 2],
        [one] if options.all("model").len() == 1 => [Precision::F32, one],
        [one] => [one; 2],
        [first, second] => [first, second],
        _ => return Err(CliError::Usage("--weights can be said twice at most: for each model".into())),
    };
    match options.all("model") {
        [one] if !weights.is_empty() => Ok([(one.clone(), first), (one.clone(), second)]),
        [reference, other] => Ok([(reference.clone(), first), (other.clone(), second)]),
        _ => Err(CliError::Usage(
            "say what to compare: --model DIR twice, or once and --weights f16, int8 or two of them".into(),
        )),
    }
}

fn side(options: &Options, folder: &Folder, precision: Precision) -> Result<Side, CliError> {
    let choice = options.engine()?;
    let (engine, status) = folder.engine(choice, precision)?;
    let precision = engine.precision();
    Ok(Side { name: folder.name(), words: engine_words(&status, choice, precision)?, precision, engine })
}

/// Reads the text in windows, each from nothing, and compares every position's logits.
fn agreement(sides: &mut [Side; 2], ids: &[u32], window: usize) -> Result<Agreement, CliError> {
    let mut agreement = Agreement::default();
    let vocab = sides[0].engine.config().vocab;
    let batch = sides.iter().map(|side| side.engine.batch_rows()).min().unwrap_or(1);
    for (w, part) in ids.chunks(window).enumerate() {
        for side in sides.iter_mut() {
            block_on(side.engine.run(part))?;
        }
        for start in (0..part.len()).step_by(batch) {
            let rows = start..part.len().min(start + batch);
            let mut logits = |side: usize| {
                let engine = &mut sides[side].engine;
                let river = SiteName::new(Site::Out, engine.config().layers - 1);
                block_on(engine.logits(&[LensPoint { river, rows: rows.clone() }]))
            };
            let (a, b) = (logits(0)?, logits(1)?);
            for (i, (a, b)) in a.chunks(vocab).zip(b.chunks(vocab)).enumerate() {
                agreement.add(a, b, ids.get(w * window + start + i + 1).copied());
            }
        }
    }
    Ok(agreement)
}

fn told(sides: &[Side; 2], agreement: &Agreement, tokens: usize, window: usize) -> Value {
    let perplexities = agreement.perplexities();
    let side = |i: usize| {
        let Side { name, words, precision, .. } = &sides[i];
        json!({"model": name, "engine": words, "precision": format!("{precision:?}"), "perplexity": perplexities[i]})
    };
    json!({
        "reference": side(0),
        "other": side(1),
        "tokens": tokens,
        "window": window,
        "positions": agreement.positions(),
        "relative_error": agreement.relative_error(),
        "largest_difference": agreement.largest_difference(),
        "same_likeliest": agreement.same_likeliest(),
        "divergence_bits": agreement.divergence_bits(),
    })
}

fn words(told: &Value) -> String {
    let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
    let side = |name: &str| {
        let side = &told[name];
        let text = |key: &str| side[key].as_str().unwrap_or_default();
        format!("{name:<10} {} on {}: perplexity {:.3}\n", text("model"), text("engine"), number(&side["perplexity"]))
    };
    format!(
        "{}{}{} positions, in windows of {}\n  relative logit error {:>12.3e}\n  largest difference   {:>12.4}\n  same likeliest token {:>10.2} %\n  divergence           {:>12.3e} bits\n",
        side("reference"),
        side("other"),
        told["positions"],
        told["window"],
        number(&told["relative_error"]),
        number(&told["largest_difference"]),
        100.0 * number(&told["same_likeliest"]),
        number(&told["divergence_bits"]),
    )
}
