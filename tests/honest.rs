//! No decorative values: where the run and the answers are no numbers, the page shows none.
//!
//! Every room is drawn from a trace and answers of nothing but NaN. Whatever number still stands in a
//! `data-value` was not taken from them.

use glassbox::content::{Floor, Locale, Room, Route};
use glassbox::engine::{CpuReason, EngineStatus, RunReport};
use glassbox::link::protocol::{ModelInfo, Reply};
use glassbox::model::{Cell, GptConfig, Precision, Site, SiteName};
use glassbox::session::{Opening, Session, ThemeChoice};
use glassbox::tokens::{Text, Token, Vocabulary};
use glassbox::trace::{Layout, Trace};
use glassbox::views::app::{App, Surroundings};
use glassbox::views::room::Place;
use glassbox::views::{elevator, prediction, stage};
use leptos::prelude::*;

const WORDS: [&str; 6] = ["The", " King", " said", " to", " the", " Queen"];

fn model() -> ModelInfo {
    let json = r#"{"n_layer":2,"n_head":2,"n_embd":8,"vocab_size":32,"n_positions":16}"#;
    let config = GptConfig::from_json(json).unwrap();
    ModelInfo {
        name: "story".into(),
        folder: "models/story/".into(),
        parameters: config.parameters(),
        config,
        file_bytes: 1000,
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

/// The page in a place, drawn from a run whose every value is `value`.
fn page(place: Place, value: f32) -> String {
    let model = model();
    let config = &model.config;
    let text = text();
    let mut taps = elevator::taps(config.layers);
    taps.extend(prediction::taps());
    taps.extend(stage::taps(place, config));
    let layout = Layout::new(&taps, config, text.tokens.len());
    let values = vec![value; layout.len()];
    let trace = Trace { text: text.clone(), config: config.clone(), layout, knob: None, values };
    let route =
        Route { floor: Some(place.floor), room: Some(place.room), cell: place.cell, pin: Some(3), ..Route::default() };
    Owner::new().with(|| {
        let session = Session::new(&route, Locale::En, ThemeChoice::Light, Opening::from_address("", false));
        session.type_text(text.read.clone());
        session.receive(Reply::Vocabulary(vocabulary()));
        session.receive(Reply::Ready(Box::new(model.clone())));
        session.receive(Reply::Tokens { ticket: 1, text: text.clone() });
        session.receive(Reply::Picture { ticket: 2, report: RunReport::default(), trace: Box::new(trace) });
        let around = Surroundings { dark: Signal::derive(|| false), narrow: Signal::derive(|| false) };
        view! { <App session around /> }.to_html()
    })
}

/// Numbers in `data-value` within the stage and the rails that are numbers after all.
fn numbers(html: &str) -> Vec<f64> {
    let values = html.split("data-value=\"").skip(1).filter_map(|rest| rest.split('"').next());
    values.filter_map(|value| value.parse::<f64>().ok()).filter(|value| value.is_finite()).collect()
}

fn places() -> Vec<Place> {
    let at = |floor, room| Place { floor, room, head: 1, pin: Some(3), cell: None };
    let mut places: Vec<Place> = Floor::all(2).into_iter().map(|floor| at(floor, Room::Whole)).collect();
    places.extend([Room::Head, Room::Mlp].map(|room| at(Floor::Block(1), room)));
    let cell = Cell::new(SiteName::new(Site::Expand, 1), 2, 5);
    places.push(Place { cell: Some(cell), ..at(Floor::Block(1), Room::Whole) });
    places
}

#[test]
fn where_the_run_is_no_number_the_page_shows_none() {
    for place in places() {
        // Token ids and counts of parameters are facts of the text and the model, not of the run.
        if matches!(place.floor, Floor::Tokens | Floor::Knobs) {
            continue;
        }
        assert_eq!(numbers(&page(place, f32::NAN)), [0.0; 0], "{place:?}");
    }
}

#[test]
fn a_page_that_shows_numbers_is_told_from_one_that_does_not() {
    let place = Place { floor: Floor::Block(1), room: Room::Head, head: 1, pin: Some(3), cell: None };
    assert!(!numbers(&page(place, 0.25)).is_empty());
}
