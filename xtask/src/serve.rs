//! `cargo xtask serve`: builds the page and serves it on this machine.

use crate::args::Args;
use crate::build;
use crate::fault::{Fault, Outcome};
use crate::place::Place;
use crate::server::Server;
use crate::shell;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

const PORT: u16 = 8080;

pub fn serve(place: &Place, mut args: Args) -> Outcome {
    let port = args.value("--port")?;
    let port = match port.map(|text| text.parse::<u16>()) {
        None => PORT,
        Some(Ok(port)) => port,
        Some(Err(_)) => {
            return Err(Fault::new("--port wants a number up to 65535", "for example: cargo xtask serve --port 9000"));
        }
    };
    let under = args.value("--under")?.unwrap_or_default();
    let (open, watch, built) = (args.flag("--open"), args.flag("--watch"), args.flag("--no-build"));
    args.end()?;
    let page = place.dist();
    if built && !page.join("index.html").is_file() {
        return Err(Fault::new("dist/ holds no page", "leave --no-build out, or run `cargo xtask build` first"));
    }
    // The port first: whoever finds it taken should not wait for a build to hear so.
    let server = Server::bind(page, &under, port)?;
    if !built {
        build::build(place)?;
    }
    let address = format!("http://localhost:{port}{}/", server.under());
    println!("\nGlassbox is at {address}   (Ctrl+C stops it)");
    if open {
        open_in_browser(&address);
    }
    std::thread::scope(|scope| {
        if watch {
            scope.spawn(|| rebuild_on_change(place));
        }
        server.run();
    });
    Ok(())
}

/// With the system's own opener; where there is none, the address is on the screen.
fn open_in_browser(address: &str) {
    let opener: &[&str] = match std::env::consts::OS {
        "macos" => &["open"],
        "windows" => &["cmd", "/c", "start", ""],
        _ => &["xdg-open"],
    };
    let mut command = shell::command(opener[0]);
    if shell::answer(command.args(&opener[1..]).arg(address)).is_none() {
        println!("(no program here opens a browser: type the address into one)");
    }
}

/// Looks at the sources twice a second: enough for a person, and the same on every system.
fn rebuild_on_change(place: &Place) {
    let mut seen = newest(place);
    loop {
        std::thread::sleep(Duration::from_millis(500));
        let now = newest(place);
        if now <= seen {
            continue;
        }
        seen = now;
        match build::build(place) {
            Ok(()) => println!("rebuilt: reload the page"),
            Err(fault) => eprintln!("{fault}\n(the page before this change is still served)"),
        }
    }
}

fn newest(place: &Place) -> Option<SystemTime> {
    let watched = ["src", "shaders", "www", "Cargo.toml", "Cargo.lock", "Trunk.toml"];
    watched.iter().filter_map(|name| newest_in(&place.repo.join(name))).max()
}

fn newest_in(path: &Path) -> Option<SystemTime> {
    let own = path.metadata().ok()?.modified().ok();
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter_map(|inner: PathBuf| newest_in(&inner)).max().max(own)
}
