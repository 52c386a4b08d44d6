//! One column of the score as a table: block by block what it reads most and what is added to it.
//! Says in words and numbers what the picture shows, and leads to the rooms by keyboard too.

use super::draw::{of_attention, of_mlp};
use super::{ScoreModel, Strand};
use crate::content::{Room, Strings};
use crate::model::{Site, SiteName};
use crate::views::derived::{Derived, entering};
use crate::views::label::Label;
use crate::views::number::{short, times};
use leptos::prelude::*;
use std::sync::Arc;

/// One block's line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub layer: usize,
    /// The heads that are averaged, the leading one first.
    pub heads: Vec<usize>,
    /// What is read most, at most two.
    pub reads: Vec<Strand>,
    /// What attention adds, against the river before the block.
    pub attention: f32,
    /// What the MLP adds, against the river after attention.
    pub mlp: f32,
    /// The river's length after the block.
    pub river: f32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ColumnModel {
    pub column: usize,
    pub labels: Arc<Vec<Label>>,
    /// The river's length before the first block.
    pub embed: f32,
    pub lines: Vec<Line>,
    /// The strongest strand of all blocks that ends here.
    pub strongest: Option<(usize, Strand)>,
}

/// The picked column, else the last. `None` where it is not measured.
pub fn derive(model: &ScoreModel, pick: Option<usize>) -> Option<ColumnModel> {
    let last = model.tokens().checked_sub(1)?;
    let column = pick.unwrap_or(last).min(last);
    let place = model.place(column)?;
    let line = |(layer, stave): (usize, &super::Stave)| Line {
        layer,
        heads: stave.heads.clone(),
        reads: stave.strands.iter().rev().filter(|strand| strand.query == column).take(2).copied().collect(),
        attention: stave.attention[place] / model.before(layer, place),
        mlp: stave.mlp[place] / stave.mid[place],
        river: stave.out[place],
    };
    Some(ColumnModel {
        column,
        labels: Arc::clone(&model.labels),
        embed: model.embed[place],
        lines: model.staves.iter().enumerate().map(line).collect(),
        strongest: model.strongest(column),
    })
}

/// "*Queen* looks most at *King*: the leading heads of block 4 (1, 3, 8) give it 61 % on average."
pub fn sentence(model: &ColumnModel, strings: &'static Strings) -> AnyView {
    let words = &strings.story;
    let name = |i: usize| view! { <em class="tok" translate="no">{model.labels[i].name()}</em> };
    match model.strongest {
        Some((layer, Strand { query, key, share })) => {
            let [a, b, c, d] = words.reads_most;
            let heads = model.lines[layer].heads.clone();
            let named: Vec<String> = heads.iter().map(|head| (head + 1).to_string()).collect();
            let of_heads = (words.in_block)(layer + 1, &named.join(words.heads_comma));
            let derived = Derived::Mean { layer, heads, query, key };
            let number = view! {
                <data class="share" value=share.to_string() data-query=query data-key=key
                    data-derived=derived.to_string() data-value=share.to_string()>
                    {strings.stage.percent(share)}
                </data>
            };
            view! { {a}{name(query)}{b}{name(key)}{c}{of_heads}{number}{d} }.into_any()
        }
        None => {
            let [a, b] = if model.column == 0 { words.first } else { words.reads_little };
            view! { {a}{name(model.column)}{b} }.into_any()
        }
    }
}

/// `on_go`: to a room of a block, with the head to look at.
#[component]
pub fn ColumnTable(
    model: Signal<Option<ColumnModel>>,
    on_go: Callback<(usize, Room, usize)>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().story;
    let caption = move || {
        let [a, b] = words().table;
        model.with(|m| m.as_ref().map(|m| m.labels[m.column].clone())).map(|label| {
            view! { {a}<em class="tok" translate="no">{label.name()}</em>{b} }
        })
    };
    let lines = move || {
        let strings = strings.get();
        model.get().map(|m| m.lines.iter().map(|line| row(line, &m, on_go, strings)).collect_view())
    };
    view! {
        <div class="table-scroll score-table" tabindex="0" role="group" aria-label=move || words().table_name class:none=move || model.with(Option::is_none)>
            <table>
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{move || words().block}</th>
                        <th scope="col">{move || words().reads}</th>
                        <th scope="col" class="number">{move || words().attention_adds}</th>
                        <th scope="col" class="number">{move || words().mlp_adds}</th>
                        <th scope="col" class="number">{move || words().length}</th>
                    </tr>
                </thead>
                <tbody>
                    <tr>
                        <th scope="row">{move || strings.get().shell.floors.embedding}</th>
                        <td></td>
                        <td></td>
                        <td></td>
                        {move || model.with(|m| m.as_ref().map(|m| view! { <td class="number" data-derived=Derived::Length(entering(0), m.column).to_string() data-value=m.embed.to_string()>{short(m.embed, &strings.get().stage)}</td> }))}
                    </tr>
                    {lines}
                </tbody>
            </table>
        </div>
    }
}

fn row(line: &Line, model: &ColumnModel, on_go: Callback<(usize, Room, usize)>, strings: &'static Strings) -> AnyView {
    let (layer, head, column) = (line.layer, line.heads.first().copied().unwrap_or(0), model.column);
    let reads = line.reads.iter().map(|strand| {
        let label = model.labels[strand.key].clone();
        let derived = Derived::Mean { layer, heads: line.heads.clone(), query: strand.query, key: strand.key };
        view! {
            <span class="score-read" data-key=strand.key data-derived=derived.to_string() data-value=strand.share.to_string()>
                <em class="tok" translate="no">{label.name()}</em>" "<span class="share">{strings.stage.percent(strand.share)}</span>
            </span>
        }
    });
    let go = move |room| move |_| on_go.run((layer, room, head));
    let adds = move |share: f32, room: Room, derived: Derived| {
        view! {
            <td class="number">
                <button type="button" class="link" on:click=go(room) data-derived=derived.to_string()
                    data-value=share.to_string()>{times(share, &strings.stage)}"\u{202f}×"</button>
            </td>
        }
    };
    view! {
        <tr>
            <th scope="row"><button type="button" class="link" on:click=go(Room::Whole)>{(strings.shell.floors.block)(layer + 1)}</button></th>
            <td>{reads.collect_view()}</td>
            {adds(line.attention, Room::Head, of_attention(layer, column))}
            {adds(line.mlp, Room::Mlp, of_mlp(layer, column))}
            <td class="number" data-derived=Derived::Length(SiteName::new(Site::Out, layer), column).to_string()
                data-value=line.river.to_string()>{short(line.river, &strings.stage)}</td>
        </tr>
    }
    .into_any()
}
