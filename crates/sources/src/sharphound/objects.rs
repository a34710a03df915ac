//! The objects of a collection as nodes and relations.

use super::document::{
    HoundObject, HoundPrincipal, HoundProperties, HoundResults, HoundTrust, ObjectClass, PolicyChanges,
};
use super::privileges::{self, HoundRight};
use super::{HoundReading, key_of, well_known};
use crate::record::{
    AccountRecord, AccountUse, EdgeBody, GroupRecord, NodeBody, PersonalAttributes, Relation, ResourceRecord,
    SourceKey,
};
use crate::text::fit;
use countersign_names::Timestamp;
use serde_json::Value;

/// Maximum number of relations that the policies of one unit may make: computers times members.
const MOST_CHANGES: usize = 2_000_000;

/// Returns the body of the node of an object.
pub(super) fn body(object: &HoundObject, class: ObjectClass, key: &SourceKey) -> NodeBody {
    let properties = &object.properties;
    let resource =
        |class: &str| NodeBody::Resource(ResourceRecord { class: Some(class.to_owned()), owner: None });
    match class {
        ObjectClass::User => {
            let flags = [&properties.hasspn, &properties.gmsa, &properties.msa];
            let is_service = flags.iter().any(|flag| flag.as_bool() == Some(true));
            account(properties, is_service.then_some(AccountUse::Service))
        }
        ObjectClass::Computer => account(properties, Some(AccountUse::Machine)),
        ObjectClass::Group => NodeBody::Group(GroupRecord {
            description: text(&properties.description),
            created_at: seconds(&properties.whencreated),
            privileged: Some(crate::directory::is_privileged_sid(well_known::sid(key.as_str()))),
            ..GroupRecord::default()
        }),
        ObjectClass::Domain => resource("domain"),
        ObjectClass::Unit => resource("organizational unit"),
        ObjectClass::Policy => resource("group policy"),
        ObjectClass::Container => resource("container"),
    }
}

fn account(properties: &HoundProperties, used_by: Option<AccountUse>) -> NodeBody {
    let aliases = [&properties.samaccountname, &properties.name, &properties.distinguishedname];
    let mut aliases: Vec<String> = aliases.into_iter().filter_map(text).collect();
    aliases.dedup();
    NodeBody::Account(AccountRecord {
        personal: PersonalAttributes {
            display_name: text(&properties.displayname),
            mails: text(&properties.email).into_iter().collect(),
            title: text(&properties.title),
            ..PersonalAttributes::default()
        },
        used_by,
        aliases,
        description: text(&properties.description),
        enabled: properties.enabled.as_bool(),
        created_at: seconds(&properties.whencreated),
        last_used_at: seconds(&properties.lastlogon).max(seconds(&properties.lastlogontimestamp)),
        password_set_at: seconds(&properties.pwdlastset),
        password_never_expires: properties.pwdneverexpires.as_bool(),
        ..AccountRecord::default()
    })
}

/// Returns the name that people know an object by.
pub(super) fn name(object: &HoundObject, key: &SourceKey) -> String {
    let properties = &object.properties;
    let known = || well_known::name(key.as_str()).map(str::to_owned);
    text(&properties.samaccountname)
        .or_else(|| text(&properties.name))
        .or_else(known)
        .unwrap_or_else(|| key.to_string())
}

fn text(value: &Value) -> Option<String> {
    value.as_str().and_then(fit)
}

/// Reads seconds since 1970, as a number or a text. Zero and less mean never.
fn seconds(value: &Value) -> Option<Timestamp> {
    let seconds = match value {
        Value::Number(number) => number.as_i64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    // Until the year 9999.
    (1..=253_402_300_799).contains(&seconds).then(|| Timestamp::from_micros(seconds * 1_000_000))
}

impl HoundReading {
    /// Adds the relations of an object.
    pub(super) fn relate(&mut self, object: &HoundObject, class: ObjectClass, key: &SourceKey) {
        self.entries(object, key);
        self.containment(object, key);
        for member in &object.members.items {
            if let Some(member) = self.principal(member) {
                self.relations.add(&member, Relation::MemberOf, key, EdgeBody::default());
            }
        }
        if let Some(group) = object.primary_group_sid.as_deref().and_then(key_of) {
            self.mention(&group, "Group", None);
            let granted_by = Some("its primary group".to_owned());
            self.relations.add(
                key,
                Relation::MemberOf,
                &group,
                EdgeBody { granted_by, ..EdgeBody::default() },
            );
        }
        for (list, right) in [
            (&object.has_sid_history, privileges::HAS_SID_HISTORY),
            (&object.allowed_to_delegate, privileges::ALLOWED_TO_DELEGATE),
            (&object.dump_smsa_password, privileges::DUMP_SMSA),
        ] {
            for other in &list.items {
                if let Some(other) = self.principal(other) {
                    self.right(key, right, &other);
                }
            }
        }
        for target in object.spn_targets.items.iter().filter(|target| target.service == "SQLAdmin") {
            if let Some(computer) = key_of(&target.computer_sid) {
                self.mention(&computer, "Computer", None);
                self.right(key, privileges::SQL_ADMIN, &computer);
            }
        }
        match class {
            ObjectClass::Computer => self.computer(object, key),
            ObjectClass::Domain => self.domain(object, key),
            _ => {}
        }
        for link in &object.links.items {
            if let Some(policy) = key_of(&link.guid) {
                self.mention(&policy, "GPO", None);
                self.right(&policy, privileges::LINKED_POLICY, key);
            }
        }
        if let Some(changes) = &object.gpo_changes {
            self.policy_changes(changes, key);
        }
    }

    fn entries(&mut self, object: &HoundObject, key: &SourceKey) {
        for entry in &object.aces.items {
            let Some(right) = privileges::of_entry(&entry.right_name) else {
                self.unknown_right(&entry.right_name);
                continue;
            };
            let principal = HoundPrincipal {
                identifier: entry.principal_sid.clone(),
                class: entry.principal_type.clone(),
            };
            let Some(from) = self.principal(&principal).filter(|from| from != key) else { continue };
            if !well_known::is_placeholder(from.as_str()) {
                self.right(&from, right, key);
            }
        }
    }

    /// A container controls what it contains, because what is granted on it is inherited.
    fn containment(&mut self, object: &HoundObject, key: &SourceKey) {
        if let Some(container) = object.contained_by.as_ref().and_then(|container| self.principal(container))
        {
            let right =
                if object.is_acl_protected { privileges::CONTAINS_PROTECTED } else { privileges::CONTAINS };
            self.right(&container, right, key);
        }
        for child in &object.child_objects.items {
            // Whether the child inherits stands on the child, which names its container if the collector is new enough.
            if let Some(child) = self.principal(child) {
                self.right(key, privileges::CONTAINS_PROTECTED, &child);
            }
        }
    }

    fn computer(&mut self, object: &HoundObject, key: &SourceKey) {
        for sessions in [&object.sessions, &object.privileged_sessions, &object.registry_sessions] {
            for session in &sessions.results.items {
                if let Some(user) = key_of(&session.user_sid) {
                    self.mention(&user, "User", None);
                    self.right(key, privileges::HAS_SESSION, &user);
                }
            }
        }
        if object.sessions.collected == Some(false) {
            *self.uncollected.entry("sessions").or_default() += 1;
        }
        if object.local_groups.items.iter().any(|group| group.collected == Some(false))
            || object.local_admins.collected == Some(false)
        {
            *self.uncollected.entry("local groups").or_default() += 1;
        }
        self.local_groups(object, key);
        for other in &object.allowed_to_act.items {
            if let Some(other) = self.principal(other) {
                self.right(&other, privileges::ALLOWED_TO_ACT, key);
            }
        }
        let is_dc = object.is_dc.unwrap_or_else(|| {
            object.primary_group_sid.as_deref().is_some_and(|group| group.ends_with("-516"))
        });
        let domain = object.domain_sid.as_deref().or(object.properties.domainsid.as_str()).and_then(key_of);
        let Some(domain) = domain else { return };
        let is_unconstrained = object
            .unconstrained_delegation
            .or_else(|| object.properties.unconstraineddelegation.as_bool())
            .unwrap_or_default();
        if is_dc {
            self.mention(&domain, "Domain", None);
            self.right(key, privileges::DOMAIN_CONTROLLER, &domain);
        } else if is_unconstrained {
            self.mention(&domain, "Domain", None);
            self.right(key, privileges::COERCE, &domain);
        }
    }

    fn local_groups(&mut self, object: &HoundObject, key: &SourceKey) {
        for group in &object.local_groups.items {
            let Some(local) = key_of(&group.object_identifier) else { continue };
            self.mention(&local, "LocalGroup", group.name.as_deref());
            for named in &group.local_names.items {
                if let Some(account) = key_of(&named.object_identifier) {
                    self.mention(&account, "LocalUser", named.principal_name.as_deref());
                }
            }
            for member in &group.results.items {
                if let Some(member) = self.principal(member) {
                    self.relations.add(&member, Relation::MemberOf, &local, EdgeBody::default());
                }
            }
            if let Some(right) = privileges::of_local_group(local.as_str()) {
                self.right(&local, right, key);
            }
        }
        let older: [(&HoundResults<HoundPrincipal>, HoundRight); 4] = [
            (&object.local_admins, privileges::ADMIN_TO),
            (&object.remote_desktop_users, privileges::REMOTE_DESKTOP),
            (&object.dcom_users, privileges::DCOM),
            (&object.ps_remote_users, privileges::PS_REMOTE),
        ];
        for (list, right) in older {
            for member in &list.results.items {
                if let Some(member) = self.principal(member) {
                    self.right(&member, right, key);
                }
            }
        }
    }

    fn domain(&mut self, object: &HoundObject, key: &SourceKey) {
        if let Some(name) = text(&object.properties.name).or_else(|| text(&object.properties.domain)) {
            self.domains.insert((name.to_ascii_uppercase(), key.to_string()));
        }
        for trust in &object.trusts.items {
            self.trust(trust, key);
        }
    }

    /// A domain that filters no identifiers of another one believes it, whatever groups it says an account is in.
    fn trust(&mut self, trust: &HoundTrust, key: &SourceKey) {
        let direction = match &trust.trust_direction {
            Value::String(word) => word.to_ascii_lowercase(),
            Value::Number(number) => match number.as_i64() {
                Some(1) => "inbound".to_owned(),
                Some(2) => "outbound".to_owned(),
                Some(3) => "bidirectional".to_owned(),
                _ => String::new(),
            },
            _ => String::new(),
        };
        let trusts = matches!(direction.as_str(), "outbound" | "bidirectional");
        let Some(other) = trust.target_domain_sid.as_deref().and_then(key_of) else { return };
        if trusts && trust.sid_filtering_enabled == Some(false) {
            self.mention(&other, "Domain", trust.target_domain_name.as_deref());
            self.right(&other, privileges::UNFILTERED_TRUST, key);
        }
    }

    /// Adds what group policies make of the local groups of the computers in a unit or a domain.
    fn policy_changes(&mut self, changes: &PolicyChanges, key: &SourceKey) {
        let lists = [
            (&changes.local_admins, privileges::ADMIN_TO),
            (&changes.remote_desktop_users, privileges::REMOTE_DESKTOP),
            (&changes.dcom_users, privileges::DCOM),
            (&changes.ps_remote_users, privileges::PS_REMOTE),
        ];
        let members: usize = lists.iter().map(|(list, _)| list.items.len()).sum();
        let computers = &changes.affected_computers.items;
        if members.saturating_mul(computers.len()) > MOST_CHANGES {
            let reason = format!(
                "its policies put {members} members into local groups of {} computers, which is more than is read",
                computers.len()
            );
            self.report.leave_out(format!("`{key}`"), reason);
            return;
        }
        for (list, right) in lists {
            for member in &list.items {
                let Some(member) = self.principal(member) else { continue };
                for computer in computers {
                    if let Some(computer) = self.principal(computer) {
                        self.right(&member, right, &computer);
                    }
                }
            }
        }
    }

    fn right(&mut self, from: &SourceKey, right: HoundRight, to: &SourceKey) {
        self.relations.add(from, right.relation, to, right.body());
    }

    /// Returns the key that a reference leads to.
    fn principal(&mut self, principal: &HoundPrincipal) -> Option<SourceKey> {
        let key = key_of(&principal.identifier)?;
        self.mention(&key, &principal.class, None);
        Some(key)
    }

    /// Adds the memberships that no directory lists: everybody with an account of a domain is an authenticated user, and
    /// everybody is one of all.
    pub(super) fn link_well_known_groups(&mut self) {
        for (name, domain) in std::mem::take(&mut self.domains) {
            let key = |text: String| SourceKey::new(&text);
            let authenticated = key(format!("{name}-{}", well_known::AUTHENTICATED_USERS));
            let everyone = key(format!("{name}-{}", well_known::EVERYONE));
            let (users, computers) = (key(format!("{domain}-513")), key(format!("{domain}-515")));
            let links = [
                (users.clone(), authenticated.clone()),
                (computers.clone(), authenticated.clone()),
                (users, everyone.clone()),
                (computers, everyone.clone()),
                (authenticated, everyone),
            ];
            for (from, to) in links {
                let (Some(from), Some(to)) = (from, to) else { continue };
                let is_there = |key: &SourceKey| self.relations.kind_of(key).is_some();
                if is_there(&from) && is_there(&to) {
                    let granted_by = Some("it holds for every account".to_owned());
                    let body = EdgeBody { granted_by, ..EdgeBody::default() };
                    self.relations.add(&from, Relation::MemberOf, &to, body);
                }
            }
        }
    }
}
