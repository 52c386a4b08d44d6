//! The words of the page's frame: top bar, prompt, tokens, elevator, floors, status.

/// See the module's header. Functions take numbers already made readable where that matters.
#[derive(Debug)]
pub struct ShellStrings {
    pub title: &'static str,
    pub tagline: &'static str,
    pub skip: &'static str,
    pub language: &'static str,
    pub model: &'static str,
    pub theme: &'static str,
    pub theme_system: &'static str,
    pub theme_light: &'static str,
    pub theme_dark: &'static str,

    pub prompt: PromptStrings,
    pub tokens: TokenStrings,
    pub floors: FloorStrings,
    pub status: StatusStrings,
}

#[derive(Debug)]
pub struct PromptStrings {
    pub label: &'static str,
    pub placeholder: &'static str,
    pub hint: &'static str,
    pub examples: &'static str,
    pub counter: fn(tokens: usize, capacity: usize) -> String,
    pub counter_bare: fn(tokens: usize) -> String,
    /// What lies beyond the cap: `from` begins the part that is not read.
    pub unread: fn(tokens: usize, capacity: usize) -> String,
    pub unread_from: &'static str,
    /// A paste was longer than the box takes.
    pub cut: fn(kept: &str, all: &str) -> String,
}

#[derive(Debug)]
pub struct TokenStrings {
    pub heading: &'static str,
    pub hint: &'static str,
    pub hint_pinned: &'static str,
    /// The same two where there is no pointer and no keyboard.
    pub hint_touch: &'static str,
    pub hint_pinned_touch: &'static str,
    pub empty: &'static str,
    pub loading: &'static str,
    pub bytes: &'static str,
    pub position: &'static str,
    pub text: &'static str,
    pub id: &'static str,
    pub show_bytes: &'static str,
    pub group: fn(tokens: usize, character: &str) -> String,
    /// Read out for a chip.
    pub chip: fn(index: usize, text: &str, id: u32) -> String,
    pub table: &'static str,
}

#[derive(Debug)]
pub struct FloorStrings {
    pub heading: &'static str,
    pub hint: &'static str,
    pub tokens: &'static str,
    pub embedding: &'static str,
    pub block: fn(number: usize) -> String,
    pub unembedding: &'static str,
    pub story: &'static str,
    pub river: &'static str,
    pub heads: &'static str,
    pub knobs: &'static str,
    /// The rooms of a block.
    pub rooms: &'static str,
    pub room_whole: &'static str,
    pub room_head: &'static str,
    pub room_mlp: &'static str,
    /// Read out for a floor's guess.
    pub guess: fn(text: &str, percent: &str) -> String,
    pub guess_heading: &'static str,
    pub token_count: fn(tokens: usize) -> String,

    pub tokens_title: &'static str,
    pub tokens_lead: &'static str,
    pub tokens_more: &'static str,
    pub embedding_title: &'static str,
    pub embedding_lead: &'static str,
    pub block_title: fn(number: usize, of: usize) -> String,
    pub block_lead: &'static str,
    pub head_title: fn(block: usize, head: usize) -> String,
    pub head_lead: &'static str,
    pub mlp_title: fn(block: usize) -> String,
    pub mlp_lead: &'static str,
    pub unembedding_title: &'static str,
    pub unembedding_lead: &'static str,
    pub story_title: &'static str,
    pub story_lead: &'static str,
    pub river_title: &'static str,
    pub river_lead: &'static str,
    pub heads_title: &'static str,
    pub heads_lead: &'static str,
    pub knobs_title: &'static str,
    pub knobs_lead: &'static str,

    pub overview: &'static str,
    pub answer: &'static str,

    pub next_token: &'static str,
    pub open_next: &'static str,
    pub close_next: &'static str,
    pub waiting: &'static str,
    pub nothing_typed: &'static str,
}

#[derive(Debug)]
pub struct StatusStrings {
    pub heading: &'static str,
    pub starting: &'static str,
    pub ready: &'static str,
    pub busy: &'static str,
    pub parameters: fn(count: &str) -> String,
    /// How large the weights file is.
    pub file: fn(size: &str) -> String,
    pub layers_heads: fn(layers: usize, heads: usize, width: usize) -> String,
    pub untrained: &'static str,
    pub precision_f16: &'static str,
    pub precision_int8: &'static str,
    pub precision_f32: &'static str,
    pub on_gpu: fn(adapter: &str) -> String,
    pub gpu_nameless: &'static str,
    pub gpu_software: &'static str,
    pub on_cpu: &'static str,
    pub run: fn(milliseconds: &str, computed: usize, tokens: usize) -> String,
    /// All positions were there already: only reading was needed.
    pub run_read: fn(milliseconds: &str, tokens: usize) -> String,
    pub cpu_asked: &'static str,
    pub cpu_no_webgpu: &'static str,
    pub cpu_insecure: &'static str,
    pub cpu_no_adapter: &'static str,
    pub cpu_software: fn(adapter: &str) -> String,
    pub cpu_no_device: fn(detail: &str) -> String,
    pub cpu_too_big: fn(detail: &str) -> String,
    pub cpu_lost: fn(detail: &str) -> String,
    pub story: &'static str,
    pub poem: &'static str,
}

pub const EN: ShellStrings = ShellStrings {
    title: "Glassbox · a GPT you can see through",
    tagline: "a GPT you can see through",
    skip: "Skip to the stage",
    language: "Language",
    model: "Model",
    theme: "Colours",
    theme_system: "System colours",
    theme_light: "Light colours",
    theme_dark: "Dark colours",
    prompt: PromptStrings {
        label: "Your text",
        placeholder: "Type a sentence and watch what the model makes of it",
        hint: "Everything below is computed here, in your browser, as you type.",
        examples: "Try",
        counter: |tokens, capacity| format!("{tokens} / {capacity} tokens"),
        counter_bare: |tokens| if tokens == 1 { "1 token".into() } else { format!("{tokens} tokens") },
        unread: |tokens, capacity| {
            format!(
                "The text takes {tokens} tokens and the model has room for {capacity}. What comes after is not read:"
            )
        },
        unread_from: "not read",
        cut: |kept, all| format!("The pasted text has {all} characters; the first {kept} fit into the box."),
    },
    tokens: TokenStrings {
        heading: "Tokens",
        hint: "The dot · is a space. Point at a token to preview it, click to pin it.",
        hint_pinned: "Pinned. ← → move the pin, Esc lets go.",
        hint_touch: "Tap a token to pin it.",
        hint_pinned_touch: "Pinned. Tap it again to let go.",
        empty: "Type something above.",
        loading: "The tokenizer is on its way.",
        bytes: "Bytes",
        position: "Position",
        text: "Token",
        id: "Id",
        show_bytes: "Show bytes",
        group: |tokens, character| format!("{tokens} tokens make up one character: {character}"),
        chip: |index, text, id| format!("Token {}: {text}, id {id}", index + 1),
        table: "The tokens of the text",
    },
    floors: FloorStrings {
        heading: "Floors of the model",
        hint: "↑ ↓ change the floor",
        tokens: "Tokens",
        embedding: "Embedding",
        block: |number| format!("Block {number}"),
        unembedding: "Unembedding",
        story: "The whole story",
        river: "Guess by guess",
        heads: "All heads",
        knobs: "Knobs",
        rooms: "How closely to look at this block",
        room_whole: "The block",
        room_head: "Attention heads",
        room_mlp: "MLP",
        guess: |text, percent| format!("would say {text} next, {percent}"),
        guess_heading: "Beside each floor: the next token if the model stopped there. Right after the embedding it can at best echo the last token.",
        token_count: |tokens| if tokens == 1 { "1 token".into() } else { format!("{tokens} tokens") },
        tokens_title: "The text is cut into pieces",
        tokens_lead: "A model cannot read letters. It knows a fixed list of pieces, called tokens, and your text becomes a row of their numbers.",
        tokens_more: "Frequent words are one token, rare words several. The space before a word belongs to the token.",
        embedding_title: "Every piece becomes a point",
        embedding_lead: "Each token is looked up in a table and turned into a long list of numbers, its embedding. Tokens used in similar ways lie close together.",
        block_title: |number, of| format!("Block {number} of {of}: first look around, then think"),
        block_lead: "In attention, every token gathers what it needs from the tokens before it; in the MLP it works on that alone. Both add what they found to the token's vector.",
        head_title: |block, head| format!("Block {block}, head {head}: who looks at whom"),
        head_lead: "A head asks of every token which ones before it matter, and by how much. In these shares their values are mixed and brought over. Each head has learned its own way of looking.",
        mlp_title: |block| format!("Block {block}, MLP: each token by itself"),
        mlp_lead: "No token sees another here. Each vector is compared with many learned patterns, one a neuron, and each neuron that answers writes something back into the vector.",
        unembedding_title: "The last point becomes chances",
        unembedding_lead: "The last token’s vector, or the pinned one’s, is compared with every token the model knows. The better the match, the higher the chance of coming next.",
        story_title: "From your words to the next one",
        story_lead: "Every token runs down its own column. In each block it first reads from the tokens before it, then thinks by itself. At the bottom, the last column becomes the chances of what comes next.",
        river_title: "What would it say, if it stopped here?",
        river_lead: "Each vector on its way can be read out as if it were the last one (logit lens). Row by row, the guess takes shape.",
        heads_title: "Every head has its own habit",
        heads_lead: "Some heads look one token back, some look at the first token, some find where the same words stood before. The badges are measured on your text.",
        knobs_title: "What was learned, and what happens if you change it",
        knobs_lead: "Everything the model knows is in these numbers, set by training. Turn one of them and watch the chances move.",
        overview: "All heads of all blocks",
        answer: "The model's answer",
        next_token: "Next token",
        open_next: "Show all chances",
        close_next: "Close",
        waiting: "The numbers appear as soon as the model is loaded.",
        nothing_typed: "Type something above, and the model will answer here.",
    },
    status: StatusStrings {
        heading: "Model and engine",
        starting: "Starting",
        ready: "Ready",
        busy: "Computing",
        parameters: |count| format!("{count} parameters"),
        file: |size| format!("a file of {size}"),
        layers_heads: |layers, heads, width| format!("{layers} blocks × {heads} heads, vectors of {width} numbers"),
        untrained: "untrained (random weights)",
        precision_f16: "computed with 16-bit weights",
        precision_int8: "computed with 8-bit weights",
        precision_f32: "computed with 32-bit weights",
        on_gpu: |adapter| format!("on your graphics card through WebGPU ({adapter})"),
        gpu_nameless: "name hidden by the browser",
        gpu_software: "a software adapter, slower than the CPU engine",
        on_cpu: "on your processor (CPU engine)",
        run: |milliseconds, computed, tokens| match computed {
            1 => format!("{milliseconds} ms, 1 of {tokens} positions computed"),
            _ => format!("{milliseconds} ms, {computed} of {tokens} positions computed"),
        },
        run_read: |milliseconds, tokens| format!("{milliseconds} ms, all {tokens} positions were there already"),
        cpu_asked: "The address asks for the CPU engine. Remove “engine=cpu” from it to use the graphics card.",
        cpu_no_webgpu: "This browser has no WebGPU. The results are the same, only slower; a current Chrome, Edge, Safari or Firefox can use the graphics card.",
        cpu_insecure: "Browsers allow WebGPU on secure pages only. Open this page over https:// or from localhost to use the graphics card.",
        cpu_no_adapter: "The browser has WebGPU but offers no graphics card. Switch on hardware acceleration in its settings, update the driver, then reload.",
        cpu_software: |adapter| {
            format!(
                "The only adapter, {adapter}, is a program that imitates a graphics card, slower than our CPU engine. Switch on hardware acceleration in the browser's settings, or add “?engine=gpu” to the address to use it all the same."
            )
        },
        cpu_no_device: |detail| {
            format!("The graphics card refused to start ({detail}). Close other heavy pages and reload.")
        },
        cpu_too_big: |detail| {
            format!("The model is too big for this graphics card ({detail}). The CPU engine has room for it.")
        },
        cpu_lost: |detail| format!("The graphics card stopped answering ({detail}). Reload the page to try it again."),
        story: "Stories (English)",
        poem: "Poems (Chinese)",
    },
};

pub const ZH: ShellStrings = ShellStrings {
    title: "Glassbox · 看得见内部的 GPT",
    tagline: "看得见内部的 GPT",
    skip: "跳到主画面",
    language: "语言",
    model: "模型",
    theme: "配色",
    theme_system: "配色随系统",
    theme_light: "浅色配色",
    theme_dark: "深色配色",
    prompt: PromptStrings {
        label: "你的文字",
        placeholder: "输入一句话，看看模型怎么读它",
        hint: "下面的每个数字，都是你打字的同时在这台电脑的浏览器里算出来的。",
        examples: "试试",
        counter: |tokens, capacity| format!("{tokens} / {capacity} 个词元"),
        counter_bare: |tokens| format!("{tokens} 个词元"),
        unread: |tokens, capacity| {
            format!("这段文字共 {tokens} 个词元，模型只放得下 {capacity} 个。从这里往后没有读：")
        },
        unread_from: "未读",
        cut: |kept, all| format!("粘贴的文字有 {all} 个字符，输入框只收下了前 {kept} 个。"),
    },
    tokens: TokenStrings {
        heading: "词元 Token",
        hint: "圆点 · 表示空格。指一下可以预览，点一下就固定。",
        hint_pinned: "已固定。← → 移动，Esc 放开。",
        hint_touch: "点一个词元，就固定它。",
        hint_pinned_touch: "已固定。再点一次就放开。",
        empty: "先在上面输入点什么。",
        loading: "分词器正在路上。",
        bytes: "字节",
        position: "位置",
        text: "词元",
        id: "编号",
        show_bytes: "显示字节",
        group: |tokens, character| format!("{tokens} 个词元合起来才是一个字：{character}"),
        chip: |index, text, id| format!("第 {} 个词元：{text}，编号 {id}", index + 1),
        table: "这段文字的词元",
    },
    floors: FloorStrings {
        heading: "模型的楼层",
        hint: "↑ ↓ 换楼层",
        tokens: "词元",
        embedding: "嵌入",
        block: |number| format!("第 {number} 层"),
        unembedding: "去嵌入",
        story: "全程一览",
        river: "逐层猜测",
        heads: "所有注意力头",
        knobs: "旋钮",
        rooms: "从多近的地方看这一层",
        room_whole: "整层",
        room_head: "注意力头",
        room_mlp: "前馈网络 MLP",
        guess: |text, percent| format!("此处会猜 {text}，{percent}"),
        guess_heading: "每一层旁边：如果模型停在这里，它会猜的下一个词元。刚嵌入时，它最多只能重复最后这个词元。",
        token_count: |tokens| format!("{tokens} 个词元"),
        tokens_title: "先把文字切成小块",
        tokens_lead: "模型不认识字母和笔画，它只认识一张固定的小块清单。每个小块叫一个词元（Token），你的文字于是变成一串编号。",
        tokens_more: "常见的词是一个词元，少见的词要拆成几个。英文单词前面的空格也算在词元里。",
        embedding_title: "每个小块变成空间里的一个点",
        embedding_lead: "每个词元都到一张表里查出一长串数字，这就是它的嵌入（Embedding）。用法相近的词元，位置也相近。",
        block_title: |number, of| format!("第 {number} 层，共 {of} 层：先看，再想"),
        block_lead: "先是注意力（Attention）：每个词元从前面的词元那里取来自己需要的信息；再是前馈网络（MLP）：它独自加工一遍。两步的结果都加回这个词元的向量。",
        head_title: |block, head| format!("第 {block} 层第 {head} 头：谁在看谁"),
        head_lead: "注意力头替每个词元问：前面哪些词元和它有关，各占多少份额？再按份额把它们的信息混合起来，取到自己这里。每个头都学会了一种自己的关注方式。",
        mlp_title: |block| format!("第 {block} 层的 MLP：各想各的"),
        mlp_lead: "在前馈网络（MLP）里，词元之间互不相看。每个向量都要和许多学到的模式比对，一个神经元管一个模式；有反应的神经元再往向量里写回一点东西。",
        unembedding_title: "最后一个点变成概率",
        unembedding_lead: "拿最后一个（或固定的那个）词元的向量，去和模型认识的每个词元比一遍：越吻合，就越可能是下一个。这一步叫去嵌入（unembedding）。",
        story_title: "从你写的字，到下一个词",
        story_lead: "每个词元沿着自己的一列往下走。在每一层里，它先从前面的词元那里读取信息，再自己思考。走到最下面，最后一列就变成下一个词元的概率。",
        river_title: "要是停在这里，它会猜什么？",
        river_lead: "走到半路的向量，也可以当作最后的向量读出来（logit lens）。一行一行看下去，猜测渐渐成形。",
        heads_title: "每个注意力头都有自己的习惯",
        heads_lead: "有的头总看前一个词元，有的总看第一个，有的会找到同样的词上次出现的地方。标签上的数字都是用你这段文字算出来的。",
        knobs_title: "模型学到的数，以及改动它们会怎样",
        knobs_lead: "模型知道的一切都在这些数里，是训练时定下来的。改动其中一个，看看概率怎么变。",
        overview: "所有层的所有注意力头",
        answer: "模型的回答",
        next_token: "下一个词元",
        open_next: "查看全部概率",
        close_next: "收起",
        waiting: "模型一载入，数字就会出现。",
        nothing_typed: "在上面输入文字，模型会在这里回答。",
    },
    status: StatusStrings {
        heading: "模型与引擎",
        starting: "正在启动",
        ready: "就绪",
        busy: "计算中",
        parameters: |count| format!("{count} 个参数"),
        file: |size| format!("文件 {size}"),
        layers_heads: |layers, heads, width| format!("{layers} 层 × {heads} 个头，每个向量 {width} 个数"),
        untrained: "未训练（随机权重）",
        precision_f16: "用 16 位权重计算",
        precision_int8: "用 8 位权重计算",
        precision_f32: "用 32 位权重计算",
        on_gpu: |adapter| format!("由显卡通过 WebGPU 计算（{adapter}）"),
        gpu_nameless: "浏览器没有透露型号",
        gpu_software: "软件模拟的显卡，比 CPU 引擎慢",
        on_cpu: "由处理器计算（CPU 引擎）",
        run: |milliseconds, computed, tokens| format!("{milliseconds} 毫秒，{tokens} 个位置里新算了 {computed} 个"),
        run_read: |milliseconds, tokens| format!("{milliseconds} 毫秒，{tokens} 个位置都是现成的"),
        cpu_asked: "网址里指定了 CPU 引擎。去掉“engine=cpu”就会使用显卡。",
        cpu_no_webgpu: "这个浏览器没有 WebGPU。结果一样，只是慢一些；换用新版 Chrome、Edge、Safari 或 Firefox 就能用上显卡。",
        cpu_insecure: "浏览器只允许安全的页面使用 WebGPU。请用 https:// 网址或 localhost 打开本页，就能用上显卡。",
        cpu_no_adapter: "浏览器支持 WebGPU，却没有提供显卡。请在浏览器设置里打开硬件加速，更新显卡驱动，再重新载入。",
        cpu_software: |adapter| {
            format!(
                "唯一可用的 {adapter} 是用软件模拟的显卡，比我们的 CPU 引擎还慢。可在浏览器设置里打开硬件加速；若坚持使用它，在网址后加上“?engine=gpu”。"
            )
        },
        cpu_no_device: |detail| format!("显卡没能启动（{detail}）。请关掉其他占用显卡的页面，再重新载入。"),
        cpu_too_big: |detail| format!("这块显卡放不下这个模型（{detail}），CPU 引擎放得下。"),
        cpu_lost: |detail| format!("显卡停止响应（{detail}）。重新载入页面可以再试一次。"),
        story: "英文故事模型",
        poem: "中文诗词模型",
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Every quoted string of one locale, read from the struct's own Debug output, in order.
    fn texts(strings: &ShellStrings) -> Vec<String> {
        let shown = format!("{strings:?}");
        let mut texts = Vec::new();
        let mut parts = shown.split('"').skip(1);
        while let (Some(text), next) = (parts.next(), parts.next()) {
            texts.push(text.to_owned());
            if next.is_none() {
                break;
            }
        }
        texts
    }

    #[test]
    fn no_string_is_empty_and_none_is_left_in_the_other_language() {
        let (en, zh) = (texts(&EN), texts(&ZH));
        assert!(en.len() > 50, "{}", en.len());
        assert_eq!(en.len(), zh.len());
        for (en, zh) in en.iter().zip(&zh) {
            assert!(!en.trim().is_empty() && !zh.trim().is_empty());
            assert_ne!(en, zh);
            let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert!(!chinese(en), "{en}");
            assert!(chinese(zh), "{zh}");
        }
    }

    #[test]
    fn words_that_must_not_be_used_are_not() {
        for text in texts(&ZH) {
            assert!(!text.contains("变压器") && !text.contains("变换器"), "{text}");
        }
    }

    #[test]
    fn one_is_not_plural() {
        assert_eq!((EN.prompt.counter_bare)(1), "1 token");
        assert_eq!((EN.status.run)("3.1", 1, 9), "3.1 ms, 1 of 9 positions computed");
    }
}
