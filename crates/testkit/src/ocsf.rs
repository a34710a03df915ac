//! Events of OCSF, judged by the schema that its authors publish and by a validator that is not ours.

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

/// What the validator found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// How many events it read.
    pub lines: usize,
    /// How many there were of each class.
    pub classes: BTreeMap<String, u64>,
    /// What is wrong with them, each with its line.
    pub faults: Vec<String>,
}

/// Has these lines judged, an event each. None, with a [`skip`](crate::skip), where the validator is
/// not installed.
///
/// # Panics
/// When the validator fails.
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
    // It answers when it has read everything, so there is nothing to read while this is written. Should it end early,
    // what it said on standard error tells why, and that writing failed does not.
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
