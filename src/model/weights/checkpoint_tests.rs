//! The reader against good files cut into any pieces, and against lying ones.

use super::*;
use crate::model::Tensors;
use crate::model::weights::has_room;
use proptest::prelude::*;
use safetensors::tensor::{TensorView, serialize};
use serde_json::{Map, Value, json};

fn config() -> GptConfig {
    GptConfig::from_json(r#"{"n_layer":1,"n_head":2,"n_embd":6,"vocab_size":5,"n_positions":8}"#).unwrap()
}

/// A whole file with each tensor counting up from its own start; `change` may spoil it.
fn file(change: impl Fn(&str, &mut Vec<usize>, &mut Vec<f32>)) -> Vec<u8> {
    let config = config();
    let mut data = Vec::new();
    for name in TensorName::all(&config) {
        let [rows, columns] = name.shape(&config);
        let mut shape = if name.is_matrix() { vec![rows, columns] } else { vec![columns] };
        let label = format!("transformer.{}", name.in_checkpoint());
        let mut values: Vec<f32> = (0..rows * columns).map(|i| i as f32).collect();
        change(&label, &mut shape, &mut values);
        data.push((label, shape, bytemuck::cast_slice::<f32, u8>(&values).to_vec()));
    }
    let views = data.iter().map(|(n, s, b)| (n.clone(), TensorView::new(Dtype::F32, s.clone(), b).unwrap()));
    serialize(views, None).unwrap()
}

fn read(bytes: &[u8], piece: usize) -> Result<Tensors, WeightsError> {
    let mut tensors = Tensors::zeros(&config());
    let mut checkpoint = Checkpoint::new(&config());
    for part in bytes.chunks(piece) {
        checkpoint.feed(part, &mut tensors)?;
    }
    checkpoint.finish()?;
    Ok(tensors)
}

#[test]
fn pieces_of_any_size_give_the_same() {
    let bytes = file(|_, _, _| {});
    let whole = read(&bytes, bytes.len()).unwrap();
    for tensor in whole.0.values() {
        assert!(tensor.values.iter().enumerate().all(|(i, v)| *v == i as f32));
    }
    for piece in [1, 7, 100, 1000] {
        assert_eq!(read(&bytes, piece).unwrap(), whole);
    }
}

#[test]
fn every_lie_is_named() {
    let good = file(|_, _, _| {});
    let with_length = |length: u64| [&length.to_le_bytes()[..], &good[8..]].concat();
    let nan = file(|name, _, values| {
        if name.ends_with("wpe.weight") {
            values[9] = f32::NAN
        }
    });
    let shape = file(|name, shape, _| {
        if name.ends_with("c_fc.weight") {
            shape.reverse()
        }
    });
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (good[..good.len() - 1].to_vec(), "ends within tensor"),
        (good[..20].to_vec(), "ends within its header"),
        ([&good[..], &[0]].concat(), "1 bytes follow"),
        (with_length(0), "length of 0"),
        (with_length(u64::MAX), "length of 18446744073709551615"),
        (with_length(good.len() as u64 * 2), "ends within its header"),
        (nan, "'wpe.weight' holds a value that is no number (NaN or infinity, at index 9)"),
        (shape, "mlp.c_fc.weight' has shape [24, 6], and config.json asks for [6, 24]"),
        ([&4u64.to_le_bytes()[..], b"none"].concat(), "header cannot be read"),
    ];
    for (bytes, told) in cases {
        let error = read(&bytes, 64).unwrap_err().to_string();
        assert!(error.contains(told), "{error:?} does not tell of {told:?}");
    }
}

/// A table of several megabytes is handed on in pieces of whole rows.
#[test]
fn a_large_table_comes_in_pieces() {
    let config =
        GptConfig::from_json(r#"{"n_layer":1,"n_head":1,"n_embd":7,"vocab_size":90001,"n_positions":2}"#).unwrap();
    let mut data = Vec::new();
    for name in TensorName::all(&config) {
        let [rows, columns] = name.shape(&config);
        let shape = if name.is_matrix() { vec![rows, columns] } else { vec![columns] };
        let values: Vec<f32> = (0..rows * columns).map(|i| i as f32).collect();
        data.push((name.in_checkpoint(), shape, bytemuck::cast_slice::<f32, u8>(&values).to_vec()));
    }
    let views = data.iter().map(|(n, s, b)| (n.clone(), TensorView::new(Dtype::F32, s.clone(), b).unwrap()));
    let bytes = serialize(views, None).unwrap();
    let mut tensors = Tensors::zeros(&config);
    let mut checkpoint = Checkpoint::new(&config);
    for part in bytes.chunks(3_000_001) {
        checkpoint.feed(part, &mut tensors).unwrap();
    }
    checkpoint.finish().unwrap();
    for tensor in tensors.0.values() {
        assert!(tensor.values.iter().enumerate().all(|(i, v)| *v == i as f32));
    }
}

/// A file of its own making: entries in the order of their bytes.
type Parts = Vec<(String, &'static str, Vec<usize>, Vec<u8>)>;

/// The model's tensors, matrices in bytes: row i is i + 1 times 2⁻³, its bytes counting from −3.
fn in_bytes() -> Parts {
    let floats = |values: Vec<f32>| bytemuck::cast_slice::<f32, u8>(&values).to_vec();
    let mut parts = Parts::new();
    for name in TensorName::all(&config()) {
        let ([rows, columns], label) = (name.shape(&config()), name.in_checkpoint());
        if name.is_matrix() {
            let scales = (1..=rows).map(|row| row as f32 / 8.0).collect();
            parts.push((format!("{label}.scale"), "F32", vec![rows], floats(scales)));
            let byte = |i: usize| (i % columns) as u8;
            parts.push((
                label,
                "I8",
                vec![rows, columns],
                (0..rows * columns).map(|i| byte(i).wrapping_sub(3)).collect(),
            ));
        } else {
            parts.push((label, "F32", vec![columns], floats(vec![1.5; columns])));
        }
    }
    parts
}

fn entry(dtype: &str, shape: &[usize], start: usize, end: usize) -> Value {
    json!({"dtype": dtype, "shape": shape, "data_offsets": [start, end]})
}

fn with_header(header: &[u8], data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes()[..], header, data].concat()
}

fn written(parts: &Parts, change: impl FnOnce(&mut Map<String, Value>)) -> Vec<u8> {
    let (mut header, mut data) = (Map::new(), Vec::new());
    for (label, dtype, shape, bytes) in parts {
        header.insert(label.clone(), entry(dtype, shape, data.len(), data.len() + bytes.len()));
        data.extend_from_slice(bytes);
    }
    change(&mut header);
    with_header(Value::Object(header).to_string().as_bytes(), &data)
}

#[test]
fn bytes_are_read_times_their_scale() {
    let file = written(&in_bytes(), |_| {});
    for piece in [1, 7, 100, file.len()] {
        for (name, tensor) in read(&file, piece).unwrap().0 {
            let columns = tensor.shape[1];
            for (i, value) in tensor.values.iter().enumerate() {
                let byte = (i % columns) as f32 - 3.0;
                let expected = if name.is_matrix() { byte * (i / columns + 1) as f32 / 8.0 } else { 1.5 };
                assert_eq!(*value, expected, "{name:?} {i}");
            }
        }
    }
}

/// The tensor that the faults below are about: wpe of 8 × 6, its scale right before it.
const WPE: &str = "wpe.weight";

#[test]
fn a_scale_that_is_no_scale_is_named() {
    type Fault = fn(&mut Parts, usize);
    let faults: [(Fault, &str); 9] = [
        (|parts, at| drop(parts.remove(at - 1)), "its scale 'wpe.weight.scale' is missing"),
        (|parts, at| parts.swap(at - 1, at), "comes after it"),
        (|parts, at| parts[at - 1].1 = "I32", "is stored as I32, and must be F32"),
        (|parts, at| parts[at - 1].2 = vec![4, 2], "has shape [4, 2], and 8 rows need [8]"),
        (|parts, at| (parts[at - 1].2, parts[at - 1].3) = (vec![7], vec![0; 28]), "has shape [7]"),
        (|parts, at| parts[at - 1].3[8..12].copy_from_slice(&f32::NAN.to_le_bytes()), "is NaN for row 2"),
        (|parts, at| parts[at - 1].3[8..12].copy_from_slice(&f32::INFINITY.to_le_bytes()), "is inf for row 2"),
        (|parts, at| parts[at - 1].3[..4].copy_from_slice(&(-1f32).to_le_bytes()), "is -1 for row 0"),
        // A scale can be a number and what it makes of a byte none.
        (|parts, at| parts[at - 1].3[..4].copy_from_slice(&f32::MAX.to_le_bytes()), "NaN or infinity, at index 0"),
    ];
    for (spoil, told) in faults {
        let mut parts = in_bytes();
        let at = parts.iter().position(|(label, ..)| label == WPE).unwrap();
        spoil(&mut parts, at);
        let error = read(&written(&parts, |_| {}), 64).unwrap_err().to_string();
        assert!(error.contains(told) && error.contains(WPE), "{error:?} does not tell of {told:?}");
    }
    let mut parts = in_bytes();
    let gain = parts.iter_mut().find(|(label, ..)| label == "ln_f.weight").unwrap();
    (gain.1, gain.3) = ("I8", vec![1; 6]);
    let error = read(&written(&parts, |_| {}), 64).unwrap_err();
    assert!(matches!(error, WeightsError::Type { .. }), "a vector in bytes: {error}");
}

#[test]
fn a_header_that_lies_is_named() {
    let (far, deep) = (u64::MAX, "[".repeat(100_000));
    type Fault = fn(&mut Map<String, Value>);
    let faults: [(Fault, &str); 12] = [
        (
            |h| h[WPE]["data_offsets"] = json!([60, 12]),
            "'wpe.weight' ends before it begins: it lies from byte 60 to byte 12",
        ),
        (|h| h[WPE]["data_offsets"] = json!([h[WPE]["data_offsets"][0], 9000]), "has 8"),
        (|h| h[WPE]["data_offsets"] = json!([h[WPE]["data_offsets"][0].as_u64().unwrap() + 1, 9000]), "leaves a hole"),
        (|h| h[WPE]["data_offsets"] = json!([h[WPE]["data_offsets"][0].as_u64().unwrap() - 1, 9000]), "overlaps"),
        (|h| h[WPE]["shape"] = json!([8, 7]), "'wpe.weight' has 48 bytes, and I8 of shape [8, 7] has 56"),
        (|h| h[WPE]["shape"] = json!([u64::MAX, 3]), "claims more values than there can be"),
        (|h| h[WPE]["shape"] = json!([1u64 << 33, 1u64 << 31]), "claims more values than there can be"),
        (|h| h[WPE]["shape"] = json!([-8, 6]), "header cannot be read"),
        (|h| h[WPE]["dtype"] = json!("I16"), "has 48 bytes, and I16"),
        (|h| h[WPE]["dtype"] = json!("MYSTERY"), "is stored as MYSTERY"),
        (|h| h[WPE] = json!({"dtype": "I8", "shape": [8, 6]}), "data_offsets"),
        (|h| drop(h.insert("__metadata__".into(), json!({"a": {"b": []}}))), "header cannot be read"),
    ];
    let parts = in_bytes();
    for (spoil, told) in faults {
        let error = read(&written(&parts, spoil), 64).unwrap_err().to_string();
        assert!(error.contains(told), "{error:?} does not tell of {told:?}");
    }
    let whole = entry("I8", &[8, 6], 0, 48).to_string();
    let headers = [
        (format!("{{\"{WPE}\":{whole},\"{WPE}\":{whole}}}"), "'wpe.weight' is there twice"),
        (format!("{{\"x\":{{\"shape\":{deep}"), "header cannot be read"),
        (format!("{{\"x\":{deep}"), "header cannot be read"),
        (deep, "header cannot be read"),
        (
            format!("{{\"x\":{{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[0,{far}]}}}}"),
            "has 18446744073709551615 bytes",
        ),
        // A tensor that nobody wants may be of any type, but not of any size.
        (format!("{{\"x\":{{\"dtype\":\"?\",\"shape\":[],\"data_offsets\":[7,{far}]}}}}"), "leaves a hole"),
        ("{}".into(), "has no tensor"),
        ("[]".into(), "header cannot be read"),
    ];
    for (header, told) in headers {
        let error = read(&with_header(header.as_bytes(), &[]), 1 << 16).unwrap_err().to_string();
        assert!(error.contains(told), "{error:?} does not tell of {told:?}");
    }
}

/// What the file tells of itself before any of its numbers has come.
#[test]
fn the_tensors_are_known_from_the_header() {
    let file = written(&in_bytes(), |_| {});
    let mut checkpoint = Checkpoint::new(&config());
    let header = 8 + u64::from_le_bytes(*file.first_chunk().unwrap()) as usize;
    checkpoint.feed(&file[..header - 1], &mut Tensors::default()).unwrap();
    assert_eq!(checkpoint.tensors(), None);
    checkpoint.feed(&file[header - 1..header], &mut Tensors::default()).unwrap();
    let tensors = checkpoint.tensors().unwrap();
    assert_eq!(tensors.len(), TensorName::all(&config()).len());
    assert!(tensors.iter().all(|(name, dtype)| (*dtype == Dtype::I8) == name.is_matrix()));
}

proptest! {
    /// Some bytes of a good file are others: it is read or refused, and nothing falls over.
    #[test]
    fn no_file_is_too_broken_to_be_refused(
        at in prop::collection::vec((0usize..2600, any::<u8>()), 1..4), cut in 0usize..6000, piece in 1usize..300,
    ) {
        let mut file = written(&in_bytes(), |_| {});
        for (at, byte) in at {
            file[at] = byte;
        }
        file.truncate(cut.max(1));
        let _ = read(&file, piece);
    }
}

#[test]
fn a_header_is_looked_at_before_anything_is_handed_on() {
    struct Nothing;
    impl Sink for Nothing {
        fn rows(&mut self, _: TensorName, _: usize, _: &[f32]) {
            panic!("nobody asked for rows");
        }
    }
    let bytes = file(|_, _, _| {});
    let header = 8 + u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
    let mut checkpoint = Checkpoint::new(&config());
    assert_eq!(checkpoint.look(&bytes[..header - 1]), Ok(false));
    checkpoint.feed(&[], &mut Nothing).unwrap();
    assert_eq!(checkpoint.look(&bytes[header - 1..]), Ok(true));
    let mut tensors = Tensors::zeros(&config());
    checkpoint.feed(&[], &mut tensors).unwrap();
    checkpoint.finish().unwrap();
    assert_eq!(tensors, read(&bytes, bytes.len()).unwrap());
}

#[test]
fn a_small_model_has_room() {
    assert!(has_room(&config()));
}
