//! Random sequences of all commands by several people. One of them, Mallory, is hostile and once had an hour of
//! privilege, approved by another person. Whatever she states, alone or as any person whose passkeys she holds, changes
//! nothing that guards the installation: that takes another person.
//!
//! The test itself plays the requirements on a person (a passkey, a group, a grant) as the shipped policies define them;
//! the world checks who may state what. The guarded values are defined here anew, independently of the tested code.
#![expect(clippy::indexing_slicing, reason = "a throw of the dice is below what it was thrown for")]

mod commands;
mod dice;
mod guarding;
mod turns;

use commands::COMMANDS;
use countersign_facts::*;
use countersign_names::*;
use countersign_testkit::story::*;
use countersign_world::{GrantState, Kind, ProposalState, World};
use dice::Dice;
use guarding::check;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Number of steps per episode. She is trusted in the first of them.
const EPISODE: usize = 250;

const MALLORY: u128 = 5;
const HONEST: [u128; 3] = [1, 2, 3];
const PRIVILEGED: [&str; 2] = ["administrators", "approvers"];

const OWN_POLICIES: &str = r#"
// Named here: whoever "approves" is in one of these.
permit (principal in Countersign::Group::"administrators", action, resource);
permit (principal in Countersign::Group::"approvers", action, resource);
"#;

/// The player who performs an act.
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
    /// The holder of each passkey's private part.
    keys: BTreeMap<CredentialId, Hand>,
    /// The players who have seen the link of each invitation.
    links: BTreeMap<InvitationId, Vec<Hand>>,
    /// The player who receives the links of each person.
    invented: BTreeMap<PersonId, Hand>,
    /// The proposer of each proposal.
    proposals: BTreeMap<ProposalId, Hand>,
    told: Vec<String>,
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
        story.push(Line::of(Fact::Policies(PoliciesFact::Published { version: digest(1), files })));
        story.push(Line::of(Fact::AssertionKey(AssertionKeyFact::Published {
            kid: "k".into(),
            jwk: serde_json::Value::Null,
        })));
        // Her hour: requested by her, approved by another person.
        let hour = Fact::Grant(GrantFact::Requested {
            grant: gra(1),
            person: per(MALLORY),
            application: name("countersign"),
            reason: "an upgrade".into(),
            seconds: 3_600,
        });
        story.push(Line::of(hour).by(Actor::Person(per(MALLORY))));
        let approved = Fact::Grant(GrantFact::Approved { grant: gra(1), expires_at: at(3_610) });
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

    /// Returns all people as whom this player can sign in.
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

    /// States the facts as `face`, or proposes them if they need a second person. Returns whether anything was stated.
    fn say(&mut self, hand: Hand, by: &Actor, facts: Vec<Fact>) -> bool {
        let now = self.moment();
        let stated: Vec<_> =
            facts.iter().map(|fact| Stated { at: now, by: by.clone(), fact: fact.clone() }).collect();
        match self.world.after(&stated) {
            Ok(next) => {
                // The result belongs to the proposer, who has seen the link; the countersigner has not.
                let whose = match facts.first() {
                    Some(Fact::Command(CommandFact::Countersigned { proposal, .. })) => {
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
                let proposed = Fact::Command(CommandFact::Proposed {
                    proposal,
                    text: "x".into(),
                    digest,
                    facts,
                    expires_at,
                });
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

    /// Records the holders of passkeys and the viewers of links.
    fn note(&mut self, hand: Hand, facts: &[Fact]) {
        for fact in facts {
            match fact {
                Fact::Credential(CredentialFact::Registered { credential, .. }) => {
                    self.keys.insert(*credential, hand);
                }
                Fact::Invitation(InvitationFact::Issued { invitation, person, .. }) => {
                    // The author of a link has seen it; the honest players give it to the invited person.
                    let theirs = self.invented.get(person).copied().unwrap_or(Hand::Operator);
                    let theirs = if self.is_hers(*person) { Hand::Hostile } else { theirs };
                    self.links.insert(*invitation, vec![hand, theirs]);
                }
                // A person added by the honest players is one more of them; a person named by Mallory is Mallory.
                Fact::Person(PersonFact::Added { person, .. }) => {
                    let whose = if hand == Hand::Hostile { hand } else { Hand::Honest(0) };
                    self.invented.insert(*person, whose);
                }
                Fact::Person(PersonFact::Changed { person, .. }) if hand == Hand::Hostile => {
                    self.invented.insert(*person, hand);
                }
                _ => {}
            }
        }
    }
}

#[test]
fn a_hostile_person_who_was_trusted_for_an_hour_never_holds_what_nobody_independent_countersigned() {
    let long = std::env::var_os("COUNTERSIGN_LONG").is_some();
    let steps: usize = if long { 100_000 } else { 6_000 };
    let mut attempted = BTreeSet::new();
    let (mut hers, mut countersigned, mut lent) = (0, 0, 0);
    let least = steps / EPISODE;
    for episode in 0..least * 20 {
        // Each command that is added changes every throw of the dice. Further episodes are played until the game is not
        // trivial.
        if episode >= least && countersigned > 0 && lent > 0 && attempted.len() >= COMMANDS.len() {
            break;
        }
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
    // Checks that the game is not trivial: she acts, and so do the others.
    assert!(hers > steps / 10, "she said {hers} things");
    assert!(countersigned > 0, "nothing was countersigned");
    assert!(lent > 0, "nothing was lent");
    for command in COMMANDS.iter() {
        assert!(attempted.contains(*command), "{command} was never played");
    }
    eprintln!("{steps} steps: {hers} of hers alone, {countersigned} countersigned, {lent} lent");
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
