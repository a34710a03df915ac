//! Random sequences of every command by several people, one of whom is hostile and was trusted once, for an hour that
//! somebody else countersigned. Whatever she says, alone or as anybody whose passkeys she holds, moves nothing that guards the
//! installation: that takes somebody else.
//!
//! What is asked of a person (a passkey, a group, a grant) is played here as the policies that ship ask it; who may say what
//! is judged by the world. What must not have moved is written down here anew, and not asked of the code that is tested.
#![expect(clippy::indexing_slicing, reason = "a throw of the dice is below what it was thrown for")]

use countersign_facts::*;
use countersign_names::*;
use countersign_testkit::story::*;
use countersign_world::{GrantState, Kind, ProposalState, RolloutState, World};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// How many steps an episode has: she is trusted for the first of them.
const EPISODE: usize = 250;

const MALLORY: u128 = 5;
const HONEST: [u128; 3] = [1, 2, 3];
const PRIVILEGED: [&str; 2] = ["administrators", "approvers"];

const OWN_POLICIES: &str = r#"
// Named here: whoever "approves" is in one of these.
permit (principal in Countersign::Group::"administrators", action, resource);
permit (principal in Countersign::Group::"approvers", action, resource);
"#;

/// Who says what: the software of itself, or somebody by a command. A new fact does not compile until it has its place
/// here, and a command is not played until one of [`COMMANDS`] states it.
fn is_commanded(fact: &Fact) -> bool {
    match fact {
        Fact::PersonAdded { .. }
        | Fact::PersonChanged { .. }
        | Fact::PersonSuspended { .. }
        | Fact::PersonRestored { .. }
        | Fact::PersonRemoved { .. }
        | Fact::PersonConfirmed { .. }
        | Fact::NoticesSeen { .. }
        | Fact::GroupAdded { .. }
        | Fact::GroupRemoved { .. }
        | Fact::MemberAdded { .. }
        | Fact::MemberRemoved { .. }
        | Fact::ServiceAdded { .. }
        | Fact::ServiceRemoved { .. }
        | Fact::TokenIssued { .. }
        | Fact::TokenRevoked { .. }
        | Fact::InvitationIssued { .. }
        | Fact::InvitationWithdrawn { .. }
        | Fact::CredentialRegistered { .. }
        | Fact::CredentialUsed { .. }
        | Fact::CredentialRemoved { .. }
        | Fact::DeviceRegistered { .. }
        | Fact::DeviceChanged { .. }
        | Fact::PostureReported { .. }
        | Fact::DeviceRemoved { .. }
        | Fact::ApplicationDeclared { .. }
        | Fact::ApplicationStaged { .. }
        | Fact::ApplicationRemoved { .. }
        | Fact::ResourceLabelled { .. }
        | Fact::SessionStarted { .. }
        | Fact::SessionSteppedUp { .. }
        | Fact::SessionHandedOver { .. }
        | Fact::SessionOpened { .. }
        | Fact::SessionEnded { .. }
        | Fact::GrantRequested { .. }
        | Fact::GrantApproved { .. }
        | Fact::GrantRefused { .. }
        | Fact::GrantRevoked { .. }
        | Fact::ExceptionOpened { .. }
        | Fact::ExceptionEnded { .. }
        | Fact::RiskChanged { .. }
        | Fact::CommandProposed { .. }
        | Fact::CommandCountersigned { .. }
        | Fact::CommandRefused { .. }
        | Fact::TrustOwned { .. }
        | Fact::TrustDocumented { .. }
        | Fact::PoliciesPublished { .. }
        | Fact::PoliciesApplied { .. }
        | Fact::SettingsApplied { .. }
        | Fact::RolloutStarted { .. }
        | Fact::RolloutAdvanced { .. }
        | Fact::RolloutHalted { .. }
        | Fact::AssertionKeyRotated { .. }
        | Fact::AssertionKeyRetired { .. } => true,
        // Stated by the software of what it found, on nobody's wish.
        // Said with the issue of a token and with a publication, and by no command of their own.
        Fact::TokenBound(_)
        | Fact::PoliciesRemoved(_)
        | Fact::HandoverSpent { .. }
        | Fact::TrustFound { .. }
        | Fact::TrustEliminated { .. }
        | Fact::RolloutCounted { .. }
        | Fact::RolloutFinished { .. }
        | Fact::RolloutEnded { .. }
        | Fact::AssertionKeyPublished { .. }
        | Fact::HeadAccepted { .. }
        | Fact::EvidenceAnchored { .. }
        | Fact::EvidenceCompacted { .. }
        | Fact::EvidenceExpired { .. } => false,
    }
}

/// Every command, by the tag of the fact that it is about.
const COMMANDS: [&str; 53] = [
    "person.added",
    "person.changed",
    "person.suspended",
    "person.restored",
    "person.removed",
    "person.confirmed",
    "person.notices_seen",
    "group.added",
    "group.removed",
    "group.member_added",
    "group.member_removed",
    "service.added",
    "service.removed",
    "service.token_issued",
    "service.token_revoked",
    "invitation.issued",
    "invitation.withdrawn",
    "credential.registered",
    "credential.used",
    "credential.removed",
    "device.registered",
    "device.changed",
    "device.posture_reported",
    "device.removed",
    "application.declared",
    "application.staged",
    "application.removed",
    "resource.labelled",
    "session.started",
    "session.stepped_up",
    "session.handed_over",
    "session.opened",
    "session.ended",
    "grant.requested",
    "grant.approved",
    "grant.refused",
    "grant.revoked",
    "exception.opened",
    "exception.ended",
    "risk.changed",
    "command.proposed",
    "command.countersigned",
    "command.refused",
    "trust.owned",
    "trust.documented",
    "policies.published",
    "policies.applied",
    "settings.applied",
    "rollout.started",
    "rollout.advanced",
    "rollout.halted",
    "assertion_key.rotated",
    "assertion_key.retired",
];

fn tag(fact: &Fact) -> String {
    let text = serde_json::to_value(fact).unwrap()["fact"].as_str().unwrap().to_owned();
    text.split('/').next().unwrap().to_owned()
}

/// Small, quick and the same everywhere: what is found can be played again by its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.roll() % 100 < percent
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        of.get(self.below(of.len())).cloned()
    }
}

/// Who sits at the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hand {
    Operator,
    Honest(u128),
    Hostile,
}

struct Play {
    world: World,
    dice: Dice,
    now: i64,
    fresh: u128,
    /// Who holds the private part of a passkey.
    keys: BTreeMap<CredentialId, Hand>,
    /// Who has seen the link of an invitation.
    links: BTreeMap<InvitationId, Vec<Hand>>,
    /// Whose invention somebody is, where they are not one of those at the beginning: who gets the links that are for them.
    invented: BTreeMap<PersonId, Hand>,
    /// Who proposed what.
    proposals: BTreeMap<ProposalId, Hand>,
    told: Vec<String>,
}

/// What guards the installation, and must not be moved by one hand.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Guarding {
    /// Who is in a group that administers or approves, and how they are known.
    people: BTreeMap<PersonId, (Person, bool)>,
    services: BTreeSet<ServiceId>,
    tokens: BTreeSet<TokenId>,
    policies: BTreeMap<String, String>,
    control: String,
    rollouts: BTreeSet<String>,
    /// Guardrails that were rolled out to everybody.
    finished: BTreeSet<RolloutId>,
    // What may only become less.
    exceptions: BTreeSet<ExceptionId>,
    grants: BTreeSet<GrantId>,
    /// Passkeys of those in such groups whose passkeys nobody else holds.
    passkeys: BTreeMap<PersonId, BTreeSet<CredentialId>>,
    risks: BTreeMap<PersonId, RiskLevel>,
}

impl Play {
    fn begin(seed: u64) -> Self {
        let files = BTreeMap::from([
            ("applications/countersign.cedar".to_owned(), PolicyFile(OWN_POLICIES.to_owned())),
            ("applications/wiki.cedar".to_owned(), PolicyFile("@id(\"wiki-read\")".to_owned())),
            ("guardrails/all.cedar".to_owned(), PolicyFile("@id(\"guard\")".to_owned())),
        ]);
        let mut story = vec![group("administrators"), group("approvers"), group("staff"), group("ops")];
        let member = |n: u128| Member::Person(per(n));
        for n in [1, 2, 3, 4, MALLORY] {
            story.extend([person(n), key(n, n)]);
        }
        for n in [1, 2, MALLORY] {
            story.push(join("administrators", member(n)));
        }
        story.push(join("approvers", member(3)));
        story.push(join("approvers", in_group("ops")));
        story.push(join("staff", member(4)));
        story.extend([application("wiki"), application("countersign")]);
        story.push(Line::of(Fact::PoliciesPublished { version: digest(1), files }));
        story.push(Line::of(Fact::AssertionKeyPublished { kid: "k".into(), jwk: serde_json::Value::Null }));
        // Her hour: asked for by her, countersigned by somebody else.
        let hour = Fact::GrantRequested {
            grant: gra(1),
            person: per(MALLORY),
            application: name("countersign"),
            reason: "an upgrade".into(),
            seconds: 3_600,
        };
        story.push(Line::of(hour).by(Actor::Person(per(MALLORY))));
        let approved = Fact::GrantApproved { grant: gra(1), expires_at: at(3_610) };
        story.push(Line::of(approved).by(Actor::Person(per(1))));
        let world = told(&story);
        let mut keys: BTreeMap<_, _> = [1, 2, 3, 4].map(|n| (cred(n), Hand::Honest(n))).into();
        keys.insert(cred(MALLORY), Hand::Hostile);
        let (links, proposals) = (BTreeMap::new(), BTreeMap::new());
        let mut invented: BTreeMap<_, _> = [1, 2, 3, 4].map(|n| (per(n), Hand::Honest(n))).into();
        invented.insert(per(MALLORY), Hand::Hostile);
        let (dice, told) = (Dice(seed), Vec::new());
        Self { world, dice, now: 20, fresh: 1_000, keys, links, invented, proposals, told }
    }

    fn fresh(&mut self) -> u128 {
        self.fresh += 1;
        self.fresh
    }

    fn moment(&self) -> Timestamp {
        at(self.now)
    }

    /// Everybody as whom this hand can sign in.
    fn faces(&self, hand: Hand) -> Vec<PersonId> {
        let mut found: Vec<_> = self
            .world
            .people()
            .filter(|known| known.standing == countersign_world::Standing::Active)
            .filter(|known| {
                self.world.credentials_of(known.id).any(|key| self.keys.get(&key.id) == Some(&hand))
            })
            .map(|known| known.id)
            .collect();
        found.sort();
        found
    }

    fn is_hers(&self, person: PersonId) -> bool {
        self.world.credentials_of(person).any(|key| self.keys.get(&key.id) == Some(&Hand::Hostile))
    }

    fn people(&self) -> Vec<PersonId> {
        let mut all: Vec<_> = self.world.people().map(|known| known.id).collect();
        all.sort();
        all
    }

    fn somebody(&mut self) -> PersonId {
        let all = self.people();
        self.dice.pick(&all).unwrap()
    }

    fn group(&mut self) -> GroupName {
        let mut all: Vec<_> = self.world.groups().map(|group| group.name.clone()).collect();
        all.sort();
        self.dice.pick(&all).unwrap_or_else(|| "staff".parse().unwrap())
    }

    fn service(&mut self) -> ServiceId {
        let mut all: Vec<_> = self.world.services().map(|known| known.id).collect();
        all.sort();
        self.dice.pick(&all).unwrap_or_else(|| svc(1))
    }

    fn application(&mut self) -> ApplicationName {
        name(["countersign", "wiki"][self.dice.below(2)])
    }

    fn secret(&mut self) -> Digest {
        let mut bytes = [0; 32];
        bytes[..16].copy_from_slice(&self.fresh().to_be_bytes());
        Digest::new(bytes)
    }

    /// Whether the control plane lets `face` do what these facts say, as the policies that ship ask it.
    fn is_let(&self, face: PersonId, facts: &[Fact]) -> bool {
        let Some(known) = self.world.person(face) else { return false };
        let within =
            |group: &str| searched(&self.world, &Member::Person(face)).iter().any(|it| it.as_str() == group);
        let approves = within("administrators") || within("approvers");
        let lent = self.world.grants_of(face).is_some_and(|grants| {
            grants.iter().any(|grant| {
                grant.application.as_str() == "countersign" && grant.active_until(self.moment()).is_some()
            })
        });
        let administers = within("administrators") && lent && known.risk.level < RiskLevel::High;
        facts.iter().all(|fact| match fact {
            Fact::GrantApproved { .. }
            | Fact::GrantRefused { .. }
            | Fact::GrantRevoked { .. }
            | Fact::PersonConfirmed { .. }
            | Fact::CommandRefused { .. } => approves,
            Fact::GrantRequested { person, .. } | Fact::NoticesSeen { person, .. } => *person == face,
            Fact::SessionStarted { .. }
            | Fact::SessionSteppedUp { .. }
            | Fact::SessionHandedOver { .. }
            | Fact::SessionOpened { .. }
            | Fact::CredentialUsed { .. }
            | Fact::CredentialRegistered { .. } => true,
            Fact::SessionEnded { session, .. } => {
                administers || self.world.session(*session).is_some_and(|known| known.person == face)
            }
            Fact::CredentialRemoved { credential } => {
                administers || self.world.credential(*credential).is_some_and(|known| known.person == face)
            }
            _ => administers,
        })
    }

    fn guarding(&self) -> Guarding {
        let world = &self.world;
        let privileged = |member: &Member| {
            searched(world, member).iter().any(|group| PRIVILEGED.contains(&group.as_str()))
        };
        let inside: Vec<_> = world.people().filter(|known| privileged(&Member::Person(known.id))).collect();
        let services: BTreeSet<_> =
            world.services().map(|known| known.id).filter(|id| privileged(&Member::Service(*id))).collect();
        let control = world.application("countersign");
        let guards = |path: &str| path.starts_with("guardrails/") || path == "applications/countersign.cedar";
        let files = world.policies().map(|policies| policies.files.clone()).unwrap_or_default();
        let hers = |person: PersonId| self.is_hers(person);
        Guarding {
            people: inside
                .iter()
                .map(|known| {
                    let active = known.standing == countersign_world::Standing::Active;
                    (known.id, (known.about.clone(), active))
                })
                .collect(),
            tokens: world.tokens().filter(|it| services.contains(&it.service)).map(|it| it.id).collect(),
            services,
            policies: files
                .into_iter()
                .filter(|(path, _)| guards(path))
                .map(|(path, file)| (path, file.0))
                .collect(),
            control: format!("{control:?}"),
            rollouts: world
                .rollouts()
                .filter(|rollout| rollout.policy.as_str() != "wiki-read" && rollout.percent() > 0)
                .map(|rollout| format!("{} {}", rollout.id, rollout.percent()))
                .collect(),
            finished: world
                .rollouts()
                .filter(|rollout| rollout.policy.as_str() != "wiki-read")
                .filter(|rollout| rollout.state == RolloutState::Finished)
                .map(|rollout| rollout.id)
                .collect(),
            exceptions: world
                .exceptions()
                .iter()
                .filter(|open| open.scope.application.as_ref().is_none_or(|it| it.as_str() == "countersign"))
                .map(|open| open.id)
                .collect(),
            grants: world
                .grants()
                .filter(|grant| grant.active_until(self.moment()).is_some() && hers(grant.person))
                .map(|grant| grant.id)
                .collect(),
            passkeys: inside
                .iter()
                .filter(|known| !hers(known.id))
                .map(|known| (known.id, world.credentials_of(known.id).map(|key| key.id).collect()))
                .collect(),
            risks: inside.iter().map(|known| (known.id, known.risk.level)).collect(),
        }
    }

    /// Facts of the command of this tag, about whomever and whatever.
    fn facts_of(&mut self, tag: &str, face: PersonId) -> Vec<Fact> {
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
            "person.added" => Fact::PersonAdded { person: per(self.fresh()), about: self.about() },
            "person.changed" => Fact::PersonChanged { person, about: self.about() },
            "person.suspended" => Fact::PersonSuspended { person, reason: "x".into() },
            "person.restored" => Fact::PersonRestored { person },
            "person.removed" => Fact::PersonRemoved { person },
            "person.confirmed" => Fact::PersonConfirmed { person, reason: "x".into() },
            "person.notices_seen" => Fact::NoticesSeen { person: face, up_to: self.world.seq() },
            "group.added" => {
                let name = format!("g{}", self.fresh());
                Fact::GroupAdded { group: name.parse().unwrap(), purpose: String::new() }
            }
            "group.removed" => Fact::GroupRemoved { group: self.group() },
            _ => {
                let member = match self.dice.below(4) {
                    0 => Member::Group(self.group()),
                    1 => Member::Service(self.service()),
                    _ => Member::Person(person),
                };
                let group = self.group();
                match tag {
                    "group.member_added" => Fact::MemberAdded { group, member },
                    _ => Fact::MemberRemoved { group, member },
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
            "service.added" => Fact::ServiceAdded {
                service: ServiceId::new(fresh),
                name: fresh.to_string(),
                owner: person,
                purpose: "x".into(),
            },
            "service.removed" => Fact::ServiceRemoved { service },
            "service.token_issued" => Fact::TokenIssued {
                token: TokenId::new(fresh),
                service,
                secret: self.secret(),
                application: None,
                expires_at,
            },
            "service.token_revoked" => {
                let known = self.world.tokens().map(|token| token.id).min();
                Fact::TokenRevoked { token: known.unwrap_or_else(|| TokenId::new(fresh)) }
            }
            "invitation.issued" => {
                let recover = self.dice.chance(50);
                Fact::InvitationIssued {
                    invitation: InvitationId::new(fresh),
                    person,
                    secret: self.secret(),
                    purpose: if recover { InvitationPurpose::Recover } else { InvitationPurpose::Enrol },
                    expires_at,
                }
            }
            "invitation.withdrawn" => {
                let open = self.world.invitations().map(|open| open.id).min();
                Fact::InvitationWithdrawn { invitation: open.unwrap_or_else(|| InvitationId::new(fresh)) }
            }
            "credential.used" => Fact::CredentialUsed { credential, passkey: serde_json::Value::Null },
            "credential.removed" => Fact::CredentialRemoved { credential },
            _ => Fact::CredentialRegistered {
                credential: CredentialId::new(fresh),
                person: face,
                name: "key".into(),
                invitation: None,
                assurance: Assurance::Aal2,
                passkey: serde_json::Value::Null,
            },
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
                Line::of(Fact::DeviceChanged { device: dev(n), about })
            }
            "device.posture_reported" => all_checks(n, self.now, CheckResult::Pass),
            "device.removed" => Line::of(Fact::DeviceRemoved { device: dev(n) }),
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
            "session.started" => Fact::SessionStarted {
                session: ses(self.fresh()),
                about: Session {
                    person: face,
                    credential,
                    secret: self.secret(),
                    assurance: Assurance::Aal2,
                    address: None,
                    expires_at,
                },
            },
            "session.stepped_up" => {
                Fact::SessionSteppedUp { session, credential, assurance: Assurance::Aal2 }
            }
            "session.handed_over" => {
                let (code, state) = (self.secret(), digest(0));
                Fact::SessionHandedOver { session, application, code, state, expires_at }
            }
            "session.opened" => {
                let (code, secret) = (self.secret(), self.secret());
                Fact::SessionOpened { session, application, code, secret }
            }
            "session.ended" => Fact::SessionEnded { session, reason: EndReason::Revoked },
            "trust.owned" => Fact::TrustOwned { keys: Vec::new(), owner: face },
            "trust.documented" => Fact::TrustDocumented {
                keys: Vec::new(),
                owner: face,
                authority: "x".into(),
                reason: "x".into(),
                expires_at,
            },
            "assertion_key.rotated" => Fact::AssertionKeyRotated { kid },
            _ => Fact::AssertionKeyRetired { kid },
        }]
    }

    fn about_privilege(&mut self, tag: &str, face: PersonId) -> Vec<Fact> {
        let mut grants: Vec<_> = self.world.grants().map(|grant| grant.id).collect();
        grants.sort();
        // The newest are the ones that are not answered yet.
        let newest = grants.split_off(grants.len().saturating_sub(8));
        let grant = self.dice.pick(&newest).unwrap_or_else(|| gra(1));
        let (person, application) = (self.somebody(), self.application());
        let expires_at = at(self.now + 3_600);
        vec![match tag {
            "grant.requested" => {
                let (grant, reason) = (gra(self.fresh()), "x".into());
                Fact::GrantRequested { grant, person: face, application, reason, seconds: 3_600 }
            }
            "grant.approved" => Fact::GrantApproved { grant, expires_at },
            "grant.refused" => Fact::GrantRefused { grant, reason: "x".into() },
            "grant.revoked" => Fact::GrantRevoked { grant, reason: "x".into() },
            "exception.opened" => Fact::ExceptionOpened {
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
            },
            "exception.ended" => {
                let open = self.world.exceptions().first().map(|open| open.id);
                Fact::ExceptionEnded { exception: open.unwrap_or_else(|| exc(1)), reason: "x".into() }
            }
            _ => {
                let level = [RiskLevel::Low, RiskLevel::Medium, RiskLevel::High][self.dice.below(3)];
                Fact::RiskChanged { principal: Principal::Person(person), level, reasons: Vec::new() }
            }
        }]
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
            "policies.published" => Fact::PoliciesPublished { version, files },
            "policies.applied" => Fact::PoliciesApplied { version, files, why: "x".into(), rehearsal: None },
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
                facts.push(Fact::SettingsApplied { settings });
                return facts;
            }
            "rollout.started" => roll_out(self.fresh(), policy, &[5, 100]).stated().fact,
            "rollout.advanced" => Fact::RolloutAdvanced { rollout, percent: 100 },
            _ => Fact::RolloutHalted { rollout, why: "x".into(), example: None },
        }]
    }

    /// Say it as `face`; a command that takes two is proposed instead. Whether anything was stated.
    fn say(&mut self, hand: Hand, by: &Actor, facts: Vec<Fact>) -> bool {
        let now = self.moment();
        let stated: Vec<_> =
            facts.iter().map(|fact| Stated { at: now, by: by.clone(), fact: fact.clone() }).collect();
        match self.world.after(&stated) {
            Ok(next) => {
                // What is carried out is whose who proposed it: they have seen the link, and whoever countersigns has not.
                let whose = match facts.first() {
                    Some(Fact::CommandCountersigned { proposal, .. }) => {
                        self.proposals.get(proposal).copied()
                    }
                    _ => None,
                };
                self.note(whose.unwrap_or(hand), &facts);
                self.told.push(format!("{now} {hand:?} as {by:?}: {facts:?}"));
                self.world = next;
                true
            }
            Err(why) if why.kind == Kind::Countersign => {
                let proposal = ProposalId::new(Uuid::from_u128(self.fresh()));
                let digest = self.secret();
                let expires_at = at(self.now + 86_400);
                let proposed =
                    Fact::CommandProposed { proposal, text: "x".into(), digest, facts, expires_at };
                let stated = Stated { at: now, by: by.clone(), fact: proposed };
                let Ok(next) = self.world.after(std::slice::from_ref(&stated)) else { return false };
                self.proposals.insert(proposal, hand);
                self.told.push(format!("{now} {hand:?} as {by:?}: {:?}", stated.fact));
                self.world = next;
                true
            }
            Err(_) => false,
        }
    }

    /// Remember who holds which passkey and has seen which link.
    fn note(&mut self, hand: Hand, facts: &[Fact]) {
        for fact in facts {
            match fact {
                Fact::CredentialRegistered { credential, .. } => {
                    self.keys.insert(*credential, hand);
                }
                Fact::InvitationIssued { invitation, person, .. } => {
                    // Whoever makes a link has seen it; the honest give it to whom it is for.
                    let theirs = self.invented.get(person).copied().unwrap_or(Hand::Operator);
                    let theirs = if self.is_hers(*person) { Hand::Hostile } else { theirs };
                    self.links.insert(*invitation, vec![hand, theirs]);
                }
                // Somebody whom the honest took in is one more of them; who is named by her is she.
                Fact::PersonAdded { person, .. } => {
                    let whose = if hand == Hand::Hostile { hand } else { Hand::Honest(0) };
                    self.invented.insert(*person, whose);
                }
                Fact::PersonChanged { person, .. } if hand == Hand::Hostile => {
                    self.invented.insert(*person, hand);
                }
                _ => {}
            }
        }
    }

    /// Use a link that this hand has seen.
    fn use_a_link(&mut self, hand: Hand) -> bool {
        let seen =
            |invitation: &InvitationId| self.links.get(invitation).is_some_and(|all| all.contains(&hand));
        let mut open: Vec<_> = self.world.invitations().filter(|open| seen(&open.id)).cloned().collect();
        open.sort_by_key(|open| open.id);
        let Some(open) = self.dice.pick(&open) else { return false };
        // The honest use none but their own.
        if matches!(hand, Hand::Honest(n) if per(n) != open.person) {
            return false;
        }
        let credential = CredentialId::new(Uuid::from_u128(self.fresh()));
        // As the sign-in host does, which ends what was lent; that it has to is for the world to say.
        let mut facts = Vec::new();
        if self.dice.chance(80) {
            facts.extend(self.world.ended_by_use(&open, self.moment()));
        }
        facts.push(Fact::CredentialRegistered {
            credential,
            person: open.person,
            name: "key".into(),
            invitation: Some(open.id),
            assurance: Assurance::Aal2,
            passkey: serde_json::Value::Null,
        });
        self.say(hand, &Actor::Person(open.person), facts)
    }

    /// Countersign what waits. The honest countersign what the honest proposed; she countersigns anything.
    fn countersign(&mut self, hand: Hand, face: PersonId) -> Option<Hand> {
        let mut open: Vec<_> =
            self.world.proposals().filter(|known| known.state == ProposalState::Open).cloned().collect();
        open.retain(|known| hand == Hand::Hostile || self.proposals.get(&known.id) != Some(&Hand::Hostile));
        open.sort_by_key(|known| known.id);
        let proposed = self.dice.pick(&open)?;
        let mut facts = vec![Fact::CommandCountersigned { proposal: proposed.id, digest: proposed.digest }];
        facts.extend(proposed.facts.iter().cloned());
        if hand == Hand::Hostile && self.dice.chance(20) {
            // Something else than what was proposed.
            facts.pop();
            let other = COMMANDS[self.dice.below(COMMANDS.len())];
            facts.extend(self.facts_of(other, face));
        }
        let proposer = self.proposals.get(&proposed.id).copied().unwrap_or(Hand::Hostile);
        let approves = searched(&self.world, &Member::Person(face))
            .iter()
            .any(|group| PRIVILEGED.contains(&group.as_str()));
        (approves && self.say(hand, &Actor::Person(face), facts)).then_some(proposer)
    }

    /// One step. Whether hers alone is the hand that moved something.
    fn step(&mut self, attempted: &mut BTreeSet<String>) -> bool {
        self.now += i64::try_from(self.dice.below(90)).unwrap();
        self.finish_rollouts();
        let hand = match self.dice.below(100) {
            0..=2 => Hand::Operator,
            3..=24 => Hand::Honest(HONEST[self.dice.below(3)]),
            _ => Hand::Hostile,
        };
        if self.dice.chance(12) {
            return self.use_a_link(hand) && hand == Hand::Hostile;
        }
        let (faces, everybody) = (self.faces(hand), self.people());
        let face = match hand {
            Hand::Operator => self.dice.pick(&everybody),
            _ => self.dice.pick(&faces),
        };
        let Some(face) = face else { return false };
        if hand != Hand::Operator && self.dice.chance(12) {
            attempted.insert("command.countersigned".to_owned());
            attempted.insert("command.proposed".to_owned());
            let proposer = self.countersign(hand, face);
            return hand == Hand::Hostile && proposer == Some(Hand::Hostile);
        }
        let tag = self.tag_for(hand);
        let facts = self.facts_of(tag, face);
        attempted.extend(facts.iter().filter(|fact| is_commanded(fact)).map(super::hostile::tag));
        if hand != Hand::Hostile && !self.is_sensible(&facts) {
            return false;
        }
        let by = match hand {
            Hand::Operator => Actor::Operator,
            _ if self.is_let(face, &facts) => Actor::Person(face),
            _ => return false,
        };
        self.say(hand, &by, facts) && hand == Hand::Hostile
    }

    /// The software finishes what reached everybody.
    fn finish_rollouts(&mut self) {
        let mut running: Vec<_> =
            self.world.rollouts().filter(|it| it.percent() == 100).map(|it| it.id).collect();
        running.sort();
        for rollout in running {
            let (at, by) = (self.moment(), Actor::System("rollout".to_owned()));
            let stated = Stated { at, by, fact: Fact::RolloutFinished { rollout } };
            if self.dice.chance(20)
                && let Ok(next) = self.world.after(&[stated])
            {
                self.world = next;
            }
        }
    }

    /// She does most what leads somewhere.
    fn tag_for(&mut self, hand: Hand) -> &'static str {
        const TEMPTING: [&str; 10] = [
            "grant.requested",
            "grant.approved",
            "grant.approved",
            "grant.approved",
            "invitation.issued",
            "person.added",
            "group.member_added",
            "person.confirmed",
            "person.removed",
            "exception.opened",
        ];
        if hand == Hand::Hostile && self.dice.chance(60) {
            return TEMPTING[self.dice.below(TEMPTING.len())];
        }
        let tag = COMMANDS[self.dice.below(COMMANDS.len())];
        match tag {
            "command.proposed" | "command.countersigned" | "command.refused" => "grant.requested",
            other => other,
        }
    }

    /// What the honest do: nothing that hands her anything knowingly. A grant they do approve now and then.
    fn is_sensible(&mut self, facts: &[Fact]) -> bool {
        let lapse = self.dice.chance(10);
        facts.iter().all(|fact| match fact {
            Fact::GrantApproved { grant, .. } => {
                lapse || self.world.grant(*grant).is_some_and(|grant| !self.is_hers(grant.person))
            }
            Fact::PersonConfirmed { person, .. }
            | Fact::PersonChanged { person, .. }
            | Fact::PersonRestored { person } => !self.is_hers(*person),
            Fact::MemberAdded { member: Member::Person(person), .. } => lapse || !self.is_hers(*person),
            Fact::MemberAdded { member: Member::Group(_), .. } => false,
            // They keep the house standing.
            Fact::PersonRemoved { person } | Fact::PersonSuspended { person, .. } => {
                !HONEST.iter().any(|n| per(*n) == *person)
            }
            Fact::MemberRemoved { group, .. } | Fact::GroupRemoved { group } => {
                !PRIVILEGED.contains(&group.as_str())
            }
            Fact::ApplicationRemoved { .. } | Fact::CredentialRemoved { .. } => false,
            Fact::PoliciesPublished { files, .. } | Fact::PoliciesApplied { files, .. } => {
                files.contains_key("applications/countersign.cedar")
            }
            _ => true,
        })
    }
}

/// What she did alone took nothing from those who guard, and gave her nothing.
fn check(before: &Guarding, after: &Guarding, play: &Play, seed: u64) {
    let said = || format!("seed {seed}: {}", play.told.last().map_or("", String::as_str));
    let same = Guarding {
        exceptions: after.exceptions.clone(),
        grants: after.grants.clone(),
        passkeys: after.passkeys.clone(),
        risks: after.risks.clone(),
        rollouts: after.rollouts.clone(),
        finished: after.finished.clone(),
        tokens: after.tokens.clone(),
        ..before.clone()
    };
    assert_eq!(&same, after, "{}", said());
    assert!(after.exceptions.is_subset(&before.exceptions), "an exception. {}", said());
    assert!(after.tokens.is_subset(&before.tokens), "a token. {}", said());
    assert!(after.rollouts.is_subset(&before.rollouts), "a rollout. {}", said());
    assert!(after.grants.is_subset(&before.grants), "a grant. {}", said());
    assert!(before.finished.is_subset(&after.finished), "a guardrail. {}", said());
    for (person, keys) in &before.passkeys {
        assert_eq!(after.passkeys.get(person), Some(keys), "the passkeys of {person}. {}", said());
    }
    for (person, level) in &before.risks {
        assert!(after.risks.get(person) >= Some(level), "the risk of {person}. {}", said());
    }
}

#[test]
fn a_hostile_person_who_was_trusted_for_an_hour_never_holds_what_nobody_independent_countersigned() {
    let long = std::env::var_os("COUNTERSIGN_LONG").is_some();
    let steps: usize = if long { 100_000 } else { 2_000 };
    let mut attempted = BTreeSet::new();
    let (mut hers, mut countersigned, mut lent) = (0, 0, 0);
    for episode in 0..steps / EPISODE {
        let seed = u64::try_from(episode).unwrap();
        let mut play = Play::begin(seed);
        for _ in 0..EPISODE {
            let before = play.guarding();
            let alone = play.step(&mut attempted);
            if alone {
                hers += 1;
                check(&before, &play.guarding(), &play, seed);
            }
        }
        let done = |known: &&std::sync::Arc<countersign_world::Proposal>| {
            matches!(known.state, ProposalState::Countersigned { .. })
        };
        countersigned += play.world.proposals().filter(done).count();
        let lent_to = |it: &&std::sync::Arc<countersign_world::Grant>| {
            it.id != gra(1) && matches!(it.state, GrantState::Approved { .. })
        };
        lent += play.world.grants().filter(lent_to).count();
    }
    // That the play is one: she acts, and so do the others.
    assert!(hers > steps / 10, "she said {hers} things");
    assert!(countersigned > 0, "nothing was countersigned");
    assert!(lent > 0, "nothing was lent");
    attempted.extend(["command.refused".to_owned()]);
    for command in COMMANDS {
        assert!(attempted.contains(command), "{command} was never played");
    }
    eprintln!("{steps} steps: {hers} of hers alone, {countersigned} countersigned, {lent} lent");
}

/// Every fact that is a command is one of [`COMMANDS`], and no other is.
#[test]
fn every_command_is_played() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../facts/samples");
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read(entry.unwrap().path()).unwrap();
        let fact = Stated::from_bytes(&text).unwrap().fact;
        assert_eq!(is_commanded(&fact), COMMANDS.contains(&tag(&fact).as_str()), "{}", tag(&fact));
    }
}

#[test]
fn a_guardrail_that_reached_everybody_is_not_taken_back_by_one() {
    let mut play = Play::begin(0);
    for (n, policy) in [(1, "guard"), (2, "wiki-read")] {
        tell(&mut play.world, &[roll_out(n, policy, &[100])]);
    }
    let halted = |world: &World, n: u128| {
        let stated = Stated { at: at(20), by: Actor::Person(per(1)), fact: halt(n).stated().fact };
        world.after(&[stated]).map(|_| ()).map_err(|why| why.kind)
    };
    assert_eq!(halted(&play.world, 1), Ok(()), "one that is under way is stopped by whoever sees the harm");
    tell(&mut play.world, &[finish(1), finish(2)]);
    assert_eq!(halted(&play.world, 1), Err(Kind::Countersign));
    assert_eq!(halted(&play.world, 2), Ok(()), "an application's own policy is its owner's");
}
