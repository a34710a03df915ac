//! Proofs: what recorded accesses really depend on, and the register of what rests on implicit trust.

use crate::rehearsal::Basis;
use crate::words;
use countersign_names::{
    Action, ApplicationName, Cohort, DecisionId, EvidenceItem, ExceptionId, PersonId, PolicyId, ResourceName,
    Sensitivity, Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A proof to be made: every access of the span that went ahead is asked again without each item of its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProof {
    /// Not before this moment; none: 30 days ago.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub since: Option<Timestamp>,
    /// Before this moment; none: now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub until: Option<Timestamp>,
    /// True to write nothing to the register: what would change there is shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

/// What a proof found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProofReport {
    /// Accesses that went ahead, and were asked again without each item.
    pub went_ahead: u64,
    /// Accesses that were denied: they rest on nothing.
    pub denied: u64,
    /// Accesses that were refused without asking the policies.
    pub unasked: u64,
    /// What nothing is claimed of, and why.
    pub unknown: Vec<String>,
    /// The share of the accesses that went ahead on which everything here rests, from 0 to 1. What could not be read is
    /// counted as if all of it had gone ahead; none when nothing went ahead, or nobody can tell how much could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<f64>,
    /// The figures of the programme that accesses can answer.
    pub figures: ProofFigures,
    /// By item of evidence, how many accesses depend on it.
    pub items: Vec<ItemShare>,
    /// The same by sensitivity.
    pub sensitivities: Vec<SensitivityShare>,
    /// The same by application and sensitivity, the most accesses first.
    pub applications: Vec<ApplicationShare>,
    /// What the proof changed in the register, or would.
    pub register: RegisterChange,
    /// What rests on implicit trust: the most sensitive first, and of that what most accesses rest on.
    pub trusts: Vec<Trust>,
    /// Entries that are in none of these, because there were too many.
    pub not_itemised: u64,
    /// What each guardrail in force did: one that did nothing, and would have done nothing, never bites.
    pub guardrails: Vec<GuardrailUse>,
    /// What each open exception was good for, and each that covered an access.
    pub exceptions: Vec<ExceptionUse>,
    /// On how much of what was recorded this rests. Unless it is whole, shares are lower bounds, and nothing is said to be
    /// eliminated.
    #[serde(default)]
    pub basis: Basis,
}

/// The figures of the programme that accesses can answer. Each says on how many accesses it rests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProofFigures {
    /// Access to applications with device posture enforced: what would be denied if the device failed its checks.
    pub device_posture_enforced: Figure,
    /// Privileged access through just-in-time grants: what administers, and would be denied without its grant.
    pub privileged_just_in_time: Figure,
    /// Implicit trust that was discovered, against what is documented and authorised.
    pub register: RegisterFigures,
}

/// A share, with what it is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Figure {
    /// How many accesses it is true of.
    pub accesses: u64,
    /// Of how many; what is unknown is among them.
    pub of: u64,
    /// The share, from 0 to 1; none when there were none, or nobody can tell of how many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
}

/// How the implicit-trust register stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct RegisterFigures {
    /// Entries that accesses rest on.
    pub live: u64,
    /// Of these, the ones that nobody answers for.
    pub discovered: u64,
    /// The ones that somebody answers for, and nobody authorised.
    pub owned: u64,
    /// The ones that are documented and authorised.
    pub documented: u64,
    /// The ones whose authority has ended.
    pub lapsed: u64,
    /// The ones that came back after they had been eliminated.
    pub drifted: u64,
    /// Entries that no access rests on any more.
    pub eliminated: u64,
}

/// How many accesses depend on an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ItemShare {
    /// The item of evidence.
    #[schema(value_type = words::ItemOfEvidence)]
    pub item: EvidenceItem,
    /// Accesses that would be denied without it.
    pub depends: u64,
    /// Of how many.
    pub of: u64,
}

/// How many accesses to what is so sensitive depend on what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SensitivityShare {
    /// The sensitivity.
    #[schema(value_type = words::Sensitivity)]
    pub sensitivity: Sensitivity,
    /// Accesses that went ahead.
    pub accesses: u64,
    /// By item, those that would be denied without it.
    pub depends: BTreeMap<String, u64>,
}

/// How many accesses to an application depend on what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApplicationShare {
    /// The application.
    #[schema(value_type = words::ApplicationName)]
    pub application: ApplicationName,
    /// How sensitive what was asked for is.
    #[schema(value_type = words::Sensitivity)]
    pub sensitivity: Sensitivity,
    /// Accesses that went ahead.
    pub accesses: u64,
    /// By item, those that would be denied without it.
    pub depends: BTreeMap<String, u64>,
}

/// What a proof changes in the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct RegisterChange {
    /// Whether it was written.
    pub written: bool,
    /// Entries that are new.
    pub found: u64,
    /// Entries that came back: drift.
    pub returned: u64,
    /// Entries that no access rests on any more.
    pub eliminated: u64,
}

/// An entry of the implicit-trust register: accesses that go ahead whatever one item of their evidence says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Trust {
    /// To what.
    #[schema(value_type = words::ResourceName)]
    pub resource: ResourceName,
    /// To do what.
    #[schema(value_type = words::Action)]
    pub action: Action,
    /// Whose accesses.
    #[schema(value_type = words::Cohort)]
    pub cohort: Cohort,
    /// In what they are trusted.
    #[schema(value_type = words::ItemOfEvidence)]
    pub item: EvidenceItem,
    /// How sensitive the resource is now.
    #[schema(value_type = words::Sensitivity)]
    pub sensitivity: Sensitivity,
    /// What is done about it.
    pub state: TrustStanding,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::PersonId>)]
    pub owner: Option<PersonId>,
    /// Who allowed it, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When the authority ends, or ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub expires_at: Option<Timestamp>,
    /// When it was found first; none in a dry run, for what would be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub discovered_at: Option<Timestamp>,
    /// When it was found eliminated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub eliminated_at: Option<Timestamp>,
    /// When it was found to be back after it had been eliminated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub returned_at: Option<Timestamp>,
    /// The sequence of the fact that brought it back, where one was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brought_back_by: Option<u64>,
    /// The first access that rested on it.
    #[schema(value_type = words::Moment)]
    pub first: Timestamp,
    /// And the last.
    #[schema(value_type = words::Moment)]
    pub last: Timestamp,
    /// How many the last proof that told of it saw.
    pub accesses: u64,
    /// How many principals' they were.
    pub principals: u64,
    /// The policies that let them through; empty where the application is only observed.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub policies: Vec<PolicyId>,
    /// The last one's decision: `countersign why` explains it.
    #[schema(value_type = words::DecisionId)]
    pub example: DecisionId,
    /// What would eliminate it.
    pub remedy: String,
}

/// What is done about an entry of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrustStanding {
    /// Nothing yet.
    Discovered,
    /// Somebody answers for it.
    Owned,
    /// It is documented and authorised.
    Documented,
    /// It was documented, and its authority has ended.
    Lapsed,
    /// No access rests on it any more.
    Eliminated,
}

/// Which entries of the register: those of which everything that is given is true.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrustSelection {
    /// Of an application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ApplicationName>)]
    pub application: Option<ApplicationName>,
    /// Of a resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ResourceName>)]
    pub resource: Option<ResourceName>,
    /// Of an action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Action>)]
    pub action: Option<Action>,
    /// Of a cohort.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Cohort>)]
    pub cohort: Option<Cohort>,
    /// Of an item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ItemOfEvidence>)]
    pub item: Option<EvidenceItem>,
}

/// Somebody is to answer for entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrustOwner {
    /// Which; at least one part is given, and only entries that accesses rest on are taken.
    pub of: TrustSelection,
    /// Who: a person's id, address or alias.
    pub owner: String,
    /// True to change nothing: what would be is shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

/// Entries are known and authorised, for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrustDocument {
    /// Which; at least one part is given, and only entries that accesses rest on are taken.
    pub of: TrustSelection,
    /// Who answers for them: a person's id, address or alias.
    pub owner: String,
    /// Who allowed it, in words.
    #[schema(min_length = 1, max_length = 2000)]
    pub authority: String,
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
    /// When the authority ends by itself: after so many seconds, from one hour to a year.
    #[schema(minimum = 3_600, maximum = 31_622_400)]
    pub expires_in_seconds: u64,
    /// True to change nothing: what would be is shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

/// What was done about entries, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TrustsChanged {
    /// Whether it was done.
    pub written: bool,
    /// The entries as they are then.
    pub trusts: Vec<Trust>,
}

/// What a guardrail did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GuardrailUse {
    /// The guardrail.
    #[schema(value_type = words::PolicyId)]
    pub policy: PolicyId,
    /// Accesses of the span that it denied.
    pub denied: u64,
    /// Distinct questions that it would have denied with an item of their evidence taken away.
    pub would: u64,
}

/// What an exception was good for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExceptionUse {
    /// The exception.
    #[schema(value_type = words::ExceptionId)]
    pub exception: ExceptionId,
    /// The guardrail that it is an exception to, while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::PolicyId>)]
    pub policy: Option<PolicyId>,
    /// Who answers for it, while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::PersonId>)]
    pub owner: Option<PersonId>,
    /// When it ends, while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub expires_at: Option<Timestamp>,
    /// Accesses of the span that it covered and that went ahead.
    pub accesses: u64,
    /// Of these, the ones that would have been denied without it.
    pub needed: u64,
}
