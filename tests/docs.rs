//! Documents that do not rot: every file that they name is there.

use std::path::Path;

const DOCUMENTS: [&str; 3] = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];

/// What stands between backticks and looks like a path of this repository.
fn paths(text: &str) -> Vec<String> {
    let folders = ["src/", "shaders/", "tests/", "www/", "xtask/", "training/", ".ci/"];
    let is_path =
        |word: &&str| folders.iter().any(|f| word.starts_with(f)) && !word.contains([' ', '*', '{', '<', '…']);
    text.split('`').skip(1).step_by(2).filter(is_path).map(Into::into).collect()
}

fn missing(text: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    paths(text).into_iter().filter(|path| !root.join(path).exists()).collect()
}

#[test]
fn every_file_that_a_document_names_is_there() {
    for document in DOCUMENTS {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(document);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{document} is missing"));
        assert_eq!(missing(&text), [""; 0], "{document} names files that are not there");
    }
}

#[test]
fn a_file_that_is_gone_is_noticed() {
    assert_eq!(missing("see `src/lib.rs` and `src/gone.rs`"), ["src/gone.rs"]);
}
