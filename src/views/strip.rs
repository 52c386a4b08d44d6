//! A vector as a signed strip: blue below zero, orange above, read like lines of text.
//!
//! In: C values. The scale is stated, the same on both sides of zero, and what lies beyond it is
//! notched. One tab stop; arrows move along the dimensions.

use super::browser::{announce, keep_painted, pixel_ratio, save, width_of};
use super::figures::{FigureTable, numbered, offer};
use super::grid::tenth;
use super::paint::{StripGrid, Theme, strip};
use crate::analysis::strip::Scale;
use crate::content::StageStrings;
use leptos::html::{Canvas, Div};
use leptos::prelude::*;
use std::sync::Arc;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct StripModel {
    pub values: Arc<Vec<f32>>,
    /// Full colour, on either side of zero, and how many values lie beyond.
    pub scale: Scale,
}

/// The scale leaves at most one value in fifty beyond.
const COVERED: f64 = 0.98;

/// The scale is a round number.
pub fn derive(values: &[f32]) -> StripModel {
    on_scale_of(values, values)
}

/// On the scale of other values, so that vectors compare: their colours mean the same numbers.
pub fn on_scale_of(values: &[f32], others: &[f32]) -> StripModel {
    let exact = Scale::covering(others, COVERED);
    let round = Scale { limit: round_up(exact.limit), clipped: 0 };
    let clipped = values.iter().filter(|&&v| round.clips(v)).count();
    StripModel { values: Arc::new(values.to_vec()), scale: Scale { clipped, ..round } }
}

/// The next of …, 0.1, 0.2, 0.5, 1, 2, 5, … from `value` on.
pub fn round_up(value: f32) -> f32 {
    if value.is_nan() || value <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(f64::from(value).log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| (step * power) as f32);
    steps.into_iter().find(|&step| step >= value).unwrap_or(steps[3])
}

/// How the strip lies on so many CSS pixels: columns in a round number, cells as wide as fits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lay {
    pub grid: StripGrid,
    pub ratio: f64,
}

/// So many rows are short enough; more only where cells would be too narrow otherwise.
const FEW_ROWS: usize = 8;
/// Left of each row, for the number of its first dimension.
const GUTTER: f64 = 40.0;
/// Values a line of the table.
const TABLE_COLUMNS: usize = 10;

impl Lay {
    pub fn fit(width: f64, ratio: f64, count: usize) -> Self {
        let room = (width - GUTTER).max(60.0);
        let fits = |least: f64| move |&c: &u32| room / f64::from(c) >= least;
        let few = [16, 32, 64, 128].into_iter().filter(fits(4.0)).find(|&c| count <= FEW_ROWS * c as usize);
        let least = few.or_else(|| [128, 64, 32, 16].into_iter().find(fits(5.0))).unwrap_or(8);
        // Where there is room, longer lines of cells that are still well to be hit.
        let wide = [64, 32].into_iter().filter(fits(10.0)).find(|&c| 2 * c as usize <= count);
        let columns = wide.map_or(least, |wide| wide.max(least));
        let cell = (room / f64::from(columns)).min(18.0);
        let pixels = |css: f64| ((css * ratio) as usize).max(1);
        let grid = StripGrid {
            columns: columns as usize,
            cell_width: pixels(cell),
            cell_height: pixels(16.0),
            gap: pixels(4.0),
        };
        Self { grid, ratio }
    }

    fn width(self) -> f64 {
        (self.grid.columns * self.grid.cell_width) as f64 / self.ratio
    }

    fn height(self, count: usize) -> f64 {
        self.grid.height(count) as f64 / self.ratio
    }

    /// Left, top, width and height of a cell.
    fn cell(self, i: usize) -> [f64; 4] {
        let StripGrid { columns, cell_width, cell_height, gap } = self.grid;
        let (x, y) = (i % columns * cell_width, i / columns * (cell_height + gap));
        [x, y, cell_width, cell_height].map(|v| v as f64 / self.ratio)
    }

    fn cell_at(self, x: f64, y: f64, count: usize) -> Option<usize> {
        let StripGrid { columns, cell_width, cell_height, gap } = self.grid;
        let column = (x.max(0.0) * self.ratio) as usize / cell_width;
        let row = (y.max(0.0) * self.ratio) as usize / (cell_height + gap);
        Some(row * columns + column.min(columns - 1)).filter(|&i| i < count)
    }
}

/// Where a key press leads.
pub fn moved(key: &str, i: usize, columns: usize, count: usize) -> Option<usize> {
    let last = count.saturating_sub(1);
    Some(match key {
        "ArrowLeft" => i.saturating_sub(1),
        "ArrowRight" => (i + 1).min(last),
        "ArrowUp" => i.checked_sub(columns).unwrap_or(i),
        "ArrowDown" if i + columns <= last => i + columns,
        "ArrowDown" => i,
        "Home" => 0,
        "End" => last,
        _ => return None,
    })
}

/// `name` is what the file is called and the picture is announced as. `marks` are framed; `says` tells
/// what a cell is where it is no dimension; `on_choose` hears which one was clicked.
#[component]
pub fn VectorStrip(
    model: Signal<StripModel>,
    name: Signal<String>,
    theme: Signal<Theme>,
    strings: Signal<&'static StageStrings>,
    /// The dimension pointed at: given from outside, several strips share it.
    #[prop(default = RwSignal::new(None))]
    cursor: RwSignal<Option<usize>>,
    /// A dimension was chosen, by click or Enter.
    #[prop(optional)]
    on_choose: Option<Callback<usize>>,
    /// Dimensions that are framed.
    #[prop(default = Signal::stored(Vec::new()))]
    marks: Signal<Vec<usize>>,
    /// What is said of a dimension and its value, in place of the usual words.
    #[prop(optional)]
    says: Option<Callback<(usize, f32), String>>,
) -> impl IntoView {
    let (room, canvas) = (NodeRef::<Div>::new(), NodeRef::<Canvas>::new());
    let width = width_of(room, 700.0);
    let count = move || model.with(|m| m.values.len());
    let lay = Memo::new(move |_| Lay::fit(width.get(), pixel_ratio(), count()));
    keep_painted(canvas, move || Some(model.with(|m| strip(&m.values, lay.get().grid, m.scale, theme.get()))));
    offer(move || {
        let values = model.with(|m| Arc::clone(&m.values));
        let names = numbered(values.len());
        vec![FigureTable::new(name.get(), vec!["".into()], names, |_, i| Some((values[i], None)))]
    });
    let heard = RwSignal::new(String::new());
    let say = announce(heard);
    let value = move |i: usize| model.with(|m| m.values.get(i).copied());
    let said = move |i: usize| {
        value(i).map(|v| says.map_or_else(|| (strings.get().vector_cell)(i, v), |says| says.run((i, v))))
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            return cursor.set(None);
        }
        if let ("Enter", Some(i), Some(choose)) = (event.key().as_str(), cursor.get_untracked(), on_choose) {
            event.prevent_default();
            return choose.run(i);
        }
        let from = cursor.get_untracked();
        let columns = lay.get_untracked().grid.columns;
        let Some(to) = moved(&event.key(), from.unwrap_or(0), columns, untrack(count)) else { return };
        event.prevent_default();
        let to = if from.is_some() { to } else { 0 };
        cursor.set(Some(to));
        untrack(|| said(to)).map(say);
    };
    let point = move |event: leptos::ev::PointerEvent| {
        let (x, y) = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        cursor.set(lay.get_untracked().cell_at(x, y, untrack(count)));
    };
    // A finger has left before its click comes: the place is the click's own.
    let choose = move |event: leptos::ev::MouseEvent| {
        let (x, y) = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        if let (Some(i), Some(choose)) = (lay.get_untracked().cell_at(x, y, untrack(count)), on_choose) {
            choose.run(i);
        }
    };
    let framed = move |class: &'static str, i: usize| {
        let [x, y, w, h] = lay.get().cell(i);
        view! { <rect class=class x=tenth(x + GUTTER) y=tenth(y) width=tenth(w) height=tenth(h) /> }
    };
    let height = move || lay.get().height(count());
    view! {
        <div class="strip" node_ref=room>
            <div class="strip-plate" tabindex="0" role="application" aria-label=name aria-description=move || strings.get().vector_keys
                style:width=move || format!("{:.1}px", lay.get().width() + GUTTER) style:height=move || format!("{:.1}px", height() + 2.0)
                on:keydown=on_key on:blur=move |_| cursor.set(None)>
                <canvas node_ref=canvas style:left=format!("{GUTTER}px")
                    style:width=move || format!("{}px", lay.get().width()) style:height=move || format!("{}px", height())
                    on:pointermove=point on:pointerdown=point on:pointerleave=move |_| cursor.set(None) on:click=choose></canvas>
                <svg class="strip-axes" aria-hidden="true" width=move || tenth(lay.get().width() + GUTTER) height=move || tenth(height() + 2.0)>
                    {move || rows(lay.get(), count())}
                    {move || marks.get().into_iter().map(|i| framed("strip-mark", i)).collect_view()}
                    {move || cursor.get().map(|i| framed("cursor", i))}
                </svg>
            </div>
            <div class="strip-foot">
                <StripScale model theme />
                <output class="read-out" data-dimension=move || cursor.get() data-value=move || cursor.get().and_then(value).map(|v| v.to_string())>
                    {move || cursor.get().and_then(said)}
                </output>
                <span class="note">{move || model.with(|m| (m.scale.clipped > 0).then(|| (strings.get().vector_clipped)(m.scale.clipped)))}</span>
                <button type="button" class="quiet" title=move || strings.get().vector_csv on:click=move |_| save("glassbox-vector.csv", &csv(&model.get_untracked()))>
                    {move || strings.get().csv}
                </button>
            </div>
            <p class="unseen" aria-live="polite">{move || heard.get()}</p>
            <AsTable model strings />
        </div>
    }
}

/// The same numbers as a table, ten a line, drawn once it is unfolded.
#[component]
fn AsTable(model: Signal<StripModel>, strings: Signal<&'static StageStrings>) -> impl IntoView {
    let open = RwSignal::new(false);
    let rows = move || {
        model.with(|m| {
            let line = |(row, values): (usize, &[f32])| {
                let cell = |value: &f32| {
                    let value = *value;
                    view! { <td class="number" data-value=value.to_string()>{format!("{value:.3}").replace('-', "−")}</td> }
                };
                let cells = values.iter().map(cell).collect_view();
                view! { <tr><th scope="row" class="number">{row * TABLE_COLUMNS}</th>{cells}</tr> }
            };
            m.values.chunks(TABLE_COLUMNS).enumerate().map(line).collect_view()
        })
    };
    view! {
        <details class="as-table" data-again prop:open=open>
            <summary on:click=move |event| {
                event.prevent_default();
                open.update(|open| *open = !*open);
            }>{move || strings.get().as_table}</summary>
            <Show when=move || open.get()>
                <div class="wide" tabindex="0" role="group" aria-label=move || strings.get().as_table>
                    <table>
                        <thead><tr>
                            <td></td>
                            {(0..TABLE_COLUMNS).map(|i| view! { <th scope="col" class="number">"+"{i}</th> }).collect_view()}
                        </tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </Show>
        </details>
    }
}

/// The number of each row's first dimension.
fn rows(lay: Lay, count: usize) -> Vec<AnyView> {
    let row = |i: usize| {
        let [_, y, _, h] = lay.cell(i);
        view! { <text class="axis" x=GUTTER - 8.0 y=tenth(y + h / 2.0) text-anchor="end" dominant-baseline="central">{i}</text> }.into_any()
    };
    (0..count).step_by(lay.grid.columns).map(row).collect()
}

/// From −scale to +scale, painted as the strip is.
#[component]
fn StripScale(model: Signal<StripModel>, theme: Signal<Theme>) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    keep_painted(canvas, move || {
        let ratio = pixel_ratio();
        let values: Vec<f32> = (0..=40).map(|i| i as f32 / 20.0 - 1.0).collect();
        let grid = StripGrid {
            columns: values.len(),
            cell_width: (3.0 * ratio) as usize,
            cell_height: (10.0 * ratio) as usize,
            gap: 0,
        };
        Some(strip(&values, grid, Scale { limit: 1.0, clipped: 0 }, theme.get()))
    });
    let scale = move || model.with(|m| m.scale.limit);
    view! {
        <span class="strip-scale">
            <span class="number">{move || format!("−{}", scale())}</span>
            <canvas class="scale" node_ref=canvas aria-hidden="true"></canvas>
            <span class="number">{move || format!("+{}", scale())}</span>
        </span>
    }
}

fn csv(model: &StripModel) -> String {
    let lines = model.values.iter().enumerate().map(|(i, v)| format!("{i},{v}\r\n"));
    std::iter::once("dimension,value\r\n".into()).chain(lines).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_is_round_and_says_what_lies_beyond() {
        let mut values: Vec<f32> = (0..100).map(|i| (i as f32 - 50.0) / 100.0).collect();
        values[7] = 9.0;
        let model = derive(&values);
        assert_eq!(model.scale, Scale { limit: 0.5, clipped: 1 });
        assert_eq!((derive(&[]).scale.limit, derive(&[0.0, f32::NAN]).scale.limit), (1.0, 1.0));
        assert_eq!(round_up(0.034), 0.05);
        assert_eq!(round_up(2.0), 2.0);
    }

    #[test]
    fn every_dimension_has_a_cell_and_is_found_under_the_pointer() {
        for width in [320.0, 700.0, 1300.0] {
            for count in [12, 384, 768, 1600] {
                let lay = Lay::fit(width, 1.5, count);
                assert!(lay.width() + GUTTER <= width);
                for i in 0..count {
                    let [x, y, w, h] = lay.cell(i);
                    assert_eq!(lay.cell_at(x + w / 2.0, y + h / 2.0, count), Some(i));
                }
                assert_eq!(lay.cell_at(1e4, 1e4, count), None);
            }
        }
    }

    #[test]
    fn lines_are_as_long_as_there_is_room() {
        let columns = |width: f64, count| Lay::fit(width, 1.0, count).grid.columns;
        assert_eq!([320.0, 572.0, 1152.0].map(|width| columns(width, 256)), [32, 32, 64]);
        assert_eq!((columns(1152.0, 1024), columns(1152.0, 40)), (128, 16));
    }

    #[test]
    fn keys_stay_inside() {
        assert_eq!(moved("ArrowDown", 60, 64, 100), Some(60));
        assert_eq!(moved("ArrowDown", 10, 64, 100), Some(74));
        assert_eq!(moved("ArrowUp", 10, 64, 100), Some(10));
        assert_eq!(moved("End", 0, 64, 0), Some(0));
    }
}
