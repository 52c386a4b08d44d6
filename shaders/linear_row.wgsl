// Linear, for one position at a time: the same sums as linear.wgsl, cut along the inputs so that
// many invocations share one position's work.
//
//   write[t, j] = Σᵢ x[t, i] · weight[i, j] + bias[j]
//
// x [T,inner]   weight [inner,outer]   bias [outer]   write [T,outer]
// One workgroup makes 64 outputs of one position: 8 octets of outputs × 16 slices of the inputs,
// the slices' partial sums added up at the end. Twin: src/engine/cpu/linear.rs

struct Params {
  first_row: u32,
  rows: u32,
  inner: u32,
  outer: u32,
}

// Weights are pairs of f16 in u32 (HALF), or f32; rows are padded to a multiple of 8 values.
override HALF: bool = true;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> write: array<f32>;

const SLICES = 16u;
var<workgroup> partial: array<vec4<f32>, 256>;

// Eight weights side by side.
fn eight(octet: u32) -> array<vec4<f32>, 2> {
  if (HALF) {
    let packed = weight[octet];
    return array(
      vec4(unpack2x16float(packed.x), unpack2x16float(packed.y)),
      vec4(unpack2x16float(packed.z), unpack2x16float(packed.w)));
  }
  return array(bitcast<vec4<f32>>(weight[octet * 2u]), bitcast<vec4<f32>>(weight[octet * 2u + 1u]));
}

@compute @workgroup_size(8, SLICES)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
  let octets = (params.outer + 7u) / 8u;
  let row = params.first_row + group.y;
  let octet = group.x * 8u + local.x;

  var low = vec4(0.0);
  var high = vec4(0.0);
  if (octet < octets) {
    for (var i = local.y; i < params.inner; i += SLICES) {
      let a = x[row * params.inner + i];
      let w = eight(i * octets + octet);
      low += a * w[0];
      high += a * w[1];
    }
  }
  let lane = (local.y * 8u + local.x) * 2u;
  partial[lane] = low;
  partial[lane + 1u] = high;
  workgroupBarrier();

  // The first 64 invocations each finish one output.
  let output = local.y * 8u + local.x;
  let column = group.x * 64u + output;
  if (output < 64u && column < params.outer) {
    var sum = 0.0;
    for (var slice = 0u; slice < SLICES; slice++) {
      sum += partial[slice * 16u + output / 4u][output % 4u];
    }
    write[row * params.outer + column] = sum + bias[column];
  }
}
