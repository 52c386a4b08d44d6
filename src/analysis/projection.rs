//! A flat picture of a few vectors: their first two principal axes.
//!
//! In: n vectors of C values, n up to some 200 (the work grows as n³). Out: a point for each, and how
//! much of their variance the picture shows. By way of the Gram matrix (n × n, so C may be large) and
//! Jacobi's rotations, in f64. The same vectors give the same picture: an axis points to where the
//! farthest point lies.

/// Points and what they leave out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Projection {
    /// Coordinates of each vector, their mean at the origin.
    pub points: Vec<[f32; 2]>,
    /// Share of the variance along each axis, 0…1. Both 0 where all vectors are the same.
    pub variance: [f32; 2],
}

/// Rotations stop after so many rounds over the matrix; some eight are enough in practice.
const ROUNDS: usize = 60;

/// Projects `vectors`, row-major n × `width`, onto their first two principal axes.
pub fn project(vectors: &[f32], width: usize) -> Projection {
    if width == 0 || vectors.is_empty() {
        return Projection::default();
    }
    let centred = centre(vectors, width);
    let n = centred.len() / width;
    let mut projection = Projection { points: vec![[0.0; 2]; n], variance: [0.0; 2] };
    let gram = products(&centred, width);
    let total: f64 = (0..n).map(|i| gram[i * n + i]).sum();
    // Equal vectors differ from their mean by rounding alone, which is no picture.
    let whole: f64 = vectors.iter().map(|x| f64::from(*x).powi(2)).sum();
    if !(total > whole * 1e-25 && total.is_finite()) {
        return projection;
    }
    let (values, axes) = eigen(gram, n);
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]).then(a.cmp(&b)));
    for (axis, &column) in order.iter().take(2).enumerate() {
        // What rounding leaves along an axis on which nothing varies.
        let value = if values[column] > total * 1e-12 { values[column] } else { 0.0 };
        let coordinate = |i: usize| axes[i * n + column] * value.sqrt();
        let far =
            (0..n).fold(0, |far, i| if coordinate(i).abs() > coordinate(far).abs() * (1.0 + 1e-9) { i } else { far });
        let sign = if coordinate(far) < 0.0 { -1.0 } else { 1.0 };
        for (i, point) in projection.points.iter_mut().enumerate() {
            point[axis] = (sign * coordinate(i)) as f32;
        }
        projection.variance[axis] = (value / total) as f32;
    }
    projection
}

/// The vectors less their mean.
fn centre(vectors: &[f32], width: usize) -> Vec<f64> {
    let rows = vectors.chunks_exact(width);
    let n = rows.len() as f64;
    let mut mean = vec![0.0; width];
    for row in rows.clone() {
        mean.iter_mut().zip(row).for_each(|(m, x)| *m += f64::from(*x) / n);
    }
    rows.flat_map(|row| row.iter().zip(&mean).map(|(x, m)| f64::from(*x) - m)).collect()
}

/// The Gram matrix, n × n: every row times every row.
fn products(rows: &[f64], width: usize) -> Vec<f64> {
    let n = rows.len() / width;
    let row = |i: usize| &rows[i * width..(i + 1) * width];
    let mut gram = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let dot: f64 = row(i).iter().zip(row(j)).map(|(a, b)| a * b).sum();
            gram[i * n + j] = dot;
            gram[j * n + i] = dot;
        }
    }
    gram
}

/// Eigenvalues of a symmetric n × n matrix, and its eigenvectors as columns: Jacobi's method,
/// rotating two axes at a time until nothing is left off the diagonal (Golub & Van Loan, 8.5).
fn eigen(mut a: Vec<f64>, n: usize) -> (Vec<f64>, Vec<f64>) {
    let mut axes = vec![0.0; n * n];
    (0..n).for_each(|i| axes[i * n + i] = 1.0);
    let scale: f64 = a.iter().map(|x| x * x).sum();
    for _ in 0..ROUNDS {
        let off: f64 = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| a[i * n + j].powi(2)).sum();
        if off <= scale * 1e-26 {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut a, &mut axes, n, p, q);
            }
        }
    }
    ((0..n).map(|i| a[i * n + i]).collect(), axes)
}

/// One rotation: makes `a[p][q]` zero.
fn rotate(a: &mut [f64], axes: &mut [f64], n: usize, p: usize, q: usize) {
    let off = a[p * n + q];
    if off == 0.0 {
        return;
    }
    let theta = (a[q * n + q] - a[p * n + p]) / (2.0 * off);
    let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
    let c = 1.0 / t.hypot(1.0);
    let s = t * c;
    let turn = |m: &mut [f64], i: usize, j: usize| {
        let (x, y) = (m[i], m[j]);
        m[i] = c * x - s * y;
        m[j] = s * x + c * y;
    };
    (0..n).for_each(|k| turn(a, p * n + k, q * n + k));
    for k in 0..n {
        turn(a, k * n + p, k * n + q);
        turn(axes, k * n + p, k * n + q);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{close, noise};
    use super::*;

    fn distance(a: &[f32], b: &[f32]) -> f64 {
        a.iter().zip(b).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum::<f64>().sqrt()
    }

    #[test]
    fn what_lies_in_a_plane_keeps_its_distances() {
        let (u, v): (Vec<f32>, Vec<f32>) = (noise(1).take(30).collect(), noise(2).take(30).collect());
        let flat: Vec<Vec<f32>> = (noise(3).zip(noise(4)).take(17))
            .map(|(x, y)| u.iter().zip(&v).map(|(u, v)| 5.0 + x * u + 3.0 * y * v).collect())
            .collect();
        let picture = project(&flat.concat(), 30);
        close(picture.variance[0] + picture.variance[1], 1.0, 1e-6);
        assert!(picture.variance[0] >= picture.variance[1]);
        for i in 0..17 {
            for j in 0..17 {
                close(distance(&picture.points[i], &picture.points[j]) as f32, distance(&flat[i], &flat[j]), 1e-4);
            }
        }
    }

    #[test]
    fn shares_are_variances_along_the_axes() {
        let vectors: Vec<f32> = noise(9).take(60 * 20).collect();
        let picture = project(&vectors, 20);
        let total: f64 = centre(&vectors, 20).iter().map(|x| x * x).sum();
        for axis in 0..2 {
            let along: f64 = picture.points.iter().map(|p| f64::from(p[axis]).powi(2)).sum();
            close(picture.variance[axis], along / total, 1e-5);
            let mean: f64 = picture.points.iter().map(|p| f64::from(p[axis])).sum();
            close(mean as f32, 0.0, 1e-4);
        }
    }

    #[test]
    fn eigenvectors_are_their_definition() {
        let n = 25;
        let half: Vec<f64> = noise(5).take(n * n).map(f64::from).collect();
        let a: Vec<f64> = (0..n * n).map(|i| half[i] + half[i % n * n + i / n]).collect();
        let (values, axes) = eigen(a.clone(), n);
        for column in 0..n {
            for i in 0..n {
                let product: f64 = (0..n).map(|k| a[i * n + k] * axes[k * n + column]).sum();
                let difference = (product - values[column] * axes[i * n + column]).abs();
                assert!(difference <= 1e-10, "{difference}");
            }
        }
    }

    #[test]
    fn one_two_or_equal_vectors_are_no_trouble() {
        assert_eq!(project(&[], 3), Projection::default());
        assert_eq!(project(&[1.0, 2.0], 0), Projection::default());
        assert_eq!(project(&[1.0, 2.0], 2), Projection { points: vec![[0.0; 2]], variance: [0.0; 2] });
        let equal = project(&[1.5, 2.5].repeat(9), 2);
        assert_eq!((equal.points, equal.variance), (vec![[0.0; 2]; 9], [0.0; 2]));
        let two = project(&[0.0, 0.0, 3.0, 4.0], 2);
        assert_eq!(two.variance, [1.0, 0.0]);
        assert_eq!(two.points, [[2.5, 0.0], [-2.5, 0.0]]);
        assert_eq!(project(&[f32::NAN, 1.0, 2.0, 3.0], 2).variance, [0.0; 2]);
    }

    #[test]
    fn the_picture_does_not_flip() {
        let vectors: Vec<f32> = noise(6).take(40 * 8).collect();
        let picture = project(&vectors, 8);
        assert_eq!(picture, project(&vectors, 8));
        let far = picture.points.iter().map(|p| p[0]).fold(0.0, |a: f32, b| if b.abs() > a.abs() { b } else { a });
        assert!(far > 0.0);
    }
}
