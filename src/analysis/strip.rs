//! The scale of a strip of signed values: the same to both sides of zero, never from the smallest to
//! the largest, so that a colour's sign is a value's sign.
//!
//! In: the values of a vector. Out: where full colour lies, and how many cells are cut off there.
//! Values that are no number belong to no place on the scale.

/// A symmetric scale.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scale {
    /// The magnitude that has full colour; 0 where all values are 0.
    pub limit: f32,
    /// Cells beyond it, to be notched.
    pub clipped: usize,
}

impl Scale {
    /// To the largest magnitude: nothing is cut off.
    pub fn full(values: &[f32]) -> Self {
        Self::covering(values, 1.0)
    }

    /// The smallest scale that holds at least this share (0…1) of the values: a few outliers,
    /// which every GPT's river has, would leave all else pale.
    pub fn covering(values: &[f32], share: f64) -> Self {
        let mut sizes: Vec<f32> = values.iter().map(|x| x.abs()).filter(|x| x.is_finite()).collect();
        if sizes.is_empty() {
            return Self::default();
        }
        let held = (share * sizes.len() as f64).ceil() as usize;
        let at = held.clamp(1, sizes.len()) - 1;
        let limit = *sizes.select_nth_unstable_by(at, f32::total_cmp).1;
        Self { limit, clipped: values.iter().filter(|x| x.abs() > limit).count() }
    }

    /// Where a value lies, −1…1; cut off at the ends.
    pub fn place(self, value: f32) -> f32 {
        if value == 0.0 {
            return 0.0;
        }
        (value / self.limit).clamp(-1.0, 1.0)
    }

    /// Is this value beyond the scale?
    pub fn clips(self, value: f32) -> bool {
        value.abs() > self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_scale_reaches_the_largest_magnitude() {
        let scale = Scale::full(&[1.0, -4.0, 0.0, 2.0]);
        assert_eq!(scale, Scale { limit: 4.0, clipped: 0 });
        assert_eq!([-4.0, 0.0, 2.0, 8.0].map(|x| scale.place(x)), [-1.0, 0.0, 0.5, 1.0]);
    }

    #[test]
    fn outliers_are_cut_off_and_counted() {
        let mut values: Vec<f32> = (0..99).map(|i| i as f32 / 100.0).collect();
        values.push(-300.0);
        let scale = Scale::covering(&values, 0.99);
        assert_eq!(scale, Scale { limit: 0.98, clipped: 1 });
        assert!(scale.clips(-300.0) && !scale.clips(0.98));
        assert_eq!(scale.place(-300.0), -1.0);
        assert_eq!(Scale::covering(&values, 0.0).limit, 0.0);
    }

    #[test]
    fn nothing_zeros_and_no_numbers() {
        assert_eq!(Scale::full(&[]), Scale::default());
        assert_eq!(Scale::full(&[0.0, -0.0]).place(0.0), 0.0);
        let scale = Scale::full(&[f32::NAN, f32::INFINITY, -2.0]);
        assert_eq!(scale, Scale { limit: 2.0, clipped: 1 });
        assert!(scale.place(f32::NAN).is_nan());
    }
}
