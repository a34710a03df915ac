//! Checks on this machine without the server: the data folder, the socket, the disk.

use super::Finding;
use crate::client::SOCKET;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::Path;

/// Below this number of free bytes, recording will soon fail, and with it every access.
const SCARCE: u64 = 100 << 20;
/// Below this number of free bytes, doctor warns.
const LITTLE: u64 = 1 << 30;

pub(super) fn look(data: &Path) -> Vec<Finding> {
    let folder = folder(data);
    if !data.is_dir() {
        return vec![folder];
    }
    vec![folder, socket(data), disk(data)]
}

fn folder(data: &Path) -> Finding {
    const CHECK: &str = "data folder";
    let shown = data.display();
    let found = match std::fs::metadata(data) {
        Ok(found) if found.is_dir() => found,
        Ok(_) => {
            return Finding::fail(
                CHECK,
                format!("{shown} is not a folder"),
                "name the folder with --data DIR",
            );
        }
        Err(error) => {
            return Finding::fail(
                CHECK,
                format!("{shown} cannot be opened: {error}"),
                "start the server with `countersign up`, or name its folder with --data DIR",
            );
        }
    };
    let mode = found.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Finding::fail(
            CHECK,
            format!(
                "other users of this machine may open {shown} (mode {mode:o}), and a user who can open its socket is the operator"
            ),
            format!("chmod 700 {shown}"),
        );
    }
    Finding::ok(CHECK, format!("{shown}, closed to others"))
}

fn socket(data: &Path) -> Finding {
    const CHECK: &str = "socket";
    let path = data.join(SOCKET);
    let found = match std::fs::symlink_metadata(&path) {
        Ok(found) => found,
        Err(error) => {
            return Finding::fail(
                CHECK,
                format!("{} is not there: {error}", path.display()),
                format!("start the server: countersign up --data {}", data.display()),
            );
        }
    };
    if !found.file_type().is_socket() {
        return Finding::fail(
            CHECK,
            format!("{} is not a socket", path.display()),
            "stop the server, remove the file, and start it again",
        );
    }
    let owner = std::fs::metadata(data).map(|folder| folder.uid()).ok();
    if owner != Some(found.uid()) {
        return Finding::warn(
            CHECK,
            format!("{} belongs to another user than its folder", path.display()),
            "run the server as the user that owns the data folder",
        );
    }
    Finding::ok(CHECK, path.display().to_string())
}

fn disk(data: &Path) -> Finding {
    const CHECK: &str = "disk space";
    let (free, nodes) = match rustix::fs::statvfs(data) {
        Ok(found) => (found.f_bavail.saturating_mul(found.f_frsize), found.f_favail),
        Err(error) => return Finding::skip(CHECK, format!("it cannot be asked for: {error}")),
    };
    let detail = format!("{} MiB free", free >> 20);
    let remedy = "free disk space, or move the data folder: without space for records, access is refused";
    // A file system that does not count its files says zero.
    let full_of_files = nodes > 0 && nodes < 1_000;
    if free < SCARCE || full_of_files {
        Finding::fail(CHECK, format!("{detail}, room for {nodes} more files"), remedy)
    } else if free < LITTLE {
        Finding::warn(CHECK, detail, remedy)
    } else {
        Finding::ok(CHECK, detail)
    }
}

#[cfg(test)]
mod tests {
    use super::super::CheckState;
    use super::*;

    fn states(findings: &[Finding]) -> Vec<(&'static str, CheckState)> {
        findings.iter().map(|finding| (finding.check, finding.state)).collect()
    }

    #[test]
    fn a_folder_that_is_not_there_is_all_that_is_said() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(states(&look(&dir.path().join("no"))), [("data folder", CheckState::Fail)]);
    }

    #[test]
    fn a_folder_that_others_may_open_fails_and_says_how_to_close_it() {
        let dir = tempfile::tempdir().unwrap();
        let chmod =
            |mode| std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        chmod(0o750);
        let open = folder(dir.path());
        assert_eq!(open.state, CheckState::Fail);
        assert!(open.remedy.unwrap().starts_with("chmod 700"));
        chmod(0o700);
        assert_eq!(folder(dir.path()).state, CheckState::Ok);
    }

    #[test]
    fn a_socket_is_told_from_its_absence_and_from_a_file() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(socket(dir.path()).state, CheckState::Fail);
        let path = dir.path().join(SOCKET);
        std::fs::write(&path, "").unwrap();
        assert!(socket(dir.path()).detail.ends_with("is not a socket"));
        std::fs::remove_file(&path).unwrap();
        let _listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
        assert_eq!(socket(dir.path()).state, CheckState::Ok);
    }
}
