// Add: what a part of the network found is added to the river.
//
//   write[i] = a[i] + b[i]
//
// a, b, write: the same shape. One invocation makes one value. Twin: src/engine/cpu/add.rs

struct Params {
  first: u32,
  count: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> write: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let offset = id.x + id.y * groups.x * 64u;
  if (offset >= params.count) {
    return;
  }
  let i = params.first + offset;
  write[i] = a[i] + b[i];
}
