//! The chances shown are the trace's, all of them, whatever is listed.

use super::*;
use crate::model::GptConfig;
use crate::tokens::{Text, Token};
use crate::trace::Layout;

fn vocabulary() -> Vocabulary {
    Vocabulary::new([" dog", "dog", " do", "d", "!", " cat", "\n", " Cat"])
}

fn trace(logits: &[f32]) -> Trace {
    let config = format!(r#"{{"n_layer":1,"n_head":1,"n_embd":4,"vocab_size":{},"n_positions":8}}"#, logits.len());
    let config = GptConfig::from_json(&config).unwrap();
    let layout = Layout::new(&taps(), &config, 2);
    let token = |start| Token { id: 0, start, end: start + 1 };
    let text = Text { read: "ab".into(), tokens: vec![token(0), token(1)], ..Text::default() };
    Trace { text, config, layout, knob: None, values: logits.to_vec() }
}

const LOGITS: [f32; 8] = [1.0, 3.0, -2.0, 3.0, 0.5, 0.0, -1.0, 2.0];

#[test]
fn what_is_listed_and_what_is_not_make_one_whole() {
    for count in [1, 3, 8, 100] {
        for temperature in [0.0, 0.5, 1.0, 2.0] {
            let ask = Ask { count, temperature, ..Ask::default() };
            let model = derive(&trace(&LOGITS), &vocabulary(), &ask).unwrap();
            let whole: f32 = model.rows.iter().map(|r| r.chance).sum::<f32>() + model.rest.chance;
            assert!((whole - 1.0).abs() < 1e-6, "{whole}");
            assert_eq!(model.rows.len() + model.rest.count, 8);
            assert_eq!(model.rows[0].drawn.is_some(), temperature != 1.0);
            assert_eq!(model.rows.iter().map(|r| r.label.id).take(2).collect::<Vec<_>>()[0], 1);
            let short = model.first(2);
            let whole: f32 = short.rows.iter().map(|r| r.chance).sum::<f32>() + short.rest.chance;
            assert!((whole - 1.0).abs() < 1e-6 && short.rows.len() + short.rest.count == 8);
        }
    }
}

#[test]
fn a_word_is_found_with_its_rank() {
    let ask = Ask { word: "dog".into(), ..Ask::default() };
    let model = derive(&trace(&LOGITS), &vocabulary(), &ask).unwrap();
    let Some(Found::Whole(row)) = model.found else { panic!("{:?}", model.found) };
    assert_eq!((row.rank, row.chance), (4, model.rows[3].chance));
}

#[test]
fn a_full_bar_stands_for_one_of_a_few_shares() {
    let model = derive(&trace(&[0.0; 8]), &vocabulary(), &Ask { count: 8, ..Ask::default() }).unwrap();
    assert_eq!(model.full(), 0.25);
    // Whatever the remainder is.
    assert_eq!(model.first(3).full(), 0.25);
    let sure = derive(&trace(&[9.0, 0.0, 0.0]), &vocabulary(), &Ask::default()).unwrap();
    assert_eq!(sure.full(), 1.0);
}

#[test]
fn what_is_cut_away_keeps_its_own_chance_and_what_stays_adds_up_again() {
    let plain = derive(&trace(&LOGITS), &vocabulary(), &Ask { count: 8, ..Ask::default() }).unwrap();
    for (top_k, top_p, kept) in [(Some(3), None, 3), (None, Some(0.3), 1), (Some(5), Some(0.99), 5)] {
        for count in [2, 8] {
            let ask = Ask { count, top_k, top_p, word: "cat".into(), ..Ask::default() };
            let model = derive(&trace(&LOGITS), &vocabulary(), &ask).unwrap();
            assert_eq!(model.kept, kept);
            for (row, own) in model.rows.iter().zip(&plain.rows) {
                assert_eq!((row.label.id, row.chance), (own.label.id, own.chance));
                assert_eq!(row.drawn.unwrap() > 0.0, model.keeps(row.rank));
            }
            for model in [model.first(1), model] {
                let drawn = model.rows.iter().map(|r| r.drawn.unwrap()).sum::<f32>() + model.rest.drawn.unwrap();
                assert!((drawn - 1.0).abs() < 1e-6, "{drawn}");
                assert_eq!(model.rest.drawn.unwrap() > 0.0, model.keeps(model.rows.len() + 1));
            }
        }
    }
    assert!(plain.kept == 8 && plain.rest.drawn.is_none());
}
