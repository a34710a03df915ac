//! The kinds of records that there are tables of. A kind is registered in one line.

use crate::gaps::Gaps;
use crate::records::RecordsTable;
use crate::server::Server;
use countersign_evidence::Decisions;
use countersign_lake::{RecordKind, RecordStore};
use countersign_sql::wire::{Question, SentKind};
use datafusion::catalog::TableProvider;
use std::sync::Arc;

/// Every kind that there is a table of; its table has its name.
const KINDS: &[Registration] = &[registered::<Decisions>()];

/// How a kind is opened.
#[derive(Clone, Copy)]
struct Registration {
    name: &'static str,
    open: fn(&Server, &SentKind) -> Box<dyn KindTable>,
}

/// A kind, and how it is opened.
const fn registered<K: RecordKind>() -> Registration {
    Registration { name: K::FILES.name, open: |server, kind| Box::new(server.store::<K>(kind)) }
}

/// The records of a kind, to be made a table.
pub(crate) trait KindTable: Send {
    /// The table's name.
    fn name(&self) -> &'static str;

    /// The table; with `local`, only of what this process keeps.
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

/// The kinds that a question is about.
pub(crate) fn opened(server: &Server, question: &Question) -> Vec<Box<dyn KindTable>> {
    let of = |kind: &SentKind| {
        let registration = KINDS.iter().find(|registration| registration.name == kind.name)?;
        Some((registration.open)(server, kind))
    };
    question.kinds.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests;
