//! What the next token is drawn from: the chances at a temperature, with the unlikely cut away.
//!
//! In: V logits, and an [`Ask`]. Out: a [`Draw`], whose chances add up to 1 again. First comes the temperature, then
//! top-k (Fan et al. 2018), then top-p of what top-k has left (Holtzman et al. 2020). A logit that is no number makes
//! every chance no number and cuts nothing.

use super::ask::Ask;
use super::probability::{Chance, Distribution, softmax};

/// Draws the next token of V logits: `at`, a number from 0 to 1 that nobody knows before, picks the token on whose
/// share of the whole it falls. Its chance is that in the draw. `None` where a logit is no number.
pub fn next(logits: &[f32], ask: &Ask, at: f64) -> Option<Chance> {
    let own = Distribution::new(logits, 1.0);
    let draw = Draw::asked(logits, &own, ask);
    let chances = draw.as_ref().map_or(&own, Draw::chances).probabilities();
    let whole: f64 = chances.iter().copied().map(f64::from).sum();
    let mut sum = 0.0;
    let reached = chances.iter().position(|&p| {
        sum += f64::from(p);
        sum > at * whole
    });
    // The very end belongs to the last that has a chance.
    let id = reached.or_else(|| chances.iter().rposition(|&p| p > 0.0))?;
    Some(Chance { id: id as u32, probability: chances[id] }).filter(|c| c.probability.is_finite() && whole.is_finite())
}

/// A second distribution beside the model's own, never instead of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Draw {
    chances: Distribution,
    kept: usize,
}

impl Draw {
    /// `None` where nothing is asked: the draw is then from the model's own chances. `own` are these, of the same
    /// logits, and their order is the order at every temperature.
    pub fn asked(logits: &[f32], own: &Distribution, ask: &Ask) -> Option<Self> {
        let most = ask.top_k.filter(|k| *k < logits.len());
        let mass = ask.top_p.filter(|p| *p < 1.0);
        if ask.temperature == 1.0 && most.is_none() && mass.is_none() {
            return None;
        }
        let chances = softmax(logits, ask.temperature);
        if (most.is_none() && mass.is_none()) || chances.iter().any(|p| p.is_nan()) {
            return Some(Self { kept: chances.len(), chances: Distribution::of(chances) });
        }
        let order = own.top(most.unwrap_or(logits.len()));
        let chance = |at: usize| f64::from(chances[order[at].id as usize]);
        let whole: f64 = (0..order.len()).map(chance).sum();
        let reached = |p: f32| {
            let mut sum = 0.0;
            (0..order.len()).position(|at| {
                sum += chance(at);
                sum >= f64::from(p) * whole
            })
        };
        // The token that reaches the share stays too.
        let kept = mass.and_then(reached).map_or(order.len(), |at| at + 1);
        let sum: f64 = (0..kept).map(chance).sum();
        let mut left = vec![0.0; chances.len()];
        order[..kept].iter().for_each(|c| left[c.id as usize] = (f64::from(chances[c.id as usize]) / sum) as f32);
        Some(Self { chances: Distribution::of(left), kept })
    }

    /// How many tokens stay in the draw: the likeliest, in the order of the model's own chances.
    pub fn kept(&self) -> usize {
        self.kept
    }

    /// V chances that add up to 1; 0 for what is cut away.
    pub fn chances(&self) -> &Distribution {
        &self.chances
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{close, noise};
    use super::*;

    fn draw(logits: &[f32], temperature: f32, top_k: Option<usize>, top_p: Option<f32>) -> Option<Draw> {
        let ask = Ask { temperature, top_k, top_p, ..Ask::default() };
        Draw::asked(logits, &Distribution::new(logits, 1.0), &ask)
    }

    fn logits() -> Vec<f32> {
        noise(7).take(500).map(|x| x * 10.0).collect()
    }

    #[test]
    fn what_stays_adds_up_to_one_in_the_same_proportions() {
        let own = Distribution::new(&logits(), 1.0);
        for temperature in [0.0, 0.5, 1.0, 2.0] {
            let tempered = Distribution::new(&logits(), temperature);
            for (k, p) in
                [(Some(1), None), (Some(40), None), (None, Some(0.9)), (Some(40), Some(0.5)), (None, Some(1e-6))]
            {
                let draw = draw(&logits(), temperature, k, p).unwrap();
                let all = draw.chances().probabilities();
                close(all.iter().sum::<f32>(), 1.0, 1e-5);
                assert!(k.is_none_or(|k| draw.kept() <= k) && draw.kept() >= 1);
                let order = own.top(500);
                let first = order[0].id as usize;
                for (at, c) in order.iter().enumerate() {
                    let (now, before) = (all[c.id as usize], tempered.probabilities()[c.id as usize]);
                    let wanted =
                        if at < draw.kept() { before / tempered.probabilities()[first] * all[first] } else { 0.0 };
                    close(now, f64::from(wanted), 1e-6);
                }
            }
        }
    }

    #[test]
    fn the_nucleus_is_the_smallest_that_reaches_its_share() {
        let logits = [0.5f32, 0.3, 0.15, 0.05].map(f32::ln);
        for (p, kept) in [(0.1, 1), (0.49, 1), (0.51, 2), (0.79, 2), (0.9, 3), (0.96, 4)] {
            assert_eq!(draw(&logits, 1.0, None, Some(p)).unwrap().kept(), kept, "{p}");
        }
        // Of what top-k leaves, 0.5 is 62.5 %.
        assert_eq!(draw(&logits, 1.0, Some(2), Some(0.6)).unwrap().kept(), 1);
        close(draw(&logits, 1.0, Some(2), None).unwrap().chances().probabilities()[0], 0.625, 1e-6);
    }

    #[test]
    fn a_draw_takes_each_token_as_often_as_its_chance_says() {
        let logits = [0.5f32, 0.3, 0.15, 0.05].map(f32::ln);
        for (ask, wanted) in [
            (Ask::default(), [500, 300, 150, 50]),
            (Ask { top_k: Some(2), ..Ask::default() }, [625, 375, 0, 0]),
            (Ask { temperature: 0.0, ..Ask::default() }, [1000, 0, 0, 0]),
        ] {
            let mut drawn = [0i32; 4];
            for i in 0..1000 {
                let token = next(&logits, &ask, (f64::from(i) + 0.5) / 1000.0).unwrap();
                drawn[token.id as usize] += 1;
                close(token.probability, f64::from(wanted[token.id as usize]) / 1000.0, 1e-6);
            }
            assert!(drawn.iter().zip(wanted).all(|(a, b)| (a - b).abs() <= 1), "{drawn:?} is not {wanted:?}");
            assert!(wanted[next(&logits, &ask, 1.0).unwrap().id as usize] > 0);
        }
        for temperature in [0.0, 1.0] {
            assert_eq!(next(&[1.0, f32::NAN, 0.0], &Ask { temperature, ..Ask::default() }, 0.5), None);
        }
        assert_eq!(next(&[], &Ask::default(), 0.5), None);
    }

    #[test]
    fn nothing_asked_is_no_draw_and_no_number_stays_none() {
        assert_eq!(draw(&logits(), 1.0, None, None), None);
        assert_eq!(draw(&logits(), 1.0, Some(500), Some(1.0)), None);
        let none = draw(&[1.0, f32::NAN, 0.0], 1.0, Some(1), Some(0.5)).unwrap();
        assert!(none.kept() == 3 && none.chances().probabilities().iter().all(|p| p.is_nan()));
        assert_eq!(draw(&[], 0.5, Some(1), Some(0.5)).unwrap().kept(), 0);
    }
}
