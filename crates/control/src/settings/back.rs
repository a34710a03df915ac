//! Reverts settings to an earlier state, by taking whole changes back.

use super::Change;
use crate::{Refusal, secret};
use countersign_facts::Settings;
use countersign_names::{ExceptionId, Timestamp};
use countersign_rehearse::{Past, Unanswerable};
use countersign_world::{Exception, World};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What to revert: every change of the settings that was applied as one after some fact, the oldest first. Each
/// application, label and exception returns to its state right before the first of these changes that touched it.
#[derive(Debug, Clone)]
pub struct Back {
    changes: Vec<RevertedChange>,
    /// A new id for each ended exception, in case it must be opened again: its own id has ended.
    ids: BTreeMap<ExceptionId, ExceptionId>,
}

/// A change to revert.
#[derive(Debug, Clone)]
struct RevertedChange {
    settings: Settings,
    /// The world right before the change.
    before: Arc<World>,
}

/// Returns the sequence of the last fact before a change of the settings, whose own fact has the sequence `seq`. Each thing
/// that it changed is one fact, and all of these precede the fact that marks them as one change.
fn before(seq: u64, settings: &Settings) -> u64 {
    let Settings { applications, labels, opened, ended, .. } = settings;
    let facts = applications.len() + labels.len() + opened.len() + ended.len();
    let facts = u64::try_from(facts).unwrap_or(u64::MAX);
    seq.saturating_sub(facts).saturating_sub(1)
}

impl Back {
    /// Reads the state before each of these changes, which are given with the sequences of their facts, the oldest first.
    /// This folds the past again, so it takes a while.
    ///
    /// # Errors
    /// If the past cannot be read, or no id can be drawn.
    pub fn of(changes: Vec<(u64, Settings)>, past: &mut Past, now: Timestamp) -> Result<Self, Refusal> {
        let unread = |why: Unanswerable| {
            Refusal::unavailable(format!("the state of that time cannot be determined: {why}"))
        };
        let fresh = |id: &ExceptionId| secret::fresh(now).map(|fresh| (*id, ExceptionId::new(fresh)));
        let ids =
            changes.iter().flat_map(|(_, settings)| &settings.ended).map(fresh).collect::<Result<_, _>>()?;
        let changes = changes
            .into_iter()
            .map(|(seq, settings)| {
                past.world(before(seq, &settings)).map(|before| RevertedChange { settings, before })
            })
            .collect::<Result<_, _>>()
            .map_err(unread)?;
        Ok(Self { changes, ids })
    }

    /// Returns the change to state in `world`.
    pub fn change(&self, world: &World, why: &str, now: Timestamp) -> Change {
        let mut change = Change::default();
        let (mut applications, mut labels) = (BTreeSet::new(), BTreeSet::new());
        let mut opened = BTreeSet::new();
        for RevertedChange { settings, before } in &self.changes {
            for name in settings.applications.iter().filter(|name| applications.insert(*name)) {
                match (world.application(name.as_str()), before.application(name.as_str())) {
                    (Some(known), Some(before)) if known.about != before.about => {
                        change.declare(name, before.about.clone());
                    }
                    (Some(_), None) => change.notes.push(format!(
                        "{name} was not declared then, and stays: `countersign application remove {name}` takes it away \
                         for good"
                    )),
                    (None, _) => change.notes.push(format!("{name} was removed since, and stays removed")),
                    _ => {}
                }
            }
            for resource in settings.labels.iter().filter(|resource| labels.insert(*resource)) {
                let label = |world: &World| {
                    let known = world.application(resource.application().as_str())?;
                    Some(known.labels.get(resource).copied())
                };
                if let (Some(known), Some(before)) = (label(world), label(before))
                    && known != before
                {
                    change.label(resource, before);
                }
            }
            // An exception that one of these changes opened and a later one ended did not exist before.
            for id in settings.ended.iter().filter(|id| !opened.contains(id)) {
                let known = before.exception(*id).filter(|known| now < known.expires_at);
                if let (Some(known), Some(fresh)) = (known, self.ids.get(id)) {
                    change.open(Exception { id: *fresh, ..Exception::clone(known) });
                }
            }
            for id in &settings.opened {
                if opened.insert(id) && world.exception(*id).is_some() {
                    change.end(*id, why);
                }
            }
        }
        change
    }
}
