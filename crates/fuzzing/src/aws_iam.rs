//! The identities of an AWS account as JSON. What is accepted refers to nothing that is not there, and says everything
//! once; what is refused says at which line and why.

use crate::source_records;
use countersign_sources::read_aws_iam;

/// Reads the bytes as an export. Returns whether it was accepted and had an identity.
pub fn aws_iam(bytes: &[u8]) -> bool {
    let mut records = Vec::new();
    match read_aws_iam(bytes, &mut records) {
        Ok(report) => {
            source_records::hold(&records, &report);
            !records.is_empty()
        }
        Err(error) => {
            let error = error.to_string();
            assert!(error.starts_with("line ") && error.contains(": "), "{error}");
            false
        }
    }
}
