//! The receipt of one value: formula, operands, largest contributions first, the sum checked.
//!
//! A panel beside the picture, open while the place has a cell, which it marks in the picture. Every operand opens its
//! own receipt, down to what was learned; the way there stays as a trail.

mod body;
mod code;
mod formula;
mod indices;
mod names;
mod terms;

use self::body::{ReceiptModel, body};
use self::code::Code;
use self::names::Names;
use crate::analysis::receipt::{self, CPU, GPU};
use crate::content::Strings;
use crate::engine::EngineStatus;
use crate::link::question::{Asker, Question};
use crate::model::{Cell, GptConfig};
use crate::trace::{Tap, Trace};
use crate::views::room::{Place, StageActions, StageModel, kept};
use leptos::prelude::*;
use std::sync::Arc;

/// What the open receipt reads of the run.
pub fn taps(place: Place, config: &GptConfig) -> Vec<Tap> {
    place.cell.map(|cell| receipt::taps(cell, config)).unwrap_or_default()
}

/// What the open receipt asks beside the run; nothing where all its operands are of the run.
pub fn question(cell: Cell, config: &GptConfig, ids: &[u32]) -> Option<Question> {
    Some(receipt::slices(cell, config, ids)).filter(|slices| !slices.is_empty()).map(Question::Slices)
}

/// The panel, open while the place has a cell.
#[component]
pub fn Receipt(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let cell = Memo::new(move |_| model.place.get().cell);
    let open = Memo::new(move |_| cell.get().is_some());
    Effect::new(move |_| {
        let (Some(cell), Some(trace)) = (cell.get(), model.trace.get()) else { return };
        if let Some(question) = question(cell, &trace.config, &trace.text.ids()) {
            actions.on_ask.run((Asker::Receipt, question));
        }
    });
    Effect::new(move |_| {
        // The picture is drawn anew with each run, and after a step to another floor.
        model.trace.track();
        model.place.track();
        mark(cell.get());
    });
    view! {
        <Show when=move || open.get()>
            <Sheet cell model actions strings />
        </Show>
    }
}

/// Marks where the value stands in the picture, if it has a place of its own there.
fn mark(cell: Option<Cell>) {
    #[cfg(target_arch = "wasm32")]
    request_animation_frame(move || {
        const CLASS: &str = "opened";
        let all = |selector: &str| {
            let found = document().query_selector_all(selector).ok();
            found.into_iter().flat_map(|found| (0..found.length()).filter_map(move |at| found.item(at)))
        };
        use wasm_bindgen::JsCast;
        let classes =
            |node: web_sys::Node| node.dyn_into::<web_sys::Element>().ok().map(|element| element.class_list());
        all(".columns .opened").filter_map(classes).for_each(|list| drop(list.remove_1(CLASS)));
        let Some(cell) = cell else { return };
        all(&format!(":is(#room, .next) [data-cell=\"{cell}\"]"))
            .filter_map(classes)
            .for_each(|list| drop(list.add_1(CLASS)));
    });
    #[cfg(not(target_arch = "wasm32"))]
    let _ = cell;
}

/// Is the value there in this run?
fn is_there(cell: Cell, trace: &Trace) -> bool {
    let tokens = trace.tokens();
    receipt::exists(cell, &trace.config) && cell.row < tokens && (!cell.name.site.is_map() || cell.column < tokens)
}

/// The receipts opened one from the other. A value chosen elsewhere begins anew; one that was opened before
/// is gone back to.
fn trail(before: &[Cell], cell: Cell, from_here: bool) -> Vec<Cell> {
    match before.iter().position(|c| *c == cell) {
        Some(at) => before[..=at].to_vec(),
        None if from_here => [before, &[cell]].concat(),
        None => vec![cell],
    }
}

#[component]
fn Sheet(
    cell: Memo<Option<Cell>>,
    model: StageModel,
    actions: StageActions,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let (receipt, stale) = receipt_of(cell, model);
    let chosen_here = StoredValue::new(None::<Cell>);
    let trail = Memo::new(move |before: Option<&Vec<Cell>>| {
        let before = before.map(Vec::as_slice).unwrap_or_default();
        cell.get().map(|cell| trail(before, cell, chosen_here.get_value() == Some(cell))).unwrap_or_default()
    });
    let on_open = Callback::new(move |cell| {
        chosen_here.set_value(Some(cell));
        actions.on_cell.run(Some(cell));
        focus_title();
    });
    let names = Memo::new(move |_| model.trace.get().map(|trace| Names::of(&trace, model.vocabulary.get())));
    let title = move || {
        let words = &strings.get().receipt;
        let cell = cell.get()?;
        let named = names.get().filter(|names| receipt::exists(cell, &names.config));
        Some(match named {
            Some(names) => names.html(&(words.sentence)(names::named(cell, &names.config)), cell),
            None => view! { <code>{cell.to_string()}</code> }.into_any(),
        })
    };
    let gone = Memo::new(move |_| {
        cell.get().is_some_and(|cell| model.trace.with(|t| t.as_ref().is_some_and(|trace| !is_there(cell, trace))))
    });
    let content = move || {
        let words = &strings.get().receipt;
        match receipt.get() {
            _ if gone.get() => view! { <p class="soft">{words.gone}</p> }.into_any(),
            Some(receipt) => body(&receipt, on_open, strings.get()),
            None => view! { <p class="soft">{words.waiting}</p> }.into_any(),
        }
    };
    let kernels = Memo::new(move |before: Option<&Vec<_>>| {
        let known = receipt.with(|r| r.as_ref().map(|r| r.receipt.kernels.clone()));
        known.or(before.cloned()).unwrap_or_default()
    });
    let engine = Signal::derive(move || model.info.with(|info| info.as_ref().map(|info| info.engine.clone())));
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            actions.on_cell.run(None);
        }
    };
    give_focus_back();
    indices::lower();
    view! {
        <section class="receipt" role="dialog" aria-labelledby="receipt-title" data-testid="receipt"
            data-cell=move || cell.get().map(|cell| cell.to_string()) on:keydown=on_key>
            <Trail trail names on_open strings />
            <header class="receipt-head">
                <h3 id="receipt-title" tabindex="-1">{title}</h3>
                <button type="button" class="quiet receipt-close" aria-label=move || strings.get().receipt.close
                    title=move || strings.get().receipt.close on:click=move |_| actions.on_cell.run(None)>
                    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="M3 3 13 13M13 3 3 13" /></svg>
                </button>
            </header>
            <div class="receipt-scroll">
                <div class="receipt-body" class:stale=move || stale.get() && !gone.get() aria-busy=move || stale.get().to_string()>
                    {content}
                </div>
                <Show when=move || !kernels.with(Vec::is_empty) && !gone.get()>
                    <Code kernels=kernels.into() engine strings />
                </Show>
            </div>
        </section>
    }
}

/// The receipt of the cell, and whether it is still another's or an older text's.
fn receipt_of(cell: Memo<Option<Cell>>, model: StageModel) -> (Signal<Option<ReceiptModel>>, Signal<bool>) {
    // What another knob made of the weights does not belong beside this run.
    let answered = model.answer(Asker::Receipt);
    kept(model, move |trace: &Arc<Trace>| {
        let (cell, info) = (cell.get()?, model.info.get()?);
        let answered = answered.get();
        let gpu = matches!(info.engine, EngineStatus::Gpu { .. });
        let learned = |slice: &_| answered.as_ref().and_then(|answered| answered.slice(slice));
        let receipt = receipt::derive(cell, trace, if gpu { GPU } else { CPU }, &learned)?;
        let names = Names::of(trace, model.vocabulary.get());
        Some(ReceiptModel { receipt, chance: receipt::chance(cell, trace), names, precision: info.precision })
    })
}

/// The way here: every receipt that was opened from the one before it.
#[component]
fn Trail(
    trail: Memo<Vec<Cell>>,
    names: Memo<Option<Names>>,
    on_open: Callback<Cell>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let before = move || trail.with(|trail| trail.iter().rev().nth(1).copied());
    let back = move |_| {
        if let Some(cell) = before() {
            on_open.run(cell);
        }
    };
    let stops = move || {
        let words = &strings.get().receipt;
        let Some(names) = names.get() else { return ().into_any() };
        let all = trail.get();
        let count = all.len();
        let stop = |(i, cell): (usize, Cell)| {
            let name = if receipt::exists(cell, &names.config) { names.short(cell, words) } else { cell.to_string() };
            let inner = match i + 1 == count {
                true => view! { <span aria-current="true">{name}</span> }.into_any(),
                false => {
                    let open = move |_| on_open.run(cell);
                    view! { <button type="button" class="link" title=names.sentence(cell, words) on:click=open>{name}</button> }
                        .into_any()
                }
            };
            view! { <li>{inner}</li> }
        };
        all.into_iter().enumerate().map(stop).collect_view().into_any()
    };
    view! {
        <nav class="receipt-trail" class:none=move || before().is_none() aria-label=move || strings.get().receipt.trail>
            <button type="button" class="quiet" on:click=back>
                <span aria-hidden="true">"← "</span>{move || strings.get().receipt.back}
            </button>
            <ol>{stops}</ol>
        </nav>
    }
}

/// What opened the sheet stays in sight above it.
#[cfg(target_arch = "wasm32")]
fn show(opener: &web_sys::HtmlElement) {
    opener.scroll_into_view_with_scroll_into_view_options(&nearest());
}

/// The buttons of the last receipt are gone with it: the keyboard goes on at the new one's title.
fn focus_title() {
    #[cfg(target_arch = "wasm32")]
    {
        use wasm_bindgen::JsCast;
        let title = document().get_element_by_id("receipt-title");
        if let Some(title) = title.and_then(|title| title.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = title.focus();
            title.scroll_into_view_with_scroll_into_view_options(&nearest());
        }
    }
}

#[cfg(target_arch = "wasm32")]
fn nearest() -> web_sys::ScrollIntoViewOptions {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    options
}

/// A sheet that opens takes the keyboard; one that closes gives it back to where it was.
fn give_focus_back() {
    #[cfg(target_arch = "wasm32")]
    {
        use wasm_bindgen::JsCast;
        // Opened by an address, nothing had the keyboard, and nothing is taken.
        let opener = document().active_element().and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok());
        let opener = StoredValue::new_local(opener.filter(|e| e.tag_name() != "BODY"));
        if opener.with_value(Option::is_some) {
            request_animation_frame(move || {
                opener.try_with_value(|opener| opener.iter().for_each(show));
                focus_title();
            });
        }
        on_cleanup(move || {
            let opener = opener.try_update_value(Option::take).flatten();
            // The rails come back only when the sheet is gone.
            request_animation_frame(move || {
                opener.filter(|e| e.is_connected()).iter().for_each(|e| drop(e.focus()));
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Floor, Room};

    fn cell(text: &str) -> Cell {
        Cell::parse(text).unwrap()
    }

    #[test]
    fn a_trail_grows_by_operands_and_shrinks_by_going_back() {
        let [a, b, c] = ["block.1.mid:3:5", "block.1.attention.project:3:5", "block.1.attention.mix:3:9"].map(cell);
        let two = trail(&trail(&[], a, false), b, true);
        assert_eq!(two, [a, b]);
        assert_eq!(trail(&two, c, true), [a, b, c]);
        assert_eq!(trail(&[a, b, c], a, true), [a]);
        assert_eq!(trail(&two, c, false), [c]);
    }

    #[test]
    fn a_closed_receipt_reads_nothing_and_an_open_one_what_it_is_made_of() {
        let json = r#"{"n_layer":2,"n_head":2,"n_embd":6,"vocab_size":9,"n_positions":8}"#;
        let config = GptConfig::from_json(json).unwrap();
        let place = Place { floor: Floor::Story, room: Room::Whole, head: 0, pin: None, cell: None };
        assert!(taps(place, &config).is_empty());
        assert_eq!(taps(Place { cell: Some(cell("block.1.mid:3:5")), ..place }, &config).len(), 3);
        assert_eq!(question(cell("block.1.mid:3:5"), &config, &[]), None);
        assert!(
            matches!(question(cell("norm_final:3:5"), &config, &[]), Some(Question::Slices(slices)) if slices.len() == 2)
        );
    }
}
