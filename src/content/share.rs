//! The words for copying the page's address.

/// See the module's header.
#[derive(Debug)]
pub struct ShareStrings {
    pub copy: &'static str,
    pub copied: &'static str,
    /// The text is too long to go along.
    pub copied_without_text: &'static str,
    /// The browser keeps the clipboard closed.
    pub denied: &'static str,
    pub text_too_long: &'static str,
    pub link: &'static str,
    pub close: &'static str,
}

pub const EN: ShareStrings = ShareStrings {
    copy: "Copy link",
    copied: "Copied",
    copied_without_text: "Copied, but without your text: it is too long for a link.",
    denied: "The browser keeps the clipboard closed. Copy the link by hand.",
    text_too_long: "Your text is too long for a link and stays behind.",
    link: "Link to what you see",
    close: "Close",
};

pub const ZH: ShareStrings = ShareStrings {
    copy: "复制链接",
    copied: "已复制",
    copied_without_text: "已复制，但不含你的文字：太长，放不进链接。",
    denied: "浏览器不让用剪贴板，请手动复制链接。",
    text_too_long: "你的文字太长，放不进链接。",
    link: "眼前画面的链接",
    close: "关闭",
};
