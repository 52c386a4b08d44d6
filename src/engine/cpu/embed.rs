//! Twin of `shaders/embed.wgsl`: every token becomes its row of the table.

use crate::model::params::EmbedParams;

/// `write[row] = table[ids[row]]`; ids outside the piece of the table at hand are left alone.
pub fn embed(params: &EmbedParams, ids: &[u32], table: &[f32], write: &mut [f32]) {
    let width = params.width as usize;
    let piece = params.table_first..params.table_first + params.table_rows;
    for row in params.first_row as usize..(params.first_row + params.rows) as usize {
        if piece.contains(&ids[row]) {
            let from = (ids[row] - piece.start) as usize * width;
            write[row * width..][..width].copy_from_slice(&table[from..from + width]);
        }
    }
}
