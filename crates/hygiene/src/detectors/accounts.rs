//! Accounts: orphaned, unused, of leavers, without a second factor, without an owner.

use super::DetectorRun;
use crate::finding::FindingEvidence;
use crate::table::HygieneDetector;
use crate::view::HygieneView;
use countersign_correlate::{AccountState, IdentityOwner, SourcedKey, leavers};
use countersign_sources::{AccountRecord, NodeBody};
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
                let limit = if settings.emergency.contains(at) {
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
            if account.multi_factor == Some(false) && self.view.is_person(at) {
                let evidence = vec![FindingEvidence::new(at, "multi_factor", "false"), enabled()];
                self.add(
                    HygieneDetector::MissingMultiFactor,
                    vec![at.clone()],
                    format!("sign-in to {}", at.source),
                    evidence,
                );
            }
        }
        self.leavers();
        self.ownerless();
    }

    fn leavers(&mut self) {
        for leaver in leavers(self.view.identities, self.view.nodes, self.view.now) {
            let ended = match leaver.ended_at {
                Some(moment) => FindingEvidence::at(&leaver.record, "ends_at", moment),
                None => FindingEvidence::new(&leaver.record, "active", "false"),
            };
            let evidence = vec![ended, FindingEvidence::new(&leaver.account, "enabled", "true")];
            let cause = format!("{} left", leaver.identity);
            self.add(HygieneDetector::AccountOfLeaver, vec![leaver.account, leaver.record], cause, evidence);
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
