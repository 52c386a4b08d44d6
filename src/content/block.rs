//! The words of the block's room: its steps in order, and what is added to the stream.

/// One step.
#[derive(Debug)]
pub struct StepWords {
    pub plain: &'static str,
    pub term: &'static str,
    pub say: &'static str,
}

/// Every word of the block's room.
#[derive(Debug)]
pub struct BlockStrings {
    /// What block 3 does with "dog": before the token, after it.
    pub title: fn(layer: usize) -> [String; 2],
    pub lead: &'static str,
    pub stream: &'static str,
    pub entering: &'static str,
    pub leaving: &'static str,
    pub attention: &'static str,
    pub mlp: &'static str,
    /// In the order of `Site`, from the first LayerNorm to the river after the block.
    pub steps: [StepWords; 12],

    pub learned: fn(shapes: &str) -> String,
    pub full_colour: fn(limit: &str) -> String,
    pub largest: &'static str,
    /// One of Q, K, V: its letter, its head from 0, the place within the head.
    pub letter_place: fn(letter: &str, head: usize, i: usize) -> String,
    pub dimension: fn(dimension: usize) -> String,
    pub head: fn(head: usize) -> String,
    pub on_token: fn(head: usize, token: &str) -> String,
    pub part_of: fn(from: usize, to: usize, all: &str) -> String,
    pub latest_of: fn(drawn: usize, all: usize) -> String,
    pub strip: fn(name: &str, count: usize) -> String,
    pub to_head: &'static str,
    pub to_mlp: &'static str,

    pub before: &'static str,
    pub attention_adds: &'static str,
    pub mlp_adds: &'static str,
    pub after: &'static str,
    pub lengths: &'static str,
    /// `angle` is one of the next.
    /// So much of the stream's length, so many times it: the next two's first words.
    pub share_of: fn(percent: &str) -> String,
    pub times_of: fn(number: &str) -> String,
    pub attention_sum: fn(share: &str, angle: &str, cosine: &str) -> String,
    pub mlp_sum: fn(share: &str, angle: &str, cosine: &str) -> String,
    pub sum_unknown: &'static str,
    /// From against it to along it.
    pub angles: [&'static str; 5],
}

const fn step(plain: &'static str, term: &'static str, say: &'static str) -> StepWords {
    StepWords { plain, term, say }
}

pub const EN: BlockStrings = BlockStrings {
    title: |l| [format!("What block {} does with ", l + 1), String::new()],
    lead: "The stream runs straight through. Two branches read it, work something out, and add it. These are the steps of the run itself, in its order, with the numbers of this one token; click a number for its receipt.",
    stream: "residual stream",
    entering: "The stream enters",
    leaving: "and goes on.",
    attention: "Attention: here tokens hear of each other",
    mlp: "MLP: each token on its own",
    steps: [
        step(
            "Brought to one size",
            "LayerNorm",
            "A copy of the stream, centred and scaled; the stream itself stays as it is.",
        ),
        step("Questions, keys, values", "Q K V", "One matrix makes all three, for all heads side by side."),
        step(
            "Which tokens match",
            "scores",
            "Each head compares this token’s question with the keys of the tokens so far.",
        ),
        step("Shares", "softmax", "A head’s scores become shares of one."),
        step(
            "Gathered values",
            "weighted sum",
            "Each head adds up the values of those tokens, as much as its shares say.",
        ),
        step("Put together", "projection", "One matrix turns what all heads found into one vector."),
        step("Added to the stream", "residual", "Nothing is replaced: stream plus addition, number by number."),
        step("Brought to one size", "LayerNorm", "The same again, with learned numbers of its own."),
        step("Widened", "expand", "Every neuron takes its own sum of this token’s numbers."),
        step(
            "Weak ones silenced",
            "GELU",
            "Below zero hardly anything passes, above it nearly all. This is why a stack of matrices is more than one matrix.",
        ),
        step("Narrowed", "contract", "Each neuron adds its own vector, as strongly as it fired."),
        step("Added to the stream", "residual", "This is what the next block reads."),
    ],

    learned: |shapes| format!("learned: {shapes}"),
    full_colour: |limit| format!("full colour is ±{limit}"),
    largest: "largest in size:",
    letter_place: |letter, head, i| format!("{letter} of head {}, no. {i}", head + 1),
    dimension: |i| format!("no. {i}"),
    head: |h| format!("Head {}", h + 1),
    on_token: |h, token| format!("head {} on {token}", h + 1),
    part_of: |from, to, all| format!("no. {from} to {to} of {all} are drawn"),
    latest_of: |drawn, all| format!("the latest {drawn} of {all} tokens are drawn"),
    strip: |name, count| format!("{name}: {count} numbers"),
    to_head: "Look into the head",
    to_mlp: "Look into the MLP",

    before: "stream before",
    attention_adds: "attention adds",
    mlp_adds: "MLP adds",
    after: "stream after",
    lengths: "Lengths of the vectors",
    share_of: |percent| format!("{percent} as long"),
    times_of: |number| format!("{number} times as long"),
    attention_sum: |share, angle, cosine| {
        format!("Attention adds a vector {share} as the stream, {angle} (cosine {cosine}).")
    },
    mlp_sum: |share, angle, cosine| format!("The MLP adds a vector {share} as the stream, {angle} (cosine {cosine})."),
    sum_unknown: "What is added cannot be measured: it is not a number.",
    angles: ["against it", "partly against it", "almost at right angles to it", "partly along it", "along it"],
};

pub const ZH: BlockStrings = BlockStrings {
    title: |l| [format!("第 {} 层怎样处理 ", l + 1), String::new()],
    lead: "残差流一路直通。两条支路读取它，各自算出一点东西，再加回去。下面就是这次运行本身的步骤，顺序不变，数字都属于这一个词元；点一个数，就能看到它的明细。",
    stream: "残差流",
    entering: "流入本层的向量",
    leaving: "继续向前。",
    attention: "注意力：词元在这里互通消息",
    mlp: "前馈网络：每个词元各算各的",
    steps: [
        step("统一大小", "层归一化 LayerNorm", "取一份残差流，移到以零为中心，缩放到同样的大小；残差流本身不变。"),
        step("查询、键、值", "Q K V", "一个矩阵同时算出三样，各个头并排放着。"),
        step("和谁匹配", "分数 scores", "每个头拿这个词元的查询，去和到它为止的各个词元的键比一比。"),
        step("份额", "softmax", "把一个头的分数变成合起来等于 1 的份额。"),
        step("取来的值", "加权求和", "每个头按份额把那些词元的值加起来。"),
        step("合到一起", "投影 projection", "一个矩阵把所有头找到的东西变成一个向量。"),
        step("加回残差流", "残差 residual", "什么都没有被替换：残差流加上新内容，逐个数相加。"),
        step("统一大小", "层归一化 LayerNorm", "再做一次，用的是另一组学到的数。"),
        step("变宽", "expand", "每个神经元对这个词元的数各做一个加权和。"),
        step("弱信号被压低", "GELU", "零以下几乎过不去，零以上几乎全过。正因为有它，许多矩阵叠起来才不等于一个矩阵。"),
        step("变窄", "contract", "每个神经元按激活的强弱，加上自己的那个向量。"),
        step("加回残差流", "残差 residual", "下一层读到的就是它。"),
    ],

    learned: |shapes| format!("学到的数：{shapes}"),
    full_colour: |limit| format!("颜色最深处为 ±{limit}"),
    largest: "绝对值最大：",
    letter_place: |letter, head, i| format!("第 {} 头的 {letter}，{i} 号", head + 1),
    dimension: |i| format!("{i} 号"),
    head: |h| format!("第 {} 头", h + 1),
    on_token: |h, token| format!("第 {} 头看 {token}", h + 1),
    part_of: |from, to, all| format!("共 {all} 个，画出 {from} 到 {to} 号"),
    latest_of: |drawn, all| format!("共 {all} 个词元，画出最近的 {drawn} 个"),
    strip: |name, count| format!("{name}：{count} 个数"),
    to_head: "细看这个头",
    to_mlp: "细看前馈网络",

    before: "之前的残差流",
    attention_adds: "注意力加上的",
    mlp_adds: "前馈网络加上的",
    after: "之后的残差流",
    lengths: "各向量的长度",
    share_of: |percent| percent.into(),
    times_of: |number| format!("{number} 倍"),
    attention_sum: |share, angle, cosine| {
        format!("注意力加上的向量，长度是残差流的 {share}，方向{angle}（余弦 {cosine}）。")
    },
    mlp_sum: |share, angle, cosine| {
        format!("前馈网络加上的向量，长度是残差流的 {share}，方向{angle}（余弦 {cosine}）。")
    },
    sum_unknown: "加上的东西无法衡量：它不是数。",
    angles: ["与它相反", "有几分与它相反", "与它几乎垂直", "有几分与它一致", "与它一致"],
};
