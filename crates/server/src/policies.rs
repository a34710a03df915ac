//! Keeps the policy folder, which an author edits, in step with the published policies.
//!
//! A changed file is read, checked and published. If a set does not validate, or would lock every administrator out,
//! the log shows the underlined line, and the running policies stay. If policies are published through the API, the
//! folder is rewritten, unless it contains unpublished edits, which are never overwritten.
//!
//! The digest of the files on which folder and journal last agreed distinguishes an edit from an outdated folder. It is
//! stored in the folder, so that a process that was away does not publish its old files over newer ones.

use crate::publishing::{PublishError, publish};
use countersign_admission::Admission;
use countersign_api::is_settings_file;
use countersign_facts::Actor;
use countersign_ledger::Ledger;
use countersign_world::Policies;
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How often the folder is checked. Polling instead of notifications works on every file system. Files are read only if
/// their metadata changed: a profile of a gate showed the cost of reading hundreds of them each time.
const LOOK: Duration = Duration::from_millis(500);

/// Larger files are not policies.
const LARGEST: u64 = 1 << 20;

/// The file with the digest of the files last agreed on. Hidden, so that it is not a policy.
const AGREED: &str = ".agreed";

/// How many checks must find a folder unchanged before its files are no longer read. A file written twice within one
/// tick of the file system's clock looks the same; ticks are milliseconds, and this is more than one [`LOOK`].
const SETTLED: u32 = 2;

type PolicyTexts = BTreeMap<String, String>;

/// Metadata that changes when a file is written, renamed or replaced: its inode, length, and change time (s, ns).
type Stamps = BTreeMap<PathBuf, (u64, u64, i64, i64)>;

/// Writes `files` into an empty or missing folder, as a start for editing.
///
/// # Errors
/// If the folder cannot be written.
pub fn seed(folder: &Path, files: &PolicyTexts) -> io::Result<()> {
    if read(folder)?.is_empty() {
        write(folder, files)?;
    }
    // Recorded before anything else is published, because the next publication would make this folder look edited.
    if read(folder)? == *files {
        std::fs::write(folder.join(AGREED), digest(files))?;
    }
    Ok(())
}

/// Returns the SHA-256 of the files, each path and text preceded by its length, in hexadecimal digits.
fn digest(files: &PolicyTexts) -> String {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    for text in files.iter().flat_map(|(path, text)| [path, text]) {
        context.update(&(text.len() as u64).to_be_bytes());
        context.update(text.as_bytes());
    }
    context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Keeps the folder and the published policies in step, until the task is cancelled.
pub async fn keep_in_step(folder: PathBuf, ledger: Ledger, admission: Admission) {
    let agreed = std::fs::read_to_string(folder.join(AGREED)).ok();
    let mut step = Step { folder, ledger, admission, agreed, refused: None, last: Look::default(), same: 0 };
    loop {
        if let Err(error) = step.take().await {
            tracing::warn!(
                folder = %step.folder.display(),
                %error,
                "this process cannot read or write the policy folder, and tries again"
            );
        }
        tokio::time::sleep(LOOK).await;
    }
}

struct Step {
    folder: PathBuf,
    ledger: Ledger,
    /// Knows the policies in force.
    admission: Admission,
    /// The digest of the files on which folder and journal last agreed.
    agreed: Option<String>,
    /// The files that were refused, so that the refusal is logged once.
    refused: Option<PolicyTexts>,
    /// The result of the last check, and how many consecutive checks had it.
    last: Look,
    same: u32,
}

/// The inputs of a step: the same inputs have the same outcome.
#[derive(Default)]
struct Look {
    stamps: Stamps,
    published: Option<Arc<Policies>>,
}

impl Look {
    fn is_same(&self, other: &Self) -> bool {
        let same = match (&self.published, &other.published) {
            (None, None) => true,
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            _ => false,
        };
        same && self.stamps == other.stamps
    }
}

impl Step {
    async fn take(&mut self) -> io::Result<()> {
        let world = self.ledger.world();
        let look = Look { stamps: stamps(&self.folder)?, published: world.policies().cloned() };
        self.same = if look.is_same(&self.last) { self.same.saturating_add(1) } else { 0 };
        if self.same > SETTLED {
            return Ok(());
        }
        self.last = look;
        self.compare().await
    }

    async fn compare(&mut self) -> io::Result<()> {
        let here = read(&self.folder)?;
        let published = self.published();
        if here == published {
            self.refused = None;
            return self.agree_on(&here);
        }
        let edited = self.agreed.as_ref() != Some(&digest(&here));
        if !edited {
            // Published elsewhere, and not edited here.
            write(&self.folder, &published)?;
            return self.agree_on(&published);
        }
        if here.is_empty() || self.refused.as_ref() == Some(&here) {
            return Ok(());
        }
        self.publish(here).await
    }

    fn agree_on(&mut self, files: &PolicyTexts) -> io::Result<()> {
        let agreed = Some(digest(files));
        if self.agreed != agreed {
            std::fs::write(self.folder.join(AGREED), agreed.as_deref().unwrap_or_default())?;
            self.agreed = agreed;
        }
        Ok(())
    }

    fn published(&self) -> PolicyTexts {
        let world = self.ledger.world();
        let policies = world.policies();
        policies
            .map(|set| set.files.iter().map(|(path, file)| (path.clone(), file.0.clone())).collect())
            .unwrap_or_default()
    }

    async fn publish(&mut self, files: PolicyTexts) -> io::Result<()> {
        let actor = Actor::System("policy-folder".to_owned());
        match publish(&self.ledger, &self.admission.policies(), actor, &files).await {
            Ok(version) => {
                tracing::info!(%version, "this process published the policy folder");
                self.refused = None;
                self.agree_on(&files)?;
            }
            Err(PublishError::Unavailable(why)) => {
                self.same = 0;
                tracing::warn!(why, "this process cannot publish the policy folder, and tries again");
            }
            Err(PublishError::Refused(refused)) => {
                tracing::error!(
                    "the policy folder is not published, and the running policies stay in force:\n{refused}"
                );
                self.refused = Some(files);
            }
        }
        Ok(())
    }
}

/// Returns every `.cedar` and `.toml` file below the folder, by its path in it, with slashes.
///
/// # Errors
/// If the folder cannot be read. A missing one is empty.
pub fn read(folder: &Path) -> io::Result<PolicyTexts> {
    let mut files = PolicyTexts::new();
    for (path, _) in list(folder)? {
        files.insert(name_in(folder, &path), std::fs::read_to_string(&path)?);
    }
    Ok(files)
}

fn stamps(folder: &Path) -> io::Result<Stamps> {
    let stamp = |about: Metadata| (about.ino(), about.len(), about.ctime(), about.ctime_nsec());
    Ok(list(folder)?.into_iter().map(|(path, about)| (path, stamp(about))).collect())
}

fn list(folder: &Path) -> io::Result<Vec<(PathBuf, Metadata)>> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(here) = open.pop() {
        let entries = match std::fs::read_dir(&here) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            let kind = entry.file_type()?;
            let path = entry.path();
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_file() && is_policy(&path) && !is_settings_file(&name_in(folder, &path)) {
                let about = entry.metadata()?;
                if about.len() <= LARGEST {
                    files.push((path, about));
                }
            }
        }
    }
    Ok(files)
}

/// Returns whether a file's extension is that of a policy; editors create other files beside their own. A hidden file
/// with such an extension is read, so that it is refused by name: if it were ignored, it would seem to be in force. The
/// caller also skips files of a working folder that declare applications, labels and exceptions, because `countersign
/// apply` puts them in force.
fn is_policy(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "cedar" || extension == "toml")
}

fn name_in(folder: &Path, path: &Path) -> String {
    let inner = path.strip_prefix(folder).unwrap_or(path);
    inner.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Makes the folder contain exactly these files. Each is written under a temporary name and renamed, so that no reader
/// sees half a policy.
fn write(folder: &Path, files: &PolicyTexts) -> io::Result<()> {
    for path in read(folder)?.keys().filter(|path| !files.contains_key(*path)) {
        std::fs::remove_file(folder.join(path))?;
    }
    for (path, text) in files {
        let place = folder.join(path);
        if let Some(parent) = place.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let beside = place.with_extension("new");
        std::fs::write(&beside, text)?;
        std::fs::rename(&beside, &place)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_holds_exactly_what_was_written_and_nothing_that_editors_leave() {
        let folder = tempfile::tempdir().unwrap();
        let files = |paths: &[&str]| -> PolicyTexts {
            paths.iter().map(|path| ((*path).to_owned(), format!("// {path}\n"))).collect()
        };
        let first = files(&["guardrails/a.cedar", "applications/wiki.cedar", "tests/a.toml"]);
        seed(folder.path(), &first).unwrap();
        assert_eq!(read(folder.path()).unwrap(), first);
        // Existing files are not overwritten.
        seed(folder.path(), &files(&["guardrails/b.cedar"])).unwrap();
        assert_eq!(read(folder.path()).unwrap(), first);
        std::fs::write(folder.path().join("guardrails/.a.cedar.swp"), "x").unwrap();
        std::fs::write(folder.path().join("README.md"), "x").unwrap();
        let settings = ["labels.toml", "exceptions.toml", "applications/wiki.toml"];
        for path in settings {
            std::fs::write(folder.path().join(path), "x").unwrap();
        }
        assert_eq!(read(folder.path()).unwrap(), first);
        assert_ne!(digest(&first), digest(&files(&["guardrails/a.cedar"])));
        let second = files(&["guardrails/a.cedar"]);
        write(folder.path(), &second).unwrap();
        assert_eq!(read(folder.path()).unwrap(), second);
        for path in settings {
            assert!(folder.path().join(path).is_file(), "{path} is nobody's policy, and stays");
        }
    }
}
