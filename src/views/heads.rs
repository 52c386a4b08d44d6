//! All heads of a block as small maps, each with what it mostly does.

use super::browser::{keep_painted, pixel_ratio};
use super::figures::offer;
use super::heatmap::HeadMap;
use super::label::labels;
use super::paint::{Brush, Grid, Scale, Theme};
pub use crate::analysis::head::Habit;
use crate::analysis::head::Readers;
use crate::content::StageStrings;
use crate::model::Site;
use crate::trace::{Tap, Trace};
use leptos::html::Canvas;
use leptos::prelude::*;
use std::sync::Arc;

/// A head's clearest habit with its share.
pub fn habit(map: &HeadMap, readers: &Readers) -> (Habit, f32) {
    // A text's only token sees only itself.
    let alone = (Habit::Itself, map.weights().first().copied().unwrap_or(1.0));
    readers.measure(map.weights()).map_or(alone, |measures| measures.habit())
}

fn named(habit: Habit, words: &StageStrings) -> &'static str {
    match habit {
        Habit::Itself => words.habits.itself,
        Habit::Previous => words.habits.previous,
        Habit::First => words.habits.first,
        Habit::Induction => words.habits.induction,
        Habit::Spread => words.habits.spread,
    }
}

/// "the token before, 92 %".
pub fn said(habit: (Habit, f32), words: &StageStrings) -> String {
    match habit {
        (Habit::Spread, _) => named(Habit::Spread, words).into(),
        (habit, share) => format!("{} {}", named(habit, words), words.percent(share)),
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct HeadsModel {
    pub layer: usize,
    pub heads: Vec<(HeadMap, (Habit, f32))>,
}

pub fn taps(layer: usize) -> Vec<Tap> {
    vec![Tap::all(Site::Weights, layer)]
}

/// `None` where the trace has not all heads of this block.
pub fn derive(trace: &Arc<Trace>, layer: usize) -> Option<HeadsModel> {
    let labels = Arc::new(labels(&trace.text));
    let readers = Readers::new(&trace.text.ids());
    let head = |head: usize| {
        trace.map(Site::Weights, layer, head).filter(|map| !map.is_empty())?;
        let map = HeadMap { trace: Arc::clone(trace), labels: Arc::clone(&labels), layer, head };
        let habit = habit(&map, &readers);
        Some((map, habit))
    };
    let heads = (0..trace.config.heads).map(head).collect::<Option<Vec<_>>>()?;
    Some(HeadsModel { layer, heads })
}

/// A small map's side in CSS pixels, at most.
const THUMB: f64 = 104.0;

/// `head` is the chosen one; `on_head` tells of another choice. One tab stop; arrows choose.
#[component]
pub fn HeadsGrid(
    model: Signal<Option<HeadsModel>>,
    head: Signal<usize>,
    on_head: Callback<usize>,
    theme: Signal<Theme>,
    stale: Signal<bool>,
    strings: Signal<&'static StageStrings>,
) -> impl IntoView {
    let count = Memo::new(move |_| model.with(|m| m.as_ref().map_or(0, |m| m.heads.len())));
    let layer = Memo::new(move |_| model.with(|m| m.as_ref().map_or(0, |m| m.layer)));
    offer(move || model.with(|m| m.iter().flat_map(|m| &m.heads).map(|(map, _)| map.table(strings.get())).collect()));
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let last = count.get_untracked().saturating_sub(1);
        let here = head.get_untracked();
        let next = match event.key().as_str() {
            "ArrowLeft" | "ArrowUp" => here.saturating_sub(1),
            "ArrowRight" | "ArrowDown" => (here + 1).min(last),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        on_head.run(next);
    };
    let strongest = move || {
        let words = strings.get();
        model.with(|m| {
            let heads = m.as_ref()?.heads.iter().filter(|(_, habit)| habit.0 != Habit::Spread);
            let strongest = heads.max_by(|a, b| a.1.1.total_cmp(&b.1.1));
            Some(strongest.map_or(words.heads_alike.into(), |(map, habit)| {
                (words.heads_sentence)(map.head, named(habit.0, words), &words.percent(habit.1))
            }))
        })
    };
    let pooled = move || {
        model.with(|m| {
            let tokens = m.as_ref()?.heads.first()?.0.tokens();
            (tokens as f64 > THUMB * pixel_ratio()).then(|| (strings.get().pooled)(tokens))
        })
    };
    view! {
        <section class="heads" class:stale=stale aria-busy=move || stale.get().to_string()>
            <p class="sentence sentence-small">{strongest}</p>
            <p class="empty" class:none=move || count.get() != 0>{move || strings.get().empty}</p>
            <div class="heads-grid" class:none=move || count.get() == 0 role="listbox" tabindex="0" on:keydown=on_key
                aria-label=move || (strings.get().heads_figure)(layer.get())
                aria-activedescendant=move || format!("head-{}", head.get())>
                {move || (0..count.get()).map(|i| view! { <Thumb model i head on_head theme strings /> }).collect_view()}
            </div>
            <p class="note">{pooled}</p>
        </section>
    }
}

#[component]
fn Thumb(
    model: Signal<Option<HeadsModel>>,
    i: usize,
    head: Signal<usize>,
    on_head: Callback<usize>,
    theme: Signal<Theme>,
    strings: Signal<&'static StageStrings>,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let own = Memo::new(move |_| model.with(|m| m.as_ref().and_then(|m| m.heads.get(i).cloned())));
    let grid = Memo::new(move |_| {
        let room = (THUMB * pixel_ratio()) as usize;
        Grid::fit(own.with(|o| o.as_ref().map_or(1, |o| o.0.tokens())), room, room)
    });
    keep_painted(canvas, move || {
        let brush = Brush::new(theme.get(), Scale::Root, pixel_ratio());
        own.with(|o| o.as_ref().map(|(map, _)| brush.map(map.weights(), map.tokens(), grid.get())))
    });
    let side = move || format!("{}px", grid.get().side as f64 / pixel_ratio());
    view! {
        <div class="head" role="option" id=format!("head-{i}") data-testid="head" data-head=i
            data-layer=move || own.with(|o| o.as_ref().map(|o| o.0.layer))
            aria-selected=move || (head.get() == i).to_string() on:click=move |_| on_head.run(i)>
            <span class="head-picture"><canvas node_ref=canvas aria-hidden="true" style:width=side style:height=side></canvas></span>
            <span class="head-name">{move || (strings.get().head_short)(i)}</span>
            <span class="head-habit">{move || own.with(|o| o.as_ref().map(|o| said(o.1, strings.get())))}</span>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::GptConfig;
    use crate::tokens::{Text, Token};
    use crate::trace::Layout;

    fn heads(tokens: usize, weight: fn(usize, usize, usize) -> f32) -> HeadsModel {
        let config = r#"{"n_layer":1,"n_head":4,"n_embd":4,"vocab_size":5,"n_positions":8}"#;
        let config = GptConfig::from_json(config).unwrap();
        let layout = Layout::new(&taps(0), &config, tokens);
        let cells = (0..4).flat_map(|h| (0..tokens * tokens).map(move |i| (h, i)));
        let values = cells.map(|(h, i)| weight(h, i / tokens, i % tokens)).collect();
        let token = |i| Token { id: i as u32, start: i, end: i + 1 };
        let text = Text { read: "abcdefgh".into(), tokens: (0..tokens).map(token).collect(), ..Text::default() };
        derive(&Arc::new(Trace { text, config, layout, knob: None, values }), 0).unwrap()
    }

    #[test]
    fn habits_are_told_apart() {
        let model = heads(8, |head, query, key| match head {
            0 => f32::from(key + 1 == query || (query == 0 && key == 0)),
            1 => f32::from(key == 0),
            2 => f32::from(key == query),
            _ => 1.0 / (query + 1) as f32,
        });
        let found: Vec<Habit> = model.heads.iter().map(|(_, habit)| habit.0).collect();
        assert_eq!(found, [Habit::Previous, Habit::First, Habit::Itself, Habit::Spread]);
        for (map, (habit, share)) in &model.heads[..3] {
            let means = Readers::new(&map.trace.text.ids()).measure(map.weights()).unwrap();
            assert_eq!(Some(*share), means.of(*habit).map(|mean| mean.found));
        }
        assert_eq!(heads(1, |_, _, _| 1.0).heads[0].1, (Habit::Itself, 1.0));
    }
}
