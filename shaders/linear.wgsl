// Linear: every output is a weighted sum of all inputs, plus a bias.
//
//   write[t, j] = Σᵢ x[t, i] · weight[i, j] + bias[j]
//
// x [T,inner]   weight [inner,outer]   bias [outer]   write [T,outer]
// One invocation makes a tile of 4 positions × 8 outputs in registers: each weight that is read
// serves 4 positions, each input 8 outputs. For a few positions linear_row.wgsl is faster.
// Twin: src/engine/cpu/linear.rs

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

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let octets = (params.outer + 7u) / 8u;
  let tile = id.y * 4u;
  if (id.x >= octets || tile >= params.rows) {
    return;
  }
  // Rows past the end are read as the last one and not written.
  let last = params.rows - 1u;
  let row = vec4(tile, min(tile + 1u, last), min(tile + 2u, last), min(tile + 3u, last)) + params.first_row;
  let read_at = row * params.inner;

  var low: array<vec4<f32>, 4>;
  var high: array<vec4<f32>, 4>;
  for (var i = 0u; i < params.inner; i++) {
    let w = eight(i * octets + id.x);
    let a = vec4(x[read_at.x + i], x[read_at.y + i], x[read_at.z + i], x[read_at.w + i]);
    low[0] += a.x * w[0];
    high[0] += a.x * w[1];
    low[1] += a.y * w[0];
    high[1] += a.y * w[1];
    low[2] += a.z * w[0];
    high[2] += a.z * w[1];
    low[3] += a.w * w[0];
    high[3] += a.w * w[1];
  }

  for (var r = 0u; r < min(4u, params.rows - tile); r++) {
    let write_at = row[r] * params.outer;
    for (var j = 0u; j < min(8u, params.outer - id.x * 8u); j++) {
      let column = id.x * 8u + j;
      let sum = select(high[r][j & 3u], low[r][j & 3u], j < 4u);
      write[write_at + column] = sum + bias[column];
    }
  }
}
