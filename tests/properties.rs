//! The resident run: however a text came about, its values are those of a fresh run.

mod common;

use common::{engine, everything, gpu_is_there};
use glassbox::engine::{Engine, EngineChoice};
use glassbox::model::{Part, Precision, Site};
use glassbox::trace::Tap;
use proptest::prelude::*;

/// One edit of a text of tokens.
#[derive(Clone, Debug)]
enum Edit {
    Append(Vec<u32>),
    Delete { at: usize, count: usize },
    Replace { at: usize, with: u32 },
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        prop::collection::vec(0u32..96, 1..6).prop_map(Edit::Append),
        (0usize..32, 1usize..6).prop_map(|(at, count)| Edit::Delete { at, count }),
        (0usize..32, 0u32..96).prop_map(|(at, with)| Edit::Replace { at, with }),
    ]
}

fn apply(tokens: &mut Vec<u32>, edit: &Edit) {
    match edit {
        Edit::Append(more) => tokens.extend(more),
        Edit::Delete { at, count } => {
            let at = at % tokens.len().max(1);
            tokens.drain(at..(at + count).min(tokens.len()));
        }
        Edit::Replace { at, with } => {
            let length = tokens.len().max(1);
            if let Some(token) = tokens.get_mut(at % length) {
                *token = *with;
            }
        }
    }
    tokens.truncate(32);
    if tokens.is_empty() {
        tokens.push(1);
    }
}

/// All values after a chain of edits, edited in place and computed afresh.
fn both_ways(choice: EngineChoice, edits: &[Edit]) -> (Vec<f32>, Vec<f32>) {
    let mut edited = engine("plain", choice, Precision::F32).unwrap();
    let mut tokens = vec![5];
    let mut values = everything(&mut edited, &tokens).1;
    for edit in edits {
        apply(&mut tokens, edit);
        values = everything(&mut edited, &tokens).1;
    }
    let mut fresh = engine("plain", choice, Precision::F32).unwrap();
    (values, everything(&mut fresh, &tokens).1)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn editing_gives_bit_for_bit_what_a_fresh_cpu_run_gives(edits in prop::collection::vec(edit(), 1..6)) {
        let (edited, fresh) = both_ways(EngineChoice::Cpu, &edits);
        prop_assert_eq!(common::bits(&edited), common::bits(&fresh));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn editing_gives_what_a_fresh_gpu_run_gives(edits in prop::collection::vec(edit(), 1..6)) {
        if gpu_is_there() {
            let (edited, fresh) = both_ways(EngineChoice::Gpu, &edits);
            let off = common::deviation(&edited, &fresh);
            prop_assert!(off <= 1e-5, "off by {off:e}");
        }
    }
}

/// Positions that the run computes, and what it costs the GPU.
#[test]
fn an_appended_token_computes_one_position() {
    for choice in [EngineChoice::Cpu, EngineChoice::Gpu] {
        let Some(mut engine) = engine("plain", choice, Precision::F32) else { continue };
        let mut run = |ids: &[u32]| pollster::block_on(engine.run(ids)).unwrap();
        assert_eq!(run(&[1, 2, 3, 4, 5]), 5);
        assert_eq!(run(&[1, 2, 3, 4, 5, 6]), 1);
        assert_eq!(run(&[1, 2, 3, 4, 5, 6]), 0);
        assert_eq!(run(&[1, 2, 3]), 0);
        assert_eq!(run(&[1, 2, 9, 4]), 2);
    }
}

/// One submit a run, one a read, nothing made that was made before, only what is asked copied.
#[test]
fn a_keystroke_costs_the_gpu_little() {
    let Some(Engine::Gpu(mut engine)) = engine("plain", EngineChoice::Gpu, Precision::F16) else { return };
    let mut keystroke = |ids: &[u32]| {
        let before = engine.counts;
        pollster::block_on(async {
            engine.run(ids).await.unwrap();
            engine.read(&[Tap::last(Site::Logits, 0), Tap::head(Site::Weights, 1, 2)]).await.unwrap();
        });
        (before, engine.counts)
    };
    keystroke(&[1, 2, 3]);
    keystroke(&[1, 2, 3, 4]);
    let (before, after) = keystroke(&[1, 2, 3, 4, 5]);
    assert_eq!(after.bind_groups, before.bind_groups, "everything is made by now");
    assert_eq!(after.submits - before.submits, 2, "a run and a read");
    // Embedding 3, each of two blocks 12, the final norm; then norm and unembedding for the logits.
    assert_eq!(after.dispatches - before.dispatches, 3 + 2 * 12 + 1 + 2);
    // The logits of 96 tokens, and five rows of a map with room for 32.
    assert_eq!(after.bytes_read - before.bytes_read, 4 * (96 + 5 * 32));
}

/// What is asked for twice, or in another order, or in part, is the same.
#[test]
fn a_part_is_a_part_of_the_whole() {
    for choice in [EngineChoice::Cpu, EngineChoice::Gpu] {
        let Some(mut engine) = engine("plain", choice, Precision::F32) else { continue };
        let ids = [3, 1, 4, 1, 5, 9, 2, 6];
        let (layout, whole) = everything(&mut engine, &ids);
        for entry in &layout.entries {
            let tap = Tap { name: entry.name, head: Some(1), rows: glassbox::trace::Rows::One(5) };
            let (part_layout, part) = pollster::block_on(engine.read(&[tap])).unwrap();
            let head = if entry.name.site.is_map() { 1 } else { 0 };
            let start = entry.offset + (head * ids.len() + 5) * entry.width;
            assert_eq!(part_layout.len(), entry.width);
            let off = common::deviation(&part, &whole[start..start + entry.width]);
            assert!(off <= 1e-5, "{}: off by {off:e}", entry.name);
        }
    }
}

/// The lens after the last block is the model's own answer.
#[test]
fn the_last_lens_is_the_logits() {
    let mut engine = engine("odd", EngineChoice::Cpu, Precision::F32).unwrap();
    pollster::block_on(engine.run(&[1, 2, 3])).unwrap();
    let taps = [Tap::last(Site::Lens, 2), Tap::last(Site::Logits, 0), Tap::last(Site::EmbedLens, 0)];
    let (layout, values) = pollster::block_on(engine.read(&taps)).unwrap();
    let part = |i: usize| &values[layout.entries[i].range()];
    assert_eq!(part(0), part(1));
    assert_ne!(part(1), part(2));
}

/// Neighbours' arithmetic: dot products and norms of the token table agree with its rows.
#[test]
fn dot_products_are_those_of_the_rows() {
    for choice in [EngineChoice::Cpu, EngineChoice::Gpu] {
        let Some(mut engine) = engine("odd", choice, Precision::F32) else { continue };
        let config = engine.config().clone();
        let ids: Vec<u32> = (0..config.vocab as u32).collect();
        let rows = pollster::block_on(engine.token_rows(&ids)).unwrap();
        let row = |id: usize| &rows[id * config.width..(id + 1) * config.width];
        let dots = pollster::block_on(engine.unembed(row(7), Part::TokenTable)).unwrap();
        for (id, (found, norm)) in dots.iter().zip(engine.token_norms()).enumerate() {
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
            assert!((f64::from(*found) - dot(row(7), row(id))).abs() < 1e-4, "token {id}");
            assert!((f64::from(*norm).powi(2) - dot(row(id), row(id))).abs() < 1e-3);
        }
    }
}

/// Tables that lie in several pieces give what they give in one.
#[test]
fn a_table_in_pieces_is_the_same_table() {
    if !gpu_is_there() {
        return;
    }
    for (name, precision) in [
        ("odd", Precision::F32),
        ("plain", Precision::F16),
        ("untied", Precision::F16),
        ("odd", Precision::Int8),
        ("untied", Precision::Int8),
    ] {
        let folder = glassbox::folder::Folder::open(&common::golden(name)).unwrap();
        let reference = common::Reference::read(name, folder.config.layers);
        let in_pieces = |bytes| {
            let mut engine = common::engine_in_pieces(&folder, precision, bytes);
            let values = everything(&mut engine, &reference.ids).1;
            let row = pollster::block_on(engine.token_rows(&[2])).unwrap();
            let dots = pollster::block_on(engine.unembed(&row, Part::TokenTable)).unwrap();
            (values, dots, engine.token_norms().to_vec())
        };
        assert_eq!(in_pieces(1 << 20), in_pieces(1000), "{name}");
    }
}

/// Room that was made anew, with a text in it, holds what a fresh run holds.
#[test]
fn growing_changes_nothing() {
    for choice in [EngineChoice::Cpu, EngineChoice::Gpu] {
        let Some(mut grown) = long_engine(choice) else { continue };
        let ids: Vec<u32> = (0..200).map(|i| (i * 37 + i / 7) % 90).collect();
        everything(&mut grown, &ids[..100]);
        let grown = everything(&mut grown, &ids).1;
        let fresh = everything(&mut long_engine(choice).unwrap(), &ids).1;
        let off = common::deviation(&grown, &fresh);
        assert!(off <= 1e-5, "off by {off:e}");
    }
}

/// A random model with more positions than there is room for at first.
fn long_engine(choice: EngineChoice) -> Option<Engine> {
    if choice == EngineChoice::Gpu && !gpu_is_there() {
        return None;
    }
    let (_place, folder) = common::random("layers=2,heads=2,width=24,vocab=90,positions=300");
    Some(folder.engine(choice, Precision::F32).unwrap().0)
}

/// Lenses of every layer and position: the GPU's against the CPU's, and the last layer's against the logits.
#[test]
fn lenses_agree_on_both_engines() {
    let reference = common::Reference::read("odd", 3);
    let mut taps = vec![Tap::all(Site::EmbedLens, 0), Tap::all(Site::Logits, 0)];
    taps.extend((0..3).map(|layer| Tap::all(Site::Lens, layer)));
    let lenses = |choice| {
        let mut engine = engine("odd", choice, Precision::F32)?;
        pollster::block_on(engine.run(&reference.ids)).unwrap();
        Some(pollster::block_on(engine.read(&taps)).unwrap())
    };
    let (layout, cpu) = lenses(EngineChoice::Cpu).unwrap();
    assert_eq!(cpu[layout.entries[1].range()], cpu[layout.entries[4].range()]);
    assert_ne!(cpu[layout.entries[1].range()], cpu[layout.entries[3].range()]);
    if let Some((_, gpu)) = lenses(EngineChoice::Gpu) {
        let off = common::deviation(&gpu, &cpu);
        assert!(off <= 1e-4, "off by {off:e}");
    }
}
