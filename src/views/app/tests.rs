//! The whole page, rendered to HTML without a browser.

use super::*;
use crate::content::{Floor, Locale, Room, Route};
use crate::engine::{CpuReason, EngineStatus, RunReport};
use crate::link::protocol::{Example, Fault, ModelInfo, Reply};
use crate::link::source::Source;
use crate::model::{GptConfig, Precision};
use crate::session::Opening;
use crate::tokens::{Text, Token, Vocabulary};
use crate::trace::{Layout, Trace};
use crate::views::{elevator, stage};

const WORDS: [&str; 8] = ["The", " King", " said", " to", " the", " Queen", "!", " dog"];

fn model() -> ModelInfo {
    let json = r#"{"n_layer":3,"n_head":2,"n_embd":8,"vocab_size":8,"n_positions":16}"#;
    let config = GptConfig::from_json(json).unwrap();
    ModelInfo {
        name: "story".into(),
        source: Source::Site("story".into()),
        parameters: config.parameters(),
        config,
        file_bytes: 13_810_920,
        in_bytes: false,
        asked: Precision::F16,
        precision: Precision::F16,
        engine: EngineStatus::Cpu { why: CpuReason::NoWebGpu },
        capacity: 16,
        examples: vec![Example { text: "The King said".into(), en: "Look!".into(), zh: "看！".into() }],
        not_kept: None,
    }
}

fn text() -> Text {
    let mut start = 0;
    let mut token = |(id, word): (usize, &&str)| {
        let end = start + word.len();
        Token { id: id as u32, start: std::mem::replace(&mut start, end), end }
    };
    let tokens: Vec<Token> = WORDS[..6].iter().enumerate().map(&mut token).collect();
    Text { read: WORDS[..6].concat(), wanted: tokens.len(), tokens, ..Text::default() }
}

/// A trace of made-up numbers: attention rows sum to one, logits differ.
fn trace(config: &GptConfig, floor: Floor) -> Trace {
    let text = text();
    let tokens = text.tokens.len();
    let mut taps = elevator::taps(config.layers);
    taps.extend(stage::taps(Place { floor, room: Room::Head, head: 0, pin: None, cell: None }, config));
    let layout = Layout::new(&taps, config, tokens);
    let mut values: Vec<f32> = (0..layout.len()).map(|i| ((i * 7919) % 101) as f32 / 25.0).collect();
    for entry in layout.entries.iter().filter(|entry| entry.name.site.is_map()) {
        for (row, chunk) in values[entry.range()].chunks_mut(tokens).enumerate() {
            let keys = row % tokens + 1;
            chunk.iter_mut().enumerate().for_each(|(key, v)| *v = if key < keys { 1.0 / keys as f32 } else { 0.0 });
        }
    }
    Trace { text, config: config.clone(), layout, knob: None, values }
}

fn page(address: &str, locale: Locale, replies: impl FnOnce(&Session)) -> String {
    Owner::new().with(|| {
        let session =
            Session::new(&Route::parse(address), locale, ThemeChoice::System, Opening::from_address("", false));
        replies(&session);
        let around = Surroundings { dark: Signal::derive(|| false), narrow: Signal::derive(|| false) };
        view! { <App session around /> }.to_html()
    })
}

fn answered(session: &Session) {
    let model = model();
    let floor = session.pick.floor.get_untracked();
    let trace = trace(&model.config, floor);
    session.type_text(trace.text.read.clone());
    session.receive(Reply::Vocabulary(Vocabulary::new(WORDS)));
    session.receive(Reply::Ready { model: Box::new(model), vocabulary: None, rebuilt: false });
    session.receive(Reply::Tokens { ticket: 1, text: trace.text.clone() });
    let report = RunReport { milliseconds: 4.25, computed: 1, tokens: 6 };
    session.receive(Reply::Picture { ticket: 2, report, trace: Box::new(trace) });
}

#[test]
fn every_floor_has_its_hooks_in_both_languages() {
    for locale in Locale::ALL {
        for floor in Floor::all(3) {
            let html = page(&format!("#/{floor}"), locale, answered);
            let hooks = ["prompt", "token", "floor", "status", "language", "probability", "remainder"];
            for hook in hooks {
                assert!(html.contains(&format!("data-testid=\"{hook}\"")), "{floor}: no {hook}");
            }
            for exact in
                ["data-milliseconds=\"4.25\"", "data-computed=\"1\"", "data-engine=\"cpu\"", "data-floor=\"block-2\""]
            {
                assert!(html.contains(exact), "{floor}: no {exact}");
            }
            assert!(html.contains(&format!("data-floor=\"{floor}\"")));
            assert!(!html.contains('\u{fffd}'));
        }
    }
}

#[test]
fn a_drawn_token_is_written_behind_the_text_and_told() {
    for locale in Locale::ALL {
        let html = page("", locale, |session| {
            answered(session);
            let text = session.input.text.get_untracked();
            assert!(untrack(|| session.can_write_on()));
            session.settings.ask.update(|ask| ask.top_k = Some(1));
            session.write_on(0.99);
            let drawn = session.input.drawn.get_untracked().unwrap();
            assert_eq!((drawn.token.probability, drawn.added), (1.0, true));
            let written = session.input.replacement.get_untracked().unwrap();
            assert_eq!(written, format!("{text}{}", WORDS[drawn.token.id as usize]));
            // The box takes it in: until its answer has come, nothing more is drawn.
            session.type_text(written.clone());
            assert!(!untrack(|| session.can_write_on()));
            session.write_on(0.5);
            assert_eq!(session.input.replacement.get_untracked().as_ref(), Some(&written));
        });
        assert!(html.contains("data-testid=\"drawn\"") && html.contains("data-testid=\"write-on\""));
    }
    // What somebody types puts an end to it.
    page("", Locale::En, |session| {
        answered(session);
        session.write_on(0.5);
        session.type_text("The".into());
        assert_eq!(session.input.drawn.get_untracked(), None);
    });
}

#[test]
fn what_is_only_part_of_a_character_is_told_and_not_written() {
    page("", Locale::En, |session| {
        answered(session);
        session.receive(Reply::Vocabulary(Vocabulary::new([[0xe4u8, 0xbd]; 8])));
        let text = session.input.text.get_untracked();
        session.input.replacement.set(None);
        session.write_on(0.5);
        assert!(!session.input.drawn.get_untracked().unwrap().added);
        assert_eq!((session.input.replacement.get_untracked(), session.input.text.get_untracked()), (None, text));
    });
}

/// The page's policy forbids inline styles and scripts; nothing may be written as markup.
#[test]
fn nothing_that_the_policy_forbids_is_in_the_page() {
    for floor in Floor::all(3) {
        let html = page(&format!("#/{floor}"), Locale::En, answered);
        for forbidden in ["<script", "onclick=", "javascript:"] {
            assert!(!html.contains(forbidden), "{floor}: {forbidden}");
        }
    }
}

#[test]
fn a_page_that_waits_and_a_page_that_failed_say_so() {
    let waiting = page("", Locale::En, |_| {});
    assert!(waiting.contains("data-state=\"loading\""));
    assert!(!waiting.contains("data-testid=\"probability\""));
    let failed = page("", Locale::Zh, |session| {
        let fault = Fault::Missing { file: "model.safetensors".into(), other: None };
        session.receive(Reply::Failed { ticket: None, fault });
    });
    assert!(failed.contains("data-state=\"failed\"") && failed.contains("model.safetensors"));
    assert!(failed.contains(strings(Locale::Zh).faults.retry));
}

#[test]
fn hostile_text_is_only_text() {
    let html = page("#/tokens?text=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", Locale::En, |session| {
        let read = "<img src=x onerror=alert(1)>".to_owned();
        let tokens = vec![Token { id: 0, start: 0, end: read.len() }];
        session.receive(Reply::Tokens { ticket: 1, text: Text { read, wanted: 1, tokens, ..Text::default() } });
    });
    assert!(!html.contains("<img src=x"));
    assert!(html.contains("&lt;img"));
}

#[test]
fn a_model_of_random_weights_is_called_untrained_wherever_its_name_stands() {
    for locale in [Locale::En, Locale::Zh] {
        let words = strings(locale).shell.status.untrained;
        let said = |untrained| {
            let html = page("#/story", locale, |session| {
                let mut model = model();
                model.config.untrained = untrained;
                session.receive(Reply::Ready { model: Box::new(model), vocabulary: None, rebuilt: false });
            });
            (html.matches(words).count(), html.contains("data-untrained=\"true\""))
        };
        // The button with its label, and the status line.
        assert_eq!((said(true), said(false)), ((3, true), (0, false)));
    }
}
