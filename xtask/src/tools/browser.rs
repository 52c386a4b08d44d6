//! What runs the page and the shaders without a person or a graphics card: Chromium, a software Vulkan, a CJK font.

use super::{Piece, debian};
use crate::fault::{Fault, Outcome};
use crate::place::Place;
use crate::shell;
use std::path::{Path, PathBuf};

pub const CHROMIUM: Piece = Piece {
    title: "Chromium, for the browser tests",
    takes: "1 min",
    is_here: |_| chromium().is_some(),
    install: |place| {
        debian_only(
            place,
            &["chromium"],
            "chromium",
            "install Chromium or Chrome, or set CHROMIUM to the program's path",
        )
    },
};

pub const VULKAN: Piece = Piece {
    title: "a Vulkan driver in software (Mesa's lavapipe), for the shader tests",
    takes: "1 min",
    is_here: |_| vulkan(),
    install: |place| {
        debian_only(
            place,
            &["mesa-vulkan-drivers", "libvulkan1"],
            "vulkan",
            "install your system's Vulkan loader and a driver (Mesa's lavapipe runs everywhere)",
        )
    },
};

pub const CJK_FONT: Piece = Piece {
    title: "a font with Chinese characters, for the screenshots",
    takes: "1 min",
    is_here: |_| cjk_font(),
    install: |place| debian_only(place, &["fonts-noto-cjk", "fontconfig"], "fonts", "install the Noto CJK fonts"),
};

fn debian_only(place: &Place, packages: &[&str], log: &str, elsewhere: &str) -> Outcome {
    if debian::is_here() {
        return debian::install(packages, &place.log(log));
    }
    Err(Fault::new(format!("missing: {}", packages.join(", ")), elsewhere))
}

/// The browser to test with: `$CHROMIUM`, else the first of the usual names.
pub fn chromium() -> Option<PathBuf> {
    if let Some(told) = std::env::var_os("CHROMIUM").filter(|value| !value.is_empty()) {
        return Some(PathBuf::from(told));
    }
    let mac = [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ];
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
        .iter()
        .find_map(|name| shell::on_path(name))
        .or_else(|| mac.iter().map(PathBuf::from).find(|path| path.is_file()))
}

/// Metal on macOS and Direct3D on Windows are always there; elsewhere a Vulkan driver says so in one of these folders.
fn vulkan() -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    if debian::is_here() {
        return debian::has("mesa-vulkan-drivers") && debian::has("libvulkan1");
    }
    ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d", "/usr/local/share/vulkan/icd.d"]
        .iter()
        .any(|folder| std::fs::read_dir(Path::new(folder)).is_ok_and(|mut entries| entries.next().is_some()))
}

fn cjk_font() -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    shell::answer(shell::command("fc-list").args([":lang=zh", "family"])).is_some_and(|list| !list.is_empty())
}
