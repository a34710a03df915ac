//! Settings as they were: what was put in force as one, taken back.

use super::Change;
use crate::{Refusal, secret};
use countersign_names::{ApplicationName, ExceptionId, ResourceName, Timestamp};
use countersign_world::{Exception, World};
use std::collections::{BTreeMap, BTreeSet};

/// What is to be taken back: everything of the settings that was put in force as one after some fact. What was changed piece by
/// piece stays, unless it is of the same application, label or exception.
#[derive(Debug, Clone)]
pub struct Back {
    applications: BTreeSet<ApplicationName>,
    labels: BTreeSet<ResourceName>,
    opened: BTreeSet<ExceptionId>,
    /// With an id for each, should it have to be opened again: its own has ended.
    ended: BTreeMap<ExceptionId, ExceptionId>,
}

impl Back {
    /// What was put in force as one in `world` after the fact of sequence `after`; none when nothing was.
    ///
    /// # Errors
    /// When no id can be drawn.
    pub fn to(world: &World, after: u64, now: Timestamp) -> Result<Option<Self>, Refusal> {
        let since: Vec<_> = world.settings_applied().filter(|(seq, _)| *seq > after).collect();
        let since = || since.iter().map(|(_, settings)| settings);
        let fresh = |id: &ExceptionId| secret::fresh(now).map(|fresh| (*id, ExceptionId::new(fresh)));
        let back = Self {
            applications: since().flat_map(|settings| settings.applications.clone()).collect(),
            labels: since().flat_map(|settings| settings.labels.clone()).collect(),
            opened: since().flat_map(|settings| settings.opened.clone()).collect(),
            ended: since().flat_map(|settings| &settings.ended).map(fresh).collect::<Result<_, _>>()?,
        };
        Ok(since().next().is_some().then_some(back))
    }

    /// What is to be stated so that of all that, `world` is as `then` was.
    pub fn change(&self, world: &World, then: &World, why: &str, now: Timestamp) -> Change {
        let mut change = Change::default();
        for name in &self.applications {
            match (world.application(name.as_str()), then.application(name.as_str())) {
                (Some(known), Some(then)) if known.about != then.about => {
                    change.declare(name, then.about.clone());
                }
                (Some(_), None) => change.notes.push(format!(
                    "{name} was not declared then, and stays: `countersign application remove {name}` takes it away for good"
                )),
                (None, Some(_)) => change.notes.push(format!("{name} was removed since, and stays removed")),
                _ => {}
            }
        }
        for resource in &self.labels {
            let label = |world: &World| {
                let known = world.application(resource.application().as_str())?;
                Some(known.labels.get(resource).copied())
            };
            if let (Some(known), Some(then)) = (label(world), label(then))
                && known != then
            {
                change.label(resource, then);
            }
        }
        let holds = |id: &&ExceptionId| world.exception(**id).is_some() && then.exception(**id).is_none();
        self.opened.iter().filter(holds).for_each(|id| change.end(*id, why));
        for (id, fresh) in &self.ended {
            let known = then.exception(*id).filter(|known| now < known.expires_at);
            if let Some(known) = known {
                change.open(Exception { id: *fresh, ..Exception::clone(known) });
            }
        }
        change
    }
}
