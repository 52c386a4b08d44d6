//! Twin of `shaders/gelu.wgsl`: lets positive values through, holds negative ones back, softly.

use crate::model::params::GeluParams;

/// `write[i] = gelu(x[i])`; variant 0 is GPT-2's tanh form, 1 the definition by erf.
pub fn gelu(params: &GeluParams, x: &[f32], write: &mut [f32]) {
    let range = params.first as usize..(params.first + params.count) as usize;
    for (to, v) in write[range.clone()].iter_mut().zip(&x[range]) {
        let gate = if params.variant == 0 {
            tanh(0.797_884_6 * (v + 0.044_715 * v * v * v))
        } else {
            erf(f64::from(*v) * std::f64::consts::FRAC_1_SQRT_2) as f32
        };
        *to = 0.5 * v * (1.0 + gate);
    }
}

/// By one exponential: the library's tanh is many times slower in the browser.
fn tanh(x: f32) -> f32 {
    // Near 0 the difference below would cancel; the series is exact to f32 there.
    if x.abs() < 0.3 {
        let s = x * x;
        let tail = 2.0 / 15.0 - s * (17.0 / 315.0 - s * (62.0 / 2835.0 - s * (1382.0 / 155_925.0)));
        return x - x * s * (1.0 / 3.0 - s * tail);
    }
    let e = (2.0 * x.clamp(-15.0, 15.0)).exp();
    (e - 1.0) / (e + 1.0)
}

/// The error function by its series (|x| < 3) or its continued fraction, to about 1e-14:
/// Abramowitz & Stegun 7.1.6 and 7.1.14.
pub fn erf(x: f64) -> f64 {
    let a = x.abs();
    if a < 3.0 {
        let (mut term, mut sum) = (a, a);
        for n in 1..80 {
            term *= 2.0 * a * a / f64::from(2 * n + 1);
            sum += term;
        }
        return x.signum() * 2.0 / std::f64::consts::PI.sqrt() * (-a * a).exp() * sum;
    }
    let mut fraction = 0.0;
    for n in (1..60).rev() {
        fraction = f64::from(n) / 2.0 / (a + fraction);
    }
    let complement = (-a * a).exp() / ((a + fraction) * std::f64::consts::PI.sqrt());
    x.signum() * (1.0 - complement)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erf_is_the_integral_of_its_bell() {
        // Simpson's rule over e^(−t²), an independent definition.
        for x in [0.1, 0.5, 1.0, 2.0, 2.9, 3.1, 4.0] {
            let (n, f) = (2000, |t: f64| (-t * t).exp());
            let h = x / f64::from(n);
            let inside: f64 = (1..n).map(|i| f64::from(2 + 2 * (i % 2)) * f(h * f64::from(i))).sum();
            let integral = (f(0.0) + inside + f(x)) * h / 3.0 * 2.0 / std::f64::consts::PI.sqrt();
            assert!((erf(x) - integral).abs() < 1e-12, "erf({x})");
            assert_eq!(erf(-x), -erf(x));
        }
    }

    #[test]
    fn tanh_agrees_with_the_library_s() {
        for i in -3000..3000 {
            let x = i as f32 * 0.005;
            let expected = f64::from(x).tanh();
            assert!((f64::from(tanh(x)) - expected).abs() <= 3e-7 * expected.abs().max(0.01), "tanh({x})");
        }
    }
}
