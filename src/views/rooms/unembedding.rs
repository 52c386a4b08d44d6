//! From the last vector to the chances: the final norm, the dot product with every token's vector,
//! and softmax, each with its true numbers; for the last position, or for the pinned one.

use crate::content::{Floor, Strings};
use crate::link::question::{Asker, Question};
use crate::model::{Cell, GptConfig, Part, Site, SiteName, Slice};
use crate::trace::Tap;
use crate::views::derived::{Derived, logit};
use crate::views::glossary::Marks;
use crate::views::number::figure;
use crate::views::room::{Place, StageActions, StageModel, kept};
use crate::views::strip::{StripModel, VectorStrip};
use leptos::prelude::*;

pub mod model;
mod product;
mod table;
pub mod why;

use model::{Opened, UnembeddingModel, derive};
use product::DotProduct;
use table::ChanceTable;
use why::Why;

/// What the room reads of the run: the last vector, the normed one, its logits, and what was written into the river.
pub fn taps(place: Place, config: &GptConfig) -> Vec<Tap> {
    let names = [(Site::Out, config.layers - 1), (Site::NormF, 0), (Site::Logits, 0)];
    let own = names.map(|(site, layer)| Tap { rows: place.rows(), ..Tap::all(site, layer) });
    own.into_iter().chain(why::taps(place, config)).collect()
}

/// The terms that stand marked above: in the floor's lead, and in these texts.
fn marks<const N: usize>(strings: &'static Strings, above: [&str; N]) -> Marks {
    let marks = Marks::new(&strings.glossary).after(strings.shell.floors.unembedding_lead);
    above.into_iter().fold(marks, Marks::after)
}

/// The vector that a token's logit is made with.
pub fn slice(config: &GptConfig, id: u32) -> Slice {
    let part = if config.tied { Part::TokenTable } else { Part::Head };
    Slice::new(part, 0, id as usize..id as usize + 1, 0..config.width)
}

#[component]
pub fn UnembeddingRoom(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let (shown, stale) = kept(model, move |trace| {
        let row = model.place.with(|place| place.position(trace.tokens()))?;
        model.vocabulary.with(|vocabulary| derive(trace, vocabulary, row))
    });
    // The token whose logit is opened: chosen here, else the likeliest.
    let chosen = RwSignal::new(None::<u32>);
    let open = Signal::from(Memo::new(move |_| {
        shown.with(|m| m.as_ref().and_then(|m| m.way(chosen.get()).map(|way| way.label.id)))
    }));
    let wanted = Memo::new(move |_| {
        let config = model.info.with(|info| info.as_ref().map(|info| info.config.clone()))?;
        Some(slice(&config, open.get()?))
    });
    Effect::new(move |_| {
        if let Some(slice) = wanted.get() {
            actions.on_ask.run((Asker::Unembedding, Question::Slices(vec![slice])));
        }
    });
    let asked = model.answer(Asker::Unembedding);
    let opened = Signal::from(Memo::new(move |_| {
        let (slice, answered) = (wanted.get()?, asked.get()?);
        shown.with(|m| Opened::of(m.as_ref()?, open.get()?, slice.name, answered.slice(&slice)?))
    }));
    view! {
        <div class="unembed" class:stale=stale aria-busy=move || stale.get().to_string() data-testid="unembedding"
            data-position=move || shown.with(|m| m.as_ref().map(|m| m.row))>
            <Answer model=shown actions strings />
            <Show when=move || shown.with(Option::is_some)>
                <Why stage=model shown open actions strings />
                <h3 class="unseen">{move || strings.get().unembedding.steps}</h3>
                <ol class="unembed-steps">
                    <Vectors model=shown stage=model actions strings />
                    <DotProduct model=shown opened open info=model.info on_open=Callback::new(move |id| chosen.set(Some(id))) actions strings />
                    <ChanceTable model=shown open actions strings />
                </ol>
                <p>
                    <button type="button" class="plain" on:click=move |_| actions.on_floor.run(Floor::River)>
                        {move || strings.get().unembedding.river}
                    </button>
                </p>
            </Show>
        </div>
    }
}

/// Which of the list's steps this is, in its circle. A list's own numbers could not be saved with its picture.
#[component]
fn StepNumber(number: usize) -> impl IntoView {
    view! { <span class="unembed-number" aria-hidden="true">{number}</span> }
}

/// Where it is read, the answer, large, and what came instead.
#[component]
fn Answer(
    model: Signal<Option<UnembeddingModel>>,
    actions: StageActions,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let large = move || {
        let (strings, words) = (strings.get(), &strings.get().unembedding);
        model.with(|m| {
            let (m, best) = m.as_ref().and_then(|m| Some((m, m.ways.first()?)))?;
            let [a, b] = words.expects;
            Some(view! {
                <p class="soft">{a}<em class="tok" translate="no">{m.here.name()}</em>{b}" · "{(words.place)(m.row + 1, m.tokens)}</p>
                <p class="answer-line">
                    <span class="answer-token">{best.label.html()}</span>
                    <span class="answer-chance" data-derived=Derived::Chance(logit(m.row, best.label.id)).to_string() data-value=best.chance.to_string() data-id=best.label.id>{strings.stage.percent(best.chance)}</span>
                </p>
                {came(m, strings)}
            })
        })
    };
    let row = move || model.with(|m| m.as_ref().map(|m| (m.row, m.tokens)));
    let step = move |by: isize| {
        if let Some((row, _)) = untrack(row) {
            actions.on_pin.run(row.saturating_add_signed(by));
        }
    };
    let words = move || &strings.get().unembedding;
    view! {
        <div class="answer unembed-answer" class:none=move || model.with(Option::is_none)>
            {large}
            <p class="unembed-where">
                <button type="button" class="plain" disabled=move || row().is_none_or(|(row, _)| row == 0)
                    on:click=move |_| step(-1)>{move || words().before}</button>
                <button type="button" class="plain" disabled=move || row().is_none_or(|(row, tokens)| row + 1 >= tokens)
                    on:click=move |_| step(1)>{move || words().after}</button>
                <span class="note" data-to-do>{move || words().hint}</span>
            </p>
        </div>
    }
}

/// "What came is *the*: the model gave it 3.2 %, number 4 of 8,192. A surprise: 5.0 bits."
fn came(model: &UnembeddingModel, strings: &'static Strings) -> Option<AnyView> {
    let (words, way) = (&strings.unembedding, model.came.as_ref()?);
    let [a, b, c, d, e] = words.came;
    let surprise = (words.surprise)(model.surprise_bits, &format!("{:.1}", model.surprise_bits));
    Some(
        view! {
            <p class="sentence unembed-came" data-testid="came" data-id=way.label.id data-rank=way.rank
                data-derived=Derived::Chance(logit(model.row, way.label.id)).to_string() data-value=way.chance.to_string()>
                {a}<em class="tok" translate="no">{way.label.name()}</em>{b}
                <span class="gold number">{strings.stage.percent(way.chance)}</span>{c}{strings.stage.count(way.rank)}{d}
                {strings.stage.count(model.vocabulary)}{e}
            </p>
            <p class="note" data-testid="surprise" data-derived=Derived::Bits(logit(model.row, way.label.id)).to_string() data-value=model.surprise_bits.to_string()>{surprise}</p>
        }
        .into_any(),
    )
}

/// The last vector, before and after the final norm.
#[component]
fn Vectors(
    model: Signal<Option<UnembeddingModel>>,
    stage: StageModel,
    actions: StageActions,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let row = move || model.with_untracked(|m| m.as_ref().map_or(0, |m| m.row));
    let layers = stage.layers;
    let width = move || model.with(|m| m.as_ref().map_or(0, |m| m.out.values.len()));
    let last = move || (strings.get().unembedding.last_title)(layers.get());
    let normed = move || strings.get().unembedding.norm_title.to_string();
    let vector = move |of: fn(&UnembeddingModel) -> &StripModel, name: Signal<String>, site: fn(usize) -> SiteName| {
        let strip = Signal::derive(move || model.with(|m| m.as_ref().map(|m| of(m).clone()).unwrap_or_default()));
        let choose = move |i| {
            let name = site(layers.get_untracked().saturating_sub(1));
            actions.on_cell.run(Some(Cell::new(name, row(), i)));
        };
        let words = Signal::derive(move || &strings.get().stage);
        view! { <VectorStrip model=strip name theme=stage.theme strings=words on_choose=Callback::new(choose) /> }
    };
    let length = move |of: fn(&UnembeddingModel) -> f32, site: fn(usize) -> SiteName| {
        move || {
            let strings = strings.get();
            model.with(|m| {
                m.as_ref().map(|m| {
                    let length = of(m);
                    let said = (strings.unembedding.length)(&figure(length, &strings.stage));
                    let derived = Derived::Length(site(layers.get_untracked().saturating_sub(1)), m.row);
                    view! { <span class="note" data-derived=derived.to_string() data-value=length.to_string()>{said}</span> }
                })
            })
        }
    };
    view! {
        <li>
            <StepNumber number=1 />
            <h4>{last}{length(|m| m.out_length, |layer| SiteName::new(Site::Out, layer))}</h4>
            <p class="note">{move || (strings.get().unembedding.last_text)(width())}</p>
            {vector(|m| &m.out, Signal::derive(last), |layer| SiteName::new(Site::Out, layer))}
        </li>
        <li>
            <StepNumber number=2 />
            <h4>{move || marks(strings.get(), []).draw(strings.get().unembedding.norm_title)}{length(|m| m.normed_length, |_| SiteName::new(Site::NormF, 0))}</h4>
            <p class="note">{move || strings.get().unembedding.norm_text}</p>
            {vector(|m| &m.normed, Signal::derive(normed), |_| SiteName::new(Site::NormF, 0))}
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Room;

    #[test]
    fn a_pinned_position_is_read_with_its_own_logits_and_the_table_is_the_way_out_s() {
        let json = r#"{"n_layer":3,"n_head":1,"n_embd":4,"vocab_size":5,"n_positions":8}"#;
        let config = GptConfig::from_json(json).unwrap();
        let place = Place { floor: Floor::Unembedding, room: Room::Whole, head: 0, pin: Some(2), cell: None };
        let wanted = [Tap::at(Site::Out, 2, 2), Tap::at(Site::NormF, 0, 2), Tap::at(Site::Logits, 0, 2)];
        assert_eq!(taps(place, &config)[..3], wanted);
        // And what the embedding, every attention and every MLP wrote.
        assert_eq!(taps(place, &config).len(), 3 + 1 + 2 * 3);
        assert_eq!(taps(Place { pin: None, ..place }, &config)[2], Tap::last(Site::Logits, 0));
        assert_eq!(slice(&config, 3), Slice::new(Part::TokenTable, 0, 3..4, 0..4));
        let untied = GptConfig { tied: false, ..config };
        assert_eq!(slice(&untied, 0).name.part, Part::Head);
    }
}
