//! The kernels' arithmetic in double precision, one value at a time, each number with where it comes from.

use super::ask::{head_of, slice};
use super::{Constant, Form, Line, Of, Operand, Others, Quantity, Source, Term};
use crate::engine::cpu::gelu::erf;
use crate::model::params::{AttentionParams, LayerNormParams};
use crate::model::{Activation, Cell, Kernel, Params, Site, SiteName, Slice, Slot, Step, TensorName};
use crate::trace::Trace;

/// What a value is made of.
#[derive(Default)]
pub(super) struct Sums {
    pub lines: Vec<Line>,
    pub terms: Vec<Term>,
    /// See [`super::Check::size`].
    pub size: f64,
    /// What stands there where nothing may be computed.
    pub masked: Option<f64>,
}

impl Sums {
    fn of(terms: Vec<Term>) -> Self {
        let size = terms.iter().map(|term| term.value.powi(2)).sum::<f64>().sqrt();
        Self { terms: largest_first(terms), size, ..Self::default() }
    }

    fn after(self, lines: Vec<Line>) -> Self {
        Self { lines, ..self }
    }
}

/// What is no number comes first, so that it is seen.
fn largest_first(mut terms: Vec<Term>) -> Vec<Term> {
    terms.sort_by(|a, b| b.value.abs().total_cmp(&a.value.abs()));
    terms
}

pub(super) fn found(quantity: Quantity, value: f64) -> Operand {
    Operand { source: Source::Found(quantity), value }
}

fn constant(constant: Constant, value: f64) -> Operand {
    Operand { source: Source::Constant(constant), value }
}

pub(super) fn term(of: Of, form: Form, factors: Vec<Operand>, value: f64) -> Term {
    Term { of, form, factors, value }
}

pub(super) fn product(of: Of, factors: Vec<Operand>) -> Term {
    let value = factors.iter().map(|factor| factor.value).product();
    term(of, Form::Product, factors, value)
}

pub(super) fn line(quantity: Quantity, value: f64, terms: Vec<Term>) -> Line {
    Line { quantity, value: Some(value), terms: largest_first(terms), others: Others::default() }
}

/// The numbers that one value is made of.
pub(super) struct Numbers<'a, 'l> {
    cell: Cell,
    trace: &'a Trace,
    ids: Vec<u32>,
    learned: &'l dyn Fn(&Slice) -> Option<&'a [f32]>,
}

impl<'a, 'l> Numbers<'a, 'l> {
    pub fn new(cell: Cell, trace: &'a Trace, learned: &'l dyn Fn(&Slice) -> Option<&'a [f32]>) -> Self {
        Self { cell, trace, ids: trace.text.ids(), learned }
    }

    /// `None` where a number is missing.
    pub fn sums(&self, steps: &[Step]) -> Option<Sums> {
        match steps {
            [norm, unembed] => self.lens(norm, unembed),
            [step] => match (step.kernel, &step.params) {
                (Kernel::Embed, _) => Some(Sums::of(vec![product(Of::Alone, self.learned(step, 1)?)])),
                (Kernel::Add, _) => {
                    let addend = |i| Some(product(Of::Alone, vec![self.at(site(step, i)?, self.cell.column)?]));
                    Some(Sums::of(vec![addend(0)?, addend(1)?]))
                }
                (Kernel::LayerNorm, Params::LayerNorm(params)) => self.layer_norm(step, params),
                (Kernel::Linear, _) => self.linear(step),
                (Kernel::AttentionScores, Params::Attention(params)) => self.scores(step, params),
                (Kernel::Softmax, Params::Attention(params)) => self.softmax(step, params),
                (Kernel::AttentionMix, Params::Attention(params)) => self.mix(step, params),
                (Kernel::Gelu, _) => self.gelu(step),
                (Kernel::Unembed, _) => self.unembed(step, self.row(site(step, 0)?)?),
                _ => None,
            },
            _ => None,
        }
    }

    /// One value of a site at a position.
    fn value(&self, name: SiteName, row: usize, column: usize) -> Option<Operand> {
        let cell = Cell::new(name, row, column);
        Some(Operand { source: Source::Cell(cell), value: f64::from(self.trace.value(cell)?) })
    }

    /// One value of a site at the cell's own position.
    fn at(&self, name: SiteName, column: usize) -> Option<Operand> {
        self.value(name, self.cell.row, column)
    }

    /// All values of a site at the cell's own position.
    fn row(&self, name: SiteName) -> Option<Vec<Operand>> {
        let width = name.site.row_width(&self.trace.config, self.trace.tokens());
        (0..width).map(|column| self.at(name, column)).collect()
    }

    /// The first `count` values of a row of a map.
    fn map_row(&self, name: SiteName, count: usize) -> Option<Vec<Operand>> {
        let head = head_of(self.cell, &self.trace.config);
        let row = self.trace.map_row(name.site, name.layer, head, self.cell.row)?.get(..count)?;
        let cell = |key| Cell::in_map(name, head, self.cell.row, key);
        let values = row.iter().enumerate();
        Some(values.map(|(key, v)| Operand { source: Source::Cell(cell(key)), value: f64::from(*v) }).collect())
    }

    /// What the step takes of the tensor that it reads as its `i`th.
    fn learned(&self, step: &Step, i: usize) -> Option<Vec<Operand>> {
        let name = tensor(step, i)?;
        let slice = slice(step.kernel, name, self.cell, &self.trace.config, &self.ids)?;
        let values = (self.learned)(&slice)?.iter();
        let places = slice.rows.flat_map(|row| slice.columns.clone().map(move |column| (row, column)));
        let operand = |(v, (row, column)): (&f32, _)| Operand {
            source: Source::Learned { name, row, column },
            value: f64::from(*v),
        };
        Some(values.zip(places).map(operand).collect())
    }

    fn layer_norm(&self, step: &Step, params: &LayerNormParams) -> Option<Sums> {
        let row = self.row(site(step, 0)?)?;
        let (gain, bias) = (*self.learned(step, 1)?.first()?, *self.learned(step, 2)?.first()?);
        let norm = Norm::of(&row, params.epsilon);
        let column = self.cell.column;
        let normal = norm.normal(row.get(column)?.value);
        let mut lines = norm.lines(&row);
        let own = term(Of::Dimension(column), Form::Normal, vec![row[column]], normal);
        lines.push(line(Quantity::Normal, normal, vec![own]));
        let terms = vec![
            product(Of::Dimension(column), vec![found(Quantity::Normal, normal), gain]),
            product(Of::Bias, vec![bias]),
        ];
        // Normal values are 1 on the average, whatever this one is.
        let size = gain.value.hypot(bias.value);
        Some(Sums { size, ..Sums::of(terms) }.after(lines))
    }

    fn linear(&self, step: &Step) -> Option<Sums> {
        let name = site(step, 0)?;
        let neurons = matches!(name.site, Site::Gelu);
        let of = |i| if neurons { Of::Neuron(i) } else { Of::Dimension(i) };
        let pairs = self.row(name)?.into_iter().zip(self.learned(step, 1)?);
        let mut terms: Vec<Term> = pairs.enumerate().map(|(i, (x, w))| product(of(i), vec![x, w])).collect();
        terms.push(product(Of::Bias, self.learned(step, 2)?));
        Some(Sums::of(terms))
    }

    fn scores(&self, step: &Step, params: &AttentionParams) -> Option<Sums> {
        let Cell { head, row, column: key, .. } = self.cell;
        if key >= params.seen(row) {
            return Some(Sums { masked: Some(f64::from(params.masked)), ..Sums::default() });
        }
        let (name, size) = (site(step, 0)?, params.head_size as usize);
        let width = self.trace.config.width;
        let scale = constant(Constant::Scale, f64::from(params.scale));
        let term = |d| {
            let q = self.value(name, row, head * size + d)?;
            let k = self.value(name, key, width + head * size + d)?;
            Some(product(Of::Dimension(d), vec![q, k, scale]))
        };
        Some(Sums::of((0..size).map(term).collect::<Option<_>>()?))
    }

    fn softmax(&self, step: &Step, params: &AttentionParams) -> Option<Sums> {
        let seen = params.seen(self.cell.row);
        if self.cell.column >= seen {
            return Some(Sums { masked: Some(0.0), ..Sums::default() });
        }
        let scores = self.map_row(site(step, 0)?, seen)?;
        let best = (0..seen).max_by(|a, b| scores[*a].value.total_cmp(&scores[*b].value))?;
        let largest = scores[best].value;
        let power = |(key, score): (usize, &Operand)| {
            term(Of::Position(key), Form::Exponential, vec![*score], (score.value - largest).exp())
        };
        let powers: Vec<Term> = scores.iter().enumerate().map(power).collect();
        let total: f64 = powers.iter().map(|term| term.value).sum();
        let own = powers[self.cell.column].value;
        let mean_square = powers.iter().map(|term| (term.value / total).powi(2)).sum::<f64>() / seen as f64;
        let factors = vec![found(Quantity::Exponential, own), found(Quantity::Total, total)];
        let share = term(Of::Position(self.cell.column), Form::Quotient, factors, own / total);
        let lines = vec![
            line(Quantity::Largest, largest, vec![product(Of::Position(best), vec![scores[best]])]),
            line(Quantity::Total, total, powers),
        ];
        Some(Sums { size: mean_square.sqrt(), ..Sums::of(vec![share]) }.after(lines))
    }

    fn mix(&self, step: &Step, params: &AttentionParams) -> Option<Sums> {
        let weights = self.map_row(site(step, 0)?, params.seen(self.cell.row))?;
        let (qkv, width) = (site(step, 1)?, self.trace.config.width);
        let term = |(key, weight): (usize, Operand)| {
            let value = self.value(qkv, key, 2 * width + self.cell.column)?;
            Some(product(Of::Position(key), vec![weight, value]))
        };
        Some(Sums::of(weights.into_iter().enumerate().map(term).collect::<Option<_>>()?))
    }

    fn gelu(&self, step: &Step) -> Option<Sums> {
        let x = self.at(site(step, 0)?, self.cell.column)?;
        let inside = match self.trace.config.activation {
            Activation::GeluTanh => (2.0 / std::f64::consts::PI).sqrt() * (x.value + 0.044_715 * x.value.powi(3)),
            Activation::GeluErf => x.value * std::f64::consts::FRAC_1_SQRT_2,
        };
        let gate = match self.trace.config.activation {
            Activation::GeluTanh => inside.tanh(),
            Activation::GeluErf => erf(inside),
        };
        let of = Of::Neuron(self.cell.column);
        let lines = vec![
            line(Quantity::Inside, inside, vec![term(of, Form::Inside, vec![x], inside)]),
            line(Quantity::Gate, gate, Vec::new()),
        ];
        let half = constant(Constant::Half, 0.5);
        let terms = vec![product(of, vec![half, x]), product(of, vec![half, x, found(Quantity::Gate, gate)])];
        Some(Sums::of(terms).after(lines))
    }

    /// `x` is what the unembedding is given, C values.
    fn unembed(&self, step: &Step, x: Vec<Operand>) -> Option<Sums> {
        let pairs = x.into_iter().zip(self.learned(step, 1)?);
        let mut terms: Vec<Term> = pairs.enumerate().map(|(c, (x, e))| product(Of::Dimension(c), vec![x, e])).collect();
        // Most models have no such bias; it is zero then, and nothing that was learned.
        terms.extend(self.learned(step, 2)?.into_iter().filter(|b| b.value != 0.0).map(|b| product(Of::Bias, vec![b])));
        Some(Sums::of(terms))
    }

    /// The river through the final norm, which is not kept, and the unembedding.
    fn lens(&self, norm: &Step, unembed: &Step) -> Option<Sums> {
        let Params::LayerNorm(params) = &norm.params else { return None };
        let row = self.row(site(norm, 0)?)?;
        let (gains, biases) = (self.learned(norm, 1)?, self.learned(norm, 2)?);
        let of_row = Norm::of(&row, params.epsilon);
        let value =
            |((x, gain), bias): ((&Operand, &Operand), &Operand)| of_row.normal(x.value) * gain.value + bias.value;
        let normed: Vec<f64> = row.iter().zip(&gains).zip(&biases).map(value).collect();
        let sums = self.unembed(unembed, normed.iter().map(|v| found(Quantity::Normed, *v)).collect())?;
        // In the order of what each contributes in the end.
        let made = |term_of: &Term| match term_of.of {
            Of::Dimension(c) => Some(term(term_of.of, Form::Normed, vec![row[c], gains[c], biases[c]], normed[c])),
            _ => None,
        };
        let terms = sums.terms.iter().filter_map(made).collect();
        let made = Line { quantity: Quantity::Normed, value: None, terms, others: Others::default() };
        let mut lines = of_row.lines(&row);
        lines.push(made);
        Some(sums.after(lines))
    }
}

/// Mean and spread of a row.
struct Norm {
    mean: f64,
    variance: f64,
    epsilon: f64,
    deviation: f64,
}

impl Norm {
    fn of(row: &[Operand], epsilon: f32) -> Self {
        let count = row.len() as f64;
        let mean = row.iter().map(|x| x.value).sum::<f64>() / count;
        let variance = row.iter().map(|x| (x.value - mean).powi(2)).sum::<f64>() / count;
        let epsilon = f64::from(epsilon);
        Self { mean, variance, epsilon, deviation: (variance + epsilon).sqrt() }
    }

    fn normal(&self, x: f64) -> f64 {
        (x - self.mean) / self.deviation
    }

    fn lines(&self, row: &[Operand]) -> Vec<Line> {
        let share = constant(Constant::Share, 1.0 / row.len() as f64);
        let each = |of_x: &dyn Fn(usize, Operand) -> Term| row.iter().enumerate().map(|(c, x)| of_x(c, *x)).collect();
        let square = |x: Operand| (x.value - self.mean).powi(2) * share.value;
        vec![
            line(Quantity::Mean, self.mean, each(&|c, x| product(Of::Dimension(c), vec![x, share]))),
            line(
                Quantity::Variance,
                self.variance,
                each(&|c, x| term(Of::Dimension(c), Form::Square, vec![x, share], square(x))),
            ),
            line(Quantity::Epsilon, self.epsilon, Vec::new()),
            line(Quantity::Deviation, self.deviation, Vec::new()),
        ]
    }
}

fn site(step: &Step, i: usize) -> Option<SiteName> {
    match step.reads.get(i)? {
        Slot::Site(name) => Some(*name),
        _ => None,
    }
}

fn tensor(step: &Step, i: usize) -> Option<TensorName> {
    match step.reads.get(i)? {
        Slot::Weight(name) => Some(*name),
        _ => None,
    }
}
