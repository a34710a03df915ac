//! The findings that people accepted. What is wrong is not here: no decision reads it.

use crate::World;
use crate::contradiction::Contradiction;
use countersign_facts::{AcceptedSeverity, Actor, FindingFact, Stated};
use countersign_names::{FindingId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How long a finding can be accepted at most: a year. What may stay for longer is no fault.
pub const LONGEST_ACCEPTANCE: Duration = Duration::from_secs(366 * 86_400);

/// For how long an acceptance that expired is remembered, so that its finding is known to have returned.
const REMEMBERED: Duration = Duration::from_secs(90 * 86_400);

/// Maximum number of acceptances, because every process holds them in memory.
const MOST: usize = 10_000;

/// A finding that was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedFinding {
    /// The finding.
    pub finding: FindingId,
    /// What is wrong with what, in words.
    pub about: String,
    /// How bad it was then.
    pub severity: AcceptedSeverity,
    /// Why it may stay.
    pub reason: String,
    /// Who accepted it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

/// All acceptances that were not taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedFindings(BTreeMap<FindingId, Arc<AcceptedFinding>>);

/// Returns whether nothing is accepted, in which case a checkpoint does not mention it.
pub fn are_none(findings: &AcceptedFindings) -> bool {
    findings.0.is_empty()
}

/// Folds in facts about findings.
pub fn apply(world: &mut World, stated: &Stated, fact: &FindingFact) -> Result<(), Contradiction> {
    let mut findings = AcceptedFindings::clone(&world.findings);
    match fact {
        FindingFact::Accepted { finding, about, severity, reason, expires_at } => {
            if reason.trim().is_empty() {
                return Err(Contradiction::impossible("reason", "the acceptance has no reason: give it one"));
            }
            if *expires_at <= stated.at {
                let why = format!("the acceptance would end at {expires_at}, before it begins");
                return Err(Contradiction::impossible("expires_at", why));
            }
            if *expires_at > stated.at.plus(LONGEST_ACCEPTANCE) {
                let why = "a finding is accepted for a year at most, and can then be accepted again";
                return Err(Contradiction::impossible("expires_at", why));
            }
            findings.0.retain(|_, known| known.expires_at.plus(REMEMBERED) > stated.at);
            if findings.0.len() >= MOST && !findings.0.contains_key(finding) {
                let why = format!("{MOST} findings are accepted already: mend some, or reopen some");
                return Err(Contradiction::impossible("finding", why));
            }
            let accepted = AcceptedFinding {
                finding: *finding,
                about: about.clone(),
                severity: *severity,
                reason: reason.clone(),
                by: stated.by.clone(),
                at: stated.at,
                expires_at: *expires_at,
            };
            findings.0.insert(*finding, Arc::new(accepted));
        }
        FindingFact::Reopened { finding, .. } => {
            if findings.0.remove(finding).is_none() {
                return Err(Contradiction::unknown("finding", "accepted finding", finding));
            }
        }
    }
    world.findings = Arc::new(findings);
    Ok(())
}

impl World {
    /// Returns the acceptances that were not taken back, also those that expired in the last 90 days.
    pub fn accepted_findings(&self) -> impl ExactSizeIterator<Item = &Arc<AcceptedFinding>> {
        self.findings.0.values()
    }

    /// Returns the acceptance of a finding, which may have expired.
    pub fn accepted_finding(&self, finding: FindingId) -> Option<&Arc<AcceptedFinding>> {
        self.findings.0.get(&finding)
    }
}
