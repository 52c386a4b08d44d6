//! One model of the picker: what it is, what it needs, and the button that opens it.

use super::{Fit, PickerActions, PickerModel, State, name_of};
use crate::content::amounts::{grouped, megabytes};
use crate::content::{Locale, ModelsStrings, Strings};
use crate::link::library::Offer;
use crate::link::source::Source;
use leptos::prelude::*;

/// One model, by where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    pub source: Source,
    pub state: State,
    /// What the catalogue says of it.
    pub offer: Option<Offer>,
    pub parameters: Option<u64>,
    pub fit: Option<Fit>,
    /// Bytes of it that lie on this device.
    pub kept_bytes: Option<u64>,
}

impl Card {
    fn title(&self, strings: &Strings) -> String {
        match (&self.source, &self.offer) {
            (Source::Site(name), _) if super::EMBEDDED.contains(&&**name) => name_of(&self.source, strings),
            (_, Some(offer)) => offer.title.clone(),
            _ => name_of(&self.source, strings),
        }
    }

    /// One plain line in the page's language.
    fn line(&self, locale: Locale) -> Option<String> {
        let offer = self.offer.as_ref()?;
        Some(if locale == Locale::Zh { offer.zh.clone() } else { offer.en.clone() })
    }

    /// `81,912,576 parameters · English · licence Apache-2.0`.
    fn facts(&self, words: &ModelsStrings) -> String {
        let languages = self.offer.iter().flat_map(|offer| &offer.languages).map(|tag| language(tag, words));
        let parameters = self.parameters.map(|count| (words.parameters)(&grouped(count)));
        let licence = self.offer.as_ref().map(|offer| (words.licence)(&offer.licence));
        let languages = languages.collect::<Vec<_>>().join(words.and);
        let parts = [parameters, Some(languages).filter(|l| !l.is_empty()), licence];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// What the button says.
    fn action(&self, words: &ModelsStrings) -> String {
        match self.state {
            State::InUse => words.in_use.into(),
            State::Loading => format!("{}…", words.loading),
            State::Here | State::Whole { .. } => words.open.into(),
            State::Partly { .. } => words.go_on.into(),
            State::Elsewhere => match &self.offer {
                Some(offer) => (words.load)(&megabytes(offer.file_bytes)),
                None => words.load_unknown.into(),
            },
        }
    }

    fn lies(&self, words: &ModelsStrings) -> Option<String> {
        match self.state {
            State::Whole { .. } => Some(words.whole.into()),
            State::Partly { bytes, total } if total > 0 => Some((words.partly)(&megabytes(bytes), &megabytes(total))),
            _ => None,
        }
    }
}

fn language(tag: &str, words: &ModelsStrings) -> String {
    let name = (words.language)(tag);
    if name.is_empty() { tag.into() } else { name.into() }
}

/// Whether it fits, in a sentence.
pub fn told(fit: Fit, words: &ModelsStrings) -> String {
    match fit {
        Fit::Gpu { needed } => (words.gpu_fits)(&megabytes(needed)),
        Fit::GpuPerhaps { needed, largest } => (words.gpu_may_not)(&megabytes(needed), &megabytes(largest)),
        Fit::Cpu { needed } => (words.cpu_fits)(&megabytes(needed)),
        Fit::CpuTooBig { needed, most } => (words.cpu_too_big)(&megabytes(needed), &megabytes(most)),
    }
}

/// The card of one model, kept up to date.
pub(super) fn card_of(model: Signal<PickerModel>, source: Source) -> Memo<Option<Card>> {
    Memo::new(move |_| model.with(|m| m.card(&source).cloned()))
}

/// For `data-model`: as an address carries it.
fn address(source: &Source) -> String {
    source.to_address().unwrap_or_else(|| source.name().into())
}

#[component]
pub fn CardView(
    source: Source,
    model: Signal<PickerModel>,
    actions: PickerActions,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let card = card_of(model, source.clone());
    let words = move || -> &'static ModelsStrings { &strings.get().models };
    let of = move |tell: fn(&Card, &'static Strings) -> Option<String>| {
        card.with(|card| card.as_ref().and_then(|card| tell(card, strings.get())))
    };
    let fit = move || of(|card, strings| card.fit.map(|fit| told(fit, &strings.models)));
    let big = move || card.with(|c| c.as_ref().is_some_and(|c| matches!(c.fit, Some(Fit::CpuTooBig { .. }))));
    let in_use = move || card.with(|card| card.as_ref().is_some_and(|card| card.state == State::InUse));
    let named = address(&source);
    view! {
        <li class="card" class:in-use=in_use data-testid="model-card" data-model=named
            data-state=move || card.with(|card| card.as_ref().map(|card| card.state.name()))>
            <h4>{move || of(|card, strings| Some(card.title(strings)))}</h4>
            <p class="card-line">{move || of(|card, strings| card.line(strings.locale))}</p>
            <p class="note">{move || of(|card, strings| Some(card.facts(&strings.models)))}</p>
            <p class="note" class:warn=big>{fit}</p>
            <p class="note">{move || of(|card, strings| card.lies(&strings.models))}</p>
            <div class="card-buttons">
                <OpenButton card source=source.clone() on_open=actions.on_open strings />
                <RemoveButton card source on_remove=actions.on_remove words=Signal::derive(words) />
            </div>
        </li>
    }
}

/// Stays in its place while the model comes, so that the focus does.
#[component]
pub fn OpenButton(
    card: Memo<Option<Card>>,
    source: Source,
    on_open: Callback<Source>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let state = move || card.with(|card| card.as_ref().map(|card| card.state));
    let idle = move || matches!(state(), Some(State::InUse | State::Loading));
    let label = move || card.with(|c| c.as_ref().map(|c| c.action(&strings.get().models)));
    // Heard without the card around it, a bare "Open" says too little.
    let name = move || {
        card.with(|c| c.as_ref().map(|c| format!("{}: {}", c.action(&strings.get().models), c.title(strings.get()))))
    };
    let model = address(&source);
    let open = move |_| {
        if !idle() {
            on_open.run(source.clone());
        }
    };
    view! {
        <button type="button" class="plain open" data-testid="model-open" data-model=model aria-label=name
            aria-disabled=move || idle().then_some("true") on:click=open>
            {label}
        </button>
    }
}

#[component]
fn RemoveButton(
    card: Memo<Option<Card>>,
    source: Source,
    on_remove: Callback<Source>,
    words: Signal<&'static ModelsStrings>,
) -> impl IntoView {
    let bytes = Memo::new(move |_| card.with(|card| card.as_ref().and_then(|card| card.kept_bytes)));
    move || {
        let (bytes, source) = (bytes.get()?, source.clone());
        Some(view! {
            <button type="button" class="quiet" data-testid="model-remove" data-model=address(&source)
                on:click=move |_| on_remove.run(source.clone())>
                {move || (words.get().remove)(&megabytes(bytes))}
            </button>
        })
    }
}

/// A model that lies on this device: a row of the list of all of them.
#[component]
pub fn KeptView(
    source: Source,
    model: Signal<PickerModel>,
    on_open: Callback<Source>,
    on_remove: Callback<Source>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let card = card_of(model, source.clone());
    let words = Signal::derive(move || -> &'static ModelsStrings { &strings.get().models });
    let title = move || card.with(|card| card.as_ref().map(|card| card.title(strings.get())));
    let size = move || {
        card.with(|card| {
            let card = card.as_ref()?;
            match card.state {
                State::Partly { .. } => card.lies(words.get()),
                _ => card.kept_bytes.map(megabytes),
            }
        })
    };
    let named = address(&source);
    view! {
        <li class="kept-row" data-testid="stored" data-model=named.clone()>
            <span class="kept-name"><b>{title}</b><span class="note">{named.clone()}</span></span>
            <span class="note kept-size">{size}</span>
            <OpenButton card source=source.clone() on_open strings />
            <RemoveButton card source on_remove words />
        </li>
    }
}

/// A link asks for a model from elsewhere: its card on top, with the question.
#[component]
pub fn Asked(model: Signal<PickerModel>, actions: PickerActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let asked = Memo::new(move |_| model.with(|m| m.asked.clone()));
    move || {
        let source = asked.get()?;
        let card = card_of(model, source.clone());
        let question = {
            let source = source.clone();
            move || {
                let strings = strings.get();
                let size = card.with(|c| c.as_ref().and_then(|c| c.offer.as_ref()).map(|o| megabytes(o.file_bytes)));
                let title = card.with(|card| card.as_ref().map(|card| card.title(strings))).unwrap_or_default();
                let host = model.with(|m| m.host(&source));
                (strings.models.asked)(&title, &host, size.as_deref())
            }
        };
        let facts = move || card.with(|card| card.as_ref().map(|card| card.facts(&strings.get().models)));
        let fit = move || card.with(|c| c.as_ref()?.fit.map(|fit| told(fit, &strings.get().models)));
        Some(view! {
            <section class="asked" data-testid="asked">
                <p class="asked-question">{question}</p>
                <p class="note">{facts}</p>
                <p class="note">{fit}</p>
                <div class="card-buttons">
                    <OpenButton card source on_open=actions.on_open strings />
                    <button type="button" class="plain" data-testid="not-now" on:click=move |_| actions.on_close.run(())>
                        {move || strings.get().models.not_now}
                    </button>
                </div>
            </section>
        })
    }
}
