//! The words of the MLP's room: neurons, where they fire, and columns that do not talk.

/// Every word of the MLP's room.
#[derive(Debug)]
pub struct MlpStrings {
    pub title: [&'static str; 2],
    pub say: fn(neurons: &str, width: usize) -> String,
    pub census: fn(silent: &str, all: &str, loud: &str) -> String,
    pub field: fn(layer: usize) -> String,
    pub neuron_value: fn(neuron: usize, value: &str) -> String,
    pub field_note: &'static str,

    pub curve_title: &'static str,
    pub curve_tanh: &'static str,
    pub curve_erf: &'static str,
    pub curve_figure: &'static str,
    pub curve_in: &'static str,
    pub curve_out: &'static str,

    pub strongest: &'static str,
    pub strongest_note: &'static str,
    pub neuron: fn(neuron: usize) -> String,
    pub in_out: &'static str,
    pub adds: &'static str,
    pub fires: &'static str,

    pub words_title: [&'static str; 3],
    pub words_say: fn(neuron: usize) -> String,
    pub words_note: &'static str,
    pub fires_title: fn(neuron: usize) -> String,
    pub fires_say: &'static str,
    pub fires_window: fn(first: usize, last: usize) -> String,
    pub only_one: &'static str,

    pub alone_title: &'static str,
    pub alone_say: &'static str,
    /// Before the word that goes, before the one that comes, after it.
    pub change: [&'static str; 3],
    pub back: &'static str,
    pub before_change: &'static str,
    pub changed: [&'static str; 3],
    pub column_token: &'static str,
    pub column_river: &'static str,
    pub column_mid: &'static str,
    pub column_result: &'static str,
    pub table: &'static str,
    pub full_bar: fn(value: &str) -> String,
    pub same: fn(columns: usize) -> String,
    pub differ: fn(columns: usize) -> String,
    pub broken: &'static str,
    pub first_block: &'static str,
    pub later_block: &'static str,
}

pub const EN: MlpStrings = MlpStrings {
    title: ["What the MLP makes of ", ""],
    say: |neurons, c| {
        format!(
            "{neurons} neurons read the {c} numbers of this one token, each looking for a pattern of its own. What a neuron finds, it answers by adding its own {c} learned numbers to the river, as strongly as it found it."
        )
    },
    census: |silent, all, loud| {
        format!("Here {silent} of {all} neurons are nearly silent, between −0.1 and 0.1, and {loud} say more than 1.")
    },
    field: |l| format!("All neurons of block {}, after GELU", l + 1),
    neuron_value: |n, v| format!("neuron {n}: {v}"),
    field_note: "Every neuron, in the model’s own order. The framed ones are listed below; choose any other by clicking it.",

    curve_title: "From in to out",
    curve_tanh: "GELU in its tanh form (gelu_new), the one that these weights were trained with.",
    curve_erf: "GELU in its exact form, with erf, the one that these weights were trained with.",
    curve_figure: "The GELU curve with the listed neurons on it",
    curve_in: "in →",
    curve_out: "↑ out",

    strongest: "The strongest neurons",
    strongest_note: "By the size of what comes out of GELU.",
    neuron: |n| format!("neuron {n}"),
    in_out: "in → out",
    adds: "adds a vector of length",
    fires: "fires along the text",

    words_title: ["What neuron ", " adds for ", ""],
    words_say: |n| {
        format!(
            "Its output times row {n} of the MLP’s second matrix, taken straight to the unembedding, pushes these tokens:"
        )
    },
    words_note: "The direct effect alone: later blocks read it too. The last LayerNorm is taken at the scale that it has in this run.",
    fires_title: |n| format!("Where else neuron {n} fires"),
    fires_say: "The same neuron at every token of this text. A click pins the token.",
    fires_window: |a, b| format!("Tokens {a} to {b} are shown."),
    only_one: "This model’s neurons are too many to read for all tokens at each keystroke; those of the pinned token are read, else of the last.",

    alone_title: "Columns do not talk here",
    alone_say: "The MLP reads one token’s column and writes to the same column. Only attention carries anything from one to another. Try it: change a word, and compare the two runs, column by column.",
    change: ["Change ", " to ", ""],
    back: "Change it back",
    before_change: "Nothing to compare yet: the last two texts must have the same number of tokens.",
    changed: ["Changed: ", " became ", "."],
    column_token: "column",
    column_river: "before attention",
    column_mid: "after attention",
    column_result: "the MLP’s result",
    table: "The largest difference between the two runs, column by column",
    full_bar: |v| format!("A full bar is {v}; bars grow with the square root."),
    same: |n| {
        match n {
        1 => "In 1 column the river before the MLP is the same in both runs, and so is the MLP’s result: bit for bit, difference 0.".into(),
        n => format!("In {n} columns the river before the MLP is the same in both runs, and so is the MLP’s result: bit for bit, difference 0."),
    }
    },
    differ: |n| match n {
        1 => "In 1 column the river differs before the MLP already, so its result differs.".into(),
        n => format!("In {n} columns the river differs before the MLP already, so their results differ."),
    },
    broken: "A column’s result differs although its river is the same. That must not happen: please report it.",
    first_block: "In this first block only the changed column differs before attention; after it, later columns do. Columns before the change are not computed again: nothing later can reach them.",
    later_block: "Earlier blocks’ attention has carried the change to later columns already; block 1 shows it best. Columns before the change are not computed again: nothing later can reach them.",
};

pub const ZH: MlpStrings = MlpStrings {
    title: ["前馈网络怎样处理 ", ""],
    say: |neurons, c| {
        format!(
            "{neurons} 个神经元读同一个词元的 {c} 个数，各找各的特征。找到了，就把自己训练得来的 {c} 个数加进残差流，找到得越明显，加得越多。"
        )
    },
    census: |silent, all, loud| {
        format!("此刻 {all} 个神经元里有 {silent} 个几乎不出声（在 −0.1 和 0.1 之间），有 {loud} 个大于 1。")
    },
    field: |l| format!("第 {} 层的全部神经元，经过 GELU 之后", l + 1),
    neuron_value: |n, v| format!("神经元 {n}：{v}"),
    field_note: "全部神经元，按模型自己的顺序排。框住的列在下面；点别的格子，就看那一个。",

    curve_title: "从输入到输出",
    curve_tanh: "GELU 的 tanh 形式（gelu_new），训练这些权重时用的就是它。",
    curve_erf: "GELU 的精确形式（用 erf），训练这些权重时用的就是它。",
    curve_figure: "GELU 曲线，上面标着列出的神经元",
    curve_in: "输入 →",
    curve_out: "↑ 输出",

    strongest: "最强的神经元",
    strongest_note: "按 GELU 之后数值的大小排。",
    neuron: |n| format!("神经元 {n}"),
    in_out: "输入 → 输出",
    adds: "加进的向量长",
    fires: "在全文各处的响应",

    words_title: ["神经元 ", " 为 ", " 加了什么"],
    words_say: |n| format!("它的输出乘以前馈网络第二个矩阵的第 {n} 行，直接送到去嵌入，会这样推动词元："),
    words_note: "这只是直接的作用，后面各层也会读到它。最后的层归一化按这次运行里的缩放计算。",
    fires_title: |n| format!("神经元 {n} 还在哪里响应"),
    fires_say: "同一个神经元在这段文字每个词元上的值。点一下，就固定那个词元。",
    fires_window: |a, b| format!("这里显示第 {a} 到第 {b} 个词元。"),
    only_one: "这个模型的神经元太多，没法每敲一个键就读完所有词元，这里只读固定的那个，没有固定就读最后一个。",

    alone_title: "列与列在这里互不往来",
    alone_say: "前馈网络只读一个词元的那一列，也只写回这一列。能把东西从一列带到另一列的只有注意力。试一试：换掉一个词，逐列比较前后两次运行。",
    change: ["把 ", " 换成 ", ""],
    back: "换回来",
    before_change: "还没有可比的：前后两段文字的词元数要相同。",
    changed: ["换掉了：", " 变成 ", "。"],
    column_token: "列",
    column_river: "注意力之前",
    column_mid: "注意力之后",
    column_result: "前馈网络的结果",
    table: "两次运行逐列相差最多多少",
    full_bar: |v| format!("占满的条是 {v}，条长按平方根画。"),
    same: |n| format!("有 {n} 列，进入前馈网络之前的残差流前后相同，前馈网络的结果也一位不差，相差为 0。"),
    differ: |n| format!("有 {n} 列，残差流在进入前馈网络之前就已经不同，所以结果不同。"),
    broken: "有一列残差流相同，结果却不同。这不应该发生，请告诉我们。",
    first_block: "在这第一层，注意力之前只有换掉的那一列不同；注意力之后，后面的列才不同。换词之前的列不用重算：后面的东西影响不到它们。",
    later_block: "前面各层的注意力已经把变化带到了后面的列，在第 1 层看得最清楚。换词之前的列不用重算：后面的东西影响不到它们。",
};
