//! How alike tokens are: against the definition in f64, on every engine, over a table in which what all
//! tokens have in common hides what each of them means.

mod common;

use common::{KINDS, engine_in_pieces, gpu_is_there, random};
use glassbox::analysis::neighbours::nearest;
use glassbox::engine::common::DIRECTIONS;
use glassbox::engine::{Engine, EngineChoice, EngineError};
use glassbox::folder::Folder;
use glassbox::link::answering::{surroundings, toward};
use glassbox::link::question::Measure;
use glassbox::model::{Knob, Part, Precision, Sink, Slice, TensorName};
use pollster::block_on;

const TABLE: TensorName = TensorName { part: Part::TokenTable, layer: 0 };
const WIDTH: usize = 24;
const VOCAB: usize = 600;
/// Token `i` is of the kind `i % MEANINGS`.
const MEANINGS: usize = 20;

/// Numbers between −1 and 1, the same everywhere.
fn noise(seed: u64) -> impl Iterator<Item = f64> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / f64::from(1 << 23) - 1.0
    })
}

/// A table that is like a trained one: rows of a kind resemble each other, and all have a mean and three
/// directions in common that are several times as long. Its values are numbers of 16 bits.
fn planted(vocab: usize, width: usize) -> Vec<f32> {
    let vectors: Vec<f64> = noise(1).take((MEANINGS + 4) * width).collect();
    let vector = |i: usize| &vectors[i * width..(i + 1) * width];
    let (mut small, mut second, mut third) = (noise(2), noise(3), noise(4));
    let mut table = Vec::new();
    for i in 0..vocab {
        let often = 4.0 * (1.0 - i as f64 / vocab as f64).powi(2);
        let shared = [2.0, often, 2.5 * second.next().unwrap(), 1.5 * third.next().unwrap()];
        for c in 0..width {
            let own = 0.5 * vector(i % MEANINGS)[c] + 0.1 * small.next().unwrap();
            let shared: f64 = shared.iter().zip(MEANINGS..).map(|(by, k)| by * vector(k)[c]).sum();
            table.push(half::f16::from_f64(own + shared).to_f32());
        }
    }
    table
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// What rows have in common: the mean, and the first eigenvectors of the covariance, by the power method
/// on the matrix itself, what was found taken out of it.
fn in_common(rows: &[Vec<f64>], directions: usize) -> (Vec<f64>, Vec<Vec<f64>>) {
    let width = rows[0].len();
    let mean: Vec<f64> = (0..width).map(|c| rows.iter().map(|row| row[c]).sum::<f64>() / rows.len() as f64).collect();
    let product = |i: usize, j: usize| rows.iter().map(|row| (row[i] - mean[i]) * (row[j] - mean[j])).sum();
    let mut covariance: Vec<Vec<f64>> = (0..width).map(|i| (0..width).map(|j| product(i, j)).collect()).collect();
    let mut found = Vec::new();
    for _ in 0..directions {
        let mut axis: Vec<f64> = noise(9).take(width).collect();
        let mut value = 0.0;
        for _ in 0..500 {
            axis = covariance.iter().map(|row| dot(row, &axis)).collect();
            value = dot(&axis, &axis).sqrt();
            axis.iter_mut().for_each(|x| *x /= value);
        }
        for (i, row) in covariance.iter_mut().enumerate() {
            row.iter_mut().zip(&axis).for_each(|(x, a)| *x -= value * axis[i] * a);
        }
        found.push(axis);
    }
    (mean, found)
}

/// The cosines of `vector` with all rows, the common part of every `step`-th row taken off both.
fn definition(table: &[f32], vector: &[f32], directions: usize, step: usize) -> Vec<f64> {
    let wide = |row: &[f32]| row.iter().map(|x| f64::from(*x)).collect::<Vec<f64>>();
    let rows: Vec<Vec<f64>> = table.chunks(vector.len()).map(wide).collect();
    let counts = |row: &&Vec<f64>| row.iter().all(|x| x.is_finite()) && row.iter().any(|x| *x != 0.0);
    let sample: Vec<Vec<f64>> = rows.iter().step_by(step).filter(counts).cloned().collect();
    let (mean, axes) = in_common(&sample, directions);
    let off = |row: &[f64]| {
        let centred: Vec<f64> = row.iter().zip(&mean).map(|(x, m)| x - m).collect();
        let common = |c: usize| axes.iter().map(|axis| dot(axis, &centred) * axis[c]).sum::<f64>();
        (0..centred.len()).map(|c| centred[c] - common(c)).collect::<Vec<f64>>()
    };
    let own = off(&wide(vector));
    let cosine = |other: Vec<f64>| dot(&own, &other) / (dot(&own, &own) * dot(&other, &other)).sqrt();
    rows.iter().map(|row| if counts(&row) { cosine(off(row)) } else { f64::NAN }).collect()
}

/// The largest difference; infinite where one is a number and the other is not.
fn apart(found: &[f32], expected: &[f64]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let one = |(found, expected): (&f32, &f64)| match (f64::from(*found) - expected).abs() {
        difference if difference.is_finite() => difference,
        _ if found.is_nan() && expected.is_nan() => 0.0,
        _ => f64::INFINITY,
    };
    found.iter().zip(expected).map(one).fold(0.0, f64::max)
}

/// The share of the nearest five of some tokens that are of their kind.
fn of_a_kind(cosines: impl Fn(u32) -> Vec<f32>) -> f64 {
    let probes = (3..VOCAB as u32).step_by(17);
    let kin = |id: u32| {
        nearest(&cosines(id), id, 5).iter().filter(|n| n.id as usize % MEANINGS == id as usize % MEANINGS).count()
    };
    probes.clone().map(kin).sum::<usize>() as f64 / (5 * probes.count()) as f64
}

fn model() -> (tempfile::TempDir, Folder) {
    random(&format!("layers=1,heads=2,width={WIDTH},vocab={VOCAB},positions=8"))
}

/// The engines that there are, with this table.
fn engines(folder: &Folder, table: &[f32]) -> Vec<(String, Engine)> {
    let gpu = gpu_is_there();
    let kinds = KINDS.into_iter().filter(|(choice, _)| gpu || *choice == EngineChoice::Cpu);
    let whole = kinds
        .map(|(choice, precision)| (format!("{choice:?}, {precision:?}"), folder.engine(choice, precision).unwrap().0));
    let pieces = gpu.then(|| ("in pieces".to_string(), engine_in_pieces(folder, Precision::F16, 1000)));
    let mut all: Vec<_> = whole.chain(pieces).collect();
    all.iter_mut().for_each(|(_, engine)| engine.rows(TABLE, 0, table));
    all
}

/// The table as an engine holds it: eight bits round what they are given (`tests/int8.rs`).
fn held(engine: &mut Engine) -> Vec<f32> {
    let [rows, columns] = TABLE.shape(engine.config());
    block_on(engine.slice(&Slice { name: TABLE, rows: 0..rows, columns: 0..columns })).unwrap()
}

#[test]
fn cosines_are_their_definition() {
    let (_place, folder) = model();
    for (name, mut engine) in engines(&folder, &planted(VOCAB, WIDTH)) {
        let table = held(&mut engine);
        // A token's row, and a vector that is on its way.
        let row = &table[7 * WIDTH..8 * WIDTH];
        let moved: Vec<f32> = row.iter().zip(noise(5)).map(|(x, by)| x + 3.0 * by as f32).collect();
        let found = block_on(engine.cosines(&[row, &moved].concat())).unwrap();
        for (vector, found) in [row, &moved].into_iter().zip(found.chunks(VOCAB)) {
            let off = apart(found, &definition(&table, vector, DIRECTIONS, 1));
            assert!(off < 2e-4, "{name}: off by {off:e}");
            for other in [0, 1, 2, 4] {
                assert!(apart(found, &definition(&table, vector, other, 1)) > 0.05, "{name}: {other} directions");
            }
        }
        assert_eq!(block_on(engine.similar(7)).unwrap(), found[..VOCAB], "{name}");
        assert!((found[7] - 1.0).abs() < 1e-4, "{name}: {}", found[7]);
        assert!(matches!(block_on(engine.cosines(&row[1..])), Err(EngineError::OutOfRange { .. })));
    }
    assert_eq!(DIRECTIONS, 3, "the page says: three");
}

/// What hides the kinds is taken off; without that, the nearest are of any kind.
#[test]
fn tokens_of_a_kind_are_found_behind_what_all_have_in_common() {
    let (_place, folder) = model();
    let table = planted(VOCAB, WIDTH);
    for (name, mut engine) in engines(&folder, &table) {
        let all: Vec<Vec<f32>> = (0..VOCAB as u32).map(|id| block_on(engine.similar(id)).unwrap()).collect();
        let share = of_a_kind(|id| all[id as usize].clone());
        assert!(share > 0.95, "{name}: {share}");
    }
    let row = |id: u32| &table[id as usize * WIDTH..][..WIDTH];
    let wide = |row: &[f32]| row.iter().map(|x| f64::from(*x)).collect::<Vec<f64>>();
    let cosine = |a: &[f64], b: &[f64]| (dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()) as f32;
    let raw = of_a_kind(|id| table.chunks(WIDTH).map(|other| cosine(&wide(row(id)), &wide(other))).collect());
    let centred = of_a_kind(|id| definition(&table, row(id), 0, 1).into_iter().map(|x| x as f32).collect());
    assert!(raw < 0.6 && centred < 0.6, "nothing is hidden: {raw}, {centred}");
}

#[test]
fn list_map_and_directions_are_of_one_definition() {
    let (_place, folder) = model();
    for (name, mut engine) in engines(&folder, &planted(VOCAB, WIDTH)) {
        let table = held(&mut engine);
        let around = block_on(surroundings(&mut engine, 7, 19)).unwrap();
        let vector = &table[7 * WIDTH..8 * WIDTH];
        assert_eq!(around.vector, vector, "{name}: the vector itself is shown as it is");
        let lists = block_on(toward(&mut engine, vector, Measure::Cosine, 20)).unwrap();
        let list: Vec<(u32, f32)> = around.nearest.iter().map(|near| (near.id, near.cosine)).collect();
        assert_eq!(lists[0].up[0].0, 7, "{name}");
        assert_eq!(lists[0].up[1..], list, "{name}");
        // The map's distances are at most those of the vectors that it shows; with the common part still
        // in them, they would be some times as long.
        let width = around.points.iter().map(|p| p[0].hypot(p[1])).fold(0.0, f32::max);
        assert!(width < 2.0, "{name}: {width}");
    }
}

#[test]
fn rows_that_are_no_numbers_or_none_at_all_disturb_nobody() {
    let (_place, folder) = model();
    let mut table = planted(VOCAB, WIDTH);
    table[5 * WIDTH + 3] = f32::NAN;
    table[8 * WIDTH..9 * WIDTH].fill(f32::NAN);
    table[6 * WIDTH..7 * WIDTH].fill(0.0);
    for (name, mut engine) in engines(&folder, &table) {
        let table = held(&mut engine);
        let found = block_on(engine.similar(7)).unwrap();
        let off = apart(&found, &definition(&table, &table[7 * WIDTH..8 * WIDTH], DIRECTIONS, 1));
        assert!(off < 2e-4, "{name}: off by {off:e}");
        assert!([5, 6, 8].iter().all(|&id: &usize| found[id].is_nan()), "{name}");
        for id in [5, 6, 8] {
            assert!(block_on(engine.similar(id)).unwrap().iter().all(|x| x.is_nan()), "{name}");
        }
    }
}

/// Tables without anything to find in them give no false directions, and no panic.
#[test]
fn tables_without_directions_are_no_trouble() {
    let (_place, folder) = model();
    let row: Vec<f32> = planted(1, WIDTH);
    for table in [vec![0.0; VOCAB * WIDTH], vec![f32::NAN; VOCAB * WIDTH], row.repeat(VOCAB)] {
        for (name, mut engine) in engines(&folder, &table) {
            assert!(block_on(engine.similar(7)).unwrap().iter().all(|x| x.is_nan()), "{name}");
            let around = block_on(surroundings(&mut engine, 7, 19)).unwrap();
            assert!(around.nearest.is_empty() && around.points.len() == 1, "{name}");
        }
    }
}

#[test]
fn a_large_table_s_common_part_is_that_of_every_nth_row() {
    let (vocab, width) = (20_000, 16);
    let (_place, folder) = random(&format!("layers=1,heads=2,width={width},vocab={vocab},positions=8"));
    let table = planted(vocab, width);
    for (choice, precision) in KINDS.into_iter().filter(|(choice, _)| *choice == EngineChoice::Cpu || gpu_is_there()) {
        let (mut engine, name) = (folder.engine(choice, precision).unwrap().0, format!("{choice:?}, {precision:?}"));
        engine.rows(TABLE, 0, &table);
        let table = held(&mut engine);
        let vector = &table[7 * width..8 * width];
        let found = block_on(engine.similar(7)).unwrap();
        let off = apart(&found, &definition(&table, vector, DIRECTIONS, 3));
        assert!(off < 2e-4, "{name}: off by {off:e}");
        let off = apart(&found, &definition(&table, vector, DIRECTIONS, 1));
        assert!(off > 2e-4 && off < 0.05, "{name}: off by {off:e} from that of all rows");
    }
}

/// A knob on the table is in the cosines, and out again.
#[test]
fn a_changed_table_is_looked_at_anew() {
    let (_place, folder) = model();
    for (name, mut engine) in engines(&folder, &planted(VOCAB, WIDTH)) {
        let before = block_on(engine.similar(7)).unwrap();
        block_on(engine.turn(Some(Knob::Weight { name: TABLE, row: 9, column: 2, value: 40.0 }))).unwrap();
        let turned = block_on(engine.similar(7)).unwrap();
        assert!(turned.iter().zip(&before).filter(|(a, b)| a != b).count() > VOCAB / 2, "{name}");
        block_on(engine.turn(None)).unwrap();
        assert_eq!(block_on(engine.similar(7)).unwrap(), before, "{name}");
    }
}
