//! Twin of `shaders/add.wgsl`: what a part of the network found is added to the river.

use crate::model::params::AddParams;

/// `write[i] = a[i] + b[i]`
pub fn add(params: &AddParams, a: &[f32], b: &[f32], write: &mut [f32]) {
    let range = params.first as usize..(params.first + params.count) as usize;
    for ((to, a), b) in write[range.clone()].iter_mut().zip(&a[range.clone()]).zip(&b[range]) {
        *to = a + b;
    }
}
