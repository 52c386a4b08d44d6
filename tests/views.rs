//! The pictures as HTML: what is drawn is what the trace says, in both languages, and never more
//! of the page's elements than it can bear.
//!
//! Snapshots lie in `tests/snapshots`; after a wanted change, `INSTA_UPDATE=always cargo test --test views`
//! writes them anew.

use glassbox::content::{Locale, StageStrings, strings};
use glassbox::link::protocol::{Neighbour, Neighbourhood};
use glassbox::model::{GptConfig, Site};
use glassbox::tokens::{Text, Token, Vocabulary};
use glassbox::trace::{Layout, Trace};
use glassbox::views::attention::{self, AttentionHead};
use glassbox::views::embedding::{self, EmbeddingFloor};
use glassbox::views::heads::{self, HeadsGrid};
use glassbox::views::overview;
use glassbox::views::paint::{Scale, Theme};
use glassbox::views::prediction::{self, Ask, Prediction};
use leptos::prelude::*;
use std::sync::Arc;

/// Tokens of a small text; the last two are together one character.
const VOCABULARY: [&[u8]; 9] = [b"The", b" king", b" said", b" the", b" queen", b" King", b" ", b"\xe4\xbd", b"\xa0"];
const HEADS: usize = 2;
const LAYERS: usize = 2;

fn vocabulary() -> Vocabulary {
    Vocabulary::new(VOCABULARY)
}

/// A run of `ids`: weights that are fractions, logits that are small, all of them different.
fn trace(ids: &[u32], heads: usize) -> Arc<Trace> {
    let config = format!(
        r#"{{"n_layer":{LAYERS},"n_head":{heads},"n_embd":{},"vocab_size":{},"n_positions":256}}"#,
        4 * heads,
        VOCABULARY.len()
    );
    let config = GptConfig::from_json(&config).unwrap();
    let mut text = Text::default();
    let mut bytes = Vec::new();
    for &id in ids {
        let start = bytes.len();
        bytes.extend_from_slice(VOCABULARY[id as usize]);
        text.tokens.push(Token { id, start, end: bytes.len() });
    }
    text.read = String::from_utf8(bytes).unwrap();
    let taps: Vec<_> = overview::taps(LAYERS).into_iter().chain(prediction::taps()).collect();
    let layout = Layout::new(&taps, &config, ids.len());
    let mut values = vec![f32::NAN; layout.len()];
    for entry in &layout.entries {
        let rows = values[entry.range()].chunks_exact_mut(entry.width);
        if entry.name.site == Site::Logits {
            rows.for_each(|row| (0..).zip(row).for_each(|(i, v)| *v = ((i * 5) % 9) as f32 / 4.0));
            continue;
        }
        for (i, row) in rows.enumerate() {
            let (head, query) = (i / ids.len(), i % ids.len());
            let share = |key: usize| (1 + (key * (head + 2 + entry.name.layer)) % 7) as f32;
            let whole: f32 = (0..=query).map(share).sum();
            // The future stays no number: a view that draws it shouts.
            (0..=query).for_each(|key| row[key] = share(key) / whole);
        }
    }
    Arc::new(Trace { text, config, layout, knob: None, values })
}

fn sentence() -> Arc<Trace> {
    trace(&[0, 1, 2, 3, 4], HEADS)
}

fn neighbourhood() -> Neighbourhood {
    let nearest = [(5, 0.75), (4, 0.5), (0, 0.25), (3, -0.125)];
    Neighbourhood {
        id: 1,
        nearest: nearest.map(|(id, cosine)| Neighbour { id, cosine }).to_vec(),
        points: vec![[0.0, 0.0], [1.0, 0.5], [-1.0, 0.25], [-2.0, -1.0], [2.0, -0.5]],
        variance: [0.5, 0.25],
        vector: (0..24).map(|i| (i as f32 - 12.0) / 16.0).collect(),
    }
}

/// What every picture is given beside its model.
#[derive(Clone, Copy)]
struct Props {
    words: Signal<&'static StageStrings>,
    theme: Signal<Theme>,
    stale: Signal<bool>,
}

/// Renders a view to HTML, a line an element.
fn html<V: IntoView + 'static>(locale: Locale, draw: impl FnOnce(Props) -> V) -> String {
    let owner = Owner::new();
    owner.with(|| {
        let words = Signal::stored(&strings(locale).stage);
        let props = Props { words, theme: Signal::stored(Theme::Light), stale: Signal::stored(false) };
        draw(props).into_view().to_html().replace("<!>", "").replace("><", ">\n<")
    })
}

fn draw_attention(locale: Locale, trace: Option<&Arc<Trace>>, query: Option<usize>) -> String {
    let model = trace.and_then(|t| attention::derive(t, 1, 1, query));
    html(locale, |Props { words, theme, stale }| {
        view! {
            <AttentionHead model=Signal::stored(model) scale=RwSignal::new(Scale::Root) held=Signal::stored(None)
                on_hold=Callback::new(|_| ()) on_cell=Callback::new(|_| ()) on_leave=Callback::new(|_| ()) on_head=Callback::new(|_| ()) theme stale strings=words />
        }
    })
}

fn draw_heads(locale: Locale, trace: Option<&Arc<Trace>>) -> String {
    let model = trace.and_then(|t| heads::derive(t, 1));
    html(locale, |Props { words, theme, stale }| {
        view! {
            <HeadsGrid model=Signal::stored(model) head=Signal::stored(1) on_head=Callback::new(|_| ()) theme stale strings=words />
        }
    })
}

fn draw_prediction(locale: Locale, trace: Option<&Arc<Trace>>, ask: Ask) -> String {
    let model = trace.and_then(|t| prediction::derive(t, &vocabulary(), &ask));
    html(locale, |Props { words, stale, .. }| {
        view! {
            <Prediction model=Signal::stored(model) ask=RwSignal::new(ask) compact=Signal::stored(false)
                on_cell=Callback::new(|_| ()) stale strings=words />
        }
    })
}

fn draw_embedding(locale: Locale, neighbourhood: Option<&Neighbourhood>) -> String {
    let model = neighbourhood.map(|n| embedding::derive(n, &vocabulary()));
    html(locale, |Props { words, theme, stale }| {
        view! {
            <EmbeddingFloor model=Signal::stored(model) on_lookup=Callback::new(|_| ()) on_visit=Callback::new(|_| ())
                theme stale strings=words />
        }
    })
}

fn ask() -> Ask {
    Ask { count: 3, temperature: 0.5, word: "queen".into(), ..Ask::default() }
}

#[test]
fn the_pictures_read_as_they_did() {
    for locale in Locale::ALL {
        let name = |picture: &str| format!("{picture}_{}", locale.code());
        let (trace, near) = (sentence(), neighbourhood());
        insta::assert_snapshot!(name("attention"), draw_attention(locale, Some(&trace), Some(3)));
        insta::assert_snapshot!(name("heads"), draw_heads(locale, Some(&trace)));
        insta::assert_snapshot!(name("prediction"), draw_prediction(locale, Some(&trace), ask()));
        insta::assert_snapshot!(name("embedding"), draw_embedding(locale, Some(&near)));
    }
}

/// The attributes of every element with this `data-testid`.
fn elements(html: &str, id: &str) -> Vec<String> {
    let marked = format!("data-testid=\"{id}\"");
    html.lines().filter(|line| line.contains(&marked)).map(String::from).collect()
}

fn attribute(element: &str, name: &str) -> String {
    let start = element.find(&format!(" {name}=\"")).unwrap_or_else(|| panic!("no {name} in {element}"));
    element[start..].split('"').nth(1).unwrap().into()
}

#[test]
fn every_cell_carries_the_trace_s_number() {
    for ids in [vec![0], vec![0, 1, 2, 3, 4], (0..64).map(|i| i % 7).collect()] {
        let trace = trace(&ids, HEADS);
        for query in [0, ids.len() / 2, ids.len() - 1] {
            let drawn = draw_attention(Locale::En, Some(&trace), Some(query));
            let cells = elements(&drawn, "cell");
            // No cell of the future, not even an empty one.
            assert_eq!(cells.len(), query + 1);
            let row = trace.map_row(Site::Weights, 1, 1, query).unwrap();
            for cell in cells {
                let key: usize = attribute(&cell, "data-key").parse().unwrap();
                assert_eq!(attribute(&cell, "data-value"), row[key].to_string());
                assert_eq!(attribute(&cell, "data-query"), query.to_string());
            }
            assert!(!drawn.contains("NaN"), "{drawn}");
        }
    }
}

#[test]
fn the_chances_are_of_the_whole_vocabulary_whatever_the_temperature() {
    let trace = sentence();
    let logits = trace.row(Site::Logits, 0, 4).unwrap();
    let whole: f64 = logits.iter().map(|v| f64::from(*v).exp()).sum();
    for temperature in [0.0, 0.5, 1.0, 2.0] {
        let drawn = draw_prediction(Locale::En, Some(&trace), Ask { temperature, ..ask() });
        let mut sum = 0.0;
        for row in elements(&drawn, "probability") {
            let id: usize = attribute(&row, "data-id").parse().unwrap();
            let chance: f64 = attribute(&row, "data-value").parse().unwrap();
            assert!((chance - f64::from(logits[id]).exp() / whole).abs() < 1e-7, "{row}");
            assert_eq!(row.contains("data-draw-value"), temperature != 1.0);
            sum += chance;
        }
        let rest = &elements(&drawn, "remainder")[0];
        assert_eq!(attribute(rest, "data-count"), "6");
        sum += attribute(rest, "data-value").parse::<f64>().unwrap();
        assert!((sum - 1.0).abs() < 1e-6, "{sum}");
    }
}

#[test]
fn neighbours_carry_their_cosines() {
    let drawn = draw_embedding(Locale::Zh, Some(&neighbourhood()));
    let rows = elements(&drawn, "neighbour");
    let found: Vec<_> = rows.iter().map(|r| (attribute(r, "data-id"), attribute(r, "data-value"))).collect();
    let wanted = [("5", "0.75"), ("4", "0.5"), ("0", "0.25")].map(|(a, b)| (a.to_string(), b.to_string()));
    // The fourth is another spelling of the third: folded.
    assert_eq!(found, wanted);
}

#[test]
fn nothing_is_drawn_from_nothing() {
    for locale in Locale::ALL {
        let pictures = [
            draw_attention(locale, None, None),
            draw_heads(locale, None),
            draw_prediction(locale, None, Ask::default()),
            draw_embedding(locale, None),
        ];
        for picture in pictures {
            assert!(picture.contains(strings(locale).stage.empty), "{picture}");
            assert!(!picture.contains(" data-value=") && !picture.contains("data-testid=\"cell\""), "{picture}");
        }
    }
}

#[test]
fn a_token_that_is_part_of_a_character_shows_its_bytes() {
    let trace = trace(&[6, 7, 8], HEADS);
    let drawn = draw_attention(Locale::En, Some(&trace), None);
    assert!(drawn.contains("E4 BD") && !drawn.contains('\u{fffd}'));
}

/// What a browser must hold for one picture does not grow with T²: counted, for time depends on
/// the machine.
#[test]
fn the_largest_text_makes_a_bearable_page() {
    let long: Vec<u32> = (0..256).map(|i| i % 6).collect();
    let trace = trace(&long, 12);
    let count = |html: String| html.matches('<').count() - html.matches("</").count();
    let counts = [
        ("attention", count(draw_attention(Locale::En, Some(&trace), Some(255))), 4200),
        ("heads", count(draw_heads(Locale::En, Some(&trace))), 120),
        ("prediction", count(draw_prediction(Locale::En, Some(&trace), Ask::default())), 220),
    ];
    for (picture, found, most) in counts {
        println!("{picture}: {found}");
        assert!(found <= most, "{picture}: {found} elements, {most} at most");
    }
}
