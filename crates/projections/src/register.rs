//! The implicit-trust register: accesses that are allowed only because an item of evidence is not checked, and who is
//! responsible for each.
//!
//! Folds the labels of resources too, because lists of entries are sorted by sensitivity.

mod labels;
mod query;

pub use query::{PlacedEntry, RegisterCounts, RegisterPage, TrustFilter, TrustOrder};

use crate::projection::Projection;
use crate::rows::{RowSelection, RowSet};
use crate::table::{ColumnValue, ProjectedRow, ProjectionTable, TableColumn};
use countersign_facts::{
    AcceptedClock, Application, ApplicationFact, Fact, JournalFact, ResourceFact, Stated, TrustEntry,
    TrustFact, TrustKey, TrustUse,
};
use countersign_names::{ApplicationName, PersonId, ResourceName, Sensitivity, Timestamp};
use labels::ApplicationLabels;
use serde::{Deserialize, Serialize};

/// The name of the projection.
pub const REGISTER: &str = "register";

/// The projection of the register. It holds one [`RegisterEntry`] per entry.
#[derive(Debug, Clone, Copy, Default)]
pub struct RegisterProjection;

/// An entry of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterEntry {
    /// The key.
    pub key: TrustKey,
    /// The result of the last proof about it, but with the time of the first access ever.
    pub seen: TrustUse,
    /// When it was first found.
    pub discovered_at: Timestamp,
    /// Its state.
    pub state: TrustState,
    /// Its return after an elimination, if there was one.
    pub drift: Option<Drift>,
}

/// The state of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TrustState {
    /// Found, and nobody is responsible for it yet.
    Discovered,
    /// A person is responsible for it.
    Owned {
        /// The responsible person.
        owner: PersonId,
    },
    /// Documented and authorised for a limited time.
    Documented {
        /// The responsible person.
        owner: PersonId,
        /// The authority that approved it, as free text.
        authority: String,
        /// The reason.
        reason: String,
        /// When the approval expires; the entry then counts as only owned.
        expires_at: Timestamp,
    },
    /// No access rests on it any more.
    Eliminated {
        /// When that was found.
        at: Timestamp,
        /// The sequence of the world up to which accesses were examined.
        up_to: u64,
    },
}

/// The return of an entry after its elimination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drift {
    /// When that was found.
    pub at: Timestamp,
    /// The sequence of the fact that brought it back, if one was found.
    pub by: Option<u64>,
}

/// The state of an entry at a given time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryStanding {
    /// Nobody is responsible for it.
    Discovered,
    /// A person is responsible for it.
    Owned,
    /// It is authorised.
    Documented,
    /// It was authorised, and the approval has expired.
    Lapsed,
    /// No access rests on it any more.
    Eliminated,
}

impl RegisterEntry {
    /// Returns whether accesses rest on it, as far as proofs know.
    pub const fn is_live(&self) -> bool {
        !matches!(self.state, TrustState::Eliminated { .. })
    }

    /// Returns its state at `now`.
    pub fn standing(&self, now: Timestamp) -> EntryStanding {
        match self.state {
            TrustState::Discovered => EntryStanding::Discovered,
            TrustState::Owned { .. } => EntryStanding::Owned,
            TrustState::Documented { expires_at, .. } if now < expires_at => EntryStanding::Documented,
            TrustState::Documented { .. } => EntryStanding::Lapsed,
            TrustState::Eliminated { .. } => EntryStanding::Eliminated,
        }
    }

    /// Returns the person who is responsible for it.
    pub const fn owner(&self) -> Option<PersonId> {
        match self.state {
            TrustState::Owned { owner } | TrustState::Documented { owner, .. } => Some(owner),
            TrustState::Discovered | TrustState::Eliminated { .. } => None,
        }
    }

    /// Returns the entry after a fact about the register, dated `at`. Returns `None` if the fact does not change it.
    /// `known` is the entry before, if there was one. Facts other than a finding do not change an entry that is missing
    /// or eliminated.
    pub fn after(known: Option<&Self>, key: &TrustKey, fact: &TrustFact, at: Timestamp) -> Option<Self> {
        let state = match fact {
            TrustFact::Found { found } => {
                // If one fact names an entry twice, both are folded, in order.
                let mut entry = None;
                for found in found.iter().filter(|found| found.key == *key) {
                    entry = Some(Self::found(entry.as_ref().or(known), found, at));
                }
                return entry;
            }
            TrustFact::Eliminated { up_to, .. } => TrustState::Eliminated { at, up_to: *up_to },
            TrustFact::Owned { owner, .. } => TrustState::Owned { owner: *owner },
            TrustFact::Documented { owner, authority, reason, expires_at, .. } => TrustState::Documented {
                owner: *owner,
                authority: authority.clone(),
                reason: reason.clone(),
                expires_at: *expires_at,
            },
        };
        known.filter(|known| known.is_live()).map(|known| Self { state, ..known.clone() })
    }

    /// Returns the entry after time was set back: an approval has the rest of its life that it had at the held moment.
    /// Returns `None` if it has no approval.
    fn set_back(&self, at: Timestamp, held: Timestamp) -> Option<Self> {
        let TrustState::Documented { owner, authority, reason, expires_at } = &self.state else {
            return None;
        };
        let (owner, authority, reason) = (*owner, authority.clone(), reason.clone());
        let expires_at = expires_at.minus(held.since(at));
        Some(Self { state: TrustState::Documented { owner, authority, reason, expires_at }, ..self.clone() })
    }

    fn found(known: Option<&Self>, found: &TrustEntry, at: Timestamp) -> Self {
        let Some(known) = known else {
            return Self {
                key: found.key.clone(),
                seen: found.seen.clone(),
                discovered_at: at,
                state: TrustState::Discovered,
                drift: None,
            };
        };
        let came_back = !known.is_live();
        Self {
            key: found.key.clone(),
            seen: TrustUse { first: known.seen.first.min(found.seen.first), ..found.seen.clone() },
            discovered_at: known.discovered_at,
            state: if came_back { TrustState::Discovered } else { known.state.clone() },
            drift: if came_back { Some(Drift { at, by: found.brought_back_by }) } else { known.drift },
        }
    }
}

/// Returns the entries that a fact names, without duplicates.
pub fn named(fact: &TrustFact) -> Vec<&TrustKey> {
    let mut keys: Vec<&TrustKey> = match fact {
        TrustFact::Found { found } => found.iter().map(|found| &found.key).collect(),
        TrustFact::Eliminated { keys, .. }
        | TrustFact::Owned { keys, .. }
        | TrustFact::Documented { keys, .. } => keys.iter().collect(),
    };
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The value of the column `state` for an approved entry.
const DOCUMENTED: &str = "documented";

const ENTRIES: usize = 0;
const LABELS: usize = 1;

const TABLES: &[ProjectionTable] = &[ENTRY_TABLE, LABEL_TABLE];

/// The columns beside the entry itself are those by which lists are filtered and sorted.
const ENTRY_TABLE: ProjectionTable = ProjectionTable {
    name: "projection_register",
    columns: &[
        TableColumn::Text("name"),
        TableColumn::Text("application"),
        TableColumn::Text("resource"),
        TableColumn::Text("action"),
        TableColumn::Text("cohort"),
        TableColumn::Text("item"),
        TableColumn::Text("state"),
        TableColumn::Integer("live"),
        TableColumn::Integer("drifted"),
        TableColumn::Integer("expires_at"),
        TableColumn::Integer("accesses"),
        TableColumn::Integer("sensitivity"),
        TableColumn::Text("entry"),
    ],
    indexes: &[
        &["live", "sensitivity", "name"],
        &["live", "accesses", "name"],
        &["application", "sensitivity"],
        &["resource"],
        &["state", "sensitivity"],
    ],
};

const LABEL_TABLE: ProjectionTable = ProjectionTable {
    name: "projection_register_labels",
    columns: &[TableColumn::Text("application"), TableColumn::Text("labels")],
    indexes: &[],
};

/// Returns the name of an entry, which is unique and in the order of lists.
fn name_of(key: &TrustKey) -> ColumnValue {
    ColumnValue::Text(format!("{}\n{}\n{}\n{}", key.resource, key.action, key.cohort, key.item))
}

/// Returns a number that orders by sensitivity, then by accesses.
fn by_sensitivity(sensitivity: Sensitivity, accesses: u64) -> i64 {
    const MOST: i64 = (1 << 48) - 1;
    ((sensitivity as i64) << 48) | i64::try_from(accesses).unwrap_or(MOST).min(MOST)
}

fn row(trust: &RegisterEntry, sensitivity: Sensitivity) -> ProjectedRow {
    let TrustKey { resource, action, cohort, item } = &trust.key;
    let (state, expires_at) = match &trust.state {
        TrustState::Discovered => ("discovered", 0),
        TrustState::Owned { .. } => ("owned", 0),
        TrustState::Documented { expires_at, .. } => (DOCUMENTED, expires_at.as_micros()),
        TrustState::Eliminated { .. } => ("eliminated", 0),
    };
    vec![
        name_of(&trust.key),
        ColumnValue::text(resource.application()),
        ColumnValue::text(resource),
        ColumnValue::text(action),
        ColumnValue::text(cohort),
        ColumnValue::text(item),
        ColumnValue::text(state),
        ColumnValue::Integer(i64::from(trust.is_live())),
        ColumnValue::Integer(i64::from(trust.drift.is_some())),
        ColumnValue::Integer(expires_at),
        ColumnValue::count(trust.seen.accesses),
        ColumnValue::Integer(by_sensitivity(sensitivity, trust.seen.accesses)),
        // Names, numbers and times can always be serialised as JSON.
        ColumnValue::Text(serde_json::to_string(trust).unwrap_or_default()),
    ]
}

/// Returns the row of a documented entry after time was set back.
fn row_set_back(before: &ProjectedRow, at: Timestamp, held: Timestamp) -> Option<ProjectedRow> {
    let next = entry(before)?.set_back(at, held)?;
    // The sensitivity stands in another column than the entry, and does not change.
    let shown = row(&next, Sensitivity::Restricted);
    let kept = ENTRY_TABLE.place_of("sensitivity")?;
    let columns = shown.into_iter().zip(before).enumerate();
    Some(columns.map(|(place, (new, old))| if place == kept { old.clone() } else { new }).collect())
}

/// Reads the entry from a row. Returns `None` if the row was altered and holds none.
fn entry(row: &ProjectedRow) -> Option<RegisterEntry> {
    serde_json::from_str(row.last()?.as_text()?).ok()
}

impl Projection for RegisterProjection {
    fn name(&self) -> &'static str {
        REGISTER
    }

    fn shape(&self) -> u32 {
        1
    }

    fn tables(&self) -> &'static [ProjectionTable] {
        TABLES
    }

    fn reads(&self, stated: &Stated) -> Vec<RowSelection> {
        match RegisterUpdate::of(&stated.fact) {
            Some(RegisterUpdate::Entries(fact)) => {
                let keys = named(fact);
                let mut applications: Vec<_> = keys.iter().map(|key| key.resource.application()).collect();
                applications.dedup();
                vec![
                    RowSelection::Keys(ENTRIES, keys.iter().map(|key| name_of(key)).collect()),
                    RowSelection::Keys(LABELS, applications.into_iter().map(ColumnValue::text).collect()),
                ]
            }
            Some(RegisterUpdate::Application(application, _)) => {
                let application = ColumnValue::text(application);
                vec![
                    RowSelection::Keys(LABELS, vec![application.clone()]),
                    RowSelection::Having(ENTRIES, "application", application),
                ]
            }
            Some(RegisterUpdate::Label(resource, _)) => vec![
                RowSelection::Keys(LABELS, vec![ColumnValue::text(resource.application())]),
                RowSelection::Having(ENTRIES, "resource", ColumnValue::text(resource)),
            ],
            Some(RegisterUpdate::Clock(_)) => {
                vec![RowSelection::Having(ENTRIES, "state", ColumnValue::text(DOCUMENTED))]
            }
            None => Vec::new(),
        }
    }

    fn fold(&self, rows: &mut RowSet, _: u64, stated: &Stated) {
        match RegisterUpdate::of(&stated.fact) {
            Some(RegisterUpdate::Entries(fact)) => {
                for key in named(fact) {
                    let known = rows.get(ENTRIES, &name_of(key)).and_then(entry);
                    if let Some(next) = RegisterEntry::after(known.as_ref(), key, fact, stated.at) {
                        let sensitivity =
                            ApplicationLabels::of(rows, key.resource.application()).label(&key.resource);
                        rows.put(ENTRIES, row(&next, sensitivity));
                    }
                }
            }
            Some(RegisterUpdate::Application(application, about)) => {
                ApplicationLabels::declared(rows, application, about);
                relabel(rows, "application", &ColumnValue::text(application));
            }
            Some(RegisterUpdate::Label(resource, sensitivity)) => {
                ApplicationLabels::labelled(rows, resource, sensitivity);
                relabel(rows, "resource", &ColumnValue::text(resource));
            }
            Some(RegisterUpdate::Clock(clock)) => {
                let documented = ColumnValue::text(DOCUMENTED);
                let documented = rows.having(ENTRIES, "state", &documented);
                let shifted = documented.filter_map(|row| row_set_back(row, stated.at, clock.held));
                for row in shifted.collect::<Vec<_>>() {
                    rows.put(ENTRIES, row);
                }
            }
            None => {}
        }
    }
}

/// What a fact changes in the register's tables.
enum RegisterUpdate<'a> {
    /// The entries that the fact names.
    Entries(&'a TrustFact),
    /// The declaration of an application; `None` if it was removed.
    Application(&'a ApplicationName, Option<&'a Application>),
    /// Time was set back.
    Clock(&'a AcceptedClock),
    /// The label of a resource.
    Label(&'a ResourceName, Option<Sensitivity>),
}

impl<'a> RegisterUpdate<'a> {
    /// Returns `None` for a fact that does not concern the register. Every subject is named, so that a new one has to be
    /// decided here.
    const fn of(fact: &'a Fact) -> Option<Self> {
        match fact {
            Fact::Trust(fact) => Some(Self::Entries(fact)),
            Fact::Application(fact) => match fact {
                ApplicationFact::Declared { application, about } => {
                    Some(Self::Application(application, Some(about)))
                }
                ApplicationFact::Removed { application } => Some(Self::Application(application, None)),
                ApplicationFact::Staged { .. } => None,
            },
            Fact::Resource(fact) => match fact {
                ResourceFact::Labelled { resource, sensitivity } => Some(Self::Label(resource, *sensitivity)),
            },
            Fact::Journal(fact) => match fact {
                JournalFact::ClockAccepted(clock) => Some(Self::Clock(clock)),
                JournalFact::HeadAccepted(_)
                | JournalFact::CheckpointTaken { .. }
                | JournalFact::Archived { .. }
                | JournalFact::ClockConfirmed(_) => None,
            },
            Fact::Person(_)
            | Fact::Group(_)
            | Fact::Service(_)
            | Fact::Invitation(_)
            | Fact::Credential(_)
            | Fact::Device(_)
            | Fact::Network(_)
            | Fact::Source(_)
            | Fact::Finding(_)
            | Fact::Review(_)
            | Fact::Identity(_)
            | Fact::Label(_)
            | Fact::Role(_)
            | Fact::Provider(_)
            | Fact::OpenIdClient(_)
            | Fact::Session(_)
            | Fact::Grant(_)
            | Fact::Exception(_)
            | Fact::Risk(_)
            | Fact::Command(_)
            | Fact::Policies(_)
            | Fact::Settings(_)
            | Fact::Rollout(_)
            | Fact::AssertionKey(_)
            | Fact::Evidence(_) => None,
        }
    }
}

/// Updates the sensitivity of these entries.
fn relabel(rows: &mut RowSet, column: &'static str, value: &ColumnValue) {
    let entries: Vec<RegisterEntry> = rows.having(ENTRIES, column, value).filter_map(entry).collect();
    for trust in entries {
        let labels = ApplicationLabels::of(rows, trust.key.resource.application());
        let sensitivity = labels.label(&trust.key.resource);
        rows.put(ENTRIES, row(&trust, sensitivity));
    }
}
