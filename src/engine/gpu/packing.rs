//! How a matrix lies on the GPU: rows of f16 pairs, or of f32, padded to eight values, so that a
//! shader reads eight at once.

use crate::model::Precision;
use half::f16;
use std::ops::Range;

/// Bytes of one row.
pub fn row_bytes(columns: usize, precision: Precision) -> usize {
    columns.next_multiple_of(8) * if precision == Precision::F16 { 2 } else { 4 }
}

/// Rows as bytes, padded with zeros; `stored` gets the values as rounded.
pub fn pack(values: &[f32], columns: usize, precision: Precision, stored: &mut Vec<f32>) -> Vec<u8> {
    let row_bytes = row_bytes(columns, precision);
    let mut packed = Vec::with_capacity(values.len() / columns * row_bytes);
    for row in values.chunks(columns) {
        let end = packed.len() + row_bytes;
        for value in row {
            match precision {
                Precision::F32 => {
                    packed.extend_from_slice(&value.to_le_bytes());
                    stored.push(*value);
                }
                Precision::F16 => {
                    // Beyond f16's range the nearest is its largest, not infinity.
                    let rounded = f16::from_f32(value.clamp(-65504.0, 65504.0));
                    packed.extend_from_slice(&rounded.to_le_bytes());
                    stored.push(rounded.to_f32());
                }
            }
        }
        packed.resize(end, 0);
    }
    packed
}

/// Some columns of one packed row, whose words come as f32.
pub fn unpack(row: &[f32], columns: Range<usize>, precision: Precision, values: &mut Vec<f32>) {
    match precision {
        Precision::F32 => values.extend_from_slice(&row[columns]),
        Precision::F16 => {
            let halves: &[f16] = bytemuck::cast_slice(row);
            values.extend(halves[columns].iter().map(|half| half.to_f32()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unpacked_is_what_was_stored() {
        let values: Vec<f32> = (0..22).map(|i| (i as f32 - 9.0) * 0.37).chain([-0.0, 7e4, 6e-8, 1e-9]).collect();
        for precision in [Precision::F16, Precision::F32] {
            let mut stored = Vec::new();
            let packed = pack(&values, 13, precision, &mut stored);
            assert_eq!(packed.len(), 2 * row_bytes(13, precision));
            let words: Vec<f32> = bytemuck::pod_collect_to_vec(&packed);
            let mut all = Vec::new();
            for row in words.chunks(row_bytes(13, precision) / 4) {
                unpack(row, 0..13, precision, &mut all);
            }
            let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&all), bits(&stored));
            // What is stored stays as it is when it is stored again.
            let mut again = Vec::new();
            assert_eq!(pack(&stored, 13, precision, &mut again), packed);
            let mut some = Vec::new();
            unpack(&words[..row_bytes(13, precision) / 4], 5..8, precision, &mut some);
            assert_eq!(some, stored[5..8]);
        }
    }
}
