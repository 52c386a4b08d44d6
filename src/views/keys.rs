//! Which key does what: one table, from which keys are obeyed ([`pressed`]) and the sheet of keys is
//! drawn ([`KeysSheet`]).

use super::sheet::Sheet;
use crate::content::{KeyStrings, Room, Strings};
use leptos::prelude::*;

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    FloorUp,
    FloorDown,
    TokenBefore,
    TokenAfter,
    Deeper,
    Back,
    Room(Room),
    HeadBefore,
    HeadAfter,
    Story,
    Write,
    Glossary,
    CopyLink,
    Help,
}

/// A line of the table.
pub struct Line {
    pub act: Act,
    /// As the browser names them; letters small.
    pub keys: &'static [&'static str],
    pub words: fn(&KeyStrings) -> &'static str,
}

const fn line(act: Act, keys: &'static [&'static str], words: fn(&KeyStrings) -> &'static str) -> Line {
    Line { act, keys, words }
}

pub const KEYS: [Line; 16] = [
    line(Act::FloorUp, &["ArrowUp"], |w| w.floor_up),
    line(Act::FloorDown, &["ArrowDown"], |w| w.floor_down),
    line(Act::TokenBefore, &["ArrowLeft"], |w| w.token_before),
    line(Act::TokenAfter, &["ArrowRight"], |w| w.token_after),
    line(Act::Deeper, &["Enter"], |w| w.deeper),
    line(Act::Back, &["Escape"], |w| w.back),
    line(Act::Room(Room::Whole), &["1", "b"], |w| w.whole),
    line(Act::Room(Room::Head), &["2", "h"], |w| w.heads),
    line(Act::Room(Room::Mlp), &["3", "m"], |w| w.mlp),
    line(Act::HeadBefore, &["["], |w| w.head_before),
    line(Act::HeadAfter, &["]"], |w| w.head_after),
    line(Act::Story, &["s"], |w| w.story),
    line(Act::Write, &["/"], |w| w.prompt),
    line(Act::Glossary, &["g"], |w| w.glossary),
    line(Act::CopyLink, &["l"], |w| w.copy),
    line(Act::Help, &["?"], |w| w.help),
];

/// A key that was pressed while nothing else had the keyboard.
#[derive(Clone, Copy, Debug)]
pub struct Pressed<'a> {
    /// As the browser names it.
    pub key: &'a str,
    pub shift: bool,
    /// Ctrl, Alt or Meta: the browser's own keys. Not AltGr, which is how some keyboards write `[`.
    pub command: bool,
    /// A button has the focus, and Enter is its own.
    pub on_button: bool,
}

/// What the key does, if it is one of ours.
pub fn pressed(pressed: Pressed) -> Option<Act> {
    let Pressed { key, shift, command, on_button } = pressed;
    let key = key.to_lowercase();
    // Signs may need Shift; with letters and arrows it means something else.
    let sign = key.chars().count() == 1 && !key.chars().all(char::is_alphanumeric);
    if command || (shift && !sign) || (on_button && key == "enter") {
        return None;
    }
    KEYS.iter().find(|line| line.keys.iter().any(|k| k.to_lowercase() == key)).map(|line| line.act)
}

/// As keyboards show it.
pub fn cap(key: &str) -> String {
    match key {
        "ArrowUp" => "↑".into(),
        "ArrowDown" => "↓".into(),
        "ArrowLeft" => "←".into(),
        "ArrowRight" => "→".into(),
        "Escape" => "Esc".into(),
        other => other.chars().next().map_or_else(String::new, |c| match other.len() {
            1 => c.to_uppercase().collect(),
            _ => other.into(),
        }),
    }
}

/// The sheet that lists them.
#[component]
pub fn KeysSheet(
    open: Signal<bool>,
    on_close: Callback<()>,
    on_glossary: Callback<()>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().keys;
    view! {
        <Sheet open on_close title=Signal::derive(move || words().title) close=Signal::derive(move || words().close)>
            <p class="soft">{move || words().lead}</p>
            <KeysTable strings />
            <p>
                <button type="button" class="plain" on:click=move |_| on_glossary.run(())>
                    {move || words().glossary_button}
                </button>
            </p>
        </Sheet>
    }
}

#[component]
pub fn KeysTable(strings: Signal<&'static Strings>) -> impl IntoView {
    let rows = move || {
        let words = &strings.get().keys;
        let row = |line: &Line| {
            let caps = line.keys.iter().enumerate().map(|(at, key)| {
                let between = (at > 0).then(|| format!(" {} ", words.or));
                view! { {between}<kbd>{cap(key)}</kbd> }
            });
            view! { <tr><th scope="row">{caps.collect_view()}</th><td>{(line.words)(words)}</td></tr> }
        };
        KEYS.iter().map(row).collect_view()
    };
    view! { <table class="key-table"><tbody>{rows}</tbody></table> }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(key: &str) -> Pressed<'_> {
        Pressed { key, shift: false, command: false, on_button: false }
    }

    #[test]
    fn every_key_of_the_table_does_what_its_line_says_and_none_stands_twice() {
        let mut seen = Vec::new();
        for line in &KEYS {
            for key in line.keys {
                assert_eq!(pressed(plain(key)), Some(line.act), "{key}");
                assert!(!seen.contains(key), "{key}");
                seen.push(key);
            }
        }
    }

    #[test]
    fn other_people_s_keys_are_left_alone() {
        assert_eq!(pressed(plain("x")), None);
        assert_eq!(pressed(plain("F5")), None);
        assert_eq!(pressed(Pressed { command: true, ..plain("l") }), None);
        assert_eq!(pressed(Pressed { shift: true, ..plain("ArrowDown") }), None);
        assert_eq!(pressed(Pressed { shift: true, ..plain("B") }), None);
        assert_eq!(pressed(Pressed { on_button: true, ..plain("Enter") }), None);
        assert_eq!(pressed(Pressed { on_button: true, ..plain("s") }), Some(Act::Story));
    }

    #[test]
    fn signs_may_need_shift_and_caps_lock_is_no_matter() {
        assert_eq!(pressed(Pressed { shift: true, ..plain("?") }), Some(Act::Help));
        assert_eq!(pressed(Pressed { shift: true, ..plain("/") }), Some(Act::Write));
        assert_eq!(pressed(plain("G")), Some(Act::Glossary));
    }

    #[test]
    fn keys_are_written_as_keyboards_show_them() {
        let written: Vec<_> = ["ArrowUp", "Escape", "Enter", "b", "["].map(cap).into();
        assert_eq!(written, ["↑", "Esc", "Enter", "B", "["]);
    }
}
