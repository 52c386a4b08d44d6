//! In English.

use super::{is_hub, shape};
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
            "The server {host} is there, but does not let pages of other sites read its files. Download the model's folder and drop it here, or ask whoever runs the server to send the header Access-Control-Allow-Origin."
        ),
        Fault::Unreachable { offline: true, .. } => {
            "This device has no network. The two models of this page and those stored on this device still work; for another one, connect and try again.".into()
        }
        Fault::Unreachable { host, .. } if is_hub(host) => format!(
            "{host} does not answer. Check the connection and try again; where the hub is out of reach, a mirror carries the same files."
        ),
        Fault::Unreachable { host, .. } => {
            format!("{host} does not answer. Check the address and the connection, then try again.")
        }
        Fault::Interrupted { file, done_bytes, total_bytes, kept } => {
            let of = if *total_bytes > 0 { format!(" of {}", megabytes(*total_bytes)) } else { String::new() };
            let then = if *kept {
                "What has come is kept on this device: go on from there"
            } else {
                "What had come could not be kept on this device: it begins anew when you try again"
            };
            format!("The connection broke after {}{of} of {file}. {then}.", megabytes(*done_bytes))
        }
        Fault::Unreadable { file } => format!(
            "The browser cannot read {file}: it was moved or changed after it was chosen, or this account may not open it. Choose the folder again."
        ),
        Fault::NotHere { source } => format!(
            "The link asks for {}, which is not on this device. Open the list of models and say whether it shall be loaded.",
            source.name()
        ),
        Fault::Config(error) => config(error),
        Fault::Tokenizer(error) => tokenizer(error),
        Fault::Weights(error) => weights(error),
        Fault::Sizes { tokenizer, table } => format!(
            "The tokenizer knows {} tokens, and the model's table has {} rows: they belong to different models. Take the tokenizer from the folder that the weights come from.",
            grouped(*tokenizer as u64),
            grouped(*table as u64)
        ),
        Fault::Memory { bytes, smaller, .. } => {
            let needed = if *bytes > 0 { format!(", which takes {}", megabytes(*bytes)) } else { String::new() };
            let names: Vec<_> = smaller.iter().map(|p| (models::EN.kind)(*p).name).collect();
            let then = if names.is_empty() {
                "Close other pages, or choose a smaller model".to_owned()
            } else {
                format!("With {} it would fit: choose them in the list of models, under Settings", names.join(" or "))
            };
            format!("This device has too little memory for the model{needed}. {then}.")
        }
        Fault::Lost { rebuilt: true, .. } => {
            "The graphics card stopped answering for a moment. It was started anew and goes on; nothing is lost.".into()
        }
        Fault::Lost { rebuilt: false, .. } => {
            "The graphics card stopped answering. The CPU engine took over; nothing is lost.".into()
        }
        Fault::Unloaded => {
            "The graphics card stopped answering, and the model was not loaded again. Try once more, or choose a model from the list.".into()
        }
        Fault::InUse { source } => format!(
            "{} is being loaded, here or in another tab, and cannot be removed meanwhile. Wait for that or cancel it, then remove it again.",
            source.name()
        ),
        Fault::Internal { .. } => {
            "Something inside Glassbox broke; that is our fault. Reload the page; your text is in its address.".into()
        }
    }
}

fn missing(file: &str, other: Option<&str>) -> String {
    match other {
        Some(other) if other.ends_with(".index.json") || other.contains("-of-") => format!(
            "{file} is cut into several files there ({other}), and Glassbox reads a single one. Write it anew in Python with transformers: model.save_pretrained(\"folder\", max_shard_size=\"50GB\"), then open that folder here."
        ),
        Some(other) => format!(
            "{file} is not there, but {other} is. Glassbox reads safetensors alone, which cannot hide programs. Convert it in Python with transformers: model.save_pretrained(\"folder\", safe_serialization=True), then open that folder here."
        ),
        None if file == "config.json" => {
            "config.json is not there, so this is no folder of a model. Check the name or the address, or choose the folder that holds config.json, model.safetensors and tokenizer.json.".into()
        }
        None if file == "model.safetensors" => {
            "model.safetensors is not there: the folder has no weights that Glassbox reads. Choose a folder that has it, or convert the weights in Python: model.save_pretrained(\"folder\", safe_serialization=True).".into()
        }
        None => format!(
            "{file} is not there. A tokenizer is tokenizer.json, or vocab.json with merges.txt, or vocab.txt: put it beside the weights and try again."
        ),
    }
}

fn refused(file: &str, status: u16) -> String {
    match status {
        // A hub says so of a name that it does not know as well.
        401 => format!(
            "The server keeps {file} closed ({status}): there is no model of this name, or it is private. Check the name; if it is right, download the folder while you are signed in there and drop it here, or choose another model."
        ),
        403 => format!(
            "The server keeps {file} closed ({status}): the model is private, or its terms must be accepted first. Download the folder while you are signed in there and drop it here, or choose another model."
        ),
        429 => format!(
            "The server has had too many requests for now ({status}) and keeps {file} back. Wait a few minutes, then try again."
        ),
        500.. => format!("The server itself has trouble ({status}) and could not give {file}. Try again later."),
        _ => format!("The server answered {status} in place of {file}. Check the address, then try again."),
    }
}

fn config(error: &ConfigError) -> String {
    match error {
        ConfigError::Json { .. } => {
            "config.json cannot be read: it is cut off, or another kind of file bears its name. Download it again, or export the model again.".into()
        }
        ConfigError::Family { found } => format!(
            "config.json describes a model of type “{found}”, and Glassbox runs the GPT-2 family (model_type “gpt2”). Choose a GPT-2 model."
        ),
        ConfigError::Missing { setting } => format!(
            "config.json does not say {setting}, without which the shape is unknown. Take the config.json that belongs to the weights, or export the model again."
        ),
        ConfigError::Setting { setting, found, expected } => format!(
            "config.json sets {setting} to {found}; {expected}. Take the config.json that belongs to the weights, or choose another model."
        ),
    }
}

fn tokenizer(error: &TokenizerError) -> String {
    match error {
        // How large it is was not found out: it is read no further than to the limit.
        TokenizerError::TooBig { file, most, .. } => format!(
            "{file} is larger than {}, the most that Glassbox reads of it. Check that it is a tokenizer and not the weights.",
            megabytes(*most as u64)
        ),
        TokenizerError::Json { file, .. } => format!(
            "{file} cannot be read: it is cut off, or another kind of file bears its name. Download it again, or export the tokenizer again."
        ),
        TokenizerError::Utf8 { file, .. } => {
            format!("{file} is no text in UTF-8. Download it again, or save it as UTF-8.")
        }
        TokenizerError::Part { file, part, found, expected } => {
            format!("In {file}, {part} is {found}; {expected}. Take the tokenizer that belongs to the weights.")
        }
        TokenizerError::Merge { file, number, left, right, absent } => format!(
            "In {file}, merge {number} joins “{left}” and “{right}”, but “{absent}” is no token. Take the vocabulary that the merges were trained with."
        ),
        TokenizerError::Twice { file, id, first, second } => format!(
            "In {file}, “{first}” and “{second}” both have the number {id}, and every token needs its own. Export the tokenizer again."
        ),
        TokenizerError::Library { .. } => {
            "The tokenizer was read, but its parts do not work together. Export it again with a current version of Hugging Face tokenizers.".into()
        }
    }
}

fn weights(error: &WeightsError) -> String {
    match error {
        WeightsError::Damaged { what } => damage(what),
        WeightsError::Missing { tensor } => format!(
            "model.safetensors has no tensor {tensor}, which a GPT-2 of this shape needs. Take the config.json that belongs to the weights, or export the whole model again."
        ),
        WeightsError::Shape { tensor, found, expected } => format!(
            "The tensor {tensor} is {}, and config.json asks for {}: the two files belong to different models. Take both from one folder.",
            shape(found),
            shape(expected)
        ),
        WeightsError::Type { tensor, found } => format!(
            "The tensor {tensor} is stored as {found}, and Glassbox reads F32, F16 and BF16. Export the model in one of these."
        ),
        WeightsError::Scale { tensor, .. } => format!(
            "The tensor {tensor} is stored in bytes, and the scales that belong to it, {tensor}.scale, are missing, stand behind it or are no numbers. Write the file again with `glassbox convert`."
        ),
        WeightsError::NotFinite { tensor, index } => format!(
            "The tensor {tensor} holds something that is no number (NaN or infinity, at place {}): the training of this model broke. Choose another checkpoint.",
            grouped(*index as u64)
        ),
    }
}

fn damage(what: &Damage) -> String {
    match what {
        Damage::InHeader => "model.safetensors ends within its header, the list of its tensors. The download is not complete: fetch it again.".into(),
        Damage::InTensor { tensor } => format!(
            "model.safetensors ends within the tensor {tensor}. The download is not complete: fetch it again."
        ),
        Damage::TooEarly => "model.safetensors ends before its last tensor. The download is not complete: fetch it again.".into(),
        Damage::Behind { bytes } => format!(
            "model.safetensors goes on for {bytes} bytes after its last tensor, so it is not the file that its header describes. Fetch or export it again."
        ),
        Damage::HeaderLength { bytes } => format!(
            "model.safetensors claims a header of {bytes} bytes, which no model has: it is another kind of file, or damaged. Fetch or export it again."
        ),
        Damage::Header { .. } => "The header of model.safetensors, the list of its tensors, cannot be read: it is another kind of file, or damaged. Fetch or export it again.".into(),
        Damage::Twice { tensor } => format!("model.safetensors holds the tensor {tensor} twice. Export the model again."),
        Damage::Place { tensor, .. } => format!(
            "In model.safetensors, the tensor {tensor} does not begin where the one before it ends. The file is damaged, or was put together wrongly: fetch or export it again."
        ),
        Damage::Bytes { tensor, .. } => format!(
            "In model.safetensors, the tensor {tensor} has not as many bytes as its shape and type need. The file is damaged: fetch or export it again."
        ),
    }
}
