//! Which positions are alike: the cosines of the position table's rows with each other, as a map.

use crate::analysis::strip::Scale;
use crate::analysis::vectors::cosine_matrix;
use crate::content::Strings;
use crate::link::question::{Answered, Asker, Question};
use crate::model::{GptConfig, Part, Slice};
use crate::views::browser::{announce, keep_painted, pixel_ratio, width_of};
use crate::views::derived::Derived;
use crate::views::figures::{FigureNumbers, FigureTable, numbered, offer};
use crate::views::grid::{StripGrid, tenth};
use crate::views::head_stages::SignedScale;
use crate::views::paint;
use crate::views::room::{StageActions, StageModel};
use crate::views::strip::moved;
use leptos::html::{Canvas, Div};
use leptos::prelude::*;
use std::sync::Arc;

/// More are too many for a screen's pixels.
const MOST: usize = 256;
/// The map's side at most, in CSS pixels.
const SIDE: f64 = 400.0;
/// Left of the map and above it, for the positions' numbers and for words.
const LEFT: f64 = 68.0;
const TOP: f64 = 40.0;
/// From one number to the next, at least.
const PITCH: f64 = 34.0;

#[derive(Clone, Debug, PartialEq)]
pub struct PositionsModel {
    /// N.
    pub count: usize,
    /// N × N, row-major.
    pub cosines: Arc<Vec<f32>>,
    /// The mean cosine of positions next to each other.
    pub near: f32,
    /// Of positions N/2 apart.
    pub far: f32,
}

impl PositionsModel {
    /// Positions from 0, as in every address.
    pub fn table(&self, title: String) -> FigureTable {
        let names = numbered(self.count);
        let entry = |row, column| Some((self.cosines[row * self.count + column], None));
        FigureTable::new(title, names.clone(), names, entry)
    }
}

/// The rows that are compared.
pub fn slice(config: &GptConfig) -> Slice {
    Slice::new(Part::PositionTable, 0, 0..config.positions.min(MOST), 0..config.width)
}

/// `None` where the answer is to another question.
pub fn derive(answered: &Answered, slice: &Slice) -> Option<PositionsModel> {
    let cosines = cosine_matrix(answered.slice(slice)?, slice.columns.len());
    let count = slice.rows.len();
    let mean = |apart: usize| {
        let pairs = count.saturating_sub(apart);
        let sum: f64 = (0..pairs).map(|i| f64::from(cosines[i * count + i + apart])).sum();
        (sum / pairs as f64) as f32
    };
    Some(PositionsModel { count, near: mean(1), far: mean(count / 2), cosines: Arc::new(cosines) })
}

/// Cells of whole device pixels, as large as fit.
fn lay(width: f64, ratio: f64, count: usize) -> StripGrid {
    let room = (width.min(SIDE) * ratio) as usize;
    let cell = (room / count.max(1)).max(1);
    StripGrid { columns: count.max(1), cell_width: cell, cell_height: cell, gap: 0 }
}

/// Which positions are numbered, from 0: the first, and then at one distance.
fn ticks(count: usize, cell: f64) -> impl Iterator<Item = usize> {
    let step = (0..).map(|power| 1 << power).find(|step| *step as f64 * cell >= PITCH || *step >= MOST).unwrap_or(MOST);
    // Counted from 1: 1, 32, 64.
    (0..count).filter(move |i| *i == 0 || (i + 1).is_multiple_of(step))
}

#[component]
pub fn PositionMap(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let wanted = Memo::new(move |_| model.info.with(|info| info.as_ref().map(|info| slice(&info.config))));
    Effect::new(move |_| {
        if let Some(slice) = wanted.get() {
            actions.on_ask.run((Asker::Positions, Question::Slices(vec![slice])));
        }
    });
    let asked = model.answer(Asker::Positions);
    let shown: Signal<Option<PositionsModel>> = Memo::new(move |_| derive(&*asked.get()?, &wanted.get()?)).into();
    let words = move || &strings.get().context;
    let table = Signal::derive(move || shown.with(|m| m.as_ref().map(|m| m.table(words().positions_title.into()))));
    offer(move || table.get().into_iter().collect());
    let number = move |cosine: f32| format!("{cosine:.2}").replace('-', "−");
    let see = move || shown.with(|m| m.as_ref().map(|m| (words().positions_see)(&number(m.near), &number(m.far))));
    let means = move || shown.with(|m| m.as_ref().map(|m| format!("{} {}", m.near, m.far)));
    let count = move || shown.with(|m| m.as_ref().map_or(0, |m| m.count));
    view! {
        <section class="context-part positions" data-testid="positions">
            <h3>{move || words().positions_title}</h3>
            <p class="note" class:none=move || shown.with(Option::is_some)>{move || words().waiting}</p>
            <div class="positions-body" class:none=move || shown.with(Option::is_none)>
                <div class="positions-words">
                    <p>{move || (words().positions_text)(count())}</p>
                    <p data-derived=move || Derived::Positions(count()).to_string() data-values=means>{see}</p>
                    <p class="note">{move || strings.get().stage.cosine_hint}</p>
                </div>
                <Map shown model strings />
            </div>
            <FigureNumbers table cells=Signal::derive(move || count() * count()) file=Signal::stored("glassbox-positions.csv".into())
                strings=Signal::derive(move || &strings.get().stage) />
        </section>
    }
}

/// The picture with its cursor.
#[component]
fn Map(shown: Signal<Option<PositionsModel>>, model: StageModel, strings: Signal<&'static Strings>) -> impl IntoView {
    let (room, canvas) = (NodeRef::<Div>::new(), NodeRef::<Canvas>::new());
    let width = width_of(room, SIDE + LEFT);
    let count = move || shown.with(|m| m.as_ref().map_or(0, |m| m.count));
    let grid = Memo::new(move |_| lay((width.get() - LEFT).max(1.0), pixel_ratio(), count()));
    keep_painted(canvas, move || {
        let scale = Scale { limit: 1.0, clipped: 0 };
        shown.with(|m| m.as_ref().map(|m| paint::strip(&m.cosines, grid.get(), scale, model.theme.get())))
    });
    let cell = move || grid.get().cell_width as f64 / pixel_ratio();
    let side = move || cell() * count() as f64;
    let cursor = RwSignal::new(None::<usize>);
    let said = move |i: usize| {
        let words = &strings.get().context;
        shown.with(|m| {
            let m = m.as_ref()?;
            let cosine = format!("{:.3}", m.cosines.get(i)?).replace('-', "−");
            Some((words.positions_cell)(i / m.count + 1, i % m.count + 1, &cosine))
        })
    };
    let heard = RwSignal::new(String::new());
    let say = announce(heard);
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let count = untrack(count);
        let from = cursor.get_untracked().unwrap_or(0);
        let Some(to) = moved(&event.key(), from, count, count * count) else { return };
        event.prevent_default();
        event.stop_propagation();
        cursor.set(Some(to));
        untrack(|| said(to)).map(say);
    };
    let point = move |event: leptos::ev::PointerEvent| {
        let (cell, count) = untrack(|| (cell(), count()));
        let at = |v: i32| ((f64::from(v.max(0)) / cell) as usize).min(count.saturating_sub(1));
        cursor.set((count > 0).then(|| at(event.offset_y()) * count + at(event.offset_x())));
    };
    let pinned = move || {
        let tokens = model.trace.with(|t| t.as_ref().map_or(0, |t| t.tokens()));
        model.place.with(|place| place.position(tokens)).filter(|&at| at < count())
    };
    let value = move || cursor.get().and_then(|i| shown.with(|m| m.as_ref()?.cosines.get(i).copied()));
    let lines = move || {
        pinned().map(|at| {
            let (middle, side) = ((at as f64 + 0.5) * cell(), side());
            let (x, y) = (tenth(LEFT + middle), tenth(TOP + middle));
            view! {
                <line class="positions-pin" x1=LEFT x2=tenth(LEFT + side) y1=y y2=y />
                <line class="positions-pin" x1=x x2=x y1=TOP y2=tenth(TOP + side) />
            }
        })
    };
    let axes = move || {
        let [across, down] = strings.get().context.positions_axes;
        let tick = |i: usize| {
            let middle = (i as f64 + 0.5) * cell();
            let (x, y) = (tenth(LEFT + middle), tenth(TOP + middle));
            // Nothing is drawn beyond the picture.
            let last = middle + 14.0 > side();
            let anchor = if last { "end" } else { "middle" };
            let baseline = if last { "auto" } else { "central" };
            let [x_of_text, y_of_text] = if last { [LEFT, TOP].map(|edge| tenth(edge + side())) } else { [x, y] };
            view! {
                <line class="positions-tick" x1=x x2=x y1=TOP - 5.0 y2=TOP />
                <text class="axis" x=x_of_text y=TOP - 8.0 text-anchor=anchor>{i + 1}</text>
                <line class="positions-tick" x1=LEFT - 5.0 x2=LEFT y1=y y2=y />
                <text class="axis" x=LEFT - 8.0 y=y_of_text text-anchor="end" dominant-baseline=baseline>{i + 1}</text>
            }
        };
        view! {
            <text class="axis-word" x=LEFT + 2.0 y="13">{across}</text>
            <text class="axis-word" x="0" y=TOP - 8.0>{down}</text>
            {ticks(count(), cell()).map(tick).collect_view()}
        }
    };
    view! {
        <figure class="positions-map">
            <div class="positions-room" node_ref=room>
                <div class="positions-plate" tabindex="0" role="application" on:keydown=on_key on:blur=move |_| cursor.set(None)
                    aria-label=move || (strings.get().context.positions_figure)(count())
                    aria-description=move || strings.get().context.positions_keys
                    style:width=move || format!("{:.1}px", LEFT + side()) style:height=move || format!("{:.1}px", TOP + side())>
                    <canvas node_ref=canvas style:left=format!("{LEFT}px") style:top=format!("{TOP}px") style:width=move || format!("{}px", side()) style:height=move || format!("{}px", side())
                        on:pointermove=point on:pointerdown=point on:pointerleave=move |_| cursor.set(None)></canvas>
                    <svg class="positions-axes" aria-hidden="true" width=move || tenth(LEFT + side()) height=move || tenth(TOP + side())>
                        {axes}
                        {lines}
                    </svg>
                </div>
            </div>
            <figcaption>
                <span class="positions-scale">
                    <span class="note">{move || strings.get().context.positions_scale}</span>
                    <SignedScale limit=Signal::stored(Some("1".into())) />
                </span>
                <span class="note">{move || pinned().map(|at| (strings.get().context.positions_pin)(at + 1))}</span>
                <output class="read-out" data-value=move || value().map(|v| v.to_string())>{move || cursor.get().and_then(said)}</output>
            </figcaption>
            <p class="unseen" aria-live="polite">{move || heard.get()}</p>
        </figure>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::question::Answer;

    #[test]
    fn neighbours_and_far_ones_are_averaged_over_their_pairs() {
        let json = r#"{"n_layer":2,"n_head":1,"n_embd":2,"vocab_size":5,"n_positions":4}"#;
        let slice = slice(&GptConfig::from_json(json).unwrap());
        assert_eq!((slice.rows.clone(), slice.columns.clone()), (0..4, 0..2));
        let values = vec![1.0, 0.0, 1.0, 0.0, 0.0, 2.0, 0.0, 3.0];
        let answer = Answer::Slices { values };
        let answered = Answered { question: Question::Slices(vec![slice.clone()]), answer, knob: None };
        let model = derive(&answered, &slice).unwrap();
        assert_eq!(model.count, 4);
        assert!((model.near - 2.0 / 3.0).abs() < 1e-6 && model.far.abs() < 1e-6);
        assert_eq!(derive(&answered, &Slice::new(Part::PositionTable, 0, 0..3, 0..2)), None);
    }

    #[test]
    fn numbers_on_the_axes_keep_their_distance() {
        assert_eq!(ticks(256, 1.5).collect::<Vec<_>>(), [0, 31, 63, 95, 127, 159, 191, 223, 255]);
        assert_eq!(ticks(3, 60.0).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(ticks(256, 0.1).collect::<Vec<_>>(), [0, 255]);
        assert_eq!(ticks(0, 400.0).count(), 0);
    }

    #[test]
    fn the_map_fits_its_room_in_whole_pixels() {
        for (width, count) in [(300.0, 256), (448.0, 100), (900.0, 4), (320.0, 0)] {
            let grid = lay(width, 1.5, count);
            assert!(grid.cell_width >= 1 && grid.cell_width * count <= (SIDE.min(width) * 1.5) as usize);
        }
    }
}
