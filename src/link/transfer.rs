//! A download's decisions, without a network: what a server's answer to "the rest, please" means,
//! how fast it goes, and when a broken one is tried again.

use std::collections::VecDeque;

/// A broken download is taken up again this often before the visitor is asked.
const TRIES: usize = 3;
/// Waits before each further try, in milliseconds.
const PAUSES_MS: [i32; TRIES] = [500, 2000, 5000];
/// Nothing came for so long: the connection counts as broken.
pub const SILENCE_MS: i32 = 30_000;

/// No answer began for so long: nobody answers.
pub const ANSWER_MS: i32 = 15_000;

/// How often a broken download was taken up again without getting further.
#[derive(Debug, Default)]
pub struct Tries(usize);

impl Tries {
    /// After a try that broke: which further one is next, and the milliseconds before it; `None` where it is enough.
    pub fn again(&mut self, got_further: bool) -> Option<(usize, i32)> {
        if got_further {
            self.0 = 0;
        }
        let pause = *PAUSES_MS.get(self.0)?;
        self.0 += 1;
        Some((self.0, pause))
    }
}

/// May a server that answers so do better in a moment?
pub fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..=599)
}

/// What to do with an answer to a request for the bytes from `have` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reception {
    /// The rest comes.
    GoesOn,
    /// The whole file comes again, or another one: what is there is worth nothing.
    StartsOver,
    /// There is nothing more.
    IsWhole,
    /// No file comes: the status tells why.
    Refused(u16),
}

/// The headers that a decision needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// `bytes 1000-1999/2000`
    pub content_range: Option<String>,
    pub content_length: Option<u64>,
    /// The file's version, where the server tells it (`etag`, or `last-modified`).
    pub mark: Option<String>,
}

impl Answer {
    /// Bytes of the whole file, where the server says.
    pub fn total(&self) -> Option<u64> {
        let (_, total) = self.range().unzip();
        if self.status == 206 { total.flatten() } else { self.content_length }
    }

    /// First byte and total of a `content-range`.
    fn range(&self) -> Option<(u64, Option<u64>)> {
        let (range, total) = self.content_range.as_deref()?.strip_prefix("bytes ")?.split_once('/')?;
        let first = if range == "*" { 0 } else { range.split_once('-')?.0.parse().ok()? };
        Some((first, total.parse().ok()))
    }
}

/// `have` bytes were there, of the version `mark` and of `total` bytes, as far as that is known.
///
/// With nothing there, nothing starts over: asking anew would be to ask the same.
pub fn receive(have: u64, mark: Option<&str>, total: Option<u64>, answer: &Answer) -> Reception {
    // A version that was told and is told no more may be any.
    let another = mark.is_some() && mark != answer.mark.as_deref();
    let grown = matches!((total, answer.total()), (Some(then), Some(now)) if then != now);
    // Where a server of another origin hides the header, its word for "partial" must do.
    let fits = answer.range().is_none_or(|(first, _)| first == have);
    match answer.status {
        200 if have == 0 => Reception::GoesOn,
        200 => Reception::StartsOver,
        206 if fits && (have == 0 || !(another || grown)) => Reception::GoesOn,
        416 if total == Some(have) => Reception::IsWhole,
        206 | 416 if have > 0 => Reception::StartsOver,
        other => Reception::Refused(other),
    }
}

/// How fast bytes have come in the last few seconds.
#[derive(Debug, Default)]
pub struct Meter {
    /// Time in milliseconds, bytes so far.
    marks: VecDeque<(f64, u64)>,
}

/// Speed is measured over so long.
const WINDOW_MS: f64 = 4000.0;

impl Meter {
    /// Notes how much is there now.
    pub fn note(&mut self, now_ms: f64, bytes: u64) {
        self.marks.push_back((now_ms, bytes));
        while self.marks.len() > 2 && self.marks.front().is_some_and(|(then, _)| now_ms - then > WINDOW_MS) {
            self.marks.pop_front();
        }
    }

    /// Bytes a second; 0 until it is known.
    pub fn speed(&self) -> f64 {
        let (Some((then, before)), Some((now, bytes))) = (self.marks.front(), self.marks.back()) else { return 0.0 };
        let seconds = (now - then) / 1000.0;
        if seconds < 0.2 { 0.0 } else { bytes.saturating_sub(*before) as f64 / seconds }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partial(range: &str, mark: Option<&str>) -> Answer {
        Answer { status: 206, content_range: Some(range.into()), mark: mark.map(Into::into), ..Answer::default() }
    }

    #[test]
    fn a_download_goes_on_only_with_the_same_file() {
        let whole = Answer { status: 200, content_length: Some(2000), ..Answer::default() };
        assert_eq!(receive(0, None, None, &whole), Reception::GoesOn);
        assert_eq!(whole.total(), Some(2000));
        // The server does not know ranges: everything comes again.
        assert_eq!(receive(1000, None, Some(2000), &whole), Reception::StartsOver);
        let rest = partial("bytes 1000-1999/2000", Some("a"));
        assert_eq!(rest.total(), Some(2000));
        assert_eq!(receive(1000, Some("a"), Some(2000), &rest), Reception::GoesOn);
        assert_eq!(receive(1000, None, None, &rest), Reception::GoesOn);
        assert_eq!(receive(1000, Some("b"), Some(2000), &rest), Reception::StartsOver);
        assert_eq!(receive(1000, Some("a"), Some(2001), &rest), Reception::StartsOver);
        assert_eq!(receive(999, Some("a"), Some(2000), &rest), Reception::StartsOver);
        let hidden = Answer { status: 206, ..Answer::default() };
        assert_eq!(receive(1000, None, Some(2000), &hidden), Reception::GoesOn);
        assert_eq!(receive(1000, Some("a"), Some(2000), &hidden), Reception::StartsOver);
        let past = Answer { status: 416, ..Answer::default() };
        assert_eq!(receive(2000, None, Some(2000), &past), Reception::IsWhole);
        assert_eq!(receive(3000, None, Some(2000), &past), Reception::StartsOver);
        let gone = Answer { status: 404, ..Answer::default() };
        assert_eq!(receive(0, None, None, &gone), Reception::Refused(404));
    }

    #[test]
    fn with_nothing_there_nothing_starts_over() {
        let answers = [
            Answer { status: 416, ..Answer::default() },
            partial("bytes 5-1999/2000", Some("b")),
            partial("bytes 0-1999/2000", Some("b")),
            partial("bytes */2000", None),
            Answer { status: 503, ..Answer::default() },
        ];
        let fresh = |answer: &Answer| receive(0, Some("a"), Some(1000), answer);
        let refused = Reception::Refused;
        let goes_on = Reception::GoesOn;
        assert_eq!(answers.each_ref().map(fresh), [refused(416), refused(206), goes_on, goes_on, refused(503)]);
    }

    #[test]
    fn a_broken_download_is_tried_again_three_times_as_long_as_it_gets_no_further() {
        let mut tries = Tries::default();
        assert_eq!([tries.again(false), tries.again(false)], [Some((1, 500)), Some((2, 2000))]);
        assert_eq!([tries.again(true), tries.again(false)], [Some((1, 500)), Some((2, 2000))]);
        assert_eq!([tries.again(false), tries.again(false)], [Some((3, 5000)), None]);
        assert!([408, 429, 500, 503].into_iter().all(is_passing) && ![401, 403, 404, 416].into_iter().any(is_passing));
    }

    #[test]
    fn speed_is_that_of_the_last_seconds() {
        let mut meter = Meter::default();
        assert_eq!(meter.speed(), 0.0);
        meter.note(0.0, 0);
        for second in 1..=10 {
            meter.note(1000.0 * f64::from(second), 1_000_000 * second as u64);
        }
        assert_eq!(meter.speed(), 1e6);
        for second in 11..=20 {
            meter.note(1000.0 * f64::from(second), 10_000_000);
        }
        assert_eq!(meter.speed(), 0.0);
    }
}
