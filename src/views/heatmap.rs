//! One head's map: who reads from whom, as a canvas with its axes in words.
//!
//! In: a [`HeadMap`], which is a slice of a trace, and the cell that is held. Out: what a [`Plate`] says.

use super::browser::{pixel_ratio, width_of};
use super::figures::{FigureTable, tokens};
use super::label::Label;
use super::legend::Legend;
use super::paint::{Brush, Cell, Scale, Theme};
use super::plate::{Axes, Plate, PlateActions};
use crate::analysis::head;
use crate::content::StageStrings;
use crate::model::{Cell as Address, Site, SiteName};
use crate::trace::Trace;
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;

/// One head's attention, T × T, in the trace that it belongs to.
#[derive(Clone, Debug)]
pub struct HeadMap {
    pub trace: Arc<Trace>,
    pub labels: Arc<Vec<Label>>,
    pub layer: usize,
    pub head: usize,
}

impl PartialEq for HeadMap {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.trace, &other.trace) && (self.layer, self.head) == (other.layer, other.head)
    }
}

impl HeadMap {
    /// T.
    pub fn tokens(&self) -> usize {
        self.labels.len()
    }

    /// The weights, row-major, masked cells included: ask [`HeadMap::cell`] for one.
    pub fn weights(&self) -> &[f32] {
        self.trace.map(Site::Weights, self.layer, self.head).unwrap_or_default()
    }

    pub fn cell(&self, query: usize, key: usize) -> Cell {
        match self.weights().get(query * self.tokens() + key) {
            Some(&share) if key <= query => Cell::Share(share),
            _ => Cell::Masked,
        }
    }

    /// What `query` may look at: its weights over the keys 0…query.
    pub fn row(&self, query: usize) -> &[f32] {
        let start = query * self.tokens();
        self.weights().get(start..start + query + 1).unwrap_or_default()
    }

    /// The address of a weight.
    pub fn address(&self, (query, key): (usize, usize)) -> Address {
        Address::in_map(SiteName::new(Site::Weights, self.layer), self.head, query, key)
    }

    /// All that it may show, with addresses.
    pub fn table(&self, words: &StageStrings) -> FigureTable {
        let entry = |query, key| match self.cell(query, key) {
            Cell::Share(share) => Some((share, Some(self.address((query, key))))),
            Cell::Masked => None,
        };
        let names = tokens(&self.labels);
        FigureTable::new((words.head_name)(self.layer, self.head), names.clone(), names, entry)
    }

    /// The key that `query` looks at most.
    pub fn strongest(&self, query: usize) -> usize {
        head::strongest(self.row(query), query).map_or(0, |look| look.key)
    }
}

/// "it looks 61 % at dog", in one string, for what is read out.
pub fn spoken(map: &HeadMap, (query, key): (usize, usize), words: &StageStrings) -> String {
    let name = |i: usize| map.labels.get(i).map(Label::name).unwrap_or_default();
    match map.cell(query, key) {
        Cell::Masked => {
            let [a, b, c] = words.may_not_look;
            format!("{a}{}{b}{}{c}", name(query), name(key))
        }
        Cell::Share(share) if query == key => {
            let [a, b, c] = words.looks_at_itself;
            format!("{a}{}{b}{}{c}", name(query), words.percent(share))
        }
        Cell::Share(share) => {
            let [a, b, c, d] = words.looks_at;
            format!("{a}{}{b}{}{c}{}{d}", name(query), words.percent(share), name(key))
        }
    }
}

/// See the module's header. `query` is the pinned row; `held` and `cursor` are (query, key).
#[component]
pub fn Heatmap(
    map: Signal<Option<HeadMap>>,
    query: Signal<usize>,
    held: Signal<Option<(usize, usize)>>,
    cursor: RwSignal<Option<(usize, usize)>>,
    scale: RwSignal<Scale>,
    actions: PlateActions,
    theme: Signal<Theme>,
    strings: Signal<&'static StageStrings>,
) -> impl IntoView {
    let room = NodeRef::<Div>::new();
    let width = width_of(room, 640.0);
    let axes = Memo::new(move |_| map.with(|m| m.as_ref().map(|m| Axes::square(&m.labels, true))));
    let frame = Memo::new(move |_| axes.with(|a| Axes::frame(a.as_ref(), width.get())));
    let paint = move || {
        map.with(|m| {
            m.as_ref().map(|m| {
                Brush::new(theme.get(), scale.get(), pixel_ratio()).map(m.weights(), m.tokens(), frame.get().grid)
            })
        })
    };
    let spoken = move |at| {
        map.with_untracked(|m| m.as_ref().map(|m| spoken(m, at, strings.get_untracked()))).unwrap_or_default()
    };
    let start = move || map.with(|m| m.as_ref().map_or((0, 0), |m| (query.get(), m.strongest(query.get()))));
    view! {
        <div class="heatmap" node_ref=room>
            <Plate
                axes=axes.into()
                frame
                paint
                spoken
                start
                name=Signal::derive(move || map.with(|m| m.as_ref().map(|m| (strings.get().attention_figure)(m.layer, m.head))))
                axis_words=Signal::derive(move || [strings.get().looking_at, strings.get().reading_from])
                pinned=Signal::derive(move || Some(query.get()))
                held
                cursor
                actions
                strings
            />
            <Legend scale filled=Signal::derive(move || frame.get().grid.filled()) theme strings />
        </div>
    }
}
