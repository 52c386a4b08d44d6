//! Where everything lies on the GPU: weights, packed as the shaders read them; the resident
//! activations; scratch for questions.

use super::EngineError;
use super::packing::{exact_block, pack, row_bytes, tail_bytes, unpack};
use super::pipelines::PARAMS_STRIDE;
use crate::engine::device::GpuDevice;
use crate::model::{GptConfig, Part, Precision, SiteName, Slice, Slot, TensorName};
use std::collections::HashMap;
use std::ops::{Index, Range};
use wgpu::{Buffer, BufferDescriptor, BufferUsages, Device, Queue};

/// Some rows of a tensor in one buffer.
pub struct Piece {
    pub buffer: Buffer,
    pub first_row: u32,
    pub rows: u32,
}

/// A tensor on the GPU; only tables larger than one binding have several pieces.
pub struct GpuTensor {
    pub pieces: Vec<Piece>,
}

/// Some whole rows of a tensor, in one buffer.
pub struct Stretch {
    pub buffer: Buffer,
    /// Where they begin and how many they are, in words of four bytes.
    pub words: Range<usize>,
}

/// A weight with a number of its own, beside the bytes of its row.
#[derive(Clone, Copy)]
struct Exact {
    name: TensorName,
    row: usize,
    column: usize,
    value: f32,
}

/// All of an engine's buffers.
pub struct Buffers {
    /// Uniforms of one submit.
    pub params: Buffer,
    /// Rows that the scratch for questions has room for.
    pub answer_rows: usize,
    /// How matrices and tables are kept.
    pub precision: Precision,
    /// The one weight that is kept exactly, where rows are bytes with a scale.
    exact: Option<Exact>,
    shapes: HashMap<TensorName, [usize; 2]>,
    tensors: HashMap<Slot, GpuTensor>,
}

impl Index<Slot> for Buffers {
    type Output = GpuTensor;

    fn index(&self, slot: Slot) -> &GpuTensor {
        &self.tensors[&slot]
    }
}

/// A submit has at most this many dispatches: a forward pass, or the lenses of every floor.
fn most_dispatches(config: &GptConfig) -> usize {
    16 * config.layers + 256
}

impl Buffers {
    /// Weights (zero so far) and scratch; activations come with [`Buffers::grow`].
    /// Tables lie in pieces of at most `largest_piece` bytes.
    pub fn new(
        device: &Device,
        config: &GptConfig,
        precision: Precision,
        answer_rows: usize,
        largest_piece: u64,
    ) -> Result<Self, EngineError> {
        let mut tensors = HashMap::new();
        let mut shapes = HashMap::new();
        for name in TensorName::all(config) {
            let shape = name.shape(config);
            shapes.insert(name, shape);
            tensors.insert(Slot::Weight(name), weight(device, name, shape, precision, largest_piece)?);
        }
        let mut add = |slot, values| tensors.insert(slot, storage(device, values));
        add(Slot::Tokens, config.positions);
        add(Slot::Positions, config.positions);
        add(Slot::AskedIds, answer_rows);
        add(Slot::Asked, answer_rows * config.width);
        add(Slot::Answer, answer_rows * config.vocab);
        let params = uniforms(device, most_dispatches(config));
        Ok(Self { params, answer_rows, precision, exact: None, shapes, tensors })
    }

    /// Makes room for the activations of `capacity` positions, giving back what was there.
    pub fn grow(&mut self, device: &Device, config: &GptConfig, capacity: usize) {
        for name in SiteName::all(config.layers).into_iter().filter(|n| !n.site.on_demand()) {
            let values = name.site.shape(config, capacity).iter().product();
            if let Some(old) = self.tensors.insert(Slot::Site(name), storage(device, values)) {
                old.pieces.iter().for_each(|p| p.buffer.destroy());
            }
        }
    }

    /// The text's ids, and the positions beside them.
    pub fn write_tokens(&self, queue: &Queue, ids: &[u32]) {
        let positions: Vec<u32> = (0..ids.len() as u32).collect();
        queue.write_buffer(&self[Slot::Tokens].pieces[0].buffer, 0, bytemuck::cast_slice(ids));
        queue.write_buffer(&self[Slot::Positions].pieces[0].buffer, 0, bytemuck::cast_slice(&positions));
    }

    /// Ids asked for outside a run.
    pub fn write_asked(&self, queue: &Queue, ids: &[u32]) {
        queue.write_buffer(&self[Slot::AskedIds].pieces[0].buffer, 0, bytemuck::cast_slice(ids));
    }

    /// Vectors on their way to the unembedding, asked for outside a run.
    pub fn write_vectors(&self, queue: &Queue, vectors: &[f32]) {
        queue.write_buffer(&self[Slot::Asked].pieces[0].buffer, 0, bytemuck::cast_slice(vectors));
    }

    /// The uniforms of everything recorded since the last submit.
    pub fn write_params(&self, gpu: &GpuDevice, arena: &[u8]) {
        debug_assert!(arena.len() as u64 <= self.params.size(), "one submit has too many dispatches");
        gpu.queue.write_buffer(&self.params, 0, arena);
    }

    /// Packs rows of a weight as the shaders read them; gives the values back as they are stored.
    pub fn write_rows(&mut self, queue: &Queue, name: TensorName, first_row: usize, values: &[f32]) -> Vec<f32> {
        let Some([_, columns]) = self.shapes.get(&name).copied() else { return Vec::new() };
        let overwrites =
            |exact: &Exact| exact.name == name && (first_row..first_row + values.len() / columns).contains(&exact.row);
        if let Some(exact) = self.exact.take_if(|exact| overwrites(exact)) {
            self.write_exact_block(queue, exact, false);
        }
        let tensor = &self[Slot::Weight(name)];
        if !name.is_matrix() {
            queue.write_buffer(&tensor.pieces[0].buffer, 0, bytemuck::cast_slice(values));
            return values.to_vec();
        }
        let row_bytes = row_bytes(columns, self.precision);
        let mut stored = Vec::with_capacity(values.len());
        for piece in &tensor.pieces {
            let (piece_start, piece_end) = (piece.first_row as usize, (piece.first_row + piece.rows) as usize);
            let last_row = first_row + values.len() / columns;
            let (start, end) = (first_row.max(piece_start), last_row.min(piece_end));
            if start >= end {
                continue;
            }
            let rows = &values[(start - first_row) * columns..(end - first_row) * columns];
            let packed = pack(rows, columns, self.precision, &mut stored);
            queue.write_buffer(&piece.buffer, ((start - piece_start) * row_bytes) as u64, &packed);
        }
        stored
    }

    /// Makes one weight of a row exactly this number, whatever the row's scale; the others stay what they are. (Rows
    /// of floats have no need of it.) Gives the row back as it is stored.
    pub fn write_exact(
        &mut self,
        queue: &Queue,
        name: TensorName,
        row: usize,
        learned: &[f32],
        (column, value): (usize, f32),
    ) -> Vec<f32> {
        let mut stored = self.write_rows(queue, name, row, learned);
        let exact = Exact { name, row, column, value };
        let piece = self.piece_of(name, row);
        let at = (row - piece.first_row as usize) * row_bytes(learned.len(), self.precision) + column;
        // Buffers are written by the word: the byte becomes 0 among its neighbours.
        let packed = pack(learned, learned.len(), self.precision, &mut Vec::new());
        let word = column / 4 * 4;
        let mut bytes = [packed[word], packed[word + 1], packed[word + 2], packed[word + 3]];
        bytes[column % 4] = 0;
        queue.write_buffer(&piece.buffer, (at - column % 4) as u64, &bytes);
        self.write_exact_block(queue, exact, true);
        self.exact = Some(exact);
        stored[column] = value;
        stored
    }

    fn write_exact_block(&self, queue: &Queue, Exact { name, row, column, value }: Exact, there: bool) {
        let piece = self.piece_of(name, row);
        let block = exact_block(there.then_some((row - piece.first_row as usize, column, value)));
        queue.write_buffer(&piece.buffer, piece.buffer.size() - size_of_val(&block) as u64, bytemuck::bytes_of(&block));
    }

    /// The piece of a weight that holds a row.
    fn piece_of(&self, name: TensorName, row: usize) -> &Piece {
        let pieces = &self[Slot::Weight(name)].pieces;
        &pieces[pieces.partition_point(|piece| piece.first_row as usize <= row) - 1]
    }

    /// Where rows of a weight lie, in stretches of about `most` words (a row at least).
    pub fn stretches(&self, name: TensorName, rows: &Range<usize>, most: usize) -> Vec<Stretch> {
        let row_words = self.row_words(name);
        let mut stretches = Vec::new();
        for piece in &self[Slot::Weight(name)].pieces {
            let first = piece.first_row as usize;
            let here = rows.start.max(first)..rows.end.min(first + piece.rows as usize);
            let each = (most / row_words).max(1);
            for start in here.clone().step_by(each) {
                let end = here.end.min(start + each);
                let words = (start - first) * row_words..(end - first) * row_words;
                stretches.push(Stretch { buffer: piece.buffer.clone(), words });
            }
        }
        stretches
    }

    /// The columns of a slice, out of the words of some of its rows.
    pub fn unpack(&self, slice: &Slice, words: &[f32], values: &mut Vec<f32>) {
        let precision = if slice.name.is_matrix() { self.precision } else { Precision::F32 };
        for row in words.chunks(self.row_words(slice.name)) {
            unpack(row, slice.columns.clone(), precision, values);
        }
    }

    /// Puts the exact weight in its place among the values of a slice.
    pub fn put_exact(&self, slice: &Slice, values: &mut [f32]) {
        let within =
            |e: &Exact| e.name == slice.name && slice.rows.contains(&e.row) && slice.columns.contains(&e.column);
        if let Some(Exact { row, column, value, .. }) = self.exact.filter(within) {
            values[(row - slice.rows.start) * slice.columns.len() + column - slice.columns.start] = value;
        }
    }

    /// Words of four bytes that a row takes. Vectors are never packed.
    fn row_words(&self, name: TensorName) -> usize {
        let [_, columns] = self.shapes[&name];
        if name.is_matrix() { row_bytes(columns, self.precision) / 4 } else { columns }
    }
}

fn weight(
    device: &Device,
    name: TensorName,
    [rows, columns]: [usize; 2],
    precision: Precision,
    largest_piece: u64,
) -> Result<GpuTensor, EngineError> {
    if !name.is_matrix() {
        return Ok(storage(device, columns));
    }
    let row_bytes = row_bytes(columns, precision);
    let table = matches!(name.part, Part::TokenTable | Part::PositionTable | Part::Head);
    let limits = device.limits();
    let most = limits.max_storage_buffer_binding_size.min(limits.max_buffer_size);
    // Below 2 GB, so that it is a size on wasm too.
    let largest = if table { largest_piece } else { most }.min(1 << 30) as usize;
    let tail = tail_bytes(precision);
    let rows_each = (largest.saturating_sub(tail) / row_bytes).min(rows);
    if rows_each < rows && !table {
        let detail = format!("{} takes {} MB in one piece", name.in_checkpoint(), (rows * row_bytes) >> 20);
        return Err(EngineError::Memory { detail });
    }
    let piece = |first_row: usize| {
        let rows = rows_each.min(rows - first_row);
        let buffer = buffer(device, (rows * row_bytes + tail) as u64);
        Piece { buffer, first_row: first_row as u32, rows: rows as u32 }
    };
    Ok(GpuTensor { pieces: (0..rows).step_by(rows_each.max(1)).map(piece).collect() })
}

/// A tensor of plain f32 or u32 in one piece.
fn storage(device: &Device, values: usize) -> GpuTensor {
    let buffer = buffer(device, 4 * values as u64);
    GpuTensor { pieces: vec![Piece { buffer, first_row: 0, rows: 1 }] }
}

fn buffer(device: &Device, bytes: u64) -> Buffer {
    let usage = BufferUsages::STORAGE | BufferUsages::COPY_DST | BufferUsages::COPY_SRC;
    device.create_buffer(&BufferDescriptor {
        label: None,
        size: bytes.next_multiple_of(16).max(16),
        usage,
        mapped_at_creation: false,
    })
}

fn uniforms(device: &Device, dispatches: usize) -> Buffer {
    device.create_buffer(&BufferDescriptor {
        label: Some("params"),
        size: (dispatches * PARAMS_STRIDE) as u64,
        usage: BufferUsages::UNIFORM | BufferUsages::COPY_DST,
        mapped_at_creation: false,
    })
}
