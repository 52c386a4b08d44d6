//! A row of signed numbers as cells, in SVG: the strips of the arithmetic. Blue below zero, orange above,
//! the page's colour at zero, a notch beyond the scale. A cell that is a value of the run opens its receipt.

use super::browser::attribute_under;
use super::grid::tenth;
use crate::model::Cell;
use leptos::prelude::*;

/// What stands in a row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cells {
    pub values: Vec<f32>,
    /// Their addresses, where they are values of the run.
    pub addresses: Vec<Cell>,
    /// Full colour on either side of zero.
    pub limit: f32,
    /// The one that is looked at.
    pub at: Option<usize>,
}

/// A cell's width in the drawing; the page stretches it.
const WIDE: f64 = 10.0;
const HIGH: f64 = 18.0;

impl Cells {
    /// Full colour at the largest magnitude.
    pub fn new(values: Vec<f32>) -> Self {
        let limit = largest(&values);
        Self { values, limit, ..Self::default() }
    }

    pub fn to(self, limit: f32) -> Self {
        Self { limit, ..self }
    }

    pub fn of(self, address: impl Fn(usize) -> Cell) -> Self {
        Self { addresses: (0..self.values.len()).map(address).collect(), ..self }
    }

    pub fn at(self, at: Option<usize>) -> Self {
        Self { at, ..self }
    }

    /// `name` is read out in place of the picture.
    pub fn draw(&self, name: String, on_cell: Callback<Option<Cell>>) -> AnyView {
        let count = self.values.len();
        let open = move |event: leptos::ev::MouseEvent| {
            if let Some(cell) = attribute_under(&event, "data-cell").and_then(|text| Cell::parse(&text)) {
                on_cell.run(Some(cell));
            }
        };
        let mark = self.at.filter(|at| *at < count).map(|at| {
            view! {
                <rect class="strip-at" x=tenth(at as f64 * WIDE) y="0" width=WIDE height=HIGH vector-effect="non-scaling-stroke" />
            }
        });
        view! {
            <svg class="strip-row" role="img" aria-label=name preserveAspectRatio="none"
                viewBox=format!("0 0 {} {HIGH}", (count.max(1) as f64) * WIDE) on:click=open>
                {self.values.iter().enumerate().map(|(i, v)| self.cell(i, *v)).collect_view()}
                {mark}
            </svg>
        }
        .into_any()
    }

    fn cell(&self, i: usize, value: f32) -> impl IntoView + use<> {
        let address = self.addresses.get(i).map(Cell::to_string);
        let share = (f64::from(value.abs()) / f64::from(self.limit)).min(1.0);
        let class = match value {
            v if v.is_nan() => "signed-cell cell-loud",
            v if v < 0.0 => "signed-cell cell-below",
            _ => "signed-cell cell-above",
        };
        let opacity = if value.is_nan() {
            1.0
        } else if value == 0.0 {
            0.0
        } else {
            (share * 1000.0).round() / 1000.0
        };
        let (left, right) = (i as f64 * WIDE, (i + 1) as f64 * WIDE - 0.6);
        // The upper right corner is cut off beyond the scale.
        let cut = if value.abs() > self.limit { 4.0 } else { 0.0 };
        let path = format!("M{left} 0H{}L{right} {cut}V{HIGH}H{left}Z", tenth(right - cut));
        view! { <path class=class d=path fill-opacity=opacity data-cell=address data-value=value.to_string() /> }
    }
}

/// The largest magnitude that is a number.
pub fn largest(values: &[f32]) -> f32 {
    values.iter().map(|v| v.abs()).filter(|v| v.is_finite()).fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Site, SiteName};

    #[test]
    fn every_cell_has_its_number_its_sign_and_its_address() {
        let cells = Cells::new(vec![1.0, -2.0, f32::NAN, 0.0]).of(|i| Cell::new(SiteName::new(Site::Mid, 1), 3, i));
        let html = Owner::new()
            .with(|| cells.clone().to(1.0).at(Some(1)).draw("four".into(), Callback::new(|_| ())).to_html());
        assert!(html.contains("data-cell=\"block.1.mid:3:2\" data-value=\"NaN\""), "{html}");
        assert_eq!((html.matches("cell-above").count(), html.matches("cell-below").count()), (2, 1));
        assert_eq!((html.matches("cell-loud").count(), html.matches("strip-at").count()), (1, 1));
        assert_eq!(cells.limit, 2.0);
    }
}
