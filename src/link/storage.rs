//! Models kept on this device, in the browser's own file system for this page (OPFS): a folder each, with
//! the files as they came and a note of what they are.
//!
//! Everything here may be denied (private mode, plain http, a frame of another site): then nothing is
//! kept, and models come over the network as if there were no storage.

use super::library::{NotKept, Stored};
use super::source::Source;
use crate::engine::pause::sleep_ms;
use js_sys::{AsyncIterator, Promise, Reflect, Uint8Array};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions, FileSystemGetFileOptions,
    FileSystemReadWriteOptions, FileSystemRemoveOptions, FileSystemSyncAccessHandle, StorageManager, WorkerGlobalScope,
};

/// The folder of all models.
const SHELF: &str = "models";
/// What a model's folder says of itself.
const NOTE: &str = "note.json";
/// The file that is written while it comes.
pub const WEIGHTS: &str = "model.safetensors";
/// Another page that writes a note is soon done: it is waited for so long at a time, so often.
const BUSY_MS: i32 = 50;
const BUSY_TRIES: usize = 100;
/// A note that is being written is read again so often.
const NOTE_TRIES: usize = 5;

/// The place where models are kept.
pub struct Shelf(FileSystemDirectoryHandle);

/// A file's length and SHA-256 (FIPS 180-4), in hexadecimal digits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seal {
    pub bytes: u64,
    pub sha256: String,
}

impl Seal {
    pub fn of(bytes: &[u8]) -> Self {
        Self { bytes: bytes.len() as u64, sha256: hex(&Sha256::digest(bytes)) }
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is known of a model that is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Note {
    pub source: Source,
    /// The files that are whole; the weights among them make the model whole.
    pub files: BTreeMap<String, Seal>,
    /// Bytes of the weights and their version, as the server said; to go on where a download broke.
    pub total_bytes: u64,
    pub mark: Option<String>,
}

impl Note {
    fn empty(source: &Source) -> Self {
        Self { source: source.clone(), files: BTreeMap::new(), total_bytes: 0, mark: None }
    }

    pub fn is_whole(&self) -> bool {
        self.files.contains_key(WEIGHTS)
    }

    /// Is it known which version of the weights lies here? Where it is not, a later load cannot go on with them: the
    /// rest might come from another version, of the same size.
    pub fn is_known(&self) -> bool {
        self.is_whole() || self.mark.is_some()
    }
}

/// One model's folder.
pub struct Kept {
    folder: FileSystemDirectoryHandle,
    pub note: Note,
}

/// Why a file cannot be held.
pub enum Unheld {
    /// Another page of this browser writes it.
    Busy,
    Not(NotKept),
}

async fn settled<T: JsCast>(promise: Promise) -> Result<T, JsValue> {
    JsFuture::from(promise).await?.dyn_into()
}

fn storage() -> Option<StorageManager> {
    let global: WorkerGlobalScope = js_sys::global().unchecked_into();
    let there = Reflect::get(&global.navigator(), &"storage".into()).ok()?;
    there.dyn_into().ok()
}

/// Bytes that the browser would still keep, where it says.
pub async fn room() -> Option<u64> {
    let estimate = JsFuture::from(storage()?.estimate().ok()?).await.ok()?;
    let number = |key: &str| Reflect::get(&estimate, &key.into()).ok()?.as_f64();
    Some((number("quota")? - number("usage")?).max(0.0) as u64)
}

fn name_of(error: &JsValue) -> String {
    Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default()
}

/// Does another page have the file open?
fn is_busy(error: &JsValue) -> bool {
    matches!(name_of(error).as_str(), "NoModificationAllowedError" | "InvalidStateError")
}

fn why(error: &JsValue) -> NotKept {
    if name_of(error) == "QuotaExceededError" { NotKept::Full } else { NotKept::Denied }
}

/// A folder's name for a model: addresses have letters that file names may not have.
fn key(source: &Source) -> String {
    let address = source.to_address().unwrap_or_default();
    hex(&Sha256::digest(address.as_bytes())[..16])
}

impl Shelf {
    pub async fn open() -> Result<Self, NotKept> {
        let storage = storage().ok_or(NotKept::Denied)?;
        if !Reflect::has(&storage, &"getDirectory".into()).unwrap_or(false) {
            return Err(NotKept::Denied);
        }
        let root: FileSystemDirectoryHandle = settled(storage.get_directory()).await.map_err(|e| why(&e))?;
        folder(&root, SHELF, true).await.map(Self).map_err(|e| why(&e))
    }

    /// A model's folder; made where `create` and it is not there.
    pub async fn find(&self, source: &Source, create: bool) -> Result<Option<Kept>, NotKept> {
        let Ok(found) = folder(&self.0, &key(source), create).await else {
            return if create { Err(NotKept::Denied) } else { Ok(None) };
        };
        let note = read_note(&found).await.filter(|note| note.source == *source);
        Ok(match note {
            None if !create => None,
            note => Some(Kept { folder: found, note: note.unwrap_or_else(|| Note::empty(source)) }),
        })
    }

    /// Every model that is kept, whole or in part.
    pub async fn list(&self) -> Vec<Stored> {
        let mut models = Vec::new();
        for name in names(self.0.keys()).await {
            let Ok(found) = folder(&self.0, &name, false).await else { continue };
            let Some(note) = read_note(&found).await else { continue };
            let mut bytes: u64 = note.files.values().map(|seal| seal.bytes).sum();
            if !note.is_whole() {
                bytes += file(&found, WEIGHTS).await.map_or(0, |file| file.size() as u64);
            }
            let whole = note.is_whole();
            models.push(Stored { source: note.source, bytes, total_bytes: note.total_bytes, whole });
        }
        models.sort_by(|a, b| a.source.name().cmp(b.source.name()));
        models
    }

    /// Takes away what is no whole model, unless another page is at work on it.
    pub async fn discard(&self, source: &Source) {
        if let Ok(Some(kept)) = self.find(source, false).await
            && (kept.note.is_whole() || matches!(kept.hold_weights().await, Err(Unheld::Busy)))
        {
            return;
        }
        self.remove(source).await;
    }

    pub async fn remove(&self, source: &Source) {
        let options = FileSystemRemoveOptions::new();
        options.set_recursive(true);
        // What is not there need not go.
        let _ = JsFuture::from(self.0.remove_entry_with_options(&key(source), &options)).await;
    }
}

impl Kept {
    /// A whole file as it was put here; `None` where it is not there, or is no longer the same.
    pub async fn read(&self, name: &str) -> Option<Vec<u8>> {
        let seal = self.note.files.get(name)?;
        let bytes = read_all(&file(&self.folder, name).await.ok()?).await?;
        (Seal::of(&bytes) == *seal).then_some(bytes)
    }

    /// Puts whole files here.
    pub async fn put(&mut self, files: &[(String, Vec<u8>)]) -> Result<(), NotKept> {
        let paper = self.open_note().await?;
        for (name, bytes) in files {
            Part(soon(&self.folder, name).await.map_err(|e| why(&e))?).become_all(bytes)?;
            self.note.files.insert(name.clone(), Seal::of(bytes));
        }
        self.write_note(&paper)
    }

    /// Changes the note as it stands now, whatever other pages have written there since it was read.
    pub async fn change(&mut self, change: impl FnOnce(&mut Note)) -> Result<(), NotKept> {
        let paper = self.open_note().await?;
        change(&mut self.note);
        self.write_note(&paper)
    }

    /// Reads the note anew.
    pub async fn refresh(&mut self) -> Result<(), NotKept> {
        self.open_note().await.map(drop)
    }

    /// The note, for this page alone, and as it stands now. Whoever has it open may write the small files.
    async fn open_note(&mut self) -> Result<Part, NotKept> {
        let paper = Part(soon(&self.folder, NOTE).await.map_err(|e| why(&e))?);
        let mut json = vec![0; paper.bytes() as usize];
        let count = paper.read(0, &mut json);
        let written = serde_json::from_slice::<Note>(&json[..count]).ok();
        let ours = written.filter(|note| note.source == self.note.source);
        // What no note vouches for is as good as not there.
        self.note = ours.unwrap_or_else(|| Note::empty(&self.note.source));
        Ok(paper)
    }

    fn write_note(&self, paper: &Part) -> Result<(), NotKept> {
        paper.become_all(&serde_json::to_vec(&self.note).unwrap_or_default())
    }

    /// The weights, as far as they are here. No other page can hold them meanwhile.
    pub async fn hold_weights(&self) -> Result<Part, Unheld> {
        let held = access(&self.folder, WEIGHTS).await.map(Part);
        held.map_err(|error| if is_busy(&error) { Unheld::Busy } else { Unheld::Not(why(&error)) })
    }
}

/// A file that is read and written in pieces.
pub struct Part(FileSystemSyncAccessHandle);

impl Part {
    pub fn bytes(&self) -> u64 {
        self.0.get_size().unwrap_or(0.0) as u64
    }

    /// Reads from `at` on; tells how many bytes.
    pub fn read(&self, at: u64, into: &mut [u8]) -> usize {
        let options = FileSystemReadWriteOptions::new();
        options.set_at(at as f64);
        self.0.read_with_u8_array_and_options(into, &options).unwrap_or(0.0) as usize
    }

    pub fn write(&self, at: u64, bytes: &[u8]) -> Result<(), NotKept> {
        let options = FileSystemReadWriteOptions::new();
        options.set_at(at as f64);
        let written = self.0.write_with_u8_array_and_options(bytes, &options).map_err(|e| why(&e))?;
        if written as usize == bytes.len() { Ok(()) } else { Err(NotKept::Full) }
    }

    /// Throws away what is there.
    pub fn clear(&self) {
        let _ = self.0.truncate_with_u32(0);
    }

    /// Has these bytes written, and nothing else.
    fn become_all(&self, bytes: &[u8]) -> Result<(), NotKept> {
        self.clear();
        self.write(0, bytes)
    }

    /// Has what was written lie on the disk.
    pub fn flush(&self) {
        let _ = self.0.flush();
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.flush();
        self.0.close();
    }
}

async fn folder(
    of: &FileSystemDirectoryHandle,
    name: &str,
    create: bool,
) -> Result<FileSystemDirectoryHandle, JsValue> {
    let options = FileSystemGetDirectoryOptions::new();
    options.set_create(create);
    settled(of.get_directory_handle_with_options(name, &options)).await
}

async fn file(of: &FileSystemDirectoryHandle, name: &str) -> Result<File, JsValue> {
    let handle: FileSystemFileHandle = settled(of.get_file_handle(name)).await?;
    settled(handle.get_file()).await
}

async fn access(of: &FileSystemDirectoryHandle, name: &str) -> Result<FileSystemSyncAccessHandle, JsValue> {
    let options = FileSystemGetFileOptions::new();
    options.set_create(true);
    let handle: FileSystemFileHandle = settled(of.get_file_handle_with_options(name, &options)).await?;
    settled(handle.create_sync_access_handle()).await
}

/// The same, where no other page keeps it for long.
async fn soon(of: &FileSystemDirectoryHandle, name: &str) -> Result<FileSystemSyncAccessHandle, JsValue> {
    for _ in 0..BUSY_TRIES {
        match access(of, name).await {
            Err(error) if is_busy(&error) => sleep_ms(BUSY_MS).await,
            answer => return answer,
        }
    }
    access(of, name).await
}

async fn read_all(file: &File) -> Option<Vec<u8>> {
    read_range(file, 0, file.size() as u64).await
}

/// Bytes of a `File`, wherever it comes from, as far as it has them; `None` where it cannot be read.
pub async fn read_range(file: &File, start: u64, end: u64) -> Option<Vec<u8>> {
    let part = file.slice_with_f64_and_f64(start as f64, end as f64).ok()?;
    let buffer = JsFuture::from(part.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

async fn read_note(of: &FileSystemDirectoryHandle) -> Option<Note> {
    for _ in 0..NOTE_TRIES {
        let json = read_all(&file(of, NOTE).await.ok()?).await;
        if let Some(note) = json.and_then(|json| serde_json::from_slice(&json).ok()) {
            return Some(note);
        }
        // It is there, and no note: another page is just writing it.
        sleep_ms(BUSY_MS).await;
    }
    None
}

async fn names(iterator: AsyncIterator) -> Vec<String> {
    let mut names = Vec::new();
    while let Ok(promise) = iterator.next() {
        let Ok(next) = JsFuture::from(promise).await else { break };
        let get = |key: &str| Reflect::get(&next, &key.into()).unwrap_or(JsValue::UNDEFINED);
        if get("done").is_truthy() {
            break;
        }
        names.extend(get("value").as_string());
    }
    names
}
