//! The state of the installation, and the verification of its journal.

use crate::words;
use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The state of the installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Status {
    /// The version of the software.
    pub version: String,
    /// The origin of the sign-in host, as browsers see it. Applications have its scheme and port.
    pub origin: String,
    /// The sequence of the newest fact that this process knows.
    pub world: u64,
    /// Seconds since the world was last known to be the newest. Normally a few, because the process asks the journal
    /// every two seconds.
    pub behind_seconds: u64,
    /// How many seconds the clock of this machine is behind the newest known moment. More than 60 counts as an
    /// unreachable journal.
    #[serde(default)]
    pub clock_behind_seconds: u64,
    /// The journal.
    pub journal: JournalStatus,
    /// The policies.
    pub policies: PolicyStatus,
    /// The evidence.
    pub evidence: EvidenceStatus,
    /// The observations, and the exchange of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observations: Option<ObservationStatus>,
    /// The connections of each listener of this process.
    #[serde(default)]
    pub listeners: Vec<ListenerStatus>,
    /// The state of each component of this process.
    #[serde(default)]
    pub components: Vec<ComponentStatus>,
    /// The number of objects of each kind.
    pub counts: Counts,
    /// Whether two of the people who administer or approve, and can sign in, are independent of each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub independent_approvers: Option<bool>,
}

/// The observations of this process, and their exchange with other processes. While the exchange fails, observations of
/// other processes become older here: a posture looks older and a session idle for longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ObservationStatus {
    /// Seconds since this process last exchanged observations; normally a few. Absent if it never did since it started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange_age_seconds: Option<u64>,
    /// Why the last exchange failed, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Number of devices with an observed posture.
    pub postures: u64,
    /// Number of sessions with an observed use.
    pub sessions: u64,
    /// Number of subjects that were dropped because the memory limit was reached, the oldest first.
    pub dropped: u64,
}

/// The state of a component of a process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ComponentStatus {
    /// Its name.
    #[schema(example = "evidence upkeep")]
    pub name: String,
    /// Its present state.
    pub state: ComponentCondition,
    /// Whether accesses depend on it: the process is not ready without it.
    pub essential: bool,
    /// Number of failures since the process started.
    pub failures: u64,
    /// The last failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<String>,
    /// Seconds since that failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_seconds_ago: Option<u64>,
}

/// The states of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ComponentCondition {
    /// It works.
    Running,
    /// It failed, and the process restarts it after a pause.
    Restarting,
    /// It failed, and only a restart of the process restarts it.
    Failed,
    /// It stopped on request.
    Stopped,
}

/// The connections of a listener.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListenerStatus {
    /// The listener.
    #[schema(example = "gate")]
    pub name: String,
    /// Number of open connections.
    pub open: u64,
    /// Maximum number of connections.
    pub limit: u64,
    /// Number of connections of the address that has the most.
    pub most_of_one_address: u64,
    /// Number of connections that were closed at once since the process started, because their address had used up its
    /// share.
    pub refused: u64,
    /// How often a connection came when the listener was full, since then.
    pub full: u64,
    /// How often the system could not accept a connection, since then.
    pub failures: u64,
    /// Seconds since a connection was last refused or had to wait. Absent if none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saturated_seconds_ago: Option<u64>,
}

/// The state of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JournalStatus {
    /// Its head. Absent while it does not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<JournalHead>,
    /// Whether the process read it to its end within the last ten seconds.
    pub connected: bool,
    /// Why this process cannot follow it any further, if it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<String>,
    /// The entry of the checkpoint with which this process started. Absent if it folded everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun_at: Option<u64>,
    /// The last entry that was moved to an archive file. 0 if none was.
    #[serde(default)]
    pub archived_until: u64,
    /// Why the world may differ from the fold of the facts, if there is a reason to think so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<String>,
    /// The head that is remembered outside the journal. Absent before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remembered: Option<RememberedHead>,
    /// When the operator last accepted a journal without the remembered head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<AcceptedHead>,
    /// When the operator last set back a time that had run ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_accepted: Option<AcceptedTime>,
}

/// The head of the journal, as remembered outside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RememberedHead {
    /// The head.
    pub head: JournalHead,
    /// When that was the head.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
}

/// The operator's acceptance of a journal without the remembered head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AcceptedHead {
    /// The sequence of the fact.
    pub seq: u64,
    /// When it was stated.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
    /// The process that remembered the newer head.
    pub gate: String,
    /// The operator's reason.
    pub why: String,
}

/// The operator's acceptance of the clock after time in the journal had run ahead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AcceptedTime {
    /// The sequence of the fact.
    pub seq: u64,
    /// When it was stated, by the accepted clock.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
    /// The moment that counted as the present before.
    #[schema(value_type = words::Moment)]
    pub held: Timestamp,
    /// The process on whose machine the operator accepted it.
    pub gate: String,
    /// The operator's reason.
    pub why: String,
}

/// The end of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JournalHead {
    /// The sequence of the last entry.
    pub seq: u64,
    /// Its hash, which covers everything before it.
    #[schema(value_type = words::Digest)]
    pub hash: String,
    /// Both as one text: keep it elsewhere, and give it to a verification.
    #[schema(example = "12:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub anchor: String,
}

/// The state of the policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyStatus {
    /// The version in force.
    #[schema(value_type = words::Digest)]
    pub version: String,
    /// Number of policies.
    pub policies: u64,
    /// Number of policies whose review is overdue.
    pub overdue: u64,
    /// Why the latest published version is not in force, if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// The state of recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvidenceStatus {
    /// The state in one word.
    pub health: EvidenceHealth,
    /// The problem, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Bytes of records that wait for the disk.
    pub backlog_bytes: u64,
    /// The maximum of these bytes.
    pub backlog_limit: u64,
    /// Number of records accepted since the process started.
    pub recorded: u64,
    /// Number of records refused since then.
    pub refused: u64,
    /// Number of refusals of unauthenticated callers that were recorded together with similar ones, since then.
    #[serde(default)]
    pub folded: u64,
    /// Number of refusals of unauthenticated callers of which only the number was recorded, since then.
    #[serde(default)]
    pub dropped: u64,
    /// The state of its copies in a store. Absent if no store is configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<StoreStatus>,
}

/// The state of copying the evidence to its store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoreStatus {
    /// The address of the store.
    #[schema(example = "s3://our-evidence/countersign/gate-1")]
    pub place: String,
    /// Everything that was anchored before this moment is in the store. Absent while that is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub copied_until: Option<Timestamp>,
    /// Number of files that wait to be copied. Absent while the content of the store is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<u64>,
    /// Their size in bytes.
    pub waiting_bytes: u64,
    /// Number of files that this process has copied since it started.
    pub copied: u64,
    /// Why nothing is copied at present, if so. The process keeps everything locally meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// The remedy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The files that cannot be copied, with the reasons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<String>,
}

/// The states of recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceHealth {
    /// Records become durable as they come.
    Healthy,
    /// More than half of the queue is in use.
    Backlog,
    /// The disk fails.
    Failing,
}

/// The number of objects of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    /// People.
    pub people: u64,
    /// People who administer the installation and are not suspended.
    pub administrators: u64,
    /// Those of them who have a passkey.
    pub administrators_with_passkeys: u64,
    /// Groups.
    pub groups: u64,
    /// Service accounts.
    pub services: u64,
    /// Devices.
    pub devices: u64,
    /// Applications.
    pub applications: u64,
    /// Sessions that have not ended.
    pub sessions: u64,
    /// Grants that wait for an answer.
    pub grants_requested: u64,
    /// Grants that are active.
    pub grants_active: u64,
    /// Exceptions that are open.
    pub exceptions: u64,
}

/// The input of a verification.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyRequest {
    /// An anchor that was kept elsewhere; the journal must contain it. Without one, the verification cannot notice that
    /// the last entries were removed or that the chain was rewritten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
}

/// The result of a verification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Verification {
    /// Whether every entry follows from the one before.
    pub whole: bool,
    /// Number of entries that were verified.
    pub entries: u64,
    /// The end of the journal. Absent if the chain is broken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<JournalHead>,
    /// The first entry that differs from what was appended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken_at: Option<u64>,
    /// The problem with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}
