//! The detectors, by what they look at.

mod accounts;
mod credentials;
mod groups;
mod people;
mod privileges;

use crate::finding::{FindingEvidence, HygieneFinding, HygieneSeverity};
use crate::settings::HygieneSettings;
use crate::table::HygieneDetector;
use crate::view::{EdgeIndex, HygieneView};
use countersign_correlate::SourcedKey;
use countersign_names::Timestamp;
use std::time::Duration;

/// Looks for everything that [`crate::DETECTORS`] lists, the worst findings first.
pub fn find(view: &HygieneView<'_>, settings: &HygieneSettings) -> Vec<HygieneFinding> {
    let edges = EdgeIndex::of(view);
    let mut run = DetectorRun { view, settings, edges, findings: Vec::new() };
    run.accounts();
    run.credentials();
    run.people();
    run.groups();
    run.privileges();
    let mut findings = run.findings;
    findings.sort_by(|one, other| {
        let key = |finding: &HygieneFinding| {
            (std::cmp::Reverse(finding.severity), finding.detector, finding.subjects.clone())
        };
        key(one).cmp(&key(other))
    });
    findings
}

/// The detectors at work.
struct DetectorRun<'v, 'a> {
    view: &'v HygieneView<'a>,
    settings: &'v HygieneSettings,
    edges: EdgeIndex<'a>,
    findings: Vec<HygieneFinding>,
}

impl DetectorRun<'_, '_> {
    /// Adds a finding. Its severity is that of the detector, and one step higher if the subject has power over a system.
    fn add(
        &mut self,
        detector: HygieneDetector,
        subjects: Vec<SourcedKey>,
        cause: impl Into<String>,
        evidence: Vec<FindingEvidence>,
    ) -> Option<&mut HygieneFinding> {
        let row = detector.row();
        let powerful = detector != HygieneDetector::StandingPrivilege
            && subjects.iter().any(|subject| self.edges.powerful.contains_key(subject));
        let severity = if powerful { row.severity.raised() } else { row.severity };
        self.findings.push(HygieneFinding {
            detector,
            subjects,
            cause: cause.into(),
            severity,
            evidence,
            fix: row.fix.to_owned(),
        });
        self.findings.last_mut()
    }

    /// Adds a finding about something that was last used, or is as old as, the moment: a notice if the limit is near.
    fn add_if_old(
        &mut self,
        detector: HygieneDetector,
        subject: &SourcedKey,
        (attribute, moment): (&'static str, Timestamp),
        limit: Duration,
        mut evidence: Vec<FindingEvidence>,
    ) {
        let age = self.view.now.since(moment);
        if age <= limit.saturating_sub(self.settings.warning) {
            return;
        }
        evidence.push(FindingEvidence::at(subject, attribute, moment));
        let cause = format!("{} in {}", detector.row().name, subject.source);
        if let Some(finding) = self.add(detector, vec![subject.clone()], cause, evidence)
            && age <= limit
        {
            finding.severity = HygieneSeverity::Notice;
        }
    }
}
