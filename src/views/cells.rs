//! A row of signed numbers as cells, in SVG: the strips of the arithmetic. Blue below zero, orange above,
//! the page's colour at zero, a notch beyond the scale. A cell that is a value of the run opens its receipt. A row is
//! one tab stop; arrows move along it.

use super::browser::{announce, attribute_under};
use super::derived::Derived;
use super::export::picture::escaped;
use super::grid::tenth;
use super::number::short;
use super::strip::moved;
use crate::content::StageStrings;
use crate::model::Cell;
use leptos::prelude::*;
use std::fmt::Write;

/// What stands in a row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cells {
    pub values: Vec<f32>,
    /// Their addresses, where they are values of the run.
    pub addresses: Vec<Cell>,
    /// What they are, where they are made of several.
    pub made: Vec<Derived>,
    /// What each is called; dimensions have only their numbers.
    pub names: Vec<String>,
    /// Full colour on either side of zero.
    pub limit: f32,
    /// The number of the first, where they are a stretch of more.
    pub first: usize,
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

    pub fn from(self, first: usize) -> Self {
        Self { first, ..self }
    }

    pub fn made(self, made: impl Fn(usize) -> Derived) -> Self {
        Self { made: (0..self.values.len()).map(made).collect(), ..self }
    }

    pub fn named(self, names: Vec<String>) -> Self {
        Self { names, ..self }
    }

    pub fn at(self, at: Option<usize>) -> Self {
        Self { at, ..self }
    }

    /// `name` is read out for the whole row.
    pub fn draw(&self, name: String, on_cell: Callback<Option<Cell>>, words: &'static StageStrings) -> AnyView {
        let mut drawn = String::with_capacity(self.values.len() * 140);
        self.values.iter().enumerate().for_each(|(i, v)| self.cell(i, *v, &mut drawn));
        self.row(name, drawn, on_cell, words)
    }

    /// The row around cells that are drawn already, each [`WIDE`] and [`HIGH`]: as markup, numbers only. There are
    /// thousands on a block's floor, and the browser reads them in a tenth of the time that it takes to make them
    /// one by one from outside.
    pub fn row(
        &self,
        name: String,
        drawn: String,
        on_cell: Callback<Option<Cell>>,
        words: &'static StageStrings,
    ) -> AnyView {
        let count = self.values.len();
        let (cursor, heard) = (RwSignal::new(None::<usize>), RwSignal::new(String::new()));
        let (say, kept, first) = (announce(heard), StoredValue::new(self.clone()), self.at.unwrap_or(0));
        let open = move |event: leptos::ev::MouseEvent| {
            if let Some(cell) = attribute_under(&event, "data-cell").and_then(|text| Cell::parse(&text)) {
                on_cell.run(Some(cell));
            }
        };
        let on_key = move |event: leptos::ev::KeyboardEvent| {
            let (here, key) = (cursor.get_untracked(), event.key());
            match key.as_str() {
                "Enter" => {
                    let cell = kept.with_value(|cells| cells.addresses.get(here?).copied());
                    cell.into_iter().for_each(|cell| on_cell.run(Some(cell)));
                }
                "ArrowLeft" | "ArrowRight" | "Home" | "End" if count > 0 => {
                    let next = here.and_then(|here| moved(&key, here, 1, count)).unwrap_or(first);
                    cursor.set(Some(next));
                    say(kept.with_value(|cells| cells.spoken(next, words)));
                }
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        };
        let frame = |class: &'static str, i: usize| {
            view! {
                <rect class=class x=tenth(i as f64 * WIDE) y="0" width=WIDE height=HIGH vector-effect="non-scaling-stroke" />
            }
        };
        view! {
            <svg class="strip-row" role="application" tabindex="0" aria-label=name aria-description=words.strip_keys
                preserveAspectRatio="none" viewBox=format!("0 0 {} {HIGH}", (count.max(1) as f64) * WIDE)
                on:click=open on:keydown=on_key on:blur=move |_| cursor.set(None)>
                <g inner_html=drawn></g>
                {self.at.filter(|at| *at < count).map(|at| frame("strip-at", at))}
                {move || cursor.get().map(|i| frame("strip-at strip-cursor", i))}
            </svg>
            <span class="unseen" aria-live="polite">{move || heard.get()}</span>
        }
        .into_any()
    }

    /// A cell's width without the gap behind it: some hundredths of a cell where they are many, a hair where they are few
    /// and wide.
    pub fn wide(&self) -> f64 {
        WIDE - (self.values.len() as f64 / 60.0).min(0.6)
    }

    /// A cell in words.
    fn spoken(&self, i: usize, words: &StageStrings) -> String {
        let value = self.values[i];
        match self.names.get(i) {
            Some(name) => format!("{name}{}{}", words.colon, short(value, words)),
            None => (words.vector_cell)(self.first + i, value),
        }
    }

    fn cell(&self, i: usize, value: f32, out: &mut String) {
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
        let left = i as f64 * WIDE;
        let right = left + self.wide();
        // The upper right corner is cut off beyond the scale.
        let cut = if value.abs() > self.limit { 4.0 } else { 0.0 };
        let path = format!("M{left} 0H{:.2}L{right:.2} {cut}V{HIGH}H{left}Z", right - cut);
        let _ = write!(out, r#"<path class="{class}" d="{path}" fill-opacity="{opacity}""#);
        if let Some(address) = self.addresses.get(i) {
            let _ = write!(out, r#" data-cell="{address}""#);
        }
        if let Some(made) = self.made.get(i) {
            let _ = write!(out, r#" data-derived="{}""#, escaped(&made.to_string()));
        }
        let _ = write!(out, r#" data-value="{value}"/>"#);
    }
}

/// The largest magnitude that is a number.
pub fn largest(values: &[f32]) -> f32 {
    values.iter().map(|v| v.abs()).filter(|v| v.is_finite()).fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::stage::EN;
    use crate::model::{Site, SiteName};

    #[test]
    fn every_cell_has_its_number_its_sign_and_its_address() {
        let cells = Cells::new(vec![1.0, -2.0, f32::NAN, 0.0]).of(|i| Cell::new(SiteName::new(Site::Mid, 1), 3, i));
        let html = Owner::new()
            .with(|| cells.clone().to(1.0).at(Some(1)).draw("four".into(), Callback::new(|_| ()), &EN).to_html());
        assert!(html.contains("data-cell=\"block.1.mid:3:2\" data-value=\"NaN\""), "{html}");
        assert_eq!((html.matches("cell-above").count(), html.matches("cell-below").count()), (2, 1));
        assert_eq!((html.matches("cell-loud").count(), html.matches("strip-at").count()), (1, 1));
        assert_eq!(cells.limit, 2.0);
        assert!(html.contains("tabindex=\"0\"") && html.contains("aria-label=\"four\""), "{html}");
        assert_eq!(cells.spoken(1, &EN), "dimension 1: -2");
        assert_eq!(cells.clone().from(512).spoken(1, &EN), "dimension 513: -2");
        assert_eq!(cells.named(["a", "b"].map(String::from).to_vec()).spoken(1, &EN), "b: −2.00");
    }
}
