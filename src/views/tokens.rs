//! The tokens of the text in the box, as chips: to look at, to preview, to pin.
//!
//! Chips are keyed by what they are and where they stand, so that those left of an edit hold still.

use super::label::Label;
use crate::content::Strings;
use crate::tokens::{Text, chips};
use leptos::ev::KeyboardEvent;
use leptos::html::Div;
use leptos::prelude::*;

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChipModel {
    pub index: usize,
    pub id: u32,
    pub start: usize,
    pub end: usize,
    pub label: Label,
    pub bytes: Vec<u8>,
}

impl ChipModel {
    /// The bytes as people write them: `E4 BD A0`.
    pub fn hex(&self) -> String {
        hex(&self.bytes)
    }
}

/// Tokens that belong together: mostly one, more where several make up one character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupModel {
    pub chips: Vec<ChipModel>,
    /// The character, where there are several tokens.
    pub character: Option<String>,
    /// The text goes on in a new line.
    pub ends_line: bool,
}

impl GroupModel {
    /// What must be the same for the chips to stay as they are.
    fn key(&self) -> Vec<(usize, u32, usize, usize)> {
        self.chips.iter().map(|c| (c.index, c.id, c.start, c.end)).collect()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokensModel {
    pub groups: Vec<GroupModel>,
}

impl TokensModel {
    pub fn chips(&self) -> impl Iterator<Item = &ChipModel> {
        self.groups.iter().flat_map(|group| &group.chips)
    }

    pub fn len(&self) -> usize {
        self.chips().count()
    }

    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ")
}

pub fn derive(text: &Text) -> TokensModel {
    let chips = chips(text);
    let groups = chips.chunk_by(|a, b| a.group == b.group).map(|group| GroupModel {
        character: group[0].character.map(str::to_owned),
        ends_line: group.last().is_some_and(|chip| chip.bytes.ends_with(b"\n")),
        chips: group
            .iter()
            .map(|chip| ChipModel {
                index: chip.position,
                id: chip.id,
                start: text.tokens[chip.position].start,
                end: text.tokens[chip.position].end,
                label: Label::new(chip.id, chip.bytes),
                bytes: chip.bytes.to_vec(),
            })
            .collect(),
    });
    TokensModel { groups: groups.collect() }
}

/// What a chip does when it is touched.
#[derive(Clone, Copy)]
pub struct ChipActions {
    pub on_pin: Callback<usize>,
    pub on_hover: Callback<Option<usize>>,
    /// Steps of the pin.
    pub on_move: Callback<isize>,
    pub on_let_go: Callback<()>,
}

#[component]
pub fn Tokens(
    model: Signal<TokensModel>,
    pin: Signal<Option<usize>>,
    hover: Signal<Option<usize>>,
    /// The tokenizer is there.
    ready: Signal<bool>,
    actions: ChipActions,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().shell.tokens;
    let (bytes, show_bytes) = signal(false);
    let row = NodeRef::<Div>::new();
    let count = Memo::new(move |_| model.with(TokensModel::len));
    // One chip is a tab stop: the pinned one, else the last.
    let stop = Memo::new(move |_| pin.get().filter(|p| *p < count.get()).or(count.get().checked_sub(1)));
    let pinned = Memo::new(move |_| pin.get().is_some());
    let hint = move || if pinned.get() { words().hint_pinned } else { words().hint };
    let hint_touch = move || if pinned.get() { words().hint_pinned_touch } else { words().hint_touch };
    keep_pin_in_sight(row, model, pin);

    view! {
        <section class="tokens-bar" aria-label=move || words().heading>
            <div
                node_ref=row
                class="tokens"
                role="group"
                aria-label=move || words().heading
                class:bytes=bytes
                on:keydown=move |event| on_key(&event, pin.get_untracked(), actions)
            >
                <For
                    each=move || model.get().groups
                    key=GroupModel::key
                    children=move |group| view! { <Group group pin hover stop actions strings /> }
                />
                <Show when=move || count.get() == 0>
                    <p class="soft">{move || if ready.get() { words().empty } else { words().loading }}</p>
                </Show>
            </div>
            <div class="tokens-foot">
                <p class="soft hint" class:none=move || count.get() == 0><span class="for-keys">{hint}</span><span class="for-touch">{hint_touch}</span></p>
                <label class="check">
                    <input type="checkbox" prop:checked=bytes on:change=move |e| show_bytes.set(event_target_checked(&e)) />
                    <span>{move || words().show_bytes}</span>
                </label>
            </div>
        </section>
    }
}

#[component]
fn Group(
    group: GroupModel,
    pin: Signal<Option<usize>>,
    hover: Signal<Option<usize>>,
    stop: Memo<Option<usize>>,
    actions: ChipActions,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let count = group.chips.len();
    let chips =
        group.chips.into_iter().map(|chip| view! { <Chip chip pin hover stop actions strings /> }).collect_view();
    let joined = group.character.map(|character| {
        let spoken = character.clone();
        let title = move || (strings.get().shell.tokens.group)(count, &spoken);
        view! { <span class="joined" title=title.clone() aria-label=title role="note"><bdi>{character}</bdi></span> }
    });
    let line_end = group.ends_line.then(|| view! { <span class="line-end" aria-hidden="true"></span> });
    view! {
        <span class="token-group"><span class="token-row">{chips}</span>{joined}</span>
        {line_end}
    }
}

#[component]
fn Chip(
    chip: ChipModel,
    pin: Signal<Option<usize>>,
    hover: Signal<Option<usize>>,
    stop: Memo<Option<usize>>,
    actions: ChipActions,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let (index, id) = (chip.index, chip.id);
    let visible = chip.label.visible();
    let spoken = move || (strings.get().shell.tokens.chip)(index, &visible, id);
    let pinned = move || pin.get() == Some(index);
    view! {
        <button
            type="button"
            class="token"
            data-testid="token"
            data-index=index
            data-id=id
            data-start=chip.start
            data-end=chip.end
            class:hovered=move || hover.get() == Some(index)
            aria-pressed=move || pinned().to_string()
            aria-label=spoken
            tabindex=move || if stop.get() == Some(index) { "0" } else { "-1" }
            on:click=move |_| actions.on_pin.run(index)
            on:pointerenter=move |_| actions.on_hover.run(Some(index))
            on:pointerleave=move |_| actions.on_hover.run(None)
        >
            {chip.label.html()}
            <span class="token-id">{id}</span>
            <span class="token-bytes">{chip.hex()}</span>
        </button>
    }
}

/// ← → move the pin, Home and End take it to the ends, Esc lets go.
fn on_key(event: &KeyboardEvent, pin: Option<usize>, actions: ChipActions) {
    match event.key().as_str() {
        "ArrowLeft" => actions.on_move.run(-1),
        "ArrowRight" => actions.on_move.run(1),
        "Home" => actions.on_move.run(isize::MIN),
        "End" => actions.on_move.run(isize::MAX),
        "Escape" if pin.is_some() => actions.on_let_go.run(()),
        _ => return,
    }
    event.prevent_default();
    event.stop_propagation();
}

/// While a chip has the focus, the focus goes along with the pin; and the row, which shows few lines of a long text,
/// is pushed to where the pin is.
fn keep_pin_in_sight(row: NodeRef<Div>, model: Signal<TokensModel>, pin: Signal<Option<usize>>) {
    #[cfg(target_arch = "wasm32")]
    Effect::new(move |_| {
        use leptos::wasm_bindgen::JsCast;
        model.track();
        let (Some(row), Some(pin)) = (row.get(), pin.get()) else { return };
        let active = document().active_element();
        let chip = row.query_selector(&format!("[data-index='{pin}']")).ok().flatten();
        let Some(chip) = chip.and_then(|c| c.dyn_into::<leptos::web_sys::HtmlElement>().ok()) else { return };
        if active.is_some_and(|active| row.contains(Some(&active))) {
            let _ = chip.focus();
        }
        // Not `scroll_into_view`, which pushes the page too.
        let (outer, inner) = (row.get_bounding_client_rect(), chip.get_bounding_client_rect());
        if inner.top() < outer.top() || inner.bottom() > outer.bottom() {
            row.set_scroll_top(row.scroll_top() + (inner.top() - outer.top()) as i32 - 3);
        }
        // On a phone they stand in one line.
        if inner.left() < outer.left() || inner.right() > outer.right() {
            row.set_scroll_left(row.scroll_left() + (inner.left() - outer.left()) as i32 - 48);
        }
    });
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (row, model, pin);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::Token;

    fn text(read: &str, ends: &[usize]) -> Text {
        let mut start = 0;
        let mut token = |&end: &usize| Token { id: end as u32, start: std::mem::replace(&mut start, end), end };
        Text { read: read.into(), tokens: ends.iter().map(&mut token).collect(), ..Text::default() }
    }

    #[test]
    fn tokens_of_one_character_are_one_group() {
        let model = derive(&text("a🦙\nb", &[1, 3, 5, 6, 7]));
        assert_eq!(model.groups.iter().map(|g| g.chips.len()).collect::<Vec<_>>(), [1, 2, 1, 1]);
        assert_eq!(model.groups[1].character.as_deref(), Some("🦙"));
        assert!(model.groups[2].ends_line && !model.groups[1].ends_line);
        assert_eq!(model.len(), 5);
    }

    #[test]
    fn chips_left_of_an_edit_are_the_same_chips() {
        let (before, after) = (derive(&text("a b c", &[1, 3, 5])), derive(&text("a b d e", &[1, 3, 5, 7])));
        assert_eq!(before.groups[..2], after.groups[..2]);
        assert_ne!(before.groups[2], after.groups[2]);
    }

    #[test]
    fn bytes_are_written_in_hex() {
        assert_eq!(hex("你".as_bytes()), "E4 BD A0");
    }
}
