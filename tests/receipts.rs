//! Receipts against the engine: any value of a run, computed again from the operands that its receipt shows, is the
//! value that the run has; and a receipt with one wrong number in it says so.

mod common;

use common::{GOLDEN, Reference, golden};
use glassbox::analysis::receipt::{self, Receipt, Source, Verdict};
use glassbox::engine::{Engine, EngineChoice};
use glassbox::folder::Folder;
use glassbox::model::{Cell, Knob, Part, Precision, Site, SiteName, Slice, TensorName, Tensors};
use glassbox::tokens::Text;
use glassbox::trace::Trace;
use std::path::Path;

/// A model with its weights at hand and a text run in it.
struct Subject {
    engine: Engine,
    weights: Tensors,
    text: Text,
}

impl Subject {
    fn open(path: &Path, text: impl FnOnce(&Folder) -> Text) -> Self {
        let folder = Folder::open(path).unwrap();
        let text = text(&folder);
        let (mut engine, _) = folder.engine(EngineChoice::Cpu, Precision::F32).unwrap();
        let mut weights = Tensors::zeros(&folder.config);
        folder.weights(&mut weights).unwrap();
        pollster::block_on(engine.run(&text.ids())).unwrap();
        Self { engine, weights, text }
    }

    fn golden(name: &str) -> Self {
        Self::open(&golden(name), |folder| Text::from_ids(&Reference::read(name, folder.config.layers).ids))
    }

    fn story() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/models/story");
        let words = "The King said to the Queen that the little dog was hungry, and she gave it";
        Self::open(&path, |folder| folder.tokenizer().unwrap().encode(words, 64))
    }

    fn sites(&self) -> Vec<SiteName> {
        let layers = self.engine.config().layers;
        let mut names = SiteName::all(layers);
        names.push(SiteName::new(Site::EmbedLens, 0));
        names.extend((0..layers).map(|layer| SiteName::new(Site::Lens, layer)));
        names
    }

    /// Any value of a site, from position `first` on.
    fn any(&self, name: SiteName, first: usize, draw: &mut impl FnMut(usize) -> usize) -> Cell {
        let config = self.engine.config();
        let tokens = self.text.tokens.len();
        let row = first + draw(tokens - first);
        let head = if name.site.is_map() { draw(config.heads) } else { 0 };
        Cell { name, head, row, column: draw(name.site.row_width(config, tokens)) }
    }

    /// What the receipt of a value asks of the engine.
    fn material(&mut self, cell: Cell) -> (Trace, Vec<(Slice, Vec<f32>)>) {
        let config = self.engine.config().clone();
        let taps = receipt::taps(cell, &config);
        let (layout, values) = pollster::block_on(self.engine.read(&taps)).unwrap();
        let slices = receipt::slices(cell, &config, &self.text.ids());
        let mut held = |slice: Slice| {
            let values = pollster::block_on(self.engine.slice(&slice)).unwrap();
            (slice, values)
        };
        let learned = slices.into_iter().map(&mut held).collect();
        (Trace { text: self.text.clone(), config, layout, knob: None, values }, learned)
    }
}

fn made(cell: Cell, trace: &Trace, learned: &[(Slice, Vec<f32>)]) -> Receipt {
    let find = |wanted: &Slice| learned.iter().find(|(slice, _)| slice == wanted).map(|(_, values)| values.as_slice());
    // The receipt's lifetime is the trace's: both live as long as this call.
    receipt::derive(cell, trace, receipt::CPU, &find).unwrap_or_else(|| panic!("{cell}: something was not asked for"))
}

/// The same draws on every machine.
fn draws(mut state: u64) -> impl FnMut(usize) -> usize {
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    }
}

fn every_value_adds_up(subject: &mut Subject, count: usize) -> f64 {
    let (sites, mut draw) = (subject.sites(), draws(7));
    let mut worst = 0.0f64;
    for name in sites.iter().cycle().take(count.max(sites.len())) {
        let cell = subject.any(*name, 0, &mut draw);
        let (trace, learned) = subject.material(cell);
        let receipt = made(cell, &trace, &learned);
        let check = receipt.check;
        assert_eq!(check.verdict, Verdict::Agrees, "{cell}: {check:?} {:e}", check.relative());
        assert_eq!(check.engine, trace.value(cell).unwrap());
        assert_eq!(receipt.masked, name.site.is_map() && cell.column > cell.row);
        assert!(receipt.masked || !receipt.terms.is_empty());
        worst = worst.max(check.relative());
    }
    worst
}

#[test]
fn any_value_of_a_tiny_model_adds_up() {
    for name in GOLDEN {
        let worst = every_value_adds_up(&mut Subject::golden(name), 200);
        eprintln!("{name}: worst {worst:e}");
    }
}

#[test]
fn any_value_of_the_story_model_adds_up() {
    let worst = every_value_adds_up(&mut Subject::story(), 200);
    eprintln!("story: worst {worst:e}");
}

/// Every operand is the run's or the checkpoint's own number.
#[test]
fn operands_are_what_the_run_and_the_checkpoint_have() {
    let mut subject = Subject::golden("untied");
    let mut draw = draws(3);
    for name in subject.sites() {
        let cell = subject.any(name, 0, &mut draw);
        let (trace, learned) = subject.material(cell);
        let receipt = made(cell, &trace, &learned);
        let lines = receipt.lines.iter().flat_map(|line| &line.terms);
        for operand in lines.chain(&receipt.terms).flat_map(|term| &term.factors) {
            let own = match operand.source {
                Source::Cell(cell) => trace.value(cell).unwrap(),
                Source::Learned { name, row, column } => {
                    let tensor = &subject.weights.0[&name];
                    tensor.values[row * tensor.shape[1] + column]
                }
                _ => continue,
            };
            assert_eq!(operand.value, f64::from(own), "{cell}: {:?}", operand.source);
        }
    }
}

/// Where a receipt's first operand that comes from outside lies.
fn leading(receipt: &Receipt, wanted: fn(&Source) -> bool) -> Option<Source> {
    let lines = receipt.lines.iter().rev().flat_map(|line| &line.terms);
    receipt.terms.iter().chain(lines).flat_map(|term| &term.factors).map(|o| o.source).find(wanted)
}

fn spoil_run(trace: &mut Trace, cell: Cell, wrong: impl Fn(f32) -> f32) {
    let old = trace.value(cell).unwrap();
    let row = trace.map_row(cell.name.site, cell.name.layer, cell.head, cell.row).unwrap().as_ptr();
    let at = (row as usize - trace.values.as_ptr() as usize) / 4 + cell.column;
    trace.values[at] = wrong(old);
}

fn spoil_weight(learned: &mut [(Slice, Vec<f32>)], name: TensorName, at: (usize, usize), wrong: impl Fn(f32) -> f32) {
    let (slice, values) = learned.iter_mut().find(|(slice, _)| slice.name == name).unwrap();
    let i = (at.0 - slice.rows.start) * slice.columns.len() + at.1 - slice.columns.start;
    values[i] = wrong(values[i]);
}

#[test]
fn one_wrong_number_is_caught() {
    let faults: [fn(f32) -> f32; 2] = [|v| v + 1.0 + 2.0 * v.abs(), |_| f32::NAN];
    let (mut operands, mut weights) = (0, 0);
    for mut subject in [Subject::golden("odd"), Subject::golden("untied"), Subject::story()] {
        let mut draw = draws(11);
        for name in subject.sites() {
            // Not the first position: a share of one alone is 1 whatever its score.
            let mut cell = subject.any(name, 2, &mut draw);
            if name.site.is_map() {
                cell.column = draw(cell.row + 1);
            }
            let (trace, learned) = subject.material(cell);
            let receipt = made(cell, &trace, &learned);
            for wrong in faults {
                if let Some(Source::Cell(operand)) = leading(&receipt, |s| matches!(s, Source::Cell(_))) {
                    let mut trace = trace.clone();
                    spoil_run(&mut trace, operand, wrong);
                    let found = made(cell, &trace, &learned).check;
                    assert_ne!(found.verdict, Verdict::Agrees, "{cell}: {operand} was changed: {found:?}");
                    operands += 1;
                }
                if let Some(Source::Learned { name, row, column }) =
                    leading(&receipt, |s| matches!(s, Source::Learned { .. }))
                {
                    let mut learned = learned.clone();
                    spoil_weight(&mut learned, name, (row, column), wrong);
                    let found = made(cell, &trace, &learned).check;
                    assert_ne!(found.verdict, Verdict::Agrees, "{cell}: {name:?} was changed: {found:?}");
                    weights += 1;
                }
                let mut trace = trace.clone();
                spoil_run(&mut trace, cell, wrong);
                assert_ne!(made(cell, &trace, &learned).check.verdict, Verdict::Agrees, "{cell} itself was changed");
            }
        }
    }
    assert!(operands > 100 && weights > 100, "{operands} {weights}");
}

/// What is turned in the model is in the receipts too, and those of the learned model no longer add up.
#[test]
fn a_turned_knob_is_in_its_receipts() {
    let mut subject = Subject::story();
    let (project, expand) = (SiteName::new(Site::Project, 1), SiteName::new(Site::Expand, 1));
    let name = TensorName { part: Part::ExpandWeight, layer: 1 };
    let knobs = [
        (Cell::new(project, 5, 17), Knob::Head { layer: 1, head: 3, scale: 0.0 }),
        (Cell::new(expand, 5, 17), Knob::Weight { name, row: 40, column: 17, value: 9.0 }),
    ];
    for (cell, knob) in knobs {
        pollster::block_on(subject.engine.turn(None)).unwrap();
        pollster::block_on(subject.engine.run(&subject.text.ids())).unwrap();
        let (_, learned) = subject.material(cell);
        pollster::block_on(subject.engine.turn(Some(knob))).unwrap();
        pollster::block_on(subject.engine.run(&subject.text.ids())).unwrap();
        let (trace, turned) = subject.material(cell);
        assert_eq!(made(cell, &trace, &turned).check.verdict, Verdict::Agrees, "{knob:?}");
        assert_eq!(made(cell, &trace, &learned).check.verdict, Verdict::Differs, "{knob:?}");
    }
}

#[test]
fn a_text_that_became_shorter_has_no_such_value() {
    let mut subject = Subject::golden("plain");
    let far = Cell::new(SiteName::new(Site::Embed, 0), subject.text.tokens.len(), 0);
    let (trace, _) = subject.material(far);
    assert_eq!(receipt::derive(far, &trace, receipt::CPU, &|_| None), None);
}
