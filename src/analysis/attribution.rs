//! Why one token's logit is larger than another's: what each part of the model put into the difference.
//!
//! The last vector is a sum: the embedding, and what every attention and every MLP wrote into the river. The final norm
//! takes its mean away, divides it by one number and stretches its dimensions; a logit is a dot product with the
//! outcome. So the difference of two logits is a sum as well, one summand a part ("direct logit attribution": Elhage
//! et al. 2021, "A Mathematical Framework for Transformer Circuits"), and nothing is left out.

/// What comes after the last block: the final norm, and two tokens' vectors of the way out, `C` values each.
#[derive(Clone, Copy, Debug)]
pub struct WayOut<'a> {
    pub gain: &'a [f32],
    pub bias: &'a [f32],
    pub epsilon: f32,
    pub tokens: [&'a [f32]; 2],
    /// The tokens' own biases; 0 in most models.
    pub token_biases: [f32; 2],
}

#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    /// What each part puts into the first token's logit minus the second's.
    pub pushes: Vec<f32>,
    /// What the biases of the way out put there, whatever the text is.
    pub learned: f32,
    /// All together: the difference of the two logits.
    pub sum: f32,
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len().max(1) as f64;
    values.sum::<f64>() / count
}

/// `parts`: what was written into the river, `C` values each; all that was.
pub fn attribute(parts: &[&[f32]], way: &WayOut) -> Attribution {
    let wide = |values: &[f32]| values.iter().copied().map(f64::from).collect::<Vec<f64>>();
    let dimensions = 0..way.gain.len();
    let river: Vec<f64> = dimensions.clone().map(|c| parts.iter().map(|part| f64::from(part[c])).sum()).collect();
    let centre = mean(river.iter().copied());
    let variance = mean(river.iter().map(|value| (value - centre).powi(2)));
    let deviation = (variance + f64::from(way.epsilon)).sqrt();
    let [first, second] = way.tokens.map(wide);
    let apart: Vec<f64> = first.iter().zip(&second).map(|(a, b)| a - b).collect();
    let push = |part: &&[f32]| {
        let centre = mean(part.iter().copied().map(f64::from));
        let along = |c: usize| (f64::from(part[c]) - centre) / deviation * f64::from(way.gain[c]) * apart[c];
        dimensions.clone().map(along).sum::<f64>()
    };
    let pushes: Vec<f64> = parts.iter().map(push).collect();
    let of_norm: f64 = wide(way.bias).iter().zip(&apart).map(|(bias, apart)| bias * apart).sum();
    let learned = of_norm + f64::from(way.token_biases[0]) - f64::from(way.token_biases[1]);
    let sum = pushes.iter().sum::<f64>() + learned;
    Attribution {
        pushes: pushes.into_iter().map(|push| push as f32).collect(),
        learned: learned as f32,
        sum: sum as f32,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{close, noise};
    use super::*;

    const WIDTH: usize = 24;

    fn vectors(count: usize) -> Vec<Vec<f32>> {
        let values: Vec<f32> = noise(5).take(count * WIDTH).collect();
        values.chunks(WIDTH).map(<[f32]>::to_vec).collect()
    }

    /// The same from the other end: norm first, then two dot products.
    fn difference(parts: &[&[f32]], way: &WayOut) -> f64 {
        let river: Vec<f64> = (0..WIDTH).map(|c| parts.iter().map(|part| f64::from(part[c])).sum()).collect();
        let centre = river.iter().sum::<f64>() / WIDTH as f64;
        let variance = river.iter().map(|v| (v - centre).powi(2)).sum::<f64>() / WIDTH as f64;
        let normed = |c: usize| {
            let one = (river[c] - centre) / (variance + f64::from(way.epsilon)).sqrt();
            one * f64::from(way.gain[c]) + f64::from(way.bias[c])
        };
        let logit = |i: usize| {
            (0..WIDTH).map(|c| normed(c) * f64::from(way.tokens[i][c])).sum::<f64>() + f64::from(way.token_biases[i])
        };
        logit(0) - logit(1)
    }

    #[test]
    fn the_parts_add_up_to_the_difference_of_the_logits() {
        let made = vectors(9);
        let parts: Vec<&[f32]> = made[..5].iter().map(Vec::as_slice).collect();
        let way = WayOut {
            gain: &made[5],
            bias: &made[6],
            epsilon: 1e-5,
            tokens: [&made[7], &made[8]],
            token_biases: [0.5, -0.25],
        };
        let found = attribute(&parts, &way);
        close(found.sum, difference(&parts, &way), 1e-4);
        let again = found.pushes.iter().sum::<f32>() + found.learned;
        close(again, f64::from(found.sum), 1e-4);
        // The other way round it is the opposite, and against itself nothing.
        let turned = WayOut { tokens: [&made[8], &made[7]], token_biases: [-0.25, 0.5], ..way };
        close(attribute(&parts, &turned).pushes[2], f64::from(-found.pushes[2]), 1e-5);
        let alone = WayOut { tokens: [&made[7]; 2], token_biases: [0.5; 2], ..way };
        assert_eq!(attribute(&parts, &alone).pushes, [0.0; 5]);
    }

    #[test]
    fn what_is_no_number_is_seen() {
        let made = vectors(6);
        let spoiled = [f32::NAN; WIDTH];
        let way = WayOut {
            gain: &made[2],
            bias: &made[3],
            epsilon: 1e-5,
            tokens: [&made[4], &made[5]],
            token_biases: [0.0; 2],
        };
        let found = attribute(&[&made[0], &spoiled], &way);
        assert!(found.sum.is_nan() && found.pushes.iter().all(|push| push.is_nan()));
    }
}
