//! Checks of the sources of identities: those that went dark, and people who left and wait for somebody.

use super::Finding;
use crate::client::Client;
use crate::console::read;
use crate::{span, words};
use countersign_api::{InventorySource, Items, rows};
use countersign_names::Timestamp;
use std::time::Duration;

/// What a source that went dark says is too old to conclude anything from it. Installations that expect none hear nothing.
pub(super) async fn sources(client: &Client, now: Timestamp) -> Vec<Finding> {
    const CHECK: &str = "sources";
    let sources: Items<InventorySource> = match client.all(rows::sources::LIST.to([])).await.and_then(read) {
        Ok(sources) => sources,
        Err(failure) => return vec![Finding::unanswered(CHECK, &failure)],
    };
    let expected: Vec<_> =
        sources.items.iter().filter_map(|source| Some((source, source.expected_every_seconds?))).collect();
    let overdue = expected.iter().filter(|(source, _)| source.overdue).map(|(source, every)| {
        let (name, every) = (&source.name, span::show(Duration::from_secs(*every)));
        let last = source.last_import.as_ref().map(|last| span::relative(last.applied_at, now));
        let last = last.map_or_else(|| "never imported".to_owned(), |last| format!("last imported {last}"));
        Finding::warn(
            CHECK,
            format!("{name} is expected every {every}, and was {last}"),
            format!("find out why its export does not come, and import it with `countersign inventory import {name} --file FILE`"),
        )
    });
    let mut findings: Vec<Finding> = overdue.collect();
    findings.extend(sources.items.iter().flat_map(leavers_of));
    if findings.is_empty() && !expected.is_empty() {
        findings.push(Finding::ok(
            CHECK,
            format!("{}, imported as often as expected", words::count(expected.len(), "source")),
        ));
    }
    findings
}

/// People who left and can still act here wait for somebody.
fn leavers_of(source: &InventorySource) -> Vec<Finding> {
    const CHECK: &str = "people who left";
    let (Some(left), name) = (source.left, &source.name) else { return Vec::new() };
    let mut findings = Vec::new();
    if let Some(held) = left.held {
        findings.push(Finding::warn(
            CHECK,
            format!("{name} says of {} people at once that they left: nobody was suspended", held.people),
            format!(
                "look at `countersign source leavers {name}`; if they really left, add `--confirm {}`",
                held.people
            ),
        ));
    }
    if left.protected > 0 {
        findings.push(Finding::warn(
            CHECK,
            format!("{name} says that {} left or came back who administer or approve here", left.protected),
            format!("look at `countersign source leavers {name}`, and suspend or restore them by two people"),
        ));
    }
    findings
}
