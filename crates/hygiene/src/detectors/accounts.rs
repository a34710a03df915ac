//! Accounts: orphaned, unused, of leavers, without a second factor, without an owner.

use super::DetectorRun;
use crate::finding::FindingEvidence;
use crate::table::HygieneDetector;
use countersign_correlate::{AccountState, IdentityOwner, SourcedKey, leavers};
use countersign_sources::AccountRecord;

impl DetectorRun<'_, '_> {
    pub(super) fn accounts(&mut self) {
        for (at, account) in self.view.enabled_accounts() {
            let enabled = || FindingEvidence::new(at, "enabled", "true");
            if self.view.identities.accounts.get(at) == Some(&AccountState::Orphan) {
                let mut evidence = identifying(at, account);
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
                IdentityOwner::Itself | IdentityOwner::Known(_) | IdentityOwner::Account(_) => continue,
            };
            self.add(HygieneDetector::OwnerlessIdentity, vec![identity.id.clone()], cause, vec![evidence]);
        }
    }
}

/// Returns what a source says about the person of an account: without it nobody could have been found.
fn identifying(at: &SourcedKey, account: &AccountRecord) -> Vec<FindingEvidence> {
    let personal = &account.personal;
    let texts = [
        ("employee_number", personal.employee_number.as_ref()),
        ("mails", personal.mails.first()),
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
