//! The whole journey on one screen: the score, and the picked column in numbers.

use super::river;
use crate::content::{Floor, Room, Strings};
use crate::link::question::{Answered, Asker};
use crate::model::GptConfig;
use crate::trace::Tap;
use crate::views::browser::{keep_in_sight, width_of, window_height};
use crate::views::figures::offer;
use crate::views::number::short;
use crate::views::room::{Place, StageActions, StageModel, kept};
use crate::views::score::column::{self, ColumnModel, ColumnTable};
use crate::views::score::draw::{self, Row};
use crate::views::score::feet::{self, Foot};
use crate::views::score::sheet::{Sheet, Spot};
use crate::views::score::{self, LEAST_SHARE, ScoreModel};
use crate::views::strip::moved;
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;

/// Guesses of a whole text cost so many multiplications at most: typing must not wait for them.
const MOST_WORK: u64 = 750_000_000;

/// What the room reads of the run.
pub fn taps(_place: Place, config: &GptConfig) -> Vec<Tap> {
    score::taps(config)
}

#[component]
pub fn StoryRoom(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let frame = NodeRef::<Div>::new();
    let (width, height) = (width_of(frame, 572.0), window_height(900.0));
    let (score, stale) = kept(model, move |trace| score::derive(trace, || model.pick.get()).map(Arc::new));
    let sheet = Memo::new(move |_| score.get().map(|score| Sheet::fit(&score, width.get(), height.get())));
    let feet = feet_of(model, score);
    let pick = Memo::new(move |_| {
        let tokens = score.get().map_or(0, |score| score.tokens());
        model.pick.get().filter(|&pick| pick < tokens)
    });
    ask_for_guesses(model, actions);
    offer(move || {
        let (words, floors) = (&strings.get().story, &strings.get().shell.floors);
        let after = |layer: usize| words.after.map(|after| format!("{} {after}", (floors.block)(layer + 1)));
        score.get().iter().map(|score| score.rivers(words.length, floors.embedding, after)).collect()
    });

    // The pin, or the end of the text: what is looked at is in sight.
    let there = Signal::derive(move || {
        let sheet = sheet.get()?;
        let column = pick.get().unwrap_or(sheet.tokens.saturating_sub(1));
        (sheet.width() > sheet.room + 1.0).then(|| sheet.names + sheet.x(column))
    });
    keep_in_sight(frame, 110.0, there);

    let column: Signal<Option<ColumnModel>> =
        Memo::new(move |_| score.get().and_then(|score| column::derive(&score, pick.get()))).into();
    let sentence = move || column.with(|c| c.as_ref().map(|c| column::sentence(c, strings.get())));
    let go = Callback::new(move |(layer, room, head): (usize, Room, usize)| {
        actions.on_head.run(head);
        actions.on_room.run((layer, room));
    });
    view! {
        <section class="score" class:stale=stale class:none=move || score.with(Option::is_none) data-testid="score"
            aria-busy=move || stale.get().to_string()>
            <p class="sentence sentence-small">{sentence}</p>
            <div class="score-frame" node_ref=frame>
                <div class="score-both">
                    {move || sheet.get().zip(score.get()).map(|(sheet, score)| names(&score, &sheet, actions, strings.get()))}
                    <Picture score sheet feet pick model actions go strings />
                </div>
            </div>
            <Notes score feet strings />
            <ColumnTable model=column on_go=go strings />
            <p class="note">{move || strings.get().story.table_note}</p>
        </section>
    }
}

/// The names of the rows stay where they are while the sheet is pushed sideways.
fn names(score: &ScoreModel, sheet: &Sheet, actions: StageActions, strings: &'static Strings) -> AnyView {
    let go = move |row| match row {
        Row::Embedding => actions.on_floor.run(Floor::Embedding),
        Row::Block(layer) => actions.on_room.run((layer, Room::Whole)),
        Row::Unembedding => actions.on_floor.run(Floor::Unembedding),
    };
    view! {
        <svg class="score-names" class:small=sheet.is_small() width=sheet.names height=sheet.height() role="group" aria-label=strings.shell.floors.heading>
            {draw::names(score, sheet, go, strings)}
        </svg>
    }
    .into_any()
}

#[component]
fn Picture(
    score: Signal<Option<Arc<ScoreModel>>>,
    sheet: Memo<Option<Sheet>>,
    feet: Memo<Arc<Vec<Option<Foot>>>>,
    pick: Memo<Option<usize>>,
    model: StageModel,
    actions: StageActions,
    go: Callback<(usize, Room, usize)>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let both = move || score.get().zip(sheet.get());
    let spot = move |event: &leptos::ev::MouseEvent| {
        sheet.get_untracked()?.spot(f64::from(event.offset_x()), f64::from(event.offset_y()))
    };
    let choose = move |event: leptos::ev::MouseEvent| {
        let (Some(spot), Some(score)) = (spot(&event), score.get_untracked()) else { return };
        actions.on_pin.run(spot.column());
        match spot {
            Spot::Token(_) => {}
            Spot::Embedding(_) => actions.on_floor.run(Floor::Embedding),
            Spot::Attention(layer, _) => {
                go.run((layer, Room::Head, score.staves[layer].heads.first().copied().unwrap_or(0)))
            }
            Spot::Mlp(layer, _) => actions.on_room.run((layer, Room::Mlp)),
            Spot::Foot(i) if i + 1 == score.tokens() => actions.on_floor.run(Floor::Unembedding),
            Spot::Foot(_) => actions.on_floor.run(Floor::River),
        }
    };
    let point = move |event: leptos::ev::PointerEvent| {
        // A finger does not hover: it pushes the sheet, or presses.
        let column = spot(&event).map(Spot::column).filter(|_| event.pointer_type() != "touch");
        if column.is_some() && column != model.pick.get_untracked() {
            actions.on_hover.run(column);
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let count = sheet.get_untracked().map_or(0, |sheet| sheet.tokens);
        if event.key() == "Escape" {
            return actions.on_let_go.run(());
        }
        // Up and down are the elevator's.
        let along = matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight" | "Home" | "End");
        let from = pick.get_untracked().unwrap_or(count.saturating_sub(1));
        if let Some(to) = moved(&event.key(), from, 1, count).filter(|_| along && count > 0) {
            event.prevent_default();
            event.stop_propagation();
            actions.on_pin.run(to);
        }
    };
    let speak = move |score: &ScoreModel, i: usize| (strings.get().story.column)(&score.labels[i].name(), i + 1);
    let active = move || pick.get().map(|i| format!("score-token-{i}"));
    let size = move |of: fn(&Sheet) -> f64| sheet.with(|sheet| sheet.as_ref().map(of));
    view! {
        <div class="score-plate" role="listbox" tabindex="0" on:keydown=on_key aria-activedescendant=active
            aria-orientation="horizontal" aria-label=move || strings.get().story.figure aria-description=move || strings.get().story.keys>
            <svg class="score-sheet" class:picked=move || pick.get().is_some() width=move || size(Sheet::width) height=move || size(Sheet::height)>
                {move || both().map(|(score, sheet)| draw::sheet(&score, &sheet))}
                <g class="score-lit">
                    {move || both().zip(pick.get()).map(|((score, sheet), pick)| draw::lit(&score, &sheet, pick))}
                </g>
                {move || both().map(|(score, sheet)| draw::labels(&score, &sheet, pick.get(), |i| speak(&score, i)))}
                {move || both().map(|(_, sheet)| draw::feet(&feet.get(), &sheet, pick.get(), &strings.get().stage))}
            </svg>
            // Above all: one place that is pointed at, so that thousands of shapes need no ears.
            <div class="score-touch" on:click=choose on:pointermove=point on:pointerleave=move |_| actions.on_hover.run(None)></div>
        </div>
    }
}

/// What the marks mean, by what rule they are drawn, and what is left out.
#[component]
fn Notes(
    score: Signal<Option<Arc<ScoreModel>>>,
    feet: Memo<Arc<Vec<Option<Foot>>>>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().story;
    let river = move || score.with(|s| s.as_ref().map(|s| (words().river)(&short(s.longest(), &strings.get().stage))));
    let drawn = move || {
        let strings = strings.get();
        score.with(|s| {
            s.as_ref().map(|s| {
                if s.left_out.strands == 0 {
                    return strings.story.all_drawn.to_owned();
                }
                let (least, share) = (strings.stage.percent(LEAST_SHARE), strings.stage.percent(s.left_out.drawn));
                (strings.story.drawn)(&least, &share, &strings.stage.count(s.left_out.strands))
            })
        })
    };
    let gap = move || strings.get().stage.sentence_gap;
    let one_column = move || score.with(|s| s.as_ref().is_some_and(|s| !s.whole())).then(|| words().one_column);
    let waiting = move || feet.with(|feet| feet.iter().any(Option::is_none)).then(|| words().guesses_wait);
    view! {
        <p class="note">{move || words().hint}</p>
        <ul class="legend score-legend">
            <li><svg width="16" height="18" aria-hidden="true"><path class="river" d="M6.5 0C6.5 9 2 9 2 18H14C14 9 9.5 9 9.5 0Z" /></svg>{river}</li>
            <li><svg width="22" height="18" aria-hidden="true"><path class="strand" d="M2 2C2 10 20 8 20 16" stroke-width="3" stroke-opacity="0.8" /></svg>{move || words().strand}</li>
            <li><svg width="18" height="18" aria-hidden="true"><circle class="adds-attention" cx="9" cy="9" r="7" /></svg>{move || words().attention_mark}</li>
            <li><svg width="18" height="18" aria-hidden="true"><path class="adds-mlp" d="M3 3H15V15H3Z" /></svg>{move || words().mlp_mark}</li>
            <li><svg width="12" height="18" aria-hidden="true"><rect class="gold" x="1" y="1" width="9" height="14" /></svg>{move || words().gold}</li>
            <li><svg width="22" height="18" aria-hidden="true"><path class="strand reads" d="M2 9H20" stroke-width="3" /></svg>{move || words().reads_tone}</li>
            <li><svg width="22" height="18" aria-hidden="true"><path class="strand is-read" d="M2 9H20" stroke-width="3" /></svg>{move || words().read_tone}</li>
        </ul>
        <p class="note">{one_column}</p>
        <p class="note">{move || words().full_mark}{gap}{move || words().rule}{gap}{drawn}</p>
        <p class="note">{waiting}</p>
    }
}

/// What is expected after each column: of this text, or, while its grid is on the way, of the last one only.
fn feet_of(model: StageModel, score: Signal<Option<Arc<ScoreModel>>>) -> Memo<Arc<Vec<Option<Foot>>>> {
    let asked = model.asked.of(Asker::River);
    Memo::new(move |_| {
        let tokens = score.get().map_or(0, |score| score.tokens());
        let answered = asked.get();
        let same = |answered: &Answered| model.trace.with(|t| t.as_ref().is_some_and(|trace| answered.is_of(trace)));
        let grid = answered.as_deref().filter(|answered| same(answered)).and_then(Answered::grid);
        let answer = model.lens.with(|lens| lens.answer().first().cloned());
        Arc::new(model.vocabulary.with(|vocabulary| feet::derive(tokens, answer.as_ref(), grid, vocabulary)))
    })
}

/// Asks for the guesses at every column when typing pauses, where they can be had in no time. What the residual
/// stream's floor asks, so that from one to the other nothing is computed twice.
fn ask_for_guesses(model: StageModel, actions: StageActions) {
    let answer = river::answer(model);
    let question = Memo::new(move |_| {
        let trace = model.trace.get()?;
        let config = &trace.config;
        let rows = trace.tokens() as u64 * (config.layers as u64 + 1);
        let work = rows * config.vocab as u64 * config.width as u64;
        (!model.stale.get() && work <= MOST_WORK).then(|| river::question(&trace, answer.get())).flatten()
    });
    Effect::new(move |before: Option<Option<TimeoutHandle>>| {
        before.flatten().inspect(TimeoutHandle::clear);
        let question = question.get()?;
        let ask = move || actions.on_ask.run((Asker::River, question));
        set_timeout_with_handle(ask, std::time::Duration::from_millis(300)).ok()
    });
}
