//! The page end of the wire: starts the worker, sends requests, hands replies to a callback.
//!
//! A message, in both directions, is the array `[header, payload]`: the JSON of a [`Request`] or
//! [`Reply`], and an `ArrayBuffer` that is transferred, not copied. A request has an array of the
//! visitor's files as a third. The worker's first message has
//! an empty header: it says that the worker listens. What is sent before waits here, because a
//! worker that still compiles its wasm would lose it.

use super::protocol::{Reply, Request};
use js_sys::{Array, ArrayBuffer, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker};

/// A running worker. Dropping it ends the worker.
pub struct Client {
    worker: Worker,
    listening: Rc<Cell<bool>>,
    waiting: Rc<RefCell<Vec<(Request, Array)>>>,
    // The browser calls these as long as the worker lives.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

impl Client {
    /// Starts the worker at `url`. `on_reply` gets its replies, `on_failure` hears why the worker
    /// does not run, or what it sent that is no reply.
    pub fn start(
        url: &str,
        on_reply: impl Fn(Reply) + 'static,
        on_failure: impl Fn(String) + 'static,
    ) -> Result<Self, String> {
        let worker = Worker::new(url).map_err(|error| format!("{error:?}"))?;
        let listening = Rc::new(Cell::new(false));
        let waiting = Rc::new(RefCell::new(Vec::<(Request, Array)>::new()));
        let on_failure = Rc::new(on_failure);

        let on_message = {
            let (worker, listening, waiting) = (worker.clone(), listening.clone(), waiting.clone());
            let on_failure = on_failure.clone();
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                if !listening.replace(true) {
                    for (request, files) in waiting.borrow_mut().drain(..) {
                        post(&worker, request, &files).unwrap_or_else(|error| on_failure(error));
                    }
                }
                match unpack(&event.data()) {
                    Ok(Some(reply)) => on_reply(reply),
                    Ok(None) => {}
                    Err(error) => on_failure(error),
                }
            })
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));

        let on_error = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            let message = event.dyn_ref::<web_sys::ErrorEvent>().map(web_sys::ErrorEvent::message);
            on_failure(message.filter(|m| !m.is_empty()).unwrap_or_else(|| "the worker's script did not load".into()));
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));

        Ok(Self { worker, listening, waiting, _on_message: on_message, _on_error: on_error })
    }

    /// Sends a request, now or as soon as the worker listens.
    pub fn send(&self, request: Request) -> Result<(), String> {
        self.send_files(request, Array::new())
    }

    /// The same with the browser's `File`s, which are no bytes yet.
    pub fn send_files(&self, request: Request, files: Array) -> Result<(), String> {
        if self.listening.get() {
            return post(&self.worker, request, &files);
        }
        // A text that was overtaken before anyone listened need not be read.
        let mut waiting = self.waiting.borrow_mut();
        waiting.retain(|(old, _)| std::mem::discriminant(old) != std::mem::discriminant(&request));
        waiting.push((request, files));
        Ok(())
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

fn post(worker: &Worker, request: Request, files: &Array) -> Result<(), String> {
    let payload = Uint8Array::from(request.payload()).buffer();
    let header = serde_json::to_string(&request).map_err(|error| error.to_string())?;
    let message = Array::of3(&JsValue::from_str(&header), &payload, files);
    worker.post_message_with_transfer(&message, &Array::of1(&payload)).map_err(|error| format!("{error:?}"))
}

/// A reply with its payload; `None` for the worker's greeting.
fn unpack(data: &JsValue) -> Result<Option<Reply>, String> {
    let message: &Array = data.dyn_ref().ok_or("the worker sent no array")?;
    let header = message.get(0).as_string().ok_or("the worker sent no header")?;
    if header.is_empty() {
        return Ok(None);
    }
    let mut reply: Reply = serde_json::from_str(&header).map_err(|error| error.to_string())?;
    let payload = message.get(1);
    if let Some(buffer) = payload.dyn_ref::<ArrayBuffer>().filter(|b| b.byte_length() > 0) {
        reply.put_payload(Uint8Array::new(buffer).to_vec());
    }
    Ok(Some(reply))
}
