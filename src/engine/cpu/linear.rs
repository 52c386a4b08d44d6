//! Twin of `shaders/linear.wgsl` and `shaders/linear_row.wgsl`: every output is a weighted sum of
//! all inputs, plus a bias.

use super::vector::{LANES, Lanes, fastest};
use crate::model::params::LinearParams;
use std::ops::Range;

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

    /// Some cells, row-major.
    pub fn cells(&self, rows: Range<usize>, columns: Range<usize>) -> Vec<f32> {
        let cell =
            |row: usize, column: usize| self.values[(column / LANES * self.inner + row) * LANES + column % LANES];
        rows.flat_map(|row| columns.clone().map(move |column| cell(row, column))).collect()
    }
}

fastest! {
    /// `write[t, j] = Σᵢ x[t, i] · weight[i, j] + bias[j]`
    pub fn linear(params: &LinearParams, x: &[f32], weight: &Panels, bias: &[f32], write: &mut [f32]) = linear_as
}

/// Panel by panel, four positions at a time, the rest one by one. Each output's sum runs over the
/// inputs in order, whatever the tile: one position alone gives the same bits as many at once.
#[inline(always)]
fn linear_as<const FMA: bool>(params: &LinearParams, x: &[f32], weight: &Panels, bias: &[f32], write: &mut [f32]) {
    let (inner, outer) = (params.inner as usize, params.outer as usize);
    let end = (params.first_row + params.rows) as usize;
    for (p, panel) in weight.values.chunks_exact(inner * LANES).enumerate() {
        let panel = panel.as_chunks::<LANES>().0;
        let columns = p * LANES..outer.min((p + 1) * LANES);
        let mut put = |row: usize, sums: &[f32; LANES]| {
            let to = &mut write[row * outer..][columns.clone()];
            for ((to, sum), bias) in to.iter_mut().zip(sums).zip(&bias[columns.clone()]) {
                *to = sum + bias;
            }
        };
        let input = |row: usize| &x[row * inner..(row + 1) * inner];
        let mut row = params.first_row as usize;
        while row + 4 <= end {
            let sums = four::<FMA>([input(row), input(row + 1), input(row + 2), input(row + 3)], panel);
            sums.iter().enumerate().for_each(|(r, sums)| put(row + r, sums));
            row += 4;
        }
        while row < end {
            put(row, &one::<FMA>(input(row), panel));
            row += 1;
        }
    }
}

/// One position against a panel.
#[inline(always)]
fn one<const FMA: bool>(x: &[f32], panel: &[[f32; LANES]]) -> [f32; LANES] {
    let mut sums = Lanes::all(0.0);
    for (a, weights) in x.iter().zip(panel) {
        sums = sums.plus::<FMA>(Lanes::all(*a), Lanes::of(weights));
    }
    sums.values()
}

/// Four positions against a panel: each weight that is loaded serves four times. Written out, because
/// the sums stay in registers only if no index among them varies.
#[inline(always)]
fn four<const FMA: bool>(x: [&[f32]; 4], panel: &[[f32; LANES]]) -> [[f32; LANES]; 4] {
    let [mut s0, mut s1, mut s2, mut s3] = [Lanes::all(0.0); 4];
    let inputs = x[0].iter().zip(x[1]).zip(x[2]).zip(x[3]);
    for ((((a0, a1), a2), a3), weights) in inputs.zip(panel) {
        let weights = Lanes::of(weights);
        s0 = s0.plus::<FMA>(Lanes::all(*a0), weights);
        s1 = s1.plus::<FMA>(Lanes::all(*a1), weights);
        s2 = s2.plus::<FMA>(Lanes::all(*a2), weights);
        s3 = s3.plus::<FMA>(Lanes::all(*a3), weights);
    }
    [s0.values(), s1.values(), s2.values(), s3.values()]
}
