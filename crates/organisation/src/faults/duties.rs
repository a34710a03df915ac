//! Duties in one hand: through groups, nested groups, rights, and several accounts of one person.

use super::{FaultKind, FaultPlanting};
use crate::{CLOUD, DIRECTORY, NOW, TrueOwner, days, tidy_account};
use countersign_sources::{EdgeBody, NodeBody, PrivilegeLevel, Relation, SourceKey, SourceNode};

impl FaultPlanting {
    pub(super) fn duties(&mut self, round: usize) {
        let number = self.dice.below(1_000_000);
        let orders = self.group(DIRECTORY, &format!("orders-{number}"), |_| ());
        let payments = self.group(DIRECTORY, &format!("payments-{number}"), |_| ());
        let (one, other) = (self.person(), self.person());
        self.joins(DIRECTORY, &one, &orders);
        self.joins(DIRECTORY, &other, &payments);
        let mut faulty = self.person();
        match round % 4 {
            0 => self.joins(DIRECTORY, &faulty, &payments),
            // In a group that is in the group.
            1 => {
                let inner = self.group(DIRECTORY, &format!("clerks-{number}"), |_| ());
                self.joins(DIRECTORY, &inner, &payments);
                self.joins(DIRECTORY, &faulty, &inner);
            }
            // With another account, elsewhere.
            2 => match self.person_with_cloud() {
                Some((person, account)) => {
                    faulty = person;
                    self.cloud_duty(number, &account);
                }
                None => self.joins(DIRECTORY, &faulty, &payments),
            },
            _ => self.posts(&faulty, number, false),
        }
        self.joins(DIRECTORY, &faulty, &orders);
        self.fault(FaultKind::MixedDuties, DIRECTORY, &faulty);

        // One duty alone; the other one under conditions; the other one with an account that does not work any more.
        match round % 3 {
            0 => {}
            1 => self.posts(&one, number, true),
            _ => self.former_duty(number, &one),
        }
        self.decoy(FaultKind::MixedDuties, DIRECTORY, &one);
    }

    /// Adds the right to post payments.
    fn posts(&mut self, account: &SourceKey, number: usize, conditional: bool) {
        let Some(ledger) = SourceKey::new(&format!("payments-ledger-{number}")) else { return };
        let rights = vec!["post".to_owned()];
        let body =
            EdgeBody { rights, level: Some(PrivilegeLevel::Write), conditional, ..EdgeBody::default() };
        self.edge(DIRECTORY, account, Relation::May, &ledger, body);
    }

    fn cloud_duty(&mut self, number: usize, account: &SourceKey) {
        let role = self.group(CLOUD, &format!("payments-{number}"), |role| role.created_at = None);
        self.joins(CLOUD, account, &role);
    }

    /// Adds a disabled account of the person with the other duty.
    fn former_duty(&mut self, number: usize, person: &SourceKey) {
        let Some(&owner) = self.organisation.owners.get(&(DIRECTORY, person.clone())) else { return };
        let Some(mail) = self.account_mut(person).and_then(|account| account.personal.mails.first().cloned())
        else {
            return;
        };
        let mut account = tidy_account(&mut self.dice, NOW.minus(days(700)));
        account.enabled = Some(false);
        account.personal.mails.push(mail.clone());
        let key = self.add_node(CLOUD, &mail, NodeBody::Account(account));
        self.organisation.owners.insert((CLOUD, key.clone()), owner);
        self.cloud_duty(number, &key);
    }

    /// Returns a person whose account in the cloud has the address that the directory has too.
    fn person_with_cloud(&mut self) -> Option<(SourceKey, SourceKey)> {
        let source = self.organisation.sources.get(CLOUD)?;
        let accounts: Vec<(TrueOwner, String, SourceKey)> = source
            .nodes
            .iter()
            .filter_map(|SourceNode { key, body, .. }| match body {
                NodeBody::Account(account) if account.enabled == Some(true) => {
                    let owner = self.organisation.owners.get(&(CLOUD, key.clone()))?;
                    Some((*owner, account.personal.mails.first()?.to_lowercase(), key.clone()))
                }
                _ => None,
            })
            .collect();
        for place in (0..self.people.len()).rev() {
            let Some(person) = self.people.get(place).cloned() else { continue };
            let owner = self.organisation.owners.get(&(DIRECTORY, person.clone())).copied();
            let mail = self.account_mut(&person).and_then(|account| account.personal.mails.first().cloned());
            let Some(mail) = mail.map(|mail| mail.to_lowercase()) else { continue };
            let same = accounts.iter().find(|(other, address, _)| Some(*other) == owner && *address == mail);
            if let Some((_, _, account)) = same {
                self.people.remove(place);
                return Some((person, account.clone()));
            }
        }
        None
    }
}
