//! The page: the only view that knows the session. It asks for what the visible views need, derives
//! their models, and hands them plain props.

use super::browser::{announce, focus};
use super::elevator::{Elevator, ElevatorModel};
use super::fault::Trouble;
use super::glossary::{GlossarySheet, OpenGlossary};
use super::keys::KeysSheet;
use super::models::PickerSheet;
use super::models::given::Choice;
use super::models::own::{DropHint, take_drops};
use super::palette::Theme;
use super::prediction::{self, Prediction};
use super::prompt::{Examples, Prompt};
use super::room::{Asked, Place, StageModel};
use super::share::Copying;
use super::stage::Stage;
use super::status::{Status, grouped};
use super::tokens::{ChipActions, Tokens, derive as tokens_of};
use super::topbar::TopBar;
use super::write_on::WriteOn;
use crate::content::{Strings, strings};
use crate::session::{Session, ThemeChoice};
use leptos::prelude::*;

mod keyboard;
mod wiring;

use keyboard::Over;

/// What the page stands in.
#[derive(Clone, Copy)]
pub struct Surroundings {
    /// The system asks for dark pages.
    pub dark: Signal<bool>,
    /// There is room for one column only.
    pub narrow: Signal<bool>,
}

#[component]
pub fn App(session: Session, around: Surroundings) -> impl IntoView {
    let (input, pick, answers, settings) = (session.input, session.pick, session.answers, session.settings);
    let model = answers.model;
    let strings: Signal<&'static Strings> = Signal::derive(move || strings(settings.locale.get()));
    let theme = Signal::derive(move || theme(settings.theme.get(), around.dark.get()));
    let stale = Signal::from(Memo::new(move |_| wiring::is_stale(session)));
    let chips = Signal::from(Memo::new(move |_| answers.tokens.with(|text| tokens_of(text))));
    let lens = Signal::from(Memo::new(move |before| wiring::lens(session, before)));
    let (embedding, embedding_stale) = wiring::embedding(session);
    let place = Signal::from(Memo::new(move |_| Place {
        floor: pick.floor.get(),
        room: pick.room.get(),
        head: pick.head.get(),
        pin: pick.pin.get(),
        cell: pick.cell.get(),
    }));
    wiring::ask_engine(session, place);
    let stage = StageModel {
        place,
        layers: Signal::derive(move || lens.with(ElevatorModel::layers)),
        heads: Signal::derive(move || model.with(|m| m.as_ref().map_or(1, |m| m.config.heads))),
        vocabulary_size: Signal::derive(move || {
            model.with(|m| m.as_ref().map(|m| grouped(m.config.vocab as u64)).unwrap_or_default())
        }),
        info: model.into(),
        vocabulary: answers.vocabulary.into(),
        trace: answers.trace.into(),
        stale,
        pick: Signal::derive(move || pick.hover.get().or(pick.pin.get())),
        held: Signal::derive(move || pick.pin.get().zip(pick.key.get())),
        tokens: chips,
        lens,
        embedding,
        embedding_stale,
        asked: Asked(Callback::new(move |asker| answers.asked.signal(asker))),
        knob: pick.knob.into(),
        empty: Signal::derive(move || input.text.with(String::is_empty)),
        theme,
        narrow: around.narrow,
    };

    let chip_actions = ChipActions {
        on_pin: Callback::new(move |index| session.pin(index)),
        on_hover: Callback::new(move |index| pick.hover.set(index)),
        on_move: Callback::new(move |step| session.move_pin(step)),
        on_let_go: Callback::new(move |()| session.leave()),
    };
    let on_floor = Callback::new(move |floor| session.go_to(floor));
    let (over, copying) = (RwSignal::new(None::<Over>), RwSignal::new(Copying::Idle));
    let on_copy = Callback::new(move |()| wiring::copy_link(session, copying));
    keyboard::listen(session, lens, over, on_copy);
    provide_context(OpenGlossary(Callback::new(move |()| over.set(Some(Over::Glossary)))));

    view! {
        <SkipLink strings />
        <TopBar
            model=Signal::derive(move || wiring::model_name(session, strings.get()))
            on_models=Callback::new(move |()| session.pick_model(None))
            theme=Signal::derive(move || settings.theme.get().name())
            on_theme=Callback::new(move |name: String| settings.theme.set(ThemeChoice::parse(&name).unwrap_or_default()))
            on_language=Callback::new(move |()| settings.locale.update(|locale| *locale = locale.other()))
            copying
            on_copy
            on_help=Callback::new(move |()| over.set(Some(Over::Keys)))
            strings
        />
        <main class="page">
            <TroubleBanner session strings />
            <div class="writing">
                <Prompt
                    model=Signal::derive(move || wiring::prompt(session))
                    replacement=input.replacement
                    on_text=Callback::new(move |text| session.type_text(text))
                    on_cut=Callback::new(move |pasted| input.pasted.set(pasted))
                    strings
                />
                <Examples
                    examples=Signal::derive(move || wiring::examples(session))
                    text=input.text.into()
                    on_choose=Callback::new(move |text| input.replacement.set(Some(text)))
                    strings
                />
            </div>
            <Tokens
                model=chips
                pin=pick.pin.into()
                hover=pick.hover.into()
                ready=Signal::derive(move || answers.vocabulary.with(|v| !v.is_empty()))
                actions=chip_actions
                strings
            />
            <div class="columns">
                <Elevator model=lens floor=pick.floor.into() on_floor stale strings />
                <Stage model=stage actions=wiring::stage_actions(session) strings />
                <NextToken session narrow=around.narrow stale strings />
            </div>
        </main>
        <Status
            model=Signal::derive(move || wiring::status(session))
            on_cancel=Callback::new(move |()| session.cancel_load())
            strings
        />
        <Herald lens strings />
        <Sheets over strings />
        <Models session strings />
    }
}

/// What lies over the page while it is open.
#[component]
fn Sheets(over: RwSignal<Option<Over>>, strings: Signal<&'static Strings>) -> impl IntoView {
    let is = move |this: Over| Signal::derive(move || over.get() == Some(this));
    // A sheet that gave way to the other must not close it.
    let close = move |this: Over| {
        Callback::new(move |()| {
            if over.get_untracked() == Some(this) {
                over.set(None);
            }
        })
    };
    view! {
        <KeysSheet
            open=is(Over::Keys)
            on_close=close(Over::Keys)
            on_glossary=Callback::new(move |()| over.set(Some(Over::Glossary)))
            strings
        />
        <GlossarySheet open=is(Over::Glossary) on_close=close(Over::Glossary) strings />
    }
}

/// The sheet of models, and what is dropped on the page.
#[component]
fn Models(session: Session, strings: Signal<&'static Strings>) -> impl IntoView {
    let picker = session.picker;
    let left = RwSignal::new(None::<Choice>);
    let model = Memo::new(move |_| wiring::picker(session));
    let load = Memo::new(move |_| wiring::load(session));
    let trouble =
        Memo::new(move |_| picker.with(Option::is_some).then(|| wiring::trouble(session, strings.get())).flatten());
    let actions = wiring::picker_actions(session, left);
    let dragging = take_drops(actions.on_files, left, Callback::new(move |()| session.pick_model(None)));
    view! {
        <DropHint dragging strings />
        <PickerSheet
            open=Signal::derive(move || picker.with(Option::is_some))
            model=model.into()
            load=load.into()
            can_cancel=Signal::derive(move || session.answers.model.with(Option::is_some))
            trouble=trouble.into()
            left
            dragging
            actions
            strings
        />
    }
}

fn theme(choice: ThemeChoice, dark: bool) -> Theme {
    match (choice, dark) {
        (ThemeChoice::Dark, _) | (ThemeChoice::System, true) => Theme::Dark,
        _ => Theme::Light,
    }
}

/// For keyboards: past everything to the stage. No link, because the address is the page's own.
#[component]
fn SkipLink(strings: Signal<&'static Strings>) -> impl IntoView {
    let skip = move |_| focus("stage-title");
    view! { <button type="button" class="skip" on:click=skip>{move || strings.get().shell.skip}</button> }
}

/// The right rail, always there. A plain section: a landmark of its own may not lie inside `main`.
#[component]
fn NextToken(
    session: Session,
    narrow: Signal<bool>,
    stale: Signal<bool>,
    strings: Signal<&'static Strings>,
) -> impl IntoView {
    let (answers, ask) = (session.answers, session.settings.ask);
    let model = Memo::new(move |_| {
        let trace = answers.trace.get()?;
        answers.vocabulary.with(|vocabulary| ask.with(|ask| prediction::derive(&trace, vocabulary, ask)))
    });
    let words = Signal::derive(move || &strings.get().stage);
    let (ready, full, drawn) = wiring::write_on(session);
    let on_draw = Callback::new(move |()| draw(session));
    let write_on = move || view! { <WriteOn ready full drawn on_draw strings=words /> };
    view! {
        <section class="next" aria-label=move || strings.get().shell.floors.next_token>
            <Prediction
                model=model.into()
                ask
                compact=narrow
                on_cell=Callback::new(move |cell| session.pick.cell.set(cell))
                write_on
                stale
                strings=words
            />
        </section>
    }
}

/// A token by chance. Off the browser nobody presses.
fn draw(session: Session) {
    #[cfg(target_arch = "wasm32")]
    session.write_on(js_sys::Math::random());
    #[cfg(not(target_arch = "wasm32"))]
    let _ = session;
}

/// Says the model's guess to those who do not see it, once a second at most.
#[component]
fn Herald(lens: Signal<ElevatorModel>, strings: Signal<&'static Strings>) -> impl IntoView {
    let heard = RwSignal::new(String::new());
    let say = announce(heard);
    let answer = Memo::new(move |_| lens.with(|l| l.answer().first().cloned()));
    Effect::new(move |_| {
        if let Some(guess) = answer.get() {
            let strings = strings.get_untracked();
            let percent = strings.stage.percent(guess.chance);
            let (colon, comma) = (strings.stage.colon, strings.stage.comma);
            say(format!("{}{colon}{}{comma}{percent}", strings.shell.floors.next_token, guess.label.visible()));
        }
    });
    view! { <p class="unseen" role="status" aria-live="polite">{heard}</p> }
}

#[component]
fn TroubleBanner(session: Session, strings: Signal<&'static Strings>) -> impl IntoView {
    // While the sheet of models lies over the page, it says what is wrong there.
    let model = Memo::new(move |_| {
        session.picker.with(Option::is_none).then(|| wiring::trouble(session, strings.get())).flatten()
    });
    view! {
        <Trouble
            model=model.into()
            on_retry=Callback::new(move |()| session.try_again())
            on_hub=Callback::new(move |hub| wiring::try_hub(session, hub))
            on_close=Callback::new(move |()| session.answers.trouble.set(None))
            strings
        />
    }
}

#[cfg(test)]
mod tests;
