//! The npm packages of package-lock.json, installed anew only when that file has changed.

use super::Piece;
use crate::fault::{Fault, Outcome, files};
use crate::place::Place;
use crate::shell;
use std::path::PathBuf;

pub const PACKAGES: Piece =
    Piece { title: "the npm packages of the browser tests", takes: "20 s", is_here: |place| fresh(place), install };

const OLDEST_NODE: u32 = 20;

/// A copy of the lock file that the installed packages belong to.
fn stamp(place: &Place) -> PathBuf {
    place.repo.join("node_modules/.installed-lock.json")
}

fn fresh(place: &Place) -> bool {
    let lock = std::fs::read(place.repo.join("package-lock.json"));
    let installed = std::fs::read(stamp(place));
    matches!((lock, installed), (Ok(lock), Ok(installed)) if lock == installed)
}

fn install(place: &Place) -> Outcome {
    let told = shell::answer(shell::command("node").arg("--version"));
    let version = told.as_deref().and_then(|text| text.strip_prefix('v')?.split('.').next()?.parse::<u32>().ok());
    if version.is_none_or(|version| version < OLDEST_NODE) {
        let found = told.unwrap_or_else(|| "none".to_owned());
        let remedy =
            format!("install Node {OLDEST_NODE} or newer (https://nodejs.org), or run the tests with --no-browser");
        return Err(Fault::new(format!("the browser tests need Node {OLDEST_NODE}, found: {found}"), remedy));
    }
    let mut npm = shell::command(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.current_dir(&place.repo).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    shell::logged(&mut npm, &place.log("npm"), "check the network and `npm ping`, then run the same command again")?;
    std::fs::copy(place.repo.join("package-lock.json"), stamp(place)).map_err(files(&stamp(place))).map(drop)
}
