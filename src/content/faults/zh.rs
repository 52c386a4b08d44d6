//! In Chinese. What the readers of files say in English is not repeated but said anew.

use super::{is_hub, last_number, shape};
use crate::content::amounts::{grouped, megabytes};
use crate::content::models;
use crate::link::protocol::Fault;
use crate::model::{ConfigError, Damage, WeightsError};
use crate::tokens::TokenizerError;

pub(super) fn sentence(fault: &Fault) -> String {
    match fault {
        Fault::Missing { file, other } => missing(file, other.as_deref()),
        Fault::Refused { file, status } => refused(file, *status),
        Fault::Closed { host } => format!(
            "服务器 {host} 有回应，但它不允许别的网站上的网页读取文件。请把模型的文件夹下载下来，拖到这个页面上；或者请管理服务器的人加上 Access-Control-Allow-Origin 这个响应头。"
        ),
        Fault::Unreachable { offline: true, .. } => {
            "这台设备没有联网。本页自带的两个模型和已保存的模型照样能用；想用别的模型，请联网后再试一次。".into()
        }
        Fault::Unreachable { host, .. } if is_hub(host) => {
            format!("{host} 没有回应。请检查网络，再试一次；连不上模型库时，镜像站有同样的文件。")
        }
        Fault::Unreachable { host, .. } => format!("{host} 没有回应。请检查网址和网络，再试一次。"),
        Fault::Interrupted { file, done_bytes, total_bytes, kept } => {
            let of = if *total_bytes > 0 { format!("（共 {}）", megabytes(*total_bytes)) } else { String::new() };
            let then = if *kept {
                "已经收到的部分保存在这台设备上，可以接着下载"
            } else {
                "已经收到的部分没法保存在这台设备上，再试一次要从头开始"
            };
            format!("{file} 下载到 {}{of} 时连接断了。{then}。", megabytes(*done_bytes))
        }
        Fault::Unreadable { file } => {
            format!("浏览器读不了 {file}：选好以后它被移动或改动过，或者当前账户没有权限打开它。请重新选择文件夹。")
        }
        Fault::NotHere { source } => {
            format!("这个链接要看的是 {}，这台设备上还没有。请打开模型列表，决定要不要下载。", source.name())
        }
        Fault::Config(error) => config(error),
        Fault::Tokenizer(error) => tokenizer(error),
        Fault::Weights(error) => weights(error),
        Fault::Sizes { tokenizer, table } => format!(
            "分词器认识 {} 个词元，模型的词元表却只有 {} 行：它们不属于同一个模型。请使用和权重放在一起的那个分词器。",
            grouped(*tokenizer as u64),
            grouped(*table as u64)
        ),
        Fault::Memory { bytes, smaller, .. } => {
            let needed = if *bytes > 0 { format!("，它需要 {}", megabytes(*bytes)) } else { String::new() };
            let names: Vec<_> = smaller.iter().map(|p| (models::ZH.kind)(*p).name).collect();
            let then = if names.is_empty() {
                "请关掉其他页面，或换一个小一点的模型".to_owned()
            } else {
                format!("换成{}就放得下：请在模型列表的“设置”里选择", names.join("或"))
            };
            format!("这台设备的内存放不下这个模型{needed}。{then}。")
        }
        Fault::Lost { rebuilt: true, .. } => "显卡刚才停止响应，现在已经重新启动，可以继续；什么都没有丢。".into(),
        Fault::Lost { rebuilt: false, .. } => "显卡停止响应，已改由 CPU 引擎计算；什么都没有丢。".into(),
        Fault::Unloaded => "显卡停止响应后，模型没有重新载入。请再试一次，或在列表里另选一个模型。".into(),
        Fault::InUse { source } => format!(
            "{} 正在载入，可能是在另一个标签页里，暂时不能删除。请等它载入完或取消载入，再删除一次。",
            source.name()
        ),
        Fault::Internal { .. } => "Glassbox 内部出错了，这是我们的问题。请重新载入页面；你的文字保存在网址里。".into(),
    }
}

fn missing(file: &str, other: Option<&str>) -> String {
    match other {
        Some(other) if other.ends_with(".index.json") || other.contains("-of-") => format!(
            "那里的 {file} 被切成了好几个文件（{other}），而 Glassbox 只读完整的一个。请在 Python 里用 transformers 重新保存：model.save_pretrained(\"folder\", max_shard_size=\"50GB\")，再打开那个文件夹。"
        ),
        Some(other) => format!(
            "没有找到 {file}，只有 {other}。Glassbox 只读 safetensors，因为它里面藏不了程序。请在 Python 里用 transformers 转换：model.save_pretrained(\"folder\", safe_serialization=True)，再打开那个文件夹。"
        ),
        None if file == "config.json" => {
            "没有找到 config.json，所以这不是一个模型的文件夹。请检查名字或网址，或者选择放着 config.json、model.safetensors 和 tokenizer.json 的文件夹。".into()
        }
        None if file == "model.safetensors" => {
            "没有找到 model.safetensors，文件夹里没有 Glassbox 能读的权重。请选择有这个文件的文件夹，或者在 Python 里转换：model.save_pretrained(\"folder\", safe_serialization=True)。".into()
        }
        None => format!(
            "没有找到 {file}。分词器可以是 tokenizer.json，也可以是 vocab.json 加 merges.txt，或者 vocab.txt：请把它放在权重旁边，再试一次。"
        ),
    }
}

fn refused(file: &str, status: u16) -> String {
    match status {
        // A hub says so of a name that it does not know as well.
        401 => format!(
            "服务器不给 {file}（{status}）：没有叫这个名字的模型，或者它是私有的。请先检查名字有没有写错；名字没错的话，请在那个网站登录后下载文件夹，拖到这个页面上，或者换一个模型。"
        ),
        403 => format!(
            "服务器不公开 {file}（{status}）：模型是私有的，或者要先同意它的条款。请在那个网站登录后下载文件夹，拖到这个页面上，或者换一个模型。"
        ),
        429 => format!("服务器收到的请求太多（{status}），暂时不给 {file}。请等几分钟，再试一次。"),
        500.. => format!("服务器自己出了问题（{status}），没能给出 {file}。请过一会儿再试一次。"),
        _ => format!("服务器没有给出 {file}，回答的是 {status}。请检查网址，再试一次。"),
    }
}

fn config(error: &ConfigError) -> String {
    match error {
        ConfigError::Json { .. } => {
            "config.json 读不懂：它不完整，或者是别的文件用了这个名字。请重新下载，或者重新导出模型。".into()
        }
        ConfigError::Family { found } => format!(
            "config.json 说这是“{found}”类型的模型，而 Glassbox 运行的是 GPT-2 家族（model_type 是“gpt2”）。请换一个 GPT-2 模型。"
        ),
        ConfigError::Missing { setting } => format!(
            "config.json 里没有 {setting}，少了它就不知道模型的形状。请使用和权重配套的 config.json，或者重新导出模型。"
        ),
        ConfigError::Setting { setting, found, expected } => format!(
            "config.json 把 {setting} 设为 {found}，{}。请使用和权重配套的 config.json，或者换一个模型。",
            wanted(setting, expected)
        ),
    }
}

/// What a setting must be.
fn wanted(setting: &str, expected: &str) -> String {
    let number = last_number(expected);
    match setting {
        "add_cross_attention" => "而 Glassbox 只运行没有编码器的解码器".into(),
        "activation_function" => "而 Glassbox 能算的是 gelu_new、gelu_pytorch_tanh 和 gelu".into(),
        "layer_norm_epsilon" => "它应该在 0 和 1 之间".into(),
        "n_embd" if expected.contains("multiple") => format!("它应该是 n_head（{number}）的倍数"),
        "n_head" if expected.contains("head size") => {
            let most = expected.split_whitespace().find(|word| word.parse::<usize>().is_ok()).unwrap_or_default();
            format!("这样每个头的宽度 n_embd / n_head 就超过了最大值 {most}")
        }
        _ if number.is_empty() => "这不是它能取的值".into(),
        _ => format!("它应该在 1 和 {number} 之间"),
    }
}

fn tokenizer(error: &TokenizerError) -> String {
    match error {
        // How large it is was not found out: it is read no further than to the limit.
        TokenizerError::TooBig { file, most, .. } => format!(
            "{file} 超过了 {}，Glassbox 最多读这么多。请检查它是不是分词器，别把权重当成了它。",
            megabytes(*most as u64)
        ),
        TokenizerError::Json { file, .. } => {
            format!("{file} 读不懂：它不完整，或者是别的文件用了这个名字。请重新下载，或者重新导出分词器。")
        }
        TokenizerError::Utf8 { file, .. } => format!("{file} 不是 UTF-8 文本。请重新下载，或者存成 UTF-8。"),
        TokenizerError::Part { file, part, found, .. } => {
            format!("{file} 里{}{}。请使用和权重配套的分词器。", place(part), value(found))
        }
        TokenizerError::Merge { file, number, left, right, absent } => format!(
            "{file} 的第 {number} 条合并把“{left}”和“{right}”连在一起，但“{absent}”不是词元。请使用训练这些合并时用的词表。"
        ),
        TokenizerError::Twice { file, id, first, second } => {
            format!("{file} 里的“{first}”和“{second}”都用了编号 {id}，而每个词元要有自己的编号。请重新导出分词器。")
        }
        TokenizerError::Library { .. } => {
            "分词器读出来了，但它的各部分合不到一起。请用新版的 Hugging Face tokenizers 重新导出。".into()
        }
    }
}

/// The part of a tokenizer's file that is wrong.
fn place(part: &str) -> String {
    if let Some(token) = part.strip_prefix("the id of token ") {
        return format!("词元 {token} 的编号");
    }
    if let Some(number) = part.strip_prefix("merge ") {
        return format!("第 {number} 条合并");
    }
    match part {
        "the file" => "的内容".into(),
        "the vocabulary" => "的词表".into(),
        name => format!("的 {name} "),
    }
}

/// What was found there.
fn value(found: &str) -> String {
    match found {
        "absent" => "没有写".into(),
        "empty" => "是空的".into(),
        "no list" => "不是列表".into(),
        "unknown to Glassbox" => "是 Glassbox 不认识的".into(),
        "true or false" => "是真或假，类型不对".into(),
        "a number" => "是一个数，类型不对".into(),
        "a string" => "是一段文字，类型不对".into(),
        "a list" => "是一个列表，类型不对".into(),
        "an object" => "是一个对象，类型不对".into(),
        quoted => format!("是 {quoted}，不能这样用"),
    }
}

fn weights(error: &WeightsError) -> String {
    match error {
        WeightsError::Damaged { what } => damage(what),
        WeightsError::Missing { tensor } => format!(
            "model.safetensors 里没有张量 {tensor}，而这种形状的 GPT-2 少不了它。请使用和权重配套的 config.json，或者重新导出整个模型。"
        ),
        WeightsError::Shape { tensor, found, expected } => format!(
            "张量 {tensor} 的形状是 {}，config.json 要的却是 {}：两个文件不属于同一个模型。请从同一个文件夹里取。",
            shape(found),
            shape(expected)
        ),
        WeightsError::Type { tensor, found } => {
            format!("张量 {tensor} 是以 {found} 存放的，而 Glassbox 读 F32、F16 和 BF16。请用其中一种重新导出模型。")
        }
        WeightsError::Scale { tensor, .. } => format!(
            "张量 {tensor} 是按字节存放的，可是配套的比例 {tensor}.scale 缺失、排在它后面，或者不是数。请用 glassbox convert 重新写出这个文件。"
        ),
        WeightsError::NotFinite { tensor, index } => format!(
            "张量 {tensor} 的第 {} 个值不是数（NaN 或无穷大）：这个模型的训练出了问题。请换一个检查点。",
            grouped(*index as u64 + 1)
        ),
    }
}

fn damage(what: &Damage) -> String {
    match what {
        Damage::InHeader => "model.safetensors 还没写完开头的张量清单就断了。下载不完整，请重新下载。".into(),
        Damage::InTensor { tensor } => {
            format!("model.safetensors 在张量 {tensor} 的中间断了。下载不完整，请重新下载。")
        }
        Damage::TooEarly => "model.safetensors 还没到最后一个张量就断了。下载不完整，请重新下载。".into(),
        Damage::Behind { bytes } => format!(
            "model.safetensors 在最后一个张量之后还多出 {bytes} 个字节，和它开头的清单对不上。请重新下载或导出。"
        ),
        Damage::HeaderLength { bytes } => format!(
            "model.safetensors 说自己开头的清单有 {bytes} 个字节，没有模型会这样：它是别的文件，或者坏了。请重新下载或导出。"
        ),
        Damage::Header { .. } => {
            "model.safetensors 开头的张量清单读不懂：它是别的文件，或者坏了。请重新下载或导出。".into()
        }
        Damage::Twice { tensor } => format!("model.safetensors 里的张量 {tensor} 出现了两次。请重新导出模型。"),
        Damage::Place { tensor, .. } => format!(
            "model.safetensors 里的张量 {tensor} 没有紧接在前一个之后：文件坏了，或者拼错了。请重新下载或导出。"
        ),
        Damage::Bytes { tensor, .. } => {
            format!("model.safetensors 里张量 {tensor} 的字节数和它的形状、类型对不上：文件坏了。请重新下载或导出。")
        }
    }
}
