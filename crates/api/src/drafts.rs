//! A policy set that is being written: checked, tested and formatted, and what it can name.

use crate::{PolicyFinding, PolicyProblem, words};
use countersign_names::{Action, ApplicationName, GroupName, PolicyId, ResourceName};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A complete policy set that is being written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyDraft {
    /// The text of each file, by its path in the policy folder.
    pub files: BTreeMap<String, String>,
}

/// The result of checking a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyCheck {
    /// Why the set would be refused. Empty if it is valid by itself.
    pub problems: Vec<PolicyProblem>,
    /// Warnings about the set.
    pub warnings: Vec<PolicyProblem>,
    /// What the lint finds in the set, in the world as it is now. Empty if the set is invalid.
    pub findings: Vec<PolicyFinding>,
}

/// The results of the tests of a draft: those in its files `tests/*.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyTestReport {
    /// The number of tests that passed.
    pub passed: u64,
    /// The number of tests that failed.
    pub failed: u64,
    /// Every test, in the order of the files.
    pub tests: Vec<PolicyTest>,
}

/// The result of one test of policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyTest {
    /// Its name.
    pub name: String,
    /// Its file.
    pub file: String,
    /// The line on which it begins, counted from 1.
    pub line: u64,
    /// Whether every expectation was met.
    pub passed: bool,
    /// The expected answer.
    pub expected: PolicyTestAnswer,
    /// The actual answer.
    pub got: PolicyTestAnswer,
    /// The policies that determined the actual answer.
    #[schema(value_type = Vec<words::PolicyId>)]
    pub determining: Vec<PolicyId>,
    /// The reasons for a failure. Empty if the test passed.
    pub reasons: Vec<String>,
}

/// The answer that a test expects or gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PolicyTestAnswer {
    /// The access is allowed.
    Allow,
    /// The access is denied.
    Deny,
}

/// The text of a policy file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyText {
    /// Its path in the policy folder.
    #[schema(example = "applications/wiki.cedar")]
    pub path: String,
    /// Its text.
    pub text: String,
}

/// What a policy can name: what the schema has, and what exists here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyVocabulary {
    /// The annotations of a policy.
    pub annotations: Vec<String>,
    /// The actions.
    #[schema(value_type = Vec<words::Action>)]
    pub actions: Vec<Action>,
    /// The types of entities.
    pub entity_types: Vec<String>,
    /// The attributes, sorted by path.
    pub attributes: Vec<PolicyAttribute>,
    /// The groups, at most 2,000 of them.
    #[schema(value_type = Vec<words::GroupName>)]
    pub groups: Vec<GroupName>,
    /// The applications, at most 2,000 of them.
    #[schema(value_type = Vec<words::ApplicationName>)]
    pub applications: Vec<ApplicationName>,
    /// The parts of applications, at most 2,000 of them.
    #[schema(value_type = Vec<String>)]
    pub resources: Vec<ResourceName>,
    /// The networks.
    pub networks: Vec<String>,
}

/// An attribute that a policy can read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyAttribute {
    /// Its path from a variable of a policy.
    #[schema(example = "context.device.managed")]
    pub path: String,
    /// Its type in Cedar's words.
    #[schema(example = "Bool")]
    pub kind: String,
    /// Whether it can be absent, so that a policy must ask with `has` first.
    pub optional: bool,
    /// The types of entities that have it. Empty for the context.
    pub of: Vec<String>,
}
