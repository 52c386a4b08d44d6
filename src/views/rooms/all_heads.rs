//! All heads of all blocks by what they do: the strongest of each habit in words, then a tile a head,
//! sorted and chosen as the visitor likes.

use crate::content::all_heads::HabitStrings;
use crate::content::{AllHeadsStrings, Room, Strings};
use crate::model::GptConfig;
use crate::trace::Tap;
use crate::views::browser::{focus, keep_painted_later, pixel_ratio, width_of};
use crate::views::derived::Derived;
use crate::views::figures::{FigureTable, offer};
use crate::views::heads::Habit;
use crate::views::overview::{self, Order, OverviewModel, Tile, moved};
use crate::views::paint::{Brush, Grid, Scale};
use crate::views::room::{Place, StageActions, StageModel, kept};
use leptos::html::{Canvas, Div};
use leptos::prelude::*;

/// What the room reads of the run.
pub fn taps(_place: Place, config: &GptConfig) -> Vec<Tap> {
    overview::taps(config.layers)
}

/// No more tiles than this at first: a page must stay light.
const MOST: usize = 160;
/// A tile's picture in CSS pixels, and what parts two tiles; `all_heads.css` has the same.
const SIDES: [f64; 2] = [72.0, 96.0];
const GAP: f64 = 12.0;

const HABITS: [Habit; 5] = [Habit::Previous, Habit::First, Habit::Induction, Habit::Itself, Habit::Spread];

fn said(habit: Habit, words: &'static AllHeadsStrings) -> &'static HabitStrings {
    match habit {
        Habit::Previous => &words.previous,
        Habit::First => &words.first,
        Habit::Itself => &words.itself,
        Habit::Induction => &words.induction,
        Habit::Spread => &words.spread,
    }
}

/// In an attribute.
fn slug(habit: Habit) -> &'static str {
    match habit {
        Habit::Previous => "previous",
        Habit::First => "first",
        Habit::Itself => "itself",
        Habit::Induction => "induction",
        Habit::Spread => "spread",
    }
}

/// What a badge's number is made of.
fn derived(habit: Habit, (layer, head): (usize, usize)) -> String {
    Derived::Habit { name: slug(habit), layer, head }.to_string()
}

/// A habit with its share, as a tile shows it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Badge {
    habit: Habit,
    /// Nothing to say in numbers: it keeps to no habit.
    share: Option<f32>,
    clear: bool,
}

/// What the order is about comes first, then the clearest habit if it is another.
fn badges(tile: &Tile, order: Order, spread: Option<f32>) -> Vec<Badge> {
    let clear = tile.measures.map(|m| m.clear()).unwrap_or_default();
    let best = clear.first().map(|(habit, share)| Badge { habit: *habit, share: Some(share.found), clear: true });
    let sorted = match order {
        Order::Model => None,
        Order::By(Habit::Spread) => spread.map(|s| Badge { habit: Habit::Spread, share: Some(s), clear: true }),
        Order::By(habit) => {
            tile.share(habit).map(|share| Badge { habit, share: Some(share.found), clear: share.is_clear() })
        }
    };
    let alone = tile.measures.map(|_| Badge { habit: Habit::Spread, share: None, clear: false });
    let mut badges: Vec<Badge> = sorted.into_iter().chain(best).collect();
    badges.dedup_by_key(|badge| badge.habit);
    if badges.is_empty() { alone.into_iter().collect() } else { badges }
}

/// As many weights are saved as a table; more are for the file of the whole run.
const MOST_SAVED: usize = 300_000;

#[component]
pub fn AllHeadsRoom(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let (all, stale) = kept(model, overview::derive);
    let (order, only) = (RwSignal::new(Order::default()), RwSignal::new(None::<Habit>));
    let open = Callback::new(move |(layer, head): (usize, usize)| {
        actions.on_head.run(head);
        actions.on_room.run((layer, Room::Head));
    });
    offer(move || {
        let strings = strings.get();
        all.with(|all| {
            let tiles = all.as_ref().map_or(&[][..], |all| &all.tiles);
            let tokens = tiles.first().map_or(0, |tile| tile.map.tokens());
            if tiles.len() * tokens * (tokens + 1) / 2 > MOST_SAVED {
                return vec![FigureTable { title: strings.all_heads.too_many.into(), ..FigureTable::default() }];
            }
            tiles.iter().map(|tile| tile.map.table(&strings.stage)).collect()
        })
    });
    let waiting = move || all.with(Option::is_none);
    view! {
        <section class="all-heads" class:stale=stale class:none=waiting aria-busy=move || stale.get().to_string()>
            <Champions model all actions open strings />
            <Controls all order only strings />
            <Tiles model all order only open strings />
            <p class="note">{move || strings.get().all_heads.measured}</p>
        </section>
    }
}

/// The head that has most of each habit, in words.
#[component]
fn Champions(
    model: StageModel,
    all: Signal<Option<OverviewModel>>,
    actions: StageActions,
    open: Callback<(usize, usize)>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let capacity = move || model.info.with(|info| info.as_ref().map_or(0, |info| info.capacity));
    let twice = Memo::new(move |_| all.with(|all| all.as_ref().and_then(|all| all.repeated(capacity()))));
    let card = move |habit: Habit| {
        let strings = strings.get();
        let (words, stage) = (&strings.all_heads, &strings.stage);
        let body = all.with(|all| {
            let (tile, share) = all.as_ref()?.champion(habit)?;
            let place = tile.place();
            let even = stage.percent(share.even);
            let note = if share.is_clear() { (words.even)(&even) } else { (words.unclear)(&even) };
            Some(view! {
                <p class="champion-line">
                    <button type="button" class="link" on:click=move |_| open.run(place)>{(words.head_name)(place.0, place.1)}</button>
                    <strong class="share" data-testid="champion" data-habit=slug(habit) data-layer=place.0 data-head=place.1
                        data-derived=derived(habit, place) data-value=share.found.to_string()>{stage.percent(share.found)}</strong>
                </p>
                <p class="note">{note}</p>
            })
        });
        let missing =
            (body.is_none() && habit == Habit::Induction).then(|| view! { <p class="note">{words.no_repeats}</p> });
        let hint = (habit == Habit::Induction).then(|| view! { <p class="note">{words.repeat_hint}</p> });
        let repeat = (habit == Habit::Induction).then(|| {
            view! {
                <button type="button" class="plain" class:none=move || twice.with(Option::is_none)
                    on:click=move |_| twice.get_untracked().into_iter().for_each(|text| actions.on_text.run(text))>
                    {words.repeat}
                </button>
            }
        });
        view! { <li><h3>{said(habit, words).strongest}</h3>{body}{missing}{hint}{repeat}</li> }
    };
    view! {
        <ul class="champions" aria-label=move || strings.get().all_heads.champions>
            {move || [Habit::Previous, Habit::First, Habit::Induction].map(card).collect_view()}
        </ul>
    }
}

/// What the tiles are sorted by, and which of them are shown.
#[component]
fn Controls(
    all: Signal<Option<OverviewModel>>,
    order: RwSignal<Order>,
    only: RwSignal<Option<Habit>>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().all_heads;
    let sort = move |this: Order| {
        let name = move || match this {
            Order::Model => words().sort_model,
            Order::By(habit) => said(habit, words()).short,
        };
        let pressed = move || (order.get() == this).to_string();
        view! { <button type="button" class="chip" aria-pressed=pressed on:click=move |_| order.set(this)>{name}</button> }
    };
    let show = move |this: Option<Habit>| {
        let name = move || match this {
            None => words().show_all,
            Some(Habit::Spread) => words().no_habit,
            Some(habit) => said(habit, words()).short,
        };
        let count =
            move || all.with(|all| all.as_ref().map(|all| this.map_or(all.tiles.len(), |habit| all.count(habit))));
        let pressed = move || (only.get() == this).to_string();
        view! {
            <button type="button" class="chip" aria-pressed=pressed on:click=move |_| only.set(this)>
                {name}" "<span class="chip-count" data-count=count>{count}</span>
            </button>
        }
    };
    let orders = [Habit::Previous, Habit::First, Habit::Induction, Habit::Spread].map(Order::By);
    view! {
        <div class="heads-tools">
            <div class="chips-row" role="group" aria-label=move || words().sort>
                <span class="chips-name">{move || words().sort}</span>
                {sort(Order::Model)}{orders.map(sort).collect_view()}
            </div>
            <div class="chips-row" role="group" aria-label=move || words().show>
                <span class="chips-name">{move || words().show}</span>
                {show(None)}{HABITS.map(|habit| show(Some(habit))).collect_view()}
            </div>
        </div>
    }
}

/// The tiles: one tab stop, arrows move, Enter opens.
#[component]
fn Tiles(
    model: StageModel,
    all: Signal<Option<OverviewModel>>,
    order: RwSignal<Order>,
    only: RwSignal<Option<Habit>>,
    open: Callback<(usize, usize)>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let room = NodeRef::<Div>::new();
    let width = width_of(room, 640.0);
    let heads = model.heads;
    let side = Signal::derive(move || if model.narrow.get() { SIDES[0] } else { side(width.get(), heads.get()) });
    let columns = Memo::new(move |_| {
        let all = order.get() == Order::Model && only.get().is_none();
        columns(width.get(), side.get(), all.then(|| model.heads.get()))
    });
    let breadth = move || format!("{}px", columns.get() as f64 * (side.get() + GAP) - GAP);
    let whole = RwSignal::new(false);
    let spreads = Memo::new(move |_| match order.get() {
        Order::By(Habit::Spread) => all.with(|all| all.as_ref().map(OverviewModel::spreads)).unwrap_or_default(),
        _ => Vec::new(),
    });
    let ordered = Memo::new(move |_| {
        all.with(|all| {
            let all = all.as_ref()?;
            Some(spreads.with(|spreads| all.ordered(order.get(), only.get(), spreads)))
        })
        .unwrap_or_default()
    });
    let shown = move || {
        let most = if whole.get() { usize::MAX } else { MOST };
        ordered.with(|ordered| ordered.iter().copied().take(most).collect::<Vec<_>>())
    };
    // Which tile the tab key comes to.
    let stop = RwSignal::new(0usize);
    let stops = Memo::new(move |_| {
        ordered.with(|o| if o.contains(&stop.get()) { Some(stop.get()) } else { o.first().copied() })
    });
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let columns = columns.get_untracked();
        let now = untrack(shown);
        let at = stops.get_untracked().and_then(|stop| now.iter().position(|&i| i == stop)).unwrap_or(0);
        let Some(to) = moved(&event.key(), at, columns, now.len()) else { return };
        event.prevent_default();
        if let Some(&tile) = now.get(to) {
            stop.set(tile);
            focus(&format!("tile-{tile}"));
        }
    };
    let words = move || &strings.get().all_heads;
    let count = move || all.with(|all| all.as_ref().map_or(0, |all| all.tiles.len()));
    view! {
        <p class="note heads-count">{move || (words().counted)(ordered.with(Vec::len), count())}</p>
        <p class="note" class:none=move || order.get() != Order::By(Habit::Spread)>{move || words().measured_spread}</p>
        <p class="empty" class:none=move || !ordered.with(Vec::is_empty)>{move || words().nobody}</p>
        <div node_ref=room>
        <div class="tiles" class:tiles-small=move || side.get() == SIDES[0] style:max-width=breadth role="group" aria-label=move || words().figure
            aria-description=move || words().keys on:keydown=on_key>
            <For each=shown key=|i| *i children=move |i| {
                let tile: Signal<Option<Tile>> = Signal::from(Memo::new(move |_| all.with(|all| all.as_ref().and_then(|all| all.tiles.get(i).cloned()))));
                let badges = Signal::from(Memo::new(move |_| {
                    let spread = spreads.with(|spreads| spreads.get(i).copied().flatten());
                    tile.with(|tile| tile.as_ref().map(|tile| badges(tile, order.get(), spread)).unwrap_or_default())
                }));
                let tab = Signal::derive(move || if stops.get() == Some(i) { "0" } else { "-1" });
                view! { <HeadTile model i tile badges tab side open strings /> }
            } />
        </div>
        </div>
        <button type="button" class="plain" class:none=move || whole.get() || ordered.with(|o| o.len() <= MOST)
            on:click=move |_| whole.set(true)>
            {move || (words().more)(ordered.with(Vec::len))}
        </button>
    }
}

/// Small tiles where a line then holds a whole block, and would not with large ones.
fn side(width: f64, heads: usize) -> f64 {
    let [small, large] = SIDES;
    let holds = |side| columns(width, side, Some(heads)) == heads;
    if holds(small) && !holds(large) { small } else { large }
}

/// How many tiles stand in a line. All of a model's `heads` in their order begin each block anew: a line then holds
/// a block, or an equal part of one.
fn columns(width: f64, side: f64, heads: Option<usize>) -> usize {
    let most = (((width + GAP) / (side + GAP)) as usize).max(1);
    let even = heads.and_then(|heads| (2..=most).rev().find(|columns| heads.is_multiple_of(*columns)));
    even.unwrap_or(most)
}

#[component]
fn HeadTile(
    model: StageModel,
    i: usize,
    tile: Signal<Option<Tile>>,
    badges: Signal<Vec<Badge>>,
    tab: Signal<&'static str>,
    side: Signal<f64>,
    open: Callback<(usize, usize)>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    // Finer than two device pixels a CSS pixel nobody sees, and many maps would take much memory.
    let ratio = pixel_ratio().min(2.0);
    let grid = Memo::new(move |_| {
        let room = (side.get() * ratio) as usize;
        Grid::fit(tile.with(|tile| tile.as_ref().map_or(1, |tile| tile.map.tokens())), room, room)
    });
    let ask = move || Some((tile.get()?.map, grid.get(), Brush::new(model.theme.get(), Scale::Root, ratio)));
    keep_painted_later(canvas, ask, |(map, grid, brush)| brush.map(map.weights(), map.tokens(), grid));
    let size = move || format!("{}px", grid.get().side as f64 / ratio);
    let place = Memo::new(move |_| tile.with(|tile| tile.as_ref().map_or((0, 0), Tile::place)));
    let name = move || {
        let (strings, (layer, head)) = (strings.get(), place.get());
        let badges = badges.get().into_iter().map(|badge| text(badge, strings)).collect::<Vec<_>>();
        format!("{}: {}", (strings.all_heads.head_name)(layer, head), badges.join(", "))
    };
    let badge = move |badge: Badge| {
        view! {
            <span class="badge" class:badge-clear=badge.clear data-habit=slug(badge.habit)
                data-derived=move || badge.share.map(|_| derived(badge.habit, place.get())) data-value=badge.share.map(|share| share.to_string())>{text(badge, strings.get())}</span>
        }
    };
    view! {
        <button type="button" class="tile" id=format!("tile-{i}") tabindex=tab aria-label=name data-testid="head-tile"
            data-layer=move || place.get().0 data-head=move || place.get().1 on:click=move |_| open.run(place.get_untracked())>
            <span class="tile-picture"><canvas node_ref=canvas aria-hidden="true" style:width=size style:height=size></canvas></span>
            <span class="tile-name">{move || format!("{}.{}", place.get().0 + 1, place.get().1 + 1)}</span>
            {move || badges.get().into_iter().map(badge).collect_view()}
        </button>
    }
}

fn text(badge: Badge, strings: &'static Strings) -> String {
    let words = &strings.all_heads;
    badge.share.map_or(words.no_habit.to_owned(), |share| {
        format!("{} {}", said(badge.habit, words).short, strings.stage.percent(share))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_tiles_holds_a_block_or_an_equal_part_of_it() {
        assert_eq!([1152.0, 860.0, 572.0, 220.0, 90.0].map(|width| columns(width, 96.0, Some(8))), [8, 8, 4, 2, 1]);
        assert_eq!([1300.0, 572.0].map(|width| columns(width, 96.0, Some(12))), [12, 4]);
        assert_eq!(columns(1152.0, 96.0, None), 10);
        assert_eq!([1152.0, 824.0, 572.0].map(|width| side(width, 8)), [96.0, 72.0, 96.0]);
        // A prime of heads has no equal parts.
        assert_eq!(columns(572.0, 96.0, Some(7)), 5);
    }
}
