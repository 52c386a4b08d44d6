//! The command line's words, read.

use crate::engine::{EngineChoice, EngineError, EngineStatus};
use crate::folder::{Folder, FolderError};
use crate::model::{GptConfig, Knob, Precision};
use std::collections::BTreeMap;
use std::path::PathBuf;
use thiserror::Error;

/// What can go wrong; the messages say what to do.
#[derive(Debug, Error)]
pub enum CliError {
    #[error("{0}")]
    Usage(String),
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error("{path} cannot be written ({reason}); choose another place with --out")]
    Write { path: PathBuf, reason: String },
}

/// `--name value` pairs and `--flags`.
pub struct Options {
    values: BTreeMap<String, Vec<String>>,
}

const FLAGS: [&str; 2] = ["json", "lens-grid"];
const KNOWN: [&str; 15] = [
    "model",
    "text",
    "ids",
    "engine",
    "weights",
    "sites",
    "out",
    "neighbours",
    "repeat",
    "config",
    "seed",
    "json",
    "knob",
    "lens-grid",
    "word",
];

impl Options {
    /// The verb, and what follows it.
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<(String, Self), CliError> {
        let verb = match arguments.next().as_deref() {
            None | Some("-h" | "--help" | "help") => "help".to_string(),
            Some(verb) => verb.to_string(),
        };
        let mut values = BTreeMap::<String, Vec<String>>::new();
        while let Some(argument) = arguments.next() {
            if verb == "help" || argument == "--help" || argument == "-h" {
                return Ok(("help".into(), Self { values }));
            }
            let name = argument.strip_prefix("--").filter(|n| KNOWN.contains(n)).ok_or_else(|| {
                CliError::Usage(format!("'{argument}' is not understood; glassbox --help lists the options"))
            })?;
            let value = if FLAGS.contains(&name) { Some(String::new()) } else { arguments.next() };
            let value = value.ok_or_else(|| CliError::Usage(format!("--{name} wants a value after it")))?;
            values.entry(name.to_string()).or_default().push(value);
        }
        Ok((verb, Self { values }))
    }

    /// What was said; of several, the last.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).last().map(String::as_str)
    }

    /// All that was said, in order.
    pub fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    pub fn need(&self, name: &str, what: &str) -> Result<&str, CliError> {
        self.get(name).ok_or_else(|| CliError::Usage(format!("--{name} is missing: {what}")))
    }

    pub fn number(&self, name: &str) -> Result<Option<usize>, CliError> {
        let wrong = |text| CliError::Usage(format!("--{name} wants a whole number, and '{text}' is none"));
        self.get(name).map(|text| text.parse().map_err(|_| wrong(text))).transpose()
    }

    pub fn folder(&self) -> Result<Folder, CliError> {
        let path = self.need("model", "the folder of a model, for instance www/models/story")?;
        Ok(Folder::open(path.as_ref())?)
    }

    pub fn engine(&self) -> Result<EngineChoice, CliError> {
        match self.get("engine") {
            None => Ok(EngineChoice::Auto),
            Some("gpu") => Ok(EngineChoice::Gpu),
            Some("cpu") => Ok(EngineChoice::Cpu),
            Some(other) => Err(CliError::Usage(format!("--engine is gpu or cpu, and not '{other}'"))),
        }
    }

    /// The knob to be turned, in a model of this shape.
    pub fn knob(&self, config: &GptConfig) -> Result<Option<Knob>, CliError> {
        let wrong = |text| {
            CliError::Usage(format!(
                "--knob wants head:LAYER:HEAD:SCALE or weight:NAME:ROW:COLUMN:VALUE, all of them in this model, and not '{text}'"
            ))
        };
        self.get("knob").map(|text| Knob::parse(text, config).ok_or_else(|| wrong(text))).transpose()
    }

    pub fn precision(&self) -> Result<Precision, CliError> {
        self.get("weights").map_or(Ok(Precision::F16), precision)
    }
}

/// How weights are kept, by its name.
pub fn precision(name: &str) -> Result<Precision, CliError> {
    match name {
        "f16" => Ok(Precision::F16),
        "f32" => Ok(Precision::F32),
        "int8" => Ok(Precision::Int8),
        other => Err(CliError::Usage(format!("--weights is f16, f32 or int8, and not '{other}'"))),
    }
}

/// The engine that came, in words; `--engine gpu` without a GPU is an error, not a fallback.
pub fn engine_words(status: &EngineStatus, choice: EngineChoice, precision: Precision) -> Result<String, CliError> {
    match status {
        EngineStatus::Gpu { adapter, software } => {
            let kind = if *software { ", a program that plays a GPU" } else { "" };
            Ok(format!("gpu ({adapter}{kind}), {precision:?} weights"))
        }
        EngineStatus::Cpu { why } if choice == EngineChoice::Gpu => Err(CliError::Usage(format!(
            "there is no GPU to be had ({why:?}); leave --engine out, or say --engine cpu"
        ))),
        EngineStatus::Cpu { why } => Ok(format!("cpu ({why:?}), {precision:?} weights")),
    }
}
