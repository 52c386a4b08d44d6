//! What the browser gives: the files of an input, or of a drop on the page, with their paths. Nothing
//! is read here.

use super::given::{Choice, Given, choose};
use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, File, FileSystemDirectoryEntry, FileSystemDirectoryReader, FileSystemEntry, FileSystemFileEntry,
    HtmlInputElement,
};

/// A file and its path, which begins with the folder that was given.
type Found = (String, File);

/// A folder of more files than this is no model's, nor one nested deeper.
const MOST_FILES: usize = 2000;
const DEEPEST: usize = 3;

/// The files of an input, which is left empty, so that the same can be chosen again.
pub fn of_input(input: &HtmlInputElement) -> Vec<Found> {
    let list = input.files();
    let files = list.iter().flat_map(|list| (0..list.length()).filter_map(move |at| list.get(at)));
    let found = files.take(MOST_FILES).map(|file| (path_of(&file), file)).collect();
    input.set_value("");
    found
}

fn path_of(file: &File) -> String {
    let path = Reflect::get(file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
    path.filter(|path| !path.is_empty()).unwrap_or_else(|| file.name())
}

/// Are there files in what is dragged?
pub fn has_files(transfer: &DataTransfer) -> bool {
    transfer.types().iter().any(|kind| kind == "Files")
}

/// What was dropped. Its entries must be taken while the event lasts; its folders are looked through later.
pub fn of_drop(transfer: &DataTransfer) -> impl Future<Output = Vec<Found>> + use<> {
    let items = transfer.items();
    let (mut found, mut waiting) = (Vec::new(), Vec::new());
    for item in (0..items.length()).filter_map(|at| items.get(at)) {
        match item.webkit_get_as_entry() {
            Ok(Some(entry)) => waiting.push((entry, 0)),
            // A file that lies in no folder: another page's, or made by a script.
            _ => found.extend(item.get_as_file().ok().flatten().map(|file| (file.name(), file))),
        }
    }
    async move {
        while let Some((entry, depth)) = waiting.pop() {
            if entry.is_file() {
                found.extend(file_of(entry.unchecked_into()).await);
            } else if depth < DEEPEST {
                waiting.extend(inside(entry.unchecked_into()).await.into_iter().map(|entry| (entry, depth + 1)));
            }
            if found.len() >= MOST_FILES {
                break;
            }
        }
        found
    }
}

async fn file_of(entry: FileSystemFileEntry) -> Option<Found> {
    let path = entry.full_path().trim_start_matches('/').to_owned();
    let asked = Promise::new(&mut |done, failed| {
        entry.file_with_callback_and_callback(&done, &failed);
    });
    let file = JsFuture::from(asked).await.ok()?.dyn_into().ok()?;
    Some((path, file))
}

/// A reader gives some at a time, and none when it is through.
async fn inside(folder: FileSystemDirectoryEntry) -> Vec<FileSystemEntry> {
    let reader: FileSystemDirectoryReader = folder.create_reader();
    let mut entries = Vec::new();
    while entries.len() < MOST_FILES {
        let asked = Promise::new(&mut |done, failed| {
            let _ = reader.read_entries_with_callback_and_callback(&done, &failed);
        });
        let some: Array = match JsFuture::from(asked).await {
            Ok(some) => some.unchecked_into(),
            Err(_) => break,
        };
        if some.length() == 0 {
            break;
        }
        entries.extend(some.iter().map(JsValue::unchecked_into::<FileSystemEntry>));
    }
    entries
}

/// The model's files among those found; `None` where there are none.
pub fn given(found: &[Found]) -> (Choice, Option<Given>) {
    let paths: Vec<String> = found.iter().map(|(path, _)| path.clone()).collect();
    let choice = choose(&paths);
    let files: Array = choice.taken.iter().map(|&at| JsValue::from(&found[at].1)).collect();
    let given = (files.length() > 0).then(|| Given { name: choice.name.clone(), files });
    (choice, given)
}
