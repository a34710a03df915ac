//! A collection of SharpHound. What is accepted refers to nothing that is not there, and says everything once; what is
//! refused says in which file and why.

use crate::{Fields, source_records};
use countersign_sources::{SharpHoundFile, read_sharphound};

/// Reads a field and the rest as two files. Returns whether they were accepted and had an object.
pub fn sharphound(bytes: &[u8]) -> bool {
    let mut fields = Fields::new(bytes);
    let first = SharpHoundFile { name: "1_users.json", input: fields.bytes() };
    let rest = fields.rest();
    let second = (!rest.is_empty()).then_some(SharpHoundFile { name: "2.json", input: rest });
    let mut records = Vec::new();
    match read_sharphound([first].into_iter().chain(second), &mut records) {
        Ok(report) => {
            source_records::hold(&records, &report);
            !records.is_empty()
        }
        Err(error) => {
            let error = error.to_string();
            assert!(error.starts_with("line ") && error.contains(".json`"), "{error}");
            false
        }
    }
}
