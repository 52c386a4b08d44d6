//! How the learned values of a window are spread.

use super::face::Face;
use crate::analysis::histogram::Histogram;
use crate::content::Strings;
use crate::views::derived::Derived;
use crate::views::grid::tenth;
use crate::views::number::figure;
use leptos::prelude::*;

/// How the values lie around zero: bars, and one standard deviation to each side.
pub fn histogram(face: &Face, strings: &'static Strings) -> Option<AnyView> {
    const BINS: usize = 41;
    const WIDTH: f64 = 420.0;
    const HEIGHT: f64 = 72.0;
    let histogram = Histogram::new(&face.values, BINS)?;
    let (words, stage) = (&strings.knobs, &strings.stage);
    let step = WIDTH / BINS as f64;
    let high = |count: usize| HEIGHT * count as f64 / histogram.most().max(1) as f64;
    let bar = |(i, &count): (usize, &usize)| {
        let class = match i.cmp(&(BINS / 2)) {
            std::cmp::Ordering::Less => "slice-below",
            std::cmp::Ordering::Equal => "histogram-middle",
            std::cmp::Ordering::Greater => "slice-above",
        };
        let bin = Derived::Bin { slice: face.slice.clone(), bin: i, of: BINS };
        view! { <rect class=class x=tenth(i as f64 * step + 0.5) y=tenth(8.0 + HEIGHT - high(count)) width=tenth(step - 1.0) height=tenth(high(count)) data-derived=bin.to_string() data-value=count /> }
    };
    let place = |v: f32| tenth(WIDTH * (f64::from(v / histogram.limit) + 1.0) / 2.0);
    let line = |v: f32| view! { <line class="histogram-sigma" x1=place(v) x2=place(v) y1="2" y2=HEIGHT + 8.0 /> };
    let end = |v: f32, anchor: &'static str| view! { <text class="axis" x=place(v) y=HEIGHT + 22.0 text-anchor=anchor>{figure(v, stage)}</text> };
    let (mean, deviation) = (figure(histogram.mean, stage), figure(histogram.deviation, stage));
    let said = (words.histogram_words)(&stage.count(face.values.len() - histogram.others), &mean, &deviation);
    let others = (histogram.others > 0).then(|| format!("{} × {}", histogram.others, stage.not_a_number));
    Some(
        view! {
            <figure class="histogram" data-testid="histogram" data-deviation=histogram.deviation.to_string() data-mean=histogram.mean.to_string()>
                <svg viewBox=format!("0 0 {WIDTH} {}", HEIGHT + 26.0) width=WIDTH role="img" aria-label=words.histogram_figure>
                    {histogram.bins.iter().enumerate().map(bar).collect_view()}
                    <line class="arc-foot" x1="0" x2=WIDTH y1=HEIGHT + 8.0 y2=HEIGHT + 8.0 />
                    {line(histogram.mean - histogram.deviation)}{line(histogram.mean + histogram.deviation)}
                    {end(-histogram.limit, "start")}{end(0.0, "middle")}{end(histogram.limit, "end")}
                </svg>
                <figcaption class="note">{said}" "<span class="sigma-key"></span>{words.histogram_wide}" "{others}</figcaption>
            </figure>
        }
        .into_any(),
    )
}
