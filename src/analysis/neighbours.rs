//! Which tokens lie nearest to one token in the model's own table.
//!
//! In: one row's cosines with every row, what all have in common taken off (`engine/common.rs`). Out: the
//! nearest; twins (`" The"`, `the`) folded into one row. Rows without direction are nobody's neighbours.

use super::largest;
use crate::tokens::Vocabulary;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Neighbour {
    pub id: u32,
    /// Cosine of the angle between the two rows, what all rows have in common taken off, −1…1.
    pub cosine: f32,
}

/// The nearest of several twins, and the others.
#[derive(Clone, Debug, PartialEq)]
pub struct FoldedNeighbour {
    pub head: Neighbour,
    /// Nearest first.
    pub twins: Vec<Neighbour>,
}

/// The `count` tokens nearest to `of`, nearest first, itself left out. `cosines`: with all V rows, by id;
/// no number for a row without direction.
pub fn nearest(cosines: &[f32], of: u32, count: usize) -> Vec<Neighbour> {
    let others = (0..).zip(cosines.iter().copied()).filter(|(id, cosine)| *id != of && !cosine.is_nan()).collect();
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
    use super::*;

    #[test]
    fn the_nearest_come_first_and_no_number_is_nobody_s_neighbour() {
        let cosines = [0.5, 1.0, f32::NAN, -0.25, 0.75];
        let near = nearest(&cosines, 1, 9);
        assert_eq!(near.iter().map(|n| (n.id, n.cosine)).collect::<Vec<_>>(), [(4, 0.75), (0, 0.5), (3, -0.25)]);
        assert_eq!(nearest(&cosines, 1, 2), near[..2]);
        assert_eq!(nearest(&[f32::NAN; 3], 0, 9), []);
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
