//! How the bytes of a word flow together: where everything lies in the picture. Bytes stand on top, time
//! runs downward, one row a merge; below stand the pieces that there are by then.

use super::words::{WordModel, pieces};
use crate::views::grid::tenth;
use crate::views::label::Label;

/// Measures in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// One leaf's width.
    pub column: f64,
    /// One leaf's height.
    pub leaf: f64,
    /// Room on the left for the places in the list.
    pub gutter: f64,
}

impl Tree {
    /// A line of a word: its merges get their numbers among all, and it may be that none of them happens now.
    pub fn numbered(mut self, steps: &[usize], now: usize) -> Self {
        for joint in &mut self.joints {
            joint.step = steps.get(joint.step - 1).copied().unwrap_or(joint.step);
            joint.now &= joint.step == now;
        }
        if !self.joints.iter().any(|joint| joint.now) {
            self.streams.iter_mut().for_each(|stream| stream.now = false);
        }
        self
    }
}

impl Look {
    /// For lines of so many leaves at most, in a place so wide.
    pub fn word(leaves: usize, room: f64, has_merges: bool) -> Self {
        let gutter = Self::gutter(has_merges);
        let column = ((room - gutter - EDGE) / leaves.max(1) as f64).floor().clamp(NARROW, 48.0);
        Self { column, leaf: 38.0, gutter }
    }

    /// How many leaves a line holds.
    pub fn most(room: f64, has_merges: bool) -> usize {
        ((room - Self::gutter(has_merges) - EDGE) / NARROW).max(4.0) as usize
    }

    fn gutter(has_merges: bool) -> f64 {
        if has_merges { Self::BITS.gutter } else { 0.0 }
    }

    /// For the bytes of one character, with all their bits.
    pub const BITS: Self = Self { column: 92.0, leaf: 52.0, gutter: 52.0 };
}

/// A piece as a box: a leaf on top, or what has become of it below.
#[derive(Clone, Debug, PartialEq)]
pub struct Tile {
    pub x: f64,
    pub width: f64,
    pub bytes: Vec<u8>,
    pub label: Label,
    /// The token that it is in the end.
    pub id: Option<u32>,
}

/// A piece's way from where it came about to where it goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    pub path: String,
    /// The wider, the more bytes.
    pub width: f64,
    /// It goes into the merge that happens now.
    pub now: bool,
}

/// Two pieces become one.
#[derive(Clone, Debug, PartialEq)]
pub struct Joint {
    /// Its middle.
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub label: Label,
    /// In the tokenizer's list, from 0.
    pub rank: u32,
    /// What is joined.
    pub pair: [Vec<u8>; 2],
    /// Which merge of the word this is, from 1.
    pub step: usize,
    pub now: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    pub width: f64,
    pub height: f64,
    /// The upper edge of the pieces below.
    pub floor: f64,
    pub leaves: Vec<Tile>,
    pub streams: Vec<Stream>,
    pub joints: Vec<Joint>,
    pub pieces: Vec<Tile>,
}

/// The lower tiles' height, and the room for their numbers under them.
pub const PIECE: f64 = 32.0;
const FOOT: f64 = 20.0;
const EDGE: f64 = 2.0;
/// A leaf is at least so wide.
const NARROW: f64 = 26.0;

/// A piece while the picture is laid out: its columns and the point that its stream comes from.
#[derive(Clone, Copy)]
struct Head {
    from: usize,
    to: usize,
    y: f64,
}

/// The picture after the first `done` merges. Its size is the same for all of them.
pub fn tree(word: &WordModel, done: usize, look: Look) -> Tree {
    let spelled = &word.spelled;
    let (leaves, merges) = (spelled.leaves(), word.merges());
    let row = match merges.len() {
        ..=10 => 34.0,
        11..=20 => 29.0,
        _ => 25.0,
    };
    let x = |column: f64| look.gutter + column * look.column;
    let floor = EDGE + look.leaf + row * (merges.len() as f64 + 0.5) + 10.0;
    let middle = |head: &Head| x((head.from + head.to) as f64 / 2.0);
    // The last byte of a piece finds it: pieces only grow to the left's start.
    let mut heads: Vec<Head> = (0..leaves.len()).map(|at| Head { from: at, to: at + 1, y: EDGE + look.leaf }).collect();
    let column = |byte: usize| leaves.iter().position(|&end| end == byte).map_or(0, |at| at + 1);
    let bytes_of = |head: &Head| {
        let start = head.from.checked_sub(1).map_or(0, |before| leaves[before]);
        &spelled.bytes[start..leaves[head.to - 1]]
    };
    let (mut streams, mut joints) = (Vec::new(), Vec::new());
    for (at, merge) in merges.iter().enumerate().take(done) {
        let y = EDGE + look.leaf + row * (at as f64 + 1.0);
        let whole = Head { from: column(merge.start), to: column(merge.end), y };
        let now = at + 1 == done;
        heads.retain(|head| {
            let joins = whole.from <= head.from && head.to <= whole.to;
            if joins {
                streams.push(Stream {
                    path: bend(middle(head), head.y, middle(&whole), y),
                    width: thick(bytes_of(head)),
                    now,
                });
            }
            !joins
        });
        let place = heads.iter().position(|head| head.from > whole.from).unwrap_or(heads.len());
        heads.insert(place, whole);
        let label = Label::new(0, bytes_of(&whole));
        let width =
            (label.columns() * 7.4 + 14.0).clamp(26.0, (look.column * (whole.to - whole.from) as f64).max(26.0));
        joints.push(Joint {
            x: middle(&whole),
            y,
            width,
            label,
            rank: merge.rank,
            pair: word.pair(merge),
            step: at + 1,
            now,
        });
    }
    let ready = done >= merges.len();
    let pieces = heads.iter().enumerate().map(|(at, head)| {
        streams.push(Stream {
            path: format!("M{} {}V{}", tenth(middle(head)), tenth(head.y), tenth(floor)),
            width: thick(bytes_of(head)),
            now: false,
        });
        tile(x(head.from as f64), x(head.to as f64), bytes_of(head), word.ids.get(at).copied().filter(|_| ready))
    });
    Tree {
        pieces: pieces.collect(),
        leaves: tops(&spelled.bytes, &leaves)
            .map(|(at, bytes)| tile(x(at as f64), x(at as f64 + 1.0), bytes, None))
            .collect(),
        streams,
        joints,
        floor,
        width: x(leaves.len() as f64) + EDGE,
        height: floor + PIECE + FOOT,
    }
}

fn tops<'a>(bytes: &'a [u8], leaves: &'a [usize]) -> impl Iterator<Item = (usize, &'a [u8])> {
    pieces(bytes, leaves).enumerate()
}

fn tile(left: f64, right: f64, bytes: &[u8], id: Option<u32>) -> Tile {
    let label = Label::new(id.unwrap_or(0), bytes);
    Tile { x: left + 1.5, width: right - left - 3.0, bytes: bytes.to_vec(), label, id }
}

/// Straight down, then over to where the two meet.
fn bend(x: f64, y: f64, to_x: f64, to_y: f64) -> String {
    let turn = (to_y - 24.0).max(y);
    let half = (turn + to_y) / 2.0;
    let [x, y, to_x, to_y, turn, half] = [x, y, to_x, to_y, turn, half].map(tenth);
    format!("M{x} {y}V{turn}C{x} {half} {to_x} {half} {to_x} {to_y}")
}

/// A brook for one byte, a river for many.
fn thick(bytes: &[u8]) -> f64 {
    1.5 + 0.9 * (bytes.len() as f64).log2()
}

#[cfg(test)]
mod tests {
    use super::super::words::tests::{poem, story};
    use super::*;

    #[test]
    fn a_picture_ends_in_the_word_s_tokens_and_never_changes_its_size() {
        for model in [story("An unbelievable dragonfly 龘"), poem("床前明月光，疑是地上霜。")] {
            for word in &model.words {
                let look = Look::word(word.spelled.leaves().len(), 640.0, true);
                let last = tree(word, word.merges().len(), look);
                assert_eq!(last.pieces.iter().map(|p| p.id.unwrap()).collect::<Vec<_>>(), word.ids);
                for done in 0..=word.merges().len() {
                    let tree = tree(word, done, look);
                    assert_eq!((tree.width, tree.height), (last.width, last.height));
                    assert_eq!(tree.joints.len(), done);
                    // Every piece has one stream that leaves it: into a merge, or down to the floor.
                    assert_eq!(tree.streams.len(), tree.leaves.len() + done);
                    assert_eq!(tree.pieces.len() + done, tree.leaves.len());
                    let joined: Vec<u8> = tree.pieces.iter().flat_map(|p| p.bytes.clone()).collect();
                    assert_eq!(joined, word.spelled.bytes);
                    assert_eq!(tree.streams.iter().filter(|s| s.now).count(), if done > 0 { 2 } else { 0 });
                }
            }
        }
    }

    #[test]
    fn nothing_in_a_picture_lies_over_its_neighbour() {
        let model = story("unbelievable");
        let tree = tree(&model.words[0], model.words[0].merges().len(), Look::word(12, 300.0, true));
        for tiles in [&tree.leaves, &tree.pieces] {
            assert!(tiles.windows(2).all(|pair| pair[0].x + pair[0].width <= pair[1].x));
        }
        for joint in &tree.joints {
            assert!(joint.x - joint.width / 2.0 >= 0.0 && joint.y < tree.floor);
        }
    }
}
