//! The glossary: every term that the page uses, in two sentences at most, the plain one first.

/// A word that the page explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TermName {
    Token,
    BytePairs,
    Vocabulary,
    Vector,
    Embedding,
    Position,
    ResidualStream,
    Block,
    LayerNorm,
    Attention,
    Head,
    Query,
    Key,
    Value,
    DotProduct,
    Score,
    Mask,
    Softmax,
    Projection,
    Mlp,
    Neuron,
    Gelu,
    Logit,
    Unembedding,
    LogitLens,
    Temperature,
    TopK,
    TopP,
    Sampling,
    Parameter,
    Cosine,
    InductionHead,
    Trace,
    Receipt,
    HalfPrecision,
    WebGpu,
    Shader,
}

impl TermName {
    /// All of them, in the order of the journey.
    pub const ALL: [Self; 37] = [
        Self::Token,
        Self::BytePairs,
        Self::Vocabulary,
        Self::Vector,
        Self::Embedding,
        Self::Position,
        Self::ResidualStream,
        Self::Block,
        Self::LayerNorm,
        Self::Attention,
        Self::Head,
        Self::Query,
        Self::Key,
        Self::Value,
        Self::DotProduct,
        Self::Score,
        Self::Mask,
        Self::Softmax,
        Self::Projection,
        Self::Mlp,
        Self::Neuron,
        Self::Gelu,
        Self::Logit,
        Self::Unembedding,
        Self::LogitLens,
        Self::Temperature,
        Self::TopK,
        Self::TopP,
        Self::Sampling,
        Self::Parameter,
        Self::Cosine,
        Self::InductionHead,
        Self::Trace,
        Self::Receipt,
        Self::HalfPrecision,
        Self::WebGpu,
        Self::Shader,
    ];
}

/// What is said of one term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub name: &'static str,
    /// What it is, in plain words.
    pub plain: &'static str,
    /// One thing more.
    pub more: &'static str,
    /// How a text may write it, in lower case; a text that does can be marked.
    pub written: &'static [&'static str],
}

/// See the module's header.
#[derive(Debug)]
pub struct GlossaryStrings {
    pub title: &'static str,
    pub lead: &'static str,
    pub all_terms: &'static str,
    pub close: &'static str,
    /// Between two sentences.
    pub gap: &'static str,
    pub entry: fn(TermName) -> Entry,
}

const fn entry(name: &'static str, written: &'static [&'static str], plain: &'static str, more: &'static str) -> Entry {
    Entry { name, plain, more, written }
}

pub const EN: GlossaryStrings = GlossaryStrings {
    title: "Glossary",
    lead: "The words that the page uses, in the order in which a text meets them.",
    all_terms: "All terms",
    close: "Close",
    gap: " ",
    entry: english,
};

fn english(term: TermName) -> Entry {
    use TermName::*;
    match term {
        Token => entry(
            "token",
            &["token", "tokens"],
            "A piece of text that the model takes as one: a word, part of a word, a sign.",
            "The model reads and writes nothing but tokens, each by its number.",
        ),
        BytePairs => entry(
            "byte pair encoding",
            &["byte pair encoding", "bpe"],
            "How text is cut into tokens: starting from single bytes, the pair of neighbours that is first on a list is joined, again and again.",
            "The list was made once, from the most frequent pairs, and stays as it is.",
        ),
        Vocabulary => entry(
            "vocabulary",
            &["vocabulary"],
            "The fixed list of all tokens that the model knows.",
            "Whatever it says is made of these.",
        ),
        Vector => entry(
            "vector",
            &["vector", "vectors"],
            "A list of numbers, read as a point or a direction in a space.",
            "The space has as many dimensions as the list has numbers.",
        ),
        Embedding => entry(
            "embedding",
            &["embedding"],
            "The vector that stands for a token when it enters the model.",
            "It is a row of a learned table; tokens that are used alike have similar rows.",
        ),
        Position => entry(
            "position",
            &["position", "positions"],
            "A token's place in the text.",
            "Each place has a learned vector that is added to the token's, because attention by itself knows no order.",
        ),
        ResidualStream => entry(
            "residual stream",
            &["residual stream"],
            "The vector that a token carries through the whole model, from top to bottom.",
            "Nothing on the way replaces it; every part reads it and adds to it.",
        ),
        Block => entry(
            "block",
            &["block", "blocks"],
            "One floor of the model: attention, then an MLP, each adding its result to the residual stream.",
            "All blocks are built alike and have learned different numbers.",
        ),
        LayerNorm => entry(
            "LayerNorm",
            &["layernorm", "layer norm"],
            "Brings a vector to a standard size before it is used.",
            "Its mean becomes 0 and its variance 1; then each dimension is scaled and shifted by learned numbers.",
        ),
        Attention => entry(
            "attention",
            &["attention"],
            "How a token gathers what it needs from the tokens before it.",
            "It is the only place in the model where tokens exchange anything.",
        ),
        Head => entry(
            "head",
            &["head", "heads", "attention head", "attention heads"],
            "One of several attentions that work side by side in a block, each with a learned way of looking.",
            "Their results are put together and added to the residual stream.",
        ),
        Query => entry(
            "query (Q)",
            &["query", "queries"],
            "What a token is looking for, as a vector.",
            "It is compared with its own key and those of all earlier tokens.",
        ),
        Key => entry(
            "key (K)",
            &["key", "keys"],
            "What a token can be found by, as a vector.",
            "Where a query and a key point the same way, the score is high.",
        ),
        Value => entry(
            "value (V)",
            &["values"],
            "What a token hands over when it is looked at, as a vector.",
            "A head's result is the average of the values, weighted by attention.",
        ),
        DotProduct => entry(
            "dot product",
            &["dot product", "dot products"],
            "Multiplies two vectors number by number and adds it all up.",
            "It is large where both point the same way.",
        ),
        Score => entry(
            "score",
            &["score", "scores"],
            "How well a query and a key match.",
            "It is their dot product, divided by the square root of the number of their dimensions.",
        ),
        Mask => entry(
            "mask",
            &["mask", "masked"],
            "Hides later tokens: each may look at itself and at those before it.",
            "Otherwise guessing the next one would be copying.",
        ),
        Softmax => entry(
            "softmax",
            &["softmax"],
            "Turns any numbers into shares: none is negative, and together they are 100 %.",
            "The larger a number, the far larger its share, because each goes through the exponential function first.",
        ),
        Projection => entry(
            "projection",
            &["projection"],
            "A learned table that mixes the results of all heads into one vector for the residual stream.",
            "Here each head's result finds its direction in the stream.",
        ),
        Mlp => entry(
            "MLP",
            &["mlp"],
            "The part of a block where each token is worked on by itself.",
            "A wide layer of neurons finds patterns in the vector, and what they found is written back to the stream.",
        ),
        Neuron => entry(
            "neuron",
            &["neuron", "neurons"],
            "One number inside the MLP: how strongly one learned pattern was found.",
            "It writes a direction of its own to the residual stream, as much of it as it is strong.",
        ),
        Gelu => entry(
            "GELU",
            &["gelu"],
            "Lets a neuron pass where its number is positive, and nearly silences it where it is negative.",
            "GPT-2 was trained with the form that uses tanh, and so it is computed here.",
        ),
        Logit => entry(
            "logit",
            &["logit", "logits"],
            "The model's raw mark for one token of the vocabulary, before it becomes a chance.",
            "Only the differences between logits matter.",
        ),
        Unembedding => entry(
            "unembedding",
            &["unembedding"],
            "Compares the last vector with every token of the vocabulary and gives each a logit.",
            "GPT-2 uses the table of the embedding for it, a second time.",
        ),
        LogitLens => entry(
            "logit lens",
            &["logit lens"],
            "Reads a vector on its way as if it were the last one, to see what the model would guess there.",
            "A way of looking, no part of the model (nostalgebraist, 2020).",
        ),
        Temperature => entry(
            "temperature",
            &["temperature"],
            "Makes the draw bolder or more careful.",
            "The logits are divided by it: below 1 the likely become likelier, at 0 the likeliest is always taken.",
        ),
        TopK => entry(
            "top-k",
            &["top-k"],
            "Draws among the k likeliest tokens only.",
            "The others get chance 0, and what is left is scaled up to 100 %.",
        ),
        TopP => entry(
            "top-p",
            &["top-p"],
            "Draws among the likeliest tokens that together reach the chance p.",
            "How many these are is different at every step (Holtzman et al., 2020).",
        ),
        Sampling => entry(
            "sampling",
            &["sampling"],
            "Drawing the next token by lot, each by its chance.",
            "The token is added to the text and everything begins anew: that is how a text gets written.",
        ),
        Parameter => entry(
            "parameter",
            &["parameter", "parameters"],
            "A number of the model that training has set.",
            "Running the model changes none of them.",
        ),
        Cosine => entry(
            "cosine",
            &["cosine"],
            "How alike two directions are: 1 is the same, 0 unrelated, −1 opposite.",
            "It is the dot product of two vectors, divided by their lengths.",
        ),
        InductionHead => entry(
            "induction head",
            &["induction head", "induction heads"],
            "A head that finds where the present token stood before and looks at what came after it.",
            "With it a model can go on with a pattern that it has met only in this text (Olsson et al., 2022).",
        ),
        Trace => entry(
            "trace",
            &["trace"],
            "Values of one run, read out of the engine.",
            "Every number in the pictures comes from a trace.",
        ),
        Receipt => entry(
            "receipt",
            &["receipt"],
            "How one number came about: what went in, and how much each part added.",
            "Click a number to open its receipt.",
        ),
        HalfPrecision => entry(
            "f16",
            &["f16", "16-bit"],
            "A number kept in 16 bits, good for about three decimal digits.",
            "Weights take half the memory that way; sums are kept in 32 bits.",
        ),
        WebGpu => entry(
            "WebGPU",
            &["webgpu"],
            "How a web page computes on the graphics card.",
            "Where it is missing, the processor does the same work more slowly.",
        ),
        Shader => entry(
            "shader",
            &["shader", "shaders"],
            "A small program that the graphics card runs many times side by side.",
            "Each kind of step in the model is one shader here.",
        ),
    }
}

pub const ZH: GlossaryStrings = GlossaryStrings {
    title: "术语表",
    lead: "本页用到的词，按一段文字遇到它们的先后排列。",
    all_terms: "全部术语",
    close: "关闭",
    gap: "",
    entry: chinese,
};

fn chinese(term: TermName) -> Entry {
    use TermName::*;
    match term {
        Token => entry(
            "词元 Token",
            &["词元", "token"],
            "被模型当作一个整体的一小块文字：一个词、半个词、一个字或一个符号。",
            "模型读的、写的都只有词元，每个词元有一个编号。",
        ),
        BytePairs => entry(
            "字节对编码 BPE",
            &["字节对编码", "bpe"],
            "把文字切成词元的办法：从单个字节开始，把相邻的两块照一张清单合并，一次又一次。",
            "清单是事先按出现次数统计出来的，以后不再改动。",
        ),
        Vocabulary => {
            entry("词表", &["词表"], "模型认识的全部词元，是一张固定的清单。", "它说的每一句话都由这些词元拼成。")
        }
        Vector => {
            entry("向量", &["向量"], "一串数字，可以看成空间里的一个点或一个方向。", "有多少个数，空间就有多少维。")
        }
        Embedding => entry(
            "嵌入 Embedding",
            &["嵌入", "embedding"],
            "词元进入模型时，代表它的那个向量。",
            "它是一张学到的表里的一行；用法相近的词元，这一行也相近。",
        ),
        Position => entry(
            "位置",
            &["位置编码"],
            "词元在这段文字里排第几。",
            "每个位置都有一个学到的向量，加到词元的向量上，因为注意力本身不知道先后。",
        ),
        ResidualStream => entry(
            "残差流 residual stream",
            &["残差流", "residual stream"],
            "每个词元从上到下一路带着的那个向量。",
            "沿途谁也不会把它换掉，每个部件都从它那里读，再往上面加。",
        ),
        Block => entry(
            "层 block",
            &["block"],
            "模型的一层楼：先是注意力，再是前馈网络，各自把结果加到残差流上。",
            "每一层结构相同，学到的数各不相同。",
        ),
        LayerNorm => entry(
            "层归一化 LayerNorm",
            &["层归一化", "layernorm"],
            "使用一个向量之前，先把它调到标准大小。",
            "让平均值为 0、方差为 1，再按学到的数逐维缩放和平移。",
        ),
        Attention => entry(
            "注意力 Attention",
            &["注意力", "attention"],
            "词元从前面的词元那里取来所需信息的办法。",
            "整个模型里，只有在这里词元之间才互相交流。",
        ),
        Head => entry(
            "注意力头 head",
            &["注意力头"],
            "一层里并排工作的几路注意力，每一路叫一个头，各有一种学到的看法。",
            "它们的结果合在一起，加到残差流上。",
        ),
        Query => entry(
            "查询 query（Q）",
            &["查询", "query"],
            "一个词元想找什么，写成一个向量。",
            "它会和自己以及前面所有词元的键逐一比较。",
        ),
        Key => {
            entry("键 key（K）", &["key"], "一个词元凭什么被找到，写成一个向量。", "查询和键的方向越一致，分数越高。")
        }
        Value => entry(
            "值 value（V）",
            &["value"],
            "一个词元被看到时交出的内容，写成一个向量。",
            "把各个值按注意力加权平均，就是这个头的结果。",
        ),
        DotProduct => entry("点积", &["点积"], "两个向量逐个数相乘，再全部加起来。", "两者方向越一致，点积越大。"),
        Score => entry("分数 score", &["分数"], "一个查询和一个键有多匹配。", "它是两者的点积，再除以维数的平方根。"),
        Mask => entry(
            "遮罩 mask",
            &["遮罩"],
            "把后面的词元遮住：每个词元只能看自己和前面的。",
            "不然，猜下一个词就成了抄答案。",
        ),
        Softmax => entry(
            "softmax",
            &["softmax"],
            "把任意一组数变成份额：没有负的，加起来正好 100%。",
            "每个数先取指数，所以大的数分到的份额会大得多。",
        ),
        Projection => entry(
            "投影 projection",
            &["投影"],
            "一张学到的表，把所有头的结果混合成一个向量，交给残差流。",
            "每个头的结果在这里找到自己在残差流里的方向。",
        ),
        Mlp => entry(
            "前馈网络 MLP",
            &["前馈网络", "mlp"],
            "一层当中每个词元各自加工的部分。",
            "很宽的一排神经元先在向量里找规律，再把找到的写回残差流。",
        ),
        Neuron => entry(
            "神经元",
            &["神经元"],
            "前馈网络里的一个数：某种学到的规律在这里有多明显。",
            "它越强，往残差流里写的就越多，写的方向是固定的。",
        ),
        Gelu => entry(
            "GELU",
            &["gelu"],
            "神经元的数为正就放行，为负就几乎按住不动。",
            "GPT-2 训练时用的是带 tanh 的写法，这里也照此计算。",
        ),
        Logit => entry(
            "logit",
            &["logit"],
            "模型给词表里一个词元打的原始分，还没有变成概率。",
            "有意义的只是 logit 之间的差。",
        ),
        Unembedding => entry(
            "去嵌入 unembedding",
            &["去嵌入", "unembedding"],
            "拿最后的向量和词表里每个词元比一遍，各得一个 logit。",
            "GPT-2 在这里把嵌入用的那张表又用了一次。",
        ),
        LogitLens => entry(
            "logit lens",
            &["logit lens"],
            "把半路上的向量当作最后的向量读出来，看模型在那里会猜什么。",
            "这是一种观察方法，不是模型的一部分（nostalgebraist，2020）。",
        ),
        Temperature => entry(
            "温度 temperature",
            &["温度"],
            "让抽取更大胆或更谨慎。",
            "logit 要先除以它：低于 1，可能的更可能；等于 0，永远选最可能的那个。",
        ),
        TopK => {
            entry("top-k", &["top-k"], "只在最可能的 k 个词元里抽。", "其余的概率记作 0，剩下的按比例放大到 100%。")
        }
        TopP => entry(
            "top-p",
            &["top-p"],
            "只在概率合计刚好达到 p 的那些最可能的词元里抽。",
            "具体有几个，每一步都不一样（Holtzman 等，2020）。",
        ),
        Sampling => entry(
            "采样 sampling",
            &["采样"],
            "按概率抽签，决定下一个词元。",
            "抽中的词元接到文字后面，再从头算起，文章就是这样一个一个写出来的。",
        ),
        Parameter => {
            entry("参数 parameter", &["参数"], "模型里由训练定下来的一个数。", "运行模型时，一个参数也不会变。")
        }
        Cosine => entry(
            "余弦",
            &["余弦"],
            "两个方向有多像：1 是相同，0 是无关，−1 是相反。",
            "它等于两个向量的点积除以各自的长度。",
        ),
        InductionHead => entry(
            "归纳头 induction head",
            &["归纳头", "induction head"],
            "这种头会找到当前词元上次出现的地方，去看它后面跟的是什么。",
            "有了它，只在这段文字里见过一次的规律，模型也能接着写下去（Olsson 等，2022）。",
        ),
        Trace => entry("轨迹 trace", &["轨迹"], "从引擎里读出来的一次运行的数值。", "图上的每个数都出自某条轨迹。"),
        Receipt => entry(
            "明细 receipt",
            &["明细"],
            "一个数是怎么来的：用了哪些数，每一部分加了多少。",
            "点一下某个数，就能打开它的明细。",
        ),
        HalfPrecision => entry(
            "f16（16 位浮点数）",
            &["f16"],
            "用 16 位存一个数，大约有三位有效数字。",
            "这样权重只占一半内存；求和仍用 32 位。",
        ),
        WebGpu => {
            entry("WebGPU", &["webgpu"], "网页借用显卡做计算的办法。", "没有它时，由处理器做同样的计算，只是慢一些。")
        }
        Shader => entry(
            "着色器 shader",
            &["着色器", "shader"],
            "显卡上同时运行许多份的小程序。",
            "在这里，模型的每一种计算步骤就是一个着色器。",
        ),
    }
}

/// A stretch of a text: plain, or one that the glossary explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretch<'a> {
    Plain(&'a str),
    Term(TermName, &'a str),
}

impl GlossaryStrings {
    /// The text, cut where terms of the glossary stand in it: each where it comes first, the longest
    /// way of writing first (*attention head* before *attention*).
    pub fn mark<'a>(&self, text: &'a str) -> Vec<Stretch<'a>> {
        self.mark_new(text, &mut Vec::new())
    }

    /// The same, but for terms that were marked before; those of this text join them.
    pub fn mark_new<'a>(&self, text: &'a str, seen: &mut Vec<TermName>) -> Vec<Stretch<'a>> {
        let mut written: Vec<(&str, TermName)> =
            TermName::ALL.iter().flat_map(|&term| (self.entry)(term).written.iter().map(move |w| (*w, term))).collect();
        written.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        let (mut stretches, mut plain, mut at) = (Vec::new(), 0, 0);
        while at < text.len() {
            let rest = &text[at..];
            let Some(&(word, term)) = written.iter().find(|(word, _)| stands_at(text, at, word)) else {
                at += rest.chars().next().map_or(1, char::len_utf8);
                continue;
            };
            if !seen.contains(&term) {
                seen.push(term);
                stretches.push(Stretch::Plain(&text[plain..at]));
                stretches.push(Stretch::Term(term, &text[at..at + word.len()]));
                plain = at + word.len();
            }
            at += word.len();
        }
        stretches.push(Stretch::Plain(&text[plain..]));
        stretches.retain(|stretch| *stretch != Stretch::Plain(""));
        stretches
    }
}

/// Whether this word stands here, whole.
fn stands_at(text: &str, at: usize, word: &str) -> bool {
    let end = at + word.len();
    let Some(here) = text.get(at..end) else { return false };
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let whole = !word.is_ascii() || !(joins(text[..at].chars().next_back()) || joins(text[end..].chars().next()));
    whole && here.to_lowercase() == word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(text: &str) -> usize {
        text.matches(['。', '.']).count() - text.matches("et al.").count()
    }

    #[test]
    fn every_term_is_said_in_both_languages_in_two_sentences() {
        for (at, term) in TermName::ALL.into_iter().enumerate() {
            assert_eq!(term as usize, at);
            let (en, zh) = ((EN.entry)(term), (ZH.entry)(term));
            for said in [en.plain, en.more, zh.plain, zh.more] {
                assert_eq!(sentences(said), 1, "{said}");
            }
            let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert!(!chinese(en.plain) && !chinese(en.more) && chinese(zh.plain) && chinese(zh.more), "{term:?}");
            for entry in [en, zh] {
                assert!(!entry.written.is_empty() && entry.written.iter().all(|w| *w == w.to_lowercase()));
            }
        }
    }

    #[test]
    fn terms_are_found_whole_once_and_longest_first() {
        let text = "Tokens meet attention heads; a headline is no head, attention is.";
        let found: Vec<_> = EN.mark(text);
        assert_eq!(
            found,
            [
                Stretch::Term(TermName::Token, "Tokens"),
                Stretch::Plain(" meet "),
                Stretch::Term(TermName::Head, "attention heads"),
                Stretch::Plain("; a headline is no head, "),
                Stretch::Term(TermName::Attention, "attention"),
                Stretch::Plain(" is."),
            ]
        );
        assert_eq!(ZH.mark("去嵌入")[0], Stretch::Term(TermName::Unembedding, "去嵌入"));
        assert_eq!(EN.mark(""), []);
        let mut seen = vec![TermName::Head];
        let found = EN.mark_new("a head’s attention", &mut seen);
        assert_eq!(found, [Stretch::Plain("a head’s "), Stretch::Term(TermName::Attention, "attention")]);
        assert_eq!(seen, [TermName::Head, TermName::Attention]);
    }
}
