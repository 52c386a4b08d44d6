//! Between the page and the engine's worker: what is said ([`protocol`]), at what pace
//! ([`mailbox`]), and the two ends of the wire (`client` on the page, `server` in the worker).

#[cfg(target_arch = "wasm32")]
pub mod client;
#[cfg(target_arch = "wasm32")]
pub mod fetch;
pub mod mailbox;
pub mod protocol;
pub mod question;
#[cfg(target_arch = "wasm32")]
pub mod server;
