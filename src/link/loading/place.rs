//! Where one model's files are: on this device, with somebody else, or in the visitor's hands.

use super::{Stop, Watch};
use crate::engine::pause::sleep_ms;
use crate::link::fetch::{Remote, SMALL_BYTES};
use crate::link::library::NotKept;
use crate::link::protocol::{Fault, Order, Stage};
use crate::link::storage::{Kept, Part, Shelf, Unheld, WEIGHTS, read_range};
use crate::tokens::Tokenizer;
use web_sys::File;

/// How often another page's download is looked after.
const WAITING_MS: i32 = 500;

/// See the module's header.
pub struct Place<'a> {
    pub order: &'a Order,
    pub watch: &'a Watch,
    pub files: Vec<File>,
    remote: Option<Remote>,
    pub kept: Option<Kept>,
    /// Small files that have come, to be kept once they have proved to be what they should be.
    fresh: Vec<(String, Vec<u8>)>,
}

fn not_here(order: &Order) -> Fault {
    Fault::NotHere { source: order.source.clone() }
}

impl<'a> Place<'a> {
    pub async fn find(order: &'a Order, files: Vec<File>, watch: &'a Watch) -> Result<Self, Stop> {
        let source = &order.source;
        let mut kept = None;
        if source.elsewhere() {
            match Shelf::open().await {
                Ok(shelf) => match shelf.find(source, order.consent).await {
                    Ok(found) => kept = found,
                    Err(why) => watch.not_kept(why),
                },
                Err(why) => watch.not_kept(why),
            }
            if !order.consent && !kept.as_ref().is_some_and(|kept| kept.note.is_whole()) {
                return Err(not_here(order).into());
            }
        }
        let abort = watch.abort.clone();
        let remote = order.folder.clone().zip(abort).map(|(folder, abort)| Remote {
            folder: folder.trim_end_matches('/').into(),
            elsewhere: source.elsewhere(),
            abort,
        });
        Ok(Self { order, watch, files, remote, kept, fresh: Vec::new() })
    }

    /// Where what is not here comes from; `None` where the visitor gives the files. Nobody else's server is asked for
    /// anything before the visitor has said yes: not even for what has gone bad on this device.
    pub fn remote(&self) -> Result<Option<&Remote>, Fault> {
        if self.order.source.elsewhere() && !self.order.consent {
            Err(not_here(self.order))
        } else {
            Ok(self.remote.as_ref())
        }
    }

    /// Are these files that the visitor gives?
    pub fn is_given(&self) -> bool {
        self.remote.is_none()
    }

    /// A small file; `None` where there is none of that name.
    pub async fn small(&mut self, name: &str) -> Result<Option<Vec<u8>>, Stop> {
        self.watch.check()?;
        if let Some(file) = self.given(name) {
            let bytes = read_range(file, 0, SMALL_BYTES as u64 + 1).await;
            return bytes.map(Some).ok_or_else(|| Fault::Unreadable { file: name.into() }.into());
        }
        // Only of a whole model: what began to come may be of another version than what comes now.
        if let Some(kept) = self.kept.as_ref().filter(|kept| kept.note.is_whole()) {
            let bytes = kept.read(name).await;
            // It is not asked for more than was there.
            if bytes.is_some() || !kept.note.files.contains_key(name) {
                return Ok(bytes);
            }
        }
        let Some(remote) = self.remote()? else { return Ok(None) };
        let bytes = remote.small(name, |attempt| self.watch.stage(Stage::Retry { attempt })).await;
        self.watch.check()?;
        self.watch.stage(Stage::Tokenizer);
        let bytes = bytes?;
        if let Some(bytes) = &bytes {
            self.fresh.push((name.into(), bytes.clone()));
        }
        Ok(bytes)
    }

    pub async fn needed(&mut self, name: &str) -> Result<Vec<u8>, Stop> {
        match self.small(name).await? {
            Some(bytes) => Ok(bytes),
            None => Err(self.missing(name).await.into()),
        }
    }

    pub fn given(&self, name: &str) -> Option<&File> {
        self.files.iter().find(|file| file.name() == name)
    }

    /// Is there a file of another kind, from which the missing one could be made?
    pub async fn missing(&self, name: &str) -> Fault {
        let others: &[&str] = match name {
            WEIGHTS => &["model.safetensors.index.json", "pytorch_model.bin", "tf_model.h5", "model.gguf", "ckpt.pt"],
            "tokenizer.json" => &["tokenizer.model", "spiece.model"],
            _ => &[],
        };
        let remote = match self.remote() {
            Ok(remote) => remote,
            Err(fault) => return fault,
        };
        let mut other = None;
        for candidate in others {
            let there = match remote {
                Some(remote) => remote.has(candidate).await,
                None => self.given(candidate).is_some(),
            };
            if there {
                other = Some((*candidate).to_owned());
                break;
            }
        }
        Fault::Missing { file: name.into(), other }
    }

    /// A small file that may be lacking. Some hosts answer "you may not" for what is not there: then so does this.
    async fn optional(&mut self, name: &str) -> Result<Option<Vec<u8>>, Stop> {
        match self.small(name).await {
            Err(Stop::Fault(Fault::Refused { .. })) => Ok(None),
            answer => answer,
        }
    }

    /// The prompts that come with a model: without them it works as well.
    pub async fn examples(&mut self) -> Result<Vec<u8>, Stop> {
        match self.small("examples.json").await {
            Err(Stop::Fault(_)) => Ok(Vec::new()),
            answer => answer.map(Option::unwrap_or_default),
        }
    }

    pub async fn tokenizer(&mut self) -> Result<Tokenizer, Stop> {
        let refused = match self.small("tokenizer.json").await {
            Ok(Some(json)) => return Ok(Tokenizer::from_json(&json)?),
            Ok(None) => None,
            Err(Stop::Fault(refusal @ Fault::Refused { .. })) => Some(refusal),
            Err(stop) => return Err(stop),
        };
        if let Some(vocab) = self.optional("vocab.json").await? {
            let merges = self.needed("merges.txt").await?;
            return Ok(Tokenizer::from_vocab_merges(&vocab, &merges)?);
        }
        if let Some(pieces) = self.optional("vocab.txt").await? {
            let settings = self.optional("tokenizer_config.json").await?;
            return Ok(Tokenizer::from_vocab_txt(&pieces, settings.as_deref())?);
        }
        // Nothing in its place either: then a refusal is told as such.
        Err(match refused {
            Some(refusal) => refusal.into(),
            None => self.missing("tokenizer.json").await.into(),
        })
    }

    /// Keeps the small files that have come, now that they have proved good.
    pub async fn keep_fresh(&mut self) {
        let fresh = std::mem::take(&mut self.fresh);
        let Some(kept) = self.kept.as_mut().filter(|_| !fresh.is_empty()) else { return };
        if let Err(why) = kept.put(&fresh).await {
            self.give_up_keeping(why).await;
        }
    }

    /// Nothing more can be kept: what is there of it only takes room, unless it is whole.
    pub async fn give_up_keeping(&mut self, why: NotKept) {
        self.watch.not_kept(why);
        self.kept = None;
        if let Ok(shelf) = Shelf::open().await {
            shelf.discard(&self.order.source).await;
        }
    }

    /// The file that the weights are kept in, once no other page holds it.
    pub async fn hold(&mut self) -> Result<Option<Part>, Stop> {
        loop {
            let Some(kept) = &mut self.kept else { return Ok(None) };
            match kept.hold_weights().await {
                Ok(part) => {
                    // Whoever held it before may have finished since the note was read.
                    if let Err(why) = kept.refresh().await {
                        drop(part);
                        self.give_up_keeping(why).await;
                        return Ok(None);
                    }
                    return Ok(Some(part));
                }
                Err(Unheld::Busy) => {
                    self.watch.stage(Stage::Waiting);
                    sleep_ms(WAITING_MS).await;
                    self.watch.check()?;
                    // The other page may have finished, or thrown it away.
                    if let Ok(shelf) = Shelf::open().await
                        && let Ok(found) = shelf.find(&self.order.source, self.order.consent).await
                    {
                        self.kept = found;
                    }
                }
                Err(Unheld::Not(why)) => {
                    self.give_up_keeping(why).await;
                    return Ok(None);
                }
            }
        }
    }
}
