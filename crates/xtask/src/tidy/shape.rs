//! Rule: files, functions and nesting stay within what a reader can follow. Tests are measured, but have no limits.
//!
//! A file's length counts all lines, including comments and blank ones, except what is under `cfg(test)`: a reader
//! scrolls past all of them.

mod measure;

use super::tree::{SourceKind, Tree};
use super::{Finding, Report};
pub(super) use measure::is_test_only;
use measure::{Function, Measures};

/// Maximum number of production lines in a file.
const LONGEST_FILE: usize = 600;
/// Maximum number of lines in a function.
const LONGEST_FUNCTION: usize = 100;
/// Maximum nesting of branches, loops, closures and async blocks in a function.
const DEEPEST: usize = 4;

/// A file that may exceed a limit, with the reason. An exception that is no longer needed is a finding.
struct ExceptedFile {
    /// The path from the root.
    path: &'static str,
    /// The maximum number of production lines of this file.
    lines: usize,
    /// Why it should not be split.
    reason: &'static str,
}

/// The files that may be longer. There are none; functions and nesting have no exceptions so far.
const EXCEPTIONS: &[ExceptedFile] = &[];

pub(super) fn check(tree: &Tree, report: &mut Report) {
    check_with(tree, EXCEPTIONS, report);
}

fn check_with(tree: &Tree, exceptions: &[ExceptedFile], report: &mut Report) {
    let mut files = Vec::new();
    let mut functions = Vec::new();
    let (mut code, mut tests) = (0, 0);
    for (path, source) in &tree.sources {
        let total = source.text.lines().count();
        let measures = match (&source.syntax, source.kind) {
            (Ok(file), SourceKind::Production) => Measures::of(file, total),
            _ => {
                tests += total;
                continue;
            }
        };
        code += measures.lines;
        tests += total - measures.lines;
        files.push(measures.lines);
        functions.extend(measures.functions.iter().map(|function| function.lines));
        report.findings.extend(too_long(path, measures.lines, exceptions));
        report.findings.extend(measures.functions.iter().filter_map(|function| too_much(path, function)));
    }
    report.findings.extend(stale(tree, exceptions));
    report.notes.push(spread("production lines a file", files));
    report.notes.push(spread("lines a function", functions));
    report.notes.push(format!("test lines : code lines = {tests} : {code} = {}", ratio(tests, code)));
}

fn too_long(path: &str, lines: usize, exceptions: &[ExceptedFile]) -> Option<Finding> {
    let limit = exceptions.iter().find(|e| e.path == path).map_or(LONGEST_FILE, |e| e.lines);
    (lines > limit).then(|| {
        Finding::new(
            path,
            format!("has {lines} production lines, more than {limit}: give a part its own module"),
        )
    })
}

fn too_much(path: &str, function: &Function) -> Option<Finding> {
    let Function { name, line, lines, depth } = function;
    if *lines > LONGEST_FUNCTION {
        let says = format!("`{name}` has {lines} lines, more than {LONGEST_FUNCTION}: name its steps");
        return Some(Finding::at(path, *line, says));
    }
    (*depth > DEEPEST).then(|| {
        let says =
            format!("`{name}` nests {depth} deep, more than {DEEPEST}: return early, or name the inner part");
        Finding::at(path, *line, says)
    })
}

fn stale(tree: &Tree, exceptions: &[ExceptedFile]) -> Vec<Finding> {
    let needed = |exception: &&ExceptedFile| {
        tree.sources.get(exception.path).is_some_and(|source| source.text.lines().count() > LONGEST_FILE)
    };
    exceptions
        .iter()
        .filter(|exception| !needed(exception))
        .map(|e| Finding::new(e.path, format!("needs its exception no more ({}): take it out", e.reason)))
        .collect()
}

fn spread(what: &str, mut values: Vec<usize>) -> String {
    values.sort_unstable();
    let at =
        |percent: usize| values.get(values.len() * percent / 100).or(values.last()).copied().unwrap_or(0);
    let count = values.len();
    format!("{what}: median {}, p90 {}, most {} (of {count})", at(50), at(90), at(100))
}

/// Returns a ratio with two decimals, without floating point.
fn ratio(part: usize, whole: usize) -> String {
    match (part * 100).checked_div(whole) {
        Some(hundredths) => format!("{}.{:02}", hundredths / 100, hundredths % 100),
        None => "-".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str, exceptions: &[ExceptedFile]) -> Vec<String> {
        let mut report = Report::default();
        check_with(&Tree::of([(path.to_owned(), text.to_owned())]), exceptions, &mut report);
        report.findings.into_iter().map(|finding| finding.says).collect()
    }

    fn check_text(text: &str, says: Option<&str>) {
        let found = findings("crates/a/src/b.rs", text, &[]);
        assert_eq!(found.len(), usize::from(says.is_some()), "{found:?}");
        for (found, says) in found.iter().zip(says) {
            assert!(found.contains(says), "{found} lacks {says}");
        }
        assert!(findings("crates/a/tests/b.rs", text, &[]).is_empty(), "tests are not judged");
    }

    #[test]
    fn a_file_is_judged_by_what_ships_of_it() {
        let body = "const A: u8 = 1;\n";
        check_text(&body.repeat(600), None);
        check_text(&body.repeat(601), Some("601 production lines"));
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", body.repeat(300));
        check_text(&format!("{}{tests}", body.repeat(400)), None);
    }

    #[test]
    fn a_function_is_judged_by_length_and_depth() {
        let long = |lines: usize| format!("fn f() {{\n{}}}\n", "g();\n".repeat(lines - 2));
        check_text(&long(100), None);
        check_text(&long(101), Some("`f` has 101 lines"));
        check_text("impl A { fn m() { if a { for b in c { match d { _ => { while e {} } } } } } }", None);
        check_text(
            "fn f() { if a { for b in c { match d { _ => { while e { loop {} } } } } } }",
            Some("`f` nests 5"),
        );
    }

    #[test]
    fn an_exception_is_reasoned_and_goes_when_it_is_not_needed() {
        let path = "crates/a/src/b.rs";
        let exceptions = [ExceptedFile { path, lines: 700, reason: "one table" }];
        let text = |lines: usize| "const A: u8 = 1;\n".repeat(lines);
        assert!(findings(path, &text(650), &exceptions).is_empty());
        assert_eq!(findings(path, &text(701), &exceptions).len(), 1);
        let found = findings(path, &text(10), &exceptions);
        assert!(found.iter().any(|says| says.contains("one table")), "{found:?}");
    }
}
