//! Columns that do not talk: the last two runs of equal length, compared column by column before
//! attention, after it, and after the MLP.
//!
//! The visitor changes a word; every difference is taken between values of the two runs. A column whose
//! river before the MLP is the same has the same result, bit for bit: that is what is shown.

use super::label::{Label, labels};
use crate::analysis::contribution::apart;
use crate::model::{Site, SiteName};
use crate::tokens::Vocabulary;
use crate::trace::{Tap, Trace};
use std::sync::Arc;

/// What enters the block.
fn river(layer: usize) -> SiteName {
    layer.checked_sub(1).map_or(SiteName::new(Site::Embed, 0), |before| SiteName::new(Site::Out, before))
}

pub fn taps(layer: usize) -> Vec<Tap> {
    let river = river(layer);
    vec![Tap::all(river.site, river.layer), Tap::all(Site::Mid, layer), Tap::all(Site::Contract, layer)]
}

/// The last run and the one of another text before it.
#[derive(Clone, Debug)]
pub struct Pair {
    pub before: Option<Arc<Trace>>,
    pub now: Arc<Trace>,
}

impl PartialEq for Pair {
    fn eq(&self, other: &Self) -> bool {
        let same =
            |a: &Option<Arc<Trace>>, b: &Option<Arc<Trace>>| a.as_ref().map(Arc::as_ptr) == b.as_ref().map(Arc::as_ptr);
        Arc::ptr_eq(&self.now, &other.now) && same(&self.before, &other.before)
    }
}

impl Pair {
    /// The pair once this trace has come: a trace of the same text does not replace the one before.
    pub fn next(last: Option<&Self>, now: &Arc<Trace>) -> Self {
        let before = last.and_then(|last| {
            if last.now.text.ids() == now.text.ids() { last.before.clone() } else { Some(Arc::clone(&last.now)) }
        });
        Self { before, now: Arc::clone(now) }
    }
}

/// The largest differences of one column between the two runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// In the river, before the block's attention.
    pub river: f32,
    /// In the river after it.
    pub mid: f32,
    /// In what the MLP adds.
    pub result: f32,
    /// Its token is another.
    pub changed: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    pub layer: usize,
    pub before: Vec<Label>,
    pub now: Vec<Label>,
    pub columns: Vec<Column>,
}

/// `None` where the two runs have different lengths or knobs, or lack this block's values.
pub fn compare(pair: &Pair, layer: usize) -> Option<Compared> {
    let (before, now) = (pair.before.as_ref()?, &pair.now);
    let same_kind = before.tokens() == now.tokens() && before.knob == now.knob && before.config == now.config;
    if !same_kind {
        return None;
    }
    let column = |i: usize| {
        let difference =
            |name: SiteName| Some(apart(before.row(name.site, name.layer, i)?, now.row(name.site, name.layer, i)?));
        Some(Column {
            river: difference(river(layer))?,
            mid: difference(SiteName::new(Site::Mid, layer))?,
            result: difference(SiteName::new(Site::Contract, layer))?,
            changed: before.text.tokens[i].id != now.text.tokens[i].id,
        })
    };
    let columns = (0..now.tokens()).map(column).collect::<Option<Vec<_>>>()?;
    Some(Compared { layer, before: labels(&before.text), now: labels(&now.text), columns })
}

impl Compared {
    /// Columns whose river before the MLP is the same.
    pub fn same(&self) -> usize {
        self.columns.iter().filter(|c| c.mid == 0.0).count()
    }

    /// Every column with the same river has the same result.
    pub fn holds(&self) -> bool {
        self.columns.iter().all(|c| c.mid != 0.0 || c.result == 0.0)
    }

    /// The largest difference of all.
    pub fn full(&self) -> f32 {
        let all = self.columns.iter().flat_map(|c| [c.river, c.mid, c.result]);
        all.filter(|v| v.is_finite()).fold(0.0, f32::max)
    }

    /// The first token that is another.
    pub fn changed(&self) -> Option<usize> {
        self.columns.iter().position(|c| c.changed)
    }
}

/// A word to change, and the text with another in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Swap {
    pub from: Label,
    pub to: Label,
    pub text: String,
}

/// What kind of word a token is: words of one kind can stand in for each other without the tokens
/// around them changing.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Word {
        spaced: bool,
        capital: bool,
    },
    /// One Chinese character.
    Character,
}

fn kind(text: &str) -> Option<Kind> {
    let bare = text.strip_prefix(' ').unwrap_or(text);
    let mut letters = bare.chars();
    let first = letters.next()?;
    if ('\u{4e00}'..='\u{9fff}').contains(&first) {
        return (bare.len() == text.len() && letters.next().is_none()).then_some(Kind::Character);
    }
    let plain = first.is_ascii_alphabetic() && letters.all(|c| c.is_ascii_lowercase()) && bare.len() > 2;
    plain.then_some(Kind::Word { spaced: bare.len() < text.len(), capital: first.is_ascii_uppercase() })
}

/// The first word that can be exchanged, for one of its kind: another word of this text, else the next of the
/// vocabulary. It has at least one token after it, to which the change can be carried.
pub fn swap(trace: &Trace, vocabulary: &Vocabulary) -> Option<Swap> {
    let text = &trace.text;
    if text.unread_bytes > 0 {
        return None;
    }
    let word = |i: usize| text.read.get(text.tokens[i].start..text.tokens[i].end);
    let last = text.tokens.len().checked_sub(1)?;
    let starts_word =
        |i: usize| i > last || word(i).is_none_or(|w| !w.starts_with(|c: char| c.is_ascii_alphanumeric()));
    let alone = |i: usize| kind(word(i)?).filter(|kind| *kind == Kind::Character || starts_word(i + 1));
    let candidates: Vec<(usize, Kind)> = (0..last).filter_map(|i| Some((i, alone(i)?))).collect();
    let made = |i: usize, id: u32| {
        let token = text.tokens[i];
        let new = vocabulary.text_of(id)?;
        let text = format!("{}{new}{}", text.read.get(..token.start)?, text.read.get(token.end..)?);
        Some(Swap { from: Label::of(vocabulary, token.id), to: Label::of(vocabulary, id), text })
    };
    let inside = candidates.iter().find_map(|&(i, own)| {
        let other = candidates.iter().find(|(j, kind)| *kind == own && text.tokens[*j].id != text.tokens[i].id)?;
        made(i, text.tokens[other.0].id)
    });
    inside.or_else(|| {
        let &(i, own) = candidates.first()?;
        let id = text.tokens[i].id;
        let after = (id + 1..vocabulary.len() as u32).chain(0..id);
        let fits = |id: &u32| vocabulary.text_of(*id).is_some_and(|t| t.len() > 3 && kind(t) == Some(own));
        made(i, { after }.find(fits)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::GptConfig;
    use crate::tokens::{Text, Token};
    use crate::trace::Layout;

    const WORDS: [&str; 7] = ["The", " king", " said", " queen", " the", " dog", "."];

    fn vocabulary() -> Vocabulary {
        Vocabulary::new(WORDS)
    }

    /// A run whose rows are `value(site, position)`.
    fn trace(ids: &[u32], value: impl Fn(Site, usize) -> f32) -> Arc<Trace> {
        let config =
            GptConfig::from_json(r#"{"n_layer":2,"n_head":1,"n_embd":2,"vocab_size":7,"n_positions":8}"#).unwrap();
        let layout = Layout::new(&taps(1), &config, ids.len());
        let mut values = Vec::new();
        for entry in &layout.entries {
            values.extend(entry.rows.clone().flat_map(|row| [value(entry.name.site, row), 1.0]));
        }
        let mut text = Text::default();
        for &id in ids {
            let start = text.read.len();
            text.read.push_str(WORDS[id as usize]);
            text.tokens.push(Token { id, start, end: text.read.len() });
        }
        Arc::new(Trace { text, config, layout, knob: None, values })
    }

    #[test]
    fn differences_are_found_where_they_are() {
        let first = trace(&[0, 1, 2], |_, _| 0.0);
        let second = trace(&[0, 3, 2], |site, row| match (site, row) {
            (_, 0) => 0.0,
            (Site::Out, 1) => 2.0,
            (Site::Out, _) => 0.0,
            (Site::Mid, _) => -3.0,
            _ => 0.5,
        });
        let pair = Pair::next(Some(&Pair::next(None, &first)), &second);
        let found = compare(&pair, 1).unwrap();
        let column = |river, mid, result, changed| Column { river, mid, result, changed };
        assert_eq!(found.columns, [column(0., 0., 0., false), column(2., 3., 0.5, true), column(0., 3., 0.5, false)]);
        assert_eq!((found.same(), found.full(), found.changed(), found.holds()), (1, 3.0, Some(1), true));
        assert_eq!(compare(&pair, 0), None);
        // A leak from another column would be seen.
        let leaky = trace(&[0, 3, 2], |site, _| if site == Site::Contract { 1.0 } else { 0.0 });
        assert!(!compare(&Pair::next(Some(&Pair::next(None, &first)), &leaky), 1).unwrap().holds());
    }

    #[test]
    fn the_run_before_is_the_last_of_another_text() {
        let (a, b) = (trace(&[0, 1], |_, _| 0.0), trace(&[0, 3], |_, _| 1.0));
        let again = trace(&[0, 3], |_, _| 1.0);
        let pair = Pair::next(Some(&Pair::next(None, &a)), &b);
        let pair = Pair::next(Some(&pair), &again);
        assert!(Arc::ptr_eq(pair.before.as_ref().unwrap(), &a) && Arc::ptr_eq(&pair.now, &again));
        let longer = Pair::next(Some(&pair), &trace(&[0, 3, 2], |_, _| 1.0));
        assert_eq!(compare(&longer, 1), None);
    }

    #[test]
    fn a_word_is_exchanged_for_one_of_its_kind() {
        let made = |ids: &[u32]| swap(&trace(ids, |_, _| 0.0), &vocabulary()).map(|s| s.text);
        // "The" has no other like it here; " king" can be " said".
        assert_eq!(made(&[0, 1, 2, 6]).as_deref(), Some("The said said."));
        // Nothing in the text: the next of the vocabulary that fits.
        assert_eq!(made(&[1, 6]).as_deref(), Some(" said."));
        assert_eq!(made(&[0]), None);
        assert_eq!(kind("天"), Some(Kind::Character));
        assert_eq!((kind("天地"), kind(" x1"), kind("."), kind("iPhone")), (None, None, None, None));
    }
}
