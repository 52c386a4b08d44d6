//! Which tokens lie nearest to one token in the model's own table.
//!
//! In: the products of one row with every row, and every row's length. Out: cosines, true values;
//! the nearest; twins (`" The"`, `the`) folded into one row. Rows of length 0 have no direction and
//! are nobody's neighbours.

use super::largest;
use crate::tokens::Vocabulary;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Neighbour {
    pub id: u32,
    /// Cosine of the angle between the two rows, −1…1.
    pub cosine: f32,
}

/// The nearest of several twins, and the others.
#[derive(Clone, Debug, PartialEq)]
pub struct FoldedNeighbour {
    pub head: Neighbour,
    /// Nearest first.
    pub twins: Vec<Neighbour>,
}

/// Cosines of one vector of length `own` with all V rows, by id: `dots[i]` is the vector · row `i`,
/// `norms[i]` is the length of row `i`. No number where a row, or the vector, has no length.
pub fn cosines(dots: &[f32], norms: &[f32], own: f32) -> Vec<f32> {
    let cosine = |(&dot, &norm): (&f32, &f32)| {
        let product = f64::from(own) * f64::from(norm);
        // Rounding may pass 1 by a hair.
        if product > 0.0 { (f64::from(dot) / product).clamp(-1.0, 1.0) as f32 } else { f32::NAN }
    };
    dots.iter().zip(norms).map(cosine).collect()
}

/// The `count` tokens nearest to `of`, nearest first, itself left out.
pub fn nearest(dots: &[f32], norms: &[f32], of: u32, count: usize) -> Vec<Neighbour> {
    let own = norms.get(of as usize).copied().unwrap_or(0.0);
    let all = (0..).zip(cosines(dots, norms, own));
    let others = all.filter(|(id, cosine)| *id != of && !cosine.is_nan()).collect();
    largest(others, count).into_iter().map(|(id, cosine)| Neighbour { id, cosine }).collect()
}

/// Gathers twins in one row, at the place of the nearest of them.
pub fn fold(neighbours: &[Neighbour], vocabulary: &Vocabulary) -> Vec<FoldedNeighbour> {
    let mut rows: Vec<(String, FoldedNeighbour)> = Vec::new();
    for &neighbour in neighbours {
        let key = vocabulary.fold_key(neighbour.id);
        match rows.iter_mut().find(|(other, _)| *other == key) {
            Some((_, row)) => row.twins.push(neighbour),
            None => rows.push((key, FoldedNeighbour { head: neighbour, twins: Vec::new() })),
        }
    }
    rows.into_iter().map(|(_, row)| row).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{close, noise};
    use super::*;

    #[test]
    fn cosines_are_their_definition() {
        let rows: Vec<Vec<f32>> = (0..40).map(|i| noise(i).take(12).collect()).collect();
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
        let dots: Vec<f32> = rows.iter().map(|r| dot(r, &rows[7]) as f32).collect();
        let norms: Vec<f32> = rows.iter().map(|r| dot(r, r).sqrt() as f32).collect();
        for (cosine, row) in cosines(&dots, &norms, norms[7]).into_iter().zip(&rows) {
            close(cosine, dot(row, &rows[7]) / (dot(row, row) * dot(&rows[7], &rows[7])).sqrt(), 1e-6);
        }
        let near = nearest(&dots, &norms, 7, 50);
        assert_eq!(near.len(), 39);
        assert!(near.is_sorted_by(|a, b| a.cosine >= b.cosine) && near.iter().all(|n| n.id != 7));
        assert_eq!(nearest(&dots, &norms, 7, 3), near[..3]);
    }

    #[test]
    fn rows_without_direction_are_nobody_s_neighbours() {
        let (dots, norms) = ([1.0, 0.0, 1.0, f32::NAN], [1.0, 0.0, 1.0, 1.0]);
        assert_eq!(nearest(&dots, &norms, 0, 9), [Neighbour { id: 2, cosine: 1.0 }]);
        assert_eq!(nearest(&dots, &norms, 1, 9), []);
        assert_eq!(nearest(&dots, &norms, 99, 9), []);
    }

    #[test]
    fn twins_share_a_row_led_by_the_nearest() {
        let vocabulary = Vocabulary::new(["cat", " Cat", "dog", " cat", "\u{e9}"]);
        let near = [(1, 0.9), (2, 0.8), (0, 0.7), (4, 0.6), (3, 0.5)].map(|(id, cosine)| Neighbour { id, cosine });
        let rows = fold(&near, &vocabulary);
        assert_eq!(rows.iter().map(|r| r.head.id).collect::<Vec<_>>(), [1, 2, 4]);
        assert_eq!(rows[0].twins, [near[2], near[4]]);
    }
}
