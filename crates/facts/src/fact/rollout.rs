//! Facts about staged rollouts.

use crate::{Digest, HaltIf, Turned};
use countersign_names::{DecisionId, PolicyId, RolloutId};
use serde::{Deserialize, Serialize};

/// An event about the rollout of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum RolloutFact {
    /// A policy in its shadow stage counts from now on for a sample of people, the first percentage of them.
    #[serde(rename = "rollout.started/1")]
    Started {
        /// The rollout's id, by which the sample is drawn too.
        rollout: RolloutId,
        /// The policy.
        policy: PolicyId,
        /// SHA-256 over the text of the policy, for which alone this was started.
        text: Digest,
        /// The percentages, rising, the last of them 100.
        percents: Vec<u8>,
        /// For how many seconds each is watched.
        watch_seconds: u32,
        /// What halts it.
        halt_if: HaltIf,
        /// Why, where whoever started it said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
        /// SHA-256 over the report or the plan that they had seen, as JSON.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rehearsal: Option<Digest>,
    },
    /// What an enforcement point saw of a rollout since it last said so: whom it turned.
    #[serde(rename = "rollout.counted/1")]
    Counted {
        /// The rollout.
        rollout: RolloutId,
        /// Accesses that were denied, and would have been allowed without it.
        newly_denied: Turned,
        /// Accesses that were allowed, and would have been denied without it.
        newly_allowed: Turned,
    },
    /// The sample of a rollout grew to its next percentage.
    #[serde(rename = "rollout.advanced/1")]
    Advanced {
        /// The rollout.
        rollout: RolloutId,
        /// The percentage from now on.
        percent: u8,
    },
    /// A rollout was taken back: its policy counts for nobody any more.
    #[serde(rename = "rollout.halted/1")]
    Halted {
        /// The rollout.
        rollout: RolloutId,
        /// Why, with the numbers where it halted by itself.
        why: String,
        /// One of the accesses that it was halted for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        example: Option<DecisionId>,
    },
    /// A rollout reached everybody, and the watch over that was quiet: its policy goes on to count for everybody.
    #[serde(rename = "rollout.finished/1")]
    Finished {
        /// The rollout.
        rollout: RolloutId,
    },
    /// The policy of a rollout left its shadow stage: it counts by its own text, and the rollout is over.
    #[serde(rename = "rollout.ended/1")]
    Ended {
        /// The rollout.
        rollout: RolloutId,
    },
}
