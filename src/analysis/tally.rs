//! How many numbers were learned, part by part, for this model and for those that are known by name.
//!
//! In: a model's shape. Out: lines whose sum is exactly [`GptConfig::parameters`]. A bias of the
//! unembedding, which is rare, is left out here as there.

use crate::model::{Activation, GptConfig, Part, TensorName};

/// A part of the model, as people speak of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    TokenTable,
    PositionTable,
    /// Both LayerNorms of a block: gains and biases.
    Norms,
    /// Queries, keys and values: equal thirds.
    Qkv,
    Project,
    Expand,
    Contract,
    NormF,
    /// The unembedding's own table, where it is not the token table.
    Head,
}

impl Group {
    /// Every block has one.
    pub fn is_in_block(self) -> bool {
        matches!(self, Self::Norms | Self::Qkv | Self::Project | Self::Expand | Self::Contract)
    }

    fn of(part: Part) -> Option<Self> {
        Some(match part {
            Part::TokenTable => Self::TokenTable,
            Part::PositionTable => Self::PositionTable,
            Part::Norm1Gain | Part::Norm1Bias | Part::Norm2Gain | Part::Norm2Bias => Self::Norms,
            Part::QkvWeight | Part::QkvBias => Self::Qkv,
            Part::ProjectWeight | Part::ProjectBias => Self::Project,
            Part::ExpandWeight | Part::ExpandBias => Self::Expand,
            Part::ContractWeight | Part::ContractBias => Self::Contract,
            Part::NormFGain | Part::NormFBias => Self::NormF,
            Part::Head => Self::Head,
            Part::HeadBias => return None,
        })
    }
}

/// A group of tensors, and how many of that group there are.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub group: Group,
    /// Rows and columns of each tensor; a vector is one row.
    pub shapes: Vec<[usize; 2]>,
    /// L where every block has it, else 1.
    pub times: usize,
}

impl Line {
    /// Of one.
    pub fn each(&self) -> u64 {
        self.shapes.iter().map(|[rows, columns]| *rows as u64 * *columns as u64).sum()
    }

    /// Of all of them.
    pub fn total(&self) -> u64 {
        self.times as u64 * self.each()
    }

    /// The sum as one writes it: `12 × (768 × 2,304 + 2,304)`; `written` writes a number out.
    pub fn arithmetic(&self, written: impl Fn(usize) -> String) -> String {
        let mut terms: Vec<([usize; 2], usize)> = Vec::new();
        for shape in &self.shapes {
            match terms.iter_mut().find(|(known, _)| known == shape) {
                Some((_, count)) => *count += 1,
                None => terms.push((*shape, 1)),
            }
        }
        let term = |(shape, count): &([usize; 2], usize)| {
            let factors = [*count, shape[0], shape[1]];
            let factors: Vec<String> = factors.into_iter().filter(|&f| f != 1).map(&written).collect();
            if factors.is_empty() { "1".into() } else { factors.join(" × ") }
        };
        let sum = terms.iter().map(term).collect::<Vec<_>>().join(" + ");
        match (self.times, terms.len()) {
            (1, _) => sum,
            (times, 1) => format!("{} × {sum}", written(times)),
            (times, _) => format!("{} × ({sum})", written(times)),
        }
    }
}

/// What a model of this shape learned, from the tables to the last norm.
pub fn lines(config: &GptConfig) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    // Blocks are alike: the first stands for all.
    for name in TensorName::all(config).into_iter().filter(|name| name.layer == 0) {
        let Some(group) = Group::of(name.part) else { continue };
        let shape = name.shape(config);
        match lines.iter_mut().find(|line| line.group == group) {
            Some(line) => line.shapes.push(shape),
            None => {
                let times = if group.is_in_block() { config.layers } else { 1 };
                lines.push(Line { group, shapes: vec![shape], times });
            }
        }
    }
    // As the run passes through them.
    lines.sort_by_key(|line| match line.group {
        Group::TokenTable => 0,
        Group::PositionTable => 1,
        group if group.is_in_block() => 2,
        Group::NormF => 3,
        _ => 4,
    });
    lines
}

/// A model that is known by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    pub name: &'static str,
    pub config: GptConfig,
}

/// GPT-2 in its four sizes (Radford et al. 2019, "Language Models are Unsupervised Multitask Learners")
/// and GPT-3 (Brown et al. 2020, arXiv:2005.14165, table 2.1), smallest first.
pub fn known() -> Vec<Known> {
    let known = |name, layers, heads, width, positions| Known {
        name,
        config: GptConfig {
            layers,
            heads,
            width,
            inner: 4 * width,
            vocab: 50_257,
            positions,
            activation: Activation::GeluTanh,
            epsilon: 1e-5,
            scale_by_head_size: true,
            scale_by_layer: false,
            tied: true,
            untrained: false,
        },
    };
    vec![
        known("GPT-2 small", 12, 12, 768, 1024),
        known("GPT-2 medium", 24, 16, 1024, 1024),
        known("GPT-2 large", 36, 20, 1280, 1024),
        known("GPT-2 XL", 48, 25, 1600, 1024),
        known("GPT-3", 96, 96, 12_288, 2048),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_add_up_to_the_whole() {
        let mut configs: Vec<GptConfig> = known().into_iter().map(|known| known.config).collect();
        configs.push(GptConfig { tied: false, inner: 77, ..configs[0].clone() });
        for config in configs {
            let sum: u64 = lines(&config).iter().map(Line::total).sum();
            assert_eq!(sum, config.parameters());
            let every: u64 = TensorName::all(&config)
                .into_iter()
                .filter(|name| name.part != Part::HeadBias)
                .map(|name| name.shape(&config).map(|n| n as u64).iter().product::<u64>())
                .sum();
            assert_eq!(sum, every);
        }
    }

    #[test]
    fn the_known_sizes_are_those_of_their_checkpoints() {
        let counts: Vec<u64> = known().iter().map(|known| known.config.parameters()).collect();
        assert_eq!(counts, [124_439_808, 354_823_168, 774_030_080, 1_557_611_200, 174_604_259_328]);
    }

    #[test]
    fn the_arithmetic_is_what_one_writes() {
        let small = &known()[0].config;
        let written = |n: usize| n.to_string();
        let lines = lines(small);
        let of = |group| lines.iter().find(|line| line.group == group).unwrap().arithmetic(written);
        assert_eq!(of(Group::TokenTable), "50257 × 768");
        assert_eq!(of(Group::Qkv), "12 × (768 × 2304 + 2304)");
        assert_eq!(of(Group::Norms), "12 × 4 × 768");
        assert_eq!(of(Group::NormF), "2 × 768");
    }
}
