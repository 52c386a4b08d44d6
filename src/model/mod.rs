//! What a GPT-2-family model is: its shape, its weights by name, the places in it that can be
//! seen, and its forward pass as data. Nothing here computes.

pub mod cell;
pub mod config;
pub mod names;
pub mod params;
pub mod program;
pub mod site;
pub mod slice;
pub mod weights;

pub use cell::Cell;
pub use config::{Activation, ConfigError, GptConfig};
pub use names::{Part, TensorName};
pub use params::Params;
pub use program::{Kernel, LensPoint, Program, Slot, Step};
pub use site::{BlockPart, Site, SiteName};
pub use slice::{Knob, Slice};
pub use weights::{Checkpoint, Damage, Precision, Sink, Tensor, Tensors, WeightsError};
