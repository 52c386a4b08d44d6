//! A model of the visitor's own: by a name or an address, out of a folder or files, or dropped on the
//! page.

use super::given::{Choice, Given, listed};
use crate::content::{ModelsStrings, Strings};
use crate::link::source::Source;
use leptos::html::Input;
use leptos::prelude::*;

#[component]
pub fn Own(
    on_open: Callback<Source>,
    on_files: Callback<Given>,
    /// What was given last and of what it was not used.
    left: RwSignal<Option<Choice>>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || -> &'static ModelsStrings { &strings.get().models };
    view! {
        <p class="soft">{move || words().own_lead}</p>
        <Address on_open strings />
        <div class="file-buttons">
            <Files folder=true on_files left strings />
            <Files folder=false on_files left strings />
        </div>
        <p class="note">{move || words().drop}</p>
        <p class="note" role="status" data-testid="left-aside">{move || left.with(|left| told(left.as_ref(), words()))}</p>
    }
}

/// What became of the files that were given.
fn told(choice: Option<&Choice>, words: &ModelsStrings) -> Option<String> {
    let choice = choice.filter(|choice| !choice.left.is_empty())?;
    let names = listed(&choice.left, words.and);
    Some(if choice.taken.is_empty() { (words.nothing_known)(&names) } else { (words.unused)(&names) })
}

#[component]
fn Address(on_open: Callback<Source>, strings: Signal<&'static Strings>) -> impl IntoView {
    let words = move || -> &'static ModelsStrings { &strings.get().models };
    let (typed, wrong) = (RwSignal::new(String::new()), RwSignal::new(false));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let source = typed.with_untracked(|typed| Source::typed(typed));
        wrong.set(source.is_none());
        if let Some(source) = source {
            on_open.run(source);
        }
    };
    view! {
        <form class="address" on:submit=submit>
            <label for="model-address">{move || words().field}</label>
            <input type="text" id="model-address" data-testid="model-address" inputmode="url" autocomplete="off"
                spellcheck="false" aria-describedby="model-address-wrong" aria-invalid=move || wrong.get().to_string()
                on:input=move |event| { wrong.set(false); typed.set(event_target_value(&event)); } />
            <button type="submit" class="plain" data-testid="model-address-load">{move || words().field_load}</button>
            <p class="wrong" id="model-address-wrong" role="status">{move || wrong.get().then(|| words().field_wrong)}</p>
        </form>
    }
}

/// A button that lets the browser ask for a folder, or for files.
#[component]
fn Files(
    folder: bool,
    on_files: Callback<Given>,
    left: RwSignal<Option<Choice>>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let words = move || -> &'static ModelsStrings { &strings.get().models };
    let field = NodeRef::<Input>::new();
    let label = move || if folder { words().folder } else { words().files };
    #[cfg(target_arch = "wasm32")]
    Effect::new(move |_| {
        if let Some(field) = field.get().filter(|_| folder) {
            let _ = field.set_attribute("webkitdirectory", "");
        }
    });
    let changed = move |_| {
        #[cfg(target_arch = "wasm32")]
        if let Some(field) = field.get_untracked() {
            hand_on(&super::gather::of_input(&field), on_files, left);
        }
        #[cfg(not(target_arch = "wasm32"))]
        let _ = (on_files, left);
    };
    view! {
        <label class="plain file-button">
            {label}
            <input type="file" class="unseen" multiple=true data-testid=if folder { "folder-input" } else { "files-input" }
                node_ref=field on:change=changed />
        </label>
    }
}

#[cfg(target_arch = "wasm32")]
fn hand_on(found: &[(String, web_sys::File)], on_files: Callback<Given>, left: RwSignal<Option<Choice>>) {
    if found.is_empty() {
        return;
    }
    let (choice, given) = super::gather::given(found);
    left.set(Some(choice));
    if let Some(given) = given {
        on_files.run(given);
    }
}

/// Takes what is dropped anywhere on the page, for as long as it stands. The answer is true while
/// files are dragged over it. What holds no file of a model is told through `on_nothing`.
pub fn take_drops(on_files: Callback<Given>, left: RwSignal<Option<Choice>>, on_nothing: Callback<()>) -> Signal<bool> {
    let dragging = RwSignal::new(false);
    #[cfg(target_arch = "wasm32")]
    {
        use super::gather::{has_files, of_drop};
        use leptos::ev;
        // A drag that enters something inside leaves what is around it.
        let inside = StoredValue::new(0_i32);
        let files = |event: &web_sys::DragEvent| event.data_transfer().filter(has_files);
        let enter = window_event_listener(ev::dragenter, move |event| {
            if files(&event).is_some() {
                event.prevent_default();
                inside.update_value(|count| *count += 1);
                dragging.set(true);
            }
        });
        let over = window_event_listener(ev::dragover, move |event| {
            if let Some(transfer) = files(&event) {
                event.prevent_default();
                transfer.set_drop_effect("copy");
            }
        });
        let leave = window_event_listener(ev::dragleave, move |_| {
            inside.update_value(|count| *count = (*count - 1).max(0));
            dragging.set(inside.get_value() > 0);
        });
        let drop = window_event_listener(ev::drop, move |event| {
            inside.set_value(0);
            dragging.set(false);
            let Some(transfer) = files(&event) else { return };
            event.prevent_default();
            let found = of_drop(&transfer);
            wasm_bindgen_futures::spawn_local(async move {
                let found = found.await;
                hand_on(&found, on_files, left);
                if left.with_untracked(|left| left.as_ref().is_some_and(|choice| choice.taken.is_empty())) {
                    on_nothing.run(());
                }
            });
        });
        on_cleanup(move || [enter, over, leave, drop].into_iter().for_each(WindowListenerHandle::remove));
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (on_files, left, on_nothing);
    dragging.into()
}

/// Where to drop, over everything.
#[component]
pub fn DropHint(dragging: Signal<bool>, strings: Signal<&'static Strings>) -> impl IntoView {
    view! {
        <Show when=move || dragging.get()>
            <div class="drop-hint" aria-hidden="true">
                <p>{move || strings.get().models.drop_here}</p>
            </div>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::models::{EN, ZH};

    #[test]
    fn what_was_left_aside_is_told_and_silence_where_all_was_taken() {
        let choice = |taken: usize, left: &[&str]| Choice {
            name: "mine".into(),
            taken: (0..taken).collect(),
            left: left.iter().map(|name| (*name).to_owned()).collect(),
        };
        assert_eq!(told(None, &EN), None);
        assert_eq!(told(Some(&choice(3, &[])), &EN), None);
        assert_eq!(told(Some(&choice(3, &["a.md", "b.txt"])), &EN), Some((EN.unused)("a.md, b.txt")));
        assert_eq!(told(Some(&choice(0, &["a.md", "b.txt"])), &ZH), Some((ZH.nothing_known)("a.md、b.txt")));
    }
}
