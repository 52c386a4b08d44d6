//! What went wrong, and what the reader can do about it: no failure leaves without the second half.

use std::fmt;

/// A failure with its remedy.
#[derive(Debug)]
pub struct Fault {
    pub what: String,
    pub remedy: String,
}

pub type Outcome<T = ()> = Result<T, Fault>;

impl Fault {
    pub fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.what)?;
        if !self.remedy.is_empty() {
            write!(f, "\n what to do: {}", self.remedy.replace('\n', "\n             "))?;
        }
        Ok(())
    }
}

/// Files fail for few reasons, and all of them are outside this program: a full disk, a missing right, a wrong path.
pub fn files(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Fault + '_ {
    move |error| {
        Fault::new(
            format!("{}: {error}", path.display()),
            "check that the disk has room and that the folder is yours to write, then run the same command again",
        )
    }
}
