//! The rooms of the stage, one a file. Each has `taps`, what it reads of the run, and one component.

pub mod all_heads;
pub mod block;
pub mod embedding;
pub mod head;
pub mod knobs;
pub mod mlp;
pub mod receipt;
pub mod river;
pub mod story;
pub mod tokens;
pub mod unembedding;
