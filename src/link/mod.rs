//! Between the page and the engine's worker: what is said ([`protocol`]), at what pace ([`mailbox`]), what of a run is
//! asked and what is there already ([`looking`]),
//! how questions are answered ([`answering`]), what takes a lost GPU's place ([`recovery`]), where models come from ([`source`], [`library`]) and how
//! they get here ([`transfer`]), and the two ends of the wire (`client` on the page, `server` in the worker).

pub mod answering;
#[cfg(target_arch = "wasm32")]
pub mod client;
pub mod example;
#[cfg(target_arch = "wasm32")]
pub mod fetch;
#[cfg(target_arch = "wasm32")]
pub mod heap;
pub mod library;
#[cfg(target_arch = "wasm32")]
pub mod loading;
pub mod looking;
pub mod mailbox;
pub mod protocol;
pub mod question;
pub mod recovery;
#[cfg(target_arch = "wasm32")]
pub mod server;
pub mod source;
#[cfg(target_arch = "wasm32")]
pub mod storage;
pub mod transfer;
