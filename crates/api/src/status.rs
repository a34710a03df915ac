//! How the installation is, and whether its journal is whole.

use crate::words;
use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How the installation is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Status {
    /// The version of the software.
    pub version: String,
    /// The origin at which people sign in, as their browsers see it; applications are reached at its scheme and port.
    pub origin: String,
    /// The sequence of the last fact that this process knows.
    pub world: u64,
    /// For how many seconds the world has not been known to be the newest; a few while all is well, since the journal is
    /// asked every two seconds.
    pub behind_seconds: u64,
    /// By how many seconds the clock of this machine is behind the newest moment that is known. Beyond 60 that counts as
    /// a journal that is out of reach.
    #[serde(default)]
    pub clock_behind_seconds: u64,
    /// The journal.
    pub journal: JournalStatus,
    /// The policies.
    pub policies: PolicyStatus,
    /// The evidence.
    pub evidence: EvidenceStatus,
    /// What was observed beside the facts, and how sharing that goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observations: Option<ObservationStatus>,
    /// How many connections each listener of this process has.
    #[serde(default)]
    pub listeners: Vec<ListenerStatus>,
    /// How each part of this process is.
    #[serde(default)]
    pub components: Vec<ComponentStatus>,
    /// How many there are of each thing.
    pub counts: Counts,
    /// Whether among those who administer or approve, and can sign in, two are independent of each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub independent_approvers: Option<bool>,
}

/// What this process observed beside the facts, and how sharing that with the others goes. While it cannot be shared, what
/// other processes observe gets older here: a posture looks older and a session idle for longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ObservationStatus {
    /// Seconds since this process last told the others and was told everything; a few while all is well. None: it never
    /// did since it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange_age_seconds: Option<u64>,
    /// Why the last exchange failed, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Devices whose posture was observed to be still so.
    pub postures: u64,
    /// Sessions of which a use is known.
    pub sessions: u64,
    /// Subjects that were dropped because there was no room, the oldest first.
    pub dropped: u64,
}

/// How a part of a process is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ComponentStatus {
    /// Its name.
    #[schema(example = "evidence upkeep")]
    pub name: String,
    /// How it is now.
    pub state: ComponentCondition,
    /// Whether accesses depend on it: without it, the process is not ready.
    pub essential: bool,
    /// How often it failed since the process began.
    pub failures: u64,
    /// Why it failed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<String>,
    /// How many seconds ago that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_seconds_ago: Option<u64>,
}

/// Whether a part of a process works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ComponentCondition {
    /// At work.
    Running,
    /// It failed, and is started again after a pause.
    Restarting,
    /// It failed, and only a restart of the process brings it back.
    Failed,
    /// It was told to stop, and did.
    Stopped,
}

/// How full a listener is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListenerStatus {
    /// Which one.
    #[schema(example = "gate")]
    pub name: String,
    /// Connections that are open.
    pub open: u64,
    /// Connections that may be.
    pub limit: u64,
    /// Those of the address that has the most.
    pub most_of_one_address: u64,
    /// Connections closed at once since the process began, because their address had its share.
    pub refused: u64,
    /// How often all places were taken when one more came, since then.
    pub full: u64,
    /// How often the system had no connection to give, since then.
    pub failures: u64,
    /// How many seconds ago it last turned anybody away or let them wait; none when it never did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saturated_seconds_ago: Option<u64>,
}

/// How the journal is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JournalStatus {
    /// Its head; none while it does not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<JournalHead>,
    /// Whether it was read to its end in the last ten seconds.
    pub connected: bool,
    /// Why it cannot be followed any further, if that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<String>,
    /// The entry of the checkpoint that this process began with; none when it folded everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun_at: Option<u64>,
    /// The last entry that was moved to an archive file; 0 when none was.
    #[serde(default)]
    pub archived_until: u64,
    /// Why the world may not be what the facts add up to, if there is a reason to think so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<String>,
    /// The head that is remembered outside it; none before one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remembered: Option<RememberedHead>,
    /// When the operator last had a journal believed that did not hold what was remembered of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<AcceptedHead>,
}

/// How far the journal went, remembered outside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RememberedHead {
    /// The head.
    pub head: JournalHead,
    /// When it was that.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
}

/// The operator's word that a journal is believed although it does not hold what was remembered of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AcceptedHead {
    /// The place of the fact in the journal.
    pub seq: u64,
    /// When.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
    /// The process that had remembered more.
    pub gate: String,
    /// Why, in the operator's words.
    pub why: String,
}

/// How far the journal goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JournalHead {
    /// The place of the last entry.
    pub seq: u64,
    /// Its hash, which stands for everything before it.
    #[schema(value_type = words::Digest)]
    pub hash: String,
    /// Both as one text: keep it somewhere else, and give it to a verification.
    #[schema(example = "12:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub anchor: String,
}

/// How the policies are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyStatus {
    /// The version in force.
    #[schema(value_type = words::Digest)]
    pub version: String,
    /// How many policies it holds.
    pub policies: u64,
    /// How many of them should have been looked at again by now.
    pub overdue: u64,
    /// Why the version that was published last is not in force, if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// How recording goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvidenceStatus {
    /// In a word.
    pub health: EvidenceHealth,
    /// What is the matter, when something is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Bytes of records that wait for the disk.
    pub backlog_bytes: u64,
    /// The bound on them.
    pub backlog_limit: u64,
    /// Records taken since the process began.
    pub recorded: u64,
    /// Records refused since then.
    pub refused: u64,
    /// Refusals of people who were not signed in that are recorded with others like them, since then.
    #[serde(default)]
    pub folded: u64,
    /// Refusals of people who were not signed in of which only the number is recorded, since then.
    #[serde(default)]
    pub dropped: u64,
    /// How it is copied to its store; none when no store is configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<StoreStatus>,
}

/// How the evidence is copied to its store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoreStatus {
    /// Where to.
    #[schema(example = "s3://our-evidence/countersign/gate-1")]
    pub place: String,
    /// Everything that was anchored before this moment is there; none while it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub copied_until: Option<Timestamp>,
    /// How many files wait to be copied; none while it is not known what is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<u64>,
    /// Their bytes.
    pub waiting_bytes: u64,
    /// How many files this process has copied since it began.
    pub copied: u64,
    /// Why nothing is copied at the moment, when that is so. Everything is kept here meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// Files that cannot be copied as they are, each with why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<String>,
}

/// How recording goes, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceHealth {
    /// Records become durable as they come.
    Healthy,
    /// More than half of the backlog is in use.
    Backlog,
    /// The disk fails.
    Failing,
}

/// How many there are of each thing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    /// People.
    pub people: u64,
    /// People who administer the installation and are not suspended.
    pub administrators: u64,
    /// Of those, the ones who have a passkey.
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
    /// Grants that nobody has answered.
    pub grants_requested: u64,
    /// Grants that are active.
    pub grants_active: u64,
    /// Exceptions that are open.
    pub exceptions: u64,
}

/// What a verification starts from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyRequest {
    /// An anchor that was kept elsewhere; the journal must contain it. Without one, removed last entries and a chain
    /// that was computed anew go unseen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Verification {
    /// Whether every entry follows from the one before.
    pub whole: bool,
    /// How many entries were found good.
    pub entries: u64,
    /// Where the journal ended; none when it is broken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<JournalHead>,
    /// The first entry that is not what was appended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken_at: Option<u64>,
    /// What is wrong there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}
