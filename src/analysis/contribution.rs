//! What a part of the network adds to the logits: its vector written to the river, taken through the
//! ending of the model as if the last LayerNorm's scale were a fixed number.
//!
//! Attention heads and neurons only add to the river, and the unembedding is linear; what stands
//! between them is the last LayerNorm. With its mean taken off and its scale frozen at this run's value
//! ([`frozen`]) the way to the logits is linear: the parts' contributions add up to the whole. It is
//! the direct effect alone: what later blocks make of the part is not in it.
//! Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits".

/// [C] what a row of values writes: `x · rows`, x of n values, `rows` of n × C. `None` where the two do not fit.
pub fn through(x: &[f32], rows: &[f32]) -> Option<Vec<f32>> {
    let width = rows.len().checked_div(x.len()).filter(|width| *width > 0 && width * x.len() == rows.len())?;
    let mut sums = vec![0.0f64; width];
    for (value, row) in x.iter().zip(rows.chunks_exact(width)) {
        for (sum, weight) in sums.iter_mut().zip(row) {
            *sum += f64::from(*value) * f64::from(*weight);
        }
    }
    Some(sums.into_iter().map(|sum| sum as f32).collect())
}

/// [C] `(v − mean(v)) / σ(river) · gain`: what the last LayerNorm makes of a part `v` of the river, its
/// scale σ taken from the whole river and its shared bias left out. `None` where the widths differ.
pub fn frozen(part: &[f32], river: &[f32], gain: &[f32], epsilon: f32) -> Option<Vec<f32>> {
    if part.is_empty() || part.len() != river.len() || part.len() != gain.len() {
        return None;
    }
    let (mean, middle) = (mean(part), mean(river));
    let squares: f64 = river.iter().map(|v| (f64::from(*v) - middle).powi(2)).sum();
    let scale = 1.0 / (squares / river.len() as f64 + f64::from(epsilon)).sqrt();
    let scaled = |(v, gain): (&f32, &f32)| ((f64::from(*v) - mean) * scale * f64::from(*gain)) as f32;
    Some(part.iter().zip(gain).map(scaled).collect())
}

fn mean(values: &[f32]) -> f64 {
    values.iter().map(|v| f64::from(*v)).sum::<f64>() / values.len() as f64
}

/// The neurons with the largest values, either sign, strongest first; what is no number comes before all.
pub fn strongest(values: &[f32], count: usize) -> Vec<usize> {
    let sizes = (0..).zip(values).map(|(i, v)| (i, if v.is_nan() { f32::INFINITY } else { v.abs() })).collect();
    super::largest(sizes, count).into_iter().map(|(i, _)| i as usize).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{close, noise};
    use super::*;

    /// LayerNorm as its definition reads, in f64.
    fn layer_norm(x: &[f32], gain: &[f32], bias: &[f32], epsilon: f64) -> Vec<f64> {
        let x: Vec<f64> = x.iter().map(|v| f64::from(*v)).collect();
        let mean = x.iter().sum::<f64>() / x.len() as f64;
        let variance = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / x.len() as f64;
        let rows = x.iter().zip(gain).zip(bias);
        rows.map(|((v, g), b)| (v - mean) / (variance + epsilon).sqrt() * f64::from(*g) + f64::from(*b)).collect()
    }

    #[test]
    fn the_parts_of_a_river_add_up_to_its_norm() {
        const C: usize = 24;
        let mut numbers = noise(5);
        let mut row = |scale: f32| -> Vec<f32> { numbers.by_ref().take(C).map(|v| v * scale).collect() };
        let parts: Vec<Vec<f32>> = [1.0, 7.0, 0.01, 30.0].map(&mut row).into();
        let (gain, bias) = (row(2.0), row(1.0));
        let river: Vec<f32> = (0..C).map(|c| parts.iter().map(|p| f64::from(p[c])).sum::<f64>() as f32).collect();
        let whole = layer_norm(&river, &gain, &bias, 1e-5);
        let frozen: Vec<Vec<f32>> = parts.iter().map(|p| frozen(p, &river, &gain, 1e-5).unwrap()).collect();
        for c in 0..C {
            let sum: f64 = frozen.iter().map(|p| f64::from(p[c])).sum::<f64>() + f64::from(bias[c]);
            close(sum as f32, whole[c], 1e-5);
        }
    }

    #[test]
    fn a_head_writes_its_values_times_its_rows() {
        // Two values, rows of three: by hand.
        assert_eq!(through(&[2.0, -1.0], &[1.0, 0.0, 3.0, 4.0, 5.0, 0.5]), Some(vec![-2.0, -5.0, 5.5]));
        assert_eq!(through(&[1.0, 2.0], &[1.0, 2.0, 3.0]), None);
        assert_eq!((through(&[], &[]), through(&[1.0], &[])), (None, None));
        // All heads together give what the whole matrix gives.
        let (x, matrix): (Vec<f32>, Vec<f32>) = (noise(1).take(6).collect(), noise(2).take(36).collect());
        let parts: Vec<Vec<f32>> =
            (0..3).map(|h| through(&x[2 * h..][..2], &matrix[12 * h..][..12]).unwrap()).collect();
        for (c, whole) in through(&x, &matrix).unwrap().into_iter().enumerate() {
            close(whole, parts.iter().map(|p| f64::from(p[c])).sum(), 1e-6);
        }
    }

    #[test]
    fn widths_that_differ_and_values_that_are_no_numbers_are_seen() {
        assert_eq!(frozen(&[1.0], &[1.0, 2.0], &[1.0], 1e-5), None);
        assert!(frozen(&[1.0, f32::NAN], &[1.0, 2.0], &[1.0, 1.0], 1e-5).unwrap()[0].is_nan());
        assert!(through(&[f32::NAN], &[1.0, 0.0]).unwrap().iter().all(|v| v.is_nan()));
        assert_eq!(strongest(&[0.5, -2.0, f32::NAN, 1.0], 3), [2, 1, 3]);
    }
}
