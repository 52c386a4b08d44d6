//! Which learned table is looked at, and which part of it.

use super::face::Window;
use super::is_in_block;
use crate::content::Strings;
use crate::model::{GptConfig, Part, Slice, TensorName};
use leptos::prelude::*;

/// Which table, and which part of it.
#[component]
pub fn Choice(
    config: Signal<Option<GptConfig>>,
    window: RwSignal<Window>,
    wanted: Signal<Option<Slice>>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().knobs;
    let parts = move || {
        let config = config.get()?;
        let names = TensorName::all(&config).into_iter().filter(|n| n.layer == 0 && n.part != Part::HeadBias);
        let option = |(i, name): (usize, TensorName)| {
            let chosen = window.get().name.part == name.part;
            view! { <option value=i selected=chosen>{(words().part)(name.part)}</option> }
        };
        Some(names.enumerate().map(option).collect_view())
    };
    let choose = move |event| {
        let index = event_target_value(&event).parse::<usize>().unwrap_or(0);
        let names = config.with_untracked(|c| c.as_ref().map(TensorName::all)).unwrap_or_default();
        let name = names.into_iter().filter(|n| n.layer == 0 && n.part != Part::HeadBias).nth(index);
        let layer = window.get_untracked().name.layer;
        name.into_iter().for_each(|name| {
            window.set(Window {
                name: TensorName { layer: if is_in_block(name.part) { layer } else { 0 }, ..name },
                row: 0,
                column: 0,
            });
        });
    };
    let layers = move || {
        let option =
            |l: usize| view! { <option value=l selected=window.get().name.layer == l>{(words().block_n)(l)}</option> };
        (0..config.with(|c| c.as_ref().map_or(0, |c| c.layers))).map(option).collect_view()
    };
    let block = move |event| {
        let layer = event_target_value(&event).parse().unwrap_or(0);
        window.update(|window| window.name.layer = layer);
    };
    // From where the window really is: it may have been asked for beyond the end.
    let go = move |down: isize, right: isize| {
        let Some(slice) = wanted.get_untracked() else { return };
        let step =
            |range: std::ops::Range<usize>, by: isize| range.start.saturating_add_signed(by * range.len() as isize);
        window.update(|window| {
            window.row = step(slice.rows, down);
            window.column = step(slice.columns, right);
        });
    };
    let arrow = move |sign: &'static str, down: isize, right: isize, name: fn(&Strings) -> &'static str| {
        view! {
            <button type="button" class="plain arrow" aria-label=move || name(strings.get()) title=move || name(strings.get())
                on:click=move |_| go(down, right)>{sign}</button>
        }
    };
    let start =
        move |rows: bool| wanted.with(|w| w.as_ref().map_or(0, |w| if rows { w.rows.start } else { w.columns.start }));
    let jump = move |rows: bool| {
        move |event| {
            let to = event_target_value(&event).parse::<usize>().unwrap_or(0);
            window.update(|window| if rows { window.row = to } else { window.column = to });
        }
    };
    let field = move |rows: bool, name: fn(&Strings) -> &'static str| {
        view! {
            <label class="field"><span>{move || name(strings.get())}</span>
                <input type="number" min="0" step="1" inputmode="numeric" name=if rows { "row" } else { "column" }
                    value=untrack(move || start(rows)) prop:value=move || start(rows).to_string() on:change=jump(rows) />
            </label>
        }
    };
    let in_block = move || is_in_block(window.get().name.part);
    view! {
        <div class="knob-row">
            <select class="select" aria-label=move || words().tensor on:change=choose>{parts}</select>
            <select class="select" class:none=move || !in_block() aria-label=move || words().block on:change=block>{layers}</select>
        </div>
        <div class="knob-row">
            <span class="arrows">
                {arrow("←", 0, -1, |s| s.knobs.left)}{arrow("→", 0, 1, |s| s.knobs.right)}
                {arrow("↑", -1, 0, |s| s.knobs.up)}{arrow("↓", 1, 0, |s| s.knobs.down)}
            </span>
            {field(true, |s| s.knobs.from_row)}
            {field(false, |s| s.knobs.from_column)}
        </div>
    }
}
