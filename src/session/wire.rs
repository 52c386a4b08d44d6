//! The session's line to the worker: sends one question of a kind at a time, and drops answers that
//! a newer one has overtaken.

use super::{Engine, Session, Trouble, browser};
use crate::content::{Floor, Room};
use crate::engine::RunReport;
use crate::link::client::Client;
use crate::link::looking::{Look, Looks, Picture};
use crate::link::mailbox::{Arrival, Mailbox, Sent, Tickets};
use crate::link::protocol::{Reply, Request};
use crate::link::question::{Answer, Answered, Asker, Question};
use crate::model::Knob;
use crate::trace::Trace;
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One asker's questions.
#[derive(Default)]
struct Asking {
    mailbox: Mailbox<Question>,
    /// The newest that was asked: the same again is not sent.
    newest: Option<Question>,
    /// The one that the worker has.
    sent: Option<Question>,
    /// Where the visitor stood when it was asked.
    place: Option<(Floor, Room)>,
}

struct Wire {
    client: Client,
    tickets: Tickets,
    looks: Looks,
    /// What was turned in the newest run that came.
    knob: Option<Knob>,
    asks: BTreeMap<Asker, Asking>,
    /// The newest tokens that were shown; earlier ones, and those of a model that is gone, are stale.
    tokens: u64,
    /// Whose question failed last.
    failed: Option<Asker>,
}

thread_local! {
    /// The page has one worker.
    static WIRE: RefCell<Option<Wire>> = const { RefCell::new(None) };
}

/// Starts the worker, opens the model, and keeps both questions up to date.
pub(super) fn start(session: Session) {
    let failed = move |detail: String| {
        session.answers.engine.set(Engine::Failed);
        session.answers.trouble.set(Some(Trouble::Worker(detail)));
    };
    match Client::start(&browser::worker(), move |reply| receive(session, reply), failed) {
        Ok(client) => WIRE.set(Some(Wire {
            client,
            tickets: Tickets::default(),
            looks: Looks::default(),
            knob: None,
            asks: BTreeMap::new(),
            tokens: 0,
            failed: None,
        })),
        Err(detail) => return failed(detail),
    }
    session.reopen();

    // Tokens at every keystroke, at once; the tokenizer is there before the weights.
    Effect::new(move |_| {
        let text = session.input.text.get();
        // A new vocabulary cuts the same text anew.
        session.answers.vocabulary.track();
        if text.is_empty() {
            session.answers.tokens.set(Arc::default());
        } else {
            with_wire(|wire| {
                let ticket = wire.tickets.draw();
                wire.send(Request::Tokenize { ticket, text });
            });
        }
    });
    Effect::new(move |_| {
        let look = Look { text: session.input.text.get(), taps: session.taps.get(), knob: session.pick.knob.get() };
        if session.answers.model.with(Option::is_none) || look.taps.is_empty() {
            return;
        }
        if look.text.is_empty() {
            session.answers.trace.set(None);
            session.answers.report.set(None);
            return;
        }
        match with_wire(|wire| wire.look(look)).flatten() {
            Some(picture) => session.see(picture.report, picture.trace),
            None => session.answers.engine.set(Engine::Busy),
        }
    });
}

/// Sends what needs no ticket.
pub(super) fn send(request: Request) {
    with_wire(|wire| wire.send(request));
}

/// The same with files of the visitor's.
pub(super) fn send_files(request: Request, files: js_sys::Array) {
    with_wire(|wire| {
        if let Err(error) = wire.client.send_files(request, files) {
            web_sys::console::error_1(&error.into());
        }
    });
}

/// The model is another than it was: what was learned of it is asked again, as far as it is in sight. A room that
/// was left asks by itself when it is entered. But a file was asked for once.
fn ask_again(session: Session) {
    let here = session.place();
    let newest = with_wire(|wire| {
        let asks = wire.asks.iter_mut().filter(|(asker, _)| **asker != Asker::Export);
        let taken = asks.filter_map(|(asker, asking)| {
            let newest = asking.newest.take()?;
            // Receipts stay open from floor to floor.
            (asking.place == Some(here) || *asker == Asker::Receipt).then_some((*asker, newest))
        });
        taken.collect::<Vec<_>>()
    });
    newest.into_iter().flatten().for_each(|(asker, question)| ask(here, asker, question));
}

pub(super) fn ask(place: (Floor, Room), asker: Asker, question: Question) {
    with_wire(|wire| {
        let asking = wire.asks.entry(asker).or_default();
        asking.place = Some(place);
        if asking.newest.as_ref() == Some(&question) {
            return;
        }
        asking.newest = Some(question.clone());
        let sent = asking.mailbox.offer(question, &mut wire.tickets);
        wire.send_ask(asker, sent);
    });
}

impl Wire {
    /// Another model has come. One that is `alike` in shape is asked the same by views that do not notice that it is
    /// another: the newest questions stay, to be asked again.
    fn begin_anew(&mut self, alike: bool) {
        self.knob = None;
        self.tokens = self.tickets.draw();
        for asking in self.asks.values_mut() {
            *asking =
                Asking { newest: asking.newest.take().filter(|_| alike), place: asking.place, ..Asking::default() };
        }
    }

    fn send(&self, request: Request) {
        if let Err(error) = self.client.send(request) {
            web_sys::console::error_1(&error.into());
        }
    }

    /// Asks for what of a look is not held. What lacks nothing is there at once.
    fn look(&mut self, look: Look) -> Option<Picture> {
        let sent = match self.looks.want(look, &mut self.tickets) {
            Ok(picture) => return Some(picture),
            Err(sent) => sent,
        };
        self.send_look(sent);
        None
    }

    fn send_look(&self, sent: Option<Sent<Look>>) {
        if let Some(Sent { ticket, request: Look { text, taps, knob } }) = sent {
            self.send(Request::Look { ticket, text, taps, knob });
        }
    }

    fn send_ask(&mut self, asker: Asker, sent: Option<Sent<Question>>) {
        if let Some(Sent { ticket, request: question }) = sent {
            self.asks.entry(asker).or_default().sent = Some(question.clone());
            self.send(Request::Ask { ticket, asker, question });
        }
    }

    /// The whole picture that a reply completes, if it still counts, and whether another knob is turned in it than in the
    /// one before; what waited behind it is sent.
    fn seen(&mut self, ticket: u64, report: RunReport, answer: Trace) -> Option<(Picture, bool)> {
        let (picture, next) = self.looks.answered((ticket, report), answer, &mut self.tickets)?;
        self.send_look(next);
        let before = std::mem::replace(&mut self.knob, picture.trace.knob);
        let turned = before != picture.trace.knob;
        Some((picture, turned))
    }

    /// Whether any other reply still counts; what waited behind it is sent.
    fn takes(&mut self, reply: &Reply) -> bool {
        match reply {
            Reply::Tokens { ticket, .. } => {
                let newer = *ticket > self.tokens;
                self.tokens = self.tokens.max(*ticket);
                newer
            }
            Reply::Failed { ticket: Some(ticket), .. } => {
                let looked = self.looks.failed(*ticket, &mut self.tickets);
                let is_look = looked.is_some();
                self.send_look(looked.flatten());
                is_look || {
                    self.failed = self.ask_failed(*ticket);
                    self.failed.is_some()
                }
            }
            _ => true,
        }
    }

    /// The question that this answers, if it still counts; what waited behind it is sent.
    fn ask_done(&mut self, asker: Asker, ticket: u64) -> Option<Question> {
        let asking = self.asks.get_mut(&asker)?;
        let Arrival::Current { next } = asking.mailbox.done(ticket, &mut self.tickets) else { return None };
        let question = asking.sent.take();
        self.send_ask(asker, next);
        question
    }

    /// Whose question it was is not said; a failed one may be asked again.
    fn ask_failed(&mut self, ticket: u64) -> Option<Asker> {
        let askers: Vec<Asker> = self.asks.keys().copied().collect();
        askers.into_iter().find(|asker| {
            let failed = self.ask_done(*asker, ticket);
            if let (Some(failed), Some(asking)) = (&failed, self.asks.get_mut(asker)) {
                asking.newest.take_if(|newest| newest == failed);
            }
            failed.is_some()
        })
    }
}

/// Runs `act` with the wire, if it stands. Signals must not be set inside: their effects send.
fn with_wire<R>(act: impl FnOnce(&mut Wire) -> R) -> Option<R> {
    WIRE.with_borrow_mut(|wire| wire.as_mut().map(act))
}

fn receive(session: Session, reply: Reply) {
    if let Reply::Answer { ticket, asker, answer, knob } = reply {
        return learn(session, asker, ticket, (answer, knob));
    }
    match reply {
        Reply::Picture { ticket, report, trace } => see(session, ticket, report, *trace),
        reply => hear(session, reply),
    }
    let idle = with_wire(|wire| wire.looks.is_idle()).unwrap_or(true);
    if idle && session.answers.engine.with_untracked(|engine| *engine == Engine::Busy) {
        session.answers.engine.set(Engine::Ready);
    }
}

/// Takes in a picture, if it is not another's than is wanted by now.
fn see(session: Session, ticket: u64, report: RunReport, answer: Trace) {
    let Some((picture, turned)) = with_wire(|wire| wire.seen(ticket, report, answer)).flatten() else { return };
    // A text that was cleared meanwhile has no picture any more.
    if session.input.text.with_untracked(|text| !text.is_empty()) {
        session.see(picture.report, picture.trace);
    }
    if turned {
        ask_again(session);
    }
}

fn hear(session: Session, reply: Reply) {
    let taken = with_wire(|wire| wire.takes(&reply)).unwrap_or(false);
    // Another model is there: what was asked of the old one is forgotten.
    let mut another = false;
    if let Reply::Ready { model, rebuilt, .. } = &reply {
        // The looks are wanted anew when the page has heard of it.
        with_wire(|wire| wire.looks.begin_anew());
        if !session.keeps(model, *rebuilt) {
            another = true;
            let there = session.answers.model;
            let alike = there.with_untracked(|there| there.as_ref().is_some_and(|there| there.config == model.config));
            with_wire(|wire| wire.begin_anew(alike));
        }
    }
    // Who waits for a file is told that none comes; of what failed otherwise the last answer stays.
    if with_wire(|wire| wire.failed.take()).flatten() == Some(Asker::Export) {
        session.answers.asked.signal(Asker::Export).set(None);
    }
    // A text that was cleared meanwhile has no tokens any more.
    let cleared = session.input.text.with_untracked(String::is_empty);
    let overtaken = cleared && matches!(reply, Reply::Tokens { .. });
    if taken && !overtaken {
        session.receive(reply);
        if another {
            ask_again(session);
        }
    }
}

fn learn(session: Session, asker: Asker, ticket: u64, (answer, knob): (Answer, Option<Knob>)) {
    if let Some(question) = with_wire(|wire| wire.ask_done(asker, ticket)).flatten() {
        session.learn(asker, Answered { question, answer, knob });
    }
}
