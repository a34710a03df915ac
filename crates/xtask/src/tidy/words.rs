//! Rule: no marks of unfinished work, and no absolute paths of one machine, in any tracked text.

use super::tree::Tree;
use super::{Finding, Report};

// Written in two parts, so that this file does not match itself.
const MARKS: [&str; 2] = [concat!("FIX", "ME"), concat!("XX", "X")];
const PLACES: [&str; 2] = [concat!("/wo", "rk/"), concat!("/fa", "rm/")];

/// Generated files, which may contain any sequence of letters.
const GENERATED: [&str; 2] = ["Cargo.lock", "package-lock.json"];

pub(super) fn check(tree: &Tree, report: &mut Report) {
    let written = tree.texts.iter().filter(|(path, _)| !GENERATED.iter().any(|name| path.ends_with(name)));
    for (path, text) in written {
        for (number, line) in (1..).zip(text.lines()) {
            if let Some(mark) = MARKS.iter().find(|mark| stands_alone(line, mark)) {
                let says = format!("{mark}: finish it, or write an issue and leave the mark out");
                report.findings.push(Finding::at(path, number, says));
            }
            if let Some(place) = PLACES.iter().find(|place| is_absolute(line, place)) {
                let says =
                    format!("{place} is a place on one machine: name it from the root of the checkout");
                report.findings.push(Finding::at(path, number, says));
            }
        }
    }
}

/// Returns whether the mark is a word of its own.
fn stands_alone(line: &str, mark: &str) -> bool {
    let joins = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(mark).any(|(at, _)| {
        let (before, after) = (line.get(..at), line.get(at + mark.len()..));
        !before.is_some_and(|text| text.ends_with(joins))
            && !after.is_some_and(|text| text.starts_with(joins))
    })
}

/// Returns whether the path is absolute: after a name or a dot it is part of a longer, perhaps relative path.
fn is_absolute(line: &str, place: &str) -> bool {
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '*' | '}');
    line.match_indices(place).any(|(at, _)| !line.get(..at).is_some_and(|text| text.ends_with(joins)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_machine_places_are_found_and_look_alikes_are_not() {
        let [fix, cross] = MARKS;
        let [work, farm] = PLACES;
        for (text, found) in [
            (format!("// {fix}: later"), 1),
            (format!("{cross} here"), 1),
            ("mktemp /tmp/x.XXXXXX".to_owned(), 0),
            (format!("cd {work}main"), 1),
            (format!("\"{farm}x\""), 1),
            (format!("https://example.org{work}x ../..{work}"), 0),
        ] {
            let mut report = Report::default();
            check(&Tree::of([("docs/a.md".to_owned(), text.clone())]), &mut report);
            assert_eq!(report.findings.len(), found, "{text}");
            let mut report = Report::default();
            check(&Tree::of([("Cargo.lock".to_owned(), text.clone())]), &mut report);
            assert!(report.findings.is_empty(), "generated: {text}");
        }
    }
}
