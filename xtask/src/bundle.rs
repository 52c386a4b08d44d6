//! The last step of a build. trunk names a worker's files without a hash, so that a browser could run yesterday's
//! script with today's wasm; here they get one, and the page is told the new name.

use crate::fault::{Fault, Outcome, files};
use std::path::Path;

const PAGE: &str = "index.html";
const LOADER: &str = "worker_loader.js";

/// Names the worker's files in `stage`, then makes that folder the new `dist`.
pub fn finish(stage: &Path, dist: &Path) -> Outcome {
    let wasm = rename(stage, "worker_bg.wasm")?;
    let script = rename(stage, "worker.js")?;
    replace(&stage.join(LOADER), "./worker_bg.wasm", &format!("./{wasm}"))?;
    replace(&stage.join(LOADER), "./worker.js", &format!("./{script}"))?;
    let loader = rename(stage, LOADER)?;
    replace(&stage.join(PAGE), &format!("./{LOADER}"), &format!("./{loader}"))?;
    std::fs::remove_dir_all(dist).ok();
    std::fs::rename(stage, dist).map_err(files(dist))
}

/// `worker.js` becomes `worker-0123456789abcdef.js`. Answers the new name.
fn rename(folder: &Path, name: &str) -> Outcome<String> {
    let old = folder.join(name);
    let bytes = std::fs::read(&old).map_err(files(&old))?;
    let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
    let new = format!("{stem}-{:016x}.{ending}", fingerprint(&bytes));
    std::fs::rename(&old, folder.join(&new)).map_err(files(&old))?;
    Ok(new)
}

fn replace(path: &Path, old: &str, new: &str) -> Outcome {
    let text = std::fs::read_to_string(path).map_err(files(path))?;
    if !text.contains(old) {
        let remedy = format!(
            "restore its source in www/ from git, or change xtask/src/{} with it",
            file!().rsplit('/').next().unwrap_or_default()
        );
        return Err(Fault::new(format!("{} does not name {old}", path.display()), remedy));
    }
    std::fs::write(path, text.replace(old, new)).map_err(files(path))
}

/// FNV-1a: a name for content, not a guard against forgery.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_as_published() {
        assert_eq!(fingerprint(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fingerprint(b"a"), 0xaf63_dc4c_8601_ec8c);
    }

    /// The page leads to the loader, the loader to script and wasm, and nothing keeps its old name.
    #[test]
    fn names_lead_to_files() {
        let folder = std::env::temp_dir().join(format!("glassbox-bundle-{}", std::process::id()));
        let (stage, dist) = (folder.join("stage"), folder.join("dist"));
        std::fs::create_dir_all(&stage).unwrap();
        std::fs::create_dir_all(&dist).unwrap();
        std::fs::write(dist.join("old.js"), "").unwrap();
        std::fs::write(stage.join(PAGE), "content=\"./worker_loader.js\"").unwrap();
        std::fs::write(stage.join(LOADER), "a(\"./worker.js\");b(\"./worker_bg.wasm\")").unwrap();
        std::fs::write(stage.join("worker.js"), "script").unwrap();
        std::fs::write(stage.join("worker_bg.wasm"), "wasm").unwrap();
        finish(&stage, &dist).unwrap();
        let read = |name: &str| std::fs::read_to_string(dist.join(name)).unwrap();
        let named = |text: &str, start: &str| {
            let at = text.find(start).unwrap() + 2;
            text[at..at + text[at..].find('"').unwrap()].to_owned()
        };
        let loader = read(&named(&read(PAGE), "./worker_loader-"));
        assert_eq!(read(&named(&loader, "./worker-")), "script");
        assert_eq!(read(&named(&loader, "./worker_bg-")), "wasm");
        assert_eq!(std::fs::read_dir(&dist).unwrap().count(), 4);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
