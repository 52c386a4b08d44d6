//! What a receipt shows: the value, the formula, what is found on the way, the terms, the check.

use super::formula::{formulas, letters, symbol};
use super::names::Names;
use super::terms::{Board, Terms, Waterfall};
use crate::analysis::receipt::{Check, Line, Receipt, Verdict};
use crate::content::Strings;
use crate::model::{Cell, Kernel, Precision};
use crate::views::glossary::Marks;
use crate::views::number::precise;
use leptos::prelude::*;

/// A receipt with the tokens of its own run.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceiptModel {
    pub receipt: Receipt,
    /// Where the value is a logit: of the chance that it becomes.
    pub chance: Option<Receipt>,
    pub names: Names,
    /// How the engine holds matrices: what is learned is shown as it holds it.
    pub precision: Precision,
}

/// `on_open`: an operand's receipt shall be opened.
pub fn body(model: &ReceiptModel, on_open: Callback<Cell>, strings: &'static Strings) -> AnyView {
    let words = &strings.receipt;
    let ReceiptModel { receipt, chance, names, precision } = model;
    // In the order in which they stand.
    let mut marks = Marks::new(&strings.glossary);
    let chance = chance.as_ref().map(|chance| of_chance(chance, names, on_open, &mut marks, strings));
    let lens = (receipt.kernels.len() > 1).then(|| view! { <p class="receipt-doing">{marks.draw(words.lens)}</p> });
    let doing = |kernel: &Kernel| view! { <p class="receipt-doing">{marks.draw((words.kernel)(*kernel))}</p> };
    let doing = receipt.kernels.iter().map(doing).collect_view();
    if receipt.masked {
        let cell = receipt.cell;
        return view! {
            {value(receipt, strings)}
            <div class="receipt-part">
                <p class="receipt-masked"><span class="masked-sample" aria-hidden="true"></span>{names.html(words.masked, cell)}</p>
                {check(receipt, strings)}
            </div>
        }
        .into_any();
    }
    let rounded = match precision {
        Precision::F32 => None,
        Precision::F16 => Some(words.rounded),
        Precision::Int8 => Some(words.rounded_int8),
    };
    let board = Board { names: names.clone(), receipt: receipt.clone(), on_open, strings, chosen: RwSignal::new(None) };
    let learned = receipt.lines.iter().flat_map(|line| &line.terms).chain(&receipt.terms).any(Board::has_learned);
    view! {
        {value(receipt, strings)}
        {chance}
        <div class="receipt-part receipt-what">
            {lens}
            {doing}
            <div class="receipt-formula" role="group" aria-label=words.formula tabindex="0">
                {formulas(receipt, &names.config, strings)}
            </div>
            {letters(receipt, strings)}
            {found(receipt, &board)}
        </div>
        <div class="receipt-part receipt-sum">
            <Terms board=board.clone() terms=receipt.terms.clone() total=receipt.check.again caption=words.terms waterfall=waterfall(receipt) />
            {board.read_out(learned)}
            {check(receipt, strings)}
            {rounded.filter(|_| learned).map(|words| view! { <p class="note">{words}</p> })}
        </div>
    }
    .into_any()
}

fn value(receipt: &Receipt, strings: &Strings) -> AnyView {
    let (cell, engine) = (receipt.cell.to_string(), receipt.check.engine);
    view! {
        <p class="receipt-value">
            <data value=engine.to_string() data-testid="receipt-value" data-value=engine.to_string() data-cell=cell.clone()>
                {precise(f64::from(engine), 6, &strings.stage)}
            </data>
            <code class="receipt-address" title=strings.receipt.address translate="no">{cell.clone()}</code>
        </p>
    }
    .into_any()
}

/// How the logit becomes the chance that the bars show, with all its numbers.
fn of_chance(
    chance: &Receipt,
    names: &Names,
    on_open: Callback<Cell>,
    marks: &mut Marks,
    strings: &'static Strings,
) -> AnyView {
    let (words, shown) = (&strings.receipt, chance.check.engine);
    let board = Board { names: names.clone(), receipt: chance.clone(), on_open, strings, chosen: RwSignal::new(None) };
    let quotient = chance.terms.iter().map(|term| view! { <p class="chance-quotient number">{board.how(term)}" = "{precise(term.value, 6, &strings.stage)}</p> });
    view! {
        <section class="receipt-part receipt-chance" data-testid="receipt-chance" data-verdict=verdict(&chance.check)>
            <h4>
                {words.chance}
                <data class="gold number" value=shown.to_string() data-value=shown.to_string() data-id=chance.cell.column>
                    {strings.stage.percent(shown)}
                </data>
            </h4>
            <p class="receipt-doing">{marks.draw(&(words.chance_how)(&strings.stage.count(names.config.vocab)))}</p>
            <div class="receipt-formula" role="group" aria-label=words.formula tabindex="0">
                {formulas(chance, &names.config, strings)}
            </div>
            {letters(chance, strings)}
            {found(chance, &board)}
            {quotient.collect_view()}
            {check(chance, strings)}
        </section>
    }
    .into_any()
}

/// A quotient of two numbers is no sum that could be drawn.
fn waterfall(receipt: &Receipt) -> Waterfall {
    match receipt.kernels.last() {
        Some(Kernel::Softmax) => Waterfall::Plain,
        _ => Waterfall::Signed,
    }
}

/// Mean, variance and the like: each with its letter, its value, and what it is found from.
fn found(receipt: &Receipt, board: &Board) -> Option<AnyView> {
    let words = &board.strings.receipt;
    let row = |line: &Line| {
        let value =
            line.value.map(|v| view! { <data value=v.to_string() data-value=v.to_string()>{precise(v, 6, &board.strings.stage)}</data> });
        // One term is shown beside the number; many fold away below it.
        let how = match line.terms.as_slice() {
            [] => ().into_any(),
            [one] if line.value.is_some() => view! { <span class="found-how">{board.how(one)}</span> }.into_any(),
            many => {
                let bars = match receipt.kernels[0] {
                    Kernel::Softmax => Waterfall::Shares,
                    _ if line.value.is_none() => Waterfall::Each,
                    _ => Waterfall::Signed,
                };
                let caption = (words.made_of)(line.quantity, many.len() + line.others.count);
                // A vocabulary's are many.
                let open = receipt.kernels[0] == Kernel::Softmax && !receipt.is_chance();
                view! {
                    <details class="found-of" open=open>
                        <summary>{caption.clone()}</summary>
                        <Terms board=board.clone() terms=line.terms.clone() others=line.others total=line.value.unwrap_or(f64::NAN) caption waterfall=bars />
                    </details>
                }
                .into_any()
            }
        };
        view! {
            <div class="found">
                <dt>{symbol(line.quantity, receipt)}<span>{(words.quantity)(line.quantity)}</span></dt>
                <dd>{value}</dd>
                {how}
            </div>
        }
    };
    (!receipt.lines.is_empty()).then(|| {
        view! {
            <h4>{words.found}</h4>
            <dl class="founds">{receipt.lines.iter().map(row).collect_view()}</dl>
        }
        .into_any()
    })
}

fn verdict(check: &Check) -> &'static str {
    match check.verdict {
        Verdict::Agrees => "agrees",
        Verdict::Differs => "differs",
        Verdict::NotANumber => "not-a-number",
    }
}

/// In words, with a mark.
fn check(receipt: &Receipt, strings: &Strings) -> AnyView {
    let (check, words) = (&receipt.check, &strings.receipt);
    let [again, engine] = [check.again, f64::from(check.engine)].map(|v| precise(v, 6, &strings.stage));
    let difference = precise(check.difference(), 1, &strings.stage);
    let said = match check.verdict {
        Verdict::NotANumber => words.check_not_a_number.to_owned(),
        Verdict::Agrees if receipt.is_chance() => (words.check_chance)(&again, &engine, &difference),
        Verdict::Differs if receipt.is_chance() => (words.check_chance_differs)(&again, &engine, &difference),
        Verdict::Agrees if check.difference() == 0.0 => (words.check_exact)(&again),
        Verdict::Agrees => (words.check_agrees)(&again, &engine, &difference),
        Verdict::Differs => (words.check_differs)(&again, &engine, &difference),
    };
    let mark = if check.verdict == Verdict::Agrees { "✓" } else { "≠" };
    let name = if receipt.is_chance() { "chance-check" } else { "receipt-check" };
    view! {
        <p class="receipt-check" data-testid=name data-verdict=verdict(check) data-value=check.again.to_string()
            data-difference=check.difference().to_string()>
            <span class="receipt-mark" aria-hidden="true">{mark}</span>
            <span><strong>{words.check}</strong>" "{said}</span>
        </p>
    }
    .into_any()
}
