//! One fact into the world: which part it goes to, and what it drags along.

use crate::contradiction::Contradiction;
use crate::{HeadAccepted, Policies, World};
use countersign_facts::{AcceptedHead, Fact, Stated};
use countersign_names::Timestamp;
use std::sync::Arc;

/// Fold `stated` in. On an error the world may be half changed; [`World::apply`] works on a copy.
pub fn apply(world: &mut World, stated: &Stated) -> Result<(), Contradiction> {
    crate::origins::note(world, stated);
    crate::notices::note(world, stated);
    fold(world, stated)?;
    crate::proposals::folded(world, &stated.fact);
    Ok(())
}

fn fold(world: &mut World, stated: &Stated) -> Result<(), Contradiction> {
    match &stated.fact {
        Fact::PersonAdded { .. }
        | Fact::PersonChanged { .. }
        | Fact::PersonSuspended { .. }
        | Fact::PersonRestored { .. }
        | Fact::PersonRemoved { .. }
        | Fact::RiskChanged { .. } => person(world, stated),

        Fact::GroupAdded { .. }
        | Fact::GroupRemoved { .. }
        | Fact::MemberAdded { .. }
        | Fact::MemberRemoved { .. } => crate::groups::apply(world, &stated.fact),

        Fact::ServiceAdded { .. }
        | Fact::ServiceRemoved { .. }
        | Fact::TokenIssued { .. }
        | Fact::TokenBound(_)
        | Fact::TokenRevoked { .. } => service(world, stated),

        Fact::InvitationIssued { .. }
        | Fact::InvitationWithdrawn { .. }
        | Fact::CredentialRegistered { .. }
        | Fact::CredentialUsed { .. }
        | Fact::CredentialRemoved { .. } => credential(world, stated),

        Fact::DeviceRegistered { .. }
        | Fact::DeviceChanged { .. }
        | Fact::PostureReported { .. }
        | Fact::DeviceRemoved { .. } => crate::devices::apply(world, stated),

        Fact::ApplicationDeclared { .. }
        | Fact::ApplicationStaged { .. }
        | Fact::ApplicationRemoved { .. }
        | Fact::ResourceLabelled { .. } => world.applications.apply(&stated.fact),

        Fact::SessionStarted { .. }
        | Fact::SessionSteppedUp { .. }
        | Fact::SessionHandedOver { .. }
        | Fact::SessionOpened { .. }
        | Fact::HandoverSpent { .. }
        | Fact::SessionEnded { .. } => crate::sessions::apply(world, stated),

        Fact::GrantRequested { .. }
        | Fact::GrantApproved { .. }
        | Fact::GrantRefused { .. }
        | Fact::GrantRevoked { .. }
        | Fact::ExceptionOpened { .. }
        | Fact::ExceptionEnded { .. } => crate::privilege::apply(world, stated),

        Fact::PersonConfirmed { person, .. } | Fact::NoticesSeen { person, .. } => {
            world.people.get(*person).map(|_| ())
        }

        Fact::CommandProposed { .. } | Fact::CommandCountersigned { .. } | Fact::CommandRefused { .. } => {
            crate::proposals::apply(world, stated)
        }

        Fact::TrustFound { .. }
        | Fact::TrustEliminated { .. }
        | Fact::TrustOwned { .. }
        | Fact::TrustDocumented { .. } => crate::register::apply(world, stated),

        Fact::PoliciesPublished { version, files } => {
            policies(world, Policies::new(*version, stated.at, files.clone()));
            Ok(())
        }
        Fact::PoliciesApplied { version, files, why, rehearsal } => {
            let applied = Policies::new(*version, stated.at, files.clone());
            policies(world, Policies { why: Some(why.clone()), rehearsal: *rehearsal, ..applied });
            Ok(())
        }
        // What is in force follows from the publication; this only says so to whoever reads the journal.
        Fact::PoliciesRemoved(_) => Ok(()),
        Fact::SettingsApplied { settings } => {
            world.settings.add(world.seq + 1, settings);
            Ok(())
        }
        Fact::RolloutStarted { .. }
        | Fact::RolloutCounted { .. }
        | Fact::RolloutAdvanced { .. }
        | Fact::RolloutHalted { .. }
        | Fact::RolloutFinished { .. }
        | Fact::RolloutEnded { .. } => crate::rollouts::apply(world, stated),

        Fact::AssertionKeyPublished { .. }
        | Fact::AssertionKeyRotated { .. }
        | Fact::AssertionKeyRetired { .. } => crate::keys::apply(&mut world.assertion_keys, stated),

        Fact::HeadAccepted(accepted) => head_accepted(world, stated.at, accepted),

        Fact::EvidenceAnchored { .. } | Fact::EvidenceCompacted { .. } | Fact::EvidenceExpired { .. } => {
            crate::evidence::apply(world, stated)
        }
    }
}

fn head_accepted(world: &mut World, at: Timestamp, accepted: &AcceptedHead) -> Result<(), Contradiction> {
    if accepted.why.trim().is_empty() {
        return Err(Contradiction::impossible("why", "say why: it stands in the journal from then on"));
    }
    // The sequence moves once the fact is folded in.
    let (seq, gate, why) = (world.seq + 1, accepted.gate.clone(), accepted.why.clone());
    world.head_accepted = Some(Arc::new(HeadAccepted { at, seq, gate, why }));
    Ok(())
}

fn policies(world: &mut World, in_force: Policies) {
    // The sequence moves once the fact is folded in.
    world.publications.insert(in_force.version, world.seq + 1);
    world.guarded = Arc::new(crate::guarded::Guarded::of(&in_force.files));
    world.policies = Some(Arc::new(in_force));
}

/// A person's standing drags their sessions along; their removal also everything that was theirs.
fn person(world: &mut World, stated: &Stated) -> Result<(), Contradiction> {
    crate::people::apply(world, &stated.fact)?;
    match &stated.fact {
        Fact::PersonSuspended { person, .. } => {
            world.sessions.end_all_of(*person);
        }
        Fact::PersonRemoved { person } => {
            world.sessions.end_all_of(*person);
            world.privilege.forget(*person);
            world.groups.forget(&countersign_facts::Member::Person(*person));
            world.devices.disown(*person);
        }
        _ => {}
    }
    Ok(())
}

fn service(world: &mut World, stated: &Stated) -> Result<(), Contradiction> {
    crate::services::apply(world, stated)?;
    if let Fact::ServiceRemoved { service } = &stated.fact {
        world.groups.forget(&countersign_facts::Member::Service(*service));
    }
    Ok(())
}

/// A passkey that goes takes the sessions that it began with it; a recovery takes all that was before it.
fn credential(world: &mut World, stated: &Stated) -> Result<(), Contradiction> {
    let ended = crate::people::apply_credential(world, stated)?;
    for credential in ended {
        world.sessions.end_all_begun_by(credential);
    }
    Ok(())
}
