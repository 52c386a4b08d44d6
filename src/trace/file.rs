//! A trace as a file: one tensor a site, in safetensors, as `glassbox trace --out` writes it and the
//! page saves it.

use super::Layout;
use safetensors::tensor::{Dtype, SafeTensorError, TensorView, serialize};
use serde_json::{Value, json};
use std::collections::HashMap;

/// One tensor an entry, under the site's name, in f32.
pub fn tensors<'a>(layout: &Layout, values: &'a [f32]) -> Result<Vec<(String, TensorView<'a>)>, SafeTensorError> {
    let tensor = |entry: &super::Entry| {
        let bytes = bytemuck::cast_slice(&values[entry.range()]);
        Ok((entry.name.to_string(), TensorView::new(Dtype::F32, entry.shape(), bytes)?))
    };
    layout.entries.iter().map(tensor).collect()
}

/// What the file says of itself: `header`'s fields, and the tokens.
pub fn metadata(header: &Value, ids: &[u32], tokens: &[String]) -> HashMap<String, String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), Into::into);
    let fields = header.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), text(value)));
    let about = [("ids".into(), format!("{ids:?}")), ("tokens".into(), json!(tokens).to_string())];
    fields.chain(about).collect()
}

/// The whole file.
pub fn bytes(layout: &Layout, values: &[f32], metadata: HashMap<String, String>) -> Result<Vec<u8>, SafeTensorError> {
    serialize(tensors(layout, values)?, Some(metadata))
}

/// A token's text, as far as it is text; other bytes as `<E4>`.
pub fn shown(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| format!("<{byte:02X}>")).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{GptConfig, Site};
    use crate::trace::Tap;
    use safetensors::SafeTensors;

    #[test]
    fn a_file_gives_back_every_value_and_says_what_it_is() {
        let config =
            GptConfig::from_json(r#"{"n_layer":2,"n_head":2,"n_embd":4,"vocab_size":5,"n_positions":8}"#).unwrap();
        let layout = Layout::new(&Tap::everything(2), &config, 3);
        let values: Vec<f32> = (0..layout.len()).map(|i| i as f32).collect();
        let about = metadata(&json!({"model": "story", "knob": null}), &[4, 0, 1], &[shown(b" a"), shown(b"\xe4")]);
        let file = bytes(&layout, &values, about).unwrap();
        let read = SafeTensors::deserialize(&file).unwrap();
        assert_eq!(read.len(), layout.entries.len());
        for entry in &layout.entries {
            let tensor = read.tensor(&entry.name.to_string()).unwrap();
            assert_eq!((tensor.shape(), tensor.dtype()), (&entry.shape()[..], Dtype::F32));
            assert_eq!(bytemuck::pod_collect_to_vec::<u8, f32>(tensor.data()), values[entry.range()]);
        }
        assert!(read.tensor("block.1.attention.scores").is_ok_and(|t| t.shape() == [2, 3, 3]));
        assert!(layout.entries.iter().all(|entry| entry.name.site != Site::Lens));
        let (_, header) = SafeTensors::read_metadata(&file).unwrap();
        let about = header.metadata().clone().unwrap();
        assert_eq!((about["model"].as_str(), about["ids"].as_str()), ("story", "[4, 0, 1]"));
        assert_eq!(about["tokens"], r#"[" a","<E4>"]"#);
    }
}
