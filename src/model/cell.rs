//! The address of one value of a run.

use super::SiteName;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One value of a run: `block.2.attention.scores:3:5:2` is head 3, query 5, key 2; where the site is
/// no map there is no head: `mid:5:17` is position 5, dimension 17. All from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cell {
    pub name: SiteName,
    /// 0 where the site is no map.
    pub head: usize,
    /// The position; for maps: the one that reads.
    pub row: usize,
    /// The dimension, neuron or token id; for maps: the position that is read.
    pub column: usize,
}

impl Cell {
    /// A value of a site that is no map.
    pub fn new(name: SiteName, row: usize, column: usize) -> Self {
        Self { name, head: 0, row, column }
    }

    pub fn in_map(name: SiteName, head: usize, row: usize, column: usize) -> Self {
        Self { name, head, row, column }
    }

    /// Has a model of so many blocks and heads such a place? (Rows and columns are the text's and the run's.)
    pub fn is_within(&self, layers: usize, heads: usize) -> bool {
        self.name.layer < layers && self.head < heads
    }

    /// Reads what [`fmt::Display`] writes; numbers far beyond any model's are no address.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let name = SiteName::parse(parts.next()?, 1 << 10)?;
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let numbers: Option<Vec<usize>> =
            parts.map(|part| part.parse().ok().filter(|n| plain(part) && *n < 1 << 24)).collect();
        match (name.site.is_map(), numbers?.as_slice()) {
            (true, &[head, row, column]) => Some(Self::in_map(name, head, row, column)),
            (false, &[row, column]) => Some(Self::new(name, row, column)),
            _ => None,
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.name)?;
        if self.name.site.is_map() {
            write!(f, "{}:", self.head)?;
        }
        write!(f, "{}:{}", self.row, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Site;

    #[test]
    fn addresses_are_read_as_written() {
        let scores = SiteName::new(Site::Scores, 2);
        let cells = [Cell::in_map(scores, 3, 5, 2), Cell::new(SiteName::new(Site::Logits, 0), 7, 8191)];
        for cell in cells {
            assert_eq!(Cell::parse(&cell.to_string()), Some(cell));
        }
        assert_eq!(cells[0].to_string(), "block.2.attention.scores:3:5:2");
        for hostile in ["", ":", "mid:1:2", "logits:1", "logits:1:2:3", "logits:-1:2", "logits:1:99999999999999999999"]
        {
            assert_eq!(Cell::parse(hostile), None, "{hostile}");
        }
    }
}
