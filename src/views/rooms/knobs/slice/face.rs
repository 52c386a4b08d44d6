//! The numbers that a window on a learned tensor shows, and where each lies.

use crate::analysis::strip::Scale;
use crate::link::question::Answered;
use crate::model::{GptConfig, Slice, TensorName};
use crate::views::rooms::knobs::weight::Place;
use crate::views::strip;
use std::fmt::Write;
use std::sync::Arc;

/// A vector is read like so many lines of text.
const LINES: usize = 12;
/// Shades a sign.
const SHADES: usize = 24;

/// Where the window's corner lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    pub name: TensorName,
    pub row: usize,
    pub column: usize,
}

impl Window {
    /// The cells that it shows, moved inside the tensor.
    pub fn slice(self, config: &GptConfig, side: usize) -> Slice {
        let name = TensorName { layer: self.name.layer.min(config.layers - 1), ..self.name };
        let [rows, columns] = name.shape(config);
        let [high, wide] = if rows == 1 { [1, LINES * side] } else { [side, side] };
        let along = |at: usize, shown: usize, all: usize| {
            let from = at.min(all.saturating_sub(shown));
            from..(from + shown).min(all)
        };
        Slice { name, rows: along(self.row, high, rows), columns: along(self.column, wide, columns) }
    }
}

/// The numbers of a window, ready to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Face {
    pub slice: Slice,
    /// Cells a line.
    pub line: usize,
    pub values: Arc<Vec<f32>>,
    pub scale: Scale,
}

/// `None` while these numbers were not answered.
pub fn derive(answered: &Answered, slice: &Slice, side: usize) -> Option<Face> {
    let values = answered.slice(slice).filter(|values| !values.is_empty())?;
    let line = if slice.rows.len() == 1 { side.min(slice.columns.len()) } else { slice.columns.len() };
    let strip::StripModel { values, scale } = strip::derive(values);
    Some(Face { slice: slice.clone(), line, values, scale })
}

impl Face {
    pub fn lines(&self) -> usize {
        self.values.len().div_ceil(self.line.max(1))
    }

    /// Row and column in the tensor.
    pub fn place(&self, i: usize) -> (usize, usize) {
        let wide = self.slice.columns.len().max(1);
        (self.slice.rows.start + i / wide, self.slice.columns.start + i % wide)
    }

    pub fn index(&self, row: usize, column: usize) -> Option<usize> {
        let inside = self.slice.rows.contains(&row) && self.slice.columns.contains(&column);
        inside.then(|| (row - self.slice.rows.start) * self.slice.columns.len() + column - self.slice.columns.start)
    }

    /// The learned value of a cell, if the window has it.
    pub fn value(&self, place: Place) -> Option<f32> {
        if self.slice.name != place.name {
            return None;
        }
        self.values.get(self.index(place.row, place.column)?).copied()
    }

    /// The cells of one shade each: class, opacity and path, in cells' widths of `size`.
    pub fn paths(&self, size: f64) -> Vec<(&'static str, f64, String)> {
        let mut shades = vec![String::new(); 2 * SHADES + 2];
        for (i, &v) in self.values.iter().enumerate() {
            let (x, y) = ((i % self.line) as f64 * size, (i / self.line) as f64 * size);
            let shade = (self.scale.place(v).abs() * SHADES as f32).round() as usize;
            // Zero is the page's own colour.
            let at = match v {
                _ if v.is_nan() => 2 * SHADES,
                _ if shade == 0 => continue,
                v => shade - 1 + if v < 0.0 { SHADES } else { 0 },
            };
            let _ = write!(shades[at], "M{x} {y}h{size}v{size}h-{size}z");
            if self.scale.clips(v) {
                let (cut, right) = (size / 2.0, x + size);
                let _ = write!(shades[2 * SHADES + 1], "M{right} {y}v{cut}l-{cut} -{cut}z");
            }
        }
        let class = |at: usize| match at {
            at if at < SHADES => "slice-above",
            at if at < 2 * SHADES => "slice-below",
            at if at == 2 * SHADES => "slice-nan",
            _ => "slice-notch",
        };
        let opacity = |at: usize| if at < 2 * SHADES { (at % SHADES + 1) as f64 / SHADES as f64 } else { 1.0 };
        let drawn = shades.into_iter().enumerate().filter(|(_, path)| !path.is_empty());
        drawn.map(|(at, path)| (class(at), opacity(at), path)).collect()
    }

    pub fn csv(&self) -> String {
        let line = |i: usize| {
            let (row, column) = self.place(i);
            format!("{row},{column},{}\r\n", self.values[i])
        };
        std::iter::once("row,column,value\r\n".into()).chain((0..self.values.len()).map(line)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::question::{Answer, Question};
    use crate::model::Part;

    fn config() -> GptConfig {
        GptConfig::from_json(r#"{"n_layer":2,"n_head":2,"n_embd":60,"vocab_size":100,"n_positions":8}"#).unwrap()
    }

    fn face(part: Part, row: usize, column: usize) -> Face {
        let window = Window { name: TensorName { part, layer: 9 }, row, column };
        let slice = window.slice(&config(), 48);
        let values = (0..slice.len()).map(|i| i as f32 - 3.0).collect();
        let answered =
            Answered { question: Question::Slices(vec![slice.clone()]), answer: Answer::Slices { values }, knob: None };
        derive(&answered, &slice, 48).unwrap()
    }

    #[test]
    fn a_window_stays_inside_its_tensor() {
        let far = face(Part::QkvWeight, 9999, 9999).slice;
        assert_eq!((far.name.layer, far.rows, far.columns), (1, 12..60, 132..180));
        let small = face(Part::PositionTable, 0, 0).slice;
        assert_eq!((small.rows, small.columns), (0..8, 0..48));
    }

    #[test]
    fn every_cell_is_found_where_it_lies() {
        for face in [face(Part::QkvWeight, 5, 50), face(Part::QkvBias, 0, 0), face(Part::PositionTable, 0, 7)] {
            for i in 0..face.values.len() {
                let (row, column) = face.place(i);
                assert_eq!(face.index(row, column), Some(i));
                let place = Place { name: face.slice.name, row, column };
                assert_eq!(face.value(place), Some(face.values[i]));
            }
            assert_eq!(face.index(99, 0), None);
        }
        assert_eq!(face(Part::QkvBias, 0, 0).lines(), 4);
    }

    #[test]
    fn zero_is_not_painted_and_every_other_shade_is_one_path() {
        let face = face(Part::QkvWeight, 0, 0);
        let paths = face.paths(10.0);
        assert!(paths.len() <= 2 * SHADES + 2);
        let cells: usize = paths.iter().filter(|p| p.0 != "slice-notch").map(|p| p.2.matches('M').count()).sum();
        let unseen = face.values.iter().filter(|v| (face.scale.place(**v) * SHADES as f32).round() == 0.0).count();
        assert_eq!(cells, face.values.len() - unseen);
        assert!(paths.iter().all(|(_, opacity, _)| (0.0..=1.0).contains(opacity)));
    }
}
