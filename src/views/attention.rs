//! One attention head, large: its map, the reading row as arcs, as a sentence and as a table, and
//! all its numbers as a file.

use super::arcs::{self, Arcs};
use super::browser::{save, width_of};
use super::heatmap::{HeadMap, Heatmap};
use super::label::labels;
use super::paint::{Cell, Scale, Theme};
use crate::analysis::head;
use crate::content::StageStrings;
use crate::model::Site;
use crate::trace::{Tap, Trace};
use leptos::html::Div;
use leptos::prelude::*;
use std::fmt::Write;
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

/// All weights of a head: a line a reading token, a column a token looked at, masked cells empty.
pub fn csv(map: &HeadMap) -> String {
    let quoted = |text: String| format!("\"{}\"", text.replace('"', "\"\""));
    let mut file = String::from("position,token");
    for (i, label) in map.labels.iter().enumerate() {
        let _ = write!(file, ",{}", quoted(format!("{i} {}", label.visible())));
    }
    for (query, label) in map.labels.iter().enumerate() {
        let _ = write!(file, "\r\n{query},{}", quoted(label.visible()));
        for key in 0..map.tokens() {
            match map.cell(query, key) {
                Cell::Share(share) => {
                    let _ = write!(file, ",{share}");
                }
                Cell::Masked => file.push(','),
            }
        }
    }
    file + "\r\n"
}

/// `on_query`: a reading token was pinned. `on_leave`: Esc, let the pin go. `on_head`: Page Up and
/// Page Down, −1 or +1 (the page decides what comes before the first and after the last head).
#[component]
pub fn AttentionHead(
    model: Signal<Option<AttentionModel>>,
    scale: RwSignal<Scale>,
    on_query: Callback<usize>,
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
        cursor.get().filter(|&(q, k)| q < tokens && k < tokens)
    });
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
                            save(&format!("glassbox-block{}-head{}.csv", m.layer + 1, m.head + 1), &csv(&m));
                        }
                    }>
                    {move || strings.get().csv}
                </button>
            </header>
            <p class="empty" class:none=move || map.with(Option::is_some)>{move || strings.get().empty}</p>
            <div class="attention-body" class:none=move || map.with(Option::is_none)>
                <p class="sentence">{move || cell().map(|(at, m)| sentence(&m, at, strings.get()))}</p>
                <div class="arcs-room" node_ref=room>
                    <Arcs model=rows.into() strings />
                </div>
                <div class="attention-split">
                    <div class="attention-map">
                        <Heatmap map query cursor scale on_query on_leave on_head theme strings />
                    </div>
                    <RowTable model strings />
                </div>
            </div>
        </section>
    }
}

/// "*it* looks 61 % at *dog*".
fn sentence(map: &HeadMap, (query, key): (usize, usize), words: &'static StageStrings) -> AnyView {
    let name = |i: usize| map.labels.get(i).map(|label| view! { <em class="tok" translate="no">{label.name()}</em> });
    match map.cell(query, key) {
        Cell::Masked => {
            let [a, b, c] = words.may_not_look;
            view! { {a}{name(query)}{b}{name(key)}{c} }.into_any()
        }
        Cell::Share(share) => {
            let number = view! {
                <data class="share" value=share.to_string() data-query=query data-key=key data-value=share.to_string()>
                    {words.percent(share)}
                </data>
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

/// The pinned row in numbers, most attention first.
#[component]
fn RowTable(model: Signal<Option<AttentionModel>>, strings: Signal<&'static StageStrings>) -> impl IntoView {
    let rows = move || {
        let words = strings.get();
        model.with(|m| m.as_ref().map(|m| {
            head::ranked(m.map.row(m.query), m.query).into_iter().map(|head::Look { key, weight }| {
                view! {
                    <tr data-testid="cell" data-layer=m.map.layer data-head=m.map.head data-query=m.query data-key=key
                        data-value=weight.to_string()>
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
                <tbody>{rows}</tbody>
            </table>
            <p class="note" class:none=move || later() == 0>{move || (strings.get().masked_later)(later())}</p>
        </div>
    }
}
