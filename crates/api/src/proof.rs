//! Proofs: which evidence recorded accesses depend on, and the register of implicit trust.

use crate::rehearsal::Basis;
use crate::words;
use countersign_names::{
    Action, ApplicationName, Cohort, DecisionId, EvidenceItem, ExceptionId, PersonId, PolicyId, ResourceName,
    Sensitivity, Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A request for a proof: evaluate every allowed access of the period again without each item of its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProof {
    /// The start of the period, inclusive. Default: 30 days ago.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub since: Option<Timestamp>,
    /// The end of the period, exclusive. Default: now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub until: Option<Timestamp>,
    /// True to leave the register unchanged and only show what would change.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

/// The result of a proof.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProofReport {
    /// Number of allowed accesses that were evaluated again without each item.
    pub went_ahead: u64,
    /// Number of denied accesses, which depend on nothing.
    pub denied: u64,
    /// Number of accesses that were refused without evaluating policies.
    pub unasked: u64,
    /// The accesses about which nothing is claimed, with the reasons.
    pub unknown: Vec<String>,
    /// The share of allowed accesses on which all figures rest, from 0 to 1. Evidence that could not be read counts as
    /// if all of it had been allowed. Absent if nothing was allowed, or if nobody can tell how much could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<f64>,
    /// The figures of the programme that follow from accesses.
    pub figures: ProofFigures,
    /// Number of accesses that depend on each item of evidence.
    pub items: Vec<ItemShare>,
    /// The same by sensitivity.
    pub sensitivities: Vec<SensitivityShare>,
    /// The same by application and sensitivity; the application with the most accesses comes first.
    pub applications: Vec<ApplicationShare>,
    /// The changes of the register, or what they would be.
    pub register: RegisterChange,
    /// The entries of implicit trust: the most sensitive first, and then those with the most accesses.
    pub trusts: Vec<Trust>,
    /// Number of further entries, which are left out because there are too many.
    pub not_itemised: u64,
    /// The effect of each guardrail in force. One that denied nothing, and would deny nothing without any item, is
    /// unused.
    pub guardrails: Vec<GuardrailUse>,
    /// The effect of each open exception, and of each that covered an access.
    pub exceptions: Vec<ExceptionUse>,
    /// How much of the evidence this report could use. Unless that is all of it, shares are lower bounds, and the proof
    /// eliminates no entry.
    #[serde(default)]
    pub basis: Basis,
}

/// The figures of the programme that follow from accesses. Each says how many accesses it covers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProofFigures {
    /// Access to applications with device posture enforced: the accesses that would be denied if the device failed its
    /// checks.
    pub device_posture_enforced: Figure,
    /// Privileged access through just-in-time grants: the administrative accesses that would be denied without their
    /// grant.
    pub privileged_just_in_time: Figure,
    /// Implicit trust that was discovered, and how much of it is documented and authorised.
    pub register: RegisterFigures,
}

/// A share, with its numerator and denominator.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Figure {
    /// Number of accesses for which it holds.
    pub accesses: u64,
    /// Number of all accesses, including unknown ones.
    pub of: u64,
    /// The share, from 0 to 1. Absent if there were no accesses, or if nobody can tell how many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
}

/// The figures of the implicit-trust register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct RegisterFigures {
    /// Number of entries on which accesses rest.
    pub live: u64,
    /// Number of these without an owner.
    pub discovered: u64,
    /// Number of these with an owner and without authorisation.
    pub owned: u64,
    /// Number of these that are documented and authorised.
    pub documented: u64,
    /// Number of these whose authorisation has ended.
    pub lapsed: u64,
    /// Number of these that came back after they had been eliminated.
    pub drifted: u64,
    /// Number of entries on which no access rests any more.
    pub eliminated: u64,
}

/// How many accesses depend on an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ItemShare {
    /// The item of evidence.
    #[schema(value_type = words::ItemOfEvidence)]
    pub item: EvidenceItem,
    /// Number of accesses that would be denied without it.
    pub depends: u64,
    /// Number of all accesses.
    pub of: u64,
}

/// How many accesses to resources of one sensitivity depend on each item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SensitivityShare {
    /// The sensitivity.
    #[schema(value_type = words::Sensitivity)]
    pub sensitivity: Sensitivity,
    /// Number of allowed accesses.
    pub accesses: u64,
    /// By item, the number that would be denied without it.
    pub depends: BTreeMap<String, u64>,
}

/// How many accesses to an application depend on each item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApplicationShare {
    /// The application.
    #[schema(value_type = words::ApplicationName)]
    pub application: ApplicationName,
    /// The sensitivity of the resources.
    #[schema(value_type = words::Sensitivity)]
    pub sensitivity: Sensitivity,
    /// Number of allowed accesses.
    pub accesses: u64,
    /// By item, the number that would be denied without it.
    pub depends: BTreeMap<String, u64>,
}

/// The changes that a proof makes to the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct RegisterChange {
    /// Whether they were written.
    pub written: bool,
    /// Entries that are new.
    pub found: u64,
    /// Entries that came back: drift.
    pub returned: u64,
    /// Entries that no access rests on any more.
    pub eliminated: u64,
}

/// An entry of the implicit-trust register: accesses that are allowed whatever one item of their evidence says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Trust {
    /// The resource.
    #[schema(value_type = words::ResourceName)]
    pub resource: ResourceName,
    /// The action.
    #[schema(value_type = words::Action)]
    pub action: Action,
    /// The cohort.
    #[schema(value_type = words::Cohort)]
    pub cohort: Cohort,
    /// The item of evidence that is trusted.
    #[schema(value_type = words::ItemOfEvidence)]
    pub item: EvidenceItem,
    /// The present sensitivity of the resource.
    #[schema(value_type = words::Sensitivity)]
    pub sensitivity: Sensitivity,
    /// The state.
    pub state: TrustStanding,
    /// The owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::PersonId>)]
    pub owner: Option<PersonId>,
    /// The owner's name now. Absent if the person was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_name: Option<String>,
    /// Who authorised it, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
    /// The reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When the authorisation ends or ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub expires_at: Option<Timestamp>,
    /// When it was first found. Absent in a dry run for a new entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub discovered_at: Option<Timestamp>,
    /// When a proof found it eliminated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub eliminated_at: Option<Timestamp>,
    /// When a proof found that it came back after it had been eliminated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub returned_at: Option<Timestamp>,
    /// The sequence of the fact that brought it back, if one was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brought_back_by: Option<u64>,
    /// The first such access.
    #[schema(value_type = words::Moment)]
    pub first: Timestamp,
    /// The last such access.
    #[schema(value_type = words::Moment)]
    pub last: Timestamp,
    /// The number of such accesses in the last proof that stated the entry.
    pub accesses: u64,
    /// The number of their principals.
    pub principals: u64,
    /// The policies that allowed them. Empty if the application is in the stage `observe`.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub policies: Vec<PolicyId>,
    /// The decision of the last access; `countersign why` explains it.
    #[schema(value_type = words::DecisionId)]
    pub example: DecisionId,
    /// What would eliminate the entry.
    pub remedy: String,
}

/// The states of an entry of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrustStanding {
    /// It has no owner.
    Discovered,
    /// It has an owner.
    Owned,
    /// It is documented and authorised.
    Documented,
    /// It was documented, and its authorisation has ended.
    Lapsed,
    /// No access rests on it any more.
    Eliminated,
}

/// A selection of entries of the register. All given fields must match.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrustSelection {
    /// The application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ApplicationName>)]
    pub application: Option<ApplicationName>,
    /// The resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ResourceName>)]
    pub resource: Option<ResourceName>,
    /// The action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Action>)]
    pub action: Option<Action>,
    /// The cohort.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Cohort>)]
    pub cohort: Option<Cohort>,
    /// The item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ItemOfEvidence>)]
    pub item: Option<EvidenceItem>,
}

/// A request to give entries an owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrustOwner {
    /// The selection. At least one field is required, and only entries on which accesses rest are selected.
    pub of: TrustSelection,
    /// The owner: a person's id, address or alias.
    pub owner: String,
    /// True to change nothing and show what would change.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

/// A request to document and authorise entries for a limited time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrustDocument {
    /// The selection. At least one field is required, and only entries on which accesses rest are selected.
    pub of: TrustSelection,
    /// The owner: a person's id, address or alias.
    pub owner: String,
    /// Who authorised it, as text.
    #[schema(min_length = 1, max_length = 2000)]
    pub authority: String,
    /// The reason.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
    /// After how many seconds the authorisation ends: from one hour to a year.
    #[schema(minimum = 3_600, maximum = 31_622_400)]
    pub expires_in_seconds: u64,
    /// True to change nothing and show what would change.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

/// The changed entries, or those that would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TrustsChanged {
    /// Whether the change was made.
    pub written: bool,
    /// The entries after the change.
    pub trusts: Vec<Trust>,
}

/// The effect of a guardrail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GuardrailUse {
    /// The guardrail.
    #[schema(value_type = words::PolicyId)]
    pub policy: PolicyId,
    /// Number of accesses in the period that it denied.
    pub denied: u64,
    /// Number of distinct requests that it would have denied without an item of their evidence.
    pub would: u64,
}

/// The effect of an exception.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExceptionUse {
    /// The exception.
    #[schema(value_type = words::ExceptionId)]
    pub exception: ExceptionId,
    /// The guardrail, if the exception is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::PolicyId>)]
    pub policy: Option<PolicyId>,
    /// The owner, if the exception is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::PersonId>)]
    pub owner: Option<PersonId>,
    /// When it ends, if the exception is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub expires_at: Option<Timestamp>,
    /// Number of allowed accesses in the period that it covered.
    pub accesses: u64,
    /// Number of these that would have been denied without it.
    pub needed: u64,
}
