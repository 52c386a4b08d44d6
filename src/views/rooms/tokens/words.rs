//! The words of a text with the tokens that they became. In: the tokens on the page and the worker's
//! [`Spelling`]. Out: words whose pieces are exactly those tokens; others are left out.

use crate::tokens::{Merge, SpelledWord, Spelling};
use crate::views::label::Label;
use crate::views::tokens::{ChipModel, TokensModel};
use std::ops::Range;

/// Longer words are drawn in part.
pub const MOST_BYTES: usize = 64;

/// One word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WordModel {
    pub spelled: SpelledWord,
    /// The position of its first token.
    pub first: usize,
    /// Its tokens.
    pub ids: Vec<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpellingModel {
    pub words: Vec<WordModel>,
    /// How many merges the tokenizer's list has.
    pub list: usize,
    pub without_merges: bool,
}

/// The text that the tokens were made from; `None` where some of it is in none of them.
pub fn text_of(tokens: &TokensModel) -> Option<String> {
    let mut bytes = Vec::new();
    for chip in tokens.chips() {
        if chip.start != bytes.len() || chip.end - chip.start != chip.bytes.len() {
            return None;
        }
        bytes.extend_from_slice(&chip.bytes);
    }
    String::from_utf8(bytes).ok()
}

/// Words are taken as long as their pieces are the tokens: where a text is cut at the model's
/// capacity, the last word may be another one than in the whole text.
pub fn derive(tokens: &TokensModel, spelling: &Spelling) -> SpellingModel {
    let chips: Vec<&ChipModel> = tokens.chips().collect();
    let (mut words, mut first) = (Vec::new(), 0);
    for spelled in &spelling.words {
        let Some(own) = chips.get(first..first + spelled.ends.len()) else { break };
        // A space that was put before the text is in the word, though in no token's range.
        if !pieces(&spelled.bytes, &spelled.ends).zip(own).all(|(piece, chip)| piece.ends_with(&chip.bytes)) {
            break;
        }
        words.push(WordModel { spelled: spelled.clone(), first, ids: own.iter().map(|chip| chip.id).collect() });
        first += own.len();
    }
    SpellingModel { words, list: spelling.list, without_merges: spelling.without_merges }
}

/// The pieces that end there.
pub fn pieces<'a>(bytes: &'a [u8], ends: &'a [usize]) -> impl Iterator<Item = &'a [u8]> {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(ends).map(|(start, &end)| bytes.get(start..end).unwrap_or_default())
}

impl SpellingModel {
    /// The word of the token at `pick`; the one with the most merges where none is picked.
    pub fn chosen(&self, pick: Option<usize>) -> Option<usize> {
        let holds = |word: &WordModel| pick.is_some_and(|at| word.tokens().contains(&at));
        let longest = || (0..self.words.len()).rev().max_by_key(|&at| self.words[at].spelled.merges.len());
        self.words.iter().position(holds).or_else(longest)
    }
}

impl WordModel {
    /// The positions of its tokens.
    pub fn tokens(&self) -> Range<usize> {
        self.first..self.first + self.ids.len()
    }

    pub fn label(&self) -> Label {
        Label::new(0, &self.spelled.bytes)
    }

    pub fn merges(&self) -> &[Merge] {
        &self.spelled.merges
    }

    /// The bytes that a merge joins.
    pub fn pair(&self, merge: &Merge) -> [Vec<u8>; 2] {
        [merge.start..merge.middle, merge.middle..merge.end].map(|range| self.spelled.bytes[range].to_vec())
    }

    /// Was it taken as it is, with no single bytes to start from?
    pub fn taken_whole(&self) -> bool {
        self.merges().is_empty() && self.spelled.bytes.len() > self.ids.len()
    }

    /// Itself where it is short enough; else as many whole tokens as are, from the picked one on.
    pub fn window(&self, pick: Option<usize>) -> Self {
        if self.spelled.bytes.len() <= MOST_BYTES {
            return self.clone();
        }
        let ends = &self.spelled.ends;
        let from = pick.filter(|at| self.tokens().contains(at)).map_or(0, |at| at - self.first);
        let start = from.checked_sub(1).map_or(0, |before| ends[before]);
        let fitting = ends[from..].iter().take_while(|end| **end - start <= MOST_BYTES).count().max(1);
        self.part(start..ends[from + fitting - 1])
    }

    /// Itself in parts of whole tokens and at most so many leaves, to be drawn one below the other, each with
    /// the numbers, from 1, that its merges have among all. A longer token is a part of its own.
    pub fn lines(&self, most: usize) -> Vec<(Self, Vec<usize>)> {
        let leaves = self.spelled.leaves();
        let count = |from: usize, to: usize| leaves.iter().filter(|&&end| from < end && end <= to).count();
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for &end in &self.spelled.ends {
            match ranges.last_mut() {
                Some(line) if count(line.start, end) <= most => line.end = end,
                last => {
                    let start = last.map_or(0, |line| line.end);
                    ranges.push(start..end);
                }
            }
        }
        let steps = |range: &Range<usize>| {
            let inside = |merge: &Merge| range.start <= merge.start && merge.end <= range.end;
            (1..).zip(self.merges()).filter(|(_, merge)| inside(merge)).map(|(step, _)| step).collect()
        };
        ranges.into_iter().map(|range| (self.part(range.clone()), steps(&range))).collect()
    }

    /// The part of it between two bytes, with the merges that happen inside. Tokens that reach over its
    /// ends are counted in `ids`, cut.
    pub fn part(&self, range: Range<usize>) -> Self {
        let spelled = &self.spelled;
        let inside = |merge: &&Merge| range.start <= merge.start && merge.end <= range.end;
        let moved = |merge: &Merge| Merge {
            start: merge.start - range.start,
            middle: merge.middle - range.start,
            end: merge.end - range.start,
            rank: merge.rank,
        };
        let starts = std::iter::once(0).chain(spelled.ends.iter().copied());
        let touched: Vec<usize> = starts
            .zip(&spelled.ends)
            .enumerate()
            .filter(|(_, (start, end))| *start < range.end && **end > range.start)
            .map(|(at, _)| at)
            .collect();
        let first = touched.first().copied().unwrap_or(0);
        Self {
            spelled: SpelledWord {
                start: spelled.start + range.start,
                bytes: spelled.bytes[range.clone()].to_vec(),
                merges: spelled.merges.iter().filter(inside).map(moved).collect(),
                ends: touched.iter().map(|&at| spelled.ends[at].min(range.end) - range.start).collect(),
            },
            first: self.first + first,
            ids: touched.iter().filter_map(|&at| self.ids.get(at).copied()).collect(),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::tokens::{Text, Token, Tokenizer};
    use crate::views::tokens;

    const POEM: &[u8] = include_bytes!("../../../../www/models/poem/tokenizer.json");
    const STORY: &[u8] = include_bytes!("../../../../www/models/story/tokenizer.json");

    pub(crate) fn model(file: &[u8], text: &str) -> SpellingModel {
        let tokenizer = Tokenizer::from_json(file).unwrap();
        derive(&tokens::derive(&tokenizer.encode(text, 999)), &tokenizer.spelling(text))
    }

    pub(crate) fn story(text: &str) -> SpellingModel {
        model(STORY, text)
    }

    pub(crate) fn poem(text: &str) -> SpellingModel {
        model(POEM, text)
    }

    #[test]
    fn every_token_is_in_one_word_and_the_picked_one_s_word_is_shown() {
        let text = "Once upon a time there was an unbelievable 龘.";
        let model = story(text);
        let positions: Vec<usize> = model.words.iter().flat_map(WordModel::tokens).collect();
        assert_eq!(positions, (0..positions.len()).collect::<Vec<_>>());
        let joined: Vec<u8> = model.words.iter().flat_map(|w| w.spelled.bytes.clone()).collect();
        assert_eq!(joined, text.as_bytes());
        for (at, word) in model.words.iter().enumerate() {
            assert!(word.tokens().all(|pick| model.chosen(Some(pick)) == Some(at)));
        }
        let longest = model.chosen(None).unwrap();
        assert!(model.words.iter().all(|w| w.merges().len() <= model.words[longest].merges().len()));
        assert_eq!(SpellingModel::default().chosen(Some(3)), None);
    }

    #[test]
    fn words_of_another_text_are_left_out() {
        let tokenizer = Tokenizer::from_json(STORY).unwrap();
        let spelling = tokenizer.spelling("the little dragonfly");
        let mut cut = tokenizer.encode("the little dragonfly", 999);
        cut.tokens.pop();
        let model = derive(&tokens::derive(&cut), &spelling);
        assert_eq!(model.words.len(), 2);
        assert!(derive(&TokensModel::default(), &spelling).words.is_empty());
    }

    #[test]
    fn the_text_is_what_the_tokens_say_or_unknown() {
        let tokenizer = Tokenizer::from_json(STORY).unwrap();
        let text = "so 龘\n\n ok";
        assert_eq!(text_of(&tokens::derive(&tokenizer.encode(text, 999))).as_deref(), Some(text));
        let token = |start, end| Token { id: 0, start, end };
        let gap = Text { read: "a  b".into(), tokens: vec![token(0, 1), token(3, 4)], ..Text::default() };
        assert_eq!(text_of(&tokens::derive(&gap)), None);
    }

    #[test]
    fn of_a_long_word_whole_tokens_are_drawn() {
        let model = story(&"abracadabra".repeat(40));
        let word = &model.words[0];
        for pick in [None, Some(0), Some(7), word.tokens().last()] {
            let part = word.window(pick);
            assert!(part.spelled.bytes.len() <= MOST_BYTES && !part.ids.is_empty());
            assert!(pick.is_none_or(|at| part.tokens().contains(&at)));
            assert_eq!(part.spelled.ends_after(part.merges().len()), part.spelled.ends);
            assert_eq!(part.spelled.leaves().len(), part.spelled.bytes.len());
        }
        assert_eq!(model.words[0].window(None).tokens().start, 0);
    }

    #[test]
    fn lines_are_the_whole_word() {
        let model = story("Supercalifragilisticexpialidocious");
        let word = &model.words[0];
        for most in [1, 8, 11, 21, 99] {
            let lines = word.lines(most);
            let ids: Vec<u32> = lines.iter().flat_map(|(line, _)| line.ids.clone()).collect();
            assert_eq!(ids, word.ids);
            let mut steps: Vec<usize> = lines.iter().flat_map(|(_, steps)| steps.clone()).collect();
            steps.sort_unstable();
            assert_eq!(steps, (1..=word.merges().len()).collect::<Vec<_>>());
            for (line, steps) in &lines {
                assert!(line.spelled.leaves().len() <= most || line.ids.len() == 1);
                let ranks = |word: &WordModel, step: usize| word.merges()[step - 1].rank;
                assert!((1..).zip(steps).all(|(own, &step)| ranks(line, own) == ranks(word, step)));
            }
        }
        assert_eq!(word.lines(99).len(), 1);
    }
}
