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
    let vector = |part: usize, row: usize, head: usize| &qkv[(3 * row + part) * width + head * size..][..size];
    for head in 0..params.heads as usize {
        for query in params.first_row as usize..(params.first_row + params.rows) as usize {
            let seen = params.seen(query);
            let row = &mut write[(head * capacity + query) * capacity..][..capacity];
            let q = vector(0, query, head);
            for (key, cell) in row[..seen].iter_mut().enumerate() {
                *cell = dot::<FMA>(q, vector(1, key, head)) * params.scale;
            }
            row[seen..].fill(params.masked);
        }
    }
}
