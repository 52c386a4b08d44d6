//! `cargo xtask bench`: the native command line's bench of the page's own model.

use crate::args::Args;
use crate::fault::{Fault, Outcome};
use crate::place::Place;
use crate::shell;

const MODEL: &str = "www/models/story";

pub fn bench(place: &Place, args: Args) -> Outcome {
    let words = args.rest();
    if !place.repo.join(MODEL).join("config.json").is_file() {
        return Err(Fault::new(
            format!("{MODEL} has no model"),
            "restore it from git, or name another with --model DIR",
        ));
    }
    let mut cargo = shell::command("cargo");
    cargo.current_dir(&place.repo).args(["run", "--locked", "--profile", "native", "--bin", "glassbox", "--", "bench"]);
    if !words.iter().any(|word| word.starts_with("--model")) {
        cargo.args(["--model", MODEL]);
    }
    shell::run(cargo.args(words), "`cargo run --bin glassbox -- bench --help` tells its options")
}
