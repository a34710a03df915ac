//! A credential report of AWS as CSV, beside an export with one user. What is accepted refers to nothing that is not there,
//! and says everything once; what is refused says at which line and why.

use crate::source_records;
use countersign_sources::read_aws_iam_with_credentials;

const EXPORT: &str = r#"{"UserDetailList": [{"Arn": "arn:aws:iam::1:user/ada", "UserName": "ada", "UserId": "A"}],
    "GroupDetailList": [], "RoleDetailList": [], "Policies": []}"#;

/// Reads the bytes as a report. Returns whether it was accepted and had more than the user.
pub fn aws_credentials(bytes: &[u8]) -> bool {
    let mut records = Vec::new();
    match read_aws_iam_with_credentials(EXPORT.as_bytes(), bytes, &mut records) {
        Ok(report) => {
            source_records::hold(&records, &report);
            records.len() > 1
        }
        Err(error) => {
            let error = error.to_string();
            assert!(error.starts_with("line ") && error.contains("the credential report: "), "{error}");
            false
        }
    }
}
