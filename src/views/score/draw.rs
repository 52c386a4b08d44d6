//! The score as SVG. Everything drawn has its number beside it as `data-value`.

use super::feet::Foot;
use super::sheet::{COLUMN, Sheet};
use super::{ScoreModel, Stave, Strand};
use crate::content::{StageStrings, Strings};
use crate::model::{Site, SiteName};
use crate::views::derived::{Derived, entering, logit};
use crate::views::grid::tenth;
use crate::views::label::Label;
use leptos::prelude::*;

/// Everything that stays while the pointer moves.
pub fn sheet(model: &ScoreModel, sheet: &Sheet) -> AnyView {
    let widest = model.longest();
    let rivers = (0..model.tokens()).map(|column| river(model, sheet, column, widest));
    let strands = model.staves.iter().enumerate().map(|(layer, stave)| {
        let strands = stave.strands.iter().map(|strand| thread(sheet, layer, stave, *strand, "strand"));
        view! { <g data-layer=layer>{strands.collect_view()}</g> }
    });
    view! {
        <g class="score-lines">{lines(sheet)}</g>
        <g class="score-rivers">{rivers.collect_view()}</g>
        <g class="score-strands">{strands.collect_view()}</g>
        <g class="score-marks">{marks(model, sheet)}</g>
    }
    .into_any()
}

/// What belongs to one column, drawn once more above all else: its river, what it reads, who reads it.
pub fn lit(model: &ScoreModel, sheet: &Sheet, column: usize) -> AnyView {
    let widest = model.longest();
    let staves = model.staves.iter().enumerate();
    let all = staves.flat_map(|(layer, stave)| stave.strands.iter().map(move |s| (layer, stave, *s)));
    let threads = all.filter(|(.., s)| s.query == column || s.key == column).map(|(layer, stave, strand)| {
        thread(sheet, layer, stave, strand, if strand.query == column { "strand reads" } else { "strand is-read" })
    });
    view! {
        <g class="score-rivers picked">{river(model, sheet, column, widest)}</g>
        {threads.collect_view()}
        <g class="score-marks">{model.place(column).map(|place| column_marks(model, sheet, column, place))}</g>
    }
    .into_any()
}

/// Lines between the blocks.
fn lines(sheet: &Sheet) -> AnyView {
    let line = |layer: usize| {
        let y = tenth(sheet.block(layer)) - 0.5;
        view! { <line x1="0" x2=tenth(sheet.width()) y1=y y2=y /> }
    };
    (0..=sheet.layers).map(line).collect_view().into_any()
}

/// A column's river: as wide as its vector is long, by the square root.
fn river(model: &ScoreModel, sheet: &Sheet, column: usize, widest: f32) -> AnyView {
    let x = sheet.x(column);
    let Some(place) = model.place(column) else {
        // Not measured: a line that stands for a river.
        return view! { <line class="unmeasured" x1=tenth(x) x2=tenth(x) y1=tenth(sheet.spring()) y2=tenth(sheet.feet()) /> }
            .into_any();
    };
    let lengths = model.river(place);
    let values = lengths.iter().map(f32::to_string).collect::<Vec<_>>().join(" ");
    view! {
        <path class="river" d=banks(sheet, x, &lengths, widest) data-column=column
            data-derived=Derived::Lengths(column).to_string() data-values=values />
    }
    .into_any()
}

/// The outline of a river through its stops.
fn banks(sheet: &Sheet, x: f64, lengths: &[f32], widest: f32) -> String {
    let half = |length: f32| {
        let share = if widest > 0.0 { f64::from(length / widest).clamp(0.0, 1.0).sqrt() } else { 0.0 };
        (share * sheet.river() / 2.0).max(0.6)
    };
    // Wide as before until something is added, then as wide as after it.
    let mut knots = vec![(sheet.spring(), half(lengths[0]))];
    for layer in 0..sheet.layers {
        let [before, mid, out] = [0, 1, 2].map(|i| half(lengths[2 * layer + i]));
        let reach = 0.09 * sheet.band;
        knots.push((sheet.join(layer) - reach, before));
        knots.push((sheet.join(layer) + reach, mid));
        knots.push((sheet.stamp(layer) - reach, mid));
        knots.push((sheet.stamp(layer) + reach, out));
    }
    knots.push((sheet.feet(), half(lengths[lengths.len() - 1])));
    let mut path = format!("M{} {}", tenth(x - knots[0].1), tenth(knots[0].0));
    let mut side = |from: (f64, f64), to: (f64, f64), sign: f64| {
        let (a, b) = (tenth(x + sign * from.1), tenth(x + sign * to.1));
        let part = if a == b {
            format!("V{}", tenth(to.0))
        } else {
            let y = tenth((from.0 + to.0) / 2.0);
            format!("C{a} {y} {b} {y} {b} {}", tenth(to.0))
        };
        path.push_str(&part);
    };
    knots.windows(2).for_each(|pair| side(pair[0], pair[1], -1.0));
    let end = knots[knots.len() - 1];
    side((end.0, -end.1), end, 1.0);
    knots.windows(2).rev().for_each(|pair| side(pair[1], pair[0], 1.0));
    path + "Z"
}

/// From the river that is read, at the block's top, down to the reader's.
fn thread(sheet: &Sheet, layer: usize, stave: &Stave, strand: Strand, class: &'static str) -> AnyView {
    let (from, to) = (sheet.x(strand.key), sheet.x(strand.query));
    let (top, join) = (sheet.block(layer), sheet.join(layer));
    let middle = tenth(0.5 * (top + join));
    let (x, y, end, join) = (tenth(from), tenth(top), tenth(to), tenth(join));
    let d = format!("M{x} {y}C{x} {middle} {end} {middle} {end} {join}");
    let root = f64::from(strand.share.clamp(0.0, 1.0)).sqrt();
    let class = if strand.share.is_nan() { "strand no-number" } else { class };
    view! {
        <path class=class d=d data-query=strand.query data-key=strand.key
            data-derived=stave.derived(layer, strand).to_string() data-value=strand.share.to_string()
            stroke-width=format!("{:.2}", (root * sheet.strand()).max(0.75)) stroke-opacity=format!("{:.2}", 0.1 + 0.85 * root) />
    }
    .into_any()
}

fn marks(model: &ScoreModel, sheet: &Sheet) -> AnyView {
    let measured = model.measured.clone().enumerate();
    measured.map(|(place, column)| column_marks(model, sheet, column, place)).collect_view().into_any()
}

/// A circle for what attention adds, a square for what the MLP adds, by area.
fn column_marks(model: &ScoreModel, sheet: &Sheet, column: usize, place: usize) -> AnyView {
    let x = sheet.x(column);
    let stave = |(layer, stave): (usize, &Stave)| {
        let attention = stave.attention[place] / model.before(layer, place);
        let mlp = stave.mlp[place] / stave.mid[place];
        view! {
            {circle(x, sheet.join(layer), sheet.mark(), attention, of_attention(layer, column))}
            {square(x, sheet.stamp(layer), sheet.mark(), mlp, of_mlp(layer, column))}
        }
    };
    model.staves.iter().enumerate().map(stave).collect_view().into_any()
}

/// What attention adds at a column, against the river before the block.
pub fn of_attention(layer: usize, column: usize) -> Derived {
    Derived::Added(entering(layer), SiteName::new(Site::Mid, layer), column)
}

/// What the MLP adds, against the river after attention.
pub fn of_mlp(layer: usize, column: usize) -> Derived {
    Derived::Added(SiteName::new(Site::Mid, layer), SiteName::new(Site::Out, layer), column)
}

/// How much of a full mark's side a share of the river takes; beyond 1 it is full, and notched.
fn side(full: f64, share: f32) -> f64 {
    full * f64::from(share.clamp(0.0, 1.0)).sqrt()
}

/// A circle whose full area is that of a square of `full`.
fn circle(x: f64, y: f64, full: f64, share: f32, derived: Derived) -> AnyView {
    let radius = side(full, share) / std::f64::consts::PI.sqrt();
    let class = if share.is_nan() { "adds-attention no-number" } else { "adds-attention" };
    let notch = (share > 1.0).then(|| {
        // A wedge out of the upper right.
        let (a, r) = (radius * 0.30, radius + 1.5);
        view! { <path class="notch" d=format!("M{} {}V{}H{}Z", tenth(x + a), tenth(y - a), tenth(y - r), tenth(x + r)) /> }
    });
    view! {
        <circle class=class cx=tenth(x) cy=tenth(y) r=tenth(radius.max(1.0))
            data-derived=derived.to_string() data-value=share.to_string() />
        {notch}
    }
    .into_any()
}

/// A stamp whose full side is `full`, its upper right corner cut off where the share is beyond 1.
fn square(x: f64, y: f64, full: f64, share: f32, derived: Derived) -> AnyView {
    let half = (side(full, share) / 2.0).max(1.0);
    let cut = if share > 1.0 { half * 0.8 } else { 0.0 };
    let [left, right, top, bottom] = [x - half, x + half, y - half, y + half].map(tenth);
    let d = format!("M{left} {top}H{}L{right} {}V{bottom}H{left}Z", tenth(x + half - cut), tenth(y - half + cut));
    let class = if share.is_nan() { "adds-mlp no-number" } else { "adds-mlp" };
    view! { <path class=class d=d data-derived=derived.to_string() data-value=share.to_string() /> }.into_any()
}

/// The tokens above their columns.
pub fn labels(model: &ScoreModel, sheet: &Sheet, picked: Option<usize>, speak: impl Fn(usize) -> String) -> AnyView {
    let label = |(i, label): (usize, &Label)| {
        let class = if picked == Some(i) { "score-token picked" } else { "score-token" };
        view! {
            <g class=class role="option" id=format!("score-token-{i}") data-column=i
                aria-selected=(picked == Some(i)).to_string() aria-label=speak(i)>
                {name(label, sheet, sheet.x(i), sheet.top - 10.0, -52.0)}
            </g>
        }
    };
    model.labels.iter().enumerate().map(label).collect_view().into_any()
}

/// A label over (or under) the middle of a column: flat where there is room, else slanted.
fn name(label: &Label, sheet: &Sheet, x: f64, y: f64, slant: f64) -> AnyView {
    let label = label.clipped(sheet.label());
    if sheet.slanted {
        let (x, y) = (tenth(x + if slant < 0.0 { 3.0 } else { -3.0 }), tenth(y));
        return view! { <text x=x y=y transform=format!("rotate({slant} {x} {y})")>{label.svg()}</text> }.into_any();
    }
    let wide = (label.columns() * COLUMN + 16.0).min(sheet.pitch - 3.0);
    view! {
        <rect class="plate" x=tenth(x - wide / 2.0) y=tenth(y - 16.0) width=tenth(wide) height="23" rx="3" />
        <text x=tenth(x) y=tenth(y) text-anchor="middle">{label.svg()}</text>
    }
    .into_any()
}

/// How high a certain guess's bar is.
const BAR: f64 = 26.0;

/// What is expected after each column: a bar of gold and the likeliest token.
pub fn feet(feet: &[Option<Foot>], sheet: &Sheet, picked: Option<usize>, words: &StageStrings) -> AnyView {
    let (y, wide) = (sheet.feet(), (0.42 * sheet.pitch).clamp(6.0, 18.0));
    let foot = |(i, foot): (usize, &Option<Foot>)| {
        let (x, last) = (sheet.x(i), i + 1 == feet.len());
        let track =
            view! { <rect class="track" x=tenth(x - wide / 2.0) y=tenth(y + 0.5) width=tenth(wide) height=BAR /> };
        let Some(Foot { guess, came }) = foot else {
            return view! { <g class="score-foot">{track}</g> }.into_any();
        };
        let class = match () {
            () if last => "score-foot answer",
            () if *came => "score-foot came",
            () => "score-foot",
        };
        let class = if picked == Some(i) { format!("{class} picked") } else { class.into() };
        let height = tenth((BAR * f64::from(guess.chance)).max(1.0));
        let percent = (!sheet.slanted && sheet.pitch >= 46.0).then(|| {
            view! { <text class="chance" x=tenth(x) y=tenth(y + BAR + 33.0) text-anchor="middle">{words.percent(guess.chance)}</text> }
        });
        view! {
            <g class=class data-column=i data-id=guess.id data-derived=Derived::Chance(logit(i, guess.id)).to_string()
                data-value=guess.chance.to_string()>
                {track}
                <rect class="gold" x=tenth(x - wide / 2.0) y=tenth(y + 0.5) width=tenth(wide) height=height />
                {name(&guess.label, sheet, x, y + BAR + if sheet.slanted { 12.0 } else { 18.0 }, 52.0)}
                {percent}
            </g>
        }
        .into_any()
    };
    feet.iter().enumerate().map(foot).collect_view().into_any()
}

/// The names of the rows, left of the sheet.
pub fn names(
    model: &ScoreModel,
    sheet: &Sheet,
    go: impl Fn(Row) + Copy + Send + Sync + 'static,
    strings: &Strings,
) -> AnyView {
    let words = &strings.shell.floors;
    let small = sheet.is_small();
    let row = |row: Row, top: f64, height: f64, title: String, more: Option<String>| {
        let middle = top + height / 2.0;
        let y = if more.is_some() { middle - 3.0 } else { middle + 4.5 };
        let more = more.map(|more| view! { <text class="more" x="8" y=tenth(middle + 12.0)>{more}</text> });
        let key = move |event: leptos::ev::KeyboardEvent| {
            if matches!(event.key().as_str(), "Enter" | " ") {
                event.prevent_default();
                go(row);
            }
        };
        view! {
            <g class="score-name" role="button" tabindex="0" on:click=move |_| go(row) on:keydown=key data-row=row.name()>
                <rect x="1" y=tenth(top + 1.0) width=tenth(sheet.names - 3.0) height=tenth(height - 2.0) rx="3" />
                <text x="8" y=tenth(y)>{title}</text>
                {more}
            </g>
        }
        .into_any()
    };
    let mut rows = vec![row(Row::Embedding, sheet.block(0) - 27.0, 27.0, words.embedding.into(), None)];
    for (layer, stave) in model.staves.iter().enumerate() {
        let heads = stave.heads.iter().map(|head| (head + 1).to_string()).collect::<Vec<_>>();
        let heads = if small { heads.join(" ") } else { (strings.story.heads)(&heads.join(strings.story.heads_comma)) };
        rows.push(row(Row::Block(layer), sheet.block(layer), sheet.band, (words.block)(layer + 1), Some(heads)));
    }
    rows.push(row(Row::Unembedding, sheet.feet(), 40.0, words.unembedding.into(), None));
    rows.into_any()
}

/// A row of the score, as its name leads to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    Embedding,
    Block(usize),
    Unembedding,
}

impl Row {
    fn name(self) -> String {
        match self {
            Self::Embedding => "embedding".into(),
            Self::Block(layer) => format!("block-{layer}"),
            Self::Unembedding => "unembedding".into(),
        }
    }
}
