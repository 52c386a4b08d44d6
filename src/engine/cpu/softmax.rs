//! Twin of `shaders/softmax.wgsl`: scores become shares of one whole.

use crate::model::params::AttentionParams;

/// `write[h, q, k] = exp(scores − max) / Σ exp(scores − max)` over the keys seen, 0 elsewhere.
pub fn softmax(params: &AttentionParams, scores: &[f32], write: &mut [f32]) {
    let capacity = params.capacity as usize;
    for head in 0..params.heads as usize {
        for query in params.first_row as usize..(params.first_row + params.rows) as usize {
            let seen = params.seen(query);
            let start = (head * capacity + query) * capacity;
            let from = &scores[start..start + seen];
            let row = &mut write[start..start + capacity];
            let largest = from.iter().copied().fold(from[0], f32::max);
            let mut sum = 0.0f32;
            for (cell, score) in row.iter_mut().zip(from) {
                *cell = (score - largest).exp();
                sum += *cell;
            }
            for cell in &mut row[..seen] {
                *cell /= sum;
            }
            row[seen..].fill(0.0);
        }
    }
}
