//! From a logit to its chance: softmax over the whole vocabulary, once more, with every number that it takes.

use super::kernels::{found, line, product, term};
use super::{Check, Form, Line, Of, Operand, Others, Quantity, Receipt, Source};
use crate::analysis::probability::Distribution;
use crate::model::{Cell, Kernel};
use crate::trace::Trace;

/// How far a chance that is shown may lie from the one computed again: it is rounded to 32 bits, and nothing else.
pub const SHOWN: f64 = 1e-6;

/// So many powers of the sum are listed; all others are counted and added up.
const LISTED: usize = 48;

/// The receipt of the chance that the logit at `cell` becomes; nothing where that is no logit, or where the trace
/// lacks its row. The check is against the chance that the page shows.
pub fn chance(cell: Cell, trace: &Trace) -> Option<Receipt> {
    let name = cell.name;
    let logits = trace.row(name.site, name.layer, cell.row).filter(|_| name.site.on_demand())?;
    let distribution = Distribution::new(logits, 1.0);
    let shown = distribution.chance_of(cell.column as u32)?;
    let operand = |id: usize| Operand { source: Source::Cell(Cell { column: id, ..cell }), value: logits[id].into() };
    let best = (0..logits.len()).max_by(|a, b| logits[*a].total_cmp(&logits[*b]).then(b.cmp(a)))?;
    let largest = f64::from(logits[best]);
    let power = |id: usize| (f64::from(logits[id]) - largest).exp();
    let raised = |id: usize| term(Of::Token(id as u32), Form::Exponential, vec![operand(id)], power(id));
    let total: f64 = (0..logits.len()).map(power).sum();
    let own = power(cell.column);

    let top: Vec<usize> = distribution.top(LISTED).iter().map(|chance| chance.id as usize).collect();
    let mut listed = vec![false; logits.len()];
    top.iter().for_each(|id| listed[*id] = true);
    let others = (0..logits.len()).filter(|id| !listed[*id]).map(power).sum();
    let others = Others { count: logits.len() - top.len(), value: others };

    let lines = vec![
        line(Quantity::LargestLogit, largest, vec![product(Of::Token(best as u32), vec![operand(best)])]),
        line(Quantity::Exponential, own, vec![raised(cell.column)]),
        Line { others, ..line(Quantity::Total, total, top.into_iter().map(raised).collect()) },
    ];
    let factors = vec![found(Quantity::Exponential, own), found(Quantity::Total, total)];
    let share = term(Of::Token(cell.column as u32), Form::Quotient, factors, own / total);
    Some(Receipt {
        cell,
        kernels: vec![Kernel::Softmax],
        activation: trace.config.activation,
        masked: false,
        lines,
        // Below the smallest 32-bit number a chance is shown as 0.
        check: Check::new(share.value, shown, f32::MIN_POSITIVE.into(), SHOWN),
        terms: vec![share],
    })
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;
    use crate::model::{GptConfig, Site};
    use crate::tokens::Text;
    use crate::trace::{Layout, Tap};

    fn trace(logits: &[f32]) -> Trace {
        let json = format!(r#"{{"n_layer":1,"n_head":1,"n_embd":2,"vocab_size":{},"n_positions":8}}"#, logits.len());
        let config = GptConfig::from_json(&json).unwrap();
        let layout = Layout::new(&[Tap::at(Site::Logits, 0, 1)], &config, 2);
        Trace { text: Text::from_ids(&[0, 1]), config, layout, knob: None, values: logits.to_vec() }
    }

    fn of(logits: &[f32], id: usize) -> Option<Receipt> {
        chance(Cell::parse(&format!("logits:1:{id}")).unwrap(), &trace(logits))
    }

    #[test]
    fn any_token_s_chance_is_its_definition() {
        let logits: Vec<f32> = (0..200).map(|i| (i * 37 % 200) as f32 / 9.0 - 4.0).collect();
        let whole: f64 = logits.iter().map(|x| f64::from(*x).exp()).sum();
        for id in [0, 1, 117, 199] {
            let receipt = of(&logits, id).unwrap();
            assert!((receipt.check.again - f64::from(logits[id]).exp() / whole).abs() < 1e-14);
            assert_eq!(receipt.check.verdict, Verdict::Agrees, "{:?}", receipt.check);
            let [largest, own, total] = receipt.lines.as_slice() else { panic!("{:?}", receipt.lines) };
            assert_eq!(
                (largest.value, largest.terms.len()),
                (Some(199.0f32 as f64 / 9.0 - 4.0).map(|v| v as f32 as f64), 1)
            );
            assert_eq!(own.value, Some((f64::from(logits[id]) - largest.value.unwrap()).exp()));
            let listed: f64 = total.terms.iter().map(|term| term.value).sum();
            assert_eq!((total.terms.len(), total.others.count), (LISTED, 200 - LISTED));
            assert!((listed + total.others.value - total.value.unwrap()).abs() < 1e-12);
            assert_eq!(receipt.terms[0].value, own.value.unwrap() / total.value.unwrap());
        }
    }

    #[test]
    fn a_chance_too_small_to_show_is_no_contradiction_and_no_number_is_said() {
        assert_eq!(of(&[0.0, 200.0], 0).unwrap().check.verdict, Verdict::Agrees);
        assert_eq!(of(&[0.0, 95.0], 0).unwrap().check.verdict, Verdict::Agrees);
        assert_eq!(of(&[0.0, f32::NAN], 0).unwrap().check.verdict, Verdict::NotANumber);
        assert_eq!(of(&[3.0, 1.0], 0).unwrap().lines[2].others, Others::default());
    }

    #[test]
    fn only_a_logit_of_the_trace_has_a_chance() {
        assert_eq!(of(&[0.0, 1.0], 2), None);
        for other in ["logits:0:1", "block.0.mid:1:1", "block.0.lens:1:1"] {
            assert_eq!(chance(Cell::parse(other).unwrap(), &trace(&[0.0, 1.0])), None, "{other}");
        }
    }
}
