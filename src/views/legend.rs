//! What the cells of an attention map mean, with real numbers: painted by the map's own brush.

use super::browser::{keep_painted, pixel_ratio};
use super::paint::{Brush, Cell, Scale, Theme};
use crate::content::StageStrings;
use leptos::html::Canvas;
use leptos::prelude::*;

/// The shares that stand as samples.
const SHARES: [f32; 6] = [0.0, 0.01, 0.1, 0.25, 0.5, 1.0];
/// A sample's side in CSS pixels.
const SIDE: f64 = 18.0;

/// `filled`: the map's cells are too small to show their value by area.
#[component]
pub fn Legend(
    scale: RwSignal<Scale>,
    filled: Signal<bool>,
    theme: Signal<Theme>,
    strings: Signal<&'static StageStrings>,
) -> impl IntoView {
    let sample = move |cell: Cell| {
        let canvas = NodeRef::<Canvas>::new();
        keep_painted(canvas, move || {
            let ratio = pixel_ratio();
            let brush = Brush::new(theme.get(), scale.get(), ratio).filled(filled.get());
            Some(brush.sample(cell, (SIDE * ratio) as usize))
        });
        let words = move || match cell {
            Cell::Share(share) => strings.get().percent(share),
            Cell::Masked => strings.get().masked.into(),
        };
        view! { <li><canvas class="sample" node_ref=canvas aria-hidden="true"></canvas><span>{words}</span></li> }
    };
    let cells = SHARES.map(Cell::Share).into_iter().chain([Cell::Masked]);
    view! { <ul class="legend">{cells.map(sample).collect_view()}</ul> }
}
