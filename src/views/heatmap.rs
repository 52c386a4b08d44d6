//! One head's map: who reads from whom, as a canvas with its axes in words.
//!
//! In: a [`HeadMap`], which is a slice of a trace. Out: the cell under pointer or keyboard (`cursor`)
//! and the row that a person pins. The picture is one tab stop; arrows move in it.

use super::browser::{announce, keep_painted, pixel_ratio, width_of};
use super::label::Label;
use super::paint::{Brush, Cell, Grid, Scale, Theme};
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

/// Where everything stands, in CSS pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub side: f64,
    pub cell: f64,
    pub grid: Grid,
    /// Column labels stand upright; else they lean.
    pub upright: bool,
    /// Every how many tokens a label is written.
    pub step: usize,
    /// Room of a row's and of a column's label, in columns of [`Label::columns`].
    pub room: [f64; 2],
}

/// A column of [`Label::columns`] at the axes' size of type.
const COLUMN: f64 = 6.8;
/// From label to label, at least.
const PITCH: f64 = 14.0;
const LARGEST_CELL: f64 = 48.0;
const LARGEST_SIDE: f64 = 620.0;

impl Frame {
    pub fn fit(labels: &[Label], width: f64, ratio: f64) -> Self {
        let tokens = labels.len().max(1);
        let longest = labels.iter().map(Label::columns).fold(1.0, f64::max);
        let left = (longest * COLUMN + 14.0).clamp(92.0, (width * 0.3).clamp(92.0, 136.0));
        let roomy = (width - left - 60.0) / tokens as f64;
        let upright = width < 520.0 || roomy < 20.0;
        let column_room = longest.min(if upright { 11.0 } else { 13.0 });
        let lean = std::f64::consts::FRAC_1_SQRT_2;
        let rise = column_room * COLUMN * if upright { 1.0 } else { lean };
        let right = if upright { 8.0 } else { (rise - 10.0).max(8.0) };
        let room = (width - left - right).min(LARGEST_SIDE).max(1.0);
        let grid = Grid::fit(tokens, (room * ratio) as usize, (LARGEST_CELL * ratio) as usize);
        let side = grid.side as f64 / ratio;
        let cell = side / tokens as f64;
        Self {
            left,
            top: rise + 34.0,
            right,
            side,
            cell,
            grid,
            upright,
            step: (PITCH / cell).ceil().max(1.0) as usize,
            room: [(left - 14.0) / COLUMN, column_room],
        }
    }

    pub fn width(&self) -> f64 {
        self.left + self.side.max(96.0) + self.right
    }

    pub fn height(&self) -> f64 {
        self.top + self.side + 4.0
    }

    fn edge(&self, i: usize) -> f64 {
        self.grid.edge(i) as f64 * self.side / self.grid.side as f64
    }

    fn middle(&self, i: usize) -> f64 {
        (self.edge(i) + self.edge(i + 1)) / 2.0
    }

    fn row_label(&self, label: &Label, i: usize, class: &'static str) -> AnyView {
        let y = self.top + self.middle(i);
        view! {
            <text class=class x=self.left - 8.0 y=y text-anchor="end" dominant-baseline="central">
                {label.clipped(self.room[0]).svg()}
            </text>
        }
        .into_any()
    }

    fn column_label(&self, label: &Label, i: usize, class: &'static str) -> AnyView {
        let angle = if self.upright { -90 } else { -45 };
        let place = format!("translate({:.1} {:.1}) rotate({angle})", self.left + self.middle(i) + 1.0, self.top - 7.0);
        view! {
            <text class=class transform=place dominant-baseline="central">
                {label.clipped(self.room[1]).svg()}
            </text>
        }
        .into_any()
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
    let frame = Memo::new(move |_| {
        map.with(|m| Frame::fit(m.as_ref().map_or(&[], |m| &m.labels), width.get(), pixel_ratio()))
    });
    keep_painted(canvas, move || {
        map.with(|m| m.as_ref().map(|m| Brush::new(theme.get(), scale.get()).map(m.weights(), m.tokens(), frame.get().grid)))
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
            <p class="unseen" aria-live="polite">{move || heard.get()}</p>
        </div>
    }
}

/// The words and labels along both axes.
fn axes(frame: &Frame, map: Signal<Option<HeadMap>>, words: &'static StageStrings) -> AnyView {
    let labels = map.with(|m| m.as_ref().map(|m| Arc::clone(&m.labels))).unwrap_or_default();
    let written = || labels.iter().enumerate().step_by(frame.step);
    view! {
        <text class="axis-word" x=frame.left + 2.0 y="13">{words.looking_at}</text>
        <text class="axis-word" x=frame.left - 8.0 y=frame.top - 10.0 text-anchor="end">{words.reading_from}</text>
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
                x=frame.left + frame.edge(x) y=frame.top + frame.edge(y)
                width=frame.edge(to_x) - frame.edge(x) height=frame.edge(to_y) - frame.edge(y) />
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
    fn labels_stay_legible_and_everything_inside_at_every_length() {
        for width in [320.0, 358.0, 640.0, 1200.0] {
            for tokens in [1, 2, 5, 12, 40, 100, 256] {
                let labels: Vec<Label> = (0..tokens).map(|i| Label::new(i, b" understanding")).collect();
                let frame = Frame::fit(&labels, width, 2.0);
                assert!(frame.step as f64 * frame.cell >= PITCH, "{width} {tokens}: {frame:?}");
                assert!(frame.left + frame.side + frame.right <= width + 0.5, "{width} {tokens}: {frame:?}");
                assert!(frame.cell <= LARGEST_CELL && frame.side > 40.0, "{width} {tokens}: {frame:?}");
            }
        }
    }

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
