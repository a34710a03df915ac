//! A finding as an event of OCSF 1.8.0, class Compliance Finding (2003).
//!
//! That class is for the result of a check of a resource against a rule, with the rule, the result and the remediation. It is not
//! Detection Finding (2004), which is for an attack that an engine noticed, nor IAM Analysis Finding (2008), which must have the
//! result of an analysis of access or of permissions that most of our findings do not have.

use crate::severity::severity_word;
use crate::stored::{FindingStanding, StoredFinding};
use countersign_hygiene::{DETECTORS, HygieneSeverity};
use countersign_names::Timestamp;
use serde_json::{Map, Value, json};

const CLASS: u32 = 2003;

/// Returns a finding as an event. `version` is that of this software.
pub fn finding_as_ocsf(finding: &StoredFinding, version: &str) -> Value {
    let found = &finding.found;
    let needs = DETECTORS.iter().find(|row| row.name == found.detector).map(|row| row.needs);
    // The class says with its activity what happened to the finding last, and when.
    let (activity, name, at) = match (finding.standing, finding.fixed_at, finding.returned_at) {
        (FindingStanding::Fixed, Some(at), _) => (3, "Close", at),
        (_, _, Some(at)) => (2, "Update", at),
        (FindingStanding::Accepted | FindingStanding::Returned, ..) => (2, "Update", finding.last_seen),
        _ => (1, "Create", finding.first_seen),
    };
    let (status, status_word) = match finding.standing {
        FindingStanding::Open | FindingStanding::Returned => (1, "New"),
        FindingStanding::Accepted => (3, "Suppressed"),
        FindingStanding::Fixed => (4, "Resolved"),
    };
    let (result, result_word) = match (finding.standing, found.severity) {
        (FindingStanding::Fixed, _) => (1, "Pass"),
        (_, HygieneSeverity::Notice) => (2, "Warning"),
        _ => (3, "Fail"),
    };
    let (severity, severity_name) = match found.severity {
        HygieneSeverity::Notice => (1, "Informational"),
        HygieneSeverity::Low => (2, "Low"),
        HygieneSeverity::Medium => (3, "Medium"),
        HygieneSeverity::High => (4, "High"),
        HygieneSeverity::Critical => (5, "Critical"),
    };
    let title = found.subjects.first().map(|subject| format!("{}: {}", found.detector, subject.name));
    let title = title.unwrap_or_else(|| found.detector.clone());
    let resources = found.subjects.iter().map(|subject| {
        let mut resource = Map::from_iter([
            ("uid".to_owned(), json!(subject.key)),
            ("name".to_owned(), json!(subject.name)),
            ("namespace".to_owned(), json!(subject.source)),
        ]);
        if let Some(kind) = subject.kind {
            resource.insert("type".to_owned(), json!(kind.as_str()));
        }
        Value::Object(resource)
    });
    json!({
        "category_uid": CLASS / 1000, "category_name": "Findings",
        "class_uid": CLASS, "class_name": "Compliance Finding",
        "activity_id": activity, "activity_name": name,
        "type_uid": CLASS * 100 + activity, "type_name": format!("Compliance Finding: {name}"),
        "time": millis(at),
        "severity_id": severity, "severity": severity_name,
        "status_id": status, "status": status_word,
        "message": format!("{title} ({})", found.cause),
        "metadata": {
            "version": "1.8.0",
            "product": { "name": "Countersign", "vendor_name": "Countersign", "version": version },
            "log_name": "findings",
            "event_code": found.detector,
            "original_time": at.to_string(),
            // The same finding in the same state has the same id in every export.
            "uid": format!("{}-{}-{}", found.id, finding.standing.as_str(), millis(at)),
        },
        "finding_info": {
            "uid": found.id.to_string(),
            "title": title,
            "desc": found.cause,
            "types": [found.detector],
            "first_seen_time": millis(finding.first_seen),
            "last_seen_time": millis(finding.last_seen),
            "created_time": millis(finding.first_seen),
        },
        "compliance": {
            "control": found.detector,
            "standards": ["Countersign identity hygiene"],
            "desc": needs.map_or_else(String::new, |needs| format!("judged from: {needs}")),
            "status_id": result, "status": result_word,
        },
        "remediation": { "desc": found.fix },
        "resources": resources.collect::<Vec<_>>(),
        "unmapped": {
            "state": finding.standing.as_str(),
            "severity": severity_word(found.severity),
            "evidence": found.evidence,
        },
    })
}

const fn millis(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(1_000)
}
