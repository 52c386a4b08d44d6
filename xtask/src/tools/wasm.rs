//! The wasm32 target: the toolchain's own, or one fetched by rustup, or, where rustup cannot reach its server,
//! Debian's second rustc with a standard library that we compile for it.

use super::{Piece, debian};
use crate::fault::{Fault, Outcome, files};
use crate::place::Place;
use crate::shell;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

pub const NAME: &str = "wasm32-unknown-unknown";

pub const TARGET: Piece = Piece {
    title: "the wasm32 target of Rust",
    takes: "2 min",
    is_here: |place| toolchain_has_it() || own_sysroot(place).is_some(),
    install,
};

/// Clippy for the rustc that compiles wasm32 here.
pub const CLIPPY: Piece = Piece {
    title: "clippy for Debian's second rustc",
    takes: "20 s",
    is_here: |_| toolchain_has_it() || debian::has("rust-web-clippy"),
    install: |place| debian::install(&["rust-web-clippy"], &place.log("clippy")),
};

/// `cargo clippy` for wasm32: the toolchain's own, or Debian's, told where its sysroot is.
pub fn clippy(place: &Place) -> std::process::Command {
    let environment = environment(place);
    let mut command = shell::command(if environment.is_empty() { "cargo" } else { "/usr/bin/cargo-clippy" });
    command.envs(environment);
    command
}

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

/// `GLASSBOX_WASM=debian` takes Debian's way even where rustup's is open: that is how the way itself is tested.
fn debian_is_asked_for() -> bool {
    std::env::var_os("GLASSBOX_WASM").is_some_and(|way| way == "debian")
}

fn toolchain_has_it() -> bool {
    !debian_is_asked_for()
        && shell::answer(shell::command("rustc").args(["--print", "target-libdir", "--target", NAME]))
            .is_some_and(|folder| has_core(Path::new(&folder)))
}

fn has_core(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libcore-"))
}

/// What a build for wasm32 must have in its environment: nothing, or the rustc to use.
pub fn environment(place: &Place) -> Vec<(&'static str, OsString)> {
    if toolchain_has_it() {
        return Vec::new();
    }
    own_sysroot(place)
        .map(|root| vec![("RUSTC", root.join("bin/rustc").into()), ("SYSROOT", root.into())])
        .unwrap_or_default()
}

/// The folder that is a sysroot for Debian's rustc, named after the package's version: a new rustc gets a new one.
fn sysroot_path(place: &Place) -> Option<PathBuf> {
    let version = shell::answer(shell::command("dpkg-query").args(["-W", "-f=${Version}", "rustc-web"]))?;
    let version: String =
        version.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect();
    (!version.is_empty()).then(|| place.tools.join(format!("sysroot-{version}")))
}

fn own_sysroot(place: &Place) -> Option<PathBuf> {
    let root = sysroot_path(place)?;
    has_core(&root.join("lib/rustlib").join(NAME).join("lib")).then_some(root)
}

fn install(place: &Place) -> Outcome {
    if !debian_is_asked_for() && shell::on_path("rustup").is_some() {
        let mut rustup = shell::command("rustup");
        rustup.args(["target", "add", NAME]);
        eprintln!("      asking rustup for it");
        if shell::answer(&mut rustup).is_some() && toolchain_has_it() {
            return Ok(());
        }
        eprintln!("      rustup could not fetch it; trying Debian's packages");
    }
    let by_hand = format!("run `rustup target add {NAME}` with a network (https://rustup.rs tells how to get rustup)");
    if !debian::is_here() {
        return Err(Fault::new(format!("this Rust has no {NAME} target"), by_hand));
    }
    if debian::has("rustc") {
        debian::install(&["libstd-rust-dev-wasm32", "lld"], &place.log("wasm-target"))?;
        return if toolchain_has_it() {
            Ok(())
        } else {
            Err(Fault::new(format!("Debian's rustc still has no {NAME} target"), by_hand))
        };
    }
    debian::install(&["rustc-web", "rust-web-src", "rust-web-llvm"], &place.log("wasm-target"))?;
    install_linker(place)?;
    build_std(place)
}

/// rust-web-llvm's `rust-lld` is a link to an lld that the package only suggests; its number changes, so the link is read.
fn install_linker(place: &Place) -> Outcome {
    let host = host_triple()?;
    let link = Path::new("/usr/lib/rustlib").join(host).join("bin/rust-lld");
    if link.exists() {
        return Ok(());
    }
    let number = std::fs::read_link(&link).ok().and_then(|target| {
        let text = target.to_string_lossy().into_owned();
        let start = text.rfind("lld-").map(|at| at + 4).or_else(|| text.rfind("llvm-").map(|at| at + 5))?;
        let digits: String = text[start..].chars().take_while(char::is_ascii_digit).collect();
        (!digits.is_empty()).then_some(digits)
    });
    let package = number.map_or_else(|| "lld".to_owned(), |number| format!("lld-{number}"));
    debian::install(&[package.as_str()], &place.log("wasm-linker"))
}

fn host_triple() -> Outcome<String> {
    let told = shell::answer(shell::command(DEBIAN_RUSTC).arg("-vV")).unwrap_or_default();
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| Fault::new(format!("{DEBIAN_RUSTC} does not run"), "sudo apt-get install --reinstall rustc-web"))
}

/// Compiles the standard library for wasm32 from an empty crate and lays it beside links to Debian's own files,
/// in the user's folder: nothing is written where dpkg rules.
fn build_std(place: &Place) -> Outcome {
    let root = sysroot_path(place)
        .ok_or_else(|| Fault::new("rustc-web is not installed", "sudo apt-get install rustc-web"))?;
    let half = place.build().join("sysroot");
    std::fs::remove_dir_all(&half).ok();
    lay_links(&half)?;
    eprintln!("      compiling the standard library for {NAME}");
    let crate_folder = place.build().join("std");
    let source = crate_folder.join("src");
    std::fs::create_dir_all(&source).map_err(files(&source))?;
    let manifest = crate_folder.join("Cargo.toml");
    std::fs::write(&manifest, "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n")
        .map_err(files(&manifest))?;
    std::fs::write(source.join("lib.rs"), "").map_err(files(&source))?;
    let mut cargo = shell::command("cargo");
    cargo.current_dir(&crate_folder).env("RUSTC", half.join("bin/rustc")).env("RUSTC_BOOTSTRAP", "1");
    cargo
        .env("CARGO_TARGET_DIR", crate_folder.join("target"))
        .env("RUSTFLAGS", "-C embed-bitcode=yes -C codegen-units=1");
    super::crates::show_progress(&mut cargo);
    cargo.args(["build", "--release", "--target", NAME, "-Zbuild-std=std,panic_abort,proc_macro,test"]);
    shell::logged(
        &mut cargo,
        &place.log("wasm-std"),
        "`rustup target add` with a network spares all this; else send the log with a report",
    )?;
    let built = crate_folder.join("target").join(NAME).join("release/deps");
    let home = half.join("lib/rustlib").join(NAME).join("lib");
    std::fs::create_dir_all(&home).map_err(files(&home))?;
    for entry in std::fs::read_dir(&built).map_err(files(&built))?.flatten() {
        let name = entry.file_name();
        if name.to_string_lossy().ends_with(".rlib") && !name.to_string_lossy().starts_with("libempty") {
            std::fs::copy(entry.path(), home.join(&name)).map_err(files(&home))?;
        }
    }
    std::fs::remove_dir_all(&root).ok();
    std::fs::rename(&half, &root).map_err(files(&root))
}

/// A sysroot of links. rustc takes the folder above a linked `bin/rustc` for its sysroot.
#[cfg(unix)]
fn lay_links(root: &Path) -> Outcome {
    let rustlib = root.join("lib/rustlib");
    let bin = root.join("bin");
    std::fs::create_dir_all(&rustlib).map_err(files(&rustlib))?;
    std::fs::create_dir_all(&bin).map_err(files(&bin))?;
    let link = |from: &Path, to: PathBuf| std::os::unix::fs::symlink(from, &to).map_err(files(&to));
    for program in ["rustc", "rustdoc", "clippy-driver", "cargo-clippy"] {
        link(&Path::new("/usr/bin").join(program), bin.join(program))?;
    }
    for name in [host_triple()?.as_str(), "src", "etc"] {
        link(&Path::new("/usr/lib/rustlib").join(name), rustlib.join(name))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn lay_links(root: &Path) -> Outcome {
    Err(Fault::new(format!("{} is for Debian only", root.display()), format!("run `rustup target add {NAME}`")))
}
