//! What holds for every text: nothing is lost, nothing is invented, everything shows.

use glassbox::tokens::{Piece, Tokenizer, chips, pieces};
use proptest::prelude::*;
use std::sync::LazyLock;

/// Stands for damaged text; nothing that is shown may contain it.
const DAMAGED: char = '\u{fffd}';

static GPT2: LazyLock<Tokenizer> = LazyLock::new(|| {
    let (vocab, merges) = (include_bytes!("data/gpt2/vocab.json"), include_bytes!("data/gpt2/merges.txt"));
    Tokenizer::from_vocab_merges(vocab, merges).unwrap()
});

/// Words, emoji, CJK, right-to-left, controls, byte-order mark, joiners, NUL, and any character.
fn texts() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "The King",
        " said",
        "'s",
        "  ",
        "\n",
        "\r\n",
        "\t",
        "\0",
        "\u{1b}[0m",
        "\u{7f}",
        "\u{feff}",
        "\u{fffd}",
        "👩‍🚀",
        "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "❤️",
        "é",
        "e\u{301}",
        "你好",
        "𠮷",
        "مرحبا",
        "שלום",
        "می‌خواهم",
        "\u{202e}",
        "\u{200b}",
        "\u{3000}",
        "\u{a0}",
        "½",
        "<|endoftext|>",
        "<|endof",
        "नमस्ते",
        "\u{10ffff}",
        "1998",
        "...",
        "ﬁ",
    ]);
    let part = prop_oneof![4 => odd.prop_map(String::from), 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn tokens_are_slices_that_make_up_the_text(typed in texts()) {
        let text = GPT2.encode(&typed, 1 << 16);
        prop_assert_eq!(&text.read, &typed);
        prop_assert_eq!((text.unread_bytes, text.wanted), (0, text.tokens.len()));
        let (mut joined, mut end) = (Vec::new(), 0);
        for (position, token) in text.tokens.iter().enumerate() {
            prop_assert_eq!(token.start, end);
            prop_assert_eq!(text.bytes_of(position), GPT2.vocabulary().bytes_of(token.id));
            joined.extend_from_slice(text.bytes_of(position));
            end = token.end;
        }
        prop_assert_eq!(joined, typed.as_bytes());
    }

    #[test]
    fn a_cap_cuts_between_characters_and_says_what_is_left(typed in texts(), cap in 0usize..40) {
        let (whole, text) = (GPT2.encode(&typed, 1 << 16), GPT2.encode(&typed, cap));
        prop_assert!(text.tokens.len() <= cap);
        prop_assert!(typed.starts_with(&text.read));
        prop_assert_eq!(text.read.len() + text.unread_bytes, typed.len());
        prop_assert_eq!(&text.tokens[..], &whole.tokens[..text.tokens.len()]);
        prop_assert_eq!(text.wanted, whole.wanted);
        prop_assert_eq!(text.tokens.last().map_or(0, |t| t.end), text.read.len());
        // No more is left out than the tokens of one character.
        prop_assert!(text.tokens.len() + 8 > cap.min(whole.tokens.len()));
    }

    #[test]
    fn every_byte_shows_and_nothing_else(typed in texts()) {
        let text = GPT2.encode(&typed, 1 << 16);
        let mut seen = Vec::new();
        for chip in chips(&text) {
            prop_assert!(!chip.pieces.is_empty());
            for piece in chip.pieces {
                match piece {
                    Piece::Text(t) => {
                        prop_assert!(!t.is_empty() && !t.contains(|c: char| c == DAMAGED || c.is_control() || c == ' '));
                        seen.extend_from_slice(t.as_bytes());
                    }
                    Piece::Space => seen.push(b' '),
                    Piece::LineBreak => seen.push(b'\n'),
                    Piece::Tab => seen.push(b'\t'),
                    Piece::Control(c) => {
                        prop_assert!(piece.picture().is_some_and(|p| !p.contains(DAMAGED)));
                        seen.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    }
                    Piece::Bytes(b) => {
                        prop_assert!(chip.character.is_some());
                        seen.extend_from_slice(b);
                    }
                }
            }
        }
        prop_assert_eq!(seen, typed.as_bytes());
    }

    #[test]
    fn a_group_is_a_run_of_tokens_between_two_characters(typed in texts()) {
        let text = GPT2.encode(&typed, 1 << 16);
        let chips = chips(&text);
        for group in chips.chunk_by(|a, b| a.group == b.group) {
            let (first, last) = (text.tokens[group[0].position], text.tokens[group[group.len() - 1].position]);
            prop_assert!(typed.is_char_boundary(first.start) && typed.is_char_boundary(last.end));
            match group[0].character {
                None => prop_assert_eq!(group.len(), 1),
                Some(character) => prop_assert!(typed[first.start..last.end].contains(character) && group.len() > 1),
            }
        }
    }

    #[test]
    fn any_bytes_at_all_can_be_shown(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        let length = |piece: &Piece| match piece {
            Piece::Text(t) => t.len(),
            Piece::Bytes(b) => b.len(),
            Piece::Control(c) => c.len_utf8(),
            Piece::Space | Piece::LineBreak | Piece::Tab => 1,
        };
        prop_assert_eq!(pieces(&bytes).iter().map(length).sum::<usize>(), bytes.len());
    }

    #[test]
    fn damaged_files_are_refused_or_read_but_never_panic(cut in 0usize..400, put in any::<u8>()) {
        let mut file = br#"{"added_tokens":[{"id":3,"content":"<x>","single_word":false,"lstrip":true,"rstrip":false,
            "normalized":true,"special":true}],"normalizer":null,"pre_tokenizer":{"type":"ByteLevel",
            "add_prefix_space":false,"trim_offsets":true},"model":{"type":"BPE","unk_token":null,
            "continuing_subword_prefix":"","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}}"#.to_vec();
        let at = cut % file.len();
        file[at] = put;
        if let Ok(tokenizer) = Tokenizer::from_json(&file) {
            let text = tokenizer.encode("ab <x> a你", 9);
            prop_assert!(text.tokens.iter().all(|t| t.start <= t.end && t.end <= text.read.len()));
        }
        prop_assert!(Tokenizer::from_json(&file[..at]).is_err());
    }
}
