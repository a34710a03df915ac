//! Notices to people, shown on their front page until they acknowledge them.

use crate::pages::{NoticeLine, moment};
use crate::sessions::going_on;
use crate::{Authn, Refusal};
use countersign_facts::{Actor, Fact, InvitationFact, PersonFact};
use countersign_names::{InvitationId, Timestamp};
use countersign_world::{Notice, Noticed, Person, Session, World};

impl Authn {
    /// Notes that the session's person has seen the notices up to this fact.
    pub(crate) async fn notices_seen(&self, session: &Session, up_to: u64) -> Result<(), Refusal> {
        let (id, person) = (session.id, session.person);
        self.command(Actor::Person(person), move |world, now| {
            going_on(world, id, now)?;
            let any = world.notices_of(person).iter().any(|notice| notice.seq <= up_to);
            Ok((
                if any { vec![Fact::Person(PersonFact::NoticesSeen { person, up_to })] } else { Vec::new() },
                (),
            ))
        })
        .await
    }

    /// Withdraws an invitation that was made for the session's person.
    pub(crate) async fn withdraw_own_invitation(
        &self,
        session: &Session,
        invitation: InvitationId,
    ) -> Result<(), Refusal> {
        let (id, person) = (session.id, session.person);
        self.command(Actor::Person(person), move |world, now| {
            going_on(world, id, now)?;
            if world.invitation(invitation).is_none_or(|open| open.person != person) {
                return Err(Refusal::NotYours { field: "invitation", what: "invitation" });
            }
            Ok((vec![Fact::Invitation(InvitationFact::Withdrawn { invitation })], ()))
        })
        .await
    }
}

/// Returns the notices for `person`, newest first.
pub fn lines(world: &World, person: &Person, now: Timestamp) -> Vec<NoticeLine> {
    world.notices_of(person.id).iter().rev().map(|notice| line(world, notice, now)).collect()
}

/// Returns advice for administrators and approvers, if no two of them are independent of each other.
pub fn advice(world: &World, person: &Person, now: Timestamp) -> Option<String> {
    (world.is_approver(person.id) && !world.has_independent_approvers(now)).then(|| {
        "No two people who administer or approve here are independent of each other yet, so nobody can countersign but \
         the operator. At the machine, `countersign person confirm NAME` vouches for somebody whom you have met; \
         two of them are enough."
            .to_owned()
    })
}

fn line(world: &World, notice: &Notice, now: Timestamp) -> NoticeLine {
    let by = match &notice.by {
        Actor::Operator => "the operator, at the machine".to_owned(),
        Actor::Person(person) => {
            world.person(*person).map_or_else(|| person.to_string(), |known| known.about.email.clone())
        }
        Actor::Service(service) => {
            world.service(*service).map_or_else(|| service.to_string(), |known| known.name.clone())
        }
        Actor::System(part) => format!("the software ({part})"),
    };
    let about = |proposal: &countersign_names::ProposalId| {
        world.proposal(*proposal).map_or_else(|| proposal.to_string(), |known| known.text.clone())
    };
    let mut withdraw = None;
    let what = match &notice.what {
        Noticed::RecoveryIssued { invitation, expires_at } => {
            let open = world.invitation(*invitation).is_some() && now < *expires_at;
            withdraw = open.then(|| invitation.to_string());
            format!(
                "{by} made a recovery link for you, which works until {}. Whoever uses it becomes you: your passkeys and \
                 sessions end. If you did not ask for it, withdraw it and tell somebody you trust.",
                moment(*expires_at)
            )
        }
        Noticed::Recovered => format!(
            "A recovery link that {by} made was used: the passkeys and sessions that you had before have ended, and a new \
             passkey is yours. If that was not you, tell somebody you trust at once."
        ),
        Noticed::PasskeyRemoved => format!("{by} removed a passkey of yours."),
        Noticed::Appointed { group } => {
            format!("{by} put you into the group {group}, whose members administer or approve here.")
        }
        Noticed::Confirmed => format!("{by} vouched for you."),
        Noticed::Proposed { proposal } => {
            format!("{by} proposed, and it waits for a second person ({proposal}): {}", about(proposal))
        }
        Noticed::CarriedOut { proposal } => {
            format!("{by} countersigned, and it was carried out ({proposal}): {}", about(proposal))
        }
    };
    NoticeLine { at: moment(notice.at), what, withdraw }
}
