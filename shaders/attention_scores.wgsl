// Attention scores: how well does what a position looks for (its query) match what another has to
// offer (its key)?
//
//   write[h, q, k] = Σ_d query[q, h, d] · key[k, h, d] · scale        scale = 1/√D
//   a later position is not allowed to be seen: its score is −∞ (masked)
//
// qkv [T,3C]   queries, keys and values side by side, each with its heads side by side
// write [H,capacity,capacity]   rows are whole: cells past the text are masked too
// One invocation makes one cell. Vaswani et al. 2017, §3.2.1.
// Twin: src/engine/cpu/attention_scores.rs

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
@group(0) @binding(1) var<storage, read> qkv: array<f32>;
@group(0) @binding(2) var<storage, read_write> write: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let key = id.x;
  let query = params.first_row + id.y;
  let head = id.z;
  if (key >= params.capacity || id.y >= params.rows) {
    return;
  }
  let cell = (head * params.capacity + query) * params.capacity + key;
  if (key >= params.keys || (params.causal == 1u && key > query)) {
    write[cell] = params.masked;
    return;
  }
  let width = params.heads * params.head_size;
  let q = query * 3u * width + head * params.head_size;
  let k = key * 3u * width + width + head * params.head_size;
  var sum = 0.0;
  for (var d = 0u; d < params.head_size; d++) {
    sum += qkv[q + d] * qkv[k + d];
  }
  write[cell] = sum * params.scale;
}
