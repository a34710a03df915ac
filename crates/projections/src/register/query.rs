//! Queries of the register's table.

use super::{ENTRY_TABLE, EntryStanding, REGISTER, RegisterEntry, entry};
use crate::read::{AsOf, ProjectionAnswer};
use crate::store;
use crate::table::{ColumnValue, ProjectedRow, ProjectionTable, Statement};
use crate::{ProjectionError, Projections};
use countersign_database::AnyConnection;
use countersign_facts::TrustKey;
use countersign_names::{Action, ApplicationName, Cohort, EvidenceItem, ResourceName, Timestamp};
use sqlx::Row as _;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Number of entries looked up or read at a time.
const AT_A_TIME: usize = 500;

/// A filter of entries. Every part that is given must match.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustFilter {
    /// The application.
    pub application: Option<ApplicationName>,
    /// The resource.
    pub resource: Option<ResourceName>,
    /// The action.
    pub action: Option<Action>,
    /// The cohort.
    pub cohort: Option<Cohort>,
    /// The trusted item of evidence.
    pub item: Option<EvidenceItem>,
}

/// The sort order of a list of entries; entries with equal keys are sorted by name, ascending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrustOrder {
    /// By sensitivity, then by accesses.
    Sensitivity,
    /// By accesses.
    Accesses,
}

/// A page of a list of entries.
#[derive(Debug, Clone)]
pub struct RegisterPage {
    /// The filter.
    pub of: TrustFilter,
    /// The state; `None`: all but the eliminated ones.
    pub standing: Option<EntryStanding>,
    /// The sort order.
    pub order: TrustOrder,
    /// Whether the largest come first.
    pub descending: bool,
    /// The sort key and the name after which the page begins.
    pub after: Option<(i64, String)>,
    /// Maximum number of entries.
    pub limit: usize,
}

/// The number of entries in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RegisterCounts {
    /// Nobody is responsible for them.
    pub discovered: u64,
    /// A person is responsible for them.
    pub owned: u64,
    /// They are authorised.
    pub documented: u64,
    /// Their approval has expired.
    pub lapsed: u64,
    /// No access rests on them any more.
    pub eliminated: u64,
    /// Entries on which accesses rest and which had once been eliminated.
    pub drifted: u64,
}

/// An entry of a page, with its sort key and name, which a cursor holds.
pub type PlacedEntry = (i64, String, RegisterEntry);

impl Projections {
    /// Returns a page of the register, once it has reached `wanted`.
    ///
    /// # Errors
    /// If the register cannot be read or is behind, or if a row is not one that the fold makes.
    pub fn register_page(
        &self,
        wanted: u64,
        page: &RegisterPage,
        now: Timestamp,
    ) -> ProjectionAnswer<AsOf<Vec<PlacedEntry>>> {
        let (this, statement, order) = (self.clone(), Arc::new(page.statement(now)), page.order);
        Box::pin(async move {
            let read = this.read(REGISTER, wanted, |connection| {
                let statement = Arc::clone(&statement);
                Box::pin(async move {
                    let rows = rows_of(connection, &statement).await?;
                    Ok(rows.iter().map(|row| placed(row, order)).collect())
                })
            });
            unaltered(read.await?)
        })
    }

    /// Returns the entries on which accesses rest and which match `of`, by key.
    ///
    /// # Errors
    /// As [`register_page`](Self::register_page).
    pub fn register_selected(
        &self,
        wanted: u64,
        of: &TrustFilter,
    ) -> ProjectionAnswer<AsOf<Vec<RegisterEntry>>> {
        let mut statement = store::select(table());
        statement.text.push_str(" WHERE live = 1");
        of.narrow(&mut statement);
        let (this, statement) = (self.clone(), Arc::new(statement));
        Box::pin(async move {
            let read = this.read(REGISTER, wanted, |connection| {
                let statement = Arc::clone(&statement);
                Box::pin(async move {
                    let rows = rows_of(connection, &statement).await?;
                    Ok(rows.iter().map(entry).collect::<Option<Vec<RegisterEntry>>>())
                })
            });
            let mut entries = unaltered(read.await?)?;
            entries.value.sort_by(|a, b| a.key.cmp(&b.key));
            Ok(entries)
        })
    }

    /// Returns all entries, including the eliminated ones, by key.
    ///
    /// # Errors
    /// As [`register_page`](Self::register_page).
    pub fn register_whole(&self, wanted: u64) -> ProjectionAnswer<AsOf<BTreeMap<TrustKey, RegisterEntry>>> {
        let this = self.clone();
        Box::pin(async move {
            unaltered(this.read(REGISTER, wanted, |connection| Box::pin(whole(connection))).await?)
        })
    }

    /// Returns the number of entries in each state at `now`.
    ///
    /// # Errors
    /// As [`register_page`](Self::register_page).
    pub fn register_counts(&self, wanted: u64, now: Timestamp) -> ProjectionAnswer<AsOf<RegisterCounts>> {
        let mut statement = Statement::new("SELECT state, drifted, lapsed, count(*) FROM");
        statement.push(
            " (SELECT state, drifted, CASE WHEN state = 'documented' AND expires_at <= ? THEN 1 ELSE 0 END AS lapsed
               FROM projection_register) AS counted GROUP BY state, drifted, lapsed",
            [ColumnValue::Integer(now.as_micros())],
        );
        let (this, statement) = (self.clone(), Arc::new(statement));
        Box::pin(async move {
            let read = this.read(REGISTER, wanted, |connection| {
                let statement = Arc::clone(&statement);
                Box::pin(async move { counts(connection, &statement).await })
            });
            unaltered(read.await?)
        })
    }
}

/// Returns what was read; an error if it is `None`, because a row was altered.
fn unaltered<T>(read: AsOf<Option<T>>) -> Result<AsOf<T>, ProjectionError> {
    let value = read.value.ok_or(ProjectionError::Altered { name: REGISTER })?;
    Ok(AsOf { seq: read.seq, value })
}

/// Reads every entry; `None` if a row holds none.
async fn whole(
    connection: &mut AnyConnection,
) -> Result<Option<BTreeMap<TrustKey, RegisterEntry>>, sqlx::Error> {
    let (mut entries, mut after) = (BTreeMap::new(), None);
    loop {
        let rows = store::rows_after(connection, table(), after.as_ref(), AT_A_TIME).await?;
        for row in &rows {
            let Some(trust) = entry(row) else { return Ok(None) };
            entries.insert(trust.key.clone(), trust);
        }
        match rows.last().and_then(|row| row.first().cloned()) {
            Some(last) => after = Some(last),
            None => return Ok(Some(entries)),
        }
    }
}

/// Counts the entries; `None` if a row has a state that no entry has.
async fn counts(
    connection: &mut AnyConnection,
    statement: &Statement,
) -> Result<Option<RegisterCounts>, sqlx::Error> {
    let mut counts = RegisterCounts::default();
    for row in statement.query().fetch_all(connection).await? {
        let (state, drifted): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
        // The two databases give different types to the numbers of an expression.
        let lapsed = row.try_get::<i64, _>(2).or_else(|_| row.try_get::<i32, _>(2).map(i64::from))?;
        let count = row.try_get::<i64, _>(3)?.unsigned_abs();
        if counts.add(&state, (drifted == 1, lapsed == 1), count).is_none() {
            return Ok(None);
        }
    }
    Ok(Some(counts))
}

impl RegisterCounts {
    /// Adds a number of entries; `None` if no entry has this state.
    fn add(&mut self, state: &str, (drifted, lapsed): (bool, bool), count: u64) -> Option<()> {
        let counted = match state {
            "discovered" => &mut self.discovered,
            "owned" => &mut self.owned,
            "documented" if lapsed => &mut self.lapsed,
            "documented" => &mut self.documented,
            "eliminated" => &mut self.eliminated,
            _ => return None,
        };
        *counted += count;
        if drifted && state != "eliminated" {
            self.drifted += count;
        }
        Some(())
    }

    /// Returns the number of entries on which accesses rest.
    pub const fn live(&self) -> u64 {
        self.discovered + self.owned + self.documented + self.lapsed
    }
}

impl TrustFilter {
    fn narrow(&self, statement: &mut Statement) {
        let fields = [
            ("application", self.application.as_ref().map(ColumnValue::text)),
            ("resource", self.resource.as_ref().map(ColumnValue::text)),
            ("action", self.action.map(ColumnValue::text)),
            ("cohort", self.cohort.map(ColumnValue::text)),
            ("item", self.item.map(ColumnValue::text)),
        ];
        for (column, value) in fields {
            if let Some(value) = value {
                statement.push(&format!(" AND {column} = ?"), [value]);
            }
        }
    }
}

impl RegisterPage {
    fn statement(&self, now: Timestamp) -> Statement {
        let now = ColumnValue::Integer(now.as_micros());
        let mut statement = store::select(table());
        match self.standing {
            None => statement.push(" WHERE live = 1", []),
            Some(EntryStanding::Discovered) => statement.push(" WHERE state = 'discovered'", []),
            Some(EntryStanding::Owned) => statement.push(" WHERE state = 'owned'", []),
            Some(EntryStanding::Documented) => {
                statement.push(" WHERE state = 'documented' AND expires_at > ?", [now])
            }
            Some(EntryStanding::Lapsed) => {
                statement.push(" WHERE state = 'documented' AND expires_at <= ?", [now])
            }
            Some(EntryStanding::Eliminated) => statement.push(" WHERE state = 'eliminated'", []),
        };
        self.of.narrow(&mut statement);
        let column = self.order.column();
        let (further, direction) = if self.descending { ("<", "DESC") } else { (">", "ASC") };
        if let Some((key, name)) = &self.after {
            let (key, name) = (ColumnValue::Integer(*key), ColumnValue::text(name));
            // Only the first condition can use an index.
            let text = format!(" AND {column} {further}= ? AND ({column} {further} ? OR name > ?)");
            statement.push(&text, [key.clone(), key, name]);
        }
        let limit = ColumnValue::count(u64::try_from(self.limit).unwrap_or(u64::MAX));
        statement.push(&format!(" ORDER BY {column} {direction}, name ASC LIMIT ?"), [limit]);
        statement
    }
}

impl TrustOrder {
    const fn column(self) -> &'static str {
        match self {
            Self::Sensitivity => "sensitivity",
            Self::Accesses => "accesses",
        }
    }
}

const fn table() -> &'static ProjectionTable {
    &ENTRY_TABLE
}

async fn rows_of(
    connection: &mut AnyConnection,
    statement: &Statement,
) -> Result<Vec<ProjectedRow>, sqlx::Error> {
    store::rows_of(connection, table(), statement).await
}

fn placed(row: &ProjectedRow, order: TrustOrder) -> Option<PlacedEntry> {
    let key = row.get(table().place_of(order.column())?)?.as_integer()?;
    let name = row.first()?.as_text()?.to_owned();
    Some((key, name, entry(row)?))
}
