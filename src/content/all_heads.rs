//! The words of the room with all heads.

/// A habit as this room names it.
#[derive(Debug)]
pub struct HabitStrings {
    /// On a tile and on a button.
    pub short: &'static str,
    /// Above the head that has most of it; `spread` is not compared like that.
    pub strongest: &'static str,
}

/// See the module's header.
#[derive(Debug)]
pub struct AllHeadsStrings {
    pub previous: HabitStrings,
    pub first: HabitStrings,
    pub itself: HabitStrings,
    pub induction: HabitStrings,
    pub spread: HabitStrings,
    /// Of a head that keeps to none of the habits.
    pub no_habit: &'static str,

    pub champions: &'static str,
    pub head_name: fn(layer: usize, head: usize) -> String,
    /// Stands in a saved table in place of the maps.
    pub too_many: &'static str,
    /// What a head that looks everywhere alike would give there.
    pub even: fn(share: &str) -> String,
    pub unclear: fn(share: &str) -> String,
    pub no_repeats: &'static str,
    pub repeat: &'static str,
    pub repeat_hint: &'static str,

    pub sort: &'static str,
    pub sort_model: &'static str,
    pub show: &'static str,
    pub show_all: &'static str,
    pub counted: fn(shown: usize, all: usize) -> String,
    pub nobody: &'static str,
    pub figure: &'static str,
    pub keys: &'static str,
    pub more: fn(all: usize) -> String,
    pub measured: &'static str,
    pub measured_spread: &'static str,
}

pub const EN: AllHeadsStrings = AllHeadsStrings {
    previous: HabitStrings { short: "previous", strongest: "Strongest previous-token head" },
    first: HabitStrings { short: "first", strongest: "Strongest first-token head" },
    itself: HabitStrings { short: "itself", strongest: "Looks most at itself" },
    induction: HabitStrings { short: "induction", strongest: "Strongest induction head" },
    spread: HabitStrings { short: "spread", strongest: "Looks most widely around" },
    no_habit: "none",

    champions: "The strongest heads in your text",
    head_name: |l, h| format!("block {}, head {}", l + 1, h + 1),
    too_many: "The heads’ maps are too many numbers for a table; save the whole run to have them.",
    even: |share| format!("Looking everywhere alike would give {share}."),
    unclear: |share| format!("Hardly more than looking everywhere alike, {share}."),
    no_repeats: "None in this text: nothing in it comes twice, so there is nothing to look up.",
    repeat: "Write the text twice",
    repeat_hint: "An induction head finds where the same token stood before and looks at what followed it then.",

    sort: "Sort by",
    sort_model: "order in the model",
    show: "Show",
    show_all: "all",
    counted: |shown, all| match shown == all {
        true => format!("{all} heads, named block.head. Choose one to see it from near."),
        false => format!("{shown} of {all} heads, named block.head. Choose one to see it from near."),
    },
    nobody: "No head does this clearly in this text.",
    figure: "All heads of all blocks",
    keys: "Arrow keys move from head to head, Enter opens one.",
    more: |all| format!("Show all {all}"),
    measured: "A percentage is the mean share of attention over all tokens of your text that have a choice. A habit is named only where it stands clearly above what looking everywhere alike would give on a text of this length; a head may have several, or none.",
    measured_spread: "Spread is the entropy of each token’s attention, as a share of the largest possible: 100 % looks at everything alike, 0 % at one token only.",
};

pub const ZH: AllHeadsStrings = AllHeadsStrings {
    previous: HabitStrings { short: "前一个", strongest: "最爱看前一个词元的头" },
    first: HabitStrings { short: "第一个", strongest: "最爱看第一个词元的头" },
    itself: HabitStrings { short: "自己", strongest: "最爱看自己的头" },
    induction: HabitStrings { short: "归纳", strongest: "最明显的归纳头（induction）" },
    spread: HabitStrings { short: "分散", strongest: "看得最分散的头" },
    no_habit: "都不明显",

    champions: "这段文字里表现最突出的头",
    head_name: |l, h| format!("第 {} 层第 {} 头", l + 1, h + 1),
    too_many: "各个头的图数值太多，表里放不下；需要时请保存整次运行。",
    even: |share| format!("如果平均地看，只会有 {share}。"),
    unclear: |share| format!("和平均地看（{share}）差不多。"),
    no_repeats: "这段文字里没有：没有词元重复出现，也就无从查找。",
    repeat: "把这段文字写两遍",
    repeat_hint: "归纳头会找到同样的词元上次出现的地方，去看那时跟在它后面的是什么。",

    sort: "排序",
    sort_model: "按模型里的顺序",
    show: "只看",
    show_all: "全部",
    counted: |shown, all| match shown == all {
        true => format!("共 {all} 个头，编号为“层.头”。点开一个看细节。"),
        false => format!("{all} 个头里的 {shown} 个，编号为“层.头”。点开一个看细节。"),
    },
    nobody: "在这段文字里，没有哪个头明显这样做。",
    figure: "所有层的所有注意力头",
    keys: "方向键在各个头之间移动，回车打开。",
    more: |all| format!("显示全部 {all} 个"),
    measured: "百分数是平均值：你这段文字里，凡是有得选的词元，平均把多少注意力放在那里。只有明显高于“平均地看”（文字越长，平均值越低），才算一种习惯；一个头可以有几种，也可以一种都没有。",
    measured_spread: "“分散”是每个词元注意力的熵，占最大可能值的比例：100% 是看谁都一样多，0% 是只看一个词元。",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_everything() {
        let texts = |strings: &AllHeadsStrings| -> Vec<String> {
            format!("{strings:?}").split('"').skip(1).step_by(2).map(str::to_owned).collect()
        };
        let (en, zh) = (texts(&EN), texts(&ZH));
        assert_eq!(en.len(), zh.len());
        let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        for (en, zh) in en.iter().zip(&zh) {
            assert!(!en.is_empty() && !chinese(en) && chinese(zh), "{en} {zh}");
        }
    }
}
