//! The reader against good files cut into any pieces, and against lying ones.

use super::*;
use safetensors::tensor::{TensorView, serialize};

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
