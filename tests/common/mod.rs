//! What the tests of numbers share: golden folders, engines, and the measure of difference.
#![allow(dead_code, reason = "each test file uses a part of it")]

use glassbox::engine::gpu::GpuEngine;
use glassbox::engine::{Engine, EngineChoice, device};
use glassbox::folder::Folder;
use glassbox::model::weights::int8;
use glassbox::model::{GptConfig, Precision, Sink, SiteName, Tensors};
use glassbox::trace::{Layout, Rows, Tap};
use safetensors::SafeTensors;
use std::path::{Path, PathBuf};

/// The golden folders, each a model with PyTorch's values for every site.
pub const GOLDEN: [&str; 6] = ["plain", "odd", "untied", "wide", "scaled", "single"];

/// What a model of these weights is, given to an engine row by row.
pub fn fresh(choice: EngineChoice, precision: Precision, config: &GptConfig, tensors: &Tensors) -> Engine {
    let (mut engine, _) = pollster::block_on(Engine::open(choice, config, precision)).unwrap();
    for (name, tensor) in &tensors.0 {
        engine.rows(*name, 0, &tensor.values);
    }
    engine
}

/// A golden folder's path.
pub fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

/// Reference values of every site of every layer, by their names.
pub struct Reference {
    pub ids: Vec<u32>,
    pub values: Vec<(SiteName, Vec<f32>)>,
}

impl Reference {
    pub fn read(name: &str, layers: usize) -> Self {
        let bytes = std::fs::read(golden(name).join("golden.safetensors")).unwrap();
        let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
        let ids = metadata.metadata().as_ref().unwrap()["ids"].clone();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let sites = SiteName::all(layers).into_iter();
        let values = sites.map(|site| {
            let view = file.tensor(&site.to_string()).unwrap();
            (site, bytemuck::pod_collect_to_vec(view.data()))
        });
        Self { ids: serde_json::from_str(&ids).unwrap(), values: values.collect() }
    }
}

/// An engine with a golden model; `None`, said aloud, where there is no GPU and none is required.
pub fn engine(name: &str, choice: EngineChoice, precision: Precision) -> Option<Engine> {
    let folder = Folder::open(&golden(name)).unwrap();
    if choice == EngineChoice::Gpu && !gpu_is_there() {
        return None;
    }
    let (engine, _) = folder.engine(choice, precision).unwrap();
    assert_eq!(matches!(engine, Engine::Gpu(_)), choice == EngineChoice::Gpu, "the wrong engine came");
    Some(engine)
}

/// A random model of a shape such as `layers=2,heads=2,width=24,vocab=90,positions=300`. Its folder is
/// there as long as the first value is.
pub fn random(shape: &str) -> (tempfile::TempDir, Folder) {
    let place = tempfile::tempdir().unwrap();
    let words = ["random", "--config", shape, "--out", place.path().to_str().unwrap()];
    glassbox::cli::run(words.iter().map(ToString::to_string)).unwrap();
    let folder = Folder::open(place.path()).unwrap();
    (place, folder)
}

/// A GPU engine for a folder's model whose tables lie in pieces of at most so many bytes.
pub fn engine_in_pieces(folder: &Folder, precision: Precision, largest_piece: u64) -> Engine {
    let gpu = pollster::block_on(device::open(EngineChoice::Gpu)).unwrap();
    let made = pollster::block_on(GpuEngine::with_pieces(gpu, &folder.config, precision, largest_piece));
    let mut engine = Engine::Gpu(Box::new(made.unwrap()));
    folder.weights(&mut engine).unwrap();
    engine
}

/// Is there a Vulkan adapter? With `REQUIRE_GPU=1` there must be.
pub fn gpu_is_there() -> bool {
    match pollster::block_on(device::open(EngineChoice::Gpu)) {
        Ok(_) => true,
        Err(why) if std::env::var("REQUIRE_GPU").as_deref() == Ok("1") => panic!("no GPU: {why:?}"),
        Err(why) => {
            eprintln!("SKIPPED: no GPU ({why:?}); install a Vulkan driver, for instance lavapipe");
            false
        }
    }
}

/// Runs ids from nothing and reads every site.
pub fn everything(engine: &mut Engine, ids: &[u32]) -> (Layout, Vec<f32>) {
    pollster::block_on(async {
        engine.run(ids).await.unwrap();
        engine.read(&every_tap(engine.config().layers)).await.unwrap()
    })
}

/// One tap a site.
pub fn every_tap(layers: usize) -> Vec<Tap> {
    let tap = |name| Tap { name, head: None, rows: Rows::All };
    SiteName::all(layers).into_iter().map(tap).collect()
}

/// The largest deviation, relative to `|e| + rms` of the site's finite values: the measure of
/// `tests/golden/README.md`. Infinite where one side is infinite or NaN and the other is not.
pub fn deviation(found: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(found.len(), expected.len());
    let finite: Vec<f64> = expected.iter().filter(|v| v.is_finite()).map(|v| f64::from(*v)).collect();
    let rms = (finite.iter().map(|v| v * v).sum::<f64>() / finite.len().max(1) as f64).sqrt();
    let one = |(a, e): (&f32, &f32)| {
        if a == e {
            return 0.0;
        }
        let off = (f64::from(*a) - f64::from(*e)).abs() / (f64::from(*e).abs() + rms);
        if off.is_finite() { off as f32 } else { f32::INFINITY }
    };
    found.iter().zip(expected).map(one).fold(0.0, f32::max)
}

/// The bits of every value: what must be equal where nothing may differ.
pub fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// The engines that there are, each with the precision that it keeps matrices in.
pub const KINDS: [(EngineChoice, Precision); 5] = [
    (EngineChoice::Cpu, Precision::F32),
    (EngineChoice::Gpu, Precision::F32),
    (EngineChoice::Gpu, Precision::F16),
    (EngineChoice::Cpu, Precision::Int8),
    (EngineChoice::Gpu, Precision::Int8),
];

/// All that a folder's model has learned, as an engine of this precision stores it.
pub fn learned(folder: &Folder, precision: Precision) -> Tensors {
    let mut tensors = Tensors::zeros(&folder.config);
    folder.weights(&mut tensors).unwrap();
    for (_, tensor) in tensors.0.iter_mut().filter(|(name, _)| name.is_matrix()) {
        match precision {
            Precision::F32 => {}
            Precision::F16 => tensor.values.iter_mut().for_each(|v| *v = half::f16::from_f32(*v).to_f32()),
            Precision::Int8 => int8::round(&mut tensor.values, tensor.shape[1]),
        }
    }
    tensors
}
