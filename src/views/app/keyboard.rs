//! The keys that work wherever nothing else has the keyboard: from the table in `views/keys.rs` to the
//! session.

use crate::content::{Floor, Room};
use crate::session::Session;
use crate::views::browser::focus;
use crate::views::elevator::{self, ElevatorModel};
use crate::views::keys::Act;
use leptos::prelude::*;

/// A sheet that lies over the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    Keys,
    Glossary,
}

/// Obeys keys for as long as the page stands.
pub fn listen(session: Session, lens: Signal<ElevatorModel>, over: RwSignal<Option<Over>>, on_copy: Callback<()>) {
    let obey = move |act| perform(session, lens, over, on_copy, act);
    #[cfg(target_arch = "wasm32")]
    {
        use crate::views::keys::{Pressed, pressed};
        let handle = window_event_listener(leptos::ev::keydown, move |event| {
            // While composing, keys are the input method's.
            if event.default_prevented() || event.is_composing() || !keyboard_is_free() {
                return;
            }
            let on_button = document().active_element().is_some_and(|active| active.tag_name() == "BUTTON");
            let command = event.ctrl_key() || event.alt_key() || event.meta_key();
            let command = command && !event.get_modifier_state("AltGraph");
            let key = event.key();
            let Some(act) = pressed(Pressed { key: &key, shift: event.shift_key(), command, on_button }) else {
                return;
            };
            if obey(act) {
                event.prevent_default();
            }
        });
        on_cleanup(move || handle.remove());
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = obey;
}

/// The focus is nowhere, on a heading, or on a button that has no use for keys itself; and
/// nothing lies over the page, which closes with keys of its own.
#[cfg(target_arch = "wasm32")]
fn keyboard_is_free() -> bool {
    let open = |selector| document().query_selector(selector).ok().flatten().is_some();
    let free = document()
        .active_element()
        .is_none_or(|active| matches!(&*active.tag_name(), "BODY" | "BUTTON") || is_heading(&active.id()));
    free && !open("dialog[open]") && !open(":popover-open")
}

/// What has the focus so that it is read out, and has no use for keys.
#[cfg(target_arch = "wasm32")]
fn is_heading(id: &str) -> bool {
    matches!(id, "stage-title" | "receipt-title")
}

/// Does it, and says whether there was anything to do.
pub fn perform(
    session: Session,
    lens: Signal<ElevatorModel>,
    over: RwSignal<Option<Over>>,
    on_copy: Callback<()>,
    act: Act,
) -> bool {
    match act {
        Act::FloorUp => step_floor(session, lens, "ArrowUp"),
        Act::FloorDown => step_floor(session, lens, "ArrowDown"),
        Act::TokenBefore => session.move_pin(-1),
        Act::TokenAfter => session.move_pin(1),
        Act::Deeper => return enter(session, Room::Head, true),
        Act::Room(room) => return enter(session, room, false),
        Act::Back => return back(session),
        Act::HeadBefore => return step_head(session, -1),
        Act::HeadAfter => return step_head(session, 1),
        Act::Story => session.go_to(Floor::Story),
        Act::Write => focus("prompt"),
        Act::Glossary => over.set(Some(Over::Glossary)),
        Act::Help => over.set(Some(Over::Keys)),
        Act::CopyLink => on_copy.run(()),
    }
    true
}

fn step_floor(session: Session, lens: Signal<ElevatorModel>, key: &str) {
    let floors: Vec<Floor> = lens.with_untracked(|l| l.floors.iter().map(|f| f.floor).collect());
    let next = elevator::step(&floors, session.pick.floor.get_untracked(), key);
    next.into_iter().for_each(|floor| session.go_to(floor));
}

fn on_a_block(session: Session) -> bool {
    matches!(session.pick.floor.get_untracked(), Floor::Block(_))
}

/// `from_whole`: only from the whole block.
fn enter(session: Session, room: Room, from_whole: bool) -> bool {
    let now = session.pick.room.get_untracked();
    let goes = on_a_block(session) && now != room && (now == Room::Whole || !from_whole);
    if goes {
        session.pick.room.set(room);
    }
    goes
}

fn step_head(session: Session, step: isize) -> bool {
    let heads = session.answers.model.with_untracked(|model| model.as_ref().map_or(1, |model| model.config.heads));
    let now = session.pick.head.get_untracked();
    let next = now.saturating_add_signed(step).min(heads - 1);
    let goes = on_a_block(session) && next != now;
    if goes {
        session.pick.head.set(next);
    }
    goes
}

/// One thing at a time: the receipt, then the room, then the way that led here, then the token.
fn back(session: Session) -> bool {
    let pick = session.pick;
    if pick.cell.get_untracked().is_some() {
        pick.cell.set(None);
    } else if on_a_block(session) && pick.room.get_untracked() != Room::Whole {
        pick.room.set(Room::Whole);
    } else if session.come_back() {
        return true;
    } else if pick.pin.get_untracked().or(pick.hover.get_untracked()).is_some() {
        session.let_go();
    } else {
        return false;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Locale, Route};
    use crate::model::Cell;
    use crate::session::{Opening, ThemeChoice};
    use crate::views::app::wiring;

    fn at(address: &str) -> (Session, impl Fn(Act) -> bool) {
        let opening = Opening::from_address("", false);
        let session = Session::new(&Route::parse(address), Locale::En, ThemeChoice::System, opening);
        let lens = Signal::stored(elevator::bare(3));
        let over = RwSignal::new(None);
        (session, move |act| perform(session, lens, over, Callback::new(|()| ()), act))
    }

    fn stands(session: Session) -> String {
        untrack(|| Route { locale: None, ..session.route() }).to_string()
    }

    #[test]
    fn back_undoes_one_thing_at_a_time() {
        Owner::new().with(|| {
            let (session, press) = at("#/block-1/head-2?pin=3&cell=block.1.mid:3:0");
            for after in ["#/block-1/head-2?pin=3", "#/block-1?pin=3", "#/block-1"] {
                assert!(press(Act::Back));
                assert_eq!(stands(session), after);
            }
            assert!(!press(Act::Back));
        });
    }

    #[test]
    fn back_leads_to_where_one_went_deeper_from() {
        Owner::new().with(|| {
            let (session, press) = at("#/story?pin=3");
            let actions = wiring::stage_actions(session);
            actions.on_room.run((1, Room::Mlp));
            actions.on_cell.run(Cell::parse("block.1.mid:3:0"));
            let places = ["#/block-1/mlp?pin=3", "#/block-1?pin=3", "#/story?pin=3", "#/story"];
            for after in places {
                assert!(press(Act::Back));
                assert_eq!(stands(session), after);
            }
            assert!(!press(Act::Back));
            // Sideways, and deeper from there: each place that was left for a deeper one comes once.
            actions.on_room.run((0, Room::Whole));
            press(Act::FloorDown);
            actions.on_floor.run(Floor::Block(2));
            actions.on_floor.run(Floor::River);
            for after in ["#/block-2", "#/story"] {
                assert!(press(Act::Back));
                assert_eq!(stands(session), after);
            }
            // Who has gone back by another way is not led there again.
            actions.on_floor.run(Floor::Embedding);
            press(Act::Story);
            assert!(!press(Act::Back));
        });
    }

    #[test]
    fn keys_lead_through_floors_and_rooms() {
        Owner::new().with(|| {
            let (session, press) = at("#/embedding");
            assert!(!press(Act::Deeper) && !press(Act::Room(Room::Mlp)));
            assert!(press(Act::FloorDown));
            assert_eq!(stands(session), "#/block-0");
            assert!(press(Act::Deeper) && !press(Act::Deeper));
            assert_eq!(stands(session), "#/block-0/head-0");
            assert!(press(Act::Room(Room::Mlp)));
            assert_eq!(stands(session), "#/block-0/mlp");
            assert!(press(Act::Story));
            assert_eq!(stands(session), "#/story");
            assert!(!press(Act::HeadAfter));
        });
    }
}
