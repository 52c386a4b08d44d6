//! What both engines keep track of in the same way: which tokens are resident, how much room there
//! is, which rows of an answer are computed on demand.

use super::EngineError;
use super::common::Common;
use super::turning::Turned;
use crate::model::{GptConfig, LensPoint, Site, SiteName};
use crate::trace::Layout;
use std::ops::Range;
use std::sync::Arc;

/// The tokens whose activations are resident, and the room for them.
pub struct Resident {
    pub config: GptConfig,
    pub tokens: Vec<u32>,
    /// Positions that the buffers have room for now. Grows by doubling up to `limit`.
    pub capacity: usize,
    /// Positions that there can be room for.
    pub limit: usize,
    /// What about the model is other than it was learned.
    pub turned: Option<Turned>,
    /// What the rows of the token table have in common, where that was asked for since the table changed.
    pub common: Option<Arc<Common>>,
}

/// What a run has to do.
#[derive(Debug, PartialEq, Eq)]
pub struct Plan {
    /// Positions to compute.
    pub rows: Range<usize>,
    /// The buffers must be made anew, for this many positions; nothing stays resident.
    pub grow: Option<usize>,
}

/// Room is made for at least this many positions: to make more means to compute all anew.
const SMALLEST_CAPACITY: usize = 128;

impl Resident {
    /// Nothing resident yet; room for the positions whose activations fit into `budget_bytes`,
    /// and of which none takes more than `largest_buffer`.
    pub fn new(config: &GptConfig, budget_bytes: u64, largest_buffer: u64) -> Self {
        let limit = largest_context(config, budget_bytes, largest_buffer);
        Self { config: config.clone(), tokens: Vec::new(), capacity: 0, limit, turned: None, common: None }
    }

    /// Which positions of `tokens` are new.
    pub fn plan(&self, tokens: &[u32]) -> Result<Plan, EngineError> {
        if tokens.len() > self.limit {
            return Err(EngineError::TooLong { tokens: tokens.len(), capacity: self.limit });
        }
        let vocab = self.config.vocab;
        if let Some(id) = tokens.iter().copied().find(|id| *id as usize >= vocab) {
            return Err(EngineError::UnknownToken { id, vocab });
        }
        if tokens.len() > self.capacity {
            let room = tokens.len().next_power_of_two().max(SMALLEST_CAPACITY).min(self.limit);
            return Ok(Plan { rows: 0..tokens.len(), grow: Some(room) });
        }
        let shared = tokens.iter().zip(&self.tokens).take_while(|(a, b)| a == b).count();
        Ok(Plan { rows: shared..tokens.len(), grow: None })
    }

    /// To be called before computing: only what is before `rows` can be relied upon until
    /// [`Resident::settle`].
    pub fn unsettle(&mut self, rows: &Range<usize>) {
        self.tokens.truncate(rows.start);
    }

    /// To be called after computing.
    pub fn settle(&mut self, tokens: &[u32]) {
        self.tokens = tokens.to_vec();
    }
}

/// Bytes that the resident activations take at `positions`, and those of the largest site.
fn activation_bytes(config: &GptConfig, positions: usize) -> (u64, u64) {
    let resident = SiteName::all(config.layers).into_iter().filter(|name| !name.site.on_demand());
    // In u64: on wasm a long context's maps have more values than a usize counts.
    let bytes = resident.map(|name| {
        let shape = name.site.shape(config, positions);
        shape.iter().fold(4u64, |bytes, side| bytes.saturating_mul(*side as u64))
    });
    bytes.fold((0, 0), |(sum, largest), bytes| (bytes.saturating_add(sum), largest.max(bytes)))
}

/// The longest context whose activations fit: all of the model's positions, or a power of two.
fn largest_context(config: &GptConfig, budget_bytes: u64, largest_buffer: u64) -> usize {
    let fits = |positions| {
        let (sum, largest) = activation_bytes(config, positions);
        sum <= budget_bytes && largest <= largest_buffer
    };
    let mut positions = config.positions;
    while positions > 1 && !fits(positions) {
        positions = (positions - 1).next_power_of_two() / 2;
        positions = positions.max(1);
    }
    positions
}

/// Rows of a layout that must be computed now, batched so that a batch's answers fit into a
/// scratch buffer of `most_rows` rows. A position asked for twice is computed once.
pub struct LensBatch {
    pub points: Vec<LensPoint>,
    /// For every row of the batch, in order: where in the trace it goes (perhaps to two places).
    pub targets: Vec<Vec<usize>>,
}

/// Sorts the on-demand rows of a layout into batches.
pub fn lens_batches(layout: &Layout, config: &GptConfig, most_rows: usize) -> Vec<LensBatch> {
    let mut rows: Vec<(SiteName, usize, Vec<usize>)> = Vec::new();
    for entry in layout.entries.iter().filter(|e| e.name.site.on_demand()) {
        let river = match entry.name.site {
            Site::EmbedLens => SiteName::new(Site::Embed, 0),
            Site::Lens => SiteName::new(Site::Out, entry.name.layer),
            _ => SiteName::new(Site::Out, config.layers - 1),
        };
        for (i, position) in entry.rows.clone().enumerate() {
            let target = entry.offset + i * entry.width;
            match rows.iter_mut().find(|(r, p, _)| *r == river && *p == position) {
                Some((_, _, targets)) => targets.push(target),
                None => rows.push((river, position, vec![target])),
            }
        }
    }
    rows.chunks(most_rows.max(1)).map(batch).collect()
}

fn batch(rows: &[(SiteName, usize, Vec<usize>)]) -> LensBatch {
    let mut points: Vec<LensPoint> = Vec::new();
    for (river, position, _) in rows {
        match points.last_mut() {
            // Neighbouring positions of one river are normalised in one go.
            Some(last) if last.river == *river && last.rows.end == *position => last.rows.end += 1,
            _ => points.push(LensPoint { river: *river, rows: *position..*position + 1 }),
        }
    }
    LensBatch { points, targets: rows.iter().map(|(_, _, targets)| targets.clone()).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::Tap;

    fn resident() -> Resident {
        let config = GptConfig::from_json(r#"{"n_layer":2,"n_head":2,"n_embd":4,"vocab_size":50,"n_positions":200}"#);
        Resident::new(&config.unwrap(), u64::MAX, u64::MAX)
    }

    #[test]
    fn only_what_follows_the_common_prefix_is_computed() {
        let mut r = resident();
        assert_eq!(r.plan(&[1, 2, 3]).unwrap(), Plan { rows: 0..3, grow: Some(128) });
        r.capacity = 128;
        r.settle(&[1, 2, 3]);
        assert_eq!(r.plan(&[1, 2, 3, 4]).unwrap(), Plan { rows: 3..4, grow: None });
        assert_eq!(r.plan(&[1, 2]).unwrap(), Plan { rows: 2..2, grow: None });
        assert_eq!(r.plan(&[9, 2, 3]).unwrap(), Plan { rows: 0..3, grow: None });
        assert_eq!(r.plan(&[1; 150]).unwrap().grow, Some(200));
        assert!(matches!(r.plan(&[1; 201]), Err(EngineError::TooLong { .. })));
        assert!(matches!(r.plan(&[50]), Err(EngineError::UnknownToken { .. })));
    }

    #[test]
    fn an_interrupted_run_leaves_only_its_prefix() {
        let mut r = resident();
        r.capacity = 64;
        r.settle(&[1, 2, 3]);
        r.unsettle(&(1..3));
        assert_eq!(r.plan(&[1, 2, 3]).unwrap().rows, 1..3);
    }

    #[test]
    fn the_context_shrinks_to_the_budget() {
        let config = resident().config;
        let (bytes, largest) = activation_bytes(&config, 64);
        let limit = |budget, buffer| Resident::new(&config, budget, buffer).limit;
        assert_eq!(limit(bytes, u64::MAX), 64);
        assert_eq!(limit(bytes - 1, u64::MAX), 32);
        assert_eq!(limit(u64::MAX, largest - 1), 32);
        assert_eq!(limit(0, 0), 1);
    }

    #[test]
    fn a_row_asked_for_twice_is_computed_once() {
        let config = resident().config;
        let taps = [Tap::last(Site::Logits, 0), Tap::last(Site::Lens, 1), Tap::all(Site::Lens, 0)];
        let layout = Layout::new(&taps, &config, 3);
        let batches = lens_batches(&layout, &config, 100);
        assert_eq!(batches.len(), 1);
        assert_eq!(batches[0].targets, [vec![0, 50], vec![100], vec![150], vec![200]]);
        assert_eq!(batches[0].points.len(), 2);
        assert_eq!(lens_batches(&layout, &config, 2).len(), 2);
    }
}
