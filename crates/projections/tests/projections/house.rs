//! A journal with facts about the register, on one of the two stores, with its projections.

use countersign_database::Database;
use countersign_facts::{Fact, Stated, TrustEntry, TrustFact, TrustKey, TrustUse};
use countersign_journal::{Archive, ArchiveError, Entry, Head, Journal, PostgresOptions, Seq, StoredEntry};
use countersign_names::{Action, Cohort, DecisionId, EvidenceItem, ResourceName, Sensitivity, Timestamp};
use countersign_projections::register::{REGISTER, RegisterProjection};
use countersign_projections::{Projection, Projections};
use countersign_testkit::Postgres;
use countersign_testkit::story::{self, Line};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// A separate store for one test.
pub(crate) struct StoredJournal {
    folder: TempDir,
    server: Option<(Arc<Postgres>, String)>,
    pub(crate) journal: Journal,
}

/// Projections that are followed until this is dropped.
pub(crate) struct Following {
    pub(crate) projections: Projections,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Following {
    fn drop(&mut self) {
        self.stop.cancel();
        self.task.abort();
    }
}

impl StoredJournal {
    pub(crate) async fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        let journal = Journal::open_sqlite(folder.path().join("journal.sqlite")).await.unwrap();
        Self { folder, server: None, journal }
    }

    pub(crate) async fn postgres(server: &Arc<Postgres>) -> Self {
        let (folder, url) = (TempDir::new().unwrap(), server.fresh_database());
        let journal = Journal::open_postgres(url.clone().into(), PostgresOptions::default()).await.unwrap();
        Self { folder, server: Some((Arc::clone(server), url)), journal }
    }

    /// Makes one on each store.
    pub(crate) async fn both() -> [Self; 2] {
        [Self::sqlite().await, Self::postgres(&Arc::new(Postgres::start())).await]
    }

    pub(crate) async fn database(&self) -> Database {
        match &self.server {
            None => Database::open_sqlite(&self.folder.path().join("journal.sqlite")).await.unwrap(),
            Some((_, url)) => Database::open_postgres(&url.clone().into(), 3).await.unwrap(),
        }
    }

    /// Opens the journal like another process; on SQLite the only appender is shared.
    pub(crate) async fn journal_again(&self) -> Journal {
        match &self.server {
            None => self.journal.clone(),
            Some((_, url)) => {
                Journal::open_postgres(url.clone().into(), PostgresOptions::default()).await.unwrap()
            }
        }
    }

    pub(crate) async fn projections(&self) -> Projections {
        self.of(RegisterProjection, Duration::from_secs(60)).await
    }

    /// Opens projections with their own connections, like another process.
    pub(crate) async fn of(&self, projection: impl Projection, wait: Duration) -> Projections {
        let (database, journal) = (self.database().await, self.journal_again().await);
        Projections::waiting(database, journal, vec![Arc::new(projection)], wait).await.unwrap()
    }

    pub(crate) async fn following(&self) -> Following {
        follow(self.projections().await)
    }

    /// States these facts, and returns the sequence of the last.
    pub(crate) async fn state(&self, lines: &[Line]) -> u64 {
        let stated: Vec<Stated> = lines.iter().map(Line::stated).collect();
        state(&self.journal, &stated).await
    }

    /// Moves the first entries from the store to an archive, which this journal and the returned one read.
    pub(crate) async fn archived(&self, count: u32) -> Journal {
        let entries = self.journal.read_chained(Head::GENESIS, count).await.unwrap();
        let removed = self.journal.prune(entries.last().unwrap().head(), |_| ()).await.unwrap();
        assert_eq!(removed, u64::from(count));
        let archive = Arc::new(RemovedEntries(entries));
        let journal = self.journal_again().await;
        journal.reads_archive(archive.clone());
        self.journal.reads_archive(archive);
        journal
    }

    /// Runs SQL behind the projections' back.
    pub(crate) async fn sql(&self, text: &str) {
        let database = self.database().await;
        let run = database.write("tampering", async |connection| {
            sqlx::query(sqlx::AssertSqlSafe(text.to_owned())).execute(connection).await.map(|_| ())
        });
        run.await.unwrap();
    }
}

/// Entries that were removed from the store.
struct RemovedEntries(Vec<Entry>);

impl Archive for RemovedEntries {
    fn page(&self, after: Seq, limit: u32, _: usize) -> Result<Vec<StoredEntry>, ArchiveError> {
        let later = self.0.iter().filter(|entry| entry.seq > after).take(usize::try_from(limit).unwrap());
        let stored = |entry: &Entry| StoredEntry {
            seq: i64::try_from(entry.seq.0).unwrap(),
            hash: entry.hash.0.to_vec(),
            payload: entry.payload.clone(),
        };
        Ok(later.map(stored).collect())
    }
}

pub(crate) fn follow(projections: Projections) -> Following {
    let stop = CancellationToken::new();
    let task = tokio::spawn(projections.clone().follow(stop.clone()));
    Following { projections, stop, task }
}

pub(crate) async fn state(journal: &Journal, stated: &[Stated]) -> u64 {
    for some in stated.chunks(1000) {
        let payloads: Vec<Vec<u8>> = some.iter().map(|stated| stated.to_bytes().unwrap()).collect();
        loop {
            let head = journal.head().await.unwrap();
            if journal.append(head, payloads.clone()).await.is_ok() {
                break;
            }
        }
    }
    journal.head().await.unwrap().seq.0
}

/// Checks that the register equals the fold of the whole journal.
pub(crate) async fn equals_the_journal(house: &StoredJournal, projections: &Projections) {
    is_the_fold(house, projections, REGISTER).await;
}

/// Checks that a projection equals the fold of the whole journal.
pub(crate) async fn is_the_fold(house: &StoredJournal, projections: &Projections, name: &str) {
    let head = house.journal.head().await.unwrap();
    projections.up_to(name, head.seq.0).await.unwrap();
    let comparison = projections.compare(name, |_| ()).await.unwrap();
    assert!(comparison.is_equal(), "{comparison:?}");
    assert_eq!(comparison.folded, comparison.stored);
}

pub(crate) fn key(n: usize) -> TrustKey {
    let resource =
        ResourceName::new(&story::name(&format!("app-{}", n % 7)), &format!("part-{}", n / 64)).unwrap();
    let item = EvidenceItem::ALL[n % EvidenceItem::ALL.len()];
    let cohort = Cohort::ALL[(n / 8) % Cohort::ALL.len()];
    TrustKey { resource, action: Action::Read, cohort, item }
}

pub(crate) fn found(n: usize, accesses: u64) -> TrustEntry {
    let second = |second: i64| Timestamp::from_micros(second * 1_000_000);
    let seen = TrustUse {
        first: second(10),
        last: second(20),
        accesses,
        principals: 2,
        policies: vec!["wiki-users".parse().unwrap()],
        example: DecisionId::new(Uuid::from_u128(n as u128)),
    };
    TrustEntry { key: key(n), seen, brought_back_by: None }
}

/// Generates a history in which entries are found, owned, documented, eliminated and found again, and labels are set and
/// removed.
pub(crate) fn history(length: usize) -> Vec<Line> {
    let mut lines = vec![story::person(1)];
    lines.extend((0..7).map(|n| story::application(&format!("app-{n}"))));
    for n in 0..length {
        let fact = match n % 6 {
            0 | 3 => TrustFact::Found { found: (n..n + 5).map(|n| found(n, n as u64)).collect() },
            1 => TrustFact::Owned { keys: vec![key(n - 1), key(n + 1)], owner: story::per(1) },
            2 => TrustFact::Documented {
                keys: vec![key(n)],
                owner: story::per(1),
                authority: "CISO".to_owned(),
                reason: "legacy".to_owned(),
                expires_at: Timestamp::from_micros(1_000_000_000),
            },
            4 => TrustFact::Eliminated { keys: vec![key(n - 1)], up_to: n as u64 },
            _ => {
                let resource = key(n).resource;
                let label = if n % 4 == 1 { Some(Sensitivity::Public) } else { None };
                lines.push(story::label(resource.as_str(), label));
                continue;
            }
        };
        lines.push(Line::of(Fact::Trust(fact)));
        lines.push(story::person(n as u128 + 2));
    }
    lines
}
