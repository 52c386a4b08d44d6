//! Where a heat map's cells, labels and words stand, so that nothing collides or is cut off from one
//! token to hundreds, on a phone and on a projector. Tokens are read down; across stand tokens again
//! ([`Frame::fit`]) or the dimensions of a vector ([`Frame::table`]).

use super::grid::tenth;
use super::label::Label;
use super::paint::Grid;
use leptos::prelude::*;

/// Where everything stands, in CSS pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    /// Height of all rows together.
    pub side: f64,
    /// Width of all columns together.
    pub breadth: f64,
    pub cell: f64,
    /// The rows.
    pub grid: Grid,
    /// The columns.
    pub across: Grid,
    /// Column labels stand upright; else they lean.
    pub upright: bool,
    /// Every how many tokens a label is written.
    pub step: usize,
    /// Room of a row's and of a column's label, in columns of [`Label::columns`].
    pub room: [f64; 2],
}

/// A column of [`Label::columns`] at the axes' size of type.
const COLUMN: f64 = 6.8;
/// From label to label, at least.
const PITCH: f64 = 12.0;
/// Columns that are kept free for labels.
const LABEL_ROOMS: [f64; 2] = [6.0, 13.0];
const LARGEST_CELL: f64 = 48.0;
const LARGEST_SIDE: f64 = 620.0;
/// Where a vector stands across, its cells are many, and a row says nothing by its height.
const LARGEST_TABLE_CELL: f64 = 26.0;

impl Frame {
    pub fn fit(labels: &[Label], width: f64, ratio: f64) -> Self {
        let tokens = labels.len().max(1);
        // Room for short labels or for long ones: the picture must not move at every keystroke.
        let longest = labels.iter().map(Label::columns).fold(1.0, f64::max);
        let longest = LABEL_ROOMS.into_iter().find(|&room| longest <= room).unwrap_or(longest);
        let left = (longest * COLUMN + 14.0).clamp(106.0, (width * 0.3).clamp(106.0, 140.0));
        let roomy = (width - left - 60.0) / tokens as f64;
        let upright = width < 520.0 || roomy < 20.0;
        let column_room = longest.min(if upright { 11.0 } else { 13.0 });
        let lean = std::f64::consts::FRAC_1_SQRT_2;
        let rise = column_room * COLUMN * if upright { 1.0 } else { lean };
        let right = if upright { 8.0 } else { (rise - 10.0).max(8.0) };
        let room = (width - left - right).clamp(1.0, LARGEST_SIDE);
        let grid = Grid::fit(tokens, (room * ratio) as usize, (LARGEST_CELL * ratio) as usize);
        let side = grid.side as f64 / ratio;
        let cell = side / tokens as f64;
        Self {
            left,
            top: rise + 34.0,
            right,
            side,
            breadth: side,
            cell,
            grid,
            across: grid,
            upright,
            step: (PITCH / cell).ceil().max(1.0) as usize,
            room: [(left - 14.0) / COLUMN, column_room],
        }
    }

    /// A row a token, a column a dimension.
    pub fn table(labels: &[Label], columns: usize, width: f64, ratio: f64) -> Self {
        let (square, tokens) = (Self::fit(labels, width, ratio), labels.len().max(1));
        let most = (LARGEST_TABLE_CELL * ratio) as usize;
        let room = (width - square.left - 8.0).clamp(1.0, LARGEST_SIDE);
        let grid = Grid::fit(tokens, (LARGEST_SIDE * ratio) as usize, most);
        let across = Grid::fit(columns, (room * ratio) as usize, most);
        let (side, breadth) = (grid.side as f64 / ratio, across.side as f64 / ratio);
        let cell = side / tokens as f64;
        let step = (PITCH / cell).ceil().max(1.0) as usize;
        Self { top: 40.0, right: 8.0, side, breadth, cell, grid, across, step, ..square }
    }

    pub fn width(&self) -> f64 {
        self.left + self.breadth.max(96.0) + self.right
    }

    pub fn height(&self) -> f64 {
        self.top + self.side + 4.0
    }

    /// Where row `i` begins, from the top.
    pub fn y(&self, i: usize) -> f64 {
        self.top + self.grid.edge(i) as f64 * self.side / self.grid.side as f64
    }

    /// Where column `i` begins, from the left.
    pub fn x(&self, i: usize) -> f64 {
        self.left + self.across.edge(i) as f64 * self.breadth / self.across.side as f64
    }

    pub fn row_label(&self, label: &Label, i: usize, class: &'static str) -> AnyView {
        let y = (self.y(i) + self.y(i + 1)) / 2.0;
        view! {
            <text class=class x=tenth(self.left - 8.0) y=tenth(y) text-anchor="end" dominant-baseline="central">
                {label.clipped(self.room[0]).svg()}
            </text>
        }
        .into_any()
    }

    pub fn column_label(&self, label: &Label, i: usize, class: &'static str) -> AnyView {
        let angle = if self.upright { -90 } else { -45 };
        let middle = (self.x(i) + self.x(i + 1)) / 2.0;
        let place = format!("translate({:.1} {:.1}) rotate({angle})", middle + 1.0, self.top - 7.0);
        view! {
            <text class=class transform=place dominant-baseline="central">
                {label.clipped(self.room[1]).svg()}
            </text>
        }
        .into_any()
    }

    /// The number of a dimension, from 0 as in every address.
    pub fn column_number(&self, i: usize, class: &'static str) -> AnyView {
        let x = (self.x(i) + self.x(i + 1)) / 2.0;
        view! { <text class=class x=tenth(x) y=tenth(self.top - 6.0) text-anchor="middle">{i}</text> }.into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stay_legible_and_everything_inside_at_every_length() {
        for width in [320.0, 358.0, 640.0, 1200.0] {
            for tokens in [1, 2, 5, 12, 40, 100, 256] {
                let labels: Vec<Label> = (0..tokens).map(|i| Label::new(i, b" understanding")).collect();
                let frame = Frame::fit(&labels, width, 2.0);
                assert!(frame.step as f64 * frame.cell >= PITCH, "{width} {tokens}: {frame:?}");
                assert!(frame.left + frame.side + frame.right <= width + 0.5, "{width} {tokens}: {frame:?}");
                assert!(frame.cell <= LARGEST_CELL && frame.side > 40.0, "{width} {tokens}: {frame:?}");
                for columns in [1, 32, 64, 256] {
                    let table = Frame::table(&labels, columns, width, 2.0);
                    assert!(table.left + table.breadth + table.right <= width + 0.5, "{width} {columns}: {table:?}");
                    assert!(
                        table.side <= LARGEST_SIDE && table.across.cells == columns && table.grid.cells == labels.len()
                    );
                }
            }
        }
    }
}
