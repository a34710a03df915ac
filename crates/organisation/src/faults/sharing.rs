//! Accounts that several people use, rights that nobody uses, and accounts that are exempt from a second factor.

use super::{FaultKind, FaultPlanting};
use crate::{CLOUD, DIRECTORY, HOSTS, NOW, TrueOwner, days, tidy_account};
use countersign_sources::{
    AccountUse, CredentialClass, CredentialRecord, EdgeBody, NodeBody, PrivilegeLevel, Relation, SourceKey,
};

impl FaultPlanting {
    pub(super) fn sharing(&mut self, round: usize) {
        match round % 3 {
            0 => self.signed_in_at_many_computers(),
            1 => self.keys_of_several(),
            _ => self.password_of_a_service(),
        }
    }

    /// Keys of two people; and two keys of one, a key that names nobody, or one that does not work.
    fn keys_of_several(&mut self) {
        for faulty in [true, false] {
            let account = self.service(HOSTS, "deploy");
            let (first, second) = (self.login(), self.login());
            let second = match self.dice.below(3) {
                _ if faulty => (format!("ssh-rsa 3072 bits {second}@desk"), true),
                0 => (format!("ssh-rsa 3072 bits {first}@desk"), true),
                1 => ("ssh-rsa 3072 bits".to_owned(), true),
                _ => (format!("ssh-rsa 3072 bits {second}@desk"), false),
            };
            for (name, enabled) in [(format!("ssh-ed25519 256 bits {first}@laptop"), true), second] {
                let key = self.add_node(HOSTS, &name, credential(CredentialClass::SshKey, Some(3), enabled));
                self.edge(HOSTS, &account, Relation::Has, &key, EdgeBody::default());
            }
            self.stated(FaultKind::SharedAccount, HOSTS, &account, faulty);
        }
    }

    /// A password of a service that somebody uses; and one that nobody is known to use, or that does not work.
    fn password_of_a_service(&mut self) {
        for faulty in [true, false] {
            let account = self.service(CLOUD, "report");
            let used = (faulty || self.dice.chance(500)).then_some(5);
            let password = credential(CredentialClass::Password, used, faulty || used.is_none());
            let key = self.add_node(CLOUD, "password", password);
            self.edge(CLOUD, &account, Relation::Has, &key, EdgeBody::default());
            self.stated(FaultKind::SharedAccount, CLOUD, &account, faulty);
        }
    }

    /// A person at eight computers at once; and a person at three, or a service at eight.
    fn signed_in_at_many_computers(&mut self) {
        let (shared, own, service) = (self.person(), self.person(), self.service(DIRECTORY, "scanner"));
        let by_service = self.dice.chance(500);
        let decoy = if by_service { &service } else { &own };
        for (account, computers) in [(&shared, 8), (decoy, if by_service { 8 } else { 3 })] {
            for _ in 0..computers {
                let Some(computer) = SourceKey::new(&format!("computer-{}", crate::guid(&mut self.dice)))
                else {
                    continue;
                };
                let body = EdgeBody {
                    rights: vec!["HasSession".to_owned()],
                    level: Some(PrivilegeLevel::Administer),
                    ..EdgeBody::default()
                };
                self.edge(DIRECTORY, &computer, Relation::Controls, account, body);
            }
        }
        self.fault(FaultKind::SharedAccount, DIRECTORY, &shared);
        self.organisation.decoys.push((FaultKind::SharedAccount, DIRECTORY, decoy.clone()));
    }

    /// A right that was used long ago; and one of which that is not known, which was used lately, which was granted lately, or
    /// whose account does not work.
    pub(super) fn unused_rights(&mut self, round: usize) {
        let number = self.dice.below(1_000_000);
        let long_ago = Some(NOW.minus(days(120 + self.dice.below(200))));
        for (place, (faulty, last_used_at)) in
            [(true, long_ago), (false, None), (false, Some(NOW.minus(days(20))))].into_iter().enumerate()
        {
            let person = self.person();
            let Some(application) = SourceKey::new(&format!("application-{number}-{place}")) else {
                continue;
            };
            let body = EdgeBody {
                rights: vec!["use".to_owned()],
                level: Some(PrivilegeLevel::Read),
                since: Some(NOW.minus(days(600))),
                last_used_at,
                ..EdgeBody::default()
            };
            self.edge(DIRECTORY, &person, Relation::May, &application, body);
            self.stated(FaultKind::UnusedRight, DIRECTORY, &person, faulty);
        }
        let person = self.person();
        let Some(application) = SourceKey::new(&format!("application-{number}-late")) else { return };
        let granted_lately = round.is_multiple_of(2);
        if !granted_lately {
            self.change(&person, |account| account.enabled = Some(false));
        }
        let since = Some(NOW.minus(days(if granted_lately { 30 } else { 600 })));
        let body =
            EdgeBody { rights: vec!["use".to_owned()], since, last_used_at: long_ago, ..EdgeBody::default() };
        self.edge(DIRECTORY, &person, Relation::May, &application, body);
        self.decoy(FaultKind::UnusedRight, DIRECTORY, &person);
    }

    /// A member of a group that is not asked for a second factor, or a service with a password in a source that asks for one;
    /// and an account for emergencies in the group, or a service without a password.
    pub(super) fn exemptions(&mut self, round: usize) {
        if round.is_multiple_of(2) {
            let number = self.dice.below(1_000_000);
            let exempt = self.group(DIRECTORY, &format!("mfa-exempt-{number}"), |_| ());
            let inner = self.group(DIRECTORY, &format!("visitors-{number}"), |_| ());
            self.joins(DIRECTORY, &inner, &exempt);
            let (member, decoy) = (self.person(), self.person());
            self.joins(DIRECTORY, &member, &inner);
            self.fault(FaultKind::ExemptFromSecondFactor, DIRECTORY, &member);
            let conditional = self.dice.chance(500);
            let body = EdgeBody { conditional, ..EdgeBody::default() };
            self.edge(DIRECTORY, &decoy, Relation::MemberOf, &exempt, body);
            if !conditional {
                self.organisation.break_glass.push((DIRECTORY, decoy.clone()));
            }
            self.decoy(FaultKind::ExemptFromSecondFactor, DIRECTORY, &decoy);
            return;
        }
        for faulty in [true, false] {
            let account = self.service(CLOUD, "billing");
            let nodes = self.organisation.sources.entry(CLOUD).or_default().nodes.iter_mut();
            for node in nodes.filter(|node| node.key == account) {
                if let NodeBody::Account(record) = &mut node.body {
                    record.multi_factor = Some(false);
                }
            }
            let class = if faulty { CredentialClass::Password } else { CredentialClass::ApiKey };
            let key = self.add_node(CLOUD, "credential", credential(class, None, true));
            self.edge(CLOUD, &account, Relation::Has, &key, EdgeBody::default());
            self.stated(FaultKind::ExemptFromSecondFactor, CLOUD, &account, faulty);
        }
    }

    /// Adds the account of a service that somebody answers for.
    fn service(&mut self, source: &'static str, task: &str) -> SourceKey {
        let mut account = tidy_account(&mut self.dice, NOW.minus(days(300)));
        account.used_by = Some(AccountUse::Service);
        account.description = Some(format!("Runs the {task}"));
        account.owner = Some(self.login());
        let number = self.dice.below(1_000_000);
        let key = self.add_node(source, &format!("svc-{task}-{number}"), NodeBody::Account(account));
        self.organisation.owners.insert((source, key.clone()), TrueOwner::NonHuman(usize::MAX - number));
        key
    }

    /// Returns the login of a person.
    fn login(&mut self) -> String {
        let person = self.person();
        let nodes = self.organisation.sources.get(DIRECTORY).into_iter().flat_map(|source| &source.nodes);
        nodes.clone().find(|node| node.key == person).map(|node| node.name.clone()).unwrap_or_default()
    }

    fn stated(&mut self, kind: FaultKind, source: &'static str, key: &SourceKey, faulty: bool) {
        if faulty {
            self.fault(kind, source, key);
        } else {
            self.decoy(kind, source, key);
        }
    }
}

fn credential(class: CredentialClass, used: Option<usize>, enabled: bool) -> NodeBody {
    NodeBody::Credential(CredentialRecord {
        class,
        enabled: Some(enabled),
        created_at: Some(NOW.minus(days(60))),
        last_used_at: used.map(|used| NOW.minus(days(used))),
        expires_at: None,
    })
}
