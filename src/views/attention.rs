//! One attention head, large: its map, the reading row as arcs, as a sentence and as a table, and
//! all its numbers as a file.

use super::arcs::{self, Arcs};
use super::browser::{attribute_under, save, width_of};
use super::figures::offer;
use super::heatmap::{HeadMap, Heatmap};
use super::label::labels;
use super::paint::{Cell, Scale, Theme};
use super::plate::PlateActions;
use crate::analysis::head;
use crate::content::StageStrings;
use crate::model::{Cell as Address, Site};
use crate::trace::{Tap, Trace};
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq)]
pub struct AttentionModel {
    pub map: HeadMap,
    /// The reading token.
    pub query: usize,
}

/// Where the trace has all heads of the block already (`heads::taps`) this needs not be asked.
pub fn taps(layer: usize, head: usize) -> Vec<Tap> {
    vec![Tap::head(Site::Weights, layer, head)]
}

/// The reading token `query` is the pinned one, or the last where none is pinned or the text is
/// shorter. `None` where the trace has not this head, or no token: the page keeps the last picture
/// then, dimmed, until the numbers come.
pub fn derive(trace: &Arc<Trace>, layer: usize, head: usize, query: Option<usize>) -> Option<AttentionModel> {
    trace.map(Site::Weights, layer, head).filter(|map| !map.is_empty())?;
    let map = HeadMap { trace: Arc::clone(trace), labels: Arc::new(labels(&trace.text)), layer, head };
    let last = map.tokens() - 1;
    Some(AttentionModel { query: query.unwrap_or(last).min(last), map })
}

/// `held`: a cell that stays, (query, key). `on_hold`: another shall be. `on_leave`: Esc, let go. `on_head`: Page Up
/// and Page Down, −1 or +1 (the page decides what comes before the first and after the last head). `on_cell`: opens a
/// receipt.
#[component]
pub fn AttentionHead(
    model: Signal<Option<AttentionModel>>,
    held: Signal<Option<(usize, usize)>>,
    scale: RwSignal<Scale>,
    on_hold: Callback<(usize, usize)>,
    on_cell: Callback<Option<Address>>,
    on_leave: Callback<()>,
    on_head: Callback<isize>,
    theme: Signal<Theme>,
    stale: Signal<bool>,
    strings: Signal<&'static StageStrings>,
) -> impl IntoView {
    let room = NodeRef::<Div>::new();
    let width = width_of(room, 640.0);
    let cursor = RwSignal::new(None::<(usize, usize)>);
    let map = Signal::derive(move || model.with(|m| m.as_ref().map(|m| m.map.clone())));
    let query = Signal::derive(move || model.with(|m| m.as_ref().map_or(0, |m| m.query)));
    // A cell of a longer text may still be under the pointer.
    let here = Memo::new(move |_| {
        let tokens = map.with(|m| m.as_ref().map_or(0, HeadMap::tokens));
        let inside = |&(q, k): &(usize, usize)| q < tokens && k < tokens;
        cursor.get().filter(inside).or(held.get().filter(inside))
    });
    let on_open = Callback::new(move |at| on_cell.run(map.with_untracked(|m| m.as_ref().map(|m| m.address(at)))));
    offer(move || map.get().iter().map(|m| m.table(strings.get())).collect());
    let plate = PlateActions { on_hold, on_open, on_leave, on_head };
    let reading = Memo::new(move |_| here.get().map_or(query.get(), |(q, _)| q));
    let rows = Memo::new(move |_| map.with(|m| m.as_ref().map(|m| arcs::derive(m, reading.get(), width.get()))));
    let cell = move || map.get().map(|m| (here.get().unwrap_or((query.get(), m.strongest(query.get()))), m));
    let part = move |f: fn(&HeadMap) -> usize| map.with(|m| m.as_ref().map(f));
    view! {
        <section class="attention" class:stale=stale data-testid="attention" aria-busy=move || stale.get().to_string()
            data-layer=move || part(|m| m.layer) data-head=move || part(|m| m.head)>
            <header class="picture-head">
                <h3>{move || map.with(|m| m.as_ref().map(|m| (strings.get().head_name)(m.layer, m.head)))}</h3>
                <ScaleSwitch scale strings />
                <button type="button" class="quiet" title=move || strings.get().csv_hint
                    on:click=move |_| {
                        if let Some(m) = map.get_untracked() {
                            save(&format!("glassbox-block{}-head{}.csv", m.layer + 1, m.head + 1), &m.table(strings.get_untracked()).csv());
                        }
                    }>
                    {move || strings.get().csv}
                </button>
            </header>
            <p class="empty" class:none=move || map.with(Option::is_some)>{move || strings.get().empty}</p>
            <div class="attention-body" class:none=move || map.with(Option::is_none)>
                <p class="sentence">{move || cell().map(|(at, m)| sentence(&m, at, on_cell, strings.get()))}</p>
                <div class="arcs-room" node_ref=room>
                    <Arcs model=rows.into() strings />
                </div>
                <div class="attention-split">
                    <div class="attention-map">
                        <Heatmap map query held cursor scale actions=plate theme strings />
                    </div>
                    <RowTable model on_cell strings />
                </div>
            </div>
        </section>
    }
}

/// "*it* looks 61 % at *dog*".
fn sentence(
    map: &HeadMap,
    (query, key): (usize, usize),
    on_cell: Callback<Option<Address>>,
    words: &'static StageStrings,
) -> AnyView {
    let name = |i: usize| map.labels.get(i).map(|label| view! { <em class="tok" translate="no">{label.name()}</em> });
    match map.cell(query, key) {
        Cell::Masked => {
            let [a, b, c] = words.may_not_look;
            view! { {a}{name(query)}{b}{name(key)}{c} }.into_any()
        }
        Cell::Share(share) => {
            let address = map.address((query, key));
            let number = view! {
                <button type="button" class="share run-value" data-query=query data-key=key data-cell=address.to_string()
                    data-value=share.to_string() title=words.open_receipt on:click=move |_| on_cell.run(Some(address))>
                    {words.percent(share)}
                </button>
            };
            if query == key {
                let [a, b, c] = words.looks_at_itself;
                view! { {a}{name(query)}{b}{number}{c} }.into_any()
            } else {
                let [a, b, c, d] = words.looks_at;
                view! { {a}{name(query)}{b}{number}{c}{name(key)}{d} }.into_any()
            }
        }
    }
}

/// Square root or linear.
#[component]
fn ScaleSwitch(scale: RwSignal<Scale>, strings: Signal<&'static StageStrings>) -> impl IntoView {
    let choice = move |of: Scale, word: fn(&StageStrings) -> &'static str, hint: fn(&StageStrings) -> &'static str| {
        view! {
            <button type="button" title=move || hint(strings.get()) aria-pressed=move || (scale.get() == of).to_string() on:click=move |_| scale.set(of)>
                {move || word(strings.get())}
            </button>
        }
    };
    view! {
        <div class="switch" role="group" aria-label=move || strings.get().scale>
            <span class="switch-name" aria-hidden="true">{move || strings.get().scale}</span>
            {choice(Scale::Root, |w| w.scale_root, |w| w.scale_root_hint)}
            {choice(Scale::Linear, |w| w.scale_linear, |w| w.scale_linear_hint)}
        </div>
    }
}

/// The pinned row in numbers, most attention first. A row that is clicked opens its receipt; by keyboard the map does.
#[component]
fn RowTable(
    model: Signal<Option<AttentionModel>>,
    on_cell: Callback<Option<Address>>,
    strings: Signal<&'static StageStrings>,
) -> impl IntoView {
    let rows = move || {
        let words = strings.get();
        model.with(|m| m.as_ref().map(|m| {
            head::ranked(m.map.row(m.query), m.query).into_iter().map(|head::Look { key, weight }| {
                view! {
                    <tr data-testid="cell" data-layer=m.map.layer data-head=m.map.head data-query=m.query data-key=key
                        data-cell=m.map.address((m.query, key)).to_string() data-value=weight.to_string()>
                        <td class="number faint">{key + 1}</td>
                        <th scope="row">{m.map.labels[key].clipped(15.0).html()}</th>
                        <td class="bars" aria-hidden="true">
                            <span class="bar bar-attention" style:width=format!("{:.2}%", f64::from(weight) * 100.0)></span>
                        </td>
                        <td class="number">{words.percent(weight)}</td>
                    </tr>
                }
            }).collect_view()
        }))
    };
    let name = move || model.with(|m| m.as_ref().and_then(|m| m.map.labels.get(m.query).map(|label| label.name())));
    let later = move || model.with(|m| m.as_ref().map_or(0, |m| m.map.tokens() - 1 - m.query));
    let open = move |event: leptos::ev::MouseEvent| {
        if let Some(cell) = attribute_under(&event, "data-cell").and_then(|text| Address::parse(&text)) {
            on_cell.run(Some(cell));
        }
    };
    view! {
        <div class="row-table" tabindex="0" role="region" aria-label=move || {
            let [a, b] = strings.get().row_title;
            format!("{a}{}{b}", name().unwrap_or_default())
        }>
            <table>
                <caption>
                    {move || strings.get().row_title[0]}<em class="tok" translate="no">{name}</em>{move || strings.get().row_title[1]}
                </caption>
                <thead><tr>
                    <th scope="col"><span class="unseen">{move || strings.get().column_position}</span></th>
                    <th scope="col">{move || strings.get().column_key}</th>
                    <th scope="col" colspan="2">{move || strings.get().column_weight}</th>
                </tr></thead>
                <tbody class="opens-rows" title=move || strings.get().open_receipt on:click=open>{rows}</tbody>
            </table>
            <p class="note" class:none=move || later() == 0>{move || (strings.get().masked_later)(later())}</p>
        </div>
    }
}
