//! Policies by stage: those that are enforced, those in their shadow stage, and those of the latter that a rollout enforces.
//!
//! This room does not know how a policy is written, so it is given a function that reads the stages out of the files.

use super::things::{CountedThing, shift};
use super::{POLICIES, THINGS, TrendFigure, day_of, days};
use crate::rows::{RowSelection, RowSet};
use crate::table::ColumnValue;
use countersign_facts::{Fact, PolicyFile, RolloutFact, Stated};
use countersign_names::{PolicyId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// The stage of a policy, according to its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageOfText {
    /// It takes part in decisions.
    Enforce,
    /// It takes part only where a rollout says so.
    Shadow,
}

/// Returns the stage of every policy in the files of a set; `None` if the files cannot be read.
pub type StagesOf = fn(&BTreeMap<String, PolicyFile>) -> Option<BTreeMap<PolicyId, StageOfText>>;

const FIGURES: &[TrendFigure] = &[
    TrendFigure::Policies,
    TrendFigure::PoliciesEnforced,
    TrendFigure::PoliciesShadow,
    TrendFigure::PoliciesRollingOut,
    TrendFigure::PoliciesUnread,
];

/// The name of the thing that counts while the set in force cannot be read.
const UNREAD: &str = "policies unread";

const ENFORCE: &str = "enforce";
const SHADOW: &str = "shadow";

impl StageOfText {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Enforce => ENFORCE,
            Self::Shadow => SHADOW,
        }
    }
}

/// A policy that is in the set, has an active rollout, or both.
struct KnownPolicy {
    id: String,
    /// Its stage; empty if it is not in the set.
    stage: String,
    /// Its active rollout; empty if it has none.
    rollout: String,
}

impl KnownPolicy {
    fn read(row: &[ColumnValue]) -> Option<Self> {
        let [id, stage, rollout] = row else { return None };
        let text = |value: &ColumnValue| value.as_text().map(ToOwned::to_owned);
        Some(Self { id: text(id)?, stage: text(stage)?, rollout: text(rollout)? })
    }

    fn get(rows: &RowSet, id: &str) -> Self {
        let known = rows.get(POLICIES, &ColumnValue::text(id)).and_then(|row| Self::read(row));
        known.unwrap_or_else(|| Self { id: id.to_owned(), stage: String::new(), rollout: String::new() })
    }

    /// Returns the figures that it counts in. Every policy of the set is in exactly one of the last three.
    fn counts(&self) -> &'static [TrendFigure] {
        match (self.stage.as_str(), self.rollout.is_empty()) {
            (ENFORCE, _) => &[TrendFigure::Policies, TrendFigure::PoliciesEnforced],
            (SHADOW, true) => &[TrendFigure::Policies, TrendFigure::PoliciesShadow],
            (SHADOW, false) => &[TrendFigure::Policies, TrendFigure::PoliciesRollingOut],
            _ => &[],
        }
    }

    /// Changes the policy and counts it anew.
    fn change(mut self, rows: &mut RowSet, at: Timestamp, change: impl FnOnce(&mut Self)) {
        let today = day_of(at);
        self.counts().iter().for_each(|figure| shift(rows, *figure, today, -1));
        change(&mut self);
        self.counts().iter().for_each(|figure| shift(rows, *figure, today, 1));
        let key = ColumnValue::Text(self.id);
        if self.stage.is_empty() && self.rollout.is_empty() {
            rows.remove(POLICIES, &key);
        } else {
            rows.put(POLICIES, vec![key, ColumnValue::Text(self.stage), ColumnValue::Text(self.rollout)]);
        }
    }
}

/// Returns the rows that a fact about policies or their rollouts reads; empty for other facts.
pub(super) fn reads(stated: &Stated) -> Vec<RowSelection> {
    let today = || days(FIGURES, &[day_of(stated.at)]);
    match &stated.fact {
        fact if fact.policies().is_some() => {
            let unread = RowSelection::Keys(THINGS, vec![ColumnValue::text(UNREAD)]);
            vec![RowSelection::All(POLICIES), unread, today()]
        }
        Fact::Rollout(RolloutFact::Started { policy, .. }) => {
            vec![RowSelection::Keys(POLICIES, vec![ColumnValue::text(policy)]), today()]
        }
        Fact::Rollout(RolloutFact::Halted { rollout, .. } | RolloutFact::Ended { rollout }) => {
            vec![RowSelection::Having(POLICIES, "rollout", ColumnValue::text(rollout)), today()]
        }
        // A rollout that finished enforces its policy on.
        _ => Vec::new(),
    }
}

/// Folds in a fact.
pub(super) fn fold(rows: &mut RowSet, stated: &Stated, stages_of: StagesOf) {
    let at = stated.at;
    match &stated.fact {
        Fact::Rollout(RolloutFact::Started { rollout, policy, .. }) => {
            let rollout = rollout.to_string();
            KnownPolicy::get(rows, policy.as_str()).change(rows, at, |known| known.rollout = rollout);
        }
        Fact::Rollout(RolloutFact::Halted { rollout, .. } | RolloutFact::Ended { rollout }) => {
            let rollout = ColumnValue::text(rollout);
            let known: Vec<_> = rows.having(POLICIES, "rollout", &rollout).cloned().collect();
            for known in known.iter().filter_map(|row| KnownPolicy::read(row)) {
                known.change(rows, at, |known| known.rollout.clear());
            }
        }
        fact => {
            if let Some((_, files)) = fact.policies() {
                publish(rows, stages_of(files), at);
            }
        }
    }
}

/// Puts a set in force. One that cannot be read leaves the figures as they were, and says so.
fn publish(rows: &mut RowSet, stages: Option<BTreeMap<PolicyId, StageOfText>>, at: Timestamp) {
    let Some(stages) = stages else {
        CountedThing::new(UNREAD, &[TrendFigure::PoliciesUnread]).put(rows, at);
        return;
    };
    CountedThing::remove(rows, UNREAD, at);
    let stages: BTreeMap<String, StageOfText> =
        stages.into_iter().map(|(id, stage)| (id.to_string(), stage)).collect();
    let known = rows.all(POLICIES).filter_map(|row| KnownPolicy::read(row)).map(|known| known.id);
    let all: BTreeSet<String> = known.chain(stages.keys().cloned()).collect();
    for id in all {
        let stage = stages.get(&id).map_or("", |stage| stage.as_str());
        KnownPolicy::get(rows, &id).change(rows, at, |known| stage.clone_into(&mut known.stage));
    }
}
