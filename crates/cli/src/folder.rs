//! A working folder on disk: reads its policies and settings as text, writes them back, and compares them line by line.

use crate::exit::Failure;
use crate::render;
use countersign_api::{Declaration, DeclarationError, EXCEPTIONS, LABELS, Settings, is_settings_file};
use countersign_policy::name_fault;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The file in a policy folder that names the version from which it was made. It is hidden, so it is never published.
const BASE: &str = ".countersign-version";
/// Maximum size of a file. Larger files are no policies, and the server would refuse them anyway.
const LARGEST: u64 = 1 << 20;

/// Returns the texts below `dir`, by their paths with slashes. Ignores hidden files, but refuses a hidden policy,
/// because it would seem to be in force.
pub(crate) fn read(dir: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let mut files = BTreeMap::new();
    let mut waiting = vec![(dir.to_owned(), String::new())];
    while let Some((folder, prefix)) = waiting.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|error| Failure::unreadable(&folder, &error))?;
        for entry in entries {
            let path = entry.map_err(|error| Failure::unreadable(&folder, &error))?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            let named = format!("{prefix}{name}");
            if name.starts_with('.') && !(path.is_file() && name.ends_with(".cedar")) {
                continue;
            }
            if let Some(fault) = name_fault(&named).filter(|_| name.ends_with(".cedar")) {
                return Err(Failure::input(
                    format!("{}: {fault}", path.display()),
                    "give the file another name, or remove it from the folder",
                ));
            }
            if path.is_dir() {
                waiting.push((path.clone(), format!("{named}/")));
            } else if is_settings_file(&named) {
                // Read by [`settings`], for the verbs that put more than policies in force.
            } else if !prefix.is_empty() || named.ends_with(".cedar") {
                // A README beside the folders is nobody's policy; a policy beside them is a mistake that is to be told.
                files.insert(named, text(&path)?);
            }
        }
    }
    if files.is_empty() {
        return Err(Failure::input(
            format!("{} holds no policies", dir.display()),
            "a policy folder has guardrails/*.cedar, applications/*.cedar and tests/*.toml; `countersign policy pull DIR` makes one",
        ));
    }
    Ok(files)
}

/// Returns whether the folder holds more than policies.
pub(crate) fn holds_settings(dir: &Path) -> bool {
    let mut applications = std::fs::read_dir(dir.join("applications")).into_iter().flatten().flatten();
    let toml = |entry: std::fs::DirEntry| entry.path().extension().is_some_and(|end| end == "toml");
    dir.join(LABELS).is_file() || dir.join(EXCEPTIONS).is_file() || applications.any(toml)
}

/// Returns the settings below `dir`. Settings without a file are left out.
pub(crate) fn settings(dir: &Path) -> Result<Settings, Failure> {
    let underlined = |error: DeclarationError| Failure::Underlined(render::diagnostic(&error));
    let there = |path: &str| {
        let place = dir.join(path);
        place.is_file().then(|| text(&place).map(|text| (place.display().to_string(), text))).transpose()
    };
    let mut settings = Settings::default();
    if let Some((path, text)) = there(LABELS)? {
        settings.labels = Some(Settings::labels_from_toml(&path, &text).map_err(underlined)?);
    }
    if let Some((path, text)) = there(EXCEPTIONS)? {
        settings.exceptions = Some(Settings::exceptions_from_toml(&path, &text).map_err(underlined)?);
    }
    let folder = dir.join("applications");
    if !folder.is_dir() {
        return Ok(settings);
    }
    let entries = std::fs::read_dir(&folder).map_err(|error| Failure::unreadable(&folder, &error))?;
    for entry in entries {
        let path = entry.map_err(|error| Failure::unreadable(&folder, &error))?.path();
        let named =
            path.file_name().and_then(|name| name.to_str()).map(|name| format!("applications/{name}"));
        if !named.is_some_and(|named| !named.contains("/.") && is_settings_file(&named)) {
            continue;
        }
        let shown = path.display().to_string();
        let (name, declaration) = Declaration::from_toml(&shown, &text(&path)?).map_err(underlined)?;
        if path.file_stem().and_then(|stem| stem.to_str()) != Some(name.as_str()) {
            return Err(Failure::input(
                format!("{shown} declares the application {name}"),
                format!("rename the file to {name}.toml, or name the application like the file"),
            ));
        }
        settings.applications.insert(name, declaration);
    }
    Ok(settings)
}

fn text(path: &Path) -> Result<String, Failure> {
    let size = std::fs::metadata(path).map_err(|error| Failure::unreadable(path, &error))?.len();
    if size > LARGEST {
        return Err(Failure::input(
            format!("{} is too large for a policy", path.display()),
            "remove it from the folder",
        ));
    }
    std::fs::read_to_string(path).map_err(|error| Failure::unreadable(path, &error))
}

/// Returns the version from which the folder was made, if the folder names one.
pub(crate) fn base(dir: &Path) -> Option<String> {
    let text = std::fs::read_to_string(dir.join(BASE)).ok()?;
    Some(text.trim().to_owned()).filter(|version| !version.is_empty())
}

/// Writes the present version into the folder.
pub(crate) fn set_base(dir: &Path, version: &str) -> Result<(), Failure> {
    write(&dir.join(BASE), version)
}

/// Returns the place of a file of the set below `dir`. Paths come from a server, so a path that leads out of `dir` is
/// refused.
pub(crate) fn place(dir: &Path, path: &str) -> Result<PathBuf, Failure> {
    let safe = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.contains(['\\', '\0'])
            && !part.chars().any(char::is_control)
    };
    if path.split('/').all(safe) {
        Ok(dir.join(path))
    } else {
        Err(Failure::Failed(format!("the server's set holds a file with an impossible path, {path:?}")))
    }
}

/// Writes one file, and creates the folders above it.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let failed =
        |error: std::io::Error| Failure::Failed(format!("{} cannot be written: {error}", path.display()));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, text).map_err(failed)
}

/// Returns the difference between two texts: removed lines with `-` and added lines with `+`, in their order.
pub(crate) fn difference(before: &str, after: &str) -> Vec<String> {
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
    let (before, after) = (before.get(same..).unwrap_or_default(), after.get(same..).unwrap_or_default());
    let tail = before.iter().rev().zip(after.iter().rev()).take_while(|(a, b)| a == b).count();
    let before = before.get(..before.len() - tail).unwrap_or_default();
    let after = after.get(..after.len() - tail).unwrap_or_default();
    let mut lines = Vec::new();
    let (mut i, mut j) = (0, 0);
    for (a, b) in common(before, after).into_iter().chain([(before.len(), after.len())]) {
        lines.extend(before.get(i..a).unwrap_or_default().iter().map(|line| format!("-{line}")));
        lines.extend(after.get(j..b).unwrap_or_default().iter().map(|line| format!("+{line}")));
        (i, j) = (a + 1, b + 1);
    }
    lines
}

/// Returns the positions of a longest common subsequence. Two texts that are both long and different are shown as a
/// whole, because the table would be large and nobody would read the interleaved lines.
fn common(before: &[&str], after: &[&str]) -> Vec<(usize, usize)> {
    const LARGEST_TABLE: usize = 4_000_000;
    let width = after.len() + 1;
    if before.len().saturating_mul(width) > LARGEST_TABLE {
        return Vec::new();
    }
    let mut longest = vec![0_u32; (before.len() + 1) * width];
    let at = |table: &[u32], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
    for (i, a) in before.iter().enumerate().rev() {
        for (j, b) in after.iter().enumerate().rev() {
            let best = if a == b {
                at(&longest, i + 1, j + 1) + 1
            } else {
                at(&longest, i + 1, j).max(at(&longest, i, j + 1))
            };
            if let Some(cell) = longest.get_mut(i * width + j) {
                *cell = best;
            }
        }
    }
    let (mut i, mut j, mut places) = (0, 0, Vec::new());
    while let (Some(a), Some(b)) = (before.get(i), after.get(j)) {
        if a == b {
            places.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if at(&longest, i + 1, j) >= at(&longest, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_what_went_and_what_came() {
        for (before, after, lines) in [
            ("a\nb\n", "a\nb\n", vec![]),
            ("a\nb\nc\n", "a\nc\n", vec!["-b"]),
            ("a\nc\n", "a\nb\nc\n", vec!["+b"]),
            ("a\nb\nc\nd\n", "a\nx\nc\ny\n", vec!["-b", "+x", "-d", "+y"]),
            ("", "a\n", vec!["+a"]),
            ("a\n", "", vec!["-a"]),
            ("a\na\n", "a\n", vec!["-a"]),
        ] {
            assert_eq!(difference(before, after), lines, "{before:?} {after:?}");
        }
    }

    #[test]
    fn no_path_of_a_server_leads_out_of_the_folder() {
        let dir = Path::new("/policies");
        assert_eq!(place(dir, "guardrails/a.cedar").unwrap(), Path::new("/policies/guardrails/a.cedar"));
        for path in
            ["../a", "a/../../b", "/etc/passwd", "a//b", "", ".ssh/config", "a/.b", "a\\b", "a/\u{1b}"]
        {
            assert!(place(dir, path).is_err(), "{path:?}");
        }
    }

    #[test]
    fn a_folder_is_read_without_what_is_hidden_or_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let empty = read(dir.path()).unwrap_err();
        assert_eq!(empty.exit().code(), 2);
        let settings = ["applications/wiki.toml", LABELS, EXCEPTIONS];
        for path in ["guardrails/a.cedar", "tests/t.toml", "README.md", ".git/config", "stray.cedar", BASE]
            .into_iter()
            .chain(settings)
        {
            write(&dir.path().join(path), "text").unwrap();
        }
        let files: Vec<_> = read(dir.path()).unwrap().into_keys().collect();
        assert_eq!(files, ["guardrails/a.cedar", "stray.cedar", "tests/t.toml"]);
        // What an editor keeps beside a file it has open is a link that leads nowhere.
        std::os::unix::fs::symlink("ada@host.1", dir.path().join("guardrails/.#a.cedar")).unwrap();
        assert_eq!(read(dir.path()).unwrap().len(), 3);
        write(&dir.path().join("guardrails/.freeze.cedar"), "text").unwrap();
        let hidden = read(dir.path()).unwrap_err();
        assert_eq!(hidden.exit().code(), 2);
        assert!(
            hidden.words().unwrap().0.contains("guardrails/.freeze.cedar: a name that begins with a dot")
        );
    }

    #[test]
    fn settings_are_read_from_their_files_and_from_no_others() {
        let dir = tempfile::tempdir().unwrap();
        let put = |path: &str, text: &str| write(&dir.path().join(path), text).unwrap();
        assert_eq!(settings(dir.path()).unwrap(), Settings::default());
        let wiki = "name = \"wiki\"\nowner = \"a\"\nhosts = [\"w\"]\nupstream = \"http://a\"\n";
        put("applications/wiki.toml", wiki);
        put("applications/wiki.cedar", "permit(principal, action, resource);");
        put("applications/.hidden.toml", "broken");
        put("tests/wiki.toml", "broken");
        let found = settings(dir.path()).unwrap();
        assert_eq!(found.applications.keys().map(ToString::to_string).collect::<Vec<_>>(), ["wiki"]);
        assert_eq!((found.labels, found.exceptions), (None, None), "what has no file is left alone");
        put(LABELS, "");
        put(EXCEPTIONS, "# There is no exception.\n");
        let found = settings(dir.path()).unwrap();
        assert_eq!((found.labels, found.exceptions), (Some(BTreeMap::new()), Some(Vec::new())));

        put("applications/payroll.toml", wiki);
        let wrong = settings(dir.path()).unwrap_err();
        assert!(format!("{wrong:?}").contains("declares the application wiki"), "{wrong:?}");
        put("applications/payroll.toml", "name = 3");
        assert_eq!(settings(dir.path()).unwrap_err().exit().code(), 2);
        std::fs::remove_file(dir.path().join("applications/payroll.toml")).unwrap();
        put(LABELS, "wiki = \"internal\"");
        assert_eq!(settings(dir.path()).unwrap_err().exit().code(), 2);
    }
}
