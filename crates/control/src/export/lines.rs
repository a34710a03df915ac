//! The two sources of an export, each as lines in chronological order. Blocking work runs on blocking threads, a
//! bounded part at a time.

use super::facts;
use crate::Control;
use countersign_evidence::Scan;
use countersign_evidence::ocsf::{Event, PrincipalName, Source, decision};
use countersign_facts::Stated;
use countersign_journal::{Entry, Seq};
use countersign_ledger::Ledger;
use countersign_names::{ApplicationName, Principal, Timestamp};
use countersign_world::World;
use serde::Serialize;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

/// Number of journal entries that are read at once.
const ENTRIES: u32 = 1_000;

/// One event as JSON, with its line break.
pub struct ExportLine {
    pub at: Timestamp,
    pub json: Vec<u8>,
}

impl ExportLine {
    fn new<U: Serialize>(at: Timestamp, event: &Event<U>) -> Result<Self, String> {
        let mut json =
            serde_json::to_vec(event).map_err(|error| format!("an event cannot be written: {error}"))?;
        json.push(b'\n');
        Ok(Self { at, json })
    }
}

/// Returns the name of a principal in this world.
pub fn named(world: &World, principal: Principal) -> Option<PrincipalName> {
    match principal {
        Principal::Anonymous => None,
        Principal::Person(id) => {
            let about = &world.person(id)?.about;
            Some(PrincipalName { name: about.name.clone(), email: Some(about.email.clone()) })
        }
        Principal::Service(id) => Some(PrincipalName { name: world.service(id)?.name.clone(), email: None }),
    }
}

/// What both sources state about the installation.
#[derive(Clone)]
struct Installation {
    version: &'static str,
    control_plane: ApplicationName,
}

impl Installation {
    fn of(control: &Control) -> Self {
        let settings = control.settings();
        Self { version: settings.version, control_plane: settings.application.clone() }
    }
}

/// The decisions of a span. People have their current names, because a record holds none.
pub struct DecisionLines {
    scan: Option<Scan>,
    world: Arc<World>,
    installation: Installation,
    lines: VecDeque<ExportLine>,
}

impl DecisionLines {
    pub fn of(control: &Control, time: Range<Timestamp>) -> Self {
        Self {
            scan: Some(control.store().scan(time.start, time.end)),
            world: control.world(),
            installation: Installation::of(control),
            lines: VecDeque::new(),
        }
    }

    /// Returns the moment of the next line; `None` at the end.
    pub async fn peek(&mut self, gaps: &mut Vec<String>) -> Result<Option<Timestamp>, String> {
        while self.lines.is_empty() {
            let Some(scan) = self.scan.take() else { return Ok(None) };
            let (world, installation) = (Arc::clone(&self.world), self.installation.clone());
            let reading = tokio::task::spawn_blocking(move || more_decisions(scan, &world, &installation));
            let (lines, unread, scan) =
                reading.await.map_err(|error| format!("the evidence was not read: {error}"))??;
            self.lines = lines;
            self.scan = scan;
            gaps.extend(unread);
        }
        Ok(self.lines.front().map(|line| line.at))
    }

    pub fn take(&mut self) -> Option<ExportLine> {
        self.lines.pop_front()
    }
}

type ReadStep<S> = Result<(VecDeque<ExportLine>, Vec<String>, Option<S>), String>;

fn more_decisions(mut scan: Scan, world: &World, installation: &Installation) -> ReadStep<Scan> {
    let Some(listing) = scan.next() else { return Ok((VecDeque::new(), Vec::new(), None)) };
    let names = |principal| named(world, principal);
    let Installation { version, control_plane } = installation;
    let source = Source { version, control_plane, names: &names };
    let lines = listing.rows.iter().map(|row| ExportLine::new(row.decided.at, &decision(row, &source)));
    let lines = lines.collect::<Result<_, _>>()?;
    Ok((lines, listing.skipped.iter().map(ToString::to_string).collect(), Some(scan)))
}

/// The events of the journal's facts in a span.
pub struct FactLines {
    ledger: Ledger,
    time: Range<Timestamp>,
    fold: Option<FactsFold>,
    installation: Installation,
    lines: VecDeque<ExportLine>,
}

/// How far the journal was read, and the world at that point.
struct FactsFold {
    after: Seq,
    until: Seq,
    world: World,
}

impl FactLines {
    pub async fn of(control: &Control, time: Range<Timestamp>) -> Result<Self, String> {
        // Up to the head that this process knows now. Later facts belong to the next export.
        let until = control.world().seq();
        let (ledger, since) = (control.ledger().clone(), time.start);
        // A world whose newest fact is before the span has folded none of the span's facts, so folding starts there.
        let looking = tokio::task::spawn_blocking(move || {
            ledger.earlier_world(until, |world| world.latest_dated().is_none_or(|latest| latest < since))
        });
        let earlier = looking.await.map_err(|error| format!("the checkpoints were not read: {error}"))?;
        let world = earlier.map_or_else(World::empty, Arc::unwrap_or_clone);
        let fold = FactsFold { after: Seq(world.seq()), until: Seq(until), world };
        Ok(Self {
            ledger: control.ledger().clone(),
            time,
            fold: Some(fold),
            installation: Installation::of(control),
            lines: VecDeque::new(),
        })
    }

    /// Returns the moment of the next line; `None` at the end.
    pub async fn peek(&mut self, gaps: &mut Vec<String>) -> Result<Option<Timestamp>, String> {
        while self.lines.is_empty() {
            let Some(fold) = self.fold.take().filter(|fold| fold.after < fold.until) else { return Ok(None) };
            let entries = self.ledger.journal().read(fold.after, ENTRIES).await;
            let entries = entries.map_err(|error| format!("the journal was not read: {error}"))?;
            let (time, installation) = (self.time.clone(), self.installation.clone());
            let folding =
                tokio::task::spawn_blocking(move || more_facts(fold, &entries, &time, &installation));
            let (lines, unread, fold) =
                folding.await.map_err(|error| format!("the journal was not folded: {error}"))??;
            self.lines = lines;
            self.fold = fold;
            gaps.extend(unread);
        }
        Ok(self.lines.front().map(|line| line.at))
    }

    pub fn take(&mut self) -> Option<ExportLine> {
        self.lines.pop_front()
    }
}

fn more_facts(
    mut fold: FactsFold,
    entries: &[Entry],
    time: &Range<Timestamp>,
    installation: &Installation,
) -> ReadStep<FactsFold> {
    let mut lines = VecDeque::new();
    for entry in entries.iter().take_while(|entry| entry.seq <= fold.until) {
        fold.after = entry.seq;
        let told = Stated::from_bytes(&entry.payload).map_err(|error| error.to_string()).and_then(|stated| {
            Ok((
                facts::tell(
                    &mut fold.world,
                    entry,
                    &stated,
                    installation.version,
                    &installation.control_plane,
                )?,
                stated.at,
            ))
        });
        let (events, at) = match told {
            Ok(told) => told,
            // From here on the world is unknown, and with it the owners of the sessions.
            Err(why) => {
                let gap = format!("the journal from entry {} on: {why}", entry.seq);
                return Ok((lines, vec![gap], None));
            }
        };
        if time.contains(&at) {
            for event in &events {
                lines.push_back(ExportLine::new(at, event)?);
            }
        }
    }
    // No entries although more were expected: the journal ends here.
    let rest = (!entries.is_empty()).then_some(fold);
    Ok((lines, Vec::new(), rest))
}
