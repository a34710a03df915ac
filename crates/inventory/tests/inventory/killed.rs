//! A process that is killed in the middle of imports: what is seen afterwards is one whole import, and the next one works.
//!
//! The process is this test program again, in which only [`the_process_that_is_killed`] runs. With `COUNTERSIGN_LONG` it is
//! killed 50 times.

use crate::store::TestStore;
use crate::{account, accounts, at, imported, member_by, opened};
use countersign_database::Database;
use countersign_inventory::{EdgeEnd, Inventory, ShrinkLimit};
use countersign_sources::SourceRecord;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Where the process that is killed finds its store.
const STORE: &str = "COUNTERSIGN_TEST_STORE";

/// Number of accounts of each import, each with a membership: several batches of both.
const ACCOUNTS: u32 = 5_400;

/// The accounts of an import and their memberships: all say its number, and a tenth is another one each time.
fn records(number: u32) -> Vec<SourceRecord> {
    let own = (0..ACCOUNTS / 10).map(|account| format!("of-{number}-{account:05}"));
    let lasting = (ACCOUNTS / 10..ACCOUNTS).map(|account| format!("a{account:05}"));
    let said = number.to_string();
    own.chain(lasting).flat_map(|login| [account(&login, &said), member_by(&login, "all", &said)]).collect()
}

/// Returns what the accounts and the memberships of the group say, however many there are.
async fn said(inventory: &Inventory) -> (Vec<String>, Vec<String>) {
    let accounts = accounts(inventory, "corp").await.into_iter().map(|(_, said)| said);
    let members = inventory.edges("corp", (EdgeEnd::To, "all"), 1_000_000).await.unwrap();
    (accounts.collect(), members.into_iter().filter_map(|edge| edge.body.granted_by).collect())
}

/// Ends the process, however the test ends.
struct KilledOnDrop(Child);

impl Drop for KilledOnDrop {
    fn drop(&mut self) {
        let _gone = (self.0.kill(), self.0.wait());
    }
}

/// Imports for ever, from this number on.
#[tokio::test]
#[ignore = "it is the process that the test below kills"]
async fn the_process_that_is_killed() {
    let Ok(store) = std::env::var(STORE) else { return };
    let (first, path) = store.split_once(' ').unwrap();
    let inventory = Inventory::open(Database::open_sqlite(path.as_ref()).await.unwrap()).await.unwrap();
    for number in first.parse::<u32>().unwrap().. {
        let waits = crate::staged(&inventory, "corp", &records(number)).await.unwrap();
        inventory.apply(&waits, ShrinkLimit { percent: 100 }, at(i64::from(number))).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn after_a_kill_one_whole_import_is_seen() {
    let is_long = std::env::var_os("COUNTERSIGN_LONG").is_some();
    let store = TestStore::sqlite().await;
    let inventory = opened(&store).await;
    let begun = Instant::now();
    imported(&inventory, "corp", &records(0)).await;
    let whole = begun.elapsed();
    let mut seen = 0;
    let mut moved = 0;
    for round in 0..if is_long { 50 } else { 4_u32 } {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "killed::the_process_that_is_killed", "--ignored"]);
        command.env(STORE, format!("{} {}", seen + 1, store.file().display()));
        let mut doomed = KilledOnDrop(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        // Not before it has begun to stage; then at another moment each time, of about the two imports that follow.
        let staging = async {
            while !inventory.sources().await.unwrap()[0].is_staging {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(120), staging).await.unwrap();
        tokio::time::sleep(whole * (round * 37 % 100) / 50).await;
        doomed.0.kill().unwrap();
        doomed.0.wait().unwrap();

        let (of_accounts, of_members) = said(&inventory).await;
        let number: u32 = of_accounts[0].parse().unwrap();
        assert!(number >= seen, "{number} after {seen}");
        moved += u32::from(number > seen);
        seen = number;
        for found in [of_accounts, of_members] {
            assert_eq!(found.len(), usize::try_from(ACCOUNTS).unwrap(), "round {round}");
            let other = found.iter().find(|said| **said != number.to_string());
            assert_eq!(other, None, "round {round}, import {number}");
        }
    }
    println!("{moved} kills were after an import had been applied");
    let counts = imported(&inventory, "corp", &records(seen)).await;
    for same in [counts.nodes.same, counts.edges.same] {
        assert_eq!(same, u64::from(ACCOUNTS), "nothing of a later import is left: {counts:?}");
    }
}
