//! Files over the network, from any byte on, as a stream that can be ended at any time.

use super::protocol::Fault;
use super::transfer::{ANSWER_MS, Answer, Reception, SILENCE_MS, Tries, is_passing, receive};
use crate::engine::pause::sleep_ms;
use js_sys::{Array, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, AbortSignal, ReadableStreamDefaultReader, ReferrerPolicy, RequestCache, RequestCredentials,
    RequestInit, RequestMode, Response, WorkerGlobalScope,
};

/// Where files lie, and how they are asked for.
#[derive(Clone)]
pub struct Remote {
    /// The folder's address, without a slash at the end.
    pub folder: String,
    /// It belongs to somebody else: nothing that could name the visitor is sent along, and what comes
    /// is kept by us, not by the browser's cache.
    pub elsewhere: bool,
    /// Ends every request.
    pub abort: AbortController,
}

/// What an answer's beginning said.
#[derive(Clone, Debug, Default)]
pub struct Start {
    pub total: Option<u64>,
    pub mark: Option<String>,
}

/// A file that has begun to arrive.
pub struct Download {
    reader: ReadableStreamDefaultReader,
    ending: Ending,
    pub start: Start,
    /// It begins at its first byte, although another was asked for.
    pub over: bool,
    /// What the browser has handed over, and nobody has taken yet.
    rest: Option<Uint8Array>,
}

/// What is handed on at once has at most so many bytes, however much the browser hands over: memory that
/// has been taken once is never given back.
const PIECE: u32 = 64 << 10;

/// How an attempt ends.
pub enum Attempt {
    Comes(Download),
    /// Nothing more is to come.
    IsWhole,
    /// The server does not have the file.
    Absent,
    /// It may go better the next time. The status of a server that answered, and has trouble.
    Broken(Option<u16>),
}

/// How far a download came before it broke.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reached {
    pub done_bytes: u64,
    /// 0 while unknown.
    pub total_bytes: u64,
    /// It can be taken up there.
    pub kept: bool,
}

/// How one try for a small file ends.
enum Small {
    /// With the file, or without where there is none.
    Whole(Option<Vec<u8>>),
    Broken(Option<u16>, Reached),
}

impl Remote {
    fn url(&self, file: &str) -> String {
        format!("{}/{file}", self.folder)
    }

    /// For sentences: `huggingface.co`.
    pub fn host(&self) -> String {
        web_sys::Url::new(&self.folder).map_or_else(|_| self.folder.clone(), |url| url.host())
    }

    /// Asks for a file from byte `have` on, of which `start` was said before.
    pub async fn attempt(&self, file: &str, have: u64, start: &Start) -> Result<Attempt, Fault> {
        let Ok((response, ending)) = self.send(file, have).await else { return Ok(Attempt::Broken(None)) };
        let answer = read_head(&response);
        let over = match receive(have, start.mark.as_deref(), start.total, &answer) {
            Reception::GoesOn => false,
            Reception::StartsOver if answer.status == 200 => true,
            // Another file than the one begun: from its beginning, then.
            Reception::StartsOver => return Box::pin(self.attempt(file, 0, &Start::default())).await.map(begun_anew),
            Reception::IsWhole => return Ok(Attempt::IsWhole),
            Reception::Refused(404 | 410) => return Ok(Attempt::Absent),
            Reception::Refused(status) if is_passing(status) => return Ok(Attempt::Broken(Some(status))),
            Reception::Refused(status) => return Err(Fault::Refused { file: self.url(file), status }),
        };
        let Some(body) = response.body() else { return Ok(Attempt::Broken(None)) };
        let Ok(reader) = body.get_reader().dyn_into() else { return Ok(Attempt::Broken(None)) };
        let start = Start { total: answer.total(), mark: answer.mark };
        Ok(Attempt::Comes(Download { reader, ending, start, over, rest: None }))
    }

    async fn send(&self, file: &str, have: u64) -> Result<(Response, Ending), JsValue> {
        let init = RequestInit::new();
        if self.elsewhere {
            init.set_credentials(RequestCredentials::Omit);
            init.set_referrer_policy(ReferrerPolicy::NoReferrer);
            init.set_cache(RequestCache::NoStore);
        }
        if have > 0 {
            let headers = js_sys::Object::new();
            // The one form of this header that needs no leave of another site's server.
            Reflect::set(&headers, &"range".into(), &format!("bytes={have}-").into())?;
            init.set_headers(&headers);
        }
        self.answered(file, &init).await
    }

    /// The beginning of a server's answer, if it comes in time.
    async fn answered(&self, file: &str, init: &RequestInit) -> Result<(Response, Ending), JsValue> {
        let global: WorkerGlobalScope = js_sys::global().unchecked_into();
        let ending = Ending::with(&self.abort)?;
        init.set_signal(Some(&ending.own.signal()));
        let alarm = Alarm::after(ANSWER_MS);
        let sent = global.fetch_with_str_and_init(&self.url(file), init);
        let first = JsFuture::from(Promise::race(&Array::of2(&sent, &alarm.promise))).await?;
        if first.is_undefined() {
            // The alarm was first.
            ending.own.abort();
        }
        Ok((first.dyn_into()?, ending))
    }

    /// Why a file does not come, after all tries.
    pub async fn broken(&self, file: &str, status: Option<u16>, reached: Reached) -> Fault {
        match (status, reached) {
            (Some(status), _) => Fault::Refused { file: self.url(file), status },
            (None, Reached { done_bytes: 0, .. }) => self.silence().await,
            (None, Reached { done_bytes, total_bytes, kept }) => {
                Fault::Interrupted { file: file.into(), done_bytes, total_bytes, kept }
            }
        }
    }

    /// Why nobody answers: no network, a server that keeps its files to its own pages, or no server.
    async fn silence(&self) -> Fault {
        let global: WorkerGlobalScope = js_sys::global().unchecked_into();
        let (host, offline) = (self.host(), !global.navigator().on_line());
        if self.elsewhere && !offline {
            let init = RequestInit::new();
            init.set_mode(RequestMode::NoCors);
            init.set_credentials(RequestCredentials::Omit);
            init.set_referrer_policy(ReferrerPolicy::NoReferrer);
            // Without leave to read, an answer at all says that the server is there.
            if self.answered("config.json", &init).await.is_ok() {
                return Fault::Closed { host };
            }
        }
        Fault::Unreachable { host, offline }
    }

    /// A small file, whole; `Ok(None)` where the server does not have it. `again` hears of further tries.
    pub async fn small(&self, file: &str, again: impl Fn(usize)) -> Result<Option<Vec<u8>>, Fault> {
        let mut tries = Tries::default();
        loop {
            let (status, reached) = match self.small_once(file).await? {
                Small::Whole(bytes) => return Ok(bytes),
                Small::Broken(status, reached) => (status, reached),
            };
            let next = tries.again(false).filter(|_| !self.abort.signal().aborted());
            let Some((attempt, pause)) = next else { return Err(self.broken(file, status, reached).await) };
            again(attempt);
            sleep_ms(pause).await;
        }
    }

    async fn small_once(&self, file: &str) -> Result<Small, Fault> {
        let mut download = match self.attempt(file, 0, &Start::default()).await? {
            Attempt::Comes(download) => download,
            Attempt::Absent | Attempt::IsWhole => return Ok(Small::Whole(None)),
            Attempt::Broken(status) => return Ok(Small::Broken(status, Reached::default())),
        };
        let total_bytes = download.start.total.unwrap_or(0);
        let mut bytes = Vec::with_capacity(total_bytes.min(SMALL_BYTES as u64) as usize);
        loop {
            match download.next().await {
                Ok(Some(chunk)) => bytes.extend(chunk),
                Ok(None) => return Ok(Small::Whole(Some(bytes))),
                Err(Silent) => {
                    let reached = Reached { done_bytes: bytes.len() as u64, total_bytes, kept: false };
                    return Ok(Small::Broken(None, reached));
                }
            }
            if bytes.len() > SMALL_BYTES {
                return Ok(Small::Whole(Some(bytes)));
            }
        }
    }

    /// Is a file there? Its body is not read.
    pub async fn has(&self, file: &str) -> bool {
        matches!(self.attempt(file, 0, &Start::default()).await, Ok(Attempt::Comes(_)))
    }
}

fn begun_anew(attempt: Attempt) -> Attempt {
    match attempt {
        Attempt::Comes(mut download) => {
            download.over = true;
            Attempt::Comes(download)
        }
        other => other,
    }
}

/// No honest configuration or tokenizer is larger. What is longer may be cut off behind it: the parser of the file
/// refuses it in words.
pub const SMALL_BYTES: usize = 64 << 20;

/// The connection broke, or nothing came for too long.
pub struct Silent;

impl Download {
    /// The next bytes, at most [`PIECE`]; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Silent> {
        if let Some(rest) = self.rest.take() {
            return Ok(Some(self.piece(&rest)));
        }
        let alarm = Alarm::after(SILENCE_MS);
        let first = Promise::race(&Array::of2(&self.reader.read(), &alarm.promise));
        let chunk = JsFuture::from(first).await.map_err(|_| Silent)?;
        if chunk.is_undefined() {
            return Err(Silent);
        }
        let get = |key: &str| Reflect::get(&chunk, &key.into()).unwrap_or(JsValue::UNDEFINED);
        if get("done").is_truthy() {
            // An ended request looks like an ended file.
            return if self.ending.own.signal().aborted() { Err(Silent) } else { Ok(None) };
        }
        let bytes: Uint8Array = get("value").dyn_into().map_err(|_| Silent)?;
        Ok(Some(self.piece(&bytes)))
    }

    /// Takes the first piece of these bytes over, and keeps the rest for later.
    fn piece(&mut self, bytes: &Uint8Array) -> Vec<u8> {
        if bytes.length() > PIECE {
            self.rest = Some(bytes.subarray(PIECE, bytes.length()));
        }
        bytes.subarray(0, PIECE.min(bytes.length())).to_vec()
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        // What nobody reads need not come. That it did not end well is known.
        let ended = self.reader.cancel();
        wasm_bindgen_futures::spawn_local(async {
            let _ = JsFuture::from(ended).await;
        });
    }
}

/// The end of one request: its own, and that of the whole load.
struct Ending {
    own: AbortController,
    load: AbortSignal,
    listener: Closure<dyn FnMut()>,
}

impl Ending {
    fn with(load: &AbortController) -> Result<Self, JsValue> {
        let (own, load) = (AbortController::new()?, load.signal());
        let ends = own.clone();
        let listener = Closure::<dyn FnMut()>::new(move || ends.abort());
        load.add_event_listener_with_callback("abort", listener.as_ref().unchecked_ref())?;
        if load.aborted() {
            own.abort();
        }
        Ok(Self { own, load, listener })
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let listener = self.listener.as_ref().unchecked_ref();
        // Only that the load could not end it any more: it has ended.
        let _ = self.load.remove_event_listener_with_callback("abort", listener);
    }
}

/// A promise that resolves to nothing after a while; dropped, it goes off never.
struct Alarm {
    promise: Promise,
    handle: i32,
}

impl Alarm {
    fn after(milliseconds: i32) -> Self {
        let global: WorkerGlobalScope = js_sys::global().unchecked_into();
        let mut handle = 0;
        let promise = Promise::new(&mut |resolve, _| {
            let set = global.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
            handle = set.unwrap_or(0);
        });
        Self { promise, handle }
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        let global: WorkerGlobalScope = js_sys::global().unchecked_into();
        global.clear_timeout_with_handle(self.handle);
    }
}

fn read_head(response: &Response) -> Answer {
    let header = |name: &str| response.headers().get(name).ok().flatten();
    // A compressed answer's length is not the file's.
    let plain = header("content-encoding").is_none();
    Answer {
        status: response.status(),
        content_range: header("content-range"),
        content_length: header("content-length").filter(|_| plain).and_then(|length| length.parse().ok()),
        // Many servers hide the first from pages of other sites, and may not hide the second.
        mark: header("etag").or_else(|| header("last-modified")),
    }
}
