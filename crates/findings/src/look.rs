//! Looking: correlates what sources say, and detects what is wrong.

use crate::identity::finding_id;
use crate::stored::{EvidenceRow, NewFinding, SubjectRow};
use countersign_correlate::{CorrelationRules, LinkDecision, SourcedKey, SourcedNodes, correlate};
use countersign_hygiene::{HygieneFinding, HygieneSettings, HygieneView, find};
use countersign_names::{FindingId, Timestamp};
use countersign_sources::SourceEdge;
use std::collections::BTreeMap;

/// What is looked at.
#[derive(Debug, Clone)]
pub struct LookedAt<'a> {
    /// The nodes of all sources.
    pub nodes: SourcedNodes<'a>,
    /// The edges of all sources, each with the name of its source.
    pub edges: Vec<(&'a str, &'a SourceEdge)>,
    /// What people decided about whose an account is.
    pub decisions: &'a [LinkDecision],
    /// When accounts and credentials were used last as far as something other than their source knows.
    pub uses: &'a BTreeMap<SourcedKey, Timestamp>,
    /// The present moment.
    pub now: Timestamp,
}

/// Correlates and detects, the worst findings first. It takes a while, and keeps its thread busy.
pub fn look(at: &LookedAt<'_>, rules: &CorrelationRules, settings: &HygieneSettings) -> Vec<NewFinding> {
    let identities = correlate(&at.nodes, at.decisions, rules);
    let view = HygieneView {
        nodes: &at.nodes,
        edges: at.edges.clone(),
        identities: &identities,
        uses: at.uses,
        now: at.now,
    };
    let mut found: BTreeMap<FindingId, NewFinding> = BTreeMap::new();
    let mut order = Vec::new();
    for finding in find(&view, settings) {
        let finding = written(at, finding);
        // Of two that are recognised by the same, the worse came first.
        if let std::collections::btree_map::Entry::Vacant(place) = found.entry(finding.id) {
            order.push(finding.id);
            place.insert(finding);
        }
    }
    order.iter().filter_map(|id| found.remove(id)).collect()
}

fn written(at: &LookedAt<'_>, finding: HygieneFinding) -> NewFinding {
    let detector = finding.detector.row().name;
    let subjects = finding.subjects.iter().map(|subject| {
        let node = at.nodes.get(subject);
        SubjectRow {
            source: subject.source.clone(),
            key: subject.key.to_string(),
            name: node.map_or_else(|| subject.key.to_string(), |node| node.name.clone()),
            kind: node.map(|node| node.body.kind()),
        }
    });
    let evidence = finding.evidence.iter().map(|said| EvidenceRow {
        source: said.node.source.clone(),
        key: said.node.key.to_string(),
        attribute: said.attribute.to_owned(),
        value: said.value.clone(),
        moment: said.moment,
    });
    NewFinding {
        id: finding_id(detector, &finding.cause, &finding.subjects),
        detector: detector.to_owned(),
        severity: finding.severity,
        subjects: subjects.collect(),
        evidence: evidence.collect(),
        cause: finding.cause,
        fix: finding.fix,
    }
}
