//! What style sheets draw beside elements: rails, arrows' heads, signs in circles.

use super::{Eye, computed, font_of, pixels, rect, value};
use crate::views::export::picture::{Mark, Rect, Tag};
use web_sys::{CssStyleDeclaration, Element};

impl Eye {
    /// What the style sheet draws beside an element: a rail, an arrow's head, a sign in a circle. No document has it,
    /// so its place is told by its style alone, from the edges of what holds it.
    pub(super) fn generated(&mut self, element: &Element, which: &str, window: Rect, opacity: f64) {
        let style = web_sys::window().and_then(|w| w.get_computed_style_with_pseudo_elt(element, which).ok().flatten());
        let placed = |style: &CssStyleDeclaration| value(style, "position") == "absolute";
        let Some(style) = style.filter(placed) else { return };
        let content = value(&style, "content");
        if matches!(content.as_str(), "none" | "normal" | "") || value(&style, "display") == "none" {
            return;
        }
        let Some((holder, held)) = holder(element) else { return };
        let [left, top, width, height] = ["left", "top", "width", "height"].map(|name| pixels(&style, name));
        let at = Rect {
            x: holder.x + pixels(&held, "border-left-width") + left,
            y: holder.y + pixels(&held, "border-top-width") + top,
            width,
            height,
        };
        let marks = self.marks.len();
        match polygon(&value(&style, "clip-path")) {
            Some(points) => {
                let (fill, mut body) = (value(&style, "background-color"), String::new());
                Tag::new(&mut body, "polygon").with("points", points).with("fill", fill).close();
                let (view_box, aspect) = (Some("0 0 100 100".into()), Some("none".into()));
                self.marks.push((opacity, Mark::Drawing { at: self.here(at), view_box, aspect, body }));
            }
            None => self.boxed(&style, at.within(window), opacity),
        }
        if let Some(text) = content.split('"').nth(1).filter(|text| !text.is_empty()) {
            self.centred(text, &style, at, opacity);
        }
        if value(&style, "z-index").parse().is_ok_and(|z: i32| z > 0) {
            self.raised.extend(self.marks.drain(marks..));
        }
    }

    /// A sign in the middle of its box.
    fn centred(&mut self, text: &str, style: &CssStyleDeclaration, at: Rect, opacity: f64) {
        let (font, here) = (font_of(style), self.here(at));
        let [family, size, weight, slant] = &font;
        self.pen.set_font(&format!("{slant} {weight} {size} {family}"));
        let Ok(measured) = self.pen.measure_text(text) else { return };
        let (up, down) = (measured.actual_bounding_box_ascent(), measured.actual_bounding_box_descent());
        let x = here.x + (here.width - measured.width()) / 2.0;
        let y = here.y + (here.height + up - down) / 2.0;
        self.marks.push((opacity, Mark::Words { x, y, text: text.into(), font, fill: value(style, "color") }));
    }
}

/// What an absolutely placed pseudo-element is placed in: the nearest element that is placed itself.
fn holder(element: &Element) -> Option<(Rect, CssStyleDeclaration)> {
    let mut next = Some(element.clone());
    while let Some(element) = next {
        let style = computed(&element)?;
        if value(&style, "position") != "static" {
            return Some((rect(&element.get_bounding_client_rect()), style));
        }
        next = element.parent_element();
    }
    None
}

/// The corners of `polygon(34% 0px, …)` in hundredths, as SVG writes them.
fn polygon(clip: &str) -> Option<String> {
    let corners = clip.strip_prefix("polygon(")?.strip_suffix(')')?;
    let hundredth = |length: &str| length.trim_end_matches('%').trim_end_matches("px").to_owned();
    let corner = |pair: &str| pair.split_whitespace().map(hundredth).collect::<Vec<_>>().join(",");
    Some(corners.split(',').map(corner).collect::<Vec<_>>().join(" "))
}
