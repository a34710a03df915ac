//! Recorded decisions asked again: replays and plans, and what they found.

use crate::{Exhaustive, FileChange, PlannedSettings, PolicyProblem, RemovedPolicy, Settings, words};
use countersign_names::{
    Action, ApplicationName, DecisionId, GroupName, PolicyId, Principal, ResourceName, Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A replay to be run: every decision of the span is asked again as it was.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReplay {
    /// Not before this moment; none: 30 days ago.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub since: Option<Timestamp>,
    /// Before this moment; none: now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub until: Option<Timestamp>,
}

/// A plan to be made: every decision of the span is asked of the policies that run and of these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlan {
    /// Each file's text by its path within the policy folder: the whole set, as it would be published.
    pub files: BTreeMap<String, String>,
    /// Applications, labels and exceptions that would be put in force with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Settings>,
    /// Not before this moment; none: 30 days ago.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub since: Option<Timestamp>,
    /// Before this moment; none: now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub until: Option<Timestamp>,
    /// Whether a solver is asked too, about every request there can be.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exhaustive: bool,
}

/// On how much of what was recorded a report rests. What is missing is never counted as fine: a figure that could be lower
/// with it is lower, and the verdict is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Basis {
    /// Whether a verdict can be drawn from the report.
    pub verdict: Verdict,
    /// Decisions of the span that were read.
    pub recorded: u64,
    /// Files and other parts of the evidence that could not be read, or are not what was anchored.
    pub unread: u64,
    /// How many decisions those hold, at most; none when nobody can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread_decisions: Option<u64>,
    /// Decisions that were read and could not be asked again.
    pub unanswered: u64,
    /// Everything that keeps the verdict from being known, each in a sentence.
    pub gaps: Vec<String>,
}

/// Whether a verdict can be drawn from a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It rests on everything that was recorded in the span, and something was.
    Known,
    /// Something is missing, or nothing was recorded.
    #[default]
    Unknown,
}

impl Basis {
    /// Whether everything that was recorded could be read and asked again.
    pub const fn is_whole(&self) -> bool {
        self.unread == 0 && self.unanswered == 0
    }

    /// Whether a verdict can be drawn.
    pub fn is_known(&self) -> bool {
        self.verdict == Verdict::Known
    }
}

/// What a replay found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReplayReport {
    /// The share of the decisions that came out the same, from 0 to 1, what could not be read counted as if it had not;
    /// none when there was none, or nobody can tell how many could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fidelity: Option<f64>,
    /// Decisions that came out the same.
    pub same: u64,
    /// Decisions that came out differently, or could not be asked again.
    pub different: u64,
    /// The first of those.
    pub differences: Vec<ReplayDifference>,
    /// Decisions that fell without asking the policies, by the reason: there is nothing to ask again.
    pub unasked: BTreeMap<String, u64>,
    /// What was recorded and could not be read. With an entry here, the figures are about the rest.
    pub incomplete: Vec<String>,
    /// On how much of what was recorded this rests.
    #[serde(default)]
    pub basis: Basis,
}

/// A decision that did not come out as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReplayDifference {
    /// The decision.
    #[schema(value_type = words::DecisionId)]
    pub id: DecisionId,
    /// When it fell.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
    /// How it fell.
    pub recorded: Fell,
    /// How it falls when it is asked again; none when it cannot be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<Fell>,
    /// Why it cannot be asked again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why_not: Option<String>,
}

/// How a decision fell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fell {
    /// `allow` or `deny`.
    pub effect: String,
    /// False when a denial was let through because the application is only observed.
    pub enforced: bool,
    /// The policies that determined it.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub reasons: Vec<PolicyId>,
}

/// What a plan found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlanReport {
    /// The version of the policy set that runs.
    #[schema(value_type = words::Digest)]
    pub running: String,
    /// The version of the one that was planned.
    #[schema(value_type = words::Digest)]
    pub planned: String,
    /// The settings that were planned with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<PlannedSettings>,
    /// The files that differ.
    pub files: Vec<FileChange>,
    /// The policies that count now and would not any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<RemovedPolicy>,
    /// What is doubtful about the planned set without being wrong.
    pub warnings: Vec<PolicyProblem>,
    /// Decisions that were asked of both.
    pub asked: u64,
    /// Of those, the ones that would mean another resource or another action, because routes would change.
    #[serde(default, skip_serializing_if = "is_none_of_them")]
    pub renamed: u64,
    /// Of those, the ones that had fallen by other policies than those that run now.
    pub of_other_policies: u64,
    /// What would be denied that is allowed now.
    pub newly_denied: Radius,
    /// What would be allowed that is denied now.
    pub newly_allowed: Radius,
    /// Every change, what would be denied first, and of that what concerns most accesses.
    pub changes: Vec<PlannedChange>,
    /// Accesses that would fall differently and are in none of these, because there were too many kinds.
    pub not_itemised: u64,
    /// What the evidence of the span cannot tell: nothing of this is counted as fine.
    pub unknown: Vec<String>,
    /// What else is to be known about the figures. Nothing here makes them uncertain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// On how much of what was recorded this rests.
    #[serde(default)]
    pub basis: Basis,
    /// Decisions that fell without asking the policies, by the reason: no policy changes that.
    pub unasked: BTreeMap<String, u64>,
    /// What a solver says about every request there can be, when it was to be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exhaustive: Option<Exhaustive>,
}

/// How far a change reaches. What is only observed is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Radius {
    /// Accesses of the span.
    pub accesses: u64,
    /// The people whose they were.
    pub people: u64,
    /// The service accounts whose they were.
    pub services: u64,
    /// Accesses of nobody in particular.
    pub anonymous: u64,
}

/// Accesses that would all turn the same way, for the same reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlannedChange {
    /// Which way.
    pub direction: Turn,
    /// Who asked.
    #[schema(value_type = words::Principal)]
    pub principal: Principal,
    /// Their name as it is now, while they are in the inventory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal_name: Option<String>,
    /// What kind of person they are; of a service account, its name.
    pub kind: String,
    /// The groups that they were in.
    #[schema(value_type = Vec<words::GroupName>)]
    pub groups: Vec<GroupName>,
    /// The application.
    #[schema(value_type = words::ApplicationName)]
    pub application: ApplicationName,
    /// The part of it.
    #[schema(value_type = words::ResourceName)]
    pub resource: ResourceName,
    /// What they wanted to do.
    #[schema(value_type = words::Action)]
    pub action: Action,
    /// From what kind of device: `none`, `unmanaged`, `non_compliant` or `compliant`.
    pub device: String,
    /// False while the application is only observed: then nobody is stopped, but the record would say so.
    pub enforced: bool,
    /// Whether the policies say the same of it, and it is the application's stage that turns it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_stage: bool,
    /// Whether they acted under a just-in-time grant.
    pub granted: bool,
    /// The policies by which it would fall.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub reasons: Vec<PolicyId>,
    /// What would keep whoever is stopped working, in words.
    pub remedies: Vec<String>,
    /// How many accesses.
    pub count: u64,
    /// The first of them.
    #[schema(value_type = words::Moment)]
    pub first: Timestamp,
    /// The last of them.
    #[schema(value_type = words::Moment)]
    pub last: Timestamp,
    /// The last one's decision: `countersign why` explains it.
    #[schema(value_type = words::DecisionId)]
    pub example: DecisionId,
}

/// Which way an access would turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// It is allowed, and would be denied.
    Denied,
    /// It is denied, and would be allowed.
    Allowed,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
const fn is_none_of_them(count: &u64) -> bool {
    *count == 0
}
