//! The forward pass as data: what is computed from what, in order, with which numbers.
//!
//! Comes in: a shape and a range of positions. Goes out: [`Step`]s that an engine interprets, each
//! one kernel reading some slots and writing one. Nothing here knows a GPU or a CPU.

use super::names::{Part, TensorName};
use super::params::{
    AddParams, AttentionParams, EmbedParams, GeluParams, LayerNormParams, LinearParams, Params, UnembedParams,
};
use super::{BlockPart, GptConfig, Site, SiteName};
use std::ops::Range;

/// One operation: a name that is also a shader file, a CPU twin and a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kernel {
    Embed,
    LayerNorm,
    Linear,
    AttentionScores,
    Softmax,
    AttentionMix,
    Gelu,
    Add,
    Unembed,
}

impl Kernel {
    pub const ALL: [Self; 9] = [
        Self::Embed,
        Self::LayerNorm,
        Self::Linear,
        Self::AttentionScores,
        Self::Softmax,
        Self::AttentionMix,
        Self::Gelu,
        Self::Add,
        Self::Unembed,
    ];

    /// The name of its shader and of its twin.
    pub fn name(self) -> &'static str {
        match self {
            Self::Embed => "embed",
            Self::LayerNorm => "layer_norm",
            Self::Linear => "linear",
            Self::AttentionScores => "attention_scores",
            Self::Softmax => "softmax",
            Self::AttentionMix => "attention_mix",
            Self::Gelu => "gelu",
            Self::Add => "add",
            Self::Unembed => "unembed",
        }
    }

    /// How many slots it reads.
    pub fn reads(self) -> usize {
        match self {
            Self::AttentionScores | Self::Softmax | Self::Gelu => 1,
            Self::Embed | Self::AttentionMix | Self::Add => 2,
            Self::LayerNorm | Self::Linear | Self::Unembed => 3,
        }
    }
}

/// Where values lie during a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// [T] the text's token ids.
    Tokens,
    /// [T] 0, 1, 2, …
    Positions,
    /// [R] ids asked for outside a run.
    AskedIds,
    /// Resident activations.
    Site(SiteName),
    /// Learned values.
    Weight(TensorName),
    /// [R,C] vectors on their way to the unembedding.
    Asked,
    /// [R,V] one dot product a token of the vocabulary.
    Answer,
}

/// One operation of a run: params, then reads, then exactly one write.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub kernel: Kernel,
    pub params: Params,
    pub reads: Vec<Slot>,
    pub write: Slot,
}

/// Steps to be taken in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    pub steps: Vec<Step>,
}

/// From where logits are asked for: positions of the river after the embedding or after a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LensPoint {
    /// `Embed`, or `Out` of some block; that of the last block gives the model's own logits.
    pub river: SiteName,
    pub rows: Range<usize>,
}

impl Program {
    /// The forward pass for positions `rows`, earlier ones being resident; maps lie in
    /// [H, capacity, capacity]. Ends at `norm_final`: logits are asked for ([`Program::lens`]).
    pub fn forward(config: &GptConfig, rows: Range<usize>, capacity: usize) -> Self {
        Builder { config, rows, capacity, steps: Vec::new() }.forward()
    }

    /// One part of a block for all `tokens` positions: the forward pass's own steps, from what the part reads
    /// to what it adds.
    pub fn part(config: &GptConfig, part: BlockPart, layer: usize, tokens: usize, capacity: usize) -> Self {
        let mut program = Self::forward(config, 0..tokens, capacity);
        program.steps.retain(|step| match step.write {
            Slot::Site(name) => name.layer == layer && name.site > part.input() && name.site <= part.output(),
            _ => false,
        });
        program
    }

    /// Logits at some points of the river, each as the model's own ending gives them: final norm,
    /// then unembedding. The answers lie in [`Slot::Answer`], one row a position, in order.
    pub fn lens(config: &GptConfig, points: &[LensPoint]) -> Self {
        let (mut steps, mut count) = (Vec::new(), 0);
        for point in points {
            steps.push(Step {
                kernel: Kernel::LayerNorm,
                params: Params::LayerNorm(LayerNormParams {
                    read_row: point.rows.start as u32,
                    write_row: count as u32,
                    rows: point.rows.len() as u32,
                    width: config.width as u32,
                    epsilon: config.epsilon,
                }),
                reads: vec![Slot::Site(point.river), weight(Part::NormFGain, 0), weight(Part::NormFBias, 0)],
                write: Slot::Asked,
            });
            count += point.rows.len();
        }
        steps.push(unembed(config, count, config.head_part(), true));
        Self { steps }
    }

    /// Rows of the token table, for the ids in [`Slot::AskedIds`], into [`Slot::Asked`].
    pub fn token_rows(config: &GptConfig, count: usize) -> Self {
        let params = embed_params(config.width, 0..count, config.vocab);
        let reads = vec![Slot::AskedIds, weight(Part::TokenTable, 0)];
        let step = Step { kernel: Kernel::Embed, params, reads, write: Slot::Asked };
        Self { steps: vec![step] }
    }

    /// The dot product of each of the `count` vectors in [`Slot::Asked`] with every row of a table
    /// (the unembedding's, or the token table), into [`Slot::Answer`]: no norm, no bias.
    pub fn dots(config: &GptConfig, count: usize, table: Part) -> Self {
        Self { steps: vec![unembed(config, count, table, false)] }
    }
}

fn weight(part: Part, layer: usize) -> Slot {
    Slot::Weight(TensorName { part, layer })
}

fn embed_params(width: usize, rows: Range<usize>, table_rows: usize) -> Params {
    Params::Embed(EmbedParams {
        first_row: rows.start as u32,
        rows: rows.len() as u32,
        width: width as u32,
        table_first: 0,
        table_rows: table_rows as u32,
    })
}

fn unembed(config: &GptConfig, rows: usize, table: Part, biased: bool) -> Step {
    Step {
        kernel: Kernel::Unembed,
        params: Params::Unembed(UnembedParams {
            rows: rows as u32,
            width: config.width as u32,
            vocab: config.vocab as u32,
            vocab_first: 0,
            vocab_rows: config.vocab as u32,
            biased: biased.into(),
        }),
        reads: vec![Slot::Asked, weight(table, 0), weight(Part::HeadBias, 0)],
        write: Slot::Answer,
    }
}

struct Builder<'a> {
    config: &'a GptConfig,
    rows: Range<usize>,
    capacity: usize,
    steps: Vec<Step>,
}

impl Builder<'_> {
    fn forward(mut self) -> Program {
        use {Part::*, Site::*};
        let GptConfig { width: c, inner, vocab, positions, .. } = *self.config;
        self.embed(Slot::Tokens, TokenTable, vocab, TokenEmbed);
        self.embed(Slot::Positions, PositionTable, positions, PosEmbed);
        self.add(0, TokenEmbed, PosEmbed, Embed);
        for l in 0..self.config.layers {
            // The river enters the block where it left the one before.
            let river = if l == 0 { SiteName::new(Embed, 0) } else { SiteName::new(Out, l - 1) };
            self.norm(l, river, [Norm1Gain, Norm1Bias], Norm1);
            self.linear(l, Norm1, [QkvWeight, QkvBias], Qkv, [c, 3 * c]);
            self.attention(l, Kernel::AttentionScores, &[Qkv], Scores);
            self.attention(l, Kernel::Softmax, &[Scores], Weights);
            self.attention(l, Kernel::AttentionMix, &[Weights, Qkv], Mix);
            self.linear(l, Mix, [ProjectWeight, ProjectBias], Project, [c, c]);
            self.add_to_river(l, river, Project, Mid);
            let mid = SiteName::new(Mid, l);
            self.norm(l, mid, [Norm2Gain, Norm2Bias], Norm2);
            self.linear(l, Norm2, [ExpandWeight, ExpandBias], Expand, [c, inner]);
            self.gelu(l, Expand, Gelu);
            self.linear(l, Gelu, [ContractWeight, ContractBias], Contract, [inner, c]);
            self.add_to_river(l, mid, Contract, Out);
        }
        self.norm(0, SiteName::new(Out, self.config.layers - 1), [NormFGain, NormFBias], NormF);
        Program { steps: self.steps }
    }

    fn push(&mut self, kernel: Kernel, params: Params, reads: Vec<Slot>, site: Site, layer: usize) {
        let write = Slot::Site(SiteName::new(site, layer));
        self.steps.push(Step { kernel, params, reads, write });
    }

    fn embed(&mut self, ids: Slot, table: Part, table_rows: usize, site: Site) {
        let params = embed_params(self.config.width, self.rows.clone(), table_rows);
        self.push(Kernel::Embed, params, vec![ids, weight(table, 0)], site, 0);
    }

    fn norm(&mut self, layer: usize, river: SiteName, [gain, bias]: [Part; 2], site: Site) {
        let params = Params::LayerNorm(LayerNormParams {
            read_row: self.rows.start as u32,
            write_row: self.rows.start as u32,
            rows: self.rows.len() as u32,
            width: self.config.width as u32,
            epsilon: self.config.epsilon,
        });
        let reads = vec![Slot::Site(river), weight(gain, layer), weight(bias, layer)];
        self.push(Kernel::LayerNorm, params, reads, site, layer);
    }

    fn linear(&mut self, layer: usize, x: Site, [matrix, bias]: [Part; 2], site: Site, [inner, outer]: [usize; 2]) {
        let params = Params::Linear(LinearParams {
            first_row: self.rows.start as u32,
            rows: self.rows.len() as u32,
            inner: inner as u32,
            outer: outer as u32,
        });
        let reads = vec![Slot::Site(SiteName::new(x, layer)), weight(matrix, layer), weight(bias, layer)];
        self.push(Kernel::Linear, params, reads, site, layer);
    }

    fn attention(&mut self, layer: usize, kernel: Kernel, reads: &[Site], site: Site) {
        let params = Params::Attention(AttentionParams {
            first_row: self.rows.start as u32,
            rows: self.rows.len() as u32,
            keys: self.rows.end as u32,
            heads: self.config.heads as u32,
            head_size: self.config.head_size() as u32,
            capacity: self.capacity as u32,
            causal: 1,
            scale: self.config.score_scale(layer),
            masked: f32::NEG_INFINITY,
        });
        let reads = reads.iter().map(|s| Slot::Site(SiteName::new(*s, layer))).collect();
        self.push(kernel, params, reads, site, layer);
    }

    fn gelu(&mut self, layer: usize, x: Site, site: Site) {
        let width = self.config.inner;
        let params = Params::Gelu(GeluParams {
            first: (self.rows.start * width) as u32,
            count: (self.rows.len() * width) as u32,
            variant: self.config.activation.code(),
        });
        self.push(Kernel::Gelu, params, vec![Slot::Site(SiteName::new(x, layer))], site, layer);
    }

    fn add(&mut self, layer: usize, a: Site, b: Site, site: Site) {
        self.add_to_river(layer, SiteName::new(a, layer), b, site);
    }

    fn add_to_river(&mut self, layer: usize, river: SiteName, b: Site, site: Site) {
        let width = self.config.width;
        let params =
            Params::Add(AddParams { first: (self.rows.start * width) as u32, count: (self.rows.len() * width) as u32 });
        let reads = vec![Slot::Site(river), Slot::Site(SiteName::new(b, layer))];
        self.push(Kernel::Add, params, reads, site, layer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn config() -> GptConfig {
        GptConfig::from_json(r#"{"n_layer":3,"n_head":2,"n_embd":6,"vocab_size":5,"n_positions":8}"#).unwrap()
    }

    #[test]
    fn every_resident_site_is_written_once_and_before_it_is_read() {
        let program = Program::forward(&config(), 2..5, 8);
        let mut written = HashSet::new();
        for step in &program.steps {
            for read in &step.reads {
                if matches!(read, Slot::Site(_)) {
                    assert!(written.contains(read), "{:?} reads {read:?} too early", step.kernel);
                }
            }
            assert_eq!(step.reads.len(), step.kernel.reads());
            assert!(written.insert(step.write), "{:?} is written twice", step.write);
        }
        let resident = SiteName::all(3).into_iter().filter(|n| !n.site.on_demand());
        for name in resident {
            assert!(written.contains(&Slot::Site(name)), "{name} is never written");
        }
    }

    #[test]
    fn a_part_of_a_block_is_its_own_steps_alone() {
        let kernels = |part, layer| -> Vec<Kernel> {
            let program = Program::part(&config(), part, layer, 5, 8);
            assert!(program.steps.iter().all(|step| matches!(step.write, Slot::Site(name) if name.layer == layer)));
            program.steps.iter().map(|step| step.kernel).collect()
        };
        use Kernel::*;
        for layer in 0..3 {
            let attention = [Linear, AttentionScores, Softmax, AttentionMix, Linear];
            assert_eq!(kernels(BlockPart::Attention, layer), attention);
            assert_eq!(kernels(BlockPart::Mlp, layer), [Linear, Gelu, Linear]);
        }
    }

    #[test]
    fn a_lens_normalises_each_point_and_unembeds_once() {
        let point = |site, layer, rows| LensPoint { river: SiteName::new(site, layer), rows };
        let program = Program::lens(&config(), &[point(Site::Embed, 0, 4..5), point(Site::Out, 2, 0..5)]);
        let kernels: Vec<_> = program.steps.iter().map(|s| s.kernel).collect();
        assert_eq!(kernels, [Kernel::LayerNorm, Kernel::LayerNorm, Kernel::Unembed]);
        assert!(matches!(program.steps[2].params, Params::Unembed(UnembedParams { rows: 6, .. })));
    }
}
