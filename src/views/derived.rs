//! What a number on the page is made of, where it is no single value of the run: its name in `data-derived`, by
//! which it can be computed again from the run's values. A value of the run itself has its address in
//! `data-cell`.

use crate::model::{Cell, Site, SiteName};
use std::fmt;

/// `row` is a position. Names of sites are as everywhere: `block.1.out`.
#[derive(Clone, Debug, PartialEq)]
pub enum Derived {
    /// `length:block.1.out:3`: of a row of values.
    Length(SiteName, usize),
    /// `lengths:3`: of the river's stops at a position: entering, then after attention and after the MLP of
    /// each block.
    Lengths(usize),
    /// `added:block.0.out:block.1.mid:3`: how long the difference of two rows is, in lengths of the first.
    Added(SiteName, SiteName, usize),
    /// `cosine:block.0.out:block.1.attention.project:3`: of two rows.
    Cosine(SiteName, SiteName, usize),
    /// `mean:block.1.attention.weights:0,3:5:2`: of some heads' weights, reading 5, looking at 2.
    Mean { layer: usize, heads: Vec<usize>, query: usize, key: usize },
    /// `habit:previous:1:3`: how much head 3 of block 1 has of it, over the whole text.
    Habit { name: &'static str, layer: usize, head: usize },
    /// `chance:block.1.lens:3:17`: the softmax of all logits there, at this token.
    Chance(Cell),
    /// `rank:block.1.lens:3:17`: where this token stands among all, from 1.
    Rank(Cell),
    /// `below:logits:3:17`: how far its logit is from the largest one.
    Below(Cell),
    /// `exp:logits:3:17`: e to that.
    Exp(Cell),
}

/// A token's logit at a position.
pub fn logit(position: usize, id: u32) -> Cell {
    Cell::new(SiteName::new(Site::Logits, 0), position, id as usize)
}

/// What enters a block.
pub fn entering(layer: usize) -> SiteName {
    layer.checked_sub(1).map_or(SiteName::new(Site::Embed, 0), |before| SiteName::new(Site::Out, before))
}

impl fmt::Display for Derived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(name, row) => write!(f, "length:{name}:{row}"),
            Self::Lengths(row) => write!(f, "lengths:{row}"),
            Self::Added(from, to, row) => write!(f, "added:{from}:{to}:{row}"),
            Self::Cosine(a, b, row) => write!(f, "cosine:{a}:{b}:{row}"),
            Self::Mean { layer, heads, query, key } => {
                let heads: Vec<String> = heads.iter().map(usize::to_string).collect();
                write!(f, "mean:{}:{}:{query}:{key}", SiteName::new(Site::Weights, *layer), heads.join(","))
            }
            Self::Habit { name, layer, head } => write!(f, "habit:{name}:{layer}:{head}"),
            Self::Chance(cell) => write!(f, "chance:{cell}"),
            Self::Rank(cell) => write!(f, "rank:{cell}"),
            Self::Below(cell) => write!(f, "below:{cell}"),
            Self::Exp(cell) => write!(f, "exp:{cell}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_is_computed_from_which_values() {
        let mean = Derived::Mean { layer: 1, heads: vec![0, 3], query: 5, key: 2 };
        assert_eq!(mean.to_string(), "mean:block.1.attention.weights:0,3:5:2");
        let added = Derived::Added(entering(0), SiteName::new(Site::Mid, 0), 3);
        assert_eq!(added.to_string(), "added:embed.sum:block.0.mid:3");
        assert_eq!(Derived::Length(entering(2), 3).to_string(), "length:block.1.out:3");
        assert_eq!(Derived::Chance(logit(3, 17)).to_string(), "chance:logits:3:17");
    }
}
