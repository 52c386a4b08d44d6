//! A model's folder on disk, in Hugging Face's layout, for the command line and the tests.

use crate::engine::{Engine, EngineChoice, EngineError, EngineStatus};
use crate::model::{Checkpoint, ConfigError, GptConfig, Precision, Sink, WeightsError};
use crate::tokens::{Tokenizer, TokenizerError};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a folder cannot be used. The messages say what to do.
#[derive(Debug, Error)]
pub enum FolderError {
    #[error(
        "{path} cannot be read ({reason}); --model wants a folder with config.json, model.safetensors and tokenizer.json"
    )]
    Io { path: PathBuf, reason: io::Error },
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Weights(#[from] WeightsError),
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// A folder with `config.json`, `model.safetensors`, and `tokenizer.json` or `vocab.json` +
/// `merges.txt`.
pub struct Folder {
    path: PathBuf,
    pub config: GptConfig,
}

impl Folder {
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let json = bytes(&path.join("config.json"))?;
        let config = GptConfig::from_json(&String::from_utf8_lossy(&json))?;
        Ok(Self { path: path.to_path_buf(), config })
    }

    /// The last part of its path.
    pub fn name(&self) -> String {
        let path = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned())
    }

    /// The tokenizer, from whichever files are there.
    pub fn tokenizer(&self) -> Result<Tokenizer, FolderError> {
        let whole = self.path.join("tokenizer.json");
        if !whole.exists() && self.path.join("merges.txt").exists() {
            let vocab = bytes(&self.path.join("vocab.json"))?;
            let merges = bytes(&self.path.join("merges.txt"))?;
            return Ok(Tokenizer::from_vocab_merges(&vocab, &merges)?);
        }
        Ok(Tokenizer::from_json(&bytes(&whole)?)?)
    }

    /// Streams the weights to where they go, checked.
    pub fn weights(&self, sink: &mut impl Sink) -> Result<(), FolderError> {
        let path = self.path.join("model.safetensors");
        let io = |reason| FolderError::Io { path: path.clone(), reason };
        let mut file = File::open(&path).map_err(io)?;
        let mut checkpoint = Checkpoint::new(&self.config);
        let mut buffer = vec![0; 4 << 20];
        loop {
            let count = file.read(&mut buffer).map_err(io)?;
            if count == 0 {
                return Ok(checkpoint.finish()?);
            }
            checkpoint.feed(&buffer[..count], sink)?;
        }
    }

    /// An engine with this model in it.
    pub fn engine(&self, choice: EngineChoice, precision: Precision) -> Result<(Engine, EngineStatus), FolderError> {
        let (mut engine, status) = pollster::block_on(Engine::open(choice, &self.config, precision))?;
        self.weights(&mut engine)?;
        Ok((engine, status))
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, FolderError> {
    fs::read(path).map_err(|reason| FolderError::Io { path: path.to_path_buf(), reason })
}
