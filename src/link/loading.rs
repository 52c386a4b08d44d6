//! How a model comes into an engine: from this device, as far as it lies there, and from where it comes
//! from for the rest. What comes from elsewhere is kept as it comes, so that a broken or ended load goes
//! on where it stopped. At no time is more of it in memory than a piece.

mod place;
mod receiver;
mod weights;

use super::library::{NotKept, fits};
use super::protocol::{Example, Fault, ModelInfo, Order, Progress, Stage};
use super::transfer::Meter;
use crate::engine::Engine;
use crate::engine::pause::now_ms;
use crate::model::GptConfig;
use crate::model::weights::int8;
use crate::tokens::Tokenizer;
use place::Place;
use receiver::Receiver;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use web_sys::{AbortController, File};

/// Progress is told about this often.
const PROGRESS_MS: f64 = 80.0;

/// A model at work.
pub struct Loaded {
    pub engine: Engine,
    pub info: ModelInfo,
    pub tokenizer: Rc<Tokenizer>,
    /// To load it again on another device.
    pub order: Order,
    pub files: Vec<File>,
}

/// Why a load ends without a model.
pub enum Stop {
    Cancelled,
    Fault(Fault),
}

impl<F: Into<Fault>> From<F> for Stop {
    fn from(fault: F) -> Self {
        Self::Fault(fault.into())
    }
}

/// A load under way, as others see it: how far it is, and a way to end it.
pub struct Watch {
    tell: Box<dyn Fn(Progress)>,
    abort: Option<AbortController>,
    cancelled: Cell<bool>,
    told: Cell<f64>,
    now: RefCell<Progress>,
    meter: RefCell<Meter>,
}

impl Watch {
    pub fn new(order: &Order, tell: impl Fn(Progress) + 'static) -> Self {
        let now = Progress {
            source: order.source.clone(),
            stage: Stage::Tokenizer,
            done_bytes: 0,
            total_bytes: 0,
            speed: 0.0,
            tensor: None,
            not_kept: None,
        };
        Self {
            tell: Box::new(tell),
            abort: AbortController::new().ok(),
            cancelled: Cell::new(false),
            told: Cell::new(f64::NEG_INFINITY),
            now: RefCell::new(now),
            meter: RefCell::default(),
        }
    }

    pub fn cancel(&self) {
        self.cancelled.set(true);
        self.abort.iter().for_each(AbortController::abort);
    }

    fn check(&self) -> Result<(), Stop> {
        if self.cancelled.get() { Err(Stop::Cancelled) } else { Ok(()) }
    }

    /// Changes what is told; told now where the stage is another, else once in a while. Of an ended load nothing more
    /// is told: whoever ended it has heard that it is over.
    fn note(&self, change: impl FnOnce(&mut Progress)) {
        if self.cancelled.get() {
            return;
        }
        let mut now = self.now.borrow_mut();
        let before = now.stage;
        change(&mut now);
        let time = now_ms();
        if now.stage != before || time - self.told.get() > PROGRESS_MS {
            self.told.set(time);
            (self.tell)(now.clone());
        }
    }

    fn stage(&self, stage: Stage) {
        self.note(|now| now.stage = stage);
    }

    fn not_kept(&self, why: NotKept) {
        self.note(|now| now.not_kept = Some(why));
    }
}

/// Loads what `order` says. `early` hears of the tokenizer and the longest text before the weights come.
pub async fn load(
    order: Order,
    files: Vec<File>,
    watch: &Watch,
    early: impl FnOnce(&Rc<Tokenizer>, usize),
) -> Result<Loaded, Stop> {
    watch.note(|now| now.stage = Stage::Tokenizer);
    let mut place = Place::find(&order, files, watch).await?;
    let json = String::from_utf8_lossy(&place.needed("config.json").await?).into_owned();
    let config = GptConfig::from_json(&json)?;
    let in_bytes = int8::is_marked(&json);
    let precision = if in_bytes { order.precision.of_bytes() } else { order.precision };
    let tokenizer = Rc::new(place.tokenizer().await?);
    fits(tokenizer.vocabulary().len(), &config)?;
    early(&tokenizer, config.positions);
    let examples = Example::list(&place.examples().await?);
    place.keep_fresh().await;
    watch.check()?;

    let mut receiver = Receiver::new(order.engine, &config, precision, watch);
    let file_bytes = place.weights(&config, &mut receiver).await?;
    let (engine, status) = receiver.take().await?;
    engine.check()?;
    let info = ModelInfo {
        name: order.source.name().into(),
        source: order.source.clone(),
        parameters: config.parameters(),
        file_bytes,
        in_bytes,
        asked: order.precision,
        precision: engine.precision(),
        engine: status,
        capacity: engine.capacity(),
        examples,
        config,
        not_kept: watch.now.borrow().not_kept,
    };
    let files = place.files;
    Ok(Loaded { engine, info, tokenizer, order, files })
}
