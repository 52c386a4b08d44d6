//! Twin of `shaders/unembed.wgsl`: one dot product a token of the vocabulary.

use super::vector::{dot, fastest};
use crate::model::params::UnembedParams;

fastest! {
    /// `write[r, v] = Σ_c x[r, c] · table[v, c] (+ bias[v])`
    pub fn unembed(params: &UnembedParams, x: &[f32], table: &[f32], bias: &[f32], write: &mut [f32]) = unembed_as
}

/// Token by token, so that the table is read once however many rows there are.
#[inline(always)]
fn unembed_as<const FMA: bool>(params: &UnembedParams, x: &[f32], table: &[f32], bias: &[f32], write: &mut [f32]) {
    let (width, vocab) = (params.width as usize, params.vocab as usize);
    let rows = params.rows as usize;
    let tokens = table.chunks(width).take(params.vocab_rows as usize).enumerate();
    for (i, vector) in tokens {
        let v = params.vocab_first as usize + i;
        let bias = if params.biased == 1 { bias[v] } else { 0.0 };
        for (row, x) in x.chunks(width).take(rows).enumerate() {
            write[row * vocab + v] = dot::<FMA>(x, vector) + bias;
        }
    }
}
