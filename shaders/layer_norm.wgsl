// Layer norm: each position's vector is shifted to mean 0 and scaled to variance 1, then
// stretched and moved by learned amounts.
//
//   write[t, c] = (x[t, c] − mean(x[t])) / √(variance(x[t]) + ε) · gain[c] + bias[c]
//
// x [T,C]   gain [C]   bias [C]   write [T,C]
// One workgroup normalises one position. Ba, Kiros & Hinton 2016.
// Twin: src/engine/cpu/layer_norm.rs

struct Params {
  read_row: u32,
  write_row: u32,
  rows: u32,
  width: u32,
  epsilon: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> gain: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> write: array<f32>;

const LANES = 64u;
var<workgroup> partial: array<f32, LANES>;

// The sum over all lanes, known to all of them.
fn total(lane: u32, value: f32) -> f32 {
  workgroupBarrier();
  partial[lane] = value;
  workgroupBarrier();
  var sum = 0.0;
  for (var i = 0u; i < LANES; i++) {
    sum += partial[i];
  }
  return sum;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let read_at = (params.read_row + group.x) * params.width;
  let write_at = (params.write_row + group.x) * params.width;
  let width = f32(params.width);

  var sum = 0.0;
  for (var c = lane; c < params.width; c += LANES) {
    sum += x[read_at + c];
  }
  let mean = total(lane, sum) / width;

  var squares = 0.0;
  for (var c = lane; c < params.width; c += LANES) {
    let distance = x[read_at + c] - mean;
    squares += distance * distance;
  }
  let scale = inverseSqrt(total(lane, squares) / width + params.epsilon);

  for (var c = lane; c < params.width; c += LANES) {
    write[write_at + c] = (x[read_at + c] - mean) * scale * gain[c] + bias[c];
  }
}
