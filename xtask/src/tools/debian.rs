//! Debian's and Ubuntu's packages: installed as root, or through a sudo that asks nothing; else the reader gets
//! the exact command to run.

use crate::fault::{Fault, Outcome};
use crate::shell;
use std::process::Command;

/// Whether apt-get is here at all.
pub fn is_here() -> bool {
    shell::on_path("apt-get").is_some()
}

/// Whether dpkg has this package installed.
pub fn has(package: &str) -> bool {
    shell::answer(shell::command("dpkg-query").args(["-W", "-f=${db:Status-Status}", package]))
        .is_some_and(|s| s == "installed")
}

fn as_root() -> Option<Command> {
    if shell::answer(shell::command("id").arg("-u")).is_some_and(|id| id == "0") {
        return Some(shell::command("env"));
    }
    shell::answer(shell::command("sudo").args(["-n", "true"]))?;
    let mut sudo = shell::command("sudo");
    sudo.args(["-n", "env"]);
    Some(sudo)
}

/// Installs those of `packages` that are missing. The package lists are fetched only where the first try fails,
/// since they may be old or absent.
pub fn install(packages: &[&str], log: &std::path::Path) -> Outcome {
    let missing: Vec<&str> = packages.iter().copied().filter(|name| !has(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    let by_hand = format!("sudo apt-get update && sudo apt-get install --no-install-recommends {names}");
    if !is_here() {
        return Err(Fault::new(
            format!("missing: {names}, and no apt-get here"),
            "install them by your system's own means",
        ));
    }
    let apt = |rest: &[&str]| -> Outcome {
        let Some(mut apt) = as_root() else {
            return Err(Fault::new(
                format!("installing {names} needs root"),
                format!("run this, then the same command again:\n{by_hand}"),
            ));
        };
        apt.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]).args(rest);
        shell::logged(&mut apt, log, &format!("run it by hand to see why:\n{by_hand}"))
    };
    let wanted = [&["install", "-y", "--no-install-recommends"], missing.as_slice()].concat();
    let listed = missing.iter().all(|name| {
        shell::answer(shell::command("apt-cache").args(["show", "--no-all-versions", name]))
            .is_some_and(|t| !t.is_empty())
    });
    if listed && apt(&wanted).is_ok() {
        return Ok(());
    }
    apt(&["update"])?;
    apt(&wanted)
}
