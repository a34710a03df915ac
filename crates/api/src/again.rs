//! A recorded decision, evaluated again with changed evidence.

use crate::PolicyCited;
use crate::words;
use countersign_names::{DecisionId, PolicyId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The body of a request to evaluate a decision again: which policies, and what of the evidence to change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskAgain {
    /// The policies to evaluate. Default: those of the decision.
    #[serde(default)]
    pub policies: AskedPolicies,
    /// The changes, one for each item at most, in any order. Default: none, which gives the recorded answer under the
    /// policies of the decision.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 64)]
    pub changes: Vec<EvidenceChange>,
    /// True to also try each single further change, and to list those that turn the answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub single_changes: bool,
}

/// The policies that a decision is evaluated against again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AskedPolicies {
    /// Those of the decision.
    #[default]
    Then,
    /// Those that are in force now, with the staged rollouts of now.
    Now,
}

/// A change of one item of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceChange {
    /// The item, as the answer lists it: `device`, `posture.firewall`, `group.payroll`.
    #[schema(max_length = 256)]
    pub item: String,
    /// Its value instead: one of the item's choices, or a whole number.
    #[schema(max_length = 256)]
    pub value: String,
}

/// A recorded decision, evaluated again. Nothing was changed, and nothing is permitted by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AskedAgain {
    /// The decision.
    #[schema(value_type = words::DecisionId)]
    pub decision: DecisionId,
    /// The moment of the decision, at which it was evaluated again.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
    /// The sequence of the newest fact that the decision knew; the evidence is that of this world.
    pub world: u64,
    /// The policies that were evaluated.
    pub policies: AskedPolicies,
    /// Their version.
    #[schema(value_type = words::Digest)]
    pub version: String,
    /// The answer of these policies with the recorded evidence. Under the policies of the decision it is the recorded
    /// answer.
    pub unchanged: AnswerAgain,
    /// Their answer with the changes.
    pub changed: AnswerAgain,
    /// Every item that can be changed, with its recorded value.
    pub items: Vec<ChangeableItem>,
    /// What the answer does not take into account.
    pub notes: Vec<String>,
    /// The single further changes that turn the answer, if the request asks for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub single_changes: Option<SingleChanges>,
}

/// The single changes that turn an answer. Each was tried alone, on top of the changes of the request: every choice of
/// every item, each hour, and of an age no time at all and a year. Addresses are not tried; networks are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SingleChanges {
    /// Number of changes that were tried.
    pub tried: u64,
    /// Whether there are more changes than are tried for one request.
    pub more: bool,
    /// Those that give another outcome than the answer with the changes, in the order of the items.
    pub turning: Vec<SingleChange>,
}

/// A single change of one item that turns an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SingleChange {
    /// The item.
    pub item: String,
    /// The values that have this effect, each alone.
    pub values: Vec<String>,
    /// The outcome: `allow` or `deny`.
    pub effect: String,
    /// False for a denial that would not be enforced.
    pub enforced: bool,
    /// The policies that determine the outcome.
    pub determined_by: Vec<PolicyCited>,
}

/// An answer to an access that is evaluated again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AnswerAgain {
    /// The outcome: `allow` or `deny`.
    pub effect: String,
    /// False for a denial that would not be enforced, because the application was in the stage `observe`.
    pub enforced: bool,
    /// The policies that determine the outcome.
    pub determined_by: Vec<PolicyCited>,
    /// The evidence that would turn a denial into an allowance, in one sentence each.
    pub remedies: Vec<String>,
    /// The shadow-stage policies that would change the outcome.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub shadow: Vec<PolicyId>,
    /// The policies that failed to evaluate.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub errors: Vec<PolicyId>,
}

/// An item of evidence that can be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangeableItem {
    /// The item: `identity`, `assurance`, `phishing_resistance`, `proof_age`, `session_age`, `session_idle`, `device`,
    /// `managed`, `posture_age`, `posture.CHECK`, `network`, `address`, `risk`, `standing`, `group.NAME`, `grant`,
    /// `exception.POLICY`, `hour`, `weekday` or `label`.
    pub item: String,
    /// Its recorded value.
    pub recorded: String,
    /// Its value with the changes. A change of another item may change it too: a managed device passes every check.
    pub value: String,
    /// The values to choose from, beside the recorded one. Empty for an address, and for an item that is only a number.
    pub choices: Vec<String>,
    /// For an item that can be a whole number: the largest one. The least is 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<u64>,
    /// Whether a change names it.
    pub changed: bool,
    /// Whether the policies read it, or something recorded together with it, for the answer with the changes.
    pub read: bool,
}
