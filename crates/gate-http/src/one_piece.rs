//! An answer in one piece, and the access that it rests on until it is sent.

use countersign_admission::{Completion, Ended};
use countersign_gate::HeldAccess;
use std::sync::atomic::{AtomicBool, Ordering};

/// An answer in one piece, and what it rests on: recorded as complete once it is sent, or given up.
#[derive(Debug)]
pub struct OnePiece {
    held: Option<HeldAccess>,
    completion: Completion,
    cut: AtomicBool,
}

impl OnePiece {
    /// An answer that rests on `held`, and of which this can be said if it gets out.
    pub const fn new(held: HeldAccess, completion: Completion) -> Self {
        Self { held: Some(held), completion, cut: AtomicBool::new(false) }
    }

    /// Whether it may get out now. Once it may not, it never may.
    pub fn may_pass(&self) -> bool {
        if self.cut.load(Ordering::Acquire) {
            return false;
        }
        let refused = self.held.as_ref().is_some_and(|held| held.may_pass().is_err());
        if refused {
            self.cut.store(true, Ordering::Release);
        }
        !refused
    }
}

impl Drop for OnePiece {
    fn drop(&mut self) {
        let Some(held) = self.held.take() else { return };
        let completion = if self.cut.load(Ordering::Acquire) {
            Completion { bytes_out: 0, ended: Ended::Revoked, ..self.completion }
        } else {
            self.completion
        };
        held.complete(completion);
    }
}
