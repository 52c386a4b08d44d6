//! A window on a learned tensor: its numbers as signed cells, and how they are spread.
//!
//! In: a [`Slice`] of the model's own numbers. A cell is read under pointer or keyboard, and chosen to
//! be turned. Drawn as one path a shade, so that thousands of cells cost some fifty elements.

use super::effect::EffectModel;
use super::notice::tensor;
use super::number;
use super::weight::{Learned, Place, WeightKnob};
use crate::analysis::histogram::Histogram;
use crate::analysis::strip::Scale;
use crate::content::Strings;
use crate::link::question::{Answered, Asker, Question};
use crate::model::{GptConfig, Knob, Part, Slice, TensorName};
use crate::views::browser::{announce, save, width_of};
use crate::views::grid::tenth;
use crate::views::label::Label;
use crate::views::room::{StageActions, StageModel};
use crate::views::strip;
use leptos::html::Div;
use leptos::prelude::*;
use std::fmt::Write;
use std::sync::Arc;

/// Cells a side of the window, on wide pages and on narrow ones.
const SIDES: [usize; 2] = [48, 24];
/// A vector is read like so many lines of text.
const LINES: usize = 12;
/// Shades a sign.
const SHADES: usize = 24;
/// Left and top of the cells, for numbers.
const GUTTER: [f64; 2] = [42.0, 34.0];

/// Every block has one of its own.
pub fn is_in_block(part: Part) -> bool {
    use Part::*;
    !matches!(part, TokenTable | PositionTable | NormFGain | NormFBias | Head | HeadBias)
}

/// Where the window's corner lies.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Window {
    name: TensorName,
    row: usize,
    column: usize,
}

impl Window {
    /// The cells that it shows, moved inside the tensor.
    fn slice(self, config: &GptConfig, side: usize) -> Slice {
        let name = TensorName { layer: self.name.layer.min(config.layers - 1), ..self.name };
        let [rows, columns] = name.shape(config);
        let [high, wide] = if rows == 1 { [1, LINES * side] } else { [side, side] };
        let along = |at: usize, shown: usize, all: usize| {
            let from = at.min(all.saturating_sub(shown));
            from..(from + shown).min(all)
        };
        Slice { name, rows: along(self.row, high, rows), columns: along(self.column, wide, columns) }
    }
}

/// The numbers of a window, ready to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Face {
    pub slice: Slice,
    /// Cells a line.
    pub line: usize,
    pub values: Arc<Vec<f32>>,
    pub scale: Scale,
}

/// `None` while these numbers were not answered.
fn derive(answered: &Answered, slice: &Slice, side: usize) -> Option<Face> {
    let values = answered.slice(slice).filter(|values| !values.is_empty())?;
    let line = if slice.rows.len() == 1 { side.min(slice.columns.len()) } else { slice.columns.len() };
    let strip::StripModel { values, scale } = strip::derive(values);
    Some(Face { slice: slice.clone(), line, values, scale })
}

impl Face {
    fn lines(&self) -> usize {
        self.values.len().div_ceil(self.line.max(1))
    }

    /// Row and column in the tensor.
    fn place(&self, i: usize) -> (usize, usize) {
        let wide = self.slice.columns.len().max(1);
        (self.slice.rows.start + i / wide, self.slice.columns.start + i % wide)
    }

    fn index(&self, row: usize, column: usize) -> Option<usize> {
        let inside = self.slice.rows.contains(&row) && self.slice.columns.contains(&column);
        inside.then(|| (row - self.slice.rows.start) * self.slice.columns.len() + column - self.slice.columns.start)
    }

    /// The learned value of a cell, if the window has it.
    pub fn value(&self, place: Place) -> Option<f32> {
        if self.slice.name != place.name {
            return None;
        }
        self.values.get(self.index(place.row, place.column)?).copied()
    }

    /// The cells of one shade each: class, opacity and path, in cells' widths of `size`.
    fn paths(&self, size: f64) -> Vec<(&'static str, f64, String)> {
        let mut shades = vec![String::new(); 2 * SHADES + 2];
        for (i, &v) in self.values.iter().enumerate() {
            let (x, y) = ((i % self.line) as f64 * size, (i / self.line) as f64 * size);
            let shade = (self.scale.place(v).abs() * SHADES as f32).round() as usize;
            // Zero is the page's own colour.
            let at = match v {
                _ if v.is_nan() => 2 * SHADES,
                _ if shade == 0 => continue,
                v => shade - 1 + if v < 0.0 { SHADES } else { 0 },
            };
            let _ = write!(shades[at], "M{x} {y}h{size}v{size}h-{size}z");
            if self.scale.clips(v) {
                let (cut, right) = (size / 2.0, x + size);
                let _ = write!(shades[2 * SHADES + 1], "M{right} {y}v{cut}l-{cut} -{cut}z");
            }
        }
        let class = |at: usize| match at {
            at if at < SHADES => "slice-above",
            at if at < 2 * SHADES => "slice-below",
            at if at == 2 * SHADES => "slice-nan",
            _ => "slice-notch",
        };
        let opacity = |at: usize| if at < 2 * SHADES { (at % SHADES + 1) as f64 / SHADES as f64 } else { 1.0 };
        let drawn = shades.into_iter().enumerate().filter(|(_, path)| !path.is_empty());
        drawn.map(|(at, path)| (class(at), opacity(at), path)).collect()
    }

    fn csv(&self) -> String {
        let line = |i: usize| {
            let (row, column) = self.place(i);
            format!("{row},{column},{}\r\n", self.values[i])
        };
        std::iter::once("row,column,value\r\n".into()).chain((0..self.values.len()).map(line)).collect()
    }
}

/// A cell's side in whole CSS pixels.
fn size(width: f64, line: usize) -> f64 {
    ((width - GUTTER[0] - 2.0) / line.max(1) as f64).floor().clamp(4.0, 14.0)
}

#[component]
pub fn LearnedSlice(
    model: StageModel,
    actions: StageActions,
    kept: RwSignal<Option<Learned>>,
    effect: Signal<Option<EffectModel>>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let chosen = RwSignal::new(None::<Place>);
    let side = move || SIDES[usize::from(model.narrow.get())];
    let start = match model.knob.get_untracked() {
        Some(Knob::Weight { name, row, column, .. }) => {
            chosen.set(Some(Place { name, row, column }));
            let before = |at: usize| at.saturating_sub(SIDES[1] / 2);
            Window { name, row: before(row), column: before(column) }
        }
        _ => Window { name: TensorName { part: Part::QkvWeight, layer: 0 }, row: 0, column: 0 },
    };
    let window = RwSignal::new(start);
    let config = Memo::new(move |_| model.info.with(|info| info.as_ref().map(|info| info.config.clone())));
    let wanted = Memo::new(move |_| config.with(|c| c.as_ref().map(|c| window.get().slice(c, side()))));
    Effect::new(move |_| {
        wanted.get().into_iter().for_each(|slice| actions.on_ask.run((Asker::Knobs, Question::Slices(vec![slice]))));
    });
    let answered = model.asked.of(Asker::Knobs);
    // The last window stays until the next one's numbers come.
    let face = Memo::new(move |before: Option<&Option<Face>>| {
        let now = answered.with(|answered| derive(answered.as_ref()?, &wanted.get()?, side()));
        now.or_else(|| before.cloned().flatten().filter(|_| answered.with(Option::is_some)))
    });
    let stale = move || face.with(|face| face.as_ref().map(|face| face.slice.clone())) != wanted.get();
    view! {
        <section class="learned">
            <h3>{move || strings.get().knobs.slice_title}</h3>
            <p class="note">{move || strings.get().knobs.slice_lead}</p>
            <Choice config=config.into() window wanted=wanted.into() strings />
            <div class:stale=stale aria-busy=move || stale().to_string()>
                <Plate model face=face.into() chosen strings />
                {move || face.with(|face| face.as_ref().map(|face| histogram(face, strings.get())))}
            </div>
            <WeightKnob model actions face=face.into() chosen kept effect strings />
        </section>
    }
}

/// Which table, and which part of it.
#[component]
fn Choice(
    config: Signal<Option<GptConfig>>,
    window: RwSignal<Window>,
    wanted: Signal<Option<Slice>>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().knobs;
    let parts = move || {
        let config = config.get()?;
        let names = TensorName::all(&config).into_iter().filter(|n| n.layer == 0 && n.part != Part::HeadBias);
        let option = |(i, name): (usize, TensorName)| {
            let chosen = window.get().name.part == name.part;
            view! { <option value=i selected=chosen>{(words().part)(name.part)}</option> }
        };
        Some(names.enumerate().map(option).collect_view())
    };
    let choose = move |event| {
        let index = event_target_value(&event).parse::<usize>().unwrap_or(0);
        let names = config.with_untracked(|c| c.as_ref().map(TensorName::all)).unwrap_or_default();
        let name = names.into_iter().filter(|n| n.layer == 0 && n.part != Part::HeadBias).nth(index);
        let layer = window.get_untracked().name.layer;
        name.into_iter().for_each(|name| {
            window.set(Window {
                name: TensorName { layer: if is_in_block(name.part) { layer } else { 0 }, ..name },
                row: 0,
                column: 0,
            });
        });
    };
    let layers = move || {
        let option =
            |l: usize| view! { <option value=l selected=window.get().name.layer == l>{(words().block_n)(l)}</option> };
        (0..config.with(|c| c.as_ref().map_or(0, |c| c.layers))).map(option).collect_view()
    };
    let block = move |event| {
        let layer = event_target_value(&event).parse().unwrap_or(0);
        window.update(|window| window.name.layer = layer);
    };
    // From where the window really is: it may have been asked for beyond the end.
    let go = move |down: isize, right: isize| {
        let Some(slice) = wanted.get_untracked() else { return };
        let step =
            |range: std::ops::Range<usize>, by: isize| range.start.saturating_add_signed(by * range.len() as isize);
        window.update(|window| {
            window.row = step(slice.rows, down);
            window.column = step(slice.columns, right);
        });
    };
    let arrow = move |sign: &'static str, down: isize, right: isize, name: fn(&Strings) -> &'static str| {
        view! {
            <button type="button" class="plain arrow" aria-label=move || name(strings.get()) title=move || name(strings.get())
                on:click=move |_| go(down, right)>{sign}</button>
        }
    };
    let start =
        move |rows: bool| wanted.with(|w| w.as_ref().map_or(0, |w| if rows { w.rows.start } else { w.columns.start }));
    let jump = move |rows: bool| {
        move |event| {
            let to = event_target_value(&event).parse::<usize>().unwrap_or(0);
            window.update(|window| if rows { window.row = to } else { window.column = to });
        }
    };
    let field = move |rows: bool, name: fn(&Strings) -> &'static str| {
        view! {
            <label class="field"><span>{move || name(strings.get())}</span>
                <input type="number" min="0" step="1" inputmode="numeric" name=if rows { "row" } else { "column" }
                    value=untrack(move || start(rows)) prop:value=move || start(rows).to_string() on:change=jump(rows) />
            </label>
        }
    };
    let in_block = move || is_in_block(window.get().name.part);
    view! {
        <div class="knob-row">
            <select class="select" aria-label=move || words().tensor on:change=choose>{parts}</select>
            <select class="select" class:none=move || !in_block() aria-label=move || words().block on:change=block>{layers}</select>
        </div>
        <div class="knob-row">
            <span class="arrows">
                {arrow("←", 0, -1, |s| s.knobs.left)}{arrow("→", 0, 1, |s| s.knobs.right)}
                {arrow("↑", -1, 0, |s| s.knobs.up)}{arrow("↓", 1, 0, |s| s.knobs.down)}
            </span>
            {field(true, |s| s.knobs.from_row)}
            {field(false, |s| s.knobs.from_column)}
        </div>
    }
}

/// The cells with their axes, and the one that is pointed at in words.
#[component]
fn Plate(
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
                <output class="read-out" data-testid="weight" data-value=move || cursor.get().and_then(value).map(|v| v.to_string())>
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
    let value = face.values.get(i).map(|v| number(*v, &strings.stage)).unwrap_or_default();
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

/// How the values lie around zero: bars, and one standard deviation to each side.
fn histogram(face: &Face, strings: &'static Strings) -> Option<AnyView> {
    const BINS: usize = 41;
    const WIDTH: f64 = 420.0;
    const HEIGHT: f64 = 72.0;
    let histogram = Histogram::new(&face.values, BINS)?;
    let (words, stage) = (&strings.knobs, &strings.stage);
    let step = WIDTH / BINS as f64;
    let high = |count: usize| HEIGHT * count as f64 / histogram.most().max(1) as f64;
    let bar = |(i, &count): (usize, &usize)| {
        let class = match i.cmp(&(BINS / 2)) {
            std::cmp::Ordering::Less => "slice-below",
            std::cmp::Ordering::Equal => "histogram-middle",
            std::cmp::Ordering::Greater => "slice-above",
        };
        view! { <rect class=class x=tenth(i as f64 * step + 0.5) y=tenth(8.0 + HEIGHT - high(count)) width=tenth(step - 1.0) height=tenth(high(count)) data-value=count /> }
    };
    let place = |v: f32| tenth(WIDTH * (f64::from(v / histogram.limit) + 1.0) / 2.0);
    let line = |v: f32| view! { <line class="histogram-sigma" x1=place(v) x2=place(v) y1="2" y2=HEIGHT + 8.0 /> };
    let end = |v: f32, anchor: &'static str| view! { <text class="axis" x=place(v) y=HEIGHT + 22.0 text-anchor=anchor>{number(v, stage)}</text> };
    let (mean, deviation) = (number(histogram.mean, stage), number(histogram.deviation, stage));
    let said = (words.histogram_words)(&stage.count(face.values.len() - histogram.others), &mean, &deviation);
    let others = (histogram.others > 0).then(|| format!("{} × {}", histogram.others, stage.not_a_number));
    Some(
        view! {
            <figure class="histogram" data-testid="histogram" data-deviation=histogram.deviation.to_string() data-mean=histogram.mean.to_string()>
                <svg viewBox=format!("0 0 {WIDTH} {}", HEIGHT + 26.0) width=WIDTH role="img" aria-label=words.histogram_figure>
                    {histogram.bins.iter().enumerate().map(bar).collect_view()}
                    <line class="arc-foot" x1="0" x2=WIDTH y1=HEIGHT + 8.0 y2=HEIGHT + 8.0 />
                    {line(histogram.mean - histogram.deviation)}{line(histogram.mean + histogram.deviation)}
                    {end(-histogram.limit, "start")}{end(0.0, "middle")}{end(histogram.limit, "end")}
                </svg>
                <figcaption class="note">{said}" "<span class="sigma-key"></span>{words.histogram_wide}" "{others}</figcaption>
            </figure>
        }
        .into_any(),
    )
}

/// A tensor's name with its block, where it has one.
pub fn title(name: TensorName, strings: &Strings) -> String {
    tensor(name, is_in_block(name.part), strings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::question::Answer;

    fn config() -> GptConfig {
        GptConfig::from_json(r#"{"n_layer":2,"n_head":2,"n_embd":60,"vocab_size":100,"n_positions":8}"#).unwrap()
    }

    fn face(part: Part, row: usize, column: usize) -> Face {
        let window = Window { name: TensorName { part, layer: 9 }, row, column };
        let slice = window.slice(&config(), 48);
        let values = (0..slice.len()).map(|i| i as f32 - 3.0).collect();
        let answered = Answered { question: Question::Slices(vec![slice.clone()]), answer: Answer::Slices { values } };
        derive(&answered, &slice, 48).unwrap()
    }

    #[test]
    fn a_window_stays_inside_its_tensor() {
        let far = face(Part::QkvWeight, 9999, 9999).slice;
        assert_eq!((far.name.layer, far.rows, far.columns), (1, 12..60, 132..180));
        let small = face(Part::PositionTable, 0, 0).slice;
        assert_eq!((small.rows, small.columns), (0..8, 0..48));
    }

    #[test]
    fn every_cell_is_found_where_it_lies() {
        for face in [face(Part::QkvWeight, 5, 50), face(Part::QkvBias, 0, 0), face(Part::PositionTable, 0, 7)] {
            for i in 0..face.values.len() {
                let (row, column) = face.place(i);
                assert_eq!(face.index(row, column), Some(i));
                let place = Place { name: face.slice.name, row, column };
                assert_eq!(face.value(place), Some(face.values[i]));
            }
            assert_eq!(face.index(99, 0), None);
        }
        assert_eq!(face(Part::QkvBias, 0, 0).lines(), 4);
    }

    #[test]
    fn zero_is_not_painted_and_every_other_shade_is_one_path() {
        let face = face(Part::QkvWeight, 0, 0);
        let paths = face.paths(10.0);
        assert!(paths.len() <= 2 * SHADES + 2);
        let cells: usize = paths.iter().filter(|p| p.0 != "slice-notch").map(|p| p.2.matches('M').count()).sum();
        let unseen = face.values.iter().filter(|v| (face.scale.place(**v) * SHADES as f32).round() == 0.0).count();
        assert_eq!(cells, face.values.len() - unseen);
        assert!(paths.iter().all(|(_, opacity, _)| (0.0..=1.0).contains(opacity)));
    }
}
