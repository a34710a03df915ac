//! Faults for detectors to find, and beside each kind something that looks like it and is none.

mod duties;
mod sharing;

use crate::dice::SeededDice;
use crate::writing::mistype;
use crate::{CLOUD, DIRECTORY, HOSTS, NOW, Organisation, PERSONNEL, TrueOwner, days, guid, tidy_account};
use countersign_sources::{
    AccountRecord, CredentialClass, CredentialRecord, EdgeBody, GroupRecord, NodeBody, PrivilegeLevel,
    Relation, SourceEdge, SourceKey, SourceNode,
};

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// An account that works, of nobody.
    Orphaned,
    /// An account that works and has not been used for long.
    StaleAccount,
    /// A credential that works and has not been used for long.
    StaleCredential,
    /// An account that works, of a person who left.
    LeaverEnabled,
    /// Two current records of one person.
    DuplicatePeople,
    /// A service that nobody answers for.
    Ownerless,
    /// A key that has been the same for long.
    OldKey,
    /// An account of a person without a second factor.
    NoSecondFactor,
    /// A group that nobody is in.
    EmptyGroup,
    /// A role that nobody has taken on for long.
    DormantRole,
    /// Two roles with nearly the same rights.
    TwinRoles,
    /// A role that one account has.
    RoleOfOne,
    /// Power over a system that lasts.
    StandingPrivilege,
    /// Two duties in one hand.
    MixedDuties,
    /// Sources that contradict each other about a person.
    Contradiction,
    /// An account that several people use.
    SharedAccount,
    /// A right that nobody has used for long.
    UnusedRight,
    /// An account that is not asked for a second factor.
    ExemptFromSecondFactor,
}

impl FaultKind {
    /// All kinds.
    pub const ALL: [Self; 18] = [
        Self::Orphaned,
        Self::StaleAccount,
        Self::StaleCredential,
        Self::LeaverEnabled,
        Self::DuplicatePeople,
        Self::Ownerless,
        Self::OldKey,
        Self::NoSecondFactor,
        Self::EmptyGroup,
        Self::DormantRole,
        Self::TwinRoles,
        Self::RoleOfOne,
        Self::StandingPrivilege,
        Self::MixedDuties,
        Self::Contradiction,
        Self::SharedAccount,
        Self::UnusedRight,
        Self::ExemptFromSecondFactor,
    ];
}

/// A node that something is wrong with, or seems to be.
pub type FaultyNode = (FaultKind, &'static str, SourceKey);

impl Organisation {
    /// Creates the organisation of a seed, gives its people groups and roles, and plants `each` faults of each kind with as
    /// many decoys. Nothing else is wrong with it that the kinds speak of, but for accounts that say nothing about their
    /// person.
    pub fn with_faults(seed: u64, size: usize, each: usize) -> Self {
        let mut planting = FaultPlanting {
            organisation: Self::plant(seed, size),
            dice: SeededDice::new(seed ^ 0x5EED_FA17),
            people: Vec::new(),
        };
        planting.people = planting.untouched_people();
        planting.background();
        for round in 0..each {
            planting.accounts();
            planting.records();
            planting.credentials();
            planting.groups();
            planting.privileges();
            planting.duties(round);
            planting.sharing(round);
            planting.unused_rights(round);
            planting.exemptions(round);
            if round == 0 {
                planting.empower();
            }
        }
        planting.organisation
    }
}

struct FaultPlanting {
    organisation: Organisation,
    dice: SeededDice,
    /// Accounts of the directory that work and belong to a person for certain, in an order of chance; each is used once.
    people: Vec<SourceKey>,
}

impl FaultPlanting {
    fn untouched_people(&mut self) -> Vec<SourceKey> {
        let source = self.organisation.sources.get(DIRECTORY);
        let owners = &self.organisation.owners;
        let mut people: Vec<SourceKey> = source
            .iter()
            .flat_map(|source| &source.nodes)
            .filter(|node| matches!(owners.get(&(DIRECTORY, node.key.clone())), Some(TrueOwner::Human(_))))
            .filter(|node| match &node.body {
                NodeBody::Account(account) => {
                    account.enabled == Some(true)
                        && account.personal.employee_number.is_some()
                        && account.personal.mails.len() == 1
                        && account.personal.department.is_some()
                        && account.personal.given_name.is_some()
                }
                _ => false,
            })
            .map(|node| node.key.clone())
            .collect();
        for at in (1..people.len()).rev() {
            people.swap(at, self.dice.below(at + 1));
        }
        people
    }

    fn person(&mut self) -> SourceKey {
        self.people
            .pop()
            .or_else(|| SourceKey::new("nobody"))
            .unwrap_or_else(|| unreachable!("the text is a key"))
    }

    fn account_mut(&mut self, key: &SourceKey) -> Option<&mut AccountRecord> {
        let nodes = &mut self.organisation.sources.get_mut(DIRECTORY)?.nodes;
        match &mut nodes.iter_mut().find(|node| node.key == *key)?.body {
            NodeBody::Account(account) => Some(account),
            _ => None,
        }
    }

    fn change(&mut self, key: &SourceKey, change: impl FnOnce(&mut AccountRecord)) {
        if let Some(account) = self.account_mut(key) {
            change(account);
        }
    }

    fn fault(&mut self, kind: FaultKind, source: &'static str, key: &SourceKey) {
        self.organisation.faults.push((kind, source, key.clone()));
    }

    fn decoy(&mut self, kind: FaultKind, source: &'static str, key: &SourceKey) {
        self.organisation.decoys.push((kind, source, key.clone()));
    }

    fn add_node(&mut self, source: &'static str, name: &str, body: NodeBody) -> SourceKey {
        let key = format!("{name}-{}", guid(&mut self.dice));
        let key = SourceKey::new(&key).unwrap_or_else(|| unreachable!("the text is a key"));
        let node = SourceNode { key: key.clone(), name: name.to_owned(), body };
        self.organisation.sources.entry(source).or_default().nodes.push(node);
        key
    }

    fn group(
        &mut self,
        source: &'static str,
        name: &str,
        change: impl FnOnce(&mut GroupRecord),
    ) -> SourceKey {
        let created_at = Some(NOW.minus(days(400 + self.dice.below(900))));
        let last_used_at = Some(NOW.minus(days(self.dice.below(20))));
        let mut group = GroupRecord { created_at, last_used_at, ..GroupRecord::default() };
        change(&mut group);
        let role = source == CLOUD;
        self.add_node(source, name, if role { NodeBody::Role(group) } else { NodeBody::Group(group) })
    }

    fn edge(
        &mut self,
        source: &'static str,
        from: &SourceKey,
        relation: Relation,
        to: &SourceKey,
        body: EdgeBody,
    ) {
        let edge = SourceEdge { from: from.clone(), relation, to: to.clone(), body };
        self.organisation.sources.entry(source).or_default().edges.push(edge);
    }

    fn joins(&mut self, source: &'static str, member: &SourceKey, group: &SourceKey) {
        self.edge(source, member, Relation::MemberOf, group, EdgeBody::default());
    }

    fn accounts_of(&self, source: &'static str, wanted: fn(&TrueOwner) -> bool) -> Vec<SourceKey> {
        let owners = self.organisation.owners.iter();
        owners
            .filter(|((name, _), owner)| *name == source && wanted(owner))
            .map(|((_, key), _)| key.clone())
            .collect()
    }

    /// Everybody in a group, and roles with rights of their own and several members.
    fn background(&mut self) {
        let members = self.accounts_of(DIRECTORY, |owner| matches!(owner, TrueOwner::Human(_)));
        for (number, members) in members.chunks(40).enumerate().filter(|(_, members)| members.len() > 1) {
            let group = self.group(DIRECTORY, &format!("team-{number}"), |_| ());
            for member in members {
                self.joins(DIRECTORY, member, &group);
            }
        }
        let members = self.accounts_of(CLOUD, |owner| matches!(owner, TrueOwner::Human(_)));
        for (number, members) in members.chunks(10).enumerate().filter(|(_, members)| members.len() > 1) {
            let role = self.role_with_rights(
                &format!("role-{number}"),
                &(0..6).map(|right| number * 6 + right).collect::<Vec<_>>(),
            );
            for member in members {
                self.joins(CLOUD, member, &role);
            }
        }
    }

    /// Adds a role that may do something with each of the resources of these numbers.
    fn role_with_rights(&mut self, name: &str, resources: &[usize]) -> SourceKey {
        let role = self.group(CLOUD, name, |_| ());
        for resource in resources {
            let to =
                SourceKey::new(&format!("arn:aws:s3:::bucket-{resource}")).unwrap_or_else(|| role.clone());
            let body = EdgeBody {
                rights: vec!["s3:GetObject".to_owned()],
                level: Some(PrivilegeLevel::Read),
                ..EdgeBody::default()
            };
            self.edge(CLOUD, &role, Relation::May, &to, body);
        }
        role
    }

    fn accounts(&mut self) {
        // Somebody of whom nothing else is left; and the same, disabled.
        for enabled in [true, false] {
            let (given, family) = (crate::guid(&mut self.dice), crate::guid(&mut self.dice));
            let letters = |text: &str| -> String {
                text.chars()
                    .filter(|c| *c != '-')
                    .filter_map(|c| char::from_u32(u32::from('a') + c.to_digit(16)?))
                    .take(9)
                    .collect()
            };
            let (given, family) = (letters(&given), letters(&family));
            let mut account = tidy_account(&mut self.dice, NOW.minus(days(900)));
            account.enabled = Some(enabled);
            account.personal.display_name = Some(format!("{given} {family}"));
            account.personal.mails.push(format!("{given}.{family}@meridian.example"));
            let key = self.add_node(DIRECTORY, &format!("{given}.{family}"), NodeBody::Account(account));
            self.organisation.owners.insert((DIRECTORY, key.clone()), TrueOwner::Gone(usize::MAX));
            if enabled {
                self.fault(FaultKind::Orphaned, DIRECTORY, &key)
            } else {
                self.decoy(FaultKind::Orphaned, DIRECTORY, &key)
            }
        }
        let key = self.person();
        let unused = 120 + self.dice.below(300);
        self.change(&key, |account| account.last_used_at = Some(NOW.minus(days(unused))));
        self.fault(FaultKind::StaleAccount, DIRECTORY, &key);
        // Nothing is known of its use; it was used a while ago; it is disabled; it is for emergencies.
        let key = self.person();
        match self.dice.below(4) {
            0 => self.change(&key, |account| account.last_used_at = None),
            1 => self.change(&key, |account| account.last_used_at = Some(NOW.minus(days(60)))),
            2 => self.change(&key, |account| {
                account.last_used_at = Some(NOW.minus(days(400)));
                account.enabled = Some(false);
            }),
            _ => {
                self.change(&key, |account| account.last_used_at = Some(NOW.minus(days(300))));
                self.organisation.break_glass.push((DIRECTORY, key.clone()));
            }
        }
        self.decoy(FaultKind::StaleAccount, DIRECTORY, &key);

        let key = self.person();
        self.change(&key, |account| account.multi_factor = Some(false));
        self.fault(FaultKind::NoSecondFactor, DIRECTORY, &key);
        let key = self.person();
        self.change(&key, |account| account.multi_factor = None);
        self.decoy(FaultKind::NoSecondFactor, DIRECTORY, &key);

        // A service whose owner is not stated, or is nobody; and one whose owner is stated by mail.
        for faulty in [true, false] {
            let mut account = tidy_account(&mut self.dice, NOW.minus(days(300)));
            account.description = Some("Copies orders".to_owned());
            let named = self.person();
            let mail = self.account_mut(&named).and_then(|account| account.personal.mails.first().cloned());
            account.owner = match (faulty, self.dice.chance(500)) {
                (false, _) => mail,
                (true, true) => None,
                (true, false) => Some("former.colleague".to_owned()),
            };
            let key = self.add_node(DIRECTORY, "svc-orders", NodeBody::Account(account));
            self.organisation.owners.insert((DIRECTORY, key.clone()), TrueOwner::NonHuman(usize::MAX));
            if faulty {
                self.fault(FaultKind::Ownerless, DIRECTORY, &key)
            } else {
                self.decoy(FaultKind::Ownerless, DIRECTORY, &key)
            }
        }
    }

    /// The record of the person whom an account of the directory belongs to, if it is the only one.
    fn record_of(&self, account: &SourceKey) -> Option<usize> {
        let owner = self.organisation.owners.get(&(DIRECTORY, account.clone()))?;
        let records = &self.organisation.sources.get(PERSONNEL)?.nodes;
        let is =
            |node: &&SourceNode| self.organisation.owners.get(&(PERSONNEL, node.key.clone())) == Some(owner);
        let place = records.iter().position(|node| is(&node))?;
        (records.iter().filter(is).count() == 1).then_some(place)
    }

    fn person_with_record(&mut self) -> (SourceKey, usize) {
        loop {
            let key = self.person();
            if let Some(place) = self.record_of(&key) {
                return (key, place);
            }
            if self.people.is_empty() {
                return (key, 0);
            }
        }
    }

    fn record_mut(&mut self, place: usize) -> Option<&mut SourceNode> {
        self.organisation.sources.get_mut(PERSONNEL)?.nodes.get_mut(place)
    }

    fn records(&mut self) {
        // Left last month, and can still sign in; leaves next month.
        let (key, place) = self.person_with_record();
        if let Some(SourceNode { body: NodeBody::Person(person), .. }) = self.record_mut(place) {
            person.ends_at = Some(NOW.minus(days(30)));
            person.active = Some(false);
        }
        self.fault_of_each_account(&key);
        let (key, place) = self.person_with_record();
        if let Some(SourceNode { body: NodeBody::Person(person), .. }) = self.record_mut(place) {
            person.ends_at = Some(NOW.plus(days(30)));
        }
        self.decoy(FaultKind::LeaverEnabled, DIRECTORY, &key);

        // A second record under another number, with the same address or a name that is mistyped; and a namesake.
        for faulty in [true, false] {
            let (account, place) = self.person_with_record();
            let owner = self.organisation.owners.get(&(DIRECTORY, account)).copied();
            let Some(mut node) = self.record_mut(place).cloned() else { continue };
            let NodeBody::Person(person) = &mut node.body else { continue };
            let number = 900_000 + self.dice.below(99_000);
            person.personal.employee_number = Some(format!("{number:08}"));
            person.starts_at = Some(NOW.minus(days(100)));
            if !faulty {
                person.personal.mails = vec![format!("namesake{number}@meridian.example")];
                person.personal.title = None;
            } else if let Some(family) =
                person.personal.family_name.as_mut().filter(|_| self.dice.chance(400))
            {
                *family = mistype(&mut self.dice, family);
            }
            let first = node.key.clone();
            node.key = SourceKey::new(&format!("row-second-{number}")).unwrap_or(node.key);
            let key = node.key.clone();
            self.organisation.sources.entry(PERSONNEL).or_default().nodes.push(node);
            let owner = if faulty { owner } else { Some(TrueOwner::Human(usize::MAX - number)) };
            self.organisation.owners.extend(owner.map(|owner| ((PERSONNEL, key.clone()), owner)));
            if faulty {
                self.fault(FaultKind::DuplicatePeople, PERSONNEL, &key);
            } else {
                self.decoy(FaultKind::DuplicatePeople, PERSONNEL, &first);
            }
        }

        // Another department than the record says; and the same one in other letters.
        let (key, _) = self.person_with_record();
        self.change(&key, |account| account.personal.department = Some("Facilities".to_owned()));
        self.fault(FaultKind::Contradiction, DIRECTORY, &key);
        let (key, _) = self.person_with_record();
        self.change(&key, |account| {
            account.personal.department = account.personal.department.as_ref().map(|name| name.to_uppercase())
        });
        self.decoy(FaultKind::Contradiction, DIRECTORY, &key);
    }

    /// Whoever left left with every account.
    fn fault_of_each_account(&mut self, account: &SourceKey) {
        let owner = self.organisation.owners.get(&(DIRECTORY, account.clone()));
        let accounts: Vec<_> = self
            .organisation
            .owners
            .iter()
            .filter(|((source, _), other)| *source != PERSONNEL && Some(*other) == owner)
            .map(|((source, key), _)| (FaultKind::LeaverEnabled, *source, key.clone()))
            .collect();
        self.organisation.faults.extend(accounts);
    }

    fn credential(&mut self, source: &'static str, credential: CredentialRecord) -> SourceKey {
        // Passwords are people's: that of a service which is used would be a fault of another kind.
        let owners = if credential.class == CredentialClass::Password {
            self.accounts_of(source, |owner| matches!(owner, TrueOwner::Human(_)))
        } else {
            self.accounts_of(source, |owner| matches!(owner, TrueOwner::NonHuman(_)))
        };
        let owner = owners.get(self.dice.below(owners.len())).cloned();
        let key = self.add_node(source, "credential", NodeBody::Credential(credential));
        if let Some(owner) = owner {
            self.edge(source, &owner, Relation::Has, &key, EdgeBody::default());
        }
        key
    }

    fn credentials(&mut self) {
        let key = |created: usize, used: Option<usize>, enabled: bool| CredentialRecord {
            class: CredentialClass::ApiKey,
            enabled: Some(enabled),
            created_at: Some(NOW.minus(days(created))),
            last_used_at: used.map(|used| NOW.minus(days(used))),
            expires_at: None,
        };
        let span = self.dice.below(300);
        let old = self.credential(CLOUD, key(100 + span, Some(3), true));
        self.fault(FaultKind::OldKey, CLOUD, &old);
        let decoy = match self.dice.below(3) {
            0 => key(100 + span, Some(90), false),
            1 => key(60, Some(2), true),
            _ => CredentialRecord { class: CredentialClass::Password, ..key(300, Some(2), true) },
        };
        let decoy = self.credential(CLOUD, decoy);
        self.decoy(FaultKind::OldKey, CLOUD, &decoy);

        // A young key, so that only its use is wrong.
        let ssh = |used: Option<usize>, enabled| CredentialRecord {
            class: CredentialClass::SshKey,
            ..key(330, used, enabled)
        };
        let stale = self.credential(HOSTS, ssh(Some(100 + span / 2), true));
        self.fault(FaultKind::StaleCredential, HOSTS, &stale);
        let decoy = match self.dice.below(3) {
            0 => ssh(None, true),
            1 => ssh(Some(200), false),
            _ => ssh(Some(60), true),
        };
        let decoy = self.credential(HOSTS, decoy);
        self.decoy(FaultKind::StaleCredential, HOSTS, &decoy);
    }

    fn groups(&mut self) {
        let number = self.dice.below(1_000_000);
        let empty = self.group(DIRECTORY, &format!("former-{number}"), |_| ());
        self.fault(FaultKind::EmptyGroup, DIRECTORY, &empty);
        let new = self
            .group(DIRECTORY, &format!("new-{number}"), |group| group.created_at = Some(NOW.minus(days(3))));
        self.decoy(FaultKind::EmptyGroup, DIRECTORY, &new);

        let members = self.accounts_of(CLOUD, |_| true);
        let (one, other) = (members.first().cloned(), members.get(1).cloned());
        let (Some(one), Some(other)) = (one, other) else { return };
        let both = |planting: &mut Self, role: &SourceKey| {
            planting.joins(CLOUD, &one, role);
            planting.joins(CLOUD, &other, role);
        };
        let unused = 120 + self.dice.below(200);
        let dormant = self.group(CLOUD, &format!("dormant-{number}"), |role| {
            role.last_used_at = Some(NOW.minus(days(unused)))
        });
        both(self, &dormant);
        self.fault(FaultKind::DormantRole, CLOUD, &dormant);
        let unknown = self.group(CLOUD, &format!("unknown-{number}"), |role| role.last_used_at = None);
        both(self, &unknown);
        self.decoy(FaultKind::DormantRole, CLOUD, &unknown);

        let single = self.group(CLOUD, &format!("single-{number}"), |_| ());
        self.joins(CLOUD, &one, &single);
        self.fault(FaultKind::RoleOfOne, CLOUD, &single);
        let pair = self.group(CLOUD, &format!("pair-{number}"), |_| ());
        both(self, &pair);
        self.decoy(FaultKind::RoleOfOne, CLOUD, &pair);

        // Ten rights of which nine are the same; and of which five are.
        let base = 1_000_000 + number * 40;
        for (faulty, same) in [(true, 9), (false, 5)] {
            let from = base + if faulty { 0 } else { 20 };
            let first =
                self.role_with_rights(&format!("first-{from}"), &(from..from + 10).collect::<Vec<_>>());
            let rights: Vec<usize> = (from..from + same).chain(from + 10..from + 20 - same).collect();
            let twin = self.role_with_rights(&format!("twin-{from}"), &rights);
            both(self, &first);
            both(self, &twin);
            if faulty {
                self.fault(FaultKind::TwinRoles, CLOUD, &twin)
            } else {
                self.decoy(FaultKind::TwinRoles, CLOUD, &twin)
            }
        }
    }

    fn privileges(&mut self) {
        let number = self.dice.below(1_000_000);
        // Through a group in a group that knows the way back.
        let inner = self.group(DIRECTORY, &format!("inner-{number}"), |_| ());
        let power = self.group(DIRECTORY, &format!("power-{number}"), |group| group.privileged = Some(true));
        self.joins(DIRECTORY, &inner, &power);
        self.joins(DIRECTORY, &power, &inner);
        let key = self.person();
        self.joins(DIRECTORY, &key, &inner);
        self.fault(FaultKind::StandingPrivilege, DIRECTORY, &key);
        // Under conditions; for emergencies.
        let key = self.person();
        let conditional = self.dice.chance(500);
        let body = EdgeBody { conditional, ..EdgeBody::default() };
        self.edge(DIRECTORY, &key, Relation::MemberOf, &power, body);
        if !conditional {
            self.organisation.break_glass.push((DIRECTORY, key.clone()));
        }
        self.decoy(FaultKind::StandingPrivilege, DIRECTORY, &key);
    }

    /// Gives the first account with each of some faults power over the directory.
    fn empower(&mut self) {
        let admins = self.group(DIRECTORY, "Domain Admins", |group| group.privileged = Some(true));
        for kind in [
            FaultKind::Orphaned,
            FaultKind::StaleAccount,
            FaultKind::NoSecondFactor,
            FaultKind::LeaverEnabled,
            FaultKind::SharedAccount,
        ] {
            let faulty = self.organisation.faults.iter().find(|(fault, source, key)| {
                *fault == kind
                    && *source == DIRECTORY
                    && self.organisation.owners.contains_key(&(DIRECTORY, key.clone()))
            });
            let Some((_, _, key)) = faulty.cloned() else { continue };
            self.joins(DIRECTORY, &key, &admins);
            self.organisation.empowered.push((kind, DIRECTORY, key.clone()));
            let owner = self.organisation.owners.get(&(DIRECTORY, key.clone()));
            if matches!(owner, Some(TrueOwner::Human(_))) {
                self.fault(FaultKind::StandingPrivilege, DIRECTORY, &key);
            }
        }
    }
}
