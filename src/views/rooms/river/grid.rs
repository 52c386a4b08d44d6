//! The table of guesses: floors downward, tokens across, the deeper the gold the likelier.

use super::edges::{Legend, Turn};
use super::floor_name;
use crate::content::{Floor, Strings};
use crate::link::question::Answered;
use crate::model::{Cell, Site, SiteName};
use crate::tokens::Vocabulary;
use crate::trace::Trace;
use crate::views::derived::Derived;
use crate::views::label::{Label, labels};
use crate::views::room::StageActions;
use leptos::html::Div;
use leptos::prelude::*;
use std::ops::Range;

/// A position of the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub position: usize,
    pub label: Label,
    /// The token after it.
    pub came: Option<Label>,
}

/// What one floor would say at one position.
#[derive(Clone, Debug, PartialEq)]
pub struct Guess {
    pub label: Label,
    /// 0…1.
    pub chance: f32,
    /// It is what came next.
    pub right: bool,
    /// The guess's logit.
    pub cell: Cell,
}

#[derive(Clone, Debug, PartialEq)]
pub struct GridModel {
    pub columns: Vec<Column>,
    /// By floor (0: before the first block), then by column.
    pub rows: Vec<Vec<Guess>>,
    /// T.
    pub tokens: usize,
    /// How often the last floor is right, and where that can be known.
    pub right: usize,
    pub known: usize,
}

/// Where a floor's logits are found: the last block's lens is the model's own answer.
pub fn site(depth: usize, layers: usize) -> SiteName {
    match depth {
        0 => SiteName::new(Site::EmbedLens, 0),
        depth if depth == layers => SiteName::new(Site::Logits, 0),
        depth => SiteName::new(Site::Lens, depth - 1),
    }
}

/// The columns of `window`; `None` where the answer is another run's.
pub fn derive(trace: &Trace, answered: &Answered, vocabulary: &Vocabulary, window: Range<usize>) -> Option<GridModel> {
    let grid = answered.grid().filter(|grid| answered.is_of(trace) && grid.tokens == trace.tokens())?;
    let (names, ids) = (labels(&trace.text), trace.text.ids());
    let column = |position: usize| Column {
        position,
        label: names[position].clone(),
        came: names.get(position + 1).map(|next| Label { ordinal: 0, ..next.clone() }),
    };
    let guess = |depth: usize, position: usize| {
        let cell = grid.cell(depth, position)?;
        Some(Guess {
            label: Label::of(vocabulary, cell.first),
            chance: cell.chance,
            right: ids.get(position + 1) == Some(&cell.first),
            cell: Cell::new(site(depth, trace.config.layers), position, cell.first as usize),
        })
    };
    let last = grid.floors().checked_sub(1)?;
    let known = trace.tokens().saturating_sub(1);
    Some(GridModel {
        columns: window.clone().map(column).collect(),
        rows: (0..=last).map(|depth| window.clone().filter_map(|p| guess(depth, p)).collect()).collect(),
        tokens: trace.tokens(),
        right: (0..known).filter(|&p| grid.cell(last, p).map(|c| c.first) == ids.get(p + 1).copied()).count(),
        known,
    })
}

/// How deep the gold of a chance is, 0…1: the square root, so that small chances are seen at all.
pub fn tint(chance: f32) -> f64 {
    // What is no number has no gold; its words say it.
    if chance.is_nan() { 0.0 } else { f64::from(chance).clamp(0.0, 1.0).sqrt() }
}

/// Where a key leads in a table of so many floors and columns.
pub fn moved(key: &str, (depth, column): (usize, usize), floors: usize, columns: usize) -> Option<(usize, usize)> {
    let last = (floors.checked_sub(1)?, columns.checked_sub(1)?);
    Some(match key {
        "ArrowUp" => (depth.saturating_sub(1), column),
        "ArrowDown" => ((depth + 1).min(last.0), column),
        "ArrowLeft" => (depth, column.saturating_sub(1)),
        "ArrowRight" => (depth, (column + 1).min(last.1)),
        "Home" => (depth, 0),
        "End" => (depth, last.1),
        _ => return None,
    })
}

/// From here on the gold of a dark page is bright enough for black words, and too bright for white ones
/// (4.5 : 1 on either side).
const DEEP: f64 = 0.565;

#[component]
pub fn GuessGrid(
    model: Signal<Option<GridModel>>,
    pin: Signal<Option<usize>>,
    /// The token under the pointer, else the pinned one.
    pick: Signal<Option<usize>>,
    shift: RwSignal<isize>,
    stale: Signal<bool>,
    actions: StageActions,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().river;
    let room = NodeRef::<Div>::new();
    // One tab stop: the arrows move it.
    let at = RwSignal::new((0usize, 0usize));
    let size = move || model.with(|m| m.as_ref().map_or((0, 0), |m| (m.rows.len(), m.columns.len())));
    let here = Memo::new(move |_| {
        let ((depth, column), (floors, columns)) = (at.get(), size());
        (depth.min(floors.saturating_sub(1)), column.min(columns.saturating_sub(1)))
    });
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let (floors, columns) = untrack(size);
        let Some(next) = moved(&event.key(), here.get_untracked(), floors, columns) else { return };
        event.prevent_default();
        event.stop_propagation();
        at.set(next);
        focus(room, next);
    };
    keep_in_view(room, model, pin);
    let score = move || model.with(|m| m.as_ref().filter(|m| m.known > 0).map(|m| (words().score)(m.right, m.known)));
    let drawn = move || {
        let strings = strings.get();
        model.with(|m| m.as_ref().map(|m| table(m, Pointed { pick, here, at }, actions, strings)))
    };
    view! {
        <section class="river-grid" class:stale=stale aria-busy=move || stale.get().to_string() data-testid="river">
            <p class="floor-more">{move || words().hint}</p>
            <Legend strings />
            <div class="river-scroll" node_ref=room role="region" aria-label=move || words().grid aria-description=move || words().keys
                on:keydown=on_key on:pointerleave=move |_| actions.on_hover.run(None)>
                {drawn}
            </div>
            <p class="note river-score">{score}</p>
            <Turn model shift strings />
        </section>
    }
}

/// Which column and which cell have the eye and the keyboard.
#[derive(Clone, Copy)]
struct Pointed {
    pick: Signal<Option<usize>>,
    here: Memo<(usize, usize)>,
    at: RwSignal<(usize, usize)>,
}

fn table(model: &GridModel, pointed: Pointed, actions: StageActions, strings: &'static Strings) -> AnyView {
    let words = &strings.river;
    let on = move |position: usize| move || pointed.pick.get() == Some(position);
    let heads = model.columns.iter().map(|column| {
        let position = column.position;
        view! {
            <th scope="col" class="river-token" class:on=on(position) data-position=position
                on:pointerenter=move |_| actions.on_hover.run(Some(position))>
                <button type="button" title=column.label.visible() on:click=move |_| actions.on_pin.run(position)>
                    <span class="river-place">{position + 1}</span>
                    {column.label.clipped(9.0).html()}
                </button>
            </th>
        }
    });
    let came = model.columns.iter().map(|column| {
        let text = match &column.came {
            Some(label) => label.clipped(9.0).html().into_any(),
            None => view! { <span class="soft">{words.came_open}</span> }.into_any(),
        };
        view! { <td class="river-came" class:on=on(column.position)>{text}</td> }
    });
    let rows = model.rows.iter().enumerate().map(|(depth, guesses)| {
        let name = floor_name(depth, strings);
        let floor = depth.checked_sub(1).map_or(Floor::Embedding, Floor::Block);
        let place = Spot { depth, floor, name: name.clone() };
        let cells = guesses.iter().enumerate().map(|(i, guess)| cell(guess, i, &place, pointed, actions, strings));
        view! {
            <tr data-depth=depth>
                <th scope="row"><button type="button" class="link" on:click=move |_| actions.on_floor.run(floor)>{name}</button></th>
                {cells.collect_view()}
            </tr>
        }
    });
    view! {
        <table>
            <caption class="unseen">{words.grid}</caption>
            <thead><tr><th scope="col" class="river-corner">{words.corner}</th>{heads.collect_view()}</tr></thead>
            <tbody>{rows.collect_view()}</tbody>
            <tfoot><tr><th scope="row">{words.came}</th>{came.collect_view()}</tr></tfoot>
        </table>
    }
    .into_any()
}

/// The floor that a row stands for.
struct Spot {
    depth: usize,
    floor: Floor,
    name: String,
}

fn cell(
    guess: &Guess,
    column: usize,
    spot: &Spot,
    pointed: Pointed,
    actions: StageActions,
    strings: &'static Strings,
) -> AnyView {
    let (address, position, floor, place) = (guess.cell, guess.cell.row, spot.floor, (spot.depth, column));
    let percent = strings.stage.percent(guess.chance);
    let stop = move || if pointed.here.get() == place { "0" } else { "-1" };
    let go = move |_| {
        actions.on_pin.run(position);
        actions.on_floor.run(floor);
    };
    view! {
        <td class="guess" class:on=move || pointed.pick.get() == Some(position) class:right=guess.right class:deep={tint(guess.chance) > DEEP} data-testid="guess"
            data-depth=spot.depth data-position=position data-id=guess.label.id
            data-derived=Derived::Chance(address).to_string() data-value=guess.chance.to_string()
            on:pointerenter=move |_| actions.on_hover.run(Some(position))>
            <svg class="guess-tint" aria-hidden="true"><rect width="100%" height="100%" fill-opacity=format!("{:.3}", tint(guess.chance)) /></svg>
            <button type="button" class="guess-go" tabindex=stop title=guess.label.visible() on:click=go
                on:focus=move |_| pointed.at.set(place)
                aria-label=(strings.river.go)(&spot.name, &guess.label.visible(), &percent)>
                {guess.label.clipped(8.5).html()}
            </button>
            <button type="button" class="guess-chance" tabindex=stop data-cell=address.to_string()
                title=(strings.river.receipt)(&percent) on:click=move |_| actions.on_cell.run(Some(address))>
                {guess.right.then(|| view! { <span class="guess-right" title=strings.river.right>"✓ "</span> })}
                {percent.clone()}
            </button>
        </td>
    }
    .into_any()
}

/// Gives a guess the keyboard.
fn focus(room: NodeRef<Div>, (depth, column): (usize, usize)) {
    #[cfg(target_arch = "wasm32")]
    {
        use wasm_bindgen::JsCast;
        let Some(room) = room.get_untracked() else { return };
        let wanted = format!("tr[data-depth='{depth}'] > td:nth-of-type({}) .guess-go", column + 1);
        let found = room.query_selector(&wanted).ok().flatten();
        if let Some(button) = found.and_then(|b| b.dyn_into::<leptos::web_sys::HtmlElement>().ok()) {
            let _ = button.focus();
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (room, depth, column);
}

/// Scrolls sideways to the pinned column, or to the end of the text.
fn keep_in_view(room: NodeRef<Div>, model: Signal<Option<GridModel>>, pin: Signal<Option<usize>>) {
    #[cfg(target_arch = "wasm32")]
    Effect::new(move |_| {
        model.track();
        let (Some(room), pin) = (room.get(), pin.get()) else { return };
        let wanted = match pin {
            Some(position) => format!("thead th[data-position='{position}']"),
            None => "thead th:last-child".into(),
        };
        let Some(head) = room.query_selector(&wanted).ok().flatten() else { return };
        let (outer, inner) = (room.get_bounding_client_rect(), head.get_bounding_client_rect());
        let off_centre = inner.left() + inner.width() / 2.0 - outer.left() - outer.width() / 2.0;
        room.set_scroll_left(room.scroll_left() + off_centre as i32);
    });
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (room, model, pin);
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn every_cell_says_its_guess_its_address_and_whether_it_is_right() {
        let (trace, vocabulary) = sample::run();
        let model = derive(&trace, &sample::answered(None), &vocabulary, 1..4).unwrap();
        assert_eq!((model.columns.len(), model.rows.len()), (3, 3));
        assert_eq!(model.columns[0].came.as_ref().unwrap().visible(), "·sat");
        assert_eq!(model.columns[2].came, None);
        // Floor 1 guesses exactly what comes; the last position has nothing to be right about.
        let right = |depth: usize| model.rows[depth].iter().map(|g| g.right).collect::<Vec<_>>();
        assert_eq!((right(0), right(1)), (vec![false; 3], vec![true, true, false]));
        assert_eq!((model.right, model.known), (0, 3));
        let names = [0, 1, 2].map(|depth| model.rows[depth][0].cell.to_string());
        assert_eq!(names, ["embed.lens:1:1", "block.0.lens:1:2", "logits:1:3"]);
    }

    #[test]
    fn the_tint_grows_with_the_root_of_the_chance_and_keys_stay_inside() {
        assert_eq!([0.0, 0.25, 1.0, 2.0, f32::NAN].map(tint), [0.0, 0.5, 1.0, 1.0, 0.0]);
        assert_eq!(moved("ArrowDown", (2, 1), 3, 4), Some((2, 1)));
        assert_eq!(moved("End", (1, 0), 3, 4), Some((1, 3)));
        assert_eq!(moved("ArrowLeft", (0, 0), 0, 0), None);
        assert_eq!(moved("a", (0, 0), 3, 4), None);
    }
}
