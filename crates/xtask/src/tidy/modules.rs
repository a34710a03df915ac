//! Rule: every module begins with documentation of what it is, and every crate with what it must not know.

use super::tree::{SourceKind, Tree};
use super::{Finding, Report};
use syn::{Attribute, Expr, Lit, Meta};

pub(super) fn check(tree: &Tree, report: &mut Report) {
    for (path, source) in &tree.sources {
        let file = match &source.syntax {
            Ok(file) => file,
            Err((line, says)) => {
                report.findings.push(Finding::at(path, *line, format!("is not Rust: {says}")));
                continue;
            }
        };
        let doc = doc(&file.attrs);
        if doc.trim().is_empty() {
            report.findings.push(Finding::at(path, 1, "begin with a `//!` line that says what this is"));
        } else if source.kind == SourceKind::Production
            && is_root(tree, path)
            && !doc.to_lowercase().contains("must not know")
        {
            let says = "say in the crate's first doc lines what it \"must not know\"";
            report.findings.push(Finding::at(path, 1, says));
        }
    }
}

/// Returns whether this is the root of a library, or of a program if the crate has no library.
fn is_root(tree: &Tree, path: &str) -> bool {
    match path.strip_suffix("/src/main.rs") {
        Some(folder) => !tree.sources.contains_key(&format!("{folder}/src/lib.rs")),
        None => path.ends_with("/src/lib.rs"),
    }
}

/// Returns a file's own documentation as one text; line breaks become spaces, so that a phrase may wrap.
fn doc(attrs: &[Attribute]) -> String {
    let mut text = String::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("doc")) {
        if let Meta::NameValue(pair) = &attr.meta
            && let Expr::Lit(literal) = &pair.value
            && let Lit::Str(line) = &literal.lit
        {
            text.push_str(line.value().trim());
            text.push(' ');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_file(path: &str, text: &str, says: Option<&str>) {
        let mut report = Report::default();
        check(&Tree::of([(path.to_owned(), text.to_owned())]), &mut report);
        match (report.findings.first(), says) {
            (None, None) => {}
            (Some(finding), Some(says)) => assert!(finding.says.contains(says), "{path}: {}", finding.says),
            (found, _) => panic!("{path}: {found:?}, expected {says:?}"),
        }
    }

    #[test]
    fn a_module_without_words_at_its_top_is_found() {
        check_file("crates/a/src/b.rs", "//! What b is.\n", None);
        check_file("crates/a/src/b.rs", "#![expect(dead_code)]\n//! What b is.\n", None);
        check_file("crates/a/src/b.rs", "// Not documentation.\nfn f() {}\n", Some("begin with"));
        check_file("crates/a/tests/b.rs", "fn f() {}\n", Some("begin with"));
        check_file("crates/a/src/b.rs", "fn f( {}\n", Some("is not Rust"));
    }

    #[test]
    fn a_crate_that_does_not_say_what_it_must_not_know_is_found() {
        check_file("crates/a/src/lib.rs", "//! A. It must not\n//! know clocks.\n", None);
        check_file("crates/a/src/lib.rs", "//! A.\n", Some("must not know"));
        check_file("crates/a/src/main.rs", "//! A.\n", Some("must not know"));
    }
}
