//! The GELU curve, drawn by the same function that the CPU engine runs, with neurons as points on it.

use super::glossary::Marks;
use super::grid::tenth;
use super::neurons::Neuron;
use crate::content::Strings;
use crate::engine::cpu::gelu::gelu;
use crate::model::params::GeluParams;
use crate::model::{Activation, Cell};
use leptos::prelude::*;

#[derive(Clone, Debug, PartialEq)]
pub struct CurveModel {
    pub activation: Activation,
    pub points: Vec<Neuron>,
    /// The neuron that is looked at.
    pub chosen: usize,
    /// Where the neurons' outputs are: the first one's address.
    pub at: Cell,
}

const WIDTH: f64 = 300.0;
const HIGH: f64 = 224.0;
const MARGIN: f64 = 14.0;
/// Below the picture, for the name of the axis.
const FOOT: f64 = 20.0;

/// From numbers to places: both axes have one scale, to the nearest whole number beyond what is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Frame {
    left: f64,
    right: f64,
    bottom: f64,
    top: f64,
}

impl Frame {
    fn around(points: &[Neuron]) -> Self {
        let finite =
            |of: fn(&Neuron) -> f32| points.iter().map(of).filter(|v| v.is_finite()).map(f64::from).collect::<Vec<_>>();
        let (ins, outs) = (finite(|n| n.before), finite(|n| n.after));
        Self {
            left: ins.iter().copied().fold(-3.0, f64::min).floor(),
            right: ins.iter().copied().fold(3.0, f64::max).ceil(),
            bottom: -0.5,
            top: outs.iter().copied().fold(2.5, f64::max).ceil(),
        }
    }

    fn x(self, v: f64) -> f64 {
        tenth(MARGIN + (v - self.left) / (self.right - self.left) * (WIDTH - 2.0 * MARGIN))
    }

    fn y(self, v: f64) -> f64 {
        tenth(HIGH - FOOT - MARGIN - (v - self.bottom) / (self.top - self.bottom) * (HIGH - FOOT - 2.0 * MARGIN))
    }
}

/// The variant's values at these places.
fn values(activation: Activation, x: &[f32]) -> Vec<f32> {
    let mut write = vec![0.0; x.len()];
    gelu(&GeluParams { first: 0, count: x.len() as u32, variant: activation.code() }, x, &mut write);
    write
}

fn path(activation: Activation, frame: Frame) -> String {
    const STEPS: usize = 120;
    let x: Vec<f32> =
        (0..=STEPS).map(|i| (frame.left + (frame.right - frame.left) * i as f64 / STEPS as f64) as f32).collect();
    let places = x.iter().zip(values(activation, &x));
    let points: Vec<String> =
        places.map(|(x, y)| format!("{} {}", frame.x(f64::from(*x)), frame.y(f64::from(y)))).collect();
    format!("M{}", points.join("L"))
}

#[component]
pub fn GeluCurve(
    model: Signal<Option<CurveModel>>,
    on_pick: Callback<usize>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let draw = move |m: CurveModel| {
        let frame = Frame::around(&m.points);
        let whole = |from: f64, to: f64| (from.ceil() as i32..=to.floor() as i32).filter(|i| *i != 0);
        let step = if frame.right - frame.left > 12.0 { 4 } else { 2 };
        let ticks = whole(frame.left, frame.right).filter(move |i| i % step == 0).map(move |i| {
            let x = frame.x(f64::from(i));
            view! {
                <line class="curve-axis" x1=x x2=x y1=frame.y(0.0) - 2.0 y2=frame.y(0.0) + 2.0 />
                <text x=x y=frame.y(0.0) + 13.0 text-anchor="middle">{i.to_string().replace('-', "−")}</text>
            }
        });
        let rises = whole(frame.bottom, frame.top).filter(move |i| i % step == 0).map(move |i| {
            let y = frame.y(f64::from(i));
            view! { <text x=frame.x(0.0) - 6.0 y=y text-anchor="end" dominant-baseline="central">{i}</text> }
        });
        let shown = m.points.iter().filter(|n| n.before.is_finite() && n.after.is_finite());
        let point = |n: &Neuron| {
            let (x, y, index) = (frame.x(f64::from(n.before)), frame.y(f64::from(n.after)), n.index);
            let class = if index == m.chosen { "curve-point on" } else { "curve-point" };
            view! {
                <circle class=class cx=x cy=y r=if index == m.chosen { 5.5 } else { 3.5 } data-neuron=index
                    data-cell=Cell { column: index, ..m.at }.to_string() data-value=n.after.to_string()
                    on:click=move |_| on_pick.run(index) />
            }
        };
        let here =
            m.points.iter().find(|n| n.index == m.chosen && n.before.is_finite() && n.after.is_finite()).map(|n| {
                let (x, y) = (frame.x(f64::from(n.before)), frame.y(f64::from(n.after)));
                view! { <path class="curve-drop" d=format!("M{x} {}V{y}H{}", frame.y(0.0), frame.x(0.0)) /> }
            });
        view! {
            <line class="curve-axis" x1=MARGIN x2=WIDTH - MARGIN y1=frame.y(0.0) y2=frame.y(0.0) />
            <line class="curve-axis" x1=frame.x(0.0) x2=frame.x(0.0) y1=MARGIN y2=frame.y(0.0) />
            {ticks.collect_view()}
            {rises.collect_view()}
            <text class="axis-word" x=WIDTH - MARGIN y=HIGH - 2.0 text-anchor="end">{strings.get().mlp.curve_in}</text>
            <text class="axis-word" x=frame.x(0.0) + 8.0 y="12">{strings.get().mlp.curve_out}</text>
            <path class="curve" d=path(m.activation, frame) />
            {here}
            {shown.map(point).collect_view()}
        }
        .into_any()
    };
    let said = move || {
        let (strings, words) = (strings.get(), &strings.get().mlp);
        model.with(|m| {
            let said = match m.as_ref()?.activation {
                Activation::GeluTanh => words.curve_tanh,
                Activation::GeluErf => words.curve_erf,
            };
            Some(Marks::new(&strings.glossary).after(strings.shell.floors.mlp_lead).draw(said))
        })
    };
    view! {
        <figure class="gelu">
            <h4>{move || strings.get().mlp.curve_title}</h4>
            <svg role="img" aria-label=move || strings.get().mlp.curve_figure viewBox=format!("0 0 {WIDTH} {HIGH}")>
                {move || model.get().map(draw)}
            </svg>
            <figcaption class="note">{said}</figcaption>
        </figure>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_is_the_variant_s_and_points_lie_on_it() {
        assert!((values(Activation::GeluErf, &[1.0])[0] - 0.841_344_7).abs() < 1e-6);
        assert!((values(Activation::GeluTanh, &[1.0])[0] - 0.841_192).abs() < 1e-6);
        let point = Neuron { index: 0, before: 5.5, after: 5.5 };
        let hole = Neuron { index: 1, before: f32::NAN, after: f32::NAN };
        let frame = Frame::around(&[point, hole]);
        assert_eq!((frame.right, frame.top, frame.left), (6.0, 6.0, -3.0));
        assert!(!path(Activation::GeluTanh, frame).contains("NaN"));
        assert!(frame.x(5.5) < WIDTH - MARGIN && frame.y(5.5) > MARGIN);
    }
}
