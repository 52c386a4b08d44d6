//! Twin of `shaders/attention_scores.wgsl`: how well each query matches each key.

use super::vector::{dot, fastest};
use crate::model::params::AttentionParams;

fastest! {
    /// `write[h, q, k] = query · key · scale`, −∞ where the key may not be seen.
    pub fn attention_scores(params: &AttentionParams, qkv: &[f32], write: &mut [f32]) = attention_scores_as
}

#[inline(always)]
fn attention_scores_as<const FMA: bool>(params: &AttentionParams, qkv: &[f32], write: &mut [f32]) {
    let (size, capacity) = (params.head_size as usize, params.capacity as usize);
    let width = params.heads as usize * size;
    for head in 0..params.heads as usize {
        for query in params.first_row as usize..(params.first_row + params.rows) as usize {
            let seen = params.seen(query);
            let (row, masked) = write[(head * capacity + query) * capacity..][..capacity].split_at_mut(seen);
            let q = &qkv[3 * query * width + head * size..][..size];
            // Key after key: what stands first in the rest of the rows.
            let keys = qkv[width + head * size..].chunks(3 * width);
            for (cell, key) in row.iter_mut().zip(keys) {
                *cell = dot::<FMA>(q, &key[..size]) * params.scale;
            }
            masked.fill(params.masked);
        }
    }
}
