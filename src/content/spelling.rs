//! The words of the tokens' floor: how bytes grow together, and what a character is made of.
//!
//! Sentences that name pieces are kept as parts between which the pieces are set in their own type.

/// Every word of the floor.
#[derive(Debug)]
pub struct SpellingStrings {
    pub counts: &'static str,
    pub characters: &'static str,
    pub bytes: &'static str,
    pub tokens: &'static str,
    pub per_token: &'static str,

    pub title: &'static str,
    pub lead: &'static str,
    /// Over the words; the pre-tokenizer's cut.
    pub words: &'static str,
    /// Read out for a word.
    pub word: fn(number: usize, of: usize, text: &str, tokens: usize) -> String,
    pub before: &'static str,
    pub after: &'static str,
    /// left + right → whole.
    pub merge: [&'static str; 4],
    /// Before the first merge.
    pub starts: fn(bytes: usize) -> String,
    pub starts_one: &'static str,
    pub step: fn(step: usize, of: usize) -> String,
    pub place: fn(number: &str, of: &str) -> String,
    /// After the last merge.
    pub done: fn(tokens: usize) -> String,
    pub done_bytes: fn(tokens: usize) -> String,
    /// A special token, or a word that is looked up first.
    pub taken_whole: &'static str,
    pub without_merges: &'static str,
    pub cut: fn(shown: usize, of: usize) -> String,
    pub figure: fn(word: &str, bytes: usize, tokens: usize) -> String,
    pub all_steps: &'static str,
    pub steps: &'static str,
    pub first: &'static str,
    pub back: &'static str,
    pub next: &'static str,
    pub last: &'static str,
    pub play: &'static str,
    pub pause: &'static str,

    pub puzzle: &'static str,
    pub puzzle_lead: &'static str,
    pub puzzle_try: &'static str,
    pub choose: &'static str,
    pub number: fn(code: &str, decimal: &str) -> String,
    pub is_one: fn(bytes: usize) -> String,
    pub is_several: fn(bytes: usize, tokens: usize) -> String,
    pub is_part: fn(bytes: usize) -> String,
    pub one_of: [&'static str; 2],
    pub puzzle_figure: fn(character: &str, hex: &str) -> String,

    pub table: &'static str,
    pub pin: fn(number: usize) -> String,
}

pub const EN: SpellingStrings = SpellingStrings {
    counts: "How much text this is",
    characters: "characters",
    bytes: "bytes",
    tokens: "tokens",
    per_token: "characters a token",

    title: "How this became tokens",
    lead: "A computer stores text as bytes. The tokenizer starts from single bytes and joins neighbours, in the order of a fixed list (byte-pair encoding). The pairs high up in the list were the most frequent in the texts that it was made from.",
    words: "First the text is cut into words. Nothing is joined across a cut.",
    word: |number, of, text, tokens| {
        format!("Word {number} of {of}: {text}, {tokens} token{}", if tokens == 1 { "" } else { "s" })
    },
    before: "Word before",
    after: "Word after",
    merge: ["", " and ", " become ", ""],
    starts: |bytes| format!("It starts as {bytes} single bytes."),
    starts_one: "It is a single byte: there is nothing to join.",
    step: |step, of| format!("Step {step} of {of}"),
    place: |number, of| format!("number {number} of {of} in the tokenizer’s list"),
    done: |tokens| match tokens {
        1 => "Nothing is left to join: the word is one token.".into(),
        n => format!("No pair that is left stands in the list: the word stays {n} tokens."),
    },
    done_bytes: |n| format!("No pair of these bytes stands in the list: the word stays {n} tokens."),
    taken_whole: "The tokenizer takes this one as it is, before anything is joined.",
    without_merges: "This model’s tokenizer has no list of pairs to join: it looks pieces up directly. So there are no steps to show.",
    cut: |shown, of| format!("A long word: {shown} of its {of} bytes are drawn, those around the pinned token."),
    figure: |word, bytes, tokens| {
        format!("{bytes} bytes of “{word}” flow together into {tokens} token{}", if tokens == 1 { "" } else { "s" })
    },
    all_steps: "All steps",
    steps: "Step",
    first: "Start",
    back: "Back",
    next: "Next",
    last: "End",
    play: "Play",
    pause: "Pause",

    puzzle: "One character, several bytes",
    puzzle_lead: "Outside of plain English letters, a character takes two to four bytes (UTF-8). The framed bits only say how the bytes belong together: a first byte has as many 1s as there are bytes, each further one begins with 10. The other bits, read in a row, are the character’s number.",
    puzzle_try: "Every character of this text is a single byte. Type é, 字 or 🦙 to see one that is not.",
    choose: "Characters of more than one byte",
    number: |code, decimal| format!("number {decimal} of the Unicode table ({code})"),
    is_one: |n| format!("Its {n} bytes grow together into one token."),
    is_several: |bytes, tokens| {
        format!(
            "Its {bytes} bytes stay {tokens} tokens: too rare to have been joined. The model has to put it together by itself."
        )
    },
    is_part: |n| format!("Its {n} bytes are part of a longer token."),
    one_of: ["It belongs to ", "."],
    puzzle_figure: |character, hex| format!("The bytes of {character}: {hex}"),

    table: "Every token",
    pin: |number| format!("Pin token {number}"),
};

pub const ZH: SpellingStrings = SpellingStrings {
    counts: "这段文字有多长",
    characters: "个字符",
    bytes: "个字节",
    tokens: "个词元",
    per_token: "个字符（平均每个词元）",

    title: "文字怎样变成词元",
    lead: "计算机里的文字都存成字节。分词器从单个字节出发，照着一张固定的清单，把相邻的两块逐步合并（字节对编码 BPE）。越靠前的组合，在制作清单的语料里出现得越多。",
    words: "先把文字切成一段一段，合并不会跨过切口。",
    word: |number, of, text, tokens| format!("第 {number} 段（共 {of} 段）：{text}，{tokens} 个词元"),
    before: "上一段",
    after: "下一段",
    merge: ["", " 和 ", " 合成 ", ""],
    starts: |bytes| format!("开始时是 {bytes} 个单独的字节。"),
    starts_one: "它只有一个字节，不用合并。",
    step: |step, of| format!("第 {step} 步（共 {of} 步）"),
    place: |number, of| format!("清单里的第 {number} 条（共 {of} 条）"),
    done: |tokens| match tokens {
        1 => "全部合完：这一段是一个词元。".into(),
        n => format!("剩下的组合清单里都没有：这一段停在 {n} 个词元。"),
    },
    done_bytes: |n| format!("这些字节两两相邻的组合清单里都没有：这一段就是 {n} 个词元。"),
    taken_whole: "这一块在合并之前就被分词器整块取走了。",
    without_merges: "这个模型的分词器没有合并清单，而是直接查表取块，所以没有步骤可看。",
    cut: |shown, of| format!("这一段很长，共 {of} 个字节，这里画出固定词元附近的 {shown} 个。"),
    figure: |word, bytes, tokens| format!("“{word}”的 {bytes} 个字节汇合成 {tokens} 个词元"),
    all_steps: "全部步骤",
    steps: "步骤",
    first: "开头",
    back: "上一步",
    next: "下一步",
    last: "末尾",
    play: "播放",
    pause: "暂停",

    puzzle: "一个字，几个字节",
    puzzle_lead: "英文字母以外的字符要用两到四个字节来存（UTF-8）。加框的比特只说明这些字节怎样连在一起：首字节有几个 1 就有几个字节，后面的字节都以 10 开头。其余的比特连起来读，就是这个字的编号。",
    puzzle_try: "这段文字里每个字符都只占一个字节。输入 字、é 或 🦙，看看不止一个字节的字符。",
    choose: "不止一个字节的字符",
    number: |code, decimal| format!("Unicode 字符表里的第 {decimal} 号（{code}）"),
    is_one: |n| format!("它的 {n} 个字节合成了一个词元。"),
    is_several: |bytes, tokens| {
        format!("它的 {bytes} 个字节停在 {tokens} 个词元：这个字太少见，清单里没有把它合起来。模型只能自己去拼。")
    },
    is_part: |n| format!("它的 {n} 个字节是一个更长的词元的一部分。"),
    one_of: ["它属于 ", "。"],
    puzzle_figure: |character, hex| format!("{character} 的字节：{hex}"),

    table: "每一个词元",
    pin: |number| format!("固定第 {number} 个词元"),
};
