// GELU: lets positive values through, holds negative ones back, softly.
//
//   variant 0, as GPT-2 was trained:  ½ · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³)))
//   variant 1, by its definition:     ½ · x · (1 + erf(x / √2))
//
// x, write: any shape. One invocation makes one value. Hendrycks & Gimpel 2016.
// Twin: src/engine/cpu/gelu.rs

struct Params {
  first: u32,
  count: u32,
  variant: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> write: array<f32>;

// Abramowitz & Stegun 7.1.26; its error is below 1.5e-7.
fn erf(v: f32) -> f32 {
  let t = 1.0 / (1.0 + 0.3275911 * abs(v));
  let series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return sign(v) * (1.0 - series * exp(-v * v));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let offset = id.x + id.y * groups.x * 64u;
  if (offset >= params.count) {
    return;
  }
  let i = params.first + offset;
  let v = x[i];
  var gate = 0.0;
  if (params.variant == 0u) {
    // tanh is flat long before 15; some drivers overflow on large arguments.
    gate = tanh(clamp(0.7978845608028654 * (v + 0.044715 * v * v * v), -15.0, 15.0));
  } else {
    gate = erf(v * 0.7071067811865476);
  }
  write[i] = 0.5 * v * (1.0 + gate);
}
