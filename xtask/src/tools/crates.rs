//! Tools that are Rust crates: trunk, and the wasm-bindgen whose version must equal Cargo.lock's. Compiled for a
//! fast build, not a fast tool, into a folder that carries the version.

use super::Piece;
use crate::fault::{Fault, Outcome, files};
use crate::place::Place;
use crate::shell;
use std::path::{Path, PathBuf};
use std::process::Command;

pub const TRUNK: Piece = Piece {
    title: "trunk, which bundles the page",
    takes: "4 min",
    is_here: |place| trunk(place).is_some(),
    install: |place| install(place, "trunk", TRUNK_VERSION, &["--no-default-features"]),
};

pub const WASM_BINDGEN: Piece = Piece {
    title: "wasm-bindgen, which joins wasm and JavaScript",
    takes: "2 min",
    is_here: |place| wasm_bindgen(place).is_some(),
    install: |place| {
        install(
            place,
            "wasm-bindgen-cli",
            &wasm_bindgen_version(place)?,
            &["--bin", "wasm-bindgen", "--no-default-features"],
        )
    },
};

const TRUNK_VERSION: &str = "0.21.14";

/// trunk, ours or the user's.
pub fn trunk(place: &Place) -> Option<PathBuf> {
    found(place, "trunk", "trunk", TRUNK_VERSION)
}

/// wasm-bindgen of exactly the locked version, ours or the user's.
pub fn wasm_bindgen(place: &Place) -> Option<PathBuf> {
    found(place, "wasm-bindgen-cli", "wasm-bindgen", &wasm_bindgen_version(place).ok()?)
}

fn found(place: &Place, package: &str, program: &str, version: &str) -> Option<PathBuf> {
    let own = folder(place, package, version).join("bin").join(format!("{program}{}", std::env::consts::EXE_SUFFIX));
    if own.is_file() {
        return Some(own);
    }
    let theirs = shell::on_path(program)?;
    let told = shell::answer(shell::command(&theirs).arg("--version"))?;
    (told.split_whitespace().nth(1) == Some(version)).then_some(theirs)
}

fn folder(place: &Place, package: &str, version: &str) -> PathBuf {
    place.tools.join(format!("{package}-{version}"))
}

/// The version that Cargo.lock holds the wasm-bindgen crate at: the two speak a private language that changes with each.
fn wasm_bindgen_version(place: &Place) -> Outcome<String> {
    let path = place.repo.join("Cargo.lock");
    let lock = std::fs::read_to_string(&path).map_err(files(&path))?;
    locked_version(&lock, "wasm-bindgen")
        .map(str::to_owned)
        .ok_or_else(|| Fault::new("Cargo.lock has no wasm-bindgen", "restore Cargo.lock from git"))
}

fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    lines.find(|line| *line == name)?;
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

/// `cargo install` into a folder beside the final one, then one rename: a stopped build leaves nothing half-installed.
fn install(place: &Place, package: &str, version: &str, options: &[&str]) -> Outcome {
    let home = folder(place, package, version);
    let half = place.build().join(package);
    let log = place.log(package);
    let remedy = format!(
        "with a network, `cargo install {package} --version {version}` by hand also does: the one on PATH is used"
    );
    std::fs::remove_dir_all(&half).ok();
    let locked = shell::logged(&mut cargo_install(place, &half, package, version, options, true), &log, "");
    if locked.is_err() {
        eprintln!("      its own lock file did not do; once more without");
        shell::logged(&mut cargo_install(place, &half, package, version, options, false), &log, &remedy)?;
    }
    std::fs::remove_dir_all(&home).ok();
    std::fs::rename(&half, &home).map_err(files(&home))
}

fn cargo_install(place: &Place, root: &Path, package: &str, version: &str, options: &[&str], locked: bool) -> Command {
    let mut cargo = shell::command("cargo");
    cargo.args(["install", package, "--version", &format!("={version}"), "--root"]).arg(root).args(options);
    if locked {
        cargo.arg("--locked");
    }
    cargo.current_dir(&place.tools).env("CARGO_TARGET_DIR", place.build().join("crates"));
    for (setting, value) in
        [("LTO", "off"), ("OPT_LEVEL", "1"), ("CODEGEN_UNITS", "16"), ("DEBUG", "false"), ("STRIP", "true")]
    {
        cargo.env(format!("CARGO_PROFILE_RELEASE_{setting}"), value);
    }
    show_progress(&mut cargo);
    cargo
}

/// Makes cargo draw its bar into a pipe too, where `shell::logged` reads it.
pub fn show_progress(cargo: &mut Command) {
    cargo
        .env("CARGO_TERM_PROGRESS_WHEN", "always")
        .env("CARGO_TERM_PROGRESS_WIDTH", "100")
        .env("CARGO_TERM_COLOR", "never");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_locked_version() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }
}
