//! The engine that the weights go to. It is opened when it is known that they come: what a config says is not
//! taken for true before the weights' own header has said the same.

use super::{Stop, Watch};
use crate::engine::{Engine, EngineChoice, EngineError, EngineStatus, device};
use crate::link::library::too_big;
use crate::link::protocol::{Fault, Stage};
use crate::model::{GptConfig, Precision};

/// See the module's header.
pub struct Receiver<'a> {
    choice: EngineChoice,
    config: &'a GptConfig,
    precision: Precision,
    watch: &'a Watch,
    opened: Option<(Engine, EngineStatus)>,
}

impl<'a> Receiver<'a> {
    pub fn new(choice: EngineChoice, config: &'a GptConfig, precision: Precision, watch: &'a Watch) -> Self {
        Self { choice, config, precision, watch, opened: None }
    }

    /// The engine, opened now where it was not before.
    pub async fn engine(&mut self) -> Result<&mut Engine, Stop> {
        let opened = self.take().await?;
        Ok(&mut self.opened.insert(opened).0)
    }

    /// Gives the engine away.
    pub async fn take(&mut self) -> Result<(Engine, EngineStatus), Stop> {
        if let Some(opened) = self.opened.take() {
            return Ok(opened);
        }
        self.watch.stage(Stage::Engine);
        let opened = Engine::open(self.choice, self.config, self.precision).await;
        self.watch.check()?;
        match opened {
            Ok(opened) => Ok(opened),
            Err(EngineError::Memory { detail }) => {
                let gpu_bytes = device::offer().await.map(|offer| offer.largest_buffer);
                Err(too_big(self.config, self.precision, self.choice, gpu_bytes, detail).into())
            }
            Err(error) => Err(Fault::from(error).into()),
        }
    }
}
