//! Questions to a run and their answers: a [`Tap`] names values, a [`Trace`] holds them.
//!
//! One [`Layout`] says where each answer lies in one flat `Vec<f32>`; the same layout serves the
//! GPU's readback buffer, the CPU engine, golden files, and the buffer that the worker posts.

use crate::model::{Cell, GptConfig, Knob, Site, SiteName};
use crate::tokens::Text;
use serde::{Deserialize, Serialize};
use std::ops::Range;

pub mod file;

/// Which positions (for maps: which reading positions, the rows).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Rows {
    All,
    Last,
    /// This position, or the last one where the text has become shorter.
    One(usize),
    /// All positions of a text of at most `most` tokens. Of a longer one, whose values would be too
    /// many for a keystroke, the one that is looked at, or the last.
    Within {
        most: usize,
        row: Option<usize>,
    },
}

/// One position where there is one, else the last.
impl From<Option<usize>> for Rows {
    fn from(position: Option<usize>) -> Self {
        position.map_or(Self::Last, Self::One)
    }
}

impl Rows {
    /// The positions meant in a run of `tokens` > 0 tokens.
    pub fn resolve(self, tokens: usize) -> Range<usize> {
        let last = tokens.saturating_sub(1);
        match self {
            Self::All => 0..tokens,
            Self::Last => last..tokens,
            Self::One(row) => row.min(last)..(row.min(last) + 1).min(tokens),
            Self::Within { most, .. } if tokens <= most => 0..tokens,
            Self::Within { row, .. } => Self::One(row.unwrap_or(last)).resolve(tokens),
        }
    }

    /// The same, with the position that is looked at where only one is wanted. Where all are, it
    /// stays out: another pick is no other question then.
    pub fn looking_at(self, pick: Option<usize>, tokens: usize) -> Self {
        match self {
            Self::Within { most, .. } => Self::Within { most, row: pick.filter(|_| tokens > most) },
            other => other,
        }
    }
}

/// The question: which values of a run to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tap {
    pub name: SiteName,
    /// One head of a map; all of them when `None`. Ignored where the site is no map.
    pub head: Option<usize>,
    pub rows: Rows,
}

impl Tap {
    /// All positions and heads of a site.
    pub fn all(site: Site, layer: usize) -> Self {
        Self { name: SiteName::new(site, layer), head: None, rows: Rows::All }
    }

    /// Every site at every position, but for the logit lens, by which no forward pass comes.
    pub fn everything(layers: usize) -> Vec<Self> {
        SiteName::all(layers).into_iter().map(|name| Self { name, head: None, rows: Rows::All }).collect()
    }

    /// The last position of a site.
    pub fn last(site: Site, layer: usize) -> Self {
        Self { rows: Rows::Last, ..Self::all(site, layer) }
    }

    /// All positions while the text has at most `most` tokens, else the one that is looked at.
    pub fn within(site: Site, layer: usize, most: usize) -> Self {
        Self { rows: Rows::Within { most, row: None }, ..Self::all(site, layer) }
    }

    /// One position of a site.
    pub fn at(site: Site, layer: usize, row: usize) -> Self {
        Self { rows: Rows::One(row), ..Self::all(site, layer) }
    }

    /// One whole head's map.
    pub fn head(site: Site, layer: usize, head: usize) -> Self {
        Self { head: Some(head), ..Self::all(site, layer) }
    }
}

/// Where one tap's answer lies: row-major, `heads × rows × width` (heads is 1 where the site is
/// no map).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub name: SiteName,
    /// Which heads of the map.
    pub heads: Range<usize>,
    /// Which positions.
    pub rows: Range<usize>,
    /// Values a row.
    pub width: usize,
    /// First value in [`Trace::values`].
    pub offset: usize,
}

impl Entry {
    pub fn len(&self) -> usize {
        self.heads.len() * self.rows.len() * self.width
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn range(&self) -> Range<usize> {
        self.offset..self.offset + self.len()
    }

    /// Head and position of every row, in the order of the values.
    fn each_row(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let rows = self.rows.clone();
        self.heads.clone().flat_map(move |head| rows.clone().map(move |row| (head, row)))
    }

    /// The shape as files carry it: `[H,T,T]` for maps, `[T,·]` otherwise.
    pub fn shape(&self) -> Vec<usize> {
        if self.name.site.is_map() {
            vec![self.heads.len(), self.rows.len(), self.width]
        } else {
            vec![self.rows.len(), self.width]
        }
    }
}

/// Where every tap's answer lies in one flat vector.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    pub entries: Vec<Entry>,
}

impl Layout {
    /// Lays out the answers to `taps` over `tokens` positions, one after the other, each tap once.
    pub fn new(taps: &[Tap], config: &GptConfig, tokens: usize) -> Self {
        let mut layout = Self::default();
        for tap in taps {
            let map = tap.name.site.is_map();
            let heads = match tap.head.filter(|_| map) {
                Some(head) => head.min(config.heads - 1)..head.min(config.heads - 1) + 1,
                None => 0..if map { config.heads } else { 1 },
            };
            let entry = Entry {
                name: SiteName { layer: tap.name.layer.min(config.layers - 1), ..tap.name },
                heads,
                rows: tap.rows.resolve(tokens),
                width: tap.name.site.row_width(config, tokens),
                offset: layout.len(),
            };
            let known = |e: &Entry| e.name == entry.name && e.heads == entry.heads && e.rows == entry.rows;
            if !layout.entries.iter().any(known) {
                layout.entries.push(entry);
            }
        }
        layout
    }

    /// How many values in all.
    pub fn len(&self) -> usize {
        self.entries.last().map_or(0, |e| e.offset + e.len())
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The answer: values of one run, with the text and the shape that they belong to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    pub text: Text,
    pub config: GptConfig,
    pub layout: Layout,
    /// What the visitor had turned when it was made.
    pub knob: Option<Knob>,
    /// All answers. Travels beside the JSON header, never through serde.
    #[serde(skip)]
    pub values: Vec<f32>,
}

impl Trace {
    /// T: how many tokens the run had.
    pub fn tokens(&self) -> usize {
        self.text.tokens.len()
    }

    /// One row of a site that is no map: its values at `position`, if the trace has them.
    pub fn row(&self, site: Site, layer: usize, position: usize) -> Option<&[f32]> {
        self.map_row(site, layer, 0, position)
    }

    /// One row of a map: what `query` reads, over all keys (`T` values).
    pub fn map_row(&self, site: Site, layer: usize, head: usize, query: usize) -> Option<&[f32]> {
        let name = SiteName::new(site, layer);
        let entry = self
            .layout
            .entries
            .iter()
            .find(|e| e.name == name && e.heads.contains(&head) && e.rows.contains(&query))?;
        let row = (head - entry.heads.start) * entry.rows.len() + query - entry.rows.start;
        let start = entry.offset + row * entry.width;
        self.values.get(start..start + entry.width)
    }

    /// One value, if the trace has it.
    pub fn value(&self, cell: Cell) -> Option<f32> {
        self.map_row(cell.name.site, cell.name.layer, cell.head, cell.row)?.get(cell.column).copied()
    }

    /// Whether it has every value of a layout.
    pub fn has(&self, layout: &Layout) -> bool {
        layout.entries.iter().all(|entry| entry.each_row().all(|row| self.row_of(entry, row).is_some()))
    }

    /// A trace of the same run with the values of `layout`, each of this trace where it has it, else of `other`;
    /// nothing where neither has one.
    pub fn gathered(&self, layout: Layout, other: &Self) -> Option<Self> {
        let mut values = Vec::with_capacity(layout.len());
        for entry in &layout.entries {
            for row in entry.each_row() {
                values.extend_from_slice(self.row_of(entry, row).or_else(|| other.row_of(entry, row))?);
            }
        }
        Some(Self { text: self.text.clone(), config: self.config.clone(), layout, knob: self.knob, values })
    }

    fn row_of(&self, entry: &Entry, (head, row): (usize, usize)) -> Option<&[f32]> {
        self.map_row(entry.name.site, entry.name.layer, head, row)
    }

    /// A whole map of one head, row-major `T × T`, if the trace has all of it.
    pub fn map(&self, site: Site, layer: usize, head: usize) -> Option<&[f32]> {
        let (name, tokens) = (SiteName::new(site, layer), self.tokens());
        let entry =
            self.layout.entries.iter().find(|e| e.name == name && e.heads.contains(&head) && e.rows == (0..tokens))?;
        let start = entry.offset + (head - entry.heads.start) * tokens * tokens;
        self.values.get(start..start + tokens * tokens)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::Token;

    fn trace() -> Trace {
        let config =
            GptConfig::from_json(r#"{"n_layer":2,"n_head":2,"n_embd":4,"vocab_size":5,"n_positions":8}"#).unwrap();
        let taps = [
            Tap::last(Site::Logits, 0),
            Tap::head(Site::Weights, 1, 1),
            Tap::at(Site::Weights, 0, 9),
            Tap::last(Site::Logits, 0),
        ];
        let layout = Layout::new(&taps, &config, 3);
        let values = (0..layout.len()).map(|i| i as f32).collect();
        let token = |start| Token { id: 0, start, end: start + 1 };
        let text = Text { read: "abc".into(), tokens: (0..3).map(token).collect(), ..Text::default() };
        Trace { text, config, layout, knob: None, values }
    }

    #[test]
    fn answers_lie_one_after_the_other_and_once() {
        let trace = trace();
        assert_eq!(trace.values.len(), 5 + 9 + 6);
        assert_eq!(trace.row(Site::Logits, 0, 2), Some(&[0., 1., 2., 3., 4.][..]));
        assert_eq!(trace.map_row(Site::Weights, 1, 1, 1), Some(&[8., 9., 10.][..]));
        assert_eq!(trace.map_row(Site::Weights, 0, 1, 2), Some(&[17., 18., 19.][..]));
        assert_eq!(trace.map(Site::Weights, 1, 1).unwrap()[0], 5.);
    }

    #[test]
    fn a_long_text_is_read_at_one_position_and_only_then_does_the_pick_matter() {
        let rows = Rows::Within { most: 4, row: None };
        assert_eq!((rows.resolve(4), rows.resolve(5)), (0..4, 4..5));
        assert_eq!(rows.looking_at(Some(1), 4), rows);
        assert_eq!(rows.looking_at(Some(1), 5).resolve(5), 1..2);
        assert_eq!(rows.looking_at(Some(9), 5).resolve(5), 4..5);
        assert_eq!(Rows::Last.looking_at(Some(1), 5), Rows::Last);
    }

    #[test]
    fn what_was_not_asked_is_not_there() {
        let trace = trace();
        assert_eq!(trace.row(Site::Logits, 0, 1), None);
        assert_eq!(trace.map(Site::Weights, 1, 0), None);
        assert_eq!(trace.map(Site::Weights, 0, 0), None);
    }
}
