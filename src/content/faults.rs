//! What is wrong, in a sentence that says what was found and what to do about it: one for every
//! fault, in both languages ([`en`], [`zh`]).

use crate::link::protocol::Fault;
use crate::link::source::HUBS;

mod en;
mod zh;

/// See the module's header.
#[derive(Debug)]
pub struct FaultStrings {
    pub sentence: fn(&Fault) -> String,
    /// The part of the page that computes does not run.
    pub worker: &'static str,
    pub retry: &'static str,
    pub go_on: &'static str,
    pub other_hub: fn(host: &str) -> String,
    pub dismiss: &'static str,
    pub detail: &'static str,
}

pub const EN: FaultStrings = FaultStrings {
    sentence: en::sentence,
    worker: "The part of the page that computes could not start. Reload the page; if that does not help, use a current browser.",
    retry: "Try again",
    go_on: "Go on",
    other_hub: |host| format!("Try {host}"),
    dismiss: "Close this message",
    detail: "Details",
};

pub const ZH: FaultStrings = FaultStrings {
    sentence: zh::sentence,
    worker: "负责计算的部分没能启动。请重新载入页面；如果还不行，请换用新版浏览器。",
    retry: "再试一次",
    go_on: "接着下载",
    other_hub: |host| format!("改用 {host}"),
    dismiss: "关闭这条消息",
    detail: "详情",
};

/// An address without its `https://`.
pub fn host_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

/// Is it a hub, or one of those that carry its files?
fn is_hub(host: &str) -> bool {
    HUBS.iter().any(|hub| host_of(hub) == host_of(host))
}

/// A shape as people write it: 768 × 2304.
fn shape(sizes: &[usize]) -> String {
    sizes.iter().map(usize::to_string).collect::<Vec<_>>().join(" × ")
}

/// The number at the end of a sentence.
fn last_number(text: &str) -> &str {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    &text[digits..]
}

#[cfg(test)]
mod tests;
