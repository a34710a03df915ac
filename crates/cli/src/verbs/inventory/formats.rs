//! The formats of exports that this program reads.

use super::pages::{PageSink, Unsendable};
use countersign_sources::{ReadingReport, SourceError, read_aws_iam, read_ldif};
use std::io::BufRead;

/// A format of exports.
pub(super) struct FileFormat {
    /// Its name, as a source declares it.
    pub(super) name: &'static str,
    /// What its files are.
    pub(super) takes: &'static str,
    /// Its reader.
    pub(super) read: fn(&mut dyn BufRead, &mut PageSink) -> Result<ReadingReport, SourceError<Unsendable>>,
}

/// Every format: a new reader is one line here.
pub(super) const FORMATS: &[FileFormat] = &[
    FileFormat {
        name: "ldif",
        takes: "what slapcat, ldapsearch -LLL and ldifde write",
        read: |input, sink| read_ldif(input, sink),
    },
    FileFormat {
        name: "aws-iam",
        takes: "the output of aws iam get-account-authorization-details",
        read: |input, sink| read_aws_iam(input, sink),
    },
];

/// Returns the format with this name.
pub(super) fn named(name: &str) -> Option<&'static FileFormat> {
    FORMATS.iter().find(|format| format.name == name)
}

/// Lists the formats for a message.
pub(super) fn all() -> String {
    let each: Vec<_> = FORMATS.iter().map(|format| format!("{} ({})", format.name, format.takes)).collect();
    each.join(", ")
}
