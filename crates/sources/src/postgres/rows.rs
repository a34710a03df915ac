//! The rows that the query gives.

use serde::Deserialize;

/// A row of the query.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "row", rename_all = "snake_case")]
pub enum PostgresRow {
    /// The database. The rows behind it are about it.
    Database(PostgresDatabase),
    /// A role.
    Role(PostgresRole),
    /// A role is a member of another one.
    Member(PostgresMember),
    /// A role has privileges on an object.
    Grant(PostgresGrant),
    /// There are no more rows.
    End,
}

/// A database.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PostgresDatabase {
    /// Its name.
    pub name: String,
}

/// A role (`pg_roles`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PostgresRole {
    /// Its number.
    pub oid: u64,
    /// Its name.
    pub name: String,
    /// Whether it signs in.
    pub login: bool,
    /// Whether no check holds for it.
    pub superuser: bool,
    /// Whether it makes and changes roles.
    pub create_role: bool,
    /// Whether it makes databases.
    pub create_database: bool,
    /// Whether it copies the whole server.
    pub replication: bool,
    /// Whether row security does not hold for it.
    pub bypass_row_security: bool,
}

/// A membership (`pg_auth_members`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PostgresMember {
    /// The number of the role.
    pub role: u64,
    /// The number of its member.
    pub member: u64,
    /// Whether the member may add others.
    pub admin: bool,
}

/// The privileges of a role on an object.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PostgresGrant {
    /// What the object is: `database`, `schema`, `table`, `view` or `sequence`.
    pub class: String,
    /// Its name, with that of its schema.
    pub object: String,
    /// The number of the role that owns it.
    pub owner: u64,
    /// The number of the role that has the privileges; zero for every role.
    pub grantee: u64,
    /// The privileges.
    pub privileges: Vec<String>,
    /// Whether it may grant one of them on.
    pub grantable: bool,
}
