//! The words of a head's room: how it gets its weights, and what its output says.

/// Every word of the steps and of what the output says.
#[derive(Debug)]
pub struct HeadStrings {
    pub title: &'static str,
    pub hint: &'static str,
    pub steps: &'static str,
    /// What stands on the six buttons.
    pub short: [&'static str; 6],
    pub titles: [&'static str; 6],
    pub compare: fn(size: usize) -> String,
    /// `factor` as written, 1/√32, and its value.
    pub scale: fn(size: usize, factor: &str, value: &str) -> String,
    pub mask: &'static str,
    pub soften: &'static str,
    pub fetch: fn(size: usize) -> String,
    pub add: fn(size: usize) -> String,
    pub worked_out: &'static str,
    pub from_run: &'static str,

    pub full_colour: fn(limit: &str) -> String,
    pub dimension: &'static str,
    pub looked_at: &'static str,
    pub token: &'static str,
    /// "it" asks "dog": before the asking token, between, after.
    pub asks: [&'static str; 3],
    /// What "it" takes from "dog".
    pub takes: [&'static str; 3],
    /// What was found for "it".
    pub found: [&'static str; 2],
    pub spoken: fn(row: &str, column: &str, value: &str) -> String,

    pub query_of: fn(name: &str) -> String,
    pub key_of: fn(name: &str) -> String,
    pub value_of: fn(name: &str) -> String,
    pub products: &'static str,
    pub dot: &'static str,
    pub times: fn(factor: &str) -> String,
    pub score: &'static str,
    pub score_stays: &'static str,
    pub score_would_be: &'static str,
    pub score_masked: &'static str,
    pub row_scores: fn(name: &str) -> String,
    pub largest: &'static str,
    pub raised: &'static str,
    pub raised_sum: &'static str,
    pub weight: &'static str,
    pub weight_on: fn(name: &str) -> String,
    pub weighted: &'static str,
    pub weighted_at: fn(dimension: usize) -> String,
    pub contributions: fn(dimension: usize) -> String,
    pub output_of: fn(name: &str) -> String,
    pub output_at: fn(dimension: usize) -> String,
    /// What opens the receipt of the cell, or of what it goes into. The first where q·k is not yet divided.
    pub open_becomes: fn(size: usize) -> String,
    pub open_score: &'static str,
    pub open_weight: &'static str,
    pub open_output: &'static str,

    pub words_title: [&'static str; 2],
    pub words_say: fn(size: usize, width: usize) -> String,
    pub words_note: &'static str,
    pub push: PushStrings,
}

/// What a vector does to the logits of tokens.
#[derive(Debug)]
pub struct PushStrings {
    pub up: &'static str,
    pub down: &'static str,
    pub full_bar: fn(logits: &str) -> String,
    pub waiting: &'static str,
}

pub const EN: HeadStrings = HeadStrings {
    title: "How this head gets its weights",
    hint: "Six steps of this very run. Point at a cell to see its arithmetic, press to hold it; ← and → on the buttons go step by step.",
    steps: "Steps",
    short: ["q · k", "÷ √D", "mask", "softmax", "× v", "sum"],
    titles: [
        "Compare every query with every key",
        "Scale the scores down",
        "Cover what comes later",
        "Turn scores into shares",
        "Fetch the values, as much as the weights say",
        "Add up: the head’s output",
    ],
    compare: |d| {
        format!(
            "Each token asks with its query q and answers to others with its key k, {d} numbers each. Multiplied pairwise and added up, they say how well question and answer fit. At this step later tokens are still included."
        )
    },
    scale: |d, factor, value| {
        format!(
            "Sums of {d} products become large, and a softmax of large numbers looks at one token only. All are multiplied by {factor} = {value}. The picture stays the same; its scale shrinks."
        )
    },
    mask: "A token may look back and at itself, never ahead: the text ahead is what the model is to guess. These cells become −∞.",
    soften: "Each row is raised, e to the power of the score, and divided by its own sum. What was −∞ is exactly 0; what remains are shares of one. This is the attention of the picture above.",
    fetch: |d| {
        format!(
            "Who is looked at hands over its value v, {d} numbers, times the weight. A row a token that is looked at; another reading token gives another picture."
        )
    },
    add: |d| {
        format!(
            "The rows of the last picture are added, dimension by dimension. These {d} numbers are what the head has found, here for every token; the framed row is the chosen one’s."
        )
    },
    worked_out: "Computed on this page from the run’s q, k, v and weights.",
    from_run: "Every cell is a value of the run.",

    full_colour: |limit| format!("full colour is ±{limit}"),
    dimension: "dimension →",
    looked_at: "looked at ↓",
    token: "token ↓",
    asks: ["", " asks ", ""],
    takes: ["What ", " takes from ", ""],
    found: ["What was found for ", ""],
    spoken: |row, column, value| format!("{row}, {column}: {value}"),

    query_of: |name| format!("query of {name}"),
    key_of: |name| format!("key of {name}"),
    value_of: |name| format!("value of {name}"),
    products: "their products, dimension by dimension",
    dot: "sum of the products",
    times: |factor| format!("times {factor}"),
    score: "score",
    score_stays: "score: it stays",
    score_would_be: "score without the mask",
    score_masked: "score: it comes later",
    row_scores: |name| format!("all scores of {name}’s row"),
    largest: "largest score of the row",
    raised: "e to the power of score − largest",
    raised_sum: "sum of these over the row",
    weight: "weight: one divided by the other",
    weight_on: |name| format!("weight on {name}"),
    weighted: "value times weight",
    weighted_at: |i| format!("of it in dimension {i}"),
    contributions: |i| format!("what each token gives to dimension {i}"),
    output_of: |name| format!("head’s output for {name}"),
    output_at: |i| format!("sum: the output’s dimension {i}"),
    open_becomes: |size| format!("Divided by √{size} it is the score. The score’s receipt"),
    open_score: "The receipt of this score",
    open_weight: "The receipt of this weight",
    open_output: "The receipt of the whole sum",

    words_title: ["What the head’s output for ", " says in words"],
    words_say: |d, c| {
        format!(
            "The output matrix turns the head’s {d} numbers into {c}, which are added to the residual stream. Taken straight to the unembedding, they push these tokens:"
        )
    },
    words_note: "This is the direct effect alone: later blocks read it too and may make something else of it. The last LayerNorm is taken at the scale that it has in this run; the bias that all heads share is left out.",
    push: PushStrings {
        up: "pushed up",
        down: "pushed down",
        full_bar: |logits| format!("A full bar is {logits} logits."),
        waiting: "Waiting for the learned numbers…",
    },
};

pub const ZH: HeadStrings = HeadStrings {
    title: "这个头的注意力是怎么算出来的",
    hint: "六步，都取自这一次运行。指着一个格子，就能看到它的算式，点一下就固定住；在按钮上按 ← → 可以一步一步走。",
    steps: "步骤",
    short: ["q · k", "÷ √D", "遮住", "softmax", "× v", "相加"],
    titles: [
        "每个查询和每个键比一比",
        "把分数缩小",
        "遮住后面的词元",
        "把分数变成份额",
        "按权重取来值",
        "加起来：这个头的输出",
    ],
    compare: |d| {
        format!(
            "每个词元用查询 q 发问，用键 k 应答，各有 {d} 个数。逐个相乘再加起来，就知道问和答有多匹配。这时后面的词元也还在里面。"
        )
    },
    scale: |d, factor, value| {
        format!(
            "{d} 个乘积加起来会很大，而很大的数做 softmax，就只会盯住一个词元。所以全部乘以 {factor} = {value}。图的样子不变，刻度变小了。"
        )
    },
    mask: "词元可以看前面和自己，但不能往后看：后面正是模型要猜的。这些格子变成 −∞。",
    soften: "每一行先取 e 的“分数”次方，再除以这一行的总和。−∞ 正好变成 0，剩下的是合起来等于 1 的份额。这就是上面那幅图里的注意力。",
    fetch: |d| {
        format!("被看的词元交出自己的值 v，共 {d} 个数，乘上权重。一行是一个被看的词元；换一个看的词元，图也跟着换。")
    },
    add: |d| {
        format!("把上一幅图的各行逐维相加。得到的 {d} 个数就是这个头找到的东西，这里每个词元一行，框住的是选中的词元。")
    },
    worked_out: "由这次运行的 q、k、v 和权重，在本页以双精度算出。",
    from_run: "每一格都是这次运行里的数。",

    full_colour: |limit| format!("颜色最深处为 ±{limit}"),
    dimension: "维度 →",
    looked_at: "被看的词元 ↓",
    token: "词元 ↓",
    asks: ["", " 问 ", ""],
    takes: ["", " 从 ", " 取来的"],
    found: ["为 ", " 找到的"],
    spoken: |row, column, value| format!("{row}，{column}：{value}"),

    query_of: |name| format!("{name} 的查询"),
    key_of: |name| format!("{name} 的键"),
    value_of: |name| format!("{name} 的值"),
    products: "逐维相乘",
    dot: "乘积之和",
    times: |factor| format!("乘以 {factor}"),
    score: "分数",
    score_stays: "分数：保留",
    score_would_be: "不遮的话，分数是",
    score_masked: "分数：它在后面",
    row_scores: |name| format!("{name} 这一行的全部分数"),
    largest: "这一行最大的分数",
    raised: "e 的（分数 − 最大）次方",
    raised_sum: "这一行的总和",
    weight: "权重：两者相除",
    weight_on: |name| format!("给 {name} 的权重"),
    weighted: "值乘以权重",
    weighted_at: |i| format!("其中维度 {i}"),
    contributions: |i| format!("每个词元给维度 {i} 的贡献"),
    output_of: |name| format!("这个头给 {name} 的输出"),
    output_at: |i| format!("相加：输出的维度 {i}"),
    open_becomes: |size| format!("除以 √{size} 就是分数：打开分数的明细"),
    open_score: "打开这个分数的明细",
    open_weight: "打开这个权重的明细",
    open_output: "打开这个和的明细",

    words_title: ["这个头给 ", " 的输出，用词来说"],
    words_say: |d, c| {
        format!(
            "这个头在输出矩阵里有 {d} 行，把这 {d} 个数变成 {c} 个数，汇入残差流。如果就此走到终点，它会这样推动词元："
        )
    },
    words_note: "这只是直接的作用：后面各层也会读到它，可能派上别的用场。最后的层归一化按这次运行里的缩放计算；所有头共有的偏置不算在内。",
    push: PushStrings {
        up: "推高",
        down: "压低",
        full_bar: |logits| format!("满条为 {logits} logit。"),
        waiting: "正在等学到的数……",
    },
};
