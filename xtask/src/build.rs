//! `cargo xtask build`: the release page into dist/.

use crate::bundle;
use crate::fault::{Fault, Outcome};
use crate::place::Place;
use crate::shell::{self, clock};
use crate::tools::{self, crates, wasm};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

pub fn build(place: &Place) -> Outcome {
    tools::ensure(place, tools::PAGE)?;
    let started = Instant::now();
    println!("[1/3] compiling for the browser");
    compile(place)?;
    println!("[2/3] bundling");
    let stage = place.web_target().join("stage");
    trunk(place, &stage)?;
    println!("[3/3] naming the engine's files by their content");
    bundle::finish(&stage, &place.dist())?;
    println!(
        "dist/ holds the page: {:.1} MB, built in {}",
        bytes(&place.dist()) as f64 / 1e6,
        clock(started.elapsed())
    );
    Ok(())
}

/// Both modules in one call, so that their long last steps run side by side; trunk, which would compile them one
/// after the other, finds them done.
fn compile(place: &Place) -> Outcome {
    let mut cargo = shell::command("cargo");
    cargo.args(["build", "--release", "--locked", "--target", wasm::NAME, "--bin", "app", "--bin", "worker"]);
    for_the_web(place, &mut cargo)?;
    shell::run(&mut cargo, "mend what the compiler names; if it is the network, only the first build needs it")
}

fn trunk(place: &Place, stage: &Path) -> Outcome {
    let trunk = crates::trunk(place).ok_or_else(missing)?;
    let mut command = shell::command(trunk);
    command.args(["build", "--release", "--locked", "--dist"]).arg(stage);
    // It reads NO_COLOR as a truth value and stops at "1".
    command.env_remove("NO_COLOR").env("TRUNK_SKIP_VERSION_CHECK", "true");
    for_the_web(place, &mut command)?;
    shell::run(&mut command, "mend what it names: Trunk.toml and www/index.html say what is bundled")
}

fn missing() -> Fault {
    Fault::new("trunk or wasm-bindgen is missing", "cargo xtask install")
}

/// The environment that cargo and trunk must share, or each would compile everything anew.
fn for_the_web(place: &Place, command: &mut Command) -> Outcome {
    let bindgen = crates::wasm_bindgen(place).ok_or_else(missing)?;
    let folders = bindgen.parent().map(PathBuf::from).into_iter();
    let known = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(folders.chain(std::env::split_paths(&known)))
        .map_err(|error| Fault::new(format!("PATH cannot be extended: {error}"), "mend PATH"))?;
    command.current_dir(&place.repo).env("PATH", path).env("CARGO_TARGET_DIR", place.web_target());
    command.envs(wasm::environment(place));
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", nameless());
    Ok(())
}

/// Panic messages carry source paths. Without this they would tell where the builder's home is, and two builders'
/// pages would differ. cargo adds these flags to those of .cargo/config.toml.
fn nameless() -> OsString {
    let home = std::env::var_os("CARGO_HOME").or_else(|| {
        let home = std::env::var_os(if cfg!(windows) { "USERPROFILE" } else { "HOME" })?;
        Some(Path::new(&home).join(".cargo").into())
    });
    let Some(home) = home.filter(|home| !home.to_string_lossy().contains(' ')) else { return OsString::new() };
    let mut flags = OsString::from("--remap-path-prefix=");
    flags.push(home);
    flags.push("=cargo");
    flags
}

fn bytes(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| {
            entry.metadata().map_or(0, |about| if about.is_dir() { bytes(&entry.path()) } else { about.len() })
        })
        .sum()
}
