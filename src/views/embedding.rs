//! The embedding floor: a token's neighbours in the model's own table, as a list and as a map, and
//! its vector. In: the worker's answer to `Question::Neighbours`.

use super::derived::Derived;
use super::glossary::{glossary_of, marked};
use super::label::Label;
use super::paint::Theme;
use super::scatter::{Point, Scatter, ScatterModel};
use super::strip::{self, StripModel, VectorStrip};
use crate::analysis::neighbours::{self, FoldedNeighbour, Neighbour};
use crate::content::StageStrings;
use crate::link::protocol::Neighbourhood;
use crate::tokens::Vocabulary;
use leptos::prelude::*;

/// How many neighbours to ask the engine for.
pub const COUNT: usize = 40;

/// A token near the middle one.
#[derive(Clone, Debug, PartialEq)]
pub struct Near {
    pub label: Label,
    /// The middle one.
    pub of: u32,
    pub cosine: f32,
}

/// A row of the list: a token, and its other spellings (case, leading space) among the nearest.
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    pub near: Near,
    pub twins: Vec<Near>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct EmbeddingModel {
    pub middle: Label,
    /// Nearest first. Each by its nearest spelling.
    pub families: Vec<Family>,
    pub map: ScatterModel,
    pub vector: StripModel,
}

pub fn derive(neighbourhood: &Neighbourhood, vocabulary: &Vocabulary) -> EmbeddingModel {
    let middle = Label::of(vocabulary, neighbourhood.id);
    let near = |n: &Neighbour| Near { label: Label::of(vocabulary, n.id), of: neighbourhood.id, cosine: n.cosine };
    let family = |row: FoldedNeighbour| Family { near: near(&row.head), twins: row.twins.iter().map(near).collect() };
    let families = neighbours::fold(&neighbourhood.nearest, vocabulary).into_iter().map(family).collect();
    let ids = std::iter::once(neighbourhood.id).chain(neighbourhood.nearest.iter().map(|n| n.id));
    let points = ids.zip(&neighbourhood.points).map(|(id, &at)| Point { label: Label::of(vocabulary, id), at });
    EmbeddingModel {
        middle,
        families,
        map: ScatterModel { points: points.collect(), variance: neighbourhood.variance },
        vector: strip::derive(&neighbourhood.vector),
    }
}

/// `on_lookup`: a word was typed. `on_visit`: a neighbour was chosen to be the middle.
#[component]
pub fn EmbeddingFloor(
    model: Signal<Option<EmbeddingModel>>,
    on_lookup: Callback<String>,
    on_visit: Callback<u32>,
    theme: Signal<Theme>,
    stale: Signal<bool>,
    strings: Signal<&'static StageStrings>,
    /// What stands in the look-up box.
    #[prop(default = RwSignal::new(String::new()))]
    typed: RwSignal<String>,
    /// The text whose token is shown, where it was looked up.
    #[prop(optional)]
    looked_up: Signal<Option<String>>,
) -> impl IntoView {
    let hover = RwSignal::new(None::<u32>);
    let map = Signal::derive(move || model.with(|m| m.as_ref().map(|m| m.map.clone()).unwrap_or_default()));
    let vector = Signal::derive(move || model.with(|m| m.as_ref().map(|m| m.vector.clone()).unwrap_or_default()));
    let name = move || model.with(|m| m.as_ref().map(|m| m.middle.name()).unwrap_or_default());
    let vector_name = Signal::derive(move || {
        let [a, b] = strings.get().vector_title;
        format!("{a}{}{b}", name())
    });
    let around = move |title: fn(&StageStrings) -> [&'static str; 2]| {
        view! {
            {move || title(strings.get())[0]}
            <em class="tok" translate="no">{move || model.with(|m| m.as_ref().map(|m| m.middle.visible()))}</em>
            {move || title(strings.get())[1]}
        }
    };
    let variance = move || {
        let words = strings.get();
        let [a, b] = map.with(|m| m.variance);
        (words.map_variance)(&words.percent(a + b), &words.percent(a), &words.percent(b))
    };
    view! {
        <section class="embedding" class:stale=stale aria-busy=move || stale.get().to_string()
            data-id=move || model.with(|m| m.as_ref().map(|m| m.middle.id))>
            <LookUp typed on_lookup strings />
            {move || looked_up.get().and_then(|word| model.with(|m| cut(&word, m.as_ref()?, strings.get())))}
            <p class="empty" class:none=move || model.with(Option::is_some)>{move || strings.get().empty}</p>
            <div class="embedding-body" class:none=move || model.with(Option::is_none)>
                <div class="embedding-list">
                    <h3>{around(|w| w.neighbours_title)}</h3>
                    <p class="note">{move || strings.get().neighbours_hint}</p>
                    <p class="note">{move || strings.get().common_hint}</p>
                    <p class="note">{move || strings.get().cosine_hint}</p>
                    <NeighbourList model hover on_visit strings />
                </div>
                <figure class="embedding-map">
                    <figcaption>
                        <h3>{move || strings.get().map_title}</h3>
                        <p class="note">{variance}</p>
                    </figcaption>
                    <Scatter model=map hover on_visit strings />
                </figure>
                <figure class="embedding-vector">
                    <figcaption>
                        <h3>{around(|w| w.vector_title)}</h3>
                        <p class="note">{move || (strings.get().vector_hint)(vector.with(|v| v.values.len()))}</p>
                    </figcaption>
                    <VectorStrip model=vector name=vector_name theme strings />
                </figure>
            </div>
        </section>
    }
}

/// Any word, looked up in the table.
#[component]
fn LookUp(
    typed: RwSignal<String>,
    on_lookup: Callback<String>,
    strings: Signal<&'static StageStrings>,
) -> impl IntoView {
    let go = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let word = typed.get_untracked();
        if !word.is_empty() {
            on_lookup.run(word);
        }
    };
    view! {
        <form class="look-up" on:submit=go>
            <label>
                <span>{move || strings.get().lookup}</span>
                <input type="text" name="look-up" maxlength="64" autocomplete="off" autocapitalize="off" spellcheck="false"
                    placeholder=move || strings.get().lookup_placeholder
                    prop:value=typed on:input=move |event| typed.set(event_target_value(&event)) />
            </label>
            <button type="submit" class="plain">{move || strings.get().lookup_go}</button>
        </form>
    }
}

/// Says so where the token looked up is only the beginning of what was typed, or none at all.
fn cut(word: &str, model: &EmbeddingModel, words: &'static StageStrings) -> Option<AnyView> {
    if model.vector.values.is_empty() {
        return Some(view! { <p class="note look-up-cut">{words.lookup_none}</p> }.into_any());
    }
    let whole = model.middle.visible().trim_start_matches('·') == word.trim();
    let [a, b, c] = words.lookup_cut;
    (!whole).then(|| {
        view! {
            <p class="note look-up-cut" role="status">{a}{word.trim().to_string()}{b}<em class="tok" translate="no">{model.middle.html()}</em>{c}</p>
        }
        .into_any()
    })
}

#[component]
fn NeighbourList(
    model: Signal<Option<EmbeddingModel>>,
    hover: RwSignal<Option<u32>>,
    on_visit: Callback<u32>,
    strings: Signal<&'static StageStrings>,
) -> impl IntoView {
    let rows = move || model.with(|m| m.as_ref().map(|m| m.families.clone())).unwrap_or_default();
    view! {
        <div class="neighbours" role="region" tabindex="0" aria-label=move || strings.get().neighbours_hint>
            <table>
                <thead><tr>
                    <th scope="col">{move || strings.get().token}</th>
                    <th scope="col" colspan="2">{move || marked(strings.get().cosine, glossary_of(strings.get()))}</th>
                </tr></thead>
                {move || rows().into_iter().map(|family| view! { <FamilyRows family hover on_visit strings /> }).collect_view()}
            </table>
        </div>
    }
}

/// A token, and behind a button its other spellings.
#[component]
fn FamilyRows(
    family: Family,
    hover: RwSignal<Option<u32>>,
    on_visit: Callback<u32>,
    strings: Signal<&'static StageStrings>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let count = family.twins.len();
    let more = (count > 0).then(|| {
        view! {
            <button type="button" class="quiet twins" aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|o| *o = !*o)>
                {move || if open.get() { strings.get().twins_hide.to_string() } else { (strings.get().twins)(count) }}
            </button>
        }
        .into_any()
    });
    let twins = family.twins;
    view! {
        <tbody>
            {near_row(&family.near, more, "neighbour-row", hover, on_visit)}
            {move || open.get().then(|| {
                twins.iter().map(|twin| near_row(twin, None, "neighbour-row twin", hover, on_visit)).collect_view()
            })}
        </tbody>
    }
}

fn near_row(
    near: &Near,
    more: Option<AnyView>,
    class: &'static str,
    hover: RwSignal<Option<u32>>,
    on_visit: Callback<u32>,
) -> AnyView {
    let (id, cosine) = (near.label.id, near.cosine);
    view! {
        <tr class=class class:on=move || hover.get() == Some(id) data-testid="neighbour" data-id=id data-derived=Derived::Alike(near.of, id).to_string() data-value=cosine.to_string()
            on:pointerenter=move |_| hover.set(Some(id)) on:pointerleave=move |_| hover.set(None)>
            <th scope="row">
                <button type="button" class="link" on:click=move |_| on_visit.run(id)
                    on:focus=move |_| hover.set(Some(id)) on:blur=move |_| hover.set(None)>{near.label.html()}</button>
                {more}
            </th>
            <td class="bars" aria-hidden="true">
                <span class="bar bar-signed" class:below={cosine < 0.0} style:width=format!("{:.2}%", f64::from(cosine.abs().min(1.0)) * 100.0)></span>
            </td>
            <td class="number">{format!("{cosine:.3}").replace('-', "−")}</td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_word_are_one_row_and_none_is_lost() {
        let vocabulary = Vocabulary::new([" king", " King", "king", " queen", "KING", "Queen", "!"]);
        let nearest = [1, 3, 2, 6, 5, 4].into_iter().zip([0.9, 0.8, 0.7, 0.6, 0.5, 0.4]);
        let neighbourhood = Neighbourhood {
            id: 0,
            nearest: nearest.map(|(id, cosine)| Neighbour { id, cosine }).collect(),
            points: vec![[0.0, 1.0]; 7],
            variance: [0.5, 0.25],
            vector: vec![1.0, -2.0],
        };
        let model = derive(&neighbourhood, &vocabulary);
        let ids = |f: &Family| std::iter::once(&f.near).chain(&f.twins).map(|n| n.label.id).collect::<Vec<_>>();
        assert_eq!(model.families.iter().map(ids).collect::<Vec<_>>(), [vec![1, 2, 4], vec![3, 5], vec![6]]);
        assert_eq!(model.families[1].near.cosine, 0.8);
        assert_eq!((model.map.points.len(), model.middle.name()), (7, "king".into()));
    }
}
