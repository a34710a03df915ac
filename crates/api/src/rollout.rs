//! Policies on trial: reports about the shadow stage, and staged rollouts.

use crate::rehearsal::{Basis, PlannedChange, Radius};
use crate::words;
use countersign_names::{ApplicationName, DecisionId, JobId, PolicyId, RolloutId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A request for a shadow report: what the policies in the shadow stage would have changed in the decisions of the
/// period.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewShadowReport {
    /// The start of the period, inclusive. Default: 30 days ago.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub since: Option<Timestamp>,
    /// The end of the period, exclusive. Default: now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub until: Option<Timestamp>,
    /// Only this policy. Default: every policy in the shadow stage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::PolicyId>)]
    pub policy: Option<PolicyId>,
}

/// What the policies in the shadow stage would have changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShadowReport {
    /// The version of the running policy set.
    #[schema(value_type = words::Digest)]
    pub running: String,
    /// The policies, in the order of the set.
    pub policies: Vec<ShadowPolicy>,
    /// The evidence that could not be read. If there is an entry, the figures cover the rest.
    pub incomplete: Vec<String>,
}

/// What one policy in the shadow stage would have changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShadowPolicy {
    /// Its name.
    #[schema(value_type = words::PolicyId)]
    pub policy: PolicyId,
    /// Who is responsible for it.
    pub owner: String,
    /// Its explanation for the people whom it stops or lets in.
    pub reason: String,
    /// Its place: file and line.
    pub place: String,
    /// The percentage of its rollout. Absent if there is none. The report leaves out the people whom the rollout has
    /// reached, because the policy is enforced for them already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rolled_out: Option<u8>,
    /// Number of decisions for applications that the policy can apply to, made while it was in the shadow stage with
    /// its present text.
    pub asked: u64,
    /// Number of people in them.
    pub people: u64,
    /// The allowed accesses that it would have denied.
    pub newly_denied: Radius,
    /// The denied accesses that it would have allowed.
    pub newly_allowed: Radius,
    /// The same by application.
    pub applications: Vec<ShadowApplication>,
    /// The first access that it would have changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub first: Option<Timestamp>,
    /// The last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub last: Option<Timestamp>,
    /// Every change: new denials first, and then those with the most accesses.
    pub changes: Vec<PlannedChange>,
    /// What the evidence of the period cannot show. None of it counts as fine.
    pub unknown: Vec<String>,
    /// How much of the evidence this report could use.
    #[serde(default)]
    pub basis: Basis,
}

/// The extent of a policy in the shadow stage at one application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShadowApplication {
    /// The application.
    #[schema(value_type = words::ApplicationName)]
    pub application: ApplicationName,
    /// The allowed accesses that it would have denied.
    pub newly_denied: Radius,
    /// The denied accesses that it would have allowed.
    pub newly_allowed: Radius,
}

/// A rollout to start: a policy in the shadow stage is enforced for a sample of people, which grows step by step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRollout {
    /// The policy, which must be in the shadow stage.
    #[schema(value_type = words::PolicyId)]
    pub policy: PolicyId,
    /// The percentages, ascending; the last is 100.
    #[schema(max_items = 20)]
    pub percents: Vec<u8>,
    /// For how many seconds each step is watched before the next.
    pub watch_seconds: u64,
    /// The condition that halts it, such as `newly denied people > 3`. Default: more newly denied people than the
    /// report or the plan predicted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub halt_if: Option<String>,
    /// The reason; the journal keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The finished shadow report or plan that was reviewed before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8")]
    pub rehearsal: Option<JobId>,
    /// The reason for starting although the report or the plan is incomplete. The journal keeps it with `why`. Without
    /// it, a report with the verdict unknown is refused, except in a dry run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accept_unknown: Option<String>,
    /// The id from a dry run, which determines the sample. Default: a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::RolloutId>)]
    pub id: Option<RolloutId>,
    /// True to show only what the rollout would be.
    #[serde(default)]
    pub dry_run: bool,
}

/// A staged rollout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rollout {
    /// Its id.
    #[schema(value_type = words::RolloutId)]
    pub id: RolloutId,
    /// The policy.
    #[schema(value_type = words::PolicyId)]
    pub policy: PolicyId,
    /// The state.
    pub state: RolloutState,
    /// Whether this is a dry run.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
    /// The percentage that it has reached. 0 if it enforces the policy for nobody.
    pub percent: u8,
    /// The percentages of its steps.
    pub percents: Vec<u8>,
    /// For how many seconds each step is watched.
    pub watch_seconds: u64,
    /// When its next step is due, while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub due_at: Option<Timestamp>,
    /// The condition that halts it.
    pub halt_if: String,
    /// Why it was started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// SHA-256 over the shadow report or the plan that was reviewed before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Digest>)]
    pub rehearsal: Option<String>,
    /// Why it was halted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub halted_because: Option<String>,
    /// One of the accesses that halted it; `countersign why` explains it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::DecisionId>)]
    pub example: Option<DecisionId>,
    /// Accesses that were denied, and would have been allowed without the rollout.
    pub newly_denied: RolloutTurned,
    /// Accesses that were allowed, and would have been denied without the rollout.
    pub newly_allowed: RolloutTurned,
    /// The steps so far, the oldest first.
    pub moves: Vec<RolloutMove>,
    /// Whom each step reaches. A list of rollouts leaves it out.
    pub steps: Vec<RolloutStep>,
    /// The next action for the administrator, as text.
    pub next: String,
}

/// The states of a rollout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RolloutState {
    /// It is in progress and watched.
    Running,
    /// It reached everybody; the policy stays enforced for everybody.
    Finished,
    /// It was halted: it enforces the policy for nobody.
    Halted,
    /// The policy left the shadow stage, and is enforced by its own text.
    Ended,
}

/// The accesses whose result a rollout changed in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct RolloutTurned {
    /// Number of people.
    pub people: u64,
    /// Number of accesses, by any principal.
    pub accesses: u64,
    /// The first of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::DecisionId>)]
    pub example: Option<DecisionId>,
}

/// A step of a rollout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RolloutMove {
    /// When it began.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
    /// Who took it.
    pub by: String,
    /// The name of this person or service account now. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_name: Option<String>,
    /// The percentage from then on. 0 if it was halted or ended.
    pub percent: u8,
}

/// The people whom a step of a rollout reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RolloutStep {
    /// The percentage.
    pub percent: u8,
    /// Number of people in the inventory who are in the sample.
    pub people: u64,
    /// Number of these who used an application that the policy can apply to, in the period of the shadow report that
    /// was reviewed before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<u64>,
    /// Number of these whom it would have newly denied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newly_denied: Option<u64>,
    /// Number of these whom it would have newly allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newly_allowed: Option<u64>,
}
