//! How a matrix lies on the GPU: rows of f16 pairs or of f32, padded to eight values, so that a
//! shader reads eight at once. In eight bits: rows of signed bytes, padded to sixteen, each followed by a block
//! of sixteen bytes that begins with its scale; after the last row one block more, the exact weight
//! (`exact_block`). Nothing is bound beside it, and a row is still one stretch of memory.

use crate::model::Precision;
use crate::model::weights::{int8, nearest_f16};
use half::f16;
use std::ops::Range;

/// What the GPU reads at once: `vec4<u32>`.
const BLOCK: usize = 16;

/// Bytes of one row.
pub fn row_bytes(columns: usize, precision: Precision) -> usize {
    match precision {
        Precision::F32 => 4 * columns.next_multiple_of(8),
        Precision::F16 => 2 * columns.next_multiple_of(8),
        Precision::Int8 => columns.next_multiple_of(BLOCK) + BLOCK,
    }
}

/// Bytes after the last row.
pub fn tail_bytes(precision: Precision) -> usize {
    if precision == Precision::Int8 { BLOCK } else { 0 }
}

/// Rows as bytes, padded with zeros; `stored` gets the values as rounded.
pub fn pack(values: &[f32], columns: usize, precision: Precision, stored: &mut Vec<f32>) -> Vec<u8> {
    let row_bytes = row_bytes(columns, precision);
    let mut packed = Vec::with_capacity(values.len() / columns * row_bytes);
    let mut bytes = Vec::new();
    for row in values.chunks(columns) {
        let end = packed.len() + row_bytes;
        match precision {
            Precision::F32 => {
                packed.extend_from_slice(bytemuck::cast_slice(row));
                stored.extend_from_slice(row);
            }
            Precision::F16 => {
                for rounded in row.iter().map(|value| nearest_f16(*value)) {
                    packed.extend_from_slice(&rounded.to_le_bytes());
                    stored.push(rounded.to_f32());
                }
            }
            Precision::Int8 => {
                bytes.clear();
                let scale = int8::quantise(row, &mut bytes);
                packed.extend_from_slice(bytemuck::cast_slice(&bytes));
                packed.resize(end - BLOCK, 0);
                packed.extend_from_slice(&scale.to_le_bytes());
                stored.extend(bytes.iter().map(|byte| int8::value(*byte, scale)));
            }
        }
        packed.resize(end, 0);
    }
    packed
}

/// The block after the last row: one weight that is this number, whatever its row's scale (its byte is 0).
/// All zero where there is none, as in a new buffer.
pub fn exact_block(weight: Option<(usize, usize, f32)>) -> [u32; BLOCK / 4] {
    weight.map_or([0; 4], |(row, column, value)| [row as u32, column as u32 + 1, value.to_bits(), 0])
}

/// Some columns of one packed row, whose words come as f32.
pub fn unpack(row: &[f32], columns: Range<usize>, precision: Precision, values: &mut Vec<f32>) {
    match precision {
        Precision::F32 => values.extend_from_slice(&row[columns]),
        Precision::F16 => {
            let halves: &[f16] = bytemuck::cast_slice(row);
            values.extend(halves[columns].iter().map(|half| half.to_f32()));
        }
        Precision::Int8 => {
            let (bytes, block) = row.split_at(row.len() - BLOCK / 4);
            let bytes: &[i8] = bytemuck::cast_slice(bytes);
            values.extend(bytes[columns].iter().map(|byte| int8::value(*byte, block[0])));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unpacked_is_what_was_stored() {
        let values: Vec<f32> = (0..22).map(|i| (i as f32 - 9.0) * 0.37).chain([-0.0, 7e4, 6e-8, 1e-9]).collect();
        for precision in [Precision::F16, Precision::F32, Precision::Int8] {
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
