//! One reading token's attention as arcs above the text: the only thing that the page draws
//! between columns.
//!
//! In: labels and one row of weights. The wider and deeper an arc, the more attention it carries.

use super::grid::tenth;
use super::heatmap::HeadMap;
use super::label::Label;
use crate::analysis::head;
use crate::content::StageStrings;
use crate::model::{Cell, Site, SiteName};
use leptos::prelude::*;

/// A token below the arcs.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub x: f64,
    /// Written only where it does not run into one that matters more.
    pub label: Option<Label>,
    /// Its share, written where there is room.
    pub share: Option<f32>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Arc {
    pub cell: Cell,
    pub share: f32,
    pub path: String,
    pub width: f64,
    pub opacity: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ArcsModel {
    pub query: usize,
    pub width: f64,
    /// Where the tokens stand, from the top.
    pub base: f64,
    pub columns: Vec<Column>,
    pub arcs: Vec<Arc>,
    /// Arcs too faint or too many to draw.
    pub left_out: usize,
    /// Where the tokens begin that the reading one may not look at.
    pub later_from: Option<f64>,
}

/// A column of [`Label::columns`] at the size of type below the arcs.
const COLUMN: f64 = 7.6;
const GAP: f64 = 12.0;
/// Left and right of the text, so that the outer tokens' loops are whole.
const MARGIN: f64 = 24.0;
const LOOSEST: f64 = 1.7;
const WIDEST_STROKE: f64 = 14.0;
/// How high the loop to the reading token itself reaches.
const LOOP: f64 = 46.0;
const MOST_ARCS: usize = 32;
const FAINTEST: f32 = 0.005;
/// Below the tokens, for the shares.
const FOOT: f64 = 44.0;

/// Lays the text out on `width` pixels: as words stand in a line where they fit, else in even steps.
pub fn derive(map: &HeadMap, query: usize, width: f64) -> ArcsModel {
    let row = map.row(query);
    let places: Vec<f64> = places(&map.labels, width - 2.0 * MARGIN).iter().map(|x| x + MARGIN).collect();
    let order: Vec<usize> = head::ranked(row, query).iter().map(|look| look.key).collect();
    let drawn: Vec<usize> = order.iter().copied().filter(|&k| row[k] >= FAINTEST).take(MOST_ARCS).collect();
    // Room for the longest arc of any row: what stands below must not move while rows change.
    let reach = places.last().zip(places.first()).map_or(0.0, |(last, first)| last - first);
    let base = (rise(reach) + WIDEST_STROKE / 2.0 + 4.0).max(LOOP);
    let cell = |key| Cell::in_map(SiteName::new(Site::Weights, map.layer), map.head, query, key);
    let arcs = drawn.iter().map(|&key| arc(cell(key), row[key], places[query], places[key], base)).collect();
    let mut columns: Vec<Column> = places.iter().map(|&x| Column { x, label: None, share: None }).collect();
    write_labels(&mut columns, &map.labels, query, &order, width);
    write_shares(&mut columns, row, &order, width);
    let next = places.get(query + 1);
    ArcsModel {
        query,
        width,
        base,
        columns,
        arcs,
        left_out: order.len() - drawn.len(),
        later_from: next.map(|next| (places[query] + next) / 2.0),
    }
}

fn label_width(label: &Label) -> f64 {
    label.columns() * COLUMN + GAP
}

/// The middle of every token's column.
fn places(labels: &[Label], width: f64) -> Vec<f64> {
    let needed: f64 = labels.iter().map(label_width).sum();
    if needed <= width {
        // A short text is set wider, so that its arcs part.
        let stretch = (width / needed.max(1.0)).min(LOOSEST);
        let mut x = 0.0;
        return labels
            .iter()
            .map(|label| {
                let wide = label_width(label) * stretch;
                x += wide;
                x - wide / 2.0
            })
            .collect();
    }
    let step = width / labels.len() as f64;
    (0..labels.len()).map(|i| (i as f64 + 0.5) * step).collect()
}

/// How high an arc of that reach stands.
fn rise(reach: f64) -> f64 {
    (16.0 + 4.4 * reach.sqrt()).min(160.0)
}

fn arc(cell: Cell, share: f32, from: f64, to: f64, base: f64) -> Arc {
    let path = if (from - to).abs() < 0.5 {
        // Itself: a loop, wide enough for the widest stroke.
        let top = base - LOOP;
        format!(
            "M{:.1} {base:.1}C{:.1} {top:.1} {:.1} {top:.1} {:.1} {base:.1}",
            from - 7.0,
            from - 34.0,
            from + 34.0,
            from + 7.0
        )
    } else {
        let (middle, top) = ((from + to) / 2.0, base - rise((from - to).abs()) * 4.0 / 3.0);
        let (a, b) = (from + (middle - from) * 0.2, to + (middle - to) * 0.2);
        format!("M{from:.1} {base:.1}C{a:.1} {top:.1} {b:.1} {top:.1} {to:.1} {base:.1}")
    };
    let strength = f64::from(share.clamp(0.0, 1.0));
    Arc { cell, share, path, width: (strength * WIDEST_STROKE).max(0.75), opacity: 0.35 + 0.6 * strength.sqrt() }
}

/// Writes first the reading token, then what it looks at most, then the others, each only where
/// it runs into none before.
fn write_labels(columns: &mut [Column], labels: &[Label], query: usize, order: &[usize], width: f64) {
    let mut taken: Vec<(f64, f64)> = Vec::new();
    let later = query + 1..labels.len();
    for i in std::iter::once(query).chain(order.iter().copied()).chain(later) {
        if columns[i].label.is_some() {
            continue;
        }
        let label = labels[i].clipped(18.0);
        let (half, x) = stand(&label, i == query, columns[i].x, width);
        let span = (x - half, x + half);
        if taken.iter().all(|t| t.1 <= span.0 || span.1 <= t.0) {
            taken.push(span);
            columns[i].label = Some(label);
        }
    }
}

/// Half of what a label takes, and where its middle stands so that it is inside. The reading
/// token is bold.
fn stand(label: &Label, bold: bool, x: f64, width: f64) -> (f64, f64) {
    let half = (label.columns() * COLUMN * if bold { 1.18 } else { 1.0 } + 6.0) / 2.0;
    (half, x.clamp(half.min(width / 2.0), (width - half).max(width / 2.0)))
}

/// The largest shares, under tokens that are written.
fn write_shares(columns: &mut [Column], row: &[f32], order: &[usize], width: f64) {
    let mut taken: Vec<f64> = Vec::new();
    for &i in order.iter().take(6).filter(|&&i| row[i] >= 0.02) {
        let x = columns[i].x.clamp(20.0, (width - 20.0).max(20.0));
        if columns[i].label.is_some() && taken.iter().all(|t| (t - x).abs() >= 42.0) {
            taken.push(x);
            columns[i].share = Some(row[i]);
        }
    }
}

/// Draws the row; what it says is also in the sentence and the table beside it.
#[component]
pub fn Arcs(model: Signal<Option<ArcsModel>>, strings: Signal<&'static StageStrings>) -> impl IntoView {
    let size = move || model.with(|m| m.as_ref().map_or((0.0, 0.0), |m| (m.width, m.base + FOOT)));
    view! {
        <svg class="arcs" role="img" aria-label=move || strings.get().arcs_figure
            width=move || format!("{:.1}", size().0) height=move || format!("{:.1}", size().1)>
            <defs>
                <pattern id="later" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <line class="hatch" x1="0" y1="0" x2="0" y2="6" />
                </pattern>
            </defs>
            {move || model.get().map(|m| draw(&m, strings.get()))}
        </svg>
        <p class="note arcs-note">
            {move || model.with(|m| m.as_ref().filter(|m| m.left_out > 0).map(|m| (strings.get().arcs_left_out)(m.left_out)))}
        </p>
    }
}

fn draw(model: &ArcsModel, words: &'static StageStrings) -> AnyView {
    let (base, width) = (model.base, model.width);
    // Strong arcs last, on top.
    let arcs = model.arcs.iter().rev().cloned().map(|arc| {
        view! {
            <path class="arc" d=arc.path stroke-width=format!("{:.2}", arc.width)
                stroke-opacity=format!("{:.3}", arc.opacity) data-key=arc.cell.column data-cell=arc.cell.to_string() data-value=arc.share.to_string() />
        }
    });
    // Feet closer than this are a comb that says nothing.
    let roomy = width / model.columns.len() as f64 >= 6.0;
    let columns = model.columns.iter().enumerate().map(|(i, column)| {
        let class = match i {
            _ if i == model.query => "arc-token arc-query",
            _ if i > model.query => "arc-token arc-later",
            _ => "arc-token",
        };
        let label = column.label.as_ref().map(|label| {
            let (_, x) = stand(label, i == model.query, column.x, width);
            view! { <text class=class x=tenth(x) y=tenth(base + 18.0) text-anchor="middle">{label.svg()}</text> }
        });
        let share = column.share.map(|share| {
            let x = column.x.clamp(20.0, (width - 20.0).max(20.0));
            view! { <text class="arc-share" x=tenth(x) y=tenth(base + 37.0) text-anchor="middle">{words.percent(share)}</text> }
        });
        let foot = (roomy || column.label.is_some()).then(|| view! {
            <line class="arc-foot" x1=tenth(column.x) x2=tenth(column.x) y1=tenth(base) y2=tenth(base + 4.0) />
        });
        view! {
            {foot}
            {label}
            {share}
        }
    });
    let end = model.columns.last().map_or(0.0, |c| (c.x + 24.0).min(width));
    let later = model.later_from.map(|from| {
        view! { <rect class="arc-mask" x=tenth(from) y=tenth(base + 1.0) width=tenth((end - from).max(0.0)) height="5" fill="url(#later)" /> }
    });
    view! {
        {arcs.collect_view()}
        <line class="arc-base" x1="0" x2=tenth(end) y1=tenth(base) y2=tenth(base) />
        {later}
        {columns.collect_view()}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{GptConfig, Site};
    use crate::tokens::{Text, Token};
    use crate::trace::{Layout, Tap, Trace};

    fn map(tokens: usize) -> HeadMap {
        let config = r#"{"n_layer":1,"n_head":1,"n_embd":4,"vocab_size":5,"n_positions":256}"#;
        let config = GptConfig::from_json(config).unwrap();
        let layout = Layout::new(&[Tap::all(Site::Weights, 0)], &config, tokens);
        let share = |i: usize| if i % tokens <= i / tokens { 1.0 / (i / tokens + 1) as f32 } else { f32::NAN };
        let token = |i| Token { id: 0, start: 6 * i, end: 6 * i + 6 };
        let text = Text { read: " token".repeat(tokens), tokens: (0..tokens).map(token).collect(), ..Text::default() };
        let labels = std::sync::Arc::new(super::super::label::labels(&text));
        let values = (0..tokens * tokens).map(share).collect();
        HeadMap {
            trace: std::sync::Arc::new(Trace { text, config, layout, knob: None, values }),
            labels,
            layer: 0,
            head: 0,
        }
    }

    #[test]
    fn nothing_below_moves_while_rows_change_and_every_arc_is_inside() {
        for tokens in [1, 2, 12, 90, 256] {
            let map = map(tokens);
            for width in [288.0, 1000.0] {
                let last = derive(&map, tokens - 1, width);
                for query in [0, tokens / 2, tokens - 1] {
                    let model = derive(&map, query, width);
                    assert_eq!((model.base, model.columns.len()), (last.base, tokens));
                    assert!(model.columns.iter().all(|c| c.x > 0.0 && c.x < width));
                    assert!(model.columns[query].label.is_some());
                    assert_eq!(model.arcs.len() + model.left_out, query + 1);
                    assert!(model.arcs.iter().all(|arc| arc.cell.column <= query && !arc.path.contains("NaN")));
                }
            }
        }
    }
}
