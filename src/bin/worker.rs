//! The engine's worker: everything that computes, off the UI thread.

#[cfg(target_arch = "wasm32")]
fn main() {
    console_error_panic_hook::set_once();
    glassbox::link::server::serve();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("the worker runs in a browser: `cargo xtask serve` builds and serves the page");
}
