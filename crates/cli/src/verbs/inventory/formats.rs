//! The formats of exports that this program reads.

use super::exports::{ExportFile, ExportFiles};
use super::pages::{PageSink, Unsendable};
use countersign_sources::{
    CsvInput, GitHubFile, GitHubList, HostFile, HostFileClass, LinuxHost, ManifestFile, ReadingReport,
    SharpHoundFile, SourceError, read_aws_iam, read_aws_iam_with_credentials, read_csv, read_github,
    read_kubernetes, read_ldif, read_linux_hosts, read_postgres, read_sharphound,
};
use std::collections::BTreeMap;

/// What a reader made of an export.
type Read = Result<ReadingReport, SourceError<Unsendable>>;

/// A format of exports.
pub(super) struct FileFormat {
    /// Its name, as a source declares it.
    pub(super) name: &'static str,
    /// What its files are.
    pub(super) takes: &'static str,
    /// Maximum number of files.
    pub(super) most_files: usize,
    /// Whether it needs a mapping of columns.
    pub(super) is_mapped: bool,
    /// Its reader.
    pub(super) read: fn(&ExportFiles, &mut PageSink) -> Read,
}

const ANY: usize = usize::MAX;

/// Every format: a new reader is one entry here.
pub(super) const FORMATS: &[FileFormat] = &[
    FileFormat {
        name: "ldif",
        takes: "what slapcat, ldapsearch -LLL and ldifde write",
        most_files: 1,
        is_mapped: false,
        read: |export, sink| single(export, |file, sink| read_ldif(file.input(), sink), sink),
    },
    FileFormat {
        name: "csv",
        takes: "lists with a line of headings, and a mapping of their columns",
        most_files: ANY,
        is_mapped: true,
        read: csv,
    },
    FileFormat {
        name: "aws-iam",
        takes: "the output of aws iam get-account-authorization-details, and perhaps the credential report (.csv)",
        most_files: 2,
        is_mapped: false,
        read: aws,
    },
    FileFormat {
        name: "linux",
        takes: "a folder for each host with its passwd, group, shadow, sudoers, authorized_keys and logins",
        most_files: ANY,
        is_mapped: false,
        read: linux,
    },
    FileFormat {
        name: "sharphound",
        takes: "the JSON files of one run of SharpHound, or their folder",
        most_files: ANY,
        is_mapped: false,
        read: |export, sink| {
            let files = ending(export, &[".json"]);
            read_sharphound(files.map(|file| SharpHoundFile { name: &file.below, input: file.input() }), sink)
        },
    },
    FileFormat {
        name: "kubernetes",
        takes: "what kubectl get -o yaml or -o json writes of roles, bindings and service accounts, or their folder",
        most_files: ANY,
        is_mapped: false,
        read: |export, sink| {
            let files = ending(export, &[".yaml", ".yml", ".json"]);
            let files = files.map(|file| ManifestFile { name: &file.below, input: file.input() });
            read_kubernetes(&export.name, files, sink)
        },
    },
    FileFormat {
        name: "github",
        takes: "a folder with the lists of an organisation, such as members.json",
        most_files: ANY,
        is_mapped: false,
        read: |export, sink| {
            let files = export.files.iter().filter_map(|file| {
                let list = GitHubList::of_path(&file.below)?;
                Some(GitHubFile { list, name: &file.below, input: file.input() })
            });
            read_github(&export.name, files, sink)
        },
    },
    FileFormat {
        name: "postgres",
        takes: "what psql -XAt prints for the question in docs/sources.md",
        most_files: 1,
        is_mapped: false,
        read: |export, sink| {
            single(export, |file, sink| read_postgres(&export.name, file.input(), sink), sink)
        },
    },
];

/// Reads the only file. That there is one was checked.
fn single(
    export: &ExportFiles,
    read: impl FnOnce(&ExportFile, &mut PageSink) -> Read,
    sink: &mut PageSink,
) -> Read {
    match export.files.first() {
        Some(file) => read(file, sink),
        None => Err(SourceError::Malformed { line: 1, problem: "there is no file".to_owned() }),
    }
}

fn csv(export: &ExportFiles, sink: &mut PageSink) -> Read {
    let Some(mapping) = &export.mapping else {
        return Err(SourceError::Malformed {
            line: 1,
            problem: "there is no mapping of its columns".to_owned(),
        });
    };
    let inputs = export.files.iter();
    read_csv(inputs.map(|file| CsvInput { name: &file.below, mapping, input: file.input() }), sink)
}

fn aws(export: &ExportFiles, sink: &mut PageSink) -> Read {
    let is_report = |file: &&ExportFile| file.below.to_lowercase().ends_with(".csv");
    let report = export.files.iter().find(is_report);
    match (export.files.iter().find(|file| !is_report(file)), report) {
        (Some(account), Some(report)) => read_aws_iam_with_credentials(account.input(), report.input(), sink),
        (Some(account), None) if export.files.len() == 1 => read_aws_iam(account.input(), sink),
        _ => Err(SourceError::Malformed {
            line: 1,
            problem: "one of two files has to be the credential report, with a name that ends in .csv"
                .to_owned(),
        }),
    }
}

/// The files of each folder are a host, which has the folder's name.
fn linux(export: &ExportFiles, sink: &mut PageSink) -> Read {
    let paths: Vec<String> = export.files.iter().map(ExportFile::shown).collect();
    let mut hosts: BTreeMap<&str, Vec<HostFile<'_, _>>> = BTreeMap::new();
    for (file, path) in export.files.iter().zip(&paths) {
        let Some(class) = HostFileClass::of_path(&file.below) else { continue };
        let host = file.folder.as_deref().unwrap_or(&export.name);
        let read = HostFile { class, path, changed_at: file.changed_at(), input: file.input() };
        hosts.entry(host).or_default().push(read);
    }
    read_linux_hosts(hosts.into_iter().map(|(name, files)| LinuxHost { name, files }), sink)
}

/// Returns the files whose names end so. Others in a folder are no part of the export.
fn ending<'a>(export: &'a ExportFiles, ends: &'a [&str]) -> impl Iterator<Item = &'a ExportFile> {
    export.files.iter().filter(|file| {
        let name = file.below.to_lowercase();
        ends.iter().any(|end| name.ends_with(end))
    })
}

/// Returns the format with this name.
pub(super) fn named(name: &str) -> Option<&'static FileFormat> {
    FORMATS.iter().find(|format| format.name == name)
}

/// Lists the formats for a message.
pub(super) fn all() -> String {
    let each: Vec<_> = FORMATS.iter().map(|format| format!("{} ({})", format.name, format.takes)).collect();
    each.join(", ")
}
