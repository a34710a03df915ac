//! The policy set: what is in force, its files, and publishing another.

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
    /// When it was published; none while nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub published_at: Option<Timestamp>,
    /// Why it was put in force, where whoever did it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Why the version that was published last is not the one in force, if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Every policy, in the order of the files.
    pub policies: Vec<Policy>,
    /// What is doubtful about the set without being wrong.
    pub warnings: Vec<PolicyProblem>,
}

/// A policy, by what it says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Policy {
    /// Its name.
    #[schema(value_type = words::PolicyId)]
    pub id: PolicyId,
    /// Whether it forbids for everybody, or permits for one application.
    pub kind: PolicyKind,
    /// The application that it permits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::ApplicationName>)]
    pub application: Option<ApplicationName>,
    /// Who answers for it.
    pub owner: String,
    /// What whoever it stops or lets in is told.
    pub reason: String,
    /// The day by which its owner looks at it again.
    #[schema(format = "date", example = "2027-05-31")]
    pub review: String,
    /// Whether that day has passed.
    pub overdue: bool,
    /// Whether it counts.
    pub stage: PolicyStage,
    /// The percentage of people for whom it counts in spite of its shadow stage, while a rollout of it is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rolled_out: Option<u8>,
    /// Whether an exception can be opened to it.
    pub reads_exceptions: bool,
    /// Its file.
    pub file: String,
    /// The line on which it begins, counted from 1.
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

/// Whether a policy counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PolicyStage {
    /// Tried: what it would change is recorded.
    Shadow,
    /// In force.
    Enforce,
}

/// Something wrong, or doubtful, in a policy file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyProblem {
    /// The file.
    pub file: String,
    /// The line, counted from 1; none when the whole file or set is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The same as a terminal shows it, with the words underlined; without colours.
    pub rendered: String,
}

/// The files of a policy set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyFiles {
    /// The version that was published last; none while nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Digest>)]
    pub version: Option<String>,
    /// Each file's text by its path within the policy folder.
    pub files: BTreeMap<String, String>,
}

/// A policy set to be published: all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// Each file's text by its path within the policy folder. A file that is not here is in the set no more.
    pub files: BTreeMap<String, String>,
    /// Why, in a sentence that is kept with the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The plan that was looked at before: a finished job, of these files and of the version in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub plan: Option<JobId>,
    /// Why the files are put in force although the plan does not know everything. It goes on record with `why`; without it
    /// a plan whose verdict is unknown is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accept_unknown: Option<String>,
    /// Applications, labels and exceptions to put in force with it, as one. Say why, then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Settings>,
    /// Only check, and say what would change.
    #[serde(default)]
    pub dry_run: bool,
    /// Refuse unless this is the version that was published last: then two who edit cannot undo each other's work
    /// unseen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Digest>)]
    pub expected_version: Option<String>,
    /// The guardrails that count now and would not any more, each by name: a set that takes others out of force is refused.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[schema(value_type = Vec<words::PolicyId>)]
    pub removes: BTreeSet<PolicyId>,
}

/// What publishing did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Published {
    /// The version of the set.
    #[schema(value_type = words::Digest)]
    pub version: String,
    /// Whether it was only checked.
    pub dry_run: bool,
    /// The files that are not as they were; empty when nothing changes, and then nothing was published.
    pub changed: Vec<FileChange>,
    /// The policies that counted before and do not any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<RemovedPolicy>,
    /// What is doubtful about the set without being wrong.
    pub warnings: Vec<PolicyProblem>,
    /// The version of the settings, where they changed too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Digest>)]
    pub settings: Option<String>,
    /// What could not be put back as it was, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// What becomes of staged rollouts by it, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rollouts: Vec<String>,
}

/// A policy that counted and does not any more: it is gone, or only asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RemovedPolicy {
    /// Its id.
    #[schema(value_type = words::PolicyId)]
    pub id: PolicyId,
    /// Which of the two kinds it was. A guardrail must be named to be removed.
    pub kind: PolicyKind,
}

/// A file that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileChange {
    /// Its path within the policy folder.
    pub path: String,
    /// What happened to it.
    pub change: Change,
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It is new.
    Added,
    /// Its text is another.
    Changed,
    /// It is gone.
    Removed,
}

/// The policy file that a newly protected application begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StarterPermit {
    /// Its path within the policy folder.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A version of the policy set that was in force, or of the settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyVersion {
    /// What it is a version of.
    #[serde(default)]
    pub of: VersionOf,
    /// SHA-256 over the files, or over the settings.
    #[schema(value_type = words::Digest)]
    pub version: String,
    /// Which files of a working folder were changed beside the policies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<String>,
    /// When it was put in force last.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
    /// By whom: an actor, as in the journal.
    pub by: String,
    /// The sequence of the fact that did it.
    pub seq: u64,
    /// Whether it is in force now.
    pub in_force: bool,
    /// The policies that counted before it and did not any more.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[schema(value_type = Vec<words::PolicyId>)]
    pub removed: BTreeSet<PolicyId>,
    /// Why, where whoever did it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// SHA-256 over the plan that they had looked at, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Digest>)]
    pub rehearsal: Option<String>,
}

/// What a version is of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VersionOf {
    /// Of the policy set, and of the settings that were changed with it.
    #[default]
    Policies,
    /// Of applications, labels and exceptions alone.
    Settings,
}

/// Going back to a version that was in force before: the policies as they were, and with them whatever of the settings was put in
/// force as one since then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rollback {
    /// Its version, or as many of its first digits as name it alone.
    pub version: String,
    /// Why, in a sentence that is kept with the change.
    pub why: String,
    /// Only check, and say what would change.
    #[serde(default)]
    pub dry_run: bool,
    /// As [`Publication::removes`].
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[schema(value_type = Vec<words::PolicyId>)]
    pub removes: BTreeSet<PolicyId>,
}
