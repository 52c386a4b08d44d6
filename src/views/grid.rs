//! Where the cells of dense pictures lie, in device pixels: edges are whole ones, so that cells are
//! crisp and a pointer finds the cell that was painted under it.

/// Cells from this size on (device pixels) show their value by area too.
pub const AREA_FROM: usize = 6;

/// A square of `cells × cells` on `side × side` device pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    pub cells: usize,
    pub side: usize,
}

impl Grid {
    /// As large as `room` allows, no cell larger than `most`. Larger cells are all of one size;
    /// small ones may differ by a pixel, so that the room is used.
    pub fn fit(cells: usize, room: usize, most: usize) -> Self {
        let cells = cells.max(1);
        let even = room / cells;
        let side = match even {
            _ if even >= most => most * cells,
            12.. => even * cells,
            _ => room.max(1),
        };
        Self { cells, side }
    }

    /// Where cell `i` begins; `edge(cells)` is the side.
    pub fn edge(self, i: usize) -> usize {
        i * self.side / self.cells
    }

    /// Its cells are too small to show their value by area.
    pub fn filled(self) -> bool {
        self.side / self.cells < AREA_FROM
    }

    /// Which cell a place on the side (0…1) belongs to.
    pub fn cell_at(self, share: f64) -> usize {
        let pixel = (share.clamp(0.0, 1.0) * self.side as f64) as usize;
        let guess = (pixel * self.cells / self.side).min(self.cells - 1);
        let next = (guess + 1).min(self.cells - 1);
        if self.edge(next) <= pixel { next } else { guess }
    }
}

/// How a strip of signed numbers is laid out: rows of `columns` cells, read like text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StripGrid {
    pub columns: usize,
    pub cell_width: usize,
    pub cell_height: usize,
    /// Between one row and the next.
    pub gap: usize,
}

impl StripGrid {
    pub fn rows(self, count: usize) -> usize {
        count.div_ceil(self.columns.max(1))
    }

    pub fn height(self, count: usize) -> usize {
        (self.rows(count) * (self.cell_height + self.gap)).saturating_sub(self.gap).max(1)
    }
}

/// A place in a drawing, to a tenth of a CSS pixel: finer than any screen, short in the page.
pub fn tenth(v: f64) -> f64 {
    (v * 10.0).round() / 10.0
}
