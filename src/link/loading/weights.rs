//! The weights on their way: from this device as far as they lie there, from the network for the rest,
//! piece by piece into the engine, into storage and into a seal.

use super::Stop;
use super::place::Place;
use super::receiver::Receiver;
use crate::engine::Engine;
use crate::engine::pause::{now_ms, pause, sleep_ms};
use crate::link::fetch::{Attempt, Reached, Remote, Start};
use crate::link::protocol::{Fault, Progress, Stage};
use crate::link::storage::{Note, Part, Seal, WEIGHTS, hex, read_range};
use crate::link::transfer::Tries;
use crate::model::{Checkpoint, GptConfig, Sink, TensorName, WeightsError};
use sha2::{Digest, Sha256};

/// Files on this device are read in pieces of so many bytes.
const PIECE: u64 = 2 << 20;

impl Place<'_> {
    /// Streams the weights into the engine; tells how many bytes the file has.
    pub async fn weights(&mut self, config: &GptConfig, receiver: &mut Receiver<'_>) -> Result<u64, Stop> {
        if self.is_given() {
            return self.given_weights(config, receiver).await;
        }
        let mut part = self.hold().await?;
        let mut intake = Intake::new(config);
        if let Some(held) = &part {
            if !self.kept.as_ref().is_some_and(|kept| kept.note.is_known()) {
                held.clear();
            }
            match self.stored_weights(held, &mut intake, receiver).await {
                Ok(true) => return Ok(intake.done),
                Ok(false) => {}
                Err(Stop::Fault(Fault::Weights(_))) => {
                    self.unseal(held).await;
                    intake.restart();
                }
                Err(stop) => return Err(stop),
            }
        }
        self.fetched_weights(&mut part, &mut intake, receiver).await?;
        let finished = intake.finish();
        if let (Err(_), Some(held)) = (&finished, &part) {
            // What is no model is not kept: gone on from, it would be refused for ever.
            self.unseal(held).await;
        }
        let (bytes, digest) = finished?;
        if let (Some(kept), Some(held)) = (&mut self.kept, part) {
            // Sealed while it is held: a page that waits for it shall find it whole.
            held.flush();
            let seal = Seal { bytes, sha256: digest };
            let sealed = kept.change(|note| _ = note.files.insert(WEIGHTS.into(), seal)).await;
            drop(held);
            if let Err(why) = sealed {
                self.give_up_keeping(why).await;
            }
        }
        Ok(bytes)
    }

    /// Throws away the weights that lie here: they are not what was put here, or no weights.
    async fn unseal(&mut self, part: &Part) {
        part.clear();
        if let Some(kept) = &mut self.kept {
            let forget = |note: &mut Note| {
                note.files.remove(WEIGHTS);
                (note.total_bytes, note.mark) = (0, None);
            };
            // Should this fail, the seal does not fit what lies here, and says so the next time.
            let _ = kept.change(forget).await;
        }
    }

    /// Weights out of the visitor's own files.
    async fn given_weights(&self, config: &GptConfig, receiver: &mut Receiver<'_>) -> Result<u64, Stop> {
        let Some(file) = self.given(WEIGHTS) else { return Err(self.missing(WEIGHTS).await.into()) };
        let (mut intake, total) = (Intake::new(config), file.size() as u64);
        while intake.done < total {
            self.watch.check()?;
            let end = total.min(intake.done + PIECE);
            let bytes = read_range(file, intake.done, end).await;
            let bytes =
                bytes.filter(|bytes| !bytes.is_empty()).ok_or_else(|| Fault::Unreadable { file: WEIGHTS.into() })?;
            intake.take(&bytes, receiver).await?;
            self.report(Stage::Stored, &intake, total);
        }
        Ok(intake.finish()?.0)
    }

    /// Weights as far as they are kept; tells whether they were whole, and still what they were.
    async fn stored_weights(
        &mut self,
        part: &Part,
        intake: &mut Intake,
        receiver: &mut Receiver<'_>,
    ) -> Result<bool, Stop> {
        let there = part.bytes();
        let Some(kept) = &self.kept else { return Ok(false) };
        let seal = kept.note.files.get(WEIGHTS).cloned();
        let total = kept.note.total_bytes.max(there);
        let mut piece = vec![0; PIECE.min(there) as usize];
        while intake.done < there {
            self.watch.check()?;
            let count = part.read(intake.done, &mut piece);
            if count == 0 {
                break;
            }
            intake.take(&piece[..count], receiver).await?;
            self.report(Stage::Stored, intake, total);
            pause().await;
        }
        let Some(seal) = seal else { return Ok(false) };
        if intake.sealed() == seal {
            return Ok(true);
        }
        self.unseal(part).await;
        intake.restart();
        Ok(false)
    }

    /// The rest of the weights, with further tries where the connection breaks.
    async fn fetched_weights(
        &mut self,
        part: &mut Option<Part>,
        intake: &mut Intake,
        receiver: &mut Receiver<'_>,
    ) -> Result<(), Stop> {
        let Some(remote) = self.remote()?.cloned() else { return Err(self.missing(WEIGHTS).await.into()) };
        let mut start = match &self.kept {
            Some(kept) if intake.done > 0 => {
                Start { total: Some(kept.note.total_bytes).filter(|total| *total > 0), mark: kept.note.mark.clone() }
            }
            _ => Start::default(),
        };
        let mut tries = Tries::default();
        loop {
            let before = intake.done;
            let status = match self.one_fetch(&remote, part, intake, receiver, &mut start).await? {
                End::Whole => return Ok(()),
                End::Broken(status) => status,
            };
            self.watch.check()?;
            let Some((attempt, pause)) = tries.again(intake.done > before) else {
                let kept = self.kept.as_ref().is_some_and(|kept| kept.note.is_known());
                let reached = Reached { done_bytes: intake.done, total_bytes: start.total.unwrap_or(0), kept };
                return Err(remote.broken(WEIGHTS, status, reached).await.into());
            };
            self.watch.stage(Stage::Retry { attempt });
            sleep_ms(pause).await;
            self.watch.check()?;
        }
    }

    /// One request's worth of weights.
    async fn one_fetch(
        &mut self,
        remote: &Remote,
        part: &mut Option<Part>,
        intake: &mut Intake,
        receiver: &mut Receiver<'_>,
        start: &mut Start,
    ) -> Result<End, Stop> {
        let mut download = match remote.attempt(WEIGHTS, intake.done, start).await? {
            Attempt::Comes(download) => download,
            Attempt::IsWhole => return Ok(End::Whole),
            Attempt::Absent => return Err(self.missing(WEIGHTS).await.into()),
            Attempt::Broken(status) => return Ok(End::Broken(status)),
        };
        if download.over {
            intake.restart();
            part.iter().for_each(Part::clear);
        }
        *start = download.start.clone();
        self.remember(start).await;
        let total = start.total.unwrap_or(0);
        loop {
            let chunk = match download.next().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) if total == 0 || intake.done >= total => return Ok(End::Whole),
                Ok(None) | Err(_) => return Ok(End::Broken(None)),
            };
            self.watch.check()?;
            let at = intake.done;
            if let Err(stop) = intake.take(&chunk, receiver).await {
                // What is no model is not kept either.
                if matches!(stop, Stop::Fault(Fault::Weights(_))) {
                    part.iter().for_each(Part::clear);
                }
                return Err(stop);
            }
            let kept = part.as_ref().map_or(Ok(()), |part| part.write(at, &chunk));
            if let Err(why) = kept {
                *part = None;
                self.give_up_keeping(why).await;
            }
            self.watch.meter.borrow_mut().note(now_ms(), intake.done);
            self.report(Stage::Weights, intake, total);
        }
    }

    /// Notes of what file the part that comes is.
    async fn remember(&mut self, start: &Start) {
        if let Some(kept) = &mut self.kept {
            let (total, mark) = (start.total.unwrap_or(0), start.mark.clone());
            // Should this fail, writing the weights fails as well, and says so.
            let _ = kept.change(|note| (note.total_bytes, note.mark) = (total, mark)).await;
        }
    }

    fn report(&self, stage: Stage, intake: &Intake, total: u64) {
        let speed = if stage == Stage::Weights { self.watch.meter.borrow().speed() } else { 0.0 };
        self.watch.note(|now| {
            *now = Progress {
                stage,
                done_bytes: intake.done,
                total_bytes: total,
                speed,
                tensor: intake.tensor,
                source: now.source.clone(),
                not_kept: now.not_kept,
            };
        });
    }
}

/// How a request for weights ends.
enum End {
    /// With the file's last byte.
    Whole,
    /// Before that; with the status of a server that answered, and has trouble.
    Broken(Option<u16>),
}

/// Bytes on their way into an engine, counted and sealed.
struct Intake {
    config: GptConfig,
    checkpoint: Checkpoint,
    seal: Sha256,
    done: u64,
    tensor: Option<TensorName>,
}

impl Intake {
    fn new(config: &GptConfig) -> Self {
        Self { config: config.clone(), checkpoint: Checkpoint::new(config), seal: Sha256::new(), done: 0, tensor: None }
    }

    /// From the file's first byte again; what the engine has is written over.
    fn restart(&mut self) {
        *self = Self::new(&self.config.clone());
    }

    async fn take(&mut self, bytes: &[u8], receiver: &mut Receiver<'_>) -> Result<(), Stop> {
        self.seal.update(bytes);
        self.done += bytes.len() as u64;
        if self.checkpoint.look(bytes)? {
            let engine = receiver.engine().await?;
            self.checkpoint.feed(&[], &mut Noting { engine, tensor: &mut self.tensor })?;
        }
        Ok(())
    }

    fn sealed(&self) -> Seal {
        Seal { bytes: self.done, sha256: hex(&self.seal.clone().finalize()) }
    }

    /// Has everything come? Its length and its SHA-256.
    fn finish(&mut self) -> Result<(u64, String), WeightsError> {
        let Seal { bytes, sha256 } = self.sealed();
        std::mem::replace(&mut self.checkpoint, Checkpoint::new(&self.config)).finish()?;
        Ok((bytes, sha256))
    }
}

/// An engine that notes which tensor it was given last.
struct Noting<'a> {
    engine: &'a mut Engine,
    tensor: &'a mut Option<TensorName>,
}

impl Sink for Noting<'_> {
    fn rows(&mut self, name: TensorName, first_row: usize, values: &[f32]) {
        *self.tensor = Some(name);
        self.engine.rows(name, first_row, values);
    }
}
