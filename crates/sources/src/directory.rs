//! Entries of an LDAP directory (OpenLDAP, Active Directory, 389 Directory Server, FreeIPA) as records.
//!
//! Attributes are as their servers' own schemas define them: RFC 4519, RFC 2798 (inetOrgPerson), RFC 2307 (POSIX),
//! OpenLDAP's password policy (draft-behera-ldap-password-policy) and Microsoft's MS-ADA1 to MS-ADA3.

mod account;
mod attributes;
mod group;
mod identifiers;
mod live;
mod members;
mod name;
mod times;

pub use attributes::{directory_attributes, directory_secrets};
pub(crate) use attributes::{is_read, is_secret};
pub(crate) use group::is_privileged_sid;
pub use live::{DirectoryItem, read_directory};

use crate::reading::{ReadingReport, SourceError, SourceSink};
use crate::record::{NodeBody, SourceNode, SourceRecord};
use crate::text::shortened;
use attributes::EntryAttributes;
use members::References;

/// An entry, as a directory or an export of one gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// Where it is in the input: its line in an export, its number in what a directory gives.
    pub(crate) line: u64,
    /// Its distinguished name.
    pub(crate) dn: String,
    /// Its values: the lower-case name of the attribute with its options, and the bytes.
    pub(crate) values: Vec<(String, Vec<u8>)>,
}

/// A directory that is being read.
pub(crate) struct DirectoryReading {
    /// What the places of entries are.
    unit: &'static str,
    report: ReadingReport,
    references: References,
}

/// What an entry describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EntryClass {
    Account,
    Group,
    Role,
    /// What only gives the directory its structure.
    Structure,
    Unknown,
}

impl DirectoryReading {
    /// Begins a reading whose entries are at numbers of this unit.
    pub(crate) fn by(unit: &'static str) -> Self {
        Self { unit, report: ReadingReport::default(), references: References::default() }
    }

    /// Reads an entry: hands over its node, and holds its references until all nodes are known.
    pub(crate) fn take<S: SourceSink>(
        &mut self,
        entry: &DirectoryEntry,
        sink: &mut S,
    ) -> Result<(), SourceError<S::Error>> {
        let place = || format!("{} {} ({})", self.unit, entry.line, shortened(&entry.dn));
        let Some(dn) = name::normalised(&entry.dn) else {
            let problem = format!("`{}` is not a distinguished name", shortened(&entry.dn));
            return Err(SourceError::Malformed { line: entry.line, problem });
        };
        let attributes = EntryAttributes::of(entry);
        let class = classify(&attributes);
        match class {
            EntryClass::Structure => return Ok(()),
            EntryClass::Unknown => {
                let classes = attributes.texts("objectclass").collect::<Vec<_>>().join(", ");
                self.report.leave_out(
                    place(),
                    format!(
                        "it is neither an account nor a group by its object classes ({})",
                        shortened(&classes)
                    ),
                );
                return Ok(());
            }
            EntryClass::Account | EntryClass::Group | EntryClass::Role => {}
        }
        let Some(key) = identifiers::key(&attributes, &dn) else {
            self.report.leave_out(
                place(),
                "its distinguished name, too long or with a control character, cannot serve as its key",
            );
            return Ok(());
        };
        if let Err(first) = self.references.define(&dn, &key, entry.line) {
            return Err(SourceError::Malformed {
                line: entry.line,
                problem: format!(
                    "the entry `{}`, or its identifier, is in the input already, at {} {first}",
                    shortened(&entry.dn),
                    self.unit
                ),
            });
        }
        self.references.collect(&attributes, &dn, |reason| self.report.leave_out(place(), reason));
        let body = match class {
            EntryClass::Role => NodeBody::Role(group::read(&attributes)),
            EntryClass::Group => NodeBody::Group(group::read(&attributes)),
            _ => NodeBody::Account(account::read(&attributes, &entry.dn)),
        };
        let name = identifiers::shown_name(&attributes, &entry.dn, class == EntryClass::Account);
        self.report.nodes += 1;
        sink.take(SourceRecord::Node(Box::new(SourceNode { key, name, body }))).map_err(SourceError::Sink)
    }

    /// Hands over the edges, once each, and returns the report.
    pub(crate) fn finish<S: SourceSink>(
        mut self,
        sink: &mut S,
    ) -> Result<ReadingReport, SourceError<S::Error>> {
        for membership in self.references.resolve(&mut self.report) {
            let Some(edge) = self.references.edge(membership) else { continue };
            self.report.edges += 1;
            sink.take(SourceRecord::Edge(edge)).map_err(SourceError::Sink)?;
        }
        Ok(self.report)
    }
}

/// Object classes of groups.
const GROUPS: [&str; 7] = [
    "group",
    "groupofnames",
    "groupofuniquenames",
    "groupofmembers",
    "posixgroup",
    "groupofurls",
    "ipausergroup",
];

/// Object classes of accounts.
const ACCOUNTS: [&str; 11] = [
    "user",
    "computer",
    "inetorgperson",
    "organizationalperson",
    "person",
    "posixaccount",
    "account",
    "simplesecurityobject",
    "applicationprocess",
    "krbprincipal",
    "msds-groupmanagedserviceaccount",
];

/// Object classes of what is no account and no group, and nothing is lost by leaving it out.
const STRUCTURE: [&str; 12] = [
    "organizationalunit",
    "organization",
    "domain",
    "domaindns",
    "dcobject",
    "container",
    "builtindomain",
    "country",
    "locality",
    "nscontainer",
    "pwdpolicy",
    "msds-passwordsettings",
];

fn classify(attributes: &EntryAttributes) -> EntryClass {
    let classes: Vec<String> = attributes.texts("objectclass").map(str::to_ascii_lowercase).collect();
    let any = |of: &[&str]| classes.iter().any(|class| of.contains(&class.as_str()));
    if any(&["organizationalrole"]) && attributes.has("roleoccupant") {
        EntryClass::Role
    } else if any(&GROUPS) {
        EntryClass::Group
    } else if any(&ACCOUNTS) || (any(&["organizationalrole"]) && attributes.has("userpassword")) {
        EntryClass::Account
    } else if any(&STRUCTURE) || any(&["organizationalrole"]) {
        EntryClass::Structure
    } else {
        EntryClass::Unknown
    }
}
