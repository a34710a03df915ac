//! Long runs: how far each is, and what it found.

use crate::{
    ArchiveReport, EvidenceReport, PlanReport, ProofReport, ReplayReport, ShadowReport, UpkeepReport, words,
};
use countersign_names::{JobId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A long run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Job {
    /// Its id.
    #[schema(value_type = String, example = "job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8")]
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// How it is.
    pub state: JobState,
    /// The process on whose files it works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
    /// Who asked for it, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<String>,
    /// When it began.
    #[schema(value_type = words::Moment)]
    pub started_at: Timestamp,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub ended_at: Option<Timestamp>,
    /// The span whose decisions are asked again: not before this moment.
    #[schema(value_type = words::Moment)]
    pub since: Timestamp,
    /// And before this one.
    #[schema(value_type = words::Moment)]
    pub until: Timestamp,
    /// Decisions asked again so far; of the evidence's upkeep, rows.
    pub accesses: u64,
    /// The questions that were decided for them so far; the rest had the answer of one of these.
    pub decided: u64,
    /// How much is done, from 0 to 1: of the span that is read, or, of a plan that asks a solver, of both in halves.
    pub share: f64,
    /// Why it failed, when it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// SHA-256 over the plan or the shadow report as JSON (without `kind`), once it has finished: what applying it, or starting a rollout,
    /// names as the rehearsal that was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Digest>)]
    pub digest: Option<String>,
    /// What it found or did, once it has finished. A list of jobs leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<JobResult>,
}

/// What a long run found or did: the report of its kind, with `kind` as one more field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JobResult {
    /// What a replay found.
    Replay(ReplayReport),
    /// What a plan found.
    Plan(Box<PlanReport>),
    /// What a proof found.
    Proof(Box<ProofReport>),
    /// What a shadow report found.
    Shadow(ShadowReport),
    /// What the verification of the evidence found.
    Verification(EvidenceReport),
    /// What was done for the upkeep of the evidence.
    Upkeep(UpkeepReport),
    /// What was archived of the journal.
    Archive(ArchiveReport),
}

/// The kinds of long runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Every decision is asked again as it was.
    Replay,
    /// Every decision is asked of other policies.
    Plan,
    /// Every access that went ahead is asked again without each item of its evidence.
    Proof,
    /// Every file of the evidence is compared with its anchor.
    Verify,
    /// Files of the evidence that nobody anchored are taken in.
    Anchor,
    /// The files of each finished day become one.
    Compact,
    /// What is older than it is to be kept is removed.
    Retain,
    /// What policies in their shadow stage would have done is gathered.
    Shadow,
    /// Old facts are moved to archive files, and out of the journal's store.
    Archive,
}

/// How a long run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// At work.
    Running,
    /// Done.
    Finished,
    /// It could not go on.
    Failed,
    /// It was cancelled before its end.
    Cancelled,
}
