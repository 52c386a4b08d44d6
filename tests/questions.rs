//! Questions outside a run: learned numbers, directions in the vocabulary's terms, the lens of every
//! floor; each against its definition, on every engine, and each with faults that must show.

mod common;

use common::{
    KINDS, Reference, bits, deviation, engine, engine_in_pieces, everything, golden, gpu_is_there, learned, random,
};
use glassbox::analysis::lens::LensGrid;
use glassbox::engine::{Engine, EngineChoice, EngineError};
use glassbox::folder::Folder;
use glassbox::link::answering::{answer, answer_unless, lens_grid, patched, surroundings};
use glassbox::link::protocol::Probe;
use glassbox::link::question::{Answer, Measure, Question};
use glassbox::model::{LensPoint, Part, Precision, Site, SiteName, Slice, Tensor, Tensors};
use glassbox::trace::Tap;
use pollster::block_on;

/// A vocabulary so large that questions are answered in several batches, and its table read in several.
const LARGE: &str = "layers=1,heads=2,width=16,vocab=150000,positions=8";

/// The cells of a slice, straight from what was loaded.
fn cells(tensors: &Tensors, slice: &Slice) -> Vec<f32> {
    let tensor = &tensors.0[&slice.name];
    let row = |row: usize| &tensor.values[row * tensor.shape[1]..][slice.columns.clone()];
    slice.rows.clone().flat_map(row).copied().collect()
}

/// Of every tensor: all of it, its last row, its last column, a block in the middle.
fn slices(tensors: &Tensors) -> Vec<Slice> {
    let of = |(name, tensor): (_, &Tensor)| {
        let [rows, columns] = tensor.shape;
        let slice = |rows, columns| Slice { name, rows, columns };
        let middle = slice(rows / 3..rows.div_ceil(2), columns / 3..columns.div_ceil(2));
        [slice(0..rows, 0..columns), slice(rows - 1..rows, 0..columns), slice(0..rows, columns - 1..columns), middle]
    };
    tensors.0.iter().flat_map(|(name, tensor)| of((*name, tensor))).collect()
}

/// The first slice that is not what was loaded, bit for bit.
fn wrong_slice(engine: &mut Engine, tensors: &Tensors) -> Option<Slice> {
    let differs = |slice: &Slice| bits(&block_on(engine.slice(slice)).unwrap()) != bits(&cells(tensors, slice));
    slices(tensors).into_iter().find(differs)
}

#[test]
fn a_slice_is_what_was_loaded() {
    for name in ["odd", "plain", "untied"] {
        let folder = Folder::open(&golden(name)).unwrap();
        for (choice, precision) in KINDS {
            let Some(mut engine) = engine(name, choice, precision) else { continue };
            let tensors = learned(&folder, precision);
            assert_eq!(wrong_slice(&mut engine, &tensors), None, "{name} on {choice:?}, {precision:?}");
            if choice == EngineChoice::Gpu {
                let mut engine = engine_in_pieces(&folder, precision, 1000);
                assert_eq!(wrong_slice(&mut engine, &tensors), None, "{name} in pieces, {precision:?}");
            }
            // One bit, or no number, anywhere; or values that were not rounded.
            for part in [Part::TokenTable, Part::ContractWeight, Part::NormFBias] {
                for spoil in [|bits: u32| bits ^ 1, |_| f32::NAN.to_bits()] {
                    let mut spoiled = tensors.clone();
                    let (_, tensor) = spoiled.0.iter_mut().find(|(name, _)| name.part == part).unwrap();
                    let last = tensor.values.last_mut().unwrap();
                    *last = f32::from_bits(spoil(last.to_bits()));
                    assert_eq!(wrong_slice(&mut engine, &spoiled).map(|slice| slice.name.part), Some(part));
                }
            }
            // A checkpoint that is rounded already is the same in both precisions; "plain" is not.
            let exact = learned(&folder, Precision::F32);
            assert_eq!(wrong_slice(&mut engine, &exact).is_some(), exact != tensors);
            assert!(name != "plain" || precision == Precision::F32 || exact != tensors);
        }
    }
}

#[test]
fn a_slice_that_is_not_there_is_an_error() {
    for choice in [EngineChoice::Cpu, EngineChoice::Gpu] {
        let Some(mut engine) = engine("plain", choice, Precision::F16) else { continue };
        let mut ask = |part, layer, rows, columns| block_on(engine.slice(&Slice::new(part, layer, rows, columns)));
        assert_eq!(ask(Part::TokenTable, 0, 96..96, 0..64), Ok(Vec::new()));
        let backwards = std::ops::Range { start: 2, end: 1 };
        for (part, layer, rows, columns) in [
            (Part::TokenTable, 0, 96..97, 0..64),
            (Part::TokenTable, 0, 0..1, 64..65),
            (Part::TokenTable, 1, 0..1, 0..1),
            (Part::QkvWeight, 2, 0..1, 0..1),
            (Part::Head, 0, 0..1, 0..1),
            (Part::QkvBias, 0, 1..2, 0..1),
            (Part::QkvWeight, 0, backwards, 0..1),
            (Part::QkvWeight, 0, 0..usize::MAX, 0..usize::MAX),
        ] {
            let found = ask(part, layer, rows, columns);
            assert!(matches!(found, Err(EngineError::OutOfRange { .. })), "{part:?} {layer}: {found:?}");
        }
    }
}

/// Numbers between −1 and 1, the same everywhere.
fn noise(count: usize) -> Vec<f32> {
    let mut state = 7u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// x · table[v] for every x and v, summed in f64.
fn dots(vectors: &[f32], table: &Tensor) -> Vec<f32> {
    let width = table.shape[1];
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>() as f32;
    vectors.chunks(width).flat_map(|x| table.values.chunks(width).map(move |row| dot(x, row))).collect()
}

#[test]
fn unembedding_is_a_dot_product_with_every_row() {
    for name in ["odd", "untied", "wide"] {
        let folder = Folder::open(&golden(name)).unwrap();
        let config = folder.config.clone();
        let vectors = noise(5 * config.width);
        for (choice, precision) in KINDS {
            let Some(mut engine) = engine(name, choice, precision) else { continue };
            let tensors = learned(&folder, precision);
            for table in [Part::TokenTable, config.head_part()] {
                let own = tensors.0.iter().find(|(name, _)| name.part == table).unwrap().1;
                let found = block_on(engine.unembed(&vectors, table)).unwrap();
                let off = deviation(&found, &dots(&vectors, own));
                assert!(off <= 1e-5, "{name}, {table:?} on {choice:?}, {precision:?}: off by {off:e}");
                let mut rolled = own.clone();
                rolled.values.rotate_left(config.width);
                assert!(deviation(&found, &dots(&vectors, &rolled)) > 1e-2);
                let mut broken = vectors.clone();
                broken[config.width] = f32::NAN;
                let spoiled = block_on(engine.unembed(&broken, table)).unwrap();
                assert_eq!(deviation(&spoiled, &dots(&vectors, own)), f32::INFINITY);
                assert_eq!(bits(&spoiled[..config.vocab]), bits(&found[..config.vocab]), "only the second is broken");
            }
            for (vectors, table) in [(&vectors[1..], Part::TokenTable), (&vectors[..], Part::PositionTable)] {
                assert!(matches!(block_on(engine.unembed(vectors, table)), Err(EngineError::OutOfRange { .. })));
            }
        }
    }
}

/// Logits of every floor and position as taps read them, floor by floor.
fn rows_of_logits(engine: &mut Engine) -> Vec<Vec<f32>> {
    let layers = engine.config().layers;
    let mut taps = vec![Tap::all(Site::EmbedLens, 0)];
    taps.extend((0..layers - 1).map(|layer| Tap::all(Site::Lens, layer)));
    taps.push(Tap::all(Site::Logits, 0));
    let (_, values) = block_on(engine.read(&taps)).unwrap();
    values.chunks(engine.config().vocab).map(<[f32]>::to_vec).collect()
}

/// The first cell (floor, position) that is not the softmax of its logits, in f64, over a sorted vocabulary.
fn wrong_cell(grid: &LensGrid, rows: &[Vec<f32>], ids: &[u32], word: Option<u32>) -> Option<(usize, usize)> {
    let tokens = ids.len();
    if (grid.tokens, grid.cells.len()) != (tokens, rows.len()) {
        return Some((0, 0));
    }
    let wrong = |(at, row): (usize, &Vec<f32>)| {
        let mut order: Vec<u32> = (0..row.len() as u32).collect();
        order.sort_by(|a, b| row[*b as usize].partial_cmp(&row[*a as usize]).unwrap().then(a.cmp(b)));
        let most = f64::from(row[order[0] as usize]);
        let sum: f64 = row.iter().map(|x| (f64::from(*x) - most).exp()).sum();
        let near = |chance: f32, id: u32| {
            let expected = (f64::from(row[id as usize]) - most).exp() / sum;
            (f64::from(chance) - expected).abs() <= 1e-6 * expected
        };
        let standing = |found: Option<glassbox::analysis::lens::Standing>, id: Option<u32>| match (found, id) {
            (None, None) => true,
            (Some(found), Some(id)) => near(found.chance, id) && order[found.rank as usize - 1] == id,
            _ => false,
        };
        let cell = grid.cell(at / tokens, at % tokens).unwrap();
        let right = cell.first == order[0]
            && near(cell.chance, order[0])
            && standing(cell.came, ids.get(at % tokens + 1).copied())
            && standing(cell.word, word);
        !right
    };
    rows.iter().enumerate().find(|item| wrong(*item)).map(|(at, _)| (at / tokens, at % tokens))
}

/// The grid of a text is that of its logits, and a fault in any part of a cell shows.
fn check_grid(engine: &mut Engine, ids: &[u32], word: Option<u32>) {
    block_on(engine.run(ids)).unwrap();
    let grid = block_on(lens_grid(engine, word)).unwrap();
    let rows = rows_of_logits(engine);
    assert_eq!(grid.floors(), engine.config().layers + 1);
    assert_eq!(wrong_cell(&grid, &rows, ids, word), None);
    assert_eq!(wrong_cell(&grid, &rows[1..], ids, word), Some((0, 0)));
    let faults: [fn(&mut LensGrid, usize); 6] = [
        |grid, at| grid.cells[at].first ^= 1,
        |grid, at| grid.cells[at].chance *= 1.00001,
        |grid, at| grid.cells[at].chance = f32::NAN,
        |grid, at| grid.cells[at].came = grid.cells[at].came.map_or(Some(Default::default()), |_| None),
        |grid, at| grid.cells[at].word.as_mut().unwrap().chance = f32::NAN,
        |grid, at| grid.cells.swap(at, at + 1),
    ];
    let at = grid.tokens + 1;
    for fault in faults {
        let mut spoiled = grid.clone();
        fault(&mut spoiled, at);
        assert_eq!(wrong_cell(&spoiled, &rows, ids, word), Some((1, 1)));
    }
}

#[test]
fn a_grid_is_every_floor_s_answer() {
    for (choice, precision) in KINDS {
        let Some(mut engine) = engine("odd", choice, precision) else { continue };
        check_grid(&mut engine, &[3, 1, 4, 1, 5, 9, 2, 6], Some(17));
        assert_eq!(block_on(engine.run(&[])), Ok(0));
        assert_eq!(block_on(lens_grid(&mut engine, None)), Ok(LensGrid::default()));
    }
}

/// More than is answered at a time: slices, products and grids come in several parts.
#[test]
fn batches_are_parts_of_one_answer() {
    let (_place, folder) = random(LARGE);
    let tensors = learned(&folder, Precision::F32);
    for choice in [EngineChoice::Cpu, EngineChoice::Gpu] {
        if choice == EngineChoice::Gpu && !gpu_is_there() {
            continue;
        }
        let mut engine = folder.engine(choice, Precision::F32).unwrap().0;
        assert!(engine.batch_rows() < 16, "one batch is enough: {}", engine.batch_rows());
        let slice = Slice::new(Part::TokenTable, 0, 5..149_999, 13..15);
        assert_eq!(bits(&block_on(engine.slice(&slice)).unwrap()), bits(&cells(&tensors, &slice)));

        let vectors = noise(17 * 16);
        let together = block_on(engine.unembed(&vectors, Part::TokenTable)).unwrap();
        assert_eq!(together.len(), 17 * 150_000);
        for at in [0, 3, 13, 16] {
            let alone = block_on(engine.unembed(&vectors[at * 16..][..16], Part::TokenTable)).unwrap();
            assert!(deviation(&together[at * 150_000..][..150_000], &alone) <= 1e-6, "vector {at}");
        }
        check_grid(&mut engine, &[7, 99_999, 3, 4, 149_999, 6, 7, 8], Some(140_000));

        let point = |rows| [LensPoint { river: SiteName::new(Site::Embed, 0), rows }];
        assert!(matches!(block_on(engine.logits(&point(8..9))), Err(EngineError::OutOfRange { .. })));
        let many = vec![point(0..8)[0].clone(); 2];
        assert!(matches!(block_on(engine.logits(&many)), Err(EngineError::OutOfRange { .. })));
    }
}

#[test]
fn every_question_has_its_answer() {
    let (_place, folder) = random("layers=2,heads=2,width=24,vocab=300,positions=64");
    let tokenizer = folder.tokenizer().unwrap();
    let mut engine = folder.engine(EngineChoice::Cpu, Precision::F32).unwrap().0;
    let tensors = learned(&folder, Precision::F32);
    let mut ask = |question| block_on(answer(&mut engine, &tokenizer, 5, &question)).unwrap();

    let a = tokenizer.probe("a").unwrap();
    let of_word = ask(Question::Neighbours { of: Probe::Word("a".into()), count: 4 });
    assert_eq!(of_word, ask(Question::Neighbours { of: Probe::Id(a), count: 4 }));
    let nothing = ask(Question::Neighbours { of: Probe::Word(String::new()), count: 4 });
    assert_eq!(nothing, Answer::Neighbours(Default::default()));

    let slices = vec![
        Slice::new(Part::QkvWeight, 1, 3..5, 7..70),
        Slice::new(Part::TokenTable, 0, a as usize..a as usize + 1, 0..24),
    ];
    let expected: Vec<f32> = slices.iter().flat_map(|slice| cells(&tensors, slice)).collect();
    assert_eq!(ask(Question::Slices(slices)), Answer::Slices { values: expected.clone() });

    let mut vectors = expected[expected.len() - 24..].to_vec();
    vectors.extend([f32::NAN; 24]);
    let table = tensors.0.iter().find(|(name, _)| name.part == Part::TokenTable).unwrap().1;
    let mut products: Vec<(u32, f32)> = (0..).zip(dots(&vectors[..24], table)).collect();
    let toward = |answer| if let Answer::Toward(lists) = answer { lists } else { panic!("{answer:?}") };
    let lists = toward(ask(Question::Toward { vectors: vectors.clone(), measure: Measure::Dot, count: 6 }));
    products.sort_by(|a, b| b.1.total_cmp(&a.1));
    let ids = |list: &[(u32, f32)]| list.iter().map(|item| item.0).collect::<Vec<_>>();
    assert_eq!(ids(&lists[0].up), ids(&products[..6]));
    products.reverse();
    assert_eq!(ids(&lists[0].down), ids(&products[..6]));
    assert!(lists[1].up.is_empty() && lists[1].down.is_empty(), "no number is in no list");
    let lists = toward(ask(Question::Toward { vectors: vectors[..24].to_vec(), measure: Measure::Cosine, count: 300 }));
    assert_eq!((lists[0].up[0].0, lists[0].up.len()), (a, 300));
    let Answer::Neighbours(around) = ask(Question::Neighbours { of: Probe::Id(a), count: 300 }) else { panic!() };
    let near: Vec<(u32, f32)> = around.nearest.iter().map(|near| (near.id, near.cosine)).collect();
    assert_eq!(lists[0].up[1..], near);

    let text = "glassbox".to_string();
    let Answer::Grid(grid) = ask(Question::Grid { text, word: Some(a) }) else { panic!("no grid") };
    assert_eq!((grid.tokens, grid.floors()), (5, 3));
    let empty = ask(Question::Grid { text: String::new(), word: None });
    assert_eq!(empty, Answer::Grid(LensGrid::default()));
    let far = Question::Neighbours { of: Probe::Id(300), count: 1 };
    assert!(block_on(answer(&mut engine, &tokenizer, 5, &far)).is_err());
    assert!(block_on(surroundings(&mut engine, a, 4)).is_ok());

    // What gives way leaves the engine as one that answers, and is asked again.
    let long = Question::Grid { text: "glassbox".into(), word: Some(a) };
    let given_up = block_on(answer_unless(&mut engine, &tokenizer, 5, &long, &|| true));
    assert_eq!(given_up, Err(EngineError::Interrupted));
    assert_eq!(block_on(answer_unless(&mut engine, &tokenizer, 5, &long, &|| false)), Ok(Answer::Grid(grid)));
}

#[test]
fn the_command_line_tells_the_same() {
    let (_place, folder) = random("layers=2,heads=2,width=24,vocab=300,positions=64");
    let said = |more: &[&str]| {
        let path = _place.path().to_str().unwrap();
        let words = [&["trace", "--model", path, "--ids", "65,66,67,68", "--engine", "cpu"], more].concat();
        glassbox::cli::run(words.into_iter().map(String::from))
    };
    let json = |more: &[&str]| serde_json::from_str::<serde_json::Value>(&said(more).unwrap()).unwrap();
    let mut engine = folder.engine(EngineChoice::Cpu, Precision::F32).unwrap().0;
    for (knob, words) in [(None, vec![]), (Some("head:1:0:-2"), vec!["--knob", "head:1:0:-2"])] {
        let turned = knob.map(|text| glassbox::model::Knob::parse(text, &folder.config).unwrap());
        block_on(engine.turn(turned)).unwrap();
        block_on(engine.run(&[65, 66, 67, 68])).unwrap();
        let grid = block_on(lens_grid(&mut engine, Some(9))).unwrap();
        let found = json(&[&["--lens-grid", "--word", "9", "--sites", "all"], &words[..]].concat());
        let cells: Vec<_> = serde_json::from_value(found["grid"]["cells"].clone()).unwrap();
        assert_eq!(LensGrid { tokens: 4, cells }, grid);
        assert_eq!(found["knob"].as_str(), knob);
        let names: Vec<_> =
            found["sites"].as_array().unwrap().iter().map(|site| site["name"].as_str().unwrap()).collect();
        assert_eq!(names.len(), 3 + 2 * 12 + 2 + 3);
        assert!(names.contains(&"embed.lens") && names.contains(&"block.1.lens"));
    }
    for wrong in [["--knob", "head:2:0:1"], ["--knob", "weight:wte.weight:0:24:1"], ["--word", "9"]] {
        assert!(said(&wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn one_column_s_change_stays_in_the_mlp_and_goes_on_in_attention() {
    for (choice, precision) in KINDS {
        let Some(mut engine) = engine("plain", choice, precision) else { continue };
        let (layers, width) = (engine.config().layers, engine.config().width);
        let ids = Reference::read("plain", layers).ids;
        let whole = everything(&mut engine, &ids);
        for (layer, position) in [(0, 0), (layers - 1, ids.len() / 2), (0, ids.len() - 1)] {
            let found = block_on(patched(&mut engine, &ids, layer, position)).unwrap();
            assert_eq!((found.attention.len(), found.mlp.len()), (ids.len(), ids.len()));
            for (i, column) in found.mlp.iter().enumerate() {
                assert_eq!(column.values > 0, i == position, "{choice:?} {precision:?} {layer} {position}: {i}");
                assert_eq!(column.most > 0.0, i == position);
            }
            for (i, column) in found.attention.iter().enumerate() {
                assert_eq!(column.values > 0, i >= position, "{choice:?} {precision:?} {layer} {position}: {i}");
            }
            // What the column has got is what its donor has.
            block_on(engine.run(&ids)).unwrap();
            let [_, [before, after]] = block_on(engine.patch(layer, position)).unwrap();
            let row = |values: &[f32], i: usize| values[i * width..][..width].to_vec();
            assert!(deviation(&row(&after, position), &row(&before, found.donor)) <= 1e-6);
            // The trial leaves nothing behind.
            assert!(engine.tokens().is_empty());
            assert_eq!(bits(&everything(&mut engine, &ids).1), bits(&whole.1));
        }
        block_on(engine.run(&ids)).unwrap();
        for (layer, position) in [(layers, 0), (0, ids.len())] {
            assert!(matches!(block_on(engine.patch(layer, position)), Err(EngineError::OutOfRange { .. })));
        }
        block_on(engine.run(&ids[..1])).unwrap();
        assert!(matches!(block_on(engine.patch(0, 0)), Err(EngineError::OutOfRange { .. })));
    }
}
