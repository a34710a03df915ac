//! Who must state each fact: the one table to which every new fact must be added.

use crate::{CONTROL_PLANE, RolloutState, World};
use countersign_facts::{
    ApplicationFact, AssertionKeyFact, CommandFact, CredentialFact, DeviceFact, EvidenceFact, ExceptionFact,
    Fact, FindingFact, GrantFact, GroupFact, InvitationFact, JournalFact, NetworkFact, PersonFact,
    PoliciesFact, ProviderFact, ResourceFact, RiskFact, RolloutFact, ServiceFact, SessionFact, SettingsFact,
    SourceFact, TrustFact,
};
use countersign_names::{ApplicationName, GrantId, PersonId, ProposalId, Timestamp};

/// Who must state a fact. The operator, and the software acting for a person, may state everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatedBy {
    /// One person or service account that policies permit. It may also be part of a command of two people.
    One,
    /// Two people: the second countersigns what the first proposed. Holds the reason.
    Two(&'static str),
    /// One person or service account that policies permit, and never as part of a command of two people.
    OneAlone,
    /// This person themselves, so never as part of a command of two people.
    Themselves(PersonId),
    /// A second person who is independent of the one who requested it.
    Second(AwaitsSecond),
    /// The software, about something it found.
    Software,
}

/// A request that waits for a second person's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AwaitsSecond {
    /// A request for a grant, with the time when the grant would end.
    Grant(GrantId, Timestamp),
    /// The confirmation of this person's identity.
    Person(PersonId),
    /// A proposed command.
    Proposal(ProposalId),
}

impl StatedBy {
    /// Returns whether the fact may be part of a command of two people. What a person must prove with a passkey or state
    /// themselves, a countersigner cannot state for them.
    pub(crate) const fn may_be_proposed(self) -> bool {
        matches!(self, Self::One | Self::Two(_))
    }
}

const WHO: &str = "it changes administrators or approvers, or how they sign in";
const CONTROL: &str = "it changes the control plane itself";
const POLICIES: &str = "it changes guardrails, or the control plane's own policies";
const EXCEPTION: &str = "it opens an exception from a guardrail of the control plane";
const PROVIDER: &str = "it changes who decides as whom people sign in";
const LEAVERS: &str = "it lets a source say who is suspended";
const ROLLOUT: &str = "it changes to whom a guardrail, or a policy of the control plane, applies";

/// Returns two people, with the reason, if the fact needs them; otherwise one.
const fn two_if(takes: bool, why: &'static str) -> StatedBy {
    if takes { StatedBy::Two(why) } else { StatedBy::One }
}

fn is_ours(application: &ApplicationName) -> bool {
    application.as_str() == CONTROL_PLANE
}

impl World {
    /// Returns who must state this fact, after those before it.
    ///
    /// One person suffices for a fact that only removes access for a while (ending sessions, withdrawing a link, raising
    /// a risk), so that the first who sees a break-in can act.
    pub fn stated_by(&self, fact: &Fact) -> StatedBy {
        match fact {
            Fact::Person(fact) => self.person_by(fact),
            Fact::Group(fact) => self.group_by(fact),
            Fact::Service(fact) => self.service_by(fact),
            Fact::Invitation(InvitationFact::Issued { person, .. }) => {
                two_if(self.guarded().person(self, *person), WHO)
            }
            Fact::Invitation(InvitationFact::Withdrawn { .. }) => StatedBy::One,
            Fact::Credential(fact) => self.credential_by(fact),
            Fact::Risk(RiskFact::Changed { principal, level, .. }) => {
                two_if(self.lowers_guarded_risk(principal, *level), WHO)
            }
            Fact::Device(
                DeviceFact::Registered { .. }
                | DeviceFact::Changed { .. }
                | DeviceFact::PostureReported { .. }
                | DeviceFact::Removed { .. },
            ) => StatedBy::OneAlone,
            Fact::Application(
                ApplicationFact::Declared { application, .. }
                | ApplicationFact::Staged { application, .. }
                | ApplicationFact::Removed { application },
            ) => two_if(is_ours(application), CONTROL),
            Fact::Resource(ResourceFact::Labelled { resource, .. }) => {
                two_if(is_ours(resource.application()), CONTROL)
            }
            Fact::Source(SourceFact::Declared { source, about }) => {
                let before = self.source(source).and_then(|known| known.about.leavers);
                two_if(about.leavers.is_some() && about.leavers != before, LEAVERS)
            }
            Fact::Source(SourceFact::Withdrawn { .. } | SourceFact::LeaversConfirmed { .. }) => StatedBy::One,
            Fact::Source(SourceFact::PersonLeft { .. } | SourceFact::PersonReturned { .. }) => StatedBy::Software,
            // The rows were applied already: nothing is left for a second person.
            Fact::Source(SourceFact::ImportApplied { .. }) => StatedBy::OneAlone,
            Fact::Finding(FindingFact::Accepted { .. } | FindingFact::Reopened { .. }) => StatedBy::One,
            Fact::Identity(_) | Fact::OpenIdClient(_) | Fact::Review(_) | Fact::Role(_) | Fact::Label(_) => StatedBy::One,
            Fact::Provider(fact) => self.provider_by(fact),
            Fact::Session(fact) => self.session_by(fact),
            Fact::Grant(fact) => grant_by(fact),
            Fact::Exception(ExceptionFact::Opened { scope, .. }) => {
                two_if(scope.application.as_ref().is_none_or(is_ours), EXCEPTION)
            }
            Fact::Exception(ExceptionFact::Ended { .. }) => StatedBy::One,
            Fact::Command(CommandFact::Proposed { .. } | CommandFact::Refused { .. }) => StatedBy::OneAlone,
            Fact::Command(CommandFact::Countersigned { proposal, .. }) => {
                StatedBy::Second(AwaitsSecond::Proposal(*proposal))
            }
            Fact::Policies(PoliciesFact::Published { files, .. } | PoliciesFact::Applied { files, .. }) => {
                two_if(self.changes_guarded(files), POLICIES)
            }
            // Stated right after the facts that are checked above: the publication, each setting.
            Fact::Policies(PoliciesFact::Removed(_)) | Fact::Settings(SettingsFact::Applied { .. }) => {
                StatedBy::One
            }
            Fact::Rollout(fact) => self.rollout_by(fact),
            Fact::Trust(TrustFact::Owned { .. } | TrustFact::Documented { .. })
            | Fact::AssertionKey(AssertionKeyFact::Rotated { .. } | AssertionKeyFact::Retired { .. }) => {
                StatedBy::OneAlone
            }
            Fact::Trust(TrustFact::Found { .. } | TrustFact::Eliminated { .. })
            | Fact::AssertionKey(AssertionKeyFact::Published { .. })
            | Fact::Evidence(
                EvidenceFact::Anchored { .. } | EvidenceFact::Compacted { .. } | EvidenceFact::Expired { .. },
            )
            // From the configuration of a process.
            | Fact::Network(NetworkFact::Declared { .. } | NetworkFact::Removed { .. })
            | Fact::Journal(
                JournalFact::HeadAccepted(_)
                | JournalFact::ClockAccepted(_)
                | JournalFact::ClockConfirmed(_)
                | JournalFact::CheckpointTaken { .. }
                | JournalFact::Archived { .. },
            ) => StatedBy::Software,
        }
    }

    fn person_by(&self, fact: &PersonFact) -> StatedBy {
        let guarded = self.guarded();
        match fact {
            PersonFact::Added { about, .. } => two_if(guarded.describes(about), WHO),
            PersonFact::Changed { person, about } => {
                two_if(guarded.person(self, *person) || guarded.describes(about), WHO)
            }
            PersonFact::Suspended { person, .. }
            | PersonFact::Restored { person }
            | PersonFact::Removed { person } => two_if(guarded.person(self, *person), WHO),
            PersonFact::Confirmed { person, .. } => StatedBy::Second(AwaitsSecond::Person(*person)),
            PersonFact::NoticesSeen { person, .. } => StatedBy::Themselves(*person),
        }
    }

    fn group_by(&self, fact: &GroupFact) -> StatedBy {
        match fact {
            GroupFact::Added { .. } => StatedBy::One,
            GroupFact::Removed { group }
            | GroupFact::MemberAdded { group, .. }
            | GroupFact::MemberRemoved { group, .. } => two_if(self.guarded().leads_up(self, group), WHO),
        }
    }

    fn service_by(&self, fact: &ServiceFact) -> StatedBy {
        let guarded = self.guarded();
        match fact {
            ServiceFact::Added { name, .. } => two_if(guarded.is_service_named(name), WHO),
            ServiceFact::Removed { service } | ServiceFact::TokenIssued { service, .. } => {
                two_if(guarded.service(self, *service), WHO)
            }
            // A binding is stated right after the issue of its token, which is checked above.
            ServiceFact::TokenBound(_) | ServiceFact::TokenRevoked { .. } => StatedBy::One,
        }
    }

    fn credential_by(&self, fact: &CredentialFact) -> StatedBy {
        match fact {
            CredentialFact::Registered { person, .. } => StatedBy::Themselves(*person),
            CredentialFact::Used { .. } => StatedBy::OneAlone,
            CredentialFact::Removed { credential } => {
                let owner = self.credential(*credential).map(|known| known.person);
                two_if(owner.is_some_and(|owner| self.guarded().person(self, owner)), WHO)
            }
        }
    }

    fn provider_by(&self, fact: &ProviderFact) -> StatedBy {
        match fact {
            ProviderFact::Declared { .. } => StatedBy::Two(PROVIDER),
            ProviderFact::Withdrawn { .. } | ProviderFact::Unlinked { .. } => StatedBy::One,
            // Two people made the invitation of an administrator or approver, which is checked at its use.
            ProviderFact::Linked { about, .. } if about.invitation.is_some() => {
                StatedBy::Themselves(about.person)
            }
            ProviderFact::Linked { about, .. } => two_if(self.guarded().person(self, about.person), WHO),
        }
    }

    fn session_by(&self, fact: &SessionFact) -> StatedBy {
        match fact {
            SessionFact::Started { about, .. } => StatedBy::Themselves(about.person),
            SessionFact::Federated { about, .. } => StatedBy::Themselves(about.person),
            SessionFact::SteppedUp { session, .. } => {
                self.session(*session).map_or(StatedBy::OneAlone, |known| StatedBy::Themselves(known.person))
            }
            SessionFact::HandedOver { .. } | SessionFact::Opened { .. } | SessionFact::Ended { .. } => {
                StatedBy::OneAlone
            }
            SessionFact::HandoverSpent { .. } => StatedBy::Software,
        }
    }

    fn rollout_by(&self, fact: &RolloutFact) -> StatedBy {
        match fact {
            RolloutFact::Started { policy, .. } => two_if(self.is_guarded_policy(policy), ROLLOUT),
            RolloutFact::Advanced { rollout, .. } => {
                let policy = self.rollout(*rollout).map(|known| &known.policy);
                two_if(policy.is_none_or(|policy| self.is_guarded_policy(policy)), ROLLOUT)
            }
            // The first person who sees the harm may halt one in progress. A finished one guards administrators and
            // approvers.
            RolloutFact::Halted { rollout, .. } => {
                let known = self.rollout(*rollout).filter(|known| known.state == RolloutState::Finished);
                two_if(known.is_some_and(|known| self.is_guarded_policy(&known.policy)), ROLLOUT)
            }
            // Stated right after the publication, which is checked above.
            RolloutFact::Ended { .. } => StatedBy::One,
            RolloutFact::Counted { .. } | RolloutFact::Finished { .. } => StatedBy::Software,
        }
    }
}

const fn grant_by(fact: &GrantFact) -> StatedBy {
    match fact {
        GrantFact::Requested { person, .. } => StatedBy::Themselves(*person),
        GrantFact::Approved { grant, expires_at } => {
            StatedBy::Second(AwaitsSecond::Grant(*grant, *expires_at))
        }
        GrantFact::Refused { .. } | GrantFact::Revoked { .. } => StatedBy::OneAlone,
    }
}
