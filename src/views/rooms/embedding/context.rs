//! How a vector's neighbours change: nearest tokens in the table, and to the river after every block.
//!
//! In: the worker's answer to `Question::Toward` with the token's row and the `Out` rows of all blocks
//! at one position, compared as neighbours are. It is rough, and says so: the river leaves the table's space.

use crate::content::Strings;
use crate::link::question::{Answered, Asker, Measure, Question};
use crate::model::{Site, SiteName};
use crate::tokens::Vocabulary;
use crate::trace::Trace;
use crate::views::derived::Derived;
use crate::views::label::{Label, labels};
use crate::views::number::short;
use crate::views::room::{StageActions, StageModel, kept};
use leptos::prelude::*;

/// So many neighbours are shown a column; one more is asked for, since a token is its own nearest.
const SHOWN: usize = 5;

/// A token near a vector.
#[derive(Clone, Debug, PartialEq)]
pub struct Near {
    pub label: Label,
    pub cosine: f32,
    /// It is the token itself.
    pub own: bool,
    /// It was not in the column before.
    pub new: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ContextModel {
    pub label: Label,
    pub row: usize,
    /// In the table, then after each block; nearest first.
    pub columns: Vec<Vec<Near>>,
}

/// The token's own row of the table, then its vector after every block.
pub fn question(trace: &Trace, row: usize) -> Option<Question> {
    let mut vectors = trace.row(Site::TokenEmbed, 0, row)?.to_vec();
    for layer in 0..trace.config.layers {
        vectors.extend_from_slice(trace.row(Site::Out, layer, row)?);
    }
    Some(Question::Toward { vectors, measure: Measure::Cosine, count: SHOWN + 1 })
}

/// `None` where the answer is to another question.
pub fn derive(trace: &Trace, answered: &Answered, vocabulary: &Vocabulary, row: usize) -> Option<ContextModel> {
    let lists = answered.toward().filter(|_| Some(&answered.question) == question(trace, row).as_ref())?;
    let own = trace.text.tokens.get(row)?.id;
    let mut columns: Vec<Vec<Near>> = Vec::new();
    for (i, list) in lists.iter().enumerate() {
        let before: Vec<u32> = columns.last().map(|c| c.iter().map(|n| n.label.id).collect()).unwrap_or_default();
        let near = |&(id, cosine): &(u32, f32)| Near {
            label: Label::of(vocabulary, id),
            cosine,
            own: id == own,
            // The token itself was never out of sight.
            new: i > 0 && id != own && !before.contains(&id),
        };
        let shown = list.up.iter().filter(|(id, _)| i > 0 || *id != own).take(SHOWN);
        columns.push(shown.map(near).collect());
    }
    Some(ContextModel { label: labels(&trace.text).into_iter().nth(row)?, row, columns })
}

#[component]
pub fn ContextTable(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let row = move |trace: &Trace| model.place.with(|place| place.position(trace.tokens()));
    let wanted = Memo::new(move |_| model.trace.with(|t| t.as_ref().and_then(|t| question(t, row(t)?))));
    Effect::new(move |_| {
        if let Some(question) = wanted.get() {
            actions.on_ask.run((Asker::Context, question));
        }
    });
    let asked = model.answer(Asker::Context);
    let (shown, stale) = kept(model, move |trace| {
        let answered = asked.get()?;
        model.vocabulary.with(|vocabulary| derive(trace, &answered, vocabulary, row(trace)?))
    });
    let words = move || &strings.get().context;
    let title = move || {
        let [a, b] = words().context_title;
        let name = shown.with(|m| m.as_ref().map(|m| view! { <em class="tok" translate="no">{m.label.name()}</em> }));
        view! { {a}{name}{b} }
    };
    let drawn = move || shown.with(|m| m.as_ref().map(|m| table(m, actions, strings.get())));
    let name = move || shown.with(|m| m.as_ref().map(|m| words().context_title.join(&m.label.name())));
    view! {
        <section class="context-part drift" class:stale=stale class:none=move || shown.with(Option::is_none)
            aria-busy=move || stale.get().to_string() data-testid="context">
            <h3>{title}</h3>
            <p class="note">{move || words().context_text}</p>
            <div class="table-scroll" tabindex="0" role="group" aria-label=name>{drawn}</div>
            <p class="note">{move || words().context_new}</p>
            <p class="note">{move || words().context_roughly}</p>
        </section>
    }
}

fn table(model: &ContextModel, actions: StageActions, strings: &'static Strings) -> AnyView {
    let words = &strings.context;
    let heads = (0..model.columns.len()).map(|i| {
        let name = if i == 0 { words.in_table.to_string() } else { (words.after_block)(i) };
        view! { <th scope="col">{name}</th> }
    });
    let rows = (0..SHOWN).map(|rank| {
        let cells = model.columns.iter().enumerate().map(|(i, column)| match column.get(rank) {
            Some(near) => cell(near, model.row, i, actions, strings),
            None => view! { <td></td> }.into_any(),
        });
        view! { <tr><th scope="row" class="number faint">{rank + 1}</th>{cells.collect_view()}</tr> }
    });
    view! {
        <table class="drift-table">
            <thead><tr><td></td>{heads.collect_view()}</tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn cell(near: &Near, row: usize, column: usize, actions: StageActions, strings: &'static Strings) -> AnyView {
    let id = near.label.id;
    let name =
        column.checked_sub(1).map_or(SiteName::new(Site::TokenEmbed, 0), |layer| SiteName::new(Site::Out, layer));
    let own = near.own.then(|| view! { " " <span class="soft">{strings.context.itself}</span> });
    view! {
        <td class:learned-column={column == 0} data-testid="near" data-column=column data-id=id
            data-derived=Derived::AlikeAt(name, row, id).to_string() data-value=near.cosine.to_string()>
            <button type="button" class="link" class:new=near.new on:click=move |_| actions.on_visit.run(id)>{near.label.clipped(9.0).html()}</button>
            {own}
            <span class="drift-cosine number">{short(near.cosine, &strings.stage)}</span>
        </td>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::question::{Answer, Toward};
    use crate::model::GptConfig;
    use crate::tokens::{Text, Token};
    use crate::trace::{Layout, Tap};

    fn trace() -> Trace {
        let json = r#"{"n_layer":1,"n_head":1,"n_embd":2,"vocab_size":4,"n_positions":8}"#;
        let config = GptConfig::from_json(json).unwrap();
        let layout = Layout::new(&[Tap::last(Site::TokenEmbed, 0), Tap::last(Site::Out, 0)], &config, 1);
        let text = Text { read: "b".into(), tokens: vec![Token { id: 1, start: 0, end: 1 }], ..Text::default() };
        Trace { text, config, layout, knob: None, values: vec![1.0, 2.0, 3.0, 4.0] }
    }

    #[test]
    fn a_token_is_no_neighbour_of_itself_in_the_table_and_newcomers_are_marked() {
        let trace = trace();
        let list = |up: &[(u32, f32)]| Toward { up: up.to_vec(), down: vec![] };
        let lists = vec![list(&[(1, 1.0), (0, 0.5), (2, 0.25)]), list(&[(3, 0.5), (1, 0.4), (0, 0.3)])];
        let question = question(&trace, 0).unwrap();
        let answered = Answered { question, answer: Answer::Toward(lists), knob: None };
        let model = derive(&trace, &answered, &Vocabulary::new(["a", "b", "c", "d"]), 0).unwrap();
        let ids = |i: usize| model.columns[i].iter().map(|n| (n.label.id, n.own, n.new)).collect::<Vec<_>>();
        assert_eq!(ids(0), [(0, false, false), (2, false, false)]);
        assert_eq!(ids(1), [(3, false, true), (1, true, false), (0, false, false)]);
    }

    #[test]
    fn an_answer_about_other_vectors_is_not_drawn() {
        let trace = trace();
        let other = Question::Toward { vectors: vec![0.0; 4], measure: Measure::Cosine, count: SHOWN + 1 };
        let answered = Answered { question: other, answer: Answer::Toward(vec![]), knob: None };
        assert_eq!(derive(&trace, &answered, &Vocabulary::default(), 0), None);
        assert!(question(&trace, 1).is_none());
    }
}
