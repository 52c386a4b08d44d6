//! The words of the model picker and of a load under way.

use super::amounts::out_of;
use crate::link::library::NotKept;
use crate::model::Precision;

/// A kind of weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// `16-bit weights`.
    pub name: &'static str,
    /// What it costs in memory and in exactness.
    pub line: &'static str,
}

/// See the module's header.
#[derive(Debug)]
pub struct ModelsStrings {
    pub title: &'static str,
    pub close: &'static str,
    /// The button in the top bar, for those who do not see it.
    pub button: fn(name: &str) -> String,

    pub here: &'static str,
    pub hub: &'static str,
    pub hub_lead: fn(host: &str) -> String,
    pub own: &'static str,
    pub own_lead: &'static str,
    pub settings: &'static str,
    pub device: &'static str,
    /// The library has not answered yet.
    pub looking: &'static str,

    /// A link asks for a model from elsewhere.
    pub asked: fn(name: &str, host: &str, size: Option<&str>) -> String,
    pub not_now: &'static str,

    pub in_use: &'static str,
    pub loading: &'static str,
    pub open: &'static str,
    pub load: fn(size: &str) -> String,
    pub load_unknown: &'static str,
    pub go_on: &'static str,
    pub remove: fn(size: &str) -> String,
    pub whole: &'static str,
    pub partly: fn(done: &str, total: &str) -> String,
    pub parameters: fn(count: &str) -> String,
    pub licence: fn(name: &str) -> String,
    /// The name of a language by its tag; empty where it is not known here.
    pub language: fn(tag: &str) -> &'static str,
    pub gpu_fits: fn(needed: &str) -> String,
    pub gpu_may_not: fn(needed: &str, largest: &str) -> String,
    pub cpu_fits: fn(needed: &str) -> String,
    pub cpu_too_big: fn(needed: &str, most: &str) -> String,

    pub field: &'static str,
    pub field_wrong: &'static str,
    pub field_load: &'static str,
    pub folder: &'static str,
    pub files: &'static str,
    pub drop: &'static str,
    pub drop_here: &'static str,
    pub unused: fn(names: &str) -> String,
    pub nothing_known: fn(names: &str) -> String,
    /// Between names of a list.
    pub and: &'static str,

    pub weights: &'static str,
    pub kind: fn(Precision) -> Kind,
    pub again: fn(name: &str) -> String,
    pub on_cpu: &'static str,
    pub hub_address: &'static str,
    pub hub_lead_setting: &'static str,
    pub hub_own: &'static str,
    pub hub_wrong: &'static str,
    pub hub_use: &'static str,

    pub none_stored: &'static str,
    pub room: fn(size: &str) -> String,
    pub memory: fn(used: &str, taken: &str) -> String,
    pub not_kept: fn(NotKept) -> &'static str,

    pub load_words: LoadStrings,
}

/// A load under way.
#[derive(Debug)]
pub struct LoadStrings {
    /// Read out, and beside the bar.
    pub heading: fn(name: &str) -> String,
    pub of: fn(done: u64, total: u64) -> String,
    pub speed: fn(size: &str) -> String,
    pub left: fn(seconds: u64) -> String,
    pub block: fn(number: usize, of: Option<usize>) -> String,
    pub token_table: &'static str,
    pub position_table: &'static str,
    pub last: &'static str,
    pub waiting: &'static str,
    pub tokenizer: &'static str,
    pub stored: &'static str,
    pub weights: &'static str,
    pub retry: fn(attempt: usize) -> String,
    pub engine: &'static str,
    pub cancel: &'static str,
}

pub const EN: ModelsStrings = ModelsStrings {
    title: "Which model?",
    close: "Close",
    button: |name| format!("{name}: choose another model"),

    here: "On this page",
    hub: "From the hub",
    hub_lead: |host| {
        format!("They lie at {host}. Nothing is fetched until you press a button; then it is kept on this device.")
    },
    own: "Your own",
    own_lead: "Any model of the GPT-2 family in Hugging Face's layout: config.json, model.safetensors and its tokenizer.",
    settings: "Settings",
    device: "On this device",
    looking: "Looking what is there.",

    asked: |name, host, size| {
        let size = size.map(|size| format!(" ({size})")).unwrap_or_default();
        format!("This link is about {name}, which lies at {host}{size}. Load it?")
    },
    not_now: "Not now",

    in_use: "In use",
    loading: "Loading",
    open: "Open",
    load: |size| format!("Load ({size})"),
    load_unknown: "Load",
    go_on: "Go on loading",
    remove: |size| format!("Remove (frees {size})"),
    whole: "On this device",
    partly: |done, total| format!("{done} of {total} on this device"),
    parameters: |count| format!("{count} parameters"),
    licence: |name| format!("licence {name}"),
    language: |tag| match tag {
        "en" => "English",
        "zh" => "Chinese",
        "de" => "German",
        "es" => "Spanish",
        "fr" => "French",
        "it" => "Italian",
        "ja" => "Japanese",
        "ko" => "Korean",
        "nl" => "Dutch",
        "pt" => "Portuguese",
        "ru" => "Russian",
        _ => "",
    },
    gpu_fits: |needed| format!("Needs {needed} on the graphics card: fits."),
    gpu_may_not: |needed, largest| {
        format!(
            "Needs {needed} on the graphics card, which grants {largest} in one piece: may be too big. Nothing is lost by trying."
        )
    },
    cpu_fits: |needed| format!("Needs {needed} of memory: fits the CPU engine."),
    cpu_too_big: |needed, most| format!("Needs {needed} of memory: too big for the CPU engine, which takes {most}."),

    field: "A model's name on the hub, or the address of its folder",
    field_wrong: "This is neither a name like openai-community/gpt2 nor an address that begins with https://. Check the spelling.",
    field_load: "Load",
    folder: "Choose a folder",
    files: "Choose files",
    drop: "Or drop a folder or files anywhere on this page. They stay on your computer.",
    drop_here: "Drop the model's folder or files here",
    unused: |names| format!("Not needed and left aside: {names}."),
    nothing_known: |names| {
        format!(
            "None of these is a file of a model ({names}). Choose the folder with config.json, model.safetensors and tokenizer.json."
        )
    },
    and: ", ",

    weights: "Weights",
    kind: |precision| match precision {
        Precision::F16 => Kind {
            name: "16-bit weights",
            line: "Half the memory. Every number is kept to about three digits, and the chances hardly change. A model published in 8 bits stays in 8.",
        },
        Precision::F32 => Kind {
            name: "32-bit weights",
            line: "As exact as the model was published, for twice the memory on the graphics card.",
        },
        Precision::Int8 => Kind {
            name: "8-bit weights",
            line: "A quarter of the memory of 32 bits. What it costs was measured on two models. On this page’s storyteller the logits move by 2.2 % on average, and the likeliest token stays the same at 99 of 100 places. On a random model of GPT-2’s shape it is 2.5 %, and 94 of 100, since its chances are nearly flat. For any other model nobody has measured it here: on the command line, glassbox compare does.",
        },
    },
    again: |name| format!("Open {name} again with these"),
    on_cpu: "The CPU engine is at work, and always keeps 32 bits.",
    hub_address: "The hub's address",
    hub_lead_setting: "Where the hub is out of reach, a mirror carries the same files.",
    hub_own: "Another address",
    hub_wrong: "The address must begin with https:// or http:// and hold no spaces.",
    hub_use: "Use this address",

    none_stored: "No model from elsewhere is stored here.",
    room: |size| format!("The browser has room for {size} more."),
    memory: |used, taken| format!("The engine uses {used} of this computer’s memory, and has taken {taken} so far."),
    not_kept: |why| match why {
        NotKept::Denied => {
            "This browser keeps nothing for this page (a private window, or a page without https): models from elsewhere run, and are fetched anew next time."
        }
        NotKept::Full => {
            "There is no room left on this device: the model runs, and is fetched anew next time. Remove one to make room."
        }
    },

    load_words: LoadStrings {
        heading: |name| format!("Loading {name}"),
        of: |done, total| {
            let (done, total, unit) = out_of(done, total);
            format!("{done} of {total} {unit}")
        },
        speed: |size| format!("{size}/s"),
        left: |seconds| match seconds {
            0..90 => format!("{seconds} s left"),
            90..5400 => format!("{} min left", seconds.div_ceil(60)),
            _ => format!("{} h left", seconds.div_ceil(3600)),
        },
        block: |number, of| match of {
            Some(of) => format!("block {number} of {of}"),
            None => format!("block {number}"),
        },
        token_table: "token table",
        position_table: "position table",
        last: "the last steps",
        waiting: "Another tab fetches the same model; waiting for it",
        tokenizer: "Fetching the tokenizer",
        stored: "Reading from this device",
        weights: "Fetching the weights",
        retry: |attempt| format!("The connection broke; try number {}", attempt + 1),
        engine: "Preparing the engine",
        cancel: "Cancel",
    },
};

pub const ZH: ModelsStrings = ModelsStrings {
    title: "用哪个模型？",
    close: "关闭",
    button: |name| format!("{name}：换一个模型"),

    here: "本页自带",
    hub: "来自模型库",
    hub_lead: |host| format!("这些模型放在 {host}。点按钮之前，什么都不会下载；下载之后就保存在这台设备上。"),
    own: "你自己的模型",
    own_lead: "任何 GPT-2 家族的模型都可以，按 Hugging Face 的目录格式存放：config.json、model.safetensors，加上分词器。",
    settings: "设置",
    device: "在这台设备上",
    looking: "正在看有哪些模型。",

    asked: |name, host, size| {
        let size = size.map(|size| format!("（{size}）")).unwrap_or_default();
        format!("这个链接要看的是 {name}，它放在 {host}{size}。要下载吗？")
    },
    not_now: "先不用",

    in_use: "正在使用",
    loading: "正在载入",
    open: "打开",
    load: |size| format!("下载（{size}）"),
    load_unknown: "下载",
    go_on: "继续下载",
    remove: |size| format!("删除（腾出 {size}）"),
    whole: "已保存在这台设备上",
    partly: |done, total| format!("这台设备上已有 {done}，共 {total}"),
    parameters: |count| format!("{count} 个参数"),
    licence: |name| format!("许可证 {name}"),
    language: |tag| match tag {
        "en" => "英语",
        "zh" => "中文",
        "de" => "德语",
        "es" => "西班牙语",
        "fr" => "法语",
        "it" => "意大利语",
        "ja" => "日语",
        "ko" => "韩语",
        "nl" => "荷兰语",
        "pt" => "葡萄牙语",
        "ru" => "俄语",
        _ => "",
    },
    gpu_fits: |needed| format!("显卡上需要 {needed}，放得下。"),
    gpu_may_not: |needed, largest| {
        format!("显卡上需要 {needed}，而这块显卡一次最多给 {largest}，可能放不下。试一试也没有损失。")
    },
    cpu_fits: |needed| format!("需要 {needed} 内存，CPU 引擎放得下。"),
    cpu_too_big: |needed, most| format!("需要 {needed} 内存，CPU 引擎最多只放得下 {most}。"),

    field: "模型库里的名字，或者模型文件夹的网址",
    field_wrong: "这既不是 openai-community/gpt2 这样的名字，也不是以 https:// 开头的网址。请检查拼写。",
    field_load: "下载",
    folder: "选择文件夹",
    files: "选择文件",
    drop: "也可以把文件夹或文件直接拖到这个页面上。它们不会离开你的电脑。",
    drop_here: "把模型的文件夹或文件拖到这里",
    unused: |names| format!("这些文件用不上，先放在一边：{names}。"),
    nothing_known: |names| {
        format!("这里没有模型的文件（{names}）。请选择放着 config.json、model.safetensors 和 tokenizer.json 的文件夹。")
    },
    and: "、",

    weights: "权重",
    kind: |precision| match precision {
        Precision::F16 => Kind {
            name: "16 位权重",
            line: "显存减半。每个数保留大约三位有效数字，概率几乎不变。以 8 位发布的模型仍按 8 位打开。",
        },
        Precision::F32 => {
            Kind { name: "32 位权重", line: "和模型发布时一样精确，占用的显存是两倍。" }
        }
        Precision::Int8 => Kind {
            name: "8 位权重",
            line: "显存只有 32 位的四分之一。代价在两个模型上量过：本页的故事模型，logit 平均变动 2.2%，每 100 处有 99 处最可能的词元不变；一个 GPT-2 大小的随机模型，平均变动 2.5%，每 100 处有 94 处不变，因为它的概率几乎一样大。别的模型这里没有量过，可以在命令行用 glassbox compare 自己量。",
        },
    },
    again: |name| format!("用它重新打开 {name}"),
    on_cpu: "现在由 CPU 引擎计算，它总用 32 位。",
    hub_address: "模型库的地址",
    hub_lead_setting: "连不上模型库时，镜像站有同样的文件。",
    hub_own: "其他地址",
    hub_wrong: "地址要以 https:// 或 http:// 开头，中间不能有空格。",
    hub_use: "使用这个地址",

    none_stored: "这里还没有保存来自别处的模型。",
    room: |size| format!("浏览器还能再保存 {size}。"),
    memory: |used, taken| format!("引擎正用着 {used} 内存，到现在一共占过 {taken}。"),
    not_kept: |why| match why {
        NotKept::Denied => {
            "这个浏览器不让本页保存文件（无痕窗口，或者网址不是 https）：来自别处的模型照样能用，只是下次要重新下载。"
        }
        NotKept::Full => "这台设备没有空间了：模型照样能用，只是下次要重新下载。删除一个就能腾出空间。",
    },

    load_words: LoadStrings {
        heading: |name| format!("正在载入 {name}"),
        of: |done, total| {
            let (done, total, unit) = out_of(done, total);
            format!("{done} / {total} {unit}")
        },
        speed: |size| format!("每秒 {size}"),
        left: |seconds| match seconds {
            0..90 => format!("还要 {seconds} 秒"),
            90..5400 => format!("还要 {} 分钟", seconds.div_ceil(60)),
            _ => format!("还要 {} 小时", seconds.div_ceil(3600)),
        },
        block: |number, of| match of {
            Some(of) => format!("第 {number} 层，共 {of} 层"),
            None => format!("第 {number} 层"),
        },
        token_table: "词元表",
        position_table: "位置表",
        last: "最后几步",
        waiting: "另一个标签页正在下载同一个模型，先等它",
        tokenizer: "正在取分词器",
        stored: "正在从这台设备读取",
        weights: "正在下载权重",
        retry: |attempt| format!("连接断了，正在试第 {} 次", attempt + 1),
        engine: "正在准备引擎",
        cancel: "取消",
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_and_reason_has_words_of_its_language() {
        let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        for precision in [Precision::F16, Precision::F32] {
            let (en, zh) = ((EN.kind)(precision), (ZH.kind)(precision));
            assert!(en.line.ends_with('.') && zh.line.ends_with('。') && !chinese(en.name) && chinese(zh.name));
        }
        for why in [NotKept::Denied, NotKept::Full] {
            assert!((EN.not_kept)(why).ends_with('.') && (ZH.not_kept)(why).ends_with('。'));
        }
        for tag in ["en", "zh", "de", "es", "fr", "it", "ja", "ko", "nl", "pt", "ru"] {
            assert!(!(EN.language)(tag).is_empty() && chinese((ZH.language)(tag)), "{tag}");
        }
    }

    #[test]
    fn time_left_is_told_in_the_unit_that_suits_it() {
        let told = [0, 55, 100, 4000, 9000].map(|seconds| (EN.load_words.left)(seconds));
        assert_eq!(told, ["0 s left", "55 s left", "2 min left", "67 min left", "3 h left"]);
    }
}
