//! The words after the verb.

use crate::fault::{Fault, Outcome};

/// Takes what it knows and complains about the rest.
pub struct Args {
    words: Vec<String>,
}

impl Args {
    pub fn new(words: impl IntoIterator<Item = String>) -> Self {
        Self { words: words.into_iter().collect() }
    }

    /// Whether `--name` is there.
    pub fn flag(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != name);
        self.words.len() != before
    }

    /// The word after `--name`, or after `--name=`.
    pub fn value(&mut self, name: &str) -> Outcome<Option<String>> {
        let joined = format!("{name}=");
        if let Some(at) = self.words.iter().position(|word| word.starts_with(&joined)) {
            return Ok(Some(self.words.remove(at)[joined.len()..].to_owned()));
        }
        let Some(at) = self.words.iter().position(|word| word == name) else { return Ok(None) };
        if at + 1 == self.words.len() {
            return Err(Fault::new(format!("{name} wants a value"), "cargo xtask --help shows how"));
        }
        self.words.remove(at);
        Ok(Some(self.words.remove(at)))
    }

    /// One word without dashes.
    pub fn word(&mut self) -> Option<String> {
        let at = self.words.iter().position(|word| !word.starts_with('-'))?;
        Some(self.words.remove(at))
    }

    /// Everything that is left, for a program that we hand it on to.
    pub fn rest(self) -> Vec<String> {
        self.words
    }

    /// Nothing may be left.
    pub fn end(self) -> Outcome {
        match self.words.first() {
            None => Ok(()),
            Some(word) => Err(Fault::new(format!("`{word}` means nothing here"), "cargo xtask --help shows what does")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(text: &str) -> Args {
        Args::new(text.split(' ').map(str::to_owned))
    }

    #[test]
    fn takes_what_it_knows() {
        let mut given = args("softmax --port 81 --open --under=/x");
        assert_eq!(given.value("--port").unwrap().as_deref(), Some("81"));
        assert_eq!(given.value("--under").unwrap().as_deref(), Some("/x"));
        assert!(given.flag("--open") && !given.flag("--open"));
        assert_eq!(given.word().as_deref(), Some("softmax"));
        assert!(given.end().is_ok());
    }

    #[test]
    fn complains_about_the_rest() {
        assert!(args("--prot 81").end().is_err());
        assert!(args("--port").value("--port").is_err());
    }
}
