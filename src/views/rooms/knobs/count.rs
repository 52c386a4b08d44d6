//! Where the parameters are: a picture with areas to scale, and the arithmetic beside it.

use crate::analysis::tally::{self, Group, Line};
use crate::content::{KnobsStrings, Strings};
use crate::views::browser::width_of;
use crate::views::derived::Derived;
use crate::views::grid::tenth;
use crate::views::room::StageModel;
use leptos::html::Div;
use leptos::prelude::*;

/// A rectangle of the picture, in CSS pixels; its area is its count.
#[derive(Clone, Debug, PartialEq)]
struct Area {
    group: Group,
    /// Which third, of queries, keys and values.
    third: usize,
    /// The block; 0 outside blocks.
    layer: usize,
    count: f64,
    at: [f64; 4],
}

/// Queries, keys and values are drawn apart.
fn thirds(group: Group) -> usize {
    if group == Group::Qkv { 3 } else { 1 }
}

/// Columns side by side as the run passes through them; within a block its parts one below the other.
fn areas(lines: &[Line], width: f64, height: f64) -> Vec<Area> {
    let total: u64 = lines.iter().map(Line::total).sum();
    let wide = |count: u64| width * count as f64 / total.max(1) as f64;
    let block: Vec<&Line> = lines.iter().filter(|line| line.group.is_in_block()).collect();
    let per_block: u64 = block.iter().map(|line| line.each()).sum();
    let layers = block.first().map_or(0, |line| line.times);
    let (mut areas, mut x, mut blocks_are_drawn) = (Vec::new(), 0.0, false);
    for line in lines {
        if !line.group.is_in_block() {
            let w = wide(line.total());
            areas.push(Area {
                group: line.group,
                third: 0,
                layer: 0,
                count: line.total() as f64,
                at: [x, 0.0, w, height],
            });
            x += w;
        } else if !blocks_are_drawn {
            blocks_are_drawn = true;
            for layer in 0..layers {
                let (w, mut y) = (wide(per_block), 0.0);
                for line in &block {
                    let thirds = thirds(line.group);
                    let count = line.each() as f64 / thirds as f64;
                    let h = height * count / per_block as f64;
                    for third in 0..thirds {
                        areas.push(Area { group: line.group, third, layer, count, at: [x, y, w, h] });
                        y += h;
                    }
                }
                x += w;
            }
        }
    }
    areas
}

/// How a part is filled.
fn class(group: Group, third: usize) -> &'static str {
    match (group, third) {
        (Group::Qkv, 0) => "area area-query",
        (Group::Qkv, 1) => "area area-key",
        (Group::Qkv, _) => "area area-value",
        (Group::TokenTable | Group::Head, _) => "area area-table",
        (Group::PositionTable, _) => "area area-position",
        (Group::Project, _) => "area area-project",
        (Group::Expand, _) => "area area-expand",
        (Group::Contract, _) => "area area-contract",
        (Group::Norms | Group::NormF, _) => "area area-norm",
    }
}

/// Right of the picture, for the names of a block's parts, and above it, for the blocks' numbers.
const RIGHT: f64 = 128.0;
const TOP: f64 = 22.0;

#[component]
pub fn Counts(model: StageModel, strings: Signal<&'static Strings>) -> impl IntoView {
    let room = NodeRef::<Div>::new();
    let width = width_of(room, 720.0);
    let config = Memo::new(move |_| model.info.with(|info| info.as_ref().map(|info| info.config.clone())));
    let lines = Memo::new(move |_| config.with(|config| config.as_ref().map(tally::lines)).unwrap_or_default());
    let total = move || lines.with(|lines| lines.iter().map(Line::total).sum::<u64>());
    let tied = move || config.with(|config| config.as_ref().is_some_and(|config| config.tied));
    let words = move || &strings.get().knobs;
    view! {
        <section class="parameters">
            <h3>{move || words().count_title}</h3>
            <p class="note">{move || (words().count_lead)(&strings.get().stage.count(total()))}</p>
            <div class="counts-picture" node_ref=room>
                {move || lines.with(|lines| picture(lines, width.get(), strings.get()))}
            </div>
            <div class="table-scroll" tabindex="0" role="group" aria-label=move || words().count_title>
                {move || lines.with(|lines| table(lines, strings.get()))}
            </div>
            <p class="note"><span class="learned-key"></span>{move || words().learned_shape}{move || strings.get().stage.sentence_gap}<span class:none=move || !tied()>{move || words().tied}</span></p>
        </section>
    }
}

fn picture(lines: &[Line], room: f64, strings: &'static Strings) -> AnyView {
    let words = &strings.knobs;
    let width = (room - RIGHT).clamp(160.0, 900.0);
    let height = (width * 0.42).clamp(150.0, 320.0);
    let areas = areas(lines, width, height);
    let rect = |area: &Area| {
        let [x, y, w, h] = area.at;
        view! {
            <rect class=class(area.group, area.third) x=tenth(x) y=tenth(TOP + y) width=tenth(w) height=tenth(h)
                data-derived=Derived::Part(area.group, thirds(area.group)).to_string() data-value=area.count>
                <title>{format!("{} · {}", (words.group)(area.group), strings.stage.count(area.count as u64))}</title>
            </rect>
        }
    };
    // Names of a block's parts stand right of the last block; those of thin parts stand in the table.
    let last = areas.iter().filter(|area| area.group.is_in_block()).map(|area| area.layer).max().unwrap_or(0);
    let side = areas.iter().filter(|area| area.group.is_in_block() && area.layer == last && area.at[3] >= 12.0);
    let name = |area: &Area| {
        let [_, y, _, h] = area.at;
        let text = match area.group {
            Group::Qkv => ["Q", "K", "V"][area.third],
            group => (words.group)(group),
        };
        let class = if area.group == Group::Qkv {
            ["axis letter-q", "axis letter-k", "axis letter-v"][area.third]
        } else {
            "axis"
        };
        view! { <text class=class x=tenth(width + 8.0) y=tenth(TOP + y + h / 2.0) dominant-baseline="central">{text}</text> }
    };
    let number = |area: &Area| {
        let [x, _, w, _] = area.at;
        let written = w >= 16.0 || area.layer == 0 || area.layer == last;
        written.then(
            || view! { <text class="axis" x=tenth(x + w / 2.0) y="14" text-anchor="middle">{area.layer + 1}</text> },
        )
    };
    let blocks = areas.iter().filter(|area| area.group == Group::Project);
    let inside = areas.iter().filter(|area| !area.group.is_in_block() && area.at[2] >= 84.0);
    let label = |area: &Area| {
        let x = tenth(area.at[0] + 10.0);
        view! {
            <text class="area-name" x=x y=TOP + 22.0>{(words.group)(area.group)}</text>
            <text class="axis" x=x y=TOP + 40.0>{strings.stage.count(area.count as u64)}</text>
        }
    };
    view! {
        <svg class="counts-svg" viewBox=format!("0 0 {} {}", tenth(width + RIGHT), tenth(height + TOP + 3.0))
            width=tenth(width + RIGHT) role="img" aria-label=words.count_figure>
            {areas.iter().map(rect).collect_view()}
            <rect class="learned-frame" x="0" y=TOP width=tenth(width) height=tenth(height) />
            {inside.map(label).collect_view()}
            {blocks.map(number).collect_view()}
            {side.map(name).collect_view()}
        </svg>
    }
    .into_any()
}

fn swatches(group: Group) -> impl IntoView {
    let parts = thirds(group);
    let one = |i: usize| view! { <rect class=class(group, i) x=i as f64 * 12.0 / parts as f64 y="0" width=12.0 / parts as f64 height="12" /> };
    view! { <svg class="area-swatch" width="12" height="12" aria-hidden="true">{(0..parts).map(one).collect_view()}</svg> }
}

fn table(lines: &[Line], strings: &'static Strings) -> AnyView {
    let words: &'static KnobsStrings = &strings.knobs;
    let count = |n: u64| strings.stage.count(n);
    let total: u64 = lines.iter().map(Line::total).sum();
    let [part, arithmetic, parameters, share] = words.count_table;
    let row = |line: &Line| {
        let of_all = line.total() as f64 / total.max(1) as f64;
        view! {
            <tr data-testid="count" data-group=format!("{:?}", line.group) data-derived=Derived::Parts(Some(line.group)).to_string() data-value=line.total()>
                <th scope="row">{swatches(line.group)}{(words.group)(line.group)}</th>
                <td class="arithmetic">{line.arithmetic(|n| strings.stage.count(n))}</td>
                <td class="number">{count(line.total())}</td>
                <td class="number faint">{strings.stage.percent(of_all as f32)}</td>
            </tr>
        }
    };
    let layers = lines.iter().find(|line| line.group.is_in_block()).map_or(0, |line| line.times);
    let before = lines.iter().take_while(|line| !line.group.is_in_block());
    let within = lines.iter().filter(|line| line.group.is_in_block());
    let after = lines.iter().skip_while(|line| !line.group.is_in_block()).filter(|line| !line.group.is_in_block());
    view! {
        <table class="counts-table">
            <thead><tr><th scope="col">{part}</th><th scope="col" class="arithmetic">{arithmetic}</th>
                <th scope="col" class="number">{parameters}</th><th scope="col" class="number">{share}</th></tr></thead>
            <tbody>{before.map(row).collect_view()}</tbody>
            <tbody class="within">
                <tr><th scope="rowgroup" colspan="4" class="faint">{(words.blocks)(layers)}</th></tr>
                {within.map(row).collect_view()}
            </tbody>
            <tbody>{after.map(row).collect_view()}</tbody>
            <tfoot><tr data-testid="count-total" data-derived=Derived::Parts(None).to_string() data-value=total>
                <th scope="row" colspan="2">{words.all_together}</th><td class="number">{count(total)}</td><td></td>
            </tr></tfoot>
        </table>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_area_is_its_count() {
        for known in tally::known() {
            let lines = tally::lines(&known.config);
            let areas = areas(&lines, 900.0, 300.0);
            let total = known.config.parameters() as f64;
            for area in &areas {
                let share = area.at[2] * area.at[3] / (900.0 * 300.0);
                assert!((share - area.count / total).abs() < 1e-9, "{area:?}");
            }
            let sum: f64 = areas.iter().map(|area| area.count).sum();
            assert!((sum - total).abs() < 1.0, "{sum} {total}");
        }
    }
}
