//! Weights in eight bits: every row has one scale, and a weight is a signed byte times that.
//!
//! ```text
//! s = max|v| / 127, rounded to 17 binary digits     q = round(v / s), −127 … 127     v ≈ q · s
//! ```
//!
//! Each row by its own largest value, as in LLM.int8() (Dettmers et al. 2022, arXiv:2208.07339, §2);
//! weights alone, arithmetic stays f32. A value is off by s/2 at most. The 17 digits of s and the 7 of q
//! are the 24 of an f32: q · s is exact. So every engine holds the same numbers, and a row that is rounded
//! again stays as it is, bit for bit. (With all 24 digits of max/127 neither would hold.)
//!
//! A row is one as the checkpoint has it: one input's weights of a matrix [inner, outer], one token's or
//! position's vector of a table. The one place that rounds: the GPU's packing, the CPU engine and
//! `glassbox convert` call it.

use serde_json::{Value, json};

/// How a folder whose file is in bytes says so in its `config.json`. Programs that do not know it refuse such a
/// model, instead of taking its bytes for weights.
const METHOD: &str = "glassbox-int8";
const SETTING: &str = "quantization_config";

/// Does this `config.json` say that the file is in bytes?
pub fn is_marked(config: &str) -> bool {
    let config: Value = serde_json::from_str(config).unwrap_or_default();
    config[SETTING]["quant_method"] == METHOD
}

/// The same `config.json` for a file in bytes, or for one that is not.
pub fn mark(config: &str, in_bytes: bool) -> serde_json::Result<String> {
    let mut config: serde_json::Map<String, Value> = serde_json::from_str(config)?;
    config.remove(SETTING);
    if in_bytes {
        config.insert(SETTING.into(), json!({ "quant_method": METHOD }));
    }
    Ok(format!("{:#}\n", Value::Object(config)))
}

/// The largest byte; −128 is not used.
const LARGEST: f32 = 127.0;
/// The digits of an f32 beyond its first 17.
const SPARE_DIGITS: u32 = 24 - 17;

/// Appends a row's bytes to `bytes`; gives its scale. Rows of zeros, and of values so small (under
/// 2⁻¹¹⁹) that a GPU may take them for zero, have scale 0. A row with NaN or infinity has scale NaN.
pub fn quantise(row: &[f32], bytes: &mut Vec<i8>) -> f32 {
    let scale = scale(row);
    bytes.extend(row.iter().map(|value| byte(*value, scale)));
    scale
}

/// What a byte stands for.
pub fn value(byte: i8, scale: f32) -> f32 {
    f32::from(byte) * scale
}

/// Rounds rows of `columns` values each to what their bytes stand for.
pub fn round(values: &mut [f32], columns: usize) {
    for row in values.chunks_mut(columns) {
        let scale = scale(row);
        row.iter_mut().for_each(|v| *v = value(byte(*v, scale), scale));
    }
}

fn scale(row: &[f32]) -> f32 {
    let mut largest = 0.0f32;
    let mut finite = true;
    for value in row {
        largest = largest.max(value.abs());
        finite &= value.is_finite();
    }
    if !finite {
        return f32::NAN;
    }
    let half = 1 << (SPARE_DIGITS - 1);
    let scale = f32::from_bits(((largest / LARGEST).to_bits() + half) >> SPARE_DIGITS << SPARE_DIGITS);
    if scale < f32::MIN_POSITIVE { 0.0 } else { scale }
}

/// The nearest byte; 0 where the scale is 0 or no number.
fn byte(value: f32, scale: f32) -> i8 {
    if scale > 0.0 { (value / scale).round().clamp(-LARGEST, LARGEST) as i8 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rounded(row: &[f32]) -> Vec<f32> {
        let mut values = row.to_vec();
        round(&mut values, row.len());
        values
    }

    fn bits(values: &[f32]) -> Vec<u32> {
        values.iter().map(|v| v.to_bits()).collect()
    }

    /// Any finite bits: all magnitudes, both signs, subnormal numbers.
    fn finite() -> impl Strategy<Value = f32> {
        any::<u32>().prop_map(f32::from_bits).prop_filter("finite", |v| v.is_finite())
    }

    proptest! {
        #[test]
        fn rounding_twice_is_rounding_once(row in prop::collection::vec(prop_oneof![finite(), -1f32..1.0], 1..40)) {
            let (mut first, mut second) = (Vec::new(), Vec::new());
            let once = rounded(&row);
            let scales = (quantise(&row, &mut first), quantise(&once, &mut second));
            prop_assert_eq!(scales.0.to_bits(), scales.1.to_bits());
            prop_assert_eq!(first, second);
            prop_assert_eq!(bits(&rounded(&once)), bits(&once));
        }

        /// In f64, where nothing is lost: q · s is exactly the f32, and the nearest of the 255.
        #[test]
        fn a_value_is_off_by_half_a_step(row in prop::collection::vec(-3f32..3.0, 1..40)) {
            let mut bytes = Vec::new();
            let scale = f64::from(quantise(&row, &mut bytes));
            let largest = row.iter().fold(0.0, |m: f64, v| m.max(f64::from(*v).abs()));
            prop_assert!((scale * 127.0 - largest).abs() <= largest / f64::from(1 << 17));
            for ((value, byte), rounded) in row.iter().zip(&bytes).zip(rounded(&row)) {
                let exact = f64::from(*byte) * scale;
                prop_assert_eq!(exact, f64::from(rounded));
                prop_assert!((exact - f64::from(*value)).abs() <= scale * 0.501);
            }
            prop_assert!(largest == 0.0 || bytes.iter().any(|b| b.unsigned_abs() == 127));
        }
    }

    #[test]
    fn zeros_and_the_ends_of_the_range() {
        assert_eq!(bits(&rounded(&[0.0, -0.0, 1e-40, -1e-37])), [0; 4]);
        assert_eq!(rounded(&[127.0, -127.0, 64.4, -0.5, 0.49]), [127.0, -127.0, 64.0, -1.0, 0.0]);
        let far = rounded(&[f32::MAX, -1e30]);
        assert!((far[0] / f32::MAX - 1.0).abs() < 1e-5 && far[1] == 0.0);
        assert!(rounded(&[1.0, f32::NAN]).iter().all(|v| v.is_nan()));
        assert!(rounded(&[f32::INFINITY, 1.0]).iter().all(|v| v.is_nan()));
    }

    /// Why the scale has 17 digits: with 24, one row in 128 or so is another one when rounded again.
    #[test]
    fn a_scale_of_all_digits_would_not_stay() {
        let stays = |scale: f32| 127.0 * scale / 127.0 == scale;
        assert!((0..1 << 16).any(|i| !stays(f32::from_bits(1.5f32.to_bits() + i))));
        assert!((0..1 << 16).all(|i| stays(f32::from_bits(1.5f32.to_bits() + (i << SPARE_DIGITS)))));
    }
}
