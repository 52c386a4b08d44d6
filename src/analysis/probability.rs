//! Chances of the next token: the softmax over the whole vocabulary, nothing less.
//!
//! In: V logits of one position. Out: a [`Distribution`] with its ranks and its remainder. A logit of
//! −∞ has chance 0; a logit that is no number makes every chance no number, so that it is seen.

use super::{descending, largest};

/// A token and its chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chance {
    pub id: u32,
    /// 0…1.
    pub probability: f32,
}

/// All the tokens that a list leaves out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Remainder {
    /// How many tokens.
    pub count: usize,
    /// The sum of their chances, 0…1: added up, not what is missing to 1.
    pub probability: f32,
}

/// Chances of all V tokens.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Distribution {
    probabilities: Vec<f32>,
}

/// exp((x − max) / T) / Σ over the whole vocabulary. Temperature 1 is the model's own
/// distribution; 0 (or less) puts everything on the largest logit, the lowest id where several are.
pub fn softmax(logits: &[f32], temperature: f32) -> Vec<f32> {
    if logits.iter().any(|x| x.is_nan()) {
        return vec![f32::NAN; logits.len()];
    }
    if temperature <= 0.0 {
        let best = likeliest_id(logits);
        return (0..logits.len()).map(|id| if Some(id) == best { 1.0 } else { 0.0 }).collect();
    }
    let most = f64::from(largest_logit(logits));
    let temperature = f64::from(temperature);
    let weights: Vec<f64> = logits.iter().map(|&x| ((f64::from(x) - most) / temperature).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|w| (w / sum) as f32).collect()
}

/// What the chance of any one token at temperature 1 needs to know of all the others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whole {
    most: f64,
    sum: f64,
}

impl Whole {
    pub(super) fn of(logits: &[f32]) -> Self {
        let most = f64::from(largest_logit(logits));
        Self { most, sum: logits.iter().map(|&x| (f64::from(x) - most).exp()).sum() }
    }

    /// The chance of a token with this logit.
    pub(super) fn chance(self, logit: f32) -> f32 {
        ((f64::from(logit) - self.most).exp() / self.sum) as f32
    }
}

/// The likeliest token and its chance at temperature 1, without keeping all the others.
pub fn likeliest(logits: &[f32]) -> Option<Chance> {
    let id = likeliest_id(logits)?;
    Some(Chance { id: id as u32, probability: Whole::of(logits).chance(logits[id]) })
}

fn largest_logit(logits: &[f32]) -> f32 {
    logits.iter().copied().fold(f32::NEG_INFINITY, f32::max)
}

pub(super) fn likeliest_id(logits: &[f32]) -> Option<usize> {
    let most = largest_logit(logits);
    logits.iter().position(|&x| x == most)
}

impl Distribution {
    /// The softmax of V logits at a temperature.
    pub fn new(logits: &[f32], temperature: f32) -> Self {
        Self { probabilities: softmax(logits, temperature) }
    }

    /// V chances that are known already, by id.
    pub(super) fn of(probabilities: Vec<f32>) -> Self {
        Self { probabilities }
    }

    /// V chances, by id.
    pub fn probabilities(&self) -> &[f32] {
        &self.probabilities
    }

    pub fn chance_of(&self, id: u32) -> Option<f32> {
        self.probabilities.get(id as usize).copied()
    }

    /// The `count` likeliest tokens, likeliest first; the lower id first where chances are equal.
    pub fn top(&self, count: usize) -> Vec<Chance> {
        let top = largest(self.items(), count);
        top.into_iter().map(|(id, probability)| Chance { id, probability }).collect()
    }

    /// What [`Distribution::top`] of the same `count` leaves out.
    pub fn remainder(&self, count: usize) -> Remainder {
        let mut items = self.items();
        if count >= items.len() {
            return Remainder { count: 0, probability: 0.0 };
        }
        if count > 0 {
            items.select_nth_unstable_by(count - 1, |a, b| descending(*a, *b));
        }
        let sum: f64 = items[count..].iter().map(|item| f64::from(item.1)).sum();
        Remainder { count: items.len() - count, probability: sum as f32 }
    }

    /// The place of a token in the order of [`Distribution::top`]: 1 is the likeliest.
    pub fn rank_of(&self, id: u32) -> Option<usize> {
        let own = (id, self.chance_of(id)?);
        Some(1 + self.items().into_iter().filter(|item| descending(*item, own).is_lt()).count())
    }

    /// How open the choice is, in bits: 0 when one token has everything, log₂ V when all are alike.
    pub fn entropy_bits(&self) -> f32 {
        entropy_bits(&self.probabilities)
    }

    fn items(&self) -> Vec<(u32, f32)> {
        (0..).zip(self.probabilities.iter().copied()).collect()
    }
}

/// −Σ p·log₂ p; a chance of 0 adds nothing.
pub(super) fn entropy_bits(probabilities: &[f32]) -> f32 {
    let share = |&p: &f32| if p == 0.0 { 0.0 } else { f64::from(p) * f64::from(p).log2() };
    // 0 − x, for −0 reads badly.
    (0.0 - probabilities.iter().map(share).sum::<f64>()) as f32
}

#[cfg(test)]
mod tests {
    use super::super::tests::{close, noise};
    use super::*;

    fn logits() -> Vec<f32> {
        noise(3).take(997).map(|x| x * 12.0 - 40.0).collect()
    }

    #[test]
    fn softmax_is_its_definition() {
        for temperature in [0.1f32, 0.7, 1.0, 2.5] {
            let z = |x: f32| (f64::from(x) / f64::from(temperature)).exp();
            let sum: f64 = logits().iter().map(|&x| z(x)).sum();
            for (p, x) in softmax(&logits(), temperature).into_iter().zip(logits()) {
                close(p, z(x) / sum, 1e-7);
            }
        }
    }

    #[test]
    fn huge_logits_and_masked_ones_are_no_trouble() {
        assert_eq!(softmax(&[1e30, -1e30, f32::NEG_INFINITY], 1.0), [1.0, 0.0, 0.0]);
        assert_eq!(softmax(&[3.0, 3.0], 1e-30), [0.5, 0.5]);
        for temperature in [0.0, 0.5, 1.0] {
            assert!(softmax(&[1.0, f32::NAN], temperature).iter().all(|p| p.is_nan()));
        }
        assert!(softmax(&[], 1.0).is_empty());
    }

    #[test]
    fn temperature_zero_takes_the_likeliest() {
        assert_eq!(softmax(&[1.0, 4.0, 4.0], 0.0), [0.0, 1.0, 0.0]);
        assert_eq!(Distribution::new(&[], 0.0).top(3), []);
    }

    #[test]
    fn top_and_remainder_are_the_whole() {
        let d = Distribution::new(&logits(), 1.0);
        for count in [0, 1, 10, 996, 997, 2000] {
            let (top, rest) = (d.top(count), d.remainder(count));
            assert_eq!(top.len() + rest.count, 997);
            let sum: f64 = top.iter().map(|c| f64::from(c.probability)).sum();
            close(rest.probability, 1.0 - sum, 1e-6);
            assert!(rest.probability >= 0.0);
        }
    }

    #[test]
    fn ranks_count_from_one_and_ties_go_to_the_lower_id() {
        let d = Distribution::new(&[1.0, 2.0, 2.0, 0.0], 1.0);
        assert_eq!(d.top(4).iter().map(|c| c.id).collect::<Vec<_>>(), [1, 2, 0, 3]);
        assert_eq!([0, 1, 2, 3, 4].map(|id| d.rank_of(id)), [Some(3), Some(1), Some(2), Some(4), None]);
        let d = Distribution::new(&logits(), 0.8);
        for (at, chance) in d.top(997).into_iter().enumerate() {
            assert_eq!(d.rank_of(chance.id), Some(at + 1));
        }
    }

    #[test]
    fn the_likeliest_is_the_first_of_the_top() {
        assert_eq!(likeliest(&logits()), Distribution::new(&logits(), 1.0).top(1).first().copied());
        assert_eq!(likeliest(&[]), None);
        assert_eq!(likeliest(&[f32::NAN]), None);
    }

    #[test]
    fn entropy_runs_from_none_to_all_alike() {
        close(Distribution::new(&[0.0; 8], 1.0).entropy_bits(), 3.0, 1e-6);
        assert_eq!(Distribution::new(&[0.0, 9.0], 0.0).entropy_bits(), 0.0);
    }
}
