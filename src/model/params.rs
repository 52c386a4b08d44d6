//! A kernel's numbers, as its shader's uniform holds them: `tests/twins.rs` compares field by field.

use bytemuck::{Pod, Zeroable};

/// `write[row] = table[ids[row]]` for rows `first_row..first_row + rows`. An engine that keeps
/// the table in several pieces runs it once a piece: ids outside
/// `table_first..table_first + table_rows` are left alone.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct EmbedParams {
    pub first_row: u32,
    pub rows: u32,
    pub width: u32,
    pub table_first: u32,
    pub table_rows: u32,
}

/// `write[write_row + i] = (x − mean) / √(variance + ε) · gain + bias`, x = `read[read_row + i]`.
/// Ba, Kiros & Hinton 2016, arXiv:1607.06450.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct LayerNormParams {
    pub read_row: u32,
    pub write_row: u32,
    pub rows: u32,
    pub width: u32,
    pub epsilon: f32,
}

/// `write[row] = x[row] · weight + bias`, weight [inner, outer].
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct LinearParams {
    pub first_row: u32,
    pub rows: u32,
    pub inner: u32,
    pub outer: u32,
}

/// The three attention kernels: a head's queries `first_row..first_row + rows` against keys
/// `0..keys`. Maps are [H, capacity, capacity]. With `causal` = 1 a query sees no key after it.
/// Vaswani et al. 2017, arXiv:1706.03762, §3.2.1.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct AttentionParams {
    pub first_row: u32,
    pub rows: u32,
    pub keys: u32,
    pub heads: u32,
    pub head_size: u32,
    pub capacity: u32,
    pub causal: u32,
    /// What q·k is multiplied by: 1/√D.
    pub scale: f32,
    /// The score of a masked cell: −∞ (WGSL cannot write it down as a constant).
    pub masked: f32,
}

impl AttentionParams {
    /// How many keys `query` may see.
    pub fn seen(&self, query: usize) -> usize {
        let keys = self.keys as usize;
        if self.causal == 1 { keys.min(query + 1) } else { keys }
    }
}

/// `write[i] = gelu(x[i])` for `first..first + count`; `variant` is [`super::Activation::code`].
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct GeluParams {
    pub first: u32,
    pub count: u32,
    pub variant: u32,
}

/// `write[i] = a[i] + b[i]` for `first..first + count`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct AddParams {
    pub first: u32,
    pub count: u32,
}

/// `write[row, v] = x[row] · table[v] (+ bias[v])` for `vocab_first..vocab_first + vocab_rows`, the
/// piece of the table at hand.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct UnembedParams {
    pub rows: u32,
    pub width: u32,
    pub vocab: u32,
    pub vocab_first: u32,
    pub vocab_rows: u32,
    /// 1: add the bias.
    pub biased: u32,
}

/// A kernel's numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Params {
    Embed(EmbedParams),
    LayerNorm(LayerNormParams),
    Linear(LinearParams),
    Attention(AttentionParams),
    Gelu(GeluParams),
    Add(AddParams),
    Unembed(UnembedParams),
}

impl Params {
    /// The bytes that the shader's uniform holds.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Embed(p) => bytemuck::bytes_of(p),
            Self::LayerNorm(p) => bytemuck::bytes_of(p),
            Self::Linear(p) => bytemuck::bytes_of(p),
            Self::Attention(p) => bytemuck::bytes_of(p),
            Self::Gelu(p) => bytemuck::bytes_of(p),
            Self::Add(p) => bytemuck::bytes_of(p),
            Self::Unembed(p) => bytemuck::bytes_of(p),
        }
    }
}
