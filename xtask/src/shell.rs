//! Running other programs: plainly, for their answer, or with a log and a progress line.

use crate::fault::{Fault, Outcome, files};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A command whose environment is the caller's shell's, not that of the `cargo run` around us: that one's
/// library path would reach Debian's rustc, and its CARGO_* variables other people's build scripts.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let ours = name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "CARGO";
        if ours || name == "LD_LIBRARY_PATH" || name == "DYLD_FALLBACK_LIBRARY_PATH" {
            command.env_remove(&*name);
        }
    }
    command
}

/// As a person would type it, for messages.
pub fn typed(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

fn not_started(command: &Command, error: &std::io::Error) -> Fault {
    let program = command.get_program().to_string_lossy().into_owned();
    Fault::new(format!("{program} did not start: {error}"), format!("install {program} and put it on PATH"))
}

/// Runs with the terminal's own input and output. `remedy` is what to do should it fail.
pub fn run(command: &mut Command, remedy: &str) -> Outcome {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    if status.success() {
        return Ok(());
    }
    Err(Fault::new(format!("`{}` ended with {status}", typed(command)), remedy))
}

/// Standard output of a quiet command, or nothing where it fails or does not exist.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The first file of that name on PATH that can be run.
pub fn on_path(name: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path).map(|folder| folder.join(&name)).find(|file| file.is_file())
}

/// Runs a long command: everything it says goes to `log`, and a line every now and then says how far it is.
/// Where it fails, the log's end is shown.
pub fn logged(command: &mut Command, log: &Path, remedy: &str) -> Outcome {
    let mut file = File::create(log).map_err(files(log))?;
    let also = file.try_clone().map_err(files(log))?;
    command.stdin(Stdio::null()).stdout(also).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| not_started(command, &error))?;
    let mut progress = Progress::new();
    if let Some(mut stderr) = child.stderr.take() {
        let mut chunk = [0; 4096];
        while let Ok(n @ 1..) = stderr.read(&mut chunk) {
            file.write_all(&chunk[..n]).map_err(files(log))?;
            progress.hear(&chunk[..n]);
        }
    }
    let status = child.wait().map_err(|error| not_started(command, &error))?;
    if status.success() {
        return Ok(());
    }
    let text = std::fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).replace('\r', "\n")).unwrap_or_default();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("Building [")).collect();
    let last: String = lines[lines.len().saturating_sub(25)..].iter().map(|line| format!("\n    {line}")).collect();
    Err(Fault::new(
        format!("`{}` ended with {status}:{last}\n    (all it said: {})", typed(command), log.display()),
        remedy,
    ))
}

/// Reads cargo's progress bar (`Building [==> ] 12/80: name`) and repeats it rarely enough for a log file.
struct Progress {
    started: Instant,
    said: Instant,
    line: Vec<u8>,
}

impl Progress {
    const EVERY: Duration = Duration::from_secs(20);

    fn new() -> Self {
        Self { started: Instant::now(), said: Instant::now(), line: Vec::new() }
    }

    fn hear(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte != b'\r' && byte != b'\n' {
                self.line.push(byte);
                continue;
            }
            let line = String::from_utf8_lossy(&std::mem::take(&mut self.line)).into_owned();
            if let Some(far) = fraction(&line)
                && self.said.elapsed() >= Self::EVERY
            {
                self.said = Instant::now();
                eprintln!("      {far} crates, {}", clock(self.started.elapsed()));
            }
        }
    }
}

/// `12/80` out of cargo's bar.
fn fraction(line: &str) -> Option<&str> {
    let after = line.split_once("] ")?.1;
    let far = after.split(':').next()?.trim();
    let (done, all) = far.split_once('/')?;
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (number(done) && number(all)).then_some(far)
}

/// `7.2 s`, `3 min 05 s`.
pub fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_cargos_bar() {
        assert_eq!(fraction("    Building [====>      ] 12/80: serde, syn"), Some("12/80"));
        assert_eq!(fraction("   Compiling serde v1.0.0"), None);
        assert_eq!(fraction("    Building [====>      ] twelve/80: serde"), None);
    }

    #[test]
    fn tells_time() {
        assert_eq!(clock(Duration::from_millis(7240)), "7.2 s");
        assert_eq!(clock(Duration::from_secs(185)), "3 min 05 s");
    }
}
