//! An intervention: what one part of a block reads at one column is another vector, all other inputs are
//! held, and the part is computed again at every column.
//!
//! It is computed twice, by the same kernels over the same rows: from the run's own inputs, and with the one
//! vector replaced. So the two results may be compared bit for bit, and no column is the same because it
//! was left out. The steps write over what was resident, which is forgotten.

use super::{Engine, EngineError};
use crate::model::{BlockPart, GptConfig, Program, SiteName};
use crate::trace::Tap;

/// What a part of a block adds at every column, [T,C]: from the run's own inputs, and with one replaced.
pub type Twice = [Vec<f32>; 2];

/// The column whose input takes the place of `position`'s: the one before it; for the first, the second.
pub fn donor(position: usize) -> usize {
    position.checked_sub(1).unwrap_or(1)
}

impl Engine {
    /// Gives each part of a block by itself, attention and then the MLP, at `position` the input of its
    /// [`donor`]. Nothing stays resident.
    pub async fn patch(&mut self, layer: usize, position: usize) -> Result<[Twice; 2], EngineError> {
        let (tokens, layers) = (self.tokens().len(), self.config().layers);
        if position.max(donor(position)) >= tokens || layer >= layers {
            let detail = format!("column {position} of {tokens}, block {layer} of {layers}");
            return Err(EngineError::OutOfRange { detail });
        }
        // The MLP's own input is not among what attention's steps write.
        let attention = self.twice(BlockPart::Attention, layer, position).await;
        let mlp = self.twice(BlockPart::Mlp, layer, position).await;
        self.forget();
        Ok([attention?, mlp?])
    }

    async fn twice(&mut self, part: BlockPart, layer: usize, position: usize) -> Result<Twice, EngineError> {
        let GptConfig { width, .. } = *self.config();
        let input = SiteName::new(part.input(), layer);
        let result = [Tap::all(part.output(), layer)];
        let (_, replacement) = self.read(&[Tap::at(input.site, layer, donor(position))]).await?;
        let program = Program::part(self.config(), part, layer, self.tokens().len(), self.resident().capacity);
        self.take(&program).await?;
        let (_, before) = self.read(&result).await?;
        match self {
            Self::Cpu(engine) => engine.write_row(input, position * width, &replacement),
            Self::Gpu(engine) => engine.write_row(input, position * width, &replacement),
        }
        self.take(&program).await?;
        let (_, after) = self.read(&result).await?;
        Ok([before, after])
    }

    async fn take(&mut self, program: &Program) -> Result<(), EngineError> {
        match self {
            Self::Cpu(engine) => {
                engine.take(program).await;
                Ok(())
            }
            Self::Gpu(engine) => engine.take(program),
        }
    }
}
