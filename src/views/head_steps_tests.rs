//! The steps against a run whose scores, weights and mix were made by the definition.

use super::*;
use crate::analysis::scores::soften as softened;
use crate::analysis::vectors::dot;
use crate::content::head::EN;
use crate::model::GptConfig;
use crate::tokens::{Text, Token};
use crate::trace::Layout;
use crate::views::head_arithmetic::{Line, arithmetic};

const T: usize = 4;
const C: usize = 6;
const D: usize = 3;

/// Two heads of three dimensions over four tokens; q, k and v are made up, the rest follows from them.
fn trace() -> Arc<Trace> {
    let config = format!(r#"{{"n_layer":2,"n_head":2,"n_embd":{C},"vocab_size":5,"n_positions":8}}"#);
    let config = GptConfig::from_json(&config).unwrap();
    let taps: Vec<Tap> = taps(1, 1).into_iter().chain([Tap::head(Site::Weights, 1, 1)]).collect();
    let layout = Layout::new(&taps, &config, T);
    let token = |i| Token { id: i as u32, start: i, end: i + 1 };
    let text = Text { read: "abcd".into(), tokens: (0..T).map(token).collect(), ..Text::default() };
    let mut values = vec![f32::NAN; layout.len()];
    let qkv: Vec<f32> = (0..T * 3 * C).map(|i| ((i * 7) % 13) as f32 / 4.0 - 1.5).collect();
    let part = |letter: usize, t: usize| &qkv[t * 3 * C + letter * C + D..][..D];
    let (mut scores, mut weights, mut mix) = (vec![f32::NEG_INFINITY; T * T], vec![0.0; T * T], vec![9.0; T * C]);
    for q in 0..T {
        for k in 0..=q {
            scores[q * T + k] = (dot(part(0, q), part(1, k)) / f64::from(D as u32).sqrt()) as f32;
        }
        for k in 0..=q {
            weights[q * T + k] = softened(&scores[q * T..][..=q], k).unwrap().share;
        }
        for d in 0..D {
            mix[q * C + D + d] = (0..=q).map(|k| weights[q * T + k] * part(2, k)[d]).sum();
        }
    }
    for entry in &layout.entries {
        let source = match entry.name.site {
            Site::Qkv => &qkv,
            Site::Scores => &scores,
            Site::Weights => &weights,
            _ => &mix,
        };
        values[entry.range()].copy_from_slice(source);
    }
    Arc::new(Trace { text, config, layout, knob: None, values })
}

fn close(a: f32, b: f32) -> bool {
    (a - b).abs() <= 1e-5 * (1.0 + b.abs())
}

#[test]
fn each_step_follows_from_the_one_before() {
    let run = derive(&trace(), 1, 1).unwrap();
    let [compare, scale, mask, soften] = [Compare, Shrink, Mask, Soften].map(|step| sheet(&run, step, 0));
    assert!(close(compare.scale.limit * run.factor(), scale.scale.limit) && scale.scale == mask.scale);
    for q in 0..T {
        for k in 0..T {
            let at = |sheet: &Sheet| sheet.value((q, k)).unwrap();
            assert!(close(at(&compare) * run.factor(), at(&scale)));
            if k <= q {
                assert!(close(at(&scale), at(&mask)));
            } else {
                assert_eq!((at(&mask), at(&soften)), (f32::NEG_INFINITY, 0.0));
            }
        }
        let (fetch, add) = (sheet(&run, Fetch, q), sheet(&run, Add, q));
        assert_eq!((fetch.axes.rows.len(), fetch.axes.columns()), (q + 1, D));
        for d in 0..D {
            let sum: f32 = (0..=q).map(|k| fetch.value((k, d)).unwrap()).sum();
            assert!(close(sum, add.value((q, d)).unwrap()));
        }
    }
    assert_eq!(mask.value((0, T)), None);
}

#[test]
fn the_arithmetic_of_a_cell_ends_in_the_cell() {
    let run = derive(&trace(), 1, 1).unwrap();
    for step in HeadStep::ALL {
        for query in 0..T {
            let sheet = sheet(&run, step, query);
            for row in 0..sheet.axes.rows.len() {
                for column in 0..sheet.axes.columns() {
                    let lines = arithmetic(&run, step, (row, column), query, &EN);
                    let Some(Line::Number { value, told, .. }) = lines.last() else { panic!("{step:?}: no result") };
                    let drawn = sheet.value((row, column)).unwrap();
                    assert!(*value == drawn || close(*value, drawn), "{step:?} {row} {column}: {value} {drawn}");
                    // An address leads to the very number.
                    for line in &lines {
                        let (addresses, values) = match line {
                            Line::Row { cells, .. } => (cells.addresses.clone(), cells.values.clone()),
                            Line::Number { value, told, .. } => (told.cell().into_iter().collect(), vec![*value]),
                        };
                        for (address, value) in addresses.into_iter().zip(values) {
                            assert_eq!(run.trace.value(address), Some(value), "{step:?} {address}");
                        }
                    }
                    assert!(told.cell().is_some() || !step.of_run());
                }
            }
        }
    }
}

#[test]
fn sums_are_of_their_strips_and_holes_are_seen() {
    let run = derive(&trace(), 1, 1).unwrap();
    let lines = arithmetic(&run, Compare, (2, 1), 2, &EN);
    let (Line::Row { cells, .. }, Line::Number { value, .. }) = (&lines[2], &lines[3]) else { panic!() };
    assert!(close(cells.values.iter().sum(), *value));
    let mut holed = (*trace()).clone();
    let entry = holed.layout.entries[0].clone();
    holed.values[entry.offset + 2 * 3 * C + D] = f32::NAN;
    let holed = derive(&Arc::new(holed), 1, 1).unwrap();
    assert!(sheet(&holed, Compare, 2).value((2, 0)).unwrap().is_nan());
    let lines = arithmetic(&holed, Compare, (2, 1), 2, &EN);
    assert!(matches!(lines[3], Line::Number { value, .. } if value.is_nan()));
    assert_eq!(derive(&trace(), 0, 1), None);
}

#[test]
fn steps_stay_inside() {
    assert_eq!((Compare.moved(-1), Compare.moved(1), Add.moved(1), Add.moved(-9)), (Compare, Shrink, Add, Compare));
}
