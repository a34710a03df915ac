//! Tests against a third-party store that checks every signature.

use countersign_bucket::{Address, Bucket, BucketError, Credentials, Expected, Source};
use countersign_testkit::{S3, s3};
use std::fs::File;
use std::io::{Seek as _, Write as _};

fn bucket(store: &S3, url: &str, keys: &(String, String)) -> Bucket {
    let address = Address::parse(url, Some(&store.origin), s3::REGION, false).unwrap();
    let source = Source::Given(Credentials::new(&keys.0, &keys.1));
    Bucket::new(address, source, None).unwrap()
}

fn file(bytes: &[u8]) -> (File, Expected) {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    let sum = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    (file, Expected { bytes: bytes.len() as u64, digest: sum.as_ref().try_into().unwrap() })
}

async fn read(bucket: &Bucket, path: &str) -> Result<Vec<u8>, BucketError> {
    let mut found = Vec::new();
    bucket
        .read(path, 1 << 20, |piece| {
            found.extend_from_slice(piece);
            Ok(())
        })
        .await
        .map(|()| found)
}

/// Checks what every kind of store must do.
async fn check(ours: &Bucket) {
    let long = |length| (0..=250_u8).cycle().take(length).collect::<Vec<u8>>();
    let (parts, large) = (long(40_000_000), long(3_000_000));
    for (path, bytes) in [
        ("gate/dt=2026-11-22/decisions-1.parquet", &large[..]),
        ("gate/dt=2026-11-22/empty.parquet", &[][..]),
        ("gate/dt=2026-11-22/parts.parquet", &parts[..]),
        ("gate/dt=2026-11-22/ä b+c&d%20.parquet", b"odd"),
    ] {
        let (file, expected) = file(bytes);
        ours.put_file(path, file, expected).await.unwrap();
        assert!(read(ours, path).await.unwrap() == bytes, "{path}");
    }
    let listed = ours.list("gate/").await.unwrap();
    let listed: Vec<(&str, u64)> = listed.iter().map(|one| (one.key.as_str(), one.bytes)).collect();
    let expected = [
        ("gate/dt=2026-11-22/decisions-1.parquet", 3_000_000),
        ("gate/dt=2026-11-22/empty.parquet", 0),
        ("gate/dt=2026-11-22/parts.parquet", 40_000_000),
        ("gate/dt=2026-11-22/ä b+c&d%20.parquet", 3),
    ];
    assert_eq!(listed, expected);
    ours.remove("gate/dt=2026-11-22/empty.parquet").await.unwrap();
    ours.remove("gate/dt=2026-11-22/empty.parquet").await.unwrap();
    assert_eq!(ours.list("gate/").await.unwrap().len(), 3);
    assert_eq!(read(ours, "gate/none").await, Err(BucketError::Missing));
    ours.put("gate/note", "a few bytes".into()).await.unwrap();
    assert_eq!(ours.get("gate/note").await.unwrap(), b"a few bytes");

    let wrong = vec![7; 17 << 20];
    let (_, expected) = file(&wrong);
    let expected = Expected { digest: [1; 32], ..expected };
    let error = ours.put_file("gate/wrong", file(&wrong).0, expected).await.unwrap_err();
    assert_eq!(error, BucketError::Differs);
    assert_eq!(read(ours, "gate/wrong").await, Err(BucketError::Missing));
}

#[tokio::test]
async fn files_come_back_as_they_went() {
    let Some(store) = S3::start() else { return };
    let ours = bucket(&store, "s3://evidence/a/b", &store.allowed);
    check(&ours).await;
    assert_eq!(store.get("a/b/gate/note"), b"a few bytes", "where it lies");
}

/// The environment variable with any other store: its URL, its endpoint and a file with its keys.
const ANOTHER: &str = "COUNTERSIGN_TEST_STORE";

#[tokio::test]
#[ignore = "asks a store that somebody names, as in COUNTERSIGN_TEST_STORE='azure://account/evidence http://127.0.0.1:10000 keys'"]
async fn files_come_back_from_another_store_as_they_went() {
    let named = std::env::var(ANOTHER).unwrap();
    let [url, endpoint, keys] = named.split(' ').collect::<Vec<_>>().try_into().unwrap();
    let address = Address::parse(url, Some(endpoint), s3::REGION, false).unwrap();
    let source = Source::find(address.kind(), Some(keys.as_ref()), false).unwrap();
    check(&Bucket::new(address, source, None).unwrap()).await;
}

#[tokio::test]
async fn a_file_that_is_not_what_it_should_be_becomes_no_object() {
    let Some(store) = S3::start() else { return };
    let ours = bucket(&store, "s3://evidence", &store.allowed);
    // The last one is uploaded in parts.
    for length in [0, 1, 700_000, 17 << 20] {
        let bytes = vec![7; length];
        let (_, expected) = file(&bytes);
        let wrong = Expected { digest: [1; 32], ..expected };
        let error = ours.put_file("x", file(&bytes).0, wrong).await.unwrap_err();
        assert_eq!(error, BucketError::Differs, "{length} bytes of something else");
        let longer = Expected { bytes: expected.bytes + 1, ..expected };
        let error = ours.put_file("x", file(&bytes).0, longer).await.unwrap_err();
        assert_eq!(error, BucketError::Differs, "a file of {length} bytes that was cut");
    }
    assert_eq!(store.keys(), Vec::<String>::new());
}

#[tokio::test]
async fn a_long_listing_is_read_to_its_end() {
    let Some(store) = S3::start() else { return };
    let ours = bucket(&store, "s3://evidence/p", &store.allowed);
    for n in 0..1_003 {
        store.put(&format!("p/gate/{n:04}"), b"");
    }
    store.put("p/gate-2/other", b"");
    let listed = ours.list("gate/").await.unwrap();
    assert_eq!(listed.len(), 1_003);
    assert_eq!(listed.last().map(|last| last.key.as_str()), Some("gate/1002"));
}

#[tokio::test]
async fn who_may_not_is_told_why_and_no_secret_is_said() {
    let Some(store) = S3::start() else { return };
    let (id, secret) = &store.allowed;
    let wrong = (id.clone(), "hidden-and-wrong".to_owned());
    let unknown = ("AKIAUNKNOWN".to_owned(), secret.clone());
    for (url, keys, expected) in [
        ("s3://evidence", &wrong, "does not accept the credentials (SignatureDoesNotMatch)"),
        ("s3://evidence", &unknown, "does not accept the credentials (InvalidAccessKeyId)"),
        ("s3://evidence", &store.denied, "does not allow it (AccessDenied)"),
        ("s3://nothing-there", &store.allowed, "has no bucket nothing-there"),
    ] {
        let bucket = bucket(&store, url, keys);
        let (small, about) = file(b"abc");
        for error in [
            bucket.list("gate/").await.unwrap_err(),
            bucket.put_file("gate/x", small, about).await.unwrap_err(),
            bucket.remove("gate/x").await.unwrap_err(),
        ] {
            assert!(error.to_string().contains(expected), "{error}");
            let said = format!("{error} {error:?} {bucket:?} {}", error.remedy());
            assert!(!said.contains(secret) && !said.contains("hidden"), "{said}");
        }
    }
}

#[tokio::test]
async fn a_store_that_is_away_is_said_to_be() {
    let Some(store) = S3::start() else { return };
    let ours = bucket(&store, "s3://evidence", &store.allowed);
    store.down();
    let error = ours.list("gate/").await.unwrap_err();
    assert!(matches!(error, BucketError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains(&store.origin), "{error}");
    store.up();
    assert_eq!(ours.list("gate/").await, Ok(Vec::new()));
}
