//! The prompts that a model brings along, in its `examples.json`. Whoever made the model wrote them: what the page
//! has no room for is left out.

use serde::{Deserialize, Serialize};

/// The prompt's `maxlength`, in UTF-16 units: beyond it browsers lay out a text box for seconds.
pub const LONGEST_PROMPT: usize = 16_000;
/// No model brings more examples than this: each is a button.
const MOST_EXAMPLES: usize = 12;

/// A prompt that shows something, with what to look for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Example {
    pub text: String,
    pub en: String,
    pub zh: String,
}

impl Example {
    /// What an `examples.json` holds, as far as it can be shown.
    pub fn list(json: &[u8]) -> Vec<Self> {
        let fits = |text: &String| text.encode_utf16().count() <= LONGEST_PROMPT;
        let all: Vec<Self> = serde_json::from_slice(json).unwrap_or_default();
        all.into_iter().filter(|e| [&e.text, &e.en, &e.zh].into_iter().all(fits)).take(MOST_EXAMPLES).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_few_and_no_longer_than_a_prompt() {
        let example = |text: String| Example { text, en: "e".into(), zh: "z".into() };
        let json = |all: &[Example]| serde_json::to_vec(all).unwrap();
        let longest = "😀".repeat(LONGEST_PROMPT / 2);
        let mut all = vec![example(longest.clone()), example(longest.clone() + "a")];
        assert_eq!(Example::list(&json(&all)), [example(longest)]);
        all[0].zh = "字".repeat(LONGEST_PROMPT + 1);
        assert_eq!(Example::list(&json(&all)), []);
        let many: Vec<_> = (0..1000).map(|number| example(number.to_string())).collect();
        assert_eq!(Example::list(&json(&many)), many[..MOST_EXAMPLES]);
        assert_eq!(Example::list(b"[{}]"), []);
        assert_eq!(Example::list(b""), []);
    }
}
