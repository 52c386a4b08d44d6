//! Glassbox's chores, `cargo xtask VERB`: they install what a machine lacks and say what they are doing.
//! The verbs are the table below; `tools` knows how to get what each needs.

mod args;
mod bench;
mod build;
mod bundle;
mod fault;
mod lint;
mod place;
mod report;
mod serve;
mod server;
mod shell;
mod test;
mod tools;

use args::Args;
use fault::{Fault, Outcome};
use place::Place;
use std::process::ExitCode;

struct Verb {
    name: &'static str,
    usage: &'static str,
    tells: &'static str,
    run: fn(&Place, Args) -> Outcome,
}

const VERBS: &[Verb] = &[
    Verb {
        name: "serve",
        usage: "[--open] [--port N] [--watch] [--no-build] [--under /PATH]",
        tells: "build the page and serve it on http://localhost:8080; --watch builds again on a change",
        run: serve::serve,
    },
    Verb {
        name: "build",
        usage: "",
        tells: "the release page into dist/, a static site for any folder of any host",
        run: |place, args| args.end().and_then(|()| build::build(place)),
    },
    Verb {
        name: "test",
        usage: "[FILTER] [--no-browser] [--real]",
        tells: "every test: native with the shaders on a GPU (or Mesa's lavapipe), the page, the page in Chromium",
        run: test::test,
    },
    Verb { name: "lint", usage: "", tells: "rustfmt, clippy for this machine and wasm32, licences", run: lint::lint },
    Verb {
        name: "bench",
        usage: "[--engine gpu|cpu] [--json] ...",
        tells: "time the engines on the page's own model",
        run: bench::bench,
    },
    Verb {
        name: "install",
        usage: "",
        tells: "only install what the other verbs need (they also do so by themselves)",
        run: install,
    },
    Verb {
        name: "env",
        usage: "",
        tells: "what a plain `cargo build --target wasm32-unknown-unknown` needs here: eval \"$(cargo xtask env)\"",
        run: environment,
    },
];

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let name = words.next().unwrap_or_else(|| "--help".to_owned());
    let words: Vec<String> = words.collect();
    if ["--help", "-h", "help"].contains(&name.as_str()) || words.iter().any(|word| word == "--help" || word == "-h") {
        print!("{}", help());
        return ExitCode::SUCCESS;
    }
    let verb = VERBS.iter().find(|verb| verb.name == name);
    let verb = verb.ok_or_else(|| Fault::new(format!("no verb `{name}`"), format!("one of these:\n{}", help())));
    match verb.and_then(|verb| (verb.run)(&Place::find()?, Args::new(words))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            // What was printed must stand before the fault also where both go into one file.
            std::io::Write::flush(&mut std::io::stdout()).ok();
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}

fn help() -> String {
    let mut text = "cargo xtask VERB\n\n".to_owned();
    for verb in VERBS {
        text += &format!("  {:<9}{}\n           {}\n", verb.name, verb.usage, verb.tells);
    }
    text + "\nTools that are missing are installed once, into $GLASSBOX_TOOLS, or else glassbox/ in your cache folder;\n\
            system packages through apt-get where there is one. CHROMIUM names the browser to test with.\n"
}

fn install(place: &Place, args: Args) -> Outcome {
    args.end()?;
    tools::ensure(place, &[tools::PAGE, tools::NATIVE_TESTS, tools::BROWSER_TESTS].concat())?;
    println!("everything is here: {}", place.tools.display());
    Ok(())
}

fn environment(place: &Place, args: Args) -> Outcome {
    args.end()?;
    tools::ensure(place, &[&tools::wasm::TARGET])?;
    for (name, value) in tools::wasm::environment(place) {
        println!("export {name}='{}'", value.to_string_lossy());
    }
    Ok(())
}
