//! The embedding's floor: what the vectors lie near to in the model's table, what enters block 1, how
//! the positions lie to each other, and how a vector's neighbours change from block to block.

use crate::content::Strings;
use crate::link::protocol::Probe;
use crate::link::question::{Asker, Question};
use crate::model::{GptConfig, Site};
use crate::trace::Tap;
use crate::views::embedding::EmbeddingFloor;
use crate::views::room::{Place, StageActions, StageModel};
use leptos::prelude::*;

pub mod context;
pub mod positions;
pub mod sum;

use context::ContextTable;
use positions::PositionMap;
use sum::SumStrips;

/// What the room reads of the run: the two vectors and their sum, and the river after every block.
pub fn taps(place: Place, config: &GptConfig) -> Vec<Tap> {
    let entering = [Site::TokenEmbed, Site::PosEmbed, Site::Embed].map(|site| (site, 0));
    let blocks = (0..config.layers).map(|layer| (Site::Out, layer));
    let names = entering.into_iter().chain(blocks);
    names.map(|(site, layer)| Tap { rows: place.rows(), ..Tap::all(site, layer) }).collect()
}

#[component]
pub fn EmbeddingRoom(model: StageModel, actions: StageActions, strings: Signal<&'static Strings>) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    // Another model may not know the word at all.
    let name = Memo::new(move |_| model.info.with(|info| info.as_ref().map(|info| info.name.clone())));
    Effect::new(move |before: Option<Option<String>>| {
        let now = name.get();
        if before.is_some_and(|before| before != now) {
            typed.set(String::new());
        }
        now
    });
    let asked = model.asked.of(Asker::Neighbours);
    let looked_up = Signal::derive(move || {
        asked.with(|answered| match &answered.as_ref()?.question {
            Question::Neighbours { of: Probe::Word(word), .. } => Some(word.clone()),
            _ => None,
        })
    });
    let words = Signal::derive(move || &strings.get().stage);
    view! {
        <EmbeddingFloor
            model=model.embedding
            on_lookup=actions.on_lookup
            on_visit=actions.on_visit
            theme=model.theme
            stale=model.embedding_stale
            strings=words
            typed
            looked_up
        />
        <SumStrips model actions strings />
        <ContextTable model actions strings />
        <PositionMap model actions strings />
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Floor, Room};

    #[test]
    fn the_pinned_token_is_followed_from_the_table_through_every_block() {
        let json = r#"{"n_layer":2,"n_head":1,"n_embd":4,"vocab_size":5,"n_positions":8}"#;
        let config = GptConfig::from_json(json).unwrap();
        let place = Place { floor: Floor::Embedding, room: Room::Whole, head: 0, pin: Some(3), cell: None };
        let taps = taps(place, &config);
        assert_eq!(taps[..2], [Tap::at(Site::TokenEmbed, 0, 3), Tap::at(Site::PosEmbed, 0, 3)]);
        assert_eq!(taps[2..], [Tap::at(Site::Embed, 0, 3), Tap::at(Site::Out, 0, 3), Tap::at(Site::Out, 1, 3)]);
    }
}
