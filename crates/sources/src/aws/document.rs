//! The export as JSON, as the reference of the AWS API describes it (`GetAccountAuthorizationDetails`), and the grammar of
//! a policy (IAM user guide, "Grammar of the IAM JSON policy language").

use crate::merging::once;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AccountDetails {
    pub(super) user_detail_list: Vec<IamIdentity>,
    pub(super) group_detail_list: Vec<IamIdentity>,
    pub(super) role_detail_list: Vec<IamIdentity>,
    pub(super) policies: Vec<ManagedPolicy>,
    #[serde(default)]
    pub(super) is_truncated: bool,
}

/// A user, a group or a role: what they have in common, and the lists that only one of them has.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct IamIdentity {
    pub(super) arn: String,
    #[serde(alias = "UserName", alias = "GroupName", alias = "RoleName")]
    pub(super) name: String,
    #[serde(alias = "UserId", alias = "GroupId", alias = "RoleId")]
    pub(super) id: String,
    #[serde(default)]
    pub(super) create_date: Option<String>,
    #[serde(default)]
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) attached_managed_policies: Vec<AttachedPolicy>,
    #[serde(default)]
    pub(super) user_policy_list: Vec<InlinePolicy>,
    #[serde(default)]
    pub(super) group_policy_list: Vec<InlinePolicy>,
    #[serde(default)]
    pub(super) role_policy_list: Vec<InlinePolicy>,
    #[serde(default)]
    pub(super) group_list: Vec<String>,
    #[serde(default)]
    pub(super) assume_role_policy_document: Option<PolicyDocument>,
    #[serde(default)]
    pub(super) role_last_used: Option<RoleLastUsed>,
    #[serde(default)]
    pub(super) permissions_boundary: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RoleLastUsed {
    #[serde(default)]
    pub(super) last_used_date: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AttachedPolicy {
    pub(super) policy_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct InlinePolicy {
    pub(super) policy_name: String,
    pub(super) policy_document: PolicyDocument,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ManagedPolicy {
    pub(super) arn: String,
    #[serde(default)]
    policy_version_list: Vec<PolicyVersion>,
}

impl ManagedPolicy {
    /// Returns the version that is in force.
    pub(super) fn in_force(&self) -> Option<&PolicyDocument> {
        self.policy_version_list
            .iter()
            .find(|version| version.is_default_version)
            .map(|version| &version.document)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyVersion {
    is_default_version: bool,
    document: PolicyDocument,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PolicyDocument {
    statement: OneOrMany<PolicyStatement>,
}

impl PolicyDocument {
    pub(super) fn statements(&self) -> impl Iterator<Item = &PolicyStatement> {
        self.statement.as_slice().iter()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PolicyStatement {
    effect: PolicyEffect,
    #[serde(default)]
    action: Option<OneOrMany<String>>,
    #[serde(default)]
    not_action: Option<OneOrMany<String>>,
    #[serde(default)]
    resource: Option<OneOrMany<String>>,
    #[serde(default)]
    not_resource: Option<OneOrMany<String>>,
    #[serde(default)]
    principal: Option<Principals>,
    #[serde(default)]
    not_principal: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    condition: Option<BTreeMap<String, serde::de::IgnoredAny>>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
enum PolicyEffect {
    Allow,
    Deny,
}

/// `"*"`, or principals by their class.
#[derive(Deserialize)]
#[serde(untagged)]
enum Principals {
    Anyone(String),
    Classes(PrincipalClasses),
}

/// A field of its own for each class, so that a class that is named twice or is unknown is refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PrincipalClasses {
    #[serde(default, rename = "AWS")]
    aws: Option<OneOrMany<String>>,
    #[serde(default, rename = "Service")]
    service: Option<OneOrMany<String>>,
    #[serde(default, rename = "Federated")]
    federated: Option<OneOrMany<String>>,
    #[serde(default, rename = "CanonicalUser")]
    canonical_user: Option<OneOrMany<String>>,
}

/// A value, or a list of values.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    const fn as_slice(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many.as_slice(),
        }
    }
}

impl PolicyStatement {
    pub(super) fn allows(&self) -> bool {
        self.effect == PolicyEffect::Allow
    }

    pub(super) fn is_conditional(&self) -> bool {
        self.condition.as_ref().is_some_and(|condition| !condition.is_empty())
    }

    /// Returns whether the statement speaks of everybody but some.
    pub(super) const fn excludes_principals(&self) -> bool {
        self.not_principal.is_some()
    }

    /// Returns the actions, once each, in order. Everything but some actions is one right.
    pub(super) fn rights(&self) -> Vec<String> {
        let named = |list: &Option<OneOrMany<String>>| {
            list.iter().flat_map(|list| list.as_slice().to_vec()).collect::<Vec<_>>()
        };
        let all_but = named(&self.not_action);
        let all_but = (!all_but.is_empty()).then(|| format!("* except {}", once(all_but).join(", ")));
        once(named(&self.action).into_iter().chain(all_but))
    }

    /// Returns the resources as they are written, once each. A trust policy has none: its resource is its role.
    pub(super) fn resources(&self) -> Vec<String> {
        let named = |list: &Option<OneOrMany<String>>| {
            list.iter().flat_map(|list| list.as_slice().to_vec()).collect::<Vec<_>>()
        };
        let all_but = named(&self.not_resource);
        let all_but = (!all_but.is_empty()).then(|| format!("* except {}", once(all_but).join(", ")));
        once(named(&self.resource).into_iter().chain(all_but))
    }

    /// Returns the principals with their classes.
    pub(super) fn principals(&self) -> Vec<(&'static str, String)> {
        match &self.principal {
            None => Vec::new(),
            Some(Principals::Anyone(anyone)) => vec![("anyone", anyone.clone())],
            Some(Principals::Classes(PrincipalClasses { aws, service, federated, canonical_user })) => [
                ("AWS", aws),
                ("Service", service),
                ("Federated", federated),
                ("CanonicalUser", canonical_user),
            ]
            .into_iter()
            .filter_map(|(class, names)| Some((class, names.as_ref()?)))
            .flat_map(|(class, names)| names.as_slice().iter().map(move |name| (class, name.clone())))
            .collect(),
        }
    }
}
