//! Weights in eight bits: both engines hold the same numbers and compute with them what the definition, in f64,
//! says; a folder that was converted is the model that was rounded.

mod common;

use common::{GOLDEN, Reference, bits, deviation, everything, fresh, golden, gpu_is_there, learned};
use glassbox::engine::{Engine, EngineChoice};
use glassbox::folder::Folder;
use glassbox::model::{GptConfig, Part, Precision, Site, TensorName, Tensors};
use std::path::Path;

const CPU: f32 = 2e-5;
/// The weights are the same to the bit: what is left is the order of the sums, as in f32.
const GPU: f32 = 1e-4;

fn open(folder: &Folder, choice: EngineChoice, precision: Precision) -> Engine {
    folder.engine(choice, precision).unwrap().0
}

#[test]
fn the_cpu_computes_with_rounded_weights() {
    for name in GOLDEN {
        let (folder, ids) = (Folder::open(&golden(name)).unwrap(), Reference::read(name, 0).ids);
        let rounded = learned(&folder, Precision::Int8);
        assert_ne!(rounded, learned(&folder, Precision::F32));
        let mut engine = open(&folder, EngineChoice::Cpu, Precision::Int8);
        assert_eq!(engine.precision(), Precision::Int8);
        let expected = everything(&mut fresh(EngineChoice::Cpu, Precision::F32, &folder.config, &rounded), &ids).1;
        assert_eq!(bits(&everything(&mut engine, &ids).1), bits(&expected), "{name}");
    }
}

#[test]
fn the_gpu_computes_what_the_cpu_does() {
    if !gpu_is_there() {
        return;
    }
    for name in GOLDEN {
        let (folder, ids) = (Folder::open(&golden(name)).unwrap(), Reference::read(name, 0).ids);
        let (layout, expected) = everything(&mut open(&folder, EngineChoice::Cpu, Precision::Int8), &ids);
        let mut engine = open(&folder, EngineChoice::Gpu, Precision::Int8);
        let whole = everything(&mut engine, &ids).1;
        // One position at a time goes through the other shader.
        engine.forget();
        for end in 1..ids.len() {
            pollster::block_on(engine.run(&ids[..end])).unwrap();
        }
        let single = everything(&mut engine, &ids).1;
        for entry in &layout.entries {
            for found in [&whole, &single] {
                let off = deviation(&found[entry.range()], &expected[entry.range()]);
                assert!(off <= GPU, "{name}: {} is off by {off:e}", entry.name);
            }
        }
    }
}

/// GPT-2's forward pass in f64, straight from its definition (Radford et al. 2019): logits of every position.
fn logits(config: &GptConfig, tensors: &Tensors, ids: &[u32]) -> Vec<f32> {
    let get = |part, layer| -> Vec<f64> {
        tensors.0[&TensorName { part, layer }].values.iter().map(|v| f64::from(*v)).collect()
    };
    let (c, eps) = (config.width, f64::from(config.epsilon));
    let norm = |x: &[f64], gain: &[f64], bias: &[f64]| -> Vec<f64> {
        let mean = x.iter().sum::<f64>() / c as f64;
        let variance = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / c as f64;
        (0..c).map(|i| (x[i] - mean) / (variance + eps).sqrt() * gain[i] + bias[i]).collect()
    };
    let linear = |x: &[f64], w: &[f64], bias: &[f64]| -> Vec<f64> {
        let outer = bias.len();
        (0..outer).map(|j| bias[j] + x.iter().enumerate().map(|(i, x)| x * w[i * outer + j]).sum::<f64>()).collect()
    };
    let gelu = |x: f64| 0.5 * x * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x.powi(3))).tanh());
    let (tokens, places) = (get(Part::TokenTable, 0), get(Part::PositionTable, 0));
    let row = |t: usize, id: u32| (0..c).map(|i| tokens[id as usize * c + i] + places[t * c + i]).collect();
    let mut x: Vec<Vec<f64>> = ids.iter().enumerate().map(|(t, id)| row(t, *id)).collect();
    for l in 0..config.layers {
        let part = |part| get(part, l);
        let (gain, bias) = (part(Part::Norm1Gain), part(Part::Norm1Bias));
        let (w, b) = (part(Part::QkvWeight), part(Part::QkvBias));
        let qkv: Vec<Vec<f64>> = x.iter().map(|x| linear(&norm(x, &gain, &bias), &w, &b)).collect();
        let d = config.head_size();
        for t in 0..x.len() {
            let mut mixed = vec![0.0; c];
            for h in 0..config.heads {
                let dot = |s: usize| (0..d).map(|i| qkv[t][h * d + i] * qkv[s][c + h * d + i]).sum::<f64>();
                let chances: Vec<f64> = (0..=t).map(|s| (dot(s) / (d as f64).sqrt()).exp()).collect();
                let sum: f64 = chances.iter().sum();
                for i in 0..d {
                    mixed[h * d + i] = (0..=t).map(|s| chances[s] / sum * qkv[s][2 * c + h * d + i]).sum();
                }
            }
            let out = linear(&mixed, &part(Part::ProjectWeight), &part(Part::ProjectBias));
            x[t].iter_mut().zip(out).for_each(|(x, v)| *x += v);
            let hidden = norm(&x[t], &part(Part::Norm2Gain), &part(Part::Norm2Bias));
            let hidden = linear(&hidden, &part(Part::ExpandWeight), &part(Part::ExpandBias));
            let hidden: Vec<f64> = hidden.into_iter().map(gelu).collect();
            let out = linear(&hidden, &part(Part::ContractWeight), &part(Part::ContractBias));
            x[t].iter_mut().zip(out).for_each(|(x, v)| *x += v);
        }
    }
    let (gain, bias) = (get(Part::NormFGain, 0), get(Part::NormFBias, 0));
    let last = x.iter().map(|x| norm(x, &gain, &bias));
    let row = |x: Vec<f64>| -> Vec<f32> {
        tokens.chunks(c).map(|t| t.iter().zip(&x).map(|(a, b)| a * b).sum::<f64>() as f32).collect()
    };
    last.flat_map(row).collect()
}

fn found(engine: &mut Engine, ids: &[u32]) -> Vec<f32> {
    let (layout, values) = everything(engine, ids);
    values[layout.entries.iter().find(|e| e.name.site == Site::Logits).unwrap().range()].to_vec()
}

#[test]
fn both_engines_compute_what_the_definition_says() {
    for name in ["plain", "odd"] {
        let (folder, ids) = (Folder::open(&golden(name)).unwrap(), Reference::read(name, 0).ids);
        let rounded = learned(&folder, Precision::Int8);
        let expected = logits(&folder.config, &rounded, &ids);
        // The definition itself: with the file's weights it gives PyTorch's numbers.
        let torch = Reference::read(name, folder.config.layers).values;
        let exact = logits(&folder.config, &learned(&folder, Precision::F32), &ids);
        assert!(deviation(&exact, &torch.last().unwrap().1) <= 1e-6);
        for (choice, most) in [(EngineChoice::Cpu, CPU), (EngineChoice::Gpu, GPU)] {
            if choice == EngineChoice::Gpu && !gpu_is_there() {
                continue;
            }
            let found = found(&mut open(&folder, choice, Precision::Int8), &ids);
            let off = deviation(&found, &expected);
            assert!(off <= most, "{name} on {choice:?} is off by {off:e}");
            // Eight bits are not what the file has, and the test would see it.
            assert!(deviation(&found, &exact) > 10.0 * most, "{name} on {choice:?}");
            // A row whose scale was dropped, or taken from its neighbour, anywhere.
            for part in
                [Part::TokenTable, Part::QkvWeight, Part::ProjectWeight, Part::ExpandWeight, Part::ContractWeight]
            {
                for factor in [127.0, 1.1] {
                    let mut wrong = rounded.clone();
                    let tensor = wrong.0.get_mut(&TensorName { part, layer: 0 }).unwrap();
                    let row = if part == Part::TokenTable { ids[0] as usize } else { 1 };
                    let columns = tensor.shape[1];
                    tensor.values[row * columns..(row + 1) * columns].iter_mut().for_each(|v| *v *= factor);
                    let off = deviation(&found, &logits(&folder.config, &wrong, &ids));
                    assert!(off > 2.0 * most, "{name} on {choice:?}: {part:?} × {factor} shows by {off:e} only");
                }
            }
        }
    }
}

fn glassbox(words: &[&str]) -> Result<String, String> {
    glassbox::cli::run(words.iter().map(ToString::to_string)).map_err(|e| e.to_string())
}

fn convert(from: &Path, to: &Path, weights: &str) -> String {
    glassbox(&["convert", "--model", from.to_str().unwrap(), "--weights", weights, "--out", to.to_str().unwrap()])
        .unwrap()
}

#[test]
fn a_converted_folder_is_the_rounded_model() {
    for name in GOLDEN {
        let place = tempfile::tempdir().unwrap();
        let [bytes, again, halves] = ["int8", "again", "f16"].map(|name| place.path().join(name));
        let folder = Folder::open(&golden(name)).unwrap();
        convert(&golden(name), &bytes, "int8");
        let converted = Folder::open(&bytes).unwrap();
        assert_eq!(converted.config, folder.config);
        // It says what it is, and is not rounded to 16 bits on top; what came out of it again is a model like any other.
        let kept = |folder: &Path, asked| open(&Folder::open(folder).unwrap(), EngineChoice::Cpu, asked).precision();
        let asked = [Precision::F16, Precision::F32, Precision::Int8];
        assert_eq!(asked.map(|asked| kept(&bytes, asked)), [Precision::Int8, Precision::F32, Precision::Int8]);
        convert(&bytes, &place.path().join("back"), "f16");
        // (The CPU engine has no 16 bits.)
        let found = asked.map(|asked| kept(&place.path().join("back"), asked));
        assert_eq!(found, [Precision::F32, Precision::F32, Precision::Int8]);
        let rounded = learned(&folder, Precision::Int8);
        assert_eq!(learned(&converted, Precision::F32), rounded, "{name}");
        // Once rounded, nothing changes any more, in the file or in an engine.
        assert_eq!(learned(&converted, Precision::Int8), rounded, "{name}");
        convert(&bytes, &again, "int8");
        let read = |folder: &Path| std::fs::read(folder.join("model.safetensors")).unwrap();
        assert_eq!(read(&again), read(&bytes), "{name}");
        convert(&golden(name), &halves, "f16");
        let halves = learned(&Folder::open(&halves).unwrap(), Precision::F32);
        for (name, tensor) in &learned(&folder, Precision::F16).0 {
            let vectors: Vec<f32> = tensor.values.iter().map(|v| half::f16::from_f32(*v).to_f32()).collect();
            assert_eq!(halves.0[name].values, vectors, "{name:?}");
        }
        let leftovers = std::fs::read_dir(&bytes).unwrap().map(|e| e.unwrap().file_name());
        assert!(leftovers.into_iter().all(|name| !name.to_string_lossy().ends_with(".part")));
    }
}

#[test]
fn a_model_goes_along_with_all_that_is_its_own() {
    let (from, folder) = common::random("layers=1,heads=2,width=16,vocab=300,positions=32");
    std::fs::write(from.path().join("README.md"), "A random model.").unwrap();
    let place = tempfile::tempdir().unwrap();
    let told = convert(from.path(), place.path(), "int8");
    assert!(told.contains("F32") && told.contains("Int8"), "{told}");
    // That nobody has trained it too.
    assert!(folder.config.untrained && Folder::open(place.path()).unwrap().config.untrained);
    for name in ["tokenizer.json", "README.md"] {
        let read = |folder: &Path| std::fs::read(folder.join(name)).unwrap();
        assert_eq!(read(place.path()), read(from.path()), "{name}");
    }
    // Readable by whoever knows the format, and it says what its bytes mean.
    let bytes = std::fs::read(place.path().join("model.safetensors")).unwrap();
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    assert_eq!(file.tensor("transformer.wte.weight.scale").unwrap().shape(), [300]);
    let (_, header) = safetensors::SafeTensors::read_metadata(&bytes).unwrap();
    assert!(header.metadata().as_ref().unwrap()["weights"].contains("X[i, j] * X.scale[i]"));
    let matrices: u64 = learned(&folder, Precision::F32)
        .0
        .iter()
        .filter(|(n, _)| n.is_matrix())
        .map(|(_, t)| t.values.len() as u64)
        .sum();
    assert!((matrices..matrices + 20_000).contains(&(bytes.len() as u64)));
    let own = from.path().to_str().unwrap();
    let refused = glassbox(&["convert", "--model", own, "--weights", "int8", "--out", own]).unwrap_err();
    assert!(refused.contains("own folder"), "{refused}");
    assert!(glassbox(&["convert", "--model", own, "--out", "/tmp/x"]).unwrap_err().contains("--weights is missing"));
}

#[test]
fn two_models_are_compared() {
    let (from, _) = common::random("layers=2,heads=2,width=32,vocab=256,positions=40");
    let (other, _) = common::random("layers=1,heads=2,width=16,vocab=255,positions=40");
    let text = from.path().join("text.txt");
    std::fs::write(&text, "Once upon a time there was a miller who had three sons. ".repeat(3)).unwrap();
    let [a, b, text] = [from.path(), other.path(), &text].map(|p| p.to_str().unwrap());
    let compare = |words: &[&str]| {
        let told = glassbox(&[&["compare", "--text", text, "--engine", "cpu", "--json"], words].concat())?;
        Ok::<serde_json::Value, String>(serde_json::from_str(&told).unwrap())
    };
    let same = compare(&["--model", a, "--model", a]).unwrap();
    assert_eq!((same["relative_error"].as_f64(), same["same_likeliest"].as_f64()), (Some(0.0), Some(1.0)));
    assert_eq!((same["positions"].as_u64(), same["window"].as_u64()), (Some(168), Some(40)));
    let rounded = compare(&["--model", a, "--weights", "int8"]).unwrap();
    assert_eq!((&rounded["reference"]["precision"], &rounded["other"]["precision"]), (&"F32".into(), &"Int8".into()));
    let error = rounded["relative_error"].as_f64().unwrap();
    assert!(error > 1e-3 && error < 5e-2, "{error}");
    // What is converted first is what is rounded while it is read.
    let place = tempfile::tempdir().unwrap();
    convert(from.path(), place.path(), "int8");
    let converted = compare(&["--model", a, "--model", place.path().to_str().unwrap()]).unwrap();
    for figure in ["relative_error", "largest_difference", "same_likeliest", "divergence_bits"] {
        assert_eq!(converted[figure], rounded[figure], "{figure}");
    }
    let words = glassbox(&["compare", "--model", a, "--weights", "int8", "--text", text, "--engine", "cpu"]).unwrap();
    assert!(words.contains("relative logit error") && words.contains("perplexity"), "{words}");
    assert!(compare(&["--model", a, "--model", b]).unwrap_err().contains("different vocabularies"));
    assert!(compare(&["--model", a]).unwrap_err().contains("say what to compare"));
}

/// What README.md tells of eight bits, in round numbers: the figures are of one training, these hold for the next.
#[test]
fn eight_bits_cost_the_story_model_little() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Its beginning is enough here.
    let tales = std::fs::read_to_string(root.join("tests/data/tales.txt")).unwrap();
    let place = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(place.path(), &tales[..300]).unwrap();
    let model = root.join("www/models/story");
    let [model, text] = [&model, place.path()].map(|path| path.to_str().unwrap());
    let words = ["compare", "--model", model, "--weights", "int8", "--text", text, "--engine", "cpu", "--json"];
    let told: serde_json::Value = serde_json::from_str(&glassbox(&words).unwrap()).unwrap();
    let figure = |name: &str| told[name].as_f64().unwrap();
    assert!(figure("positions") > 50.0);
    assert!((1e-3..5e-2).contains(&figure("relative_error")), "{told}");
    assert!(figure("same_likeliest") > 0.95 && figure("divergence_bits") < 2e-3, "{told}");
    let perplexity = |side: &str| told[side]["perplexity"].as_f64().unwrap();
    assert!((perplexity("other") / perplexity("reference") - 1.0).abs() < 0.01, "{told}");
}
