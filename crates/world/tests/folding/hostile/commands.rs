//! All commands, and the facts that each may state.

use super::{MALLORY, OWN_POLICIES, Play};
use countersign_facts::*;
use countersign_names::*;
use countersign_testkit::golden;
use countersign_testkit::story::*;
use countersign_world::{StatedBy, World};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use uuid::Uuid;

/// The facts that are stated with others (the issue of a token, a publication), and by no command of their own.
const ACCOMPANYING: [&str; 3] = ["service.token_bound", "policies.removed", "rollout.ended"];

/// Returns whether a command states this fact, rather than the software by itself.
pub(super) fn is_commanded(fact: &Fact) -> bool {
    World::empty().stated_by(fact) != StatedBy::Software && !ACCOMPANYING.contains(&tag(fact).as_str())
}

/// An example of each command by its tag, from the golden journals, which hold every fact. So a new fact is played
/// without being listed.
static EXAMPLES: LazyLock<BTreeMap<String, Fact>> = LazyLock::new(|| {
    let all = golden::journals().into_iter().flat_map(|(_, facts)| facts);
    all.map(|stated| stated.fact).filter(is_commanded).map(|fact| (tag(&fact), fact)).collect()
});

/// All commands, by the tag of their fact.
pub(super) static COMMANDS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| EXAMPLES.keys().map(String::as_str).collect());

pub(super) fn tag(fact: &Fact) -> String {
    let text = serde_json::to_value(fact).unwrap()["fact"].as_str().unwrap().to_owned();
    text.split('/').next().unwrap().to_owned()
}

impl Play {
    /// Returns facts of the command with this tag, about random subjects.
    pub(super) fn facts_of(&mut self, wanted: &str, face: PersonId) -> Vec<Fact> {
        let facts = self.own_facts_of(wanted, face);
        // Only a command without a play of its own has other facts.
        if facts.iter().all(|fact| tag(fact) != wanted) {
            return self.by_example(wanted).into_iter().collect();
        }
        facts
    }

    /// Returns the example of a command, about random subjects.
    fn by_example(&mut self, wanted: &str) -> Option<Fact> {
        let mut example = serde_json::to_value(EXAMPLES.get(wanted)?).unwrap();
        self.about_others(&mut example);
        Some(serde_json::from_value(example).unwrap())
    }

    /// Puts random subjects in the place of those of an example.
    fn about_others(&mut self, value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(fields) => {
                for (name, value) in fields.iter_mut() {
                    match name.as_str() {
                        "group" => *value = self.group().to_string().into(),
                        "application" => *value = self.application().to_string().into(),
                        _ => self.about_others(value),
                    }
                }
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(|item| self.about_others(item)),
            serde_json::Value::String(text) if text.parse::<PersonId>().is_ok() => {
                *text = self.somebody().to_string();
            }
            serde_json::Value::String(text) if text.parse::<ServiceId>().is_ok() => {
                *text = self.service().to_string();
            }
            serde_json::Value::String(text) if text.parse::<DeviceId>().is_ok() => {
                *text = dev(u128::try_from(self.dice.below(3)).unwrap() + 1).to_string();
            }
            _ => {}
        }
    }

    fn own_facts_of(&mut self, tag: &str, face: PersonId) -> Vec<Fact> {
        match tag {
            _ if tag.starts_with("person.") || tag.starts_with("group.") => self.about_people(tag, face),
            _ if tag.starts_with("service.")
                || tag.starts_with("invitation.")
                || tag.starts_with("credential.") =>
            {
                self.about_ways_in(tag, face)
            }
            _ if tag.starts_with("device.")
                || tag.starts_with("application.")
                || tag.starts_with("resource.") =>
            {
                self.about_things(tag)
            }
            _ if tag.starts_with("session.")
                || tag.starts_with("trust.")
                || tag.starts_with("assertion_key.") =>
            {
                self.about_sessions(tag, face)
            }
            "command.refused" => self.about_proposals(),
            _ if tag.starts_with("grant.") || tag.starts_with("exception.") || tag == "risk.changed" => {
                self.about_privilege(tag, face)
            }
            _ => self.about_policies(tag),
        }
    }

    fn about(&mut self) -> Person {
        let n = self.fresh();
        Person {
            name: "Somebody".into(),
            email: format!("n{n}@example.test"),
            kind: PersonKind::Employee,
            aliases: BTreeSet::new(),
        }
    }

    fn about_people(&mut self, tag: &str, face: PersonId) -> Vec<Fact> {
        let person = self.somebody();
        vec![match tag {
            "person.added" => {
                Fact::Person(PersonFact::Added { person: per(self.fresh()), about: self.about() })
            }
            "person.changed" => Fact::Person(PersonFact::Changed { person, about: self.about() }),
            "person.suspended" => Fact::Person(PersonFact::Suspended { person, reason: "x".into() }),
            "person.restored" => Fact::Person(PersonFact::Restored { person }),
            "person.removed" => Fact::Person(PersonFact::Removed { person }),
            "person.confirmed" => Fact::Person(PersonFact::Confirmed { person, reason: "x".into() }),
            "person.notices_seen" => {
                Fact::Person(PersonFact::NoticesSeen { person: face, up_to: self.world.seq() })
            }
            "group.added" => {
                let name = format!("g{}", self.fresh());
                Fact::Group(GroupFact::Added { group: name.parse().unwrap(), purpose: String::new() })
            }
            "group.removed" => Fact::Group(GroupFact::Removed { group: self.group() }),
            _ => {
                let member = match self.dice.below(4) {
                    0 => Member::Group(self.group()),
                    1 => Member::Service(self.service()),
                    _ => Member::Person(person),
                };
                let group = self.group();
                match tag {
                    "group.member_added" => Fact::Group(GroupFact::MemberAdded { group, member }),
                    _ => Fact::Group(GroupFact::MemberRemoved { group, member }),
                }
            }
        }]
    }

    fn about_ways_in(&mut self, tag: &str, face: PersonId) -> Vec<Fact> {
        let (person, service) = (self.somebody(), self.service());
        let mut keys: Vec<_> = self
            .people()
            .iter()
            .flat_map(|it| self.world.credentials_of(*it).map(|key| key.id).collect::<Vec<_>>())
            .collect();
        keys.sort();
        let credential = self.dice.pick(&keys).unwrap_or_else(|| cred(1));
        let fresh = Uuid::from_u128(self.fresh());
        let expires_at = at(self.now + 100_000);
        vec![match tag {
            "service.added" => Fact::Service(ServiceFact::Added {
                service: ServiceId::new(fresh),
                name: fresh.to_string(),
                owner: person,
                purpose: "x".into(),
            }),
            "service.removed" => Fact::Service(ServiceFact::Removed { service }),
            "service.token_issued" => Fact::Service(ServiceFact::TokenIssued {
                token: TokenId::new(fresh),
                service,
                secret: self.secret(),
                application: None,
                expires_at,
            }),
            "service.token_revoked" => {
                let known = self.world.tokens().map(|token| token.id).min();
                Fact::Service(ServiceFact::TokenRevoked {
                    token: known.unwrap_or_else(|| TokenId::new(fresh)),
                })
            }
            "invitation.issued" => {
                let recover = self.dice.chance(50);
                Fact::Invitation(InvitationFact::Issued {
                    invitation: InvitationId::new(fresh),
                    person,
                    secret: self.secret(),
                    purpose: if recover { InvitationPurpose::Recover } else { InvitationPurpose::Enrol },
                    expires_at,
                })
            }
            "invitation.withdrawn" => {
                let open = self.world.invitations().map(|open| open.id).min();
                Fact::Invitation(InvitationFact::Withdrawn {
                    invitation: open.unwrap_or_else(|| InvitationId::new(fresh)),
                })
            }
            "credential.used" => {
                Fact::Credential(CredentialFact::Used { credential, passkey: serde_json::Value::Null })
            }
            "credential.removed" => Fact::Credential(CredentialFact::Removed { credential }),
            _ => Fact::Credential(CredentialFact::Registered {
                credential: CredentialId::new(fresh),
                person: face,
                name: "key".into(),
                invitation: None,
                assurance: Assurance::Aal2,
                passkey: serde_json::Value::Null,
            }),
        }]
    }

    fn about_things(&mut self, tag: &str) -> Vec<Fact> {
        let application = self.application();
        let n = u128::try_from(self.dice.below(3)).unwrap() + 1;
        let line = match tag {
            "device.registered" => device_of(n, MALLORY, true),
            "device.changed" => {
                let about = Device {
                    name: "other".into(),
                    owner: None,
                    platform: "x".into(),
                    managed: true,
                    key: Some(digest(200)),
                };
                Line::of(Fact::Device(DeviceFact::Changed { device: dev(n), about }))
            }
            "device.posture_reported" => all_checks(n, self.now, CheckResult::Pass),
            "device.removed" => Line::of(Fact::Device(DeviceFact::Removed { device: dev(n) })),
            "application.declared" => {
                let host = format!("h{}.localhost", self.fresh());
                application_at(application.as_str(), &host, "/")
            }
            "application.staged" => observe(application.as_str()),
            "application.removed" => remove_application(application.as_str()),
            _ => label(&format!("{application}/pages"), Some(Sensitivity::Public)),
        };
        vec![line.stated().fact]
    }

    fn about_sessions(&mut self, tag: &str, face: PersonId) -> Vec<Fact> {
        let mut open: Vec<_> = self.world.sessions().map(|known| known.id).collect();
        open.sort();
        let session = self.dice.pick(&open).unwrap_or_else(|| ses(1));
        let key = self.world.credentials_of(face).map(|key| key.id).next();
        let credential = key.unwrap_or_else(|| cred(1));
        let (application, kid) = (self.application(), "k".to_owned());
        let expires_at = at(self.now + 1_000);
        vec![match tag {
            "session.started" => Fact::Session(SessionFact::Started {
                session: ses(self.fresh()),
                about: Session {
                    person: face,
                    credential,
                    secret: self.secret(),
                    assurance: Assurance::Aal2,
                    address: None,
                    expires_at,
                },
            }),
            "session.stepped_up" => {
                Fact::Session(SessionFact::SteppedUp { session, credential, assurance: Assurance::Aal2 })
            }
            "session.handed_over" => {
                let (code, state) = (self.secret(), digest(0));
                Fact::Session(SessionFact::HandedOver { session, application, code, state, expires_at })
            }
            "session.opened" => {
                let (code, secret) = (self.secret(), self.secret());
                Fact::Session(SessionFact::Opened { session, application, code, secret })
            }
            "session.ended" => Fact::Session(SessionFact::Ended { session, reason: EndReason::Revoked }),
            "trust.owned" => Fact::Trust(TrustFact::Owned { keys: Vec::new(), owner: face }),
            "trust.documented" => Fact::Trust(TrustFact::Documented {
                keys: Vec::new(),
                owner: face,
                authority: "x".into(),
                reason: "x".into(),
                expires_at,
            }),
            "assertion_key.rotated" => Fact::AssertionKey(AssertionKeyFact::Rotated { kid }),
            _ => Fact::AssertionKey(AssertionKeyFact::Retired { kid }),
        }]
    }

    fn about_privilege(&mut self, tag: &str, face: PersonId) -> Vec<Fact> {
        let mut grants: Vec<_> = self.world.grants().map(|grant| grant.id).collect();
        grants.sort();
        // The newest are those that are not answered yet.
        let newest = grants.split_off(grants.len().saturating_sub(8));
        let grant = self.dice.pick(&newest).unwrap_or_else(|| gra(1));
        let (person, application) = (self.somebody(), self.application());
        let expires_at = at(self.now + 3_600);
        vec![match tag {
            "grant.requested" => {
                let (grant, reason) = (gra(self.fresh()), "x".into());
                Fact::Grant(GrantFact::Requested { grant, person: face, application, reason, seconds: 3_600 })
            }
            "grant.approved" => Fact::Grant(GrantFact::Approved { grant, expires_at }),
            "grant.refused" => Fact::Grant(GrantFact::Refused { grant, reason: "x".into() }),
            "grant.revoked" => Fact::Grant(GrantFact::Revoked { grant, reason: "x".into() }),
            "exception.opened" => Fact::Exception(ExceptionFact::Opened {
                exception: exc(self.fresh()),
                policy: "guard".parse().unwrap(),
                scope: ExceptionScope {
                    person: Some(person),
                    group: None,
                    application: self.dice.chance(70).then_some(application),
                },
                owner: face,
                authority: "x".into(),
                reason: "x".into(),
                expires_at,
            }),
            "exception.ended" => {
                let open = self.world.exceptions().first().map(|open| open.id);
                Fact::Exception(ExceptionFact::Ended {
                    exception: open.unwrap_or_else(|| exc(1)),
                    reason: "x".into(),
                })
            }
            _ => {
                let level = [RiskLevel::Low, RiskLevel::Medium, RiskLevel::High][self.dice.below(3)];
                Fact::Risk(RiskFact::Changed {
                    principal: Principal::Person(person),
                    level,
                    reasons: Vec::new(),
                })
            }
        }]
    }

    fn about_proposals(&mut self) -> Vec<Fact> {
        let mut open: Vec<_> = self.world.proposals().map(|known| known.id).collect();
        open.sort();
        let proposal = self.dice.pick(&open).unwrap_or_else(|| ProposalId::new(Uuid::from_u128(1)));
        vec![Fact::Command(CommandFact::Refused { proposal, reason: "x".into() })]
    }

    fn about_policies(&mut self, tag: &str) -> Vec<Fact> {
        let mut files = self.world.policies().map(|known| known.files.clone()).unwrap_or_default();
        let path = [
            "applications/countersign.cedar",
            "applications/wiki.cedar",
            "guardrails/all.cedar",
            "guardrails/.x.cedar",
        ][self.dice.below(4)];
        if self.dice.chance(30) {
            files.remove(path);
        } else {
            files.insert(path.to_owned(), PolicyFile(format!("{OWN_POLICIES}// {}", self.fresh())));
        }
        let version = self.secret();
        let policy = ["guard", "wiki-read", "nowhere"][self.dice.below(3)];
        let mut rollouts: Vec<_> = self.world.rollouts().map(|known| known.id).collect();
        rollouts.sort();
        let rollout = self.dice.pick(&rollouts).unwrap_or_else(|| rol(1));
        vec![match tag {
            "policies.published" => Fact::Policies(PoliciesFact::Published { version, files }),
            "policies.applied" => {
                Fact::Policies(PoliciesFact::Applied { version, files, why: "x".into(), rehearsal: None })
            }
            "settings.applied" => {
                let none = BTreeSet::new();
                let settings = Settings {
                    version,
                    why: "x".into(),
                    rehearsal: None,
                    policies: None,
                    applications: none,
                    labels: BTreeSet::new(),
                    opened: BTreeSet::new(),
                    ended: BTreeSet::new(),
                };
                let mut facts = self.about_things("application.staged");
                facts.push(Fact::Settings(SettingsFact::Applied { settings }));
                return facts;
            }
            "rollout.started" => roll_out(self.fresh(), policy, &[5, 100]).stated().fact,
            "rollout.advanced" => Fact::Rollout(RolloutFact::Advanced { rollout, percent: 100 }),
            _ => Fact::Rollout(RolloutFact::Halted { rollout, why: "x".into(), example: None }),
        }]
    }
}
