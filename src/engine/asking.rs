//! Questions outside a run, answered from what was learned and what is resident: rows of the token
//! table, dot products with a whole table, logits at any point of the river, learned numbers.
//!
//! An engine answers as many rows at a time as its scratch has room for; more are asked in turns.

use super::pause::pause;
use super::{Engine, EngineError};
use crate::model::{GptConfig, LensPoint, Part, Program, Slice, Slot};

/// One question, of at most [`Engine::batch_rows`] rows.
#[derive(Clone, Copy, Debug)]
pub enum Ask<'a> {
    /// Rows of the token table, [R,C].
    Rows(&'a [u32]),
    /// The dot product of each vector [R,C] with every row of a table, [R,V].
    Dots { vectors: &'a [f32], table: Part },
    /// Logits at points of the river, [R,V].
    Logits(&'a [LensPoint]),
}

impl Ask<'_> {
    /// R: how many rows its answer has.
    pub fn rows(&self, config: &GptConfig) -> usize {
        match self {
            Self::Rows(ids) => ids.len(),
            Self::Dots { vectors, .. } => vectors.len() / config.width,
            Self::Logits(points) => points.iter().map(|point| point.rows.len()).sum(),
        }
    }

    /// What computes it.
    pub fn program(&self, config: &GptConfig) -> Program {
        match self {
            Self::Rows(ids) => Program::token_rows(config, ids.len()),
            Self::Dots { table, .. } => Program::dots(config, self.rows(config), *table),
            Self::Logits(points) => Program::lens(config, points),
        }
    }

    /// Where the answer lies, and how many values it has.
    pub fn answer(&self, config: &GptConfig) -> (Slot, usize) {
        let rows = self.rows(config);
        match self {
            Self::Rows(_) => (Slot::Asked, rows * config.width),
            Self::Dots { .. } | Self::Logits(_) => (Slot::Answer, rows * config.vocab),
        }
    }
}

impl Engine {
    /// Rows of the token table, [ids, C].
    pub async fn token_rows(&mut self, ids: &[u32]) -> Result<Vec<f32>, EngineError> {
        let vocab = self.config().vocab;
        if let Some(id) = ids.iter().copied().find(|id| *id as usize >= vocab) {
            return Err(EngineError::UnknownToken { id, vocab });
        }
        let mut rows = Vec::with_capacity(ids.len() * self.config().width);
        // These need no scratch for logits: the GPU takes as many as it has room for, the CPU all.
        let most = match self {
            Self::Cpu(_) => vocab,
            Self::Gpu(engine) => engine.asked_rows(),
        };
        for part in ids.chunks(most) {
            rows.extend(self.ask(Ask::Rows(part)).await?);
        }
        Ok(rows)
    }

    /// The dot product of each of `vectors` (C values each, one after the other) with every row of a
    /// table, [R,V]: the unembedding's ([`GptConfig::head_part`]) or the token table. No norm, no
    /// bias: what a vector adds to each logit.
    pub async fn unembed(&mut self, vectors: &[f32], table: Part) -> Result<Vec<f32>, EngineError> {
        let GptConfig { width, vocab, .. } = *self.config();
        if !vectors.len().is_multiple_of(width) {
            let detail = format!("{} values are no vectors of {width}", vectors.len());
            return Err(EngineError::OutOfRange { detail });
        }
        if table != Part::TokenTable && table != self.config().head_part() {
            return Err(EngineError::OutOfRange { detail: format!("{table:?} is no table of its vocabulary") });
        }
        let mut dots = Vec::with_capacity(vectors.len() / width * vocab);
        for part in vectors.chunks(width * self.batch_rows()) {
            dots.extend(self.ask(Ask::Dots { vectors: part, table }).await?);
        }
        Ok(dots)
    }

    /// Logits at points of the river, as the model's own ending gives them, [R,V]: at most
    /// [`Engine::batch_rows`] rows together, none after the end of the text.
    pub async fn logits(&mut self, points: &[LensPoint]) -> Result<Vec<f32>, EngineError> {
        let (ask, tokens) = (Ask::Logits(points), self.tokens().len());
        let rows = ask.rows(self.config());
        if tokens == 0 {
            return Err(EngineError::Empty);
        }
        if rows > self.batch_rows() || points.iter().any(|point| point.rows.end > tokens) {
            return Err(EngineError::OutOfRange { detail: format!("{rows} rows of logits of {tokens} tokens") });
        }
        if rows == 0 { Ok(Vec::new()) } else { self.ask(ask).await }
    }

    /// Learned numbers as the engine holds them, row-major: rounded where it keeps f16, and with
    /// the knob that is turned.
    pub async fn slice(&mut self, slice: &Slice) -> Result<Vec<f32>, EngineError> {
        if !slice.is_in(self.config()) {
            return Err(EngineError::OutOfRange { detail: format!("{slice:?}") });
        }
        match self {
            Self::Cpu(engine) => Ok(engine.slice(slice)),
            Self::Gpu(engine) => engine.slice(slice).await,
        }
    }

    /// How many rows of a question are answered at a time.
    pub fn batch_rows(&self) -> usize {
        match self {
            Self::Cpu(engine) => engine.batch_rows(),
            Self::Gpu(engine) => engine.batch_rows(),
        }
    }

    async fn ask(&mut self, ask: Ask<'_>) -> Result<Vec<f32>, EngineError> {
        match self {
            Self::Cpu(engine) => {
                let answer = engine.ask(ask);
                pause().await;
                Ok(answer)
            }
            Self::Gpu(engine) => engine.ask(ask).await,
        }
    }
}
