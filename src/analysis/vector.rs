//! How long vectors are, and how they lie to each other.
//!
//! In: slices of f32, as many values each. Out: Euclidean lengths and cosines, summed in f64; a value
//! that is no number makes the answer no number.

/// The Euclidean length.
pub fn length(a: &[f32]) -> f32 {
    dot(a, a).sqrt() as f32
}

/// The length of `b − a`: what was added on the way from `a` to `b`.
pub fn distance(a: &[f32], b: &[f32]) -> f32 {
    let sum: f64 = a.iter().zip(b).map(|(a, b)| (f64::from(*b) - f64::from(*a)).powi(2)).sum();
    sum.sqrt() as f32
}

/// 1: the same way; 0: at right angles, or one of them has no length; −1: against each other.
pub fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let lengths = (dot(a, a) * dot(b, b)).sqrt();
    if lengths == 0.0 { 0.0 } else { (dot(a, b) / lengths) as f32 }
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_angles() {
        let (a, b) = ([3.0, 4.0], [-4.0, 3.0]);
        assert_eq!((length(&a), distance(&a, &a), distance(&[0.0, 0.0], &b)), (5.0, 0.0, 5.0));
        assert_eq!((cosine(&a, &b), cosine(&a, &[6.0, 8.0]), cosine(&a, &[-3.0, -4.0])), (0.0, 1.0, -1.0));
        assert_eq!(cosine(&a, &[0.0, 0.0]), 0.0);
        assert!(length(&[f32::NAN]).is_nan() && cosine(&a, &[f32::NAN, 1.0]).is_nan());
    }
}
