//! What is drawn. Only [`app`] knows the session; every other view takes plain props.
//!
//! A view file has three parts: its model (plain data), `taps` and `derive` (pure, tested), and a
//! thin component that draws the model.

pub mod palette;
pub mod grid;
pub mod paint;
pub mod browser;
pub mod label;
pub mod legend;
pub mod strip;
pub mod scatter;
pub mod frame;
pub mod heatmap;
pub mod arcs;
pub mod attention;
pub mod heads;
pub mod overview;
pub mod embedding;
pub mod chances;
pub mod prediction;

pub mod tokens;
pub mod prompt;
pub mod elevator;
pub mod floors;
pub mod stage;
pub mod status;
pub mod topbar;
pub mod app;
