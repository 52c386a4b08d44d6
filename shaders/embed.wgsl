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

// Weights are pairs of f16 in u32 (HALF), or f32; rows are padded to a multiple of 8 values.
override HALF: bool = true;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> ids: array<u32>;
@group(0) @binding(2) var<storage, read> table: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read_write> write: array<f32>;

fn table_value(row: u32, column: u32) -> f32 {
  let octet = row * ((params.width + 7u) / 8u) + column / 8u;
  if (HALF) {
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
