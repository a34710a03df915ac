//! Reading identities.

use crate::member::{cut, read};
use crate::statement::{RowCondition, by_name};
use crate::{CorrelatedMember, IdentityError, IdentityTables, MemberState, StoredIdentity, runs};
use countersign_correlate::{IdentityKind, SourcedKey};
use countersign_database::{AnyConnection, StoreKind, bound};

/// What no source says about an identity that is no person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityGap {
    /// Who answers for it.
    Owner,
    /// What it is for.
    Purpose,
}

/// Which identities are asked for, in the order of their lower-case names.
#[derive(Debug, Clone, Default)]
pub struct IdentityQuery {
    /// Only of this kind.
    pub kind: Option<IdentityKind>,
    /// Only with an account in this state; of proposed and disputed ones that may belong to it.
    pub state: Option<MemberState>,
    /// Only if no source says this.
    pub lacks: Option<IdentityGap>,
    /// Only with this text in their name, an address, a number or a key of a node, whatever the case.
    pub contains: Option<String>,
    /// Only after this place, which the page before returned.
    pub after: Option<(String, String, String)>,
    /// Whether the last name comes first.
    pub descending: bool,
    /// Maximum number of identities.
    pub limit: u32,
}

/// A page of identities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityPage {
    /// The identities.
    pub identities: Vec<StoredIdentity>,
    /// The place after which the next page begins, if there is more: lower-case name, source and key.
    pub next: Option<(String, String, String)>,
}

/// Everything about one identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityDetail {
    /// The identity.
    pub identity: StoredIdentity,
    /// Its records and accounts, by source and key.
    pub members: Vec<CorrelatedMember>,
    /// The accounts that may belong to it, by source and key.
    pub in_question: Vec<CorrelatedMember>,
}

impl IdentityTables {
    /// Returns a page of identities, all of one run.
    ///
    /// # Errors
    /// If the database fails, or a row cannot be read.
    pub async fn identities(&self, query: &IdentityQuery) -> Result<IdentityPage, IdentityError> {
        let only = conditions(query);
        let text = format!(
            "SELECT folded, source, record_key, body FROM identity_rows i WHERE run = ?{} ORDER BY {} LIMIT ?",
            only.text,
            by_name(query.descending)
        );
        let rows = self.page("reading a page of identities", &text, only, query.limit).await?;
        let (rows, next) = cut(rows, query.limit);
        let identities = rows.iter().map(|row| read(&row.3)).collect::<Result<_, _>>()?;
        Ok(IdentityPage { identities, next })
    }

    /// Returns a record of a person or an account.
    ///
    /// # Errors
    /// If the database fails, or the row cannot be read.
    pub async fn member(&self, at: &SourcedKey) -> Result<Option<CorrelatedMember>, IdentityError> {
        let store = self.database.store();
        let bodies = self.database.read("reading an account", async |connection| {
            let run = runs::current(connection).await?;
            bodies(connection, store, (MEMBER, run), at).await
        });
        bodies.await?.first().map(|body| read(body)).transpose()
    }

    /// Returns the identity that a node belongs to, with everything of one run.
    ///
    /// # Errors
    /// If the database fails, or a row cannot be read.
    pub async fn identity_of(&self, at: &SourcedKey) -> Result<Option<IdentityDetail>, IdentityError> {
        let store = self.database.store();
        let found = self.database.read("reading an identity", async |connection| {
            let run = runs::current(connection).await?;
            let own = bodies(connection, store, (MEMBER, run), at).await?;
            let Some(member) = own.first().and_then(|body| read::<CorrelatedMember>(body).ok()) else {
                return Ok(None);
            };
            let Some(id) = member.identity else { return Ok(None) };
            let identity = bodies(connection, store, (IDENTITY, run), &id).await?;
            let members = bodies(connection, store, (MEMBERS, run), &id).await?;
            let in_question = bodies(connection, store, (IN_QUESTION, run), &id).await?;
            Ok(Some((identity, members, in_question)))
        });
        let Some((identity, members, in_question)) = found.await? else { return Ok(None) };
        let Some(identity) = identity.first() else { return Ok(None) };
        let all = |bodies: Vec<String>| bodies.iter().map(|body| read(body)).collect::<Result<_, _>>();
        Ok(Some(IdentityDetail {
            identity: read(identity)?,
            members: all(members)?,
            in_question: all(in_question)?,
        }))
    }
}

const MEMBER: &str = "SELECT body FROM identity_members WHERE run = ? AND source = ? AND record_key = ?";
const IDENTITY: &str = "SELECT body FROM identity_rows WHERE run = ? AND source = ? AND record_key = ?";
const MEMBERS: &str = "SELECT body FROM identity_members
    WHERE run = ? AND identity_source = ? AND identity_key = ? ORDER BY source, record_key";
const IN_QUESTION: &str = "SELECT m.body FROM identity_candidates c JOIN identity_members m
    ON m.run = c.run AND m.source = c.source AND m.record_key = c.record_key
    WHERE c.run = ? AND c.identity_source = ? AND c.identity_key = ? ORDER BY m.source, m.record_key";

async fn bodies(
    connection: &mut AnyConnection,
    store: StoreKind,
    (text, run): (&str, i64),
    at: &SourcedKey,
) -> Result<Vec<String>, sqlx::Error> {
    let query = bound(store, text).bind(run).bind(at.source.clone()).bind(at.key.as_str().to_owned());
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(|row| sqlx::Row::try_get(row, 0)).collect()
}

fn conditions(query: &IdentityQuery) -> RowCondition {
    let mut only = RowCondition::default();
    if let Some(kind) = query.kind {
        only.and("kind = ?", [kind.as_str().to_owned()]);
    }
    match query.state {
        None => {}
        Some(state @ (MemberState::Proposed | MemberState::Disputed)) => only.and(
            "EXISTS (SELECT 1 FROM identity_candidates c WHERE c.run = i.run AND c.identity_source = i.source
             AND c.identity_key = i.record_key AND c.state = ?)",
            [state.as_str().to_owned()],
        ),
        Some(state) => only.and(
            "EXISTS (SELECT 1 FROM identity_members m WHERE m.run = i.run AND m.identity_source = i.source
             AND m.identity_key = i.record_key AND m.state = ?)",
            [state.as_str().to_owned()],
        ),
    }
    match query.lacks {
        None => {}
        Some(IdentityGap::Owner) => only.and("ownerless = 1", []),
        Some(IdentityGap::Purpose) => only.and("aimless = 1", []),
    }
    if let Some(text) = &query.contains {
        only.contains("searched", text);
    }
    only.after(query.after.as_ref(), query.descending);
    only
}
