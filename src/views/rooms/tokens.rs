//! How the tokenizer came to these pieces.

use crate::content::Strings;
use crate::views::floors::{TokensFloor, TokensFloorProps};
use crate::views::room::{StageActions, StageModel};
use leptos::prelude::*;

#[component]
pub fn TokensRoom(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    TokensFloor(TokensFloorProps { model: model.tokens, pick: model.pick, on_pin: actions.on_pin, strings })
}
