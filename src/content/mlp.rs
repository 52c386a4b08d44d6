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
    /// Before the column that is changed, before the one whose input it gets, after it.
    pub exchange: [&'static str; 3],
    /// The same once it is done.
    pub exchanged: [&'static str; 3],
    /// Every other column's result of the MLP is as it was.
    pub still: fn(others: usize, width: usize) -> String,
    pub nothing_tried: &'static str,
    /// Columns moved that must not.
    pub broken: fn(columns: usize) -> String,
    /// Of the columns after the changed one, so many have another result of attention.
    pub heard: fn(columns: usize, later: usize) -> String,
    pub last_column: &'static str,
    pub one_column: &'static str,
    pub column_token: &'static str,
    pub attention_result: &'static str,
    pub mlp_result: &'static str,
    pub table: &'static str,
    pub full_bar: fn(value: &str) -> String,
}

pub const EN: MlpStrings = MlpStrings {
    title: ["What the MLP makes of ", ""],
    say: |neurons, c| {
        format!(
            "{neurons} neurons read the {c} numbers of this one token, each looking for a pattern of its own. What a neuron finds, it answers by adding its own {c} learned numbers to the residual stream, as strongly as it found it."
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
    alone_say: "The MLP reads one token’s column and writes to the same column. You need not take our word for it: give one column another one’s input, hold all other inputs, and let the engine compute every column again.",
    exchange: ["Give ", " the input of ", ""],
    exchanged: [
        "In this block ",
        " was given what ",
        " reads, in attention and in the MLP by turns; all other inputs were held. Both parts were computed at every column, from the old inputs and from the new, and the results compared bit by bit.",
    ],
    still: |n, c| match n {
        1 => format!("The MLP: no other column moved. All {c} numbers of the other one are the same, to the last bit."),
        n => format!(
            "The MLP: no other column moved. All {c} numbers of each of the {n} others are the same, to the last bit."
        ),
    },
    nothing_tried: "The MLP: nothing moved, not even the changed column. Its new input does to it what the old one did, so this trial tells nothing; pin another token.",
    broken: |n| match n {
        1 => "1 column moved that must not. Please report it.".into(),
        n => format!("{n} columns moved that must not. Please report it."),
    },
    heard: |n, later| match (n, later) {
        (0, _) => "Attention: no later column moved either, for none of them looks here enough to show.".into(),
        (1, 1) => "Attention: the column after it moved too. It looks back.".into(),
        (n, later) => format!("Attention: {n} of the {later} columns after it moved too. They look back."),
    },
    last_column: "Attention: no other column moved either, for this is the last one and nobody comes after it who could look back. Pin an earlier token to see the difference.",
    one_column: "One column alone has nobody to talk to. Write a longer text.",
    column_token: "column",
    attention_result: "what attention adds",
    mlp_result: "what the MLP adds",
    table: "How far the result of each column moved: the largest change of one of its numbers",
    full_bar: |v| format!("A full bar is {v}; bars grow with the square root. "),
};

pub const ZH: MlpStrings = MlpStrings {
    title: ["前馈网络怎样处理 ", ""],
    say: |neurons, c| {
        format!(
            "{neurons} 个神经元读同一个词元的 {c} 个数，各找各的特征。找到了，就把自己学到的 {c} 个数加进残差流，找到得越明显，加得越多。"
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
    alone_say: "前馈网络只读一个词元的那一列，也只写回这一列。不必听我们说，当场试一下：把一列的输入换成别的列的，其余输入都不动，让引擎把每一列重新算一遍。",
    exchange: ["让 ", " 改读 ", " 的输入"],
    exchanged: [
        "在这一层，",
        " 改读了 ",
        " 的输入，先在注意力里试，再在前馈网络里试，其余输入都没有动。两处都把每一列用旧输入、新输入各算一遍，逐位比较结果。",
    ],
    still: |n, c| format!("前馈网络：别的列都没有动。其余 {n} 列的 {c} 个数，一位不差。"),
    nothing_tried: "前馈网络：一列也没有动，连换了输入的那一列也没有。新输入和旧输入的结果一样，这次试不出什么，请固定另一个词元再试。",
    broken: |n| format!("有 {n} 列本不该动却动了，请告诉我们。"),
    heard: |n, later| match n {
        0 => "注意力：后面的列也没有动，它们几乎都不看这里。".into(),
        n => format!("注意力：后面 {later} 列里有 {n} 列跟着动了，因为它们会回头看。"),
    },
    last_column: "注意力：别的列也没有动，因为这是最后一列，后面没有谁会回头看它。固定前面的词元，就能看出差别。",
    one_column: "只有一列，没有谁可以往来。请写长一点。",
    column_token: "列",
    attention_result: "注意力加进去的",
    mlp_result: "前馈网络加进去的",
    table: "每一列的结果动了多少：那一列里变化最大的一个数",
    full_bar: |v| format!("满条为 {v}，条长按平方根画。"),
};
