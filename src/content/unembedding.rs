//! The words of the unembedding's floor: from the last vector to the chances.

/// See the module's header.
#[derive(Debug)]
pub struct UnembeddingStrings {
    // Where it is read
    /// Before the token, after it.
    pub expects: [&'static str; 2],
    pub place: fn(position: usize, of: usize) -> String,
    pub before: &'static str,
    pub after: &'static str,
    pub hint: &'static str,
    /// Before the token, before the chance, before the rank, before the count, after it.
    pub came: [&'static str; 5],
    pub surprise: fn(bits: f32, number: &str) -> String,

    // Why this one
    /// Before the likelier token, between the two, after the other.
    pub why_title: [&'static str; 3],
    /// Between the two tokens, before the difference, after it.
    pub why_ahead: [&'static str; 3],
    pub why_for: fn(part: &str, push: &str) -> String,
    pub why_against: fn(part: &str, push: &str) -> String,
    pub why_text: &'static str,
    pub why_table: &'static str,
    pub why_part: &'static str,
    pub why_push: &'static str,
    pub why_embedding: &'static str,
    pub why_attention: fn(block: usize) -> String,
    pub why_mlp: fn(block: usize) -> String,
    pub why_learned: &'static str,
    pub why_sum: &'static str,

    // The steps
    pub steps: &'static str,
    pub last_title: fn(block: usize) -> String,
    pub last_text: fn(width: usize) -> String,
    pub norm_title: &'static str,
    pub norm_text: &'static str,
    pub dot_title: &'static str,
    pub dot_text: fn(vocabulary: &str) -> String,
    pub dot_tied: &'static str,
    pub dot_untied: &'static str,
    pub dot_choose: &'static str,
    /// Before the token, after it.
    pub dot_table: [&'static str; 2],
    pub dot_waiting: &'static str,
    pub dimension: &'static str,
    pub of_vector: &'static str,
    pub of_token: &'static str,
    pub product: &'static str,
    pub others: fn(count: usize) -> String,
    pub left_over: &'static str,
    pub sum: &'static str,
    pub receipt: &'static str,
    pub learned: &'static str,

    pub chances_title: &'static str,
    pub chances_text: &'static str,
    pub logit: &'static str,
    pub below: &'static str,
    pub exp: &'static str,
    pub chance: &'static str,
    pub came_mark: &'static str,
    pub rest: fn(count: &str) -> String,
    pub whole: fn(count: &str) -> String,
    pub bars: fn(from: &str, to: &str) -> String,
    pub table: &'static str,
    pub length: fn(length: &str) -> String,

    pub river: &'static str,
}

pub const EN: UnembeddingStrings = UnembeddingStrings {
    expects: ["What the model expects after ", ""],
    place: |position, of| format!("token {position} of {of}"),
    before: "← one token earlier",
    after: "one token later →",
    hint: "Pin any token of the text to ask there: what did the model expect, and what came?",
    came: ["What came is ", ": the model gave it ", ", number ", " of ", "."],
    surprise: |bits, number| {
        let word = match bits {
            b if b.is_nan() => return "The surprise is not a number.".into(),
            b if b < 0.5 => return format!("No surprise: {number} bits (−log₂ of the chance)."),
            b if b < 2.5 => "A small surprise",
            b if b < 6.0 => "A surprise",
            b if b < 10.0 => "A big surprise",
            _ => "A very big surprise",
        };
        match bits.round() as u32 {
            0 | 1 => {
                format!("{word}: {number} bits (−log₂ of the chance). As unlikely as calling one coin toss right.")
            }
            n => format!(
                "{word}: {number} bits (−log₂ of the chance). As unlikely as calling {n} coin tosses in a row right."
            ),
        }
    },

    why_title: ["Why ", " and not ", "?"],
    why_ahead: [" is ahead of ", " by ", " logits."],
    why_for: |part, push| format!(" Most for it: {part}, {push}."),
    why_against: |part, push| format!(" Most against it: {part}, {push}."),
    why_text: "The last vector is a sum: the embedding, and what every attention and every MLP added. So the difference of two logits is a sum as well, one part each, measured after the final LayerNorm. Open another token’s sum below to compare with that one.",
    why_table: "What each part adds to the difference of the two logits",
    why_part: "part",
    why_push: "adds to the difference",
    why_embedding: "Embedding",
    why_attention: |block| format!("Block {block}, attention"),
    why_mlp: |block| format!("Block {block}, MLP"),
    why_learned: "learned biases of the output",
    why_sum: "together: the difference of the logits",

    steps: "From the vector to the chances",
    last_title: |block| format!("The last vector, after block {block}"),
    last_text: |width| {
        format!(
            "{width} numbers are all that is left of the journey, and all that the model can say of the next token is in them."
        )
    },
    norm_title: "Brought to one size: the final LayerNorm",
    norm_text: "The mean is taken away, the spread made 1, then every number is scaled and shifted as learned. The direction is what counts now.",
    dot_title: "Compared with every token: dot products",
    dot_text: |v| {
        format!(
            "Each of the {v} tokens has a vector of its own. Number by number the two are multiplied; the sum of the products is the token’s logit. The better they match, the larger it is."
        )
    },
    dot_tied: "These are the same vectors as in the embedding: the table is used at both ends.",
    dot_untied: "This model has a table of its own for the output.",
    dot_choose: "Open the sum of:",
    dot_table: ["The largest products for ", ""],
    dot_waiting: "The token’s vector is being fetched…",
    dimension: "dimension",
    of_vector: "vector",
    of_token: "token",
    product: "product",
    others: |n| format!("the other {n} products together"),
    left_over: "left over (a learned bias, or rounding)",
    sum: "sum: the logit",
    receipt: "The whole receipt",
    learned: "learned",

    chances_title: "From logits to chances: softmax",
    chances_text: "Take the largest logit away from all, take e to the power of what is left, and divide by the sum over the whole vocabulary. Every chance is above zero, and together they are 100 %.",
    logit: "logit",
    below: "− largest",
    exp: "e to that",
    chance: "÷ sum: chance",
    came_mark: "came",
    rest: |n| format!("all the other {n} together"),
    whole: |n| format!("all {n}"),
    bars: |from, to| format!("Logit bars run from {from} to {to}; a chance bar of full width is 100 %."),
    table: "Logits and chances of the likeliest tokens",
    length: |l| format!("length {l}"),

    river: "How this guess grew, floor by floor →",
};

pub const ZH: UnembeddingStrings = UnembeddingStrings {
    expects: ["在 ", " 后面，模型期待什么"],
    place: |position, of| format!("第 {position} 个词元，共 {of} 个"),
    before: "← 前一个词元",
    after: "后一个词元 →",
    hint: "固定文字里的任何一个词元，就在那里问：模型当时期待什么，实际来了什么？",
    came: ["实际出现的是 ", "：模型给它的概率是 ", "，排第 ", "（共 ", " 个）。"],
    surprise: |bits, number| {
        let word = match bits {
            b if b.is_nan() => return "意外程度不是数。".into(),
            b if b < 0.5 => return format!("毫不意外：{number} 比特（概率的 −log₂）。"),
            b if b < 2.5 => "有点意外",
            b if b < 6.0 => "意外",
            b if b < 10.0 => "很意外",
            _ => "非常意外",
        };
        match bits.round() as u32 {
            0 | 1 => format!("{word}：{number} 比特（概率的 −log₂）。像猜对一次抛硬币。"),
            n => format!("{word}：{number} 比特（概率的 −log₂）。和接连猜对 {n} 次抛硬币一样难得。"),
        }
    },

    why_title: ["为什么是 ", "，而不是 ", "？"],
    why_ahead: [" 的 logit 比 ", " 高出 ", "。"],
    why_for: |part, push| format!("最支持它的是{part}，{push}。"),
    why_against: |part, push| format!("最反对的是{part}，{push}。"),
    why_text: "最后的向量是一个和：嵌入，加上每次注意力、每个前馈网络写进去的内容。所以两个 logit 的差也能拆成一份一份，尺度取最后一次层归一化之后的。在下面展开别的词元，就和那个词元比。",
    why_table: "每个部分给两个 logit 的差添了多少",
    why_part: "部分",
    why_push: "给差值添了多少",
    why_embedding: "嵌入",
    why_attention: |block| format!("第 {block} 层注意力"),
    why_mlp: |block| format!("第 {block} 层前馈网络"),
    why_learned: "出口处学到的偏置",
    why_sum: "合计：两个 logit 的差",

    steps: "从向量到概率",
    last_title: |block| format!("最后的向量：第 {block} 层之后"),
    last_text: |width| format!("一路算下来，只留下这 {width} 个数。关于下一个词元，模型能说的全在里面。"),
    norm_title: "统一尺度：最后的层归一化（LayerNorm）",
    norm_text: "减去平均值，把起伏缩放到 1，再按学到的数逐个缩放、平移。从这里起，要紧的是方向。",
    dot_title: "和每个词元比一遍：点积",
    dot_text: |v| format!("{v} 个词元各有一个向量。逐个数相乘，乘积加起来就是这个词元的 logit：越吻合，数越大。"),
    dot_tied: "这些向量就是嵌入时查的那张表：进和出用的是同一张。",
    dot_untied: "这个模型在出口另有一张表。",
    dot_choose: "展开哪个词元的点积：",
    dot_table: ["", " 最大的几个乘积"],
    dot_waiting: "正在取这个词元的向量……",
    dimension: "维",
    of_vector: "向量",
    of_token: "词元",
    product: "乘积",
    others: |n| format!("其余 {n} 个乘积合计"),
    left_over: "剩余（学到的偏置，或舍入）",
    sum: "总和，即 logit",
    receipt: "查看完整的明细",
    learned: "学到的",

    chances_title: "从 logit 到概率：softmax",
    chances_text: "所有 logit 减去最大的那个，取 e 的这么多次方，再除以整个词表的总和。每个概率都大于零，加起来正好是 100%。",
    logit: "logit",
    below: "减去最大的",
    exp: "e 的这次方",
    chance: "÷ 总和：概率",
    came_mark: "实际",
    rest: |n| format!("其余 {n} 个合计"),
    whole: |n| format!("全部 {n} 个"),
    bars: |from, to| format!("logit 条的刻度从 {from} 到 {to}；概率条占满代表 100%。"),
    table: "最可能的词元的 logit 和概率",
    length: |l| format!("长度 {l}"),

    river: "这个猜测怎样一层一层形成 →",
};
