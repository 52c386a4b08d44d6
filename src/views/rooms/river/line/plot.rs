//! The two small pictures: chance from 0 to 100 %, rank from 1 downward on a logarithmic scale.

use super::{LineModel, Point, rank_said};
use crate::analysis::lens::Standing;
use crate::content::Strings;
use crate::views::browser::width_of;
use crate::views::derived::Derived;
use crate::views::grid::tenth;
use leptos::html::Div;
use leptos::prelude::*;

/// Two pictures stand side by side from this width on (CSS pixels).
const PAIR: f64 = 600.0;
const GAP: f64 = 32.0;
const LEFT: f64 = 46.0;
/// From the axis to the first point: half its label.
const INSET: f64 = 26.0;
const RIGHT: f64 = 26.0;
const TOP: f64 = 24.0;
const BOTTOM: f64 = 34.0;
const HEIGHT: f64 = 210.0;
/// From label to label, at least.
const PITCH: f64 = 46.0;

/// Where the points of one picture stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    pub width: f64,
    pub floors: usize,
}

impl Frame {
    pub fn fit(room: f64, floors: usize) -> Self {
        let width = if room >= PAIR { (room - GAP) / 2.0 } else { room };
        Self { width: width.clamp(240.0, 620.0), floors }
    }

    pub fn x(self, depth: usize) -> f64 {
        let steps = self.floors.saturating_sub(1).max(1) as f64;
        LEFT + INSET + (self.width - LEFT - INSET - RIGHT) * depth as f64 / steps
    }

    /// A share of the height, 0 on top.
    pub fn y(self, share: f64) -> f64 {
        TOP + (HEIGHT - TOP - BOTTOM) * share
    }

    /// The last floor is always named; of the others as many as have room.
    pub fn named(self, depth: usize, pitch: f64) -> bool {
        let last = self.floors.saturating_sub(1);
        let every = (pitch / (self.x(1) - self.x(0)).max(1.0)).ceil().max(1.0) as usize;
        (last - depth.min(last)).is_multiple_of(every)
    }
}

/// Where a chance stands: 1 on top.
pub fn chance_share(chance: f32) -> f64 {
    1.0 - f64::from(chance)
}

/// Where a rank stands: 1 on top, V at the bottom.
pub fn rank_share(rank: u32, vocabulary: usize) -> f64 {
    (f64::from(rank.max(1)).ln() / (vocabulary.max(2) as f64).ln()).clamp(0.0, 1.0)
}

/// One point: what it is called, its number, where it stands; nowhere where it is no number.
struct Dot {
    said: String,
    value: String,
    derived: Derived,
    share: Option<f64>,
}

/// One picture before it is drawn.
struct Plot {
    class: &'static str,
    title: &'static str,
    figure: String,
    ticks: Vec<(f64, String)>,
    dots: Vec<Dot>,
}

#[component]
pub fn Plots(model: Signal<Option<LineModel>>, strings: Signal<&'static Strings>) -> impl IntoView {
    let room = NodeRef::<Div>::new();
    let width = width_of(room, 700.0);
    let drawn = move || {
        let strings = strings.get();
        model.with(|m| {
            m.as_ref().map(|m| {
                let frame = Frame::fit(width.get(), m.points.len());
                [chances(m, strings), ranks(m, strings)].map(|plot| draw(plot, frame, strings)).collect_view()
            })
        })
    };
    view! { <div class="river-plots" node_ref=room>{drawn}</div> }
}

fn chances(model: &LineModel, strings: &'static Strings) -> Plot {
    let percent = |share: f32| strings.stage.percent(share);
    let dot = |Point { standing: Standing { chance, .. }, cell }: Point| Dot {
        said: percent(chance),
        value: chance.to_string(),
        derived: Derived::Chance(cell),
        share: Some(chance_share(chance)).filter(|share| share.is_finite()),
    };
    Plot {
        class: "plot-chance",
        title: strings.river.chance_title,
        figure: (strings.river.chance_figure)(&model.word.name()),
        ticks: [0.0, 0.25, 0.5, 0.75, 1.0].map(|share| (chance_share(share), percent(share))).into(),
        dots: model.points.iter().copied().map(dot).collect(),
    }
}

fn ranks(model: &LineModel, strings: &'static Strings) -> Plot {
    let powers = (0..).map(|power| 10u32.pow(power)).take_while(|&rank| (rank as usize) < model.vocabulary);
    Plot {
        class: "plot-rank",
        title: strings.river.rank_title,
        figure: (strings.river.rank_figure)(&model.word.name()),
        ticks: powers.map(|rank| (rank_share(rank, model.vocabulary), rank_said(rank, strings))).collect(),
        dots: (model.points.iter().map(|p| (p.standing.rank, p.cell)))
            .map(|(rank, cell)| Dot {
                said: rank_said(rank, strings),
                value: if rank == 0 { f32::NAN.to_string() } else { rank.to_string() },
                derived: Derived::Rank(cell),
                share: Some(rank_share(rank, model.vocabulary)).filter(|_| rank > 0),
            })
            .collect(),
    }
}

fn draw(plot: Plot, frame: Frame, strings: &'static Strings) -> AnyView {
    let ticks = plot.ticks.into_iter().map(|(share, said)| {
        let y = tenth(frame.y(share));
        view! {
            <line class="plot-line" x1=LEFT x2=tenth(frame.width) y1=y y2=y />
            <text x=LEFT - 8.0 y=y text-anchor="end" dominant-baseline="central">{said}</text>
        }
    });
    let floors = (0..frame.floors).filter(|&depth| depth == 0 || frame.named(depth, 22.0)).map(|depth| {
        let name = if depth == 0 { strings.river.axis_embedding.into() } else { depth.to_string() };
        view! { <text x=tenth(frame.x(depth)) y=HEIGHT - 17.0 text-anchor="middle">{name}</text> }
    });
    // The line breaks where there is no number.
    let mut path = String::new();
    let mut open = false;
    for (depth, dot) in plot.dots.iter().enumerate() {
        if let Some(share) = dot.share {
            let step = if open { 'L' } else { 'M' };
            path.push_str(&format!("{step}{} {}", tenth(frame.x(depth)), tenth(frame.y(share))));
        }
        open = dot.share.is_some();
    }
    let dots = plot.dots.into_iter().enumerate().map(|(depth, dot)| {
        let (x, y) = (tenth(frame.x(depth)), tenth(frame.y(dot.share.unwrap_or(1.0))));
        let mark = dot.share.map(|_| view! { <circle class="plot-dot" cx=x cy=y r="4" /> });
        let said = frame.named(depth, PITCH).then(|| {
            view! { <text class="plot-value" x=x y=tenth(y - 10.0) text-anchor="middle">{dot.said.clone()}</text> }
        });
        view! {
            <g data-testid="standing" data-depth=depth data-derived=dot.derived.to_string() data-value=dot.value>
                <title>{dot.said.clone()}</title>{mark}{said}
            </g>
        }
    });
    view! {
        <figure class=plot.class>
            <figcaption>{plot.title}</figcaption>
            <svg role="img" aria-label=plot.figure width=tenth(frame.width) height=HEIGHT>
                {ticks.collect_view()}
                {floors.collect_view()}
                <text class="axis-word" x=tenth(frame.width) y=HEIGHT - 2.0 text-anchor="end">{strings.river.axis_floors}</text>
                <path class="plot-path" d=path />
                {dots.collect_view()}
            </svg>
        </figure>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certainty_and_the_first_rank_are_on_top() {
        assert_eq!([0.0, 0.25, 1.0].map(chance_share), [1.0, 0.75, 0.0]);
        assert_eq!((rank_share(1, 8192), rank_share(8192, 8192)), (0.0, 1.0));
        // A tenfold rank is the same step everywhere.
        let steps = [1, 10, 100].map(|rank| rank_share(rank * 10, 8192) - rank_share(rank, 8192));
        assert!(steps.iter().all(|step| (step - steps[0]).abs() < 1e-12));
        assert_eq!((rank_share(0, 8192), rank_share(9, 1)), (0.0, 1.0));
    }

    #[test]
    fn points_stand_in_order_within_the_picture_and_labels_keep_apart() {
        for room in [240.0, 358.0, 600.0, 1100.0] {
            for floors in [1, 2, 7, 13, 49] {
                let frame = Frame::fit(room, floors);
                assert!((0..floors).all(|d| frame.x(d) > LEFT && frame.x(d) <= frame.width - RIGHT + 1e-9));
                let named: Vec<usize> = (0..floors).filter(|&d| frame.named(d, PITCH)).collect();
                assert_eq!(named.last(), Some(&(floors - 1)));
                assert!(named.windows(2).all(|w| frame.x(w[1]) - frame.x(w[0]) >= PITCH - 1e-9), "{room} {floors}");
            }
        }
    }
}
