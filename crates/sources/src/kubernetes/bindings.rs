//! What bindings give to whom.

use super::aggregation::rules_of;
use super::manifest::{AccessRule, BindingManifest, BindingSubject};
use super::{ClusterReading, describe};
use crate::reading::{SourceError, SourceSink};
use crate::record::{
    AccountRecord, AccountUse, EdgeBody, GroupRecord, NodeBody, PrivilegeLevel, Relation, SourceKey,
};
use crate::text::shortened;

/// The group whose members may do everything, whatever the roles say.
const MASTERS: &str = "system:masters";

impl ClusterReading {
    /// Hands over the bindings as roles, and adds their relations.
    pub(super) fn bind<S: SourceSink>(&mut self, sink: &mut S) -> Result<(), SourceError<S::Error>> {
        for ((namespace, name), binding) in std::mem::take(&mut self.bindings) {
            let kind = if binding.is_of_cluster { "ClusterRoleBinding" } else { "RoleBinding" };
            let shown = if binding.is_of_cluster { name.clone() } else { format!("{namespace}/{name}") };
            let place = format!("the {kind} `{}`", shortened(&shown));
            let key =
                self.key_of(if binding.is_of_cluster { "clusterrolebinding" } else { "rolebinding" }, &shown);
            let scope = if binding.is_of_cluster {
                Some(self.key.clone())
            } else {
                self.key_of("namespace", &namespace)
            };
            let (Some(key), Some(scope)) = (key, scope) else {
                self.report.leave_out(place, "its name is too long or has a control character");
                continue;
            };
            let rules = self.rules(&binding, &namespace, &place);
            let level = rules.iter().map(AccessRule::level).max();
            let privileged = binding.is_of_cluster && level == Some(PrivilegeLevel::Administer);
            for rule in &rules {
                self.allow(&key, rule, (&scope, &namespace));
            }
            for subject in binding.subjects.iter().flatten() {
                match self.subject(subject, &namespace) {
                    Ok(subject) => {
                        let granted_by = Some(place.clone());
                        let since = binding.metadata.created_at();
                        let body = EdgeBody { granted_by, since, ..EdgeBody::default() };
                        self.relations.add(&subject, Relation::MemberOf, &key, body);
                    }
                    Err(problem) => self.report.leave_out(place.clone(), problem),
                }
            }
            let body = NodeBody::Role(GroupRecord {
                description: crate::text::fit(&format!(
                    "{} {}",
                    binding.role_ref.kind, binding.role_ref.name
                )),
                created_at: binding.metadata.created_at(),
                privileged: Some(privileged),
                ..GroupRecord::default()
            });
            describe(&mut self.relations, &mut self.report, (key, shown, body), sink)?;
        }
        self.link_groups();
        Ok(())
    }

    /// Returns the rules that a binding gives.
    fn rules(&mut self, binding: &BindingManifest, namespace: &str, place: &str) -> Vec<AccessRule> {
        let role = &binding.role_ref;
        let of = if role.kind == "Role" { namespace } else { "" };
        if let Some(rules) = rules_of(&self.roles, &(of.to_owned(), role.name.clone())) {
            return rules;
        }
        if role.kind == "ClusterRole" && role.name == "cluster-admin" {
            // Every cluster has it, and manifests do not.
            let all = || vec!["*".to_owned()];
            let everything =
                AccessRule { api_groups: all(), resources: all(), verbs: all(), ..AccessRule::default() };
            return vec![everything];
        }
        let reason = format!(
            "the input has no {} `{}`: what it gives is not known; export roles and clusterroles too",
            shortened(&role.kind),
            shortened(&role.name)
        );
        self.report.leave_out(place, reason);
        Vec::new()
    }

    /// Adds what a rule gives in its scope, which is a namespace or the cluster.
    fn allow(&mut self, key: &SourceKey, rule: &AccessRule, (scope, namespace): (&SourceKey, &str)) {
        // A path of the server is no part of a namespace.
        if rule.resources.is_empty() && !namespace.is_empty() {
            return;
        }
        let level = Some(rule.level());
        let body = EdgeBody { rights: vec![rule.right()], level, ..EdgeBody::default() };
        self.relations.add(key, Relation::May, scope, body);
        self.control_accounts(key, rule, namespace);
        if !namespace.is_empty() {
            // Users and groups are of the cluster: a binding in a namespace gives nothing over them.
            return;
        }
        for (resource, kind) in [("users", "user"), ("groups", "group")] {
            for name in rule.impersonates(resource).unwrap_or_default() {
                let body = control("impersonate", false);
                let Some(other) = self.principal(kind, name) else { continue };
                self.relations.add(key, Relation::Controls, &other, body);
            }
        }
    }

    fn control_accounts(&mut self, key: &SourceKey, rule: &AccessRule, namespace: &str) {
        let Some(way) = rule.controls_accounts() else { return };
        let names = rule.impersonates("serviceaccounts").unwrap_or_default();
        let accounts: Vec<SourceKey> = self
            .accounts
            .keys()
            .filter(|(of, name)| {
                (namespace.is_empty() || of == namespace) && (names.is_empty() || names.contains(name))
            })
            .filter_map(|(of, name)| self.account_key(of, name))
            .collect();
        // A named secret or pod need not be that of an account.
        let conditional = way.conditional || (names.is_empty() && !rule.resource_names.is_empty());
        for account in accounts {
            self.relations.add(key, Relation::Controls, &account, control(way.right, conditional));
        }
    }

    /// Returns the node of a subject.
    fn subject(&mut self, subject: &BindingSubject, namespace: &str) -> Result<SourceKey, String> {
        let key = match subject.kind.as_str() {
            "User" => match subject
                .name
                .strip_prefix("system:serviceaccount:")
                .and_then(|rest| rest.split_once(':'))
            {
                Some((of, name)) => self.account(of, name),
                None => self.principal("user", &subject.name),
            },
            "Group" => self.principal("group", &subject.name),
            "ServiceAccount" => {
                let of = subject.namespace.as_deref().filter(|of| !of.is_empty()).unwrap_or(namespace);
                if of.is_empty() {
                    return Err(format!("its subject `{}` has no `namespace`", shortened(&subject.name)));
                }
                self.account(of, &subject.name)
            }
            other => {
                return Err(format!(
                    "it has a subject of the kind `{}`, which is not known",
                    shortened(other)
                ));
            }
        };
        key.ok_or_else(|| "the name of a subject is empty, too long or has a control character".to_owned())
    }

    fn account(&mut self, namespace: &str, name: &str) -> Option<SourceKey> {
        let key = self.account_key(namespace, name)?;
        let body = || {
            NodeBody::Account(AccountRecord {
                used_by: Some(AccountUse::Service),
                description: Some("a binding names it, and it is not in the input".to_owned()),
                ..AccountRecord::default()
            })
        };
        self.relations.mention(&key, || (format!("system:serviceaccount:{namespace}:{name}"), body()));
        Some(key)
    }

    fn principal(&mut self, kind: &str, name: &str) -> Option<SourceKey> {
        let key = if name.is_empty() { None } else { self.key_of(kind, name) }?;
        let shown = crate::text::fit(name)?;
        if kind == "group" {
            self.groups.insert(name.to_owned());
            let privileged = Some(name == MASTERS);
            self.relations.mention(&key, || {
                (shown, NodeBody::Group(GroupRecord { privileged, ..GroupRecord::default() }))
            });
        } else {
            self.users.insert(name.to_owned());
            self.relations.mention(&key, || (shown, NodeBody::Account(AccountRecord::default())));
        }
        Some(key)
    }

    /// Adds the memberships that Kubernetes itself gives, in the groups that bindings name.
    fn link_groups(&mut self) {
        if let Some(masters) = self.groups.get(MASTERS).and_then(|group| self.key_of("group", group)) {
            let body = EdgeBody {
                rights: vec!["* */*".to_owned()],
                level: Some(PrivilegeLevel::Administer),
                granted_by: Some("it is built in".to_owned()),
                ..EdgeBody::default()
            };
            self.relations.add(&masters, Relation::May, &self.key, body);
        }
        let built_in = || EdgeBody { granted_by: Some("it is built in".to_owned()), ..EdgeBody::default() };
        for (namespace, name) in self.accounts.keys() {
            let Some(account) = self.account_key(namespace, name) else { continue };
            let of_namespace = format!("system:serviceaccounts:{namespace}");
            for group in ["system:serviceaccounts", &of_namespace, "system:authenticated"] {
                if let Some(group) = self.groups.get(group).and_then(|group| self.key_of("group", group)) {
                    self.relations.add(&account, Relation::MemberOf, &group, built_in());
                }
            }
        }
        for user in &self.users {
            let group = self.groups.get("system:authenticated").and_then(|group| self.key_of("group", group));
            if let Some((user, group)) = self.key_of("user", user).zip(group) {
                self.relations.add(&user, Relation::MemberOf, &group, built_in());
            }
        }
    }
}

fn control(right: &str, conditional: bool) -> EdgeBody {
    let level = Some(PrivilegeLevel::Administer);
    EdgeBody { rights: vec![right.to_owned()], level, conditional, ..EdgeBody::default() }
}
