//! The box that the visitor types into, and what became of the text: how much was read.
//!
//! The box belongs to the visitor: its text is never rewritten while they type, nothing runs while
//! an input method composes, and an example goes in like typing, so that undo brings the old text back.

use crate::content::route::LONGEST_PROMPT;
use crate::content::{Locale, Strings};
use crate::link::protocol::Example;
use crate::tokens::Text;
use leptos::html::Textarea;
use leptos::prelude::*;

/// How much of the unread part is shown, in characters.
const UNREAD_SHOWN: usize = 60;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PromptModel {
    /// Tokens that the whole text takes.
    pub wanted: usize,
    /// Tokens that the model has room for; `None` until it is loaded.
    pub capacity: Option<usize>,
    /// The beginning of what is not read.
    pub unread: Option<String>,
    /// Characters of a paste that did not fit.
    pub pasted: Option<usize>,
}

/// `typed` is the box's text; `text` is what the tokenizer made of it, or of an earlier state of it.
pub fn derive(typed: &str, text: &Text, capacity: Option<usize>, pasted: Option<usize>) -> PromptModel {
    let rest = typed.strip_prefix(text.read.as_str()).filter(|_| text.unread_bytes > 0);
    PromptModel { wanted: text.wanted.max(text.tokens.len()), capacity, unread: rest.map(beginning), pasted }
}

fn beginning(text: &str) -> String {
    let mut shown: String = text.chars().take(UNREAD_SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

#[component]
pub fn Prompt(
    model: Signal<PromptModel>,
    /// A text that shall replace the box's; taken out once it is in.
    replacement: RwSignal<Option<String>>,
    on_text: Callback<String>,
    /// A paste had so many characters, and they did not fit.
    on_cut: Callback<Option<usize>>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().shell.prompt;
    let area = NodeRef::<Textarea>::new();
    let composing = StoredValue::new(false);
    carry_out(area, replacement, on_text);

    let read = move || {
        composing.set_value(false);
        if let Some(area) = area.get_untracked() {
            on_text.run(value_of(&area));
        }
    };
    let counter = move || {
        model.with(|m| match m.capacity {
            Some(capacity) => (words().counter)(m.wanted, capacity),
            None => (words().counter_bare)(m.wanted),
        })
    };
    let over = move || model.with(|m| m.capacity.is_some_and(|c| m.wanted > c));
    view! {
        <div class="prompt">
            <label class="prompt-label" for="prompt">{move || words().label}</label>
            <textarea
                node_ref=area
                id="prompt"
                data-testid="prompt"
                rows="2"
                maxlength=LONGEST_PROMPT
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                dir="auto"
                aria-describedby="prompt-counter"
                placeholder=move || words().placeholder
                on:compositionstart=move |_| composing.set_value(true)
                on:compositionend=move |_| read()
                on:input=move |event| {
                    if !is_composing(&event) {
                        read();
                    }
                }
                on:keydown=move |event| {
                    // An input method that never said it was done: the next plain key says so.
                    if composing.get_value() && !event.is_composing() && event.key_code() != 229 {
                        read();
                    }
                }
                on:blur=move |_| {
                    if composing.get_value() {
                        read();
                    }
                }
                on:paste=move |event| on_cut.run(overlong_paste(&event))
            ></textarea>
            <p class="prompt-counter" id="prompt-counter" class:over=over data-wanted=move || model.with(|m| m.wanted)>
                {counter}
            </p>
            <Notes model strings />
        </div>
    }
}

/// What was not read, and what was not even pasted.
#[component]
fn Notes(model: Signal<PromptModel>, strings: Signal<&'static Strings>) -> impl IntoView {
    let words = move || &strings.get().shell.prompt;
    let unread = move || {
        model.with(|m| {
            let (rest, capacity) = (m.unread.clone()?, m.capacity?);
            let sentence = (words().unread)(m.wanted, capacity);
            Some(view! { <p class="caution" data-unread="">{sentence}" "<bdi class="unread">{rest}</bdi></p> })
        })
    };
    let cut = move || {
        let all = model.with(|m| m.pasted)?;
        let number = |n: usize| super::status::grouped(n as u64);
        Some(view! { <p class="caution">{(words().cut)(&number(LONGEST_PROMPT), &number(all))}</p> })
    };
    view! { <div class="notes" aria-live="polite">{unread}{cut}</div> }
}

/// The examples that the model brings, and what to look for in the one that stands in the box.
#[component]
pub fn Examples(
    examples: Signal<Vec<Example>>,
    text: Signal<String>,
    on_choose: Callback<String>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || &strings.get().shell.prompt;
    let chips = move || {
        let chip = |example: Example| {
            let (own, shown) = (example.text.clone(), one_line(&example.text));
            let current = move || text.with(|text| *text == own).then_some("true");
            let chosen = example.text;
            view! {
                <button type="button" class="example" aria-current=current on:click=move |_| on_choose.run(chosen.clone())>
                    <bdi>{shown}</bdi>
                </button>
            }
        };
        examples.get().into_iter().map(chip).collect_view()
    };
    let of_example = move || {
        examples.with(|examples| {
            let current = text.with(|text| examples.iter().find(|e| e.text == *text).cloned());
            current.map(|e| match strings.get().locale {
                Locale::En => e.en,
                Locale::Zh => e.zh,
            })
        })
    };
    let look_for = move || of_example().unwrap_or_else(|| words().hint.to_owned());
    view! {
        <div class="try">
        <div class="examples" role="group" aria-label=move || words().examples>
            <Show when=move || !examples.with(Vec::is_empty)>
                <span class="soft" aria-hidden="true">{move || words().examples}</span>
            </Show>
            {chips}
        </div>
        <p class="look-for soft" class:general=move || of_example().is_none()>{look_for}</p>
        </div>
    }
}

fn one_line(text: &str) -> String {
    let mut line = text.trim().lines().next().unwrap_or_default().chars();
    let mut shown: String = line.by_ref().take(28).collect();
    if line.next().is_some() || text.trim().lines().count() > 1 {
        shown.push('…');
    }
    shown
}

/// Puts a replacement into the box: like typing, so that undo works, or plainly into an empty box.
fn carry_out(area: NodeRef<Textarea>, replacement: RwSignal<Option<String>>, on_text: Callback<String>) {
    #[cfg(target_arch = "wasm32")]
    Effect::new(move |_| {
        let (Some(area), Some(text)) = (area.get(), replacement.get()) else { return };
        replacement.set(None);
        if area.value() != text {
            browser::replace(&area, &text);
        }
        on_text.run(area.value());
    });
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (area, replacement, on_text);
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use leptos::web_sys::HtmlTextAreaElement;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        /// Deprecated, and still the one way into a text box that its undo remembers.
        #[wasm_bindgen(js_namespace = document, js_name = execCommand, catch)]
        fn exec_command(command: &str, show: bool, text: &str) -> Result<bool, JsValue>;
    }

    pub fn replace(area: &HtmlTextAreaElement, text: &str) {
        if area.value().is_empty() {
            area.set_value(text);
            return;
        }
        let before = leptos::prelude::document().active_element();
        let had_focus = before.as_ref().is_some_and(|b| b.is_same_node(Some(area)));
        let _ = area.focus();
        area.select();
        if !exec_command("insertText", false, text).unwrap_or(false) {
            area.set_value(text);
        }
        // On a phone the focus would bring the keyboard over the picture.
        if !had_focus {
            let _ = area.blur();
            let before = before.and_then(|b| b.dyn_into::<leptos::web_sys::HtmlElement>().ok());
            let _ = before.map(|b| b.focus());
        }
    }
}

fn is_composing(event: &leptos::ev::Event) -> bool {
    #[cfg(target_arch = "wasm32")]
    {
        use wasm_bindgen::JsCast;
        event.dyn_ref::<leptos::web_sys::InputEvent>().is_some_and(leptos::web_sys::InputEvent::is_composing)
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = event;
        false
    }
}

/// The box's text; off the browser there is none.
fn value_of(area: &leptos::web_sys::HtmlTextAreaElement) -> String {
    #[cfg(target_arch = "wasm32")]
    return area.value();
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = area;
        String::new()
    }
}

/// How many characters a paste has, if they are more than the box takes.
fn overlong_paste(event: &leptos::ev::Event) -> Option<usize> {
    #[cfg(target_arch = "wasm32")]
    {
        use js_sys::Reflect;
        let clipboard = Reflect::get(event, &"clipboardData".into()).ok()?;
        let get: js_sys::Function =
            wasm_bindgen::JsCast::dyn_into(Reflect::get(&clipboard, &"getData".into()).ok()?).ok()?;
        let text = get.call1(&clipboard, &"text/plain".into()).ok()?;
        let length = wasm_bindgen::JsCast::dyn_ref::<js_sys::JsString>(&text)?.length() as usize;
        Some(length).filter(|length| *length > LONGEST_PROMPT)
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = event;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_shown_from_its_beginning() {
        let text = Text { read: "one two".into(), unread_bytes: 12, wanted: 9, ..Text::default() };
        let model = derive("one two three four", &text, Some(4), None);
        assert_eq!(model.unread.as_deref(), Some(" three four"));
        assert_eq!((model.wanted, model.capacity), (9, Some(4)));
        // The tokenizer's answer belongs to an older text: better say nothing than something wrong.
        assert_eq!(derive("other", &text, Some(4), None).unread, None);
        assert_eq!(derive("one two", &Text { unread_bytes: 0, ..text }, Some(4), None).unread, None);
    }

    #[test]
    fn long_texts_are_shortened_between_characters() {
        let long = "春".repeat(100);
        assert_eq!(beginning(&long).chars().count(), UNREAD_SHOWN + 1);
        assert_eq!(one_line("first\nsecond"), "first…");
        assert_eq!(one_line(" plain "), "plain");
    }
}
