//! Replays and plans of recorded decisions, and their results.

use crate::{Exhaustive, FileChange, PlannedSettings, PolicyProblem, RemovedPolicy, Settings, words};
use countersign_names::{
    Action, ApplicationName, DecisionId, GroupName, PolicyId, Principal, ResourceName, Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A request for a replay: evaluate every decision of the period again with the state and the policies of that time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReplay {
    /// The start of the period, inclusive. Default: 30 days ago.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub since: Option<Timestamp>,
    /// The end of the period, exclusive. Default: now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub until: Option<Timestamp>,
}

/// A request for a plan: evaluate every decision of the period against the running policies and these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlan {
    /// The text of each file, by its path in the policy folder: the complete set, as it would be published.
    pub files: BTreeMap<String, String>,
    /// Applications, labels and exceptions that would be applied in the same change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Settings>,
    /// The start of the period, inclusive. Default: 30 days ago.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub since: Option<Timestamp>,
    /// The end of the period, exclusive. Default: now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub until: Option<Timestamp>,
    /// Whether to ask a solver about every possible request too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exhaustive: bool,
}

/// How much of the evidence a report could use. Missing evidence never counts as fine: a figure that could be lower
/// with it is lower, and the verdict is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Basis {
    /// Whether the report allows a verdict.
    pub verdict: Verdict,
    /// Number of decisions of the period that were read.
    pub recorded: u64,
    /// Number of files and other parts of the evidence that could not be read or differ from their anchors.
    pub unread: u64,
    /// Maximum number of decisions in them. Absent if nobody can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread_decisions: Option<u64>,
    /// Number of decisions that were read and could not be evaluated again.
    pub unanswered: u64,
    /// Everything that prevents a verdict, in one sentence each.
    pub gaps: Vec<String>,
}

/// Whether a report allows a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The report uses all evidence of the period, and there was some.
    Known,
    /// Evidence is missing, or nothing was recorded.
    #[default]
    Unknown,
}

impl Basis {
    /// Returns whether all evidence could be read and evaluated again.
    pub const fn is_whole(&self) -> bool {
        self.unread == 0 && self.unanswered == 0
    }

    /// Returns whether the report allows a verdict.
    pub fn is_known(&self) -> bool {
        self.verdict == Verdict::Known
    }
}

/// The result of a replay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReplayReport {
    /// The share of decisions with the recorded result, from 0 to 1. Evidence that could not be read counts as
    /// different. Absent if there were no decisions, or if nobody can tell how many could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fidelity: Option<f64>,
    /// Number of decisions with the recorded result.
    pub same: u64,
    /// Number of decisions with another result, or that could not be evaluated again.
    pub different: u64,
    /// The first of those.
    pub differences: Vec<ReplayDifference>,
    /// Number of decisions that were made without evaluating policies, by reason. A replay does not evaluate them.
    pub unasked: BTreeMap<String, u64>,
    /// The evidence that could not be read. If there is an entry, the figures cover the rest.
    pub incomplete: Vec<String>,
    /// How much of the evidence this report could use.
    #[serde(default)]
    pub basis: Basis,
}

/// A decision that did not give the recorded result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReplayDifference {
    /// The decision.
    #[schema(value_type = words::DecisionId)]
    pub id: DecisionId,
    /// When it was made.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
    /// The recorded result.
    pub recorded: Fell,
    /// The result of the new evaluation. Absent if it could not be evaluated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<Fell>,
    /// Why it could not be evaluated again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why_not: Option<String>,
}

/// The result of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fell {
    /// `allow` or `deny`.
    pub effect: String,
    /// False for a denial that was not enforced, because the application is in the stage `observe`.
    pub enforced: bool,
    /// The policies that determined the decision.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub reasons: Vec<PolicyId>,
}

/// The result of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlanReport {
    /// The version of the running policy set.
    #[schema(value_type = words::Digest)]
    pub running: String,
    /// The version of the planned one.
    #[schema(value_type = words::Digest)]
    pub planned: String,
    /// The settings that were planned with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<PlannedSettings>,
    /// The changed files.
    pub files: Vec<FileChange>,
    /// The policies that are enforced now and would no longer be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<RemovedPolicy>,
    /// Warnings about the planned set.
    pub warnings: Vec<PolicyProblem>,
    /// Number of decisions that were evaluated against both sets.
    pub asked: u64,
    /// Number of those that would belong to another resource or action, because routes would change.
    #[serde(default, skip_serializing_if = "is_none_of_them")]
    pub renamed: u64,
    /// Number of those that other policies than the running ones had decided.
    pub of_other_policies: u64,
    /// The accesses that would be newly denied.
    pub newly_denied: Radius,
    /// The accesses that would be newly allowed.
    pub newly_allowed: Radius,
    /// Every change: new denials first, and then those with the most accesses.
    pub changes: Vec<PlannedChange>,
    /// Number of accesses with a changed result that are in none of these, because there were too many kinds.
    pub not_itemised: u64,
    /// What the evidence of the period cannot show. None of it counts as fine.
    pub unknown: Vec<String>,
    /// Further notes about the figures. They do not make the figures uncertain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// How much of the evidence this report could use.
    #[serde(default)]
    pub basis: Basis,
    /// Number of decisions that were made without evaluating policies, by reason. No policy changes them.
    pub unasked: BTreeMap<String, u64>,
    /// The solver's answers about every possible request, if they were requested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exhaustive: Option<Exhaustive>,
}

/// The extent of a change. It leaves out accesses to applications in the stage `observe`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Radius {
    /// Number of accesses in the period.
    pub accesses: u64,
    /// Number of people who made them.
    pub people: u64,
    /// Number of service accounts that made them.
    pub services: u64,
    /// Number of anonymous accesses.
    pub anonymous: u64,
}

/// Accesses whose result changes in the same way, for the same reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlannedChange {
    /// The direction.
    pub direction: Turn,
    /// The principal.
    #[schema(value_type = words::Principal)]
    pub principal: Principal,
    /// The principal's present name, if they are in the inventory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal_name: Option<String>,
    /// The person's kind; for a service account, its name.
    pub kind: String,
    /// The groups that the principal was in.
    #[schema(value_type = Vec<words::GroupName>)]
    pub groups: Vec<GroupName>,
    /// The application.
    #[schema(value_type = words::ApplicationName)]
    pub application: ApplicationName,
    /// The part of the application.
    #[schema(value_type = words::ResourceName)]
    pub resource: ResourceName,
    /// The action.
    #[schema(value_type = words::Action)]
    pub action: Action,
    /// The kind of device: `none`, `unmanaged`, `non_compliant` or `compliant`.
    pub device: String,
    /// False while the application is in the stage `observe`: then nobody is stopped, but the record would show the
    /// denial.
    pub enforced: bool,
    /// Whether the policies give the same result, and only the application's stage changes the outcome.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_stage: bool,
    /// Whether the access used a just-in-time grant.
    pub granted: bool,
    /// The policies that would determine the result.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub reasons: Vec<PolicyId>,
    /// What would keep the stopped people working, as text.
    pub remedies: Vec<String>,
    /// Number of accesses.
    pub count: u64,
    /// The first of them.
    #[schema(value_type = words::Moment)]
    pub first: Timestamp,
    /// The last of them.
    #[schema(value_type = words::Moment)]
    pub last: Timestamp,
    /// The decision of the last access; `countersign why` explains it.
    #[schema(value_type = words::DecisionId)]
    pub example: DecisionId,
}

/// The direction in which the result of an access changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// It is allowed now, and would be denied.
    Denied,
    /// It is denied now, and would be allowed.
    Allowed,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
const fn is_none_of_them(count: &u64) -> bool {
    *count == 0
}
