//! What a rule gives (the documentation of Kubernetes, "Role Based Access Control Good Practices": privilege escalation
//! risks).

use super::manifest::AccessRule;
use crate::record::PrivilegeLevel;

/// Maximum number of characters of a right in a record.
const LONGEST_RIGHT: usize = 300;

/// Resources whose creation runs a program as a service account of the namespace.
const WORKLOADS: [&str; 8] = [
    "pods",
    "deployments",
    "daemonsets",
    "statefulsets",
    "replicasets",
    "replicationcontrollers",
    "jobs",
    "cronjobs",
];

/// How a rule leads to the service accounts of its scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AccountControl {
    pub(super) right: &'static str,
    /// Whether it leads there only if something else is so: a pod that runs, a token that is kept in a secret.
    pub(super) conditional: bool,
}

impl AccessRule {
    fn has_verb(&self, verbs: &[&str]) -> bool {
        self.verbs.iter().any(|verb| verb == "*" || verbs.contains(&verb.as_str()))
    }

    fn has_group(&self, groups: &[&str]) -> bool {
        self.api_groups.iter().any(|group| group == "*" || groups.contains(&group.as_str()))
    }

    /// Returns whether the rule names one of these resources, or all. A part of a resource is not the resource.
    fn has_resource(&self, resources: &[&str]) -> bool {
        self.resources.iter().any(|named| {
            let is_part = |resource: &str| {
                resource.split_once('/').is_some_and(|(whole, part)| {
                    named.strip_suffix("/*") == Some(whole) || named.strip_prefix("*/") == Some(part)
                })
            };
            named == "*" || resources.iter().any(|resource| named == resource || is_part(resource))
        })
    }

    /// Returns whether the rule allows everything.
    pub(super) fn is_everything(&self) -> bool {
        let any = |list: &[String]| list.iter().any(|name| name == "*");
        any(&self.verbs) && any(&self.resources) && any(&self.api_groups) && self.resource_names.is_empty()
    }

    /// Returns how much power the rule gives.
    pub(super) fn level(&self) -> PrivilegeLevel {
        let rbac = ["rbac.authorization.k8s.io"];
        let changes = ["create", "update", "patch", "delete", "deletecollection"];
        let is_whole = self.resource_names.is_empty();
        let administers = self.is_everything()
            || self.has_verb(&["escalate", "bind"]) && self.has_group(&rbac)
            || self.has_verb(&["impersonate"])
            || self.has_group(&rbac)
                && self.has_verb(&changes)
                && self.has_resource(&["roles", "clusterroles", "rolebindings", "clusterrolebindings"])
            || self.has_group(&["admissionregistration.k8s.io"])
                && self.has_verb(&changes)
                && self.has_resource(&["validatingwebhookconfigurations", "mutatingwebhookconfigurations"])
            || self.has_group(&["certificates.k8s.io"])
                && self.has_verb(&["update", "patch", "approve"])
                && self.has_resource(&["certificatesigningrequests/approval", "signers"])
            || self.has_group(&[""]) && self.has_resource(&["nodes/proxy"])
            || self.has_group(&[""])
                && self.has_verb(&["create"])
                && self.has_resource(&["persistentvolumes"])
            || (is_whole && self.controls_accounts().is_some());
        if administers {
            return PrivilegeLevel::Administer;
        }
        let only_reads =
            self.verbs.iter().all(|verb| matches!(verb.as_str(), "get" | "list" | "watch" | "head"));
        if only_reads { PrivilegeLevel::Read } else { PrivilegeLevel::Write }
    }

    /// Returns how the rule leads to the service accounts of its scope, the surest way first.
    pub(super) fn controls_accounts(&self) -> Option<AccountControl> {
        let core = self.has_group(&[""]);
        let sure = |right| Some(AccountControl { right, conditional: false });
        let perhaps = |right| Some(AccountControl { right, conditional: true });
        if core && self.has_verb(&["impersonate"]) && self.has_resource(&["serviceaccounts"]) {
            sure("impersonate")
        } else if core && self.has_verb(&["create"]) && self.has_resource(&["serviceaccounts/token"]) {
            sure("create serviceaccounts/token")
        } else if self.has_group(&["", "apps", "batch"])
            && self.has_verb(&["create"])
            && self.has_resource(&WORKLOADS)
        {
            sure("create workloads")
        } else if self.has_group(&["", "apps", "batch"])
            && self.has_verb(&["update", "patch"])
            && self.has_resource(&WORKLOADS)
        {
            perhaps("change workloads")
        } else if core
            && self.has_verb(&["create", "get"])
            && self.has_resource(&["pods/exec", "pods/attach", "pods/ephemeralcontainers"])
        {
            perhaps("pods/exec")
        } else if core && self.has_verb(&["get", "list", "watch"]) && self.has_resource(&["secrets"]) {
            perhaps("read secrets")
        } else {
            None
        }
    }

    /// Returns the kinds of principals that the rule impersonates, and the names if it names some.
    pub(super) fn impersonates(&self, resource: &str) -> Option<&[String]> {
        (self.has_group(&[""]) && self.has_verb(&["impersonate"]) && self.has_resource(&[resource]))
            .then_some(&self.resource_names)
    }

    /// Returns the rule as a right: `get,list secrets`, `* apps/deployments`, `get /metrics`.
    pub(super) fn right(&self) -> String {
        let groups: Vec<&str> =
            self.api_groups.iter().map(String::as_str).filter(|group| !group.is_empty()).collect();
        let group = if groups.is_empty() { String::new() } else { format!("{}/", groups.join(",")) };
        let mut what = if self.resources.is_empty() {
            self.urls.join(",")
        } else {
            format!("{group}{}", self.resources.join(","))
        };
        if !self.resource_names.is_empty() {
            what = format!("{what} named {}", self.resource_names.join(","));
        }
        let right = format!("{} {what}", self.verbs.join(","));
        right.chars().filter(|character| !character.is_control()).take(LONGEST_RIGHT).collect()
    }
}
