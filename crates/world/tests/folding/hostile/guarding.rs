//! The values that guard the installation, and the check that no hostile player changed them alone.

use super::{PRIVILEGED, Play};
use countersign_facts::*;
use countersign_names::*;
use countersign_testkit::story::*;
use countersign_world::RolloutState;
use std::collections::{BTreeMap, BTreeSet};

/// The values that guard the installation. One player alone must not change them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Guarding {
    /// The people in a group that administers or approves, with their records and whether they are active.
    people: BTreeMap<PersonId, (Person, bool)>,
    services: BTreeSet<ServiceId>,
    tokens: BTreeSet<TokenId>,
    policies: BTreeMap<String, String>,
    control: String,
    rollouts: BTreeSet<String>,
    /// Guardrails that were rolled out to everybody.
    finished: BTreeSet<RolloutId>,
    // Sets that may only shrink.
    exceptions: BTreeSet<ExceptionId>,
    grants: BTreeSet<GrantId>,
    /// The passkeys of those people whose passkeys no other player holds.
    passkeys: BTreeMap<PersonId, BTreeSet<CredentialId>>,
    risks: BTreeMap<PersonId, RiskLevel>,
}

impl Play {
    pub(super) fn guarding(&self) -> Guarding {
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
}

/// Checks that her acts alone took nothing from those who guard, and gave her nothing.
pub(super) fn check(before: &Guarding, after: &Guarding, play: &Play, seed: u64) {
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
