//! The words for saving what a room shows.

/// See the module's header.
#[derive(Debug)]
pub struct ExportStrings {
    pub save: &'static str,
    pub hint: &'static str,
    pub svg: &'static str,
    pub png: &'static str,
    pub csv: &'static str,
    pub json: &'static str,
    /// Of the receipt that is open.
    pub receipt_csv: &'static str,
    pub receipt_json: &'static str,
    /// How large the file will be.
    pub trace: fn(size: &str) -> String,
    pub trace_waits: &'static str,
    /// Nothing of it leaves the computer.
    pub here: &'static str,
    pub failed: &'static str,
    /// Before the text of the run, after it.
    pub text: [&'static str; 2],
}

pub const EN: ExportStrings = ExportStrings {
    save: "Save",
    hint: "Save this picture or its numbers",
    svg: "Picture, SVG",
    png: "Picture, PNG",
    csv: "Numbers, CSV",
    json: "Numbers, JSON",
    receipt_csv: "The open receipt, CSV",
    receipt_json: "The open receipt, JSON",
    trace: |size| format!("The whole run, safetensors ({size})"),
    trace_waits: "Reading the whole run…",
    here: "Files are made here in the page; nothing is sent anywhere.",
    failed: "The file could not be made; there may be too little memory.",
    text: ["“", "”"],
};

pub const ZH: ExportStrings = ExportStrings {
    save: "保存",
    hint: "保存这幅图或图上的数",
    svg: "图片 SVG",
    png: "图片 PNG",
    csv: "数值 CSV",
    json: "数值 JSON",
    receipt_csv: "打开的明细 CSV",
    receipt_json: "打开的明细 JSON",
    trace: |size| format!("整次运行的数值 safetensors（{size}）"),
    trace_waits: "正在读取整次运行……",
    here: "文件就在本页生成，不会发送到任何地方。",
    failed: "没能生成文件，可能是内存不够。",
    text: ["“", "”"],
};
