//! Every head of every block with what it does, to be put in order and chosen from.
//!
//! In: a trace with all attention maps. Out: a tile a head, orders and choices of them, and the head
//! that has most of each habit.

use super::heads::Habit;
use super::heatmap::HeadMap;
use super::label::labels;
use crate::analysis::head::{Measures, Readers, Share, by_score};
use crate::model::Site;
use crate::trace::{Tap, Trace};
use std::sync::Arc;

/// A head with its measures; nothing to measure on a text of one token.
#[derive(Clone, Debug, PartialEq)]
pub struct Tile {
    pub map: HeadMap,
    pub measures: Option<Measures>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct OverviewModel {
    /// In the model's order: block by block.
    pub tiles: Vec<Tile>,
    pub readers: Arc<Readers>,
}

/// All maps of all blocks: T² · H · L values. Ask for them only while the overview is open.
pub fn taps(layers: usize) -> Vec<Tap> {
    (0..layers).map(|layer| Tap::all(Site::Weights, layer)).collect()
}

/// `None` where the trace lacks a block.
pub fn derive(trace: &Arc<Trace>) -> Option<OverviewModel> {
    let labels = Arc::new(labels(&trace.text));
    let readers = Arc::new(Readers::new(&trace.text.ids()));
    let tile = |(layer, head): (usize, usize)| {
        let weights = trace.map(Site::Weights, layer, head).filter(|map| !map.is_empty())?;
        let map = HeadMap { trace: Arc::clone(trace), labels: Arc::clone(&labels), layer, head };
        Some(Tile { map, measures: readers.measure(weights) })
    };
    let places = (0..trace.config.layers).flat_map(|layer| (0..trace.config.heads).map(move |head| (layer, head)));
    let tiles = places.map(tile).collect::<Option<Vec<_>>>()?;
    Some(OverviewModel { tiles, readers })
}

/// What the tiles are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Model,
    /// Most of a habit first; [`Habit::Spread`] is the entropy.
    By(Habit),
}

impl Tile {
    pub fn place(&self) -> (usize, usize) {
        (self.map.layer, self.map.head)
    }

    pub fn share(&self, habit: Habit) -> Option<Share> {
        self.measures.and_then(|measures| measures.of(habit))
    }

    /// It does this clearly; [`Habit::Spread`]: it does nothing else clearly.
    pub fn does(&self, habit: Habit) -> bool {
        self.measures.is_some_and(|measures| match habit {
            Habit::Spread => measures.clear().is_empty(),
            habit => measures.of(habit).is_some_and(Share::is_clear),
        })
    }
}

impl OverviewModel {
    /// Each head's spread. Entropies of all maps take longer than a keystroke may: ask for them only
    /// where they are shown.
    pub fn spreads(&self) -> Vec<Option<f32>> {
        self.tiles.iter().map(|tile| self.readers.spread(tile.map.weights())).collect()
    }

    /// Which tiles are shown, in which order. `spreads` may be empty unless the order asks for them.
    pub fn ordered(&self, order: Order, only: Option<Habit>, spreads: &[Option<f32>]) -> Vec<usize> {
        let score = |i: usize, habit: Habit| match habit {
            Habit::Spread => spreads.get(i).copied().flatten(),
            habit => self.tiles[i].share(habit).map(|share| share.found),
        };
        let all = match order {
            Order::Model => (0..self.tiles.len()).collect(),
            Order::By(habit) => by_score(&(0..self.tiles.len()).map(|i| score(i, habit)).collect::<Vec<_>>()),
        };
        all.into_iter().filter(|&i| only.is_none_or(|habit| self.tiles[i].does(habit))).collect()
    }

    /// How many heads do this clearly.
    pub fn count(&self, habit: Habit) -> usize {
        self.tiles.iter().filter(|tile| tile.does(habit)).count()
    }

    /// The head with the largest share of a habit.
    pub fn champion(&self, habit: Habit) -> Option<(&Tile, Share)> {
        let shares: Vec<_> = self.tiles.iter().map(|tile| tile.share(habit).map(|share| share.found)).collect();
        let tile = self.tiles.get(*by_score(&shares).first()?)?;
        Some((tile, tile.share(habit)?))
    }

    /// The text once more, if the model has room for both: what stands twice can be looked up.
    pub fn repeated(&self, capacity: usize) -> Option<String> {
        let trace = &self.tiles.first()?.map.trace;
        let read = trace.text.read.as_str();
        // Chinese goes on without a space, and so does a text that ends or begins with one.
        let ends = |c: Option<char>| c.is_none_or(|c| !c.is_ascii() || c.is_whitespace());
        let gap = if ends(read.chars().last()) || ends(read.chars().next()) { "" } else { " " };
        (2 * trace.tokens() < capacity && !read.trim().is_empty()).then(|| format!("{read}{gap}{read}"))
    }
}

/// Where a key press leads among `count` tiles, `columns` in a line.
pub fn moved(key: &str, at: usize, columns: usize, count: usize) -> Option<usize> {
    super::strip::moved(key, at, columns.max(1), count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::GptConfig;
    use crate::tokens::Text;
    use crate::trace::Layout;

    /// One block of three heads: the first token, even, the token before.
    fn model(ids: &[u32]) -> OverviewModel {
        let json = r#"{"n_layer":1,"n_head":3,"n_embd":3,"vocab_size":9,"n_positions":64}"#;
        let config = GptConfig::from_json(json).unwrap();
        let layout = Layout::new(&taps(1), &config, ids.len());
        let tokens = ids.len();
        let cell = |head: usize, query: usize, key: usize| match head {
            0 => f32::from(key == 0),
            1 if key <= query => 1.0 / (query + 1) as f32,
            2 => f32::from(key == query.saturating_sub(1)),
            _ => 0.0,
        };
        let values = (0..layout.len()).map(|i| cell(i / tokens / tokens, i / tokens % tokens, i % tokens)).collect();
        derive(&Arc::new(Trace { text: Text::from_ids(ids), config, layout, knob: None, values })).unwrap()
    }

    #[test]
    fn heads_come_in_the_order_asked_for() {
        let model = model(&[1, 2, 3, 4, 5, 6]);
        let spreads = model.spreads();
        assert_eq!(model.ordered(Order::Model, None, &[]), [0, 1, 2]);
        assert_eq!(model.ordered(Order::By(Habit::Previous), None, &[])[0], 2);
        assert_eq!(model.ordered(Order::By(Habit::Spread), None, &spreads)[0], 1);
        assert_eq!(model.ordered(Order::By(Habit::Previous), Some(Habit::First), &[]), [0]);
        assert_eq!((model.count(Habit::Spread), model.count(Habit::First), model.count(Habit::Itself)), (1, 1, 0));
        assert_eq!(
            model.champion(Habit::Previous).map(|(tile, share)| (tile.place(), share.found)),
            Some(((0, 2), 1.0))
        );
        assert!(model.champion(Habit::Induction).is_none());
    }

    #[test]
    fn a_text_of_one_token_has_heads_without_measures() {
        let model = model(&[1]);
        assert_eq!(model.tiles.len(), 3);
        assert!(model.champion(Habit::First).is_none() && model.count(Habit::Spread) == 0);
        assert_eq!(model.ordered(Order::By(Habit::First), None, &[]), [0, 1, 2]);
    }
}
