//! The terms of a sum, largest first: which one, how much it adds as a bar that begins where the last one
//! ended, and how it was found, every operand a button.

use super::names::Names;
use crate::analysis::receipt::{Constant, Form, Of, Operand, Others, Quantity, Receipt, Source, Term, remainder};
use crate::content::Strings;
use crate::content::receipt::{Letter, ReceiptStrings};
use crate::model::{Activation, Cell};
use crate::views::derived::place;
use crate::views::grid::tenth;
use crate::views::label::Label;
use crate::views::number::precise;
use leptos::html::P;
use leptos::prelude::*;

/// How many terms are shown at first; each wish for more shows four times as many.
const FIRST: usize = 12;
/// Digits of the numbers in a row.
const DIGITS: usize = 4;

/// What all tables of one receipt share.
#[derive(Clone)]
pub struct Board {
    pub names: Names,
    pub receipt: Receipt,
    pub on_open: Callback<Cell>,
    pub strings: &'static Strings,
    /// The learned number that was asked about: its place in the weights file, its value.
    pub chosen: RwSignal<Option<(String, f64)>>,
}

/// What the bars mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waterfall {
    /// Each begins where the last one ended.
    Signed,
    /// The same, and all are parts of one whole.
    Shares,
    /// Values of their own: each from zero, no sum.
    Each,
    /// No bars.
    Plain,
}

/// The answer may stand below what one sees.
fn show_when_chosen(line: NodeRef<P>, chosen: RwSignal<Option<(String, f64)>>) {
    #[cfg(target_arch = "wasm32")]
    Effect::new(move |_| {
        if let (Some(line), true) = (line.get(), chosen.with(Option::is_some)) {
            line.scroll_into_view_with_scroll_into_view_options(&super::nearest());
        }
    });
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (line, chosen);
}

/// The scale of scores as people know it, `1/√32`; nothing where it is no such number.
fn one_over_root(scale: f64) -> Option<String> {
    let size = (1.0 / (scale * scale)).round();
    ((1.0 / size.sqrt() - scale).abs() < 1e-6 * scale).then(|| format!("1/√{size}"))
}

impl Board {
    pub fn has_learned(term: &Term) -> bool {
        term.factors.iter().any(|factor| matches!(factor.source, Source::Learned { .. }))
    }

    /// Where a chosen learned number stands; the line is there before anything is chosen.
    pub fn read_out(&self, learned: bool) -> Option<AnyView> {
        let (chosen, strings) = (self.chosen, self.strings);
        let words = &strings.receipt;
        let said = move || {
            match chosen.get() {
            None => words.learned_hint.into_any(),
            Some((place, value)) => {
                view! { <code translate="no">{place}</code>{format!(" = {} · {}", precise(value, 6, &strings.stage), words.learned)} }.into_any()
            }
        }
        };
        let line = NodeRef::<P>::new();
        show_when_chosen(line, chosen);
        learned.then(|| {
            view! {
                <ul class="receipt-legend">
                    <li><span class="operand sample-operand" aria-hidden="true"></span>{words.legend_computed}</li>
                    <li><span class="operand learned sample-operand" aria-hidden="true"></span>{words.legend_learned}</li>
                </ul>
                <p class="read-out" role="status" node_ref=line>{said}</p>
            }
            .into_any()
        })
    }

    /// An operand with its number: a button that opens its receipt, or says where it was learned.
    fn operand(&self, operand: Operand) -> AnyView {
        let words = &self.strings.receipt;
        let short = precise(operand.value, DIGITS, &self.strings.stage);
        match operand.source {
            // The value whose receipt this is: there is nowhere to go.
            Source::Cell(cell) if cell == self.receipt.cell => view! {
                <span class="passing" title=self.names.sentence(cell, words) data-cell=cell.to_string()
                    data-value=operand.value.to_string()>{short}</span>
            }
            .into_any(),
            Source::Cell(cell) => {
                let on_open = self.on_open;
                let name = (words.opens)(&self.names.sentence(cell, words), &short);
                let letter = super::names::named(cell, &self.names.config).letter;
                let class = match letter {
                    Some(Letter::Query) => "operand hue-query",
                    Some(Letter::Key) => "operand hue-key",
                    Some(Letter::Value) => "operand hue-value",
                    None => "operand",
                };
                view! {
                    <button type="button" class=class title=self.names.sentence(cell, words) aria-label=name
                        data-cell=cell.to_string() data-value=operand.value.to_string() on:click=move |_| on_open.run(cell)>
                        {letter.map(|letter| view! { <i>{ReceiptStrings::letter(letter)}</i> })}{short}
                    </button>
                }
                .into_any()
            }
            Source::Learned { name, row, column } => {
                let (chosen, place, value) = (self.chosen, place(name, row, column), operand.value);
                let said = (words.learned_button)(&place, &short);
                let choose = {
                    let place = place.clone();
                    move |_| chosen.set(Some((place.clone(), value)))
                };
                view! {
                    <button type="button" class="operand learned" title=place.clone() aria-label=said
                        data-learned=place data-value=value.to_string() on:click=choose>
                        {short}
                    </button>
                }
                .into_any()
            }
            Source::Found(quantity) => {
                view! { <span class="passing" title=(words.quantity)(quantity)>{short}</span> }.into_any()
            }
            Source::Constant(Constant::Half) => "½".into_any(),
            Source::Constant(Constant::Share) => {
                format!("1/{}", precise(1.0 / operand.value, 6, &self.strings.stage)).into_any()
            }
            Source::Constant(Constant::Scale) => match one_over_root(operand.value) {
                Some(made) => view! { <span title=short>{made}</span> }.into_any(),
                None => short.into_any(),
            },
        }
    }

    fn on_the_way(&self, quantity: Quantity) -> AnyView {
        self.operand(Operand { source: Source::Found(quantity), value: self.found(quantity) })
    }

    /// The same after a minus: what is below zero stands in brackets.
    fn minus(&self, quantity: Quantity) -> AnyView {
        let number = self.on_the_way(quantity);
        match self.found(quantity) < 0.0 {
            true => view! { " − ("{number}")" }.into_any(),
            false => view! { " − "{number} }.into_any(),
        }
    }

    /// A quantity's value; no number where it has none.
    fn found(&self, quantity: Quantity) -> f64 {
        let line = self.receipt.lines.iter().find(|line| line.quantity == quantity);
        line.and_then(|line| line.value).unwrap_or(f64::NAN)
    }

    /// What is done with a term's factors.
    pub fn how(&self, term: &Term) -> AnyView {
        let mut factors = term.factors.iter().map(|factor| self.operand(*factor));
        let mut next = || factors.next().unwrap_or_else(|| ().into_any());
        let from_mean = |x: AnyView| view! { "("{x}{self.minus(Quantity::Mean)}")" };
        match term.form {
            Form::Product => {
                let count = term.factors.len();
                let parts = (0..count).map(|i| view! { {(i > 0).then_some(" × ")}{next()} }.into_any());
                parts.collect::<Vec<_>>().into_any()
            }
            Form::Square => view! { {from_mean(next())}<sup>"2"</sup>" × "{next()} }.into_any(),
            Form::Normal => view! { {from_mean(next())}" ÷ "{self.on_the_way(Quantity::Deviation)} }.into_any(),
            Form::Normed => {
                let normal = view! { {from_mean(next())}" ÷ "{self.on_the_way(Quantity::Deviation)} };
                view! { {normal}" × "{next()}" + "{next()} }.into_any()
            }
            Form::Exponential => {
                let largest = if self.receipt.is_chance() { Quantity::LargestLogit } else { Quantity::Largest };
                view! { "exp("{next()}{self.minus(largest)}")" }.into_any()
            }
            Form::Quotient => view! { {next()}" ÷ "{next()} }.into_any(),
            Form::Inside => match self.receipt.activation {
                Activation::GeluTanh => {
                    let x = next();
                    view! { "√(2/π) · (x + 0.044715 · x³), x = "{x} }.into_any()
                }
                Activation::GeluErf => view! { {next()}" ÷ √2" }.into_any(),
            },
        }
    }

    fn label(&self, term: &Term) -> AnyView {
        let words = &self.strings.receipt;
        match term.of {
            Of::Dimension(i) | Of::Neuron(i) => i.into_any(),
            Of::Position(i) => match self.names.labels.get(i) {
                Some(label) => label.clipped(9.0).html().into_any(),
                None => (i + 1).into_any(),
            },
            Of::Token(id) => Label::of(&self.names.vocabulary, id).clipped(9.0).html().into_any(),
            Of::Bias => words.bias.into_any(),
            Of::Alone => match term.factors.first().map(|factor| factor.source) {
                Some(Source::Cell(cell)) => self.names.short(cell, words).into_any(),
                _ => ().into_any(),
            },
        }
    }

    fn heading(&self, terms: &[Term]) -> &'static str {
        let words = &self.strings.receipt;
        match terms.iter().map(|term| term.of).find(|of| *of != Of::Bias) {
            Some(Of::Dimension(_)) => words.of_dimension,
            Some(Of::Neuron(_)) => words.of_neuron,
            Some(Of::Position(_) | Of::Token(_)) => words.of_position,
            _ => words.of_alone,
        }
    }
}

/// Where the bars lie: from and to, on an axis that has room for all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    low: f64,
    high: f64,
    /// From and to of each term shown, then of the remainder, then of the total.
    pub spans: Vec<[f64; 2]>,
}

impl Bars {
    pub fn derive(values: &[f64], rest: f64, total: f64, kind: Waterfall) -> Self {
        let mut reached = 0.0;
        let mut spans: Vec<[f64; 2]> = Vec::new();
        for value in values.iter().chain([&rest]) {
            let from = if kind == Waterfall::Each { 0.0 } else { reached };
            reached = from + value;
            spans.push([from, reached]);
        }
        spans.push([0.0, total]);
        let ends = || spans.iter().flatten().copied().filter(|end| end.is_finite());
        Self { low: ends().fold(0.0, f64::min), high: ends().fold(0.0, f64::max), spans }
    }

    /// On an axis of 100.
    fn at(&self, value: f64) -> f64 {
        let room = self.high - self.low;
        if room > 0.0 { tenth((value - self.low) / room * 100.0) } else { 0.0 }
    }

    fn draw(&self, i: usize, class: &'static str) -> AnyView {
        let [from, to] = self.spans[i];
        if !(from.is_finite() && to.is_finite()) {
            return ().into_any();
        }
        let (left, right) = (self.at(from.min(to)), self.at(from.max(to)));
        let class = match class {
            "" if to < from => "down",
            "" => "up",
            given => given,
        };
        // Where one bar ends, a hair leads down to where the next begins.
        let hair = (i + 2 < self.spans.len())
            .then(|| view! { <path class="fall-hair" d=format!("M{0} 8V16", self.at(to)) /> });
        view! {
            <svg class="fall" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">
                <path class="fall-zero" d=format!("M{0} 0V16", self.at(0.0)) />
                {hair}
                <rect class=class x=left y="3" width=tenth((right - left).max(0.6)) height="10" />
            </svg>
        }
        .into_any()
    }
}

/// A table of terms that add up to `total`.
#[component]
pub fn Terms(
    board: Board,
    terms: Vec<Term>,
    /// What the sum has beside them.
    #[prop(optional)]
    others: Others,
    total: f64,
    #[prop(into)] caption: String,
    waterfall: Waterfall,
) -> impl IntoView {
    let strings = board.strings;
    let words = &strings.receipt;
    let (count, shown) = (terms.len(), RwSignal::new(FIRST));
    let heading = board.heading(&terms);
    let rows = {
        let board = board.clone();
        move || {
            let shown = shown.get().min(terms.len());
            let (left, rest) = remainder(&terms, shown);
            let (left, rest) = (left + others.count, rest + others.value);
            let bias = terms[shown..].iter().any(|term| term.of == Of::Bias);
            let values: Vec<f64> = terms[..shown].iter().map(|term| term.value).collect();
            let bars = Bars::derive(&values, rest, total, waterfall);
            let class = if waterfall == Waterfall::Shares { "whole" } else { "" };
            let bar = |i, class| (waterfall != Waterfall::Plain).then(|| bars.draw(i, class));
            let row = |(i, term): (usize, &Term)| {
                let column = board.receipt.cell.column;
                let own = [Of::Position(column), Of::Token(column as u32)].contains(&term.of);
                let own = waterfall == Waterfall::Shares && own;
                view! {
                    <tr data-testid="term" data-value=term.value.to_string() class:own=own>
                        <th scope="row">{board.label(term)}</th>
                        <td class="fall-cell">{bar(i, class)}</td>
                        <td class="how" class:long=term.form == Form::Normed>{board.how(term)}</td>
                        <td class="number">{precise(term.value, DIGITS, &strings.stage)}</td>
                    </tr>
                }
            };
            let closing =
                |name: String, bar: Option<AnyView>, value: f64, digits, class: &'static str, id: &'static str| {
                    view! {
                        <tr class=class data-testid=id data-value=value.to_string()>
                            <th scope="row"></th>
                            <td class="fall-cell">{bar}</td>
                            <td class="how">{name}</td>
                            <td class="number">{precise(value, digits, &strings.stage)}</td>
                        </tr>
                    }
                };
            let sum = !matches!(waterfall, Waterfall::Each);
            let rest = (left > 0 && sum).then(|| {
                closing(
                    (words.rest)(left - usize::from(bias), bias),
                    bar(shown, class),
                    rest,
                    DIGITS,
                    "rest",
                    "term-rest",
                )
            });
            let all = (sum && terms.len() > 1)
                .then(|| closing(words.total.into(), bar(shown + 1, "all"), total, 6, "total", "term-total"));
            view! { {terms[..shown].iter().enumerate().map(row).collect_view()}{rest}{all} }
        }
    };
    let next = move || (shown.get() * 4).min(count);
    let complete = move || shown.get() >= count;
    let few = count <= FIRST;
    let at_first = move || shown.get() <= FIRST;
    view! {
        <table class="terms">
            <caption>{caption}</caption>
            <thead><tr>
                <th scope="col">{heading}</th>
                <th scope="col"><span class="unseen">{words.contribution}</span></th>
                <th scope="col">{words.how}</th>
                <th scope="col" class="number">{words.contribution}</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table>
        <p class="terms-more" class:none=few>
            <button type="button" class="quiet" class:none=complete on:click=move |_| shown.set(next())>
                {move || (words.more)(next())}
            </button>
            <button type="button" class="quiet" class:none=at_first on:click=move |_| shown.set(FIRST)>
                {words.fewer}
            </button>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_is_written_as_it_is_made_where_it_is_made_so() {
        assert_eq!(one_over_root(f64::from(1.0f32 / 32f32.sqrt())).as_deref(), Some("1/√32"));
        assert_eq!([0.17, 0.0, f64::NAN].map(one_over_root), [None, None, None]);
    }

    #[test]
    fn bars_begin_where_the_last_one_ended_and_end_at_the_total() {
        let bars = Bars::derive(&[3.0, -2.0], 0.5, 1.5, Waterfall::Signed);
        assert_eq!(bars.spans, [[0.0, 3.0], [3.0, 1.0], [1.0, 1.5], [0.0, 1.5]]);
        assert_eq!((bars.at(0.0), bars.at(3.0)), (0.0, 100.0));
        let each = Bars::derive(&[3.0, -2.0], 0.0, f64::NAN, Waterfall::Each);
        assert_eq!(each.spans[1], [0.0, -2.0]);
        assert_eq!((each.at(-2.0), each.at(3.0)), (0.0, 100.0));
        assert_eq!(Bars::derive(&[], 0.0, 0.0, Waterfall::Signed).at(0.0), 0.0);
    }
}
