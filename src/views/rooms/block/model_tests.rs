use super::*;
use crate::tokens::{Text, Token};
use crate::trace::Layout;

fn config() -> GptConfig {
    GptConfig::from_json(r#"{"n_layer":2,"n_head":2,"n_embd":4,"n_inner":6,"vocab_size":5,"n_positions":8}"#).unwrap()
}

fn trace(value: impl Fn(usize) -> f32) -> Trace {
    let (config, tokens) = (config(), 3);
    let layout = Layout::new(&taps(1, &config), &config, tokens);
    let values = (0..layout.len()).map(value).collect();
    let token = |i| Token { id: i as u32, start: i, end: i + 1 };
    let text = Text { read: "abc".into(), tokens: (0..tokens).map(token).collect(), ..Text::default() };
    Trace { text, config, layout, knob: None, values }
}

#[test]
fn the_boxes_are_the_run_s_own_steps_in_its_order() {
    use Site::*;
    let model = derive(&trace(|i| i as f32), 1, None).unwrap();
    let order = [Norm1, Qkv, Scores, Weights, Mix, Project, Mid, Norm2, Expand, Gelu, Contract, Out];
    assert_eq!(model.pieces.iter().map(|p| p.site).collect::<Vec<_>>(), order);
    let program = Program::forward(&config(), 0..3, 8);
    let run = program.steps.iter().filter_map(|step| Some((step.kernel, written(step)?)));
    let run: Vec<_> = run.filter(|(_, name)| name.site.per_layer() && name.layer == 1).collect();
    assert_eq!(model.pieces.iter().map(|p| (p.kernel, SiteName::new(p.site, 1))).collect::<Vec<_>>(), run);
    let lanes = |lane| model.pieces.iter().filter(|p| p.lane == lane).map(|p| p.site).collect::<Vec<_>>();
    assert_eq!((lanes(Lane::Leave), lanes(Lane::Join)), (vec![Norm1, Norm2], vec![Mid, Out]));
    let shapes: Vec<_> = model.pieces.iter().map(|p| p.shape.as_str()).collect();
    assert_eq!(shapes[1..4], ["4 → 3 × 4", "3 × 4 → 2 × 3", "2 × 3 → 2 × 3"]);
    assert_eq!((shapes[6], shapes[8]), ("4 + 4 → 4", "4 → 6"));
    assert_eq!(model.pieces[1].learned, [[4, 12], [1, 12]]);
}

#[test]
fn every_drawn_value_is_the_trace_s_own() {
    let trace = trace(|i| ((i * 5) % 11) as f32 - 5.0);
    for pick in [None, Some(0), Some(1), Some(9)] {
        let model = derive(&trace, 1, pick).unwrap();
        assert_eq!(model.position, pick.unwrap_or(2).min(2));
        let rows = model.pieces.iter().flat_map(|p| &p.rows).chain([&model.entering]);
        for cells in rows.map(|row| &row.cells) {
            assert_eq!(cells.values.len(), cells.addresses.len());
            for (value, cell) in cells.values.iter().zip(&cells.addresses) {
                assert_eq!(trace.value(*cell), Some(*value), "{cell}");
            }
        }
        for (cell, value) in model.pieces.iter().flat_map(|p| &p.largest) {
            assert_eq!(trace.value(*cell), Some(*value));
            assert!(!cell.name.site.is_map() || cell.column <= model.position);
        }
        assert_eq!(
            model.pieces[1].rows.iter().map(|r| r.part).collect::<Vec<_>>(),
            [Part::Query, Part::Key, Part::Value]
        );
        assert_eq!(model.pieces[2].rows[1].cells.values.len(), model.position + 1);
    }
    assert_eq!(derive(&trace, 0, None), None);
}

#[test]
fn an_addition_is_measured_in_double_precision() {
    let trace = trace(|i| ((i * 7) % 13) as f32 - 6.0);
    let model = derive(&trace, 1, Some(1)).unwrap();
    let sums: Vec<Sum> = model.pieces.iter().filter_map(|p| p.sum).collect();
    assert_eq!(sums.len(), 2);
    let row = |site, layer| trace.row(site, layer, 1).unwrap();
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    for (sum, (a, b)) in
        sums.iter().zip([(row(Site::Out, 0), row(Site::Project, 1)), (row(Site::Mid, 1), row(Site::Contract, 1))])
    {
        let lengths = (dot(a, a).sqrt(), dot(b, b).sqrt());
        assert_eq!((sum.before, sum.added), (lengths.0 as f32, lengths.1 as f32));
        assert!((f64::from(sum.cosine) - dot(a, b) / (lengths.0 * lengths.1)).abs() < 1e-6);
        assert!((f64::from(sum.share()) - lengths.1 / lengths.0).abs() < 1e-6);
    }
}

#[test]
fn what_is_no_number_stays_none() {
    let model = derive(&trace(|_| f32::NAN), 1, None).unwrap();
    assert!(model.pieces.iter().all(|p| p.rows.iter().all(|r| r.cells.values.iter().all(|v| v.is_nan()))));
    assert!(model.pieces.iter().all(|p| p.largest.iter().all(|(_, v)| v.is_nan())));
    assert!(model.pieces.iter().filter_map(|p| p.sum).all(|s| s.share().is_nan() && s.cosine.is_nan()));
}

#[test]
fn of_a_text_too_long_one_token_is_read() {
    let large = r#"{"n_layer":12,"n_head":12,"n_embd":768,"vocab_size":50257,"n_positions":1024}"#;
    let large = GptConfig::from_json(large).unwrap();
    for tap in taps(3, &large) {
        assert!(tap.rows.resolve(40).len() == 40 && tap.rows.resolve(1024).len() == 1);
    }
}
