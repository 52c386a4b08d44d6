//! What is drawn. Only [`app`] knows the session; every other view takes plain props.
//!
//! A view file has three parts: its model (plain data), `taps` and `derive` (pure, tested), and a
//! thin component that draws the model.

pub mod arcs;
pub mod attention;
pub mod browser;
pub mod chances;
pub mod embedding;
pub mod frame;
pub mod grid;
pub mod heads;
pub mod heatmap;
pub mod label;
pub mod legend;
pub mod overview;
pub mod paint;
pub mod palette;
pub mod prediction;
pub mod scatter;
pub mod strip;

pub mod app;
pub mod elevator;
pub mod floors;
pub mod prompt;
pub mod room;
pub mod rooms;
pub mod score;
pub mod stage;
pub mod status;
pub mod tokens;
pub mod topbar;
