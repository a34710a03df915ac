//! Figures of the last days.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The figures of some complete days, in UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Trends {
    /// The days, the oldest first. The last is yesterday: a day that is not over has no figure yet.
    #[schema(example = json!(["2026-11-28", "2026-11-29"]))]
    pub days: Vec<String>,
    /// The figures.
    pub figures: Vec<Trend>,
}

/// A figure over some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Trend {
    /// The figure.
    pub figure: TrendName,
    /// What a value counts.
    pub measure: TrendMeasure,
    /// The figure at this moment. Absent if it is known for whole days only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<u64>,
    /// One value for each day. `null` for a day of which nothing is known.
    pub values: Vec<Option<u64>>,
}

/// The name of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrendName {
    /// People in the inventory.
    People,
    /// People who have at least one passkey.
    PeopleWithPasskeys,
    /// Administrators of the installation who are not suspended.
    Administrators,
    /// Devices in the inventory.
    Devices,
    /// Devices that the organisation manages.
    DevicesManaged,
    /// Applications.
    Applications,
    /// Applications whose refusals are enforced.
    ApplicationsEnforcing,
    /// Sessions that have not ended.
    Sessions,
    /// Grants that wait for an answer.
    GrantsRequested,
    /// Grants in use.
    GrantsActive,
    /// Exceptions that are open.
    Exceptions,
    /// Entries of the implicit-trust register on which accesses rest.
    Trusts,
    /// Those without an owner.
    TrustsDiscovered,
    /// Those with an owner.
    TrustsOwned,
    /// Those that are documented and authorised.
    TrustsDocumented,
    /// Those whose authorisation has ended.
    TrustsLapsed,
    /// Policies in force.
    Policies,
    /// Those that are enforced.
    PoliciesEnforced,
    /// Those in the shadow stage that no rollout enforces.
    PoliciesShadow,
    /// Those in the shadow stage that a rollout enforces, for some people or for everybody.
    PoliciesRollingOut,
    /// Decisions in finished files of the evidence.
    Decisions,
    /// Those that let an access happen.
    DecisionsAllowed,
    /// Those that stopped an access.
    DecisionsDenied,
    /// Those that would have stopped an access if its application enforced its refusals.
    DecisionsWouldBeDenied,
}

/// What a value of a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrendMeasure {
    /// What there was at the end of the day, according to the facts of the journal. Days before the first fact are gaps,
    /// and of policies also days whose policies cannot be read.
    AtEndOfDay,
    /// What was recorded on the day, as the facts of the journal count it in the finished files of the evidence. A day
    /// keeps its counts when its files expire. A day without such a file is a gap, and of decisions by outcome also a day
    /// of which a file was not counted by outcome.
    OverTheDay,
}
