//! Twin of `shaders/attention_mix.wgsl`: the values, in the shares that softmax gave.

use super::vector::{fastest, multiply_add};
use crate::model::params::AttentionParams;

fastest! {
    /// `write[q, h, d] = Σₖ weights[h, q, k] · value[k, h, d]`
    pub fn attention_mix(params: &AttentionParams, weights: &[f32], qkv: &[f32], write: &mut [f32]) = attention_mix_as
}

#[inline(always)]
fn attention_mix_as<const FMA: bool>(params: &AttentionParams, weights: &[f32], qkv: &[f32], write: &mut [f32]) {
    let (size, capacity) = (params.head_size as usize, params.capacity as usize);
    let width = params.heads as usize * size;
    for query in params.first_row as usize..(params.first_row + params.rows) as usize {
        for head in 0..params.heads as usize {
            let mixed = &mut write[query * width + head * size..][..size];
            mixed.fill(0.0);
            let row = &weights[(head * capacity + query) * capacity..][..params.seen(query)];
            for (key, share) in row.iter().enumerate() {
                let value = &qkv[(3 * key + 2) * width + head * size..][..size];
                for (sum, v) in mixed.iter_mut().zip(value) {
                    *sum = multiply_add::<FMA>(*sum, *share, *v);
                }
            }
        }
    }
}
