//! `countersign status`: the state of the installation in numbers.

use crate::context::Context;
use crate::exit::Failure;
use crate::{span, words};
use countersign_api::{ListenerStatus, Status, StoreStatus, rows};
use std::time::Duration;

pub(crate) async fn run(cx: &mut Context) -> Result<(), Failure> {
    let answer = cx.client()?.call(rows::status::SHOW.to([])).await?;
    cx.console.show(answer, |console, status: Status| {
        let listeners: Vec<String> = status.listeners.iter().map(connections).collect();
        let Status { version, origin, world, journal, policies, evidence, counts, .. } = status;
        let (behind_seconds, skew) = (status.behind_seconds, status.clock_behind_seconds);
        let behind = match behind_seconds {
            // The store is asked every two seconds.
            0..=10 => String::new(),
            seconds => {
                format!(", last known to be the newest {} ago", span::show(Duration::from_secs(seconds)))
            }
        };
        let unshared = status.observations.and_then(|observed| {
            let problem = observed.problem?;
            let age = observed.exchange_age_seconds.map_or_else(
                || "never exchanged".to_owned(),
                |age| format!("last exchanged {} ago", span::show(Duration::from_secs(age))),
            );
            Some(format!("not exchanged between processes ({age}): {problem}"))
        });
        let journal = match (journal.broken, journal.connected, journal.head) {
            (Some(broken), ..) => format!("BROKEN: {broken}"),
            (None, false, _) => "not connected".to_owned(),
            (None, true, head) => {
                format!("connected, head {}", head.map_or_else(|| "-".to_owned(), |head| head.anchor))
            }
        };
        let overdue = if policies.overdue == 0 {
            String::new()
        } else {
            format!(", {} overdue for review", policies.overdue)
        };
        console.facts([
            ("Version", version),
            ("Sign in at", origin),
            ("World", format!("fact {world}{behind}")),
            ("Journal", journal),
            ("Clock", if skew > 60 { format!("{skew} seconds behind: set it right") } else { String::new() }),
            ("Policies", format!("{} in force{overdue} (version {})", policies.policies, policies.version)),
            ("Policy problem", policies.problem.unwrap_or_default()),
            (
                "Evidence",
                format!(
                    "{}, {} recorded, {} refused, {} of {} bytes waiting",
                    words::of(&evidence.health),
                    evidence.recorded,
                    evidence.refused,
                    evidence.backlog_bytes,
                    evidence.backlog_limit
                ),
            ),
            ("Evidence problem", evidence.problem.unwrap_or_default()),
            ("Observations", unshared.unwrap_or_default()),
            ("Store", evidence.store.as_ref().map(copied).unwrap_or_default()),
            ("Store problem", evidence.store.and_then(|store| store.problem).unwrap_or_default()),
            ("Connections", listeners.join(", ")),
            (
                "People",
                format!(
                    "{} ({} administrators, {} of them with a passkey)",
                    counts.people, counts.administrators, counts.administrators_with_passkeys
                ),
            ),
            ("Groups", counts.groups.to_string()),
            ("Services", counts.services.to_string()),
            ("Devices", counts.devices.to_string()),
            ("Applications", counts.applications.to_string()),
            ("Sessions", counts.sessions.to_string()),
            (
                "Grants",
                format!("{} active, {} waiting for an answer", counts.grants_active, counts.grants_requested),
            ),
            ("Exceptions", format!("{} open", counts.exceptions)),
        ])
    })
}

fn connections(listener: &ListenerStatus) -> String {
    let refused = match listener.refused {
        0 => String::new(),
        refused => format!(" ({refused} refused)"),
    };
    format!("{} {} of {}{refused}", listener.name, listener.open, listener.limit)
}

fn copied(store: &StoreStatus) -> String {
    let waiting = match store.waiting {
        None => "the content of the store is unknown".to_owned(),
        Some(0) => "nothing waits".to_owned(),
        Some(files) => format!("{files} files wait with {} bytes", store.waiting_bytes),
    };
    let left = match store.left.len() {
        0 => String::new(),
        files => format!(", {files} of them cannot be copied (countersign doctor says why)"),
    };
    match store.copied_until {
        Some(until) => format!("copied up to {until} to {}, {waiting}{left}", store.place),
        None => format!("to {}, {waiting}{left}", store.place),
    }
}
