//! No decorative values: where the run and the answers are no numbers, the page shows none.
//!
//! Every room is drawn from a run and answers of nothing but NaN. Whatever number still stands in the page was
//! not taken from them: only the facts of the text and the model may, which are there without any run. And each
//! room shows more where the run, or an answer, is of numbers: nothing passes because nothing is drawn.

use glassbox::analysis::lens::{LensCell, LensGrid, Standing};
use glassbox::analysis::neighbours::Neighbour;
use glassbox::analysis::patch::{Moved, Patched};
use glassbox::content::{Floor, Locale, Room, Route};
use glassbox::engine::{CpuReason, EngineStatus, RunReport};
use glassbox::link::protocol::{ModelInfo, Neighbourhood, Probe, Reply};
use glassbox::link::question::{Answer, Answered, Asker, Question, Toward};
use glassbox::model::{Cell, GptConfig, Part, Precision, Site, SiteName, Slice};
use glassbox::session::{Opening, Session, ThemeChoice};
use glassbox::tokens::{Text, Token, Vocabulary};
use glassbox::trace::{Layout, Trace};
use glassbox::views::app::{App, Surroundings};
use glassbox::views::room::Place;
use glassbox::views::rooms::embedding::{context, positions};
use glassbox::views::rooms::{receipt, river, unembedding};
use glassbox::views::{alone, elevator, embedding, head_steps, head_words, neurons, prediction, push, stage};
use leptos::prelude::*;
use std::sync::Arc;

const WORDS: [&str; 6] = ["The", " King", " said", " to", " the", " Queen"];

fn model() -> ModelInfo {
    let json = r#"{"n_layer":2,"n_head":2,"n_embd":8,"vocab_size":32,"n_positions":16}"#;
    let config = GptConfig::from_json(json).unwrap();
    ModelInfo {
        name: "story".into(),
        source: glassbox::link::source::Source::Site("story".into()),
        not_kept: None,
        parameters: config.parameters(),
        config,
        file_bytes: 1000,
        in_bytes: false,
        asked: Precision::F32,
        precision: Precision::F32,
        engine: EngineStatus::Cpu { why: CpuReason::Asked },
        capacity: 16,
        examples: vec![],
    }
}

/// More tokens than there are bars: those that have none stand together in the remainder.
fn vocabulary() -> Vocabulary {
    let others: Vec<String> = (WORDS.len()..32).map(|id| format!("word{id}")).collect();
    Vocabulary::new(WORDS.into_iter().map(str::to_owned).chain(others))
}

fn text() -> Text {
    let mut text = Text { read: WORDS.concat(), wanted: WORDS.len(), ..Text::default() };
    let mut start = 0;
    for (id, word) in (0..).zip(WORDS) {
        text.tokens.push(Token { id, start, end: start + word.len() });
        start += word.len();
    }
    text
}

/// Where the values of a run or an answer come from, one after the other.
type Values = fn(usize) -> f32;

fn nan(_: usize) -> f32 {
    f32::NAN
}

/// Different numbers of both signs.
fn finite(i: usize) -> f32 {
    ((i * 7919 + 13) % 211) as f32 / 64.0 - 1.5
}

/// All that a place reads of a run.
fn run(place: Place, values: Values) -> Arc<Trace> {
    let (config, text) = (model().config, text());
    let mut taps = elevator::taps(config.layers);
    taps.extend(prediction::taps());
    taps.extend(stage::taps(place, &config));
    let layout = Layout::new(&taps, &config, text.tokens.len());
    let values = (0..layout.len()).map(values).collect();
    Arc::new(Trace { text, config, layout, knob: None, values })
}

/// The page in a place: of the text and the model, and what a run and answers add.
fn page(place: Place, trace: Option<&Trace>, answers: Vec<(Asker, Answered)>) -> String {
    let (model, text) = (model(), text());
    let route =
        Route { floor: Some(place.floor), room: Some(place.room), cell: place.cell, pin: Some(3), ..Route::default() };
    Owner::new().with(|| {
        let session = Session::new(&route, Locale::En, ThemeChoice::Light, Opening::from_address("", false));
        session.type_text(text.read.clone());
        session.receive(Reply::Vocabulary(vocabulary()));
        session.receive(Reply::Ready { model: Box::new(model.clone()), vocabulary: None, rebuilt: false });
        session.pick.head.set(place.head);
        session.receive(Reply::Tokens { ticket: 1, text: text.clone() });
        if let Some(trace) = trace {
            let (report, trace) = (RunReport::default(), Box::new(trace.clone()));
            session.receive(Reply::Picture { ticket: 2, report, trace });
        }
        answers.into_iter().for_each(|(asker, answered)| session.learn(asker, answered));
        let around = Surroundings { dark: Signal::derive(|| false), narrow: Signal::derive(|| false) };
        view! { <App session around /> }.to_html()
    })
}

/// What carries the numbers of a run.
const CARRIERS: [&str; 6] =
    ["data-value", "data-values", "data-draw-value", "data-difference", "data-mean", "data-deviation"];

/// The finite numbers that a page carries, sorted.
fn numbers(html: &str) -> Vec<f64> {
    let of = |carrier: &&str| -> Vec<f64> {
        let start = format!(" {carrier}=\"");
        let values = html.split(&start).skip(1).filter_map(|rest| rest.split('"').next());
        let numbers = values.flat_map(|value| value.split_whitespace()).filter_map(|value| value.parse::<f64>().ok());
        numbers.filter(|value| value.is_finite()).collect()
    };
    let mut all: Vec<f64> = CARRIERS.iter().flat_map(of).collect();
    all.sort_by(f64::total_cmp);
    all
}

/// A page without the elements that carry a value of the run with its address.
fn without_cells(html: &str) -> String {
    html.split('<').filter(|tag| !tag.contains(" data-cell=\"")).collect::<Vec<_>>().join("<")
}

fn at(floor: Floor, room: Room) -> Place {
    Place { floor, room, head: 1, pin: Some(3), cell: None }
}

/// A receipt with learned numbers in it.
fn with_receipt() -> Place {
    let cell = Cell::new(SiteName::new(Site::Expand, 1), 2, 5);
    Place { cell: Some(cell), ..at(Floor::Block(1), Room::Whole) }
}

fn places() -> Vec<Place> {
    let mut places: Vec<Place> = Floor::all(2).into_iter().map(|floor| at(floor, Room::Whole)).collect();
    places.extend([Room::Head, Room::Mlp].map(|room| at(Floor::Block(1), room)));
    places.push(with_receipt());
    places
}

/// An answer to what a room asks of this run, its numbers `values`. What the question itself is made of was
/// answered with finite numbers.
fn answer(asker: Asker, trace: &Arc<Trace>, values: Values) -> Option<Answered> {
    let config = &trace.config;
    let (layer, head, pin) = (1, 1, 3);
    let slices = |slices: Vec<Slice>, values: Values| {
        let all = slices.iter().map(Slice::len).sum();
        Answered {
            question: Question::Slices(slices),
            answer: Answer::Slices { values: (0..all).map(values).collect() },
            knob: None,
        }
    };
    let toward = |question: Question, lists: usize| {
        let list = |from: usize| (0..8).map(|i| (i as u32, values(from + i))).collect();
        let toward = |i: usize| Toward { up: list(17 * i), down: list(17 * i + 8) };
        Answered { question, answer: Answer::Toward((0..lists).map(toward).collect()), knob: None }
    };
    let neurons = || neurons::derive(trace, layer).map(|run| (run.listed(pin, None), run));
    Some(match asker {
        Asker::Neighbours => {
            let nearest = (0..6).map(|i| Neighbour { id: 10 + i, cosine: values(i as usize) }).collect();
            let points = (0..7).map(|i| [values(i), values(i + 7)]).collect();
            let vector = (0..config.width).map(values).collect();
            let around = Neighbourhood { id: 3, nearest, points, variance: [values(0), values(1)], vector };
            let question = Question::Neighbours { of: Probe::Id(3), count: embedding::COUNT };
            Answered { question, answer: Answer::Neighbours(around), knob: None }
        }
        Asker::Context => toward(context::question(trace, pin)?, config.layers + 1),
        Asker::Positions => slices(vec![positions::slice(config)], values),
        Asker::Unembedding => {
            let logits = trace.row(Site::Logits, 0, pin)?;
            let best = (0..logits.len()).max_by(|a, b| logits[*a].total_cmp(&logits[*b]))?;
            slices(vec![unembedding::slice(config, best as u32)], values)
        }
        Asker::Why => {
            let order = trace.row(Site::Logits, 0, pin).map(|logits| {
                let mut ids: Vec<u32> = (0..logits.len() as u32).collect();
                ids.sort_by(|a, b| logits[*b as usize].total_cmp(&logits[*a as usize]).then(a.cmp(b)));
                ids
            })?;
            slices(unembedding::why::slices(config, [order[0], order[1]]), values)
        }
        Asker::HeadSlices => slices(head_words::slices(config, layer, head).into(), values),
        Asker::HeadWords => {
            let run = head_steps::derive(trace, layer, head)?;
            let learned = answer(Asker::HeadSlices, trace, finite)?;
            toward(push::question(head_words::direction(&run, pin, &learned)?), 1)
        }
        Asker::MlpSlices => {
            let Question::Slices(wanted) = neurons::question(config, layer, &neurons()?.0) else { return None };
            slices(wanted, values)
        }
        Asker::MlpWords => {
            let (listed, run) = neurons()?;
            let learned = answer(Asker::MlpSlices, trace, finite)?;
            toward(push::question(neurons::directions(&run, pin, &listed, &learned)?), listed.len())
        }
        Asker::MlpPatch => {
            let moved = |i: usize| Moved { values: 1, most: values(i).abs() };
            let columns = |from: usize| (from..from + trace.tokens()).map(moved).collect();
            let patched = Patched { donor: 2, attention: columns(0), mlp: columns(50) };
            Answered {
                question: alone::question(trace, layer, Some(pin))?,
                answer: Answer::Patched(patched),
                knob: None,
            }
        }
        Asker::Receipt => {
            let question = receipt::question(with_receipt().cell?, config, &trace.text.ids())?;
            let Question::Slices(wanted) = question else { return None };
            slices(wanted, values)
        }
        Asker::River => {
            // As the engine has it: what has no chance has no rank.
            let standing = |i: usize| {
                let chance = values(i).abs();
                Some(Standing { chance, rank: if chance.is_nan() { 0 } else { 1 } })
            };
            let cell = |i: usize| LensCell {
                first: i as u32 % 32,
                chance: values(i).abs(),
                came: standing(i + 1),
                word: standing(i + 2),
            };
            let cells = (0..(config.layers + 1) * trace.tokens()).map(cell).collect();
            let grid = LensGrid { tokens: trace.tokens(), cells };
            Answered { question: river::question(trace, None)?, answer: Answer::Grid(grid), knob: None }
        }
        Asker::Knobs => {
            // As much of it as the window shows: all.
            slices(vec![Slice::new(Part::QkvWeight, 0, 0..config.width, 0..3 * config.width)], values)
        }
        // Bytes and merges of the text, and a file.
        Asker::Spelling | Asker::Export => return None,
    })
}

/// Where each answer is drawn.
fn rooms(asker: Asker) -> Vec<Place> {
    let (head, mlp) = (at(Floor::Block(1), Room::Head), at(Floor::Block(1), Room::Mlp));
    match asker {
        Asker::Neighbours | Asker::Context | Asker::Positions => vec![at(Floor::Embedding, Room::Whole)],
        Asker::Unembedding | Asker::Why => vec![at(Floor::Unembedding, Room::Whole)],
        Asker::HeadSlices | Asker::HeadWords => vec![head],
        Asker::MlpSlices | Asker::MlpWords | Asker::MlpPatch => vec![mlp],
        Asker::Receipt => vec![with_receipt()],
        Asker::River => vec![at(Floor::River, Room::Whole), at(Floor::Story, Room::Whole)],
        Asker::Knobs => vec![at(Floor::Knobs, Room::Whole)],
        Asker::Spelling | Asker::Export => vec![],
    }
}

fn all_answers(trace: &Arc<Trace>, values: Values) -> Vec<(Asker, Answered)> {
    Asker::ALL.into_iter().filter_map(|asker| Some((asker, answer(asker, trace, values)?))).collect()
}

#[test]
fn where_the_run_and_the_answers_are_no_numbers_the_page_shows_none() {
    for place in places() {
        let facts = numbers(&page(place, None, Vec::new()));
        let trace = run(place, nan);
        assert_eq!(numbers(&page(place, Some(&trace), Vec::new())), facts, "{place:?}");
        assert_eq!(numbers(&page(place, Some(&trace), all_answers(&trace, nan))), facts, "{place:?}, with answers");
        // Token ids and counts of parameters are facts of the text and the model.
        assert!(facts.is_empty() || matches!(place.floor, Floor::Tokens | Floor::Knobs), "{place:?}: {facts:?}");
    }
}

/// The room alone, without the rails beside it.
fn room(html: &str) -> &str {
    let start = html.find("id=\"stage\"").unwrap();
    let end = html[start..].find("class=\"next\"").unwrap();
    &html[start..start + end]
}

#[test]
fn every_room_shows_numbers_where_the_run_is_of_numbers() {
    for place in places() {
        let html = page(place, Some(&run(place, finite)), Vec::new());
        let facts = page(place, None, Vec::new());
        assert!(numbers(&html).len() > numbers(&facts).len() + 3, "{place:?}");
        let (shown, facts) = (numbers(room(&html)), numbers(room(&facts)));
        match place.floor {
            // How the text was cut comes from the tokenizer, not from the run.
            Floor::Tokens => assert_eq!(shown, facts),
            // All of it is answered.
            Floor::River => assert_eq!(shown, [0.0; 0]),
            _ => assert!(shown.len() > facts.len(), "{place:?}"),
        }
    }
}

#[test]
fn every_answer_adds_numbers_to_its_room_and_none_where_it_has_none() {
    for asker in Asker::ALL {
        for place in rooms(asker) {
            let trace = run(place, finite);
            let shown = |values: Option<Values>| {
                let asked = |asker: Asker, values: Values| Some((asker, answer(asker, &trace, values)?));
                // The words of a head or a neuron come of what was learned; that is there.
                let before = match asker {
                    Asker::HeadWords => asked(Asker::HeadSlices, finite),
                    Asker::MlpWords => asked(Asker::MlpSlices, finite),
                    _ => None,
                };
                let after = match asker {
                    Asker::HeadSlices => asked(Asker::HeadWords, finite),
                    _ => None,
                };
                let own = values.map(|values| asked(asker, values).unwrap_or_else(|| panic!("{asker:?}")));
                page(place, Some(&trace), before.into_iter().chain(own).chain(after).collect())
            };
            let without = shown(None);
            // What stands beside an answer may be the run's own, and says so.
            let foreign = |html: &str| numbers(&without_cells(html));
            assert_eq!(foreign(&shown(Some(nan))), foreign(&without), "{asker:?} at {place:?} of no numbers");
            assert!(numbers(&shown(Some(finite))).len() > numbers(&without).len(), "{asker:?} at {place:?}");
        }
    }
}

#[test]
fn a_number_is_found_wherever_it_stands() {
    let html = "<i data-value=\"2\" data-values=\"3 NaN 1\" data-key=\"9\" data-draw-value=\"inf\"></i>";
    assert_eq!(numbers(html), [1.0, 2.0, 3.0]);
}
