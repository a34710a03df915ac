//! The planted organisation, as detectors look at it and as it is measured.

use countersign_correlate::{CorrelatedIdentities, CorrelationRules, SourcedKey, SourcedNodes, correlate};
use countersign_hygiene::{
    EmergencyAccounts, HygieneDetector, HygieneFinding, HygieneSettings, HygieneSeverity, HygieneView, find,
};
use countersign_organisation::{FaultKind, NOW, Organisation, PlantedKey};
use countersign_sources::{SourceEdge, SourceNode};
use std::collections::BTreeMap;
use std::sync::OnceLock;

const RULES: &str = include_str!("../../../correlate/tests/planted.toml");

const SETTINGS: &str = r#"
[[exempt_from_multi_factor]]
group = "mfa-exempt-*"

[[separation]]
name = "orders and payments"
one = ["orders-*"]
other = ["payments-*", "post on payments-ledger-*"]
reason = "Whoever orders must not pay."
owner = "Finance"
"#;

/// Everything that sources say, to be changed by tests.
#[derive(Debug, Clone)]
pub(crate) struct SourceStatements {
    pub(crate) nodes: BTreeMap<SourcedKey, SourceNode>,
    pub(crate) edges: Vec<(&'static str, SourceEdge)>,
    pub(crate) settings: HygieneSettings,
}

impl SourceStatements {
    #[expect(clippy::expect_used, reason = "the rules of tests are valid")]
    pub(crate) fn by(organisation: &Organisation) -> Self {
        let sources = || organisation.sources.iter();
        let node = |name: &str, node: &SourceNode| (SourcedKey::new(name, node.key.clone()), node.clone());
        let emergency = organisation.break_glass.iter().map(|(source, key)| EmergencyAccounts {
            source: Some((*source).to_owned()),
            account: key.to_string(),
            reason: "If nothing else works".to_owned(),
        });
        Self {
            nodes: sources()
                .flat_map(|(name, source)| source.nodes.iter().map(|one| node(name, one)))
                .collect(),
            edges: sources()
                .flat_map(|(name, source)| source.edges.iter().map(|edge| (*name, edge.clone())))
                .collect(),
            settings: HygieneSettings {
                emergency: emergency.collect(),
                ..HygieneSettings::read(SETTINGS).expect("the settings are valid")
            },
        }
    }

    pub(crate) fn refs(&self) -> SourcedNodes<'_> {
        self.nodes.iter().map(|(at, node)| (at.clone(), node)).collect()
    }

    #[expect(clippy::expect_used, reason = "the rules of tests are valid")]
    pub(crate) fn correlated(&self) -> CorrelatedIdentities {
        static READ: OnceLock<CorrelationRules> = OnceLock::new();
        let rules = READ.get_or_init(|| CorrelationRules::read(RULES).expect("the rules are valid"));
        correlate(&self.refs(), &[], rules)
    }

    /// Correlates, and finds what is wrong.
    pub(crate) fn findings(&self) -> Vec<HygieneFinding> {
        let (nodes, identities, uses) = (self.refs(), self.correlated(), BTreeMap::new());
        let edges = self.edges.iter().map(|(source, edge)| (*source, edge)).collect();
        find(
            &HygieneView { nodes: &nodes, edges, identities: &identities, uses: &uses, now: NOW },
            &self.settings,
        )
    }
}

/// Returns the findings that are more than a notice, in the form in which they are measured.
pub(crate) fn measured(findings: &[HygieneFinding]) -> Vec<(FaultKind, Vec<PlantedKey>)> {
    let findings = findings.iter().filter(|finding| finding.severity > HygieneSeverity::Notice);
    findings
        .map(|finding| {
            let subjects = finding.subjects.iter().map(|at| (at.source.clone(), at.key.clone()));
            (kind(finding.detector), subjects.collect())
        })
        .collect()
}

/// Returns the kind of fault that a detector looks for.
pub(crate) const fn kind(detector: HygieneDetector) -> FaultKind {
    match detector {
        HygieneDetector::OrphanedAccount => FaultKind::Orphaned,
        HygieneDetector::UnusedAccount => FaultKind::StaleAccount,
        HygieneDetector::UnusedCredential => FaultKind::StaleCredential,
        HygieneDetector::AccountOfLeaver => FaultKind::LeaverEnabled,
        HygieneDetector::DuplicatePerson => FaultKind::DuplicatePeople,
        HygieneDetector::OwnerlessIdentity => FaultKind::Ownerless,
        HygieneDetector::OldStaticKey => FaultKind::OldKey,
        HygieneDetector::MissingMultiFactor => FaultKind::NoSecondFactor,
        HygieneDetector::EmptyGroup => FaultKind::EmptyGroup,
        HygieneDetector::DormantGroup => FaultKind::DormantRole,
        HygieneDetector::NearDuplicateRoles => FaultKind::TwinRoles,
        HygieneDetector::RoleOfOne => FaultKind::RoleOfOne,
        HygieneDetector::StandingPrivilege => FaultKind::StandingPrivilege,
        HygieneDetector::SeparationOfDuty => FaultKind::MixedDuties,
        HygieneDetector::ContradictingSources => FaultKind::Contradiction,
        HygieneDetector::SharedAccount => FaultKind::SharedAccount,
        HygieneDetector::UnusedRight => FaultKind::UnusedRight,
        HygieneDetector::MultiFactorExemption => FaultKind::ExemptFromSecondFactor,
    }
}
