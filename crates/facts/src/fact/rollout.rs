//! Facts about staged rollouts.

use crate::{Digest, HaltIf, PredictedStep, Turned};
use countersign_names::{DecisionId, PolicyId, RolloutId};
use serde::{Deserialize, Serialize};

/// An event about the rollout of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum RolloutFact {
    /// A policy in its shadow stage counts from now on for a sample of the people: the first percentage.
    #[serde(rename = "rollout.started/1")]
    Started {
        /// The id of the rollout, which also seeds the sample.
        rollout: RolloutId,
        /// The policy.
        policy: PolicyId,
        /// SHA-256 of the policy's text. The rollout applies to this text only.
        text: Digest,
        /// The percentages, ascending; the last is 100.
        percents: Vec<u8>,
        /// How long each step is watched, in seconds.
        watch_seconds: u32,
        /// The condition that halts it.
        halt_if: HaltIf,
        /// The reason, if one was given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
        /// SHA-256 over the report or the plan that the person who started it had seen, as JSON.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rehearsal: Option<Digest>,
        /// What the report predicts for each percentage. Empty if there was none, if it predicts only the sum, and in
        /// facts of older builds.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        predicted: Vec<PredictedStep>,
    },
    /// The changed outcomes that an enforcement point saw since its last report about a rollout.
    #[serde(rename = "rollout.counted/1")]
    Counted {
        /// The rollout.
        rollout: RolloutId,
        /// Accesses that were denied and would have been allowed without it.
        newly_denied: Turned,
        /// Accesses that were allowed and would have been denied without it.
        newly_allowed: Turned,
    },
    /// The sample of a rollout grew to its next percentage.
    #[serde(rename = "rollout.advanced/1")]
    Advanced {
        /// The rollout.
        rollout: RolloutId,
        /// The new percentage.
        percent: u8,
    },
    /// A rollout was halted: its policy no longer counts for anybody.
    #[serde(rename = "rollout.halted/1")]
    Halted {
        /// The rollout.
        rollout: RolloutId,
        /// The reason, with the numbers if it halted by itself.
        why: String,
        /// One of the accesses because of which it was halted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        example: Option<DecisionId>,
    },
    /// A rollout reached 100 percent, and its last watch was quiet. Its policy continues to count for everybody.
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

#[cfg(test)]
crate::golden::every_fact! { RolloutFact {
    Started { rollout, policy, text, percents, watch_seconds, halt_if, why, rehearsal, predicted },
    Counted { rollout, newly_denied, newly_allowed },
    Advanced { rollout, percent },
    Halted { rollout, why, example },
    Finished { rollout },
    Ended { rollout },
} }
