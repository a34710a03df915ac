//! The content of a directory as LDIF. What is accepted refers to nothing that is not there, and says everything once; the
//! ends of lines do not matter; what is refused says at which line and why.

use crate::source_records;
use countersign_sources::{ReadingReport, SourceError, SourceRecord, read_ldif};

/// Reads the bytes as a file. Returns whether it was accepted and had an account or a group.
pub fn ldif(bytes: &[u8]) -> bool {
    let (records, report) = match read(bytes) {
        Ok(accepted) => accepted,
        Err(error) => {
            assert!(error.starts_with("line ") && error.contains(": "), "{error}");
            return false;
        }
    };
    source_records::hold(&records, &report);
    // The other way to end a line. A lone carriage return would become the end of one.
    if !bytes.contains(&b'\r') {
        let other: Vec<u8> = bytes
            .iter()
            .flat_map(|byte| if *byte == b'\n' { &b"\r\n"[..] } else { std::slice::from_ref(byte) })
            .copied()
            .collect();
        assert_eq!(read(&other).expect("only the ends of lines differ"), (records.clone(), report));
    }
    !records.is_empty()
}

fn read(bytes: &[u8]) -> Result<(Vec<SourceRecord>, ReadingReport), String> {
    let mut records = Vec::new();
    let read: Result<_, SourceError<_>> = read_ldif(bytes, &mut records);
    read.map(|report| (records, report)).map_err(|error| error.to_string())
}
