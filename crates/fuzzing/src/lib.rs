//! Fuzz targets: what must hold when a stranger's bytes, or a store's, meet each parser.
//!
//! Each target is a function of bytes that asserts what must hold and returns whether the bytes got past the parser. Its
//! corpus is checked in beside it (`corpus/<target>`). The tests of this room replay each corpus and a number of mutations
//! of it ([`mutate`]); `fuzz/` runs the same functions under libFuzzer, which coverage steers.
//!
//! This room must not know how any parser works, only what it promises. Production code must not depend on it: it panics
//! on a finding, as a test should.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a target that finds something stops there"
)]

mod archive_file;
mod aws_credentials;
mod aws_iam;
mod canonical_path;
mod checkpoint;
mod chunked_body;
mod csv_file;
mod evidence_segment;
mod fact;
mod github;
mod header_block;
mod header_rules;
mod headers_and_cookies;
mod input;
mod journal_entry;
mod kubernetes;
mod ldap_message;
mod ldif;
mod linux_host;
pub mod mutate;
mod observations;
mod policy_file;
mod postgres;
mod provider_documents;
mod proxy_header;
mod request_head;
mod route_table;
mod scim_filter;
mod scim_patch;
pub mod seeds;
mod settings_file;
mod sharphound;
mod source_records;

pub use archive_file::archive_file;
pub use aws_credentials::aws_credentials;
pub use aws_iam::aws_iam;
pub use canonical_path::canonical_path;
pub use checkpoint::checkpoint;
pub use chunked_body::chunked_body;
pub use csv_file::csv_file;
pub use evidence_segment::evidence_segment;
pub use fact::fact;
pub use github::github;
pub use header_block::header_block;
pub use header_rules::header_rules;
pub use headers_and_cookies::headers_and_cookies;
pub use input::Fields;
pub use journal_entry::journal_entry;
pub use kubernetes::kubernetes;
pub use ldap_message::ldap_message;
pub use ldif::ldif;
pub use linux_host::linux_host;
pub use observations::observations;
pub use policy_file::policy_file;
pub use postgres::postgres;
pub use provider_documents::provider_documents;
pub use proxy_header::proxy_header;
pub use request_head::request_head;
pub use route_table::route_table;
pub use scim_filter::scim_filter;
pub use scim_patch::scim_patch;
pub use settings_file::settings_file;
pub use sharphound::sharphound;

/// A target: asserts what must hold of these bytes, and returns whether they got past the parser.
pub type FuzzTarget = fn(&[u8]) -> bool;

/// Every target, by the name of its corpus and of its program in `fuzz/`.
pub const TARGETS: &[(&str, FuzzTarget)] = &[
    ("archive_file", archive_file),
    ("aws_credentials", aws_credentials),
    ("aws_iam", aws_iam),
    ("canonical_path", canonical_path),
    ("checkpoint", checkpoint),
    ("chunked_body", chunked_body),
    ("csv_file", csv_file),
    ("evidence_segment", evidence_segment),
    ("fact", fact),
    ("github", github),
    ("header_block", header_block),
    ("header_rules", header_rules),
    ("headers_and_cookies", headers_and_cookies),
    ("journal_entry", journal_entry),
    ("kubernetes", kubernetes),
    ("ldap_message", ldap_message),
    ("ldif", ldif),
    ("linux_host", linux_host),
    ("observations", observations),
    ("policy_file", policy_file),
    ("postgres", postgres),
    ("provider_documents", provider_documents),
    ("proxy_header", proxy_header),
    ("request_head", request_head),
    ("route_table", route_table),
    ("scim_filter", scim_filter),
    ("scim_patch", scim_patch),
    ("settings_file", settings_file),
    ("sharphound", sharphound),
];
