//! Which tokens a vector pushes up and down, in logits: two short lists with signed bars.

use super::derived::{Derived, Pusher};
use super::label::Label;
use super::number::signed;
use crate::content::Strings;
use crate::link::question::{Answered, Measure, Question, Toward};
use crate::tokens::Vocabulary;
use leptos::prelude::*;

/// How many tokens each list has.
pub const COUNT: usize = 8;

/// What to ask about these vectors, one after the other.
pub fn question(vectors: Vec<f32>) -> Question {
    Question::Toward { vectors, measure: Measure::Dot, count: COUNT }
}

/// The lists of vector `i`, if this is the answer to `wanted`.
pub fn answer(answered: Option<&Answered>, wanted: Option<&Question>, i: usize) -> Option<Toward> {
    let answered = answered.filter(|answered| Some(&answered.question) == wanted)?;
    answered.toward()?.get(i).cloned()
}

/// A token and what is added to its logit.
#[derive(Clone, Debug, PartialEq)]
pub struct Pushed {
    pub label: Label,
    pub logits: f32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PushModel {
    pub of: Pusher,
    pub up: Vec<Pushed>,
    pub down: Vec<Pushed>,
    /// What a full bar stands for.
    pub full: f32,
}

impl PushModel {
    fn name(&self, pushed: &Pushed) -> String {
        Derived::Push(self.of, pushed.label.id).to_string()
    }
}

pub fn derive(of: Pusher, toward: &Toward, vocabulary: &Vocabulary) -> PushModel {
    let list = |pairs: &[(u32, f32)]| -> Vec<Pushed> {
        pairs.iter().map(|(id, logits)| Pushed { label: Label::of(vocabulary, *id), logits: *logits }).collect()
    };
    let (up, down) = (list(&toward.up), list(&toward.down));
    let full = up.iter().chain(&down).map(|p| p.logits.abs()).filter(|v| v.is_finite()).fold(0.0, f32::max);
    PushModel { of, up, down, full }
}

#[component]
pub fn Push(model: Signal<Option<PushModel>>, stale: Signal<bool>, strings: Signal<&'static Strings>) -> impl IntoView {
    let words = move || &strings.get().head.push;
    let list = move |class: &'static str,
                     title: fn(&crate::content::head::PushStrings) -> &'static str,
                     of: fn(&PushModel) -> &Vec<Pushed>| {
        let rows = move || model.with(|m| m.as_ref().map(|m| rows(of(m), m, strings.get())));
        view! {
            <table class=class>
                <caption>{move || title(words())}</caption>
                <tbody>{rows}</tbody>
            </table>
        }
    };
    let full = move || {
        model.with(|m| m.as_ref().map(|m| (words().full_bar)(&super::number::short(m.full, &strings.get().stage))))
    };
    view! {
        <div class="push" class:stale=stale aria-busy=move || stale.get().to_string()>
            <p class="note" class:none=move || model.with(Option::is_some)>{move || words().waiting}</p>
            <div class="push-lists" class:none=move || model.with(Option::is_none)>
                {list("push-up", |w| w.up, |m| &m.up)}
                {list("push-down", |w| w.down, |m| &m.down)}
            </div>
            <p class="note">{full}</p>
        </div>
    }
}

fn rows(list: &[Pushed], model: &PushModel, strings: &'static Strings) -> AnyView {
    let row = |pushed: &Pushed| {
        let share = (f64::from(pushed.logits.abs()) / f64::from(model.full)).clamp(0.0, 1.0) * 100.0;
        let class = if pushed.logits < 0.0 { "push-bar below" } else { "push-bar" };
        view! {
            <tr data-testid="push" data-id=pushed.label.id data-derived=model.name(pushed) data-value=pushed.logits.to_string()>
                <th scope="row">{pushed.label.clipped(14.0).html()}</th>
                <td class="bars" aria-hidden="true">
                    <svg class=class width="100%" height="8"><rect width=format!("{share:.1}%") height="8" /></svg>
                </td>
                <td class="number">{signed(pushed.logits, &strings.stage)}</td>
            </tr>
        }
    };
    list.iter().map(row).collect_view().into_any()
}

/// A list in one line, for a table of several: its first few words.
pub fn few(list: &[Pushed], model: &PushModel, count: usize) -> AnyView {
    let word = |pushed: &Pushed| view! { <span data-id=pushed.label.id data-derived=model.name(pushed) data-value=pushed.logits.to_string()>{pushed.label.clipped(12.0).html()}</span> };
    list.iter().take(count).map(word).collect_view().into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Locale, strings};
    use crate::link::question::Answer;

    fn toward() -> Toward {
        Toward { up: vec![(1, 2.0), (0, 1.0)], down: vec![(2, -4.0)] }
    }

    #[test]
    fn an_answer_to_another_question_is_none() {
        let (asked, other) = (question(vec![1.0]), question(vec![2.0]));
        let answered = Answered { question: asked.clone(), answer: Answer::Toward(vec![toward()]), knob: None };
        assert_eq!(answer(Some(&answered), Some(&asked), 0), Some(toward()));
        assert_eq!(answer(Some(&answered), Some(&other), 0), None);
        assert_eq!(answer(Some(&answered), Some(&asked), 1), None);
        assert_eq!((answer(None, Some(&asked), 0), answer(None, None, 0)), (None, None));
    }

    #[test]
    fn bars_have_one_scale_and_every_row_its_number() {
        let vocabulary = Vocabulary::new([" king", " queen", " dog"]);
        let model = derive(Pusher::Head { layer: 1, head: 2, row: 3 }, &toward(), &vocabulary);
        assert_eq!(model.full, 4.0);
        let html = Owner::new().with(|| {
            let (model, stale) = (Signal::stored(Some(model)), Signal::stored(false));
            view! { <Push model stale strings=Signal::stored(strings(Locale::En)) /> }.to_html()
        });
        for part in [
            "data-derived=\"push:head:1:2:3:1\" data-value=\"2\"",
            "width=\"50.0%\"",
            "width=\"100.0%\"",
            "−4.00",
            "+2.00",
            "push-bar below",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }
}
