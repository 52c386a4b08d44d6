//! What a trace means: pure functions from values of a run to the things that views show.
//!
//! In: slices of f32 as the engine computed them. Out: chances, neighbours, maps, measures; sums are
//! kept in f64. Nothing here asks, draws or remembers. Values that are no number stay visible as
//! such: they are never rounded to something plausible.

pub mod agreement;
pub mod ask;
pub mod attribution;
pub mod contribution;
pub mod draw;
pub mod head;
pub mod histogram;
pub mod lens;
pub mod neighbours;
pub mod patch;
pub mod probability;
pub mod projection;
pub mod receipt;
pub mod scores;
pub mod strip;
pub mod vectors;
pub mod tally;

/// The order that all lists here share: largest value first, the lower index first where equal.
fn descending(a: (u32, f32), b: (u32, f32)) -> std::cmp::Ordering {
    // Adding 0 makes −0 and 0 the same.
    (b.1 + 0.0).total_cmp(&(a.1 + 0.0)).then(a.0.cmp(&b.0))
}

/// The `count` largest of `items`, in order: selected first, so that only these are sorted.
fn largest(mut items: Vec<(u32, f32)>, count: usize) -> Vec<(u32, f32)> {
    if count == 0 {
        return Vec::new();
    }
    if count < items.len() {
        items.select_nth_unstable_by(count - 1, |a, b| descending(*a, *b));
        items.truncate(count);
    }
    items.sort_unstable_by(|a, b| descending(*a, *b));
    items
}

/// The `count` largest of `values` with their places, largest first, and the `count` smallest, smallest
/// first. What is no finite number has no place in an order and is left out.
pub fn extremes(values: &[f32], count: usize) -> [Vec<(u32, f32)>; 2] {
    let finite = (0..).zip(values.iter().copied()).filter(|(_, value)| value.is_finite());
    let negated = finite.clone().map(|(at, value)| (at, -value)).collect();
    let smallest = largest(negated, count).into_iter().map(|(at, value)| (at, -value)).collect();
    [largest(finite.collect(), count), smallest]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails for NaN as well.
    #[track_caller]
    pub fn close(actual: f32, expected: f64, tolerance: f64) {
        let difference = (f64::from(actual) - expected).abs();
        assert!(difference <= tolerance, "{actual} is not {expected}: {difference} apart");
    }

    /// A stream of numbers between -1 and 1 that is the same on every machine.
    pub fn noise(seed: u64) -> impl Iterator<Item = f32> {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
        std::iter::repeat_with(move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
        })
    }

    #[test]
    #[should_panic(expected = "is not")]
    fn the_comparison_has_teeth() {
        close(f32::NAN, 0.0, 1e9);
    }

    #[test]
    fn selection_is_sorting_and_cutting() {
        let items: Vec<(u32, f32)> = (0..500).zip(noise(1).map(|x| (x * 8.0).round())).collect();
        let mut sorted = items.clone();
        sorted.sort_by(|a, b| b.1.partial_cmp(&a.1).unwrap().then(a.0.cmp(&b.0)));
        for count in [0, 1, 2, 10, 499, 500, 900] {
            assert_eq!(largest(items.clone(), count), sorted[..count.min(500)]);
        }
    }

    #[test]
    fn extremes_are_both_ends_of_the_order() {
        let values = [1.0, -2.0, f32::NAN, 3.0, -2.0, f32::NEG_INFINITY, 0.0];
        let [up, down] = extremes(&values, 3);
        assert_eq!(up, [(3, 3.0), (0, 1.0), (6, 0.0)]);
        assert_eq!(down, [(1, -2.0), (4, -2.0), (6, 0.0)]);
        assert_eq!(extremes(&values, 0), [vec![], vec![]]);
        assert_eq!(extremes(&values, 99).map(|list| list.len()), [5, 5]);
    }
}
