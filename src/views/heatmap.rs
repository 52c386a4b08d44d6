//! One head's map: who reads from whom, as a canvas with its axes in words.
//!
//! In: a [`HeadMap`], which is a slice of a trace. Out: the cell under pointer or keyboard (`cursor`)
//! and the row that a person pins. The picture is one tab stop; arrows move in it.

use super::browser::{announce, keep_painted, pixel_ratio, width_of};
use super::frame::Frame;
use super::grid::tenth;
use super::label::Label;
use super::legend::Legend;
use super::paint::{Brush, Cell, Scale, Theme};
use crate::analysis::head;
use crate::content::StageStrings;
use crate::model::Site;
use crate::trace::Trace;
use leptos::html::{Canvas, Div};
use leptos::prelude::*;
use std::sync::Arc;

/// One head's attention, T × T, in the trace that it belongs to.
#[derive(Clone, Debug)]
pub struct HeadMap {
    pub trace: Arc<Trace>,
    pub labels: Arc<Vec<Label>>,
    pub layer: usize,
    pub head: usize,
}

impl PartialEq for HeadMap {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.trace, &other.trace) && (self.layer, self.head) == (other.layer, other.head)
    }
}

impl HeadMap {
    /// T.
    pub fn tokens(&self) -> usize {
        self.labels.len()
    }

    /// The weights, row-major, masked cells included: ask [`HeadMap::cell`] for one.
    pub fn weights(&self) -> &[f32] {
        self.trace.map(Site::Weights, self.layer, self.head).unwrap_or_default()
    }

    pub fn cell(&self, query: usize, key: usize) -> Cell {
        match self.weights().get(query * self.tokens() + key) {
            Some(&share) if key <= query => Cell::Share(share),
            _ => Cell::Masked,
        }
    }

    /// What `query` may look at: its weights over the keys 0…query.
    pub fn row(&self, query: usize) -> &[f32] {
        let start = query * self.tokens();
        self.weights().get(start..start + query + 1).unwrap_or_default()
    }

    /// The key that `query` looks at most.
    pub fn strongest(&self, query: usize) -> usize {
        head::strongest(self.row(query), query).map_or(0, |look| look.key)
    }
}

/// Where a key press leads from a cell of a map of `tokens`; `None` where the key is not ours.
pub fn moved(key: &str, (query, looked): (usize, usize), tokens: usize) -> Option<(usize, usize)> {
    let last = tokens.saturating_sub(1);
    Some(match key {
        "ArrowUp" => (query.saturating_sub(1), looked),
        "ArrowDown" => ((query + 1).min(last), looked),
        "ArrowLeft" => (query, looked.saturating_sub(1)),
        "ArrowRight" => (query, (looked + 1).min(last)),
        "Home" => (query, 0),
        // The end of what the row may look at.
        "End" => (query, query),
        _ => return None,
    })
}

/// "it looks 61 % at dog", in one string, for what is read out.
pub fn spoken(map: &HeadMap, (query, key): (usize, usize), words: &StageStrings) -> String {
    let name = |i: usize| map.labels.get(i).map(Label::name).unwrap_or_default();
    match map.cell(query, key) {
        Cell::Masked => {
            let [a, b, c] = words.may_not_look;
            format!("{a}{}{b}{}{c}", name(query), name(key))
        }
        Cell::Share(share) if query == key => {
            let [a, b, c] = words.looks_at_itself;
            format!("{a}{}{b}{}{c}", name(query), words.percent(share))
        }
        Cell::Share(share) => {
            let [a, b, c, d] = words.looks_at;
            format!("{a}{}{b}{}{c}{}{d}", name(query), words.percent(share), name(key))
        }
    }
}

/// See the module's header. `query` is the pinned row; `cursor` is (query, key).
#[component]
pub fn Heatmap(
    map: Signal<Option<HeadMap>>,
    query: Signal<usize>,
    cursor: RwSignal<Option<(usize, usize)>>,
    scale: RwSignal<Scale>,
    on_query: Callback<usize>,
    on_leave: Callback<()>,
    on_head: Callback<isize>,
    theme: Signal<Theme>,
    strings: Signal<&'static StageStrings>,
) -> impl IntoView {
    let (room, canvas) = (NodeRef::<Div>::new(), NodeRef::<Canvas>::new());
    let width = width_of(room, 640.0);
    let frame =
        Memo::new(move |_| map.with(|m| Frame::fit(m.as_ref().map_or(&[], |m| &m.labels), width.get(), pixel_ratio())));
    keep_painted(canvas, move || {
        map.with(|m| {
            m.as_ref().map(|m| {
                Brush::new(theme.get(), scale.get(), pixel_ratio()).map(m.weights(), m.tokens(), frame.get().grid)
            })
        })
    });
    let heard = RwSignal::new(String::new());
    let say = announce(heard);
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let Some((tokens, start)) = map.with_untracked(|m| {
            m.as_ref().map(|m| (m.tokens(), (query.get_untracked(), m.strongest(query.get_untracked()))))
        }) else {
            return;
        };
        let here = cursor.get_untracked();
        match event.key().as_str() {
            "PageUp" => on_head.run(-1),
            "PageDown" => on_head.run(1),
            "Enter" => on_query.run(here.unwrap_or(start).0),
            "Escape" => {
                cursor.set(None);
                on_leave.run(());
            }
            key => {
                let Some(next) = moved(key, here.unwrap_or(start), tokens) else { return };
                cursor.set(Some(if here.is_some() { next } else { start }));
            }
        }
        event.prevent_default();
        let here = cursor.get_untracked().unwrap_or(start);
        map.with_untracked(|m| m.as_ref().map(|m| spoken(m, here, strings.get_untracked()))).map(say);
    };
    let cell_of = move |event: &leptos::ev::PointerEvent| {
        let frame = frame.get_untracked();
        let at = |offset: i32| frame.grid.cell_at(f64::from(offset) / frame.side);
        (at(event.offset_y()), at(event.offset_x()))
    };
    let inside = move || map.with(Option::is_some);
    view! {
        <div class="heatmap" node_ref=room>
            <div
                class="heatmap-plate" class:none=move || !inside() tabindex="0" role="application"
                aria-label=move || map.with(|m| m.as_ref().map(|m| (strings.get().attention_figure)(m.layer, m.head)))
                aria-description=move || strings.get().matrix_keys
                style:width=move || format!("{:.1}px", frame.get().width())
                style:height=move || format!("{:.1}px", frame.get().height())
                on:keydown=on_key
                on:blur=move |_| cursor.set(None)
            >
                <canvas
                    node_ref=canvas
                    style:left=move || format!("{:.1}px", frame.get().left)
                    style:top=move || format!("{:.1}px", frame.get().top)
                    style:width=move || format!("{}px", frame.get().side)
                    style:height=move || format!("{}px", frame.get().side)
                    on:pointermove=move |event| cursor.set(Some(cell_of(&event)))
                    on:pointerdown=move |event| {
                        let cell = cell_of(&event);
                        cursor.set(Some(cell));
                        on_query.run(cell.0);
                    }
                    on:pointerleave=move |_| cursor.set(None)
                ></canvas>
                <svg class="heatmap-axes" aria-hidden="true"
                    width=move || format!("{:.1}", frame.get().width())
                    height=move || format!("{:.1}", frame.get().height())>
                    {move || axes(&frame.get(), map, strings.get())}
                    {move || marks(&frame.get(), map, query.get(), cursor.get())}
                </svg>
            </div>
            <Legend scale filled=Signal::derive(move || frame.get().grid.filled()) theme strings />
            <p class="unseen" aria-live="polite">{move || heard.get()}</p>
        </div>
    }
}

/// The words and labels along both axes.
fn axes(frame: &Frame, map: Signal<Option<HeadMap>>, words: &'static StageStrings) -> AnyView {
    let labels = map.with(|m| m.as_ref().map(|m| Arc::clone(&m.labels))).unwrap_or_default();
    let written = || labels.iter().enumerate().step_by(frame.step);
    view! {
        <text class="axis-word" x=tenth(frame.left + 2.0) y="13">{words.looking_at}</text>
        <text class="axis-word" x=tenth(frame.left - 8.0) y=tenth(frame.top - 10.0) text-anchor="end">{words.reading_from}</text>
        {written().map(|(i, label)| frame.row_label(label, i, "axis")).collect_view()}
        {written().map(|(i, label)| frame.column_label(label, i, "axis")).collect_view()}
    }
    .into_any()
}

/// The pinned row, and the cell under pointer or keyboard with its row and column.
fn marks(frame: &Frame, map: Signal<Option<HeadMap>>, query: usize, cursor: Option<(usize, usize)>) -> Option<AnyView> {
    let labels = map.with(|m| m.as_ref().map(|m| Arc::clone(&m.labels)))?;
    let band = |class: &'static str, x: usize, y: usize, to_x: usize, to_y: usize| {
        view! {
            <rect class=class
                x=tenth(frame.left + frame.edge(x)) y=tenth(frame.top + frame.edge(y))
                width=tenth(frame.edge(to_x) - frame.edge(x)) height=tenth(frame.edge(to_y) - frame.edge(y)) />
        }
    };
    let tokens = labels.len();
    let pinned = labels.get(query).map(|label| {
        view! {
            {band("pinned-row", 0, query, tokens, query + 1)}
            {frame.row_label(label, query, "axis axis-on")}
        }
    });
    let here = cursor.filter(|&(q, k)| q < tokens && k < tokens).map(|(q, k)| {
        view! {
            {band("band", 0, q, tokens, q + 1)}
            {band("band", k, 0, k + 1, tokens)}
            {band("cursor", k, q, k + 1, q + 1)}
            {frame.row_label(&labels[q], q, "axis axis-on")}
            {frame.column_label(&labels[k], k, "axis axis-on")}
        }
    });
    Some(view! { {pinned} {here} }.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stay_inside_the_map() {
        assert_eq!(moved("ArrowUp", (0, 0), 3), Some((0, 0)));
        assert_eq!(moved("ArrowDown", (2, 1), 3), Some((2, 1)));
        assert_eq!(moved("ArrowRight", (1, 1), 3), Some((1, 2)));
        assert_eq!(moved("End", (1, 0), 3), Some((1, 1)));
        assert_eq!(moved("Home", (1, 1), 3), Some((1, 0)));
        assert_eq!(moved("x", (1, 1), 3), None);
    }
}
