//! The status line: which model, which engine and why, what the last run cost; and what is wrong.

use crate::content::Strings;
use crate::engine::{CpuReason, EngineStatus, RunReport};
use crate::link::protocol::{Fault, ModelInfo, Stage};
use crate::model::Precision;
use leptos::prelude::*;

/// How far loading is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoadModel {
    pub stage: Option<Stage>,
    pub done_bytes: u64,
    pub total_bytes: u64,
}

impl LoadModel {
    /// 0…100, where the total is known.
    pub fn percent(&self) -> Option<u64> {
        (self.total_bytes > 0).then(|| (self.done_bytes * 100 / self.total_bytes).min(100))
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct StatusModel {
    /// `loading`, `ready`, `busy` or `failed`.
    pub state: &'static str,
    pub load: Option<LoadModel>,
    pub about: Option<About>,
    pub report: Option<RunReport>,
}

/// What the status says of the model.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    pub name: String,
    pub parameters: u64,
    pub file_bytes: u64,
    pub layers: usize,
    pub heads: usize,
    pub width: usize,
    pub precision: Precision,
    pub engine: EngineStatus,
}

pub fn about(model: &ModelInfo) -> About {
    About {
        name: model.name.clone(),
        parameters: model.parameters,
        file_bytes: model.file_bytes,
        layers: model.config.layers,
        heads: model.config.heads,
        width: model.config.width,
        precision: model.precision,
        engine: model.engine.clone(),
    }
}

/// 1234567 → `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `23.6 MB`, in millions of bytes as downloads count them.
pub fn megabytes(bytes: u64) -> String {
    let millions = bytes as f64 / 1e6;
    if millions < 100.0 { format!("{millions:.1} MB") } else { format!("{millions:.0} MB") }
}

/// `4.2`, `38`, `1,250`.
pub fn milliseconds(ms: f64) -> String {
    if ms < 10.0 { format!("{ms:.1}") } else { grouped(ms.round().max(0.0) as u64) }
}

#[component]
pub fn Status(model: Signal<StatusModel>, strings: Signal<&'static Strings>) -> impl IntoView {
    let about = Memo::new(move |_| model.with(|m| m.about.clone()));
    let report = Memo::new(move |_| model.with(|m| m.report));
    let load = Memo::new(move |_| model.with(|m| m.load));
    let engine = move || about.get().map(|a| if matches!(a.engine, EngineStatus::Gpu { .. }) { "gpu" } else { "cpu" });
    let adapter = move || {
        about.get().and_then(|a| match a.engine {
            EngineStatus::Gpu { adapter, .. } | EngineStatus::Cpu { why: CpuReason::Software { adapter } } => {
                Some(adapter)
            }
            EngineStatus::Cpu { .. } => None,
        })
    };
    let loading = move || {
        let failed = model.with(|m| m.state == "failed");
        (about.with(Option::is_none) && !failed).then(|| view! { <Loading load=load.into() strings /> })
    };
    view! {
        <footer
            class="status"
            data-testid="status"
            data-state=move || model.with(|m| m.state)
            data-model=move || about.get().map(|a| a.name)
            data-engine=engine
            data-adapter=adapter
            data-precision=move || about.get().map(|a| precision_name(a.precision))
            data-milliseconds=move || report.get().map(|r| r.milliseconds)
            data-computed=move || report.get().map(|r| r.computed)
            data-tokens=move || report.get().map(|r| r.tokens)
            aria-label=move || strings.get().shell.status.heading
        >
            <span class="lamp" aria-hidden="true"></span>
            {loading}
            {move || about.get().map(|about| model_line(&about, strings.get()))}
            {move || about.get().map(|about| engine_line(about.engine, strings.get()))}
            {move || report.get().map(|report| run_line(report, strings.get()))}
        </footer>
    }
}

fn model_line(about: &About, strings: &'static Strings) -> impl IntoView + use<> {
    let words = &strings.shell.status;
    let precision = match about.precision {
        Precision::F16 => words.precision_f16,
        Precision::F32 => words.precision_f32,
    };
    let size = (words.parameters)(&grouped(about.parameters));
    let shape = (words.layers_heads)(about.layers, about.heads, about.width);
    view! {
        <span class="status-model" title=shape>
            <b>{display_name(&about.name, strings)}</b>
            {format!(" · {size} · {} · {precision}", megabytes(about.file_bytes))}
        </span>
    }
}

/// Which engine, and why it is not the faster one.
fn engine_line(engine: EngineStatus, strings: &'static Strings) -> AnyView {
    let words = &strings.shell.status;
    match engine {
        EngineStatus::Gpu { adapter, software } => {
            let name = if adapter.is_empty() { words.gpu_nameless } else { &adapter };
            let mut text = (words.on_gpu)(name);
            if software {
                text = format!("{text} · {}", words.gpu_software);
            }
            view! { <span class="status-engine">{text}</span> }.into_any()
        }
        EngineStatus::Cpu { why } => view! {
            <details class="status-engine why">
                <summary>{words.on_cpu}</summary>
                <p>{reason(&why, strings)}</p>
            </details>
        }
        .into_any(),
    }
}

fn run_line(report: RunReport, strings: &'static Strings) -> impl IntoView + use<> {
    let words = &strings.shell.status;
    let ms = milliseconds(report.milliseconds);
    let text = match report.computed {
        0 => (words.run_read)(&ms, report.tokens),
        computed => (words.run)(&ms, computed, report.tokens),
    };
    view! { <span class="status-run">{text}</span> }
}

#[component]
fn Loading(load: Signal<Option<LoadModel>>, strings: Signal<&'static Strings>) -> impl IntoView {
    let text = move || {
        let words = &strings.get().shell.status;
        match load.get().and_then(|load| load.stage) {
            None => words.starting,
            Some(Stage::Tokenizer) => words.loading_tokenizer,
            Some(Stage::Weights) => words.loading_weights,
            Some(Stage::Engine) => words.loading_engine,
        }
    };
    let amount = move || {
        let load = load.get().filter(|load| load.done_bytes > 0)?;
        let percent = load.percent().map(|p| format!(" · {p}%")).unwrap_or_default();
        let of = if load.total_bytes > 0 { format!(" / {}", megabytes(load.total_bytes)) } else { String::new() };
        Some(format!("{}{of}{percent}", megabytes(load.done_bytes)))
    };
    view! {
        <span class="status-load">{text}"… "<span class="amount">{amount}</span></span>
        <progress
            class="status-progress"
            aria-label=text
            max="100"
            value=move || load.get().and_then(|load| load.percent()).map(|percent| percent.to_string())
        ></progress>
    }
}

/// Why the CPU engine is at work, and what one can do about it.
pub fn reason(why: &CpuReason, strings: &Strings) -> String {
    let words = &strings.shell.status;
    match why {
        CpuReason::Asked => words.cpu_asked.into(),
        CpuReason::NoWebGpu => words.cpu_no_webgpu.into(),
        CpuReason::Insecure => words.cpu_insecure.into(),
        CpuReason::NoAdapter => words.cpu_no_adapter.into(),
        CpuReason::Software { adapter } => {
            (words.cpu_software)(if adapter.is_empty() { words.gpu_nameless } else { adapter })
        }
        CpuReason::NoDevice { detail } => (words.cpu_no_device)(detail),
        CpuReason::TooBig { detail } => (words.cpu_too_big)(detail),
        CpuReason::Lost { detail } => (words.cpu_lost)(detail),
    }
}

/// A fault in words that say what to do.
pub fn fault(fault: &Fault, strings: &Strings) -> String {
    let words = &strings.shell.faults;
    match fault {
        Fault::Fetch { file, .. } => (words.fetch)(file),
        Fault::Model { file, .. } => (words.model)(file),
        Fault::Memory { .. } => words.memory.into(),
        Fault::Lost { rebuilt: true, .. } => words.lost_rebuilt.into(),
        Fault::Lost { rebuilt: false, .. } => words.lost_cpu.into(),
        Fault::Internal { .. } => words.internal.into(),
    }
}

/// What is wrong, in words; `detail` is for the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TroubleModel {
    pub text: String,
    pub detail: String,
    /// Opening the model again can help.
    pub retry: bool,
}

#[component]
pub fn Trouble(
    model: Signal<Option<TroubleModel>>,
    on_retry: Callback<()>,
    on_close: Callback<()>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().shell.faults;
    let banner = move || {
        model.get().map(|trouble| {
            let retry = trouble.retry.then(|| {
                view! { <button type="button" class="plain" on:click=move |_| on_retry.run(())>{words().retry}</button> }
            });
            view! {
                <div class="trouble" data-testid="trouble">
                    <p>{trouble.text}</p>
                    <details><summary>{words().detail}</summary><code>{trouble.detail}</code></details>
                    {retry}
                    <button type="button" class="plain" on:click=move |_| on_close.run(())>{words().dismiss}</button>
                </div>
            }
        })
    };
    view! { <div role="alert">{banner}</div> }
}

/// The embedded models have names in words; any other goes by its folder.
pub fn display_name(name: &str, strings: &Strings) -> String {
    match name {
        "story" => strings.shell.status.story.into(),
        "poem" => strings.shell.status.poem.into(),
        other => other.into(),
    }
}

fn precision_name(precision: Precision) -> &'static str {
    match precision {
        Precision::F16 => "f16",
        Precision::F32 => "f32",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Locale, strings};

    #[test]
    fn numbers_are_readable() {
        assert_eq!(
            ["0", "999", "1,000", "12,345,678"],
            [0, 999, 1000, 12_345_678].map(grouped).each_ref().map(String::as_str)
        );
        assert_eq!((megabytes(23_640_000), megabytes(548_000_000)), ("23.6 MB".into(), "548 MB".into()));
        assert_eq!(
            (milliseconds(4.24), milliseconds(38.4), milliseconds(1250.0)),
            ("4.2".into(), "38".into(), "1,250".into())
        );
    }

    #[test]
    fn progress_never_passes_the_end() {
        let load =
            |done_bytes, total_bytes| LoadModel { stage: Some(Stage::Weights), done_bytes, total_bytes }.percent();
        assert_eq!((load(5, 0), load(5, 10), load(20, 10)), (None, Some(50), Some(100)));
    }

    #[test]
    fn every_reason_and_fault_is_a_sentence_in_both_languages() {
        let detail = || "detail".to_owned();
        let reasons = [
            CpuReason::Asked,
            CpuReason::NoWebGpu,
            CpuReason::Insecure,
            CpuReason::NoAdapter,
            CpuReason::Software { adapter: String::new() },
            CpuReason::NoDevice { detail: detail() },
            CpuReason::TooBig { detail: detail() },
            CpuReason::Lost { detail: detail() },
        ];
        let faults = [
            Fault::Fetch { file: "f".into(), detail: detail() },
            Fault::Model { file: "f".into(), detail: detail() },
            Fault::Memory { detail: detail() },
            Fault::Lost { rebuilt: true, detail: detail() },
            Fault::Lost { rebuilt: false, detail: detail() },
            Fault::Internal { detail: detail() },
        ];
        for (locale, end) in [(Locale::En, '.'), (Locale::Zh, '。')] {
            let strings = strings(locale);
            let texts = reasons.iter().map(|r| reason(r, strings)).chain(faults.iter().map(|f| fault(f, strings)));
            for text in texts {
                assert!(text.ends_with(end), "{text}");
            }
        }
    }
}
