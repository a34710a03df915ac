//! What importing a large source costs: 100,000 accounts and 2,000,000 memberships at first, then the same, then with one in
//! a hundred changed; and how long the journal waits meanwhile. Prints a table in Markdown.
//!
//! ```sh
//! cargo run --release -p countersign-inventory --example large_import -- [sqlite|postgres] [ACCOUNTS] [MEMBERSHIPS]
//! ```
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that cannot go on stops here, and prints its result"
)]

use countersign_database::Database;
use countersign_inventory::{EdgeEnd, Inventory, NodeQuery, ShrinkLimit};
use countersign_journal::{Journal, PostgresOptions};
use countersign_names::Timestamp;
use countersign_sources::{
    AccountRecord, EdgeBody, GroupRecord, NodeBody, NodeKind, PersonalAttributes, Relation, SourceEdge,
    SourceKey, SourceNode, SourceRecord,
};
use countersign_testkit::Postgres;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let store = match arguments.next().as_deref() {
        None | Some("sqlite") => MeasuredStore::Sqlite(tempfile::tempdir().unwrap()),
        Some(_) => MeasuredStore::Postgres(Postgres::start()),
    };
    let mut arguments = arguments.map(|argument| argument.parse::<u32>().unwrap());
    let accounts = arguments.next().unwrap_or(100_000);
    let memberships = arguments.next().unwrap_or(2_000_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(measure(&store, accounts, memberships));
}

/// A store of its own.
enum MeasuredStore {
    Sqlite(TempDir),
    Postgres(Postgres),
}

impl MeasuredStore {
    fn file(folder: &TempDir) -> PathBuf {
        folder.path().join("journal.sqlite")
    }

    async fn open(&self) -> (Journal, Database) {
        match self {
            Self::Sqlite(folder) => {
                let journal = Journal::open_sqlite(Self::file(folder)).await.unwrap();
                (journal, Database::open_sqlite(&Self::file(folder)).await.unwrap())
            }
            Self::Postgres(server) => {
                let url = server.fresh_database();
                let journal = Journal::open_postgres(url.clone().into(), PostgresOptions::default()).await;
                (journal.unwrap(), Database::open_postgres(&url.into(), 3).await.unwrap())
            }
        }
    }

    /// Returns the size of everything in it, in MiB.
    async fn size(&self, database: &Database) -> u64 {
        match self {
            Self::Sqlite(folder) => std::fs::metadata(Self::file(folder)).unwrap().len() >> 20,
            Self::Postgres(_) => {
                let size = database.read("measuring", async |connection| {
                    let size = "SELECT pg_database_size(current_database())";
                    sqlx::query_scalar::<_, i64>(size).fetch_one(connection).await
                });
                u64::try_from(size.await.unwrap()).unwrap() >> 20
            }
        }
    }
}

/// Appends to the journal every 20 ms, and notes the longest append in microseconds.
async fn append_for_ever(journal: Journal, longest: Arc<AtomicU64>) {
    let mut head = journal.head().await.unwrap();
    loop {
        let begun = Instant::now();
        let entries = journal.append(head, vec![vec![b'x'; 300]]).await.unwrap();
        head = entries.last().unwrap().head();
        longest.fetch_max(u64::try_from(begun.elapsed().as_micros()).unwrap(), Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn measure(store: &MeasuredStore, accounts: u32, memberships: u32) {
    let (journal, database) = store.open().await;
    let inventory = Inventory::open(database.clone()).await.unwrap();
    let longest = Arc::new(AtomicU64::new(0));
    let appending = tokio::spawn(append_for_ever(journal, Arc::clone(&longest)));
    println!("{accounts} accounts, {} groups, {memberships} memberships\n", accounts / 10);
    println!(
        "| import | staged | applied | new, changed, gone, same | longest append | peak memory | store |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for (what, changed) in [("the first", 0), ("the same again", 0), ("one in a hundred changed", 1)] {
        longest.store(0, Ordering::Relaxed);
        let begun = Instant::now();
        let mut import = inventory.begin(&"corp".parse().unwrap()).await.unwrap();
        for record in records(accounts, memberships, changed) {
            import.add(&record).await.unwrap();
        }
        let staged = import.finish(Timestamp::from_micros(1)).await.unwrap();
        let took = begun.elapsed();
        let begun = Instant::now();
        inventory.apply(&staged, ShrinkLimit::default(), Timestamp::from_micros(2)).await.unwrap();
        let applied = begun.elapsed();
        let (nodes, edges) = (staged.counts.nodes, staged.counts.edges);
        println!(
            "| {what} | {:.1} s | {:.1} ms | {}, {}, {}, {} | {:.0} ms | {} MiB | {} MiB |",
            took.as_secs_f64(),
            applied.as_secs_f64() * 1e3,
            nodes.new + edges.new,
            nodes.changed + edges.changed,
            nodes.gone + edges.gone,
            nodes.same + edges.same,
            Duration::from_micros(longest.load(Ordering::Relaxed)).as_secs_f64() * 1e3,
            peak_memory() >> 10,
            store.size(&database).await,
        );
    }
    appending.abort();
    pages(&inventory, accounts).await;
    let begun = Instant::now();
    let graph = inventory.graph().await.unwrap().graph;
    let (took, size) = (begun.elapsed().as_secs_f64(), graph.bytes() >> 20);
    println!("\nthe graph of {} edges was read in {took:.1} s and takes {size} MiB", graph.edge_count());
    let begun = Instant::now();
    let forgotten = inventory.forget_before(Timestamp::from_micros(3)).await.unwrap();
    println!("{forgotten} rows were forgotten in {:.1} s", begun.elapsed().as_secs_f64());
    for (source, what) in [("corp", "an import with one in a hundred changed"), ("other", "a first import")] {
        let mut import = inventory.begin(&source.parse().unwrap()).await.unwrap();
        for record in records(accounts, memberships, 0) {
            import.add(&record).await.unwrap();
        }
        import.finish(Timestamp::from_micros(4)).await.unwrap();
        let begun = Instant::now();
        inventory.drop_staged(source).await.unwrap();
        println!("{what} was dropped in {:.1} s", begun.elapsed().as_secs_f64());
    }
}

/// Measures what people look at.
async fn pages(inventory: &Inventory, accounts: u32) {
    let query = |contains: Option<&str>| NodeQuery {
        kind: Some(NodeKind::Account),
        source: None,
        contains: contains.map(str::to_owned),
        after: None,
        descending: false,
        limit: 50,
    };
    println!("\n| question | median of 20 |\n| --- | --- |");
    let last = format!("a{:06}", accounts - 1);
    let mut times = Vec::new();
    for what in [
        "a page of accounts",
        "a search for one account",
        "the groups of an account",
        "the members of a group",
    ] {
        times.clear();
        for _ in 0..20 {
            let begun = Instant::now();
            match what {
                "a page of accounts" => drop(inventory.nodes(&query(None)).await.unwrap()),
                "a search for one account" => drop(inventory.nodes(&query(Some(&last))).await.unwrap()),
                "the groups of an account" => {
                    drop(inventory.edges("corp", (EdgeEnd::From, &last), 1_000).await.unwrap());
                }
                _ => drop(inventory.edges("corp", (EdgeEnd::To, "g000007"), 1_000).await.unwrap()),
            }
            times.push(begun.elapsed());
        }
        times.sort_unstable();
        println!("| {what} | {:.1} ms |", times.get(10).unwrap().as_secs_f64() * 1e3);
    }
}

/// Returns the records of an import. If `changed` is 1, one in a hundred is another one, or says something else.
fn records(accounts: u32, memberships: u32, changed: u32) -> impl Iterator<Item = SourceRecord> {
    let groups = accounts / 10;
    let of = move |number: u32| if number.is_multiple_of(100) { changed } else { 0 };
    let people = (0..accounts).map(move |number| {
        let personal = PersonalAttributes {
            display_name: Some(format!("Person {number}")),
            mails: vec![format!("a{number:06}@example.org")],
            employee_number: Some(number.to_string()),
            department: Some(format!("department {}", number % 200 + of(number))),
            ..PersonalAttributes::default()
        };
        node(
            format!("a{number:06}"),
            NodeBody::Account(AccountRecord { personal, ..AccountRecord::default() }),
        )
    });
    let named =
        (0..groups).map(|number| node(format!("g{number:06}"), NodeBody::Group(GroupRecord::default())));
    let each = memberships / accounts;
    let members = (0..accounts).flat_map(move |account| {
        (0..each).map(move |place| {
            // Spread over all groups, without the same one twice.
            let group = (account * 31 + place * (groups / each) + of(account)) % groups;
            SourceRecord::Edge(SourceEdge {
                from: key(format!("a{account:06}")),
                relation: Relation::MemberOf,
                to: key(format!("g{group:06}")),
                body: EdgeBody::default(),
            })
        })
    });
    people.chain(named).chain(members)
}

fn node(name: String, body: NodeBody) -> SourceRecord {
    SourceRecord::Node(Box::new(SourceNode { key: key(name.clone()), name, body }))
}

fn key(text: String) -> SourceKey {
    SourceKey::new(&text).unwrap()
}

/// Returns the peak of the resident memory in KiB.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
