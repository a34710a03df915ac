//! The single changes that would turn an answer: each value of each item is tried alone, on top of the stated changes.

use super::effect;
use super::items::{ChangeableName, EvidenceChanges};
use crate::Refusal;
use crate::explain::cite;
use countersign_api as api;
use countersign_decide::VariedDecision;
use countersign_policy::PolicySet;
use countersign_rehearse::RecordedAnswer;
use countersign_world::World;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Maximum number of changes to try for one request. Each is an evaluation of the policies.
const MOST_TRIED: usize = 400;

/// An answer whose single changes are tried.
pub struct Trial {
    pub recorded: Arc<RecordedAnswer>,
    pub policies: Arc<PolicySet>,
    /// The world whose staged rollouts count, if those of now do.
    pub present: Option<Arc<World>>,
    /// The changes that stay.
    pub changes: EvidenceChanges,
}

impl Trial {
    /// Tries each value of these items, and returns those that give another outcome than `changed`, away from the
    /// threads that serve requests.
    pub async fn turning(
        self,
        items: BTreeSet<ChangeableName>,
        changed: VariedDecision,
    ) -> Result<api::SingleChanges, Refusal> {
        tokio::task::spawn_blocking(move || self.tried(&items, &changed))
            .await
            .map_err(|error| Refusal::unavailable(format!("the changes were not tried: {error}")))
    }

    fn tried(&self, items: &BTreeSet<ChangeableName>, changed: &VariedDecision) -> api::SingleChanges {
        let mut found = api::SingleChanges { tried: 0, more: false, turning: Vec::new() };
        let trials = items.iter().flat_map(|item| {
            let present = item.value(&changed.evidence);
            let trials = item.trials(self.recorded.world()).into_iter();
            trials.filter(move |value| *value != present).map(move |value| (item, value))
        });
        for (number, (item, value)) in trials.enumerate() {
            if number >= MOST_TRIED {
                found.more = true;
                break;
            }
            // A property of what is not there cannot be changed, and a group that another one is in cannot be left.
            let Some(varied) = self.with(item, &value) else { continue };
            found.tried += 1;
            if varied.decision.effect != changed.decision.effect {
                self.add(&mut found.turning, item, value, &varied);
            }
        }
        found
    }

    fn with(&self, item: &ChangeableName, value: &str) -> Option<VariedDecision> {
        let variations = self.changes.and(item, value).variations(&self.recorded, &self.policies).ok()?;
        self.recorded.varied(&self.policies, self.present.as_deref(), &variations).ok()
    }

    /// Adds a change that turns the answer, to the one before it if both have the same effect.
    fn add(
        &self,
        turning: &mut Vec<api::SingleChange>,
        item: &ChangeableName,
        value: String,
        varied: &VariedDecision,
    ) {
        let decision = &varied.decision;
        let change = api::SingleChange {
            item: item.to_string(),
            values: Vec::new(),
            effect: effect(decision.effect).to_string(),
            enforced: decision.enforced,
            determined_by: decision.reasons.iter().map(|id| cite(&self.policies, id)).collect(),
        };
        let same = |known: &&mut api::SingleChange| {
            known.item == change.item
                && known.enforced == change.enforced
                && known.determined_by == change.determined_by
        };
        match turning.last_mut().filter(same) {
            Some(known) => known.values.push(value),
            None => turning.push(api::SingleChange { values: vec![value], ..change }),
        }
    }
}
