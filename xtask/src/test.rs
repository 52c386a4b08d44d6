//! `cargo xtask test`: all there is, in stages that run on whatever the one before said, and one closing line.

use crate::args::Args;
use crate::build;
use crate::fault::{Fault, Outcome};
use crate::place::Place;
use crate::report::{self, Count, Stage};
use crate::shell::{self, clock};
use crate::tools::{self, browser};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

pub fn test(place: &Place, mut args: Args) -> Outcome {
    let real = args.flag("--real");
    let with_browser = !args.flag("--no-browser");
    let filter = args.word();
    args.end()?;
    if real {
        return real_weights(place);
    }
    let pieces = if with_browser {
        [tools::NATIVE_TESTS, tools::PAGE, tools::BROWSER_TESTS].concat()
    } else {
        tools::NATIVE_TESTS.to_vec()
    };
    tools::ensure(place, &pieces)?;
    let started = Instant::now();
    let mut stages = vec![stage("native tests", || native(place, filter.as_deref()))];
    if with_browser {
        stages.push(stage("release page", || build::build(place).map(|()| Count::default())));
        // Without a page of this very source the browser would test yesterday's.
        if stages.iter().all(|stage| stage.name != "release page" || stage.count.failed == 0) {
            stages.push(stage("browser tests", || in_browser(place, filter.as_deref())));
        }
    }
    let (text, sum) = report::summary(&stages);
    let failed = sum.failed > 0;
    let nothing = sum.passed == 0 && !failed;
    println!("\nall of it took {}", clock(started.elapsed()));
    if nothing {
        println!(
            "no test ran: {}",
            filter.map_or_else(|| "there is none".to_owned(), |filter| format!("none is named like `{filter}`"))
        );
    }
    println!("{text}");
    // The closing line is the last one, so a failure leaves by its exit code alone.
    if failed || nothing {
        std::process::exit(1);
    }
    Ok(())
}

/// The checks that need the published GPT-2's weights, which do not come with the project.
fn real_weights(place: &Place) -> Outcome {
    if std::env::var_os("GPT2_DIR").is_none() {
        return Err(Fault::new(
            "GPT2_DIR is not set",
            "put config.json, model.safetensors and tokenizer.json of openai-community/gpt2 into a folder, and set GPT2_DIR to it",
        ));
    }
    let mut cargo = shell::command("cargo");
    cargo.current_dir(&place.repo).args(["test", "--locked", "--test", "real"]);
    shell::run(&mut cargo, "the numbers that differ are above")
}

/// Runs one stage; a fault of its own, such as a compile error, is said at once and counts as one failure.
fn stage(name: &'static str, run: impl FnOnce() -> Outcome<Count>) -> Stage {
    println!("\n== {name}");
    let started = Instant::now();
    let (count, note) = match run() {
        Ok(count) => (count, String::new()),
        Err(fault) => {
            eprintln!("{fault}");
            (Count::one_failure(), fault.what.lines().next().unwrap_or_default().to_owned())
        }
    };
    Stage { name, count, time: started.elapsed(), note }
}

/// cargo's own runner. REQUIRE_GPU makes a missing adapter a failure instead of a skip: `ensure` has seen to a driver.
fn native(place: &Place, filter: Option<&str>) -> Outcome<Count> {
    let mut cargo = shell::command("cargo");
    cargo.current_dir(&place.repo).args(["test", "--locked", "--workspace", "--no-fail-fast"]).args(filter);
    cargo.env("REQUIRE_GPU", "1");
    let mut count = Count::default();
    let good = listened(&mut cargo, |line| {
        if let Some(more) = report::cargo_line(line) {
            count.add(more);
        }
    })?;
    if !good && count.failed == 0 {
        return Err(Fault::new("the native tests did not run to their end", "the error is above"));
    }
    Ok(count)
}

/// Playwright, with its list on the screen and its numbers in a file.
fn in_browser(place: &Place, filter: Option<&str>) -> Outcome<Count> {
    let chromium =
        browser::chromium().ok_or_else(|| Fault::new("no Chromium", "set CHROMIUM to the program's path"))?;
    let results = place.repo.join("test-results/report.json");
    std::fs::remove_file(&results).ok();
    let mut playwright = shell::command("node");
    playwright.current_dir(&place.repo).args([
        "node_modules/@playwright/test/cli.js",
        "test",
        "--reporter=list,json",
        "--pass-with-no-tests",
    ]);
    if let Some(filter) = filter {
        playwright.args(["--grep", filter]);
    }
    playwright.env("CHROMIUM", chromium).env("PLAYWRIGHT_JSON_OUTPUT_FILE", &results);
    playwright.env("GLASSBOX_XTASK", std::env::current_exe().unwrap_or_default());
    let good = listened(&mut playwright, |_| {})?;
    let count = std::fs::read_to_string(&results).ok().and_then(|json| report::playwright(&json));
    match count {
        Some(count) if good || count.failed > 0 => Ok(count),
        _ => Err(Fault::new(
            "the browser tests did not run to their end",
            "the error is above; test-results/ keeps traces and screenshots",
        )),
    }
}

/// Repeats what a program prints, line by line, and lets `hear` read along. Answers whether it ended well.
fn listened(command: &mut Command, mut hear: impl FnMut(&str)) -> Outcome<bool> {
    let remedy = "is it installed and on PATH?";
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| Fault::new(format!("`{}` did not start: {error}", shell::typed(command)), remedy))?;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            hear(&line);
        }
    }
    let status = child.wait().map_err(|error| Fault::new(format!("`{}`: {error}", shell::typed(command)), remedy))?;
    Ok(status.success())
}
