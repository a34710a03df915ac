//! The rows of the query for PostgreSQL. What is accepted refers to nothing that is not there, and says everything once; what
//! is refused says at which line and why.

use crate::source_records;
use countersign_sources::read_postgres;

/// Reads the bytes as rows. Returns whether they were accepted and had more than the server and a database.
pub fn postgres(bytes: &[u8]) -> bool {
    let mut records = Vec::new();
    match read_postgres("main", bytes, &mut records) {
        Ok(report) => {
            source_records::hold(&records, &report);
            records.len() > 2
        }
        Err(error) => {
            let error = error.to_string();
            assert!(error.starts_with("line ") && error.contains(": "), "{error}");
            false
        }
    }
}
