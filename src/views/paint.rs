//! Pictures as pixels: pure functions from numbers to RGBA, so that they can be tested without a
//! browser. What they draw is sized in device pixels; cell edges always lie on whole ones.
//!
//! Attention is drawn by area and darkness together: a cell is a square of violet, larger and
//! deeper the more attention. Cells too small for that are filled. A masked cell is hatched, for
//! "not allowed" is not "zero"; a value that is no number is loud. Signed values ([`strip`], [`Table`])
//! have one scale to both sides of zero.

use super::palette::{NOT_A_NUMBER, Palette, Ramp, Rgb};
use crate::analysis::strip;

pub use super::grid::{AREA_FROM, Grid, StripGrid};
pub use super::palette::Theme;

/// Cells from this size on (CSS pixels) are parted by hairlines.
const LINES_FROM: usize = 14;
/// From one line of the hatching to the next (CSS pixels).
const HATCH: usize = 6;

/// How a share of attention becomes ink.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Square root: one token that draws nearly everything would otherwise blank the rest.
    #[default]
    Root,
    Linear,
}

impl Scale {
    /// How much ink, 0…1, a share of attention gets.
    pub fn ink(self, share: f32) -> f32 {
        match self {
            Self::Root => share.max(0.0).sqrt(),
            Self::Linear => share,
        }
    }
}

/// What stands in one cell of an attention map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell {
    Share(f32),
    Masked,
}

/// A picture, row-major, four bytes a pixel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    pub width: usize,
    pub height: usize,
    pub rgba: Vec<u8>,
}

impl Pixels {
    pub fn new(width: usize, height: usize, ground: Rgb) -> Self {
        let [r, g, b] = ground;
        Self { width, height, rgba: [r, g, b, 255].repeat(width * height) }
    }

    pub fn at(&self, x: usize, y: usize) -> Rgb {
        let i = 4 * (y * self.width + x);
        [self.rgba[i], self.rgba[i + 1], self.rgba[i + 2]]
    }

    fn dot(&mut self, x: usize, y: usize, [r, g, b]: Rgb) {
        let i = 4 * (y * self.width + x);
        self.rgba[i..i + 4].copy_from_slice(&[r, g, b, 255]);
    }

    fn fill(&mut self, area: Area, [r, g, b]: Rgb) {
        for y in area.top..area.bottom {
            let row = 4 * (y * self.width + area.left)..4 * (y * self.width + area.right);
            for pixel in self.rgba[row].chunks_exact_mut(4) {
                pixel.copy_from_slice(&[r, g, b, 255]);
            }
        }
    }

    /// Lays a smaller picture on this one.
    pub fn lay(&mut self, left: usize, top: usize, other: &Self) {
        for (y, row) in other.rgba.chunks_exact(4 * other.width).enumerate() {
            let start = 4 * ((top + y) * self.width + left);
            self.rgba[start..start + row.len()].copy_from_slice(row);
        }
    }
}

/// A rectangle in device pixels, right and bottom outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Area {
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
}

impl Area {
    fn small(self) -> usize {
        (self.right - self.left).min(self.bottom - self.top)
    }

    /// A centred square whose area is `share` of this one's.
    fn part(self, share: f32) -> Self {
        let size = self.small();
        let side = ((size as f32 * share.sqrt()).round() as usize).clamp(2, size);
        let (left, top) =
            (self.left + (self.right - self.left - side) / 2, self.top + (self.bottom - self.top - side) / 2);
        Self { left, top, right: left + side, bottom: top + side }
    }
}

/// What attention cells are painted with.
pub struct Brush {
    palette: &'static Palette,
    ramp: Ramp,
    scale: Scale,
    /// Device pixels a CSS pixel, whole.
    fine: usize,
    /// Cells show their value by colour alone.
    filled: bool,
}

impl Brush {
    pub fn new(theme: Theme, scale: Scale, ratio: f64) -> Self {
        let palette = Palette::of(theme);
        let ramp = Ramp::new(palette.paper, palette.attention);
        Self { palette, ramp, scale, fine: (ratio.round() as usize).max(1), filled: false }
    }

    /// The same, with cells of any size filled as the smallest are.
    pub fn filled(self, filled: bool) -> Self {
        Self { filled, ..self }
    }

    fn cell(&self, pixels: &mut Pixels, area: Area, cell: Cell) {
        match cell {
            Cell::Masked => self.hatch(pixels, area),
            Cell::Share(v) if v.is_nan() => self.shout(pixels, area),
            Cell::Share(v) => {
                let ink = self.scale.ink(v).min(1.0);
                if self.filled || area.small() < AREA_FROM {
                    pixels.fill(area, self.ramp.at(ink));
                } else if ink > 0.0 {
                    // The palest square still stands out from the page; its size tells the rest.
                    pixels.fill(area.part(ink), self.ramp.at(0.25 + 0.75 * ink));
                }
            }
        }
    }

    fn hatch(&self, pixels: &mut Pixels, area: Area) {
        for y in area.top..area.bottom {
            for x in area.left..area.right {
                // Counted over the whole picture, so that the lines run on from cell to cell.
                if (x + y) % (HATCH * self.fine) < self.fine {
                    pixels.dot(x, y, self.palette.masked);
                }
            }
        }
    }

    fn shout(&self, pixels: &mut Pixels, area: Area) {
        pixels.fill(area, NOT_A_NUMBER);
        let crossed = if area.small() < AREA_FROM { 0 } else { area.small() };
        for i in 0..crossed {
            pixels.dot(area.left + i, area.top + i, self.palette.ink);
            pixels.dot(area.right - 1 - i, area.top + i, self.palette.ink);
        }
    }

    fn lines(&self, pixels: &mut Pixels, grid: Grid) {
        for i in 0..grid.cells {
            let (from, to) = (grid.edge(i), grid.edge(i + 1));
            // Of the half that is allowed only: the row's upper line and the cells' left ones.
            pixels.fill(Area { left: 0, top: from, right: to, bottom: from + 1 }, self.palette.hairline);
            pixels.fill(Area { left: from, top: from, right: from + 1, bottom: grid.side }, self.palette.hairline);
        }
    }

    /// One head's map: `weights` is `T × T`, row-major; the cells right of the diagonal are masked.
    pub fn map(&self, weights: &[f32], tokens: usize, grid: Grid) -> Pixels {
        let mut pixels = Pixels::new(grid.side, grid.side, self.palette.paper);
        if tokens == 0 || weights.len() < tokens * tokens {
            return pixels;
        }
        if grid.side < tokens {
            let pooled = pool(weights, tokens, grid.side);
            return self.map(&pooled, grid.side, Grid { cells: grid.side, ..grid });
        }
        let grid = Grid { cells: tokens, ..grid };
        if grid.side / tokens >= LINES_FROM * self.fine {
            self.lines(&mut pixels, grid);
        }
        for query in 0..tokens {
            let (top, bottom) = (grid.edge(query), grid.edge(query + 1));
            for key in 0..=query {
                let area = Area { left: grid.edge(key), top, right: grid.edge(key + 1), bottom };
                self.cell(&mut pixels, area, Cell::Share(weights[query * tokens + key]));
            }
            let later = Area { left: grid.edge(query + 1), top, right: grid.side, bottom };
            self.cell(&mut pixels, later, Cell::Masked);
        }
        pixels
    }

    /// One cell by itself, as the legend shows it.
    pub fn sample(&self, cell: Cell, size: usize) -> Pixels {
        let size = size.max(1);
        let mut pixels = Pixels::new(size, size, self.palette.paper);
        self.cell(&mut pixels, Area { left: 0, top: 0, right: size, bottom: size }, cell);
        pixels
    }
}

/// The largest value of the cells under each of `side × side` pixels; no number wins over all.
fn pool(weights: &[f32], tokens: usize, side: usize) -> Vec<f32> {
    let mut pooled = vec![0f32; side * side];
    let place: Vec<usize> = (0..tokens).map(|i| i * side / tokens).collect();
    for query in 0..tokens {
        let row = &mut pooled[place[query] * side..][..side];
        for (key, &v) in weights[query * tokens..][..=query].iter().enumerate() {
            let cell = &mut row[place[key]];
            if v > *cell || v.is_nan() {
                *cell = v;
            }
        }
    }
    pooled
}

/// What signed values are painted with: blue below zero, orange above, the page's colour at zero; a
/// cell beyond the scale has a notch.
struct SignedBrush {
    palette: &'static Palette,
    below: Ramp,
    above: Ramp,
    scale: strip::Scale,
}

impl SignedBrush {
    fn new(theme: Theme, scale: strip::Scale) -> Self {
        let palette = Palette::of(theme);
        let ramp = |to| Ramp::new(palette.paper, to);
        Self { palette, below: ramp(palette.negative), above: ramp(palette.positive), scale }
    }

    fn cell(&self, pixels: &mut Pixels, area: Area, v: f32) {
        if v.is_nan() {
            return pixels.fill(area, NOT_A_NUMBER);
        }
        let place = self.scale.place(v);
        pixels.fill(area, if place < 0.0 { self.below.at(-place) } else { self.above.at(place) });
        if self.scale.clips(v) {
            notch(pixels, area, self.palette.paper);
        }
    }
}

/// A vector as lines of cells.
pub fn strip(values: &[f32], grid: StripGrid, scale: strip::Scale, theme: Theme) -> Pixels {
    let brush = SignedBrush::new(theme, scale);
    let (width, height) = ((grid.columns * grid.cell_width).max(1), grid.height(values.len()));
    let mut pixels = Pixels::new(width, height, brush.palette.paper);
    for (i, &v) in values.iter().enumerate() {
        let left = i % grid.columns * grid.cell_width;
        let top = i / grid.columns * (grid.cell_height + grid.gap);
        let area = Area { left, top, right: left + grid.cell_width, bottom: top + grid.cell_height };
        brush.cell(&mut pixels, area, v);
    }
    pixels
}

/// A table of signed values, row-major.
pub struct Table<'a> {
    pub values: &'a [f32],
    pub columns: usize,
    /// Cells right of the diagonal are masked.
    pub causal: bool,
    pub scale: strip::Scale,
}

impl Table<'_> {
    /// Paints it on a grid of rows and one of columns.
    pub fn paint(&self, [down, across]: [Grid; 2], theme: Theme, ratio: f64) -> Pixels {
        let (shares, signed) = (Brush::new(theme, Scale::Linear, ratio), SignedBrush::new(theme, self.scale));
        let mut pixels = Pixels::new(across.side.max(1), down.side.max(1), signed.palette.paper);
        let columns = self.columns.max(1);
        let rows = self.values.len() / columns;
        let pooled = pool_signed(self.values, [rows, columns], [down.side.min(rows), across.side.min(columns)]);
        let [down, across] = [(down, pooled.0), (across, pooled.1)].map(|(grid, cells)| Grid { cells, ..grid });
        let gap =
            usize::from(down.side.min(across.side) > 0 && down.side / down.cells.max(1) >= LINES_FROM * shares.fine);
        for (i, &v) in pooled.2.iter().enumerate() {
            let (row, column) = (i / across.cells, i % across.cells);
            let area = Area {
                left: across.edge(column),
                top: down.edge(row),
                right: across.edge(column + 1),
                bottom: down.edge(row + 1),
            };
            if self.causal && column > row {
                shares.cell(&mut pixels, area, Cell::Masked);
            } else {
                signed.cell(&mut pixels, Area { left: area.left + gap, top: area.top + gap, ..area }, v);
            }
        }
        pixels
    }
}

/// The value furthest from zero of the cells under each of `to` pixels, where there are fewer pixels than
/// cells; no number wins over all. Rows, columns and values.
fn pool_signed(values: &[f32], [rows, columns]: [usize; 2], to: [usize; 2]) -> (usize, usize, Vec<f32>) {
    if to == [rows, columns] {
        return (rows, columns, values.to_vec());
    }
    let mut pooled = vec![0f32; to[0] * to[1]];
    for (i, &v) in values.iter().enumerate() {
        let cell = &mut pooled[i / columns * to[0] / rows * to[1] + i % columns * to[1] / columns];
        if v.abs() > cell.abs() || v.is_nan() {
            *cell = v;
        }
    }
    (to[0], to[1], pooled)
}

/// Cuts the upper right corner off.
fn notch(pixels: &mut Pixels, area: Area, ground: Rgb) {
    let size = (area.small() / 2).max(1);
    for y in 0..size {
        for x in 0..size - y {
            pixels.dot(area.right - 1 - x, area.top + y, ground);
        }
    }
}

#[cfg(test)]
#[path = "paint_tests.rs"]
mod tests;
