//! Validates OCSF events against the schema that its authors publish, with a third-party validator.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test whose validator fails stops here, and one that has none says so"
)]

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The result of the validator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Number of events.
    pub lines: usize,
    /// Number of events per class.
    pub classes: BTreeMap<String, u64>,
    /// The faults, each with its line.
    pub faults: Vec<String>,
}

/// Validates these lines, one event per line; `None`, with a [`skip`](crate::skip()), if the validator is not installed.
///
/// # Panics
/// If the validator fails.
pub fn judge(lines: &[u8]) -> Option<Judged> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let python = crate::python()?;
    let mut child = Command::new(&python)
        .arg("-I")
        .arg(root.join("validators/ocsf.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", python.display()));
    // The validator answers only after reading everything, so there is no output to read while writing. If it ends
    // early, its standard error explains why, and the failed write does not.
    if let Some(mut stdin) = child.stdin.take() {
        let _ = stdin.write_all(lines);
    }
    let mut said = String::new();
    if let Some(mut stdout) = child.stdout.take() {
        stdout.read_to_string(&mut said).unwrap();
    }
    let status = child.wait().unwrap();
    assert!(status.success(), "the validator failed: {status}");
    let found: serde_json::Value = serde_json::from_str(&said).unwrap();
    let classes = found["judged"].as_object().unwrap();
    Some(Judged {
        lines: usize::try_from(found["lines"].as_u64().unwrap()).unwrap(),
        classes: classes.iter().map(|(name, count)| (name.clone(), count.as_u64().unwrap())).collect(),
        faults: found["faults"]
            .as_array()
            .unwrap()
            .iter()
            .map(|fault| fault.as_str().unwrap().to_owned())
            .collect(),
    })
}
