//! Figures of each day: how many people, devices, sessions and the like there were at its end.
//!
//! A row says by how much a figure changed on a day of UTC, so that the sum of the rows up to a day is the figure at its
//! end. What ends by itself is counted at once: its end is a change on a later day, which is taken back if it ends earlier.

mod query;
mod set_back;
mod things;
mod touched;

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
#[derive(Debug, Clone, Copy, Default)]
pub struct TrendsProjection;

macro_rules! figures {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)+) => {
        /// A figure that is counted at the end of each day.
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
}

impl TrendFigure {
    fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|figure| figure.as_str() == word)
    }
}

const DAYS: usize = 0;
const THINGS: usize = 1;

/// By how much a figure changed on a day, counted from 1970.
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

const TABLES: &[ProjectionTable] = &[DAY_TABLE, THING_TABLE];

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
        1
    }

    fn tables(&self) -> &'static [ProjectionTable] {
        TABLES
    }

    fn reads(&self, stated: &Stated) -> Vec<RowSelection> {
        TouchedThings::of(stated).map(|touched| touched.reads()).unwrap_or_default()
    }

    fn reads_further(&self, rows: &RowSet, stated: &Stated) -> Vec<RowSelection> {
        TouchedThings::of(stated).map(|touched| touched.reads_further(rows)).unwrap_or_default()
    }

    fn fold(&self, rows: &mut RowSet, _: u64, stated: &Stated) {
        things::fold(rows, stated);
    }
}
