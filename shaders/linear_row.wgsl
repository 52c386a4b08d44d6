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

// How the matrix lies (src/engine/gpu/packing.rs): rows of f32 (BITS 32) or of pairs of f16 (16), padded to 8
// values; or of signed bytes (8), padded to 16, each row with its scale in a block after it, and one block more
// at the end: a weight that is exact, its row, its column + 1 and its bits (0 where there is none).
override BITS: u32 = 16u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> write: array<f32>;

const SLICES = 16u;
var<workgroup> partial: array<vec4<f32>, 256>;

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

@compute @workgroup_size(8, SLICES)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
  let octets = (params.outer + 7u) / 8u;
  let row = params.first_row + group.y;
  let octet = group.x * 8u + local.x;

  var low = vec4(0.0);
  var high = vec4(0.0);
  if (octet < octets) {
    for (var i = local.y; i < params.inner; i += SLICES) {
      let a = scale(i) * x[row * params.inner + i];
      let w = eight(i, octet);
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
    let exact = weight[arrayLength(&weight) - 1u];
    if (BITS == 8u && exact.y == column + 1u) {
      sum += x[row * params.inner + exact.x] * bitcast<f32>(exact.z);
    }
    write[row * params.outer + column] = sum + bias[column];
  }
}
