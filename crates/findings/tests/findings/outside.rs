//! Findings in the words of others: OCSF, as its own schema judges it, and CSV.

use crate::{finding, stored};
use countersign_findings::{FindingStanding, finding_as_ocsf, findings_as_csv};
use countersign_hygiene::HygieneSeverity::{self, Critical, High, Low, Medium, Notice};
use countersign_testkit::ocsf::judge;

const SEVERITIES: [HygieneSeverity; 5] = [Notice, Low, Medium, High, Critical];

#[test]
fn every_form_of_a_finding_is_an_event_of_the_published_schema() {
    let mut lines = String::new();
    for standing in FindingStanding::ALL {
        for severity in SEVERITIES {
            let mut found = stored(finding(1, "unused_account", severity, "ada\n\u{202e}"), standing);
            lines.push_str(&format!("{}\n", finding_as_ocsf(&found, "0.1.0")));
            // A mention without a kind, a detector of a newer build, and nothing to name it by.
            found.found.subjects[0].kind = None;
            found.found.detector = "something_new".to_owned();
            found.returned_at = Some(crate::at(15));
            lines.push_str(&format!("{}\n", finding_as_ocsf(&found, "0.1.0")));
        }
    }
    let Some(judged) = judge(lines.as_bytes()) else { return };
    assert_eq!(judged.faults, [""; 0]);
    assert_eq!((judged.lines, judged.classes.get("compliance_finding")), (40, Some(&40)));
}

#[test]
fn csv_has_a_line_for_each_finding_after_its_headings() {
    let findings = [
        stored(finding(1, "unused_account", High, "=1+1"), FindingStanding::Open),
        stored(finding(2, "unused_account", Low, "a,\"b\""), FindingStanding::Fixed),
    ];
    let text = findings_as_csv(&findings);
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[0].starts_with("id,detector,severity,state,"), "{}", lines[0]);
    assert!(lines[1].contains(",\"high\",\"open\",\"people\",\"key of =1+1\",\"'=1+1\","), "{}", lines[1]);
    assert!(
        lines[2].contains(",\"low\",\"fixed\",") && lines[2].contains(",\"a,\"\"b\"\"\","),
        "{}",
        lines[2]
    );
}
