//! Accounts that several people use.

use super::DetectorRun;
use crate::finding::FindingEvidence;
use crate::table::HygieneDetector;
use countersign_correlate::SourcedKey;
use countersign_sources::{AccountUse, CredentialClass, CredentialRecord, NodeBody, Relation};
use std::collections::{BTreeMap, BTreeSet};

/// The right that says that an account is signed in at a computer (BloodHound's name for it).
const SESSION: &str = "HasSession";

/// People by the logins and addresses by which comments of keys name them.
struct NamedPeople<'a>(BTreeMap<String, BTreeSet<&'a SourcedKey>>);

impl NamedPeople<'_> {
    /// Returns the person whom a comment of a key names: by an address, or by the login before the name of a device. `None`
    /// if it names nobody, or several.
    fn of_comment(&self, comment: &str) -> Option<&SourcedKey> {
        let word = comment.split_whitespace().rev().find(|word| word.contains('@'))?.to_lowercase();
        let login = word.split_once('@').map(|(login, _)| login)?;
        let people = self.0.get(&word).or_else(|| self.0.get(login))?;
        people.first().copied().filter(|_| people.len() == 1)
    }
}

impl DetectorRun<'_, '_> {
    pub(super) fn shared(&mut self) {
        self.keys_of_several();
        self.passwords_of_services();
        self.many_computers();
    }

    fn named_people(&self) -> NamedPeople<'_> {
        let mut named: BTreeMap<String, BTreeSet<&SourcedKey>> = BTreeMap::new();
        for identity in self.view.identities.identities.values().filter(|identity| identity.kind.is_person())
        {
            for node in identity.nodes.iter().filter_map(|at| self.view.nodes.get(at)) {
                let personal = match &node.body {
                    NodeBody::Account(account) => {
                        named.entry(node.name.to_lowercase()).or_default().insert(&identity.id);
                        &account.personal
                    }
                    NodeBody::Person(person) => &person.personal,
                    _ => continue,
                };
                for mail in &personal.mails {
                    named.entry(mail.to_lowercase()).or_default().insert(&identity.id);
                }
            }
        }
        NamedPeople(named)
    }

    /// An account to which keys of several people sign in.
    fn keys_of_several(&mut self) {
        let people = self.named_people();
        let mut shared = Vec::new();
        for (at, _) in self.view.enabled_accounts() {
            let mut owners: BTreeMap<&SourcedKey, FindingEvidence> = BTreeMap::new();
            for (key, _) in self.edges.credentials.get(at).into_iter().flatten() {
                let Some(node) = self.view.nodes.get(key) else { continue };
                let works = matches!(&node.body, NodeBody::Credential(CredentialRecord {
                        class: CredentialClass::SshKey, enabled: Some(true), expires_at, .. })
                    if expires_at.is_none_or(|end| end > self.view.now));
                if let Some(owner) = people.of_comment(&node.name).filter(|_| works) {
                    owners
                        .entry(owner)
                        .or_insert_with(|| FindingEvidence::new(key, "name", node.name.as_str()));
                }
            }
            if owners.len() > 1 {
                shared.push((at, owners.into_values().collect::<Vec<_>>()));
            }
        }
        for (at, mut evidence) in shared {
            evidence.push(FindingEvidence::new(at, "enabled", "true"));
            let cause = format!("keys of several people in {}", at.source);
            self.add(HygieneDetector::SharedAccount, vec![at.clone()], cause, evidence);
        }
    }

    /// An account of a service whose password somebody used lately: a program has no use for one that a console asks for.
    fn passwords_of_services(&mut self) {
        for (at, account) in self.view.enabled_accounts() {
            let of_service = account.used_by == Some(AccountUse::Service)
                || self.view.identities.identity_of(at).is_some_and(|identity| !identity.kind.is_person());
            if !of_service || account.used_by == Some(AccountUse::Machine) {
                continue;
            }
            let used = self.edges.credentials.get(at).into_iter().flatten().find_map(|(key, _)| {
                let Some(NodeBody::Credential(password)) = self.view.nodes.get(key).map(|node| &node.body)
                else {
                    return None;
                };
                let used = password.last_used_at.filter(|_| {
                    password.class == CredentialClass::Password && password.enabled == Some(true)
                })?;
                (self.view.now.since(used) <= self.settings.unused_credential).then_some((key.clone(), used))
            });
            let Some((key, used)) = used else { continue };
            let evidence = vec![
                FindingEvidence::at(&key, "last_used_at", used),
                FindingEvidence::new(&key, "enabled", "true"),
                FindingEvidence::new(at, "enabled", "true"),
            ];
            let cause = format!("passwords of services in {}", at.source);
            self.add(HygieneDetector::SharedAccount, vec![at.clone()], cause, evidence);
        }
    }

    /// An account of a person that is signed in at many computers at once. Accounts of services usually are.
    fn many_computers(&mut self) {
        let mut sessions: BTreeMap<SourcedKey, BTreeSet<SourcedKey>> = BTreeMap::new();
        for (source, edge) in &self.view.edges {
            if edge.relation == Relation::Controls && edge.body.rights.iter().any(|right| right == SESSION) {
                let account = SourcedKey::new(source, edge.to.clone());
                sessions.entry(account).or_default().insert(SourcedKey::new(source, edge.from.clone()));
            }
        }
        for (at, account) in self.view.enabled_accounts() {
            let Some(computers) = sessions.get(at) else { continue };
            let by_program = matches!(account.used_by, Some(AccountUse::Service | AccountUse::Machine));
            if by_program || !self.view.is_person(at) || computers.len() < self.settings.computers_at_once {
                continue;
            }
            let named = computers.iter().take(3).map(|computer| self.view.name(computer));
            let says =
                format!("{} computers, among them {}", computers.len(), named.collect::<Vec<_>>().join(", "));
            let evidence =
                vec![FindingEvidence::new(at, "sessions", says), FindingEvidence::new(at, "enabled", "true")];
            let cause = format!("sessions at many computers in {}", at.source);
            self.add(HygieneDetector::SharedAccount, vec![at.clone()], cause, evidence);
        }
    }
}
