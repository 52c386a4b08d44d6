//! The receipt of one value of a run: the kernel that computed it, the operands with their true values,
//! every term of the sum, and the sum done again in double precision.
//!
//! In: the address of a value, a trace with what [`taps`] names, and the learned numbers that [`slices`]
//! names. Out: a [`Receipt`]; nothing while anything of that is missing. Which kernel reads what comes from the
//! model's own [`Program`](crate::model::Program), so a receipt cannot tell another story than the run.

mod ask;
mod chance;
mod kernels;

pub use ask::{exists, slices, steps, taps};
pub use chance::chance;

use crate::model::{Activation, Cell, Kernel, Slice, TensorName};
use crate::trace::Trace;

/// How far a CPU engine's value may lie from the one computed again, as in `tests/forward.rs`.
pub const CPU: f64 = 2e-5;
/// The same for a GPU's. Weights count as the engine has them, so that their rounding does not show here.
pub const GPU: f64 = 1e-4;

/// Where a number of a receipt comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Source {
    /// A value of the run: it has a receipt of its own.
    Cell(Cell),
    /// Learned in training: here the way back ends.
    Learned {
        name: TensorName,
        row: usize,
        column: usize,
    },
    /// Found further up on this receipt.
    Found(Quantity),
    Constant(Constant),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constant {
    Half,
    /// What q·k is multiplied by: 1/√D.
    Scale,
    /// 1/C: a mean's share of each value.
    Share,
}

/// What is found on the way to a value and not kept by the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    Mean,
    Variance,
    /// ε of the norm.
    Epsilon,
    /// √(variance + ε).
    Deviation,
    /// (x − mean) ÷ deviation.
    Normal,
    /// The normal times gain, plus bias: one value of a norm that is not kept.
    Normed,
    /// The row's largest score.
    Largest,
    /// The largest of all logits.
    LargestLogit,
    /// e to the power of score − largest, or of logit − largest.
    Exponential,
    /// The sum of all of a row's exponentials.
    Total,
    /// What tanh or erf is taken of.
    Inside,
    /// tanh or erf of it.
    Gate,
}

/// A number with where it comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Operand {
    pub source: Source,
    pub value: f64,
}

/// Which of many a term is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    Dimension(usize),
    Neuron(usize),
    Position(usize),
    /// Its id.
    Token(u32),
    Bias,
    /// There is only one of its kind.
    Alone,
}

/// What is done with a term's factors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// All multiplied; a single one is taken as it is.
    Product,
    /// (x − mean)² · share
    Square,
    /// (x − mean) ÷ deviation
    Normal,
    /// (x − mean) ÷ deviation · gain + bias
    Normed,
    /// e to the power of (x − largest)
    Exponential,
    /// The first by the second.
    Quotient,
    /// What tanh or erf is taken of.
    Inside,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    pub of: Of,
    pub form: Form,
    pub factors: Vec<Operand>,
    pub value: f64,
}

/// A step on the way: what is found, and the terms that it is found from, largest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub quantity: Quantity,
    /// `None` where the terms are values of their own, and no sum.
    pub value: Option<f64>,
    pub terms: Vec<Term>,
    /// Those that are not listed.
    pub others: Others,
}

/// Terms that nobody lists one by one: how many, and what they add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Others {
    pub count: usize,
    pub value: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Agrees,
    Differs,
    /// Something is no number, or the result is infinite where the engine's is not.
    NotANumber,
}

/// The value computed again beside the engine's own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Check {
    pub again: f64,
    pub engine: f32,
    /// What a sum of such terms comes to when they are of mixed signs: differences are measured by it, because
    /// a sum that happens to cancel is no more exact than its terms.
    pub size: f64,
    pub verdict: Verdict,
}

impl Check {
    pub fn difference(&self) -> f64 {
        if self.again == f64::from(self.engine) { 0.0 } else { (self.again - f64::from(self.engine)).abs() }
    }

    /// By `|engine| + size`.
    pub fn relative(&self) -> f64 {
        if self.difference() == 0.0 { 0.0 } else { self.difference() / (f64::from(self.engine).abs() + self.size) }
    }

    fn new(again: f64, engine: f32, size: f64, tolerance: f64) -> Self {
        let mut check = Self { again, engine, size, verdict: Verdict::NotANumber };
        let relative = check.relative();
        check.verdict = if again.is_nan() || engine.is_nan() || !relative.is_finite() {
            Verdict::NotANumber
        } else if relative <= tolerance {
            Verdict::Agrees
        } else {
            Verdict::Differs
        };
        check
    }
}

/// How a value came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    pub cell: Cell,
    /// What ran, in order: one kernel; two where the norm before an unembedding is not kept.
    pub kernels: Vec<Kernel>,
    pub activation: Activation,
    /// A later position: not allowed to be seen, and nothing is computed.
    pub masked: bool,
    /// What is found on the way, in order.
    pub lines: Vec<Line>,
    /// Their sum is the value. Largest contribution first, whatever its sign.
    pub terms: Vec<Term>,
    pub check: Check,
}

impl Receipt {
    /// It is of the chance that a logit becomes ([`chance`]), and not of a value of the run.
    pub fn is_chance(&self) -> bool {
        self.cell.name.site.on_demand() && self.kernels == [Kernel::Softmax]
    }
}

/// How many terms there are beside the first `shown`, and what they add up to.
pub fn remainder(terms: &[Term], shown: usize) -> (usize, f64) {
    let rest = terms.get(shown..).unwrap_or_default();
    (rest.len(), rest.iter().map(|term| term.value).sum())
}

/// The receipt of `cell`, if the trace and `learned` have all that it takes. `tolerance` is [`CPU`] or [`GPU`].
pub fn derive<'a>(
    cell: Cell,
    trace: &'a Trace,
    tolerance: f64,
    learned: &dyn Fn(&Slice) -> Option<&'a [f32]>,
) -> Option<Receipt> {
    let config = &trace.config;
    let map = cell.name.site.is_map();
    if !exists(cell, config) || cell.row >= trace.tokens() || (map && cell.column >= trace.tokens()) {
        return None;
    }
    let steps = steps(cell, config);
    let numbers = kernels::Numbers::new(cell, trace, learned);
    let sums = numbers.sums(&steps)?;
    let again = sums.masked.unwrap_or_else(|| sums.terms.iter().map(|term| term.value).sum());
    let check = Check::new(again, trace.value(cell)?, sums.size, tolerance);
    Some(Receipt {
        cell,
        kernels: steps.iter().map(|step| step.kernel).collect(),
        activation: config.activation,
        masked: sums.masked.is_some(),
        lines: sums.lines,
        terms: sums.terms,
        check,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(again: f64, engine: f32) -> Verdict {
        Check::new(again, engine, 1.0, CPU).verdict
    }

    #[test]
    fn a_check_has_teeth() {
        assert_eq!(check(0.5, 0.5), Verdict::Agrees);
        assert_eq!(check(0.500_01, 0.5), Verdict::Agrees);
        assert_eq!(check(0.5001, 0.5), Verdict::Differs);
        assert_eq!(check(f64::NEG_INFINITY, f32::NEG_INFINITY), Verdict::Agrees);
        for (again, engine) in [(f64::NAN, 0.5), (0.5, f32::NAN), (f64::NAN, f32::NAN), (0.5, f32::INFINITY)] {
            assert_eq!(check(again, engine), Verdict::NotANumber, "{again} {engine}");
        }
    }

    #[test]
    fn what_is_not_shown_is_added_up() {
        let term = |value| Term { of: Of::Alone, form: Form::Product, factors: Vec::new(), value };
        let terms = [term(-4.0), term(3.0), term(2.0)];
        assert_eq!(remainder(&terms, 1), (2, 5.0));
        assert_eq!(remainder(&terms, 9), (0, 0.0));
    }
}
