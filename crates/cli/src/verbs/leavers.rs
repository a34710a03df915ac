//! People who left, as commands about sources show them.

use crate::client::Client;
use crate::console::{Console, read};
use crate::exit::Failure;
use crate::{span, words};
use countersign_api::{
    HeldBack, InventorySource, Items, LeaverBounds, LeaverPreview, PersonWhoLeft, PreviewedPerson, rows,
};
use countersign_names::Timestamp;
use std::time::Duration;
use tokio::time::Instant;

/// Number of people of a preview that are shown; the JSON has more of them.
const SHOWN: usize = 10;

/// How long an import waits to say what became of the people who left. Correlation comes first.
const PATIENCE: Duration = Duration::from_secs(30);

/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(300);

/// Shows the people who left, says a source.
pub(crate) fn list(
    console: &mut Console,
    people: Items<PersonWhoLeft>,
    now: Timestamp,
) -> Result<(), Failure> {
    let rows = people.items.into_iter().map(|left| {
        let when = match (left.ended_at, left.gone) {
            (Some(at), _) => span::relative(at, now),
            (None, true) => "record gone".to_owned(),
            (None, false) => "-".to_owned(),
        };
        let holds: Vec<_> =
            left.holds.iter().map(|account| format!("{} {}", account.source, account.name)).collect();
        [
            left.email,
            left.name,
            words::of(&left.state),
            left.record,
            when,
            words::or_dash(left.import),
            words::list_or(&holds, "nothing that is known"),
        ]
    });
    let heading = ["EMAIL", "NAME", "STATE", "RECORD", "LEFT", "IMPORT", "STILL HAS"];
    console.table(heading, rows, "Nobody here left, says this source.")
}

/// Returns what a source may suspend.
pub(crate) fn bounds(bounds: Option<LeaverBounds>) -> String {
    bounds.map_or_else(
        || "suspends nobody".to_owned(),
        |bounds| {
            format!(
                "suspends those who left: at most {} with one import, and {} %",
                bounds.people, bounds.percent
            )
        },
    )
}

/// Returns what became of the people who left, in one sentence.
pub(crate) fn outcome(source: &InventorySource) -> String {
    let Some(left) = source.left else { return String::new() };
    let people = |number: u64| {
        words::count(usize::try_from(number).unwrap_or(usize::MAX), "person")
            .replace("persons", "people")
            .replace("no person", "nobody")
    };
    let mut told = format!("by import {}: {} suspended", left.import, people(left.suspended));
    if left.protected > 0 {
        told.push_str(&format!(
            "; {} left to people, who administer or approve here",
            people(left.protected)
        ));
    }
    if let Some(held) = left.held {
        told.push_str(&format!("; {}", held_back(&source.name.to_string(), held)));
    }
    told
}

/// Returns why nobody is suspended, and what to do.
fn held_back(source: &str, HeldBack { people, allowed }: HeldBack) -> String {
    format!(
        "{people} people left at once, and an import may suspend {allowed}: nobody is suspended. Look at who they are \
         (`countersign source leavers {source}`); if they really left, `countersign source leavers {source} --confirm {people}`"
    )
}

/// Prints whom an import would suspend and restore.
pub(crate) fn preview(console: &mut Console, source: &str, preview: &LeaverPreview) -> Result<(), Failure> {
    people(console, "left, and would be suspended", preview.leaving, &preview.who_leave)?;
    people(console, "back, and would be restored", preview.returning, &preview.who_return)?;
    let protected = u64::try_from(preview.protected.len()).unwrap_or(u64::MAX);
    people(
        console,
        "left or back, and left to people, because they administer or approve here",
        protected,
        &preview.protected,
    )?;
    match preview.held {
        Some(held) => console.line(held_back(source, held)),
        None => Ok(()),
    }
}

fn people(
    console: &mut Console,
    heading: &str,
    number: u64,
    people: &[PreviewedPerson],
) -> Result<(), Failure> {
    if number == 0 {
        return Ok(());
    }
    console.line(format!("{heading}:"))?;
    for person in people.iter().take(SHOWN) {
        console.line(format!("  - {} ({})", person.name, person.email))?;
    }
    let shown = u64::try_from(people.len().min(SHOWN)).unwrap_or(u64::MAX);
    let more = number.saturating_sub(shown);
    if more > 0 { console.line(format!("    and {more} more")) } else { Ok(()) }
}

/// Waits until the people who left by an import were looked at, and returns what became of them; `None` if that takes longer.
pub(crate) async fn await_outcome(
    client: &Client,
    source: &str,
    import: u64,
) -> Result<Option<InventorySource>, Failure> {
    let until = Instant::now() + PATIENCE;
    loop {
        let shown: InventorySource = read(client.call(rows::sources::SHOW.to([source])).await?)?;
        if shown.left.is_some_and(|left| left.import >= import) {
            return Ok(Some(shown));
        }
        if Instant::now() >= until {
            return Ok(None);
        }
        tokio::time::sleep(PAUSE).await;
    }
}
