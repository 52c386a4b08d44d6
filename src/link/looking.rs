//! What the page asks of a run, less what it has of that run already.
//!
//! In: looks (a text, places, a knob) and the pictures that answer them. Out: the places whose values are lacking, and
//! pictures that are whole again. Another floor of the same run costs what is only there: the logits of every floor's
//! guess, by far the most, are computed and read back once a text.

use crate::model::Knob;
use crate::trace::{Layout, Tap, Trace};
use std::sync::Arc;

/// What does the network make of this text, at these places?
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    pub text: String,
    pub taps: Vec<Tap>,
    pub knob: Option<Knob>,
}

/// The last picture, as long as the engine that made it is there.
#[derive(Clone, Debug, Default)]
pub struct Held(Option<Arc<Trace>>);

impl Held {
    /// Those of a look's taps that the worker has to be asked for.
    pub fn lacking(&self, look: &Look) -> Vec<Tap> {
        match self.of(look) {
            Some(trace) => look.taps.iter().copied().filter(|tap| !trace.has(&layout(&[*tap], trace))).collect(),
            None => look.taps.clone(),
        }
    }

    /// The whole picture of a look, where nothing of it is lacking.
    pub fn picture(&mut self, look: &Look) -> Option<Arc<Trace>> {
        let trace = self.of(look)?;
        let whole = Arc::new(trace.gathered(layout(&look.taps, trace), trace)?);
        self.0 = Some(whole.clone());
        Some(whole)
    }

    /// The whole picture of a look, from what was lacking and what is held. The answer alone, where that is not all:
    /// it is true, and views say of what they lack that it is on the way.
    pub fn complete(&mut self, look: &Look, answer: Trace) -> Arc<Trace> {
        let held = self.of(look).filter(|held| held.text == answer.text && held.config == answer.config);
        let whole = held.and_then(|held| answer.gathered(layout(&look.taps, held), held));
        let whole = Arc::new(whole.unwrap_or(answer));
        self.0 = Some(whole.clone());
        whole
    }

    /// Another engine has come: its numbers stand beside no other's.
    pub fn forget(&mut self) {
        self.0 = None;
    }

    /// What is held, if it is of this text, read to its end, with this knob turned.
    fn of(&self, look: &Look) -> Option<&Trace> {
        self.0.as_deref().filter(|trace| trace.text.read == look.text && trace.knob == look.knob)
    }
}

fn layout(taps: &[Tap], trace: &Trace) -> Layout {
    Layout::new(taps, &trace.config, trace.tokens())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{GptConfig, Site};
    use crate::tokens::{Text, Token};

    /// Values that say where they are from: the taps' order, and who answered.
    fn answer(look: &Look, taps: &[Tap], from: f32) -> Trace {
        let json = r#"{"n_layer":2,"n_head":2,"n_embd":4,"vocab_size":5,"n_positions":8}"#;
        let config = GptConfig::from_json(json).unwrap();
        let tokens = (0..look.text.len()).map(|i| Token { id: 0, start: i, end: i + 1 }).collect();
        let text = Text { read: look.text.clone(), tokens, ..Text::default() };
        let layout = Layout::new(taps, &config, look.text.len());
        let values = (0..layout.len()).map(|i| from + i as f32).collect();
        Trace { text, config, layout, knob: look.knob, values }
    }

    fn look(text: &str, taps: &[Tap]) -> Look {
        Look { text: text.into(), taps: taps.to_vec(), knob: None }
    }

    const GUESS: Tap = Tap { name: crate::model::SiteName { site: Site::Logits, layer: 0 }, ..LAST };
    const LAST: Tap =
        Tap { name: crate::model::SiteName { site: Site::Out, layer: 1 }, head: None, rows: crate::trace::Rows::Last };

    #[test]
    fn another_floor_asks_for_what_is_only_there_and_is_as_if_all_had_been_asked() {
        let (mut held, river) = (Held::default(), Tap::all(Site::Mid, 0));
        let first = look("abc", &[GUESS, Tap::all(Site::Out, 0)]);
        assert_eq!(held.lacking(&first), first.taps);
        held.complete(&first, answer(&first, &first.taps, 0.0));

        let second = look("abc", &[GUESS, river, Tap::at(Site::Out, 0, 1)]);
        assert_eq!(held.lacking(&second), [river]);
        let whole = held.complete(&second, answer(&second, &[river], 100.0));
        assert_eq!(whole.layout, Layout::new(&second.taps, &whole.config, 3));
        assert_eq!(whole.row(Site::Logits, 0, 2), Some(&[0.0, 1.0, 2.0, 3.0, 4.0][..]));
        assert_eq!(whole.row(Site::Out, 0, 1), Some(&[9.0, 10.0, 11.0, 12.0][..]));
        assert_eq!(whole.row(Site::Mid, 0, 0), Some(&[100.0, 101.0, 102.0, 103.0][..]));
        assert_eq!(whole.row(Site::Out, 0, 0), None);
    }

    #[test]
    fn what_lacks_nothing_is_answered_at_once_and_one_map_of_all_is_no_other_question() {
        let mut held = Held::default();
        let maps = look("ab", &[GUESS, Tap::all(Site::Weights, 1)]);
        held.complete(&maps, answer(&maps, &maps.taps, 0.0));
        let one = look("ab", &[Tap::head(Site::Weights, 1, 1), GUESS]);
        assert!(held.lacking(&one).is_empty());
        let picture = held.picture(&one).unwrap();
        assert_eq!(picture.map(Site::Weights, 1, 1), Some(&[9.0, 10.0, 11.0, 12.0][..]));
        // Only what was asked last is kept.
        assert_eq!(held.lacking(&maps), [Tap::all(Site::Weights, 1)]);
        assert!(held.picture(&maps).is_none());
    }

    #[test]
    fn another_text_another_knob_and_another_engine_are_asked_for_everything() {
        let mut held = Held::default();
        let first = look("abc", &[GUESS]);
        held.complete(&first, answer(&first, &first.taps, 0.0));
        let knob = Some(Knob::Head { layer: 0, head: 0, scale: 0.0 });
        for other in [look("abd", &[GUESS]), look("abcd", &[GUESS]), Look { knob, ..first.clone() }] {
            assert_eq!(held.lacking(&other), [GUESS], "{other:?}");
            assert!(held.picture(&other).is_none());
        }
        held.forget();
        assert_eq!(held.lacking(&first), [GUESS]);
    }

    #[test]
    fn what_came_late_for_another_picture_is_mixed_with_nothing() {
        let mut held = Held::default();
        let first = look("abc", &[GUESS, LAST]);
        held.complete(&first, answer(&first, &first.taps, 0.0));
        let second = look("abcd", &[GUESS, LAST]);
        let whole = held.complete(&second, answer(&second, &[LAST], 50.0));
        assert_eq!((whole.row(Site::Logits, 0, 3), whole.values.len()), (None, 4));
    }
}
