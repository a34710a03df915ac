//! The files of the checkout that are tracked or could be added: each is read once, and each Rust file parsed once.

use super::TidyError;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use syn::Item;

/// The kind of a Rust file, by its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SourceKind {
    /// Below a crate's `src`, and part of the product.
    Production,
    /// Integration tests, benchmarks, examples, fuzz targets, and modules declared under `cfg(test)`.
    Test,
}

/// A Rust file.
pub(super) struct SourceFile {
    pub(super) text: String,
    pub(super) kind: SourceKind,
    /// The syntax tree, or the parser's message with its line.
    pub(super) syntax: Result<syn::File, (usize, String)>,
}

/// The text files of the checkout, by path from its root with forward slashes.
#[derive(Default)]
pub(super) struct Tree {
    pub(super) texts: BTreeMap<String, String>,
    pub(super) sources: BTreeMap<String, SourceFile>,
}

impl Tree {
    /// Reads every text file that is tracked or could be added. New files count before they are added, so that a
    /// finding comes before the commit rather than after it.
    pub(super) fn read(root: &Path) -> Result<Self, TidyError> {
        let command = "git ls-files";
        let output = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()
            .map_err(|source| TidyError::Command { command, source })?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(TidyError::Failed { command, said });
        }
        let mut texts = Vec::new();
        for path in String::from_utf8_lossy(&output.stdout).split_terminator('\0') {
            if let Some(text) = read_text(root, path)? {
                texts.push((path.to_owned(), text));
            }
        }
        Ok(Self::of(texts))
    }

    /// Creates a tree of these texts.
    pub(super) fn of(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        let texts: BTreeMap<_, _> = texts.into_iter().collect();
        let mut sources: BTreeMap<_, _> = texts
            .iter()
            .filter(|(path, _)| path.ends_with(".rs"))
            .map(|(path, text)| (path.clone(), source(path, text)))
            .collect();
        let tests = test_modules(&sources);
        for (path, source) in &mut sources {
            if tests.iter().any(|test| is_within(path, test)) {
                source.kind = SourceKind::Test;
            }
        }
        Self { texts, sources }
    }

    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }
}

/// Reads a file as text; `None` if it is not text, or was deleted without a commit of the deletion.
fn read_text(root: &Path, path: &str) -> Result<Option<String>, TidyError> {
    match std::fs::read(root.join(path)) {
        Ok(bytes) => Ok(String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(_) if root.join(path).is_dir() => Ok(None),
        Err(source) => Err(TidyError::Read { path: path.to_owned(), source }),
    }
}

fn source(path: &str, text: &str) -> SourceFile {
    let outside = ["tests", "benches", "examples", "fuzz", "fuzz_targets", "fuzzing"];
    let kind = match path.split('/').any(|part| outside.contains(&part)) {
        true => SourceKind::Test,
        false => SourceKind::Production,
    };
    let syntax = syn::parse_file(text).map_err(|error| (error.span().start().line, error.to_string()));
    SourceFile { text: text.to_owned(), kind, syntax }
}

/// Returns the modules in files of their own that are declared under `cfg(test)`: their paths without `.rs`.
fn test_modules(sources: &BTreeMap<String, SourceFile>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (path, source) in sources {
        let Ok(file) = &source.syntax else { continue };
        for item in &file.items {
            if let Item::Mod(module) = item
                && module.content.is_none()
                && super::shape::is_test_only(&module.attrs)
            {
                found.insert(format!("{}/{}", folder_of_modules(path), module.ident));
            }
        }
    }
    found
}

/// Returns the folder of the modules that `path` declares: beside a root or `mod.rs`, otherwise in a folder of its own
/// name.
fn folder_of_modules(path: &str) -> &str {
    let (folder, name) = path.rsplit_once('/').unwrap_or((".", path));
    match name {
        "lib.rs" | "main.rs" | "mod.rs" => folder,
        _ => path.strip_suffix(".rs").unwrap_or(path),
    }
}

fn is_within(path: &str, module: &str) -> bool {
    path.strip_prefix(module).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_test_is_told_from_what_ships() {
        let files = [
            ("crates/a/src/lib.rs", "mod b; #[cfg(test)] mod tests;"),
            ("crates/a/src/b.rs", "#[cfg(test)] mod cases;"),
            ("crates/a/src/b/cases.rs", ""),
            ("crates/a/src/b/cases/more.rs", ""),
            ("crates/a/src/tests.rs", ""),
            ("crates/a/src/testsuite.rs", ""),
            ("crates/a/tests/whole.rs", ""),
            ("crates/a/benches/fold.rs", ""),
        ];
        let tree = Tree::of(files.map(|(path, text)| (path.to_owned(), text.to_owned())));
        let ships: Vec<_> = tree
            .sources
            .iter()
            .filter(|(_, source)| source.kind == SourceKind::Production)
            .map(|(path, _)| path.as_str())
            .collect();
        assert_eq!(ships, ["crates/a/src/b.rs", "crates/a/src/lib.rs", "crates/a/src/testsuite.rs"]);
    }
}
