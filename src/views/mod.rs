//! What is drawn. Only [`app`] knows the session; every other view takes plain props.
//!
//! A view file has three parts: its model (plain data), `taps` and `derive` (pure, tested), and a
//! thin component that draws the model.

pub mod alone;
pub mod arcs;
pub mod attention;
pub mod browser;
pub mod chances;
pub mod cells;
pub mod derived;
pub mod embedding;
pub mod figures;
pub mod frame;
pub mod gelu_curve;
pub mod grid;
pub mod head_arithmetic;
pub mod head_steps;
pub mod heads;
pub mod heatmap;
pub mod label;
pub mod legend;
pub mod neurons;
pub mod number;
pub mod overview;
pub mod paint;
pub mod palette;
pub mod plate;
pub mod prediction;
pub mod sampling;
pub mod scatter;
pub mod strip;

pub mod app;
pub mod elevator;
pub mod export;
pub mod fault;
pub mod floors;
pub mod glossary;
pub mod keys;
pub mod popup;
pub mod head_stages;
pub mod head_words;
pub mod mlp_alone;
pub mod mlp_neurons;
pub mod models;
pub mod prompt;
pub mod push;
pub mod room;
pub mod rooms;
pub mod score;
pub mod share;
pub mod sheet;
pub mod stage;
pub mod status;
pub mod tokens;
pub mod topbar;
pub mod write_on;
