//! Every floor's guess at every position (logit lens; nostalgebraist 2020, "interpreting GPT: the
//! logit lens"), and one word's chance and rank along the floors.
//!
//! In: the worker's answer to `Question::Grid`. A grid that belongs to another text or knob is not drawn anew:
//! the last picture stays, and says that it is old.

use crate::content::Strings;
use crate::link::question::{Asker, Question};
use crate::model::GptConfig;
use crate::trace::{Rows, Tap, Trace};
use crate::views::elevator::ElevatorModel;
use crate::views::room::{Place, StageActions, StageModel, kept};
use leptos::prelude::*;
use std::ops::Range;
use std::time::Duration;

mod edges;
pub mod grid;
pub mod line;

use grid::GuessGrid;
use line::WordLine;

/// What the room reads of the run: nothing but what the page asks anyhow; the grid comes by a question.
pub fn taps(_place: Place, _config: &GptConfig) -> Vec<Tap> {
    Vec::new()
}

/// The grid of a run, with one word followed through it.
pub fn question(trace: &Trace, word: Option<u32>) -> Option<Question> {
    (trace.tokens() > 0).then(|| Question::Grid { text: trace.text.read.clone(), word })
}

/// The word to follow where nobody wished for one: the model's own answer. What came is in the grid anyhow.
pub fn answer(model: StageModel) -> Memo<Option<u32>> {
    Memo::new(move |_| model.lens.with(|l: &ElevatorModel| l.answer().first().map(|g| g.id)))
}

/// So many columns are drawn at once.
pub const WINDOW: usize = 40;

/// The columns to draw: around the token looked at, as many as fit, moved by whole steps.
pub fn window(tokens: usize, around: usize, shift: isize) -> Range<usize> {
    let last = tokens.saturating_sub(WINDOW);
    let middle = around.saturating_sub(WINDOW / 2).min(last);
    let start = middle.saturating_add_signed(shift * (WINDOW as isize / 2)).min(last);
    start..(start + WINDOW).min(tokens)
}

/// No key for so long is a pause.
const PAUSE: Duration = Duration::from_millis(250);

/// What the visitor wants to follow instead of the usual word.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wish {
    pub typed: String,
    /// One of the guesses; a typed word wins.
    pub chosen: Option<u32>,
}

/// The word typed, as a token, and whether that is the whole word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wanted {
    Usual,
    Token(u32),
    /// The token only begins the typed word.
    Begins(u32),
    Nothing,
}

impl Wanted {
    pub fn id(self) -> Option<u32> {
        match self {
            Self::Token(id) | Self::Begins(id) => Some(id),
            Self::Usual | Self::Nothing => None,
        }
    }
}

#[component]
pub fn RiverRoom(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let wish = RwSignal::new(Wish::default());
    let shift = RwSignal::new(0isize);
    let pin = Signal::from(Memo::new(move |_| model.place.with(|place| place.pin)));
    let wanted = Memo::new(move |_| {
        wish.with(|wish| match (wish.typed.trim(), wish.chosen) {
            ("", Some(id)) => Wanted::Token(id),
            ("", None) => Wanted::Usual,
            (word, _) => match model.vocabulary.with(|v| v.beginning(word)) {
                Some((id, true)) => Wanted::Token(id),
                Some((id, false)) => Wanted::Begins(id),
                None => Wanted::Nothing,
            },
        })
    });
    let answer = answer(model);
    let ask = Memo::new(move |_| {
        model.trace.with(|t| t.as_ref().and_then(|t| question(t, wanted.get().id().or(answer.get()))))
    });
    let asked = model.asked.of(Asker::River);
    // Every floor at every token is much to compute: while someone types it waits for a pause.
    Effect::new(move |before: Option<Option<TimeoutHandle>>| {
        before.flatten().inspect(TimeoutHandle::clear);
        let question = ask.get()?;
        let pause = if asked.with_untracked(Option::is_some) { PAUSE } else { Duration::ZERO };
        set_timeout_with_handle(move || actions.on_ask.run((Asker::River, question)), pause).ok()
    });
    // Another model's tokens have other numbers.
    Effect::new(move |_| {
        model.info.track();
        wish.set(Wish::default());
    });
    Effect::new(move |_| {
        pin.track();
        shift.set(0);
    });

    let (grid, grid_stale) = kept(model, move |trace| {
        let answered = asked.get()?;
        let around = Rows::from(pin.get()).resolve(trace.tokens()).next()?;
        model.vocabulary.with(|v| grid::derive(trace, &answered, v, window(trace.tokens(), around, shift.get())))
    });
    let (line, line_stale) = kept(model, move |trace| {
        let answered = asked.get()?;
        let around = Rows::from(pin.get()).resolve(trace.tokens()).next()?;
        model.vocabulary.with(|v| line::derive(trace, &answered, v, around, wanted.get().id()))
    });
    let waiting = move || model.trace.with(Option::is_some) && grid.with(Option::is_none);
    view! {
        <div class="river">
            <p class="soft waiting" class:none=move || !waiting()>{move || strings.get().river.waiting}</p>
            <Show when=move || grid.with(Option::is_some)>
                <GuessGrid model=grid pin pick=model.pick shift stale=grid_stale actions strings />
                <WordLine model=line wish wanted=wanted.into() stale=line_stale actions strings />
            </Show>
        </div>
    }
}

/// How a floor of the grid is called: 0 is before the first block.
fn floor_name(depth: usize, strings: &Strings) -> String {
    match depth {
        0 => strings.river.after_embedding.into(),
        depth => (strings.river.after_block)(depth),
    }
}

/// A grid and its run, made up, for the tests here.
#[cfg(test)]
pub(crate) mod sample {
    use super::*;
    use crate::analysis::lens::{LensCell, LensGrid, Standing};
    use crate::link::question::{Answer, Answered};
    use crate::tokens::{Text, Token, Vocabulary};
    use crate::trace::Layout;

    pub const WORDS: [&str; 5] = ["The", " cat", " sat", " on", " mat"];

    /// "The cat sat on" through two blocks; every floor guesses one word further than the last.
    pub fn run() -> (Trace, Vocabulary) {
        let json = r#"{"n_layer":2,"n_head":1,"n_embd":4,"vocab_size":5,"n_positions":8}"#;
        let config = GptConfig::from_json(json).unwrap();
        let mut text = Text { read: WORDS[..4].concat(), wanted: 4, ..Text::default() };
        let mut start = 0;
        for (id, word) in WORDS[..4].iter().enumerate() {
            text.tokens.push(Token { id: id as u32, start, end: start + word.len() });
            start += word.len();
        }
        (Trace { text, config, layout: Layout::default(), knob: None, values: vec![] }, Vocabulary::new(WORDS))
    }

    pub fn answered(word: Option<u32>) -> Answered {
        let cell = |floor: usize, position: usize| LensCell {
            first: ((floor + position) % 5) as u32,
            chance: (1 + floor) as f32 / 4.0,
            came: (position < 3).then_some(Standing { chance: 0.25, rank: 3 - floor as u32 }),
            word: word.map(|_| Standing { chance: floor as f32 / 4.0, rank: 5 - floor as u32 }),
        };
        let cells = (0..3).flat_map(|floor| (0..4).map(move |position| cell(floor, position))).collect();
        Answered {
            question: Question::Grid { text: WORDS[..4].concat(), word },
            answer: Answer::Grid(LensGrid { tokens: 4, cells }),
            knob: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::question::Answered;
    use crate::model::Knob;

    #[test]
    fn the_window_holds_the_pin_and_stays_within_the_text() {
        assert_eq!(window(0, 0, 0), 0..0);
        assert_eq!(window(17, 16, 0), 0..17);
        assert_eq!(window(100, 99, 0), 60..100);
        assert_eq!(window(100, 50, 0), 30..70);
        assert_eq!(window(100, 50, 1), 50..90);
        assert_eq!(window(100, 50, -9), 0..40);
        for around in 0..100 {
            assert!(window(100, around, 0).contains(&around));
        }
    }

    #[test]
    fn a_grid_of_another_text_or_knob_is_not_this_run_s() {
        let (mut trace, vocabulary) = sample::run();
        let mut answered = sample::answered(None);
        let drawn = |trace: &Trace, answered: &Answered| grid::derive(trace, answered, &vocabulary, 0..4).is_some();
        assert!(drawn(&trace, &answered));
        answered.knob = Some(Knob::Head { layer: 0, head: 0, scale: 0.0 });
        assert!(!drawn(&trace, &answered));
        trace.knob = answered.knob;
        assert!(drawn(&trace, &answered));
        trace.text.read.push('!');
        assert!(!drawn(&trace, &answered));
    }
}
