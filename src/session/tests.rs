//! What may happen to a session, without a browser.

use super::*;
use crate::engine::{EngineChoice, EngineStatus, RunReport};
use crate::link::protocol::{Example, Fault, ModelInfo};
use crate::link::source::Source;
use crate::model::{GptConfig, Knob, Precision};
use crate::tokens::{Text, Token};
use crate::trace::{Layout, Trace};

fn session(address: &str) -> Session {
    let opening = Opening::from_address("", true);
    Session::new(&Route::parse(address), Locale::En, ThemeChoice::System, opening)
}

fn model() -> ModelInfo {
    let json = r#"{"n_layer":2,"n_head":3,"n_embd":12,"vocab_size":5,"n_positions":8}"#;
    let config = GptConfig::from_json(json).unwrap();
    ModelInfo {
        name: "story".into(),
        source: Source::Site("story".into()),
        parameters: config.parameters(),
        config,
        file_bytes: 1,
        in_bytes: false,
        asked: Precision::F16,
        precision: Precision::F16,
        engine: EngineStatus::Gpu { adapter: String::new(), software: false },
        capacity: 8,
        examples: vec![Example { text: "Once".into(), en: "e".into(), zh: "z".into() }],
        not_kept: None,
    }
}

#[test]
fn the_first_example_fills_an_empty_box_only() {
    Owner::new().with(|| {
        let empty = session("");
        empty.receive(Reply::Ready { model: Box::new(model()), vocabulary: None, rebuilt: false });
        assert_eq!(empty.input.replacement.get_untracked().as_deref(), Some("Once"));

        let typed = session("");
        typed.type_text("My own".into());
        typed.receive(Reply::Ready { model: Box::new(model()), vocabulary: None, rebuilt: false });
        assert_eq!(typed.input.replacement.get_untracked(), None);
        assert_eq!(typed.input.text.get_untracked(), "My own");

        let linked = session("#/tokens?text=hi");
        linked.receive(Reply::Ready { model: Box::new(model()), vocabulary: None, rebuilt: false });
        assert_eq!(linked.input.replacement.get_untracked().as_deref(), Some("hi"));
    });
}

#[test]
fn a_floor_and_head_that_the_model_lacks_become_the_nearest() {
    Owner::new().with(|| {
        let session = session("#/block-7/head-9");
        session.receive(Reply::Ready { model: Box::new(model()), vocabulary: None, rebuilt: false });
        assert_eq!(session.pick.floor.get_untracked(), Floor::Block(1));
        assert_eq!(session.pick.head.get_untracked(), 2);
    });
}

#[test]
fn an_address_followed_later_stays_within_the_model_too() {
    Owner::new().with(|| {
        let session = session("");
        session.receive(Reply::Ready { model: Box::new(model()), vocabulary: None, rebuilt: false });
        session.follow(Route::parse("#/block-0/head-999?cell=block.11.mid:0:0"));
        assert_eq!((session.pick.floor.get_untracked(), session.pick.head.get_untracked()), (Floor::Block(0), 2));
        assert_eq!(session.pick.cell.get_untracked(), None);
        session.follow(Route::parse("#/block-11/mlp?cell=block.1.attention.scores:2:1:0"));
        assert_eq!(session.pick.floor.get_untracked(), Floor::Block(1));
        assert!(session.pick.cell.get_untracked().is_some());
    });
}

#[test]
fn a_link_carries_the_kind_of_weights_that_made_the_numbers() {
    Owner::new().with(|| {
        for (address, name) in [("", None), ("?weights=f32", Some("f32")), ("?weights=int8", Some("int8"))] {
            let opening = Opening::from_address(address, false);
            let session = Session::new(&Route::default(), Locale::En, ThemeChoice::System, opening);
            let written = || weights_in_address(untrack(|| session.shown()).precision);
            assert_eq!(written(), name);
            // The CPU keeps f32 whatever is asked; who opens the link may have a GPU.
            let asked = session.opening.get_untracked().precision;
            let model = ModelInfo { asked, precision: Precision::F32, ..model() };
            session.receive(Reply::Ready { model: Box::new(model), vocabulary: None, rebuilt: false });
            // Chosen for the next opening: these numbers are of the last.
            session.choose_precision(Precision::Int8);
            assert_eq!(written(), name);
        }
    });
}

#[test]
fn a_missing_default_model_gives_way_to_the_other() {
    Owner::new().with(|| {
        let session = session("");
        assert_eq!(session.opening.get_untracked().source, Source::Site("poem".into()));
        let fault = Fault::Missing { file: "config.json".into(), other: None };
        session.receive(Reply::Failed { ticket: None, fault: fault.clone() });
        assert_eq!(session.opening.get_untracked().source, Source::Site("story".into()));
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
        session.receive(Reply::Ready { model: Box::new(model()), vocabulary: None, rebuilt: false });
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
    let site = |name: &str| Source::Site(name.into());
    let expected = Opening {
        source: site("poem"),
        otherwise: None,
        picked: false,
        engine: EngineChoice::Cpu,
        precision: Precision::F32,
    };
    assert_eq!(opening, expected);
    assert_eq!(Opening::from_address("?model=../../secret", false).source, site("story"));
    assert_eq!(Opening::from_address("", false).source, site("story"));
    // What lies elsewhere is asked for, and the site's own is at hand should the visitor not have said yes.
    let linked = Opening::from_address("?model=openai-community%2Fgpt2", false);
    assert_eq!(linked.source, Source::Hub("openai-community/gpt2".into()));
    assert_eq!((linked.otherwise, linked.picked), (Some(site("story")), false));
}

#[test]
fn a_model_that_does_not_come_leaves_the_one_that_is_there() {
    Owner::new().with(|| {
        let session = session("");
        session.receive(Reply::Ready { model: Box::new(model()), vocabulary: None, rebuilt: false });
        session.type_text("Mine".into());
        let (story, hub) = (Source::Site("story".into()), Source::Hub("a/b".into()));
        session.open(hub.clone(), Some(Precision::F32));
        assert_eq!(session.answers.engine.get_untracked(), Engine::Ready);
        let fault = Fault::Unreachable { host: "hub.example".into(), offline: false };
        session.receive(Reply::Failed { ticket: None, fault: fault.clone() });
        assert_eq!(session.answers.trouble.get_untracked(), Some(Trouble::Fault(fault)));
        assert!(session.answers.model.with_untracked(|model| model.as_ref().is_some_and(|m| m.source == story)));
        assert_eq!(session.opening.get_untracked().source, story);
        assert_eq!(session.input.text.get_untracked(), "Mine");
        assert_eq!(session.refused.get_untracked(), Some(hub.clone()));
        // "Try again" means the one that failed.
        session.try_again();
        let opening = session.opening.get_untracked();
        assert_eq!((opening.source, opening.precision, opening.picked), (hub, Precision::F32, true));
        session.receive(Reply::Cancelled);
        assert_eq!(session.opening.get_untracked().source, story);
    });
}

#[test]
fn another_model_s_example_replaces_an_example_and_nothing_else() {
    Owner::new().with(|| {
        let other = |examples| {
            let model = ModelInfo { source: Source::Hub("a/b".into()), examples, ..model() };
            Reply::Ready { model: Box::new(model), vocabulary: None, rebuilt: false }
        };
        let example = |text: &str| Example { text: text.into(), en: "e".into(), zh: "z".into() };
        let after = |typed: &str, examples| {
            let session = session("");
            session.receive(Reply::Ready { model: Box::new(model()), vocabulary: None, rebuilt: false });
            session.type_text(typed.into());
            session.input.replacement.set(None);
            session.receive(other(examples));
            (session.input.text.get_untracked(), session.input.replacement.get_untracked())
        };
        assert_eq!(after("Once", vec![example("Es war")]), (String::new(), Some("Es war".into())));
        assert_eq!(after("Once", Vec::new()), ("Once".into(), None));
        assert_eq!(after("Mine", vec![example("Es war")]), ("Mine".into(), None));
    });
}

#[test]
fn a_linked_model_from_elsewhere_waits_for_a_yes() {
    Owner::new().with(|| {
        let opening = Opening::from_address("?model=a/b", false);
        let session = Session::new(&Route::default(), Locale::En, ThemeChoice::System, opening);
        let source = Source::Hub("a/b".into());
        session.receive(Reply::Failed { ticket: None, fault: Fault::NotHere { source: source.clone() } });
        assert_eq!(session.opening.get_untracked().source, Source::Site("story".into()));
        assert_eq!(session.picker.get_untracked(), Some(Picker { asked: Some(source) }));
        assert_eq!(session.answers.trouble.get_untracked(), None);
    });
}

#[test]
fn what_a_link_shows_of_a_model_from_elsewhere_waits_for_that_model() {
    Owner::new().with(|| {
        let route = Route::parse("#/block-11/head-9?text=hi&pin=4&knob=head:2:3:0");
        let source = Source::Hub("a/b".into());
        let big = || {
            let json = r#"{"n_layer":12,"n_head":12,"n_embd":12,"vocab_size":5,"n_positions":8}"#;
            let config = GptConfig::from_json(json).unwrap();
            ModelInfo { source: source.clone(), config, ..model() }
        };
        let come = |typed: &str| {
            let opening = Opening::from_address("?model=a/b", false);
            let session = Session::new(&route, Locale::En, ThemeChoice::System, opening);
            session.receive(Reply::Failed { ticket: None, fault: Fault::NotHere { source: source.clone() } });
            session.receive(Reply::Ready { model: Box::new(model()), vocabulary: None, rebuilt: false });
            // Not turned in the model that is there meanwhile.
            assert_eq!(session.pick.knob.get_untracked(), None);
            session.type_text(typed.into());
            session.receive(Reply::Ready { model: Box::new(big()), vocabulary: None, rebuilt: false });
            let pick = session.pick;
            (pick.floor.get_untracked(), pick.head.get_untracked(), pick.pin.get_untracked(), pick.knob.get_untracked())
        };
        let turned = Knob::parse("head:2:3:0", &big().config);
        assert!(turned.is_some());
        assert_eq!(come("hi"), (Floor::Block(11), 9, Some(4), turned));
        // Who has typed a text of their own has left the link.
        assert_eq!(come("mine"), (Floor::Block(1), 2, None, None));
    });
}

#[test]
fn a_linked_model_that_cannot_be_opened_is_not_left_out_in_silence() {
    Owner::new().with(|| {
        let opening = Opening::from_address("?model=a/b", false);
        let session = Session::new(&Route::default(), Locale::En, ThemeChoice::System, opening);
        let fault = Fault::Missing { file: "config.json".into(), other: None };
        session.receive(Reply::Failed { ticket: None, fault: fault.clone() });
        session.receive(Reply::Ready { model: Box::new(model()), vocabulary: None, rebuilt: false });
        assert_eq!(session.answers.trouble.get_untracked(), Some(Trouble::Fault(fault)));
        assert_eq!(session.refused.get_untracked(), Some(Source::Hub("a/b".into())));
    });
}

#[test]
fn a_link_names_the_model_whose_numbers_are_shown() {
    Owner::new().with(|| {
        let session = session("");
        session.receive(Reply::Ready { model: Box::new(model()), vocabulary: None, rebuilt: false });
        let named = || untrack(|| session.shown()).model;
        let before = named();
        session.open(Source::Hub("a/b".into()), None);
        assert_eq!(named(), before);
        session.receive(Reply::Ready {
            model: Box::new(ModelInfo { source: Source::Hub("a/b".into()), ..model() }),
            vocabulary: None,
            rebuilt: false,
        });
        assert_eq!(named().as_deref(), Some("a/b"));
    });
}

#[test]
fn only_a_model_that_was_rebuilt_as_it_was_keeps_what_it_said() {
    Owner::new().with(|| {
        let files = || ModelInfo { source: Source::Files("files".into()), ..model() };
        let kept = |next: ModelInfo, rebuilt: bool| {
            let session = session("");
            session.receive(Reply::Ready { model: Box::new(files()), vocabulary: None, rebuilt: false });
            let (text, layout) = (Text::default(), Layout::default());
            let trace = Trace { text, config: files().config, layout, knob: None, values: vec![] };
            session.receive(Reply::Picture { ticket: 1, report: RunReport::default(), trace: Box::new(trace) });
            session.pin(2);
            session.receive(Reply::Ready { model: Box::new(next), vocabulary: None, rebuilt });
            (session.answers.trace.with_untracked(Option::is_some), session.pick.pin.get_untracked())
        };
        assert_eq!(kept(files(), true), (true, Some(2)));
        // Other files of the same names and shape.
        assert_eq!(kept(files(), false), (false, None));
        // The CPU took over, and rounds to no f16.
        assert_eq!(kept(ModelInfo { precision: Precision::F32, ..files() }, true), (false, Some(2)));
    });
}
