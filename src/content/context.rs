//! The words of the embedding's floor beside the neighbours: the sum of token and position, the map
//! of the positions, and how a vector's neighbours change on its way.

/// See the module's header.
#[derive(Debug)]
pub struct ContextStrings {
    // Token + position
    /// Before the token, after it.
    pub sum_title: [&'static str; 2],
    pub sum_text: fn(width: usize) -> String,
    pub token_vector: &'static str,
    /// Before the token, after it.
    pub token_from: [&'static str; 2],
    pub position_vector: &'static str,
    pub position_from: fn(position: usize) -> String,
    pub entering: &'static str,
    pub entering_from: &'static str,
    pub length: &'static str,
    pub lengths: fn(token: &str, position: &str, sum: &str) -> String,
    pub learned: &'static str,
    pub scale: &'static str,

    // Positions
    pub positions_title: &'static str,
    pub positions_text: fn(count: usize) -> String,
    pub positions_see: fn(near: &str, far: &str) -> String,
    pub positions_figure: fn(count: usize) -> String,
    pub positions_cell: fn(first: usize, second: usize, cosine: &str) -> String,
    pub positions_keys: &'static str,
    /// Over the columns, beside the rows.
    pub positions_axes: [&'static str; 2],
    /// Under the colours.
    pub positions_scale: &'static str,
    pub positions_pin: fn(position: usize) -> String,
    pub waiting: &'static str,

    // Neighbours in context
    /// Before the token, after it.
    pub context_title: [&'static str; 2],
    pub context_text: &'static str,
    pub context_roughly: &'static str,
    pub context_new: &'static str,
    pub in_table: &'static str,
    pub after_block: fn(number: usize) -> String,
    pub itself: &'static str,
    pub cosine: &'static str,
}

pub const EN: ContextStrings = ContextStrings {
    sum_title: ["What enters block 1 for ", ""],
    sum_text: |width| {
        format!(
            "Two rows of {width} learned numbers, one for the token and one for its place in the text, are added number by number. Point at a dimension to see it in all three; click it for its receipt."
        )
    },
    token_vector: "Token vector",
    token_from: ["the row of ", " in the token table"],
    position_vector: "+ position vector",
    position_from: |p| format!("the row of position {p} in the position table"),
    entering: "= what enters block 1",
    entering_from: "the sum: the residual stream begins here",
    length: "length",
    lengths: |token, position, sum| {
        format!(
            "The lengths are {token} and {position}, the sum’s is {sum}: vectors add up fully only where they point the same way."
        )
    },
    learned: "learned",
    scale: "All three have one scale, so that their colours compare.",

    positions_title: "Which positions are alike",
    positions_text: |n| {
        format!(
            "Every place in the text has a vector too. Each dot compares two of the first {n}: orange where they point the same way, blue where they point against each other (cosine, from −1 to 1)."
        )
    },
    positions_see: |near, far| {
        format!(
            "What to see: the band along the diagonal. Places next to each other have a cosine of {near} on average, places half the map apart {far}. Nobody told the model that places have an order; what there is of it was learned."
        )
    },
    positions_figure: |n| format!("Cosines of the first {n} position vectors with each other"),
    positions_cell: |a, b, cosine| format!("positions {a} and {b}: {cosine}"),
    positions_keys: "Arrow keys move from pair to pair.",
    positions_axes: ["position →", "position ↓"],
    positions_scale: "cosine",
    positions_pin: |p| format!("The lines mark position {p}."),
    waiting: "The numbers are on their way…",

    context_title: ["What ", " lies near to, floor by floor"],
    context_text: "In the table a word has one vector, whatever the text. Each block adds what the context says, so that the same word goes another way in another sentence. Often it turns from what the token is towards what may come next: that is what the vector is for.",
    context_roughly: "Compared like the list above, after taking off what all tokens share. Only a rough comparison: vectors after a block live in the table’s space only roughly.",
    context_new: "Bold: not in the column before.",
    in_table: "in the table",
    after_block: |n| format!("block {n}"),
    itself: "(itself)",
    cosine: "cosine",
};

pub const ZH: ContextStrings = ContextStrings {
    sum_title: ["", " 带着什么进入第 1 层"],
    sum_text: |width| {
        format!(
            "学到的两行数，各 {width} 个：一行属于词元，一行属于它在文中的位置，逐个相加。指向某一维，三条上同时看；点一下，看这个数的明细。"
        )
    },
    token_vector: "词元向量",
    token_from: ["词元表里 ", " 的那一行"],
    position_vector: "＋ 位置向量",
    position_from: |p| format!("位置表里属于第 {p} 个位置的那一行"),
    entering: "＝ 进入第 1 层的向量",
    entering_from: "两者之和：残差流从这里开始",
    length: "长度",
    lengths: |token, position, sum| {
        format!("两个向量的长度是 {token} 和 {position}，和的长度是 {sum}：只有方向完全一致，长度才会正好相加。")
    },
    learned: "学到的",
    scale: "三条用同一个刻度，颜色可以直接比较。",

    positions_title: "哪些位置彼此相像",
    positions_text: |n| {
        format!(
            "文中的每个位置也有一个向量。每个小点比较前 {n} 个位置中的两个：橙色表示方向相近，蓝色表示方向相反（余弦，从 −1 到 1）。"
        )
    },
    positions_see: |near, far| {
        format!(
            "看什么：沿对角线的那条带子。相邻的两个位置，余弦平均 {near}；隔半张图的两个位置，平均 {far}。没人告诉过模型位置有先后，图里的次序都是它自己学到的。"
        )
    },
    positions_figure: |n| format!("前 {n} 个位置向量两两之间的余弦"),
    positions_cell: |a, b, cosine| format!("第 {a} 和第 {b} 个位置：{cosine}"),
    positions_keys: "方向键在格子间移动。",
    positions_axes: ["位置 →", "位置 ↓"],
    positions_scale: "余弦",
    positions_pin: |p| format!("细线标出第 {p} 个位置。"),
    waiting: "数值正在路上……",

    context_title: ["一层一层，", " 离谁最近"],
    context_text: "在词元表里，一个词不管出现在哪儿都是同一个向量。每一层都加进上下文的意思，于是同一个词在不同的句子里会走上不同的路。它常常从“我是哪个词”渐渐转向“接下来会是什么”：这个向量本来就是为此服务的。",
    context_roughly: "比法和上面的列表一样，先去掉所有词元共有的成分。只能粗略地看：过了几层的向量，和词元表只是大致在同一个空间里。",
    context_new: "粗体：前一列里没有的。",
    in_table: "词元表里",
    after_block: |n| format!("第 {n} 层后"),
    itself: "（自己）",
    cosine: "余弦",
};
