//! `glassbox convert`: a model's folder with its weights in another type. They pass through: nothing is held
//! but the rows that are on their way.

use super::options::{CliError, Options};
use crate::folder::FolderError;
use crate::model::weights::{int8, nearest_f16};
use crate::model::{GptConfig, Part, Precision, Sink, TensorName};
use safetensors::Dtype;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// What goes along as it is, where it is there.
const BESIDE: [&str; 10] = [
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "vocab.txt",
    "generation_config.json",
    "examples.json",
    "README.md",
];

pub fn run(options: &Options) -> Result<String, CliError> {
    let folder = options.folder()?;
    options.need("weights", "f16 or int8, the type to write")?;
    let precision = options.precision()?;
    let out = PathBuf::from(options.need("out", "the folder to write")?);
    let failed = |path: &Path, e: io::Error| CliError::Write { path: path.into(), reason: e.to_string() };
    fs::create_dir_all(&out).map_err(|e| failed(&out, e))?;
    if out.canonicalize().ok() == folder.path().canonicalize().ok() {
        return Err(CliError::Usage("--out is the model's own folder; choose another one, it would be lost".into()));
    }
    for name in BESIDE.iter().filter(|name| folder.path().join(name).is_file()) {
        let to = out.join(name);
        fs::copy(folder.path().join(name), &to).map_err(|e| failed(&to, e))?;
    }
    let config = folder.path().join("config.json");
    let json = fs::read_to_string(&config).and_then(|json| Ok(int8::mark(&json, precision == Precision::Int8)?));
    let json = json.map_err(|reason| FolderError::Io { path: config, reason })?;
    let config = out.join("config.json");
    fs::write(&config, json).map_err(|e| failed(&config, e))?;
    // Half of a file must not look like a model.
    let (whole, part) = (out.join("model.safetensors"), out.join("model.safetensors.part"));
    let stored = folder.stored()?;
    let mut writer =
        Writer::new(&part, stored.keys().copied(), &folder.config, precision).map_err(|e| failed(&part, e))?;
    folder.weights(&mut writer)?;
    let bytes = writer.finish().map_err(|e| failed(&part, e))?;
    fs::rename(&part, &whole).map_err(|e| failed(&whole, e))?;
    let before = folder.path().join("model.safetensors");
    let size = fs::metadata(&before).map_err(|reason| FolderError::Io { path: before, reason })?.len();
    Ok(told(&folder.name(), &stored, precision, [size, bytes], &out))
}

fn told(name: &str, stored: &BTreeMap<TensorName, Dtype>, precision: Precision, sizes: [u64; 2], out: &Path) -> String {
    let mut from: Vec<String> =
        stored.iter().filter(|(name, _)| name.is_matrix()).map(|(_, dtype)| format!("{dtype:?}")).collect();
    from.sort();
    from.dedup();
    let [before, after] = sizes.map(|bytes| bytes as f64 / 1e6);
    let (from, share) = (from.join(" and "), 100.0 * after / before);
    format!(
        "{name}: {before:.2} MB in {from}, {after:.2} MB in {precision:?} ({share:.1} %)\nwritten to {}\n",
        out.display()
    )
}

/// Where a tensor lies in the file that is written, in bytes from its beginning.
#[derive(Clone, Copy)]
struct Place {
    dtype: Dtype,
    values: u64,
    /// Where its scales lie, if it is in bytes.
    scales: Option<u64>,
}

/// Takes rows and puts each where it belongs in the file.
struct Writer {
    file: File,
    places: BTreeMap<TensorName, (Place, [usize; 2])>,
    bytes: u64,
    /// The first thing that went wrong: a [`Sink`] cannot tell at once.
    fault: Option<io::Error>,
}

impl Writer {
    /// Writes the header, for these tensors.
    fn new(
        path: &Path,
        tensors: impl Iterator<Item = TensorName>,
        config: &GptConfig,
        precision: Precision,
    ) -> io::Result<Self> {
        let mut layout = Layout::default();
        let tensors: Vec<_> = tensors.map(|name| (name, name.shape(config))).collect();
        let mut places = BTreeMap::new();
        // Scales and vectors first: a reader of the stream needs them when the bytes come.
        for (name, [rows, _]) in tensors.iter().filter(|(name, _)| precision == Precision::Int8 && name.is_matrix()) {
            let at = layout.add(&format!("{}.scale", label(*name)), Dtype::F32, &[*rows]);
            places.insert(*name, at);
        }
        let in_bytes = |name: &TensorName| precision == Precision::Int8 && name.is_matrix();
        let (last, first): (Vec<_>, Vec<_>) = tensors.into_iter().partition(|(name, _)| in_bytes(name));
        let mut all = BTreeMap::new();
        for (name, shape) in first.into_iter().chain(last) {
            let dtype = match precision {
                Precision::F16 => Dtype::F16,
                Precision::Int8 if name.is_matrix() => Dtype::I8,
                _ => Dtype::F32,
            };
            let sides: &[usize] = if name.is_matrix() { &shape } else { &shape[1..] };
            let values = layout.add(&label(name), dtype, sides);
            all.insert(name, (Place { dtype, values, scales: places.get(&name).copied() }, shape));
        }
        let (header, bytes) = layout.header(precision);
        let mut file = File::create(path)?;
        file.write_all(&header)?;
        let start = header.len() as u64;
        for (place, _) in all.values_mut() {
            place.values += start;
            place.scales = place.scales.map(|at| at + start);
        }
        Ok(Self { file, places: all, bytes: start + bytes, fault: None })
    }

    /// To be called after the last row; gives the file's size.
    fn finish(mut self) -> io::Result<u64> {
        match self.fault.take() {
            Some(fault) => Err(fault),
            None => self.file.sync_all().map(|()| self.bytes),
        }
    }

    fn put(&mut self, at: u64, bytes: &[u8]) {
        let written = self.file.seek(SeekFrom::Start(at)).and_then(|_| self.file.write_all(bytes));
        self.fault = self.fault.take().or(written.err());
    }
}

impl Sink for Writer {
    fn rows(&mut self, name: TensorName, first_row: usize, values: &[f32]) {
        let Some(&(place, [_, columns])) = self.places.get(&name) else { return };
        let bytes: Vec<u8> = match place.dtype {
            Dtype::F16 => values.iter().flat_map(|v| nearest_f16(*v).to_le_bytes()).collect(),
            Dtype::I8 => {
                let mut bytes = Vec::with_capacity(values.len());
                let scales: Vec<u8> =
                    values.chunks(columns).flat_map(|row| int8::quantise(row, &mut bytes).to_le_bytes()).collect();
                self.put(place.scales.unwrap_or_default() + 4 * first_row as u64, &scales);
                bytemuck::cast_vec(bytes)
            }
            _ => values.iter().flat_map(|v| v.to_le_bytes()).collect(),
        };
        let each = (place.dtype.bitsize() / 8 * columns) as u64;
        self.put(place.values + first_row as u64 * each, &bytes);
    }
}

/// The name in Hugging Face's files.
fn label(name: TensorName) -> String {
    let prefix = if matches!(name.part, Part::Head | Part::HeadBias) { "" } else { "transformer." };
    format!("{prefix}{}", name.in_checkpoint())
}

/// Tensors one after the other.
#[derive(Default)]
struct Layout {
    entries: Map<String, Value>,
    end: u64,
}

impl Layout {
    /// Where the next tensor begins.
    fn add(&mut self, label: &str, dtype: Dtype, shape: &[usize]) -> u64 {
        let start = self.end;
        self.end += (shape.iter().product::<usize>() * dtype.bitsize() / 8) as u64;
        let entry = json!({"dtype": dtype, "shape": shape, "data_offsets": [start, self.end]});
        self.entries.insert(label.into(), entry);
        start
    }

    /// The header, its length before it, filled up to eight bytes; and how many bytes follow.
    fn header(mut self, precision: Precision) -> (Vec<u8>, u64) {
        let metadata = match precision {
            Precision::Int8 => {
                json!({"format": "glassbox-int8", "weights": "a tensor X of I8 means X[i, j] * X.scale[i]"})
            }
            _ => json!({"format": "pt"}),
        };
        self.entries.insert("__metadata__".into(), metadata);
        let mut json = Value::Object(self.entries).to_string().into_bytes();
        json.resize(json.len().next_multiple_of(8), b' ');
        ([&(json.len() as u64).to_le_bytes()[..], &json].concat(), self.end)
    }
}
