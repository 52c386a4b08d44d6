//! How a tokenizer's file spells the bytes of its tokens: in, the file's strings; out, the bytes.

use super::Vocabulary;
use tokenizers::Tokenizer;

/// What the strings of a vocabulary stand for.
#[derive(Default)]
pub(super) struct Alphabet {
    /// Each letter is one byte, as in GPT-2: `Ġ` is a space.
    pub byte_level: bool,
    /// `▁` is a space (SentencePiece).
    pub underlined: bool,
    /// `<0xE4>` is one byte.
    pub byte_fallback: bool,
    /// Marks the inside of words (`##` in WordPiece); stands for nothing.
    pub prefix: String,
}

impl Alphabet {
    /// Every token's bytes; ids without a token are empty.
    pub fn vocabulary(&self, tokenizer: &Tokenizer) -> Vocabulary {
        let letters = self.byte_level.then(bytes_of_letters);
        let strings = tokenizer.get_vocab(true);
        let rows = strings.values().max().map_or(0, |&last| last as usize + 1);
        let mut tokens = vec![Vec::new(); rows];
        let mut inside = Vec::new();
        for (string, id) in strings {
            if !self.prefix.is_empty() && string.len() > self.prefix.len() && string.starts_with(&self.prefix) {
                inside.push(id);
            }
            tokens[id as usize] = self.bytes(&string, letters.as_ref());
        }
        // Added tokens are written as they are, whatever the rest of the file does.
        for (id, token) in tokenizer.get_added_tokens_decoder() {
            if let Some(bytes) = tokens.get_mut(id as usize) {
                *bytes = token.content.into_bytes();
            }
        }
        inside.sort_unstable();
        Vocabulary { inside, ..Vocabulary::new(tokens) }
    }

    fn bytes(&self, string: &str, letters: Option<&[Option<u8>; 512]>) -> Vec<u8> {
        if let Some(letters) = letters {
            let byte = |c: char| letters.get(c as usize).copied().flatten();
            // A token with a letter outside the alphabet is no byte-level one: taken as it is written.
            return string.chars().map(byte).collect::<Option<_>>().unwrap_or_else(|| string.into());
        }
        let hex = string.strip_prefix("<0x").and_then(|s| s.strip_suffix('>'));
        if let Some(byte) = hex.filter(|_| self.byte_fallback).and_then(|h| u8::from_str_radix(h, 16).ok()) {
            return vec![byte];
        }
        let string = string.strip_prefix(&self.prefix).filter(|rest| !rest.is_empty()).unwrap_or(string);
        if self.underlined { string.replace('▁', " ").into_bytes() } else { string.into() }
    }
}

/// GPT-2's alphabet: printable bytes are their own letter, the others the letters from U+0100 on.
/// <https://github.com/openai/gpt-2/blob/master/src/encoder.py>, `bytes_to_unicode`.
fn bytes_of_letters() -> [Option<u8>; 512] {
    let mut bytes = [None; 512];
    let mut others = 0x100..;
    for byte in 0..=255u8 {
        let letter = match byte {
            b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff => byte as usize,
            _ => others.next().unwrap_or_default(),
        };
        bytes[letter] = Some(byte);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_its_letter() {
        let letters = bytes_of_letters();
        let mut found: Vec<u8> = letters.iter().flatten().copied().collect();
        found.sort_unstable();
        assert_eq!(found, (0..=255).collect::<Vec<u8>>());
        assert_eq!(letters['Ġ' as usize], Some(b' '));
        assert_eq!(letters['Ċ' as usize], Some(b'\n'));
    }

    #[test]
    fn each_kind_of_file_is_read_in_its_own_letters() {
        let letters = bytes_of_letters();
        let byte_level = Alphabet { byte_level: true, ..Alphabet::default() };
        assert_eq!(byte_level.bytes("Ġä½ł", Some(&letters)), " 你".as_bytes());
        assert_eq!(byte_level.bytes("你", Some(&letters)), "你".as_bytes());
        let piece = Alphabet { underlined: true, byte_fallback: true, prefix: "##".into(), ..Alphabet::default() };
        assert_eq!(piece.bytes("▁the", None), b" the");
        assert_eq!(piece.bytes("<0xE4>", None), [0xe4]);
        assert_eq!(piece.bytes("##ing", None), b"ing");
    }
}
