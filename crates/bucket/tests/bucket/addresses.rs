//! Addresses of buckets: where each leads, and what is said of each that leads nowhere.

use countersign_bucket::{Address, AddressError, Kind};
use proptest::prelude::*;

const URL: &str = "write a bucket and the part of it to use, as in s3://our-evidence/countersign, \
                   gs://our-evidence/countersign or azure://account/container/countersign";
const ENDPOINT: &str = "write the origin of a store, as in https://s3.example:9000";

fn error(url: &str, endpoint: Option<&str>, region: &str) -> AddressError {
    Address::parse(url, endpoint, region, false).unwrap_err()
}

#[test]
fn an_address_says_what_it_is() {
    for (url, endpoint, kind, bucket, origin, shown) in [
        (
            "s3://our-bucket",
            None,
            Kind::S3,
            "our-bucket",
            "https://our-bucket.s3.r-1.amazonaws.com",
            "s3://our-bucket",
        ),
        (
            "s3://our.bucket/x/",
            None,
            Kind::S3,
            "our.bucket",
            "https://s3.r-1.amazonaws.com",
            "s3://our.bucket/x",
        ),
        (
            "s3://abc/x/y",
            Some("https://s3.example:443/"),
            Kind::S3,
            "abc",
            "https://s3.example",
            "s3://abc/x/y",
        ),
        ("s3://abc", Some("https://s3.example:9000"), Kind::S3, "abc", "https://s3.example:9000", "s3://abc"),
        ("s3://abc", Some("http://localhost"), Kind::S3, "abc", "http://localhost", "s3://abc"),
        ("s3://abc", Some("http://localhost:443"), Kind::S3, "abc", "http://localhost:443", "s3://abc"),
        ("s3://abc", Some("http://127.9.9.9:80"), Kind::S3, "abc", "http://127.9.9.9", "s3://abc"),
        ("s3://abc", Some("http://[::1]:9000"), Kind::S3, "abc", "http://[::1]:9000", "s3://abc"),
        (
            "gs://our-bucket/x",
            None,
            Kind::Google,
            "our-bucket",
            "https://storage.googleapis.com",
            "gs://our-bucket/x",
        ),
        (
            "azure://acc/con/x//",
            None,
            Kind::Azure,
            "con",
            "https://acc.blob.core.windows.net",
            "azure://acc/con/x",
        ),
    ] {
        let address = Address::parse(url, endpoint, "r-1", false).unwrap();
        assert_eq!((address.kind(), address.bucket()), (kind, bucket), "{url}");
        assert_eq!((address.origin().as_str(), address.to_string().as_str()), (origin, shown), "{url}");
    }
}

#[test]
fn what_can_not_be_is_refused_with_the_setting_and_what_to_write() {
    let scheme = "this is no URL of a store";
    let account = "a storage account's name has 3 to 24 lower-case letters and digits";
    let bucket = "a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens";
    let parts = "the parts after the bucket have letters, digits, dots, hyphens and underscores, 256 at most";
    let long = |letters: usize| "a".repeat(letters);
    for (url, rule) in [
        (String::new(), scheme),
        ("our-bucket".into(), scheme),
        ("S3://our-bucket".into(), scheme),
        (" s3://our-bucket".into(), scheme),
        ("s3:/our-bucket".into(), scheme),
        ("https://our-bucket".into(), scheme),
        ("azure://Acc/our-bucket".into(), account),
        ("azure://ab/our-bucket".into(), account),
        ("azure://a-b-c/our-bucket".into(), account),
        (format!("azure://{}/our-bucket", long(25)), account),
        ("azure://".into(), account),
        ("azure://account".into(), bucket),
        ("azure://account/".into(), bucket),
        ("s3://".into(), bucket),
        ("s3:///x".into(), bucket),
        ("s3://ab".into(), bucket),
        (format!("s3://{}", long(64)), bucket),
        ("s3://Our-bucket".into(), bucket),
        ("s3://our_bucket".into(), bucket),
        ("s3://-our".into(), bucket),
        ("s3://our-".into(), bucket),
        ("s3://.our".into(), bucket),
        ("s3://our..bucket".into(), bucket),
        ("s3://key:secret@bucket".into(), bucket),
        ("s3://our-bucket?x".into(), bucket),
        ("s3://bücket".into(), bucket),
        ("s3://our-bucket//a".into(), parts),
        ("s3://our-bucket/a//b".into(), parts),
        ("s3://our-bucket/./b".into(), parts),
        ("s3://our-bucket/a/..".into(), parts),
        ("s3://our-bucket/a b".into(), parts),
        ("s3://our-bucket/a%2fb".into(), parts),
        ("s3://our-bucket/a#b".into(), parts),
        ("s3://our-bucket/ä".into(), parts),
        (format!("s3://our-bucket/{}", long(257)), parts),
    ] {
        let said = error(&url, None, "r").to_string();
        assert_eq!(said, format!("url: {rule}: {URL}"), "{url}");
    }
    for fits in [format!("s3://{}", long(63)), format!("s3://abc/{}", long(256)), "s3://abc/.a/a..b/_".into()]
    {
        assert!(Address::parse(&fits, None, "r", false).is_ok(), "{fits}");
    }
}

#[test]
fn a_region_and_an_endpoint_that_are_none_are_refused() {
    for region in ["", "a/b", "eu central", "a.b", "eu_1", "ü"] {
        let said = error("s3://our-bucket", None, region).to_string();
        let expected = "region: write the region's name, such as eu-central-1; many stores accept any";
        assert_eq!(said, expected, "{region}");
    }
    let (begins, path) =
        ("it begins with https:// (or http://)", "a path does not belong here; name the bucket in url");
    let keys = "a name or password does not belong into a URL; keys go into credentials_file";
    for (endpoint, what) in [
        ("", "this is no URL"),
        ("https://", "this is no URL"),
        ("https://a b", "this is no URL"),
        ("https://[::1", "this is no URL"),
        ("s3.example", begins),
        ("s3.example:9000", begins),
        ("/s3", begins),
        ("ftp://s3.example", begins),
        ("https://id:hidden@s3.example", keys),
        ("https://id@s3.example", keys),
        ("https://s3.example/our-bucket", path),
        ("https://s3.example//", path),
        ("https://s3.example/?x", path),
        ("https://s3.example?x=y", path),
    ] {
        let error = error("s3://our-bucket", Some(endpoint), "r");
        assert_eq!(error.to_string(), format!("endpoint: {what}: {ENDPOINT}"), "{endpoint}");
        assert!(!error.to_string().contains("hidden"));
    }
}

#[test]
fn without_tls_only_this_machine_is_spoken_to_unless_it_is_said() {
    for endpoint in [
        "http://s3.example",
        "http://10.0.0.1:9000",
        "http://128.0.0.1",
        "http://[::2]",
        "http://localhost.example",
    ] {
        let error = error("s3://our-bucket", Some(endpoint), "r");
        assert_eq!(error.field, "plain_http", "{endpoint}");
        assert_eq!(
            error.message,
            "without TLS the network reads the records on their way to the store: use https://, or set plain_http = true"
        );
        let address = Address::parse("s3://our-bucket", Some(endpoint), "r", true).unwrap();
        assert!(address.origin().starts_with("http://"), "{endpoint}");
    }
}

/// Other people's objects beside the prefix are none of ours, however their keys begin.
#[test]
fn a_key_is_ours_only_below_the_prefix() {
    let parse = |url| Address::parse(url, None, "r", false).unwrap();
    let ours = parse("s3://our-bucket/a/b");
    for (key, path) in [
        ("a/b/c", Some("c")),
        ("a/b/c/d", Some("c/d")),
        ("a/b/", Some("")),
        ("a/b", None),
        ("a/bc", None),
        ("a/bc/d", None),
        ("a/c", None),
        ("b/c", None),
        ("", None),
    ] {
        assert_eq!(ours.path(key), path, "{key}");
    }
    assert_eq!(parse("s3://our-bucket").path("a/b"), Some("a/b"));
}

proptest! {
    /// What is shown is what is written, and every path comes back from its key.
    #[test]
    fn an_address_and_its_keys_come_back_as_they_went(
        scheme in prop_oneof!["s3://", "gs://", "azure://[a-z0-9]{3,24}/"],
        bucket in "[a-z0-9][a-z0-9-]{1,60}[a-z0-9]",
        prefix in "(/[A-Za-z0-9_-]{1,20}){0,4}",
        path in "[a-z0-9=./-]{1,40}",
    ) {
        let url = format!("{scheme}{bucket}{prefix}");
        let address = Address::parse(&url, None, "r", false).unwrap();
        prop_assert_eq!(address.to_string(), url);
        let key = address.key(&path);
        prop_assert_eq!(address.path(&key), Some(path.as_str()));
        prop_assert!(key.ends_with(&path) && key.len() <= path.len() + 257);
    }

    /// No text ends the process, and each that is refused names a setting that exists.
    #[test]
    fn any_text_is_an_address_or_refused(
        url in prop_oneof![".{0,40}", "(s3|gs|azure)://.{0,40}"],
        endpoint in proptest::option::of(prop_oneof![".{0,30}", "https?://.{0,30}"]),
        region in ".{0,8}",
        plain_http in any::<bool>(),
    ) {
        match Address::parse(&url, endpoint.as_deref(), &region, plain_http) {
            Ok(address) => prop_assert!(Address::parse(&address.to_string(), None, &region, false).is_ok()),
            Err(error) => prop_assert!(["url", "endpoint", "region", "plain_http"].contains(&error.field)),
        }
    }
}
