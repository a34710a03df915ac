//! Who states what: the one table in which a new fact must have its place.

use crate::{CONTROL_PLANE, RolloutState, World};
use countersign_facts::{
    ApplicationFact, AssertionKeyFact, CommandFact, CredentialFact, DeviceFact, EvidenceFact, ExceptionFact,
    Fact, GrantFact, GroupFact, InvitationFact, JournalFact, PersonFact, PoliciesFact, ResourceFact,
    RiskFact, RolloutFact, ServiceFact, SessionFact, SettingsFact, TrustFact,
};
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
            Fact::Person(PersonFact::Added { about, .. }) => two(guarded.describes(about), WHO),
            Fact::Person(PersonFact::Changed { person: whom, about }) => {
                two(person(whom) || guarded.describes(about), WHO)
            }
            Fact::Person(
                PersonFact::Suspended { person: whom, .. }
                | PersonFact::Restored { person: whom }
                | PersonFact::Removed { person: whom },
            )
            | Fact::Invitation(InvitationFact::Issued { person: whom, .. }) => two(person(whom), WHO),
            Fact::Credential(CredentialFact::Removed { credential }) => {
                let owner = self.credential(*credential).map(|known| known.person);
                two(owner.is_some_and(|owner| person(&owner)), WHO)
            }
            Fact::Group(
                GroupFact::Removed { group }
                | GroupFact::MemberAdded { group, .. }
                | GroupFact::MemberRemoved { group, .. },
            ) => two(guarded.leads_up(self, group), WHO),
            Fact::Service(ServiceFact::Added { name, .. }) => two(guarded.is_service_named(name), WHO),
            Fact::Service(
                ServiceFact::Removed { service: which } | ServiceFact::TokenIssued { service: which, .. },
            ) => two(service(which), WHO),
            Fact::Risk(RiskFact::Changed { principal, level, .. }) => {
                two(self.lowers_guarded_risk(principal, *level), WHO)
            }
            Fact::Application(
                ApplicationFact::Declared { application, .. }
                | ApplicationFact::Staged { application, .. }
                | ApplicationFact::Removed { application },
            ) => two(ours(application.as_str()), CONTROL),
            Fact::Resource(ResourceFact::Labelled { resource, .. }) => {
                two(ours(resource.application().as_str()), CONTROL)
            }
            Fact::Exception(ExceptionFact::Opened { scope, .. }) => {
                two(scope.application.as_ref().is_none_or(|only| ours(only.as_str())), EXCEPTION)
            }
            Fact::Policies(PoliciesFact::Published { files, .. } | PoliciesFact::Applied { files, .. }) => {
                two(self.changes_guarded(files), "it changes guardrails, or the control plane's own policies")
            }
            Fact::Rollout(RolloutFact::Started { policy, .. }) => {
                two(self.is_guarded_policy(policy), ROLLOUT)
            }
            Fact::Rollout(RolloutFact::Advanced { rollout, .. }) => {
                let policy = self.rollout(*rollout).map(|known| &known.policy);
                two(policy.is_none_or(|policy| self.is_guarded_policy(policy)), ROLLOUT)
            }
            // One that is under way is stopped by the first who sees the harm; one that reached everybody guards them.
            Fact::Rollout(RolloutFact::Halted { rollout, .. }) => {
                let known = self.rollout(*rollout).filter(|known| known.state == RolloutState::Finished);
                two(known.is_some_and(|known| self.is_guarded_policy(&known.policy)), ROLLOUT)
            }
            // The last of these are stated right after what is judged above: the issue of the token, the publication, each
            // setting.
            Fact::Group(GroupFact::Added { .. })
            | Fact::Service(ServiceFact::TokenRevoked { .. })
            | Fact::Invitation(InvitationFact::Withdrawn { .. })
            | Fact::Exception(ExceptionFact::Ended { .. })
            | Fact::Service(ServiceFact::TokenBound(_))
            | Fact::Policies(PoliciesFact::Removed(_))
            | Fact::Settings(SettingsFact::Applied { .. })
            | Fact::Rollout(RolloutFact::Ended { .. }) => StatedBy::One,

            Fact::Session(SessionFact::Started { about, .. }) => StatedBy::Themselves(about.person),
            Fact::Person(PersonFact::NoticesSeen { person, .. })
            | Fact::Grant(GrantFact::Requested { person, .. })
            | Fact::Credential(CredentialFact::Registered { person, .. }) => StatedBy::Themselves(*person),
            Fact::Session(SessionFact::SteppedUp { session, .. }) => {
                self.session(*session).map_or(StatedBy::OneAlone, |known| StatedBy::Themselves(known.person))
            }

            Fact::Grant(GrantFact::Approved { grant, expires_at }) => {
                StatedBy::Second(AwaitsSecond::Grant(*grant, *expires_at))
            }
            Fact::Person(PersonFact::Confirmed { person, .. }) => {
                StatedBy::Second(AwaitsSecond::Person(*person))
            }
            Fact::Command(CommandFact::Countersigned { proposal, .. }) => {
                StatedBy::Second(AwaitsSecond::Proposal(*proposal))
            }

            Fact::Command(CommandFact::Proposed { .. } | CommandFact::Refused { .. })
            | Fact::Grant(GrantFact::Refused { .. } | GrantFact::Revoked { .. })
            | Fact::Credential(CredentialFact::Used { .. })
            | Fact::Device(
                DeviceFact::Registered { .. }
                | DeviceFact::Changed { .. }
                | DeviceFact::PostureReported { .. }
                | DeviceFact::Removed { .. },
            )
            | Fact::Session(
                SessionFact::HandedOver { .. } | SessionFact::Opened { .. } | SessionFact::Ended { .. },
            )
            | Fact::Trust(TrustFact::Owned { .. } | TrustFact::Documented { .. })
            | Fact::AssertionKey(AssertionKeyFact::Rotated { .. } | AssertionKeyFact::Retired { .. }) => {
                StatedBy::OneAlone
            }

            Fact::Session(SessionFact::HandoverSpent { .. })
            | Fact::Trust(TrustFact::Found { .. } | TrustFact::Eliminated { .. })
            | Fact::Rollout(RolloutFact::Counted { .. } | RolloutFact::Finished { .. })
            | Fact::AssertionKey(AssertionKeyFact::Published { .. })
            | Fact::Journal(JournalFact::HeadAccepted { .. })
            | Fact::Evidence(
                EvidenceFact::Anchored { .. } | EvidenceFact::Compacted { .. } | EvidenceFact::Expired { .. },
            ) => StatedBy::Software,
        }
    }
}
