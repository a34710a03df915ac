//! The roles of a PostgreSQL server and the grants in its databases, from the rows of one read-only query.

mod rows;

pub use rows::{PostgresDatabase, PostgresGrant, PostgresMember, PostgresRole, PostgresRow};

use crate::reading::{ReadingReport, SourceError, SourceSink};
use crate::record::{
    AccountRecord, EdgeBody, GroupRecord, NodeBody, PrivilegeLevel, Relation, ResourceRecord, SourceKey,
    SourceNode, SourceRecord,
};
use crate::relations::{HeldRelations, InputPlace};
use crate::text::{fit, shortened};
use std::collections::BTreeMap;
use std::io::{BufRead, Read as _};

/// The query, whose rows are the input: `psql -XAt -f roles.sql`. It changes nothing.
pub const POSTGRES_QUERY: &str = include_str!("postgres/roles.sql");

/// Maximum length of a row in bytes.
const LONGEST_ROW: usize = 1 << 20;

/// The number that stands for everybody in a grant.
const PUBLIC: u64 = 0;

/// Roles that every server has and that reach beyond the database (PostgreSQL documentation, "Predefined Roles"): files and
/// programs of the server are those of a superuser.
const PREDEFINED: [(&str, PrivilegeLevel); 8] = [
    ("pg_read_server_files", PrivilegeLevel::Administer),
    ("pg_write_server_files", PrivilegeLevel::Administer),
    ("pg_execute_server_program", PrivilegeLevel::Administer),
    ("pg_write_all_data", PrivilegeLevel::Write),
    ("pg_signal_backend", PrivilegeLevel::Write),
    ("pg_checkpoint", PrivilegeLevel::Write),
    ("pg_read_all_data", PrivilegeLevel::Read),
    ("pg_monitor", PrivilegeLevel::Read),
];

/// Privileges that change nothing.
const READING: [&str; 3] = ["SELECT", "USAGE", "CONNECT"];

/// Reads what the query gave on the server with this name, in one database or in several, one after the other.
///
/// # Errors
/// [`SourceError::Malformed`] with the line if it is not what the query gives, is cut, or has a role or a grant twice. Records
/// that were handed over before must not be used then.
pub fn read_postgres<S: SourceSink>(
    server: &str,
    mut input: impl BufRead,
    sink: &mut S,
) -> Result<ReadingReport, SourceError<S::Error>> {
    let malformed = |line: u64, problem: String| SourceError::Malformed { line, problem };
    let key = SourceKey::new(&format!("postgres:{server}")).filter(|_| !server.trim().is_empty());
    let Some(key) = key else {
        let problem = "the name of the server is empty, too long or has a control character".to_owned();
        return Err(malformed(1, problem));
    };
    let mut reading = ServerReading::of(key);
    let mut line = 0;
    loop {
        line += 1;
        let mut bytes = Vec::new();
        let limit = u64::try_from(LONGEST_ROW + 1).unwrap_or(u64::MAX);
        (&mut input).take(limit).read_until(b'\n', &mut bytes)?;
        if bytes.is_empty() {
            break;
        }
        if bytes.len() > LONGEST_ROW {
            return Err(malformed(line, format!("the row is longer than {} MiB", LONGEST_ROW >> 20)));
        }
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        let row: PostgresRow = serde_json::from_slice(&bytes)
            .map_err(|error| malformed(line, format!("not a row of the query: {error}")))?;
        reading.take(row, line).map_err(|problem| malformed(line, problem))?;
    }
    if !reading.has_ended {
        return Err(malformed(
            line,
            "the rows are cut: the last one that the query gives is not there".to_owned(),
        ));
    }
    reading.hand_over(server, sink)
}

/// A server that is being read.
struct ServerReading {
    key: SourceKey,
    report: ReadingReport,
    relations: HeldRelations,
    /// The roles by number, each with the part of the input where it was described last.
    roles: BTreeMap<u64, (PostgresRole, u32)>,
    nodes: BTreeMap<SourceKey, (String, NodeBody)>,
    members: Vec<PostgresMember>,
    grants: Vec<(Option<SourceKey>, PostgresGrant)>,
    /// The number of databases so far.
    part: u32,
    database: Option<SourceKey>,
    has_ended: bool,
    names_public: bool,
}

impl ServerReading {
    fn of(key: SourceKey) -> Self {
        Self {
            key,
            report: ReadingReport::default(),
            relations: HeldRelations::default(),
            roles: BTreeMap::new(),
            nodes: BTreeMap::new(),
            members: Vec::new(),
            grants: Vec::new(),
            part: 0,
            database: None,
            has_ended: false,
            names_public: false,
        }
    }

    fn take(&mut self, row: PostgresRow, line: u64) -> Result<(), String> {
        let is_first = matches!(row, PostgresRow::Database(_));
        if is_first != (self.part == 0 || self.has_ended) {
            return Err(
                "the rows are cut, or out of order: those of each database begin with it and end".to_owned()
            );
        }
        match row {
            PostgresRow::Database(database) => self.database(&database)?,
            PostgresRow::Role(role) => {
                if let Some((_, part)) = self.roles.get(&role.oid).filter(|(_, part)| *part == self.part) {
                    return Err(format!(
                        "the role `{}` is there twice in database {part}",
                        shortened(&role.name)
                    ));
                }
                self.roles.insert(role.oid, (role, self.part));
            }
            PostgresRow::Member(member) => self.members.push(member),
            PostgresRow::Grant(grant) => {
                self.names_public |= grant.grantee == PUBLIC;
                let object = self.object(&grant, line);
                self.grants.push((object, grant));
            }
            PostgresRow::End => self.has_ended = true,
        }
        Ok(())
    }

    fn database(&mut self, database: &PostgresDatabase) -> Result<(), String> {
        (self.part, self.has_ended) = (self.part + 1, false);
        let key = self.key_of("database", &database.name);
        let key = key.ok_or_else(|| "the name of the database is empty or too long".to_owned())?;
        let body = NodeBody::Resource(ResourceRecord { class: Some("database".to_owned()), owner: None });
        if self.nodes.insert(key.clone(), (database.name.clone(), body)).is_some() {
            return Err(format!("the database `{}` is there twice", shortened(&database.name)));
        }
        self.database = Some(key);
        Ok(())
    }

    /// Returns the key of what a grant is about.
    fn object(&mut self, grant: &PostgresGrant, line: u64) -> Option<SourceKey> {
        let database = self.database.clone()?;
        if grant.class == "database" {
            return Some(database);
        }
        let Some(key) = SourceKey::new(&format!("{database}/{}/{}", grant.class, grant.object)) else {
            self.report.leave_out(format!("line {line}"), "the name of an object is too long for a key");
            return None;
        };
        let class = fit(&grant.class);
        let body = || NodeBody::Resource(ResourceRecord { class, owner: None });
        self.nodes.entry(key.clone()).or_insert_with(|| (grant.object.clone(), body()));
        Some(key)
    }

    fn hand_over<S: SourceSink>(
        mut self,
        server: &str,
        sink: &mut S,
    ) -> Result<ReadingReport, SourceError<S::Error>> {
        let body =
            NodeBody::Resource(ResourceRecord { class: Some("database server".to_owned()), owner: None });
        self.nodes.insert(self.key.clone(), (server.to_owned(), body));
        for (role, _) in std::mem::take(&mut self.roles).into_values() {
            self.role(&role);
            self.roles.insert(role.oid, (role, 0));
        }
        if let Some(public) = self.names_public.then(|| self.role_key(PUBLIC)).flatten() {
            let description = Some("every role, as grants to PUBLIC mean it".to_owned());
            let body = NodeBody::Group(GroupRecord { description, ..GroupRecord::default() });
            self.nodes.insert(public.clone(), ("PUBLIC".to_owned(), body));
            let roles: Vec<SourceKey> = self.roles.keys().filter_map(|oid| self.role_key(*oid)).collect();
            for role in roles {
                self.relations.add(&role, Relation::MemberOf, &public, EdgeBody::default());
            }
        }
        for member in std::mem::take(&mut self.members) {
            self.member(&member);
        }
        for (object, grant) in std::mem::take(&mut self.grants) {
            if let Some(object) = object {
                self.grant(&object, &grant);
            }
        }
        for (key, (name, body)) in std::mem::take(&mut self.nodes) {
            let place = InputPlace { file: 0, at: 0 };
            if self.relations.describe(&key, body.kind(), place).is_err() {
                continue;
            }
            self.report.nodes += 1;
            let name = fit(&name).unwrap_or_else(|| key.to_string());
            sink.take(SourceRecord::Node(Box::new(SourceNode { key, name, body })))
                .map_err(SourceError::Sink)?;
        }
        self.relations.hand_over(&mut self.report, sink)?;
        Ok(self.report)
    }

    /// Adds the node of a role and what it may do on the server. A role that signs in is an account.
    fn role(&mut self, role: &PostgresRole) {
        let Some(key) = self.role_key(role.oid) else { return };
        let predefined = PREDEFINED.iter().find(|(name, _)| *name == role.name);
        let attributes = [
            (role.superuser, "SUPERUSER", PrivilegeLevel::Administer),
            (role.create_role, "CREATEROLE", PrivilegeLevel::Administer),
            (role.create_database, "CREATEDB", PrivilegeLevel::Write),
            (role.replication, "REPLICATION", PrivilegeLevel::Read),
            (role.bypass_row_security, "BYPASSRLS", PrivilegeLevel::Read),
        ];
        let held = attributes.iter().filter(|(has, ..)| *has).map(|(_, name, level)| (*name, *level));
        let mut privileged = false;
        for (right, level) in held.chain(predefined.copied()) {
            privileged |= level == PrivilegeLevel::Administer;
            let granted_by = Some("the role's own attributes".to_owned());
            let rights = vec![right.to_owned()];
            let body = EdgeBody { rights, level: Some(level), granted_by, ..EdgeBody::default() };
            self.relations.add(&key, Relation::May, &self.key, body);
        }
        let body = if role.login {
            NodeBody::Account(AccountRecord { enabled: Some(true), ..AccountRecord::default() })
        } else {
            NodeBody::Role(GroupRecord { privileged: Some(privileged), ..GroupRecord::default() })
        };
        self.nodes.insert(key, (role.name.clone(), body));
    }

    /// Adds a membership. A member of a role that signs in can become it, and one who administers a role can add members.
    fn member(&mut self, member: &PostgresMember) {
        let (Some(from), Some(to)) = (self.role_key(member.member), self.role_key(member.role)) else {
            return;
        };
        let is_account = self.roles.get(&member.role).is_some_and(|(role, _)| role.login);
        let control = |right: &str| EdgeBody {
            rights: vec![right.to_owned()],
            level: Some(PrivilegeLevel::Administer),
            ..EdgeBody::default()
        };
        if is_account {
            self.relations.add(&from, Relation::Controls, &to, control("SET ROLE"));
        } else {
            self.relations.add(&from, Relation::MemberOf, &to, EdgeBody::default());
        }
        if member.admin {
            self.relations.add(&from, Relation::Controls, &to, control("ADMIN OPTION"));
        }
    }

    /// Adds a grant. The owner of an object and who may grant its privileges on administer it.
    fn grant(&mut self, object: &SourceKey, grant: &PostgresGrant) {
        let (Some(owner), Some(grantee)) = (self.role_key(grant.owner), self.role_key(grant.grantee)) else {
            return;
        };
        let body =
            |rights: Vec<String>, level| EdgeBody { rights, level: Some(level), ..EdgeBody::default() };
        self.relations.add(
            &owner,
            Relation::May,
            object,
            body(vec!["OWNER".to_owned()], PrivilegeLevel::Administer),
        );
        let rights: Vec<String> = grant.privileges.iter().filter_map(|privilege| fit(privilege)).collect();
        let level = if grant.grantable {
            PrivilegeLevel::Administer
        } else if rights.iter().all(|right| READING.contains(&right.as_str())) {
            PrivilegeLevel::Read
        } else {
            PrivilegeLevel::Write
        };
        self.relations.add(&grantee, Relation::May, object, body(rights, level));
    }

    fn key_of(&self, kind: &str, name: &str) -> Option<SourceKey> {
        if name.is_empty() { None } else { SourceKey::new(&format!("{}/{kind}/{name}", self.key)) }
    }

    /// A name can be given up and taken by another role; the number cannot.
    fn role_key(&self, oid: u64) -> Option<SourceKey> {
        let name = if oid == PUBLIC { "public".to_owned() } else { oid.to_string() };
        self.key_of("role", &name)
    }
}
