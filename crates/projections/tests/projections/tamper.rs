//! Altered rows are found and named.

use crate::house::{StoredJournal, equals_the_journal, history};
use countersign_names::Timestamp;
use countersign_projections::register::{REGISTER, RegisterPage, TrustFilter, TrustOrder};
use countersign_projections::{ProjectionError, Projections};

/// Reads the register in every way, and returns the errors: of a page, the selected, the whole and the counts.
async fn errors(projections: &Projections, wanted: u64) -> [Option<ProjectionError>; 4] {
    let page = RegisterPage {
        of: TrustFilter::default(),
        standing: None,
        order: TrustOrder::Accesses,
        descending: false,
        after: None,
        limit: usize::MAX,
    };
    let now = Timestamp::from_micros(0);
    [
        projections.register_page(wanted, &page, now).await.err(),
        projections.register_selected(wanted, &TrustFilter::default()).await.err(),
        projections.register_whole(wanted).await.err(),
        projections.register_counts(wanted, now).await.err(),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_no_fold_makes_is_an_error_and_is_not_left_out() {
    for house in StoredJournal::both().await {
        let wanted = house.state(&history(100)).await;
        let following = house.following().await;
        let projections = &following.projections;
        equals_the_journal(&house, projections).await;
        assert!(errors(projections, wanted).await.iter().all(Option::is_none));
        let tampering = [
            (
                "UPDATE projection_register SET entry = '' WHERE name = (SELECT min(name) FROM projection_register WHERE live = 1)",
                [true, true, true, false],
            ),
            (
                "UPDATE projection_register SET entry = '{}' WHERE name = (SELECT max(name) FROM projection_register WHERE live = 1)",
                [true, true, true, false],
            ),
            ("UPDATE projection_register SET entry = 'x' WHERE live = 0", [false, false, true, false]),
            (
                "UPDATE projection_register SET state = 'forgiven' WHERE name = (SELECT min(name) FROM projection_register WHERE live = 1)",
                [false, false, false, true],
            ),
        ];
        for (sql, refuses) in tampering {
            house.sql(sql).await;
            let errors = errors(projections, wanted).await;
            assert_eq!(errors.each_ref().map(Option::is_some), refuses, "{sql}");
            for error in errors.into_iter().flatten() {
                assert!(matches!(error, ProjectionError::Altered { name: REGISTER }), "{sql}: {error}");
                let said = "a row of the projection register was altered: `countersign projection rebuild register \
                            --dry-run` shows which, and without --dry-run it rebuilds the tables";
                assert_eq!(error.to_string(), said);
            }
            projections.rebuild(REGISTER).await.unwrap();
            equals_the_journal(&house, projections).await;
        }
    }
}

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
