//! Vectors compared with each other: how long, how alike, and which products make a dot product.
//!
//! In: values as the engine has them. Sums are kept in f64; a value that is no number makes the answer
//! none.

/// The length of a vector: the square root of the sum of its squares.
pub fn length(vector: &[f32]) -> f32 {
    dot(vector, vector).sqrt() as f32
}

/// The length of `b − a`: what was added on the way from `a` to `b`.
pub fn distance(a: &[f32], b: &[f32]) -> f32 {
    let sum: f64 = a.iter().zip(b).map(|(a, b)| (f64::from(*b) - f64::from(*a)).powi(2)).sum();
    sum.sqrt() as f32
}

/// The dot product.
pub fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

/// 1: the same way; 0: at right angles, or one of them has no length; −1: against each other.
pub fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let lengths = (dot(a, a) * dot(b, b)).sqrt();
    if lengths == 0.0 { 0.0 } else { (dot(a, b) / lengths) as f32 }
}

/// The cosines of all rows (`width` values each) with each other, row-major, N × N. A row without a
/// length has no direction: its cosines are no numbers.
pub fn cosine_matrix(rows: &[f32], width: usize) -> Vec<f32> {
    let rows: Vec<&[f32]> = rows.chunks_exact(width.max(1)).collect();
    let lengths: Vec<f64> = rows.iter().map(|row| dot(row, row).sqrt()).collect();
    let count = rows.len();
    let mut cosines = vec![1.0; count * count];
    for i in 0..count {
        for j in 0..=i {
            let product = lengths[i] * lengths[j];
            // Rounding may pass 1 by a hair.
            let cosine = if product > 0.0 { (dot(rows[i], rows[j]) / product).clamp(-1.0, 1.0) } else { f64::NAN };
            cosines[i * count + j] = cosine as f32;
            cosines[j * count + i] = cosine as f32;
        }
    }
    cosines
}

/// One product of a dot product.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Product {
    /// Which dimension, from 0.
    pub dimension: usize,
    pub left: f32,
    pub right: f32,
    /// `left · right`.
    pub product: f32,
}

/// A dot product, opened up.
#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    /// The products furthest from zero, the furthest first.
    pub largest: Vec<Product>,
    /// How many others there are, and what they come to.
    pub others: usize,
    pub rest: f32,
    /// The dot product.
    pub sum: f32,
}

/// The dot product of two vectors with its `count` largest parts.
pub fn opened(left: &[f32], right: &[f32], count: usize) -> Dot {
    let products: Vec<f64> = left.iter().zip(right).map(|(&a, &b)| f64::from(a) * f64::from(b)).collect();
    let mut order: Vec<usize> = (0..products.len()).collect();
    // What is no number counts as the furthest of all: it must be seen.
    let size = |i: usize| if products[i].is_nan() { f64::INFINITY } else { products[i].abs() };
    order.sort_by(|&a, &b| size(b).total_cmp(&size(a)).then(a.cmp(&b)));
    let (shown, others) = order.split_at(count.min(order.len()));
    let product = |&i: &usize| Product { dimension: i, left: left[i], right: right[i], product: products[i] as f32 };
    Dot {
        largest: shown.iter().map(product).collect(),
        others: others.len(),
        rest: others.iter().map(|&i| products[i]).sum::<f64>() as f32,
        sum: products.iter().sum::<f64>() as f32,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{close, noise};
    use super::*;

    #[test]
    fn lengths_and_cosines_are_their_definition() {
        let rows: Vec<f32> = noise(5).take(7 * 12).collect();
        let cosines = cosine_matrix(&rows, 12);
        let row = |i: usize| &rows[i * 12..(i + 1) * 12];
        for i in 0..7 {
            for j in 0..7 {
                let dot: f64 = row(i).iter().zip(row(j)).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
                let wanted = dot
                    / (row(i).iter().map(|v| f64::from(*v).powi(2)).sum::<f64>()
                        * row(j).iter().map(|v| f64::from(*v).powi(2)).sum::<f64>())
                    .sqrt();
                close(cosines[i * 7 + j], wanted, 1e-6);
            }
        }
        close(length(&[3.0, -4.0]), 5.0, 1e-9);
        assert!(length(&[1.0, f32::NAN]).is_nan());
    }

    #[test]
    fn lengths_and_angles() {
        let (a, b) = ([3.0, 4.0], [-4.0, 3.0]);
        assert_eq!((length(&a), distance(&a, &a), distance(&[0.0, 0.0], &b)), (5.0, 0.0, 5.0));
        assert_eq!((cosine(&a, &b), cosine(&a, &[6.0, 8.0]), cosine(&a, &[-3.0, -4.0])), (0.0, 1.0, -1.0));
        assert_eq!(cosine(&a, &[0.0, 0.0]), 0.0);
        assert!(length(&[f32::NAN]).is_nan() && cosine(&a, &[f32::NAN, 1.0]).is_nan());
        assert_eq!(length(&[3.0, -4.0]), 5.0);
    }

    #[test]
    fn what_has_no_length_has_no_direction() {
        let cosines = cosine_matrix(&[1.0, 0.0, 0.0, 0.0, f32::NAN, 1.0], 2);
        assert_eq!(cosines[0], 1.0);
        assert!([1, 2, 3, 4, 5, 6, 7, 8].iter().all(|&i| cosines[i].is_nan()), "{cosines:?}");
        assert!(cosine_matrix(&[], 0).is_empty());
    }

    #[test]
    fn the_largest_products_and_the_rest_are_the_dot_product() {
        let (left, right): (Vec<f32>, Vec<f32>) = (noise(1).take(64).collect(), noise(2).take(64).collect());
        let exact: f64 = left.iter().zip(&right).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
        for count in [0, 1, 8, 64, 99] {
            let dot = opened(&left, &right, count);
            assert_eq!(dot.largest.len() + dot.others, 64);
            close(dot.sum, exact, 1e-6);
            let shown: f64 = dot.largest.iter().map(|p| f64::from(p.product)).sum();
            close(dot.rest, exact - shown, 1e-5);
            assert!(dot.largest.is_sorted_by(|a, b| a.product.abs() >= b.product.abs()));
        }
        let broken = opened(&[1.0, f32::NAN, 3.0], &[1.0, 1.0, 1.0], 1);
        assert!(broken.largest[0].product.is_nan() && broken.sum.is_nan() && broken.rest == 4.0);
    }
}
