//! What all rows of the token table have in common, and how alike tokens are beside it.
//!
//! A trained table points mostly one way: along its mean, and along a direction or two that say how
//! frequent a token is rather than what it means. The raw cosine finds what is as frequent. So the mean μ
//! and the [`DIRECTIONS`] strongest principal directions are taken off before directions are compared
//! (Mu & Viswanath, "All-but-the-Top", ICLR 2018, arXiv 1702.01417; their rule of thumb is C / 100 of them).
//!
//! The table itself stays as it is. With x' = P(x − μ), where P takes off the directions v:
//! x'·y' = x'·y − x'·μ, and |y'|² = |y|² − 2 y·μ + |μ|² − Σ (y·v − μ·v)². The dot product with every row
//! ([`Engine::unembed`]) gives both.

use super::{Engine, EngineError};
use crate::model::{GptConfig, Part};
use std::sync::Arc;

/// How many principal directions count as common: the rule of thumb for the shipped tables' 256 columns,
/// rounded. Measured there on probe words: with fewer than two, and with more than four, a word's nearest
/// are less often of its kind.
pub const DIRECTIONS: usize = 3;
/// The mean and the directions are those of all rows, or of every n-th where there are more than this
/// many rows or values: the shipped models' tables are read whole, GPT-2's 50,257 × 768 every tenth row.
const SAMPLE_ROWS: usize = 1 << 13;
const SAMPLE_VALUES: usize = 1 << 22;
/// Iterations at most; some fifteen are enough for a trained table.
const ROUNDS: usize = 40;
/// The directions have settled where they turn by less than this, in radians.
const SETTLED: f64 = 1e-5;
/// Of a vector that lies in the common part but for rounding, this share of the squares is left.
const ROUNDING: f64 = 1e-5;

/// See the module's header.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Common {
    /// μ, [C].
    mean: Vec<f64>,
    /// Orthonormal, at most [`DIRECTIONS`] of [C].
    directions: Vec<Vec<f64>>,
    /// |y'| of every row of the table, [V]. 0 for a row that has no direction of its own.
    lengths: Vec<f32>,
}

impl Common {
    /// The mean and the strongest directions of `rows` (`width` values each). Rows of zeros, and with
    /// values that are no finite numbers, do not count.
    fn of(rows: &[f32], width: usize) -> Self {
        let counts = |row: &&[f32]| row.iter().all(|x| x.is_finite()) && row.iter().any(|x| *x != 0.0);
        let mut rows: Vec<f32> = rows.chunks_exact(width).filter(counts).flatten().copied().collect();
        let count = (rows.len() / width).max(1) as f64;
        let mut mean = vec![0.0; width];
        rows.chunks_exact(width).for_each(|row| add_scaled(&mut mean, 1.0 / count, &wide(row)));
        let centre = |(x, mean): (&mut f32, &f64)| *x = (f64::from(*x) - mean) as f32;
        rows.chunks_exact_mut(width).for_each(|row| row.iter_mut().zip(&mean).for_each(centre));
        Self { directions: strongest(&rows, width), mean, lengths: Vec::new() }
    }

    /// The mean, then the directions: what [`Common::measure`] wants the products with, [1 + K,C].
    fn vectors(&self) -> Vec<f32> {
        narrow(&[&self.mean[..], &self.directions.concat()].concat()).collect()
    }

    /// Finds the rows' lengths, from those of the whole rows [V] and the rows' products with
    /// [`Common::vectors`], [1 + K,V].
    fn measure(&mut self, norms: &[f32], products: &[f32]) {
        let [mean, directions @ ..] = &products.chunks_exact(norms.len()).collect::<Vec<_>>()[..] else { return };
        let square = inner(&self.mean, &self.mean);
        let along: Vec<f64> = self.directions.iter().map(|direction| inner(&self.mean, direction)).collect();
        let own = |(row, norm): (usize, &f32)| {
            let whole = f64::from(*norm).powi(2) + square;
            let of = |(products, mean): (&&[f32], &f64)| (f64::from(products[row]) - mean).powi(2);
            let common = 2.0 * f64::from(mean[row]) + directions.iter().zip(&along).map(of).sum::<f64>();
            if *norm == 0.0 { 0.0 } else { length(whole - common, whole) as f32 }
        };
        self.lengths = norms.iter().enumerate().map(own).collect();
    }

    /// `vectors` (C values each, one after the other) without the common part: x'. A vector of the river is
    /// taken like a row of the table, since it begins as one and blocks add to it: what a token's row has
    /// in common with all others is still in it.
    pub fn off(&self, vectors: &[f32]) -> Vec<f32> {
        let mut own = Vec::with_capacity(vectors.len());
        for vector in vectors.chunks(self.mean.len().max(1)) {
            let mut left = wide(vector);
            add_scaled(&mut left, -1.0, &self.mean);
            for direction in &self.directions {
                let along = inner(direction, &left);
                add_scaled(&mut left, -along, direction);
            }
            own.extend(narrow(&left));
        }
        own
    }

    /// Turns the products of `own` = [`Common::off`] of `vectors` with every row, [R,V], into cosines. No
    /// number where the row, or the vector, has no direction beside the common part.
    fn cosines(&self, vectors: &[f32], own: &[f32], products: &mut [f32]) {
        let width = self.mean.len();
        let rows = products.chunks_exact_mut(self.lengths.len());
        for ((vector, own), products) in vectors.chunks_exact(width).zip(own.chunks_exact(width)).zip(rows) {
            let (vector, own) = (wide(vector), wide(own));
            let (offset, whole) = (inner(&own, &self.mean), inner(&vector, &vector));
            let square = inner(&self.mean, &self.mean);
            let own = if whole == 0.0 { 0.0 } else { length(inner(&own, &own), whole + square) };
            for (product, other) in products.iter_mut().zip(&self.lengths) {
                let lengths = own * f64::from(*other);
                let cosine = (f64::from(*product) - offset) / lengths;
                // Rounding may pass 1 by a hair.
                *product = if lengths > 0.0 { cosine.clamp(-1.0, 1.0) as f32 } else { f32::NAN };
            }
        }
    }
}

impl Engine {
    /// What all rows of the token table have in common: found when it is first asked for, and again
    /// after the table has changed.
    pub async fn common(&mut self) -> Result<Arc<Common>, EngineError> {
        if let Some(common) = &self.resident().common {
            return Ok(Arc::clone(common));
        }
        let GptConfig { width, vocab, .. } = *self.config();
        let step = vocab.div_ceil(SAMPLE_ROWS).max((vocab * width).div_ceil(SAMPLE_VALUES));
        let ids: Vec<u32> = (0..vocab as u32).step_by(step).collect();
        let mut common = Common::of(&self.token_rows(&ids).await?, width);
        let products = self.unembed(&common.vectors(), Part::TokenTable).await?;
        common.measure(self.token_norms(), &products);
        let common = Arc::new(common);
        self.resident_mut().common = Some(Arc::clone(&common));
        Ok(common)
    }

    /// The cosine of each of `vectors` (C values each, one after the other) with every row of the token
    /// table, [R,V], what all rows have in common taken off both.
    pub async fn cosines(&mut self, vectors: &[f32]) -> Result<Vec<f32>, EngineError> {
        let common = self.common().await?;
        let own = common.off(vectors);
        let mut cosines = self.unembed(&own, Part::TokenTable).await?;
        common.cosines(vectors, &own, &mut cosines);
        Ok(cosines)
    }

    /// [`Engine::cosines`] of a token's own row, [V].
    pub async fn similar(&mut self, id: u32) -> Result<Vec<f32>, EngineError> {
        let row = self.token_rows(&[id]).await?;
        self.cosines(&row).await
    }
}

/// The directions along which `rows` (their mean at the origin) vary most: all are turned by the scatter
/// matrix Σ row rowᵀ and set upright again, until they stand still (orthogonal iteration; Golub & Van
/// Loan, 8.2). What counts is the plane that they span.
fn strongest(rows: &[f32], width: usize) -> Vec<Vec<f64>> {
    let start = |k: usize| (0..width).map(|i| ((i * DIRECTIONS + k) as f64 * 0.618_033_988_75).fract() - 0.5).collect();
    let mut span = orthonormal((0..DIRECTIONS).map(start).collect());
    for _ in 0..ROUNDS {
        let next = orthonormal(scattered(rows, &span, width));
        // sin² of what lies outside the span before.
        let inside: f64 = next.iter().flat_map(|a| span.iter().map(|b| inner(a, b).powi(2))).sum();
        let settled = next.len() == span.len() && next.len() as f64 - inside < SETTLED * SETTLED;
        span = next;
        if settled {
            break;
        }
    }
    span
}

/// Σ row (row · direction), for each direction.
fn scattered(rows: &[f32], directions: &[Vec<f64>], width: usize) -> Vec<Vec<f64>> {
    let mut sums = vec![vec![0.0; width]; directions.len()];
    for row in rows.chunks_exact(width).map(wide) {
        for (sum, direction) in sums.iter_mut().zip(directions) {
            add_scaled(sum, inner(&row, direction), &row);
        }
    }
    sums
}

/// Vectors of length 1 at right angles that span the same. One that has nothing of its own is left out.
fn orthonormal(vectors: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let mut axes: Vec<Vec<f64>> = Vec::new();
    for mut vector in vectors {
        let whole = inner(&vector, &vector).sqrt();
        // Twice: the first round's rounding is as long as what is left of a vector almost parallel.
        for axis in axes.iter().chain(&axes) {
            let along = inner(&vector, axis);
            add_scaled(&mut vector, -along, axis);
        }
        let left = inner(&vector, &vector).sqrt();
        if left > whole * 1e-9 {
            vector.iter_mut().for_each(|x| *x /= left);
            axes.push(vector);
        }
    }
    axes
}

/// The length of what is left of a vector, from its square and that of the whole: 0 where rounding is
/// all that is left.
fn length(square: f64, whole: f64) -> f64 {
    if square <= whole * ROUNDING { 0.0 } else { square.sqrt() }
}

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|x| f64::from(*x)).collect()
}

fn narrow(values: &[f64]) -> impl Iterator<Item = f32> {
    values.iter().map(|x| *x as f32)
}

/// The inner product, in eight sums side by side: one alone would wait for itself.
fn inner(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    for (a, b) in a.iter().zip(b) {
        (0..8).for_each(|i| lanes[i] += a[i] * b[i]);
    }
    let rest = a_rest.iter().zip(b_rest).map(|(a, b)| a * b);
    lanes.into_iter().chain(rest).sum()
}

fn add_scaled(sum: &mut [f64], scale: f64, vector: &[f64]) {
    sum.iter_mut().zip(vector).for_each(|(s, x)| *s += scale * x);
}
