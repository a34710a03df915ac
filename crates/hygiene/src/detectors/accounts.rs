//! Accounts: orphaned, unused, of leavers, without an owner.

use super::DetectorRun;
use crate::finding::FindingEvidence;
use crate::table::HygieneDetector;
use crate::view::HygieneView;
use countersign_correlate::{AccountState, IdentityOwner, LinkBasis, NodeComparison, SourcedKey, leavers};
use countersign_sources::{AccountRecord, NodeBody, SourceNode};
use std::collections::{BTreeMap, BTreeSet};

impl DetectorRun<'_, '_> {
    pub(super) fn accounts(&mut self) {
        let own = own_domains(self.view);
        for (at, account) in self.view.enabled_accounts() {
            let enabled = || FindingEvidence::new(at, "enabled", "true");
            if self.view.identities.accounts.get(at) == Some(&AccountState::Orphan) {
                let mut evidence = identifying(at, account, &own);
                if !evidence.is_empty() {
                    evidence.push(enabled());
                    self.add(
                        HygieneDetector::OrphanedAccount,
                        vec![at.clone()],
                        format!("accounts of nobody in {}", at.source),
                        evidence,
                    );
                }
            }
            if let Some(used) = self.view.last_use(at, account.last_used_at) {
                let settings = self.settings;
                let limit = if self.emergency.contains(at) {
                    settings.unused_emergency
                } else if self.view.is_person(at) {
                    settings.unused_person
                } else {
                    settings.unused_other
                };
                self.add_if_old(
                    HygieneDetector::UnusedAccount,
                    at,
                    ("last_used_at", used),
                    limit,
                    vec![enabled()],
                );
            }
        }
        self.leavers();
        self.ownerless();
    }

    fn leavers(&mut self) {
        let namesakes = current_names(self.view);
        for leaver in leavers(self.view.identities, self.view.nodes, self.view.now) {
            let name = self.view.nodes.get(&leaver.record).and_then(|node| full_name(node));
            let has_namesake = name.is_some_and(|name| namesakes.contains(&name));
            if has_namesake && !self.is_surely_of(&leaver.account, &leaver.identity) {
                continue;
            }
            let ended = match leaver.ended_at {
                Some(moment) => FindingEvidence::at(&leaver.record, "ends_at", moment),
                None => FindingEvidence::new(&leaver.record, "active", "false"),
            };
            let evidence = vec![ended, FindingEvidence::new(&leaver.account, "enabled", "true")];
            let cause = format!("accounts of leavers in {}", leaver.account.source);
            self.add(HygieneDetector::AccountOfLeaver, vec![leaver.account, leaver.record], cause, evidence);
        }
    }

    /// Returns whether more than a name says that the account belongs to the identity: a number, an address or a person's
    /// decision; or the login of another account of the identity of which that is so.
    fn is_surely_of(&self, account: &SourcedKey, identity: &SourcedKey) -> bool {
        if self.is_linked_surely(account) {
            return true;
        }
        let login = self.view.name(account);
        let nodes = self.view.identities.identities.get(identity).into_iter().flat_map(|found| &found.nodes);
        nodes.filter(|at| *at != account && self.is_linked_surely(at)).any(|at| self.view.name(at) == login)
    }

    fn is_linked_surely(&self, account: &SourcedKey) -> bool {
        match self.view.identities.accounts.get(account) {
            Some(AccountState::Linked { basis: LinkBasis::Rules(rules), .. }) => {
                rules.iter().flat_map(|rule| &rule.compared).any(|values| {
                    matches!(values.comparison, NodeComparison::Mail | NodeComparison::EmployeeNumber)
                })
            }
            Some(AccountState::Linked { .. }) => true,
            _ => false,
        }
    }

    fn ownerless(&mut self) {
        let identities = self.view.identities.identities.values();
        for identity in identities.filter(|identity| !identity.kind.is_person()) {
            let (cause, evidence) = match &identity.owner {
                IdentityOwner::Missing => {
                    let kind = FindingEvidence::new(&identity.id, "kind", identity.kind.as_str());
                    (format!("no owners in {}", identity.id.source), kind)
                }
                IdentityOwner::Unresolved(text) => {
                    (format!("owner {text}"), FindingEvidence::new(&identity.id, "owner", text.as_str()))
                }
                IdentityOwner::Itself
                | IdentityOwner::Known(_)
                | IdentityOwner::Account(_)
                | IdentityOwner::Several(_) => continue,
            };
            self.add(HygieneDetector::OwnerlessIdentity, vec![identity.id.clone()], cause, vec![evidence]);
        }
    }
}

/// Returns the names on record of people who have not left. An account that was linked to a leaver by name alone may be one
/// of theirs, and to take it away from somebody who works here is worse than to look at it with the queue.
fn current_names(view: &HygieneView<'_>) -> BTreeSet<(String, String)> {
    let current = view.nodes.values().filter(|node| match &node.body {
        NodeBody::Person(person) => {
            person.active != Some(false) && person.ends_at.is_none_or(|end| end > view.now)
        }
        _ => false,
    });
    current.filter_map(|node| full_name(node)).collect()
}

fn full_name(node: &SourceNode) -> Option<(String, String)> {
    let NodeBody::Person(person) = &node.body else { return None };
    let (given, family) = (person.personal.given_name.as_ref()?, person.personal.family_name.as_ref()?);
    Some((given.to_lowercase(), family.to_lowercase()))
}

/// Returns the domain of an address, as domains are compared.
fn domain(mail: &str) -> Option<String> {
    mail.rsplit_once('@').map(|(_, domain)| domain.to_lowercase())
}

/// Returns the domains of the organisation: those that one in ten addresses on record of its people are in. An address
/// elsewhere, which somebody gave a code host, is nothing that anybody could be found by.
fn own_domains(view: &HygieneView<'_>) -> BTreeSet<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for node in view.nodes.values() {
        if let NodeBody::Person(person) = &node.body {
            for domain in person.personal.mails.iter().filter_map(|mail| domain(mail)) {
                *counts.entry(domain).or_default() += 1;
            }
        }
    }
    let all: usize = counts.values().sum();
    counts.into_iter().filter(|(_, count)| count * 10 >= all).map(|(domain, _)| domain).collect()
}

/// Returns what a source says about the person of an account: without it nobody could have been found.
fn identifying(at: &SourcedKey, account: &AccountRecord, own: &BTreeSet<String>) -> Vec<FindingEvidence> {
    let personal = &account.personal;
    let own_mail = |mail: &&String| domain(mail).is_some_and(|domain| own.contains(&domain));
    let texts = [
        ("employee_number", personal.employee_number.as_ref()),
        ("mails", personal.mails.iter().find(own_mail)),
        ("family_name", personal.family_name.as_ref()),
        // One word names nobody.
        (
            "display_name",
            personal.display_name.as_ref().filter(|name| name.trim().contains(char::is_whitespace)),
        ),
    ];
    let told = texts.into_iter().filter_map(|(attribute, value)| Some((attribute, value?)));
    told.map(|(attribute, value)| FindingEvidence::new(at, attribute, value.as_str())).collect()
}
