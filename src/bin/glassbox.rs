//! The command line; `glassbox --help` tells what it can do.

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    use std::io::Write;
    match glassbox::cli::run(std::env::args().skip(1)) {
        Ok(out) => {
            // A reader that has seen enough (`| head`) is no failure.
            let _ = std::io::stdout().write_all(out.as_bytes());
            std::process::ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("glassbox: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

#[cfg(target_arch = "wasm32")]
fn main() {}
