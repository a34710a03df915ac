//! The records of people and the accounts, each with its state.

use crate::statement::{RowCondition, by_name};
use crate::{IdentityError, IdentityTables, runs};
use countersign_correlate::{LinkBasis, MatchEvidence, SourcedKey};
use countersign_database::bound;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// What is known about whose a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberState {
    /// It is the record of a person.
    Record,
    /// It is an account that belongs to an identity.
    Linked,
    /// It is an account, and a person should look at its candidates.
    Proposed,
    /// It is an account to which several identities lay claim.
    Disputed,
    /// It is an account of which no identity is in question.
    Orphan,
}

impl MemberState {
    /// Returns the word that stands for it in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Linked => "linked",
            Self::Proposed => "proposed",
            Self::Disputed => "disputed",
            Self::Orphan => "orphan",
        }
    }
}

/// A record of a person or an account, as a run found it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrelatedMember {
    /// The node.
    pub at: SourcedKey,
    /// Its name in the source.
    pub name: String,
    /// Whose it is.
    pub state: MemberState,
    /// The identity that it belongs to.
    pub identity: Option<SourcedKey>,
    /// Why it belongs to it, of an account.
    pub basis: Option<LinkBasis>,
    /// The identities in question, the best one first.
    pub candidates: Vec<NamedCandidate>,
}

/// An identity in question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedCandidate {
    /// The identity.
    pub identity: SourcedKey,
    /// Its name.
    pub name: String,
    /// The total, in thousandths.
    pub total: i64,
    /// What speaks for it and against it.
    pub evidence: Vec<MatchEvidence>,
}

/// Which accounts are asked for, in the order of their lower-case names.
#[derive(Debug, Clone, Default)]
pub struct MemberQuery {
    /// Only in one of these states.
    pub states: Vec<MemberState>,
    /// Only of this source.
    pub source: Option<String>,
    /// Only with this text in their name or key, whatever the case.
    pub contains: Option<String>,
    /// Only after this place, which the page before returned.
    pub after: Option<(String, String, String)>,
    /// Whether the last name comes first.
    pub descending: bool,
    /// Maximum number of accounts.
    pub limit: u32,
}

/// A page of accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberPage {
    /// The accounts.
    pub members: Vec<CorrelatedMember>,
    /// The place after which the next page begins, if there is more: lower-case name, source and key.
    pub next: Option<(String, String, String)>,
}

impl IdentityTables {
    /// Returns a page of accounts, all of one run.
    ///
    /// # Errors
    /// If the database fails, or a row cannot be read.
    pub async fn members(&self, query: &MemberQuery) -> Result<MemberPage, IdentityError> {
        let mut only = RowCondition::default();
        let places = vec!["?"; query.states.len()].join(", ");
        only.and(&format!("state IN ({places})"), query.states.iter().map(|state| state.as_str().to_owned()));
        if let Some(source) = &query.source {
            only.and("source = ?", [source.clone()]);
        }
        if let Some(text) = &query.contains {
            only.contains("searched", text);
        }
        only.after(query.after.as_ref(), query.descending);
        let text = format!(
            "SELECT folded, source, record_key, body FROM identity_members WHERE run = ?{} ORDER BY {} LIMIT ?",
            only.text,
            by_name(query.descending)
        );
        let rows = self.page("reading a page of accounts", &text, only, query.limit).await?;
        let (rows, next) = cut(rows, query.limit);
        let members = rows.iter().map(|row| read(&row.3)).collect::<Result<_, _>>()?;
        Ok(MemberPage { members, next })
    }

    /// Reads the rows of a page and one more.
    pub(crate) async fn page(
        &self,
        doing: &'static str,
        text: &str,
        only: RowCondition,
        limit: u32,
    ) -> Result<Vec<NamedRow>, IdentityError> {
        let store = self.database.store();
        let rows = self.database.read(doing, async |connection| {
            let run = runs::current(connection).await?;
            let query = only.bind(bound(store, text).bind(run)).bind(i64::from(limit) + 1);
            let rows = query.fetch_all(connection).await?;
            let parts =
                |row: &AnyRow| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?));
            rows.iter().map(parts).collect::<Result<Vec<NamedRow>, sqlx::Error>>()
        });
        Ok(rows.await?)
    }
}

/// The lower-case name of a row, its source and key, and its body.
pub(crate) type NamedRow = (String, String, String, String);

/// Cuts the row that is one too many, and returns the place after which the next page begins.
pub(crate) fn cut(mut rows: Vec<NamedRow>, limit: u32) -> (Vec<NamedRow>, Option<(String, String, String)>) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().filter(|_| is_more);
    let next = last.map(|(folded, source, key, _)| (folded.clone(), source.clone(), key.clone()));
    (rows, next)
}

/// Reads the body of a row.
pub(crate) fn read<T: serde::de::DeserializeOwned>(body: &str) -> Result<T, IdentityError> {
    serde_json::from_str(body).map_err(IdentityError::row)
}
