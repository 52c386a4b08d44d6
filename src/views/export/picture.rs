//! A picture of a room as one SVG file that needs nothing else: no style sheet, no fonts, no page.
//!
//! In: boxes, words, drawings and images where they stand on the page. Out: the file's text.

use crate::views::grid::tenth;
use std::fmt::Write;

/// Left, top, width and height in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Rect {
    /// What both have in common; of no size where that is nothing.
    pub fn within(self, other: Self) -> Self {
        let (x, y) = (self.x.max(other.x), self.y.max(other.y));
        let right = (self.x + self.width).min(other.x + other.width);
        let bottom = (self.y + self.height).min(other.y + other.height);
        Self { x, y, width: (right - x).max(0.0), height: (bottom - y).max(0.0) }
    }

    /// Whether `other`, which is less tall than this, lies across its upper or lower edge.
    pub fn cuts(self, other: Self) -> bool {
        let across = |edge: f64| other.y < edge - 1.0 && other.y + other.height > edge + 1.0;
        other.height < self.height && (across(self.y) || across(self.y + self.height))
    }

    /// Whether the middle of `other` lies in this.
    pub fn holds(self, other: Self) -> bool {
        let (x, y) = (other.x + other.width / 2.0, other.y + other.height / 2.0);
        (self.x..=self.x + self.width).contains(&x) && (self.y..=self.y + self.height).contains(&y)
    }
}

/// Something drawn. Colours as CSS writes them.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    Box {
        at: Rect,
        fill: Option<String>,
        /// Colour and width.
        stroke: Option<(String, f64)>,
        radius: f64,
    },
    Words {
        x: f64,
        /// Of the base line.
        y: f64,
        text: String,
        /// Family, size, weight and style.
        font: [String; 4],
        fill: String,
    },
    /// `href` holds the pixels.
    Image { at: Rect, href: String },
    /// An SVG of the page: `body` is markup, made by [`Tag`].
    Drawing { at: Rect, view_box: Option<String>, aspect: Option<String>, body: String },
}

/// A room, as it stands on the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    pub width: f64,
    pub height: f64,
    pub paper: String,
    pub ink: String,
    pub soft: String,
    /// Each with its opacity, in the order of drawing; from the room's own corner.
    pub marks: Vec<(f64, Mark)>,
}

/// Text and attributes of XML: what the format forbids is left out.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\t' | '\n' => safe.push(c),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => safe.push(c),
        }
    }
    safe
}

/// Writes one element: attributes first, then what is in it.
pub struct Tag<'a> {
    out: &'a mut String,
    name: &'a str,
    open: bool,
}

impl<'a> Tag<'a> {
    pub fn new(out: &'a mut String, name: &'a str) -> Self {
        let _ = write!(out, "<{name}");
        Self { out, name, open: true }
    }

    pub fn with(self, name: &str, value: impl std::fmt::Display) -> Self {
        let _ = write!(self.out, " {name}=\"{}\"", escaped(&value.to_string()));
        self
    }

    pub fn at(self, Rect { x, y, width, height }: Rect) -> Self {
        self.with("x", tenth(x)).with("y", tenth(y)).with("width", tenth(width)).with("height", tenth(height))
    }

    /// What is in the element, as markup.
    pub fn inside(&mut self) -> &mut String {
        if std::mem::take(&mut self.open) {
            self.out.push('>');
        }
        self.out
    }

    pub fn close(self) {
        if self.open {
            self.out.push_str("/>");
        } else {
            let _ = write!(self.out, "</{}>", self.name);
        }
    }
}

const MARGIN: f64 = 24.0;
const TITLE: f64 = 22.0;
const LINE: f64 = 13.0;
const SANS: &str = "system-ui, 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', sans-serif";

/// The picture with its title, and below the title what made it: the text, the model, the engine.
pub fn svg(picture: &Picture, title: &str, lines: &[String]) -> String {
    let inner = picture.width.max(320.0);
    let columns = |size: f64| (inner / (size * 0.56)) as usize;
    let titles = wrapped(title, columns(TITLE), 2);
    let lines: Vec<String> = lines.iter().flat_map(|line| wrapped(line, columns(LINE), 3)).collect();
    let head = MARGIN + titles.len() as f64 * TITLE * 1.3 + lines.len() as f64 * LINE * 1.55 + 14.0;
    let (width, height) = (inner + 2.0 * MARGIN, head + picture.height + MARGIN);
    let mut out = String::new();
    let (w, h) = (tenth(width), tenth(height));
    let mut root = Tag::new(&mut out, "svg")
        .with("xmlns", "http://www.w3.org/2000/svg")
        .with("width", w)
        .with("height", h)
        .with("viewBox", format!("0 0 {w} {h}"));
    let inside = root.inside();
    Tag::new(inside, "rect").with("width", w).with("height", h).with("fill", &picture.paper).close();
    let mut y = MARGIN;
    for (text, size, weight, fill) in titles
        .iter()
        .map(|text| (text, TITLE, 500, &picture.ink))
        .chain(lines.iter().map(|text| (text, LINE, 400, &picture.soft)))
    {
        y += size * if size == TITLE { 1.3 } else { 1.55 };
        let mut tag = Tag::new(inside, "text")
            .with("x", MARGIN)
            .with("y", tenth(y - size * 0.35))
            .with("font-family", SANS)
            .with("font-size", size)
            .with("font-weight", weight)
            .with("fill", fill);
        tag.inside().push_str(&escaped(text));
        tag.close();
    }
    let mut group = Tag::new(inside, "g").with("transform", format!("translate({MARGIN} {})", tenth(head)));
    for (opacity, mark) in &picture.marks {
        draw(group.inside(), mark, *opacity);
    }
    group.close();
    root.close();
    out
}

fn draw(out: &mut String, mark: &Mark, opacity: f64) {
    let faint = |tag| if opacity < 1.0 { Tag::with(tag, "opacity", opacity) } else { tag };
    match mark {
        Mark::Box { at, fill, stroke, radius } => {
            let mut tag = faint(Tag::new(out, "rect")).at(*at).with("fill", fill.as_deref().unwrap_or("none"));
            if let Some((colour, width)) = stroke {
                tag = tag.with("stroke", colour).with("stroke-width", width);
            }
            if *radius > 0.0 {
                tag = tag.with("rx", tenth(*radius));
            }
            tag.close();
        }
        Mark::Words { x, y, text, font: [family, size, weight, style], fill } => {
            let mut tag = faint(Tag::new(out, "text"))
                .with("x", tenth(*x))
                .with("y", tenth(*y))
                .with("font-family", family)
                .with("font-size", size)
                .with("font-weight", weight)
                .with("font-style", style)
                .with("fill", fill)
                .with("xml:space", "preserve");
            tag.inside().push_str(&escaped(text));
            tag.close();
        }
        Mark::Image { at, href } => faint(Tag::new(out, "image"))
            .at(*at)
            .with("href", href)
            .with("preserveAspectRatio", "none")
            .with("image-rendering", "pixelated")
            .close(),
        Mark::Drawing { at, view_box, aspect, body } => {
            let mut tag = faint(Tag::new(out, "svg")).at(*at).with("overflow", "visible");
            if let Some(view_box) = view_box {
                tag = tag.with("viewBox", view_box);
            }
            if let Some(aspect) = aspect {
                tag = tag.with("preserveAspectRatio", aspect);
            }
            tag.inside().push_str(body);
            tag.close();
        }
    }
}

/// A text in lines of so many Latin letters, Chinese characters being as wide as two; what is more
/// than `most` lines is cut, visibly.
fn wrapped(text: &str, columns: usize, most: usize) -> Vec<String> {
    let wide = |c: char| if u32::from(c) >= 0x2e80 { 2 } else { 1 };
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_inclusive(|c: char| c.is_whitespace() || wide(c) == 2) {
        let needs: usize = word.chars().map(wide).sum();
        if used + needs > columns && used > 0 {
            lines.push(String::new());
            used = 0;
        }
        lines.last_mut().into_iter().for_each(|line| line.push_str(word));
        used += needs;
    }
    if lines.len() > most {
        lines.truncate(most);
        lines.last_mut().into_iter().for_each(|line| line.push('…'));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f64, y: f64, width: f64, height: f64) -> Rect {
        Rect { x, y, width, height }
    }

    #[test]
    fn everything_is_in_the_file_and_hostile_text_is_only_text() {
        let mut body = String::new();
        Tag::new(&mut body, "path").with("d", "M0 0").with("data-value", 0.25).close();
        let font = ["serif".into(), "12px".into(), "400".into(), "normal".into()];
        let words =
            Mark::Words { x: 1.0, y: 2.0, text: "</text><script>\u{0}&".into(), font, fill: "rgb(1, 2, 3)".into() };
        let marks = vec![
            (1.0, Mark::Box { at: at(0.0, 0.0, 9.0, 9.0), fill: None, stroke: Some(("red".into(), 1.0)), radius: 3.0 }),
            (0.5, words),
            (1.0, Mark::Image { at: at(0.0, 0.0, 5.0, 5.0), href: "data:image/png;base64,AA==".into() }),
            (1.0, Mark::Drawing { at: at(2.0, 3.0, 4.0, 5.0), view_box: Some("0 0 1 1".into()), aspect: None, body }),
        ];
        let picture = Picture {
            width: 400.0,
            height: 100.0,
            paper: "#fff".into(),
            ink: "#000".into(),
            soft: "#666".into(),
            marks,
        };
        let file = svg(&picture, "Block 3 \"of\" 6", &["“a < b”".into(), "story".into()]);
        for part in [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"448\"",
            "Block 3 &quot;of&quot; 6",
            "“a &lt; b”",
            "&lt;/text&gt;&lt;script&gt;&amp;</text>",
            "opacity=\"0.5\"",
            "rx=\"3\"",
            "<image x=\"0\" y=\"0\" width=\"5\" height=\"5\" href=\"data:image/png;base64,AA==\"",
            "viewBox=\"0 0 1 1\"><path d=\"M0 0\" data-value=\"0.25\"/></svg>",
        ] {
            assert!(file.contains(part), "{part} in {file}");
        }
        assert_eq!(file.matches("<svg").count(), file.matches("</svg>").count());
        assert_eq!(file.matches("<g").count(), file.matches("</g>").count());
    }

    #[test]
    fn long_texts_are_wrapped_and_cut_where_one_sees_it() {
        assert_eq!(wrapped("one two three", 8, 9), ["one two ", "three"]);
        assert_eq!(wrapped("床前明月光", 4, 2), ["床前", "明月…"]);
        assert_eq!(wrapped("", 4, 2), [""]);
    }

    #[test]
    fn what_is_scrolled_out_of_sight_is_left_out() {
        let window = at(0.0, 0.0, 100.0, 50.0).within(at(50.0, 20.0, 500.0, 500.0));
        assert_eq!(window, at(50.0, 20.0, 50.0, 30.0));
        assert!(window.holds(at(60.0, 30.0, 10.0, 10.0)) && !window.holds(at(60.0, 49.0, 10.0, 10.0)));
        assert!(window.cuts(at(50.0, 40.0, 10.0, 20.0)) && window.cuts(at(50.0, 10.0, 10.0, 20.0)));
        assert!(!window.cuts(at(50.0, 20.0, 10.0, 29.0)) && !window.cuts(at(50.0, 0.0, 10.0, 90.0)));
        assert_eq!(at(0.0, 0.0, 1.0, 1.0).within(at(5.0, 5.0, 1.0, 1.0)).width, 0.0);
    }
}
