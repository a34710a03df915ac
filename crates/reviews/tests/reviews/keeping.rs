//! What was asked and the reports, on SQLite and on PostgreSQL.

use crate::store::TestStore;
use crate::{item, rev};
use countersign_facts::Digest;
use countersign_reviews::{ReviewTables, digest_of};

#[tokio::test]
async fn what_was_asked_is_kept_with_its_digest() {
    for store in TestStore::both().await {
        let tables = ReviewTables::open(store.open().await).await.unwrap();
        let items: Vec<_> = (1..=1_203).map(|number| item(number, Some(1))).collect();
        let digest = tables.keep_items(rev(1), &items).await.unwrap();
        let other = tables.keep_items(rev(2), &items[..1]).await.unwrap();
        assert_ne!(digest, other);
        assert_eq!(tables.items(rev(1)).await.unwrap(), (items.clone(), digest));
        let mut asked = tables.asked().await.unwrap();
        asked.sort_unstable();
        assert_eq!(asked, [rev(1), rev(2)]);
        tables.forget(rev(1)).await.unwrap();
        assert_eq!(tables.items(rev(1)).await.unwrap().0, []);
        assert_eq!(tables.items(rev(2)).await.unwrap(), (items[..1].to_vec(), other));
    }
}

#[tokio::test]
async fn a_report_is_found_by_its_digest() {
    for store in TestStore::both().await {
        let tables = ReviewTables::open(store.open().await).await.unwrap();
        let first = tables.keep_report(rev(1), "{\"a\":1}").await.unwrap();
        let second = tables.keep_report(rev(1), "{\"a\":2}").await.unwrap();
        assert_eq!(first, tables.keep_report(rev(1), "{\"a\":1}").await.unwrap(), "it is kept once");
        assert_eq!(first, digest_of("{\"a\":1}"));
        assert_eq!(tables.report(rev(1), second).await.unwrap().as_deref(), Some("{\"a\":2}"));
        assert_eq!(tables.report(rev(2), second).await.unwrap(), None);
        assert_eq!(tables.report(rev(1), Digest::new([0; 32])).await.unwrap(), None);
    }
}
