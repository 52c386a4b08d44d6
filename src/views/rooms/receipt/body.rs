//! What a receipt shows: the value, the formula, what is found on the way, the terms, the check.

use super::formula::{formulas, symbol};
use super::names::{Names, precise};
use super::terms::{Board, Terms, Waterfall};
use crate::analysis::receipt::{Check, Line, Receipt, Verdict};
use crate::content::Strings;
use crate::model::{Cell, Kernel};
use leptos::prelude::*;

/// A receipt with the tokens of its own run.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceiptModel {
    pub receipt: Receipt,
    pub names: Names,
    /// The engine holds matrices in 16 bits.
    pub rounded: bool,
}

/// `on_open`: an operand's receipt shall be opened.
pub fn body(model: &ReceiptModel, on_open: Callback<Cell>, strings: &'static Strings) -> AnyView {
    let words = &strings.receipt;
    let ReceiptModel { receipt, names, rounded } = model;
    let doing = receipt.kernels.iter().map(|kernel| view! { <p class="receipt-doing">{(words.kernel)(*kernel)}</p> });
    let lens = (receipt.kernels.len() > 1).then(|| view! { <p class="receipt-doing">{words.lens}</p> });
    if receipt.masked {
        let cell = receipt.cell;
        return view! {
            {value(receipt, strings)}
            <div class="receipt-part">
                <p class="receipt-masked"><span class="masked-sample" aria-hidden="true"></span>{names.html(words.masked, cell)}</p>
                {check(&receipt.check, strings)}
            </div>
        }
        .into_any();
    }
    let board = Board { names: names.clone(), receipt: receipt.clone(), on_open, strings, chosen: RwSignal::new(None) };
    let learned = receipt.lines.iter().flat_map(|line| &line.terms).chain(&receipt.terms).any(Board::has_learned);
    view! {
        {value(receipt, strings)}
        <div class="receipt-part receipt-what">
            {lens}
            {doing.collect_view()}
            <div class="receipt-formula" role="group" aria-label=words.formula tabindex="0">
                {formulas(receipt, &names.config, strings)}
            </div>
            {found(receipt, &board)}
        </div>
        <div class="receipt-part receipt-sum">
            <Terms board=board.clone() terms=receipt.terms.clone() total=receipt.check.again caption=words.terms waterfall=waterfall(receipt) />
            {board.read_out(learned)}
            {check(&receipt.check, strings)}
            {(*rounded && learned).then(|| view! { <p class="note">{words.rounded}</p> })}
        </div>
    }
    .into_any()
}

fn value(receipt: &Receipt, strings: &Strings) -> AnyView {
    let (cell, engine) = (receipt.cell.to_string(), receipt.check.engine);
    view! {
        <p class="receipt-value">
            <data value=engine.to_string() data-testid="receipt-value" data-value=engine.to_string() data-cell=cell.clone()>
                {precise(f64::from(engine), 6, strings)}
            </data>
            <code class="receipt-address" title=strings.receipt.address translate="no">{cell.clone()}</code>
        </p>
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
        let value = line.value.map(|v| view! { <data value=v.to_string()>{precise(v, 6, board.strings)}</data> });
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
                let caption = (words.made_of)(line.quantity, many.len());
                let open = receipt.kernels[0] == Kernel::Softmax;
                view! {
                    <details class="found-of" open=open>
                        <summary>{caption.clone()}</summary>
                        <Terms board=board.clone() terms=line.terms.clone() total=line.value.unwrap_or(f64::NAN) caption waterfall=bars />
                    </details>
                }
                .into_any()
            }
        };
        view! {
            <div class="found">
                <dt>{symbol(line.quantity, receipt.activation)}<span>{(words.quantity)(line.quantity)}</span></dt>
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

/// In words, with a mark.
fn check(check: &Check, strings: &Strings) -> AnyView {
    let words = &strings.receipt;
    let [again, engine] = [check.again, f64::from(check.engine)].map(|v| precise(v, 6, strings));
    let difference = precise(check.difference(), 1, strings);
    let (mark, name, said) = match check.verdict {
        Verdict::Agrees if check.difference() == 0.0 => ("✓", "agrees", (words.check_exact)(&again)),
        Verdict::Agrees => ("✓", "agrees", (words.check_agrees)(&again, &engine, &difference)),
        Verdict::Differs => ("≠", "differs", (words.check_differs)(&again, &engine, &difference)),
        Verdict::NotANumber => ("≠", "not-a-number", words.check_not_a_number.to_owned()),
    };
    view! {
        <p class="receipt-check" data-testid="receipt-check" data-verdict=name data-value=check.again.to_string()
            data-difference=check.difference().to_string()>
            <span class="receipt-mark" aria-hidden="true">{mark}</span>
            <span><strong>{words.check}</strong>" "{said}</span>
        </p>
    }
    .into_any()
}
