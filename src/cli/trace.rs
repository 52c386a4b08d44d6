//! `glassbox trace`: one run, its tokens, its answer, and any value of it as a file.

use super::options::{CliError, Options, engine_words};
use crate::analysis::lens::LensGrid;
use crate::analysis::neighbours::{self, Neighbour};
use crate::analysis::probability::{Chance, Distribution};
use crate::engine::Engine;
use crate::link::answering::lens_grid;
use crate::model::{Site, SiteName};
use crate::tokens::{Text, Tokenizer};
use crate::trace::{Layout, Rows, Tap, file};
use safetensors::tensor::serialize_to_file;
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;

/// How many next tokens are printed.
const LIKELIEST: usize = 10;

/// Everything that is printed or written.
struct Summary {
    header: Value,
    text: Text,
    tokenizer: Option<Tokenizer>,
    next: Vec<Chance>,
    /// For each token of the text, its nearest ones.
    nearest: Vec<Vec<Neighbour>>,
    grid: Option<LensGrid>,
}

pub fn run(options: &Options) -> Result<String, CliError> {
    let folder = options.folder()?;
    let (text, tokenizer) = read_text(options, &folder)?;
    let (choice, precision) = (options.engine()?, options.precision()?);
    let (mut engine, status) = folder.engine(choice, precision)?;
    let precision = engine.precision();
    let engine_words = engine_words(&status, choice, precision)?;
    let taps = taps(options, folder.config.layers)?;
    let knob = options.knob(&folder.config)?;
    pollster::block_on(engine.turn(knob))?;

    let ids = text.ids();
    let start = crate::engine::pause::now_ms();
    pollster::block_on(engine.run(&ids))?;
    let (_, logits) = pollster::block_on(engine.read(&[Tap::last(Site::Logits, 0)]))?;
    let milliseconds = crate::engine::pause::now_ms() - start;
    let (layout, values) = pollster::block_on(engine.read(&taps))?;

    let next = Distribution::new(&logits, 1.0).top(LIKELIEST);
    let nearest = nearest(&mut engine, &ids, options.number("neighbours")?)?;
    let grid = grid(&mut engine, options)?;
    let header = json!({
        "model": folder.name(),
        "engine": engine_words,
        "precision": format!("{precision:?}"),
        "knob": knob.map(|knob| knob.to_string()),
        "milliseconds": milliseconds,
        "config": serde_json::from_str::<Value>(&folder.config.to_json()).unwrap_or_default(),
    });
    let summary = Summary { header, text, tokenizer, next, nearest, grid };
    if let Some(path) = options.get("out") {
        summary.write(path.as_ref(), &layout, &values)?;
    }
    if options.get("json").is_some() || summary.grid.is_some() {
        let with_values = options.get("out").is_none();
        return Ok(summary.json(with_values.then_some((&layout, &values[..]))));
    }
    Ok(summary.words())
}

fn read_text(options: &Options, folder: &crate::folder::Folder) -> Result<(Text, Option<Tokenizer>), CliError> {
    let text = match (options.get("text"), options.get("ids")) {
        (Some(typed), None) => {
            let tokenizer = folder.tokenizer()?;
            (tokenizer.encode(typed, folder.config.positions), Some(tokenizer))
        }
        (None, Some(list)) => {
            let wrong =
                |id: &str| CliError::Usage(format!("--ids wants numbers separated by commas, and '{id}' is none"));
            let ids: Result<Vec<u32>, _> = list.split(',').map(|id| id.trim().parse().map_err(|_| wrong(id))).collect();
            // Ids need no tokenizer; where there is one, their texts are shown.
            (Text::from_ids(&ids?), folder.tokenizer().ok())
        }
        _ => return Err(CliError::Usage("say what to run: either --text TEXT or --ids 1,2,3".into())),
    };
    if text.0.tokens.is_empty() {
        return Err(CliError::Usage("the text has no tokens; a run needs at least one".into()));
    }
    Ok(text)
}

/// The sites asked for; all but the lenses where a file is written and nothing is said.
fn taps(options: &Options, layers: usize) -> Result<Vec<Tap>, CliError> {
    let names = match (options.get("sites"), options.get("out")) {
        (Some("all"), _) => [SiteName::all(layers), SiteName::lenses(layers)].concat(),
        (None, Some(_)) => SiteName::all(layers),
        (None, None) => Vec::new(),
        (Some(list), _) => {
            let unknown = |name: &str| {
                CliError::Usage(format!(
                    "there is no site '{name}'; names look like block.0.attention.weights or logits"
                ))
            };
            let parse = |name: &str| SiteName::parse(name.trim(), layers).ok_or_else(|| unknown(name));
            list.split(',').map(parse).collect::<Result<_, _>>()?
        }
    };
    Ok(names.into_iter().map(|name| Tap { name, head: None, rows: Rows::All }).collect())
}

fn nearest(engine: &mut Engine, ids: &[u32], count: Option<usize>) -> Result<Vec<Vec<Neighbour>>, CliError> {
    let Some(count) = count else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for id in ids {
        let cosines = pollster::block_on(engine.similar(*id))?;
        all.push(neighbours::nearest(&cosines, *id, count));
    }
    Ok(all)
}

fn grid(engine: &mut Engine, options: &Options) -> Result<Option<LensGrid>, CliError> {
    let (word, vocab) = (options.number("word")?, engine.config().vocab);
    if let Some(id) = word.filter(|id| *id >= vocab) {
        return Err(CliError::Usage(format!("--word wants a token of the vocabulary of {vocab}, and {id} is none")));
    }
    if options.get("lens-grid").is_none() {
        return match word {
            Some(_) => Err(CliError::Usage("--word goes with --lens-grid".into())),
            None => Ok(None),
        };
    }
    Ok(Some(pollster::block_on(lens_grid(engine, word.map(|id| id as u32)))?))
}

impl Summary {
    /// A token's text, as far as it is text.
    fn show(&self, id: u32) -> String {
        let Some(tokenizer) = &self.tokenizer else { return String::new() };
        file::shown(tokenizer.vocabulary().bytes_of(id))
    }

    fn words(&self) -> String {
        let mut out = String::new();
        let field = |name: &str| self.header[name].as_str().unwrap_or_default().to_string();
        let _ = writeln!(out, "{} on {}", field("model"), field("engine"));
        let _ = writeln!(out, "{} tokens", self.text.tokens.len());
        for (position, token) in self.text.tokens.iter().enumerate() {
            let _ = writeln!(out, "  {position:>4}  {:>6}  {:?}", token.id, self.show(token.id));
            for Neighbour { id, cosine } in self.nearest.get(position).into_iter().flatten() {
                let _ = writeln!(out, "                  {cosine:.4}  {id:>6}  {:?}", self.show(*id));
            }
        }
        if self.text.unread_bytes > 0 {
            let _ = writeln!(out, "{} bytes at the end do not fit and are not read", self.text.unread_bytes);
        }
        let _ = writeln!(out, "likeliest next tokens");
        for Chance { id, probability } in &self.next {
            let _ = writeln!(out, "  {:>8.4} %  {id:>6}  {:?}", 100.0 * probability, self.show(*id));
        }
        out
    }

    fn json(&self, values: Option<(&Layout, &[f32])>) -> String {
        let mut all = self.header.clone();
        let token = |(position, token): (usize, &crate::tokens::Token)| json!({"position": position, "id": token.id, "text": self.show(token.id), "start": token.start, "end": token.end});
        all["tokens"] = self.text.tokens.iter().enumerate().map(token).collect();
        let next =
            |Chance { id, probability }: &Chance| json!({"id": id, "text": self.show(*id), "probability": probability});
        all["unread_bytes"] = self.text.unread_bytes.into();
        all["next"] = self.next.iter().map(next).collect();
        let near = |Neighbour { id, cosine }: &Neighbour| json!({"id": id, "text": self.show(*id), "cosine": cosine});
        all["neighbours"] = self.nearest.iter().map(|list| list.iter().map(near).collect::<Value>()).collect();
        if let Some(grid) = &self.grid {
            all["grid"] = json!({"floors": grid.floors(), "tokens": grid.tokens, "cells": grid.cells});
        }
        if let Some((layout, values)) = values {
            // JSON has no −∞: masked scores become null.
            let site = |e: &crate::trace::Entry| json!({"name": e.name.to_string(), "shape": e.shape(), "values": &values[e.range()]});
            all["sites"] = layout.entries.iter().map(site).collect();
        }
        format!("{all:#}\n")
    }

    fn write(&self, path: &Path, layout: &Layout, values: &[f32]) -> Result<(), CliError> {
        let failed = |reason: String| CliError::Write { path: path.to_path_buf(), reason };
        let ids = self.text.ids();
        let tokens: Vec<String> = ids.iter().map(|id| self.show(*id)).collect();
        let tensors = file::tensors(layout, values).map_err(|e| failed(e.to_string()))?;
        let metadata = file::metadata(&self.header, &ids, &tokens);
        serialize_to_file(tensors, Some(metadata), path).map_err(|e| failed(e.to_string()))
    }
}
