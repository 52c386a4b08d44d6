//! The model picker: a sheet with the models of this page, those of the hub, the visitor's own, what
//! lies on this device, and the settings that a load goes by.
//!
//! In: what the worker knows ([`Library`]), what is open, what is being loaded. Out: what the visitor
//! wants opened. Nothing is fetched here.

use super::status::display_name;
use crate::content::Strings;
use crate::content::faults::host_of;
use crate::link::library::{Device, Library, Memory, NotKept, Offer, Stored, weight_bytes};
use crate::link::source::Source;
use crate::model::{GptConfig, Precision};

pub mod cards;
#[cfg(target_arch = "wasm32")]
pub mod gather;
pub mod given;
pub mod own;
pub mod progress;
pub mod settings;
pub mod sheet;

use cards::Card;
pub use sheet::{PickerActions, PickerSheet};

/// The models that come with the page.
pub const EMBEDDED: [&str; 2] = ["story", "poem"];

/// The kinds of weights that can be chosen.
pub const KINDS: [Precision; 3] = [Precision::F16, Precision::F32, Precision::Int8];

/// What a model needs of this device, and whether it has that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    Gpu {
        needed: u64,
    },
    /// The card may have the room, but not in one piece.
    GpuPerhaps {
        needed: u64,
        largest: u64,
    },
    Cpu {
        needed: u64,
    },
    CpuTooBig {
        needed: u64,
        most: u64,
    },
}

/// Does a model fit this device? The whole memory of a graphics card is not told; how much it grants in
/// one piece is.
pub fn fit(config: &GptConfig, precision: Precision, device: &Device) -> Fit {
    match &device.gpu {
        Some(gpu) => {
            let needed = weight_bytes(config, precision, true);
            if needed <= gpu.largest_buffer {
                Fit::Gpu { needed }
            } else {
                Fit::GpuPerhaps { needed, largest: gpu.largest_buffer }
            }
        }
        None => {
            let needed = weight_bytes(config, precision, false);
            let most = device.cpu_bytes;
            if needed <= most { Fit::Cpu { needed } } else { Fit::CpuTooBig { needed, most } }
        }
    }
}

/// Where a model is, seen from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    InUse,
    Loading,
    /// Beside the page.
    Here,
    /// Whole on this device.
    Whole {
        bytes: u64,
    },
    Partly {
        bytes: u64,
        total: u64,
    },
    /// With somebody else.
    Elsewhere,
}

impl State {
    /// For `data-state`.
    pub fn name(self) -> &'static str {
        match self {
            Self::InUse => "in-use",
            Self::Loading => "loading",
            Self::Here => "here",
            Self::Whole { .. } => "whole",
            Self::Partly { .. } => "partly",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// What the picker shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PickerModel {
    /// A link asks for it.
    pub asked: Option<Source>,
    pub here: Vec<Source>,
    pub hub_models: Vec<Source>,
    pub stored: Vec<Source>,
    pub cards: Vec<Card>,
    pub looking: bool,
    pub not_kept: Option<NotKept>,
    pub room_bytes: Option<u64>,
    /// What the engine's worker uses and has taken; nothing while unknown.
    pub memory: Memory,
    pub precision: Precision,
    /// What is open, where it has another kind of weights than the chosen one.
    pub again: Option<Source>,
    pub on_cpu: bool,
    /// The hub's address.
    pub hub: String,
}

impl PickerModel {
    pub fn card(&self, source: &Source) -> Option<&Card> {
        self.cards.iter().find(|card| card.source == *source)
    }

    /// Where a model lies, for people.
    pub fn host(&self, source: &Source) -> String {
        match source {
            Source::Web(folder) => host_of(folder).into(),
            _ => host_of(&self.hub).into(),
        }
    }
}

/// What [`derive`] looks at.
#[derive(Clone, Debug)]
pub struct Seen<'a> {
    pub library: Option<&'a Library>,
    pub asked: Option<&'a Source>,
    /// What is open, and with which weights; nothing before the first model is there.
    pub open: Option<(&'a Source, Precision)>,
    /// What is open came in bytes: it is not opened again to round it to 16 bits.
    pub in_bytes: bool,
    pub on_cpu: bool,
    /// The address wants the CPU, whatever else is there.
    pub cpu_wanted: bool,
    /// Why what is open was not kept.
    pub not_kept: Option<NotKept>,
    pub loading: Option<&'a Source>,
    pub precision: Precision,
    pub hub: &'a str,
}

pub fn derive(seen: &Seen) -> PickerModel {
    let none = Library::default();
    let library = seen.library.unwrap_or(&none);
    let offers = library.catalogue.models.iter().filter_map(|offer| Some((offer.source()?, offer)));
    let offered: Vec<(Source, &Offer)> = offers.collect();
    let embedded = EMBEDDED.map(|name| Source::Site(name.into()));
    let mut here: Vec<Source> = embedded.into();
    here.extend(offered.iter().map(|(source, _)| source).filter(|source| matches!(source, Source::Site(_))).cloned());
    dedup(&mut here);
    let hub_models = offered.iter().map(|(source, _)| source).filter(|source| source.elsewhere()).cloned().collect();
    let stored: Vec<Source> = library.stored.iter().map(|stored| stored.source.clone()).collect();
    let asked = seen.asked.filter(|asked| seen.open.is_none_or(|(open, _)| open != *asked)).cloned();
    let mut all: Vec<Source> = here.iter().chain(&hub_models).chain(&stored).chain(&asked).cloned().collect();
    dedup(&mut all);
    let mut device = library.device.clone();
    device.gpu.take_if(|_| seen.cpu_wanted);
    let card = |source: Source| {
        let offer = offered.iter().find(|(offered, _)| *offered == source).map(|(_, offer)| *offer);
        let kept = library.stored.iter().find(|stored| stored.source == source);
        let state = state(&source, kept, seen);
        let config = offer.and_then(Offer::shape);
        Card {
            fit: config.as_ref().filter(|_| seen.library.is_some()).map(|c| fit(c, seen.precision, &device)),
            parameters: config.map(|config| config.parameters()),
            kept_bytes: kept.map(|kept| kept.bytes),
            offer: offer.cloned(),
            source,
            state,
        }
    };
    let wanted = if seen.in_bytes { seen.precision.of_bytes() } else { seen.precision };
    PickerModel {
        asked,
        hub_models,
        stored,
        cards: all.into_iter().map(card).collect(),
        here,
        looking: seen.library.is_none(),
        not_kept: library.not_kept.or(seen.not_kept),
        room_bytes: library.device.room_bytes,
        memory: library.device.memory,
        precision: seen.precision,
        again: seen.open.filter(|(_, precision)| !seen.on_cpu && *precision != wanted).map(|(open, _)| open.clone()),
        on_cpu: seen.on_cpu,
        hub: seen.hub.into(),
    }
}

fn dedup(sources: &mut Vec<Source>) {
    let mut seen = Vec::new();
    sources.retain(|source| {
        let new = !seen.contains(source);
        seen.extend(new.then(|| source.clone()));
        new
    });
}

fn state(source: &Source, kept: Option<&Stored>, seen: &Seen) -> State {
    if seen.loading == Some(source) {
        return State::Loading;
    }
    if seen.open.is_some_and(|(open, _)| open == source) {
        return State::InUse;
    }
    match (kept, source) {
        (Some(kept), _) if kept.whole => State::Whole { bytes: kept.bytes },
        (Some(kept), _) => State::Partly { bytes: kept.bytes, total: kept.total_bytes },
        (None, Source::Site(_)) => State::Here,
        (None, _) => State::Elsewhere,
    }
}

/// A model's name for people: the embedded ones have names in words, any other goes by its last part.
pub fn name_of(source: &Source, strings: &Strings) -> String {
    match source {
        Source::Site(name) => display_name(name, strings),
        other => other.name().into(),
    }
}

#[cfg(test)]
mod tests;
