//! The detectors, by what they look at.

mod accounts;
mod credentials;
mod groups;
mod multi_factor;
mod people;
mod privileges;
mod shared;

use crate::finding::{FindingEvidence, HygieneFinding, HygieneSeverity};
use crate::settings::HygieneSettings;
use crate::table::HygieneDetector;
use crate::view::{EdgeIndex, HygieneView};
use countersign_correlate::SourcedKey;
use countersign_names::Timestamp;
use countersign_sources::NodeBody;
use std::collections::BTreeSet;
use std::time::Duration;

/// Looks for everything that [`crate::DETECTORS`] lists, the worst findings first.
pub fn find(view: &HygieneView<'_>, settings: &HygieneSettings) -> Vec<HygieneFinding> {
    let edges = EdgeIndex::of(view);
    let mut run =
        DetectorRun { view, settings, edges, emergency: emergency(view, settings), findings: Vec::new() };
    run.accounts();
    run.multi_factor();
    run.shared();
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

/// Returns the accounts that are kept for emergencies.
fn emergency(view: &HygieneView<'_>, settings: &HygieneSettings) -> BTreeSet<SourcedKey> {
    let is_kept = |(at, name): (&SourcedKey, &str)| settings.emergency.iter().any(|kept| kept.has(at, name));
    let accounts = view.nodes.iter().filter(|(_, node)| matches!(node.body, NodeBody::Account(_)));
    accounts.filter(|(at, node)| is_kept((at, &node.name))).map(|(at, _)| at.clone()).collect()
}

/// The detectors at work.
struct DetectorRun<'v, 'a> {
    view: &'v HygieneView<'a>,
    settings: &'v HygieneSettings,
    edges: EdgeIndex<'a>,
    /// Accounts that are kept for emergencies.
    emergency: BTreeSet<SourcedKey>,
    findings: Vec<HygieneFinding>,
}

impl DetectorRun<'_, '_> {
    /// Adds a finding. Its severity is that of the detector, and one step higher if a subject is exposed.
    fn add(
        &mut self,
        detector: HygieneDetector,
        subjects: Vec<SourcedKey>,
        cause: impl Into<String>,
        mut evidence: Vec<FindingEvidence>,
    ) -> Option<&mut HygieneFinding> {
        let row = detector.row();
        let exposed = subjects.iter().find_map(|subject| self.exposure(subject));
        let exposed = exposed.filter(|_| detector != HygieneDetector::StandingPrivilege);
        let severity = if exposed.is_some() { row.severity.raised() } else { row.severity };
        evidence.extend(exposed);
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

    /// Returns why it would be worse than usual if somebody took the node: it has power over a system, it can take what has,
    /// or it reaches many resources.
    fn exposure(&self, at: &SourcedKey) -> Option<FindingEvidence> {
        let says = |value: String| FindingEvidence::new(at, "reaches", value);
        if let Some(top) = self.edges.powerful.get(at) {
            return Some(says(format!("power through {}", self.view.name(top))));
        }
        if let Some(top) = self.edges.leading.get(at) {
            return Some(says(format!("control over what has power through {}", self.view.name(top))));
        }
        let many = self.settings.many_resources;
        self.edges.reaches(at, many).then(|| says(format!("{many} resources or more")))
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
