//! What every room on the stage is given: signals to draw from, and what may be done.
//!
//! A room is one component with the props `(model: StageModel, actions: StageActions, strings)`. It says
//! with `taps` what it reads of the run, and asks for anything else through [`StageActions::on_ask`].

use super::elevator::ElevatorModel;
use super::embedding::EmbeddingModel;
use super::palette::Theme;
use super::tokens::TokensModel;
use crate::content::{Floor, Room};
use crate::link::protocol::ModelInfo;
use crate::link::question::{Answered, Asker, Question};
use crate::model::{Cell, Knob};
use crate::tokens::Vocabulary;
use crate::trace::{Rows, Trace};
use leptos::prelude::*;
use std::sync::Arc;

/// Where the visitor stands: what the taps depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub floor: Floor,
    pub room: Room,
    pub head: usize,
    /// The pinned token. Not the one under the pointer: that asks nothing.
    pub pin: Option<usize>,
    /// The value whose receipt is open.
    pub cell: Option<Cell>,
}

impl Place {
    /// The block that is looked at; the first where the floor is no block.
    pub fn layer(&self) -> usize {
        match self.floor {
            Floor::Block(layer) => layer,
            _ => 0,
        }
    }

    /// Which positions to read where one is looked at: the pinned one, else the last.
    pub fn rows(&self) -> Rows {
        self.pin.into()
    }

    /// The position that is looked at in a run of so many tokens.
    pub fn position(&self, tokens: usize) -> Option<usize> {
        self.rows().resolve(tokens).next()
    }
}

/// The last answer that each asker got.
#[derive(Clone, Copy)]
pub struct Asked(pub Callback<Asker, RwSignal<Option<Arc<Answered>>>>);

impl Asked {
    pub fn of(&self, asker: Asker) -> Signal<Option<Arc<Answered>>> {
        self.0.run(asker).into()
    }

    /// Lets go of an answer: of one that is too large to keep.
    pub fn forget(&self, asker: Asker) {
        self.0.run(asker).set(None);
    }
}

/// What the stage shows. Everything in it is a signal: the rooms' views stay while numbers change.
#[derive(Clone, Copy)]
pub struct StageModel {
    pub place: Signal<Place>,
    /// L of the model, or of the last one.
    pub layers: Signal<usize>,
    /// H of the model.
    pub heads: Signal<usize>,
    /// V of the model, written out.
    pub vocabulary_size: Signal<String>,
    pub info: Signal<Option<Arc<ModelInfo>>>,
    pub vocabulary: Signal<Arc<Vocabulary>>,
    pub trace: Signal<Option<Arc<Trace>>>,
    /// The trace belongs to an older text than the one in the box.
    pub stale: Signal<bool>,
    /// The token under the pointer, else the pinned one.
    pub pick: Signal<Option<usize>>,
    /// The cell of a head's map that is held: who looks, and at whom.
    pub held: Signal<Option<(usize, usize)>>,
    pub tokens: Signal<TokensModel>,
    pub lens: Signal<ElevatorModel>,
    pub embedding: Signal<Option<EmbeddingModel>>,
    pub embedding_stale: Signal<bool>,
    pub asked: Asked,
    pub knob: Signal<Option<Knob>>,
    pub empty: Signal<bool>,
    pub theme: Signal<Theme>,
    /// There is room for one column only.
    pub narrow: Signal<bool>,
}

impl StageModel {
    /// The block that is looked at.
    pub fn layer(&self) -> Signal<usize> {
        let place = self.place;
        Memo::new(move |_| place.get().layer()).into()
    }

    pub fn head(&self) -> Signal<usize> {
        let place = self.place;
        Memo::new(move |_| place.get().head).into()
    }

    /// The last answer that an asker got, unless it is of the model with another knob turned than in the run that is
    /// shown.
    pub fn answer(&self, asker: Asker) -> Signal<Option<Arc<Answered>>> {
        let (asked, trace) = (self.asked.of(asker), self.trace);
        Signal::derive(move || {
            let of_this =
                |answered: &Arc<Answered>| trace.with(|trace| trace.as_ref().is_none_or(|trace| answered.is_of(trace)));
            asked.get().filter(of_this)
        })
    }
}

/// What may be done on the stage.
#[derive(Clone, Copy)]
pub struct StageActions {
    pub on_floor: Callback<Floor>,
    /// Goes to a room of a block.
    pub on_room: Callback<(usize, Room)>,
    pub on_head: Callback<usize>,
    /// Pins a token, for good.
    pub on_pin: Callback<usize>,
    /// Holds a cell of a head's map, and pins its reading token.
    pub on_hold: Callback<(usize, usize)>,
    /// The token under the pointer, or none any more.
    pub on_hover: Callback<Option<usize>>,
    pub on_let_go: Callback<()>,
    pub on_lookup: Callback<String>,
    pub on_visit: Callback<u32>,
    /// Asks the worker; the answer comes in [`StageModel::asked`]. The same question again is not sent.
    pub on_ask: Callback<(Asker, Question)>,
    /// Opens the receipt of a value, or closes it.
    pub on_cell: Callback<Option<Cell>>,
    /// Writes another text into the box, as if it were typed.
    pub on_text: Callback<String>,
    /// Turns a knob, or turns all back.
    pub on_knob: Callback<Option<Knob>>,
}

#[derive(Clone, PartialEq)]
struct Kept<M> {
    model: Option<M>,
    fresh: bool,
}

/// A view's model, and whether it is out of date. Where the trace lacks what is asked (another
/// block was chosen a moment ago), the last picture stays until the numbers come.
pub fn kept<M>(
    stage: StageModel,
    derive: impl Fn(&Arc<Trace>) -> Option<M> + Send + Sync + 'static,
) -> (Signal<Option<M>>, Signal<bool>)
where
    M: Clone + PartialEq + Send + Sync + 'static,
{
    let kept = Memo::new(move |before: Option<&Kept<M>>| {
        let Some(trace) = stage.trace.get() else { return Kept { model: None, fresh: false } };
        match derive(&trace) {
            Some(model) => Kept { model: Some(model), fresh: true },
            None => Kept { model: before.and_then(|kept| kept.model.clone()), fresh: false },
        }
    });
    // A picture that becomes old is not drawn again for that.
    let model = Memo::new(move |_| kept.with(|kept| kept.model.clone()));
    (model.into(), Signal::derive(move || stage.stale.get() || kept.with(|kept| !kept.fresh)))
}
