//! Tokens as they are shown: in [`Piece`]s that are all visible, bracketed where several are one
//! character. No piece is ever U+FFFD: bytes that are no text are given as bytes.

use super::Text;

/// A part of a token, by how it must be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Letters and signs that show by themselves.
    Text(&'a str),
    /// One U+0020.
    Space,
    /// One U+000A.
    LineBreak,
    /// One U+0009.
    Tab,
    /// One character that shows nothing by itself, or would disturb its neighbours: controls,
    /// other spaces, joiners on their own, direction marks. [`Piece::picture`] draws it.
    Control(char),
    /// Bytes that are part of a character.
    Bytes(&'a [u8]),
}

impl Piece<'_> {
    /// What a [`Piece::Control`] shows: Unicode's control picture (`␀`), or its code point (`U+200B`).
    pub fn picture(self) -> Option<String> {
        let Self::Control(c) = self else { return None };
        let picture = match u32::from(c) {
            code @ 0..0x20 => char::from_u32(0x2400 + code),
            0x7f => Some('\u{2421}'),
            _ => None,
        };
        Some(picture.map_or_else(|| format!("U+{:04X}", u32::from(c)), String::from))
    }
}

/// One token of a text, ready to be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip<'a> {
    /// Which token of the text, from 0.
    pub position: usize,
    pub id: u32,
    pub bytes: &'a [u8],
    pub pieces: Vec<Piece<'a>>,
    /// Tokens with the same number share a character: a bracket joins them. Counts from 0.
    pub group: usize,
    /// What the tokens of this group are together, where they are more than one: mostly one character.
    pub character: Option<&'a str>,
    /// Bytes before this token that no token stands for: the tokenizer threw them away.
    pub skipped_bytes: usize,
}

/// The tokens of a text as they are shown.
pub fn chips(text: &Text) -> Vec<Chip<'_>> {
    let mut chips: Vec<Chip> = Vec::with_capacity(text.tokens.len());
    let mut end = 0;
    for (position, token) in text.tokens.iter().enumerate() {
        // A token that starts inside a character belongs to the one before.
        let joins = position > 0 && token.start == end && !text.read.is_char_boundary(token.start);
        let group = chips.last().map_or(0, |c| c.group + usize::from(!joins));
        let bytes = text.bytes_of(position);
        chips.push(Chip {
            position,
            id: token.id,
            bytes,
            pieces: pieces(bytes),
            group,
            character: None,
            skipped_bytes: token.start.saturating_sub(end),
        });
        end = token.end;
    }
    let mut first = 0;
    for group in chips.chunk_by_mut(|a, b| a.group == b.group) {
        let tokens = &text.tokens[first..first + group.len()];
        first += group.len();
        if let [a, .., b] = tokens {
            let character = shared(&text.read, a.end, b.start);
            group.iter_mut().for_each(|chip| chip.character = character);
        }
    }
    chips
}

/// From the start of the character that is cut at byte `first` to the end of the one cut at `last`.
fn shared(read: &str, first: usize, last: usize) -> Option<&str> {
    let start = (0..=first).rev().find(|&at| read.is_char_boundary(at))?;
    let end = (last..=read.len()).find(|&at| read.is_char_boundary(at))?;
    read.get(start..end)
}

/// A token's bytes as they are shown, in a text or by themselves (a candidate for the next token).
pub fn pieces(bytes: &[u8]) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut at, mut broken) = (0, None);
    for chunk in bytes.utf8_chunks() {
        if !chunk.valid().is_empty() {
            pieces.extend(broken.take().map(|start| Piece::Bytes(&bytes[start..at])));
            at += chunk.valid().len();
            split(chunk.valid(), &mut pieces);
        }
        if !chunk.invalid().is_empty() {
            broken = broken.or(Some(at));
            at += chunk.invalid().len();
        }
    }
    pieces.extend(broken.map(|start| Piece::Bytes(&bytes[start..at])));
    pieces
}

/// Cuts whole characters into runs of visible ones and single others.
fn split<'a>(text: &'a str, pieces: &mut Vec<Piece<'a>>) {
    let mut run = 0..0;
    for (at, c) in text.char_indices() {
        let other = match c {
            ' ' => Piece::Space,
            '\n' => Piece::LineBreak,
            '\t' => Piece::Tab,
            // They shape the sign before them: 👩‍🚀, ❤️, می‌خواهم.
            c if joins(c) && !run.is_empty() => Piece::Text(""),
            c if hidden(c) => Piece::Control(c),
            _ => Piece::Text(""),
        };
        let next = at + c.len_utf8();
        if matches!(other, Piece::Text(_)) {
            run.end = next;
            continue;
        }
        if !run.is_empty() {
            pieces.push(Piece::Text(&text[run]));
        }
        pieces.push(other);
        run = next..next;
    }
    if !run.is_empty() {
        pieces.push(Piece::Text(&text[run]));
    }
}

/// Joiners, variation selectors and tags: part of the sign before them.
fn joins(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0020}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Characters that show nothing, or would turn the direction of what stands beside them.
fn hidden(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || joins(c)
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            // The sign for damaged text, typed by someone: shown by its number, for it is no damage of ours.
            | '\u{fff9}'..='\u{fffd}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::super::Token;
    use super::*;

    fn text(read: &str, ends: &[usize]) -> Text {
        let mut start = 0;
        let tokens = ends.iter().map(|&end| Token { id: 7, start: std::mem::replace(&mut start, end), end });
        Text { tokens: tokens.collect(), read: read.into(), ..Text::default() }
    }

    #[test]
    fn spaces_breaks_and_controls_are_visible() {
        use Piece::*;
        assert_eq!(pieces(b" a b\r\n\t"), [Space, Text("a"), Space, Text("b"), Control('\r'), LineBreak, Tab]);
        assert_eq!(pieces("\0\u{3000}".as_bytes()), [Control('\0'), Control('\u{3000}')]);
        assert_eq!(Control('\0').picture().as_deref(), Some("␀"));
        assert_eq!(Control('\u{7f}').picture().as_deref(), Some("␡"));
        assert_eq!(Control('\u{feff}').picture().as_deref(), Some("U+FEFF"));
        assert_eq!(pieces("\u{fffd}".as_bytes()), [Control('\u{fffd}')]);
    }

    #[test]
    fn joiners_stay_with_the_sign_before_them() {
        use Piece::*;
        assert_eq!(pieces("👩\u{200d}🚀".as_bytes()), [Text("👩\u{200d}🚀")]);
        assert_eq!(pieces("\u{200d}".as_bytes()), [Control('\u{200d}')]);
        assert_eq!(pieces("a\u{202e}b".as_bytes()), [Text("a"), Control('\u{202e}'), Text("b")]);
    }

    #[test]
    fn parts_of_a_character_are_bytes_and_bracketed() {
        let text = text("x 🦙!", &[1, 4, 5, 7]);
        let chips = chips(&text);
        assert_eq!(chips.iter().map(|c| c.group).collect::<Vec<_>>(), [0, 1, 1, 1]);
        assert_eq!(chips[1].pieces, [Piece::Space, Piece::Bytes(&[0xf0, 0x9f])]);
        assert_eq!(chips[3].pieces, [Piece::Bytes(&[0x99]), Piece::Text("!")]);
        assert_eq!(chips.iter().map(|c| c.character).collect::<Vec<_>>(), [None, Some("🦙"), Some("🦙"), Some("🦙")]);
    }

    #[test]
    fn what_was_thrown_away_is_counted() {
        let mut text = text("a  b", &[1, 4]);
        text.tokens[1].start = 3;
        assert_eq!(chips(&text)[1].skipped_bytes, 2);
        assert_eq!(chips(&super::Text::from_ids(&[3, 4]))[1].pieces, []);
    }
}
