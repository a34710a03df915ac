//! Findings as a table in CSV (RFC 4180).

use crate::severity::severity_word;
use crate::stored::StoredFinding;
use countersign_names::Timestamp;

const HEADING: &str = "id,detector,severity,state,source,key,name,kind,cause,evidence,fix,first_seen,last_seen,fixed_at,returned_at";

/// Returns the findings as CSV, one line each after a line of headings. Of the subjects it has the first.
///
/// A cell that a spreadsheet would take for a formula begins with an apostrophe, because names are what strangers wrote.
pub fn findings_as_csv(findings: &[StoredFinding]) -> String {
    let mut text = format!("{HEADING}\r\n");
    let moment = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    for finding in findings {
        let found = &finding.found;
        let first = found.subjects.first();
        let evidence: Vec<String> = found
            .evidence
            .iter()
            .map(|said| format!("{}:{} {}={}", said.source, said.key, said.attribute, said.value))
            .collect();
        let cells = [
            found.id.to_string(),
            found.detector.clone(),
            severity_word(found.severity).to_owned(),
            finding.standing.as_str().to_owned(),
            first.map(|subject| subject.source.clone()).unwrap_or_default(),
            first.map(|subject| subject.key.clone()).unwrap_or_default(),
            first.map(|subject| subject.name.clone()).unwrap_or_default(),
            first.and_then(|subject| subject.kind).map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
            found.cause.clone(),
            evidence.join("; "),
            found.fix.clone(),
            finding.first_seen.to_string(),
            finding.last_seen.to_string(),
            moment(finding.fixed_at),
            moment(finding.returned_at),
        ];
        text.push_str(&cells.map(|cell| csv_cell(&cell)).join(","));
        text.push_str("\r\n");
    }
    text
}

/// Returns a cell in quotation marks. One that a spreadsheet would take for a formula begins with an apostrophe.
pub fn csv_cell(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("\"{}{}\"", if is_formula { "'" } else { "" }, cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_neither_a_formula_nor_the_end_of_its_line() {
        for (cell, expected) in [
            ("", "\"\""),
            ("ada", "\"ada\""),
            ("a\"b,c\nd", "\"a\"\"b,c\nd\""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("@x", "\"'@x\""),
            ("-1", "\"'-1\""),
        ] {
            assert_eq!(csv_cell(cell), expected);
        }
    }
}
