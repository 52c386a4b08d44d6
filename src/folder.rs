//! A model's folder on disk, in Hugging Face's layout, for the command line and the tests.

use crate::engine::{Engine, EngineChoice, EngineError, EngineStatus};
use crate::model::weights::int8;
use crate::model::{Checkpoint, ConfigError, GptConfig, Precision, Sink, TensorName, Tensors, WeightsError};
use crate::tokens::{Tokenizer, TokenizerError};
use safetensors::Dtype;
use std::collections::BTreeMap;
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

/// A folder with `config.json`, `model.safetensors`, and `tokenizer.json`, `vocab.json` + `merges.txt` or
/// `vocab.txt`.
pub struct Folder {
    path: PathBuf,
    pub config: GptConfig,
    /// Its weights are written in bytes ([`int8`]).
    in_bytes: bool,
}

impl Folder {
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let json = String::from_utf8_lossy(&bytes(&path.join("config.json"))?).into_owned();
        let config = GptConfig::from_json(&json)?;
        Ok(Self { path: path.to_path_buf(), config, in_bytes: int8::is_marked(&json) })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The last part of its path.
    pub fn name(&self) -> String {
        let path = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned())
    }

    /// The tokenizer, from whichever files are there.
    pub fn tokenizer(&self) -> Result<Tokenizer, FolderError> {
        let [whole, merges, pieces] = ["tokenizer.json", "merges.txt", "vocab.txt"].map(|name| self.path.join(name));
        if !whole.exists() && merges.exists() {
            let vocab = bytes(&self.path.join("vocab.json"))?;
            return Ok(Tokenizer::from_vocab_merges(&vocab, &bytes(&merges)?)?);
        }
        if !whole.exists() && pieces.exists() {
            let settings = self.path.join("tokenizer_config.json");
            let settings = settings.exists().then(|| bytes(&settings)).transpose()?;
            return Ok(Tokenizer::from_vocab_txt(&bytes(&pieces)?, settings.as_deref())?);
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

    /// The tensors that its weights file has and how it stores them, from the file's header alone.
    pub fn stored(&self) -> Result<BTreeMap<TensorName, Dtype>, FolderError> {
        let path = self.path.join("model.safetensors");
        let io = |reason| FolderError::Io { path: path.clone(), reason };
        let mut file = File::open(&path).map_err(io)?;
        let mut checkpoint = Checkpoint::new(&self.config);
        let mut buffer = vec![0; 1 << 16];
        loop {
            let count = file.read(&mut buffer).map_err(io)?;
            // Nowhere: rows that come along are checked and dropped.
            checkpoint.feed(&buffer[..count], &mut Tensors::default())?;
            if let Some(tensors) = checkpoint.tensors() {
                return Ok(tensors);
            }
            if count == 0 {
                checkpoint.finish()?;
                return Ok(BTreeMap::new());
            }
        }
    }

    /// An engine with this model in it.
    pub fn engine(&self, choice: EngineChoice, precision: Precision) -> Result<(Engine, EngineStatus), FolderError> {
        let precision = if self.in_bytes { precision.of_bytes() } else { precision };
        let (mut engine, status) = pollster::block_on(Engine::open(choice, &self.config, precision))?;
        self.weights(&mut engine)?;
        Ok((engine, status))
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, FolderError> {
    fs::read(path).map_err(|reason| FolderError::Io { path: path.to_path_buf(), reason })
}
