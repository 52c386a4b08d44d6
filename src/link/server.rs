//! The worker end of the wire: answers questions one after the other, and "which tokens is this?" at
//! once, even while the engine computes; loads another model beside the one that answers.

use super::answering::answer_unless;
use super::fetch::Remote;
use super::heap;
use super::library::{Catalogue, Device, GpuOffer, Library};
use super::loading::{Loaded, Stop, Watch, load};
use super::mailbox::{Queue, Turn};
use super::protocol::{Fault, Order, Reply, Request};
use super::question::{Answer, Question};
use super::recovery::{Losses, told};
use super::source::Source;
use super::storage::{Shelf, room};
use crate::engine::pause::now_ms;
use crate::engine::{Engine, EngineChoice, EngineError, RunReport, cpu, device};
use crate::model::Knob;
use crate::tokens::Tokenizer;
use crate::trace::{Tap, Trace};
use js_sys::{Array, JsString, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, File, MessageEvent};

/// A tokenizer, and how many tokens a text may have.
type Reading = (Rc<Tokenizer>, usize);

/// What waits for its turn.
enum Job {
    Answer(Request),
    /// A model has come: it takes the present one's place between two answers.
    Install(Box<Loaded>),
}

#[derive(Default)]
struct Server {
    model: RefCell<Option<Loaded>>,
    /// A model has answered: the page shows what it said.
    had_model: Cell<bool>,
    /// The load under way that was asked for.
    load: RefCell<Option<Rc<Watch>>>,
    /// The load under way that puts the model of a lost device on another.
    rebuilding: RefCell<Option<Rc<Watch>>>,
    /// What the last look wanted turned. Another model starts as it was learned; a new device does not.
    knob: Cell<Option<Knob>>,
    reading: RefCell<Option<Reading>>,
    /// Asked before the tokenizer was there; the newest counts.
    unread: RefCell<Option<(u64, String)>>,
    queue: RefCell<Queue<Job>>,
    busy: Cell<bool>,
    losses: RefCell<Losses>,
    /// The files that the visitor gave last, and as what: to open them again.
    given: RefCell<Option<(Source, Vec<File>)>>,
    /// Where the page lies.
    site: RefCell<String>,
}

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
                let files = Array::from(&message.get(2)).iter().filter_map(|file| file.dyn_into().ok()).collect();
                server.clone().accept(request, files);
            }
            Err(e) => post(fault(None, Fault::Internal { detail: format!("not a request: {e}") })),
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The worker lives as long as its page; so does the closure.
    on_message.forget();
    post_raw("", &[]);
}

fn post(reply: Reply) {
    match serde_json::to_string(&reply) {
        Ok(header) => post_raw(&header, reply.payload()),
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
    /// Takes a request in: what must not wait for a computation is done at once.
    fn accept(self: Rc<Self>, request: Request, files: Vec<File>) {
        match request {
            Request::Tokenize { ticket, text } => {
                *self.unread.borrow_mut() = Some((ticket, text));
                self.read_waiting();
            }
            Request::Open(order) => {
                let files = self.given_for(&order, files);
                wasm_bindgen_futures::spawn_local(self.open(order, files));
            }
            Request::Cancel => {
                if let Some(watch) = self.load.take().or_else(|| self.rebuilding.take()) {
                    watch.cancel();
                    post(Reply::Cancelled);
                }
            }
            Request::Library { site } => {
                self.site.borrow_mut().clone_from(&site);
                wasm_bindgen_futures::spawn_local(tell_library(site));
            }
            Request::Remove { source } => {
                let site = self.site.borrow().clone();
                wasm_bindgen_futures::spawn_local(remove(source, site));
            }
            Request::Look { .. } => self.put(Turn::Look, Job::Answer(request)),
            Request::Ask { .. } => self.put(Turn::Ask, Job::Answer(request)),
        }
    }

    /// The visitor's files for this order: those that came with it, or else came with it before.
    fn given_for(&self, order: &Order, files: Vec<File>) -> Vec<File> {
        let mut given = self.given.borrow_mut();
        if !files.is_empty() {
            *given = Some((order.source.clone(), files));
        }
        let same = given.as_ref().filter(|(source, _)| *source == order.source);
        same.map(|(_, files)| files.clone()).unwrap_or_default()
    }

    fn put(self: Rc<Self>, turn: Turn, job: Job) {
        self.queue.borrow_mut().put(turn, job);
        if !self.busy.replace(true) {
            wasm_bindgen_futures::spawn_local(self.work());
        }
    }

    async fn work(self: Rc<Self>) {
        loop {
            let next = self.queue.borrow_mut().take();
            match next {
                Some(Job::Answer(request)) => self.answer(request).await,
                Some(Job::Install(loaded)) => self.install(*loaded),
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
            Request::Look { ticket, text, taps, knob } => match self.look(&text, &taps, knob).await {
                Ok((report, trace)) => post(Reply::Picture { ticket, report, trace: Box::new(trace) }),
                Err(f) => self.failed(ticket, f),
            },
            Request::Ask { ticket, asker, question } => match self.find_out(&question).await {
                Ok(Some((answer, knob))) => post(Reply::Answer { ticket, asker, answer, knob }),
                Ok(None) => {
                    let again = Job::Answer(Request::Ask { ticket, asker, question });
                    self.queue.borrow_mut().put_back(Turn::Ask, again);
                }
                Err(f) => self.failed(ticket, f),
            },
            // Taken care of when they came in.
            Request::Tokenize { .. }
            | Request::Open(_)
            | Request::Cancel
            | Request::Library { .. }
            | Request::Remove { .. } => {}
        }
    }

    /// What was asked has failed. Where the model could not be made anew, that is told as well, and last: it is what
    /// the visitor can mend. A load that the visitor asked for tells of itself.
    fn failed(&self, ticket: u64, f: Fault) {
        let gone = self.model.borrow().is_none() && self.load.borrow().is_none() && f != Fault::Unloaded;
        post(fault(Some(ticket), f.clone()));
        if gone {
            post(fault(None, f));
        }
    }

    /// Loads a model beside the one that is there; a newer load ends an older one.
    async fn open(self: Rc<Self>, order: Order, files: Vec<File>) {
        let watch = Rc::new(Watch::new(&order, |progress| post(Reply::Progress(progress))));
        if let Some(older) = self.load.replace(Some(watch.clone())) {
            older.cancel();
        }
        let early = |tokenizer: &Rc<Tokenizer>, positions: usize| self.read_early(tokenizer, positions);
        let loaded = load_anyhow(order, files, &watch, early).await;
        let newest = self.load.borrow().as_ref().is_some_and(|load| Rc::ptr_eq(load, &watch));
        if !newest {
            return;
        }
        *self.load.borrow_mut() = None;
        match loaded {
            Ok((loaded, told)) => {
                told.into_iter().for_each(|told| post(fault(None, told)));
                self.put(Turn::Install, Job::Install(Box::new(loaded)));
            }
            Err(Stop::Fault(f)) => post(fault(None, f)),
            Err(Stop::Cancelled) => {}
        }
    }

    /// Where there was no model yet, the tokenizer does not wait for the weights.
    fn read_early(&self, tokenizer: &Rc<Tokenizer>, positions: usize) {
        if !self.had_model.get() {
            post(Reply::Vocabulary(tokenizer.vocabulary().clone()));
            *self.reading.borrow_mut() = Some((tokenizer.clone(), positions));
            self.read_waiting();
        }
    }

    fn install(&self, loaded: Loaded) {
        let known = |(tokenizer, _): &Reading| Rc::ptr_eq(tokenizer, &loaded.tokenizer);
        let told = self.reading.borrow().as_ref().is_some_and(known);
        let vocabulary = (!told).then(|| loaded.tokenizer.vocabulary().clone());
        *self.reading.borrow_mut() = Some((loaded.tokenizer.clone(), loaded.info.capacity));
        self.knob.set(None);
        // The page forgets what it asked of the old model, and asks anew.
        self.queue.borrow_mut().forget_from(Turn::Look);
        post(Reply::Ready { model: Box::new(loaded.info.clone()), vocabulary, rebuilt: false });
        *self.model.borrow_mut() = Some(loaded);
        self.had_model.set(true);
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

    /// Anything else that is asked: of the model with the knob that the last look turned. `None` where it gives way
    /// to a look, or to another model.
    async fn find_out(&self, question: &Question) -> Result<Option<(Answer, Option<Knob>)>, Fault> {
        let urgent = || self.queue.borrow().waits_before(Turn::Ask);
        self.with_engine(async |engine, tokenizer, capacity| {
            match answer_unless(engine, tokenizer, capacity, question, &urgent).await {
                Err(EngineError::Interrupted) => Ok(None),
                answer => answer.map(|answer| Some((answer, engine.knob()))),
            }
        })
        .await
    }

    /// Does something with the engine; after a loss of the device once more on a new one, and then on the CPU.
    async fn with_engine<T>(
        &self,
        task: impl AsyncFn(&mut Engine, &Tokenizer, usize) -> Result<T, EngineError>,
    ) -> Result<T, Fault> {
        for again in [false, true] {
            match self.once(&task).await {
                Err(Fault::Lost { detail, .. }) => self.rebuild(detail, again).await?,
                answer => return answer,
            }
        }
        self.once(&task).await
    }

    /// Lifts the model out while it works, so that texts are still read meanwhile, and puts it back.
    async fn once<T>(
        &self,
        task: &impl AsyncFn(&mut Engine, &Tokenizer, usize) -> Result<T, EngineError>,
    ) -> Result<T, Fault> {
        let Some((tokenizer, cap)) = self.reading.borrow().clone() else { return Err(Fault::Unloaded) };
        let Some(mut loaded) = self.model.take() else { return Err(Fault::Unloaded) };
        let capacity = cap.min(loaded.info.capacity);
        let answer = match loaded.engine.turn(self.knob.get()).await {
            Ok(_) => task(&mut loaded.engine, &tokenizer, capacity).await,
            Err(error) => Err(error),
        };
        *self.model.borrow_mut() = Some(loaded);
        answer.map_err(Fault::from)
    }

    /// The device is gone: the model is made anew on another. `again`: the one after it is gone as well.
    async fn rebuild(&self, detail: String, again: bool) -> Result<(), Fault> {
        let Some(Loaded { engine: gone, order, files, .. }) = self.model.take() else { return Err(Fault::Unloaded) };
        // Its device may still hold memory that the next one needs.
        drop(gone);
        let engine = self.losses.borrow().successor(order.engine, now_ms(), again);
        // What was asked for is what the page shows the progress of.
        let quiet = self.load.borrow().is_some();
        let tell = move |progress| {
            if !quiet {
                post(Reply::Progress(progress))
            }
        };
        let watch = Rc::new(Watch::new(&order, tell));
        *self.rebuilding.borrow_mut() = Some(watch.clone());
        let loaded = load_anyhow(Order { engine, ..order }, files, &watch, |_: &Rc<Tokenizer>, _| {}).await;
        *self.rebuilding.borrow_mut() = None;
        let (mut loaded, _) = match loaded {
            Ok(loaded) => loaded,
            Err(Stop::Cancelled) => return Err(Fault::Unloaded),
            Err(Stop::Fault(f)) => return Err(f),
        };
        self.losses.borrow_mut().mend(now_ms());
        post(fault(None, told(&mut loaded.info.engine, detail)));
        *self.reading.borrow_mut() = Some((loaded.tokenizer.clone(), loaded.info.capacity));
        post(Reply::Ready { model: Box::new(loaded.info.clone()), vocabulary: None, rebuilt: true });
        *self.model.borrow_mut() = Some(loaded);
        Ok(())
    }
}

/// Loads what `order` says; where the GPU is lost meanwhile, once more on the CPU, with what is to be told of that.
async fn load_anyhow(
    order: Order,
    files: Vec<File>,
    watch: &Watch,
    early: impl Fn(&Rc<Tokenizer>, usize),
) -> Result<(Loaded, Option<Fault>), Stop> {
    let detail = match load(order.clone(), files.clone(), watch, &early).await {
        Err(Stop::Fault(Fault::Lost { detail, .. })) => detail,
        loaded => return Ok((loaded?, None)),
    };
    let mut loaded = load(Order { engine: EngineChoice::Cpu, ..order }, files, watch, &early).await?;
    let told = told(&mut loaded.info.engine, detail);
    Ok((loaded, Some(told)))
}

/// What there is to open, and what this device offers.
async fn tell_library(site: String) {
    let (mut stored, mut not_kept) = (Vec::new(), None);
    match Shelf::open().await {
        Ok(shelf) => stored = shelf.list().await,
        Err(why) => not_kept = Some(why),
    }
    let gpu = device::offer().await.map(|offer| GpuOffer {
        name: offer.name,
        largest_buffer: offer.largest_buffer,
        largest_binding: offer.largest_binding,
    });
    let cpu_bytes = cpu::LARGEST_WEIGHTS.unwrap_or(u64::MAX);
    let device = Device { gpu, cpu_bytes, room_bytes: room().await, memory: heap::memory() };
    let catalogue = catalogue(&site).await.unwrap_or_default();
    post(Reply::Library(Box::new(Library { catalogue, stored, not_kept, device })));
}

/// What the site offers; a site may offer nothing.
async fn catalogue(site: &str) -> Option<Catalogue> {
    let abort = web_sys::AbortController::new().ok()?;
    let remote = Remote { folder: format!("{site}/models"), elsewhere: false, abort };
    serde_json::from_slice(&remote.small("catalogue.json", |_| {}).await.ok()??).ok()
}

/// Takes a model off this device, and tells what is left.
async fn remove(source: Source, site: String) {
    if let Ok(shelf) = Shelf::open().await {
        shelf.remove(&source).await;
        if shelf.list().await.iter().any(|stored| stored.source == source) {
            post(fault(None, Fault::InUse { source }));
        }
    }
    tell_library(site).await;
}
