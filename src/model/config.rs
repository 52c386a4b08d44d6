//! The shape of a model: Hugging Face's `config.json` in, a checked [`GptConfig`] out.
//!
//! Refuses, with the setting's name, what was found and what was expected, everything that this
//! engine would compute wrongly: other architectures, cross-attention, unknown activations.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The non-linearity between the two halves of the MLP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// `0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))`: GPT-2's own (`gelu_new`, `gelu_pytorch_tanh`).
    GeluTanh,
    /// `0.5·x·(1 + erf(x/√2))` (`gelu`). Hendrycks & Gimpel 2016, arXiv:1606.08415.
    GeluErf,
}

impl Activation {
    /// The number by which shaders know it.
    pub fn code(self) -> u32 {
        match self {
            Self::GeluTanh => 0,
            Self::GeluErf => 1,
        }
    }
}

/// The shape of a GPT-2-family model and the few settings that change its arithmetic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GptConfig {
    /// L: how many blocks.
    pub layers: usize,
    /// H: heads a block.
    pub heads: usize,
    /// C: width of the residual stream.
    pub width: usize,
    /// I: width between the two halves of the MLP.
    pub inner: usize,
    /// V: tokens in the vocabulary.
    pub vocab: usize,
    /// How many positions the model knows.
    pub positions: usize,
    pub activation: Activation,
    /// ε of every LayerNorm.
    pub epsilon: f32,
    /// Attention scores are divided by √D (GPT-2: yes).
    pub scale_by_head_size: bool,
    /// Attention scores of block l are divided by l + 1 as well (Mistral's GPT-2s: yes).
    pub scale_by_layer: bool,
    /// The unembedding multiplies with the token table (GPT-2: yes), not with a table of its own.
    pub tied: bool,
    /// Its weights are random numbers: the file says so, and so does the page. (Ours: `glassbox.untrained`.)
    #[serde(default)]
    pub untrained: bool,
}

/// Why a `config.json` is refused. The messages say what to do.
#[derive(Clone, Debug, PartialEq, Error, Serialize, Deserialize)]
pub enum ConfigError {
    #[error("config.json is no valid JSON ({reason}); export the model again, or check that the download is complete")]
    Json { reason: String },
    #[error(
        "config.json describes a model of type '{found}', and Glassbox runs the GPT-2 family (model_type 'gpt2'); choose a GPT-2-family model"
    )]
    Family { found: String },
    #[error("config.json has no '{setting}'; a GPT-2 config needs it")]
    Missing { setting: String },
    #[error("config.json sets {setting} to {found}; {expected}")]
    Setting { setting: String, found: String, expected: String },
}

/// The largest head that the attention shaders are tested for.
pub const LARGEST_HEAD: usize = 256;
/// No GPT-2 has more tokens than this; a larger number is a damaged file.
pub const LARGEST_VOCAB: usize = 1 << 18;

#[derive(Deserialize)]
struct HuggingFace {
    model_type: Option<String>,
    n_layer: Option<usize>,
    n_head: Option<usize>,
    n_embd: Option<usize>,
    n_inner: Option<usize>,
    vocab_size: Option<usize>,
    n_positions: Option<usize>,
    n_ctx: Option<usize>,
    activation_function: Option<String>,
    layer_norm_epsilon: Option<f32>,
    scale_attn_weights: Option<bool>,
    scale_attn_by_inverse_layer_idx: Option<bool>,
    add_cross_attention: Option<bool>,
    tie_word_embeddings: Option<bool>,
    #[serde(default)]
    glassbox: Ours,
}

/// What Glassbox writes into a config beside what others read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Ours {
    untrained: bool,
}

impl GptConfig {
    /// Reads a Hugging Face `config.json`.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        let raw: HuggingFace = serde_json::from_str(json).map_err(|e| ConfigError::Json { reason: e.to_string() })?;
        // nanoGPT exports carry no model_type: they are taken at their shape's word.
        if let Some(found) = raw.model_type.filter(|t| t != "gpt2") {
            return Err(ConfigError::Family { found });
        }
        if raw.add_cross_attention == Some(true) {
            return Err(setting("add_cross_attention", "true", "Glassbox runs decoders without an encoder"));
        }
        let config = Self {
            layers: need("n_layer", raw.n_layer)?,
            heads: need("n_head", raw.n_head)?,
            width: need("n_embd", raw.n_embd)?,
            inner: raw.n_inner.unwrap_or(raw.n_embd.unwrap_or(0).saturating_mul(4)),
            vocab: need("vocab_size", raw.vocab_size)?,
            positions: need("n_positions", raw.n_positions.or(raw.n_ctx))?,
            activation: activation(raw.activation_function.as_deref().unwrap_or("gelu_new"))?,
            epsilon: raw.layer_norm_epsilon.unwrap_or(1e-5),
            scale_by_head_size: raw.scale_attn_weights.unwrap_or(true),
            scale_by_layer: raw.scale_attn_by_inverse_layer_idx.unwrap_or(false),
            tied: raw.tie_word_embeddings.unwrap_or(true),
            untrained: raw.glassbox.untrained,
        };
        config.check()?;
        Ok(config)
    }

    /// The same as Hugging Face's `config.json` (what `glassbox random` writes).
    pub fn to_json(&self) -> String {
        let activation = match self.activation {
            Activation::GeluTanh => "gelu_new",
            Activation::GeluErf => "gelu",
        };
        let mut value = serde_json::json!({
            "architectures": ["GPT2LMHeadModel"], "model_type": "gpt2",
            "n_layer": self.layers, "n_head": self.heads, "n_embd": self.width, "n_inner": self.inner,
            "vocab_size": self.vocab, "n_positions": self.positions, "n_ctx": self.positions,
            "activation_function": activation, "layer_norm_epsilon": self.epsilon,
            "scale_attn_weights": self.scale_by_head_size,
            "scale_attn_by_inverse_layer_idx": self.scale_by_layer, "tie_word_embeddings": self.tied,
        });
        if self.untrained {
            value["glassbox"] = serde_json::json!({ "untrained": true });
        }
        format!("{value:#}\n")
    }

    /// D: width of one head.
    pub fn head_size(&self) -> usize {
        self.width / self.heads
    }

    /// What the scores q·k of block `layer` are multiplied by.
    pub fn score_scale(&self, layer: usize) -> f32 {
        let mut scale = 1.0;
        if self.scale_by_head_size {
            scale /= (self.head_size() as f32).sqrt();
        }
        if self.scale_by_layer {
            scale /= (layer + 1) as f32;
        }
        scale
    }

    /// How many parameters a model of this shape has (a head bias, which is rare, left out).
    pub fn parameters(&self) -> u64 {
        let (c, i) = (self.width as u64, self.inner as u64);
        let block = 4 * c + (c + 1) * 3 * c + (c + 1) * c + (c + 1) * i + (i + 1) * c;
        let tables = self.vocab * if self.tied { 1 } else { 2 } + self.positions;
        tables as u64 * c + self.layers as u64 * block + 2 * c
    }

    fn check(&self) -> Result<(), ConfigError> {
        let sizes = [
            ("n_layer", self.layers, 1 << 10),
            ("n_head", self.heads, 1 << 10),
            ("n_embd", self.width, 1 << 14),
            ("n_inner", self.inner, 1 << 16),
            ("vocab_size", self.vocab, LARGEST_VOCAB),
            ("n_positions", self.positions, 1 << 16),
        ];
        for (name, found, most) in sizes {
            if found == 0 || found > most {
                return Err(setting(name, found, format!("it must lie between 1 and {most}")));
            }
        }
        if !self.width.is_multiple_of(self.heads) {
            let expected = format!("it must be a multiple of n_head, {}", self.heads);
            return Err(setting("n_embd", self.width, expected));
        }
        if self.head_size() > LARGEST_HEAD {
            let expected = format!("the head size n_embd / n_head may be {LARGEST_HEAD} at most");
            return Err(setting("n_head", self.heads, expected));
        }
        if !(self.epsilon > 0.0 && self.epsilon < 1.0) {
            return Err(setting("layer_norm_epsilon", self.epsilon, "it must lie between 0 and 1"));
        }
        Ok(())
    }
}

fn setting(name: &str, found: impl ToString, expected: impl Into<String>) -> ConfigError {
    ConfigError::Setting { setting: name.into(), found: found.to_string(), expected: expected.into() }
}

fn need(name: &str, value: Option<usize>) -> Result<usize, ConfigError> {
    value.ok_or_else(|| ConfigError::Missing { setting: name.into() })
}

fn activation(name: &str) -> Result<Activation, ConfigError> {
    match name {
        "gelu_new" | "gelu_pytorch_tanh" => Ok(Activation::GeluTanh),
        "gelu" => Ok(Activation::GeluErf),
        other => Err(setting(
            "activation_function",
            format!("'{other}'"),
            "Glassbox runs 'gelu_new', 'gelu_pytorch_tanh' and 'gelu'",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str =
        r#"{"model_type":"gpt2","n_layer":2,"n_head":3,"n_embd":39,"vocab_size":101,"n_positions":24,"n_inner":null}"#;

    #[test]
    fn absent_settings_take_gpt2_s_values() {
        let config = GptConfig::from_json(PLAIN).unwrap();
        assert_eq!((config.head_size(), config.inner), (13, 156));
        assert_eq!(config.activation, Activation::GeluTanh);
        assert_eq!(config.score_scale(1), 1.0 / 13f32.sqrt());
    }

    #[test]
    fn what_cannot_be_run_is_named() {
        let cases = [
            (PLAIN.replace("gpt2", "llama"), "llama"),
            (PLAIN.replace(":39", ":40"), "n_embd"),
            (PLAIN.replace("\"n_layer\":2", "\"n_layer\":0"), "n_layer"),
            (PLAIN.replace("\"n_inner\":null", "\"activation_function\":\"relu\""), "relu"),
            (PLAIN.replace("\"n_head\":3,", ""), "n_head"),
            ("{".into(), "JSON"),
        ];
        for (json, named) in cases {
            let error = GptConfig::from_json(&json).unwrap_err().to_string();
            assert!(error.contains(named), "{error}");
        }
    }

    #[test]
    fn survives_a_round_trip_through_json() {
        let config = GptConfig::from_json(PLAIN).unwrap();
        assert_eq!(GptConfig::from_json(&config.to_json()).unwrap(), config);
        assert!(!config.untrained && !config.to_json().contains("glassbox"));
        let untrained = GptConfig { untrained: true, ..config };
        assert_eq!(GptConfig::from_json(&untrained.to_json()).unwrap(), untrained);
    }
}
