//! The tokens' room as HTML: what it draws is the tokenizer's own, from bytes to tokens, in both languages.

use glassbox::content::{Locale, Route};
use glassbox::link::protocol::Reply;
use glassbox::link::question::{Answer, Answered, Asker, Question};
use glassbox::session::{Opening, Session, ThemeChoice};
use glassbox::tokens::Tokenizer;
use glassbox::views::app::{App, Surroundings};
use leptos::prelude::*;

const POEM: &[u8] = include_bytes!("../www/models/poem/tokenizer.json");

/// The whole page on the tokens' floor, with the tokenizer's answer to `asked`.
fn page(locale: Locale, text: &str, asked: &str) -> String {
    let tokenizer = Tokenizer::from_json(POEM).unwrap();
    Owner::new().with(|| {
        let route = Route::parse("#/tokens?pin=0");
        let session = Session::new(&route, locale, ThemeChoice::Light, Opening::from_address("", false));
        session.type_text(text.into());
        session.receive(Reply::Vocabulary(tokenizer.vocabulary().clone()));
        session.receive(Reply::Tokens { ticket: 1, text: tokenizer.encode(text, 99) });
        let question = Question::Spelling { text: asked.into() };
        session.learn(
            Asker::Spelling,
            Answered { question, answer: Answer::Spelling(tokenizer.spelling(asked)), knob: None },
        );
        let around = Surroundings { dark: Signal::derive(|| false), narrow: Signal::derive(|| false) };
        view! { <App session around /> }.to_html()
    })
}

#[test]
fn a_character_grows_from_its_bytes_into_its_token() {
    for locale in Locale::ALL {
        let html = page(locale, "床前明月龘", "床前明月龘");
        for part in [
            "data-hex=\"E5 BA 8A\"",
            "data-derived=\"text:bytes\"",
            "data-testid=\"puzzle\"",
            "data-steps=\"2\"",
            "U+5E8A",
            "0101 111010 001010",
        ] {
            assert!(html.contains(part), "{part} in {locale:?}");
        }
        assert!(!html.contains('\u{fffd}'));
    }
}

#[test]
fn an_answer_to_another_text_draws_nothing() {
    let html = page(Locale::En, "床前明月光", "床前");
    assert!(!html.contains("data-testid=\"growth\"") && html.contains("token-table"));
}
