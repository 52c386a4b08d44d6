//! The named places in the network where a value can be seen.
//!
//! One set of names for code, files and command line; `l` counts from 0. The list is in the order
//! in which a forward pass comes by.

use super::GptConfig;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A place in the network. Sites of a block come once a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Site {
    /// [T,C] each token's row of the token table.
    TokenEmbed,
    /// [T,C] each position's row of the position table.
    PosEmbed,
    /// [T,C] their sum: what enters the first block.
    Embed,
    /// [T,C] the river, normalised for attention.
    Norm1,
    /// [T,3C] queries, keys and values of all heads, side by side.
    Qkv,
    /// [H,T,T] q·k/√D; masked cells are −∞.
    Scores,
    /// [H,T,T] softmax of the scores along the keys: attention.
    Weights,
    /// [T,C] the values, averaged with those weights, heads side by side.
    Mix,
    /// [T,C] what attention adds to the river.
    Project,
    /// [T,C] the river after attention.
    Mid,
    /// [T,C] the river, normalised for the MLP.
    Norm2,
    /// [T,I] the MLP's neurons before the non-linearity.
    Expand,
    /// [T,I] the MLP's neurons after it.
    Gelu,
    /// [T,C] what the MLP adds to the river.
    Contract,
    /// [T,C] the river after the block.
    Out,
    /// [T,C] the last river, normalised for the head.
    NormF,
    /// [T,V] one logit a token of the vocabulary.
    Logits,
    /// [T,V] the logits were the model to stop before its first block (logit lens).
    EmbedLens,
    /// [T,V] the logits were the model to stop after this block (logit lens, nostalgebraist 2020).
    Lens,
}

use Site::*;

impl Site {
    /// All sites, in the order of the journey.
    pub const ALL: [Self; 19] = [
        TokenEmbed, PosEmbed, Embed, Norm1, Qkv, Scores, Weights, Mix, Project, Mid, Norm2, Expand, Gelu, Contract,
        Out, NormF, Logits, EmbedLens, Lens,
    ];

    /// The name within its block, or within the model.
    pub fn stem(self) -> &'static str {
        match self {
            TokenEmbed => "embed.token",
            PosEmbed => "embed.position",
            Embed => "embed.sum",
            Norm1 => "norm1",
            Qkv => "qkv",
            Scores => "attention.scores",
            Weights => "attention.weights",
            Mix => "attention.mix",
            Project => "attention.project",
            Mid => "mid",
            Norm2 => "norm2",
            Expand => "mlp.expand",
            Gelu => "mlp.gelu",
            Contract => "mlp.contract",
            Out => "out",
            NormF => "norm_final",
            Logits => "logits",
            EmbedLens => "embed.lens",
            Lens => "lens",
        }
    }

    /// Comes once a layer.
    pub fn per_layer(self) -> bool {
        !matches!(self, TokenEmbed | PosEmbed | Embed | NormF | Logits | EmbedLens)
    }

    /// Is a map [H,T,T] rather than rows [T,·].
    pub fn is_map(self) -> bool {
        matches!(self, Scores | Weights)
    }

    /// Is computed when asked for, not in every run: rows of the vocabulary's size are too
    /// many to keep for every position.
    pub fn on_demand(self) -> bool {
        matches!(self, Logits | EmbedLens | Lens)
    }

    /// Values a position (for a map: a position and head, at `tokens` keys).
    pub fn row_width(self, config: &GptConfig, tokens: usize) -> usize {
        match self {
            Qkv => 3 * config.width,
            Scores | Weights => tokens,
            Expand | Gelu => config.inner,
            Logits | EmbedLens | Lens => config.vocab,
            _ => config.width,
        }
    }

    /// The shape over `tokens` positions.
    pub fn shape(self, config: &GptConfig, tokens: usize) -> Vec<usize> {
        let width = self.row_width(config, tokens);
        if self.is_map() { vec![config.heads, tokens, width] } else { vec![tokens, width] }
    }
}

/// The two parts of a block that add to the river.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockPart {
    Attention,
    Mlp,
}

impl BlockPart {
    /// What it reads of the river.
    pub fn input(self) -> Site {
        match self {
            Self::Attention => Norm1,
            Self::Mlp => Norm2,
        }
    }

    /// What it adds to it.
    pub fn output(self) -> Site {
        match self {
            Self::Attention => Project,
            Self::Mlp => Contract,
        }
    }
}

/// A site with its layer: `block.3.attention.weights`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SiteName {
    pub site: Site,
    /// The block, from 0; 0 where the site belongs to the whole model.
    pub layer: usize,
}

impl SiteName {
    pub fn new(site: Site, layer: usize) -> Self {
        let layer = if site.per_layer() { layer } else { 0 };
        Self { site, layer }
    }

    /// Every site of a model with `layers` blocks, in the order of the forward pass.
    pub fn all(layers: usize) -> Vec<Self> {
        let part =
            |of: fn(&Site) -> bool, layer| Site::ALL.into_iter().filter(of).map(move |site| Self { site, layer });
        let mut names: Vec<Self> = part(|s| *s <= Embed, 0).collect();
        for layer in 0..layers {
            names.extend(part(|s| *s > Embed && *s <= Out, layer));
        }
        names.extend(part(|s| *s == NormF || *s == Logits, 0));
        names
    }

    /// The logit lens of every floor: what [`SiteName::all`] leaves out, since no forward pass comes by it.
    pub fn lenses(layers: usize) -> Vec<Self> {
        let lens = |layer| Self { site: Lens, layer };
        [Self { site: EmbedLens, layer: 0 }].into_iter().chain((0..layers).map(lens)).collect()
    }

    /// The site of that name in a model with `layers` blocks.
    pub fn parse(name: &str, layers: usize) -> Option<Self> {
        if let Some(rest) = name.strip_prefix("block.") {
            let (layer, stem) = rest.split_once('.')?;
            let layer = layer.parse().ok().filter(|l| *l < layers)?;
            let site = Site::ALL.into_iter().find(|s| s.per_layer() && s.stem() == stem)?;
            return Some(Self { site, layer });
        }
        let site = Site::ALL.into_iter().find(|s| !s.per_layer() && s.stem() == name)?;
        Some(Self { site, layer: 0 })
    }
}

impl fmt::Display for SiteName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.site.per_layer() {
            write!(f, "block.{}.", self.layer)?;
        }
        f.write_str(self.site.stem())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_addresses() {
        let all = SiteName::all(3);
        assert_eq!(all.len(), 3 + 3 * 12 + 2);
        for name in all.into_iter().chain(SiteName::lenses(3)) {
            assert_eq!(SiteName::parse(&name.to_string(), 3), Some(name));
        }
        assert_eq!(SiteName::new(Weights, 3).to_string(), "block.3.attention.weights");
        assert_eq!(SiteName::parse("block.3.qkv", 3), None);
        assert_eq!(SiteName::parse("qkv", 3), None);
    }
}
