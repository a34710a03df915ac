//! Proposed roles as tables: replaced as a whole, and read again.

use countersign_database::Database;
use countersign_journal::Journal;
use countersign_names::Timestamp;
use countersign_rolebook::{RoleRow, RoleTables, role_proposal_id};

fn row(name: &str) -> RoleRow {
    let id = role_proposal_id("near", [], [name]);
    RoleRow { id, summary: format!("{name}, short"), detail: format!("{name}, long") }
}

#[tokio::test]
async fn a_search_replaces_the_one_before_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    // The file is the journal's: the tables come beside it.
    drop(Journal::open_sqlite(&folder.path().join("journal.db")).await.unwrap());
    let database = Database::open_sqlite(&folder.path().join("journal.db")).await.unwrap();
    let tables = RoleTables::open(database).await.unwrap();
    assert_eq!(tables.report().await.unwrap(), None);
    assert!(tables.summaries().await.unwrap().is_empty());
    let now = Timestamp::from_micros(1);
    assert!(tables.replace(&[row("a"), row("b")], "first", now).await.unwrap());
    assert_eq!(tables.report().await.unwrap().as_deref(), Some("first"));
    assert_eq!(tables.summaries().await.unwrap().len(), 2);
    assert_eq!(tables.proposal(row("b").id).await.unwrap(), Some(row("b")));
    let many: Vec<RoleRow> = (0..450).map(|number| row(&number.to_string())).collect();
    assert!(tables.replace(&many, "second", now).await.unwrap());
    assert_eq!(tables.report().await.unwrap().as_deref(), Some("second"));
    assert_eq!(tables.summaries().await.unwrap().len(), 450);
    assert_eq!(tables.proposal(row("b").id).await.unwrap(), None);
}
