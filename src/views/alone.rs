//! Columns that do not talk: one column's input is another's, everything is computed again, and the results
//! are compared column by column.
//!
//! In: the worker's answer to `Question::Patch`. An answer to another question (of another text, block or
//! column) is not drawn.

use super::label::{Label, labels};
use super::rooms::river::window;
use crate::analysis::patch::Moved;
use crate::link::question::{Answered, Question};
use crate::trace::Trace;
use std::ops::Range;

/// The column to change: the pinned one, else the one in the middle, which has others on both sides.
pub fn chosen(pin: Option<usize>, tokens: usize) -> usize {
    let last = tokens.saturating_sub(1);
    pin.map_or(last / 2, |pin| pin.min(last))
}

/// `None` where there is one column alone.
pub fn question(trace: &Trace, layer: usize, pin: Option<usize>) -> Option<Question> {
    let position = chosen(pin, trace.tokens());
    (trace.tokens() > 1).then(|| Question::Patch { text: trace.text.read.clone(), layer, position })
}

/// One column in the two trials.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    pub attention: Moved,
    pub mlp: Moved,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    pub layer: usize,
    /// C: how many numbers a column's result has.
    pub width: usize,
    pub labels: Vec<Label>,
    /// The column that was changed, and the one whose input it got.
    pub position: usize,
    pub donor: usize,
    pub columns: Vec<Column>,
}

/// What the answer says, if it is one to this question.
pub fn derive(trace: &Trace, answered: &Answered, wanted: &Question) -> Option<Trial> {
    let Question::Patch { layer, position, .. } = *wanted else { return None };
    let patched = answered.patched().filter(|_| answered.question == *wanted && answered.is_of(trace))?;
    let pairs = patched.attention.iter().zip(&patched.mlp);
    let columns: Vec<_> = pairs.map(|(attention, mlp)| Column { attention: *attention, mlp: *mlp }).collect();
    let labels = labels(&trace.text);
    (columns.len() == labels.len() && position.max(patched.donor) < labels.len()).then_some(Trial {
        layer,
        width: trace.config.width,
        labels,
        position,
        donor: patched.donor,
        columns,
    })
}

impl Trial {
    /// Columns other than the changed one, whose MLP's result moved.
    pub fn others_moved(&self) -> usize {
        let others = self.columns.iter().enumerate().filter(|(i, _)| *i != self.position);
        others.filter(|(_, column)| !column.mlp.is_still()).count()
    }

    /// The changed column's own result moved: without that nothing was tried.
    pub fn was_tried(&self) -> bool {
        !self.columns[self.position].mlp.is_still()
    }

    /// Columns whose attention moved: before the changed one, and after it.
    pub fn heard(&self) -> [usize; 2] {
        let count = |columns: &[Column]| columns.iter().filter(|column| !column.attention.is_still()).count();
        [count(&self.columns[..self.position]), count(&self.columns[self.position + 1..])]
    }

    /// The columns to draw: around the changed one.
    pub fn shown(&self) -> Range<usize> {
        window(self.columns.len(), self.position, 0)
    }

    /// The largest move of all.
    pub fn full(&self) -> f32 {
        let all = self.columns.iter().flat_map(|c| [c.attention.most, c.mlp.most]);
        all.filter(|v| v.is_finite()).fold(0.0, f32::max)
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::analysis::patch::Patched;
    use crate::link::question::Answer;
    use crate::model::GptConfig;
    use crate::tokens::{Text, Token};
    use crate::trace::Layout;

    pub fn trace(words: &[&str]) -> Trace {
        let config =
            GptConfig::from_json(r#"{"n_layer":2,"n_head":1,"n_embd":2,"vocab_size":7,"n_positions":8}"#).unwrap();
        let mut text = Text::default();
        for (id, word) in (0..).zip(words) {
            let start = text.read.len();
            text.read.push_str(word);
            text.tokens.push(Token { id, start, end: text.read.len() });
        }
        Trace { text, config, layout: Layout::default(), knob: None, values: Vec::new() }
    }

    /// An answer in which these many values of each column moved, each by 1.
    pub fn answered(question: Question, donor: usize, attention: &[usize], mlp: &[usize]) -> Answered {
        let moved = |values: &[usize]| {
            values.iter().map(|&values| Moved { values, most: if values > 0 { 1.0 } else { 0.0 } }).collect()
        };
        let patched = Patched { donor, attention: moved(attention), mlp: moved(mlp) };
        Answered { question, answer: Answer::Patched(patched), knob: None }
    }

    #[test]
    fn the_pinned_column_is_changed_else_the_middle_one() {
        let trace = trace(&["The", " king", " said"]);
        let position = |pin| match question(&trace, 1, pin) {
            Some(Question::Patch { text, layer: 1, position }) if text == "The king said" => position,
            other => panic!("{other:?}"),
        };
        assert_eq!([None, Some(0), Some(2), Some(9)].map(position), [1, 0, 2, 2]);
        assert_eq!(question(&tests::trace(&["The"]), 1, None), None);
    }

    #[test]
    fn a_trial_tells_who_moved() {
        let trace = trace(&["The", " king", " said"]);
        let wanted = question(&trace, 1, None).unwrap();
        let told = |attention: &[usize], mlp: &[usize]| {
            derive(&trace, &answered(wanted.clone(), 0, attention, mlp), &wanted).unwrap()
        };
        let right = told(&[0, 2, 1], &[0, 2, 0]);
        assert_eq!((right.others_moved(), right.was_tried(), right.heard()), (0, true, [0, 1]));
        // A leak would be seen, and a trial that tried nothing.
        assert_eq!(told(&[0, 2, 1], &[0, 2, 1]).others_moved(), 1);
        assert_eq!(told(&[1, 2, 1], &[0, 2, 0]).heard(), [1, 1]);
        assert!(!told(&[0, 0, 0], &[0, 0, 0]).was_tried());
    }

    #[test]
    fn an_answer_to_another_question_is_not_drawn() {
        let trace = trace(&["The", " king", " said"]);
        let [wanted, other] = [None, Some(0)].map(|pin| question(&trace, 1, pin).unwrap());
        assert_eq!(derive(&trace, &answered(other, 1, &[0, 1, 1], &[0, 1, 0]), &wanted), None);
        assert_eq!(derive(&trace, &answered(wanted.clone(), 0, &[0, 1], &[0, 1]), &wanted), None);
    }
}
