//! What the letters of a receipt's formulas stand for.

use crate::model::{Kernel, Site};

/// A letter as it stands in the formula, and its meaning.
pub type Letters = &'static [(&'static str, &'static str)];

/// `chance`: softmax over all logits, not over a row of scores.
pub fn en(kernel: Kernel, site: Site, chance: bool) -> Letters {
    match kernel {
        Kernel::Embed if site == Site::PosEmbed => {
            &[("P", "the table of positions"), ("t", "the position"), ("c", "the dimension")]
        }
        Kernel::Embed => &[("E", "the token table"), ("id", "the token’s number"), ("c", "the dimension")],
        Kernel::Add => &[("a, b", "what was there, and what is added"), ("y", "their sum")],
        Kernel::LayerNorm => &[
            ("x, y", "the number before and after"),
            ("μ, σ²", "mean and variance of its vector"),
            ("ε", "a small number, against dividing by 0"),
            ("g, b", "gain and bias, learned for each dimension"),
        ],
        Kernel::Linear => &[
            ("x, i", "an input, and its number"),
            ("y, j", "this output, and its number"),
            ("W", "learned weights"),
            ("b", "learned bias"),
        ],
        Kernel::AttentionScores => &[
            ("s", "the score"),
            ("q", "query of the token that looks"),
            ("k", "key of the token that is looked at"),
            ("d", "runs over the head’s dimensions"),
            ("D", "how many these are"),
        ],
        Kernel::Softmax if chance => {
            &[("v", "runs over the vocabulary"), ("max", "the largest logit"), ("p", "the chance")]
        }
        Kernel::Softmax => &[
            ("s", "score"),
            ("k", "runs over the tokens that may be looked at"),
            ("max", "the largest score"),
            ("a", "attention"),
        ],
        Kernel::AttentionMix => &[
            ("k", "runs over the tokens that are looked at"),
            ("a", "attention to one"),
            ("v", "its value"),
            ("z", "this number of the mix"),
        ],
        Kernel::Gelu => &[("x", "the number before"), ("y", "the number after")],
        Kernel::Unembed => &[
            ("n", "the vector after the last norm"),
            ("E", "the token table"),
            ("v", "this token’s row"),
            ("c", "runs over the dimensions"),
        ],
    }
}

pub fn zh(kernel: Kernel, site: Site, chance: bool) -> Letters {
    match kernel {
        Kernel::Embed if site == Site::PosEmbed => &[("P", "位置表"), ("t", "第几个位置"), ("c", "第几维")],
        Kernel::Embed => &[("E", "词元表"), ("id", "词元的编号"), ("c", "第几维")],
        Kernel::Add => &[("a, b", "原来的数和加上的数"), ("y", "两者之和")],
        Kernel::LayerNorm => &[
            ("x, y", "原来的数和得到的数"),
            ("μ, σ²", "它所在向量的均值和方差"),
            ("ε", "一个很小的数，防止除以 0"),
            ("g, b", "每一维学到的增益和偏置"),
        ],
        Kernel::Linear => {
            &[("x, i", "输入和它的序号"), ("y, j", "这个输出和它的序号"), ("W", "学到的权重"), ("b", "学到的偏置")]
        }
        Kernel::AttentionScores => &[
            ("s", "分数"),
            ("q", "在看的词元的查询"),
            ("k", "被看的词元的键"),
            ("d", "逐个数过这个头的各维"),
            ("D", "一共多少维"),
        ],
        Kernel::Softmax if chance => &[("v", "逐个数过词表"), ("max", "最大的 logit"), ("p", "概率")],
        Kernel::Softmax => &[("s", "分数"), ("k", "逐个数过可以看的词元"), ("max", "最大的分数"), ("a", "注意力")],
        Kernel::AttentionMix => {
            &[("k", "逐个数过被看的词元"), ("a", "对它的注意力"), ("v", "它的值"), ("z", "混合结果里的这个数")]
        }
        Kernel::Gelu => &[("x", "原来的数"), ("y", "得到的数")],
        Kernel::Unembed => {
            &[("n", "末次归一化之后的向量"), ("E", "词元表"), ("v", "这个词元的那一行"), ("c", "逐个数过各维")]
        }
    }
}
