//! What a rehearsal reads, and where it says how far it is.

use crate::journal::Facts;
use countersign_evidence::Store;
use countersign_ledger::Ledger;
use countersign_names::Timestamp;
use countersign_policy::PolicySet;
use countersign_rehearse::Past;
use countersign_solve::{Limits, Whereabouts};
use std::ops::ControlFlow;
use std::sync::Arc;

/// What a rehearsal reads.
#[derive(Clone)]
pub struct RehearsalContext {
    /// The world and the journal.
    pub ledger: Ledger,
    /// The evidence that this process can read.
    pub store: Store,
    /// The name of this process in records.
    pub process: String,
    /// Whether the records of other processes can be read too, from a store that all share.
    pub reads_others: bool,
    /// The location of the solver.
    pub solver: Whereabouts,
    /// Limits on the solver's time and memory.
    pub solver_limits: Limits,
}

impl RehearsalContext {
    /// Returns the past worlds, to be read on a thread that may block. Of policies it knows the set in force. Call it on
    /// the runtime.
    pub fn past(&self, running: &Arc<PolicySet>) -> Past {
        Past::new(Box::new(Facts::new(self.ledger.clone())), self.ledger.world(), running)
    }
}

/// The run, as a rehearsal knows it: its span, and where progress is recorded. Each record answers `Break` if the run
/// must stop.
pub trait RehearsalProgress {
    /// Returns the span: from the first moment, and before the second.
    fn span(&self) -> (Timestamp, Timestamp);

    /// Declares that reading the span is only the first half of the work.
    fn comes_to_half(&self);

    /// Records the number of accesses read and of requests evaluated, and the share of the span that was read.
    fn read(&self, accesses: u64, decided: u64, share: f64) -> ControlFlow<()>;

    /// Records the share of the second half that is done.
    fn second_half(&self, share: f64) -> ControlFlow<()>;
}
