//! Jobs: long tasks, their progress and their results.

use crate::{
    ArchiveReport, EvidenceReport, FindingsReport, PlanReport, ProjectionVerification, ProofReport,
    ReplayReport, RoleSearchReport, ShadowReport, UpkeepReport, words,
};
use countersign_names::{JobId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A job: a long task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Job {
    /// Its id.
    #[schema(value_type = String, example = "job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8")]
    pub id: JobId,
    /// The kind of job.
    pub kind: JobKind,
    /// The state.
    pub state: JobState,
    /// The process whose files it reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
    /// Who started it, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<String>,
    /// The name of this person or service account now. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_by_name: Option<String>,
    /// When it started.
    #[schema(value_type = words::Moment)]
    pub started_at: Timestamp,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub ended_at: Option<Timestamp>,
    /// The start of the period whose decisions it evaluates, inclusive.
    #[schema(value_type = words::Moment)]
    pub since: Timestamp,
    /// The end of that period, exclusive.
    #[schema(value_type = words::Moment)]
    pub until: Timestamp,
    /// Number of decisions evaluated so far; for upkeep of the evidence, the number of rows; for an archive or a
    /// verification of projections, the number of facts.
    pub accesses: u64,
    /// Number of distinct decisions made for them so far. Other records had the same answer as one of these.
    pub decided: u64,
    /// The progress, from 0 to 1: the part of the period that was read; for a plan with a solver, each counts for one
    /// half.
    pub share: f64,
    /// Why the job failed, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// SHA-256 over the plan or the shadow report as JSON (without `kind`), once the job has finished. To apply the
    /// plan or start a rollout, name this digest as the rehearsal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Digest>)]
    pub digest: Option<String>,
    /// The result, once the job has finished. A list of jobs leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<JobResult>,
}

/// The result of a job: the report of its kind, with `kind` as a further field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JobResult {
    /// The result of a replay.
    Replay(ReplayReport),
    /// The result of a plan.
    Plan(Box<PlanReport>),
    /// The result of a proof.
    Proof(Box<ProofReport>),
    /// The result of a shadow report.
    Shadow(ShadowReport),
    /// The result of a verification of the evidence.
    Verification(EvidenceReport),
    /// The result of upkeep of the evidence.
    Upkeep(UpkeepReport),
    /// The result of archiving.
    Archive(ArchiveReport),
    /// The result of a verification of projections.
    ProjectionVerification(ProjectionVerification),
    /// The result of a look at the inventory.
    Findings(FindingsReport),
    /// The numbers of a search for roles.
    Roles(RoleSearchReport),
}

/// The kinds of jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Evaluates every decision again with the state and the policies of that time.
    Replay,
    /// Evaluates every decision against other policies.
    Plan,
    /// Evaluates every allowed access again without each item of its evidence.
    Proof,
    /// Compares every file of the evidence with its anchor.
    Verify,
    /// Anchors files of the evidence that have no anchor.
    Anchor,
    /// Merges the files of each finished day.
    Compact,
    /// Removes records that are older than their retention.
    Retain,
    /// Summarises what policies in the shadow stage would have changed.
    Shadow,
    /// Moves old facts to archive files, and out of the journal's store.
    Archive,
    /// Compares every row of the projections with a new fold of the journal.
    VerifyProjections,
    /// Looks at the inventory for what is wrong.
    FindingsLook,
    /// Searches for roles that explain access with less structure.
    RoleSearch,
}

/// The states of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// It is in progress.
    Running,
    /// It has a result.
    Finished,
    /// It could not continue.
    Failed,
    /// It was cancelled.
    Cancelled,
}
