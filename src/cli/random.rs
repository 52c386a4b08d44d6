//! `glassbox random`: a model of any shape with random weights, for tests and timings. Scaled so
//! that attention looks somewhere and no value runs away.

use super::options::{CliError, Options};
use crate::model::{GptConfig, Part, TensorName};
use safetensors::Dtype;
use safetensors::tensor::{View, serialize_to_file};
use serde_json::json;
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// The shape of GPT-2 124M (Radford et al. 2019).
const GPT2: &str = "layers=12,heads=12,width=768,vocab=50257,positions=1024";

pub fn run(options: &Options) -> Result<String, CliError> {
    let shape = config(options.need(
        "config",
        "a config.json, a shape such as layers=2,heads=4,width=64,vocab=300,positions=128, or gpt2",
    )?)?;
    // Whoever opens the folder is told.
    let config = GptConfig { untrained: true, ..shape };
    let out = PathBuf::from(options.need("out", "the folder to write")?);
    let seed = options.number("seed")?.unwrap_or(1) as u64;
    let failed = |path: &Path, reason: String| CliError::Write { path: path.to_path_buf(), reason };
    std::fs::create_dir_all(&out).map_err(|e| failed(&out, e.to_string()))?;
    let write = |name: &str, text: String| {
        let path = out.join(name);
        std::fs::write(&path, text).map_err(|e| failed(&path, e.to_string()))
    };
    write("config.json", config.to_json())?;
    write("tokenizer.json", tokenizer(&config))?;
    let names = TensorName::all(&config).into_iter().filter(|n| n.part != Part::HeadBias);
    let tensors = names.map(|name| (format!("transformer.{}", name.in_checkpoint()), Random::new(name, &config, seed)));
    let path = out.join("model.safetensors");
    serialize_to_file(tensors, None, &path).map_err(|e| failed(&path, e.to_string()))?;
    Ok(format!("{} parameters of random weights in {}\n", config.parameters(), out.display()))
}

fn config(said: &str) -> Result<GptConfig, CliError> {
    if Path::new(said).is_file() {
        let json =
            std::fs::read_to_string(said).map_err(|e| CliError::Usage(format!("{said} cannot be read ({e})")))?;
        return GptConfig::from_json(&json).map_err(|e| CliError::Usage(e.to_string()));
    }
    let shape = if said == "gpt2" { GPT2 } else { said };
    let mut json = json!({"model_type": "gpt2"});
    for part in shape.split(',') {
        let wrong = || {
            CliError::Usage(format!(
                "--config does not understand '{part}'; it wants name=number for layers, heads, width, inner, vocab, positions"
            ))
        };
        let (name, number) = part.split_once('=').ok_or_else(wrong)?;
        let key = match name.trim() {
            "layers" => "n_layer",
            "heads" => "n_head",
            "width" => "n_embd",
            "inner" => "n_inner",
            "vocab" => "vocab_size",
            "positions" => "n_positions",
            _ => return Err(wrong()),
        };
        json[key] = number.trim().parse::<usize>().map_err(|_| wrong())?.into();
    }
    GptConfig::from_json(&json.to_string()).map_err(|e| CliError::Usage(e.to_string()))
}

/// A byte-level tokenizer without merges: each byte is a token, as far as the vocabulary goes.
fn tokenizer(config: &GptConfig) -> String {
    // GPT-2's printable names for bytes: https://github.com/openai/gpt-2, encoder.py.
    let printable = |b: u32| matches!(b, 33..=126 | 161..=172 | 174..=255);
    let mut spare = 256;
    let mut vocab = serde_json::Map::new();
    for byte in 0..256u32 {
        let name = if printable(byte) { byte } else { spare };
        spare += u32::from(!printable(byte));
        if (byte as usize) < config.vocab {
            vocab.insert(char::from_u32(name).unwrap_or('?').to_string(), byte.into());
        }
    }
    let level = json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": true});
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
        "pre_tokenizer": level, "post_processor": null, "decoder": level,
        "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
            "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false, "vocab": vocab, "merges": []},
    })
    .to_string()
}

/// One tensor of random values, made when it is written.
struct Random {
    shape: Vec<usize>,
    mean: f64,
    deviation: f64,
    seed: u64,
}

impl Random {
    fn new(name: TensorName, config: &GptConfig, seed: u64) -> Self {
        use Part::*;
        let [rows, columns] = name.shape(config);
        let fan_in = (rows as f64).sqrt();
        // Queries and keys are large enough that scores spread by about 2: attention looks somewhere.
        let (mean, deviation) = match name.part {
            TokenTable | Head => (0.0, 0.3 / (columns as f64).sqrt()),
            PositionTable => (0.0, 0.1 / (columns as f64).sqrt()),
            Norm1Gain | Norm2Gain | NormFGain => (1.0, 0.1),
            QkvWeight => (0.0, 1.4 / fan_in),
            ProjectWeight | ContractWeight => (0.0, 0.4 / fan_in),
            ExpandWeight => (0.0, 1.0 / fan_in),
            _ => (0.0, 0.02),
        };
        let shape = if name.is_matrix() { vec![rows, columns] } else { vec![columns] };
        let seed = seed ^ (name.layer as u64 * 131 + name.part as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Self { shape, mean, deviation, seed }
    }
}

impl View for Random {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        let mut state = self.seed;
        // SplitMix64 (Steele et al. 2014), four draws summed: bell-shaped enough, and the same everywhere.
        let mut draw = || {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            (z ^ (z >> 31)) as f64 / u64::MAX as f64 - 0.5
        };
        let count: usize = self.shape.iter().product();
        let mut bytes = Vec::with_capacity(4 * count);
        for _ in 0..count {
            // Four uniform draws on ±½ have variance 4/12.
            let normal = (draw() + draw() + draw() + draw()) * 3f64.sqrt();
            bytes.extend_from_slice(&((self.mean + self.deviation * normal) as f32).to_le_bytes());
        }
        bytes.into()
    }

    fn data_len(&self) -> usize {
        4 * self.shape.iter().product::<usize>()
    }
}
