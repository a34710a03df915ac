//! The lists of a GitHub organisation. What is accepted refers to nothing that is not there, and says everything once; what
//! is refused says in which file and why.

use crate::{Fields, source_records};
use countersign_sources::{GitHubFile, GitHubList, read_github};

const LISTS: [&str; 8] = [
    "members.json",
    "owners.json",
    "members_2fa_disabled.json",
    "outside_collaborators.json",
    "teams.json",
    "teams/sre/repos.json",
    "repos/api/collaborators.json",
    "repos/api/keys.json",
];

/// Reads each field as one of the lists. Returns whether they were accepted and had an account.
pub fn github(bytes: &[u8]) -> bool {
    let mut fields = Fields::new(bytes);
    let files = LISTS.map(|name| GitHubFile {
        list: GitHubList::of_path(name).expect("the path is one of a list"),
        name,
        input: fields.bytes(),
    });
    // A list that was cut off is none.
    let files = files.into_iter().filter(|file| file.name == "members.json" || !file.input.is_empty());
    let mut records = Vec::new();
    match read_github("corp", files, &mut records) {
        Ok(report) => {
            source_records::hold(&records, &report);
            records.len() > 1
        }
        Err(error) => {
            let error = error.to_string();
            assert!(error.starts_with("line ") && error.contains(".json`"), "{error}");
            false
        }
    }
}
