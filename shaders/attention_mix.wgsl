// Attention mix: each position takes from those it looks at what they have to give (their
// values), in the shares that softmax gave.
//
//   write[q, h, d] = Σₖ weights[h, q, k] · value[k, h, d]
//
// weights [H,capacity,capacity]   qkv [T,3C]   write [T,C], heads side by side
// One invocation makes one value. Twin: src/engine/cpu/attention_mix.rs

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
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> qkv: array<f32>;
@group(0) @binding(3) var<storage, read_write> write: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let width = params.heads * params.head_size;
  let column = id.x;
  if (column >= width || id.y >= params.rows) {
    return;
  }
  let query = params.first_row + id.y;
  let head = column / params.head_size;
  let row = (head * params.capacity + query) * params.capacity;
  let seen = select(params.keys, min(params.keys, query + 1u), params.causal == 1u);
  var sum = 0.0;
  for (var key = 0u; key < seen; key++) {
    sum += weights[row + key] * qkv[key * 3u * width + 2u * width + column];
  }
  write[query * width + column] = sum;
}
