//! Folds one fact into the world: dispatches it to the module of its subject.

use crate::contradiction::Contradiction;
use crate::{ArchivedEntries, HeadAccepted, Policies, World};
use countersign_facts::{
    AcceptedHead, ApplicationFact, Fact, JournalFact, PoliciesFact, SettingsFact, Stated,
};
use countersign_names::Timestamp;
use std::sync::Arc;

/// Folds `stated` in. After an error the world may be half changed; [`World::apply`] works on a copy.
pub fn apply(world: &mut World, stated: &Stated) -> Result<(), Contradiction> {
    crate::origins::note(world, stated);
    crate::notices::note(world, stated);
    fold(world, stated)?;
    crate::proposals::folded(world, &stated.fact);
    Ok(())
}

fn fold(world: &mut World, stated: &Stated) -> Result<(), Contradiction> {
    match &stated.fact {
        Fact::Person(fact) => crate::people::apply(world, fact),
        Fact::Group(fact) => crate::groups::apply(world, fact),
        Fact::Service(fact) => crate::services::apply(world, stated, fact),
        Fact::Invitation(fact) => crate::people::apply_invitation(world, stated, fact),
        Fact::Credential(fact) => crate::people::apply_credential(world, stated, fact),
        Fact::Device(fact) => crate::devices::apply(world, stated, fact),
        Fact::Application(fact) => {
            if let ApplicationFact::Removed { application } = fact {
                world.openid_clients.forget(application);
            }
            world.applications.apply(fact)
        }
        Fact::Resource(fact) => world.applications.label(fact),
        Fact::Network(fact) => crate::networks::apply(world, fact),
        Fact::Source(fact) => crate::sources::apply(world, fact),
        Fact::Finding(fact) => crate::findings::apply(world, stated, fact),
        Fact::Review(fact) => crate::reviews::apply(world, stated, fact),
        Fact::Identity(fact) => crate::identities::apply(world, stated, fact),
        Fact::OpenIdClient(fact) => crate::openid_clients::apply(world, stated, fact),
        Fact::Label(fact) => crate::labels::apply(world, stated, fact),
        Fact::Role(fact) => crate::roles::apply(world, stated, fact),
        Fact::Provider(fact) => crate::providers::apply(world, stated, fact),
        Fact::Session(fact) => crate::sessions::apply(world, stated, fact),
        Fact::Grant(fact) => crate::privilege::apply(world, stated, fact),
        Fact::Exception(fact) => crate::privilege::apply_exception(world, stated, fact),
        Fact::Risk(fact) => crate::people::apply_risk(world, fact),
        Fact::Command(fact) => crate::proposals::apply(world, stated, fact),
        Fact::Trust(fact) => crate::register::apply(world, stated, fact),
        Fact::Policies(fact) => {
            policies(world, stated.at, fact);
            Ok(())
        }
        Fact::Settings(SettingsFact::Applied { .. }) => {
            // The sequence is raised after the fact is folded in.
            world.versions_changed.settings_at(world.seq + 1);
            Ok(())
        }
        Fact::Rollout(fact) => crate::rollouts::apply(world, stated, fact),
        Fact::AssertionKey(fact) => crate::keys::apply(&mut world.assertion_keys, stated, fact),
        Fact::Evidence(fact) => crate::evidence::apply(world, stated, fact),
        Fact::Journal(fact) => journal(world, stated, fact),
    }
}

fn journal(world: &mut World, stated: &Stated, fact: &JournalFact) -> Result<(), Contradiction> {
    match fact {
        JournalFact::HeadAccepted(accepted) => head_accepted(world, stated.at, accepted),
        JournalFact::ClockAccepted(clock) => crate::clock::accepted(world, stated, clock),
        JournalFact::ClockConfirmed(clock) => crate::clock::confirmed(world, stated, clock),
        JournalFact::CheckpointTaken { seq, format, digest } => {
            crate::checkpoint::taken(world, *seq, *format, *digest)
        }
        JournalFact::Archived { first, last, hash, digest, bytes } => {
            let (first, last, hash, digest, bytes) = (*first, *last, *hash, *digest, *bytes);
            crate::archives::archived(world, ArchivedEntries { first, last, hash, digest, bytes })
        }
    }
}

fn head_accepted(world: &mut World, at: Timestamp, accepted: &AcceptedHead) -> Result<(), Contradiction> {
    if accepted.why.trim().is_empty() {
        return Err(Contradiction::impossible("why", "say why: the journal keeps the reason"));
    }
    // The sequence is raised after the fact is folded in.
    let (seq, gate, why) = (world.seq + 1, accepted.gate.clone(), accepted.why.clone());
    world.head_accepted = Some(Arc::new(HeadAccepted { at, seq, gate, why }));
    Ok(())
}

fn policies(world: &mut World, at: Timestamp, fact: &PoliciesFact) {
    let in_force = match fact {
        PoliciesFact::Published { version, files } => Policies::new(*version, at, files.clone()),
        PoliciesFact::Applied { version, files, why, rehearsal } => {
            let applied = Policies::new(*version, at, files.clone());
            Policies { why: Some(why.clone()), rehearsal: *rehearsal, ..applied }
        }
        // The publication already determined what is in force; this fact only informs readers of the journal.
        PoliciesFact::Removed(_) => return,
    };
    // The sequence is raised after the fact is folded in.
    world.versions_changed.policies_at(world.seq + 1);
    world.guarded = Arc::new(crate::guarded::Guarded::of(&in_force.files));
    world.policies = Some(Arc::new(in_force));
}
