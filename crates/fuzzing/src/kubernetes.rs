//! Manifests of Kubernetes as YAML or JSON. What is accepted refers to nothing that is not there, and says everything once;
//! what is refused says in which file and why.

use crate::source_records;
use countersign_sources::{ManifestFile, read_kubernetes};

/// Reads the bytes as a file. Returns whether it was accepted and had more than the cluster.
pub fn kubernetes(bytes: &[u8]) -> bool {
    let mut records = Vec::new();
    match read_kubernetes("prod", [ManifestFile { name: "rbac.yaml", input: bytes }], &mut records) {
        Ok(report) => {
            source_records::hold(&records, &report);
            records.len() > 1
        }
        Err(error) => {
            let error = error.to_string();
            assert!(error.starts_with("line ") && error.contains("`rbac.yaml`: "), "{error}");
            false
        }
    }
}
