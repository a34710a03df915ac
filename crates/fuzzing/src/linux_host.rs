//! The files of a Linux host. Whatever is in them, the host is read: what is not understood is said. What is handed over
//! refers to nothing that is not there, and is said once.

use crate::{Fields, source_records};
use countersign_names::Timestamp;
use countersign_sources::{HostFile, HostFileClass, LinuxHost, SourceError, read_linux_hosts};
use std::convert::Infallible;

/// Reads each field as one of the files. Returns whether there was an account.
pub fn linux_host(bytes: &[u8]) -> bool {
    let mut fields = Fields::new(bytes);
    let mut file = |path| HostFile {
        class: HostFileClass::of_path(path).expect("the path is one of a host"),
        path,
        changed_at: Some(Timestamp::from_micros(1_713_636_000_000_000)),
        input: fields.bytes(),
    };
    let files = [
        "etc/passwd",
        "etc/shadow",
        "etc/group",
        "etc/sudoers",
        "etc/sudoers.d/more",
        "home/ada/.ssh/authorized_keys",
        "var/log/auth.log",
    ];
    let files = files.map(&mut file).into();
    let mut records = Vec::new();
    let read: Result<_, SourceError<Infallible>> =
        read_linux_hosts([LinuxHost { name: "web-1", files }], &mut records);
    let report = read.expect("files as short as these are read");
    source_records::hold(&records, &report);
    records.len() > 1
}
