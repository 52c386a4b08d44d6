//! Token vector + position vector = what enters block 1: three true strips on one scale, with one
//! cursor, so that a dimension is seen in all three.

use crate::analysis::vectors::length;
use crate::content::Strings;
use crate::model::{Cell, Site, SiteName};
use crate::trace::Trace;
use crate::views::derived::Derived;
use crate::views::label::{Label, labels};
use crate::views::number::figure;
use crate::views::room::{StageActions, StageModel, kept};
use crate::views::strip::{self, StripModel, VectorStrip};
use leptos::prelude::*;

/// In the order in which they are added.
const SITES: [Site; 3] = [Site::TokenEmbed, Site::PosEmbed, Site::Embed];

#[derive(Clone, Debug, PartialEq)]
pub struct SumModel {
    pub row: usize,
    pub label: Label,
    /// Token, position, sum.
    pub strips: [StripModel; 3],
    pub lengths: [f32; 3],
}

/// `None` where the trace lacks the rows.
pub fn derive(trace: &Trace, row: usize) -> Option<SumModel> {
    let [token, position, sum] = SITES.map(|site| trace.row(site, 0, row));
    let vectors = [token?, position?, sum?];
    let all = vectors.concat();
    Some(SumModel {
        row,
        label: labels(&trace.text).into_iter().nth(row)?,
        strips: vectors.map(|vector| strip::on_scale_of(vector, &all)),
        lengths: vectors.map(length),
    })
}

#[component]
pub fn SumStrips(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let (shown, stale) =
        kept(model, move |trace| derive(trace, model.place.with(|place| place.position(trace.tokens()))?));
    let words = move || &strings.get().context;
    let width = move || shown.with(|m| m.as_ref().map_or(0, |m| m.strips[0].values.len()));
    let label = move || shown.with(|m| m.as_ref().map(|m| m.label.clone()));
    let title = move || {
        let [a, b] = words().sum_title;
        view! { {a}{label().map(|label| view! { <em class="tok" translate="no">{label.name()}</em> })}{b} }
    };
    let numbers = move || {
        let strings = strings.get();
        let said = |length: f32| figure(length, &strings.stage);
        shown.with(|m| {
            m.as_ref().map(|m| {
                let [token, position, sum] = m.lengths.map(said);
                (strings.context.lengths)(&token, &position, &sum)
            })
        })
    };
    let cursor = RwSignal::new(None::<usize>);
    view! {
        <section class="context-part sum" class:stale=stale class:none=move || shown.with(Option::is_none)
            aria-busy=move || stale.get().to_string() data-testid="sum">
            <h3>{title}</h3>
            <p class="note">{move || (words().sum_text)(width())}</p>
            {[0, 1, 2].map(|i| view! { <Part i model shown actions strings cursor /> }).collect_view()}
            <p class="note">{numbers}</p>
            <p class="note">{move || words().scale}</p>
        </section>
    }
}

/// One of the three strips.
#[component]
fn Part(
    i: usize,
    model: StageModel,
    shown: Signal<Option<SumModel>>,
    cursor: RwSignal<Option<usize>>,
    actions: StageActions,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().context;
    let name = Signal::derive(move || {
        let words = words();
        [words.token_vector, words.position_vector, words.entering][i].to_string()
    });
    let from = move || {
        let words = words();
        shown.with(|m| {
            m.as_ref().map(|m| match i {
                0 => {
                    let [a, b] = words.token_from;
                    view! { {a}<em class="tok" translate="no">{m.label.html()}</em>{b} }.into_any()
                }
                1 => (words.position_from)(m.row + 1).into_any(),
                _ => words.entering_from.into_any(),
            })
        })
    };
    let length = move || shown.with(|m| m.as_ref().map(|m| m.lengths[i]));
    let derived = move || {
        let row = shown.with(|m| m.as_ref().map(|m| m.row))?;
        Some(Derived::Length(SiteName::new(SITES[i], 0), row).to_string())
    };
    let said = move || length().map(|length| figure(length, &strings.get().stage));
    let strip = Signal::derive(move || shown.with(|m| m.as_ref().map(|m| m.strips[i].clone()).unwrap_or_default()));
    let choose = Callback::new(move |dimension| {
        if let Some(row) = shown.with_untracked(|m| m.as_ref().map(|m| m.row)) {
            actions.on_cell.run(Some(Cell::new(SiteName::new(SITES[i], 0), row, dimension)));
        }
    });
    let stage_words = Signal::derive(move || &strings.get().stage);
    let learned = i < 2;
    view! {
        <div class="sum-part" data-site=SITES[i].stem()>
            <h4>
                {name}
                <span class="note">{from}</span>
                {learned.then(|| view! { <span class="note learned">{move || words().learned}</span> })}
                <span class="note number" data-derived=derived data-value=move || length().map(|l| l.to_string())>{move || words().length}" "{said}</span>
            </h4>
            <VectorStrip model=strip name theme=model.theme strings=stage_words cursor on_choose=choose />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::GptConfig;
    use crate::tokens::{Text, Token};
    use crate::trace::{Layout, Tap};

    #[test]
    fn the_three_strips_share_a_scale_and_the_third_is_the_sum() {
        let json = r#"{"n_layer":2,"n_head":1,"n_embd":4,"vocab_size":5,"n_positions":8}"#;
        let config = GptConfig::from_json(json).unwrap();
        let layout = Layout::new(&SITES.map(|site| Tap::last(site, 0)), &config, 1);
        let values = vec![1.0, 2.0, -2.0, 0.0, 0.0, 2.0, 2.0, 0.5, 1.0, 4.0, 0.0, 0.5];
        let text = Text { read: "a".into(), tokens: vec![Token { id: 0, start: 0, end: 1 }], ..Text::default() };
        let trace = Trace { text, config, layout, knob: None, values };
        let model = derive(&trace, 0).unwrap();
        assert_eq!(model.lengths[0], 3.0);
        let limits = model.strips.each_ref().map(|strip| strip.scale.limit);
        assert_eq!(limits, [5.0; 3]);
        for i in 0..4 {
            let [token, position, sum] = model.strips.each_ref().map(|strip| strip.values[i]);
            assert_eq!(token + position, sum);
        }
        assert_eq!(derive(&trace, 1), None);
    }
}
