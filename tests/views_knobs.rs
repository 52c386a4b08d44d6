//! The rooms with all heads and with the knobs, as the whole page draws them.

use glassbox::content::{Locale, Route, strings};
use glassbox::engine::{CpuReason, EngineStatus, RunReport};
use glassbox::link::protocol::{ModelInfo, Reply};
use glassbox::link::question::{Answer, Answered, Asker, Question};
use glassbox::model::{GptConfig, Knob, Part, Precision, Slice};
use glassbox::session::{Opening, Session, ThemeChoice};
use glassbox::tokens::{Text, Token, Vocabulary};
use glassbox::trace::{Layout, Trace};
use glassbox::views::app::{App, Surroundings};
use glassbox::views::room::Place;
use glassbox::views::{elevator, prediction, stage};
use leptos::prelude::*;

const WORDS: [&str; 8] = ["The", " King", " said", " to", " the", " Queen", "!", " dog"];

fn config(layers: usize, heads: usize) -> GptConfig {
    let width = 4 * heads;
    let json = format!(r#"{{"n_layer":{layers},"n_head":{heads},"n_embd":{width},"vocab_size":8,"n_positions":256}}"#);
    GptConfig::from_json(&json).unwrap()
}

/// Rows of attention that sum to one, each head with more on the token before than the last; logits
/// that differ with the knob.
fn trace(config: &GptConfig, ids: &[u32], place: Place, knob: Option<Knob>) -> Trace {
    let mut text = Text::default();
    let mut read = String::new();
    for &id in ids {
        let start = read.len();
        read.push_str(WORDS[id as usize]);
        text.tokens.push(Token { id, start, end: read.len() });
    }
    (text.wanted, text.read) = (ids.len(), read);
    let mut taps = elevator::taps(config.layers);
    taps.extend(prediction::taps());
    taps.extend(stage::taps(place, config));
    let layout = Layout::new(&taps, config, ids.len());
    let factor = if knob.is_some() { 31 } else { 17 };
    let mut values: Vec<f32> = (0..layout.len()).map(|i| ((i * factor) % 101) as f32 / 25.0).collect();
    for entry in layout.entries.iter().filter(|entry| entry.name.site.is_map()) {
        for (row, chunk) in values[entry.range()].chunks_mut(ids.len()).enumerate() {
            let (head, query) = (row / ids.len(), row % ids.len());
            let own = head as f32 / config.heads as f32;
            for (key, v) in chunk.iter_mut().enumerate() {
                let even = (1.0 - own) / (query + 1) as f32;
                *v = if key > query { f32::NAN } else { even + if key == query.saturating_sub(1) { own } else { 0.0 } };
            }
        }
    }
    Trace { text, config: config.clone(), layout, knob, values }
}

/// The stage's HTML, a line an element.
fn page(address: &str, locale: Locale, config: &GptConfig, ids: &[u32], knob: Option<Knob>) -> String {
    Owner::new().with(|| {
        let opening = Opening::from_address("", false);
        let session = Session::new(&Route::parse(address), locale, ThemeChoice::Light, opening);
        let pick = session.pick;
        let place = Place {
            pin: session.pick.pin.get_untracked(),
            floor: pick.floor.get_untracked(),
            room: pick.room.get_untracked(),
            head: pick.head.get_untracked(),
            cell: None,
        };
        let info = ModelInfo {
            name: "story".into(),
            source: glassbox::link::source::Source::Site("story".into()),
            not_kept: None,
            parameters: config.parameters(),
            config: config.clone(),
            file_bytes: 1,
            in_bytes: false,
            asked: Precision::F16,
            precision: Precision::F16,
            engine: EngineStatus::Cpu { why: CpuReason::NoWebGpu },
            capacity: 256,
            examples: vec![],
        };
        let plain = trace(config, ids, place, None);
        session.type_text(plain.text.read.clone());
        session.receive(Reply::Vocabulary(Vocabulary::new(WORDS)));
        session.receive(Reply::Ready { model: Box::new(info), vocabulary: None, rebuilt: false });
        session.receive(Reply::Tokens { ticket: 1, text: plain.text.clone() });
        let slice = Slice::new(Part::QkvWeight, 0, 0..4.min(config.width), 0..12.min(3 * config.width));
        let values = (0..slice.len()).map(|i| (i as f32 - 20.0) / 64.0).collect();
        session.learn(
            Asker::Knobs,
            Answered { question: Question::Slices(vec![slice]), answer: Answer::Slices { values }, knob: None },
        );
        let report = RunReport { milliseconds: 4.25, computed: 1, tokens: ids.len() };
        session.receive(Reply::Picture { ticket: 2, report, trace: Box::new(plain) });
        pick.knob.set(knob);
        if knob.is_some() {
            let turned = trace(config, ids, place, knob);
            session.receive(Reply::Picture { ticket: 3, report, trace: Box::new(turned) });
        }
        let around = Surroundings { dark: Signal::derive(|| false), narrow: Signal::derive(|| false) };
        let html = view! { <App session around /> }.to_html().replace("<!>", "").replace("><", ">\n<");
        let from = html.find("id=\"stage\"").unwrap();
        let to = html[from..].find("class=\"next\"").unwrap() + from;
        html[from..to].into()
    })
}

fn elements(html: &str, id: &str) -> Vec<String> {
    let marked = format!("data-testid=\"{id}\"");
    html.lines().filter(|line| line.contains(&marked)).map(String::from).collect()
}

fn attribute(element: &str, name: &str) -> String {
    let start = element.find(&format!(" {name}=\"")).unwrap_or_else(|| panic!("no {name} in {element}"));
    element[start..].split('"').nth(1).unwrap().into()
}

const TURNED: Knob = Knob::Head { layer: 0, head: 1, scale: 0.0 };

#[test]
fn every_head_has_a_tile_and_many_of_them_are_bearable() {
    let ids: Vec<u32> = (0..64).map(|i| i * i % 7).collect();
    let html = page("#/heads", Locale::En, &config(12, 12), &ids, None);
    assert_eq!(elements(&html, "head-tile").len(), 144);
    let count = html.matches('<').count() - html.matches("</").count();
    println!("{count} elements");
    assert!(count < 1200, "{count}");
    // The last head of the first block looks most at the token before.
    let champion = elements(&html, "champion").into_iter().find(|c| attribute(c, "data-habit") == "previous").unwrap();
    assert_eq!((attribute(&champion, "data-layer"), attribute(&champion, "data-head")), ("0".into(), "11".into()));
    assert!(!html.contains("NaN") && !html.contains(strings(Locale::En).stage.not_a_number));
}

#[test]
fn a_text_without_repeats_says_so() {
    let html = page("#/heads", Locale::En, &config(2, 2), &[0, 1, 2], None);
    assert!(html.contains(strings(Locale::En).all_heads.no_repeats));
    assert!(elements(&html, "champion").iter().all(|c| attribute(c, "data-habit") != "induction"));
}

#[test]
fn counts_add_up_on_the_page() {
    let config = config(3, 2);
    let html = page("#/knobs", Locale::En, &config, &[0, 1], None);
    let sum: u64 = elements(&html, "count").iter().map(|e| attribute(e, "data-value").parse::<u64>().unwrap()).sum();
    assert_eq!(sum, config.parameters());
    assert_eq!(attribute(&elements(&html, "count-total")[0], "data-value"), sum.to_string());
}

#[test]
fn a_turned_knob_is_said_on_every_floor() {
    let config = config(2, 2);
    for floor in ["story", "tokens", "embedding", "block-1", "block-1/head-0", "unembedding", "river", "heads", "knobs"]
    {
        for (knob, said) in [(None, "false"), (Some(TURNED), "true")] {
            let html = page(&format!("#/{floor}"), Locale::En, &config, &[0, 1, 2], knob);
            assert_eq!(attribute(&elements(&html, "knob")[0], "data-turned"), said, "{floor}");
            assert_eq!(elements(&html, "knob-reset").len(), usize::from(knob.is_some()), "{floor}");
        }
    }
}
