//! The words of the room where parameters are counted, shown and turned.

use crate::analysis::tally::Group;
use crate::model::Part;

/// See the module's header. Numbers come already written out.
#[derive(Debug)]
pub struct KnobsStrings {
    // What is turned
    pub head_turned: fn(layer: usize, head: usize, scale: &str) -> String,
    pub head_silenced: fn(layer: usize, head: usize) -> String,
    pub weight_turned: fn(tensor: &str, row: usize, column: usize, value: &str) -> String,
    pub everywhere: &'static str,
    pub turn_back: &'static str,

    // A head's output
    pub head_title: &'static str,
    pub head_lead: &'static str,
    pub block: &'static str,
    pub head: &'static str,
    pub block_n: fn(layer: usize) -> String,
    pub head_n: fn(head: usize) -> String,
    pub output: &'static str,
    pub silence: &'static str,
    pub double: &'static str,
    pub as_learned: &'static str,

    // Before and after
    pub effect_title: &'static str,
    pub effect_untouched: &'static str,
    /// Before the token, before its chance, before the other token, before its chance, after it.
    pub effect_changed: [&'static str; 5],
    pub effect_same: [&'static str; 4],
    pub effect_unknown: &'static str,
    pub compare: &'static str,
    pub learned_bar: &'static str,
    pub turned_bar: &'static str,
    pub rest: fn(count: &str) -> String,

    // A slice of what was learned
    pub slice_title: &'static str,
    pub slice_lead: &'static str,
    pub tensor: &'static str,
    pub part: fn(Part) -> &'static str,
    pub in_block: fn(layer: usize, part: &str) -> String,
    pub axes: fn(Part) -> [&'static str; 2],
    pub window: fn(rows: &str, columns: &str, of_rows: &str, of_columns: &str) -> String,
    pub from_row: &'static str,
    pub from_column: &'static str,
    pub left: &'static str,
    pub right: &'static str,
    pub up: &'static str,
    pub down: &'static str,
    pub slice_figure: &'static str,
    pub slice_keys: &'static str,
    pub cell: fn(row: &str, column: &str, value: &str) -> String,
    pub cell_hint: &'static str,
    /// What full colour stands for, and how many cells lie beyond.
    pub scale: fn(limit: &str, clipped: Option<&str>) -> String,
    pub learned_mark: &'static str,
    /// In its place where a knob changes some of the rows.
    pub turned_mark: &'static str,
    pub slice_csv: &'static str,

    // The histogram
    pub histogram_figure: &'static str,
    pub histogram_words: fn(count: &str, mean: &str, deviation: &str) -> String,
    pub histogram_wide: &'static str,

    // One weight
    pub weight_title: fn(row: &str, column: &str) -> String,
    pub weight_learned: fn(value: &str) -> String,
    pub weight_value: &'static str,
    pub weight_zero: &'static str,
    pub weight_sign: &'static str,
    pub weight_tenfold: &'static str,
    pub weight_hundredfold: &'static str,
    pub weight_choose: &'static str,

    // How many
    pub count_title: &'static str,
    pub count_lead: fn(total: &str) -> String,
    pub count_figure: &'static str,
    pub group: fn(Group) -> &'static str,
    pub blocks: fn(count: usize) -> String,
    pub all_together: &'static str,
    pub count_table: [&'static str; 4],
    pub tied: &'static str,
    pub learned_shape: &'static str,

    // How many elsewhere
    pub sizes_title: &'static str,
    pub sizes_lead: fn(times: &str) -> String,
    pub sizes_figure: &'static str,
    pub this_model: &'static str,
    pub magnified: fn(times: &str) -> String,
    pub true_scale: &'static str,
    pub sizes_table: [&'static str; 4],
    pub shape: fn(layers: usize, heads: usize, width: &str) -> String,
    pub amount: fn(u64) -> String,
    pub sizes_source: &'static str,
}

/// `1.6 billion`, `6.9 million`, `812`.
fn amount_en(n: u64) -> String {
    let x = n as f64;
    match x {
        1e9.. => format!("{:.*} billion", usize::from(x < 99.95e9), x / 1e9),
        1e6.. => format!("{:.*} million", usize::from(x < 99.95e6), x / 1e6),
        1e4.. => format!("{:.0} thousand", x / 1e3),
        _ => n.to_string(),
    }
}

/// `15.6 亿`, `690 万`, `812`.
fn amount_zh(n: u64) -> String {
    let x = n as f64;
    match x {
        1e8.. => format!("{:.*} 亿", usize::from(x < 99.95e8), x / 1e8),
        1e4.. => format!("{:.*} 万", usize::from(x < 99.95e4), x / 1e4),
        _ => n.to_string(),
    }
}

pub const EN: KnobsStrings = KnobsStrings {
    head_turned: |l, h, scale| {
        format!("Block {}, head {} writes {scale} times what it learned to write.", l + 1, h + 1)
    },
    head_silenced: |l, h| format!("Block {}, head {} is silenced.", l + 1, h + 1),
    weight_turned: |tensor, row, column, value| {
        format!("One learned number is now {value}: {tensor}, row {row}, column {column}.")
    },
    everywhere: "All that the page shows is computed like this.",
    turn_back: "Turn it back",

    head_title: "Turn a whole head up or down",
    head_lead: "What this head writes into the residual stream is multiplied. At 0 it is silent, at 1 as it was learned.",
    block: "Block",
    head: "Head",
    block_n: |l| format!("Block {}", l + 1),
    head_n: |h| format!("Head {}", h + 1),
    output: "Output",
    silence: "Silence it",
    double: "Double it",
    as_learned: "As learned",

    effect_title: "What becomes of the chances",
    effect_untouched: "Nothing is turned: these are the model’s own chances. Move a slider and a second bar appears.",
    effect_changed: ["As learned, the likeliest was ", " (", "). Now it is ", " (", ")."],
    effect_same: ["The likeliest is still ", ": ", " as learned, now ", "."],
    effect_unknown: "You typed while something was turned, so the chances as learned are not known for this text.",
    compare: "Compute both",
    learned_bar: "as learned",
    turned_bar: "turned",
    rest: |n| format!("all other {n} tokens together"),

    slice_title: "What learned numbers look like",
    slice_lead: "A window on one of the tables that training filled in. Every cell is one number, and the model is nothing but these.",
    tensor: "Table",
    part: |part| match part {
        Part::TokenTable => "Token embeddings",
        Part::PositionTable => "Position embeddings",
        Part::Norm1Gain => "First LayerNorm, gain",
        Part::Norm1Bias => "First LayerNorm, bias",
        Part::QkvWeight => "Query, key, value: weights",
        Part::QkvBias => "Query, key, value: bias",
        Part::ProjectWeight => "Attention output: weights",
        Part::ProjectBias => "Attention output: bias",
        Part::Norm2Gain => "Second LayerNorm, gain",
        Part::Norm2Bias => "Second LayerNorm, bias",
        Part::ExpandWeight => "MLP, widening: weights",
        Part::ExpandBias => "MLP, widening: bias",
        Part::ContractWeight => "MLP, narrowing: weights",
        Part::ContractBias => "MLP, narrowing: bias",
        Part::NormFGain => "Final LayerNorm, gain",
        Part::NormFBias => "Final LayerNorm, bias",
        Part::Head => "Unembedding",
        Part::HeadBias => "Unembedding, bias",
    },
    in_block: |l, part| format!("block {}, {part}", l + 1),
    axes: |part| match part {
        Part::TokenTable | Part::Head => ["token ↓", "dimension →"],
        Part::PositionTable => ["position ↓", "dimension →"],
        Part::QkvWeight => ["from dimension ↓", "to query, key, value →"],
        Part::ProjectWeight => ["from a head’s dimension ↓", "to dimension →"],
        Part::ExpandWeight => ["from dimension ↓", "to neuron →"],
        Part::ContractWeight => ["from neuron ↓", "to dimension →"],
        _ => ["", "read like lines of text →"],
    },
    window: |rows, columns, of_rows, of_columns| {
        format!("Rows {rows} of {of_rows}, columns {columns} of {of_columns}, counted from 0.")
    },
    from_row: "from row",
    from_column: "from column",
    left: "Further left",
    right: "Further right",
    up: "Further up",
    down: "Further down",
    slice_figure: "Learned numbers as coloured cells",
    slice_keys: "Arrow keys move the cell, Enter takes it to turn it, Escape lets go.",
    cell: |row, column, value| format!("row {row}, column {column}: {value}"),
    cell_hint: "Point at a cell to read it, choose one to turn it.",
    scale: |limit, clipped| match clipped {
        None => format!("Full colour is ±{limit}."),
        Some(clipped) => format!("Full colour is ±{limit}; {clipped}."),
    },
    learned_mark: "The dotted outline marks what was learned.",
    turned_mark: "Some of these rows are turned: what you see is what the model computes with now.",
    slice_csv: "Download these numbers",

    histogram_figure: "How these values are spread around zero",
    histogram_words: |n, mean, deviation| format!("{n} values: mean {mean}, standard deviation σ = {deviation}."),
    histogram_wide: "one σ to each side",

    weight_title: |row, column| format!("Turn row {row}, column {column}"),
    weight_learned: |value| format!("Learned: {value}."),
    weight_value: "Value",
    weight_zero: "0",
    weight_sign: "Other sign",
    weight_tenfold: "× 10",
    weight_hundredfold: "× 100",
    weight_choose: "One number among so many rarely decides anything. Choose a cell and try to make it matter.",

    count_title: "Where the numbers are",
    count_lead: |total| format!("{total} numbers were learned. Every area is in proportion to its share."),
    count_figure: "The model’s parts, each area as large as its number of parameters",
    group: |group| match group {
        Group::TokenTable => "Token table",
        Group::PositionTable => "Position table",
        Group::Norms => "LayerNorms",
        Group::Qkv => "Query, key, value",
        Group::Project => "Attention output",
        Group::Expand => "MLP, widening",
        Group::Contract => "MLP, narrowing",
        Group::NormF => "Final LayerNorm",
        Group::Head => "Unembedding",
    },
    blocks: |n| if n == 1 { "one block".into() } else { format!("{n} blocks, all alike") },
    all_together: "All together",
    count_table: ["part", "rows × columns", "parameters", "share"],
    tied: "The unembedding multiplies with the token table once more: it costs nothing.",
    learned_shape: "Dotted outline: learned, not computed.",

    sizes_title: "How small this model is",
    sizes_lead: |times| format!("GPT-3 has {times} times as many parameters. The squares’ areas are true to scale."),
    sizes_figure: "Squares whose areas are numbers of parameters: GPT-3, the four sizes of GPT-2 and this model",
    this_model: "this model",
    magnified: |times| format!("the corner magnified: sides {times} times as long"),
    true_scale: "true to scale",
    sizes_table: ["model", "shape", "parameters", "this model ×"],
    shape: |l, h, c| format!("{l} blocks, {h} heads, width {c}"),
    amount: amount_en,
    sizes_source: "Shapes from Radford et al. 2019 (GPT-2) and Brown et al. 2020 (GPT-3), counted here by the same rule.",
};

pub const ZH: KnobsStrings = KnobsStrings {
    head_turned: |l, h, scale| format!("第 {} 层第 {} 头写出的内容是原来的 {scale} 倍。", l + 1, h + 1),
    head_silenced: |l, h| format!("第 {} 层第 {} 头已静音。", l + 1, h + 1),
    weight_turned: |tensor, row, column, value| {
        format!("有一个学到的数改成了 {value}：{tensor}，行 {row}、列 {column}。")
    },
    everywhere: "现在整个页面都按改过的模型计算。",
    turn_back: "改回去",

    head_title: "把一个头调大或调小",
    head_lead: "这个头写进残差流的内容会乘上一个倍数：0 是静音，1 是原来的样子。",
    block: "层",
    head: "头",
    block_n: |l| format!("第 {} 层", l + 1),
    head_n: |h| format!("第 {} 头", h + 1),
    output: "输出",
    silence: "静音",
    double: "加倍",
    as_learned: "原样",

    effect_title: "概率会怎么变",
    effect_untouched: "还没有改动任何数，这是模型自己的概率。拖动滑块，就会出现第二条。",
    effect_changed: ["原来最可能的是 ", "（", "），现在是 ", "（", "）。"],
    effect_same: ["最可能的仍然是 ", "：原来 ", "，现在 ", "。"],
    effect_unknown: "这段文字是在改动之后输入的，还没有算过改动之前的概率。",
    compare: "两种都算",
    learned_bar: "原样",
    turned_bar: "改动之后",
    rest: |n| format!("其余 {n} 个词元合计"),

    slice_title: "学到的数长什么样",
    slice_lead: "训练填满了一张张数表，这是其中一张的一角。每个格子是一个数，模型就是由这些数组成的。",
    tensor: "数表",
    part: |part| match part {
        Part::TokenTable => "词元表",
        Part::PositionTable => "位置表",
        Part::Norm1Gain => "第一个层归一化：增益",
        Part::Norm1Bias => "第一个层归一化：偏置",
        Part::QkvWeight => "查询、键、值：权重",
        Part::QkvBias => "查询、键、值：偏置",
        Part::ProjectWeight => "注意力输出：权重",
        Part::ProjectBias => "注意力输出：偏置",
        Part::Norm2Gain => "第二个层归一化：增益",
        Part::Norm2Bias => "第二个层归一化：偏置",
        Part::ExpandWeight => "前馈网络，变宽：权重",
        Part::ExpandBias => "前馈网络，变宽：偏置",
        Part::ContractWeight => "前馈网络，变窄：权重",
        Part::ContractBias => "前馈网络，变窄：偏置",
        Part::NormFGain => "最后的层归一化：增益",
        Part::NormFBias => "最后的层归一化：偏置",
        Part::Head => "去嵌入表",
        Part::HeadBias => "去嵌入：偏置",
    },
    in_block: |l, part| format!("第 {} 层的{part}", l + 1),
    axes: |part| match part {
        Part::TokenTable | Part::Head => ["词元 ↓", "维度 →"],
        Part::PositionTable => ["位置 ↓", "维度 →"],
        Part::QkvWeight => ["来自维度 ↓", "去往查询、键、值 →"],
        Part::ProjectWeight => ["来自头的维度 ↓", "去往维度 →"],
        Part::ExpandWeight => ["来自维度 ↓", "去往神经元 →"],
        Part::ContractWeight => ["来自神经元 ↓", "去往维度 →"],
        _ => ["", "一行一行地读 →"],
    },
    window: |rows, columns, of_rows, of_columns| {
        format!("第 {rows} 行（共 {of_rows} 行），第 {columns} 列（共 {of_columns} 列），从 0 数起。")
    },
    from_row: "从第几行起",
    from_column: "从第几列起",
    left: "往左",
    right: "往右",
    up: "往上",
    down: "往下",
    slice_figure: "学到的数，画成带颜色的格子",
    slice_keys: "方向键移动格子，回车选中它来改，Esc 松开。",
    cell: |row, column, value| format!("行 {row}、列 {column}：{value}"),
    cell_hint: "指着格子读数，点一下就能改它。",
    scale: |limit, clipped| match clipped {
        None => format!("最深的颜色是 ±{limit}。"),
        Some(clipped) => format!("最深的颜色是 ±{limit}，{clipped}。"),
    },
    learned_mark: "点线框表示这是学到的数。",
    turned_mark: "其中有几行改动过：这里显示的是模型现在用的数。",
    slice_csv: "下载这些数",

    histogram_figure: "这些数在零两边的分布",
    histogram_words: |n, mean, deviation| format!("{n} 个数：平均 {mean}，标准差 σ = {deviation}。"),
    histogram_wide: "左右各一个 σ",

    weight_title: |row, column| format!("改动行 {row}、列 {column}"),
    weight_learned: |value| format!("学到的值：{value}。"),
    weight_value: "数值",
    weight_zero: "归零",
    weight_sign: "变号",
    weight_tenfold: "乘 10",
    weight_hundredfold: "乘 100",
    weight_choose: "这么多数里的一个，通常左右不了什么。选一个格子，试试能不能让它起作用。",

    count_title: "这些数都在哪里",
    count_lead: |total| format!("一共学到了 {total} 个数。图中每块面积都与它占的数目成正比。"),
    count_figure: "模型的各个部分，面积与参数个数成正比",
    group: |group| match group {
        Group::TokenTable => "词元表",
        Group::PositionTable => "位置表",
        Group::Norms => "层归一化",
        Group::Qkv => "查询、键、值",
        Group::Project => "注意力输出",
        Group::Expand => "前馈网络：变宽",
        Group::Contract => "前馈网络：变窄",
        Group::NormF => "最后的层归一化",
        Group::Head => "去嵌入表",
    },
    blocks: |n| format!("{n} 层，形状都一样"),
    all_together: "合计",
    count_table: ["部分", "行 × 列", "参数个数", "占比"],
    tied: "去嵌入用的还是词元表，不另外占参数。",
    learned_shape: "点线框：学到的，不是算出来的。",

    sizes_title: "这个模型有多小",
    sizes_lead: |times| format!("GPT-3 的参数是它的 {times} 倍。正方形的面积按同一比例画出。"),
    sizes_figure: "面积与参数个数成正比的正方形：GPT-3、四种大小的 GPT-2 和这个模型",
    this_model: "这个模型",
    magnified: |times| format!("把这个角放大：边长是 {times} 倍"),
    true_scale: "真实比例",
    sizes_table: ["模型", "形状", "参数个数", "是这个模型的几倍"],
    shape: |l, h, c| format!("{l} 层，{h} 个头，宽 {c}"),
    amount: amount_zh,
    sizes_source: "形状取自 Radford 等 2019（GPT-2）和 Brown 等 2020（GPT-3），个数用同一规则算出。",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_well() {
        let cases = [
            (174_604_259_328, "175 billion", "1746 亿"),
            (1_557_611_200, "1.6 billion", "15.6 亿"),
            (124_439_808, "124 million", "1.2 亿"),
            (6_901_760, "6.9 million", "690 万"),
            (812, "812", "812"),
        ];
        for (n, en, zh) in cases {
            assert_eq!(((EN.amount)(n).as_str(), (ZH.amount)(n).as_str()), (en, zh));
        }
    }

    #[test]
    fn both_languages_say_everything() {
        let texts = |strings: &KnobsStrings| -> Vec<String> {
            format!("{strings:?}").split('"').skip(1).step_by(2).map(str::to_owned).collect()
        };
        let (en, zh) = (texts(&EN), texts(&ZH));
        assert_eq!(en.len(), zh.len());
        let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        assert!(!en.iter().any(|text| chinese(text)), "{en:?}");
    }
}
