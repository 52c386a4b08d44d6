//! What takes the place of a GPU that is lost: another one, or the CPU. Decisions only; `server` loads.

use super::protocol::Fault;
use crate::engine::{CpuReason, EngineChoice, EngineStatus};

/// A GPU that is lost again within this after it came back is not tried a third time.
const LOST_TWICE_MS: f64 = 60_000.0;

/// When the GPU was last lost and came back.
#[derive(Debug, Default)]
pub struct Losses {
    mended: Option<f64>,
}

impl Losses {
    /// Where a model is made anew at the time `now`: as was chosen, but on the CPU where the GPU had only just come
    /// back. `again`: it was lost twice while one question was answered, however long that took.
    pub fn successor(&self, chosen: EngineChoice, now: f64, again: bool) -> EngineChoice {
        let lately = self.mended.is_some_and(|then| now - then <= LOST_TWICE_MS);
        if again || lately { EngineChoice::Cpu } else { chosen }
    }

    /// The model is there again.
    pub fn mend(&mut self, now: f64) {
        self.mended = Some(now);
    }
}

/// What is said once a model is there again. An engine that is no GPU is there because the GPU was lost, and says so.
pub fn told(status: &mut EngineStatus, detail: String) -> Fault {
    let rebuilt = matches!(status, EngineStatus::Gpu { .. });
    if !rebuilt {
        *status = EngineStatus::Cpu { why: CpuReason::Lost { detail: detail.clone() } };
    }
    Fault::Lost { rebuilt, detail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gpu_that_is_lost_is_tried_once_more() {
        let mut losses = Losses::default();
        assert_eq!(losses.successor(EngineChoice::Gpu, 5.0, false), EngineChoice::Gpu);
        losses.mend(90_000.0);
        assert_eq!(losses.successor(EngineChoice::Auto, 150_000.0, false), EngineChoice::Cpu);
        // A minute that counts from when it came back, however long that took.
        assert_eq!(losses.successor(EngineChoice::Auto, 150_001.0, false), EngineChoice::Auto);
        assert_eq!(losses.successor(EngineChoice::Auto, 999_999.0, true), EngineChoice::Cpu);
    }

    #[test]
    fn what_is_told_is_what_came() {
        let detail = || "the driver was reset".to_owned();
        let mut gpu = EngineStatus::Gpu { adapter: "a".into(), software: false };
        assert_eq!(told(&mut gpu, detail()), Fault::Lost { rebuilt: true, detail: detail() });
        assert_eq!(gpu, EngineStatus::Gpu { adapter: "a".into(), software: false });
        // Asked for a GPU, the browser has none any more.
        let mut cpu = EngineStatus::Cpu { why: CpuReason::NoAdapter };
        assert_eq!(told(&mut cpu, detail()), Fault::Lost { rebuilt: false, detail: detail() });
        assert_eq!(cpu, EngineStatus::Cpu { why: CpuReason::Lost { detail: detail() } });
    }
}
