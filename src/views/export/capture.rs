//! Reads a room off the page: its numbers, and where its boxes, words and drawings stand, with the
//! colours that the style sheets have given them. In the browser only.

mod generated;

use super::Number;
use super::picture::{Mark, Picture, Rect, Tag, escaped};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, CssStyleDeclaration, Document, Element, HtmlCanvasElement, Node, Range};

/// What is drawn in an SVG and handed down from element to element.
const INHERITED: [&str; 14] = [
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-linejoin",
    "paint-order",
    "font-family",
    "font-size",
    "font-weight",
    "font-style",
    "text-anchor",
];
/// What each element has for itself, and what it is where nothing is said.
const OWN: [(&str, &str); 4] =
    [("opacity", "1"), ("dominant-baseline", "auto"), ("stop-color", "rgb(0, 0, 0)"), ("stop-opacity", "1")];
/// Controls and folds are for the page, not for its picture.
const LEFT_OUT: [&str; 5] = ["INPUT", "TEXTAREA", "SUMMARY", "SCRIPT", "STYLE"];
/// So are ways to other rooms, what is said to the hand alone, and the names of fields to type in.
const FOR_THE_HAND: &str = "[data-room-link], [data-to-do], label:has(input[type=text], input[type=number])";

/// Buttons that do something are controls too; a chip is a word of the text, and stays.
fn is_control(element: &Element) -> bool {
    let classes = element.class_list();
    LEFT_OUT.contains(&element.tag_name().as_str())
        || classes.contains("plain") && !classes.contains("chip-word")
        || element.matches(FOR_THE_HAND).unwrap_or(false)
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

pub fn room() -> Option<Element> {
    document()?.get_element_by_id("room")
}

/// The receipt that is open.
pub fn receipt() -> Option<Element> {
    document()?.query_selector(".receipt-body").ok().flatten()
}

/// The text of the stage's heading.
pub fn title() -> String {
    heading("stage-title")
}

pub fn receipt_title() -> String {
    heading("receipt-title")
}

fn heading(id: &str) -> String {
    let heading = document().and_then(|d| d.get_element_by_id(id));
    heading.and_then(|heading| heading.text_content()).unwrap_or_default()
}

pub fn address() -> String {
    web_sys::window().and_then(|w| w.location().href().ok()).unwrap_or_default()
}

/// Everything in the room that carries its number. A picture's own table says what the picture is painted from once
/// more, and is left out.
pub fn numbers(room: &Element) -> Vec<Number> {
    let Ok(found) = room.query_selector_all("[data-value]") else { return Vec::new() };
    let elements = (0..found.length()).filter_map(|at| found.item(at)?.dyn_into::<Element>().ok());
    let number = |element: Element| {
        if element.closest("[data-again]").ok().flatten().is_some() {
            return None;
        }
        let value = element.get_attribute("data-value").filter(|value| !value.is_empty())?;
        let cell = element.get_attribute("data-cell").unwrap_or_else(|| described(&element));
        let label = element.get_attribute("aria-label").or_else(|| element.text_content()).unwrap_or_default();
        Some(Number { cell, label: label.split_whitespace().collect::<Vec<_>>().join(" "), value })
    };
    elements.filter_map(number).collect()
}

/// Where a number has no address in the run: what else its element says of itself.
fn described(element: &Element) -> String {
    let names = element.get_attribute_names();
    let said = names.iter().filter_map(|name| {
        let name = name.as_string()?;
        let short = name.strip_prefix("data-").filter(|short| !matches!(*short, "value" | "testid" | "draw-value"))?;
        Some(format!("{short}={}", element.get_attribute(&name)?))
    });
    said.collect::<Vec<_>>().join(" ")
}

pub fn picture(room: &Element) -> Option<Picture> {
    let document = document()?;
    let body = computed(document.body()?.as_ref())?;
    let frame = rect(&room.get_bounding_client_rect());
    // A lead's colour stands for all that is said softly.
    let lead = document.query_selector(".floor-head p").ok().flatten();
    let soft =
        lead.and_then(|lead| computed(&lead)).map_or_else(|| value(&body, "color"), |style| value(&style, "color"));
    let pen = document.create_element("canvas").ok()?.dyn_into::<HtmlCanvasElement>().ok()?;
    let pen = pen.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
    let mut eye = Eye { document: document.clone(), origin: frame, pen, marks: Vec::new(), raised: Vec::new() };
    eye.look_at(room, frame, 1.0);
    eye.marks.append(&mut eye.raised);
    Some(Picture {
        width: frame.width,
        height: frame.height,
        paper: value(&body, "background-color"),
        ink: value(&body, "color"),
        soft,
        marks: eye.marks,
    })
}

fn computed(element: &Element) -> Option<CssStyleDeclaration> {
    web_sys::window()?.get_computed_style(element).ok().flatten()
}

fn value(style: &CssStyleDeclaration, name: &str) -> String {
    style.get_property_value(name).unwrap_or_default()
}

fn pixels(style: &CssStyleDeclaration, name: &str) -> f64 {
    value(style, name).trim_end_matches("px").parse().unwrap_or(0.0)
}

/// Family, size, weight, slant.
fn font_of(style: &CssStyleDeclaration) -> [String; 4] {
    ["font-family", "font-size", "font-weight", "font-style"].map(|name| value(style, name))
}

fn rect(of: &web_sys::DomRect) -> Rect {
    Rect { x: of.x(), y: of.y(), width: of.width(), height: of.height() }
}

fn is_clear(colour: &str) -> bool {
    colour == "transparent" || (colour.starts_with("rgba(") && colour.ends_with(", 0)")) || colour.ends_with("/ 0)")
}

/// Goes through a room and notes what it sees.
struct Eye {
    document: Document,
    origin: Rect,
    /// Measures fonts.
    pen: CanvasRenderingContext2d,
    marks: Vec<(f64, Mark)>,
    /// What lies above everything else.
    raised: Vec<(f64, Mark)>,
}

impl Eye {
    fn here(&self, at: Rect) -> Rect {
        Rect { x: at.x - self.origin.x, y: at.y - self.origin.y, ..at }
    }

    fn look_at(&mut self, element: &Element, window: Rect, opacity: f64) {
        let tag = element.tag_name();
        if tag == "SELECT" {
            return self.chosen(element, window, opacity);
        }
        let hidden = is_control(element)
            || element.class_list().contains("unseen")
            || element.class_list().contains("quiet")
            || element.has_attribute("popover");
        let Some(style) = computed(element).filter(|_| !hidden) else { return };
        if value(&style, "display") == "none" || value(&style, "visibility") == "hidden" {
            return;
        }
        let at = rect(&element.get_bounding_client_rect());
        // Of a list that is scrolled, whole lines.
        if matches!(tag.as_str(), "TR" | "LI") && window.cuts(at) {
            return;
        }
        let opacity = opacity * value(&style, "opacity").parse().unwrap_or(1.0);
        if tag == "svg" {
            return self.drawing(element, at, window, opacity);
        }
        if let Some(canvas) = element.dyn_ref::<HtmlCanvasElement>() {
            let href = canvas.to_data_url().ok().filter(|_| window.holds(at));
            let image = href.map(|href| Mark::Image { at: self.here(at), href });
            self.marks.extend(image.map(|image| (opacity, image)));
            return;
        }
        self.boxed(&style, at.within(window), opacity);
        self.generated(element, "::before", window, opacity);
        let window = if value(&style, "overflow-x") == "visible" { window } else { at.within(window) };
        let nodes = element.child_nodes();
        for node in (0..nodes.length()).filter_map(|at| nodes.item(at)) {
            match node.node_type() {
                Node::TEXT_NODE => self.words(&node, &style, window, opacity),
                Node::ELEMENT_NODE => {
                    let _ = node.dyn_ref::<Element>().map(|child| self.look_at(child, window, opacity));
                }
                _ => {}
            }
        }
        self.generated(element, "::after", window, opacity);
    }

    /// A background, and a border on some sides.
    fn boxed(&mut self, style: &CssStyleDeclaration, at: Rect, opacity: f64) {
        if at.width <= 0.0 || at.height <= 0.0 {
            return;
        }
        let here = self.here(at);
        let side = |name: &str| {
            let width = pixels(style, &format!("border-{name}-width"));
            let colour = value(style, &format!("border-{name}-color"));
            let drawn = !matches!(value(style, &format!("border-{name}-style")).as_str(), "none" | "hidden");
            (drawn && width > 0.0 && !is_clear(&colour)).then_some((colour, width))
        };
        let sides = ["top", "right", "bottom", "left"].map(side);
        let background = Some(value(style, "background-color")).filter(|colour| !is_clear(colour));
        let radius = value(style, "border-top-left-radius");
        let radius = match radius.strip_suffix('%').and_then(|share| share.parse::<f64>().ok()) {
            Some(share) => share / 100.0 * at.width.min(at.height),
            None => pixels(style, "border-top-left-radius"),
        };
        let even = sides.iter().all(|side| *side == sides[0]);
        if background.is_some() || (even && sides[0].is_some()) {
            let stroke = sides[0].clone().filter(|_| even);
            // SVG draws a line on both sides of the edge, CSS inside of it.
            let inset = stroke.as_ref().map_or(0.0, |(_, width)| width / 2.0);
            let at = Rect {
                x: here.x + inset,
                y: here.y + inset,
                width: here.width - 2.0 * inset,
                height: here.height - 2.0 * inset,
            };
            self.marks.push((opacity, Mark::Box { at, fill: background, stroke, radius }));
        }
        if even {
            return;
        }
        for (name, side) in ["top", "right", "bottom", "left"].into_iter().zip(sides) {
            let Some((colour, width)) = side else { continue };
            let at = match name {
                "top" => Rect { height: width, ..here },
                "bottom" => Rect { y: here.y + here.height - width, height: width, ..here },
                "left" => Rect { width, ..here },
                _ => Rect { x: here.x + here.width - width, width, ..here },
            };
            self.marks.push((opacity, Mark::Box { at, fill: Some(colour), stroke: None, radius: 0.0 }));
        }
    }

    /// What is chosen in a list belongs to what the picture shows.
    fn chosen(&mut self, list: &Element, window: Rect, opacity: f64) {
        let at = rect(&list.get_bounding_client_rect());
        let option = list.query_selector("option:checked").ok().flatten();
        let text = option.and_then(|option| option.text_content()).unwrap_or_default();
        let Some(style) = computed(list).filter(|_| at.width > 0.0 && window.holds(at)) else { return };
        let font = font_of(&style);
        let (here, size) = (self.here(at), pixels(&style, "font-size"));
        let x = here.x + pixels(&style, "padding-left");
        let y = here.y + here.height / 2.0 + 0.35 * size;
        self.marks.push((opacity, Mark::Words { x, y, text: text.trim().into(), font, fill: value(&style, "color") }));
    }

    fn words(&mut self, node: &Node, style: &CssStyleDeclaration, window: Rect, opacity: f64) {
        let text = node.text_content().filter(|text| !text.trim().is_empty());
        let (Some(text), Ok(range)) = (text, self.document.create_range()) else { return };
        let font = font_of(style);
        let [family, size, weight, slant] = &font;
        self.pen.set_font(&format!("{slant} {weight} {size} {family}"));
        let measured = self.pen.measure_text("x").ok();
        let rise = measured.map_or(0.8, |m| {
            let (up, down) = (m.font_bounding_box_ascent(), m.font_bounding_box_descent());
            if up + down > 0.0 { up / (up + down) } else { 0.8 }
        });
        let keeps = value(style, "white-space").contains("pre");
        for (text, at) in lines(node, &text, &range, keeps) {
            if window.holds(at) {
                let here = self.here(at);
                let y = here.y + here.height * rise;
                let fill = value(style, "color");
                self.marks.push((opacity, Mark::Words { x: here.x, y, text, font: font.clone(), fill }));
            }
        }
    }

    fn drawing(&mut self, element: &Element, at: Rect, window: Rect, opacity: f64) {
        if at.width <= 0.0 || at.height <= 0.0 || !window.holds(at) {
            return;
        }
        let mut body = String::new();
        if let Some(style) = computed(element) {
            let given = INHERITED.map(|name| value(&style, name));
            let mut group = INHERITED.iter().zip(&given).fold(Tag::new(&mut body, "g"), |tag, (name, value)| {
                if value.is_empty() { tag } else { tag.with(name, value) }
            });
            inside(element, &given, group.inside());
            group.close();
        }
        let (view_box, aspect) = (element.get_attribute("viewBox"), element.get_attribute("preserveAspectRatio"));
        let mark = Mark::Drawing { at: self.here(at), view_box, aspect, body };
        self.marks.push((opacity, mark));
    }
}

/// The lines of a text on the page, each with the place of what is seen of it. Spaces at the ends of a
/// line are not.
fn lines(node: &Node, text: &str, range: &Range, keeps: bool) -> Vec<(String, Rect)> {
    let mut lines: Vec<(String, Rect)> = Vec::new();
    let (mut offset, mut space) = (0, String::new());
    for c in text.chars() {
        let end = offset + c.len_utf16() as u32;
        let placed = range.set_start(node, offset).and_then(|()| range.set_end(node, end));
        offset = end;
        if c.is_whitespace() {
            if keeps || space.is_empty() {
                space.push(if keeps { c } else { ' ' });
            }
            continue;
        }
        if placed.is_err() {
            continue;
        }
        let at = rect(&range.get_bounding_client_rect());
        match lines.last_mut() {
            Some((line, so_far)) if (at.y - so_far.y).abs() < so_far.height / 2.0 => {
                line.push_str(&space);
                line.push(c);
                so_far.width = (at.x + at.width - so_far.x).max(so_far.width);
            }
            _ => lines.push((c.to_string(), at)),
        }
        space.clear();
    }
    lines
}

/// What is in an SVG element, each with the looks that it has on the page.
fn inside(element: &Element, given: &[String; 14], out: &mut String) {
    let nodes = element.child_nodes();
    for node in (0..nodes.length()).filter_map(|at| nodes.item(at)) {
        match node.node_type() {
            Node::TEXT_NODE => out.push_str(&escaped(&node.text_content().unwrap_or_default())),
            Node::ELEMENT_NODE => {
                let _ = node.dyn_ref::<Element>().map(|child| one(child, given, out));
            }
            _ => {}
        }
    }
}

fn one(element: &Element, given: &[String; 14], out: &mut String) {
    let name = element.tag_name();
    let Some(style) = computed(element).filter(|_| name != "foreignObject") else { return };
    // A pattern is not displayed itself.
    if element.class_list().contains("none") || value(&style, "visibility") == "hidden" {
        return;
    }
    let looks = INHERITED.map(|name| value(&style, name));
    let mut tag = Tag::new(out, &name);
    for attribute in element.get_attribute_names().iter().filter_map(|name: JsValue| name.as_string()) {
        let page_s = matches!(attribute.as_str(), "class" | "style" | "role" | "tabindex")
            || attribute.starts_with("aria-")
            || attribute.starts_with("on")
            || INHERITED.contains(&attribute.as_str())
            || OWN.iter().any(|(name, _)| *name == attribute);
        if !page_s && let Some(value) = element.get_attribute(&attribute) {
            tag = tag.with(&attribute, value);
        }
    }
    for ((name, look), given) in INHERITED.iter().zip(&looks).zip(given) {
        if look != given && !look.is_empty() {
            tag = tag.with(name, look);
        }
    }
    for (name, usual) in OWN {
        let look = value(&style, name);
        if look != usual && !look.is_empty() {
            tag = tag.with(name, look);
        }
    }
    if name == "text" {
        tag = tag.with("xml:space", "preserve");
    }
    if element.has_child_nodes() {
        inside(element, &looks, tag.inside());
    }
    tag.close();
}
