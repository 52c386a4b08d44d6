//! Glassbox: a GPT you can see through.
//!
//! The table of contents, in the order of the journey. A module uses only modules above it
//! (`tests/layering.rs` reads this file and fails otherwise).
//!
//! ```text
//! text ──encode──▶ tokens ──ask──▶ engine ──▶ trace ──derive──▶ view models ──draw──▶ page
//!         tokens          link       engine      trace   analysis            views
//! ```
//!
//! Dimensions, everywhere: `T` tokens, `C` width of the residual stream, `H` heads, `D` head size
//! (C / H), `I` inner width of the MLP, `V` vocabulary, `L` layers.

// A Leptos view's type nests as deep as its markup.
#![recursion_limit = "256"]

pub mod model;
pub mod tokens;
pub mod trace;
pub mod engine;
#[cfg(not(target_arch = "wasm32"))]
pub mod folder;
pub mod analysis;
pub mod link;
#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
pub mod content;
pub mod session;
pub mod views;
