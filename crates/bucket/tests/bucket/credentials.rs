//! Credentials: where they come from, which source wins, what is wrong with them, and that nothing shows them.

use crate::server::{FakeServer, object};
use countersign_bucket::{BucketError, Credentials, CredentialsError, Kind, Source};
use std::path::Path;
use std::process::Command;

const FILE: &str = "# ours\n; also a comment\n[other]\naws_access_key_id = OTHERS\naws_secret_access_key = other\n\
                    [default]\n AWS_Access_Key_ID=AKIDOURS \nregion = r\nno value\n\
                    aws_secret_access_key = hid/d+e=n\n[last]\naws_access_key_id=LAST\n";

fn written(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

fn found(kind: Kind, file: Option<&Path>, role: bool) -> Result<(), CredentialsError> {
    Source::find(kind, file, role).map(drop)
}

#[test]
fn what_lacks_is_named_and_what_is_there_is_not_shown() {
    let malformed = "has characters that no key has";
    for (text, expected) in [
        ("", "has no aws_access_key_id under [default]".to_owned()),
        ("[default]\naws_access_key_id=A\n", "has no aws_secret_access_key under [default]".to_owned()),
        ("[default]\naws_secret_access_key=hidden\n", "has no aws_access_key_id under [default]".to_owned()),
        (
            "aws_access_key_id=\naws_secret_access_key=hidden",
            "has no aws_access_key_id under [default]".to_owned(),
        ),
        (
            "aws_access_key_id=A\naws_secret_access_key= ",
            "has no aws_secret_access_key under [default]".to_owned(),
        ),
        (
            "[x]\naws_access_key_id=A\naws_secret_access_key=hidden",
            "has no aws_access_key_id under [default]".to_owned(),
        ),
        (
            "#aws_access_key_id=A\naws_secret_access_key=hidden",
            "has no aws_access_key_id under [default]".to_owned(),
        ),
        ("aws_access_key_id=A\naws_secret_access_key=hid den", format!("aws_secret_access_key {malformed}")),
        (
            "aws_access_key_id=A\naws_secret_access_key=hid\u{7f}den",
            format!("aws_secret_access_key {malformed}"),
        ),
        ("aws_access_key_id=hid/den\naws_secret_access_key=hidden", format!("aws_access_key_id {malformed}")),
        ("aws_access_key_id=hid,den\naws_secret_access_key=hidden", format!("aws_access_key_id {malformed}")),
        ("aws_access_key_id=hidén\naws_secret_access_key=hidden", format!("aws_access_key_id {malformed}")),
        (
            "aws_access_key_id=A\naws_secret_access_key=hidden\naws_session_token=hid den",
            format!("aws_session_token {malformed}"),
        ),
    ] {
        let (_folder, path) = written(text);
        let error = found(Kind::S3, Some(&path), false).unwrap_err();
        let said = error.to_string();
        let begins = path.display().to_string();
        assert!(said.starts_with(&begins) && said.ends_with(&expected), "{text:?}: {said}");
        assert!(!format!("{said} {error:?}").contains("hid"), "{said}");
    }
    let (_folder, path) = written(FILE);
    assert_eq!(found(Kind::S3, Some(&path), false), Ok(()));
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let missing = found(Kind::S3, Some(Path::new("/nowhere/keys")), false).unwrap_err().to_string();
    assert!(missing.starts_with("/nowhere/keys cannot be read: No such file"), "{missing}");
    let folder = tempfile::tempdir().unwrap();
    let error = found(Kind::Google, Some(folder.path()), false).unwrap_err();
    assert!(matches!(error, CredentialsError::Unreadable { .. }), "{error}");
    let path = folder.path().join("binary");
    std::fs::write(&path, b"\xff\xfe").unwrap();
    let said = found(Kind::Azure, Some(&path), false).unwrap_err().to_string();
    assert!(said.contains("cannot be read") && said.contains("UTF-8"), "{said}");
}

#[test]
fn one_source_is_chosen_and_two_are_refused() {
    let (_folder, path) = written(FILE);
    let (_other, blank) = written(" \n\t\n");
    for kind in [Kind::S3, Kind::Google, Kind::Azure] {
        let both = found(kind, Some(&path), true).unwrap_err();
        assert_eq!(both.to_string(), "there is a credentials_file although role is true: give one of them");
        assert!(matches!(Source::find(kind, None, true), Ok(Source::Role)));
        assert!(matches!(Source::find(kind, Some(&path), false), Ok(Source::File(file)) if file == path));
    }
    for kind in [Kind::Google, Kind::Azure] {
        let none = found(kind, None, false).unwrap_err();
        assert_eq!(none.to_string(), "there is no credentials_file, and role is not true");
        let empty = found(kind, Some(&blank), false).unwrap_err();
        assert_eq!(empty.to_string(), format!("{} is empty", blank.display()));
    }
}

#[test]
fn no_form_of_credentials_shows_a_secret() {
    let given = Credentials::new("AKIDOURS", "hidden");
    for shown in [format!("{given:?}"), format!("{:?}", Source::Given(given))] {
        assert!(shown.contains("AKIDOURS") && !shown.contains("hidden"), "{shown}");
    }
}

/// Prints what the environment of this process gives. The next test runs it in processes of their own, because no
/// other way sets a variable safely.
#[test]
#[ignore = "it is run by its neighbour, with variables"]
fn the_environment_as_a_process_has_it() {
    match Source::find(Kind::S3, None, false) {
        Ok(source) => println!("{source:?}"),
        Err(error) => println!("{error}"),
    }
}

#[test]
fn without_a_file_the_environment_has_the_keys_of_s3() {
    let none = |name: &str| format!("there is no credentials_file, and {name} is not in the environment");
    let strange = |name: &str| format!("the environment: {name} has characters that no key has");
    let (id, secret, token) = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN");
    for (variables, expected) in [
        (vec![], none(id)),
        (vec![(secret, "hidden")], none(id)),
        (vec![(id, ""), (secret, "hidden")], none(id)),
        (vec![(id, "AKIDOURS")], none(secret)),
        (vec![(id, "AKIDOURS"), (secret, "")], none(secret)),
        (vec![(id, "AKIDOURS"), (secret, "hid den")], strange("aws_secret_access_key")),
        (vec![(id, "AK/ID"), (secret, "hidden")], strange("aws_access_key_id")),
        (vec![(id, "AKIDOURS"), (secret, "hidden"), (token, "hid den")], strange("aws_session_token")),
        (vec![(id, "AKIDOURS"), (secret, "hidden")], "id: \"AKIDOURS\"".to_owned()),
        (vec![(id, "AKIDOURS"), (secret, "hidden"), (token, "hidden")], "token: Some".to_owned()),
        (vec![(id, "AKIDOURS"), (secret, "hidden"), (token, "")], "token: None".to_owned()),
    ] {
        let mut process = Command::new(std::env::current_exe().unwrap());
        process.args([
            "--exact",
            "credentials::the_environment_as_a_process_has_it",
            "--ignored",
            "--nocapture",
        ]);
        for name in [id, secret, token] {
            process.env_remove(name);
        }
        let output = process.envs(variables.clone()).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && said.contains(&expected), "{variables:?}: {said}");
        assert!(!said.contains("hid"), "{said}");
    }
}

/// New keys need no restart, and the error names a file that is broken meanwhile.
#[tokio::test]
async fn keys_are_read_for_each_request() {
    let server = FakeServer::start(|_| object(b"", 0)).await;
    let (_folder, path) = written(FILE);
    let bucket = server.bucket_with(Source::find(Kind::S3, Some(&path), false).unwrap());
    let signed = |at: usize| {
        let request = server.requests()[at].clone();
        assert!(!request.headers.contains("hid"), "{}", request.headers);
        let token = request.header("x-amz-security-token").map(str::to_owned);
        (request.header("authorization").unwrap().to_owned(), token)
    };
    let begins = |id: &str| format!("AWS4-HMAC-SHA256 Credential={id}/");
    bucket.put("x", "y".into()).await.unwrap();
    assert!(signed(0).0.starts_with(&begins("AKIDOURS")) && signed(0).1.is_none(), "{:?}", signed(0));

    let exchanged = FILE.replace("AKIDOURS", "AKIDNEW").replace("[last]", "aws_session_token = tok\n[last]");
    std::fs::write(&path, exchanged).unwrap();
    bucket.put("x", "y".into()).await.unwrap();
    assert!(signed(1).0.starts_with(&begins("AKIDNEW")), "{:?}", signed(1));
    assert_eq!(signed(1).1.as_deref(), Some("tok"));

    std::fs::write(&path, "[default]\naws_access_key_id=AKIDNEW\n").unwrap();
    let lacks = bucket.put("x", "y".into()).await.unwrap_err();
    let expected =
        format!("the credentials: {} has no aws_secret_access_key under [default]", path.display());
    assert_eq!(lacks.to_string(), expected);
    std::fs::remove_file(&path).unwrap();
    for error in [
        bucket.list("x").await.map(drop).unwrap_err(),
        bucket.get("x").await.map(drop).unwrap_err(),
        bucket.remove("x").await.unwrap_err(),
    ] {
        assert!(matches!(error, BucketError::NoCredentials(CredentialsError::Unreadable { .. })), "{error}");
        assert!(error.remedy().contains("evidence.store.credentials_file"));
        assert!(error.is_stores());
    }
    assert_eq!(server.requests().len(), 2, "nothing is asked without keys");
}

/// A file of the wrong kind is not repeated in the message.
#[tokio::test]
async fn a_file_that_the_store_cannot_use_is_said_to_be() {
    for (url, text) in [
        ("gs://our-bucket", "hidden, and no JSON"),
        ("gs://our-bucket", r#"{"type": "service_account", "private_key": "hidden"}"#),
        ("azure://account/our-bucket", "hidden, and no base64!"),
    ] {
        let (_folder, path) = written(text);
        let address = countersign_bucket::Address::parse(url, None, "r", false).unwrap();
        let source = Source::find(address.kind(), Some(&path), false).unwrap();
        let bucket = countersign_bucket::Bucket::new(address, source, None).unwrap();
        let error = bucket.list("x").await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "the credentials: they cannot be used for a store of this kind",
            "{url}"
        );
        assert!(!format!("{error:?} {bucket:?}").contains("hidden"));
    }
}
