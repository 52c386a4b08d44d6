//! The words of receipts: which value it is, what was done, and whether it adds up.
//!
//! Blocks, heads and positions are counted from 1, dimensions and neurons as the address counts them, from 0.

use super::letters::{self, Letters};
use crate::analysis::receipt::Quantity;
use crate::model::{Kernel, Site};

/// One of the three that attention is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letter {
    Query,
    Key,
    Value,
}

/// Which value is meant. Everything from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    pub site: Site,
    pub layer: usize,
    pub head: usize,
    /// Of [`Site::Qkv`].
    pub letter: Option<Letter>,
    /// Within the head where there is one, else within the vector.
    pub dimension: usize,
}

#[derive(Debug)]
pub struct ReceiptStrings {
    pub trail: &'static str,
    pub back: &'static str,
    pub close: &'static str,
    pub waiting: &'static str,
    pub gone: &'static str,
    /// Which value this is. `{row}` stands for the token it belongs to, `{key}` for the one that is read or guessed.
    pub sentence: fn(Named) -> String,
    /// The same in a word or two.
    pub short: fn(Named) -> String,
    /// What is done, plainly.
    pub kernel: fn(Kernel) -> &'static str,
    /// Before the lens's two steps.
    pub lens: &'static str,
    /// `{row}` and `{key}` as in `sentence`.
    pub masked: &'static str,
    pub formula: &'static str,
    /// What the formula's letters stand for; `true`: softmax over all logits.
    pub letters: fn(Kernel, Site, bool) -> Letters,
    pub address: &'static str,

    pub found: &'static str,
    pub quantity: fn(Quantity) -> &'static str,
    /// The summary of a table of what a quantity is found from.
    pub made_of: fn(Quantity, count: usize) -> String,

    pub terms: &'static str,
    pub of_dimension: &'static str,
    pub of_neuron: &'static str,
    pub of_position: &'static str,
    pub of_alone: &'static str,
    pub how: &'static str,
    pub contribution: &'static str,
    pub bias: &'static str,
    /// What is not listed: so many of the terms' own kind, and the bias if it is among them.
    pub rest: fn(count: usize, bias: bool) -> String,
    pub more: fn(count: usize) -> String,
    pub fewer: &'static str,
    pub total: &'static str,

    pub opens: fn(name: &str, value: &str) -> String,
    pub learned: &'static str,
    pub learned_hint: &'static str,
    pub learned_button: fn(place: &str, value: &str) -> String,
    /// What the two shapes of numbers mean.
    pub legend_computed: &'static str,
    pub legend_learned: &'static str,
    pub rounded: &'static str,
    pub rounded_int8: &'static str,

    pub check: &'static str,
    pub check_exact: fn(again: &str) -> String,
    pub check_agrees: fn(again: &str, engine: &str, difference: &str) -> String,
    pub check_differs: fn(again: &str, engine: &str, difference: &str) -> String,
    pub check_not_a_number: &'static str,

    /// Of a logit: before its chance.
    pub chance: &'static str,
    pub chance_how: fn(vocabulary: &str) -> String,
    pub check_chance: fn(again: &str, shown: &str, difference: &str) -> String,
    pub check_chance_differs: fn(again: &str, shown: &str, difference: &str) -> String,

    pub shader: &'static str,
    pub shader_files: &'static str,
    pub shader_of: fn(file: &str) -> String,
    pub by_gpu: fn(adapter: &str) -> String,
    pub by_cpu: &'static str,
    pub two_shaders: &'static str,
    pub source: &'static str,
}

impl ReceiptStrings {
    /// Which letter stands for it in formulas and on numbers.
    pub fn letter(letter: Letter) -> &'static str {
        match letter {
            Letter::Query => "Q",
            Letter::Key => "K",
            Letter::Value => "V",
        }
    }
}

pub const EN: ReceiptStrings = ReceiptStrings {
    trail: "Receipts opened one after the other",
    back: "Back",
    close: "Close the receipt",
    waiting: "Waiting for the numbers…",
    gone: "This run has no such value: the text may have become shorter, or the model another.",
    sentence: |Named { site, layer, head, letter, dimension: d }| {
        let (l, h) = (layer + 1, head + 1);
        match site {
            Site::TokenEmbed => format!("What the token table says of {{row}}, dimension {d}"),
            Site::PosEmbed => format!("What the position table says of the place where {{row}} stands, dimension {d}"),
            Site::Embed => format!("{{row}} as it enters block 1, token and place together, dimension {d}"),
            Site::Norm1 => format!("Block {l}: {{row}} evened out for attention, dimension {d}"),
            Site::Qkv => match letter {
                Some(Letter::Query) => format!("Block {l}, head {h}: what {{row}} looks for, its query, dimension {d}"),
                Some(Letter::Key) => {
                    format!("Block {l}, head {h}: what {{row}} can be found by, its key, dimension {d}")
                }
                _ => format!("Block {l}, head {h}: what {{row}} has to give, its value, dimension {d}"),
            },
            Site::Scores => format!("Block {l}, head {h}: how much {{row}} matches {{key}}, before softmax"),
            Site::Weights => format!("Block {l}, head {h}: the share of its attention that {{row}} gives to {{key}}"),
            Site::Mix => {
                format!("Block {l}, head {h}: what {{row}} takes from the tokens it looks at, dimension {d}")
            }
            Site::Project => format!("Block {l}: what attention adds to {{row}}, dimension {d}"),
            Site::Mid => format!("Block {l}: {{row}} after attention, dimension {d}"),
            Site::Norm2 => format!("Block {l}: {{row}} evened out for the MLP, dimension {d}"),
            Site::Expand => format!("Block {l}: how strongly {{row}} drives neuron {d}, before GELU"),
            Site::Gelu => format!("Block {l}: what neuron {d} lets through for {{row}}, after GELU"),
            Site::Contract => format!("Block {l}: what the MLP adds to {{row}}, dimension {d}"),
            Site::Out => format!("{{row}} as it leaves block {l}, dimension {d}"),
            Site::NormF => format!("{{row}} evened out for the unembedding, dimension {d}"),
            Site::Logits => "How well {key} fits after {row}: its logit".into(),
            Site::EmbedLens => "How well {key} would fit after {row} were the model to stop before block 1".into(),
            Site::Lens => format!("How well {{key}} would fit after {{row}} were the model to stop after block {l}"),
        }
    },
    short: |Named { site, layer, letter, dimension: d, .. }| {
        let l = layer + 1;
        match site {
            Site::TokenEmbed => format!("token {d}"),
            Site::PosEmbed => format!("position {d}"),
            Site::Embed => format!("stream {d}"),
            Site::Norm1 | Site::Norm2 => format!("norm {d}"),
            Site::Qkv => match letter {
                Some(Letter::Query) => format!("query {d}"),
                Some(Letter::Key) => format!("key {d}"),
                _ => format!("value {d}"),
            },
            Site::Scores => "score".into(),
            Site::Weights => "attention".into(),
            Site::Mix => format!("mix {d}"),
            Site::Project => format!("attention’s part {d}"),
            Site::Mid => format!("stream {d}, mid-block {l}"),
            Site::Expand => format!("neuron {d}, before"),
            Site::Gelu => format!("neuron {d}"),
            Site::Contract => format!("MLP’s part {d}"),
            Site::Out => format!("stream {d}, block {l}"),
            Site::NormF => format!("last norm {d}"),
            Site::Logits => "logit".into(),
            Site::EmbedLens | Site::Lens => "early logit".into(),
        }
    },
    kernel: |kernel| match kernel {
        Kernel::Embed => "Looked up in a learned table and taken as it is.",
        Kernel::Add => "Two numbers, added up.",
        Kernel::LayerNorm => {
            "The whole vector is moved to mean 0 and scaled to spread 1. Then a learned gain stretches this number, and a learned bias moves it."
        }
        Kernel::Linear => "Every input times its learned weight, all added up, and a learned bias on top.",
        Kernel::AttentionScores => {
            "Query times key, dimension by dimension, all added up and scaled down, or the sum would grow with the number of dimensions."
        }
        Kernel::Softmax => "Scores become shares of one whole: e to the power of each, divided by the sum of all.",
        Kernel::AttentionMix => "The values of all tokens that are looked at, each in the share that softmax gave it.",
        Kernel::Gelu => "Positive numbers pass, negative ones are held back, softly.",
        Kernel::Unembed => {
            "The last vector times the token’s own row of the table, dimension by dimension, all added up."
        }
    },
    lens: "Two steps that the run does not keep: the residual stream here goes through the model’s last norm, then to the token table.",
    masked: "{key} comes after {row}, and nobody is allowed to look ahead. Nothing is computed here.",
    formula: "The formula",
    letters: letters::en,
    address: "Address",
    found: "Found on the way",
    quantity: |quantity| match quantity {
        Quantity::Mean => "mean of the vector",
        Quantity::Variance => "its variance",
        Quantity::Epsilon => "a small number, against dividing by 0",
        Quantity::Deviation => "spread",
        Quantity::Normal => "this number, evened out",
        Quantity::Normed => "the stream after the last norm",
        Quantity::Largest => "largest score of the row",
        Quantity::LargestLogit => "largest of all logits",
        Quantity::Exponential => "its own power of e",
        Quantity::Total => "sum of all powers",
        Quantity::Inside => "inside the curve",
        Quantity::Gate => "how far the gate is open, −1 to 1",
    },
    made_of: |quantity, count| match quantity {
        Quantity::Mean => format!("The {count} numbers that the mean is of"),
        Quantity::Variance => format!("The {count} squares that the variance is of"),
        Quantity::Normed => format!("The {count} numbers after the last norm"),
        Quantity::Total => match count {
            1 => "The one power in the sum".into(),
            n => format!("The {} powers in the sum", super::stage::EN.count(n)),
        },
        _ => "Where it comes from".into(),
    },
    terms: "What it is made of, largest first",
    of_dimension: "dim.",
    of_neuron: "neuron",
    of_position: "token",
    of_alone: "part",
    how: "how",
    contribution: "adds",
    bias: "bias",
    rest: |n, bias| match (n, bias) {
        (0, _) => "the bias adds".into(),
        (1, false) => "the other one adds".into(),
        (1, true) => "the other one and the bias add up to".into(),
        (n, false) => format!("the other {} add up to", super::stage::EN.count(n)),
        (n, true) => format!("the other {} and the bias add up to", super::stage::EN.count(n)),
    },
    more: |n| format!("Show {}", super::stage::EN.count(n)),
    fewer: "Show fewer",
    total: "all together",
    opens: |name, value| format!("{name}: {value}. Open its receipt"),
    learned: "learned in training",
    learned_hint: "Choose a dotted number to see where in the weights file it stands.",
    learned_button: |place, value| format!("{place}: {value}, learned in training"),
    legend_computed: "computed in this run, has a receipt",
    legend_learned: "learned in training",
    rounded: "The learned numbers are shown as the GPU holds them, rounded to 16 bits.",
    rounded_int8: "The learned numbers are shown as the engine holds them: 8 bits each, and one scale a row.",
    check: "Does it add up?",
    check_exact: |again| format!("Added up again: {again}. The engine has exactly the same."),
    check_agrees: |again, engine, difference| {
        format!("Added up again: {again}. The engine has {engine}. The difference, {difference}, is rounding.")
    },
    check_differs: |again, engine, difference| {
        format!(
            "Added up again: {again}. The engine has {engine}. The difference, {difference}, is more than rounding explains."
        )
    },
    check_not_a_number: "One of these is not a number, so nothing adds up here.",
    chance: "The chance that it becomes: ",
    chance_how: |vocabulary| {
        format!(
            "Softmax over all {vocabulary} tokens: e to the power of this logit, less the largest, divided by the sum of all such powers."
        )
    },
    check_chance: |again, shown, difference| {
        format!("Worked out again: {again}. The page shows {shown}. The difference, {difference}, is rounding.")
    },
    check_chance_differs: |again, shown, difference| {
        format!(
            "Worked out again: {again}. The page shows {shown}. The difference, {difference}, is more than rounding explains."
        )
    },
    shader: "The shader that computes this",
    shader_files: "Files",
    shader_of: |file| format!("Source of {file}"),
    by_gpu: |adapter| format!("This number came from the shader, on {adapter}."),
    by_cpu: "This number came from the Rust twin: this page computes on the CPU.",
    two_shaders: "The same sum twice: linear.wgsl for many positions at a time, linear_row.wgsl for a few.",
    source: "First described in",
};

pub const ZH: ReceiptStrings = ReceiptStrings {
    trail: "依次打开的明细",
    back: "返回",
    close: "关闭明细",
    waiting: "正在等数字……",
    gone: "这次运行里没有这个数：可能是文字变短了，也可能换了模型。",
    sentence: |Named { site, layer, head, letter, dimension: d }| {
        let (l, h) = (layer + 1, head + 1);
        match site {
            Site::TokenEmbed => format!("词元表里 {{row}} 的维度 {d}"),
            Site::PosEmbed => format!("位置表里 {{row}} 所在位置的维度 {d}"),
            Site::Embed => format!("{{row}} 进入第 1 层时的维度 {d}：词元加位置"),
            Site::Norm1 => format!("第 {l} 层：注意力之前，归一化后的 {{row}}，维度 {d}"),
            Site::Qkv => match letter {
                Some(Letter::Query) => format!("第 {l} 层第 {h} 头：{{row}} 在找什么，查询（Query）的维度 {d}"),
                Some(Letter::Key) => format!("第 {l} 层第 {h} 头：{{row}} 凭什么被找到，键（Key）的维度 {d}"),
                _ => format!("第 {l} 层第 {h} 头：{{row}} 能给出什么，值（Value）的维度 {d}"),
            },
            Site::Scores => format!("第 {l} 层第 {h} 头：{{row}} 与 {{key}} 有多匹配（softmax 之前）"),
            Site::Weights => format!("第 {l} 层第 {h} 头：{{row}} 分给 {{key}} 的注意力"),
            Site::Mix => format!("第 {l} 层第 {h} 头：{{row}} 从所看的词元那里取来的内容，维度 {d}"),
            Site::Project => format!("第 {l} 层：注意力给 {{row}} 加上的内容，维度 {d}"),
            Site::Mid => format!("第 {l} 层：注意力之后的 {{row}}，维度 {d}"),
            Site::Norm2 => format!("第 {l} 层：前馈网络之前，归一化后的 {{row}}，维度 {d}"),
            Site::Expand => format!("第 {l} 层：{{row}} 对 {d} 号神经元的刺激（GELU 之前）"),
            Site::Gelu => format!("第 {l} 层：{d} 号神经元为 {{row}} 放行多少（GELU 之后）"),
            Site::Contract => format!("第 {l} 层：前馈网络给 {{row}} 加上的内容，维度 {d}"),
            Site::Out => format!("{{row}} 离开第 {l} 层时的维度 {d}"),
            Site::NormF => format!("去嵌入之前，归一化后的 {{row}}，维度 {d}"),
            Site::Logits => "{row} 后面接 {key} 有多合适：它的 logit".into(),
            Site::EmbedLens => "如果模型在第 1 层之前就停下，{row} 后面接 {key} 有多合适".into(),
            Site::Lens => format!("如果模型在第 {l} 层之后就停下，{{row}} 后面接 {{key}} 有多合适"),
        }
    },
    short: |Named { site, layer, letter, dimension: d, .. }| {
        let l = layer + 1;
        match site {
            Site::TokenEmbed => format!("词元 {d}"),
            Site::PosEmbed => format!("位置 {d}"),
            Site::Embed => format!("残差流 {d}"),
            Site::Norm1 | Site::Norm2 => format!("归一化 {d}"),
            Site::Qkv => match letter {
                Some(Letter::Query) => format!("查询 {d}"),
                Some(Letter::Key) => format!("键 {d}"),
                _ => format!("值 {d}"),
            },
            Site::Scores => "匹配分".into(),
            Site::Weights => "注意力".into(),
            Site::Mix => format!("混合 {d}"),
            Site::Project => format!("注意力所加 {d}"),
            Site::Mid => format!("残差流 {d}，第 {l} 层中"),
            Site::Expand => format!("神经元 {d}，之前"),
            Site::Gelu => format!("神经元 {d}"),
            Site::Contract => format!("前馈所加 {d}"),
            Site::Out => format!("残差流 {d}，第 {l} 层"),
            Site::NormF => format!("末次归一化 {d}"),
            Site::Logits => "logit".into(),
            Site::EmbedLens | Site::Lens => "提前的 logit".into(),
        }
    },
    kernel: |kernel| match kernel {
        Kernel::Embed => "从学到的表里查出来，原样使用。",
        Kernel::Add => "两个数相加。",
        Kernel::LayerNorm => "先把整个向量移到均值 0、缩放到标准差 1，再乘上学到的增益，加上学到的偏置。",
        Kernel::Linear => "每个输入乘以学到的权重，全部加起来，再加上学到的偏置。",
        Kernel::AttentionScores => "查询与键逐维相乘，全部加起来，再缩小，免得维数多时点积过大。",
        Kernel::Softmax => "把分数变成份额：各取 e 的幂，再除以所有幂之和。",
        Kernel::AttentionMix => "被看到的每个词元都给出自己的值，按 softmax 分得的份额相加。",
        Kernel::Gelu => "正数放行，负数拦住，过渡得很柔和。",
        Kernel::Unembed => "最后的向量与这个词元在表中的那一行逐维相乘，全部加起来。",
    },
    lens: "这里有两步，运行时并不保留：这一处的残差流先经过模型最后的归一化，再去和词元表相乘。",
    masked: "{key} 在 {row} 的后面，谁也不能往后看。这里什么也没有计算。",
    formula: "公式",
    letters: letters::zh,
    address: "地址",
    found: "途中算出的数",
    quantity: |quantity| match quantity {
        Quantity::Mean => "向量的均值",
        Quantity::Variance => "方差",
        Quantity::Epsilon => "一个很小的数，防止除以 0",
        Quantity::Deviation => "标准差",
        Quantity::Normal => "归一化后的这个数",
        Quantity::Normed => "末次归一化之后的残差流",
        Quantity::Largest => "这一行的最大分数",
        Quantity::LargestLogit => "最大的 logit",
        Quantity::Exponential => "它自己的幂",
        Quantity::Total => "所有幂之和",
        Quantity::Inside => "代入曲线的数",
        Quantity::Gate => "闸门开了多少（−1 到 1）",
    },
    made_of: |quantity, count| match quantity {
        Quantity::Mean => format!("求均值的 {count} 个数"),
        Quantity::Variance => format!("求方差的 {count} 个平方"),
        Quantity::Normed => format!("末次归一化之后的 {count} 个数"),
        Quantity::Total => format!("相加的 {} 个幂", super::stage::ZH.count(count)),
        _ => "它从哪里来".into(),
    },
    terms: "由哪些部分相加而成，大的在前",
    of_dimension: "维",
    of_neuron: "神经元",
    of_position: "词元",
    of_alone: "部分",
    how: "算式",
    contribution: "贡献",
    bias: "偏置",
    rest: |n, bias| match (n, bias) {
        (0, _) => "偏置".into(),
        (n, false) => format!("其余 {} 项合计", super::stage::ZH.count(n)),
        (n, true) => format!("其余 {} 项与偏置合计", super::stage::ZH.count(n)),
    },
    more: |n| format!("看前 {} 项", super::stage::ZH.count(n)),
    fewer: "收起",
    total: "总和",
    opens: |name, value| format!("{name}：{value}。打开它的明细"),
    learned: "学到的",
    learned_hint: "点一个带虚线框的数，就能看到它在权重文件里的位置。",
    learned_button: |place, value| format!("{place}：{value}，学到的"),
    legend_computed: "这次运行算出，可继续打开",
    legend_learned: "学到的",
    rounded: "学到的数按显卡里的样子显示：舍入到 16 位。",
    rounded_int8: "学到的数按引擎里的样子显示：每个 8 位，一行共用一个比例。",
    check: "加得对吗？",
    check_exact: |again| format!("重新加一遍是 {again}，引擎里正是这个数。"),
    check_agrees: |again, engine, difference| {
        format!("重新加一遍是 {again}，引擎里是 {engine}，相差 {difference}，只是舍入误差。")
    },
    check_differs: |again, engine, difference| {
        format!("重新加一遍是 {again}，引擎里是 {engine}，相差 {difference}，不是舍入能解释的。")
    },
    check_not_a_number: "其中有的不是数，所以没法相加。",
    chance: "换算成概率：",
    chance_how: |vocabulary| {
        format!(
            "对全部 {vocabulary} 个词元做 softmax：这个 logit 减去最大的 logit，取 e 的幂，再除以所有这样的幂之和。"
        )
    },
    check_chance: |again, shown, difference| {
        format!("重新算一遍是 {again}，页面上是 {shown}，相差 {difference}，只是舍入误差。")
    },
    check_chance_differs: |again, shown, difference| {
        format!("重新算一遍是 {again}，页面上是 {shown}，相差 {difference}，不是舍入能解释的。")
    },
    shader: "算出它的着色器",
    shader_files: "文件",
    shader_of: |file| format!("{file} 的源代码"),
    by_gpu: |adapter| format!("这个数由着色器算出，运行在 {adapter} 上。"),
    by_cpu: "这个数由 Rust 孪生函数算出：本页正在用 CPU 计算。",
    two_shaders: "同一个求和写了两遍：位置多时用 linear.wgsl，位置少时用 linear_row.wgsl。",
    source: "最早见于",
};
