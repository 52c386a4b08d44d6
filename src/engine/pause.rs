//! Letting others have a turn: a long run on the CPU pauses between layers, so that the worker
//! can answer "which tokens is this?" meanwhile.

/// Returns after everything that was waiting has had its turn. On native targets nothing waits.
#[cfg(not(target_arch = "wasm32"))]
pub async fn pause() {}

/// Returns after everything that was waiting has had its turn.
#[cfg(target_arch = "wasm32")]
pub async fn pause() {
    sleep_ms(0).await;
}

/// Returns after about that many milliseconds.
#[cfg(target_arch = "wasm32")]
pub async fn sleep_ms(milliseconds: i32) {
    use wasm_bindgen::{JsCast, JsValue};
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let global: web_sys::WorkerGlobalScope = js_sys::global().unchecked_into();
        // A scope without timers resolves at once: the pause is lost, the run is not.
        if global.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds).is_err() {
            let _ = resolve.call0(&JsValue::NULL);
        }
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

/// A monotonic clock in milliseconds.
#[cfg(not(target_arch = "wasm32"))]
pub fn now_ms() -> f64 {
    use std::sync::OnceLock;
    use std::time::Instant;
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64() * 1e3
}

/// A monotonic clock in milliseconds.
#[cfg(target_arch = "wasm32")]
pub fn now_ms() -> f64 {
    use wasm_bindgen::JsCast;
    let global: web_sys::WorkerGlobalScope = js_sys::global().unchecked_into();
    global.performance().map_or(0.0, |p| p.now())
}
