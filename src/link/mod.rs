//! Between the page and the engine's worker: what is said ([`protocol`]), at what pace
//! ([`mailbox`]), how questions are answered ([`answering`]), and the two ends of the wire (`client` on
//! the page, `server` in the worker).

pub mod answering;
#[cfg(target_arch = "wasm32")]
pub mod client;
#[cfg(target_arch = "wasm32")]
pub mod fetch;
pub mod mailbox;
pub mod protocol;
pub mod question;
#[cfg(target_arch = "wasm32")]
pub mod server;
