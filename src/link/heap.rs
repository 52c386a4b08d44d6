//! How much memory the engine's worker has.

use super::library::Memory;
use peak_alloc::PeakAlloc;

/// Counts what is in use: WebAssembly tells only what it has taken, and gives none of that back.
#[global_allocator]
static COUNTED: PeakAlloc = PeakAlloc;

pub fn memory() -> Memory {
    Memory {
        used_bytes: COUNTED.current_usage() as u64,
        taken_bytes: 65_536 * core::arch::wasm32::memory_size(0) as u64,
    }
}
