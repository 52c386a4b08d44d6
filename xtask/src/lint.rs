//! `cargo xtask lint`: format, clippy for this machine and for wasm32, and, where cargo-deny is installed, licences.

use crate::args::Args;
use crate::fault::Outcome;
use crate::place::Place;
use crate::shell;
use crate::tools::{self, wasm};
use std::process::Command;

pub fn lint(place: &Place, args: Args) -> Outcome {
    args.end()?;
    tools::ensure(place, &[&wasm::TARGET, &wasm::CLIPPY])?;
    println!("[1/4] rustfmt");
    shell::run(cargo(place).args(["fmt", "--all", "--check"]), "cargo fmt --all")?;
    println!("[2/4] clippy for this machine");
    let strict = ["--", "-D", "warnings"];
    let native = ["clippy", "--locked", "--workspace", "--all-targets"];
    shell::run(cargo(place).args(native).args(strict), "mend what clippy names")?;
    println!("[3/4] clippy for {}", wasm::NAME);
    let mut clippy = wasm::clippy(place);
    clippy.current_dir(&place.repo).env("CARGO_TARGET_DIR", place.web_target());
    clippy
        .args(["clippy", "--locked", "--target", wasm::NAME, "--lib", "--bin", "app", "--bin", "worker"])
        .args(strict);
    shell::run(&mut clippy, "mend what clippy names")?;
    println!("[4/4] licences and sources of the dependencies");
    if shell::on_path("cargo-deny").is_none() {
        println!("      left out: cargo-deny is not installed (cargo install cargo-deny)");
        return Ok(());
    }
    shell::run(cargo(place).args(["deny", "--offline", "check", "licenses", "bans", "sources"]), "see deny.toml")
}

fn cargo(place: &Place) -> Command {
    let mut cargo = shell::command("cargo");
    cargo.current_dir(&place.repo);
    cargo
}
