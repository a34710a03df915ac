//! The versions of the policy set and of the settings: which was put in force by which fact.
//!
//! One row per fact, and no row is ever changed. So a question can be about any moment: it names the sequence that it is
//! about, and later rows do not count.
//!
//! The rows say where a version is in the journal. The policies' texts are in the facts alone.

mod query;

pub use query::{ListedVersion, VersionsPage};

use crate::projection::Projection;
use crate::rows::{RowSelection, RowSet};
use crate::table::{ColumnValue, ProjectedRow, ProjectionTable, TableColumn};
use countersign_facts::{Digest, Fact, PoliciesFact, Settings, SettingsFact, Stated};

/// The name of the projection.
pub const VERSIONS: &str = "versions";

/// The projection of the versions. It holds one [`VersionRow`] per fact that put policies or settings in force.
#[derive(Debug, Clone, Copy, Default)]
pub struct VersionsProjection;

/// A fact that put policies or settings in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRow {
    /// The sequence of the fact.
    pub seq: u64,
    /// What it put in force.
    pub of: PutInForce,
}

/// What a fact put in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PutInForce {
    /// A policy set of this version.
    Policies(Digest),
    /// A joint change of applications, labels and exceptions.
    Settings(Box<Settings>),
}

impl VersionRow {
    /// Returns the version.
    pub const fn version(&self) -> Digest {
        match &self.of {
            PutInForce::Policies(version) => *version,
            PutInForce::Settings(settings) => settings.version,
        }
    }
}

/// The value of the column `kind`.
const POLICIES: &str = "policies";
const SETTINGS: &str = "settings";

/// The column `policies` holds the version of the policy set that was put in force with the settings; empty without one.
const VERSION_TABLE: ProjectionTable = ProjectionTable {
    name: "projection_versions",
    columns: &[
        TableColumn::Integer("seq"),
        TableColumn::Text("kind"),
        TableColumn::Text("version"),
        TableColumn::Text("policies"),
        TableColumn::Text("settings"),
    ],
    indexes: &[&["version", "seq"], &["kind", "seq"]],
};

const TABLES: &[ProjectionTable] = &[VERSION_TABLE];

/// Returns what a fact puts in force; `None` if it is another kind of fact. Every subject is named, so that a new one has
/// to be decided here.
fn put_in_force(fact: &Fact) -> Option<PutInForce> {
    match fact {
        Fact::Policies(fact) => match fact {
            PoliciesFact::Published { version, .. } | PoliciesFact::Applied { version, .. } => {
                Some(PutInForce::Policies(*version))
            }
            PoliciesFact::Removed(_) => None,
        },
        Fact::Settings(fact) => match fact {
            SettingsFact::Applied { settings } => Some(PutInForce::Settings(Box::new(settings.clone()))),
        },
        Fact::Person(_)
        | Fact::Group(_)
        | Fact::Service(_)
        | Fact::Invitation(_)
        | Fact::Credential(_)
        | Fact::Device(_)
        | Fact::Application(_)
        | Fact::Resource(_)
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
        | Fact::Trust(_)
        | Fact::Rollout(_)
        | Fact::AssertionKey(_)
        | Fact::Evidence(_)
        | Fact::Journal(_) => None,
    }
}

fn row(seq: u64, of: &PutInForce) -> ProjectedRow {
    let (kind, version, policies, settings) = match of {
        PutInForce::Policies(version) => (POLICIES, *version, String::new(), String::new()),
        PutInForce::Settings(settings) => {
            let policies = settings.policies.map(|version| version.to_string()).unwrap_or_default();
            // Names, digests and texts can always be serialised as JSON.
            let text = serde_json::to_string(settings).unwrap_or_default();
            (SETTINGS, settings.version, policies, text)
        }
    };
    vec![
        ColumnValue::count(seq),
        ColumnValue::text(kind),
        ColumnValue::text(version),
        ColumnValue::Text(policies),
        ColumnValue::Text(settings),
    ]
}

/// Reads what a row says. Returns `None` if the row was altered and is not one that the fold makes.
fn version_row(row: &ProjectedRow) -> Option<VersionRow> {
    let [seq, kind, version, _, settings] = row.as_slice() else { return None };
    let of = match kind.as_text()? {
        POLICIES => PutInForce::Policies(version.as_text()?.parse().ok()?),
        SETTINGS => PutInForce::Settings(serde_json::from_str(settings.as_text()?).ok()?),
        _ => return None,
    };
    Some(VersionRow { seq: u64::try_from(seq.as_integer()?).ok()?, of })
}

impl Projection for VersionsProjection {
    fn name(&self) -> &'static str {
        VERSIONS
    }

    fn shape(&self) -> u32 {
        1
    }

    fn tables(&self) -> &'static [ProjectionTable] {
        TABLES
    }

    fn reads(&self, stated: &Stated) -> Vec<RowSelection> {
        // A fact makes a row of its own, and reads none.
        put_in_force(&stated.fact).map(|_| RowSelection::New(0, 1)).into_iter().collect()
    }

    fn fold(&self, rows: &mut RowSet, seq: u64, stated: &Stated) {
        if let Some(of) = put_in_force(&stated.fact) {
            rows.put(0, row(seq, &of));
        }
    }
}
