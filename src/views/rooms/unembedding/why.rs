//! Why this token and not another: what each part of the model put into the difference of their logits.

use super::model::{UnembeddingModel, Way};
use super::table::signed_bar;
use crate::analysis::attribution::{Attribution, WayOut, attribute};
use crate::content::{Floor, Room, Strings, UnembeddingStrings};
use crate::link::question::{Answered, Asker, Question};
use crate::model::{GptConfig, Part, Site, SiteName, Slice};
use crate::trace::{Tap, Trace};
use crate::views::derived::{Derived, Lead};
use crate::views::label::Label;
use crate::views::number::{figure, signed};
use crate::views::room::{Place, StageActions, StageModel, kept};
use leptos::prelude::*;

/// Who wrote into the river.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    Embedding,
    /// Of this block, from 0.
    Attention(usize),
    Mlp(usize),
}

impl Writer {
    /// All of them, in the order of the journey.
    fn all(layers: usize) -> impl Iterator<Item = Self> {
        let of_block = |layer| [Self::Attention(layer), Self::Mlp(layer)];
        std::iter::once(Self::Embedding).chain((0..layers).flat_map(of_block))
    }

    /// Where what it wrote is read.
    fn site(self) -> (Site, usize) {
        match self {
            Self::Embedding => (Site::Embed, 0),
            Self::Attention(layer) => (Site::Project, layer),
            Self::Mlp(layer) => (Site::Contract, layer),
        }
    }

    fn name(self, words: &UnembeddingStrings) -> String {
        match self {
            Self::Embedding => words.why_embedding.into(),
            Self::Attention(layer) => (words.why_attention)(layer + 1),
            Self::Mlp(layer) => (words.why_mlp)(layer + 1),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct WhyModel {
    /// The likelier token, and the one that it is compared with.
    pub tokens: [Label; 2],
    /// The position that is read.
    pub row: usize,
    pub pushes: Vec<(Writer, f32)>,
    pub learned: f32,
    /// All together: the difference of the two logits.
    pub sum: f32,
}

impl WhyModel {
    /// The part that puts most in, and the one that takes most away, if one does.
    fn strongest(&self) -> [Option<(Writer, f32)>; 2] {
        let most = self.pushes.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1));
        let least = self.pushes.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1));
        [most.filter(|(_, push)| *push > 0.0), least.filter(|(_, push)| *push < 0.0)]
    }

    /// From where to where the bars run.
    fn scale(&self) -> [f32; 2] {
        let all = self.pushes.iter().map(|(_, push)| *push).chain([self.learned, self.sum]);
        all.fold([0.0, 0.0], |[low, high], v| [low.min(v), high.max(v)])
    }
}

/// What it reads of the run, beside what the room reads.
pub fn taps(place: Place, config: &GptConfig) -> Vec<Tap> {
    let at = |(site, layer)| Tap { rows: place.rows(), ..Tap::all(site, layer) };
    Writer::all(config.layers).map(Writer::site).map(at).collect()
}

/// What was learned that it needs: of the final norm, and of both tokens.
pub fn slices(config: &GptConfig, ids: [u32; 2]) -> Vec<Slice> {
    let whole = |part| Slice::new(part, 0, 0..1, 0..config.width);
    let bias = |id: u32| Slice::new(Part::HeadBias, 0, 0..1, id as usize..id as usize + 1);
    let [first, second] = ids;
    let rows = ids.map(|id| super::slice(config, id));
    [whole(Part::NormFGain), whole(Part::NormFBias)]
        .into_iter()
        .chain(rows)
        .chain([bias(first), bias(second)])
        .collect()
}

/// The likeliest token, and what it is compared with: the one that is opened, else the second.
fn pair(model: &UnembeddingModel, open: Option<u32>) -> Option<[Label; 2]> {
    let first = model.ways.first()?;
    let other = |way: &&Way| way.label.id != first.label.id;
    let second = model.way(open).filter(other).or(model.ways.get(1))?;
    Some([first.label.clone(), second.label.clone()])
}

/// `None` where the run or the answer lacks something.
pub fn derive(trace: &Trace, row: usize, tokens: [Label; 2], answered: &Answered) -> Option<WhyModel> {
    let config = &trace.config;
    let wanted = slices(config, [tokens[0].id, tokens[1].id]);
    let learned = wanted.iter().map(|slice| answered.slice(slice)).collect::<Option<Vec<_>>>()?;
    let [gain, bias, first, second, first_bias, second_bias] = learned[..] else { return None };
    let read = |writer: Writer| {
        let (site, layer) = writer.site();
        trace.row(site, layer, row)
    };
    let parts = Writer::all(config.layers).map(read).collect::<Option<Vec<_>>>()?;
    let token_biases = [*first_bias.first()?, *second_bias.first()?];
    let way = WayOut { gain, bias, epsilon: config.epsilon, tokens: [first, second], token_biases };
    let Attribution { pushes, learned, sum } = attribute(&parts, &way);
    Some(WhyModel { tokens, row, pushes: Writer::all(config.layers).zip(pushes).collect(), learned, sum })
}

#[component]
pub fn Why(
    stage: StageModel,
    shown: Signal<Option<UnembeddingModel>>,
    open: Signal<Option<u32>>,
    actions: StageActions,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let tokens = Memo::new(move |_| shown.with(|m| m.as_ref().and_then(|m| pair(m, open.get()))));
    Effect::new(move |_| {
        let config = stage.info.with(|info| info.as_ref().map(|info| info.config.clone()));
        if let Some((config, [first, second])) = config.zip(tokens.get()) {
            actions.on_ask.run((Asker::Why, Question::Slices(slices(&config, [first.id, second.id]))));
        }
    });
    let answered = stage.answer(Asker::Why);
    let (why, stale) = kept(stage, move |trace| {
        let row = shown.with(|m| m.as_ref().map(|m| m.row))?;
        derive(trace, row, tokens.get()?, &*answered.get()?)
    });
    view! {
        <section class="attribution" class:none=move || why.with(Option::is_none) class:stale=stale data-testid="why">
            {move || why.with(|model| model.as_ref().map(|model| figures(model, actions, strings.get())))}
        </section>
    }
}

fn figures(model: &WhyModel, actions: StageActions, strings: &'static Strings) -> AnyView {
    let words = &strings.unembedding;
    let [a, b, c] = words.why_title;
    let [first, second] = model.tokens.clone();
    let token = |label: &Label| view! { <em class="tok" translate="no">{label.name()}</em> };
    let [ahead, by, end] = words.why_ahead;
    let [most, least] = model.strongest();
    let strongest = |told: fn(&str, &str) -> String, one: Option<(Writer, f32)>| {
        one.map(|(writer, push)| told(&writer.name(words), &signed(push, &strings.stage)))
    };
    let [low, high] = model.scale();
    let (row, ids) = (model.row, model.tokens.each_ref().map(|label| label.id));
    let lead = move |of| Derived::Lead { of, row, ids }.to_string();
    let line = |&(writer, push): &(Writer, f32)| {
        let go = move |_| match writer {
            Writer::Embedding => actions.on_floor.run(Floor::Embedding),
            Writer::Attention(layer) => actions.on_room.run((layer, Room::Head)),
            Writer::Mlp(layer) => actions.on_room.run((layer, Room::Mlp)),
        };
        let (site, layer) = writer.site();
        view! {
            <tr data-testid="push" data-derived=lead(Lead::Part(SiteName::new(site, layer))) data-value=push.to_string()>
                <th scope="row"><button type="button" class="link" on:click=go>{writer.name(words)}</button></th>
                <td class="unembed-bars">{signed_bar(push, low, high)}</td>
                <td class="number">{signed(push, &strings.stage)}</td>
            </tr>
        }
    };
    let total = |name: &'static str, value: f32, class: &'static str, of: Lead| {
        view! {
            <tr class=class data-derived=lead(of) data-value=value.to_string()>
                <th scope="row">{name}</th>
                <td class="unembed-bars">{signed_bar(value, low, high)}</td>
                <td class="number">{signed(value, &strings.stage)}</td>
            </tr>
        }
    };
    view! {
        <h3>{a}{token(&first)}{b}{token(&second)}{c}</h3>
        <p class="sentence sentence-small">
            {token(&first)}{ahead}{token(&second)}{by}<strong class="number">{figure(model.sum, &strings.stage)}</strong>{end}
            {strongest(words.why_for, most)}{strongest(words.why_against, least)}
        </p>
        <p class="note">{words.why_text}</p>
        <div class="table-scroll" tabindex="0" role="group" aria-label=words.why_table>
            <table class="unembed-table attribution-table">
                <caption class="unseen">{words.why_table}</caption>
                <thead><tr>
                    <th scope="col">{words.why_part}</th>
                    <th scope="col" colspan="2">{words.why_push}</th>
                </tr></thead>
                <tbody>
                    {model.pushes.iter().map(line).collect_view()}
                    {total(words.why_learned, model.learned, "unembed-rest", Lead::Learned)}
                    {total(words.why_sum, model.sum, "unembed-sum", Lead::All)}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}
