//! What becomes of every answer that a store, or whatever is in its place, can give.

use crate::server::{FakeServer, answer, object, refusal};
use bytes::Bytes;
use countersign_bucket::{Address, Bucket, BucketError, Credentials, Expected, Source};
use std::io::{self, Seek as _, Write as _};
use tokio::net::TcpListener;

fn file(bytes: &[u8]) -> (std::fs::File, Expected) {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    let sum = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    (file, Expected { bytes: bytes.len() as u64, digest: sum.as_ref().try_into().unwrap() })
}

/// Returns the errors of every operation.
async fn all_errors(bucket: &Bucket) -> [BucketError; 4] {
    [
        bucket.list("gate/").await.map(drop).unwrap_err(),
        bucket.get("gate/x").await.map(drop).unwrap_err(),
        bucket.put("gate/x", Bytes::from_static(b"y")).await.unwrap_err(),
        bucket.remove("gate/x").await.unwrap_err(),
    ]
}

#[tokio::test]
async fn what_a_store_says_is_told_apart() {
    let no_bucket = || BucketError::NoBucket { bucket: "evidence".to_owned() };
    let region =
        |code: &str| BucketError::Region { region: "eu-central-1".to_owned(), code: code.to_owned() };
    let credentials = |code: &str| BucketError::Credentials { code: code.to_owned() };
    let busy = |status, code: &str| BucketError::Busy { status, code: code.to_owned() };
    let refused = |status, code: &str| BucketError::Refused { status, code: code.to_owned() };
    let denied = |code: &str| BucketError::Denied { code: code.to_owned() };
    let mut cases = vec![
        (404, "NoSuchBucket", no_bucket()),
        (404, "ContainerNotFound", no_bucket()),
        (409, "ContainerBeingDeleted", no_bucket()),
        (403, "RequestTimeTooSkewed", BucketError::Clock { code: "RequestTimeTooSkewed".to_owned() }),
        (400, "AuthorizationHeaderMalformed", region("AuthorizationHeaderMalformed")),
        (301, "PermanentRedirect", region("PermanentRedirect")),
        (400, "IllegalLocationConstraintException", region("IllegalLocationConstraintException")),
        (301, "", region("")),
        (307, "TemporaryRedirect", region("TemporaryRedirect")),
        (401, "", denied("")),
        (403, "AccessDenied", denied("AccessDenied")),
        (403, "AuthorizationFailure", denied("AuthorizationFailure")),
        (429, "", busy(429, "")),
        (500, "InternalError", busy(500, "InternalError")),
        (503, "SlowDown", busy(503, "SlowDown")),
        (599, "", busy(599, "")),
        (400, "SlowDown", busy(400, "SlowDown")),
        (400, "RequestTimeout", busy(400, "RequestTimeout")),
        (409, "ServerBusy", busy(409, "ServerBusy")),
        (400, "", refused(400, "")),
        (405, "MethodNotAllowed", refused(405, "MethodNotAllowed")),
        (418, "Weird", refused(418, "Weird")),
        // A code is letters and digits: nothing else comes from the store into a log.
        (400, "evil\u{1b}[2J", refused(400, "")),
        (400, "evil code", refused(400, "")),
        (400, "told/by/the/store", refused(400, "")),
    ];
    let long = "x".repeat(65);
    cases.push((400, &long, refused(400, "")));
    cases.push((400, &long[..64], refused(400, &long[..64])));
    for code in [
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "InvalidToken",
        "ExpiredToken",
        "TokenRefreshRequired",
        "InvalidClientTokenId",
        "AuthFailure",
        "AuthenticationFailed",
        "InvalidAuthenticationInfo",
        "AuthenticationRequired",
        "InvalidSecurity",
    ] {
        cases.push((403, code, credentials(code)));
        cases.push((400, code, credentials(code)));
    }
    for (status, code, expected) in cases {
        let bytes = refusal(status, code);
        let server = FakeServer::start(move |_| bytes.clone()).await;
        let errors = all_errors(&server.bucket()).await;
        assert_eq!(errors, std::array::from_fn(|_| expected.clone()), "{status} {code}");
        let said = format!("{expected} {expected:?} {}", expected.remedy());
        assert!(!said.contains("told") && !said.contains('\u{1b}') && !said.contains("hidden"), "{said}");
        assert!(expected.is_stores(), "another request would fail as well: {expected}");
        assert_eq!(server.requests().len(), 4, "nothing is tried twice: {status} {code}");
    }
}

#[test]
fn every_error_says_what_it_is_and_what_to_do() {
    let (origin, why, code) = ("https://s3.example".to_owned(), "why".to_owned(), "Code".to_owned());
    for (error, says, remedy) in [
        (
            BucketError::Unreachable { origin: origin.clone(), why: why.clone() },
            "the store at https://s3.example cannot be reached: why",
            "evidence.store.endpoint",
        ),
        (
            BucketError::Late { origin: origin.clone() },
            "the store at https://s3.example did not answer in time",
            "evidence.store.endpoint",
        ),
        (
            BucketError::Credentials { code: code.clone() },
            "the store does not accept the credentials (Code)",
            "evidence.store.credentials_file",
        ),
        (
            BucketError::Denied { code: code.clone() },
            "the store does not allow it (Code)",
            "allow the key to list",
        ),
        (BucketError::NoBucket { bucket: "b".to_owned() }, "the store has no bucket b", "create the bucket"),
        (BucketError::Missing, "the store does not have it", "countersign status"),
        (
            BucketError::Region { region: "r".to_owned(), code: code.clone() },
            "the bucket is not in the region r (Code)",
            "evidence.store.region",
        ),
        (
            BucketError::Clock { code: code.clone() },
            "the store's clock and this machine's differ too much (Code)",
            "clock",
        ),
        (
            BucketError::Busy { status: 503, code: code.clone() },
            "the store is temporarily unable to answer (503 Code)",
            "tries again",
        ),
        (BucketError::Refused { status: 400, code }, "the store refused (400 Code)", "evidence.store.url"),
        (
            BucketError::NotAStore { origin, why: why.clone() },
            "the answer of https://s3.example is not that of such a store: why",
            "evidence.store.url",
        ),
        (BucketError::Differs, "the file differs from its anchor", "countersign evidence verify"),
        (BucketError::Disk { why }, "this machine's disk: why", "free space"),
        (
            BucketError::Oversized { path: "gate/head".to_owned() },
            "the object gate/head is larger than such an object is",
            "find out who wrote it",
        ),
    ] {
        assert_eq!(error.to_string(), says);
        assert!(error.remedy().contains(remedy), "{error}: {}", error.remedy());
    }
}

#[tokio::test]
async fn a_missing_object_is_no_fault_of_the_store() {
    for code in ["NoSuchKey", "BlobNotFound", ""] {
        let bytes = refusal(404, code);
        let server = FakeServer::start(move |_| bytes.clone()).await;
        let bucket = server.bucket();
        assert_eq!(bucket.get("gate/x").await, Err(BucketError::Missing), "{code}");
        assert_eq!(bucket.read("gate/x", 0, |_| Ok(())).await, Err(BucketError::Missing), "{code}");
        assert_eq!(bucket.remove("gate/x").await, Ok(()), "{code}");
    }
    assert!(!BucketError::Missing.is_stores());
}

#[tokio::test]
async fn a_request_is_signed_and_names_bucket_prefix_and_digest() {
    let server = FakeServer::start(|_| object(b"", 0)).await;
    let bucket = server.bucket();
    bucket.put("gate/ä b", Bytes::from_static(b"bytes")).await.unwrap();
    bucket.remove("gate/x").await.unwrap();
    let [put, remove] = server.requests().try_into().unwrap();
    assert_eq!(put.line, "PUT /evidence/ours/gate/%C3%A4%20b");
    assert_eq!(put.body, b"bytes");
    // `printf bytes | sha256sum`, in base64.
    assert_eq!(put.header("x-amz-checksum-sha256"), Some("J3CJ2RwL308uaGK6fkoHYFEZQx9dE/cm3TUrBvGyBqk="));
    assert_eq!(remove.line, "DELETE /evidence/ours/gate/x");
    for request in [put, remove] {
        assert_eq!(request.header("host"), server.origin.strip_prefix("http://"));
        let signed = request.header("authorization").unwrap();
        assert!(signed.contains("Credential=AKIDOURS/") && signed.contains("/eu-central-1/s3/aws4_request"));
        assert!(!format!("{request:?}").contains("hidden"));
    }
}

#[tokio::test]
async fn whoever_is_no_store_is_told_apart() {
    for bytes in [answer(200, "hello"), answer(200, "<html>"), answer(200, b"\xff\xfe")] {
        let server = FakeServer::start(move |_| bytes.clone()).await;
        let error = server.bucket().list("gate/").await.unwrap_err();
        let begins = format!("the answer of {} is not that of such a store", server.origin);
        assert!(error.to_string().starts_with(&begins), "{error}");
    }
    let endless = FakeServer::start(|_| answer(200, vec![b' '; (8 << 20) + 1])).await;
    let error = endless.bucket().list("gate/").await.unwrap_err();
    assert!(matches!(&error, BucketError::NotAStore { why, .. } if why.contains("length limit")), "{error}");
}

#[tokio::test]
async fn whatever_speaks_no_http_or_hangs_up_is_not_reached() {
    for bytes in [
        &b""[..],
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-le",
        b"HTTP/1.1 200 OK\r\nbad\x00: x\r\n\r\n",
    ] {
        let server = FakeServer::start(move |_| bytes.to_vec()).await;
        for error in all_errors(&server.bucket()).await {
            let begins = format!("the store at {} cannot be reached: ", server.origin);
            assert!(error.to_string().starts_with(&begins), "{bytes:?}: {error}");
        }
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let address = Address::parse("s3://evidence", Some(&origin), "r", false).unwrap();
    let bucket = Bucket::new(address, Source::Given(Credentials::new("A", "hidden")), None).unwrap();
    let error = bucket.list("gate/").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the store at {origin} cannot be reached: Connection refused (os error 111)")
    );
}

/// What arrived before the connection broke is not taken for the whole.
#[tokio::test]
async fn an_object_that_breaks_off_is_an_error() {
    let server = FakeServer::start(|_| object(b"half", 8)).await;
    let bucket = server.bucket();
    let mut taken = Vec::new();
    let read = bucket.read("gate/x", 8, |piece| {
        taken.extend_from_slice(piece);
        Ok(())
    });
    let error = read.await.unwrap_err();
    assert!(matches!(error, BucketError::Unreachable { .. }), "{error}");
    assert!(b"half".starts_with(&taken[..]));
    assert!(bucket.get("gate/x").await.is_err());
}

#[tokio::test]
async fn a_reader_that_fails_stops_the_download_and_is_this_machines() {
    let server = FakeServer::start(|_| object(&[7; 100_000], 100_000)).await;
    let (bucket, mut pieces) = (server.bucket(), 0);
    let read = bucket.read("gate/x", 100_000, |_| {
        pieces += 1;
        Err(io::Error::other("the disk is full"))
    });
    let error = read.await.unwrap_err();
    assert_eq!((error.to_string().as_str(), pieces), ("this machine's disk: the disk is full", 1));
    assert!(!error.is_stores());
}

#[tokio::test]
async fn a_small_object_is_at_most_64_kib() {
    const MOST: usize = 64 << 10;
    let server = FakeServer::start(|request| {
        let length = if request.line.ends_with("/fits") { MOST } else { MOST + 1 };
        object(&vec![7; length], length)
    })
    .await;
    let bucket = server.bucket();
    assert_eq!(bucket.get("fits").await.map(|bytes| bytes.len()), Ok(MOST));
    let error = bucket.get("gate/head").await.unwrap_err();
    assert_eq!(error, BucketError::Oversized { path: "gate/head".to_owned() });
    assert!(!error.is_stores(), "the store's other objects can be read");
}

/// Neither is removed by a listing of another folder, nor read beside the prefix.
#[tokio::test]
async fn a_listing_gives_what_is_below_the_folder_and_no_more() {
    let server = FakeServer::start(|_| {
        let keys = ["ours/gate/b", "ours/gate/a", "ours/gate-2/c", "theirs/gate/d", "gate/e", "oursgate/f"];
        let one = |key: &&str| {
            format!("<Contents><Key>{key}</Key><LastModified>2026-11-22T09:00:00Z</LastModified><Size>3</Size></Contents>")
        };
        let contents: String = keys.iter().map(one).collect();
        answer(200, format!("<ListBucketResult><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>"))
    })
    .await;
    let listed = server.bucket().list("gate/").await.unwrap();
    let keys: Vec<&str> = listed.iter().map(|listed| listed.key.as_str()).collect();
    assert_eq!(keys, ["gate/a", "gate/b"], "in order");
    assert_eq!(listed[0].bytes, 3);
    let request = &server.requests()[0];
    assert!(
        request.line.contains("list-type=2") && request.line.contains("prefix=ours%2Fgate"),
        "{}",
        request.line
    );
}

/// An upload that fails midway is given up at the store too, and its own error is told.
#[tokio::test]
async fn parts_of_a_file_that_cannot_be_completed_are_given_up() {
    let bytes = vec![7; (16 << 20) + 1];
    for (fails, expected) in [
        ("POST uploads", "the store does not allow it (AccessDenied)"),
        ("PUT 2", "the store does not allow it (AccessDenied)"),
        ("POST id", "the store does not allow it (AccessDenied)"),
        ("nothing", "the file differs from its anchor"),
    ] {
        let server = FakeServer::start(move |request| {
            let is =
                |method: &str, query: &str| request.line.starts_with(method) && request.line.contains(query);
            let failing = match fails {
                "POST uploads" => is("POST", "?uploads"),
                "PUT 2" => is("PUT", "partNumber=2"),
                "POST id" => is("POST", "?uploadId=u-1"),
                _ => false,
            };
            match () {
                () if failing => refusal(403, "AccessDenied"),
                () if is("POST", "?uploads") => answer(
                    200,
                    "<InitiateMultipartUploadResult><UploadId>u-1</UploadId></InitiateMultipartUploadResult>",
                ),
                () => object(b"", 0),
            }
        })
        .await;
        let (file, mut expected_file) = file(&bytes);
        if fails == "nothing" {
            expected_file.digest = [1; 32];
        }
        let error = server.bucket().put_file("gate/x", file, expected_file).await.unwrap_err();
        assert_eq!(error.to_string(), expected, "{fails}");
        let lines: Vec<_> = server.requests().into_iter().map(|request| request.line).collect();
        let given_up = lines.iter().any(|line| line.starts_with("DELETE") && line.contains("uploadId=u-1"));
        let completed = lines.iter().any(|line| line.starts_with("POST") && line.contains("uploadId=u-1"));
        assert_eq!(completed, fails == "POST id", "{fails}: {lines:?}");
        // A completion that failed may have come about: there is nothing to give up that is known to be unfinished.
        assert_eq!(given_up, ["PUT 2", "nothing"].contains(&fails), "{fails}: {lines:?}");
    }
}

#[tokio::test]
async fn a_file_that_is_shorter_than_it_should_be_is_not_sent() {
    let server = FakeServer::start(|_| answer(200, "")).await;
    let (short, expected) = file(b"short");
    let longer = Expected { bytes: expected.bytes + 1, ..expected };
    let error = server.bucket().put_file("gate/x", short, longer).await.unwrap_err();
    assert_eq!(error, BucketError::Differs);
    let folder = std::fs::File::open(".").unwrap();
    let error = server.bucket().put_file("gate/x", folder, expected).await.unwrap_err();
    assert!(matches!(&error, BucketError::Disk { why } if why.starts_with("it cannot be read: ")), "{error}");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_store_that_says_nothing_is_late() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let address = Address::parse("s3://evidence", Some(&origin), "r", false).unwrap();
    let bucket = Bucket::new(address, Source::Given(Credentials::new("A", "hidden")), None).unwrap();
    let errors = futures_util::future::join_all([bucket.get("a"), bucket.get("b")]);
    let errors = tokio::time::timeout(std::time::Duration::from_secs(60), errors).await.unwrap();
    for error in errors {
        assert_eq!(error, Err(BucketError::Late { origin: origin.clone() }));
    }
}
