//! Reads past facts from the journal.

use countersign_facts::Stated;
use countersign_journal::Seq;
use countersign_ledger::Ledger;
use countersign_world::World;
use std::sync::Arc;
use tokio::runtime::Handle;

/// Reads facts again. Use it on a thread that may block, of the runtime on which it was created.
pub struct Facts {
    ledger: Ledger,
    runtime: Handle,
}

impl Facts {
    pub fn new(ledger: Ledger) -> Self {
        Self { ledger, runtime: Handle::current() }
    }
}

impl countersign_rehearse::Facts for Facts {
    fn read(&mut self, after: u64, limit: usize) -> Result<Vec<Stated>, String> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let entries = self
            .runtime
            .block_on(self.ledger.journal().read(Seq(after), limit))
            .map_err(|error| error.to_string())?;
        let parsed = entries.iter().map(|entry| {
            Stated::from_bytes(&entry.payload)
                .map_err(|error| format!("entry {} is not a fact that this build knows: {error}", entry.seq))
        });
        parsed.collect()
    }

    fn earlier_world(&mut self, until: u64) -> Option<Arc<World>> {
        self.ledger.earlier_world(until, |_| true)
    }
}
