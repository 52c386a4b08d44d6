//! The bytes of every token, looked up by id.

use serde::{Deserialize, Serialize};

/// The bytes of every token of the vocabulary. The model's table may have more rows than this
/// (padding) or fewer: whoever has both compares [`Vocabulary::len`] with the config.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vocabulary {
    /// Where each token's bytes end in `bytes`.
    pub ends: Vec<u32>,
    /// The pieces that go on inside a word, in ascending order, where the tokenizer marks them (`##` in WordPiece).
    pub inside: Vec<u32>,
    /// All tokens' bytes, one after the other. Travels as the payload.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

impl Vocabulary {
    /// From each id's bytes, in the order of the ids; ids without a token are empty.
    pub fn new<B: AsRef<[u8]>>(tokens: impl IntoIterator<Item = B>) -> Self {
        let mut vocabulary = Self::default();
        for token in tokens {
            vocabulary.bytes.extend_from_slice(token.as_ref());
            vocabulary.ends.push(vocabulary.bytes.len() as u32);
        }
        vocabulary
    }

    /// How many ids there are, those without a token included.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The bytes of a token; empty where the id has none.
    pub fn bytes_of(&self, id: u32) -> &[u8] {
        let id = id as usize;
        let Some(&end) = self.ends.get(id) else { return &[] };
        let start = id.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.bytes.get(start as usize..end as usize).unwrap_or_default()
    }

    /// The text of a token; `None` where its bytes are only part of a character, or there are none.
    pub fn text_of(&self, id: u32) -> Option<&str> {
        let bytes = self.bytes_of(id);
        std::str::from_utf8(bytes).ok().filter(|text| !text.is_empty())
    }

    /// `text` with a token written behind it; `None` where the token is only part of a character. A tokenizer that
    /// marks what goes on inside a word has no spaces of its own: there, another word begins after one.
    pub fn written(&self, text: &str, id: u32) -> Option<String> {
        let token = self.text_of(id)?;
        let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let marks = !self.inside.is_empty();
        let begins = marks && self.inside.binary_search(&id).is_err();
        let apart = begins && letter(text.chars().next_back()) && letter(token.chars().next());
        Some(format!("{text}{}{token}", if apart { " " } else { "" }))
    }

    /// The token with exactly these bytes, the lowest id first. One pass over the ends: quick
    /// enough for a lookup a keystroke, not for one a token.
    pub fn find(&self, bytes: &[u8]) -> Option<u32> {
        if bytes.is_empty() {
            return None;
        }
        let mut start = 0;
        for (id, &end) in self.ends.iter().enumerate() {
            if (end - start) as usize == bytes.len() && self.bytes.get(start as usize..end as usize) == Some(bytes) {
                return Some(id as u32);
            }
            start = end;
        }
        None
    }

    /// The token that begins a word as a text goes on, and whether it is all of it: `" word"`, else
    /// `"word"`, else the longest token that the word begins with, with a space before it where that has
    /// letters. `None` for nothing typed. One pass, as [`Vocabulary::find`].
    pub fn beginning(&self, typed: &str) -> Option<(u32, bool)> {
        let bare = if typed.trim().is_empty() { typed } else { typed.trim() };
        let spaced = format!(" {bare}");
        let longest = |text: &str, fits: fn(&Self, u32) -> bool| {
            let length = |id: &u32| self.bytes_of(*id).len();
            let begins =
                |id: &u32| length(id) > 0 && text.as_bytes().starts_with(self.bytes_of(*id)) && fits(self, *id);
            (0..self.len() as u32).rev().filter(begins).max_by_key(length)
        };
        let with_letters = |v: &Self, id: u32| v.text_of(id).is_some_and(|text| !text.trim().is_empty());
        let (spaced_id, bare_id) = (longest(&spaced, with_letters), longest(bare, |_, _| true));
        let all = |id: Option<u32>, text: &str| id.filter(|&id| self.bytes_of(id).len() == text.len());
        let whole = all(spaced_id, &spaced).or(all(bare_id, bare)).map(|id| (id, true));
        whole.or(spaced_id.or(bare_id).map(|id| (id, false)))
    }

    /// What a token has in common with its twins (`" The"`, `"the"`, `" the"`): lower case, one
    /// leading space off. Tokens that are no text of their own have no twins: their keys differ.
    pub fn fold_key(&self, id: u32) -> String {
        let Some(text) = self.text_of(id) else { return format!("\0{id}") };
        let word = text.strip_prefix(' ').filter(|rest| !rest.is_empty() && !rest.starts_with(' '));
        word.unwrap_or(text).to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        let tokens: [&[u8]; 8] = [b"the", b" The", b"", b"\xe4\xbd", b" ", b"  ", b"the", " É".as_bytes()];
        Vocabulary::new(tokens)
    }

    #[test]
    fn bytes_are_found_by_id_and_ids_by_bytes() {
        let v = vocabulary();
        assert_eq!(v.len(), 8);
        assert_eq!(v.bytes_of(1), b" The");
        assert_eq!((v.bytes_of(2), v.bytes_of(8), v.bytes_of(u32::MAX)), (&[][..], &[][..], &[][..]));
        assert_eq!((v.text_of(0), v.text_of(2), v.text_of(3)), (Some("the"), None, None));
        assert_eq!((v.find(b"the"), v.find(b"\xe4\xbd"), v.find(b"h"), v.find(b"")), (Some(0), Some(3), None, None));
        assert_eq!(Vocabulary::default().bytes_of(0), b"");
    }

    #[test]
    fn a_word_is_looked_for_as_a_text_goes_on() {
        let v = Vocabulary::new([
            &b" dog"[..],
            b"dog",
            b" do",
            b"d",
            b"!",
            b" cat",
            b"\n",
            b" \xe4\xbd",
            b"\xe4\xbd",
            b"dog",
        ]);
        let cases = [
            ("dog", Some((0, true))),
            ("dogma", Some((0, false))),
            (" cat ", Some((5, true))),
            ("d", Some((3, true))),
            ("dreary", Some((3, false))),
            ("\n", Some((6, true))),
            ("你", Some((8, false))),
            ("zebra", None),
            ("", None),
        ];
        for (word, wanted) in cases {
            assert_eq!(v.beginning(word), wanted, "{word:?}");
        }
    }

    #[test]
    fn a_token_is_written_behind_a_text() {
        let v = vocabulary();
        let written = |id| v.written("an", id);
        assert_eq!(written(0).as_deref(), Some("anthe"));
        assert_eq!(written(1).as_deref(), Some("an The"));
        assert_eq!((written(2), written(3), written(9)), (None, None, None));
        // Word pieces: "cat", "##s", "猫".
        let pieces = Vocabulary { inside: vec![1], ..Vocabulary::new(["cat", "s", "猫"]) };
        assert_eq!(pieces.written("a", 0).as_deref(), Some("a cat"));
        assert_eq!(pieces.written("cat", 1).as_deref(), Some("cats"));
        assert_eq!(pieces.written("cat", 2).as_deref(), Some("cat猫"));
        assert_eq!(pieces.written("", 0).as_deref(), Some("cat"));
    }

    #[test]
    fn twins_share_a_key_and_nothing_else_does() {
        let v = vocabulary();
        assert_eq!(v.fold_key(0), v.fold_key(1));
        assert_eq!(v.fold_key(7), "é");
        let alone: std::collections::HashSet<_> = [0, 2, 3, 4, 5, 7].map(|id| v.fold_key(id)).into();
        assert_eq!(alone.len(), 6);
    }
}
