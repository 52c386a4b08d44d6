//! A flat map of a token's neighbourhood: dots with names that never run into each other.
//!
//! In: points on the two principal axes, the middle token first. Both axes have one scale, so that
//! distances on the map compare. A name without room is shown while its dot is pointed at; the list
//! beside the map has them all.

use super::browser::width_of;
use super::grid::tenth;
use super::label::Label;
use crate::content::StageStrings;
use leptos::html::Div;
use leptos::prelude::*;

/// One token on the map.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    pub label: Label,
    pub at: [f32; 2],
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScatterModel {
    /// The middle token, then the others, nearest first.
    pub points: Vec<Point>,
    /// Shares of the variance that the two axes show.
    pub variance: [f32; 2],
}

/// A dot and where its name stands, in CSS pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    pub x: f64,
    pub y: f64,
    pub name: Option<Name>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Name {
    pub x: f64,
    pub y: f64,
    pub anchor: &'static str,
}

/// A column of [`Label::columns`] at the map's size of type.
const COLUMN: f64 = 7.2;
const LINE: f64 = 15.0;
const MARGIN: f64 = 28.0;
const DOT: f64 = 5.0;

/// Height of a map so wide.
pub fn height(width: f64) -> f64 {
    (width * 0.66).clamp(240.0, 420.0)
}

/// Places dots and names on `width × height`.
pub fn place(points: &[Point], width: f64) -> Vec<Placed> {
    let height = height(width);
    let sound = |p: &&Point| p.at.iter().all(|v| v.is_finite());
    let range = |axis: usize| {
        let on_axis = points.iter().filter(sound).map(|p| f64::from(p.at[axis]));
        on_axis.fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)))
    };
    let ((left, right), (low, high)) = (range(0), range(1));
    let room = (width - 2.0 * MARGIN, height - 2.0 * MARGIN);
    let scale = (room.0 / (right - left).max(1e-9)).min(room.1 / (high - low).max(1e-9));
    let scale = if points.len() < 2 { 0.0 } else { scale };
    let mut placed: Vec<Placed> = points
        .iter()
        .map(|p| {
            let middle = ((left + right) / 2.0, (low + high) / 2.0);
            let (x, y) = (f64::from(p.at[0]) - middle.0, f64::from(p.at[1]) - middle.1);
            let (x, y) = if x.is_finite() && y.is_finite() { (x, y) } else { (0.0, 0.0) };
            Placed { x: width / 2.0 + x * scale, y: height / 2.0 - y * scale, name: None }
        })
        .collect();
    name_them(&mut placed, points, width, height);
    placed
}

/// A rectangle that something stands in: left, top, right, bottom.
type Box4 = [f64; 4];

fn apart(a: &Box4, b: &Box4) -> bool {
    a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1]
}

/// Nearest tokens choose first, each the first free side of its dot.
fn name_them(placed: &mut [Placed], points: &[Point], width: f64, height: f64) {
    let mut taken: Vec<Box4> = placed.iter().map(|p| [p.x - DOT, p.y - DOT, p.x + DOT, p.y + DOT]).collect();
    for i in 0..placed.len() {
        let (x, y) = (placed[i].x, placed[i].y);
        let wide = points[i].label.clipped(18.0).columns() * COLUMN;
        let sides = [(x + 8.0, y, "start"), (x - 8.0, y, "end"), (x, y - 13.0, "middle"), (x, y + 13.0, "middle")];
        for (nx, ny, anchor) in sides {
            let from = match anchor {
                "start" => nx,
                "end" => nx - wide,
                _ => nx - wide / 2.0,
            };
            let space = [from, ny - LINE / 2.0, from + wide, ny + LINE / 2.0];
            let inside = space[0] >= 0.0 && space[2] <= width && space[1] >= 0.0 && space[3] <= height;
            if inside && taken.iter().all(|t| apart(t, &space)) {
                taken.push(space);
                placed[i].name = Some(Name { x: nx, y: ny, anchor });
                break;
            }
        }
    }
}

/// `hover` is the token pointed at, here or in the list.
#[component]
pub fn Scatter(
    model: Signal<ScatterModel>,
    hover: RwSignal<Option<u32>>,
    on_visit: Callback<u32>,
    strings: Signal<&'static StageStrings>,
) -> impl IntoView {
    let room = NodeRef::<Div>::new();
    let width = width_of(room, 520.0);
    let placed = Memo::new(move |_| model.with(|m| place(&m.points, width.get())));
    let middle = move || model.with(|m| m.points.first().map(|p| p.label.name()).unwrap_or_default());
    let label = move || {
        let [a, b] = strings.get().map_figure;
        format!("{a}{}{b}", middle())
    };
    view! {
        <div class="scatter" node_ref=room>
            <svg role="img" aria-label=label
                width=move || format!("{:.0}", width.get()) height=move || format!("{:.0}", height(width.get()))>
                {move || frame(&placed.get(), width.get(), strings.get())}
                {move || dots(&model.get().points, &placed.get(), hover, on_visit)}
                {move || pointed(&model.get().points, &placed.get(), hover.get(), width.get())}
            </svg>
        </div>
    }
}

/// The two axes, through the middle token, in words.
fn frame(placed: &[Placed], width: f64, words: &'static StageStrings) -> Option<AnyView> {
    let middle = placed.first()?;
    let height = height(width);
    let [across, upward] = words.map_axes;
    Some(
        view! {
            <line class="map-axis" x1="0" x2=width y1=tenth(middle.y) y2=tenth(middle.y) />
            <line class="map-axis" x1=tenth(middle.x) x2=tenth(middle.x) y1="0" y2=tenth(height) />
            <text class="axis-word" x=width y=tenth(height - 4.0) text-anchor="end">{across}</text>
            <text class="axis-word" x="0" y="11">{upward}</text>
        }
        .into_any(),
    )
}

fn dots(points: &[Point], placed: &[Placed], hover: RwSignal<Option<u32>>, on_visit: Callback<u32>) -> Vec<AnyView> {
    let dot = |(i, (point, at)): (usize, (&Point, &Placed))| {
        let id = point.label.id;
        let name = at.name.map(|name| {
            let class = if i == 0 { "map-name map-middle" } else { "map-name" };
            view! {
                <text class=class x=tenth(name.x) y=tenth(name.y) text-anchor=name.anchor dominant-baseline="central">
                    {point.label.clipped(18.0).svg()}
                </text>
            }
        });
        let ring = (i == 0).then(|| view! { <circle class="map-ring" cx=tenth(at.x) cy=tenth(at.y) r="9" /> });
        view! {
            <g class="map-point" data-id=id on:pointerenter=move |_| hover.set(Some(id)) on:pointerleave=move |_| hover.set(None)
                on:click=move |_| on_visit.run(id)>
                {ring}
                <circle class="map-reach" cx=tenth(at.x) cy=tenth(at.y) r="12" />
                <circle class="map-dot" class:map-dot-middle={i == 0} cx=tenth(at.x) cy=tenth(at.y) r={if i == 0 { "4.5" } else { "3" }} />
                {name}
            </g>
        }
        .into_any()
    };
    // The middle token last, on top.
    let mut all: Vec<AnyView> = points.iter().zip(placed).enumerate().map(dot).collect();
    let first = usize::from(!all.is_empty());
    all.rotate_left(first);
    all
}

/// The token pointed at, over everything else.
fn pointed(points: &[Point], placed: &[Placed], hover: Option<u32>, width: f64) -> Option<AnyView> {
    let i = points.iter().position(|p| Some(p.label.id) == hover)?;
    let at = placed.get(i)?;
    let wide = points[i].label.columns() * COLUMN;
    let name = at.name.unwrap_or(if at.x + wide + 10.0 < width {
        Name { x: at.x + 9.0, y: at.y, anchor: "start" }
    } else {
        Name { x: at.x - 9.0, y: at.y, anchor: "end" }
    });
    Some(view! {
        <circle class="map-ring map-ring-on" cx=tenth(at.x) cy=tenth(at.y) r="7" />
        <text class="map-name map-name-on" x=tenth(name.x) y=tenth(name.y) text-anchor=name.anchor dominant-baseline="central">
            {points[i].label.svg()}
        </text>
    }
    .into_any())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// No name covers another name or leaves the map, wherever the points lie.
        #[test]
        fn names_never_collide(at in prop::collection::vec((-9f32..9.0, -9f32..9.0), 1..60), width in 280f64..900.0) {
            let point = |(i, (x, y)): (usize, (f32, f32))| Point { label: Label::new(i as u32, b" something"), at: [x, y] };
            let points: Vec<Point> = at.into_iter().enumerate().map(point).collect();
            let placed = place(&points, width);
            let mut boxes: Vec<Box4> = Vec::new();
            for (p, point) in placed.iter().zip(&points) {
                prop_assert!(p.x >= 0.0 && p.x <= width && p.y >= 0.0 && p.y <= height(width));
                let Some(name) = p.name else { continue };
                let wide = point.label.columns() * COLUMN;
                let from = match name.anchor { "start" => name.x, "end" => name.x - wide, _ => name.x - wide / 2.0 };
                let space = [from, name.y - LINE / 2.0, from + wide, name.y + LINE / 2.0];
                prop_assert!(boxes.iter().all(|b| apart(b, &space)));
                boxes.push(space);
            }
            prop_assert!(!boxes.is_empty());
        }
    }

    #[test]
    fn one_scale_serves_both_axes() {
        let point = |i, at| Point { label: Label::new(i, b"a"), at };
        let placed = place(&[point(0, [0., 0.]), point(1, [1., 0.]), point(2, [0., 1.])], 600.0);
        assert!((placed[1].x - placed[0].x - (placed[0].y - placed[2].y)).abs() < 1e-6);
    }
}
