//! What one head does: where it looks, on the average and from one token.
//!
//! In: a map of attention weights, T × T, rows reading, columns looked at; every row sums to 1.
//! Out: means over the rows, and single rows in order. Masked cells (behind the diagonal) are left aside.
//!
//! A habit is named only where it stands clearly above what looking everywhere alike would give on a
//! text of this length: a share of 30 % is nothing on three tokens, and much on a hundred.

use super::probability::entropy_bits;
use super::{descending, largest};
use std::collections::HashMap;

/// How much a token looks at another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// The position that is looked at.
    pub key: usize,
    /// 0…1.
    pub weight: f32,
}

/// What a head's readers look at, on average.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Habit {
    Previous,
    First,
    Itself,
    /// What followed the same token before: an induction head copies (Olsson et al. 2022, "In-context
    /// Learning and Induction Heads").
    Induction,
    /// None of these clearly.
    Spread,
}

/// A mean share of attention, and what a head that looks everywhere alike would give there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// 0…1.
    pub found: f32,
    /// 0…1; the longer the text, the smaller.
    pub even: f32,
}

impl Share {
    /// Half as much again as an even look would give, and ten points more: less may be chance. What is
    /// no number is clear, so that it is seen.
    pub fn is_clear(self) -> bool {
        let least = (1.5 * self.even).max(self.even + 0.1);
        self.found.is_nan() || self.found >= least
    }

    /// How far above an even look, for comparing habits; what is no number comes first.
    fn excess(self) -> f32 {
        let excess = self.found - self.even;
        if excess.is_nan() { f32::INFINITY } else { excess }
    }
}

/// Mean shares over the readers that have a choice: all but the first, which sees only itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measures {
    /// On the token before.
    pub previous: Share,
    /// On the first token of the text.
    pub first: Share,
    /// On the token itself.
    pub own: Share,
    /// On what followed the same token before, over the readers whose token stood before; nothing
    /// where no token comes twice.
    pub induction: Option<Share>,
}

impl Measures {
    pub fn of(&self, habit: Habit) -> Option<Share> {
        match habit {
            Habit::Previous => Some(self.previous),
            Habit::First => Some(self.first),
            Habit::Itself => Some(self.own),
            Habit::Induction => self.induction,
            Habit::Spread => None,
        }
    }

    /// The habits that stand clearly out, the clearest first.
    pub fn clear(&self) -> Vec<(Habit, Share)> {
        let all = [Habit::Previous, Habit::First, Habit::Itself, Habit::Induction];
        let shares = all.into_iter().filter_map(|habit| Some((habit, self.of(habit)?)));
        let mut clear: Vec<_> = shares.filter(|(_, share)| share.is_clear()).collect();
        clear.sort_by(|a, b| b.1.excess().total_cmp(&a.1.excess()));
        clear
    }

    /// The clearest habit with its share; where there is none, the largest share.
    pub fn habit(&self) -> (Habit, f32) {
        let largest = self.previous.found.max(self.first.found).max(self.own.found);
        self.clear().first().map_or((Habit::Spread, largest), |(habit, share)| (*habit, share.found))
    }
}

/// Where a text's readers would look by each habit: found once a text, for all heads' maps.
#[derive(Clone, Debug, PartialEq)]
pub struct Readers {
    tokens: usize,
    /// Readers whose token stood before, with the positions after its earlier places.
    repeats: Vec<(usize, Vec<usize>)>,
}

impl Readers {
    pub fn new(ids: &[u32]) -> Self {
        let mut followers = HashMap::<u32, Vec<usize>>::new();
        let mut repeats = Vec::new();
        for (reader, id) in ids.iter().enumerate() {
            let keys = followers.entry(*id).or_default();
            // What follows the token just before is the reader itself: nothing to copy yet.
            let seen: Vec<usize> = keys.iter().copied().filter(|&key| key < reader).collect();
            if !seen.is_empty() {
                repeats.push((reader, seen));
            }
            keys.push(reader + 1);
        }
        Self { tokens: ids.len(), repeats }
    }

    /// Some token comes twice, with something between to copy.
    pub fn has_repeats(&self) -> bool {
        !self.repeats.is_empty()
    }

    /// The share of one token were every reader to look everywhere alike.
    pub fn even(&self) -> f32 {
        self.mean(|query| 1.0 / (query + 1) as f32)
    }

    /// The measures of a map; nothing for fewer than two tokens or a map of another size.
    pub fn measure(&self, map: &[f32]) -> Option<Measures> {
        if self.tokens < 2 || map.len() != self.tokens * self.tokens {
            return None;
        }
        let cell = |query: usize, key: usize| map[query * self.tokens + key];
        let even = self.even();
        let share = |key: fn(usize) -> usize| Share { found: self.mean(|query| cell(query, key(query))), even };
        let over_repeats = |of: &dyn Fn(usize, &[usize]) -> f64| {
            (self.repeats.iter().map(|(query, keys)| of(*query, keys)).sum::<f64>() / self.repeats.len() as f64) as f32
        };
        let found = |query: usize, keys: &[usize]| keys.iter().map(|&key| f64::from(cell(query, key))).sum();
        let alike = |query: usize, keys: &[usize]| keys.len() as f64 / (query + 1) as f64;
        Some(Measures {
            previous: share(|query| query - 1),
            first: share(|_| 0),
            own: share(|query| query),
            induction: self.has_repeats().then(|| Share { found: over_repeats(&found), even: over_repeats(&alike) }),
        })
    }

    /// How far a map spreads its looks: 0 where each reader looks at one token, 1 where at all that it
    /// sees alike. Entropy over its largest possible value, the mean of all readers with a choice.
    pub fn spread(&self, map: &[f32]) -> Option<f32> {
        let fits = self.tokens >= 2 && map.len() == self.tokens * self.tokens;
        let row = |query: usize| entropy_bits(&map[query * self.tokens..][..=query]) / ((query + 1) as f32).log2();
        fits.then(|| self.mean(row))
    }

    fn mean(&self, of: impl Fn(usize) -> f32) -> f32 {
        let sum: f64 = (1..self.tokens).map(|query| f64::from(of(query))).sum();
        (sum / self.tokens.saturating_sub(1).max(1) as f64) as f32
    }
}

/// Indices of `scores`, the largest first and what is no number before it; what has no score comes
/// last, and equals keep their order.
pub fn by_score(scores: &[Option<f32>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    let key = |i: usize| scores[i].map_or(f32::NEG_INFINITY, |s| if s.is_nan() { f32::INFINITY } else { s });
    order.sort_by(|&a, &b| key(b).total_cmp(&key(a)));
    order
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

    /// Four tokens, all different.
    fn measure(map: &[f32]) -> Measures {
        Readers::new(&[0, 1, 2, 3]).measure(map).unwrap()
    }

    #[test]
    fn pure_heads_measure_one() {
        let readers = Readers::new(&[0, 1, 2, 3]);
        let pure = map(|q, k| f32::from(u8::from(k == q.saturating_sub(1))));
        let before = measure(&pure);
        assert_eq!((before.previous.found, before.own.found, readers.spread(&pure)), (1.0, 0.0, Some(0.0)));
        close(before.first.found, 1.0 / 3.0, 1e-7);
        assert_eq!(before.habit(), (Habit::Previous, 1.0));
        let own = measure(&map(|q, k| f32::from(u8::from(k == q))));
        assert_eq!((own.own.found, own.previous.found, own.induction), (1.0, 0.0, None));
        let even = (1.0 / 2.0 + 1.0 / 3.0 + 1.0 / 4.0) / 3.0;
        let all = map(|q, _| 1.0 / (q + 1) as f32);
        close(readers.spread(&all).unwrap(), 1.0, 1e-6);
        close(measure(&all).first.found, even, 1e-7);
        close(measure(&all).first.even, even, 1e-7);
        assert_eq!(measure(&all).habit().0, Habit::Spread);
    }

    #[test]
    fn an_induction_head_reads_what_followed_before() {
        // a b c a b: the second a reads the first b, the second b reads c.
        let readers = Readers::new(&[7, 8, 9, 7, 8]);
        let mut weights = vec![0.0; 25];
        (0..5).for_each(|q| weights[q * 5] = 1.0);
        weights[15..20].copy_from_slice(&[0.2, 0.8, 0.0, 0.0, 0.0]);
        weights[20..25].copy_from_slice(&[0.0, 0.0, 0.6, 0.4, 0.0]);
        let measures = readers.measure(&weights).unwrap();
        let induction = measures.induction.unwrap();
        close(induction.found, 0.7, 1e-6);
        close(induction.even, (1.0 / 4.0 + 1.0 / 5.0) / 2.0, 1e-7);
        assert_eq!(measures.clear().first().unwrap().0, Habit::Induction);
        // The same token twice running has nothing between to copy; three times running has.
        assert!(!Readers::new(&[1, 1, 2]).has_repeats());
        assert!(Readers::new(&[1, 1, 1]).has_repeats());
    }

    #[test]
    fn a_habit_is_named_by_what_the_length_would_give_anyway() {
        let share = |found, tokens: u32| Share { found, even: Readers::new(&(0..tokens).collect::<Vec<_>>()).even() };
        // A third is what an even look gives on four tokens; on a hundred it is a habit.
        assert!(!share(0.36, 4).is_clear() && share(0.36, 100).is_clear());
        assert!(share(0.2, 100).is_clear() && !share(0.1, 100).is_clear());
        assert!(share(f32::NAN, 100).is_clear());
    }

    #[test]
    fn maps_without_a_choice_have_no_measures() {
        assert_eq!(Readers::new(&[0]).measure(&[1.0]), None);
        assert_eq!(Readers::new(&[]).measure(&[]), None);
        let two = Readers::new(&[0, 1]);
        assert_eq!((two.measure(&[1.0; 3]), two.spread(&[1.0; 3])), (None, None));
        assert!(two.spread(&[1.0, 0.0, f32::NAN, 0.5]).unwrap().is_nan());
        assert!(two.measure(&[1.0, 0.0, f32::NAN, 0.5]).unwrap().habit().1.is_nan());
    }

    #[test]
    fn heads_are_ordered_by_score_and_equals_stay() {
        let scores = [Some(0.2), None, Some(0.9), Some(0.2), Some(f32::NAN)];
        assert_eq!(by_score(&scores), [4, 2, 0, 3, 1]);
    }

    #[test]
    fn a_row_is_ranked_without_its_masked_cells() {
        let row = [0.2, 0.4, 0.4, 9.0];
        assert_eq!(strongest(&row, 2), Some(Look { key: 1, weight: 0.4 }));
        assert_eq!(ranked(&row, 2).iter().map(|l| l.key).collect::<Vec<_>>(), [1, 2, 0]);
        assert_eq!((strongest(&[], 0), ranked(&[], 3)), (None, vec![]));
    }
}
