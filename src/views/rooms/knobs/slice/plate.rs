//! The cells of a window with their axes, and the one that is pointed at in words.

use super::face::Face;
use crate::content::Strings;
use crate::model::{GptConfig, Part};
use crate::views::browser::{announce, save, width_of};
use crate::views::grid::tenth;
use crate::views::label::Label;
use crate::views::number::figure;
use crate::views::room::StageModel;
use crate::views::rooms::knobs::weight::Place;
use crate::views::strip;
use leptos::html::Div;
use leptos::prelude::*;

/// Left and top of the cells, for numbers.
const GUTTER: [f64; 2] = [42.0, 34.0];

/// A cell's side in whole CSS pixels.
fn size(width: f64, line: usize) -> f64 {
    ((width - GUTTER[0] - 2.0) / line.max(1) as f64).floor().clamp(4.0, 14.0)
}

/// The cells with their axes, and the one that is pointed at in words.
#[component]
pub fn Plate(
    model: StageModel,
    face: Signal<Option<Face>>,
    chosen: RwSignal<Option<Place>>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let room = NodeRef::<Div>::new();
    let width = width_of(room, 560.0);
    let cursor = RwSignal::new(None::<usize>);
    let heard = RwSignal::new(String::new());
    let say = announce(heard);
    let size = Memo::new(move |_| face.with(|face| face.as_ref().map_or(10.0, |face| size(width.get(), face.line))));
    let extent =
        move || face.with(|f| f.as_ref().map_or([0.0; 2], |f| [f.line, f.lines()].map(|n| n as f64 * size.get())));
    let said = move |i: usize| face.with(|face| Some(spoken(face.as_ref()?, i, model, strings.get())));
    let at = move |event: &leptos::ev::PointerEvent| {
        let cell = |offset: i32, gutter: f64| {
            let steps = (f64::from(offset) - gutter) / size.get_untracked();
            (steps >= 0.0).then_some(steps as usize)
        };
        let (column, line) = (cell(event.offset_x(), GUTTER[0])?, cell(event.offset_y(), GUTTER[1])?);
        face.with_untracked(|f| f.as_ref().map(|f| (f.line, f.values.len())))
            .and_then(|(wide, count)| Some(line * wide + column).filter(|&i| column < wide && i < count))
    };
    let choose = move |i: usize| {
        let place = face.with_untracked(|face| face.as_ref().map(|face| (face.slice.name, face.place(i))));
        chosen.set(place.map(|(name, (row, column))| Place { name, row, column }));
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let Some((line, count)) = face.with_untracked(|f| f.as_ref().map(|f| (f.line, f.values.len()))) else { return };
        let from = cursor.get_untracked();
        match event.key().as_str() {
            "Enter" | " " => from.into_iter().for_each(choose),
            "Escape" => cursor.set(None),
            key => {
                let Some(to) = strip::moved(key, from.unwrap_or(0), line, count) else { return };
                let to = if from.is_some() { to } else { 0 };
                cursor.set(Some(to));
                untrack(|| said(to)).map(say);
            }
        }
        event.prevent_default();
    };
    let outer = move || extent().map(|side| side + 2.0);
    let cell_of = move |i: usize| face.with(|f| f.as_ref().map(|f| (i % f.line, i / f.line)));
    let frame = move |class: &'static str, i: usize| {
        cell_of(i).map(|(x, y)| {
            let at = |gutter: f64, n: usize| gutter + n as f64 * size.get();
            view! { <rect class=class x=at(GUTTER[0], x) y=at(GUTTER[1], y) width=size height=size /> }
        })
    };
    let marked = move || {
        let place = chosen.get()?;
        let i = face
            .with(|f| f.as_ref().filter(|f| f.slice.name == place.name).and_then(|f| f.index(place.row, place.column)));
        frame("picked", i?)
    };
    let value = move |i: usize| face.with(|face| face.as_ref().and_then(|face| face.values.get(i).copied()));
    view! {
        <div class="slice-room" node_ref=room>
            <div class="slice-plate" class:none=move || face.with(Option::is_none) tabindex="0" role="application"
                aria-label=move || strings.get().knobs.slice_figure aria-description=move || strings.get().knobs.slice_keys
                on:keydown=on_key on:blur=move |_| cursor.set(None)
                on:pointermove=move |event| cursor.set(at(&event)) on:pointerleave=move |_| cursor.set(None)
                on:pointerdown=move |event| at(&event).into_iter().for_each(choose)>
                <svg class="slice" aria-hidden="true" width=move || outer()[0] + GUTTER[0] height=move || outer()[1] + GUTTER[1]>
                    {move || face.with(|face| face.as_ref().map(|face| axes(face, size.get(), strings.get())))}
                    <g transform=format!("translate({} {})", GUTTER[0], GUTTER[1]) shape-rendering="crispEdges">
                        {move || face.with(|face| face.as_ref().map(|face| {
                            let shade = |(class, opacity, d): (&'static str, f64, String)| view! { <path class=class fill-opacity=format!("{opacity:.3}") d=d /> };
                            face.paths(size.get()).into_iter().map(shade).collect_view()
                        }))}
                    </g>
                    <rect class="learned-frame" x=GUTTER[0] - 1.5 y=GUTTER[1] - 1.5 width=move || extent()[0] + 3.0 height=move || extent()[1] + 3.0 />
                    {marked}
                    {move || cursor.get().and_then(|i| frame("cursor", i))}
                </svg>
            </div>
            <div class="slice-foot">
                <output class="read-out" data-testid="weight" data-to-do=move || cursor.get().and_then(value).is_none() data-value=move || cursor.get().and_then(value).map(|v| v.to_string())>
                    {move || cursor.get().and_then(said).unwrap_or_else(|| strings.get().knobs.cell_hint.into())}
                </output>
                <button type="button" class="quiet" class:none=move || face.with(Option::is_none) title=move || strings.get().knobs.slice_csv
                    on:click=move |_| face.with_untracked(|f| f.iter().for_each(|f| save("glassbox-weights.csv", &f.csv())))>
                    {move || strings.get().stage.csv}
                </button>
            </div>
            <p class="note">{move || face.with(|face| face.as_ref().map(|face| about(face, model, strings.get())))}</p>
            <p class="unseen" aria-live="polite">{move || heard.get()}</p>
        </div>
    }
}

/// "row 3, column 17: 0.0312", with the token where a row is one.
fn spoken(face: &Face, i: usize, model: StageModel, strings: &Strings) -> String {
    let (row, column) = face.place(i);
    let value = face.values.get(i).map(|v| figure(*v, &strings.stage)).unwrap_or_default();
    let token = match face.slice.name.part {
        Part::TokenTable | Part::Head => {
            model.vocabulary.with(|vocabulary| format!("{row} “{}”", Label::of(vocabulary, row as u32).visible()))
        }
        _ => row.to_string(),
    };
    (strings.knobs.cell)(&token, &column.to_string(), &value)
}

/// Which rows and columns these are, the scale, and the mark of what was learned.
fn about(face: &Face, model: StageModel, strings: &Strings) -> String {
    let words = &strings.knobs;
    let grouped = |n: usize| strings.stage.count(n);
    let range = |range: &std::ops::Range<usize>| format!("{}–{}", grouped(range.start), grouped(range.end - 1));
    let [rows, columns] =
        model.info.with(|info| info.as_ref().map(|info| face.slice.name.shape(&info.config))).unwrap_or_default();
    let window =
        (words.window)(&range(&face.slice.rows), &range(&face.slice.columns), &grouped(rows), &grouped(columns));
    let clipped = (face.scale.clipped > 0).then(|| (strings.stage.vector_clipped)(face.scale.clipped));
    let scale = (words.scale)(&face.scale.limit.to_string(), clipped.as_deref());
    let turned = |config: &GptConfig| model.knob.get().and_then(|knob| knob.rows(config));
    let turned = model.info.with(|info| info.as_ref().and_then(|info| turned(&info.config)));
    let inside = turned.is_some_and(|turned| turned.name == face.slice.name && overlap(&turned.rows, &face.slice.rows));
    let mark = if inside { words.turned_mark } else { words.learned_mark };
    format!("{window} {scale} {mark}")
}

fn overlap(a: &std::ops::Range<usize>, b: &std::ops::Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// The axes in words, and the number of every eighth row and column.
fn axes(face: &Face, size: f64, strings: &Strings) -> AnyView {
    let [down, across] = (strings.knobs.axes)(face.slice.name.part);
    let vector = face.slice.rows.len() == 1;
    let step = ((30.0 / size).ceil() as usize).next_multiple_of(8);
    let row = |line: usize| {
        let y = GUTTER[1] + (line as f64 + 0.5) * size;
        let (row, column) = face.place(line * face.line);
        let name = if vector { column } else { row };
        view! { <text class="axis" x=GUTTER[0] - 6.0 y=tenth(y) text-anchor="end" dominant-baseline="central">{name}</text> }
    };
    let column = |at: usize| {
        let x = GUTTER[0] + (at as f64 + 0.5) * size;
        view! { <text class="axis" x=tenth(x) y=GUTTER[1] - 7.0 text-anchor="middle">{face.place(at).1}</text> }
    };
    let every = if vector { 2 } else { 8 };
    view! {
        <text class="axis-word" x=tenth(GUTTER[0] + face.line as f64 * size) y="11" text-anchor="end">{across}</text>
        <text class="axis-word" x="0" y="11">{down}</text>
        {(0..face.lines()).step_by(every).map(row).collect_view()}
        {(!vector).then(|| (0..face.line).step_by(step).map(column).collect_view())}
    }
    .into_any()
}
