//! The words of the whole journey on one screen.

/// See the module's header. Blocks and heads come counted from 1.
#[derive(Debug)]
pub struct StoryStrings {
    pub figure: &'static str,
    pub keys: &'static str,
    pub hint: &'static str,
    /// The heads that a block's strands are the mean of.
    /// Between the numbers of heads.
    pub heads_comma: &'static str,
    pub heads: fn(heads: &str) -> String,
    /// Read out for a column.
    pub column: fn(name: &str, position: usize) -> String,

    /// Before the reader, before what is read, before where, after the number.
    pub reads_most: [&'static str; 4],
    /// The block, and its heads that are averaged.
    pub in_block: fn(block: usize, heads: &str) -> String,
    /// Before and after the first token, which has nobody to read from.
    pub first: [&'static str; 2],
    /// Before and after a token none of whose strands is drawn.
    pub reads_little: [&'static str; 2],

    pub river: fn(longest: &str) -> String,
    pub strand: &'static str,
    pub attention_mark: &'static str,
    pub mlp_mark: &'static str,
    pub full_mark: &'static str,
    pub gold: &'static str,
    pub reads_tone: &'static str,
    pub read_tone: &'static str,
    pub rule: &'static str,
    pub drawn: fn(least: &str, share: &str, left_out: &str) -> String,
    /// Where no strand is left out.
    pub all_drawn: &'static str,
    pub one_column: &'static str,
    pub guesses_wait: &'static str,

    pub table: [&'static str; 2],
    pub table_name: &'static str,
    pub block: &'static str,
    pub reads: &'static str,
    pub attention_adds: &'static str,
    pub mlp_adds: &'static str,
    pub length: &'static str,
    /// After a block's name: after its attention, after its MLP.
    pub after: [&'static str; 2],
    pub table_note: &'static str,
}

pub const EN: StoryStrings = StoryStrings {
    figure: "The whole run: tokens from left to right, blocks from top to bottom",
    keys: "Left and right choose a token, Home and End go to the ends, Escape lets go.",
    hint: "Point at a token to follow its column; click to keep it.",
    heads_comma: ", ",
    heads: |heads| format!("heads {heads}"),
    column: |name, position| format!("{name}, token {position}"),

    reads_most: ["Of the tokens before it, ", " looks most at ", ": ", " of their attention, on average."],
    in_block: |block, heads| format!("heads {heads} of block {block} give it "),
    first: ["", " stands first: there is nothing before it to look at."],
    reads_little: ["", " looks at no single token with more than a twentieth of its attention."],

    river: |longest| {
        format!("column: the residual stream; the wider, the longer its vector; the widest here is {longest} long")
    },
    strand: "strand: attention, from the token that is read to its reader",
    attention_mark: "circle: what attention adds to it",
    mlp_mark: "square: what the MLP adds",
    full_mark: "The larger a circle or square, the longer the vector that is added, measured against the stream; a missing corner means longer than the stream itself.",
    gold: "bar: chance of the likeliest next token; bold where it did come next",
    reads_tone: "what it reads",
    read_tone: "who reads it",
    rule: "A block has many heads. Drawn is the mean of three: those that look hardest at a single other token; the first does not count, because idle heads rest there. Their numbers stand below the block’s name.",
    drawn: |least, share, left_out| {
        format!(
            "{left_out} strands below {least} are left out; those drawn carry {share} of what these heads read from other tokens."
        )
    },
    all_drawn: "Nothing is left out.",
    one_column: "The text is long, so one column is measured at a time. The dashed lines stand for the others.",
    guesses_wait: "The guesses below the other columns come when typing pauses.",

    table: ["What happens to ", ", block by block"],
    table_name: "The column in numbers",
    block: "Block",
    reads: "these heads look most at",
    attention_adds: "attention adds",
    mlp_adds: "MLP adds",
    length: "stream’s length",
    after: ["after attention", "after the MLP"],
    table_note: "What is added is measured against the residual stream that it is added to.",
};

pub const ZH: StoryStrings = StoryStrings {
    figure: "一次完整的运行：词元从左到右，各层从上到下",
    keys: "左右方向键选词元，Home 和 End 到两端，Esc 松开。",
    hint: "指着一个词元，就能沿着它的那一列往下看；点一下可以固定。",
    heads_comma: "、",
    heads: |heads| format!("第 {heads} 头"),
    column: |name, position| format!("{name}，第 {position} 个词元"),

    reads_most: ["在前面的词元里，", " 看得最多的是 ", "：", " 的注意力。"],
    in_block: |block, heads| format!("第 {block} 层的第 {heads} 头平均给它 "),
    first: ["", " 排在最前，前面没有可看的词元。"],
    reads_little: ["", " 没有把二十分之一以上的注意力放在哪一个词元上。"],

    river: |longest| format!("竖带：残差流；向量越长，带子越宽；这里最宽处长 {longest}"),
    strand: "线：注意力，从被看的词元连到在看的词元",
    attention_mark: "圆：注意力往残差流里加了多少",
    mlp_mark: "方：前馈网络 MLP 加了多少",
    full_mark: "圆和方越大，加进来的向量与残差流相比就越长；缺一个角，表示比残差流本身还长。",
    gold: "金条：最可能的下一个词元的概率；猜中的用粗体",
    reads_tone: "它在看谁",
    read_tone: "谁在看它",
    rule: "一层里有许多注意力头，画的是其中三个头的平均：它们最专注地看着某一个别的词元。看第一个词元不算，因为闲着的头常常停在那里。这三个头的编号写在层名下面。",
    drawn: |least, share, left_out| {
        format!("{least} 以下的 {left_out} 条细线没有画；画出来的占这些头看向其他词元的注意力的 {share}。")
    },
    all_drawn: "没有省略任何一条线。",
    one_column: "文字较长，一次只测量一列。虚线代表其余各列。",
    guesses_wait: "停下输入后，其他各列下面的猜测就会出现。",

    table: ["", " 在每一层经历了什么"],
    table_name: "这一列的数值",
    block: "层",
    reads: "这些头看得最多的",
    attention_adds: "注意力加了",
    mlp_adds: "MLP 加了",
    length: "残差流的长度",
    after: ["注意力之后", "MLP 之后"],
    table_note: "加进来的多少，都与当时的残差流相比。",
};
