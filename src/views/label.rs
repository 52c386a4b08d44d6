//! A token's name in a picture: short, wholly visible, and the same in every view.
//!
//! Made from the bytes alone ([`pieces`]), so it serves tokens of a text and candidates of the
//! vocabulary alike.

use crate::tokens::{Piece, Text, Vocabulary, pieces};
use leptos::prelude::*;

/// What stands for a leading space.
const SPACE: &str = "·";

/// A part of a label: text as it is, or a mark of ours for what shows nothing by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Text(String),
    Mark(String),
}

/// One token, ready to be written in a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    pub id: u32,
    pub parts: Vec<Part>,
    /// For sentences: which of several equal tokens of its text this is, from 1; 0 where it is alone.
    pub ordinal: usize,
}

impl Label {
    pub fn new(id: u32, bytes: &[u8]) -> Self {
        let mut parts: Vec<Part> = Vec::new();
        for piece in pieces(bytes) {
            let mark = match piece {
                Piece::Text(text) => {
                    parts.push(Part::Text(text.into()));
                    continue;
                }
                Piece::Space => SPACE.into(),
                Piece::LineBreak => "⏎".into(),
                Piece::Tab => "⇥".into(),
                Piece::Control(_) => piece.picture().unwrap_or_default(),
                // In brackets, or they would be read as a number.
                Piece::Bytes(bytes) => {
                    let bytes: Vec<String> = bytes.iter().map(|b| format!("{b:02X}")).collect();
                    format!("<{}>", bytes.join(" "))
                }
            };
            match parts.last_mut() {
                Some(Part::Mark(last)) => last.push_str(&mark),
                _ => parts.push(Part::Mark(mark)),
            }
        }
        if parts.is_empty() {
            parts.push(Part::Mark(format!("#{id}")));
        }
        Self { id, parts, ordinal: 0 }
    }

    pub fn of(vocabulary: &Vocabulary, id: u32) -> Self {
        Self::new(id, vocabulary.bytes_of(id))
    }

    /// All in one string, marks included.
    pub fn visible(&self) -> String {
        self.parts
            .iter()
            .map(|p| match p {
                Part::Text(t) | Part::Mark(t) => t.as_str(),
            })
            .collect()
    }

    /// As a sentence names it: without the space before it, and counted where it is not alone.
    pub fn name(&self) -> String {
        let skip = usize::from(self.parts.len() > 1 && self.parts[0] == Part::Mark(SPACE.into()));
        let mut name: String = Self { parts: self.parts[skip..].to_vec(), ..self.clone() }.visible();
        if self.ordinal > 0 {
            name.extend(
                self.ordinal.to_string().bytes().map(|d| char::from_u32(0x2080 + u32::from(d - b'0')).unwrap_or('?')),
            );
        }
        name
    }

    /// How wide it is in digits' widths, roughly and never too narrow.
    pub fn columns(&self) -> f64 {
        self.visible().chars().map(columns).sum()
    }

    /// The same, cut to at most so many columns with an ellipsis.
    pub fn clipped(&self, most: f64) -> Self {
        if self.columns() <= most {
            return self.clone();
        }
        let (mut parts, mut room) = (Vec::new(), most - 1.0);
        'parts: for part in &self.parts {
            let (Part::Text(text) | Part::Mark(text)) = part;
            let mut kept = String::new();
            for c in text.chars() {
                room -= columns(c);
                if room < 0.0 {
                    kept.push('…');
                    parts.push(part.with(kept));
                    break 'parts;
                }
                kept.push(c);
            }
            parts.push(part.with(kept));
        }
        Self { parts, ..self.clone() }
    }

    /// In HTML: isolated from the direction of what stands beside it, marks in a fainter ink.
    pub fn html(&self) -> impl IntoView + use<> {
        let parts = self.parts.iter().cloned().map(|part| match part {
            Part::Text(text) => view! { <span>{text}</span> }.into_any(),
            Part::Mark(text) => view! { <span class="mark">{text}</span> }.into_any(),
        });
        view! { <bdi class="tok" translate="no" lang=self.lang()>{parts.collect_view()}</bdi> }
    }

    /// Chinese characters are read out as such on a page in another language; of letters, nothing is known.
    fn lang(&self) -> Option<&'static str> {
        let chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        self.parts.iter().any(|part| matches!(part, Part::Text(text) if text.contains(chinese))).then_some("zh")
    }

    /// In SVG, inside a `<text>`.
    pub fn svg(&self) -> impl IntoView + use<> {
        let parts = self.parts.iter().cloned().map(|part| match part {
            Part::Text(text) => view! { <tspan>{text}</tspan> }.into_any(),
            Part::Mark(text) => view! { <tspan class="mark">{text}</tspan> }.into_any(),
        });
        parts.collect_view()
    }
}

impl Part {
    fn with(&self, text: String) -> Self {
        match self {
            Self::Text(_) => Self::Text(text),
            Self::Mark(_) => Self::Mark(text),
        }
    }
}

/// How wide a character is: Chinese, emoji and full-width signs take nearly two digits.
fn columns(c: char) -> f64 {
    match u32::from(c) {
        0x300..0x370 | 0x200b..0x2010 | 0xfe00..0xfe10 => 0.0,
        0x1100..0x1160 | 0x2e80..0xa4d0 | 0xac00..0xd7b0 | 0xf900..0xfb00 | 0xfe30..0xfe70 | 0xff00..0xff61 => 1.8,
        0x1_f000.. => 2.2,
        _ => match c {
            'i' | 'j' | 'l' | 'f' | 't' | 'r' | 'I' | '.' | ',' | ';' | ':' | '!' | '\'' | '|' | '·' | ' ' => 0.6,
            'm' | 'w' | 'M' | 'W' | '@' | '—' | '…' => 1.6,
            c if c.is_uppercase() => 1.25,
            _ => 1.0,
        },
    }
}

/// The labels of a text's tokens, equal ones counted.
pub fn labels(text: &Text) -> Vec<Label> {
    let mut times = std::collections::HashMap::<u32, (usize, usize)>::new();
    for token in &text.tokens {
        times.entry(token.id).or_default().1 += 1;
    }
    let label = |(position, id): (usize, u32)| {
        let mut label = Label::new(id, text.bytes_of(position));
        let (seen, all) = times.entry(id).or_default();
        *seen += 1;
        label.ordinal = if *all > 1 { *seen } else { 0 };
        label
    };
    text.ids().into_iter().enumerate().map(label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_invisible_and_nothing_is_a_replacement_character() {
        let cases: [(&[u8], &str, &str); 6] = [
            (b" dog", "·dog", "dog"),
            (b"dog", "dog", "dog"),
            (b"\xe4\xbd", "<E4 BD>", "<E4 BD>"),
            (b" ", "·", "·"),
            (b"\n\n", "⏎⏎", "⏎⏎"),
            (b"", "#7", "#7"),
        ];
        for (bytes, visible, name) in cases {
            let label = Label::new(7, bytes);
            assert_eq!((label.visible().as_str(), label.name().as_str()), (visible, name));
        }
    }

    #[test]
    fn a_clipped_label_fits_and_a_short_one_stays() {
        let long = Label::new(1, " internationalization".as_bytes());
        for most in 3..24 {
            let clipped = long.clipped(f64::from(most));
            assert!(clipped.columns() <= f64::from(most) + 0.7, "{} in {most}", clipped.visible());
        }
        assert_eq!(long.clipped(99.0), long);
    }
}
