//! Twin of `shaders/linear.wgsl` and `shaders/linear_row.wgsl`: every output is a weighted sum of
//! all inputs, plus a bias.

use super::vector::{LANES, fastest, multiply_add};
use crate::model::program::LinearParams;

/// A matrix [inner, outer], cut into panels of 16 columns: what one tile of outputs reads lies in
/// one run of memory.
pub struct Panels {
    inner: usize,
    outer: usize,
    /// [panels, inner, 16]; the last panel is filled up with zeros.
    values: Vec<f32>,
}

impl Panels {
    /// All zero.
    pub fn zeros([inner, outer]: [usize; 2]) -> Self {
        Self { inner, outer, values: vec![0.0; outer.div_ceil(LANES) * inner * LANES] }
    }

    /// Puts rows `first_row..` (row-major, `outer` values each) in their places.
    pub fn fill(&mut self, first_row: usize, rows: &[f32]) {
        for (i, row) in rows.chunks(self.outer).enumerate() {
            for (panel, part) in row.chunks(LANES).enumerate() {
                let at = (panel * self.inner + first_row + i) * LANES;
                self.values[at..at + part.len()].copy_from_slice(part);
            }
        }
    }

    /// One weight.
    pub fn get(&self, row: usize, column: usize) -> f32 {
        self.values[(column / LANES * self.inner + row) * LANES + column % LANES]
    }
}

fastest! {
    /// `write[t, j] = Σᵢ x[t, i] · weight[i, j] + bias[j]`
    pub fn linear(params: &LinearParams, x: &[f32], weight: &Panels, bias: &[f32], write: &mut [f32]) = linear_as
}

/// Panel by panel, tile by tile of 4, 2 or 1 positions. Each output's sum runs over the inputs in
/// order, whatever the tile: one position alone gives the same bits as many at once.
#[inline(always)]
fn linear_as<const FMA: bool>(params: &LinearParams, x: &[f32], weight: &Panels, bias: &[f32], write: &mut [f32]) {
    let (inner, outer) = (params.inner as usize, params.outer as usize);
    let end = (params.first_row + params.rows) as usize;
    for (p, panel) in weight.values.chunks(inner * LANES).enumerate() {
        let columns = p * LANES..outer.min((p + 1) * LANES);
        let mut row = params.first_row as usize;
        while row < end {
            let x = &x[row * inner..];
            let height = if end - row >= 4 { 4 } else if end - row >= 2 { 2 } else { 1 };
            let mut sums = [[0.0f32; LANES]; 4];
            match height {
                4 => tile::<4, FMA>(x, panel, inner, &mut sums),
                2 => tile::<2, FMA>(x, panel, inner, &mut sums),
                _ => tile::<1, FMA>(x, panel, inner, &mut sums),
            }
            for (r, sums) in sums.iter().enumerate().take(height) {
                let to = &mut write[(row + r) * outer..][columns.clone()];
                for ((to, sum), bias) in to.iter_mut().zip(sums).zip(&bias[columns.clone()]) {
                    *to = sum + bias;
                }
            }
            row += height;
        }
    }
}

#[inline(always)]
fn tile<const R: usize, const FMA: bool>(x: &[f32], panel: &[f32], inner: usize, sums: &mut [[f32; LANES]; 4]) {
    let mut tile = [[0.0f32; LANES]; R];
    let rows: [&[f32]; R] = std::array::from_fn(|r| &x[r * inner..(r + 1) * inner]);
    for (i, weights) in panel.as_chunks::<LANES>().0.iter().enumerate() {
        for (sums, row) in tile.iter_mut().zip(rows) {
            let a = row[i];
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum = multiply_add::<FMA>(*sum, a, *weight);
            }
        }
    }
    sums[..R].copy_from_slice(&tile);
}
