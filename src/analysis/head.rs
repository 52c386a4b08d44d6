//! What one head does: where it looks, on the average and from one token.
//!
//! In: a map of attention weights, T × T, rows reading, columns looked at; every row sums to 1.
//! Out: means over the rows, and single rows in order. Masked cells (behind the diagonal) are left aside.

use super::probability::entropy_bits;
use super::{descending, largest};

/// How much a token looks at another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// The position that is looked at.
    pub key: usize,
    /// 0…1.
    pub weight: f32,
}

/// Mean values over the rows that have a choice: all but the first, which sees only itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measures {
    /// Weight on the token before.
    pub previous: f32,
    /// Weight on the first token of the text.
    pub first: f32,
    /// Weight on the token itself.
    pub own: f32,
    /// 0: each row looks at one token; 1: at all that it sees alike. Entropy over its largest
    /// possible value, row by row.
    pub spread: f32,
}

/// The measures of a map; nothing for fewer than two tokens or a map of another size.
pub fn measure(map: &[f32], tokens: usize) -> Option<Measures> {
    if tokens < 2 || map.len() != tokens * tokens {
        return None;
    }
    let mut sums = [0.0f64; 4];
    for query in 1..tokens {
        let seen = &map[query * tokens..][..=query];
        let spread = entropy_bits(seen) / ((query + 1) as f32).log2();
        for (sum, value) in sums.iter_mut().zip([seen[query - 1], seen[0], seen[query], spread]) {
            *sum += f64::from(value);
        }
    }
    let [previous, first, own, spread] = sums.map(|sum| (sum / (tokens - 1) as f64) as f32);
    Some(Measures { previous, first, own, spread })
}

/// Where `query` looks most; the earlier token where several are equal.
pub fn strongest(row: &[f32], query: usize) -> Option<Look> {
    let best = looks(row, query).min_by(|a, b| descending(*a, *b))?;
    Some(look(best))
}

/// Everything that `query` sees, strongest first.
pub fn ranked(row: &[f32], query: usize) -> Vec<Look> {
    largest(looks(row, query).collect(), row.len()).into_iter().map(look).collect()
}

/// A row's cells up to its own position: the rest is masked.
fn looks(row: &[f32], query: usize) -> impl Iterator<Item = (u32, f32)> {
    (0..).zip(row.iter().copied().take(query + 1))
}

fn look((key, weight): (u32, f32)) -> Look {
    Look { key: key as usize, weight }
}

#[cfg(test)]
mod tests {
    use super::super::tests::close;
    use super::*;

    const T: usize = 4;

    fn map(of: impl Fn(usize, usize) -> f32) -> Vec<f32> {
        (0..T * T).map(|i| if i % T <= i / T { of(i / T, i % T) } else { 0.0 }).collect()
    }

    #[test]
    fn pure_heads_measure_one() {
        let before = measure(&map(|q, k| f32::from(u8::from(k == q.saturating_sub(1)))), T).unwrap();
        assert_eq!((before.previous, before.own, before.spread), (1.0, 0.0, 0.0));
        close(before.first, 1.0 / 3.0, 1e-7);
        let own = measure(&map(|q, k| f32::from(u8::from(k == q))), T).unwrap();
        assert_eq!((own.own, own.previous), (1.0, 0.0));
        let all = measure(&map(|q, _| 1.0 / (q + 1) as f32), T).unwrap();
        close(all.spread, 1.0, 1e-6);
        close(all.first, (1.0 / 2.0 + 1.0 / 3.0 + 1.0 / 4.0) / 3.0, 1e-7);
    }

    #[test]
    fn maps_without_a_choice_have_no_measures() {
        assert_eq!(measure(&[1.0], 1), None);
        assert_eq!(measure(&[], 0), None);
        assert_eq!(measure(&[1.0; 3], 2), None);
        assert!(measure(&[1.0, 0.0, f32::NAN, 0.5], 2).unwrap().spread.is_nan());
    }

    #[test]
    fn a_row_is_ranked_without_its_masked_cells() {
        let row = [0.2, 0.4, 0.4, 9.0];
        assert_eq!(strongest(&row, 2), Some(Look { key: 1, weight: 0.4 }));
        assert_eq!(ranked(&row, 2).iter().map(|l| l.key).collect::<Vec<_>>(), [1, 2, 0]);
        assert_eq!((strongest(&[], 0), ranked(&[], 3)), (None, vec![]));
    }
}
