//! Twin of `shaders/layer_norm.wgsl`: mean 0, variance 1, then the learned gain and bias.

use crate::model::params::LayerNormParams;

/// `write = (x − mean) / √(variance + ε) · gain + bias`, position by position.
pub fn layer_norm(params: &LayerNormParams, x: &[f32], gain: &[f32], bias: &[f32], write: &mut [f32]) {
    let width = params.width as usize;
    for i in 0..params.rows as usize {
        let from = &x[(params.read_row as usize + i) * width..][..width];
        let to = &mut write[(params.write_row as usize + i) * width..][..width];
        // f64 costs nothing here and keeps the twin an honest reference for the shader.
        let mean = from.iter().map(|v| f64::from(*v)).sum::<f64>() / width as f64;
        let squares: f64 = from.iter().map(|v| (f64::from(*v) - mean).powi(2)).sum();
        let scale = 1.0 / (squares / width as f64 + f64::from(params.epsilon)).sqrt();
        for (c, (to, v)) in to.iter_mut().zip(from).enumerate() {
            let normal = (f64::from(*v) - mean) * scale;
            *to = (normal * f64::from(gain[c]) + f64::from(bias[c])) as f32;
        }
    }
}
