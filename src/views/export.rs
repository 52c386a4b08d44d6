//! Taking along what a room shows: as a picture, as its numbers, as the whole run; and an open receipt, as its numbers.
//!
//! Everything is made here in the page. The numbers are those that the room's elements carry in `data-value`, with
//! the addresses of `data-cell`, and those that its pictures are painted from ([`Figures`]); the whole run is the file
//! that the command line writes with `glassbox trace --out`.

use super::figures::{FigureTable, Figures};
use super::popup::{Popup, close_popup};
use super::room::{Place, StageActions, StageModel};
use super::status::{display_name, grouped, megabytes, titled};
use crate::content::Strings;
use crate::engine::EngineStatus;
use crate::link::protocol::ModelInfo;
use crate::link::question::{Asker, Question};
use crate::model::{Cell, Knob, Precision};
use crate::tokens::Vocabulary;
use crate::trace::{Layout, Tap, Trace, file};
use leptos::prelude::*;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

#[cfg(target_arch = "wasm32")]
mod capture;
mod numbers;
pub mod picture;

pub use numbers::{Number, csv, json, with_figures};

/// What made the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    pub title: String,
    pub address: String,
    pub text: String,
    pub model: String,
    pub engine: String,
    pub precision: String,
    pub knob: Option<String>,
}

impl About {
    pub fn new(info: &ModelInfo, text: &str, knob: Option<Knob>, title: String, address: String) -> Self {
        Self {
            title,
            address,
            text: text.into(),
            model: named(info),
            engine: engine(&info.engine, info.precision),
            precision: format!("{:?}", info.precision),
            knob: knob.map(|knob| knob.to_string()),
        }
    }

    fn fields(&self) -> [(&'static str, &str); 7] {
        [
            ("title", &self.title),
            ("text", &self.text),
            ("model", &self.model),
            ("engine", &self.engine),
            ("precision", &self.precision),
            ("knob", self.knob.as_deref().unwrap_or_default()),
            ("address", &self.address),
        ]
    }
}

/// As `glassbox trace` says it.
fn engine(status: &EngineStatus, precision: Precision) -> String {
    match status {
        EngineStatus::Gpu { adapter, .. } => format!("gpu ({adapter}), {precision:?} weights"),
        EngineStatus::Cpu { why } => format!("cpu ({why:?}), {precision:?} weights"),
    }
}

/// `glassbox-story-block-2-head-3.svg`: blocks and heads from 0, as in addresses.
pub fn file_name(model: &str, place: Place, extension: &str) -> String {
    use crate::content::{Floor, Room};
    let room = match (place.floor, place.room) {
        (Floor::Block(_), Room::Head) => format!("-head-{}", place.head),
        (Floor::Block(_), Room::Mlp) => "-mlp".into(),
        _ => String::new(),
    };
    format!("glassbox-{model}-{}{room}.{extension}", place.floor)
}

/// `glassbox-story-receipt-block.2.mid-5-7.csv`.
pub fn receipt_name(model: &str, cell: Cell, extension: &str) -> String {
    format!("glassbox-{model}-receipt-{}.{extension}", cell.to_string().replace(':', "-"))
}

/// The whole run as the command line writes it.
pub fn trace_file(trace: &Trace, info: &ModelInfo, vocabulary: &Vocabulary) -> Option<Vec<u8>> {
    let header = json!({
        "model": named(info),
        "engine": engine(&info.engine, info.precision),
        "precision": format!("{:?}", info.precision),
        "knob": trace.knob.map(|knob| knob.to_string()),
        "config": serde_json::from_str::<Value>(&trace.config.to_json()).unwrap_or_default(),
    });
    let ids = trace.text.ids();
    let tokens: Vec<String> = ids.iter().map(|id| file::shown(vocabulary.bytes_of(*id))).collect();
    let metadata: HashMap<String, String> = file::metadata(&header, &ids, &tokens);
    file::bytes(&trace.layout, &trace.values, metadata).ok()
}

/// The model as files name it.
fn named(info: &ModelInfo) -> String {
    let untrained = if info.config.untrained { " (untrained, random weights)" } else { "" };
    format!("{}{untrained}", info.name)
}

/// The bytes of the whole run of so many tokens.
fn size(info: &ModelInfo, tokens: usize) -> u64 {
    let layout = Layout::new(&Tap::everything(info.config.layers), &info.config, tokens);
    (layout.len() * size_of::<f32>()) as u64
}

/// What stands below a saved picture's title.
fn lines(info: &ModelInfo, trace: &Trace, strings: &Strings) -> Vec<String> {
    let (words, [open, close]) = (&strings.shell.status, strings.export.text);
    let precision = match info.precision {
        Precision::F16 => words.precision_f16,
        Precision::F32 => words.precision_f32,
        Precision::Int8 => words.precision_int8,
    };
    let engine = match &info.engine {
        EngineStatus::Gpu { adapter, .. } if adapter.is_empty() => (words.on_gpu)(words.gpu_nameless),
        EngineStatus::Gpu { adapter, .. } => (words.on_gpu)(adapter),
        EngineStatus::Cpu { .. } => words.on_cpu.into(),
    };
    let name = titled(&display_name(&info.name, strings), info.config.untrained, strings);
    let size = (words.parameters)(&grouped(info.parameters));
    let made = format!("Glassbox · {name} · {size} · {precision} · {engine}");
    let knob = trace.knob.map(|knob| format!("{}{}{knob}", strings.shell.floors.knobs, strings.stage.colon));
    [format!("{open}{}{close}", trace.text.read), made].into_iter().chain(knob).collect()
}

/// A file was made, and the menu has done its work; or it failed, and the menu says so.
fn end(done: bool, failed: RwSignal<bool>) {
    failed.set(!done);
    if done {
        close_popup(".save-menu");
    }
}

/// What can be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Svg,
    Png,
    Csv,
    Json,
    ReceiptCsv,
    ReceiptJson,
}

impl Kind {
    /// In `data-save`.
    fn name(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::ReceiptCsv => "receipt-csv",
            Self::ReceiptJson => "receipt-json",
        }
    }
}

/// The menu in the stage's head.
#[component]
pub fn SaveMenu(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let (waits, failed) = (RwSignal::new(false), RwSignal::new(false));
    let asked = StoredValue::new(0);
    let words = move || &strings.get().export;
    let answered = model.asked.of(Asker::Export);
    let figures = use_context::<Figures>();
    Effect::new(move |_| {
        let Some(answered) = answered.get() else {
            // Another model came, or the question failed.
            if waits.get_untracked() {
                waits.set(false);
                failed.set(true);
            }
            return;
        };
        let (Some(trace), Some(info)) = (answered.everything(), model.info.get_untracked()) else { return };
        let bytes = model.vocabulary.with_untracked(|vocabulary| trace_file(trace, &info, vocabulary));
        let name = format!("glassbox-{}-trace.safetensors", info.name);
        bytes.iter().for_each(|bytes| super::browser::save_bytes(&name, "application/octet-stream", bytes));
        end(bytes.is_some(), failed);
        waits.set(false);
        // Too large to be kept.
        model.asked.forget(Asker::Export);
    });
    let ask = move |_| {
        let Some(trace) = model.trace.get_untracked() else { return };
        asked.update_value(|nth| *nth += 1);
        waits.set(true);
        failed.set(false);
        let question = Question::Everything { text: trace.text.read.clone(), nth: asked.get_value() };
        actions.on_ask.run((Asker::Export, question));
    };
    let save = move |kind: Kind| {
        let (Some(trace), Some(info)) = (model.trace.get_untracked(), model.info.get_untracked()) else { return };
        failed.set(false);
        let tables = || figures.map(Figures::tables).unwrap_or_default();
        save_room(kind, model.place.get_untracked(), &trace, &info, tables, strings.get_untracked(), failed);
    };
    let item = move |kind: Kind, name: fn(&Strings) -> &'static str| {
        view! {
            <button type="button" class="save-item" data-save=kind.name() on:click=move |_| save(kind)>
                {move || name(strings.get())}
            </button>
        }
    };
    let open = Memo::new(move |_| model.place.get().cell.is_some());
    let receipt = move || {
        open.get().then(|| {
            [item(Kind::ReceiptCsv, |s| s.export.receipt_csv), item(Kind::ReceiptJson, |s| s.export.receipt_json)]
        })
    };
    let large = move || {
        let tokens = model.trace.with(|trace| trace.as_ref().map_or(0, |trace| trace.tokens()));
        model.info.with(|info| info.as_ref().map(|info| megabytes(size(info, tokens)))).unwrap_or_default()
    };
    let panel = move || {
        view! {
            <span class="save-menu">
                {item(Kind::Svg, |s| s.export.svg)}
                {item(Kind::Png, |s| s.export.png)}
                {item(Kind::Csv, |s| s.export.csv)}
                {item(Kind::Json, |s| s.export.json)}
                {receipt}
                <button type="button" class="save-item" data-save="trace" on:click=ask>
                    {move || (words().trace)(&large())}
                </button>
                <span class="note" role="status">
                    {move || match (waits.get(), failed.get()) {
                        (true, _) => words().trace_waits,
                        (_, true) => words().failed,
                        _ => words().here,
                    }}
                </span>
            </span>
        }
        .into_any()
    };
    let panel: ChildrenFn = Arc::new(panel);
    view! {
        <Show when=move || model.trace.with(Option::is_some)>
            <Popup class="plain save" label=move || words().save name=Signal::derive(move || words().hint) panel=panel.clone() />
        </Show>
    }
}

/// Makes the file and offers it.
fn save_room(
    kind: Kind,
    place: Place,
    trace: &Trace,
    info: &ModelInfo,
    tables: impl Fn() -> Vec<FigureTable>,
    strings: &'static Strings,
    failed: RwSignal<bool>,
) {
    #[cfg(target_arch = "wasm32")]
    {
        use super::browser::{save_bytes, save_png};
        let Some(room) = capture::room() else { return };
        let name = |extension| file_name(&info.name, place, extension);
        let receipt = || Some((capture::receipt()?, place.cell?));
        let about = || About::new(info, &trace.text.read, trace.knob, capture::title(), capture::address());
        let numbers = || with_figures(capture::numbers(&room), &tables());
        match kind {
            Kind::Csv => save_bytes(&name("csv"), "text/csv", csv(&about(), &numbers()).as_bytes()),
            Kind::Json => save_bytes(&name("json"), "application/json", json(&about(), &numbers()).as_bytes()),
            Kind::ReceiptCsv | Kind::ReceiptJson => {
                let Some((receipt, cell)) = receipt() else { return failed.set(true) };
                let about = About { title: capture::receipt_title(), ..about() };
                let numbers = capture::numbers(&receipt);
                let (extension, kind, text) = match kind {
                    Kind::ReceiptCsv => ("csv", "text/csv", csv(&about, &numbers)),
                    _ => ("json", "application/json", json(&about, &numbers)),
                };
                save_bytes(&receipt_name(&info.name, cell, extension), kind, text.as_bytes());
            }
            Kind::Svg | Kind::Png => {
                let Some(seen) = capture::picture(&room) else { return failed.set(true) };
                let drawn = picture::svg(&seen, &capture::title(), &lines(info, trace, strings));
                if kind == Kind::Svg {
                    save_bytes(&name("svg"), "image/svg+xml", drawn.as_bytes());
                } else {
                    return save_png(&name("png"), &drawn, move |done| end(done, failed));
                }
            }
        }
        end(true, failed);
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (kind, place, lines(info, trace, strings), tables, failed);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Floor, Room};

    #[test]
    fn files_are_named_after_model_and_place() {
        let name = |address: &str| {
            let route = crate::content::Route::parse(address);
            let (floor, room) = (route.floor.unwrap(), route.room.unwrap_or_default());
            file_name("story", Place { floor, room, ..place() }, "svg")
        };
        assert_eq!(name("#/unembedding"), "glassbox-story-unembedding.svg");
        assert_eq!(name("#/block-2"), "glassbox-story-block-2.svg");
        assert_eq!(name("#/block-2/mlp"), "glassbox-story-block-2-mlp.svg");
        assert_eq!(name("#/block-2/head-3"), "glassbox-story-block-2-head-3.svg");
    }

    #[test]
    fn a_receipt_s_file_is_named_after_its_value() {
        let cell = Cell::parse("block.2.attention.scores:3:5:7").unwrap();
        assert_eq!(receipt_name("story", cell, "csv"), "glassbox-story-receipt-block.2.attention.scores-3-5-7.csv");
    }

    fn place() -> Place {
        Place { floor: Floor::Story, room: Room::Whole, head: 3, pin: None, cell: None }
    }
}
