//! The whole forward pass against PyTorch, every site of every layer, on both engines; and the
//! faults that these comparisons must catch.

mod common;

use common::{GOLDEN, Reference, deviation, engine, everything};
use glassbox::engine::{Engine, EngineChoice, first_difference};
use glassbox::model::{Precision, Site};

const CPU: f32 = 2e-5;
const GPU_F32: f32 = 1e-4;
const GPU_F16: f32 = 5e-3;

/// Every site's deviation from the reference stays within `most`, and each position's likeliest
/// token is the same.
fn check(name: &str, engine: &mut Engine, reference: &Reference, most: f32) {
    let (layout, values) = everything(engine, &reference.ids);
    let mut worst = 0.0f32;
    for (entry, (site, expected)) in layout.entries.iter().zip(&reference.values) {
        assert_eq!(entry.name, *site);
        let off = deviation(&values[entry.range()], expected);
        assert!(off <= most, "{name}: {site} is off by {off:e}, allowed is {most:e}");
        worst = worst.max(off);
    }
    let logits = layout.entries.iter().find(|e| e.name.site == Site::Logits).unwrap();
    let expected = &reference.values.last().unwrap().1;
    let rows = values[logits.range()].chunks(logits.width).zip(expected.chunks(logits.width));
    for (position, (found, expected)) in rows.enumerate() {
        assert_eq!(largest(found), largest(expected), "{name}: position {position} has another likeliest token");
    }
    eprintln!("{name}: worst deviation {worst:e}");
}

fn largest(row: &[f32]) -> usize {
    (0..row.len()).max_by(|a, b| row[*a].total_cmp(&row[*b])).unwrap()
}

fn all(choice: EngineChoice, precision: Precision, most: f32) {
    for name in GOLDEN {
        let Some(mut engine) = engine(name, choice, precision) else { return };
        let reference = Reference::read(name, engine.config().layers);
        check(name, &mut engine, &reference, most);
    }
}

#[test]
fn cpu_agrees_with_pytorch() {
    all(EngineChoice::Cpu, Precision::F32, CPU);
}

#[test]
fn gpu_with_f32_weights_agrees_with_pytorch() {
    all(EngineChoice::Gpu, Precision::F32, GPU_F32);
}

#[test]
fn gpu_with_f16_weights_stays_close() {
    all(EngineChoice::Gpu, Precision::F16, GPU_F16);
}

/// The comparison itself is tested: one value off, anywhere, must be reported.
#[test]
fn one_wrong_value_is_found_at_its_site() {
    let mut engine = engine("plain", EngineChoice::Cpu, Precision::F32).unwrap();
    let reference = Reference::read("plain", engine.config().layers);
    let (layout, values) = everything(&mut engine, &reference.ids);
    for entry in &layout.entries {
        for wrong in [f32::NAN, f32::INFINITY, 1.0] {
            let mut spoiled = values.clone();
            spoiled[entry.offset] += wrong;
            // −∞ + 1 is still −∞: such a cell cannot be spoiled by adding.
            if spoiled[entry.offset] == values[entry.offset] {
                continue;
            }
            let found = first_difference(&layout, &spoiled, &values, (1e-3, 1e-3));
            assert_eq!(found, Some((entry.name, 0)));
            assert!(deviation(&spoiled[entry.range()], &values[entry.range()]) > GPU_F16);
        }
    }
    assert_eq!(first_difference(&layout, &values, &values, (0.0, 0.0)), None);
}

/// A model that differs by one setting is caught by the golden values.
#[test]
fn one_wrong_setting_is_caught() {
    use glassbox::model::{Activation, GptConfig};
    type Fault = (&'static str, fn(&mut GptConfig));
    let faults: [Fault; 4] = [
        ("untied", |c| c.activation = Activation::GeluTanh),
        ("scaled", |c| c.epsilon = 1e-5),
        ("scaled", |c| c.scale_by_layer = false),
        ("plain", |c| c.scale_by_head_size = false),
    ];
    for (name, spoil) in faults {
        let mut folder = glassbox::folder::Folder::open(&common::golden(name)).unwrap();
        spoil(&mut folder.config);
        let (mut engine, _) = folder.engine(EngineChoice::Cpu, Precision::F32).unwrap();
        let reference = Reference::read(name, engine.config().layers);
        let (layout, values) = everything(&mut engine, &reference.ids);
        let off = layout.entries.iter().zip(&reference.values);
        let worst = off.map(|(e, (_, expected))| deviation(&values[e.range()], expected)).fold(0.0, f32::max);
        assert!(worst > 10.0 * CPU, "{name}: the fault shows by {worst:e} only");
    }
}
