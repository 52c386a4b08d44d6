//! The source text of the kernels, as it runs: the shader, its twin in Rust, and who described it first.

use crate::content::Strings;
use crate::engine::EngineStatus;
use crate::model::Kernel;
use leptos::prelude::*;

/// A file that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File {
    pub path: &'static str,
    pub text: &'static str,
}

macro_rules! shader {
    ($name:literal) => {
        File {
            path: concat!("shaders/", $name, ".wgsl"),
            text: include_str!(concat!("../../../../shaders/", $name, ".wgsl")),
        }
    };
}

macro_rules! twin {
    ($name:literal) => {
        File {
            path: concat!("src/engine/cpu/", $name, ".rs"),
            text: include_str!(concat!("../../../engine/cpu/", $name, ".rs")),
        }
    };
}

/// The shader, or shaders, then the twin.
pub fn files(kernel: Kernel) -> Vec<File> {
    match kernel {
        Kernel::Embed => vec![shader!("embed"), twin!("embed")],
        Kernel::LayerNorm => vec![shader!("layer_norm"), twin!("layer_norm")],
        Kernel::Linear => vec![shader!("linear"), shader!("linear_row"), twin!("linear")],
        Kernel::AttentionScores => vec![shader!("attention_scores"), twin!("attention_scores")],
        Kernel::Softmax => vec![shader!("softmax"), twin!("softmax")],
        Kernel::AttentionMix => vec![shader!("attention_mix"), twin!("attention_mix")],
        Kernel::Gelu => vec![shader!("gelu"), twin!("gelu")],
        Kernel::Add => vec![shader!("add"), twin!("add")],
        Kernel::Unembed => vec![shader!("unembed"), twin!("unembed")],
    }
}

/// Where the operation was first described, as `model/program.rs` cites it.
pub fn source(kernel: Kernel) -> Option<(&'static str, &'static str)> {
    match kernel {
        Kernel::LayerNorm => Some(("Ba, Kiros & Hinton 2016", "arXiv:1607.06450")),
        Kernel::AttentionScores | Kernel::Softmax | Kernel::AttentionMix => {
            Some(("Vaswani et al. 2017, §3.2.1", "arXiv:1706.03762"))
        }
        Kernel::Gelu => Some(("Hendrycks & Gimpel 2016", "arXiv:1606.08415")),
        _ => None,
    }
}

/// What a piece of source text is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Plain,
    Comment,
    Keyword,
    Type,
    Number,
    Attribute,
}

const KEYWORDS: [&str; 30] = [
    "fn",
    "let",
    "var",
    "const",
    "override",
    "struct",
    "return",
    "if",
    "else",
    "for",
    "while",
    "in",
    "pub",
    "use",
    "mut",
    "impl",
    "match",
    "mod",
    "crate",
    "self",
    "Self",
    "super",
    "as",
    "true",
    "false",
    "uniform",
    "storage",
    "read",
    "read_write",
    "workgroup",
];
const TYPES: [&str; 13] =
    ["f32", "f64", "u32", "i32", "bool", "usize", "vec2", "vec3", "vec4", "array", "Option", "Vec", "Panels"];

fn kind(word: &str) -> Kind {
    match word {
        _ if word.starts_with(|c: char| c.is_ascii_digit()) => Kind::Number,
        _ if KEYWORDS.contains(&word) => Kind::Keyword,
        _ if TYPES.contains(&word) || word.ends_with("Params") => Kind::Type,
        _ => Kind::Plain,
    }
}

/// A line of WGSL or Rust, cut into pieces. (Neither has block comments here.)
pub fn pieces(line: &str) -> Vec<(Kind, &str)> {
    let mut pieces: Vec<(Kind, &str)> = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let word = |rest: &str| rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let (kind, length) = match first {
            _ if rest.starts_with("//") => (Kind::Comment, rest.len()),
            '@' => (Kind::Attribute, 1 + word(&rest[1..])),
            '#' if rest.starts_with("#[") => (Kind::Attribute, rest.find(']').map_or(rest.len(), |end| end + 1)),
            // A number has a point inside, unless two of them make a range.
            c if c.is_ascii_digit() => {
                let whole = word(rest);
                let point = rest[whole..].starts_with('.') && !rest[whole..].starts_with("..");
                (Kind::Number, if point { whole + 1 + word(&rest[whole + 1..]) } else { whole })
            }
            c if c.is_alphabetic() || c == '_' => (kind(&rest[..word(rest)]), word(rest)),
            c => (Kind::Plain, c.len_utf8()),
        };
        pieces.push((kind, &rest[..length]));
        rest = &rest[length..];
    }
    pieces
}

/// Without its tests.
fn shown(file: File) -> impl Iterator<Item = &'static str> {
    file.text.split("\n#[cfg(test)]").next().unwrap_or_default().lines()
}

fn listing(file: File) -> AnyView {
    let piece = |(kind, text): (Kind, &'static str)| {
        let class = match kind {
            Kind::Plain => return text.into_any(),
            Kind::Comment => "code-comment",
            Kind::Keyword => "code-keyword",
            Kind::Type => "code-type",
            Kind::Number => "code-number",
            Kind::Attribute => "code-attribute",
        };
        view! { <span class=class>{text}</span> }.into_any()
    };
    let line = |(i, line): (usize, &'static str)| {
        view! {
            <span class="code-line"><span class="code-at" aria-hidden="true">{i + 1}</span>{pieces(line).into_iter().map(piece).collect_view()}"\n"</span>
        }
    };
    shown(file).enumerate().map(line).collect_view().into_any()
}

/// The fold: a tab a file, the file, who computed, and the source. Written only once it is opened.
#[component]
pub fn Code(
    kernels: Signal<Vec<Kernel>>,
    engine: Signal<Option<EngineStatus>>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let (open, tab) = (RwSignal::new(false), RwSignal::new(0));
    let all = Memo::new(move |_| kernels.get().into_iter().flat_map(files).collect::<Vec<File>>());
    let file = Memo::new(move |_| all.with(|all| all.get(tab.get()).or(all.first()).copied()));
    let tabs = move || {
        let one = |(i, this): (usize, File)| {
            let name = this.path.rsplit('/').next().unwrap_or_default();
            let current = move || (file.get() == Some(this)).to_string();
            view! { <button type="button" aria-pressed=current on:click=move |_| tab.set(i)>{name}</button> }
        };
        all.get().into_iter().enumerate().map(one).collect_view()
    };
    let computed = move || {
        engine.get().map(|engine| match engine {
            EngineStatus::Gpu { adapter, .. } => (strings.get().receipt.by_gpu)(&adapter),
            EngineStatus::Cpu { .. } => strings.get().receipt.by_cpu.to_owned(),
        })
    };
    let cited = move || {
        let words = &strings.get().receipt;
        let cite = |(who, number): (&'static str, &'static str)| view! { <p class="note">{words.source}" "{who}", "{number}</p> };
        let mut sources: Vec<_> = kernels.get().into_iter().filter_map(source).collect();
        sources.dedup();
        sources.into_iter().map(cite).collect_view()
    };
    view! {
        <details class="receipt-code" data-testid="shader" on:toggle=move |event| open.set(is_open(&event))>
            <summary>{move || strings.get().receipt.shader}</summary>
            <Show when=move || open.get()>
                <p class="note">{computed}</p>
                <p class="note" class:none=move || !kernels.with(|k| k.contains(&Kernel::Linear))>
                    {move || strings.get().receipt.two_shaders}
                </p>
                <div class="switch code-tabs" role="group" aria-label=move || strings.get().receipt.shader_files>{tabs}</div>
                <div class="code" role="region" tabindex="0"
                    aria-label=move || file.get().map(|file| (strings.get().receipt.shader_of)(file.path))>
                    <pre translate="no"><code>{move || file.get().map(listing)}</code></pre>
                </div>
                {cited}
            </Show>
        </details>
    }
}

fn is_open(event: &leptos::ev::Event) -> bool {
    #[cfg(target_arch = "wasm32")]
    return event_target::<web_sys::HtmlDetailsElement>(event).open();
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = event;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_between_the_pieces() {
        for kernel in Kernel::ALL {
            for file in files(kernel) {
                assert!(file.path.contains(kernel.name()));
                for line in shown(file) {
                    let joined: String = pieces(line).into_iter().map(|(_, text)| text).collect();
                    assert_eq!(joined, line, "{}", file.path);
                }
            }
        }
    }

    #[test]
    fn pieces_are_what_they_are() {
        let of = |line: &'static str, kind: Kind| -> Vec<&str> {
            pieces(line).into_iter().filter(|(k, _)| *k == kind).map(|(_, text)| text).collect()
        };
        let wgsl = "@group(0) var<uniform> params: Params; // 3 lines";
        assert_eq!(of(wgsl, Kind::Attribute), ["@group"]);
        assert_eq!(of(wgsl, Kind::Keyword), ["var", "uniform"]);
        assert_eq!(of(wgsl, Kind::Comment), ["// 3 lines"]);
        assert_eq!(of(wgsl, Kind::Type), ["Params"]);
        assert_eq!(of("for i in 0..16u { x * 0.5 }", Kind::Number), ["0", "16u", "0.5"]);
    }

    #[test]
    fn the_tests_of_a_twin_are_not_shown() {
        let gelu = files(Kernel::Gelu)[1];
        assert!(gelu.text.contains("mod tests") && !shown(gelu).any(|line| line.contains("mod tests")));
    }
}
