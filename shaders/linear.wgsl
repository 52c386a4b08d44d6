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

// How the matrix lies (src/engine/gpu/packing.rs): rows of f32 (BITS 32) or of pairs of f16 (16), padded to 8
// values; or of signed bytes (8), padded to 16, each row with its scale in a block after it, and one block more
// at the end: a weight that is exact, its row, its column + 1 and its bits (0 where there is none).
override BITS: u32 = 16u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> write: array<f32>;

// Four signed bytes of a word, the lowest first.
fn bytes(word: u32) -> vec4<f32> {
  return vec4<f32>(bitcast<vec4<i32>>(vec4(word) << vec4(24u, 16u, 8u, 0u)) >> vec4(24u));
}

// Eight weights of a row, side by side; bytes are still without their scale.
fn eight(row: u32, octet: u32) -> array<vec4<f32>, 2> {
  let octets = (params.outer + 7u) / 8u;
  if (BITS == 8u) {
    let block = weight[row * ((octets + 1u) / 2u + 1u) + octet / 2u];
    let half = select(block.xy, block.zw, octet % 2u == 1u);
    return array(bytes(half.x), bytes(half.y));
  }
  let at = row * octets + octet;
  if (BITS == 16u) {
    let packed = weight[at];
    return array(
      vec4(unpack2x16float(packed.x), unpack2x16float(packed.y)),
      vec4(unpack2x16float(packed.z), unpack2x16float(packed.w)));
  }
  return array(bitcast<vec4<f32>>(weight[at * 2u]), bitcast<vec4<f32>>(weight[at * 2u + 1u]));
}

// What a row's bytes are multiplied by.
fn scale(row: u32) -> f32 {
  if (BITS == 8u) {
    let blocks = (params.outer + 15u) / 16u;
    return bitcast<f32>(weight[row * (blocks + 1u) + blocks].x);
  }
  return 1.0;
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
    let w = eight(i, id.x);
    let a = scale(i) * vec4(x[read_at.x + i], x[read_at.y + i], x[read_at.z + i], x[read_at.w + i]);
    low[0] += a.x * w[0];
    high[0] += a.x * w[1];
    low[1] += a.y * w[0];
    high[1] += a.y * w[1];
    low[2] += a.z * w[0];
    high[2] += a.z * w[1];
    low[3] += a.w * w[0];
    high[3] += a.w * w[1];
  }

  let exact = weight[arrayLength(&weight) - 1u];
  for (var r = 0u; r < min(4u, params.rows - tile); r++) {
    let write_at = row[r] * params.outer;
    for (var j = 0u; j < min(8u, params.outer - id.x * 8u); j++) {
      let column = id.x * 8u + j;
      var sum = select(high[r][j & 3u], low[r][j & 3u], j < 4u);
      if (BITS == 8u && exact.y == column + 1u) {
        sum += x[read_at[r] + exact.x] * bitcast<f32>(exact.z);
      }
      write[write_at + column] = sum + bias[column];
    }
  }
}
