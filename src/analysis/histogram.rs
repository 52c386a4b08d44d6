//! How values are spread around zero: counts in even steps, the mean and the standard deviation.
//!
//! In: any values. Out: bins that lie the same to both sides of zero, so that the middle of the
//! picture is 0. Values that are no number are counted apart.

/// See the module's header.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// The bins reach from −limit to +limit: the largest magnitude.
    pub limit: f32,
    pub bins: Vec<usize>,
    pub mean: f32,
    /// Of these values alone, not of a larger whole: the sum of squares over their number.
    pub deviation: f32,
    /// How many values are no number.
    pub others: usize,
}

impl Histogram {
    /// Nothing where no value is finite.
    pub fn new(values: &[f32], bins: usize) -> Option<Self> {
        let bins = bins.max(1);
        let finite: Vec<f64> = values.iter().filter(|v| v.is_finite()).map(|&v| f64::from(v)).collect();
        let limit = finite.iter().fold(0.0, |most: f64, v| most.max(v.abs()));
        let count = finite.len() as f64;
        let mean = finite.iter().sum::<f64>() / count;
        let variance = finite.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count;
        let mut filled = vec![0; bins];
        for v in &finite {
            let place = if limit > 0.0 { (v / limit + 1.0) / 2.0 } else { 0.5 };
            filled[((place * bins as f64) as usize).min(bins - 1)] += 1;
        }
        (!finite.is_empty()).then(|| Self {
            limit: limit as f32,
            bins: filled,
            mean: mean as f32,
            deviation: variance.sqrt() as f32,
            others: values.len() - finite.len(),
        })
    }

    /// The fullest bin's count.
    pub fn most(&self) -> usize {
        self.bins.iter().copied().max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{close, noise};
    use super::*;

    #[test]
    fn every_value_has_a_bin() {
        let values: Vec<f32> = noise(5).take(4000).chain([f32::NAN, f32::INFINITY]).collect();
        let histogram = Histogram::new(&values, 31).unwrap();
        assert_eq!((histogram.bins.iter().sum::<usize>(), histogram.others), (4000, 2));
        // Even noise between −1 and 1 has a standard deviation of 1/√3.
        close(histogram.deviation, 1.0 / 3f64.sqrt(), 0.02);
        close(histogram.mean, 0.0, 0.03);
    }

    #[test]
    fn the_middle_is_zero() {
        let histogram = Histogram::new(&[-2.0, 0.0, 0.1, 1.0], 3).unwrap();
        assert_eq!((histogram.limit, histogram.bins.as_slice(), histogram.most()), (2.0, &[1, 2, 1][..], 2));
        assert_eq!(Histogram::new(&[0.0, 0.0], 5).unwrap().bins, [0, 0, 2, 0, 0]);
        assert_eq!((Histogram::new(&[], 5), Histogram::new(&[f32::NAN], 5)), (None, None));
    }
}
