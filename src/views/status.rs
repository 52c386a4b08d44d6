//! The status line: which model, which engine and why, what the last run cost, how far a load is.

use super::models::progress::{LoadModel, LoadRow};
use crate::content::Strings;
pub use crate::content::amounts::{grouped, megabytes};
use crate::engine::{CpuReason, EngineStatus, RunReport};
use crate::link::protocol::ModelInfo;
use crate::model::Precision;
use leptos::prelude::*;

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
    pub untrained: bool,
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
        untrained: model.config.untrained,
    }
}

/// `4.2`, `38`, `1,250`.
pub fn milliseconds(ms: f64) -> String {
    if ms < 10.0 { format!("{ms:.1}") } else { grouped(ms.round().max(0.0) as u64) }
}

#[component]
pub fn Status(model: Signal<StatusModel>, on_cancel: Callback<()>, strings: Signal<&'static Strings>) -> impl IntoView {
    let about = Memo::new(move |_| model.with(|m| m.about.clone()));
    let report = Memo::new(move |_| model.with(|m| m.report));
    let load = Memo::new(move |_| model.with(|m| m.load.clone()));
    let engine = move || about.get().map(|a| if matches!(a.engine, EngineStatus::Gpu { .. }) { "gpu" } else { "cpu" });
    let adapter = move || {
        about.get().and_then(|a| match a.engine {
            EngineStatus::Gpu { adapter, .. } | EngineStatus::Cpu { why: CpuReason::Software { adapter } } => {
                Some(adapter)
            }
            EngineStatus::Cpu { .. } => None,
        })
    };
    // Before the first word of a load.
    let starting = move || {
        let failed = model.with(|m| m.state == "failed");
        (about.with(Option::is_none) && load.with(Option::is_none) && !failed).then(|| {
            view! { <span class="status-load">{move || strings.get().shell.status.starting}"…"</span> }
        })
    };
    // Without a model there is nothing to go back to.
    let can_cancel = Signal::derive(move || about.with(Option::is_some));
    view! {
        <footer
            class="status"
            data-testid="status"
            data-state=move || model.with(|m| m.state)
            data-model=move || about.get().map(|a| a.name)
            data-untrained=move || about.get().filter(|a| a.untrained).map(|_| "true")
            data-engine=engine
            data-adapter=adapter
            data-precision=move || about.get().map(|a| precision_name(a.precision))
            data-milliseconds=move || report.get().map(|r| r.milliseconds)
            data-computed=move || report.get().map(|r| r.computed)
            data-tokens=move || report.get().map(|r| r.tokens)
            aria-label=move || strings.get().shell.status.heading
        >
            <span class="lamp" aria-hidden="true"></span>
            {starting}
            <LoadRow model=load.into() on_cancel can_cancel small=true strings />
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
        Precision::Int8 => words.precision_int8,
    };
    let size = (words.parameters)(&grouped(about.parameters));
    let shape = (words.layers_heads)(about.layers, about.heads, about.width);
    view! {
        <span class="status-model" title=shape>
            <b>{titled(&display_name(&about.name, strings), about.untrained, strings)}</b>
            {format!(" · {size}")}
            <span class="status-bytes">{format!(" · {}", (words.file)(&megabytes(about.file_bytes)))}</span>
            {format!(" · {precision}")}
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

/// The embedded models have names in words; any other goes by its folder.
pub fn display_name(name: &str, strings: &Strings) -> String {
    match name {
        "story" => strings.shell.status.story.into(),
        "poem" => strings.shell.status.poem.into(),
        other => other.into(),
    }
}

/// A model's name as it stands wherever a picture could be taken for one of something learned.
pub fn titled(name: &str, untrained: bool, strings: &Strings) -> String {
    if untrained { format!("{name} · {}", strings.shell.status.untrained) } else { name.into() }
}

fn precision_name(precision: Precision) -> &'static str {
    match precision {
        Precision::F16 => "f16",
        Precision::F32 => "f32",
        Precision::Int8 => "int8",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Locale, strings};

    #[test]
    fn times_are_readable() {
        assert_eq!([4.24, 38.4, 1250.0].map(milliseconds), ["4.2", "38", "1,250"]);
    }

    #[test]
    fn every_reason_is_a_sentence_in_both_languages() {
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
        for (locale, end) in [(Locale::En, '.'), (Locale::Zh, '。')] {
            let strings = strings(locale);
            for text in reasons.iter().map(|r| reason(r, strings)) {
                assert!(text.ends_with(end), "{text}");
            }
        }
    }
}
