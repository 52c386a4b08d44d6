//! What comes back from the GPU: values of the run, answers to questions outside it, learned numbers.

use super::GpuEngine;
use super::readback::Region;
use crate::engine::EngineError;
use crate::engine::asking::Ask;
use crate::engine::resident::lens_batches;
use crate::model::{Program, Slice, Slot};
use crate::trace::{Entry, Layout, Tap};
use std::ops::Range;
use wgpu::{Buffer, CommandEncoder};

/// Rows of a question outside a run that come back in one readback: 8 MB of logits.
const ASK_VALUES: usize = 2 << 20;
/// Learned numbers come back this many words at a time: 8 MB.
const SLICE_WORDS: usize = 2 << 20;

impl GpuEngine {
    /// See [`super::Engine::read`].
    pub async fn read(&mut self, taps: &[Tap]) -> Result<(Layout, Vec<f32>), EngineError> {
        if self.resident.tokens.is_empty() {
            return Err(EngineError::Empty);
        }
        let config = self.resident.config.clone();
        let layout = Layout::new(taps, &config, self.resident.tokens.len());
        if layout.is_empty() {
            return Ok((layout, Vec::new()));
        }
        let mut values = vec![f32::NAN; layout.len()];
        let most = (self.gpu.device.limits().max_buffer_size / 8).min(1 << 28) as usize;
        for part in parts(&layout, most, self.resident.capacity) {
            let mut encoder = self.encoder();
            let mut regions = Vec::new();
            self.staging.reserve(&self.gpu, staged_values(&part, self.resident.capacity)).await?;
            self.copy_resident(&mut encoder, &part, &mut regions);
            for batch in lens_batches(&part, &config, self.buffers.answer_rows) {
                let program = Program::lens(&config, &batch.points);
                self.record(&mut encoder, &program);
                for (row, targets) in batch.targets.iter().enumerate() {
                    let from = (&self.buffers[Slot::Answer].pieces[0].buffer, row * config.vocab);
                    let region = Region { rows: 1, stride: config.vocab, width: config.vocab, to: targets.clone() };
                    regions.push((self.staging.copy(&mut encoder, from, &region), region));
                }
            }
            self.submit(encoder);
            self.counts.bytes_read += self.staging.fetch(&self.gpu, &regions, &mut values).await?;
        }
        Ok((layout, values))
    }

    /// Answers one question outside a run.
    pub async fn ask(&mut self, ask: Ask<'_>) -> Result<Vec<f32>, EngineError> {
        self.gpu.check()?;
        match ask {
            Ask::Rows(ids) => self.buffers.write_asked(&self.gpu.queue, ids),
            Ask::Dots { vectors, .. } => self.buffers.write_vectors(&self.gpu.queue, vectors),
            Ask::Logits(_) => {}
        }
        let (slot, length) = ask.answer(&self.resident.config);
        let program = ask.program(&self.resident.config);
        let mut encoder = self.encoder();
        self.record(&mut encoder, &program);
        let buffer = self.buffers[slot].pieces[0].buffer.clone();
        self.bring(encoder, &buffer, 0..length).await
    }

    /// See [`super::Engine::batch_rows`].
    pub fn batch_rows(&self) -> usize {
        (ASK_VALUES / self.resident.config.vocab).clamp(1, self.buffers.answer_rows)
    }

    /// The most rows of the token table that one question asks for.
    pub fn asked_rows(&self) -> usize {
        self.buffers.answer_rows
    }

    /// See [`super::Engine::slice`]; the slice is in the model. Whole rows come back, some at a time.
    pub async fn slice(&mut self, slice: &Slice) -> Result<Vec<f32>, EngineError> {
        self.gpu.check()?;
        let mut values = Vec::with_capacity(slice.len());
        for stretch in self.buffers.stretches(slice.name, &slice.rows, SLICE_WORDS) {
            let encoder = self.encoder();
            let words = self.bring(encoder, &stretch.buffer, stretch.words).await?;
            self.buffers.unpack(slice, &words, &mut values);
        }
        self.buffers.put_exact(slice, &mut values);
        Ok(values)
    }

    /// Submits what is recorded, then brings words of a buffer here.
    async fn bring(
        &mut self,
        mut encoder: CommandEncoder,
        buffer: &Buffer,
        words: Range<usize>,
    ) -> Result<Vec<f32>, EngineError> {
        let count = words.len();
        let region = Region { rows: 1, stride: count, width: count, to: vec![0] };
        self.staging.reserve(&self.gpu, count).await?;
        let regions = [(self.staging.copy(&mut encoder, (buffer, words.start), &region), region)];
        self.submit(encoder);
        let mut values = vec![f32::NAN; count];
        self.counts.bytes_read += self.staging.fetch(&self.gpu, &regions, &mut values).await?;
        Ok(values)
    }

    fn copy_resident(&mut self, encoder: &mut CommandEncoder, layout: &Layout, regions: &mut Vec<(usize, Region)>) {
        let (config, capacity) = (&self.resident.config, self.resident.capacity);
        for entry in layout.entries.iter().filter(|e| !e.name.site.on_demand()) {
            let stride = entry.name.site.row_width(config, capacity);
            for (i, head) in entry.heads.clone().enumerate() {
                let from = (head * capacity + entry.rows.start) * stride;
                let to = entry.offset + i * entry.rows.len() * entry.width;
                let region = Region { rows: entry.rows.len(), stride, width: entry.width, to: vec![to] };
                let buffer = &self.buffers[Slot::Site(entry.name)].pieces[0].buffer;
                regions.push((self.staging.copy(encoder, (buffer, from), &region), region));
            }
        }
    }
}

/// How many values a read of this layout copies: maps come with whole rows of `capacity`.
fn staged_values(layout: &Layout, capacity: usize) -> usize {
    let staged = |e: &Entry| if e.name.site.is_map() { e.heads.len() * e.rows.len() * capacity } else { e.len() };
    layout.entries.iter().map(staged).sum()
}

/// Cuts a layout into parts that fit into one readback each; offsets stay as they are.
fn parts(layout: &Layout, most_values: usize, capacity: usize) -> Vec<Layout> {
    let mut parts = vec![Layout::default()];
    for entry in &layout.entries {
        let mut part = parts.pop().unwrap_or_default();
        part.entries.push(entry.clone());
        if part.entries.len() > 1 && staged_values(&part, capacity) > most_values {
            part.entries.pop();
            parts.push(part);
            part = Layout { entries: vec![entry.clone()] };
        }
        parts.push(part);
    }
    parts
}
