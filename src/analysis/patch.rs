//! What an intervention has moved: two results of the same computation, column by column and bit by bit.

use serde::{Deserialize, Serialize};

/// How far one column's result has moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// How many of its values are other bits than before.
    pub values: usize,
    /// The largest difference of one of its values; NaN where one is no number.
    #[serde(deserialize_with = "super::lens::number")]
    pub most: f32,
}

impl Moved {
    /// Every bit is as it was.
    pub fn is_still(self) -> bool {
        self.values == 0
    }
}

/// Both parts of a block, each with one column's input replaced by the donor's.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Patched {
    /// The column whose input was given to the other.
    pub donor: usize,
    /// How far each column moved in what attention adds, [T].
    pub attention: Vec<Moved>,
    /// And in what the MLP adds, [T].
    pub mlp: Vec<Moved>,
}

/// Two results [T,C], column by column.
pub fn moved(before: &[f32], after: &[f32], width: usize) -> Vec<Moved> {
    let column = |(before, after): (&[f32], &[f32])| Moved {
        values: before.iter().zip(after).filter(|(b, a)| b.to_bits() != a.to_bits()).count(),
        most: apart(before, after),
    };
    before.chunks(width).zip(after.chunks(width)).map(column).collect()
}

/// The largest difference between two rows, cell by cell; NaN where a value is none, or the rows do not fit.
fn apart(a: &[f32], b: &[f32]) -> f32 {
    if a.len() != b.len() {
        return f32::NAN;
    }
    let differences = a.iter().zip(b).map(|(a, b)| (f64::from(*a) - f64::from(*b)).abs() as f32);
    differences.fold(0.0, |most: f32, d| if d.is_nan() || most.is_nan() { f32::NAN } else { most.max(d) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bit_is_a_move() {
        let before = [1.0, 2.0, 0.0, 4.0, f32::NAN, 6.0];
        let mut after = before;
        assert!(moved(&before, &after, 2).iter().all(|m| m.is_still()));
        after[1] = f32::from_bits(2.0f32.to_bits() + 1);
        after[2] = -0.0;
        let found = moved(&before, &after, 2);
        assert_eq!(found.iter().map(|m| m.values).collect::<Vec<_>>(), [1, 1, 0]);
        assert!(found[0].most > 0.0 && found[1].most == 0.0 && found[2].most.is_nan());
    }

    #[test]
    fn the_largest_difference_counts_and_no_number_is_none() {
        assert_eq!((apart(&[1.0, -3.0], &[1.5, -1.0]), apart(&[2.0], &[2.0])), (2.0, 0.0));
        assert!(apart(&[1.0, f32::NAN, 5.0], &[1.0, 0.0, 0.0]).is_nan() && apart(&[1.0], &[]).is_nan());
    }
}
