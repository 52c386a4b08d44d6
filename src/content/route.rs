//! Addresses: which floor, head, token and text a link shows.
//!
//! `#/block-2/head-3?text=…&pin=4&key=2&lang=zh&t=0.8&k=40&p=0.9&cell=block.2.attention.scores:3:4:2&knob=head:2:3:0`, layers, heads and
//! tokens counted from 0 as in every other name. Parsing takes anything: what it does not understand, or what is out of
//! bounds, is left out, and never an error. A link is hostile until shown otherwise.

use super::Locale;
pub use crate::link::example::LONGEST_PROMPT;
use crate::model::Cell;
use std::fmt;

/// No address carries more text than this, in bytes; longer texts stay in the page.
pub const LONGEST_TEXT_IN_ADDRESS: usize = 4000;
/// `weight:h.0.mlp.c_fc.weight:7:11:0.5` and the like.
const LONGEST_KNOB: usize = 100;
/// The hottest temperature that the page offers.
pub const HOTTEST: f32 = 2.0;

/// A stop of the elevator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Floor {
    /// The whole journey on one screen.
    Story,
    Tokens,
    Embedding,
    /// From 0.
    Block(usize),
    Unembedding,
    /// Every floor's guess at every position.
    River,
    /// All heads, by what they do.
    Heads,
    /// How many parameters there are, and what turning one does.
    Knobs,
}

/// How deep one looks into a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Room {
    /// The block as a whole: norm, attention, add, norm, MLP, add.
    #[default]
    Whole,
    /// One head.
    Head,
    Mlp,
}

impl Floor {
    /// All floors of a model with `layers` blocks, from the text down to the answer.
    pub fn all(layers: usize) -> Vec<Self> {
        let blocks = (0..layers).map(Self::Block);
        let after = [Self::Unembedding, Self::River, Self::Heads, Self::Knobs];
        [Self::Story, Self::Tokens, Self::Embedding].into_iter().chain(blocks).chain(after).collect()
    }

    /// A stop on the way from the text down to the answer; the others look at the whole way.
    pub fn on_the_way(self) -> bool {
        matches!(self, Self::Tokens | Self::Embedding | Self::Block(_) | Self::Unembedding)
    }

    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "story" => Some(Self::Story),
            "tokens" => Some(Self::Tokens),
            "embedding" => Some(Self::Embedding),
            "unembedding" => Some(Self::Unembedding),
            "river" => Some(Self::River),
            "heads" => Some(Self::Heads),
            "knobs" => Some(Self::Knobs),
            _ => number(name.strip_prefix("block-")?, 1 << 10).map(Self::Block),
        }
    }

    /// The nearest floor that a model with `layers` blocks has.
    pub fn within(self, layers: usize) -> Self {
        match self {
            Self::Block(layer) => Self::Block(layer.min(layers.saturating_sub(1))),
            other => other,
        }
    }
}

impl fmt::Display for Floor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Story => f.write_str("story"),
            Self::Tokens => f.write_str("tokens"),
            Self::Embedding => f.write_str("embedding"),
            Self::Block(layer) => write!(f, "block-{layer}"),
            Self::Unembedding => f.write_str("unembedding"),
            Self::River => f.write_str("river"),
            Self::Heads => f.write_str("heads"),
            Self::Knobs => f.write_str("knobs"),
        }
    }
}

/// What an address says; `None` where it says nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Route {
    pub floor: Option<Floor>,
    /// A head named in the address is looked at from near.
    pub room: Option<Room>,
    pub head: Option<usize>,
    pub text: Option<String>,
    pub pin: Option<usize>,
    /// The token that the pinned one looks at: with it, the cell of a head's map that is held.
    pub key: Option<usize>,
    pub locale: Option<Locale>,
    pub temperature: Option<f32>,
    /// So many of the likeliest tokens stay in the draw.
    pub top_k: Option<usize>,
    /// The likeliest tokens that together have this chance stay in the draw, 0…1.
    pub top_p: Option<f32>,
    /// The value whose receipt is open.
    pub cell: Option<Cell>,
    /// What is turned in the model, as [`Knob`](crate::model::Knob) writes it: whether there is such a thing, the model says.
    pub knob: Option<String>,
}

impl Route {
    /// Reads the part of an address from `#` on.
    pub fn parse(hash: &str) -> Self {
        let hash = hash.strip_prefix('#').unwrap_or(hash);
        let (path, query) = hash.split_once('?').unwrap_or((hash, ""));
        let mut route = Self::default();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            match part.strip_prefix("head-") {
                Some(head) => {
                    route.head = number(head, 1 << 10);
                    route.room = route.head.map(|_| Room::Head);
                }
                None if part == "mlp" => route.room = Some(Room::Mlp),
                None => route.floor = Floor::parse(part).or(route.floor),
            }
        }
        // A block alone is the whole of it.
        if matches!(route.floor, Some(Floor::Block(_))) {
            route.room = route.room.or(Some(Room::Whole));
        }
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match name {
                "text" => route.text = decode(value).filter(|t| t.len() <= 3 * LONGEST_PROMPT),
                "pin" => route.pin = number(value, 1 << 16),
                "key" => route.key = number(value, 1 << 16),
                "lang" => route.locale = Locale::parse(value),
                "t" => route.temperature = value.parse().ok().filter(|t| (0.0..=HOTTEST).contains(t)),
                "k" => route.top_k = number(value, 1 << 20).filter(|k| *k > 0),
                "p" => route.top_p = value.parse().ok().filter(|p| *p > 0.0 && *p <= 1.0),
                "cell" => route.cell = Cell::parse(value),
                "knob" => route.knob = decode(value).filter(|knob| knob.len() <= LONGEST_KNOB),
                _ => {}
            }
        }
        route
    }

    /// Whether coming here from `before` is a step of a journey, which the browser's Back undoes:
    /// another floor or room, a receipt that opens. Going from receipt to receipt has a way back of its own; typing,
    /// pinning and turning knobs are no steps.
    pub fn is_step_from(&self, before: &Self) -> bool {
        let place = |route: &Self| (route.floor, route.room, route.cell.is_some());
        place(self) != place(before)
    }

    /// Only where one stands. A step back in the journey takes back no typing and no setting.
    pub fn place(&self) -> Self {
        Self { floor: self.floor, room: self.room, head: self.head, cell: self.cell, ..Self::default() }
    }

    /// The text is too long for an address, which is written without it.
    pub fn leaves_text_out(&self) -> bool {
        self.text.as_ref().is_some_and(|text| text.len() > LONGEST_TEXT_IN_ADDRESS)
    }
}

/// Writes the address, `#` included. A text too long for an address is left out.
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("#/")?;
        if let Some(floor) = self.floor {
            write!(f, "{floor}")?;
            match (floor, self.room, self.head) {
                (Floor::Block(_), Some(Room::Head), Some(head)) => write!(f, "/head-{head}")?,
                (Floor::Block(_), Some(Room::Mlp), _) => f.write_str("/mlp")?,
                _ => {}
            }
        }
        let text = self.text.as_ref().filter(|_| !self.leaves_text_out());
        let pairs = [
            ("text", text.map(|text| encode(text))),
            ("pin", self.pin.map(|pin| pin.to_string())),
            ("key", self.key.map(|key| key.to_string())),
            ("lang", self.locale.map(|locale| locale.code().to_owned())),
            ("t", self.temperature.map(|t| t.to_string())),
            ("k", self.top_k.map(|k| k.to_string())),
            ("p", self.top_p.map(|p| p.to_string())),
            ("cell", self.cell.map(|cell| cell.to_string())),
            ("knob", self.knob.clone()),
        ];
        let mut mark = '?';
        for (name, value) in pairs {
            if let Some(value) = value {
                write!(f, "{mark}{name}={value}")?;
                mark = '&';
            }
        }
        Ok(())
    }
}

/// The value of `name` in an address's query (`?engine=gpu`), as written.
pub fn query_value<'a>(search: &'a str, name: &str) -> Option<&'a str> {
    let search = search.strip_prefix('?').unwrap_or(search);
    search.split('&').filter_map(|pair| pair.split_once('=')).find(|(n, _)| *n == name).map(|(_, value)| value)
}

/// The same with its percent-encoding undone; `None` where that is no text.
pub fn query_text(search: &str, name: &str) -> Option<String> {
    decode(query_value(search, name)?)
}

/// A plain decimal number up to `most`.
fn number(text: &str, most: usize) -> Option<usize> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|n| plain && *n <= most)
}

/// Percent-encoding as `encodeURIComponent` does it.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => encoded.push(byte as char),
            b'-' | b'_' | b'.' | b'!' | b'~' | b'*' | b'\'' | b'(' | b')' => encoded.push(byte as char),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// The reverse, `+` for a space included. `None` for bytes that are no UTF-8; a `%` that begins no
/// code stands for itself.
fn decode(value: &str) -> Option<String> {
    let bytes = value.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = |offset: usize| bytes.get(at + offset).and_then(|b| (*b as char).to_digit(16));
        match (bytes[at], hex(1), hex(2)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'+', ..) => decoded.push(b' '),
            (byte, ..) => decoded.push(byte),
        }
        at += 1;
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_survives_its_address() {
        let routes = [
            Route::default(),
            Route { floor: Some(Floor::Block(2)), room: Some(Room::Head), head: Some(3), ..Route::default() },
            Route { floor: Some(Floor::Block(2)), room: Some(Room::Mlp), ..Route::default() },
            Route { floor: Some(Floor::Block(2)), room: Some(Room::Whole), ..Route::default() },
            Route { floor: Some(Floor::Story), cell: Cell::parse("block.1.mid:3:7"), ..Route::default() },
            Route {
                floor: Some(Floor::Unembedding),
                text: Some(" The King?&=#+% \n春眠不覺曉 👩‍🚀\0".into()),
                pin: Some(4),
                key: Some(2),
                locale: Some(Locale::Zh),
                temperature: Some(0.8),
                top_k: Some(40),
                top_p: Some(0.9),
                ..Route::default()
            },
            Route { floor: Some(Floor::Tokens), text: Some(String::new()), ..Route::default() },
        ];
        for route in routes {
            assert_eq!(Route::parse(&route.to_string()), route, "{route}");
        }
    }

    #[test]
    fn the_address_of_the_design_is_understood() {
        let route = Route::parse("#/block-2/head-3?text=a%20b&pin=4&lang=zh&t=0.8");
        assert_eq!(route.floor, Some(Floor::Block(2)));
        assert_eq!((route.head, route.pin, route.temperature), (Some(3), Some(4), Some(0.8)));
        assert_eq!(route.text.as_deref(), Some("a b"));
        assert_eq!(Route::parse("#/?text=a+b").text.as_deref(), Some("a b"));
    }

    #[test]
    fn hostile_addresses_say_nothing() {
        let hostile = [
            "",
            "#",
            "#/",
            "#//////",
            "#/block-",
            "#/block--1",
            "#/block-99999999999999999999",
            "#/block-+1",
            "#/head-x",
            "#/<script>",
            "#?pin=-1&key=x",
            "#?t=NaN",
            "#?t=inf",
            "#?t=1e9",
            "#?k=0&p=0",
            "#?k=-3&p=1.5",
            "#?p=NaN",
            "#?text=%FF%FE",
            "#?lang=xx",
            "#?=&&==&?",
        ];
        for hash in hostile {
            assert_eq!(Route::parse(hash), Route::default(), "{hash}");
        }
        assert_eq!(Route::parse("#?text=100%&pin=1").text.as_deref(), Some("100%"));
        assert_eq!(Route::parse(&format!("#?text={}", "a".repeat(1 << 20))).text, None);
    }

    #[test]
    fn a_long_text_stays_out_of_the_address() {
        let route = Route { text: Some("长".repeat(2000)), ..Route::default() };
        assert_eq!(route.to_string(), "#/");
        assert!(route.leaves_text_out());
        assert!(!Route { text: Some("长".repeat(1000)), ..Route::default() }.leaves_text_out());
    }

    #[test]
    fn floors_rooms_and_receipts_are_steps_and_nothing_else_is() {
        let here = Route::parse("#/block-2/head-3?text=a&pin=1&t=0.8");
        for step in
            ["#/block-1/head-3", "#/block-2/mlp", "#/block-2", "#/story", "#/block-2/head-3?cell=block.1.mid:3:7"]
        {
            assert!(Route::parse(step).is_step_from(&here), "{step}");
        }
        for same in ["#/block-2/head-3?text=abc", "#/block-2/head-1", "#/block-2/head-3?pin=2&t=1.5&k=3&lang=zh"] {
            assert!(!Route::parse(same).is_step_from(&here), "{same}");
        }
    }

    #[test]
    fn floors_have_names_and_stay_within_the_model() {
        for floor in Floor::all(3) {
            assert_eq!(Floor::parse(&floor.to_string()), Some(floor));
        }
        assert_eq!(Floor::all(3).len(), 10);
        assert_eq!(Floor::Block(9).within(3), Floor::Block(2));
    }

    #[test]
    fn settings_are_read_from_the_query() {
        assert_eq!(query_value("?engine=gpu&weights=f32", "weights"), Some("f32"));
        assert_eq!(query_value("?engine=gpu", "model"), None);
        assert_eq!(query_value("", "engine"), None);
        assert_eq!(query_text("?model=a%2Fb", "model").as_deref(), Some("a/b"));
    }
}
