//! An answer in one piece, and the access on which it depends until it is sent.

use countersign_admission::{Completion, Ended};
use countersign_gate::HeldAccess;
use std::sync::atomic::{AtomicBool, Ordering};

/// An answer in one piece and its access, which is completed when the answer is dropped, sent or not.
#[derive(Debug)]
pub struct OnePiece {
    held: Option<HeldAccess>,
    completion: Completion,
    cut: AtomicBool,
}

impl OnePiece {
    /// Creates an answer that depends on `held`. `completion` is recorded, unless the access is revoked before the
    /// answer is sent.
    pub const fn new(held: HeldAccess, completion: Completion) -> Self {
        Self { held: Some(held), completion, cut: AtomicBool::new(false) }
    }

    /// Returns whether the answer may be sent now. Once false, it stays false.
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
