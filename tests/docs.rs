//! Documents that do not rot: every file that they name is there.

use glassbox::content::{Locale, strings};
use glassbox::model::Precision;
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

/// Of a row of README's table of what fewer bits cost: the logits' error and how often the likeliest token
/// stays, both in per cent.
fn cost(row: &str) -> [f64; 2] {
    let cells: Vec<&str> = row.split('|').map(str::trim).collect();
    [cells[3], cells[5]].map(|cell| cell.trim_end_matches(" %").parse().unwrap())
}

#[test]
fn the_picker_says_of_eight_bits_what_the_readme_says() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let rows: Vec<[f64; 2]> = readme.lines().filter(|l| l.starts_with("| the same in 8 bits")).map(cost).collect();
    assert_eq!(rows.len(), 2);
    for locale in [Locale::En, Locale::Zh] {
        let line = (strings(locale).models.kind)(Precision::Int8).line;
        for [error, likeliest] in &rows {
            let percent = if locale == Locale::En { format!("{error:.1} %") } else { format!("{error:.1}%") };
            assert!(line.contains(&percent) && line.contains(&format!("{likeliest:.0}")), "{line}: {percent}");
        }
    }
}
