//! A token's neurons: all of them as one field, the strongest as a list, and one of them from near:
//! what it adds, in words, and where else it fires.

use super::cells::{Cells, largest};
use super::derived::{Derived, Pusher, Told};
use super::gelu_curve::{CurveModel, GeluCurve};
use super::glossary::Marks;
use super::neurons::{self, Neuron, Neurons, directions, length};
use super::number::{number, short};
use super::push::{self, Push, PushModel, few};
use super::room::{StageActions, StageModel, kept};
use super::strip::{self, VectorStrip};
use crate::content::{MlpStrings, Strings};
use crate::link::question::Asker;
use crate::model::Site;
use leptos::prelude::*;

/// What all parts read.
#[derive(Clone, Copy)]
struct Here {
    run: Signal<Option<Neurons>>,
    position: Memo<usize>,
    listed: Memo<Vec<Neuron>>,
    /// Chosen by the visitor, else the strongest.
    chosen: Memo<Option<usize>>,
    choose: Callback<usize>,
    actions: StageActions,
    strings: Signal<&'static Strings>,
}

impl Here {
    fn words(self) -> &'static MlpStrings {
        &self.strings.get().mlp
    }

    fn with<R>(self, read: impl FnOnce(&Neurons) -> R) -> Option<R> {
        self.run.with(|run| run.as_ref().map(read))
    }

    fn neuron(self) -> Option<Neuron> {
        let chosen = self.chosen.get()?;
        self.listed.with(|listed| listed.iter().find(|n| n.index == chosen).copied())
    }

    fn name(self) -> AnyView {
        view! { <em class="tok" translate="no">{self.with(|run| run.name(self.position.get()))}</em> }.into_any()
    }
}

/// What the listed neurons add: how long, and in words. Each `None` until it is known.
#[derive(Clone, Debug, Default, PartialEq)]
struct Added {
    lengths: Vec<Option<f32>>,
    words: Vec<Option<PushModel>>,
}

#[component]
pub fn MlpNeurons(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let layer = model.layer();
    let (run, stale) = kept(model, move |trace| neurons::derive(trace, layer.get()));
    let position = Memo::new(move |_| run.with(|run| run.as_ref().map_or(0, |run| run.nearest(model.pick.get()))));
    let picked = RwSignal::new(None::<(usize, usize)>);
    // Another block's neuron of the same number is another neuron.
    let own = move || picked.get().filter(|(of, _)| *of == layer.get()).map(|(_, neuron)| neuron);
    let listed = Memo::new(move |_| {
        run.with(|run| run.as_ref().map(|run| run.listed(position.get(), own())).unwrap_or_default())
    });
    let chosen = Memo::new(move |_| own().or_else(|| listed.with(|listed| listed.first().map(|n| n.index))));
    let choose = Callback::new(move |neuron| picked.set(Some((layer.get_untracked(), neuron))));
    let here = Here { run, position, listed, chosen, choose, actions, strings };
    let added = ask(here, model);
    let words = move || here.words();
    let say = move || {
        let count = |n| strings.get().stage.count(n);
        here.with(|run| (words().say)(&count(run.trace.config.inner), run.trace.config.width))
    };
    let lead = move || strings.get().shell.floors.mlp_lead;
    let census = move || {
        let count = |n| strings.get().stage.count(n);
        let census = here.with(|run| run.census(position.get()))?;
        Some((words().census)(&count(census.silent), &count(census.all), &count(census.loud)))
    };
    let curve = Signal::derive(move || {
        let activation = here.with(|run| run.trace.config.activation)?;
        let at = here.with(|run| run.cell(Site::Gelu, position.get(), 0))?;
        Some(CurveModel { activation, points: listed.get(), chosen: chosen.get()?, at })
    });
    view! {
        <section class="mlp-neurons" class:stale=stale class:none=move || run.with(Option::is_none)
            aria-busy=move || stale.get().to_string() data-testid="mlp-neurons" data-position=move || position.get()>
            <header class="picture-head">
                <h3>{move || words().title[0]}{move || here.name()}{move || words().title[1]}</h3>
            </header>
            <p class="note">{move || say().map(|said| Marks::new(&strings.get().glossary).after(lead()).draw(&said))}</p>
            <p class="sentence sentence-small">{census}</p>
            <p class="note" class:none=move || here.with(|run| run.positions.len() == run.labels.len()).unwrap_or(true)>
                {move || words().only_one}
            </p>
            <Field here model />
            <div class="mlp-split">
                <List here added />
                <GeluCurve model=curve on_pick=choose strings />
            </div>
            <One here model added />
        </section>
    }
}

/// Asks for what the listed neurons are made of, and for the words that they push.
fn ask(here: Here, model: StageModel) -> Memo<Added> {
    let Here { run, position, listed, actions, .. } = here;
    let layer = model.layer();
    let wanted = Memo::new(move |_| {
        let info = model.info.get()?;
        listed.with(|l| (!l.is_empty()).then(|| neurons::question(&info.config, layer.get(), l)))
    });
    let learned = model.answer(Asker::MlpSlices);
    let toward = Memo::new(move |_| {
        let learned = learned.get()?;
        let vectors = run.with(|r| listed.with(|l| directions(r.as_ref()?, position.get(), l, &learned)))?;
        Some(push::question(vectors))
    });
    Effect::new(move |_| {
        if let Some(question) = wanted.get() {
            actions.on_ask.run((Asker::MlpSlices, question));
        }
    });
    Effect::new(move |_| {
        if let Some(question) = toward.get() {
            actions.on_ask.run((Asker::MlpWords, question));
        }
    });
    let answered = model.answer(Asker::MlpWords);
    Memo::new(move |_| {
        let (learned, answered) = (learned.get(), answered.get());
        let length = |n: &Neuron| run.with(|run| length(run.as_ref()?, *n, learned.as_deref()?));
        let lengths = listed.with(|listed| listed.iter().map(length).collect::<Vec<_>>());
        let words = |i| {
            let lists = toward.with(|wanted| push::answer(answered.as_deref(), wanted.as_ref(), i))?;
            let neuron = listed.with(|listed| listed.get(i).map(|n| n.index))?;
            let layer = run.with(|run| run.as_ref().map(|run| run.layer))?;
            let of = Pusher::Neuron { layer, neuron, row: position.get() };
            Some(model.vocabulary.with(|vocabulary| push::derive(of, &lists, vocabulary)))
        };
        Added { words: (0..lengths.len()).map(words).collect(), lengths }
    })
}

/// All neurons of the block.
#[component]
fn Field(here: Here, model: StageModel) -> impl IntoView {
    let Here { strings, .. } = here;
    let values = move || here.with(|run| strip::derive(run.after(here.position.get()))).unwrap_or_default();
    let name = move || here.with(|run| (here.words().field)(run.layer)).unwrap_or_default();
    let says = Callback::new(move |(neuron, value): (usize, f32)| {
        (here.words().neuron_value)(neuron, &short(value, &strings.get().stage))
    });
    view! {
        <div class="mlp-field">
            <VectorStrip model=Signal::derive(values) name=Signal::derive(name) theme=model.theme
                strings=Signal::derive(move || &strings.get().stage)
                marks=Signal::derive(move || here.listed.with(|l| l.iter().map(|n| n.index).collect()))
                says=says on_choose=here.choose />
            <p class="note">{move || here.words().field_note}</p>
        </div>
    }
}

/// The strongest, one a row.
#[component]
fn List(here: Here, added: Memo<Added>) -> impl IntoView {
    let rows = move || {
        here.with(|run| {
            let (listed, position) = (here.listed.get(), here.position.get());
            let window = run.window(position);
            let along: Vec<Vec<f32>> = listed.iter().map(|n| run.along(n.index, window.clone())).collect();
            // One scale for all, so that rows compare.
            let limit = along.iter().map(|values| largest(values)).fold(0.0, f32::max);
            let row = |(i, values): (usize, Vec<f32>)| {
                let cells = Cells::new(values).to(limit).at(Some(position - window.start));
                let first = window.start;
                let neuron = listed[i];
                let cells = cells.of(|at| run.cell(Site::Gelu, first + at, neuron.index));
                let cells = cells.named(window.clone().map(|i| run.name(i)).collect());
                neuron_row(here, run, neuron, cells, i, added)
            };
            along.into_iter().enumerate().map(row).collect_view()
        })
    };
    view! {
        <div class="neuron-list">
            <h4>{move || here.words().strongest}</h4>
            <p class="note">{move || here.words().strongest_note}</p>
            <ol data-testid="neurons">{rows}</ol>
        </div>
    }
}

fn neuron_row(here: Here, run: &Neurons, neuron: Neuron, cells: Cells, i: usize, added: Memo<Added>) -> AnyView {
    let (words, stage, on_cell) = (here.words(), &here.strings.get().stage, here.actions.on_cell);
    let (position, index) = (here.position.get(), neuron.index);
    let value = |site, value| number(value, Told::Cell(run.cell(site, position, index)), on_cell, stage);
    let adds = Derived::Adds { layer: run.layer, neuron: index, row: position };
    let length = move || {
        added.with(|a| a.lengths.get(i).copied().flatten()).map(|length| {
            let number = number(length, Told::Made(adds.clone()), on_cell, &here.strings.get().stage);
            view! { <span class="faint">{here.words().adds}" "{number}</span> }
        })
    };
    let pushed = move || {
        added.with(|a| {
            let lists = a.words.get(i)?.as_ref()?;
            Some(view! {
                <span class="push-few"><span class="faint">"↑"</span>{few(&lists.up, lists, 3)}</span>
                <span class="push-few"><span class="faint">"↓"</span>{few(&lists.down, lists, 3)}</span>
            })
        })
    };
    view! {
        <li class="neuron" class:on=move || here.chosen.get() == Some(index) data-neuron=index>
            <button type="button" class="link neuron-name" aria-pressed=move || (here.chosen.get() == Some(index)).to_string()
                on:click=move |_| here.choose.run(index)>
                {(words.neuron)(index)}
            </button>
            <span class="neuron-in-out" title=words.in_out>
                {value(Site::Expand, neuron.before)}" → "{value(Site::Gelu, neuron.after)}
            </span>
            <span class="neuron-length">{length}</span>
            <span class="neuron-words">{pushed}</span>
            <span class="neuron-along">{cells.draw(words.fires.into(), on_cell, stage)}</span>
        </li>
    }
    .into_any()
}

/// One neuron from near.
#[component]
fn One(here: Here, model: StageModel, added: Memo<Added>) -> impl IntoView {
    let Here { strings, position, .. } = here;
    let words = move || here.words();
    let index = move || here.chosen.get().unwrap_or(0);
    let fresh = move || {
        let at = here.listed.with(|l| l.iter().position(|n| Some(n.index) == here.chosen.get()))?;
        added.with(|a| a.words.get(at).cloned().flatten())
    };
    // The last lists stay, dimmed, until their successors come.
    let lists = Memo::new(move |before: Option<&Option<PushModel>>| fresh().or_else(|| before.cloned().flatten()));
    let stale = Signal::derive(move || model.stale.get() || fresh().is_none());
    let title = move || {
        let [a, b, c] = words().words_title;
        view! { {a}{index()}{b}{here.name()}{c} }
    };
    let window = move || here.with(|run| run.window(position.get()));
    let part = move || {
        let window = window()?;
        let all = here.with(|run| run.positions.len() == window.len())?;
        (!all).then(|| (words().fires_window)(window.start + 1, window.end))
    };
    view! {
        <div class="one-neuron" class:none=move || here.neuron().is_none() data-testid="one-neuron" data-neuron=index>
            <div>
                <h3>{title}</h3>
                <p class="note">{move || (words().words_say)(index())}</p>
                <Push model=lists.into() stale strings />
                <p class="note">{move || words().words_note}</p>
            </div>
            <div>
                <h3>{move || (words().fires_title)(index())}</h3>
                <p class="note">{move || words().fires_say}{move || strings.get().stage.sentence_gap}{part}</p>
                <p class="fires">{move || fires(here)}</p>
            </div>
        </div>
    }
}

/// The text, each token with a bar as high as the neuron's output there.
fn fires(here: Here) -> Option<AnyView> {
    const HIGH: f32 = 22.0;
    let (index, position) = (here.chosen.get()?, here.position.get());
    here.with(|run| {
        let window = run.window(position);
        let values = run.along(index, window.clone());
        let full = largest(&values);
        let strings = here.strings.get();
        let token = |(at, value): (usize, f32)| {
            let share = if value.is_nan() { 1.0 } else { (value.abs() / full).min(1.0) };
            let height = super::grid::tenth(f64::from(share * HIGH));
            let class = match value {
                v if v.is_nan() => "signed-cell cell-loud",
                v if v < 0.0 => "signed-cell cell-below",
                _ => "signed-cell cell-above",
            };
            let pin = here.actions.on_pin;
            let said = (here.words().neuron_value)(index, &short(value, &strings.stage));
            view! {
                <button type="button" class="fire" class:on=at == position title=said on:click=move |_| pin.run(at)
                    data-cell=run.cell(Site::Gelu, at, index).to_string() data-value=value.to_string()>
                    <svg width="100%" height=HIGH aria-hidden="true">
                        <rect class=class width="100%" y=f64::from(HIGH) - height height=height />
                    </svg>
                    {run.labels[at].clipped(16.0).html()}
                </button>
            }
        };
        window.zip(values).map(token).collect_view().into_any()
    })
}
