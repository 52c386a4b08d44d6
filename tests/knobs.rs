//! A knob: the model with it turned is the model with these weights, and turned back it is the one that
//! was loaded, bit for bit.

mod common;

use common::{KINDS, bits, deviation, engine, everything, fresh, golden, learned};
use glassbox::engine::{Engine, EngineChoice, EngineError};
use glassbox::folder::Folder;
use glassbox::link::answering::lens_grid;
use glassbox::model::{GptConfig, Knob, Part, Precision, Sink, TensorName, Tensors};
use pollster::block_on;

const IDS: [u32; 7] = [2, 1, 0, 2, 2, 1, 0];

fn weight(part: Part, layer: usize, row: usize, column: usize, value: f32) -> Knob {
    Knob::Weight { name: TensorName { part, layer }, row, column, value }
}

/// One of each kind; several in the same rows.
fn knobs(config: &GptConfig) -> Vec<Knob> {
    let (last, head) = (config.layers - 1, config.heads - 1);
    vec![
        Knob::Head { layer: 0, head: 0, scale: 0.0 },
        Knob::Head { layer: last, head, scale: -1.5 },
        weight(Part::ProjectWeight, last, config.width - 1, 3, 2.0),
        weight(Part::ExpandWeight, 0, 5, config.inner - 1, -3.0),
        weight(Part::QkvBias, last, 0, 7, 1.25),
        weight(Part::TokenTable, 0, 2, 9, 4.0),
        weight(Part::PositionTable, 0, 1, config.width - 1, 0.5),
        weight(config.head_part(), 0, 1, 1, -2.0),
        weight(Part::HeadBias, 0, 0, 2, 3.0),
    ]
}

/// The same, done by hand to what was loaded.
fn change(tensors: &mut Tensors, knob: Knob, config: &GptConfig) {
    match knob {
        Knob::Weight { name, row, column, value } => {
            let tensor = tensors.0.get_mut(&name).unwrap();
            tensor.values[row * tensor.shape[1] + column] = value;
        }
        Knob::Head { layer, head, scale } => {
            let size = config.head_size();
            let tensor = tensors.0.get_mut(&TensorName { part: Part::ProjectWeight, layer }).unwrap();
            let rows = head * size * config.width..(head + 1) * size * config.width;
            tensor.values[rows].iter_mut().for_each(|value| *value *= scale);
        }
    }
}

/// The rows that a knob changes, as the engine holds them: exactly so where it sets one weight.
fn written(engine: &mut Engine, knob: Knob) -> Option<Vec<u32>> {
    let rows = knob.rows(engine.config())?;
    let values = block_on(engine.slice(&rows)).unwrap();
    matches!(knob, Knob::Weight { .. }).then(|| bits(&values))
}

/// All that can be seen of an engine.
fn seen(engine: &mut Engine) -> Vec<Vec<f32>> {
    let values = everything(engine, &IDS).1;
    // A row without a direction has no cosine: a number that none is, so that two pictures compare.
    let cosine = |cosine: f32| if cosine.is_nan() { 2.0 } else { cosine };
    let cosines = block_on(engine.similar(2)).unwrap().into_iter().map(cosine).collect();
    let grid = block_on(lens_grid(engine, Some(1))).unwrap();
    let chances: Vec<f32> = grid.cells.iter().map(|cell| cell.chance).collect();
    vec![values, cosines, engine.token_norms().to_vec(), chances]
}

/// The same, in bits.
fn picture(engine: &mut Engine) -> Vec<Vec<u32>> {
    seen(engine).iter().map(|values| bits(values)).collect()
}

#[test]
fn a_turned_model_is_the_model_with_these_weights() {
    for name in ["odd", "plain", "untied"] {
        let folder = Folder::open(&golden(name)).unwrap();
        let config = folder.config.clone();
        for (choice, precision) in KINDS {
            let Some(mut engine) = engine(name, choice, precision) else { continue };
            let loaded = learned(&folder, precision);
            let untouched = picture(&mut engine);
            for knob in knobs(&config) {
                // From knob to knob, without turning back in between.
                assert_eq!(block_on(engine.turn(Some(knob))), Ok(true));
                let mut changed = loaded.clone();
                change(&mut changed, knob, &config);
                let turned = picture(&mut engine);
                // Eight bits would round what a knob has set: on floats it is what it should be. The GPU adds in another order.
                let (floats, exact) = match precision {
                    Precision::Int8 => (Precision::F32, choice == EngineChoice::Cpu),
                    other => (other, true),
                };
                let mut other = fresh(choice, floats, &config, &changed);
                let expected = seen(&mut other);
                for (found, expected) in seen(&mut engine).iter().zip(&expected) {
                    let same = if exact { bits(found) == bits(expected) } else { deviation(found, expected) <= 1e-4 };
                    assert!(same, "{name} on {choice:?}, {precision:?}: {knob} is something else");
                }
                assert_eq!(written(&mut engine, knob), written(&mut other, knob), "{name}, {precision:?}: {knob}");
                assert!(turned != untouched, "{name}: {knob} does nothing");
            }
            assert_eq!(block_on(engine.turn(None)), Ok(true));
            assert!(picture(&mut engine) == untouched, "{name} on {choice:?}, {precision:?}: not as it was");
        }
    }
}

/// The comparison sees a knob that turns its neighbour, or a little too little, or to no number.
#[test]
fn a_wrong_turn_is_seen() {
    let config = Folder::open(&golden("odd")).unwrap().config;
    let loaded = learned(&Folder::open(&golden("odd")).unwrap(), Precision::F32);
    let mut engine = engine("odd", EngineChoice::Cpu, Precision::F32).unwrap();
    block_on(engine.turn(Some(weight(Part::ExpandWeight, 1, 4, 5, 0.75)))).unwrap();
    let turned = picture(&mut engine);
    for (row, column, value) in [(5, 4, 0.75), (4, 6, 0.75), (4, 5, 0.7501), (4, 5, f32::NAN)] {
        let mut changed = loaded.clone();
        change(&mut changed, weight(Part::ExpandWeight, 1, row, column, value), &config);
        let other = picture(&mut fresh(EngineChoice::Cpu, Precision::F32, &config, &changed));
        assert!(turned != other, "{row}, {column}, {value}");
    }
}

#[test]
fn only_a_change_forgets_the_run() {
    for (choice, precision) in KINDS {
        let Some(mut engine) = engine("plain", choice, precision) else { continue };
        let knob = Some(Knob::Head { layer: 1, head: 2, scale: 0.0 });
        let mut step = |knob| {
            let changed = block_on(engine.turn(knob)).unwrap();
            (changed, block_on(engine.run(&[1, 2, 3])).unwrap())
        };
        let steps = [None, None, knob, knob, None, None].map(&mut step);
        assert_eq!(steps, [(false, 3), (false, 0), (true, 3), (false, 0), (true, 3), (false, 0)]);
    }
}

#[test]
fn a_knob_that_is_refused_leaves_the_model_as_it_was_learned() {
    for (choice, precision) in KINDS {
        let Some(mut engine) = engine("plain", choice, precision) else { continue };
        let untouched = picture(&mut engine);
        let refused = [
            weight(Part::TokenTable, 0, 2, 9, f32::NAN),
            weight(Part::TokenTable, 0, 2, 9, f32::INFINITY),
            weight(Part::TokenTable, 0, 96, 0, 1.0),
            weight(Part::TokenTable, 0, 0, 64, 1.0),
            weight(Part::QkvBias, 2, 0, 0, 1.0),
            weight(Part::Head, 0, 0, 0, 1.0),
            weight(Part::QkvBias, 0, usize::MAX, usize::MAX, 1.0),
            Knob::Head { layer: 0, head: 0, scale: f32::NAN },
            Knob::Head { layer: 0, head: 0, scale: f32::NEG_INFINITY },
            Knob::Head { layer: 0, head: 4, scale: 0.0 },
            Knob::Head { layer: 2, head: usize::MAX, scale: 0.0 },
        ];
        for knob in refused {
            block_on(engine.turn(Some(Knob::Head { layer: 0, head: 1, scale: 0.0 }))).unwrap();
            let found = block_on(engine.turn(Some(knob)));
            assert!(matches!(found, Err(EngineError::Knob { .. })), "{knob}: {found:?}");
            assert_eq!(engine.knob(), None);
            assert!(picture(&mut engine) == untouched, "{knob}");
        }
    }
}

#[test]
fn numbers_do_not_run_away() {
    for (choice, precision) in KINDS {
        let Some(mut engine) = engine("plain", choice, precision) else { continue };
        let row = vec![2.0; engine.config().width];
        engine.rows(TensorName { part: Part::ProjectWeight, layer: 0 }, 0, &row);
        let untouched = picture(&mut engine);
        let found = block_on(engine.turn(Some(Knob::Head { layer: 0, head: 0, scale: f32::MAX })));
        assert!(matches!(found, Err(EngineError::Knob { .. })), "{found:?}");
        assert!(picture(&mut engine) == untouched);
    }
}
