//! Letting others have a turn: a long run on the CPU pauses between layers, so that the worker
//! can answer "which tokens is this?" meanwhile. And waiting for a GPU, but not for ever.

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

/// Longer than a GPU takes to wake up.
pub const WAKE_MS: i32 = 15_000;
/// Longer than any work that we submit takes on the slowest GPU.
pub const WORK_MS: i32 = 60_000;

/// Waits for what the GPU answers; `None` where no answer comes within that time.
#[cfg(target_arch = "wasm32")]
pub async fn patient<T>(milliseconds: i32, answer: impl Future<Output = T>) -> Option<T> {
    within(sleep_ms(milliseconds), answer).await
}

/// Waits for what the GPU answers. Natively a driver answers or fails.
#[cfg(not(target_arch = "wasm32"))]
pub async fn patient<T>(_milliseconds: i32, answer: impl Future<Output = T>) -> Option<T> {
    Some(answer.await)
}

/// The answer, if it is there before the limit.
#[cfg(any(test, target_arch = "wasm32"))]
async fn within<T>(limit: impl Future<Output = ()>, answer: impl Future<Output = T>) -> Option<T> {
    use std::pin::pin;
    use std::task::Poll;
    let (mut answer, mut limit) = (pin!(answer), pin!(limit));
    std::future::poll_fn(|context| match answer.as_mut().poll(context) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending => limit.as_mut().poll(context).map(|()| None),
    })
    .await
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

#[cfg(test)]
mod tests {
    use super::*;
    use pollster::block_on;
    use std::future::{pending, ready};

    #[test]
    fn an_answer_counts_until_the_limit() {
        assert_eq!(block_on(within(pending(), ready(7))), Some(7));
        assert_eq!(block_on(within(ready(()), ready(7))), Some(7));
        assert_eq!(block_on(within(ready(()), pending::<u8>())), None);
    }
}
