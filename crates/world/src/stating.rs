//! Who states what: the one table in which a new fact must have its place.

use crate::{CONTROL_PLANE, RolloutState, World};
use countersign_facts::Fact;
use countersign_names::{GrantId, PersonId, ProposalId, ServiceId, Timestamp};

/// On whose word a fact is stated. The operator, and the software where it acts for a person, state everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatedBy {
    /// One person or service account that policies permit it. It may also be part of a command that takes two.
    One,
    /// Two people, one by one: the second countersigns what the first proposed. Here is why.
    Two(&'static str),
    /// One person or service account that policies permit it, and never as a part of a command that takes two.
    OneAlone,
    /// This person and nobody in their place, so it is no part of a command that takes two either.
    Themselves(PersonId),
    /// A second person, who is independent of the one who asked for this.
    Second(AwaitsSecond),
    /// The software, about what it found.
    Software,
}

/// What waits for the answer of a second person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AwaitsSecond {
    /// A request for a grant, which would end then.
    Grant(GrantId, Timestamp),
    /// The question whether this person is who they are taken for.
    Person(PersonId),
    /// A proposed command.
    Proposal(ProposalId),
}

impl StatedBy {
    /// Whether the fact may be part of a command that two people make. What a person must prove with a passkey, or say on
    /// their own word, is not said for them by the one who countersigns.
    pub(crate) const fn may_be_proposed(self) -> bool {
        matches!(self, Self::One | Self::Two(_))
    }
}

const WHO: &str = "it changes who administers or approves, or how they sign in";
const CONTROL: &str = "it changes the control plane itself";
const EXCEPTION: &str = "it lets somebody off a guardrail of the control plane";
const ROLLOUT: &str = "it changes for whom a guardrail, or a policy of the control plane, counts";

impl World {
    /// On whose word this fact is stated, after those before it.
    ///
    /// What only takes something away for a while (ending sessions, withdrawing a link, raising a risk) takes one person, so
    /// that the first who sees a break-in can act.
    pub fn stated_by(&self, fact: &Fact) -> StatedBy {
        let guarded = self.guarded();
        let (person, service) =
            (|it: &PersonId| guarded.person(self, *it), |it: &ServiceId| guarded.service(self, *it));
        let ours = |application: &str| application == CONTROL_PLANE;
        let two = |takes: bool, why: &'static str| if takes { StatedBy::Two(why) } else { StatedBy::One };
        match fact {
            Fact::PersonAdded { about, .. } => two(guarded.describes(about), WHO),
            Fact::PersonChanged { person: whom, about } => two(person(whom) || guarded.describes(about), WHO),
            Fact::PersonSuspended { person: whom, .. }
            | Fact::PersonRestored { person: whom }
            | Fact::PersonRemoved { person: whom }
            | Fact::InvitationIssued { person: whom, .. } => two(person(whom), WHO),
            Fact::CredentialRemoved { credential } => {
                let owner = self.credential(*credential).map(|known| known.person);
                two(owner.is_some_and(|owner| person(&owner)), WHO)
            }
            Fact::GroupRemoved { group }
            | Fact::MemberAdded { group, .. }
            | Fact::MemberRemoved { group, .. } => two(guarded.leads_up(self, group), WHO),
            Fact::ServiceAdded { name, .. } => two(guarded.is_service_named(name), WHO),
            Fact::ServiceRemoved { service: which } | Fact::TokenIssued { service: which, .. } => {
                two(service(which), WHO)
            }
            Fact::RiskChanged { principal, level, .. } => {
                two(self.lowers_guarded_risk(principal, *level), WHO)
            }
            Fact::ApplicationDeclared { application, .. }
            | Fact::ApplicationStaged { application, .. }
            | Fact::ApplicationRemoved { application } => two(ours(application.as_str()), CONTROL),
            Fact::ResourceLabelled { resource, .. } => two(ours(resource.application().as_str()), CONTROL),
            Fact::ExceptionOpened { scope, .. } => {
                two(scope.application.as_ref().is_none_or(|only| ours(only.as_str())), EXCEPTION)
            }
            Fact::PoliciesPublished { files, .. } | Fact::PoliciesApplied { files, .. } => {
                two(self.changes_guarded(files), "it changes guardrails, or the control plane's own policies")
            }
            Fact::RolloutStarted { policy, .. } => two(self.is_guarded_policy(policy), ROLLOUT),
            Fact::RolloutAdvanced { rollout, .. } => {
                let policy = self.rollout(*rollout).map(|known| &known.policy);
                two(policy.is_none_or(|policy| self.is_guarded_policy(policy)), ROLLOUT)
            }
            // One that is under way is stopped by the first who sees the harm; one that reached everybody guards them.
            Fact::RolloutHalted { rollout, .. } => {
                let known = self.rollout(*rollout).filter(|known| known.state == RolloutState::Finished);
                two(known.is_some_and(|known| self.is_guarded_policy(&known.policy)), ROLLOUT)
            }
            Fact::GroupAdded { .. }
            | Fact::TokenRevoked { .. }
            | Fact::InvitationWithdrawn { .. }
            | Fact::ExceptionEnded { .. }
            // Stated right after what is judged above: the issue of the token, the publication, each setting.
            | Fact::TokenBound(_)
            | Fact::PoliciesRemoved(_)
            | Fact::SettingsApplied { .. }
            | Fact::RolloutEnded { .. } => StatedBy::One,

            Fact::SessionStarted { about, .. } => StatedBy::Themselves(about.person),
            Fact::NoticesSeen { person, .. }
            | Fact::GrantRequested { person, .. }
            | Fact::CredentialRegistered { person, .. } => StatedBy::Themselves(*person),
            Fact::SessionSteppedUp { session, .. } => {
                self.session(*session).map_or(StatedBy::OneAlone, |known| StatedBy::Themselves(known.person))
            }

            Fact::GrantApproved { grant, expires_at } => {
                StatedBy::Second(AwaitsSecond::Grant(*grant, *expires_at))
            }
            Fact::PersonConfirmed { person, .. } => StatedBy::Second(AwaitsSecond::Person(*person)),
            Fact::CommandCountersigned { proposal, .. } => StatedBy::Second(AwaitsSecond::Proposal(*proposal)),

            Fact::CommandProposed { .. }
            | Fact::CommandRefused { .. }
            | Fact::GrantRefused { .. }
            | Fact::GrantRevoked { .. }
            | Fact::CredentialUsed { .. }
            | Fact::DeviceRegistered { .. }
            | Fact::DeviceChanged { .. }
            | Fact::PostureReported { .. }
            | Fact::DeviceRemoved { .. }
            | Fact::SessionHandedOver { .. }
            | Fact::SessionOpened { .. }
            | Fact::SessionEnded { .. }
            | Fact::TrustOwned { .. }
            | Fact::TrustDocumented { .. }
            | Fact::AssertionKeyRotated { .. }
            | Fact::AssertionKeyRetired { .. } => StatedBy::OneAlone,

            Fact::HandoverSpent { .. }
            | Fact::TrustFound { .. }
            | Fact::TrustEliminated { .. }
            | Fact::RolloutCounted { .. }
            | Fact::RolloutFinished { .. }
            | Fact::AssertionKeyPublished { .. }
            | Fact::HeadAccepted { .. }
            | Fact::EvidenceAnchored { .. }
            | Fact::EvidenceCompacted { .. }
            | Fact::EvidenceExpired { .. } => StatedBy::Software,
        }
    }
}
