//! Cells with labels on two sides, whatever they hold: the canvas, the axes, the marks, the pointer
//! and the keys of every heat map.
//!
//! In: the axes, how the cells are painted and spoken of, and the cell that is held. Out: the cell under pointer
//! or keyboard (`cursor`), the one that shall be held, the one whose receipt shall be opened. The picture is one tab
//! stop; arrows move in it, Enter holds a cell and, pressed on it once more, opens its receipt.

use super::browser::{announce, keep_painted, pixel_ratio};
use super::frame::Frame;
use super::grid::tenth;
use super::label::Label;
use super::paint::Pixels;
use crate::content::StageStrings;
use leptos::html::Canvas;
use leptos::prelude::*;
use std::sync::Arc;

/// What stands on the two sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Axes {
    /// The tokens whose rows these are.
    pub rows: Arc<Vec<Label>>,
    pub across: Across,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Across {
    /// The same tokens again. With `causal`, those after a row's own are masked.
    Tokens { causal: bool },
    /// So many dimensions of a vector.
    Dimensions(usize),
}

impl Axes {
    pub fn square(rows: &Arc<Vec<Label>>, causal: bool) -> Self {
        Self { rows: Arc::clone(rows), across: Across::Tokens { causal } }
    }

    pub fn columns(&self) -> usize {
        match self.across {
            Across::Tokens { .. } => self.rows.len(),
            Across::Dimensions(count) => count,
        }
    }

    /// Where everything stands on so many CSS pixels.
    pub fn frame(axes: Option<&Self>, width: f64) -> Frame {
        match axes {
            Some(Self { rows, across: Across::Dimensions(count) }) => Frame::table(rows, *count, width, pixel_ratio()),
            _ => Frame::fit(axes.map_or(&[], |a| &a.rows), width, pixel_ratio()),
        }
    }

    fn holds(&self, (row, column): (usize, usize)) -> bool {
        row < self.rows.len() && column < self.columns()
    }

    /// Where a key press leads from a cell; `None` where the key is not ours.
    pub fn moved(&self, key: &str, (row, column): (usize, usize)) -> Option<(usize, usize)> {
        let last = |count: usize| count.saturating_sub(1);
        Some(match key {
            "ArrowUp" => (row.saturating_sub(1), column),
            "ArrowDown" => ((row + 1).min(last(self.rows.len())), column),
            "ArrowLeft" => (row, column.saturating_sub(1)),
            "ArrowRight" => (row, (column + 1).min(last(self.columns()))),
            "Home" => (row, 0),
            // The end of what the row may look at.
            "End" if self.across == Across::Tokens { causal: true } => (row, row),
            "End" => (row, last(self.columns())),
            _ => return None,
        })
    }
}

/// What may be done with a plate.
#[derive(Clone, Copy)]
pub struct PlateActions {
    /// A cell was pressed: it stays when pointer and keyboard go elsewhere.
    pub on_hold: Callback<(usize, usize)>,
    /// The receipt of a cell.
    pub on_open: Callback<(usize, usize)>,
    /// Esc: let go of what is held.
    pub on_leave: Callback<()>,
    /// Page Up and Page Down, −1 or +1.
    pub on_head: Callback<isize>,
}

/// See the module's header. `start` is where keys begin, `axis_words` stand over the columns and the rows.
#[component]
pub fn Plate(
    axes: Signal<Option<Axes>>,
    frame: Memo<Frame>,
    paint: impl Fn() -> Option<Pixels> + 'static,
    spoken: impl Fn((usize, usize)) -> String + Copy + Send + Sync + 'static,
    start: impl Fn() -> (usize, usize) + Copy + Send + Sync + 'static,
    name: Signal<Option<String>>,
    axis_words: Signal<[&'static str; 2]>,
    pinned: Signal<Option<usize>>,
    held: Signal<Option<(usize, usize)>>,
    cursor: RwSignal<Option<(usize, usize)>>,
    actions: PlateActions,
    strings: Signal<&'static StageStrings>,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    keep_painted(canvas, paint);
    let heard = RwSignal::new(String::new());
    let say = announce(heard);
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let held = held.get_untracked();
        let (here, start) = (cursor.get_untracked(), held.unwrap_or_else(|| untrack(start)));
        match event.key().as_str() {
            _ if axes.with_untracked(Option::is_none) => return,
            "PageUp" => actions.on_head.run(-1),
            "PageDown" => actions.on_head.run(1),
            "Enter" => match here.unwrap_or(start) {
                at if held == Some(at) => actions.on_open.run(at),
                at => actions.on_hold.run(at),
            },
            "Escape" => {
                cursor.set(None);
                actions.on_leave.run(());
            }
            key => {
                let from = here.unwrap_or(start);
                let next = axes.with_untracked(|a| a.as_ref().and_then(|a| a.moved(key, from)));
                let Some(next) = next else { return };
                cursor.set(Some(if here.is_some() { next } else { start }));
            }
        }
        event.prevent_default();
        say(spoken(cursor.get_untracked().unwrap_or(start)));
    };
    let cell_of = move |event: &leptos::ev::MouseEvent| {
        let frame = frame.get_untracked();
        let at = |offset: i32, whole: f64| f64::from(offset) / whole;
        (
            frame.grid.cell_at(at(event.offset_y(), frame.side)),
            frame.across.cell_at(at(event.offset_x(), frame.breadth)),
        )
    };
    view! {
        <div
            class="heatmap-plate" class:none=move || axes.with(Option::is_none) tabindex="0" role="application"
            aria-label=name
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
                style:width=move || format!("{}px", frame.get().breadth)
                style:height=move || format!("{}px", frame.get().side)
                on:pointermove=move |event| cursor.set(Some(cell_of(&event)))
                // A finger that pushes the page clicks nothing.
                on:click=move |event| actions.on_hold.run(cell_of(&event))
                on:pointerleave=move |_| cursor.set(None)
            ></canvas>
            <svg class="heatmap-axes" aria-hidden="true"
                width=move || format!("{:.1}", frame.get().width())
                height=move || format!("{:.1}", frame.get().height())>
                {move || axes.with(|a| a.as_ref().map(|a| labels(&frame.get(), a, axis_words.get())))}
                {move || axes.with(|a| a.as_ref().map(|a| marks(&frame.get(), a, pinned.get(), held.get(), cursor.get())))}
            </svg>
        </div>
        <p class="unseen" aria-live="polite">{move || heard.get()}</p>
    }
}

fn column(frame: &Frame, axes: &Axes, i: usize, class: &'static str) -> AnyView {
    match axes.across {
        Across::Tokens { .. } => frame.column_label(&axes.rows[i], i, class),
        Across::Dimensions(_) => frame.column_number(i, class),
    }
}

/// The words and labels along both axes.
fn labels(frame: &Frame, axes: &Axes, [across, down]: [&'static str; 2]) -> AnyView {
    let rows = axes.rows.iter().enumerate().step_by(frame.step);
    // Numbers need more room than leaning labels.
    let step = match axes.across {
        Across::Tokens { .. } => frame.step,
        Across::Dimensions(count) => [1, 2, 4, 8, 16, 32, 64]
            .into_iter()
            .find(|step| *step as f64 * frame.breadth / count.max(1) as f64 >= 24.0)
            .unwrap_or(128),
    };
    view! {
        <text class="axis-word" x=tenth(frame.left + 2.0) y="13">{across}</text>
        <text class="axis-word" x=tenth(frame.left - 8.0) y=tenth(frame.top - 10.0) text-anchor="end">{down}</text>
        {rows.map(|(i, label)| frame.row_label(label, i, "axis")).collect_view()}
        {(0..axes.columns()).step_by(step).map(|i| column(frame, axes, i, "axis")).collect_view()}
    }
    .into_any()
}

/// The pinned row, the cell that is held, and the one under pointer or keyboard with its row and column.
fn marks(
    frame: &Frame,
    axes: &Axes,
    pinned: Option<usize>,
    held: Option<(usize, usize)>,
    cursor: Option<(usize, usize)>,
) -> AnyView {
    let band = |class: &'static str, x: usize, y: usize, to_x: usize, to_y: usize| {
        view! {
            <rect class=class
                x=tenth(frame.x(x)) y=tenth(frame.y(y))
                width=tenth(frame.x(to_x) - frame.x(x)) height=tenth(frame.y(to_y) - frame.y(y)) />
        }
    };
    let (rows, columns) = (axes.rows.len(), axes.columns());
    let pinned = pinned.filter(|row| *row < rows).map(|row| {
        view! {
            {band("pinned-row", 0, row, columns, row + 1)}
            {frame.row_label(&axes.rows[row], row, "axis axis-on")}
        }
    });
    let held = held.filter(|cell| axes.holds(*cell)).map(|(q, k)| {
        view! {
            {band("held", k, q, k + 1, q + 1)}
            {frame.row_label(&axes.rows[q], q, "axis axis-on")}
            {column(frame, axes, k, "axis axis-on")}
        }
    });
    // A cell of a longer text may still be under the pointer.
    let here = cursor.filter(|cell| axes.holds(*cell)).map(|(q, k)| {
        view! {
            {band("band", 0, q, columns, q + 1)}
            {band("band", k, 0, k + 1, rows)}
            {band("cursor", k, q, k + 1, q + 1)}
            {frame.row_label(&axes.rows[q], q, "axis axis-on")}
            {column(frame, axes, k, "axis axis-on")}
        }
    });
    view! { {pinned} {held} {here} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stay_inside_the_map() {
        let rows = Arc::new(vec![Label::default(); 3]);
        let map = Axes::square(&rows, true);
        assert_eq!(map.moved("ArrowUp", (0, 0)), Some((0, 0)));
        assert_eq!(map.moved("ArrowDown", (2, 1)), Some((2, 1)));
        assert_eq!(map.moved("ArrowRight", (1, 1)), Some((1, 2)));
        assert_eq!(map.moved("End", (1, 0)), Some((1, 1)));
        assert_eq!(map.moved("Home", (1, 1)), Some((1, 0)));
        assert_eq!(map.moved("x", (1, 1)), None);
        let table = Axes { rows, across: Across::Dimensions(5) };
        assert_eq!(table.moved("End", (1, 0)), Some((1, 4)));
        assert_eq!(table.moved("ArrowRight", (1, 4)), Some((1, 4)));
    }
}
