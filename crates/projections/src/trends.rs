//! Figures of each day: how many people, devices, sessions and the like there were at its end.
//!
//! A row says by how much a figure changed on a day of UTC, so that the sum of the rows up to a day is the figure at its
//! end. What ends by itself is counted at once: its end is a change on a later day, which is taken back if it ends earlier.
//! Of decisions, a row says how many were recorded on the day.

mod administrators;
mod decisions;
mod policies;
mod query;
mod set_back;
mod things;
mod touched;

pub use policies::{StageOfText, StagesOf};
pub use query::FigureDays;

use crate::projection::Projection;
use crate::rows::{RowSelection, RowSet};
use crate::table::{ColumnValue, ProjectionTable, TableColumn};
use countersign_facts::Stated;
use countersign_names::Timestamp;
use touched::TouchedThings;

/// The name of the projection.
pub const TRENDS: &str = "trends";

/// The projection of the figures. It holds one row per figure and day on which it changed, and one per thing that counts.
#[derive(Debug, Clone, Copy)]
pub struct TrendsProjection {
    /// The name of the group whose members, at any depth, are the administrators.
    pub administrators: &'static str,
    /// Reads the stages of policies.
    pub stages_of: StagesOf,
}

macro_rules! figures {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)+) => {
        /// A figure that is counted for each day.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum TrendFigure {
            $($(#[$doc])* $name,)+
        }

        impl TrendFigure {
            /// All figures.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Returns its name in the tables.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }
        }
    };
}

figures! {
    /// People in the inventory.
    People = "people",
    /// People who have at least one passkey.
    PeopleWithPasskeys = "people_with_passkeys",
    /// Administrators who are not suspended.
    Administrators = "administrators",
    /// Devices in the inventory.
    Devices = "devices",
    /// Devices that the organisation manages.
    DevicesManaged = "devices_managed",
    /// Applications.
    Applications = "applications",
    /// Applications whose refusals are enforced.
    ApplicationsEnforcing = "applications_enforcing",
    /// Sessions that have not ended.
    Sessions = "sessions",
    /// Grants that wait for an answer.
    GrantsRequested = "grants_requested",
    /// Grants in use.
    GrantsActive = "grants_active",
    /// Exceptions that are open.
    Exceptions = "exceptions",
    /// Entries of the register on which accesses rest.
    Trusts = "trusts",
    /// Those without a responsible person.
    TrustsDiscovered = "trusts_discovered",
    /// Those with a responsible person.
    TrustsOwned = "trusts_owned",
    /// Those that are authorised.
    TrustsDocumented = "trusts_documented",
    /// Those whose authorisation has expired.
    TrustsLapsed = "trusts_lapsed",
    /// Policies in force.
    Policies = "policies",
    /// Those that are enforced.
    PoliciesEnforced = "policies_enforced",
    /// Those in the shadow stage that no rollout enforces.
    PoliciesShadow = "policies_shadow",
    /// Those in the shadow stage that a rollout enforces, for some people or for everybody.
    PoliciesRollingOut = "policies_rolling_out",
    /// 1 while the stages of the policies in force cannot be read: then the figures above are unknown.
    PoliciesUnread = "policies_unread",
    /// Decisions that were recorded on the day.
    Decisions = "decisions",
    /// Those that let an access happen.
    DecisionsAllowed = "decisions_allowed",
    /// Those that stopped an access.
    DecisionsDenied = "decisions_denied",
    /// Those that would have stopped an access if its application enforced its refusals.
    DecisionsWouldBeDenied = "decisions_would_be_denied",
}

impl TrendFigure {
    fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|figure| figure.as_str() == word)
    }

    /// Returns whether it counts what happened on a day, rather than what there was at its end.
    pub const fn is_over_the_day(self) -> bool {
        matches!(
            self,
            Self::Decisions | Self::DecisionsAllowed | Self::DecisionsDenied | Self::DecisionsWouldBeDenied
        )
    }
}

const DAYS: usize = 0;
const THINGS: usize = 1;
const MEMBERS: usize = 2;
const POLICIES: usize = 3;
const FILES: usize = 4;

/// By how much a figure changed on a day, counted from 1970; of decisions, how many the day had.
const DAY_TABLE: ProjectionTable = ProjectionTable {
    name: "projection_trend_days",
    columns: &[
        TableColumn::Text("name"),
        TableColumn::Text("figure"),
        TableColumn::Integer("day"),
        TableColumn::Integer("change"),
    ],
    indexes: &[&["day"]],
};

/// What counts now: `counts` are its figures until `ends_at`, and `then_counts` those after it.
const THING_TABLE: ProjectionTable = ProjectionTable {
    name: "projection_trend_things",
    columns: &[
        TableColumn::Text("name"),
        TableColumn::Text("person"),
        TableColumn::Text("credential"),
        TableColumn::Integer("size"),
        TableColumn::Integer("ends_at"),
        TableColumn::Text("counts"),
        TableColumn::Text("then_counts"),
    ],
    indexes: &[&["person"], &["credential"]],
};

/// Who is directly in which group. `kind` is `person` or `group`, and `active` is 1 for people who are not suspended.
const MEMBER_TABLE: ProjectionTable = ProjectionTable {
    name: "projection_trend_members",
    columns: &[
        TableColumn::Text("name"),
        TableColumn::Text("above"),
        TableColumn::Text("kind"),
        TableColumn::Text("below"),
        TableColumn::Integer("active"),
    ],
    indexes: &[&["above"], &["kind"], &["below"]],
};

/// The policies that are in the set or have a rollout: `stage` and `rollout` are empty where there is none.
const POLICY_TABLE: ProjectionTable = ProjectionTable {
    name: "projection_trend_policies",
    columns: &[TableColumn::Text("name"), TableColumn::Text("stage"), TableColumn::Text("rollout")],
    indexes: &[&["rollout"]],
};

/// The files of decisions that have not expired, with their day and how their rows count.
const FILE_TABLE: ProjectionTable = ProjectionTable {
    name: "projection_trend_files",
    columns: &[
        TableColumn::Text("name"),
        TableColumn::Integer("day"),
        TableColumn::Integer("decisions"),
        TableColumn::Integer("allowed"),
        TableColumn::Integer("denied"),
        TableColumn::Integer("would_be_denied"),
    ],
    indexes: &[],
};

const TABLES: &[ProjectionTable] = &[DAY_TABLE, THING_TABLE, MEMBER_TABLE, POLICY_TABLE, FILE_TABLE];

/// Returns the day of a moment in UTC, counted from 1970.
pub const fn day_of(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(86_400_000_000)
}

fn day_key(figure: TrendFigure, day: i64) -> ColumnValue {
    ColumnValue::Text(format!("{} {day}", figure.as_str()))
}

/// Returns the selection of the rows of these figures on these days.
fn days(figures: &[TrendFigure], days: &[i64]) -> RowSelection {
    let keys = figures.iter().flat_map(|figure| days.iter().map(|day| day_key(*figure, *day)));
    RowSelection::Keys(DAYS, keys.collect())
}

impl Projection for TrendsProjection {
    fn name(&self) -> &'static str {
        TRENDS
    }

    fn shape(&self) -> u32 {
        2
    }

    fn tables(&self) -> &'static [ProjectionTable] {
        TABLES
    }

    fn reads(&self, stated: &Stated) -> Vec<RowSelection> {
        let mut selections = TouchedThings::of(stated).map(|touched| touched.reads()).unwrap_or_default();
        selections.extend(administrators::reads(stated));
        selections.extend(policies::reads(stated));
        selections.extend(decisions::reads(stated));
        selections
    }

    fn reads_further(&self, rows: &RowSet, stated: &Stated) -> Vec<RowSelection> {
        let further = TouchedThings::of(stated).map(|touched| touched.reads_further(rows));
        let mut selections = further.unwrap_or_default();
        selections.extend(administrators::reads_further(rows, stated, self.administrators));
        selections
    }

    fn fold(&self, rows: &mut RowSet, _: u64, stated: &Stated) {
        things::fold(rows, stated);
        administrators::fold(rows, stated, self.administrators);
        policies::fold(rows, stated, self.stages_of);
        decisions::fold(rows, stated);
    }
}
