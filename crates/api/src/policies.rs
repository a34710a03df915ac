//! The policy set: the set in force, its files, and publishing another.

use crate::{Settings, words};
use countersign_names::{ApplicationName, JobId, PolicyId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// The policies in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Policies {
    /// The version in force, a SHA-256 over the files.
    #[schema(value_type = words::Digest)]
    pub version: String,
    /// When it was published. Absent if no set was ever published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub published_at: Option<Timestamp>,
    /// The reason for putting it in force, if one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Why the latest published version is not in force, if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Every policy, in the order of the files.
    pub policies: Vec<Policy>,
    /// Warnings about the set.
    pub warnings: Vec<PolicyProblem>,
}

/// A policy, with its annotations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Policy {
    /// Its name.
    #[schema(value_type = words::PolicyId)]
    pub id: PolicyId,
    /// Whether it forbids for everybody or permits for one application.
    pub kind: PolicyKind,
    /// The application that it permits access to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ApplicationName>)]
    pub application: Option<ApplicationName>,
    /// Who is responsible for it.
    pub owner: String,
    /// Its explanation for the people whom it stops or lets in.
    pub reason: String,
    /// The day by which its owner reviews it.
    #[schema(format = "date", example = "2027-05-31")]
    pub review: String,
    /// Whether that day has passed.
    pub overdue: bool,
    /// Whether it is enforced.
    pub stage: PolicyStage,
    /// The percentage of people for whom a rollout enforces it although it is in the shadow stage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rolled_out: Option<u8>,
    /// Whether exceptions to it are possible.
    pub reads_exceptions: bool,
    /// Its file.
    pub file: String,
    /// Its first line, counted from 1.
    pub line: u64,
    /// Its text.
    pub text: String,
}

/// The two kinds of policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PolicyKind {
    /// `forbid`, for everybody.
    Guardrail,
    /// `permit`, for one application.
    Application,
}

/// Whether a policy is enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PolicyStage {
    /// On trial: the evidence records what it would change.
    Shadow,
    /// Enforced.
    Enforce,
}

/// An error or a warning in a policy file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyProblem {
    /// The file.
    pub file: String,
    /// The line, counted from 1. Absent if the problem concerns the whole file or set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The problem, in one sentence.
    pub message: String,
    /// The same for a terminal, with the text underlined; without colours.
    pub rendered: String,
}

/// The files of a policy set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyFiles {
    /// The latest published version. Absent if no set was ever published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Digest>)]
    pub version: Option<String>,
    /// The text of each file, by its path in the policy folder.
    pub files: BTreeMap<String, String>,
}

/// A complete policy set to publish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// The text of each file, by its path in the policy folder. A file that is not listed is removed from the set.
    pub files: BTreeMap<String, String>,
    /// The reason, in one sentence; the history keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The plan that was reviewed before: a finished job, of these files and of the version in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub plan: Option<JobId>,
    /// The reason for publishing the files although the plan is incomplete. The journal keeps it with `why`. Without
    /// it, a plan with the verdict unknown is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accept_unknown: Option<String>,
    /// Applications, labels and exceptions to apply in the same change. They require `why`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Settings>,
    /// True to check only, and show what would change.
    #[serde(default)]
    pub dry_run: bool,
    /// Refuse the set unless this is the latest published version. So two editors cannot overwrite each other's work
    /// unnoticed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Digest>)]
    pub expected_version: Option<String>,
    /// The guardrails that are enforced now and would no longer be, by name. A set that removes others is refused.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[schema(value_type = Vec<words::PolicyId>)]
    pub removes: BTreeSet<PolicyId>,
}

/// The result of publishing, or of its dry run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Published {
    /// The version of the set.
    #[schema(value_type = words::Digest)]
    pub version: String,
    /// Whether this is a dry run.
    pub dry_run: bool,
    /// The changed files. Empty if nothing changes; then nothing was published.
    pub changed: Vec<FileChange>,
    /// The policies that were enforced before and are no longer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<RemovedPolicy>,
    /// Warnings about the set.
    pub warnings: Vec<PolicyProblem>,
    /// The version of the settings, if they changed too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Digest>)]
    pub settings: Option<String>,
    /// What could not be restored, as text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The effect on staged rollouts, as text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rollouts: Vec<String>,
}

/// A policy that was enforced and is no longer: it was removed, or moved to the shadow stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RemovedPolicy {
    /// Its id.
    #[schema(value_type = words::PolicyId)]
    pub id: PolicyId,
    /// Its kind. A guardrail must be named to be removed.
    pub kind: PolicyKind,
}

/// A changed file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileChange {
    /// Its path in the policy folder.
    pub path: String,
    /// The kind of change.
    pub change: Change,
}

/// The kinds of change of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The file is new.
    Added,
    /// The text changed.
    Changed,
    /// The file was removed.
    Removed,
}

/// The initial policy file of a newly protected application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StarterPermit {
    /// Its path in the policy folder.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A version of the policy set or of the settings that was in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyVersion {
    /// The subject of the version.
    #[serde(default)]
    pub of: VersionOf,
    /// SHA-256 over the files, or over the settings.
    #[schema(value_type = words::Digest)]
    pub version: String,
    /// The changed files of a working folder besides the policies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<String>,
    /// When it was last put in force.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
    /// Who put it in force: an actor, as in the journal.
    pub by: String,
    /// The name of this person or service account now. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_name: Option<String>,
    /// The sequence of the fact that put it in force.
    pub seq: u64,
    /// Whether it is in force now.
    pub in_force: bool,
    /// The policies that were enforced before this version and were no longer after it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[schema(value_type = Vec<words::PolicyId>)]
    pub removed: BTreeSet<PolicyId>,
    /// The reason, if one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// SHA-256 over the plan that was reviewed before, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Digest>)]
    pub rehearsal: Option<String>,
}

/// The subjects of versions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VersionOf {
    /// The policy set, and the settings that were changed with it.
    #[default]
    Policies,
    /// Only applications, labels and exceptions.
    Settings,
}

/// A rollback to a version that was in force before: the policies of that version, and the settings that were changed
/// together with policies since then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rollback {
    /// The version, or enough of its first digits to be unique.
    pub version: String,
    /// The reason, in one sentence; the history keeps it.
    pub why: String,
    /// True to check only, and show what would change.
    #[serde(default)]
    pub dry_run: bool,
    /// See [`Publication::removes`].
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[schema(value_type = Vec<words::PolicyId>)]
    pub removes: BTreeSet<PolicyId>,
}
