//! Where things are: this checkout, and the user's folder of tools that all checkouts share.

use crate::fault::{Fault, Outcome};
use std::path::PathBuf;

pub struct Place {
    pub repo: PathBuf,
    pub tools: PathBuf,
}

impl Place {
    /// The checkout is where cargo found this package; the tools are in `$GLASSBOX_TOOLS`, else in the user's cache.
    pub fn find() -> Outcome<Self> {
        let package = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let repo = package.parent().map(PathBuf::from).unwrap_or(package);
        let tools = folder("GLASSBOX_TOOLS", "")
            .or_else(|| folder("XDG_CACHE_HOME", "glassbox"))
            .or_else(|| folder("HOME", ".cache/glassbox"));
        let Some(tools) = tools else {
            return Err(Fault::new(
                "no place for the tools: neither GLASSBOX_TOOLS nor HOME is set",
                "set GLASSBOX_TOOLS to a folder",
            ));
        };
        Ok(Self { repo, tools })
    }

    pub fn log(&self, name: &str) -> PathBuf {
        self.tools.join("log").join(format!("{name}.log"))
    }

    /// Where tools are compiled before they move to their own folders.
    pub fn build(&self) -> PathBuf {
        self.tools.join("build")
    }

    /// Apart from the native target folder: the two need not wait for each other's lock.
    pub fn web_target(&self) -> PathBuf {
        self.repo.join("target/web")
    }

    /// The release page, as `build` leaves it.
    pub fn dist(&self) -> PathBuf {
        self.repo.join("dist")
    }
}

fn folder(variable: &str, inside: &str) -> Option<PathBuf> {
    let value = std::env::var_os(variable).filter(|value| !value.is_empty())?;
    let path = PathBuf::from(value);
    let path = if path.is_absolute() { path } else { std::env::current_dir().ok()?.join(path) };
    Some(if inside.is_empty() { path } else { path.join(inside) })
}
