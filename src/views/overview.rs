//! Every head of every block on one canvas, to choose from.
//!
//! One tab stop: arrows move, Enter picks, Esc lets go. What a head mostly does is said beside the
//! picture and listed in a table.

use super::browser::{announce, keep_painted_later, pixel_ratio, width_of};
use super::grid::tenth;
use super::heads::{self, said};
use super::paint::{Brush, Grid, Pixels, Scale, Theme};
use super::palette::Palette;
use crate::content::StageStrings;
use crate::model::Site;
use crate::trace::{Tap, Trace};
use leptos::html::{Canvas, Div};
use leptos::prelude::*;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq)]
pub struct OverviewModel {
    /// Every block's heads.
    pub blocks: Vec<heads::HeadsModel>,
}

/// All maps of all blocks: T² · H · L values. Ask for them only while the overview is open.
pub fn taps(layers: usize) -> Vec<Tap> {
    (0..layers).map(|layer| Tap::all(Site::Weights, layer)).collect()
}

/// `None` where the trace lacks a block.
pub fn derive(trace: &Arc<Trace>) -> Option<OverviewModel> {
    let blocks = (0..trace.config.layers).map(|layer| heads::derive(trace, layer)).collect::<Option<_>>()?;
    Some(OverviewModel { blocks })
}

impl OverviewModel {
    /// How many (blocks, heads).
    fn size(&self) -> (usize, usize) {
        (self.blocks.len(), self.blocks.first().map_or(0, |b| b.heads.len()))
    }
}

/// Where the tiles lie, in device pixels: one tile a head, a row a block.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Tiles {
    layers: usize,
    heads: usize,
    tile: usize,
    gap: usize,
    ratio: f64,
}

/// Left of the tiles and above them, for numbers, in CSS pixels.
const GUTTER: f64 = 30.0;
const LARGEST_TILE: f64 = 60.0;

impl Tiles {
    fn fit((layers, heads): (usize, usize), width: f64, ratio: f64) -> Self {
        let gap = (3.0 * ratio) as usize;
        let room = ((width - GUTTER) * ratio) as usize / heads.max(1);
        let tile = room.saturating_sub(gap).clamp(6, (LARGEST_TILE * ratio) as usize);
        Self { layers, heads, tile, gap, ratio }
    }

    fn pitch(self) -> f64 {
        (self.tile + self.gap) as f64 / self.ratio
    }

    fn size(self) -> (usize, usize) {
        let side = |count: usize| (count * (self.tile + self.gap)).saturating_sub(self.gap).max(1);
        (side(self.heads), side(self.layers))
    }

    fn css(self) -> (f64, f64) {
        let (width, height) = self.size();
        (width as f64 / self.ratio, height as f64 / self.ratio)
    }

    fn at(self, x: i32, y: i32) -> (usize, usize) {
        let index = |v: i32, count: usize| ((f64::from(v.max(0)) / self.pitch()) as usize).min(count.saturating_sub(1));
        (index(y, self.layers), index(x, self.heads))
    }

    fn paint(self, model: &OverviewModel, theme: Theme) -> Pixels {
        let (width, height) = self.size();
        let (brush, palette) = (Brush::new(theme, Scale::Root, self.ratio), Palette::of(theme));
        let mut pixels = Pixels::new(width, height, palette.paper);
        for (layer, block) in model.blocks.iter().enumerate() {
            for (head, (map, _)) in block.heads.iter().enumerate() {
                let grid = Grid { cells: map.tokens(), side: self.tile };
                let tile = brush.map(map.weights(), map.tokens(), grid);
                pixels.lay(head * (self.tile + self.gap), layer * (self.tile + self.gap), &tile);
            }
        }
        pixels
    }
}

/// Where a key press leads.
fn moved(key: &str, (layer, head): (usize, usize), (layers, heads): (usize, usize)) -> Option<(usize, usize)> {
    Some(match key {
        "ArrowUp" | "PageUp" => (layer.saturating_sub(1), head),
        "ArrowDown" | "PageDown" => ((layer + 1).min(layers.saturating_sub(1)), head),
        "ArrowLeft" => (layer, head.saturating_sub(1)),
        "ArrowRight" => (layer, (head + 1).min(heads.saturating_sub(1))),
        "Home" => (layer, 0),
        "End" => (layer, heads.saturating_sub(1)),
        _ => return None,
    })
}

/// `picked` is the chosen (layer, head); `on_pick` tells of another choice.
#[component]
pub fn Overview(
    model: Signal<Option<OverviewModel>>,
    picked: Signal<(usize, usize)>,
    on_pick: Callback<(usize, usize)>,
    theme: Signal<Theme>,
    stale: Signal<bool>,
    strings: Signal<&'static StageStrings>,
) -> impl IntoView {
    let (room, canvas) = (NodeRef::<Div>::new(), NodeRef::<Canvas>::new());
    let width = width_of(room, 640.0);
    let tiles = Memo::new(move |_| {
        Tiles::fit(model.with(|m| m.as_ref().map_or((0, 0), OverviewModel::size)), width.get(), pixel_ratio())
    });
    let cursor = RwSignal::new(None::<(usize, usize)>);
    let ask = move || model.get().map(|m| (m, tiles.get(), theme.get()));
    keep_painted_later(canvas, ask, |(m, tiles, theme)| tiles.paint(&m, theme));
    let heard = RwSignal::new(String::new());
    let say = announce(heard);
    let name = move |(layer, head): (usize, usize)| {
        let words = strings.get();
        let habit = model.with(|m| m.as_ref()?.blocks.get(layer)?.heads.get(head).map(|h| said(h.1, words)));
        habit.map(|habit| format!("{}{}{habit}", (words.head_name)(layer, head), words.colon))
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let here = cursor.get_untracked().unwrap_or(picked.get_untracked());
        match event.key().as_str() {
            "Enter" | " " => on_pick.run(here),
            "Escape" => return cursor.set(None),
            key => {
                let Tiles { layers, heads, .. } = tiles.get_untracked();
                let Some(next) = moved(key, here, (layers, heads)) else { return };
                cursor.set(Some(next));
                untrack(|| name(next)).map(say);
            }
        }
        event.prevent_default();
    };
    let at = move |event: &leptos::ev::PointerEvent| tiles.get_untracked().at(event.offset_x(), event.offset_y());
    let size = move || tiles.get().css();
    let known = move || model.with(Option::is_some);
    view! {
        <section class="overview" class:stale=stale aria-busy=move || stale.get().to_string()>
            <p class="empty" class:none=known>{move || strings.get().empty}</p>
            <p class="note" class:none=move || !known()>{move || strings.get().overview_hint}</p>
            <div class="overview-room" node_ref=room>
                <div class="overview-plate" class:none=move || !known() tabindex="0" role="application"
                    aria-label=move || strings.get().overview_figure aria-description=move || strings.get().overview_hint
                    style:width=move || format!("{:.1}px", size().0 + GUTTER) style:height=move || format!("{:.1}px", size().1 + GUTTER)
                    on:keydown=on_key on:blur=move |_| cursor.set(None)>
                    <canvas node_ref=canvas style:left=format!("{GUTTER}px") style:top=format!("{GUTTER}px")
                        style:width=move || format!("{}px", size().0) style:height=move || format!("{}px", size().1)
                        on:pointermove=move |event| cursor.set(Some(at(&event)))
                        on:pointerleave=move |_| cursor.set(None)
                        on:pointerdown=move |event| on_pick.run(at(&event))></canvas>
                    <svg class="overview-axes" aria-hidden="true" width=move || tenth(size().0 + GUTTER) height=move || tenth(size().1 + GUTTER)>
                        {move || axes(tiles.get(), picked.get(), cursor.get())}
                    </svg>
                </div>
            </div>
            <p class="read-out" class:none=move || !known()>{move || name(cursor.get().unwrap_or(picked.get()))}</p>
            <p class="unseen" aria-live="polite">{move || heard.get()}</p>
            <OverviewTable model strings />
        </section>
    }
}

/// The numbers along both sides, and frames around the chosen head and the one pointed at.
fn axes(tiles: Tiles, picked: (usize, usize), cursor: Option<(usize, usize)>) -> AnyView {
    let (pitch, tile) = (tiles.pitch(), tiles.tile as f64 / tiles.ratio);
    let step = (18.0 / pitch).ceil().max(1.0) as usize;
    let middle = |i: usize| GUTTER + i as f64 * pitch + tile / 2.0;
    let number = |i: usize, x: f64, y: f64, on: bool| {
        view! { <text class="axis" class:axis-on=on x=tenth(x) y=tenth(y) text-anchor="middle" dominant-baseline="central">{i + 1}</text> }
    };
    let frame = |class: &'static str, (layer, head): (usize, usize)| {
        let at = |i: usize| GUTTER + i as f64 * pitch - 1.5;
        view! { <rect class=class x=tenth(at(head)) y=tenth(at(layer)) width=tenth(tile + 3.0) height=tenth(tile + 3.0) rx="2" /> }
    };
    view! {
        {(0..tiles.layers).step_by(step).map(|l| number(l, GUTTER / 2.0, middle(l), l == picked.0)).collect_view()}
        {(0..tiles.heads).step_by(step).map(|h| number(h, middle(h), GUTTER / 2.0, h == picked.1)).collect_view()}
        {frame("picked", picked)}
        {cursor.map(|cell| frame("cursor", cell))}
    }
    .into_any()
}

/// What every head mostly does, in words.
#[component]
fn OverviewTable(model: Signal<Option<OverviewModel>>, strings: Signal<&'static StageStrings>) -> impl IntoView {
    let open = RwSignal::new(false);
    let rows = move || {
        let words = strings.get();
        model.with(|m| {
            m.as_ref().map(|m| {
                let row = |block: &heads::HeadsModel| {
                    let cells = block
                        .heads
                        .iter()
                        .map(|(_, habit)| view! { <td data-value=habit.1.to_string()>{said(*habit, words)}</td> });
                    view! { <tr><th scope="row">{(words.block_short)(block.layer)}</th>{cells.collect_view()}</tr> }
                };
                let heads = (0..m.size().1).map(|h| view! { <th scope="col">{(words.head_short)(h)}</th> });
                view! {
                    <table>
                        <thead><tr><td></td>{heads.collect_view()}</tr></thead>
                        <tbody>{m.blocks.iter().map(row).collect_view()}</tbody>
                    </table>
                }
            })
        })
    };
    view! {
        <details class="as-table" class:none=move || model.with(Option::is_none) on:toggle=move |_| open.update(|o| *o = !*o)>
            <summary>{move || strings.get().as_table}</summary>
            <div class="wide" tabindex="0" role="region" aria-label=move || strings.get().overview_figure>{move || open.get().then(rows)}</div>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tile_under_the_pointer_is_the_tile_painted_there() {
        for (layers, heads) in [(1, 1), (6, 8), (12, 12), (48, 25)] {
            for width in [320.0, 800.0] {
                let tiles = Tiles::fit((layers, heads), width, 2.0);
                assert!(tiles.css().0 + GUTTER <= width + 1.0, "{tiles:?}");
                for (layer, head) in [(0, 0), (layers - 1, heads - 1), (layers / 2, heads / 2)] {
                    let place = |i: usize| (i as f64 * tiles.pitch() + 1.0) as i32;
                    assert_eq!(tiles.at(place(head), place(layer)), (layer, head));
                }
            }
        }
    }

    #[test]
    fn keys_stay_inside() {
        assert_eq!(moved("ArrowUp", (0, 3), (4, 4)), Some((0, 3)));
        assert_eq!(moved("End", (2, 0), (4, 4)), Some((2, 3)));
        assert_eq!(moved("PageDown", (3, 0), (4, 4)), Some((3, 0)));
        assert_eq!(moved("a", (0, 0), (4, 4)), None);
    }
}
