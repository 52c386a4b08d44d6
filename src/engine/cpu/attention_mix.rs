//! Twin of `shaders/attention_mix.wgsl`: the values, in the shares that softmax gave.

use super::vector::{Lanes, fastest, multiply_add};
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
            let values = qkv[2 * width + head * size..].chunks(3 * width);
            for (share, value) in row.iter().zip(values) {
                let value = &value[..size];
                let ((sums, last_sums), (values, last_values)) = (mixed.as_chunks_mut(), value.as_chunks());
                for (sums, values) in sums.iter_mut().zip(values) {
                    *sums = Lanes::of(sums).plus::<FMA>(Lanes::all(*share), Lanes::of(values)).values();
                }
                for (sum, v) in last_sums.iter_mut().zip(last_values) {
                    *sum = multiply_add::<FMA>(*sum, *share, *v);
                }
            }
        }
    }
}
