//! A list as CSV, with its mapping. What is accepted refers to nothing that is not there, and says everything once; the ends
//! of lines do not matter; what is refused says at which line and why.

use crate::{Fields, source_records};
use countersign_sources::{CsvInput, CsvMapping, ReadingReport, SourceError, SourceRecord, read_csv};

/// Reads a field as a mapping and the rest as a file. Returns whether both were accepted and the file had a row.
pub fn csv_file(bytes: &[u8]) -> bool {
    let mut fields = Fields::new(bytes);
    let mapping = match CsvMapping::from_toml(fields.text()) {
        Ok(mapping) => mapping,
        Err(error) => {
            assert!(error.to_string().contains("the mapping"), "{error}");
            return false;
        }
    };
    let bytes = fields.rest();
    let (records, report) = match read(&mapping, bytes) {
        Ok(accepted) => accepted,
        Err(error) => {
            assert!(error.starts_with("line ") && error.contains("`list.csv`: "), "{error}");
            return false;
        }
    };
    source_records::hold(&records, &report);
    // The other way to end a line. Within quotes it would be a part of a cell.
    if !bytes.iter().any(|byte| matches!(byte, b'\r' | b'"')) {
        let other: Vec<u8> = bytes
            .iter()
            .flat_map(|byte| if *byte == b'\n' { &b"\r\n"[..] } else { std::slice::from_ref(byte) })
            .copied()
            .collect();
        assert_eq!(read(&mapping, &other).expect("only the ends of lines differ"), (records.clone(), report));
    }
    !records.is_empty()
}

fn read(mapping: &CsvMapping, bytes: &[u8]) -> Result<(Vec<SourceRecord>, ReadingReport), String> {
    let mut records = Vec::new();
    let input = CsvInput { name: "list.csv", mapping, input: bytes };
    let read: Result<_, SourceError<_>> = read_csv([input], &mut records);
    read.map(|report| (records, report)).map_err(|error| error.to_string())
}
