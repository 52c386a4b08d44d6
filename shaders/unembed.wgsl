// Unembed: how well does the last vector match each token of the vocabulary? One dot product a
// token: its logit.
//
//   write[r, v] = Σ_c x[r, c] · table[v, c] (+ bias[v])
//
// x [R,C]   table [V,C], this may be a piece of it, rows vocab_first and on   bias [V]   write [R,V]
// One workgroup makes 8 tokens × 4 rows: 8 invocations share a token's row of the table, octet by
// octet, so that neighbours read neighbours. Twin: src/engine/cpu/unembed.rs

struct Params {
  rows: u32,
  width: u32,
  vocab: u32,
  vocab_first: u32,
  vocab_rows: u32,
  biased: u32,
}

// How the table lies (src/engine/gpu/packing.rs): rows of f32 (BITS 32) or of pairs of f16 (16), padded to 8
// values with zeros; or of signed bytes (8), padded to 16, each row with its scale in a block after it, and one block more
// at the end: a weight that is exact, its row, its column + 1 and its bits (0 where there is none).
override BITS: u32 = 16u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> table: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> write: array<f32>;

var<workgroup> partial: array<vec4<f32>, 64>;

// Four signed bytes of a word, the lowest first.
fn bytes(word: u32) -> vec4<f32> {
  return vec4<f32>(bitcast<vec4<i32>>(vec4(word) << vec4(24u, 16u, 8u, 0u)) >> vec4(24u));
}

// Eight weights of a row, side by side; bytes are still without their scale.
fn eight(row: u32, octet: u32) -> array<vec4<f32>, 2> {
  let octets = (params.width + 7u) / 8u;
  if (BITS == 8u) {
    let block = table[row * ((octets + 1u) / 2u + 1u) + octet / 2u];
    let half = select(block.xy, block.zw, octet % 2u == 1u);
    return array(bytes(half.x), bytes(half.y));
  }
  let at = row * octets + octet;
  if (BITS == 16u) {
    let packed = table[at];
    return array(
      vec4(unpack2x16float(packed.x), unpack2x16float(packed.y)),
      vec4(unpack2x16float(packed.z), unpack2x16float(packed.w)));
  }
  return array(bitcast<vec4<f32>>(table[at * 2u]), bitcast<vec4<f32>>(table[at * 2u + 1u]));
}

// What a row's bytes are multiplied by.
fn scale(row: u32) -> f32 {
  if (BITS == 8u) {
    let blocks = (params.width + 15u) / 16u;
    return bitcast<f32>(table[row * (blocks + 1u) + blocks].x);
  }
  return 1.0;
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
  let octets = (params.width + 7u) / 8u;
  let token = (group.x + group.z * 32768u) * 8u + local.y;
  let tile = group.y * 4u;
  let last = params.rows - 1u;
  let row = vec4(tile, min(tile + 1u, last), min(tile + 2u, last), min(tile + 3u, last));

  var sum = vec4(0.0);
  if (token < params.vocab_rows) {
    for (var octet = local.x; octet < octets; octet += 8u) {
      let w = eight(token, octet);
      for (var j = 0u; j < min(8u, params.width - octet * 8u); j++) {
        let c = octet * 8u + j;
        let a = vec4(
          x[row.x * params.width + c], x[row.y * params.width + c],
          x[row.z * params.width + c], x[row.w * params.width + c]);
        sum += a * w[j / 4u][j % 4u];
      }
    }
    sum *= scale(token);
  }
  partial[local.y * 8u + local.x] = sum;
  workgroupBarrier();

  // Of each token's eight invocations the first four finish one row each.
  let r = local.x;
  if (r < 4u && tile + r < params.rows && token < params.vocab_rows) {
    var logit = 0.0;
    for (var i = 0u; i < 8u; i++) {
      logit += partial[local.y * 8u + i][r];
    }
    let exact = table[arrayLength(&table) - 1u];
    if (BITS == 8u && exact.x == token && exact.y > 0u) {
      logit += x[(tile + r) * params.width + exact.y - 1u] * bitcast<f32>(exact.z);
    }
    let v = params.vocab_first + token;
    if (params.biased == 1u) {
      logit += bias[v];
    }
    write[(tile + r) * params.vocab + v] = logit;
  }
}
