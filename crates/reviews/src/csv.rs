//! A report as a table in CSV (RFC 4180).

use crate::report::{ReportedItem, ReviewReport};
use countersign_facts::ReviewVerdict;
use countersign_names::{PersonId, Timestamp};

const HEADING: &str = "item,name,identity,source,account,relation,target,target_name,level,privileged,last_used,reviewer,\
    assigned_as,decision,reason,decided_by,decided_at,together,gone";

/// Returns the items of a report as CSV, one line each after a line of headings. A group of this installation has no source.
///
/// A cell that a spreadsheet would take for a formula begins with an apostrophe, because names are what strangers wrote.
pub fn report_as_csv(report: &ReviewReport) -> String {
    let mut text = format!("{HEADING}\r\n");
    for item in &report.items {
        text.push_str(&cells(report, item).map(|cell| quoted(&cell)).join(","));
        text.push_str("\r\n");
    }
    text
}

fn cells(report: &ReviewReport, item: &ReportedItem) -> [String; 19] {
    let ReportedItem { asked, reviewer, assigned_as, decision, is_gone } = item;
    let person = |id: &PersonId| report.people.get(id).cloned().unwrap_or_else(|| id.to_string());
    let moment = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    let verdict = match decision.as_ref().map(|decision| decision.verdict) {
        Some(ReviewVerdict::Keep) => "keep",
        Some(ReviewVerdict::Revoke) => "revoke",
        None => "undecided",
    };
    let level = asked.access.level.map(|level| serde_json::to_value(level).unwrap_or_default());
    [
        asked.number.to_string(),
        asked.subject.name.clone(),
        asked.subject.identity.clone().unwrap_or_default(),
        asked.access.source.clone().unwrap_or_default(),
        asked.access.account.clone(),
        asked.access.relation.as_str().to_owned(),
        asked.access.target.clone(),
        asked.access.target_name.clone(),
        level.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned(),
        asked.access.privileged.to_string(),
        moment(asked.uses.first().map(|used| used.at)),
        reviewer.as_ref().map(person).unwrap_or_default(),
        assigned_as.as_str().to_owned(),
        verdict.to_owned(),
        decision.as_ref().and_then(|decision| decision.reason.clone()).unwrap_or_default(),
        decision.as_ref().map(|decision| decision.by.to_string()).unwrap_or_default(),
        moment(decision.as_ref().map(|decision| decision.at)),
        decision.as_ref().map(|decision| decision.together.to_string()).unwrap_or_default(),
        is_gone.to_string(),
    ]
}

fn quoted(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("\"{}{}\"", if is_formula { "'" } else { "" }, cell.replace('"', "\"\""))
}
