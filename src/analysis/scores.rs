//! The arithmetic of attention, cell by cell, from the values of a run: what an engine does in one
//! sweep is taken apart here. All sums are kept in f64. Vaswani et al. 2017, arXiv:1706.03762, §3.2.1.

use super::vectors::dot;

/// [D] what `q · k` is the sum of.
pub fn products(q: &[f32], k: &[f32]) -> Vec<f32> {
    q.iter().zip(k).map(|(q, k)| (f64::from(*q) * f64::from(*k)) as f32).collect()
}

/// [T,T] `q · k · scale` for all pairs, those of the future included.
pub fn table(queries: &[&[f32]], keys: &[&[f32]], scale: f64) -> Vec<f32> {
    queries.iter().flat_map(|q| keys.iter().map(move |k| (dot(q, k) * scale) as f32)).collect()
}

/// One cell on its way through the softmax.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Softened {
    /// The largest score of the row, which is taken off first: it changes nothing but keeps e^… in range.
    pub largest: f32,
    /// e^(score − largest).
    pub raised: f32,
    /// The row's sum of these.
    pub sum: f32,
    /// Their quotient: the cell's share.
    pub share: f32,
}

/// The softmax of a row of scores (those that may be seen), at `at`. A row with a value that is no number
/// gives none.
pub fn soften(row: &[f32], at: usize) -> Option<Softened> {
    let score = f64::from(*row.get(at)?);
    let nan = row.iter().any(|v| v.is_nan());
    let largest = if nan { f64::NAN } else { row.iter().fold(f64::NEG_INFINITY, |m, v| m.max(f64::from(*v))) };
    let sum: f64 = row.iter().map(|v| (f64::from(*v) - largest).exp()).sum();
    let raised = (score - largest).exp();
    Some(Softened { largest: largest as f32, raised: raised as f32, sum: sum as f32, share: (raised / sum) as f32 })
}

/// [n,D] each seen token's value vector times its weight: what the head's output is the sum of.
pub fn shares(weights: &[f32], values: &[&[f32]]) -> Vec<f32> {
    let pairs = weights.iter().zip(values);
    pairs.flat_map(|(w, v)| v.iter().map(move |v| (f64::from(*w) * f64::from(*v)) as f32)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::close;
    use super::*;

    #[test]
    fn a_cell_is_the_sum_of_its_products() {
        let (q, k) = ([1.0, -2.0, 0.5], [4.0, 1.0, 8.0]);
        assert_eq!(products(&q, &k), [4.0, -2.0, 4.0]);
        assert_eq!(dot(&q, &k), 6.0);
        assert_eq!(table(&[&q, &k], &[&q, &k], 0.5), [2.625, 3.0, 3.0, 40.5]);
        assert!(table(&[&[f32::NAN]], &[&[1.0]], 1.0)[0].is_nan());
    }

    #[test]
    fn a_row_is_softened_to_shares_of_one() {
        let row = [0.0, 2f32.ln(), 1000.0f32.min(5f32.ln())];
        let cells: Vec<Softened> = (0..3).map(|i| soften(&row, i).unwrap()).collect();
        for (cell, share) in cells.iter().zip([0.125, 0.25, 0.625]) {
            close(cell.share, share, 1e-7);
            close(cell.sum, 8.0 / 5.0, 1e-6);
        }
        assert_eq!(cells[2].raised, 1.0);
        assert!(soften(&[0.0, f32::NAN], 0).unwrap().share.is_nan());
        assert_eq!(soften(&[0.0], 1), None);
    }

    #[test]
    fn weighted_values_keep_their_places() {
        assert_eq!(shares(&[0.5, 0.25], &[&[2.0, -4.0], &[8.0, 0.0]]), [1.0, -2.0, 2.0, 0.0]);
    }
}
