//! How far one model's answers are from another's: their logits for the same texts, position by position.

/// What is summed up over positions. Logits count without their row's mean: adding one number to all of a
/// row changes no chance. Sums are f64; a NaN anywhere makes the figures NaN.
#[derive(Clone, Copy, Debug, Default)]
pub struct Agreement {
    positions: usize,
    same: usize,
    off_squared: f64,
    reference_squared: f64,
    largest: f64,
    divergence: f64,
    predicted: usize,
    surprise: [f64; 2],
}

impl Agreement {
    /// One position's logits of both, [V] each, and the token that comes next, where one does.
    pub fn add(&mut self, reference: &[f32], other: &[f32], next: Option<u32>) {
        let (a, b) = (log_chances(reference), log_chances(other));
        let (mean_a, mean_b) = (mean(&a), mean(&b));
        for (a, b) in a.iter().zip(&b) {
            let off = (b - mean_b) - (a - mean_a);
            self.off_squared += off * off;
            self.reference_squared += (a - mean_a).powi(2);
            // `max` would pass over NaN.
            self.largest = if off.abs() > self.largest || off.is_nan() { off.abs() } else { self.largest };
            self.divergence += if *a > f64::NEG_INFINITY { a.exp() * (a - b) } else { 0.0 };
        }
        self.positions += 1;
        self.same += usize::from(likeliest(&a) == likeliest(&b));
        if let Some(next) = next.map(|id| id as usize).filter(|id| *id < a.len()) {
            self.predicted += 1;
            self.surprise[0] -= a[next];
            self.surprise[1] -= b[next];
        }
    }

    pub fn positions(&self) -> usize {
        self.positions
    }

    /// rms of the logits' difference over the rms of the reference's logits.
    pub fn relative_error(&self) -> f64 {
        (self.off_squared / self.reference_squared).sqrt()
    }

    /// The largest difference of any one logit.
    pub fn largest_difference(&self) -> f64 {
        self.largest
    }

    /// The share of positions with the same likeliest token.
    pub fn same_likeliest(&self) -> f64 {
        self.same as f64 / self.positions as f64
    }

    /// Mean Kullback-Leibler divergence of the other's chances from the reference's, in bits: how many more
    /// than needed one spends on coding the reference's tokens with the other's chances.
    pub fn divergence_bits(&self) -> f64 {
        self.divergence / self.positions as f64 / std::f64::consts::LN_2
    }

    /// exp of the mean surprise at the token that came next: the reference's and the other's. NaN where
    /// no token followed any other.
    pub fn perplexities(&self) -> [f64; 2] {
        self.surprise.map(|sum| (sum / self.predicted as f64).exp())
    }
}

/// log softmax, over the whole row.
fn log_chances(logits: &[f32]) -> Vec<f64> {
    let largest = logits.iter().fold(f64::NEG_INFINITY, |m, v| m.max(f64::from(*v)));
    let sum: f64 = logits.iter().map(|v| (f64::from(*v) - largest).exp()).sum();
    logits.iter().map(|v| f64::from(*v) - largest - sum.ln()).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The first of the largest.
fn likeliest(values: &[f64]) -> usize {
    (0..values.len()).rev().max_by(|a, b| values[*a].total_cmp(&values[*b])).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
    }

    #[test]
    fn a_model_agrees_with_itself_and_with_itself_shifted() {
        for shift in [0.0, 3.0] {
            let mut agreement = Agreement::default();
            for row in [[0.0, 1.0, -2.0, 0.5], [4.0, 0.0, 0.0, 1.0]] {
                agreement.add(&row, &row.map(|v| v + shift), Some(1));
            }
            near(agreement.relative_error(), 0.0);
            near(agreement.largest_difference(), 0.0);
            near(agreement.divergence_bits(), 0.0);
            assert_eq!((agreement.positions(), agreement.same_likeliest()), (2, 1.0));
            let [a, b] = agreement.perplexities();
            near(a, b);
        }
    }

    /// Chances of ½, ½ and ¼, ¾, done by hand.
    #[test]
    fn figures_are_their_definitions() {
        let (even, uneven) = ([0.0, 0.0], [0.0, 3f32.ln()]);
        let mut agreement = Agreement::default();
        agreement.add(&uneven, &even, Some(1));
        let half = 3f64.ln() / 2.0;
        // Without their means: ∓half against 0.
        near(agreement.relative_error(), 1.0);
        near(agreement.largest_difference(), half);
        near(agreement.divergence_bits(), 0.25 * 0.5f64.log2() + 0.75 * 1.5f64.log2());
        let [a, b] = agreement.perplexities();
        near(a, 4.0 / 3.0);
        near(b, 2.0);
        assert_eq!(agreement.same_likeliest(), 0.0);
        // The last token of a text foretells nothing that is known.
        agreement.add(&uneven, &uneven, None);
        assert_eq!(agreement.same_likeliest(), 0.5);
        near(agreement.perplexities()[0], 4.0 / 3.0);
    }

    #[test]
    fn what_is_no_number_is_seen() {
        let mut agreement = Agreement::default();
        agreement.add(&[1.0, 2.0], &[1.0, f32::NAN], Some(0));
        agreement.add(&[1.0, 2.0], &[1.0, 2.0], Some(0));
        assert!(agreement.relative_error().is_nan() && agreement.largest_difference().is_nan());
        assert!(agreement.divergence_bits().is_nan() && agreement.perplexities()[1].is_nan());
    }
}
