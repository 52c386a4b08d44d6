//! The worker end of the wire: loads models, answers questions one after the other, and "which
//! tokens is this?" at once, even while the engine computes.

use super::answering::answer;
use super::fetch::{Download, needed_file, small_file};
use super::protocol::{Example, Fault, ModelInfo, Reply, Request, Stage};
use super::question::{Answer, Question};
use crate::engine::pause::now_ms;
use crate::engine::{CpuReason, Engine, EngineChoice, EngineError, EngineStatus, RunReport};
use crate::model::{Checkpoint, GptConfig, Knob, Precision};
use crate::tokens::Tokenizer;
use crate::trace::{Tap, Trace};
use js_sys::{Array, JsString, Uint8Array};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// A model at work.
struct Loaded {
    engine: Engine,
    info: ModelInfo,
    choice: EngineChoice,
}

/// A tokenizer, and how many tokens a text may have.
type Reading = (Rc<Tokenizer>, usize);

#[derive(Default)]
struct Server {
    model: RefCell<Option<Loaded>>,
    /// What the last look wanted turned. Another model starts as it was learned; a new device does not.
    knob: Cell<Option<Knob>>,
    reading: RefCell<Option<Reading>>,
    /// Asked before the tokenizer was there; the newest counts.
    unread: RefCell<Option<(u64, String)>>,
    queue: RefCell<VecDeque<Request>>,
    busy: Cell<bool>,
    lost_at: Cell<Option<f64>>,
}

/// A device that is lost a second time within this is not tried again.
const LOST_TWICE_MS: f64 = 60_000.0;
/// Progress is told about this often.
const PROGRESS_MS: f64 = 80.0;

/// Listens for requests, for as long as the worker lives.
pub fn serve() {
    let server = Rc::new(Server::default());
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let message = Array::from(&event.data());
        let header = message.get(0).as_string().unwrap_or_default();
        match serde_json::from_str::<Request>(&header) {
            Ok(mut request) => {
                request.put_payload(&Uint8Array::new(&message.get(1)).to_vec());
                server.clone().accept(request);
            }
            Err(e) => post(fault(None, Fault::Internal { detail: format!("not a request: {e}") })),
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The worker lives as long as its page; so does the closure.
    on_message.forget();
    post_raw("", &[]);
}

fn post(mut reply: Reply) {
    let payload = reply.take_payload();
    match serde_json::to_string(&reply) {
        Ok(header) => post_raw(&header, &payload),
        Err(e) => web_sys::console::error_1(&format!("a reply cannot be written: {e}").into()),
    }
}

fn post_raw(header: &str, payload: &[u8]) {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let bytes = Uint8Array::from(payload).buffer();
    let message = Array::of2(&JsString::from(header), &bytes);
    if let Err(e) = scope.post_message_with_transfer(&message, &Array::of1(&bytes)) {
        web_sys::console::error_1(&e);
    }
}

fn fault(ticket: Option<u64>, fault: Fault) -> Reply {
    Reply::Failed { ticket, fault }
}

impl Server {
    fn accept(self: Rc<Self>, request: Request) {
        if let Request::Tokenize { ticket, text } = request {
            *self.unread.borrow_mut() = Some((ticket, text));
            self.read_waiting();
            return;
        }
        self.queue.borrow_mut().push_back(request);
        if !self.busy.replace(true) {
            wasm_bindgen_futures::spawn_local(self.work());
        }
    }

    async fn work(self: Rc<Self>) {
        loop {
            let next = self.queue.borrow_mut().pop_front();
            match next {
                Some(request) => self.answer(request).await,
                None => break,
            }
        }
        self.busy.set(false);
    }

    /// Answers the waiting "which tokens is this?", if there is a tokenizer.
    fn read_waiting(&self) {
        let Some((tokenizer, cap)) = self.reading.borrow().clone() else { return };
        if let Some((ticket, text)) = self.unread.borrow_mut().take() {
            post(Reply::Tokens { ticket, text: tokenizer.encode(&text, cap) });
        }
    }

    async fn answer(&self, request: Request) {
        match request {
            Request::Tokenize { .. } => {}
            Request::Open { folder, engine, precision } => self.replace(&folder, engine, precision).await,
            Request::Look { ticket, text, taps, knob } => match self.look(&text, &taps, knob).await {
                Ok((report, trace)) => post(Reply::Picture { ticket, report, trace: Box::new(trace) }),
                Err(f) => post(fault(Some(ticket), f)),
            },
            Request::Ask { ticket, asker, question } => match self.find_out(&question).await {
                Ok(answer) => post(Reply::Answer { ticket, asker, answer }),
                Err(f) => post(fault(Some(ticket), f)),
            },
        }
    }

    /// Loads a model; where that fails, goes on with the one that was there.
    async fn replace(&self, folder: &str, engine: EngineChoice, precision: Precision) {
        let before = self.reading.borrow().clone();
        match self.open(folder, engine, precision).await {
            Ok(info) => {
                self.knob.set(None);
                post(Reply::Ready(Box::new(info)));
            }
            Err(f) => {
                post(fault(None, f));
                if let (Some((tokenizer, _)), Some(model)) = (&before, self.model.borrow().as_ref()) {
                    post(Reply::Vocabulary(tokenizer.vocabulary().clone()));
                    post(Reply::Ready(Box::new(model.info.clone())));
                }
                *self.reading.borrow_mut() = before;
            }
        }
    }

    /// Loads a model. The one that is there stays until the new one is whole.
    async fn open(&self, folder: &str, choice: EngineChoice, precision: Precision) -> Result<ModelInfo, Fault> {
        let model = |file: &str, e: &dyn std::fmt::Display| Fault::Model { file: file.into(), detail: e.to_string() };
        progress(Stage::Tokenizer, 0, 0);
        let json = needed_file(folder, "config.json").await?;
        let config = GptConfig::from_json(&String::from_utf8_lossy(&json)).map_err(|e| model("config.json", &e))?;
        let tokenizer = Rc::new(load_tokenizer(folder).await?);
        post(Reply::Vocabulary(tokenizer.vocabulary().clone()));
        *self.reading.borrow_mut() = Some((tokenizer.clone(), config.positions));
        self.read_waiting();
        let examples = small_file(folder, "examples.json").await?.unwrap_or_default();
        let examples: Vec<Example> = serde_json::from_slice(&examples).unwrap_or_default();

        progress(Stage::Engine, 0, 0);
        let (mut engine, status) = Engine::open(choice, &config, precision).await.map_err(engine_fault)?;
        let file_bytes = load_weights(folder, &config, &mut engine).await?;
        engine.check().map_err(engine_fault)?;
        let info = ModelInfo {
            name: folder.trim_end_matches('/').rsplit('/').next().unwrap_or(folder).into(),
            folder: folder.into(),
            parameters: config.parameters(),
            file_bytes,
            // The CPU engine widens everything to f32.
            precision: if matches!(status, EngineStatus::Gpu { .. }) { precision } else { Precision::F32 },
            engine: status,
            capacity: engine.capacity(),
            examples,
            config,
        };
        *self.reading.borrow_mut() = Some((tokenizer, info.capacity));
        *self.model.borrow_mut() = Some(Loaded { engine, info: info.clone(), choice });
        Ok(info)
    }

    /// Runs a text on the model with this knob turned, and reads what is asked.
    async fn look(&self, text: &str, taps: &[Tap], knob: Option<Knob>) -> Result<(RunReport, Trace), Fault> {
        self.knob.set(knob);
        self.with_engine(async |engine, tokenizer, capacity| {
            let text = tokenizer.encode(text, capacity);
            let ids = text.ids();
            let start = now_ms();
            let computed = engine.run(&ids).await?;
            let (layout, values) = if ids.is_empty() { Default::default() } else { engine.read(taps).await? };
            let report = RunReport { milliseconds: now_ms() - start, computed, tokens: ids.len() };
            Ok((report, Trace { text, config: engine.config().clone(), layout, knob, values }))
        })
        .await
    }

    /// Anything else that is asked: of the model with the knob that the last look turned.
    async fn find_out(&self, question: &Question) -> Result<Answer, Fault> {
        self.with_engine(async |engine, tokenizer, capacity| answer(engine, tokenizer, capacity, question).await).await
    }

    /// Does something with the engine; after a loss of the device, once more on a new one.
    async fn with_engine<T>(
        &self,
        task: impl AsyncFn(&mut Engine, &Tokenizer, usize) -> Result<T, EngineError>,
    ) -> Result<T, Fault> {
        match self.once(&task).await {
            Err(Fault::Lost { detail, .. }) => {
                self.rebuild(detail).await?;
                self.once(&task).await
            }
            answer => answer,
        }
    }

    /// Lifts the model out while it works, so that texts are still read meanwhile, and puts it back.
    async fn once<T>(
        &self,
        task: &impl AsyncFn(&mut Engine, &Tokenizer, usize) -> Result<T, EngineError>,
    ) -> Result<T, Fault> {
        let Some((tokenizer, cap)) = self.reading.borrow().clone() else { return Err(no_model()) };
        let Some(mut loaded) = self.model.take() else { return Err(no_model()) };
        let capacity = cap.min(loaded.info.capacity);
        let answer = match loaded.engine.turn(self.knob.get()).await {
            Ok(_) => task(&mut loaded.engine, &tokenizer, capacity).await,
            Err(error) => Err(error),
        };
        *self.model.borrow_mut() = Some(loaded);
        answer.map_err(engine_fault)
    }

    /// The device is gone: a new one, or the CPU if it was lost just now.
    async fn rebuild(&self, detail: String) -> Result<(), Fault> {
        let Some((info, choice)) = self.model.borrow().as_ref().map(|m| (m.info.clone(), m.choice)) else {
            return Err(no_model());
        };
        let now = now_ms();
        let again = self.lost_at.get().is_none_or(|then| now - then > LOST_TWICE_MS);
        let choice = if again { choice } else { EngineChoice::Cpu };
        // A model on a lost device is no model: where the new one does not come, none is there.
        *self.model.borrow_mut() = None;
        let mut info = self.open(&info.folder, choice, info.precision).await.inspect_err(|f| {
            post(fault(None, f.clone()));
        })?;
        self.lost_at.set(Some(now));
        post(fault(None, Fault::Lost { rebuilt: again, detail: detail.clone() }));
        if !again {
            info.engine = EngineStatus::Cpu { why: CpuReason::Lost { detail } };
            if let Some(loaded) = self.model.borrow_mut().as_mut() {
                loaded.info.engine = info.engine.clone();
            }
        }
        post(Reply::Ready(Box::new(info)));
        Ok(())
    }
}

fn progress(stage: Stage, done_bytes: u64, total_bytes: u64) {
    post(Reply::Progress { stage, done_bytes, total_bytes });
}

fn no_model() -> Fault {
    Fault::Internal { detail: "no model is loaded yet".into() }
}

fn engine_fault(error: EngineError) -> Fault {
    let detail = error.to_string();
    match error {
        EngineError::Memory { .. } => Fault::Memory { detail },
        EngineError::Lost { .. } => Fault::Lost { rebuilt: false, detail },
        EngineError::UnknownToken { .. } => Fault::Model { file: "tokenizer.json".into(), detail },
        EngineError::TooLong { .. }
        | EngineError::Empty
        | EngineError::OutOfRange { .. }
        | EngineError::Knob { .. } => Fault::Internal { detail },
    }
}

async fn load_tokenizer(folder: &str) -> Result<Tokenizer, Fault> {
    let (file, made) = match small_file(folder, "tokenizer.json").await? {
        Some(json) => ("tokenizer.json", Tokenizer::from_json(&json)),
        None => {
            let vocab = needed_file(folder, "vocab.json").await?;
            let merges = needed_file(folder, "merges.txt").await?;
            ("vocab.json", Tokenizer::from_vocab_merges(&vocab, &merges))
        }
    };
    made.map_err(|e| Fault::Model { file: file.into(), detail: e.to_string() })
}

/// Streams the weights into the engine; tells how many bytes the file has.
async fn load_weights(folder: &str, config: &GptConfig, engine: &mut Engine) -> Result<u64, Fault> {
    let file = "model.safetensors";
    let damaged = |e: &dyn std::fmt::Display| Fault::Model { file: file.into(), detail: e.to_string() };
    let mut download = Download::needed(folder, file).await?;
    let mut checkpoint = Checkpoint::new(config);
    let (mut done, mut told) = (0, f64::NEG_INFINITY);
    while let Some(bytes) = download.next().await? {
        done += bytes.len() as u64;
        checkpoint.feed(&bytes, engine).map_err(|e| damaged(&e))?;
        if now_ms() - told > PROGRESS_MS {
            told = now_ms();
            progress(Stage::Weights, done, download.total_bytes);
        }
    }
    checkpoint.finish().map_err(|e| damaged(&e))?;
    progress(Stage::Weights, done, done);
    Ok(done)
}
