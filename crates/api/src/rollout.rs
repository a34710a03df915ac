//! Policies on trial: what those in their shadow stage would have done, and rolling one out by stages.

use crate::rehearsal::{Basis, PlannedChange, Radius};
use crate::words;
use countersign_names::{ApplicationName, DecisionId, JobId, PolicyId, RolloutId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A shadow report to be made: what the policies in their shadow stage would have done to the decisions of the span.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewShadowReport {
    /// Not before this moment; none: 30 days ago.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub since: Option<Timestamp>,
    /// Before this moment; none: now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub until: Option<Timestamp>,
    /// Only this policy; none: every one in its shadow stage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::PolicyId>)]
    pub policy: Option<PolicyId>,
}

/// What the policies in their shadow stage would have done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShadowReport {
    /// The version of the policy set that runs.
    #[schema(value_type = words::Digest)]
    pub running: String,
    /// Each of them, in the order of the set.
    pub policies: Vec<ShadowPolicy>,
    /// What was recorded and could not be read. With an entry here, the figures are about the rest.
    pub incomplete: Vec<String>,
}

/// What one policy in its shadow stage would have done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShadowPolicy {
    /// Its name.
    #[schema(value_type = words::PolicyId)]
    pub policy: PolicyId,
    /// Who answers for it.
    pub owner: String,
    /// What it says to whoever it stops or lets in.
    pub reason: String,
    /// Where it stands: file and line.
    pub place: String,
    /// How far it is rolled out, in percent; none when it is not. Whom it has reached is not in this report: for them it
    /// counts already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rolled_out: Option<u8>,
    /// Decisions of applications that it can apply to, which fell while it was in its shadow stage with the text of now.
    pub asked: u64,
    /// The people whose they were.
    pub people: u64,
    /// What it would have denied that was allowed.
    pub newly_denied: Radius,
    /// What it would have allowed that was denied.
    pub newly_allowed: Radius,
    /// The same by application.
    pub applications: Vec<ShadowApplication>,
    /// The first access that it would have turned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub first: Option<Timestamp>,
    /// The last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub last: Option<Timestamp>,
    /// Every change, what would be denied first, and of that what concerns most accesses.
    pub changes: Vec<PlannedChange>,
    /// What the evidence of the span cannot tell: nothing of this is counted as fine.
    pub unknown: Vec<String>,
    /// On how much of what was recorded this rests.
    #[serde(default)]
    pub basis: Basis,
}

/// How far a policy in its shadow stage would have reached at one application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShadowApplication {
    /// The application.
    #[schema(value_type = words::ApplicationName)]
    pub application: ApplicationName,
    /// What would have been denied that was allowed.
    pub newly_denied: Radius,
    /// What would have been allowed that was denied.
    pub newly_allowed: Radius,
}

/// A rollout to be started: a policy in its shadow stage counts for a sample of people that grows step by step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRollout {
    /// The policy, which is in its shadow stage.
    #[schema(value_type = words::PolicyId)]
    pub policy: PolicyId,
    /// The percentages, rising, the last of them 100.
    #[schema(max_items = 20)]
    pub percents: Vec<u8>,
    /// For how many seconds each is watched before the next.
    pub watch_seconds: u64,
    /// What halts it, such as `newly denied people > 3`; none: more newly denied people than the report or the plan named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub halt_if: Option<String>,
    /// Why; it goes on record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The finished shadow report or plan that was seen before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8")]
    pub rehearsal: Option<JobId>,
    /// Why it is started although the report or the plan does not know everything. It goes on record with `why`; without
    /// it one whose verdict is unknown is refused, unless it is only looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accept_unknown: Option<String>,
    /// The id, and with it the sample, that a dry run gave; none: a new one is drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::RolloutId>)]
    pub id: Option<RolloutId>,
    /// Only say what it would be.
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
    /// How it stands.
    pub state: RolloutState,
    /// Whether it was only looked at, and not started.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
    /// The percentage that it has reached; 0 when the policy counts for nobody by it.
    pub percent: u8,
    /// The percentages that it goes through.
    pub percents: Vec<u8>,
    /// For how many seconds each is watched.
    pub watch_seconds: u64,
    /// When its next step is due, while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub due_at: Option<Timestamp>,
    /// What halts it.
    pub halt_if: String,
    /// Why it was started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// SHA-256 over the shadow report or the plan that was seen before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Digest>)]
    pub rehearsal: Option<String>,
    /// Why it was halted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub halted_because: Option<String>,
    /// One of the accesses that it was halted for: `countersign why` explains it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::DecisionId>)]
    pub example: Option<DecisionId>,
    /// Accesses that were denied, and would have been allowed without it.
    pub newly_denied: RolloutTurned,
    /// Accesses that were allowed, and would have been denied without it.
    pub newly_allowed: RolloutTurned,
    /// How it came to where it is, the first first.
    pub moves: Vec<RolloutMove>,
    /// Whom each step reaches. A list of rollouts leaves it out.
    pub steps: Vec<RolloutStep>,
    /// What to do next, in words.
    pub next: String,
}

/// How a rollout stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RolloutState {
    /// It is watched.
    Running,
    /// It reached everybody, and the policy goes on to count for everybody.
    Finished,
    /// It was taken back: the policy counts for nobody by it.
    Halted,
    /// The policy left its shadow stage, and counts by its own text.
    Ended,
}

/// Whom a rollout turned one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct RolloutTurned {
    /// How many people.
    pub people: u64,
    /// How many accesses, whoever made them.
    pub accesses: u64,
    /// The first of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::DecisionId>)]
    pub example: Option<DecisionId>,
}

/// A step that a rollout took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RolloutMove {
    /// When.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
    /// On whose word.
    pub by: String,
    /// The percentage from then on; 0 when it was halted or ended.
    pub percent: u8,
}

/// Whom a step of a rollout reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RolloutStep {
    /// The percentage.
    pub percent: u8,
    /// The people of the inventory who are in the sample.
    pub people: u64,
    /// Of these, the people who used an application that the policy can apply to, in the span of the shadow report that was
    /// seen before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<u64>,
    /// Of these, the ones whom it would have newly denied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newly_denied: Option<u64>,
    /// Of these, the ones whom it would have newly allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newly_allowed: Option<u64>,
}
