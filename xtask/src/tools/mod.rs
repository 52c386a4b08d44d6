//! Everything the chores need and a machine may lack. A piece knows how to find itself, how long it takes to
//! install and how to; `ensure` installs those that are missing, once per user, and says how far it is.

pub mod browser;
pub mod crates;
pub mod debian;
pub mod node;
pub mod wasm;

use crate::fault::{Fault, Outcome, files};
use crate::place::Place;
use crate::shell::clock;
use std::fs::File;
use std::time::Instant;

/// One thing to have.
pub struct Piece {
    pub title: &'static str,
    /// How long on two cores, for the line that says what is being done.
    pub takes: &'static str,
    pub is_here: fn(&Place) -> bool,
    pub install: fn(&Place) -> Outcome,
}

/// What building the page takes.
pub const PAGE: &[&Piece] = &[&wasm::TARGET, &crates::WASM_BINDGEN, &crates::TRUNK];
/// What the native tests take: a Vulkan driver, so that the shaders run without a graphics card.
pub const NATIVE_TESTS: &[&Piece] = &[&browser::VULKAN];
/// What the browser tests take on top of the page.
pub const BROWSER_TESTS: &[&Piece] = &[&browser::CHROMIUM, &browser::CJK_FONT, &node::PACKAGES];

/// Installs whatever of `pieces` is missing.
pub fn ensure(place: &Place, pieces: &[&Piece]) -> Outcome {
    let missing = || -> Vec<&&Piece> { pieces.iter().filter(|piece| !(piece.is_here)(place)).collect() };
    if missing().is_empty() {
        return Ok(());
    }
    let logs = place.tools.join("log");
    std::fs::create_dir_all(&logs).map_err(files(&logs))?;
    let _alone = wait_for_others(place)?;
    let missing = missing();
    for (index, piece) in missing.iter().enumerate() {
        eprintln!("[{}/{}] {} (about {}, once)", index + 1, missing.len(), piece.title, piece.takes);
        let started = Instant::now();
        (piece.install)(place)?;
        if !(piece.is_here)(place) {
            return Err(Fault::new(
                format!("{}: installed, and still not found", piece.title),
                format!("look into {}, then try again with an empty {}", logs.display(), place.tools.display()),
            ));
        }
        eprintln!("      done in {}", clock(started.elapsed()));
    }
    // Half a gigabyte of object files that nothing reads again. Where a step failed they stay, for the next try.
    std::fs::remove_dir_all(place.build()).ok();
    Ok(())
}

/// Two checkouts may start at once: the second waits, and then finds everything there. The lock goes with its file.
fn wait_for_others(place: &Place) -> Outcome<File> {
    let path = place.tools.join("lock");
    let file = File::create(&path).map_err(files(&path))?;
    if file.try_lock().is_err() {
        eprintln!("another cargo xtask is installing; waiting for it");
        file.lock().map_err(files(&path))?;
    }
    Ok(file)
}
