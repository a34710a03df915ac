//! What directories and systems say about accounts, groups and entitlements, read into one form of record.
//!
//! A reader turns the bytes of one format into [`SourceRecord`]s: nodes, and edges between them. It states what it could
//! not read ([`Unread`]) instead of leaving it out silently, and it has limits for everything that grows with the input.
//! Secrets (hashes of passwords among them) never get into a record.
//!
//! This room must not know where records are kept, what is concluded from them, who asks, or how bytes are fetched.

mod aws;
mod budget;
mod csv_file;
mod directory;
mod github;
mod kubernetes;
mod ldif;
mod linux;
mod merging;
mod postgres;
mod reading;
mod record;
mod relations;
mod sharphound;
mod text;

pub use aws::{read_aws_iam, read_aws_iam_with_credentials};
pub use csv_file::{CsvInput, CsvMapping, CsvMappingError, read_csv};
pub use directory::{DirectoryEntry, DirectoryItem, directory_attributes, directory_secrets, read_directory};
pub use github::{GitHubFile, GitHubList, read_github};
pub use kubernetes::{ManifestFile, read_kubernetes};
pub use ldif::read_ldif;
pub use linux::{HostFile, HostFileClass, LinuxHost, read_linux_hosts};
pub use postgres::{
    POSTGRES_QUERY, PostgresDatabase, PostgresGrant, PostgresMember, PostgresRole, PostgresRow, read_postgres,
};
pub use reading::{ReadingReport, SourceError, SourceSink, Unread};
pub use record::{
    AccountRecord, AccountUse, CredentialClass, CredentialRecord, EdgeBody, GroupRecord, LONGEST_TEXT,
    NodeBody, NodeKind, PersonRecord, PersonalAttributes, PrivilegeLevel, Relation, ResourceRecord,
    SourceEdge, SourceKey, SourceNode, SourceRecord,
};
pub use sharphound::{SharpHoundFile, read_sharphound};
