//! The left rail: the floors of the model, from the text down to the answer, each with the next
//! token that the model would guess were it to stop there (logit lens).

use super::derived::Derived;
use super::label::Label;
use crate::analysis::probability::{Chance, Distribution};
use crate::content::{Floor, Strings};
use crate::model::{Cell, Site, SiteName};
use crate::tokens::Vocabulary;
use crate::trace::{Tap, Trace};
use leptos::ev::KeyboardEvent;
use leptos::html::Ol;
use leptos::prelude::*;

/// How many guesses a floor keeps.
const GUESSES: usize = 4;

/// A candidate for the next token.
#[derive(Clone, Debug, PartialEq)]
pub struct Guess {
    pub id: u32,
    pub label: Label,
    /// 0…1, the softmax over the whole vocabulary.
    pub chance: f32,
}

/// One floor's guesses, likeliest first; none on the floor of the tokens, where nothing is known yet.
#[derive(Clone, Debug, PartialEq)]
pub struct FloorModel {
    pub floor: Floor,
    pub guesses: Vec<Guess>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ElevatorModel {
    pub floors: Vec<FloorModel>,
    /// T of the trace.
    pub tokens: usize,
}

impl ElevatorModel {
    /// L: how many of the floors are blocks.
    pub fn layers(&self) -> usize {
        self.floors.iter().filter(|f| matches!(f.floor, Floor::Block(_))).count()
    }

    /// The guesses of the whole model.
    pub fn answer(&self) -> &[Guess] {
        self.floors.iter().find(|f| f.floor == Floor::Unembedding).map_or(&[], |floor| &floor.guesses)
    }
}

/// The last position's logits on every floor.
pub fn taps(layers: usize) -> Vec<Tap> {
    let blocks = (0..layers).map(|layer| Tap::last(Site::Lens, layer));
    [Tap::last(Site::EmbedLens, 0)].into_iter().chain(blocks).chain([Tap::last(Site::Logits, 0)]).collect()
}

/// The floors of a model whose numbers are still to come.
pub fn bare(layers: usize) -> ElevatorModel {
    let floor = |floor| FloorModel { floor, guesses: Vec::new() };
    ElevatorModel { floors: Floor::all(layers).into_iter().map(floor).collect(), tokens: 0 }
}

pub fn derive(trace: &Trace, vocabulary: &Vocabulary) -> ElevatorModel {
    let layers = trace.config.layers;
    let mut model = ElevatorModel { tokens: trace.tokens(), ..bare(layers) };
    let Some(last) = model.tokens.checked_sub(1) else { return model };
    for floor in &mut model.floors {
        let logits = logits_of(floor.floor).and_then(|name| trace.row(name.site, name.layer, last));
        let Some(logits) = logits else { continue };
        let chances = Distribution::new(logits, 1.0);
        let guess = |c: Chance| Guess { id: c.id, label: Label::of(vocabulary, c.id), chance: c.probability };
        floor.guesses = chances.top(GUESSES).into_iter().map(guess).collect();
    }
    model
}

/// Where a floor's guess is made: were the model to stop there.
fn logits_of(floor: Floor) -> Option<SiteName> {
    let (site, layer) = match floor {
        Floor::Story | Floor::Tokens | Floor::River | Floor::Heads | Floor::Knobs => return None,
        Floor::Embedding => (Site::EmbedLens, 0),
        Floor::Block(layer) => (Site::Lens, layer),
        Floor::Unembedding => (Site::Logits, 0),
    };
    Some(SiteName::new(site, layer))
}

pub fn floor_name(floor: Floor, strings: &Strings) -> String {
    let words = &strings.shell.floors;
    match floor {
        Floor::Story => words.story.into(),
        Floor::Tokens => words.tokens.into(),
        Floor::Embedding => words.embedding.into(),
        Floor::Block(layer) => (words.block)(layer + 1),
        Floor::Unembedding => words.unembedding.into(),
        Floor::River => words.river.into(),
        Floor::Heads => words.heads.into(),
        Floor::Knobs => words.knobs.into(),
    }
}

#[component]
pub fn Elevator(
    model: Signal<ElevatorModel>,
    floor: Signal<Floor>,
    on_floor: Callback<Floor>,
    /// The numbers belong to an older text.
    stale: Signal<bool>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().shell.floors;
    let list = NodeRef::<Ol>::new();
    let floors = Memo::new(move |_| model.with(|m| m.floors.iter().map(|f| f.floor).collect::<Vec<_>>()));
    keep_in_view(list, floor, Signal::derive(move || floors.with(Vec::len)));
    view! {
        <nav class="elevator" aria-label=move || words().heading>
            <ol
                node_ref=list
                class:stale=stale
                on:keydown=move |event| on_key(&event, &floors.get_untracked(), floor.get_untracked(), on_floor)
            >
                <For each=move || floors.get() key=|floor| *floor children=move |this| {
                    let here = Signal::derive(move || {
                        model.with(|m| m.floors.iter().find(|f| f.floor == this).cloned())
                    });
                    let tokens = Signal::derive(move || model.with(|m| m.tokens));
                    view! { <Stop this here tokens floor on_floor strings /> }
                } />
            </ol>
            <p class="soft elevator-hint">{move || words().guess_heading}</p>
        </nav>
    }
}

#[component]
fn Stop(
    this: Floor,
    here: Signal<Option<FloorModel>>,
    tokens: Signal<usize>,
    floor: Signal<Floor>,
    on_floor: Callback<Floor>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let current = move || floor.get() == this;
    let guess = Memo::new(move |_| here.get().and_then(|f| f.guesses.into_iter().next()));
    let of = move || {
        let (name, row) = (logits_of(this)?, tokens.get().checked_sub(1)?);
        guess.with(|g| g.as_ref().map(|g| Derived::Chance(Cell::new(name, row, g.id as usize)).to_string()))
    };
    let spoken = move || {
        let strings = strings.get();
        let name = floor_name(this, strings);
        match guess.get() {
            Some(g) => format!(
                "{name}{}{}",
                strings.stage.colon,
                (strings.shell.floors.guess)(&g.label.visible(), &strings.stage.percent(g.chance))
            ),
            None => name,
        }
    };
    let shown = move || match (this, guess.get()) {
        (Floor::Tokens, _) if tokens.get() > 0 => {
            view! { <span class="stop-count">{(strings.get().shell.floors.token_count)(tokens.get())}</span> }
                .into_any()
        }
        (_, Some(guess)) => view! {
            <span class="stop-guess">{guess.label.clipped(12.0).html()}</span>
            <span class="stop-chance">{strings.get().stage.percent(guess.chance)}</span>
        }
        .into_any(),
        _ => ().into_any(),
    };
    view! {
        <li
            class="stop"
            class:on-the-way=this.on_the_way()
            class:way-begins=this == Floor::Tokens
            class:way-ends=this == Floor::Unembedding
            class:current=current
        >
            <button
                type="button"
                data-testid="floor"
                data-floor=this.to_string()
                data-id=move || guess.with(|g| g.as_ref().map(|g| g.id))
                data-derived=of
                data-value=move || guess.with(|g| g.as_ref().map(|g| g.chance))
                aria-current=move || current().then_some("step")
                aria-label=spoken
                tabindex=move || if current() { "0" } else { "-1" }
                on:click=move |_| on_floor.run(this)
            >
                <span class="stop-dot" aria-hidden="true"></span>
                <span class="stop-name">{move || floor_name(this, strings.get())}</span>
                {shown}
            </button>
        </li>
    }
}

/// ↑ ↓ go one floor, Home and End to the ends (← → as well, where the rail lies on its side).
fn on_key(event: &KeyboardEvent, floors: &[Floor], now: Floor, on_floor: Callback<Floor>) {
    let Some(next) = step(floors, now, &event.key()) else { return };
    event.prevent_default();
    event.stop_propagation();
    on_floor.run(next);
}

/// The floor that a key leads to.
pub fn step(floors: &[Floor], now: Floor, key: &str) -> Option<Floor> {
    let at = floors.iter().position(|floor| *floor == now)?;
    let next = match key {
        "ArrowUp" | "ArrowLeft" => at.saturating_sub(1),
        "ArrowDown" | "ArrowRight" => (at + 1).min(floors.len() - 1),
        "Home" => 0,
        "End" => floors.len() - 1,
        _ => return None,
    };
    floors.get(next).copied()
}

/// The chosen floor stays in sight, and the focus, where the rail has it, goes along.
fn keep_in_view(list: NodeRef<Ol>, floor: Signal<Floor>, stops: Signal<usize>) {
    #[cfg(target_arch = "wasm32")]
    Effect::new(move |_| {
        use wasm_bindgen::JsCast;
        // The floors are known only when the model is.
        stops.track();
        let (Some(list), floor) = (list.get(), floor.get()) else { return };
        let found = list.query_selector(&format!("[data-floor='{floor}']")).ok().flatten();
        let Some(stop) = found.and_then(|s| s.dyn_into::<leptos::web_sys::HtmlElement>().ok()) else { return };
        let active = document().active_element();
        if active.is_some_and(|active| list.contains(Some(&active))) {
            let _ = stop.focus();
        }
        // Sideways only: the page itself must not jump.
        if list.scroll_width() > list.client_width() {
            let (list_box, stop_box) = (list.get_bounding_client_rect(), stop.get_bounding_client_rect());
            let off_centre = stop_box.left() + stop_box.width() / 2.0 - list_box.left() - list_box.width() / 2.0;
            list.set_scroll_left(list.scroll_left() + off_centre as i32);
        }
    });
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (list, floor, stops);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::GptConfig;
    use crate::tokens::{Text, Token};
    use crate::trace::Layout;

    fn trace() -> Trace {
        let json = r#"{"n_layer":2,"n_head":1,"n_embd":4,"vocab_size":3,"n_positions":8}"#;
        let config = GptConfig::from_json(json).unwrap();
        let tokens = (0..2).map(|start| Token { id: 0, start, end: start + 1 }).collect();
        let text = Text { read: "ab".into(), tokens, ..Text::default() };
        let layout = Layout::new(&taps(2), &config, 2);
        // One row a floor: embedding, block 1, block 2, logits.
        let values = vec![0., 0., 0., 1., 0., 0., 0., 2., 1., 0., 1., 3.];
        assert_eq!(layout.len(), values.len());
        Trace { text, config, layout, knob: None, values }
    }

    #[test]
    fn every_floor_but_the_first_guesses() {
        let model = derive(&trace(), &Vocabulary::new(["x", " y", "z"]));
        let guesses: Vec<_> = model.floors.iter().map(|f| f.guesses.first().map(|g| g.id)).collect();
        assert_eq!(guesses, [None, None, Some(0), Some(0), Some(1), Some(2), None, None, None]);
        assert_eq!(model.floors[4].guesses[0].label.visible(), "·y");
        for floor in &model.floors[2..6] {
            let sum: f32 = floor.guesses.iter().map(|g| g.chance).sum();
            assert!((sum - 1.0).abs() < 1e-6, "{sum}");
        }
        let e = std::f32::consts::E;
        let likeliest = model.floors[3].guesses[0].chance;
        assert!((likeliest - e / (2.0 + e)).abs() < 1e-6);
        assert_eq!(model.answer()[0], model.floors[5].guesses[0]);
    }

    #[test]
    fn without_a_trace_the_floors_stand_all_the_same() {
        assert_eq!(bare(3).layers(), 3);
        assert!(bare(3).answer().is_empty());
    }

    #[test]
    fn keys_step_and_stop_at_the_ends() {
        let floors = Floor::all(1);
        assert_eq!(step(&floors, Floor::Story, "ArrowUp"), Some(Floor::Story));
        assert_eq!(step(&floors, Floor::Embedding, "ArrowDown"), Some(Floor::Block(0)));
        assert_eq!(step(&floors, Floor::Tokens, "End"), Some(Floor::Knobs));
        assert_eq!(step(&floors, Floor::Tokens, "x"), None);
        assert_eq!(step(&floors, Floor::Block(7), "Home"), None);
    }
}
