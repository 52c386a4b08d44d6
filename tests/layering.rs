//! One direction: a module of the library uses only modules that stand above it in `src/lib.rs`.

use std::path::{Path, PathBuf};

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn modules() -> Vec<String> {
    let lib = std::fs::read_to_string(src().join("lib.rs")).unwrap();
    lib.lines().filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';').map(Into::into)).collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    entries
        .flat_map(|path| match path.is_dir() {
            true => rust_files(&path),
            false => vec![path],
        })
        .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        .collect()
}

/// Names that follow `crate::` in a file, outside comments.
fn used(text: &str) -> Vec<String> {
    let code = text.lines().map(|l| l.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n");
    assert!(!code.contains("crate::{"), "say `use crate::a; use crate::b;`, so that the direction can be read");
    let word = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    code.split("crate::").skip(1).map(word).collect()
}

fn violations(order: &[String], module: &str, text: &str) -> Vec<String> {
    let place = |name: &str| order.iter().position(|m| m == name);
    let own = place(module).unwrap();
    used(text).into_iter().filter(|name| place(name).is_some_and(|p| p > own)).collect()
}

#[test]
fn a_module_uses_only_those_above_it() {
    let order = modules();
    assert!(order.len() >= 9, "lib.rs lists its modules");
    for file in rust_files(&src()) {
        let relative = file.strip_prefix(src()).unwrap();
        let first = relative.components().next().unwrap().as_os_str().to_str().unwrap();
        let module = first.trim_end_matches(".rs");
        if !order.iter().any(|m| m == module) {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        let wrong = violations(&order, module, &text);
        assert!(wrong.is_empty(), "{} uses {wrong:?}, which stand below {module}", relative.display());
    }
}

#[test]
fn a_module_that_looks_down_is_caught() {
    let order = modules();
    assert_eq!(violations(&order, "model", "use crate::views::App;"), ["views"]);
    assert_eq!(violations(&order, "views", "use crate::model::Site;"), [""; 0]);
    assert_eq!(violations(&order, "model", "// use crate::views"), [""; 0]);
}

/// Only the app (`views/app.rs` and its folder) reads the session; every other view takes plain props.
#[test]
fn views_do_not_know_the_session() {
    for file in rust_files(&src().join("views")) {
        let name = file.strip_prefix(src()).unwrap().to_str().unwrap().to_string();
        let text = std::fs::read_to_string(&file).unwrap();
        let knows = used(&text).iter().any(|m| m == "session");
        assert!(!knows || name.starts_with("views/app"), "{name} reads the session: give it props");
    }
}

/// Text becomes markup through the view macro alone, which escapes it. The cells of strips are no text: thousands of
/// numbers, with addresses and names that are escaped.
#[test]
fn no_view_writes_markup_of_its_own() {
    let cells = src().join("views/cells.rs");
    for file in rust_files(&src()).into_iter().filter(|file| *file != cells) {
        let text = std::fs::read_to_string(&file).unwrap();
        for word in ["inner_html", "set_inner_html", "innerHTML"] {
            assert!(!text.contains(word), "{} uses {word}", file.display());
        }
    }
}
