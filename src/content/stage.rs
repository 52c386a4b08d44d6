//! The words of the pictures: one typed struct, one value a language, so that a missing word does
//! not compile.
//!
//! Sentences that name tokens are kept as pieces between which the tokens are set in their own type.

/// Every word that the pictures say.
#[derive(Debug)]
pub struct StageStrings {
    /// BCP 47 tag of this language.
    pub lang: &'static str,
    /// Between a number and its percent sign.
    percent_gap: &'static str,
    /// Between two sentences.
    pub sentence_gap: &'static str,
    /// Between a name and what is said of it.
    pub colon: &'static str,
    pub comma: &'static str,

    pub empty: &'static str,
    pub loading: &'static str,
    pub not_a_number: &'static str,
    pub leading_space: &'static str,

    // Attention, one head
    pub attention_figure: fn(layer: usize, head: usize) -> String,
    pub head_name: fn(layer: usize, head: usize) -> String,
    pub reading_from: &'static str,
    pub looking_at: &'static str,
    /// Before the query, before the share, before the key, after it.
    pub looks_at: [&'static str; 4],
    /// Before the token, before the share, after it.
    pub looks_at_itself: [&'static str; 3],
    /// Before the query, between the two tokens, after the key.
    pub may_not_look: [&'static str; 3],
    pub masked: &'static str,
    pub masked_later: fn(count: usize) -> String,
    pub scale: &'static str,
    pub scale_root: &'static str,
    pub scale_linear: &'static str,
    pub scale_root_hint: &'static str,
    pub scale_linear_hint: &'static str,
    pub csv: &'static str,
    pub csv_hint: &'static str,
    pub row_title: [&'static str; 2],
    pub column_position: &'static str,
    pub column_key: &'static str,
    pub column_weight: &'static str,
    pub matrix_keys: &'static str,
    pub open_receipt: &'static str,
    pub arcs_figure: &'static str,
    pub arcs_left_out: fn(count: usize) -> String,

    // Heads
    pub heads_figure: fn(layer: usize) -> String,
    pub head_short: fn(head: usize) -> String,
    pub block_short: fn(layer: usize) -> String,
    pub overview_figure: &'static str,
    pub overview_hint: &'static str,
    pub heads_sentence: fn(head: usize, habit: &str, share: &str) -> String,
    pub heads_alike: &'static str,
    pub as_table: &'static str,
    pub figure_csv: &'static str,
    pub habits: Habits,
    pub pooled: fn(tokens: usize) -> String,

    // Embedding
    pub neighbours_title: [&'static str; 2],
    pub neighbours_hint: &'static str,
    /// What is taken off before directions are compared: see `engine/common.rs`.
    pub common_hint: &'static str,
    pub cosine: &'static str,
    pub cosine_hint: &'static str,
    pub twins: fn(count: usize) -> String,
    pub twins_hide: &'static str,
    pub lookup: &'static str,
    pub lookup_placeholder: &'static str,
    pub lookup_go: &'static str,
    /// Where only the first token of what was typed is looked up: before the typed text, before the
    /// token, after it.
    pub lookup_cut: [&'static str; 3],
    pub lookup_none: &'static str,
    pub map_title: &'static str,
    pub map_variance: fn(both: &str, first: &str, second: &str) -> String,
    pub map_figure: [&'static str; 2],
    pub map_axes: [&'static str; 2],
    pub vector_title: [&'static str; 2],
    pub vector_hint: fn(dimensions: usize) -> String,
    pub vector_cell: fn(dimension: usize, value: f32) -> String,
    pub vector_clipped: fn(count: usize) -> String,
    pub vector_keys: &'static str,
    pub vector_csv: &'static str,
    /// Of a row of cells in the arithmetic.
    pub strip_keys: &'static str,
    pub nearest_sentence: [&'static str; 4],

    // Prediction
    pub prediction_title: &'static str,
    pub prediction_term: &'static str,
    /// Before the last token, before the likeliest next one, before its chance, after it.
    pub prediction_sentence: [&'static str; 4],
    pub rank: &'static str,
    pub token: &'static str,
    pub chance: &'static str,
    pub chance_at: fn(temperature: &str) -> String,
    /// The chances after the cut, whatever the temperature.
    pub chance_drawn: &'static str,
    /// Instead of a chance in the draw, where there is none.
    pub cut_away: &'static str,
    /// How many stay in the draw.
    pub kept: fn(kept: &str, of: &str) -> String,
    pub kept_one: &'static str,
    pub remainder: fn(count: &str) -> String,
    pub more: fn(count: usize) -> String,
    pub fewer: fn(count: usize) -> String,
    full_bar: fn(share: &str) -> String,
    torn_bar: &'static str,
    pub temperature: &'static str,
    pub temperature_one: &'static str,
    pub temperature_low: &'static str,
    pub temperature_high: &'static str,
    pub temperature_zero: &'static str,
    /// A plain phrase, its term.
    pub top_k: [&'static str; 2],
    pub top_k_tokens: fn(count: &str) -> String,
    pub top_p: [&'static str; 2],
    pub write_on: &'static str,
    /// No room for another token.
    pub write_full: &'static str,
    /// Before the drawn token, before its chance, after it.
    pub drawn: [&'static str; 3],
    /// The same of a token that no text can end with.
    pub drawn_part: [&'static str; 3],
    pub sampling: &'static str,
    pub sampling_off: &'static str,
    pub sampling_back: &'static str,
    pub word: &'static str,
    pub word_placeholder: &'static str,
    /// Before the token, before the rank, before the count, before the chance, after it.
    pub word_answer: [&'static str; 5],
    pub word_begins: fn(word: &str) -> String,
    pub word_nothing: &'static str,
    /// What a press on a bar shows.
    pub chance_opens: &'static str,
}

/// What a head mostly does, in words.
#[derive(Debug)]
pub struct Habits {
    pub itself: &'static str,
    pub previous: &'static str,
    pub first: &'static str,
    /// What followed the same token before.
    pub induction: &'static str,
    pub spread: &'static str,
}

impl StageStrings {
    /// A share of one as a person reads it: `61 %`, `3.4 %`, `0.52 %`, `< 0.01 %`.
    pub fn percent(&self, share: f32) -> String {
        let gap = self.percent_gap;
        let p = f64::from(share) * 100.0;
        if !p.is_finite() {
            return self.not_a_number.into();
        }
        if p == 0.0 {
            format!("0{gap}%")
        } else if p < 0.01 {
            format!("<{gap}0.01{gap}%")
        } else if p < 0.995 {
            format!("{p:.2}{gap}%")
        } else if p < 9.95 {
            format!("{p:.1}{gap}%")
        } else if !(99.5..99.95).contains(&p) {
            format!("{p:.0}{gap}%")
        } else {
            format!("{p:.1}{gap}%")
        }
    }

    /// What a bar of full width stands for. `torn`: there is one that is longer.
    pub fn full_bar(&self, full: f32, torn: bool) -> String {
        let said = (self.full_bar)(&self.percent(full));
        if torn { format!("{said}{}{}", self.sentence_gap, self.torn_bar) } else { said }
    }

    /// A count with its thousands apart: `8,182`. Of any size: parameters may be more than an address has bits for.
    pub fn count(&self, count: impl TryInto<u64>) -> String {
        let digits = count.try_into().unwrap_or(u64::MAX).to_string();
        let mut text = String::new();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        text
    }
}

pub const EN: StageStrings = StageStrings {
    lang: "en",
    percent_gap: "\u{202f}",
    sentence_gap: " ",
    colon: ": ",
    comma: ", ",
    empty: "Type something, and this picture draws itself from the run.",
    loading: "Waiting for the numbers…",
    not_a_number: "not a number",
    leading_space: "starts with a space",

    attention_figure: |l, h| format!("Attention of block {}, head {}", l + 1, h + 1),
    head_name: |l, h| format!("Block {} · Head {}", l + 1, h + 1),
    reading_from: "who looks ↓",
    looking_at: "looking at →",
    looks_at: ["", " looks ", " at ", ""],
    looks_at_itself: ["", " looks ", " at itself"],
    may_not_look: ["", " may not look at ", ": it comes later"],
    masked: "not allowed (a later token)",
    masked_later: |n| match n {
        1 => "1 later token is masked: nobody looks ahead.".into(),
        n => format!("{n} later tokens are masked: nobody looks ahead."),
    },
    scale: "Scale",
    scale_root: "square root",
    scale_linear: "linear",
    scale_root_hint: "Shows small shares: the area grows with the square root of the share.",
    scale_linear_hint: "In proportion: half the attention is half the area.",
    csv: "CSV",
    csv_hint: "Download this head’s numbers",
    row_title: ["What ", " looks at"],
    column_position: "position",
    column_key: "token",
    column_weight: "attention",
    matrix_keys: "Arrow keys move the cell, Home and End go to the row's ends, Page Up and Page Down change the head, Enter holds the cell, Enter again opens its receipt, Escape lets go.",
    open_receipt: "Open its receipt",
    arcs_figure: "The row as arcs: the wider the arc, the more attention",
    arcs_left_out: |n| match n {
        1 => "The weakest arc is left out; the matrix has it.".into(),
        n => format!("The {n} weakest arcs are left out; the matrix has them all."),
    },

    heads_figure: |l| format!("All heads of block {}", l + 1),
    head_short: |h| format!("Head {}", h + 1),
    block_short: |l| format!("Block {}", l + 1),
    overview_figure: "Every head of every block",
    overview_hint: "Choose one: arrow keys move, Enter picks.",
    heads_sentence: |h, habit, share| {
        format!("Strongest habit here: head {} looks at {habit}, {share} on average.", h + 1)
    },
    heads_alike: "No head here keeps clearly to one of these habits.",
    as_table: "As a table",
    figure_csv: "Download the numbers of this picture",
    habits: Habits {
        itself: "itself",
        previous: "the token before",
        first: "the first token",
        induction: "what followed the same token before",
        spread: "no clear habit",
    },
    pooled: |t| format!("{t} tokens are more than these pixels: each shows the largest of its cells."),

    neighbours_title: ["Nearest to ", ""],
    neighbours_hint: "Tokens whose vectors point the same way, in this model's own table.",
    common_hint: "They are compared, and drawn on the map, after taking off what all tokens share: their mean and the three strongest common directions, which mostly say how frequent a token is.",
    cosine: "cosine",
    cosine_hint: "The cosine says how alike two directions are: 1 is the same, 0 is at right angles, −1 is the opposite.",
    twins: |n| format!("+ {n} spelling{}", if n == 1 { "" } else { "s" }),
    twins_hide: "fold",
    lookup: "Look up another word",
    lookup_placeholder: "any word",
    lookup_go: "Look up",
    lookup_cut: ["“", "” takes several tokens. This is its first: ", "."],
    lookup_none: "No token begins like this.",
    map_title: "The neighbourhood as a map",
    map_variance: |both, first, second| {
        format!(
            "A flat picture of many dimensions: its two axes show {both} of how these vectors differ ({first} across, {second} upward)."
        )
    },
    map_figure: ["Map of the tokens nearest to ", ""],
    map_axes: ["first principal axis →", "↑ second"],
    vector_title: ["The vector of ", " itself"],
    vector_hint: |c| {
        format!(
            "{c} learned numbers, read like a line of text. This is all that the model knows of the token when it comes in."
        )
    },
    vector_cell: |i, v| format!("dimension {i}: {v}"),
    vector_clipped: |n| format!("{n} notched cell{} beyond the scale", if n == 1 { " lies" } else { "s lie" }),
    vector_keys: "Arrow keys move along the dimensions, Home and End go to the ends.",
    vector_csv: "Download this vector’s numbers",
    strip_keys: "Left and right move from number to number, Home and End go to the ends, Enter opens the receipt.",
    nearest_sentence: ["Nearest to ", " is ", ", with a cosine of ", "."],

    prediction_title: "Next token",
    prediction_term: "softmax over the whole vocabulary",
    prediction_sentence: ["After the last token, ", ", most likely: ", " with ", "."],
    rank: "rank",
    token: "token",
    chance: "chance",
    chance_at: |t| format!("at temperature {t}"),
    chance_drawn: "in the draw",
    cut_away: "cut away",
    kept: |kept, of| format!("{kept} of {of} tokens stay in the draw; their chances add up to 100\u{202f}% again."),
    kept_one: "One token stays in the draw: it is always taken.",
    remainder: |n| format!("all other {n} tokens together"),
    more: |n| format!("show {n}"),
    fewer: |n| format!("show only {n}"),
    full_bar: |share| format!("A full bar is {share}."),
    torn_bar: "A torn one is longer.",
    temperature: "Temperature",
    temperature_one: "At 1 the chances are the model's own.",
    temperature_low: "Below 1 the likely become likelier: outlined bars.",
    temperature_high: "Above 1 the unlikely get a chance: outlined bars.",
    temperature_zero: "At 0 the likeliest is always taken.",
    top_k: ["Keep at most", "top-k"],
    top_k_tokens: |n| if n == "1" { "1 token".into() } else { format!("{n} tokens") },
    top_p: ["Keep up to", "top-p"],
    write_on: "Draw a token and write it",
    write_full: "The text fills the model’s window: there is no room for another token.",
    drawn: ["Drawn: ", ", with a chance of ", ". Now the model reads the longer text, and the chances are new."],
    drawn_part: [
        "Drawn: ",
        ", with a chance of ",
        ". It is only part of a character, and no text can end there. Draw again.",
    ],
    sampling: "How the next token is drawn",
    sampling_off: "off",
    sampling_back: "Back to the model’s own chances",
    word: "Where is my word?",
    word_placeholder: "type a word",
    word_answer: ["", " is number ", " of ", ", with a chance of ", "."],
    word_begins: |w| format!("“{w}” takes several tokens; this one begins it."),
    word_nothing: "No token begins like this.",
    chance_opens: "How this chance comes about",
};

pub const ZH: StageStrings = StageStrings {
    lang: "zh",
    percent_gap: "",
    sentence_gap: "",
    colon: "：",
    comma: "，",
    empty: "输入一句话，这幅图就会根据真实的运行结果画出来。",
    loading: "正在等数字……",
    not_a_number: "不是数",
    leading_space: "以空格开头",

    attention_figure: |l, h| format!("第 {} 层第 {} 个头的注意力", l + 1, h + 1),
    head_name: |l, h| format!("第 {} 层 · 第 {} 头", l + 1, h + 1),
    reading_from: "谁在看 ↓",
    looking_at: "看向谁 →",
    looks_at: ["", " 把 ", " 的注意力放在 ", " 上"],
    looks_at_itself: ["", " 把 ", " 的注意力放在自己身上"],
    may_not_look: ["", " 不能看 ", "：它在后面"],
    masked: "不允许看（在后面的词元）",
    masked_later: |n| format!("后面的 {n} 个词元被遮住：谁也不能往后看。"),
    scale: "刻度",
    scale_root: "平方根",
    scale_linear: "线性",
    scale_root_hint: "看得见小的份额：面积随份额的平方根增长。",
    scale_linear_hint: "按比例：一半的注意力占一半的面积。",
    csv: "CSV",
    csv_hint: "下载这个头的全部数值",
    row_title: ["", " 在看谁"],
    column_position: "位置",
    column_key: "词元",
    column_weight: "注意力",
    matrix_keys: "方向键移动格子，Home 和 End 到行首行尾，Page Up 和 Page Down 换头，Enter 固定这一格，再按一次打开它的明细，Esc 松开。",
    open_receipt: "打开它的明细",
    arcs_figure: "把这一行画成弧线：弧越粗，注意力越多",
    arcs_left_out: |n| format!("较弱的 {n} 条弧没有画出，矩阵里都有。"),

    heads_figure: |l| format!("第 {} 层的所有注意力头", l + 1),
    head_short: |h| format!("第 {} 头", h + 1),
    block_short: |l| format!("第 {} 层", l + 1),
    overview_figure: "每一层的每一个头",
    overview_hint: "选一个：方向键移动，Enter 选定。",
    heads_sentence: |h, habit, share| format!("这一层习惯最明显的是第 {} 头：{habit}，平均 {share}。", h + 1),
    heads_alike: "这一层没有哪个头有这几种习惯。",
    as_table: "看成表格",
    figure_csv: "下载这幅图的全部数值",
    habits: Habits {
        itself: "看自己",
        previous: "看前一个词元",
        first: "看第一个词元",
        induction: "看同样的词元上次后面的那个",
        spread: "没有明显习惯",
    },
    pooled: |t| format!("{t} 个词元比像素还多：每个像素取所含格子的最大值。"),

    neighbours_title: ["离 ", " 最近的词元"],
    neighbours_hint: "在这个模型自己的词表里，向量方向最接近的词元。",
    common_hint: "比较和画地图之前，先去掉所有词元共有的成分：它们的平均，以及最强的三个公共方向（多半只说明一个词元有多常见）。",
    cosine: "余弦",
    cosine_hint: "余弦说的是两个方向有多一致：1 是完全相同，0 是互相垂直，−1 是正好相反。",
    twins: |n| format!("另有 {n} 种写法"),
    twins_hide: "收起",
    lookup: "查另一个词",
    lookup_placeholder: "随便一个词",
    lookup_go: "查",
    lookup_cut: ["“", "”要用好几个词元，这里查的是打头的 ", "。"],
    lookup_none: "没有词元这样开头。",
    map_title: "邻里地图",
    map_variance: |both, first, second| {
        format!("把很多维压成一张平面图：两根轴画出了这些向量差异的 {both}（横轴 {first}，纵轴 {second}）。")
    },
    map_figure: ["", " 附近词元的地图"],
    map_axes: ["第一主轴 →", "↑ 第二主轴"],
    vector_title: ["", " 的向量本身"],
    vector_hint: |c| {
        format!("学到的 {c} 个数，像文字一样从左往右、一行一行读。词元刚进入模型时，模型对它的了解全在这里。")
    },
    vector_cell: |i, v| format!("维度 {i}：{v}"),
    vector_clipped: |n| format!("{n} 个带缺口的格子超出了刻度"),
    vector_keys: "方向键沿维度移动，Home 和 End 到两端。",
    vector_csv: "下载这个向量的全部数值",
    strip_keys: "左右键逐个移动，Home 和 End 到两端，Enter 打开明细。",
    nearest_sentence: ["离 ", " 最近的是 ", "，余弦为 ", "。"],

    prediction_title: "下一个词元",
    prediction_term: "对整个词表做 softmax",
    prediction_sentence: ["在末尾的 ", " 之后，最可能的是 ", "，概率 ", "。"],
    rank: "名次",
    token: "词元",
    chance: "概率",
    chance_at: |t| format!("温度 {t} 时"),
    chance_drawn: "抽取时",
    cut_away: "截去",
    kept: |kept, of| format!("{of} 个词元里留下 {kept} 个参加抽取，概率重新合计为 100%。"),
    kept_one: "只留下一个词元：每次都选它。",
    remainder: |n| format!("其余 {n} 个合计"),
    more: |n| format!("看前 {n} 个"),
    fewer: |n| format!("只看前 {n} 个"),
    full_bar: |share| format!("满条为 {share}。"),
    torn_bar: "有断口的比满条还长。",
    temperature: "温度",
    temperature_one: "温度为 1 时，就是模型自己给出的概率。",
    temperature_low: "低于 1，可能的更可能：见空心条。",
    temperature_high: "高于 1，不太可能的也有机会：见空心条。",
    temperature_zero: "温度为 0 时，永远选最可能的那个。",
    top_k: ["最多留几个", "top-k"],
    top_k_tokens: |n| format!("{n} 个"),
    top_p: ["累计概率留到", "top-p"],
    write_on: "抽一个词元，接在后面",
    write_full: "文字已经占满模型的窗口，接不下了。",
    drawn: ["抽中 ", "，概率 ", "。模型再读一遍变长的文字，概率也随之更新。"],
    drawn_part: ["抽中 ", "，概率 ", "。它只是半个字，文字不能停在这里，请再抽一次。"],
    sampling: "下一个词元怎么抽",
    sampling_off: "不限",
    sampling_back: "回到模型自己的概率",
    word: "我想的词排第几？",
    word_placeholder: "输入一个词",
    word_answer: ["", " 排第 ", "（共 ", " 个），概率 ", "。"],
    word_begins: |w| format!("“{w}”要用好几个词元，这是打头的那个。"),
    word_nothing: "没有词元这样开头。",
    chance_opens: "这个概率是怎么来的",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percents_read_well() {
        let cases = [
            (0.613, "61 %", "61%"),
            (0.0346, "3.5 %", "3.5%"),
            (0.00521, "0.52 %", "0.52%"),
            (0.00001, "< 0.01 %", "<0.01%"),
            (0.9962, "99.6 %", "99.6%"),
            (1.0, "100 %", "100%"),
            (0.0, "0 %", "0%"),
        ];
        for (share, en, zh) in cases {
            assert_eq!(EN.percent(share).replace('\u{202f}', " "), en);
            assert_eq!(ZH.percent(share), zh);
        }
        assert_eq!(EN.percent(f32::NAN), "not a number");
        assert_eq!(
            (EN.count(8182), EN.count(999), EN.count(1_000_000)),
            ("8,182".into(), "999".into(), "1,000,000".into())
        );
    }
}
