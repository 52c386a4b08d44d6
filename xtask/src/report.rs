//! What the test runners counted, read from what they print or write, and the closing summary.

use crate::shell::clock;
use std::time::Duration;

#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Count {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Count {
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    pub fn one_failure() -> Self {
        Self { failed: 1, ..Self::default() }
    }
}

/// One stage of `cargo xtask test`.
pub struct Stage {
    pub name: &'static str,
    pub count: Count,
    pub time: Duration,
    pub note: String,
}

/// A line of cargo's test runner: `test result: ok. 3 passed; 0 failed; 1 ignored; ...`.
pub fn cargo_line(line: &str) -> Option<Count> {
    let counts = line.strip_prefix("test result: ")?.split_once(". ")?.1;
    let mut count = Count::default();
    for part in counts.split(';') {
        let (number, what) = part.trim().split_once(' ')?;
        let Ok(number) = number.parse() else { continue };
        match what {
            "passed" => count.passed = number,
            "failed" => count.failed = number,
            "ignored" => count.skipped = number,
            _ => {}
        }
    }
    Some(count)
}

/// The `stats` of Playwright's JSON report. A flaky test is one that failed at first: it counts as failed.
pub fn playwright(json: &str) -> Option<Count> {
    let stats = &json[json.rfind("\"stats\"")?..];
    let number = |name: &str| -> Option<u64> {
        let after = stats.split_once(&format!("\"{name}\":"))?.1.trim_start();
        let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        after[..digits].parse().ok()
    };
    Some(Count {
        passed: number("expected")?,
        failed: number("unexpected")? + number("flaky")?,
        skipped: number("skipped")?,
    })
}

/// The table, and the plain line that ends it.
pub fn summary(stages: &[Stage]) -> (String, Count) {
    let mut text = String::from("\n");
    let mut sum = Count::default();
    for Stage { name, count, time, note } in stages {
        sum.add(*count);
        let Count { passed, failed, skipped } = count;
        text += &format!(
            "{name:<18}{passed:>6} passed {failed:>4} failed {skipped:>4} skipped  {:>13}  {note}\n",
            clock(*time)
        );
    }
    text += &format!("\n{} passed, {} failed, {} skipped", sum.passed, sum.failed, sum.skipped);
    (text, sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_cargos_line() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.41s";
        assert_eq!(cargo_line(line), Some(Count { passed: 12, failed: 3, skipped: 1 }));
        assert_eq!(cargo_line("test tokens::roundtrip ... ok"), None);
    }

    #[test]
    fn reads_playwrights_stats() {
        let json = r#"{"suites": [], "stats": { "startTime": "x", "expected": 9, "skipped": 2, "unexpected": 1, "flaky": 1 }}"#;
        assert_eq!(playwright(json), Some(Count { passed: 9, failed: 2, skipped: 2 }));
        assert_eq!(playwright("{}"), None);
    }

    #[test]
    fn ends_with_the_sum() {
        let stage = |passed, failed| Stage {
            name: "native",
            count: Count { passed, failed, skipped: 1 },
            time: Duration::from_secs(2),
            note: String::new(),
        };
        let (text, sum) = summary(&[stage(3, 0), stage(4, 1)]);
        assert_eq!(text.lines().last(), Some("7 passed, 1 failed, 2 skipped"));
        assert_eq!(sum.failed, 1);
    }
}
