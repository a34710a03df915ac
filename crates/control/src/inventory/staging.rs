//! The imports whose records this process receives, in memory: what it named, and how many pages there were.
//!
//! The rows are in the inventory's tables. Another process cannot continue an import, because it does not know what the
//! import named already.

use countersign_inventory::SourceImport;
use countersign_names::{SourceName, Timestamp};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::Mutex as AsyncMutex;

/// Maximum number of imports that receive records at a time. What one names takes about 1.2 GB of memory if
/// it has 20 million accounts (computed), and 1.8 GB while it looks for what is gone.
pub const MOST_AT_A_TIME: usize = 4;

/// How long an import waits for its next page.
pub const LONGEST_IDLE: Duration = Duration::from_secs(10 * 60);

/// The imports that receive records, one of each source at most.
#[derive(Default)]
pub struct StagingImports(Mutex<HashMap<SourceName, Arc<ReceivingImport>>>);

/// An import that receives records.
pub struct ReceivingImport {
    number: i64,
    used_at: AtomicI64,
    /// `None` once its records have ended, or could not be written.
    pages: Arc<AsyncMutex<Option<ImportPages>>>,
}

/// What was received of an import.
pub struct ImportPages {
    pub import: SourceImport,
    /// The number of the last page; 0 before the first.
    pub page: u64,
    pub records: u64,
}

impl StagingImports {
    /// Adds an import that was just begun, in the place of an earlier one of the same source. Returns
    /// the sources of the others if there are too many of them.
    pub fn add(
        &self,
        source: &SourceName,
        import: SourceImport,
        now: Timestamp,
    ) -> Result<(), Vec<SourceName>> {
        let mut all = self.0.lock();
        let others: Vec<_> = all.keys().filter(|other| *other != source).cloned().collect();
        if others.len() >= MOST_AT_A_TIME {
            return Err(others);
        }
        let number = import.number();
        // Two can begin at once, and the later one holds.
        if all.get(source).is_none_or(|known| known.number < number) {
            let pages = ImportPages { import, page: 0, records: 0 };
            let receiving = ReceivingImport {
                number,
                used_at: AtomicI64::new(now.as_micros()),
                pages: Arc::new(AsyncMutex::new(Some(pages))),
            };
            all.insert(source.clone(), Arc::new(receiving));
        }
        Ok(())
    }

    /// Returns the pages of an import, unless this process does not hold it.
    pub fn find(
        &self,
        source: &SourceName,
        number: i64,
        now: Timestamp,
    ) -> Option<Arc<AsyncMutex<Option<ImportPages>>>> {
        let all = self.0.lock();
        let found = all.get(source).filter(|known| known.number == number && !known.is_idle(now))?;
        found.used_at.store(now.as_micros(), Ordering::Relaxed);
        Some(found.pages.clone())
    }

    /// Removes this import of a source, or whichever is held if no number is given.
    pub fn remove(&self, source: &SourceName, number: Option<i64>) {
        let mut all = self.0.lock();
        if all.get(source).is_some_and(|known| number.is_none_or(|number| known.number == number)) {
            all.remove(source);
        }
    }

    /// Removes the imports that waited too long for their next page, and returns them.
    pub fn remove_idle(&self, now: Timestamp) -> Vec<(SourceName, i64)> {
        let mut all = self.0.lock();
        let idle = all.iter().filter(|(_, known)| known.is_idle(now));
        let idle: Vec<_> = idle.map(|(source, known)| (source.clone(), known.number)).collect();
        for (source, _) in &idle {
            all.remove(source);
        }
        idle
    }
}

impl ReceivingImport {
    /// Returns whether it waited too long. One that is being written is not idle.
    fn is_idle(&self, now: Timestamp) -> bool {
        let used_at = Timestamp::from_micros(self.used_at.load(Ordering::Relaxed));
        now.since(used_at) > LONGEST_IDLE && self.pages.try_lock().is_ok()
    }
}
