//! A character of more than one byte, opened: its number in bits, its bytes, and how they grow together
//! again, into one token or several.

use super::figure::{Leaves, figure, header};
use super::tree::{Look, tree};
use super::words::{SpellingModel, WordModel};
use crate::content::Strings;
use crate::views::derived::Derived;
use crate::views::label::Label;
use crate::views::tokens::hex;
use leptos::prelude::*;

/// A token that reaches beyond the character is drawn with it up to here.
const MOST_BYTES: usize = 6;
/// Characters offered at once.
const MOST_CHARACTERS: usize = 48;

/// One character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CharacterModel {
    pub character: char,
    /// Its bytes, and what else is in its tokens; its bytes alone where these are too long.
    pub word: WordModel,
    /// The one token that it is a part of, where that is longer than itself.
    pub within: Option<Label>,
    /// `word` ends in its tokens.
    pub complete: bool,
}

/// The characters of a text that take more than one byte, each once.
pub fn characters(model: &SpellingModel) -> Vec<char> {
    let mut found = Vec::new();
    for word in &model.words {
        let text = std::str::from_utf8(&word.spelled.bytes).unwrap_or_default();
        for c in text.chars().filter(|c| c.len_utf8() > 1) {
            if !found.contains(&c) && found.len() < MOST_CHARACTERS {
                found.push(c);
            }
        }
    }
    found
}

/// `wanted` where the text has it, else the first one of the word `near`, else the first of all.
pub fn derive(model: &SpellingModel, wanted: Option<char>, near: Option<usize>) -> Option<CharacterModel> {
    let near = near.and_then(|at| model.words.get(at));
    let order = near.into_iter().chain(&model.words);
    let place = |word: &WordModel, fits: &dyn Fn(char) -> bool| {
        let text = std::str::from_utf8(&word.spelled.bytes).ok()?;
        text.char_indices().find(|(_, c)| c.len_utf8() > 1 && fits(*c)).map(|(at, c)| opened(word, at, c))
    };
    let wanted = wanted.and_then(|wanted| order.clone().find_map(|word| place(word, &|c| c == wanted)));
    wanted.or_else(|| order.clone().find_map(|word| place(word, &|_| true)))
}

fn opened(word: &WordModel, at: usize, character: char) -> CharacterModel {
    let own = at..at + character.len_utf8();
    let touched = word.part(own.clone());
    let index = |position: usize| position - word.first;
    let start = index(touched.first).checked_sub(1).map_or(0, |before| word.spelled.ends[before]);
    let end = word.spelled.ends[index(touched.first) + touched.ids.len() - 1];
    let within = (touched.ids.len() == 1 && (start..end) != own)
        .then(|| Label::new(touched.ids[0], &word.spelled.bytes[start..end]));
    // What the tokenizer takes whole has no bytes to show on the way.
    let complete = end - start <= MOST_BYTES && !word.taken_whole();
    let mut part = if complete { word.part(start..end) } else { touched };
    if !complete {
        part.spelled.merges.clear();
        part.spelled.ends = (1..=part.spelled.bytes.len()).collect();
    }
    CharacterModel { character, word: part, within, complete }
}

impl CharacterModel {
    fn bytes(&self) -> Vec<u8> {
        self.character.encode_utf8(&mut [0; 4]).as_bytes().to_vec()
    }

    /// The bits of its number as the bytes carry them.
    pub fn bits(&self) -> String {
        self.bytes().iter().map(|&byte| format!("{byte:08b}")[header(byte)..].to_owned()).collect::<Vec<_>>().join(" ")
    }
}

#[component]
pub fn Characters(
    model: Memo<SpellingModel>,
    /// The picked word.
    near: Memo<Option<usize>>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().spelling;
    let wanted = RwSignal::new(None::<char>);
    // Another word is picked: its own character is meant.
    Effect::new(move |_| {
        near.track();
        wanted.set(None);
    });
    let open = Memo::new(move |_| model.with(|m| derive(m, wanted.get(), near.get())));
    let all = Memo::new(move |_| model.with(characters));
    let choice = move |c: char| {
        let label = Label::new(0, c.encode_utf8(&mut [0; 4]).as_bytes());
        let pressed = move || open.with(|o| o.as_ref().is_some_and(|o| o.character == c)).to_string();
        view! { <button type="button" class="character" aria-pressed=pressed on:click=move |_| wanted.set(Some(c))>{label.html()}</button> }
    };
    view! {
        <section class="puzzle" data-testid="puzzle">
            <h3>{move || words().puzzle}</h3>
            <p class="floor-more">{move || if all.with(Vec::is_empty) { words().puzzle_try } else { words().puzzle_lead }}</p>
            <Show when=move || { all.with(Vec::len) > 1 }>
                <div class="characters" role="group" aria-label=move || words().choose>
                    {move || all.get().into_iter().map(choice).collect_view()}
                </div>
            </Show>
            {move || open.get().map(|open| plate(&open, strings.get()))}
        </section>
    }
}

fn plate(model: &CharacterModel, strings: &'static Strings) -> impl IntoView + use<> {
    let words = &strings.spelling;
    let bytes = model.bytes();
    let label = Label::new(0, &bytes);
    let (code, decimal) = (u32::from(model.character), strings.stage.count(u32::from(model.character) as usize));
    let end = match model.within {
        Some(_) => (words.is_part)(bytes.len()),
        None if model.word.ids.len() == 1 => (words.is_one)(bytes.len()),
        None => (words.is_several)(bytes.len(), model.word.ids.len()),
    };
    let within = model.within.as_ref().map(|token| {
        let [a, b] = words.one_of;
        view! { <span>{a}{token.html()}{b}</span> }
    });
    let look = Look { gutter: if model.word.merges().is_empty() { 0.0 } else { Look::BITS.gutter }, ..Look::BITS };
    let mut tree = tree(&model.word, usize::MAX, look);
    if !model.complete {
        tree.pieces.clear();
        tree.streams.clear();
        tree.height = look.leaf + 4.0;
    }
    let name = (words.puzzle_figure)(&label.visible(), &hex(&bytes));
    let picture = figure(&tree, look, Leaves::Bits, name, Callback::new(|_| ()), strings);
    view! {
        <div class="open-character" data-hex=hex(&bytes) data-tokens=model.word.ids.len()>
            <p class="big-character">{label.html()}</p>
            <div class="character-facts">
                <p class="sentence sentence-small">{end}{" "}{within}</p>
                <p class="note">
                    <data value=code data-derived=Derived::Code(model.character).to_string() data-value=code>{(words.number)(&format!("U+{code:04X}"), &decimal)}</data>
                    <span class="mono bits-row">{model.bits()}</span>
                </p>
            </div>
            <div class="merging-scroll" tabindex="0" role="group" aria-label=label.visible()>{picture}</div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::tests::{poem, story};
    use super::*;

    #[test]
    fn a_character_is_one_token_or_several_or_part_of_a_longer_one() {
        let model = poem("床前龘，\n");
        let of = |c| derive(&model, Some(c), None).unwrap();
        assert_eq!(characters(&model), ['床', '前', '龘', '，']);
        assert_eq!((of('床').word.ids.len(), of('床').within, of('床').word.merges().len()), (1, None, 2));
        let rare = of('龘');
        assert!(rare.word.ids.len() > 1 && rare.complete);
        assert_eq!(rare.word.spelled.bytes, "龘".as_bytes());
        assert_eq!(derive(&model, None, Some(2)).unwrap().character, '龘');
        assert_eq!(derive(&model, Some('x'), None).unwrap().character, '床');
        assert_eq!(derive(&poem("plain"), None, Some(0)), None);
    }

    #[test]
    fn bits_make_up_the_number_and_neighbours_in_the_token_are_drawn() {
        let model = story("a “b 🦙");
        let open = derive(&model, Some('🦙'), None).unwrap();
        assert_eq!(u32::from_str_radix(&open.bits().replace(' ', ""), 2), Ok(u32::from('🦙')));
        for c in characters(&model) {
            let open = derive(&model, Some(c), None).unwrap();
            let bytes = &open.word.spelled.bytes;
            assert!(bytes.windows(c.len_utf8()).any(|w| w == c.to_string().as_bytes()), "{c}");
            assert_eq!(open.word.spelled.leaves().len(), bytes.len());
        }
    }
}
