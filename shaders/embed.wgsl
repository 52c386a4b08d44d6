// Embed: every token becomes a vector, by looking up its row in a learned table.
//
//   write[t, c] = table[ids[t], c]
//
// ids   [T]    token ids, or positions 0, 1, 2, …
// table [V,C]  one row a token; this may be a piece of it, rows table_first and on
// write [T,C]
// One invocation makes one value. Twin: src/engine/cpu/embed.rs

struct Params {
  first_row: u32,
  rows: u32,
  width: u32,
  table_first: u32,
  table_rows: u32,
}

// How the table lies (src/engine/gpu/packing.rs): rows of f32 (BITS 32) or of pairs of f16 (16), padded to 8
// values; or of signed bytes (8), padded to 16, each row with its scale in a block after it, and one block more
// at the end: a weight that is exact, its row, its column + 1 and its bits (0 where there is none).
override BITS: u32 = 16u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> ids: array<u32>;
@group(0) @binding(2) var<storage, read> table: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read_write> write: array<f32>;

// Four signed bytes of a word, the lowest first.
fn bytes(word: u32) -> vec4<f32> {
  return vec4<f32>(bitcast<vec4<i32>>(vec4(word) << vec4(24u, 16u, 8u, 0u)) >> vec4(24u));
}

fn table_value(row: u32, column: u32) -> f32 {
  if (BITS == 8u) {
    let exact = table[arrayLength(&table) - 1u];
    if (exact.x == row && exact.y == column + 1u) {
      return bitcast<f32>(exact.z);
    }
    let blocks = (params.width + 15u) / 16u;
    let start = row * (blocks + 1u);
    let scale = bitcast<f32>(table[start + blocks].x);
    return bytes(table[start + column / 16u][(column % 16u) / 4u])[column % 4u] * scale;
  }
  let octet = row * ((params.width + 7u) / 8u) + column / 8u;
  if (BITS == 16u) {
    return unpack2x16float(table[octet][(column % 8u) / 2u])[column % 2u];
  }
  return bitcast<f32>(table[octet * 2u + (column % 8u) / 4u][column % 4u]);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let column = id.x;
  if (column >= params.width || id.y >= params.rows) {
    return;
  }
  let row = params.first_row + id.y;
  let token = ids[row];
  if (token < params.table_first || token - params.table_first >= params.table_rows) {
    return;
  }
  write[row * params.width + column] = table_value(token - params.table_first, column);
}
