//! Checks a running SCIM server with scim2-tester, a test suite that others wrote.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test whose checks cannot run stops here, and one that has no tester says so"
)]

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The result of the tester.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScimChecks {
    /// Number of checks per status, by the tester's name of it.
    pub statuses: BTreeMap<String, usize>,
    /// The checks that did not pass, each with its reason.
    pub failed: Vec<String>,
}

/// Checks the service at this address with this token (`validators/scim.py` says how); `None`, with a
/// [`skip`](crate::skip()), if the tester is not installed. Blocks until all checks are made.
///
/// # Panics
/// If the tester itself fails.
pub fn check(base: &str, token: &str) -> Option<ScimChecks> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let python = crate::python()?;
    let mut child = Command::new(&python)
        .arg("-I")
        .arg(root.join("validators/scim.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", python.display()));
    // If it ends early, its standard error explains why, and the failed write does not.
    let mut stdin = child.stdin.take().unwrap();
    let _ = stdin.write_all(json!({ "base": base, "token": token }).to_string().as_bytes());
    drop(stdin);
    let ran = child.wait_with_output().unwrap();
    assert!(ran.status.success(), "the tester failed: {}", String::from_utf8_lossy(&ran.stderr));
    let mut found: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let statuses = serde_json::from_value(found["statuses"].take()).unwrap();
    Some(ScimChecks { statuses, failed: serde_json::from_value(found["failed"].take()).unwrap() })
}
