//! Rule: the rooms that decide read of an application what is the same for every protocol, and nothing else.

use super::tree::{SourceKind, Tree};
use super::{Finding, Report};

/// The rooms that must not know any protocol.
const ROOMS: [&str; 4] = ["policy", "decide", "admission", "ledger"];

/// What only a protocol's part has: its types, and the ways to it.
const PARTS: [&str; 6] =
    ["ApplicationProtocol", "HttpApplication", "PartRoutes", "Upstream", ".http()", ".protocol"];

pub(super) fn check(tree: &Tree, report: &mut Report) {
    for (path, source) in tree.sources.iter().filter(|(_, source)| source.kind == SourceKind::Production) {
        let Some(room) = ROOMS.iter().find(|room| path.starts_with(&format!("crates/{room}/src/"))) else {
            continue;
        };
        for (number, line) in (1..).zip(source.text.lines()) {
            if let Some(part) = PARTS.iter().find(|part| is_named(line, part)) {
                let says =
                    format!("{part} belongs to one protocol, and {room} knows none: take it to a gate");
                report.findings.push(Finding::at(path, number, says));
            }
        }
    }
}

/// Whether the line names this and not something longer.
fn is_named(line: &str, part: &str) -> bool {
    let joins = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(part).any(|(at, _)| {
        let (before, after) = (line.get(..at), line.get(at + part.len()..));
        let begins = part.starts_with('.') || !before.is_some_and(|text| text.ends_with(joins));
        begins && !after.is_some_and(|text| text.starts_with(joins))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> usize {
        let mut report = Report::default();
        check(&Tree::of([(path.to_owned(), text.to_owned())]), &mut report);
        report.findings.len()
    }

    #[test]
    fn a_room_that_decides_names_no_part_of_a_protocol() {
        for (line, found) in [
            ("use countersign_facts::Upstream;", 1),
            ("let to = permit.application().about.http();", 1),
            ("match &about.protocol { _ => {} }", 1),
            ("let UpstreamFailed = Ended::UpstreamFailed;", 0),
            ("let stage = application.about.stage;", 0),
        ] {
            for (path, expected) in [
                ("crates/decide/src/permit.rs", found),
                ("crates/admission/src/lib.rs", found),
                ("crates/decide/tests/holding.rs", 0),
                ("crates/gate-http/src/upstream.rs", 0),
            ] {
                assert_eq!(findings(path, line), expected, "{path}: {line}");
            }
        }
    }
}
