//! Where everything of the score lies, in CSS pixels, and what lies under a pointer.
//!
//! Columns hold still while one types: they stand as far apart as a round number of them needs, and
//! move only when that number is passed. Beyond the last that fits they keep their distance and the sheet
//! becomes wider than its box.

use super::ScoreModel;
use crate::views::label::Label;

/// Round numbers of columns.
const STEPS: [usize; 10] = [4, 6, 8, 10, 12, 16, 20, 24, 32, 40];
/// Columns closer than this run into each other.
const LEAST_PITCH: f64 = 19.0;
/// Columns of a sheet that is wider than its box.
const SCROLLED_PITCH: f64 = 26.0;
const MOST_PITCH: f64 = 168.0;
/// From here on labels lie flat, and are clipped where they must be.
const FLAT_FROM: f64 = 58.0;
/// A digit's width in labels.
pub const COLUMN: f64 = 7.3;
/// A block's height, from a low window to a high one.
const BANDS: [f64; 2] = [42.0, 88.0];
/// In a box narrower than this the names of the rows are small.
const SMALL: f64 = 460.0;
/// Of the page, beside the blocks: everything above the score, its labels and feet, and its legend.
const ELSEWHERE: f64 = 624.0;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sheet {
    pub tokens: usize,
    pub layers: usize,
    /// For the names of the blocks, left of the sheet.
    pub names: f64,
    /// From one column to the next.
    pub pitch: f64,
    /// Labels are too wide to lie flat.
    pub slanted: bool,
    /// Height of the labels.
    pub top: f64,
    /// Height of a block.
    pub band: f64,
    /// Height of the feet.
    pub foot: f64,
    /// Width of the box that the sheet is seen through, names left out.
    pub room: f64,
}

/// What lies under a pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    Token(usize),
    Embedding(usize),
    Attention(usize, usize),
    Mlp(usize, usize),
    Foot(usize),
}

impl Spot {
    pub fn column(self) -> usize {
        match self {
            Self::Token(i) | Self::Embedding(i) | Self::Attention(_, i) | Self::Mlp(_, i) | Self::Foot(i) => i,
        }
    }
}

/// Between the labels and the first block.
const EMBED: f64 = 20.0;

impl Sheet {
    /// `width` is the box's, `height` the window's.
    pub fn fit(model: &ScoreModel, width: f64, height: f64) -> Self {
        let (tokens, layers) = (model.tokens(), model.staves.len());
        let names = if width < SMALL { 92.0 } else { 104.0 };
        let room = (width - names).max(80.0);
        let step = STEPS.into_iter().find(|&step| tokens <= step && (room - 12.0) / step as f64 >= LEAST_PITCH);
        let pitch = step.map_or(SCROLLED_PITCH, |step| ((room - 12.0) / step as f64).min(MOST_PITCH));
        let widest = model.labels.iter().map(Label::columns).fold(0.0, f64::max);
        let slanted = pitch < FLAT_FROM && widest * COLUMN + 10.0 > pitch;
        let long = if widest <= LABEL / 2.0 { LABEL / 2.0 } else { LABEL } * COLUMN * 0.79 + 14.0;
        let band = ((height - ELSEWHERE) / layers.max(1) as f64).clamp(BANDS[0], BANDS[1]);
        Self {
            tokens,
            layers,
            names,
            pitch,
            slanted,
            top: if slanted { long } else { 34.0 },
            band,
            foot: 36.0 + if slanted { long } else { 40.0 },
            room,
        }
    }

    /// The names of the rows are small.
    pub fn is_small(&self) -> bool {
        self.names < 100.0
    }

    /// The longest label in digits' widths; longer ones are clipped.
    pub fn label(&self) -> f64 {
        if self.slanted { LABEL } else { (self.pitch - 10.0) / COLUMN }
    }

    /// The middle of a column.
    pub fn x(&self, column: usize) -> f64 {
        (column as f64 + 0.5) * self.pitch + 4.0
    }

    pub fn width(&self) -> f64 {
        let overhang = if self.slanted { 44.0 } else { 4.0 };
        (self.tokens as f64 * self.pitch + overhang).max(self.room)
    }

    pub fn height(&self) -> f64 {
        self.feet() + self.foot
    }

    /// Where the rivers spring.
    pub fn spring(&self) -> f64 {
        self.top + EMBED * 0.4
    }

    /// The upper edge of a block; that of one past the last is where the feet begin.
    pub fn block(&self, layer: usize) -> f64 {
        self.top + EMBED + layer as f64 * self.band
    }

    /// Where attention joins the river.
    pub fn join(&self, layer: usize) -> f64 {
        self.block(layer) + 0.54 * self.band
    }

    /// The middle of the MLP's stamp.
    pub fn stamp(&self, layer: usize) -> f64 {
        self.block(layer) + 0.79 * self.band
    }

    pub fn feet(&self) -> f64 {
        self.block(self.layers)
    }

    /// The widest river.
    pub fn river(&self) -> f64 {
        (0.36 * self.pitch).clamp(5.0, 26.0)
    }

    /// The side of a full stamp; a full circle has the same area.
    pub fn mark(&self) -> f64 {
        (0.34 * self.band).min(0.6 * self.pitch).clamp(8.0, 24.0)
    }

    /// The widest strand.
    pub fn strand(&self) -> f64 {
        (0.1 * self.pitch).clamp(3.0, 8.0)
    }

    pub fn spot(&self, x: f64, y: f64) -> Option<Spot> {
        let column = (((x - 4.0) / self.pitch).floor().max(0.0) as usize).min(self.tokens.checked_sub(1)?);
        if y < self.top {
            return Some(Spot::Token(column));
        }
        if y < self.block(0) {
            return Some(Spot::Embedding(column));
        }
        let down = (y - self.block(0)) / self.band;
        let layer = down.floor() as usize;
        Some(match down.fract() {
            _ if layer >= self.layers => Spot::Foot(column),
            part if part < 0.64 => Spot::Attention(layer, column),
            _ => Spot::Mlp(layer, column),
        })
    }
}

/// The longest slanted label.
const LABEL: f64 = 11.0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::label::Label;
    use crate::views::score::{LeftOut, Stave};
    use std::sync::Arc;

    fn sheet(tokens: usize, width: f64, height: f64) -> Sheet {
        let stave = Stave { heads: vec![], strands: vec![], attention: vec![], mid: vec![], mlp: vec![], out: vec![] };
        let model = ScoreModel {
            labels: Arc::new(vec![Label::new(1, b" Queen"); tokens]),
            measured: 0..tokens,
            embed: vec![],
            staves: vec![stave; 6],
            left_out: LeftOut::default(),
        };
        Sheet::fit(&model, width, height)
    }

    #[test]
    fn columns_hold_still_while_one_types() {
        for (width, [a, b]) in [(572.0, [7, 8]), (1152.0, [13, 16]), (358.0, [5, 6])] {
            assert_eq!(sheet(a, width, 900.0).pitch, sheet(b, width, 900.0).pitch);
        }
        // 24 at once on a projector's stage, 12 on a phone.
        assert!(sheet(24, 572.0, 768.0).width() <= 572.0 - 104.0 + 45.0);
        assert!(sheet(12, 358.0, 844.0).width() <= 358.0 - 92.0 + 45.0);
        assert!(sheet(256, 572.0, 768.0).width() > 6000.0);
    }

    #[test]
    fn everything_is_found_where_it_is_drawn() {
        for (tokens, width) in [(1, 358.0), (7, 572.0), (40, 1152.0)] {
            let sheet = sheet(tokens, width, 900.0);
            for i in 0..tokens {
                let x = sheet.x(i);
                assert_eq!(sheet.spot(x, 3.0), Some(Spot::Token(i)));
                assert_eq!(sheet.spot(x, sheet.spring()), Some(Spot::Embedding(i)));
                for layer in 0..6 {
                    assert_eq!(sheet.spot(x, sheet.join(layer)), Some(Spot::Attention(layer, i)));
                    assert_eq!(sheet.spot(x, sheet.stamp(layer)), Some(Spot::Mlp(layer, i)));
                    assert!(sheet.stamp(layer) + sheet.mark() / 2.0 < sheet.block(layer + 1) + 2.0);
                }
                assert_eq!(sheet.spot(x, sheet.height() - 1.0), Some(Spot::Foot(i)));
            }
            assert_eq!(sheet.spot(-5.0, 1.0).map(Spot::column), Some(0));
        }
    }
}
