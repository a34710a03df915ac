//! The tables of authorizations, and of clients that are to be told of the end of a session.
//!
//! Every change of an authorization names what it was before, so that of two that present the same code or refresh token one
//! alone succeeds, in whichever process.

use crate::stored::StoredAuthorization;
use countersign_database::{AnyConnection, Database, DatabaseError};
use countersign_facts::Digest;
use countersign_names::{OpenIdClientName, PersonId, SessionId, Timestamp};
use sqlx::Row as _;
use std::collections::BTreeSet;
use std::time::Duration;
use uuid::Uuid;

/// How long an authorization stays after its end, so that a late reuse is told from a token that never was.
const KEPT: Duration = Duration::from_secs(24 * 3600);

/// Maximum number of clients that one process tells at a time.
pub const MOST_LOGOUTS: usize = 50;

/// The tables. Clones share their connections.
#[derive(Clone)]
pub struct AuthorizationTables {
    database: Database,
}

/// A client that is to be told that a session ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueLogout {
    pub session: SessionId,
    pub client: OpenIdClientName,
    pub person: PersonId,
    /// How often it was tried before.
    pub attempts: i64,
}

impl AuthorizationTables {
    /// Creates or upgrades the tables, and uses them.
    ///
    /// # Errors
    /// The same as [`Database::migrate`].
    pub async fn open(database: Database) -> Result<Self, DatabaseError> {
        let (sqlite, postgres) = (sqlx::migrate!("migrations/sqlite"), sqlx::migrate!("migrations/postgres"));
        database.migrate("openid", sqlite, postgres).await?;
        Ok(Self { database })
    }

    /// Adds an authorization.
    pub(crate) async fn add(&self, authorization: &StoredAuthorization) -> Result<(), DatabaseError> {
        let add = async |connection: &mut AnyConnection| insert(connection, authorization).await;
        self.database.write("keeping an authorization", add).await
    }

    /// Returns an authorization.
    pub(crate) async fn get(&self, id: Uuid) -> Result<Option<StoredAuthorization>, DatabaseError> {
        let get = async |connection: &mut AnyConnection| {
            let row = sqlx::query("SELECT * FROM openid_authorizations WHERE id = $1")
                .bind(id.simple().to_string())
                .fetch_optional(connection)
                .await?;
            row.as_ref().map(StoredAuthorization::of).transpose()
        };
        self.database.read("reading an authorization", get).await
    }

    /// Uses a code up, and stores the first refresh token. Returns false if it was used up meanwhile.
    pub(crate) async fn redeem(
        &self,
        authorization: &StoredAuthorization,
        refresh: Option<Digest>,
        now: Timestamp,
    ) -> Result<bool, DatabaseError> {
        let redeem = async |connection: &mut AnyConnection| {
            let used = sqlx::query(
                "UPDATE openid_authorizations SET redeemed_at = $1, refresh = $2 \
                 WHERE id = $3 AND redeemed_at = 0 AND ended_at = 0",
            )
            .bind(now.as_micros())
            .bind(text(refresh.as_ref()))
            .bind(authorization.id.simple().to_string())
            .execute(&mut *connection)
            .await?;
            if used.rows_affected() == 0 {
                return Ok(false);
            }
            sqlx::query(
                "INSERT INTO openid_logouts (session, client, person, expires_at, ended_at, attempts, due_at) \
                 VALUES ($1, $2, $3, $4, 0, 0, 0) ON CONFLICT (session, client) DO NOTHING",
            )
            .bind(authorization.session.to_string())
            .bind(authorization.client.to_string())
            .bind(authorization.person.to_string())
            .bind(authorization.expires_at.as_micros())
            .execute(connection)
            .await?;
            Ok(true)
        };
        self.database.write("using a code up", redeem).await
    }

    /// Replaces the refresh token. Returns false if another one was put in its place meanwhile.
    pub(crate) async fn rotate(&self, id: Uuid, from: &Digest, to: &Digest) -> Result<bool, DatabaseError> {
        let rotate = async |connection: &mut AnyConnection| {
            let rotated = sqlx::query(
                "UPDATE openid_authorizations SET refresh = $1 WHERE id = $2 AND refresh = $3 AND ended_at = 0",
            )
            .bind(to.to_string())
            .bind(id.simple().to_string())
            .bind(from.to_string())
            .execute(connection)
            .await?;
            Ok(rotated.rows_affected() > 0)
        };
        self.database.write("replacing a refresh token", rotate).await
    }

    /// Ends an authorization, and everything that came of it.
    pub(crate) async fn end(&self, id: Uuid, now: Timestamp) -> Result<(), DatabaseError> {
        let end = async |connection: &mut AnyConnection| {
            sqlx::query(
                "UPDATE openid_authorizations SET ended_at = $1, refresh = '' WHERE id = $2 AND ended_at = 0",
            )
            .bind(now.as_micros())
            .bind(id.simple().to_string())
            .execute(connection)
            .await?;
            Ok(())
        };
        self.database.write("ending an authorization", end).await
    }

    /// Returns the sessions of which a client is to be told once they end.
    pub(crate) async fn watched(&self) -> Result<BTreeSet<SessionId>, DatabaseError> {
        let watched = async |connection: &mut AnyConnection| {
            let rows: Vec<String> =
                sqlx::query_scalar("SELECT DISTINCT session FROM openid_logouts WHERE ended_at = 0")
                    .fetch_all(connection)
                    .await?;
            Ok(rows.iter().filter_map(|text| text.parse().ok()).collect())
        };
        self.database.read("reading which sessions clients know", watched).await
    }

    /// Notes that a session ended: its clients are to be told now.
    pub(crate) async fn session_ended(
        &self,
        session: SessionId,
        now: Timestamp,
    ) -> Result<(), DatabaseError> {
        let ended = async |connection: &mut AnyConnection| {
            sqlx::query(
                "UPDATE openid_logouts SET ended_at = $1, due_at = $1 WHERE session = $2 AND ended_at = 0",
            )
            .bind(now.as_micros())
            .bind(session.to_string())
            .execute(connection)
            .await?;
            Ok(())
        };
        self.database.write("noting the end of a session", ended).await
    }

    /// Takes up at most `most` of the logouts that are due, each until `again`: no other process takes them up before.
    pub(crate) async fn take_due(
        &self,
        (now, most): (Timestamp, usize),
        again: impl Fn(i64) -> Timestamp,
    ) -> Result<Vec<DueLogout>, DatabaseError> {
        let take = async |connection: &mut AnyConnection| {
            let rows = sqlx::query(
                "SELECT session, client, person, attempts FROM openid_logouts \
                 WHERE ended_at > 0 AND due_at <= $1 ORDER BY due_at LIMIT $2",
            )
            .bind(now.as_micros())
            .bind(i64::try_from(most).unwrap_or(i64::MAX))
            .fetch_all(&mut *connection)
            .await?;
            let mut taken = Vec::new();
            for row in &rows {
                let (session, client): (String, String) = (row.try_get("session")?, row.try_get("client")?);
                let (person, attempts): (String, i64) = (row.try_get("person")?, row.try_get("attempts")?);
                let ours = sqlx::query(
                    "UPDATE openid_logouts SET attempts = attempts + 1, due_at = $1 \
                     WHERE session = $2 AND client = $3 AND attempts = $4",
                )
                .bind(again(attempts).as_micros())
                .bind(&session)
                .bind(&client)
                .bind(attempts)
                .execute(&mut *connection)
                .await?;
                let parsed = (session.parse(), client.parse(), person.parse());
                if let (1, (Ok(session), Ok(client), Ok(person))) = (ours.rows_affected(), parsed) {
                    taken.push(DueLogout { session, client, person, attempts });
                }
            }
            Ok(taken)
        };
        self.database.write("taking up logouts", take).await
    }

    /// Forgets a client that was told, or that is given up.
    pub(crate) async fn told(&self, logout: &DueLogout) -> Result<(), DatabaseError> {
        let told = async |connection: &mut AnyConnection| {
            sqlx::query("DELETE FROM openid_logouts WHERE session = $1 AND client = $2")
                .bind(logout.session.to_string())
                .bind(logout.client.to_string())
                .execute(connection)
                .await?;
            Ok(())
        };
        self.database.write("noting that a client was told", told).await
    }

    /// Deletes codes that nobody used, and authorizations that ended long ago, some at a time.
    pub(crate) async fn clean(&self, now: Timestamp) -> Result<(), DatabaseError> {
        let clean = async |connection: &mut AnyConnection| {
            sqlx::query(
                "DELETE FROM openid_authorizations WHERE id IN (SELECT id FROM openid_authorizations \
                 WHERE expires_at < $1 OR (redeemed_at = 0 AND code_expires_at < $2) LIMIT 2000)",
            )
            .bind(now.minus(KEPT).as_micros())
            .bind(now.minus(Duration::from_secs(3600)).as_micros())
            .execute(connection)
            .await?;
            Ok(())
        };
        self.database.write("deleting old authorizations", clean).await
    }
}

/// Returns the text of what may not be there.
fn text<T: ToString>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

async fn insert(connection: &mut AnyConnection, it: &StoredAuthorization) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO openid_authorizations (id, client, session, person, scope, nonce, redirect_uri, challenge, \
         device_key, address, code, code_expires_at, redeemed_at, refresh, expires_at, ended_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, '', $13, 0)",
    )
    .bind(it.id.simple().to_string())
    .bind(it.client.to_string())
    .bind(it.session.to_string())
    .bind(it.person.to_string())
    .bind(it.scopes.to_string())
    .bind(text(it.nonce.as_ref()))
    .bind(&it.redirect_uri)
    .bind(it.challenge.as_str())
    .bind(text(it.key.as_ref()))
    .bind(text(it.address.as_ref()))
    .bind(it.code.to_string())
    .bind(it.code_expires_at.as_micros())
    .bind(it.expires_at.as_micros())
    .execute(connection)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
