//! Values come back: copied into one staging buffer, mapped once a read, with a time limit: a GPU
//! that never answers is treated as lost.

use super::EngineError;
use crate::engine::device::GpuDevice;
use wgpu::{Buffer, BufferDescriptor, BufferUsages, CommandEncoder, MapMode};

/// Rows in the staging buffer, `stride` values apart, of which `width` are wanted, and where in the
/// trace they go (perhaps to several places).
pub struct Region {
    pub rows: usize,
    pub stride: usize,
    pub width: usize,
    pub to: Vec<usize>,
}

/// One staging buffer, kept between reads while it is small, and grown when needed.
#[derive(Default)]
pub struct Staging {
    buffer: Option<Buffer>,
    used: usize,
}

/// Staging buffers are at least this large: most reads fit.
const SMALLEST: u64 = 1 << 20;
/// A larger one is for one read: a whole trace is rarely asked for.
const LARGEST_KEPT: u64 = 64 << 20;

impl Staging {
    /// Makes room for one read of that many values.
    pub async fn reserve(&mut self, gpu: &GpuDevice, values: usize) -> Result<(), EngineError> {
        let needed = 4 * values as u64;
        self.used = 0;
        if self.buffer.as_ref().is_some_and(|b| b.size() >= needed) {
            return Ok(());
        }
        let largest = gpu.device.limits().max_buffer_size;
        if needed > largest {
            let detail = format!("a read of {} MB in one piece; ask for fewer positions", needed >> 20);
            return Err(EngineError::Memory { detail });
        }
        self.release();
        let size = if needed > LARGEST_KEPT { needed } else { needed.next_power_of_two().clamp(SMALLEST, largest) };
        let make = || {
            gpu.device.create_buffer(&BufferDescriptor {
                label: Some("staging"),
                size,
                usage: BufferUsages::MAP_READ | BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        };
        self.buffer = Some(gpu.guarded(make).await?);
        Ok(())
    }

    fn release(&mut self) {
        if let Some(buffer) = self.buffer.take() {
            buffer.destroy();
        }
    }

    /// Records that `region` is to be copied from a buffer, starting at value `from.1`; gives its
    /// place in the staging buffer.
    pub fn copy(&mut self, encoder: &mut CommandEncoder, from: (&Buffer, usize), region: &Region) -> usize {
        let (start, values) = (self.used, region.rows * region.stride);
        if let Some(buffer) = &self.buffer {
            let bytes = 4 * values as u64;
            encoder.copy_buffer_to_buffer(from.0, 4 * from.1 as u64, buffer, 4 * start as u64, bytes);
        }
        self.used += values;
        start
    }

    /// Waits for the submitted work and hands every region to its place; tells how many bytes came.
    pub async fn fetch(
        &mut self,
        gpu: &GpuDevice,
        regions: &[(usize, Region)],
        values: &mut [f32],
    ) -> Result<usize, EngineError> {
        let bytes = 4 * std::mem::take(&mut self.used);
        let Some(buffer) = self.buffer.as_ref().filter(|_| bytes > 0) else { return Ok(0) };
        mapped(gpu, buffer, bytes as u64).await?;
        let lost = |e: &dyn std::fmt::Display| EngineError::Lost { detail: e.to_string() };
        let view = buffer.get_mapped_range(0..bytes as u64).map_err(|e| lost(&e))?;
        let floats: &[f32] = bytemuck::cast_slice(&view);
        for (start, region) in regions {
            for (row, from) in floats[*start..].chunks(region.stride).take(region.rows).enumerate() {
                for to in &region.to {
                    let to = to + row * region.width;
                    values[to..to + region.width].copy_from_slice(&from[..region.width]);
                }
            }
        }
        drop(view);
        buffer.unmap();
        if buffer.size() > LARGEST_KEPT {
            self.release();
        }
        gpu.check()?;
        Ok(bytes)
    }
}

/// Waits until a buffer can be read.
#[cfg(not(target_arch = "wasm32"))]
async fn mapped(gpu: &GpuDevice, buffer: &Buffer, bytes: u64) -> Result<(), EngineError> {
    let lost = |detail: String| EngineError::Lost { detail };
    let (sender, receiver) = std::sync::mpsc::channel();
    buffer.map_async(MapMode::Read, 0..bytes, move |result| {
        // The receiver is gone only when the engine is: nobody waits then.
        let _ = sender.send(result);
    });
    gpu.device.poll(wgpu::PollType::wait_indefinitely()).map_err(|e| lost(e.to_string()))?;
    let result = receiver.recv().map_err(|e| lost(e.to_string()))?;
    result.map_err(|e| lost(e.to_string()))
}

/// Waits until a buffer can be read.
#[cfg(target_arch = "wasm32")]
async fn mapped(gpu: &GpuDevice, buffer: &Buffer, bytes: u64) -> Result<(), EngineError> {
    let lost = |detail: String| EngineError::Lost { detail };
    let (sender, receiver) = futures_channel::oneshot::channel();
    buffer.map_async(MapMode::Read, 0..bytes, move |result| {
        // The receiver is gone only when the engine is: nobody waits then.
        let _ = sender.send(result);
    });
    let result = gpu.answered(receiver).await?.map_err(|e| lost(e.to_string()))?;
    result.map_err(|e| lost(e.to_string()))
}
