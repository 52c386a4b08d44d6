//! The glossary: a term in a text that opens its explanation, and the sheet of all terms.
//!
//! In a room: `{marked(lead, words)}` draws a text with its terms marked, `<Term name=TermName::Softmax
//! words>"softmax"</Term>` one of them. What a room says after its lead goes through [`Marks`]: a term is marked
//! where the room says it first, and nowhere else.

use super::popup::Popup;
use super::sheet::Sheet;
use crate::content::glossary::{Entry, Stretch};
use crate::content::{GlossaryStrings, StageStrings, Strings, TermName, strings_of};
use leptos::prelude::*;
use std::sync::Arc;

/// What opens the sheet of all terms, for those who want more than one. Given as context by the page.
#[derive(Clone, Copy)]
pub struct OpenGlossary(pub Callback<()>);

/// A word of the text, dotted underneath; a click or Enter explains it.
#[component]
pub fn Term(name: TermName, words: &'static GlossaryStrings, #[prop(into)] text: String) -> impl IntoView {
    let Entry { name: title, plain, more, .. } = (words.entry)(name);
    let all = use_context::<OpenGlossary>();
    let panel = move || {
        let all = all.map(|OpenGlossary(open)| {
            view! { <button type="button" class="link" on:click=move |_| open.run(())>{words.all_terms}</button> }
        });
        view! {
            <span class="popup-body">
                <b class="popup-title">{title}</b>
                <span>{plain}</span>
                <span class="note">{more}</span>
                {all}
            </span>
        }
        .into_any()
    };
    let panel: ChildrenFn = Arc::new(panel);
    view! { <Popup class="glossary-term" label=move || text.clone() panel /> }
}

/// The text with the terms that the glossary explains, each marked where it comes first.
pub fn marked(text: &str, words: &'static GlossaryStrings) -> AnyView {
    Marks::new(words).draw(text)
}

/// Which terms a room has marked so far.
pub struct Marks {
    words: &'static GlossaryStrings,
    seen: Vec<TermName>,
}

impl Marks {
    pub fn new(words: &'static GlossaryStrings) -> Self {
        Self { words, seen: Vec::new() }
    }

    /// After texts that stand above, whose terms are marked there.
    pub fn after(self, text: &str) -> Self {
        let Self { words, mut seen } = self;
        words.mark_new(text, &mut seen);
        Self { words, seen }
    }

    /// A term that no text spells out, unless it was marked before.
    pub fn term(&mut self, name: TermName, text: &'static str) -> AnyView {
        if self.seen.contains(&name) {
            return text.into_any();
        }
        self.seen.push(name);
        view! { <Term name words=self.words text /> }.into_any()
    }

    /// The text, with the terms that are new in it marked.
    pub fn draw(&mut self, text: &str) -> AnyView {
        draw(&self.words.mark_new(text, &mut self.seen), self.words)
    }
}

fn draw(stretches: &[Stretch], words: &'static GlossaryStrings) -> AnyView {
    let plain = |at: Option<usize>| match at.and_then(|at| stretches.get(at)) {
        Some(Stretch::Plain(text)) => *text,
        _ => "",
    };
    let one = |(at, stretch): (usize, &Stretch)| match *stretch {
        Stretch::Plain(text) => {
            // Its ends stand with the terms beside it.
            let start = if at > 0 { closing(text) } else { 0 };
            let end = if at + 1 < stretches.len() { opening(text).max(start) } else { text.len() };
            text[start..end].to_owned().into_any()
        }
        Stretch::Term(name, term) => {
            // A line does not break between a term and its bracket or full stop.
            let (before, after) = (plain(at.checked_sub(1)), plain(Some(at + 1)));
            let (before, after) = (&before[opening(before)..], &after[..closing(after)]);
            view! { <span class="glossary-hold">{before.to_owned()}<Term name words text=term />{after.to_owned()}</span> }
                .into_any()
        }
    };
    stretches.iter().enumerate().map(one).collect_view().into_any()
}

/// Where the opening brackets and quotes at a text's end begin.
fn opening(text: &str) -> usize {
    text.trim_end_matches(['(', '（', '“', '「']).len()
}

/// Where the closing signs at a text's beginning end.
fn closing(text: &str) -> usize {
    text.len() - text.trim_start_matches([')', '）', '”', '」', '.', ',', ';', ':', '。', '，', '；', '：', '、']).len()
}

/// The glossary in the language of these words.
pub fn glossary_of(words: &StageStrings) -> &'static GlossaryStrings {
    &strings_of(words.lang).glossary
}

/// All terms.
#[component]
pub fn GlossarySheet(open: Signal<bool>, on_close: Callback<()>, strings: Signal<&'static Strings>) -> impl IntoView {
    let words = move || &strings.get().glossary;
    view! {
        <Sheet open on_close title=Signal::derive(move || words().title) close=Signal::derive(move || words().close)>
            <p class="soft">{move || words().lead}</p>
            <GlossaryList strings />
        </Sheet>
    }
}

#[component]
pub fn GlossaryList(strings: Signal<&'static Strings>) -> impl IntoView {
    let all = move || {
        let row = |name: TermName| {
            let GlossaryStrings { entry, gap, .. } = strings.get().glossary;
            let Entry { name, plain, more, .. } = entry(name);
            view! { <div class="glossary-entry"><dt>{name}</dt><dd>{plain}{gap}<span class="soft">{more}</span></dd></div> }
        };
        TermName::ALL.map(row).collect_view()
    };
    view! { <dl class="glossary">{all}</dl> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::glossary::{EN, ZH};

    #[test]
    fn a_room_marks_a_term_once() {
        Owner::new().with(|| {
            let mut marks = Marks::new(&EN).after("the softmax");
            let drawn = |view: AnyView| view.to_html().matches("glossary-term").count();
            assert_eq!(drawn(marks.draw("softmax of a logit")), 1);
            assert_eq!(drawn(marks.draw("softmax of a logit")), 0);
            assert_eq!(drawn(marks.term(TermName::Query, "Q")), 1);
            assert_eq!(drawn(marks.draw("a query")), 0);
        });
    }

    #[test]
    fn a_marked_text_still_says_what_it_said() {
        Owner::new().with(|| {
            for (words, text, term) in
                [(&EN, "The softmax over the whole vocabulary", "softmax"), (&ZH, "对整个词表做 softmax", "词表")]
            {
                let html = marked(text, words).to_html();
                assert!(html.contains("popover=\"auto\""), "{html}");
                assert!(html.contains(&format!(">{term}<")), "{html}");
            }
        });
    }
}
