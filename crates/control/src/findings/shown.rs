//! Findings in the API's form.

use crate::Refusal;
use crate::inventory::shown_kind;
use crate::names::current_name;
use countersign_api as api;
use countersign_facts::AcceptedSeverity;
use countersign_findings::{FindingStanding, FoundCause, StoredFinding};
use countersign_hygiene::HygieneSeverity;
use countersign_names::SourceName;
use countersign_world::World;

/// Converts a finding for the API, with who accepted it.
pub fn shown(world: &World, finding: StoredFinding) -> Result<api::InventoryFinding, Refusal> {
    let StoredFinding { found, standing, first_seen, last_seen, fixed_at, returned_at } = finding;
    let acceptance = world.accepted_finding(found.id).map(|accepted| {
        let accepted_by = accepted.by.to_string();
        api::AcceptanceOfFinding {
            accepted_by_name: current_name(world, &accepted_by),
            accepted_by,
            accepted_at: accepted.at,
            expires_at: accepted.expires_at,
            severity: level(of_fact(accepted.severity)),
            reason: accepted.reason.clone(),
        }
    });
    let subjects = found.subjects.into_iter().map(|subject| {
        Ok(api::FindingSubject {
            source: source(&subject.source)?,
            key: subject.key,
            name: subject.name,
            kind: subject.kind.map(shown_kind),
        })
    });
    let evidence = found.evidence.into_iter().map(|said| {
        Ok(api::FindingEvidenceItem {
            source: source(&said.source)?,
            key: said.key,
            attribute: said.attribute,
            value: said.value,
            moment: said.moment,
        })
    });
    Ok(api::InventoryFinding {
        id: found.id,
        detector: found.detector,
        cause: found.cause,
        severity: level(found.severity),
        state: state_of(standing),
        subjects: subjects.collect::<Result<_, Refusal>>()?,
        evidence: evidence.collect::<Result<_, Refusal>>()?,
        fix: found.fix,
        first_seen,
        last_seen,
        fixed_at,
        returned_at,
        acceptance,
    })
}

/// Converts a cause for the API.
pub fn shown_cause(cause: FoundCause) -> api::FindingCause {
    api::FindingCause {
        detector: cause.detector,
        cause: cause.cause,
        severity: level(cause.severity),
        findings: cause.findings,
        returned: cause.returned,
        fix: cause.fix,
        example: cause.example,
        first_seen: cause.first_seen,
        last_seen: cause.last_seen,
    }
}

fn source(text: &str) -> Result<SourceName, Refusal> {
    text.parse()
        .map_err(|_| Refusal::unavailable(format!("a finding names the source {text:?}, which is no name")))
}

const fn level(severity: HygieneSeverity) -> api::HygieneLevel {
    match severity {
        HygieneSeverity::Notice => api::HygieneLevel::Notice,
        HygieneSeverity::Low => api::HygieneLevel::Low,
        HygieneSeverity::Medium => api::HygieneLevel::Medium,
        HygieneSeverity::High => api::HygieneLevel::High,
        HygieneSeverity::Critical => api::HygieneLevel::Critical,
    }
}

/// Reads a severity of the API.
pub const fn hygiene_severity(level: api::HygieneLevel) -> HygieneSeverity {
    match level {
        api::HygieneLevel::Notice => HygieneSeverity::Notice,
        api::HygieneLevel::Low => HygieneSeverity::Low,
        api::HygieneLevel::Medium => HygieneSeverity::Medium,
        api::HygieneLevel::High => HygieneSeverity::High,
        api::HygieneLevel::Critical => HygieneSeverity::Critical,
    }
}

/// Converts a severity for a fact.
pub const fn fact_severity(severity: HygieneSeverity) -> AcceptedSeverity {
    match severity {
        HygieneSeverity::Notice => AcceptedSeverity::Notice,
        HygieneSeverity::Low => AcceptedSeverity::Low,
        HygieneSeverity::Medium => AcceptedSeverity::Medium,
        HygieneSeverity::High => AcceptedSeverity::High,
        HygieneSeverity::Critical => AcceptedSeverity::Critical,
    }
}

/// Reads a severity of a fact.
pub const fn of_fact(severity: AcceptedSeverity) -> HygieneSeverity {
    match severity {
        AcceptedSeverity::Notice => HygieneSeverity::Notice,
        AcceptedSeverity::Low => HygieneSeverity::Low,
        AcceptedSeverity::Medium => HygieneSeverity::Medium,
        AcceptedSeverity::High => HygieneSeverity::High,
        AcceptedSeverity::Critical => HygieneSeverity::Critical,
    }
}

const fn state_of(standing: FindingStanding) -> api::FindingState {
    match standing {
        FindingStanding::Open => api::FindingState::Open,
        FindingStanding::Accepted => api::FindingState::Accepted,
        FindingStanding::Fixed => api::FindingState::Fixed,
        FindingStanding::Returned => api::FindingState::Returned,
    }
}

/// Reads a state of the API.
pub const fn standing_of(state: api::FindingState) -> FindingStanding {
    match state {
        api::FindingState::Open => FindingStanding::Open,
        api::FindingState::Accepted => FindingStanding::Accepted,
        api::FindingState::Fixed => FindingStanding::Fixed,
        api::FindingState::Returned => FindingStanding::Returned,
    }
}
