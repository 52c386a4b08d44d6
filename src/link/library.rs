//! The models that can be opened: those that the site offers, those that lie on this device, and what
//! the device has room for.

use super::protocol::Fault;
use super::source::Source;
use crate::engine::EngineChoice;
use crate::model::{GptConfig, Precision};
use serde::{Deserialize, Serialize};

/// A model that `models/catalogue.json` offers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// A folder's name beside the catalogue, a repository (`owner/name`), or an address.
    pub model: String,
    /// What people call it.
    pub title: String,
    /// One plain line in each language: what it is, what it was trained on.
    pub en: String,
    pub zh: String,
    /// The languages that it writes, as language tags: `en`, `zh`.
    pub languages: Vec<String>,
    /// As its authors state it: `MIT`.
    pub licence: String,
    /// Size of `model.safetensors`, as published.
    pub file_bytes: u64,
    /// Its `config.json`, so far as it says how much memory the model takes.
    pub config: serde_json::Value,
}

impl Offer {
    pub fn source(&self) -> Option<Source> {
        Source::from_address(&self.model)
    }

    pub fn shape(&self) -> Option<GptConfig> {
        GptConfig::from_json(&self.config.to_string()).ok()
    }
}

/// `models/catalogue.json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Catalogue {
    pub models: Vec<Offer>,
}

/// A model that lies on this device, whole or in part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    pub source: Source,
    /// Bytes that are there, of all its files.
    pub bytes: u64,
    /// Bytes of its weights, where known.
    pub total_bytes: u64,
    pub whole: bool,
}

/// Why nothing is kept on this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotKept {
    /// The browser keeps nothing for this page: private mode, plain http, a frame, an old browser.
    Denied,
    /// There is no room left.
    Full,
}

/// What this device offers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Device {
    /// The graphics card that would be used, and the largest buffer that it grants.
    pub gpu: Option<GpuOffer>,
    /// Bytes of f32 weights that the CPU engine takes at most.
    pub cpu_bytes: u64,
    /// Bytes that the browser would still keep for this page, where it says.
    pub room_bytes: Option<u64>,
    pub memory: Memory,
}

/// The memory of the engine's worker, beside what lies on the graphics card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// In use now.
    pub used_bytes: u64,
    /// Taken from the computer so far: the most that was in use, and gaps. WebAssembly gives none of it back.
    pub taken_bytes: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GpuOffer {
    pub name: String,
    pub largest_buffer: u64,
    pub largest_binding: u64,
}

/// Everything that the model picker shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Library {
    pub catalogue: Catalogue,
    pub stored: Vec<Stored>,
    /// Why nothing is kept, where that is so.
    pub not_kept: Option<NotKept>,
    pub device: Device,
}

/// Bytes of memory that a model's weights take, as the GPU (or, always in f32, the CPU) keeps them.
pub fn weight_bytes(config: &GptConfig, precision: Precision, on_gpu: bool) -> u64 {
    // Vectors (kept in f32 always) are too few to count.
    let each = match precision {
        Precision::Int8 if on_gpu => 1,
        Precision::F16 if on_gpu => 2,
        _ => 4,
    };
    each * config.parameters()
}

/// What to say of a model that no engine has room for. Unless the GPU was asked for, the last to refuse is the CPU.
/// Other kinds of weights are offered where they fit into `gpu_bytes`, the largest buffer of the GPU that would be
/// used: the CPU keeps f32 whatever is asked.
pub fn too_big(
    config: &GptConfig,
    precision: Precision,
    choice: EngineChoice,
    gpu_bytes: Option<u64>,
    detail: String,
) -> Fault {
    let on_gpu = |precision| weight_bytes(config, precision, true);
    let most = gpu_bytes.filter(|_| choice != EngineChoice::Cpu).unwrap_or(0).min(on_gpu(precision) - 1);
    let smaller = [Precision::F16, Precision::Int8].into_iter().filter(|other| on_gpu(*other) <= most).collect();
    Fault::Memory { bytes: weight_bytes(config, precision, choice == EngineChoice::Gpu), smaller, detail }
}

/// A tokenizer that knows more tokens than the table has rows belongs to another model. Fewer are
/// common: tables are rounded up.
pub fn fits(tokens: usize, config: &GptConfig) -> Result<(), Fault> {
    if tokens > config.vocab {
        return Err(Fault::Sizes { tokenizer: tokens, table: config.vocab });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_fits_is_offered_and_the_numbers_are_those_of_who_refused() {
        let config = r#"{"n_layer":1,"n_head":1,"n_embd":4,"vocab_size":1000,"n_positions":8}"#;
        let config = GptConfig::from_json(config).unwrap();
        let each = config.parameters();
        let told = |precision, choice, gpu_bytes| match too_big(&config, precision, choice, gpu_bytes, String::new()) {
            Fault::Memory { bytes, smaller, .. } => (bytes / each, smaller),
            other => panic!("{other:?}"),
        };
        let (f16, int8) = (Precision::F16, Precision::Int8);
        assert_eq!(told(Precision::F32, EngineChoice::Gpu, Some(2 * each)), (4, vec![f16, int8]));
        assert_eq!(told(f16, EngineChoice::Gpu, Some(u64::MAX)), (2, vec![int8]));
        assert_eq!(told(f16, EngineChoice::Auto, Some(each)), (4, vec![int8]));
        assert_eq!(told(f16, EngineChoice::Auto, Some(each - 1)), (4, vec![]));
        assert_eq!(told(f16, EngineChoice::Auto, None), (4, vec![]));
        assert_eq!(told(f16, EngineChoice::Cpu, Some(u64::MAX)), (4, vec![]));
        assert_eq!(told(int8, EngineChoice::Gpu, Some(u64::MAX)), (1, vec![]));
    }
}
