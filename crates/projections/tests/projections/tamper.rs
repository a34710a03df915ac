//! Altered rows are found and named.

use crate::house::{StoredJournal, equals_the_journal, history};
use countersign_projections::register::REGISTER;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_was_altered_removed_or_added_is_found_and_named() {
    for house in StoredJournal::both().await {
        house.state(&history(200)).await;
        let following = house.following().await;
        let projections = &following.projections;
        equals_the_journal(&house, projections).await;
        let whole = projections.compare(REGISTER, |_| ()).await.unwrap();

        house.sql("UPDATE projection_register SET state = 'owned' WHERE name = (SELECT max(name) FROM projection_register WHERE state <> 'owned')").await;
        let found = projections.compare(REGISTER, |_| ()).await.unwrap();
        assert_eq!((found.differing, found.differences.len()), (1, 1), "{found:?}");
        let difference = &found.differences[0];
        assert_eq!(difference.table, "projection_register");
        assert!(
            difference.key.starts_with("app-")
                && difference.what.starts_with("state is \"owned\", but the journal says "),
            "{difference:?}"
        );
        assert_eq!(found.folded, whole.folded);
        assert_ne!(found.stored, whole.stored);

        house.sql("DELETE FROM projection_register_labels WHERE application = 'app-3'").await;
        house.sql("INSERT INTO projection_register_labels (application, labels) VALUES ('zzz', '{}')").await;
        house
            .sql("DELETE FROM projection_register WHERE name = (SELECT min(name) FROM projection_register)")
            .await;
        let found = projections.compare(REGISTER, |_| ()).await.unwrap();
        let told: Vec<_> = found.differences.iter().map(|d| (d.table, d.what.as_str())).collect();
        assert_eq!(told[0], ("projection_register", "the row is missing"));
        assert_eq!(found.differing, 4, "{told:?}");
        assert_eq!(
            told[2..],
            [
                ("projection_register_labels", "the row is missing"),
                ("projection_register_labels", "the journal has no such row")
            ]
        );
        assert_eq!((found.differences[2].key.as_str(), found.differences[3].key.as_str()), ("app-3", "zzz"));

        projections.rebuild(REGISTER).await.unwrap();
        equals_the_journal(&house, projections).await;
        assert_eq!(projections.compare(REGISTER, |_| ()).await.unwrap().stored, whole.stored);
    }
}
