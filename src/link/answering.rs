//! What the worker answers to a [`Question`]: an engine and a tokenizer come in, an [`Answer`] goes out.
//! The command line and the tests ask in the same way, without a browser.

use super::protocol::{Neighbourhood, Probe};
use super::question::{Answer, Measure, Question, Toward};
use crate::analysis::lens::{LensCell, LensGrid, points};
use crate::analysis::patch::{Patched, moved};
use crate::analysis::{extremes, neighbours, projection};
use crate::engine::patching::donor;
use crate::engine::{Engine, EngineError};
use crate::model::{GptConfig, Slice};
use crate::tokens::Tokenizer;
use crate::trace::{Tap, Trace};

/// Answers a question about the model as the engine has it, with the knob that is turned. `capacity`: how
/// many tokens of a text are read.
pub async fn answer(
    engine: &mut Engine,
    tokenizer: &Tokenizer,
    capacity: usize,
    question: &Question,
) -> Result<Answer, EngineError> {
    answer_unless(engine, tokenizer, capacity, question, &|| false).await
}

/// The same, but what takes long ends as [`EngineError::Interrupted`] when something more urgent waits.
pub async fn answer_unless(
    engine: &mut Engine,
    tokenizer: &Tokenizer,
    capacity: usize,
    question: &Question,
    urgent: &dyn Fn() -> bool,
) -> Result<Answer, EngineError> {
    Ok(match question {
        Question::Neighbours { of, count } => {
            let id = match of {
                Probe::Id(id) => Some(*id),
                Probe::Word(word) => tokenizer.probe(word),
            };
            Answer::Neighbours(match id {
                Some(id) => surroundings(engine, id, *count).await?,
                None => Neighbourhood::default(),
            })
        }
        Question::Spelling { text } => Answer::Spelling(tokenizer.spelling(text)),
        Question::Slices(slices) => Answer::Slices { values: slices_of(engine, slices).await? },
        Question::Toward { vectors, measure, count } => {
            Answer::Toward(toward(engine, vectors, *measure, *count).await?)
        }
        Question::Grid { text, word } => {
            engine.run(&tokenizer.encode(text, capacity).ids()).await?;
            Answer::Grid(lens_grid_unless(engine, *word, urgent).await?)
        }
        Question::Patch { text, layer, position } => {
            let ids = tokenizer.encode(text, capacity).ids();
            Answer::Patched(patched(engine, &ids, *layer, *position).await?)
        }
        Question::Everything { text, .. } => {
            let text = tokenizer.encode(text, capacity);
            let config = engine.config().clone();
            engine.run(&text.ids()).await?;
            let (layout, values) = match text.tokens.is_empty() {
                true => Default::default(),
                false => engine.read(&Tap::everything(config.layers)).await?,
            };
            Answer::Everything(Box::new(Trace { text, config, layout, knob: engine.knob(), values }))
        }
    })
}

/// A token's nearest tokens, and the map of exactly these vectors: what all tokens have in common is
/// taken off for both.
pub async fn surroundings(engine: &mut Engine, id: u32, count: usize) -> Result<Neighbourhood, EngineError> {
    let nearest = neighbours::nearest(&engine.similar(id).await?, id, count);
    let ids: Vec<u32> = [id].into_iter().chain(nearest.iter().map(|n| n.id)).collect();
    let vectors = engine.token_rows(&ids).await?;
    let width = engine.config().width;
    let map = projection::project(&engine.common().await?.off(&vectors), width);
    Ok(Neighbourhood { id, nearest, points: map.points, variance: map.variance, vector: vectors[..width].to_vec() })
}

/// Which columns of both parts of a block move, when `position` reads what its donor does. Each part is
/// tried by itself: the other one is as it was in the run.
pub async fn patched(engine: &mut Engine, ids: &[u32], layer: usize, position: usize) -> Result<Patched, EngineError> {
    engine.run(ids).await?;
    let width = engine.config().width;
    let [attention, mlp] = engine.patch(layer, position).await?.map(|[before, after]| moved(&before, &after, width));
    Ok(Patched { donor: donor(position), attention, mlp })
}

async fn slices_of(engine: &mut Engine, slices: &[Slice]) -> Result<Vec<f32>, EngineError> {
    let mut values = Vec::new();
    for slice in slices {
        values.extend(engine.slice(slice).await?);
    }
    Ok(values)
}

/// The `count` tokens that each vector points to most, and away from most. For cosines, what all
/// tokens have in common is taken off the table's rows and the vectors: a token's own row has the same
/// neighbours here as in [`surroundings`]. What is no finite number is in no list.
pub async fn toward(
    engine: &mut Engine,
    vectors: &[f32],
    measure: Measure,
    count: usize,
) -> Result<Vec<Toward>, EngineError> {
    let GptConfig { width, vocab, .. } = *engine.config();
    let table = engine.config().head_part();
    let mut lists = Vec::new();
    for batch in vectors.chunks(width * engine.batch_rows()) {
        let products = match measure {
            Measure::Dot => engine.unembed(batch, table).await?,
            Measure::Cosine => engine.cosines(batch).await?,
        };
        lists.extend(products.chunks(vocab).map(|products| {
            let [up, down] = extremes(products, count);
            Toward { up, down }
        }));
    }
    Ok(lists)
}

/// What every floor says at every position of the resident run, and what it gives `word`. Logits are
/// computed some rows at a time and not kept.
pub async fn lens_grid(engine: &mut Engine, word: Option<u32>) -> Result<LensGrid, EngineError> {
    lens_grid_unless(engine, word, &|| false).await
}

/// The same, given up between two batches when something more urgent waits.
async fn lens_grid_unless(
    engine: &mut Engine,
    word: Option<u32>,
    urgent: &dyn Fn() -> bool,
) -> Result<LensGrid, EngineError> {
    let ids = engine.tokens().to_vec();
    let GptConfig { layers, vocab, .. } = *engine.config();
    let all = (layers + 1) * ids.len();
    let mut cells = Vec::with_capacity(all);
    while cells.len() < all {
        if urgent() {
            return Err(EngineError::Interrupted);
        }
        let batch = cells.len()..all.min(cells.len() + engine.batch_rows());
        let logits = engine.logits(&points(batch.clone(), ids.len())).await?;
        let cell = |(at, row): (usize, &[f32])| LensCell::new(row, ids.get(at % ids.len() + 1).copied(), word);
        cells.extend(batch.zip(logits.chunks(vocab)).map(cell));
    }
    Ok(LensGrid { tokens: ids.len(), cells })
}
