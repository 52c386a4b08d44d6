// Softmax: scores become shares of one whole. Every share is positive, each row adds up to 1.
//
//   write[h, q, k] = exp(scores[h, q, k] − max_q) / Σₖ exp(scores[h, q, k] − max_q)
//   masked cells get 0: they take no part
//
// scores, write [H,capacity,capacity]
// One workgroup makes one row. Subtracting the row's largest score changes nothing but keeps exp
// within range. Twin: src/engine/cpu/softmax.rs

struct Params {
  first_row: u32,
  rows: u32,
  keys: u32,
  heads: u32,
  head_size: u32,
  capacity: u32,
  causal: u32,
  scale: f32,
  masked: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> scores: array<f32>;
@group(0) @binding(2) var<storage, read_write> write: array<f32>;

const LANES = 64u;
var<workgroup> partial: array<f32, LANES>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let query = params.first_row + group.x;
  let row = (group.y * params.capacity + query) * params.capacity;
  // Keys that may be seen: all up to the query itself.
  let seen = select(params.keys, min(params.keys, query + 1u), params.causal == 1u);

  var largest = scores[row];
  for (var key = lane; key < seen; key += LANES) {
    largest = max(largest, scores[row + key]);
  }
  partial[lane] = largest;
  workgroupBarrier();
  for (var i = 0u; i < LANES; i++) {
    largest = max(largest, partial[i]);
  }
  workgroupBarrier();

  var sum = 0.0;
  for (var key = lane; key < seen; key += LANES) {
    sum += exp(scores[row + key] - largest);
  }
  partial[lane] = sum;
  workgroupBarrier();
  sum = 0.0;
  for (var i = 0u; i < LANES; i++) {
    sum += partial[i];
  }

  for (var key = lane; key < params.capacity; key += LANES) {
    var share = 0.0;
    if (key < seen) {
      share = exp(scores[row + key] - largest) / sum;
    }
    write[row + key] = share;
  }
}
