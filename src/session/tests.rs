//! What may happen to a session, without a browser.

use super::*;
use crate::engine::EngineStatus;
use crate::link::protocol::Example;
use crate::model::GptConfig;
use crate::tokens::Token;

fn session(address: &str) -> Session {
    let opening = Opening::from_address("", true);
    Session::new(&Route::parse(address), Locale::En, ThemeChoice::System, opening)
}

fn model() -> ModelInfo {
    let json = r#"{"n_layer":2,"n_head":3,"n_embd":12,"vocab_size":5,"n_positions":8}"#;
    let config = GptConfig::from_json(json).unwrap();
    ModelInfo {
        name: "story".into(),
        folder: "models/story/".into(),
        parameters: config.parameters(),
        config,
        file_bytes: 1,
        precision: Precision::F16,
        engine: EngineStatus::Gpu { adapter: String::new(), software: false },
        capacity: 8,
        examples: vec![Example { text: "Once".into(), en: "e".into(), zh: "z".into() }],
    }
}

#[test]
fn the_first_example_fills_an_empty_box_only() {
    Owner::new().with(|| {
        let empty = session("");
        empty.receive(Reply::Ready(Box::new(model())));
        assert_eq!(empty.input.replacement.get_untracked().as_deref(), Some("Once"));

        let typed = session("");
        typed.type_text("My own".into());
        typed.receive(Reply::Ready(Box::new(model())));
        assert_eq!(typed.input.replacement.get_untracked(), None);
        assert_eq!(typed.input.text.get_untracked(), "My own");

        let linked = session("#/tokens?text=hi");
        linked.receive(Reply::Ready(Box::new(model())));
        assert_eq!(linked.input.replacement.get_untracked().as_deref(), Some("hi"));
    });
}

#[test]
fn a_floor_and_head_that_the_model_lacks_become_the_nearest() {
    Owner::new().with(|| {
        let session = session("#/block-7/head-9");
        session.receive(Reply::Ready(Box::new(model())));
        assert_eq!(session.pick.floor.get_untracked(), Floor::Block(1));
        assert_eq!(session.pick.head.get_untracked(), 2);
    });
}

#[test]
fn a_missing_default_model_gives_way_to_the_other() {
    Owner::new().with(|| {
        let session = session("");
        assert_eq!(session.opening.get_untracked().name, "poem");
        let fault = Fault::Fetch { file: "config.json".into(), detail: "404".into() };
        session.receive(Reply::Failed { ticket: None, fault: fault.clone() });
        assert_eq!(session.opening.get_untracked().name, "story");
        assert_eq!(session.answers.trouble.get_untracked(), None);
        session.receive(Reply::Failed { ticket: None, fault: fault.clone() });
        assert_eq!(session.answers.engine.get_untracked(), Engine::Failed);
        assert_eq!(session.answers.trouble.get_untracked(), Some(Trouble::Fault(fault)));
    });
}

#[test]
fn a_failed_question_leaves_the_model_standing() {
    Owner::new().with(|| {
        let session = session("");
        session.receive(Reply::Ready(Box::new(model())));
        let fault = Fault::Internal { detail: "x".into() };
        session.receive(Reply::Failed { ticket: Some(1), fault });
        assert_eq!(session.answers.engine.get_untracked(), Engine::Ready);
        assert!(session.answers.model.with_untracked(Option::is_some));
    });
}

#[test]
fn the_pin_stays_within_the_text_and_lets_go() {
    Owner::new().with(|| {
        let session = session("");
        session.move_pin(1);
        assert_eq!(session.pick.pin.get_untracked(), None);
        let token = |start| Token { id: 0, start, end: start + 1 };
        let tokens = (0..3).map(token).collect();
        session.receive(Reply::Tokens { ticket: 1, text: Text { read: "abc".into(), tokens, ..Text::default() } });
        session.move_pin(-1);
        assert_eq!(session.pick.pin.get_untracked(), Some(1));
        session.move_pin(9);
        assert_eq!(session.pick.pin.get_untracked(), Some(2));
        session.pin(2);
        assert_eq!(session.pick.pin.get_untracked(), None);
        session.pin(0);
        session.let_go();
        assert_eq!(session.pick.pin.get_untracked(), None);
    });
}

#[test]
fn an_address_moves_what_it_names_and_nothing_else() {
    Owner::new().with(|| {
        let session = session("#/block-1/head-2?text=abc&pin=1&t=0.5");
        session.follow(Route::parse("#/unembedding"));
        let route = session.route();
        assert_eq!(route.floor, Some(Floor::Unembedding));
        assert_eq!((route.text.as_deref(), route.pin, route.temperature), (Some("abc"), Some(1), Some(0.5)));
    });
}

#[test]
fn a_step_back_leads_to_the_place_and_takes_nothing_back() {
    Owner::new().with(|| {
        let session = session("#/block-1/head-2?text=abcd&t=0.5&k=7&p=0.5");
        session.follow(Route::parse("#/tokens?text=ab&t=1.5&lang=zh").place());
        let route = session.route();
        assert_eq!((route.floor, route.text.as_deref()), (Some(Floor::Tokens), Some("abcd")));
        assert_eq!((route.temperature, route.top_k, route.top_p), (Some(0.5), Some(7), Some(0.5)));
        assert_eq!(route.locale, Some(Locale::En));
        session.follow(Route::parse("#/tokens?k=3"));
        assert_eq!(session.settings.ask.with_untracked(|ask| (ask.temperature, ask.top_k)), (0.5, Some(3)));
    });
}

#[test]
fn the_address_chooses_engine_precision_and_model() {
    let opening = Opening::from_address("?engine=cpu&weights=f32&model=poem", false);
    let expected =
        Opening { name: "poem".into(), otherwise: None, engine: EngineChoice::Cpu, precision: Precision::F32 };
    assert_eq!(opening, expected);
    assert_eq!(Opening::from_address("?model=../../secret", false).name, "story");
    assert_eq!(Opening::from_address("", false).name, "story");
}
