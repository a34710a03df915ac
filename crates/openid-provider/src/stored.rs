//! An authorization as it is stored.

use countersign_facts::Digest;
use countersign_names::{OpenIdClientName, PersonId, SessionId, Timestamp};
use countersign_openid::{CodeChallenge, Scopes};
use sqlx::Row as _;
use sqlx::any::AnyRow;
use std::net::IpAddr;
use std::str::FromStr;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

/// What a client was granted for one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAuthorization {
    pub id: Uuid,
    pub client: OpenIdClientName,
    pub session: SessionId,
    pub person: PersonId,
    pub scopes: Scopes,
    pub nonce: Option<String>,
    pub redirect_uri: String,
    pub challenge: CodeChallenge,
    /// The key that the browser's connection proved: its device is asked about at every refresh.
    pub key: Option<Digest>,
    /// The address of the browser.
    pub address: Option<IpAddr>,
    pub code: Digest,
    pub code_expires_at: Timestamp,
    pub redeemed: bool,
    /// The one refresh token that is good.
    pub refresh: Option<Digest>,
    /// When the session expires.
    pub expires_at: Timestamp,
    pub ended: bool,
}

impl StoredAuthorization {
    /// Reads a row; the error names the column.
    pub fn of(row: &AnyRow) -> Result<Self, sqlx::Error> {
        let moment = |name: &str| row.try_get::<i64, _>(name).map(Timestamp::from_micros);
        let scope: String = row.try_get("scope")?;
        let challenge: String = row.try_get("challenge")?;
        let id: String = row.try_get("id")?;
        Ok(Self {
            id: Uuid::parse_str(&id).map_err(|_| unreadable("id"))?,
            client: parsed(row, "client")?,
            session: parsed(row, "session")?,
            person: parsed(row, "person")?,
            scopes: Scopes::parse(&scope).map_err(|_| unreadable("scope"))?,
            nonce: Some(row.try_get::<String, _>("nonce")?).filter(|nonce| !nonce.is_empty()),
            redirect_uri: row.try_get("redirect_uri")?,
            challenge: CodeChallenge::parse(&challenge).ok_or_else(|| unreadable("challenge"))?,
            key: optional(row, "device_key")?,
            address: optional(row, "address")?,
            code: parsed(row, "code")?,
            code_expires_at: moment("code_expires_at")?,
            redeemed: row.try_get::<i64, _>("redeemed_at")? != 0,
            refresh: optional(row, "refresh")?,
            expires_at: moment("expires_at")?,
            ended: row.try_get::<i64, _>("ended_at")? != 0,
        })
    }

    /// Returns whether this is the code.
    pub fn is_code(&self, presented: &Digest) -> bool {
        same(&self.code, presented)
    }

    /// Returns whether this is the refresh token that is good now.
    pub fn is_refresh(&self, presented: &Digest) -> bool {
        self.refresh.is_some_and(|known| same(&known, presented))
    }
}

fn same(one: &Digest, other: &Digest) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

fn unreadable(column: &str) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source: "it cannot be read".into() }
}

fn parsed<T: FromStr>(row: &AnyRow, column: &str) -> Result<T, sqlx::Error> {
    row.try_get::<String, _>(column)?.parse().map_err(|_| unreadable(column))
}

fn optional<T: FromStr>(row: &AnyRow, column: &str) -> Result<Option<T>, sqlx::Error> {
    let text: String = row.try_get(column)?;
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| unreadable(column)) }
}
