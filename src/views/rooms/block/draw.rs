//! One step of a block as a box: its name, its shape, what it learned, its values.

use super::model::{BlockModel, Lane, Part, Piece, Row, TOKENS};
use super::sum;
use crate::content::block::StepWords;
use crate::content::{BlockStrings, Room, Strings, TermName};
use crate::model::{Cell, Site};
use crate::views::cells::Cells;
use crate::views::glossary::Marks;
use crate::views::grid::tenth;
use crate::views::number::short;
use crate::views::room::StageActions;
use leptos::prelude::*;

/// So many tokens have room for their names over a head's row.
const NAMED: usize = 14;
/// And so many on a phone.
const FEW: usize = 5;

/// What every box is drawn with.
#[derive(Clone, Copy)]
pub struct Pen<'a> {
    pub block: &'a BlockModel,
    pub actions: StageActions,
    pub strings: &'static Strings,
}

impl Pen<'_> {
    fn words(self) -> &'static BlockStrings {
        &self.strings.block
    }

    fn step_words(self, site: Site) -> &'static StepWords {
        &self.words().steps[site as usize - Site::Norm1 as usize]
    }

    /// The stream before the first step.
    pub fn entering(self) -> AnyView {
        let words = self.words();
        let row = &self.block.entering;
        let limit = (words.full_colour)(&short(row.cells.limit, &self.strings.stage));
        let lead = self.strings.shell.floors.block_lead;
        let stream = Marks::new(&self.strings.glossary).after(lead).after(words.lead).draw(words.stream);
        view! {
            <p class="block-name"><strong>{words.entering}</strong> <span class="soft">{stream}</span></p>
            {self.row(row, words.entering, 0)}
            <p class="block-foot note"><span>{limit}</span>{self.part_of(row).map(|said| view! { <span>{said}</span> })}</p>
        }
        .into_any()
    }

    /// `marks`: the terms that the room has explained so far.
    pub fn step(self, piece: &Piece, marks: &mut Marks) -> AnyView {
        let words = self.words();
        let StepWords { plain, term, say } = self.step_words(piece.site);
        let lane = match piece.lane {
            Lane::Leave => "block-step lane-leave",
            Lane::Inside => "block-step lane-inside",
            Lane::Join => "block-step lane-join",
        };
        let branch = (piece.lane == Lane::Leave).then(|| {
            let name = if piece.site == Site::Norm1 { words.attention } else { words.mlp };
            view! { <h4 class="block-branch">{marks.draw(name)}</h4> }
        });
        // Three letters that no glossary spells.
        let term = match piece.site {
            Site::Qkv => {
                let [q, k, v] = [(TermName::Query, "Q"), (TermName::Key, "K"), (TermName::Value, "V")]
                    .map(|(name, letter)| marks.term(name, letter));
                view! { {q}" "{k}" "{v} }.into_any()
            }
            _ => marks.draw(term),
        };
        let learned = (!piece.learned.is_empty()).then(|| {
            let shape = |[rows, columns]: &[usize; 2]| {
                if *rows == 1 { columns.to_string() } else { format!("{rows} × {columns}") }
            };
            let shapes: Vec<String> = piece.learned.iter().map(shape).collect();
            view! { <span class="block-learned">{(words.learned)(&shapes.join(" + "))}</span> }
        });
        view! {
            <li class=lane data-site=piece.site.stem() data-kernel=piece.kernel.name()>
                {branch}
                <p class="block-name">
                    <strong>{*plain}</strong>
                    <span class="soft">{term}</span>
                    <span class="block-shape number">{piece.shape.clone()}</span>
                    {learned}
                </p>
                <p class="note">{*say}</p>
                {piece.sum.map(|sum| sum::draw(sum, piece.site, self.block.layer, self.block.position, self.strings))}
                {self.rows(piece)}
                {self.foot(piece)}
            </li>
        }
        .into_any()
    }

    /// Which part of a long row is drawn.
    fn part_of(self, row: &Row) -> Option<String> {
        let count = self.strings.stage.count(row.width);
        row.window().map(|window| (self.words().part_of)(window.start, window.end - 1, &count))
    }

    fn rows(self, piece: &Piece) -> AnyView {
        let name = self.step_words(piece.site).plain;
        let cuts = if matches!(piece.site, Site::Qkv | Site::Mix) { self.block.head_size } else { 0 };
        let rows = piece.rows.iter().map(|row| self.row(row, name, cuts)).collect_view();
        let window = self.block.window();
        let few = window.len() <= FEW;
        let names = (piece.site.is_map() && window.len() <= NAMED).then(|| {
            let names = window.map(|i| view! { <span class="tok" translate="no">{self.block.name(i)}</span> });
            view! { <div class="block-tokens" class:few={few} aria-hidden="true">{names.collect_view()}</div> }
        });
        view! { {names}{rows} }.into_any()
    }

    /// A labelled strip. `cuts`: every so many cells another head begins.
    fn row(self, row: &Row, name: &str, cuts: usize) -> AnyView {
        let words = self.words();
        let count = row.cells.values.len();
        let (label, spoken) = match row.part {
            Part::Whole => (None, name.to_owned()),
            Part::Query => (Some(letter("qkv-letter qkv-query", "Q")), format!("{name}, Q")),
            Part::Key => (Some(letter("qkv-letter qkv-key", "K")), format!("{name}, K")),
            Part::Value => (Some(letter("qkv-letter qkv-value", "V")), format!("{name}, V")),
            Part::Head(head) => (Some(self.head_button(head)), format!("{name}, {}", (words.head)(head))),
        };
        let spoken = (words.strip)(&spoken, count);
        // Where a row is of tokens, they are its cells' names.
        let over_tokens = row.cells.addresses.first().is_some_and(|cell| cell.name.site.is_map());
        let names = self.block.window().filter(|_| over_tokens).map(|i| self.block.name(i)).collect();
        let cells = row.cells.clone().named(names);
        let shares = row.cells.addresses.first().is_some_and(|cell| cell.name.site == Site::Weights);
        let strip = if shares {
            self.shares(&cells, spoken)
        } else {
            cells.draw(spoken, self.actions.on_cell, &self.strings.stage)
        };
        let first = row.cells.addresses.first().map_or(0, |cell| cell.column);
        let lines = (cuts > 0).then(|| {
            let line = |x: usize| view! { <line x1=x x2=x y1="0" y2="1" vector-effect="non-scaling-stroke" /> };
            view! {
                <svg class="block-cuts" aria-hidden="true" preserveAspectRatio="none" viewBox=format!("0 0 {count} 1")>
                    {(1..count).filter(|x| (first + x).is_multiple_of(cuts)).map(line).collect_view()}
                </svg>
            }
        });
        let class = if label.is_some() { "block-row labelled" } else { "block-row" };
        view! { <div class=class>{label}<span class="block-strip">{strip}{lines}</span></div> }.into_any()
    }

    fn head_button(self, head: usize) -> AnyView {
        let (actions, layer) = (self.actions, self.block.layer);
        let go = move |_| {
            actions.on_head.run(head);
            actions.on_room.run((layer, Room::Head));
        };
        view! { <button type="button" class="link block-head" on:click=go>{(self.words().head)(head)}</button> }
            .into_any()
    }

    /// Shares of one: violet, by area and by depth, on a root scale.
    fn shares(self, cells: &Cells, spoken: String) -> AnyView {
        let bar = |(i, (value, cell)): (usize, (&f32, &Cell))| {
            let root = f64::from(*value).clamp(0.0, 1.0).sqrt();
            let (class, root) = if value.is_nan() { ("cell-loud", 1.0) } else { ("block-share", root) };
            let (x, tall, depth) = (i * 10, 18.0 * root, tenth(0.3 + 0.7 * root));
            let (top, height, wide) = (tenth(18.0 - tall), tenth(tall), cells.wide());
            format!(
                r#"<rect class="{class}" x="{x}" y="{top}" width="{wide}" height="{height}" fill-opacity="{depth}"/>
                <rect class="block-share-cell" x="{x}" y="0" width="{wide}" height="18" data-cell="{cell}" data-value="{value}"/>"#
            )
        };
        let drawn = cells.values.iter().zip(&cells.addresses).enumerate().map(bar).collect();
        cells.row(spoken, drawn, self.actions.on_cell, &self.strings.stage)
    }

    /// The scale, the largest values, what is left out, and the way to a closer look.
    fn foot(self, piece: &Piece) -> AnyView {
        let (words, stage) = (self.words(), &self.strings.stage);
        let limit = (piece.site != Site::Weights).then(|| (words.full_colour)(&short(piece.limit, stage)));
        let limit = limit.map(|said| view! { <span>{said}</span> });
        let left = if piece.site.is_map() {
            let all = self.block.position + 1;
            (all > TOKENS).then(|| (words.latest_of)(TOKENS, all))
        } else {
            piece.rows.first().and_then(|row| self.part_of(row))
        };
        let left = left.map(|said| view! { <span>{said}</span> });
        let largest = piece.largest.iter().map(|(cell, value)| self.value(*cell, *value)).collect_view();
        let (actions, layer) = (self.actions, self.block.layer);
        let room = match piece.site {
            Site::Scores | Site::Weights => Some((Room::Head, words.to_head)),
            Site::Expand | Site::Gelu => Some((Room::Mlp, words.to_mlp)),
            _ => None,
        };
        let link = room.map(|(room, said)| {
            let go = move |_| actions.on_room.run((layer, room));
            view! { <button type="button" class="link" data-room-link on:click=go>{said}</button> }
        });
        view! {
            <div class="block-foot note">
                <span class="block-largest">{words.largest}" "{largest}</span>
                {limit}{left}{link}
            </div>
        }
        .into_any()
    }

    /// One of the largest, with its place; it opens its receipt.
    fn value(self, cell: Cell, value: f32) -> AnyView {
        let (words, stage, on_cell) = (self.words(), &self.strings.stage, self.actions.on_cell);
        let place = if cell.name.site.is_map() {
            (words.on_token)(cell.head, &self.block.name(cell.column))
        } else if cell.name.site == Site::Qkv {
            let (width, size) = (self.block.head_size * self.block.heads, self.block.head_size);
            let letter = ["Q", "K", "V"][(cell.column / width).min(2)];
            (words.letter_place)(letter, cell.column % width / size, cell.column % size)
        } else {
            (words.dimension)(cell.column)
        };
        let said = if cell.name.site == Site::Weights { stage.percent(value) } else { short(value, stage) };
        view! {
            <span class="block-value">
                {place}" "
                <button type="button" class="run-value" data-cell=cell.to_string() data-value=value.to_string()
                    on:click=move |_| on_cell.run(Some(cell))>
                    {said}
                </button>
            </span>
        }
        .into_any()
    }
}

fn letter(class: &'static str, letter: &'static str) -> AnyView {
    view! { <span class=class>{letter}</span> }.into_any()
}
