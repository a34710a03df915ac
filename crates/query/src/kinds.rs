//! The kinds of records that have tables. Registering a kind takes one line.

use crate::gaps::Gaps;
use crate::records::RecordsTable;
use crate::server::Server;
use countersign_evidence::Decisions;
use countersign_lake::{RecordKind, RecordStore};
use countersign_sql::wire::{Question, SentKind};
use datafusion::catalog::TableProvider;
use std::sync::Arc;

/// Every kind that has a table; the table has the kind's name.
const KINDS: &[Registration] = &[registered::<Decisions>()];

/// The name of a kind, and the function that opens it.
#[derive(Clone, Copy)]
struct Registration {
    name: &'static str,
    open: fn(&Server, &SentKind) -> Box<dyn KindTable>,
}

/// Returns the registration of a kind.
const fn registered<K: RecordKind>() -> Registration {
    Registration { name: K::FILES.name, open: |server, kind| Box::new(server.store::<K>(kind)) }
}

/// The records of a kind, from which a table is made.
pub(crate) trait KindTable: Send {
    /// Returns the table's name.
    fn name(&self) -> &'static str;

    /// Returns the table; with `local`, only of this process's own records.
    fn table(&self, local: bool, gaps: Gaps) -> Arc<dyn TableProvider>;
}

impl<K: RecordKind> KindTable for RecordStore<K> {
    fn name(&self) -> &'static str {
        K::FILES.name
    }

    fn table(&self, local: bool, gaps: Gaps) -> Arc<dyn TableProvider> {
        Arc::new(RecordsTable::new(self.clone(), local, gaps))
    }
}

/// Opens the kinds that a query may use.
pub(crate) fn opened(server: &Server, question: &Question) -> Vec<Box<dyn KindTable>> {
    let of = |kind: &SentKind| {
        let registration = KINDS.iter().find(|registration| registration.name == kind.name)?;
        Some((registration.open)(server, kind))
    };
    question.kinds.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests;
