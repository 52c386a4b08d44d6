//! What a model has learned, tensor by tensor: names and shapes. The one place that knows the
//! checkpoint's names (`wte`, `c_attn`, …).

use super::GptConfig;
use serde::{Deserialize, Serialize};

/// What a learned tensor is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Part {
    TokenTable,
    PositionTable,
    Norm1Gain,
    Norm1Bias,
    QkvWeight,
    QkvBias,
    ProjectWeight,
    ProjectBias,
    Norm2Gain,
    Norm2Bias,
    ExpandWeight,
    ExpandBias,
    ContractWeight,
    ContractBias,
    NormFGain,
    NormFBias,
    /// The unembedding's own table, where it is not the token table.
    Head,
    /// Absent in most models, and then zero.
    HeadBias,
}

use Part::*;

const BLOCK: [(Part, &str); 12] = [
    (Norm1Gain, "ln_1.weight"),
    (Norm1Bias, "ln_1.bias"),
    (QkvWeight, "attn.c_attn.weight"),
    (QkvBias, "attn.c_attn.bias"),
    (ProjectWeight, "attn.c_proj.weight"),
    (ProjectBias, "attn.c_proj.bias"),
    (Norm2Gain, "ln_2.weight"),
    (Norm2Bias, "ln_2.bias"),
    (ExpandWeight, "mlp.c_fc.weight"),
    (ExpandBias, "mlp.c_fc.bias"),
    (ContractWeight, "mlp.c_proj.weight"),
    (ContractBias, "mlp.c_proj.bias"),
];

const WHOLE: [(Part, &str); 6] = [
    (TokenTable, "wte.weight"),
    (PositionTable, "wpe.weight"),
    (NormFGain, "ln_f.weight"),
    (NormFBias, "ln_f.bias"),
    (Head, "lm_head.weight"),
    (HeadBias, "lm_head.bias"),
];

/// A learned tensor of one model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TensorName {
    pub part: Part,
    /// The block, from 0; 0 where the tensor belongs to the whole model.
    pub layer: usize,
}

impl TensorName {
    /// Every tensor that a model of this shape has (`HeadBias` included: it may be zero).
    pub fn all(config: &GptConfig) -> Vec<Self> {
        let whole = WHOLE.iter().filter(|(part, _)| *part != Head || !config.tied);
        let mut names: Vec<_> = whole.map(|(part, _)| Self { part: *part, layer: 0 }).collect();
        for layer in 0..config.layers {
            names.extend(BLOCK.iter().map(|(part, _)| Self { part: *part, layer }));
        }
        names
    }

    /// Does a model of this shape have it?
    pub fn is_in(self, config: &GptConfig) -> bool {
        match self.part {
            Head => !config.tied && self.layer == 0,
            TokenTable | PositionTable | NormFGain | NormFBias | HeadBias => self.layer == 0,
            _ => self.layer < config.layers,
        }
    }

    /// The tensor of that name in a checkpoint, with or without the `transformer.` prefix.
    pub fn parse(name: &str, config: &GptConfig) -> Option<Self> {
        let short = name.strip_prefix("transformer.").unwrap_or(name);
        Self::all(config).into_iter().find(|tensor| tensor.in_checkpoint() == short)
    }

    /// Rows and columns; a vector is one row.
    pub fn shape(self, config: &GptConfig) -> [usize; 2] {
        let GptConfig { width: c, inner: i, vocab: v, positions, .. } = *config;
        match self.part {
            TokenTable | Head => [v, c],
            PositionTable => [positions, c],
            QkvWeight => [c, 3 * c],
            QkvBias => [1, 3 * c],
            ProjectWeight => [c, c],
            ExpandWeight => [c, i],
            ExpandBias => [1, i],
            ContractWeight => [i, c],
            HeadBias => [1, v],
            _ => [1, c],
        }
    }

    /// Is a table or matrix, not a vector.
    pub fn is_matrix(self) -> bool {
        matches!(
            self.part,
            TokenTable | PositionTable | Head | QkvWeight | ProjectWeight | ExpandWeight | ContractWeight
        )
    }

    /// The name in the checkpoint, without the `transformer.` prefix.
    pub fn in_checkpoint(self) -> String {
        let whole = WHOLE.iter().find(|(part, _)| *part == self.part);
        let block = || BLOCK.iter().find(|(part, _)| *part == self.part);
        match (whole, block()) {
            (Some((_, name)), _) => (*name).to_string(),
            (None, Some((_, name))) => format!("h.{}.{name}", self.layer),
            (None, None) => unreachable!("every part stands in one of the two lists"),
        }
    }
}

impl GptConfig {
    /// Which table the unembedding multiplies with.
    pub fn head_part(&self) -> Part {
        if self.tied { TokenTable } else { Head }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_has_the_tensors_that_it_lists() {
        let json = r#"{"n_layer":2,"n_head":2,"n_embd":4,"vocab_size":5,"n_positions":8}"#;
        let tied = GptConfig::from_json(json).unwrap();
        let untied = GptConfig { tied: false, ..tied.clone() };
        for config in [&tied, &untied] {
            let all = TensorName::all(config);
            for name in &all {
                assert!(name.is_in(config));
                assert_eq!(TensorName::parse(&name.in_checkpoint(), config), Some(*name));
                assert_eq!(TensorName::parse(&format!("transformer.{}", name.in_checkpoint()), config), Some(*name));
                assert!(!TensorName { layer: name.layer + 2, ..*name }.is_in(config));
            }
            assert_eq!(all.iter().any(|n| n.part == Head), !config.tied);
        }
        assert!(!TensorName { part: Head, layer: 0 }.is_in(&tied));
        assert_eq!(TensorName::parse("h.2.mlp.c_fc.weight", &tied), None);
        assert_eq!(TensorName::parse("", &tied), None);
    }
}
