//! The OCSF events of facts: sign-ins and the ends of sessions are *Authentication*, approved grants are *Authorize
//! Session*. Other facts have no event yet.

use super::lines::named;
use countersign_evidence::ocsf::{
    Activity, Actor, AuthFactor, AuthFactorType, AuthProtocol, Class, Endpoint, Event, Metadata, Service,
    Session, Severity, Source, Status, millis,
};
use countersign_facts::{
    Actor as Word, CredentialFact, Fact, GrantFact, JournalFact, PersonFact, SessionFact, Stated,
};
use countersign_journal::Entry;
use countersign_names::{ApplicationName, Assurance, GrantId, PersonId, Principal, Timestamp};
use countersign_world::{Session as KnownSession, World};
use serde::Serialize;
use std::sync::Arc;

const LOGON: Activity = Activity::known(1, "Logon");
const LOGOFF: Activity = Activity::known(2, "Logoff");
const ASSIGN_PRIVILEGES: Activity = Activity::known(1, "Assign Privileges");

/// What a fact holds that OCSF's schema has no field for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnmappedFact {
    /// The actor who stated the fact.
    by: Word,
    #[serde(skip_serializing_if = "Option::is_none")]
    assurance: Option<Assurance>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grant: Option<GrantId>,
    /// The reason in the request for the grant.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// When the grant expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
}

/// Folds a fact into the world and returns its events.
///
/// # Errors
/// If the fact does not follow from those before it: then this version cannot fold this journal.
pub fn tell(
    world: &mut World,
    entry: &Entry,
    stated: &Stated,
    version: &str,
    control_plane: &ApplicationName,
) -> Result<Vec<Event<UnmappedFact>>, String> {
    // Only some facts need the world before them. The clone is cheap: worlds share their common parts.
    let before = matters(&stated.fact).then(|| world.clone());
    world.replay(stated).map_err(|contradiction| contradiction.to_string())?;
    let Some(before) = before else { return Ok(Vec::new()) };
    let names = |principal| named(&before, principal);
    let source = Source { version, control_plane, names: &names };
    let told = FactInContext { before: &before, after: world, entry, stated, source };
    Ok(told.events())
}

/// Returns whether a fact may be an event or end sessions.
const fn matters(fact: &Fact) -> bool {
    ending(fact).is_some()
        || matches!(
            fact,
            Fact::Session(
                SessionFact::Started { .. } | SessionFact::Federated { .. } | SessionFact::SteppedUp { .. }
            ) | Fact::Grant(GrantFact::Approved { .. })
        )
}

/// Returns why this fact ends sessions, and the fact's name; `None` if it ends none.
const fn ending(fact: &Fact) -> Option<(&'static str, &'static str)> {
    use countersign_facts::EndReason::{CredentialRemoved, PersonStopped, ProviderEnded, Revoked, SignedOut};
    Some(match fact {
        Fact::Session(SessionFact::Ended { reason, .. }) => {
            let why = match reason {
                SignedOut => "signed_out",
                Revoked => "revoked",
                PersonStopped => "person_stopped",
                CredentialRemoved => "credential_removed",
                ProviderEnded => "provider_ended",
            };
            (why, "session.ended/1")
        }
        Fact::Journal(JournalFact::ClockAccepted(_)) => ("clock_accepted", "journal.clock_accepted/1"),
        Fact::Person(PersonFact::Suspended { .. }) => ("person_suspended", "person.suspended/1"),
        Fact::Person(PersonFact::Removed { .. }) => ("person_removed", "person.removed/1"),
        Fact::Credential(CredentialFact::Removed { .. }) => ("credential_removed", "credential.removed/1"),
        // A recovery, for a person who lost their passkeys, ends the sessions that these began.
        Fact::Credential(CredentialFact::Registered { .. }) => ("recovered", "credential.registered/1"),
        _ => return None,
    })
}

/// A fact with the world before it and after it.
struct FactInContext<'a> {
    before: &'a World,
    after: &'a World,
    entry: &'a Entry,
    stated: &'a Stated,
    source: Source<'a>,
}

impl FactInContext<'_> {
    fn events(&self) -> Vec<Event<UnmappedFact>> {
        match &self.stated.fact {
            Fact::Session(SessionFact::Started { session, about }) => {
                let mut event = self.authentication(about.person, LOGON, "session.started/1");
                event.unmapped.assurance = Some(about.assurance);
                event.session = Some(Session {
                    created_time: Some(millis(self.stated.at)),
                    expiration_time: ends(about.expires_at),
                    credential_uid: Some(about.credential.to_string()),
                    is_mfa: Some(several(about.assurance)),
                    ..Session::new(session.to_string())
                });
                event.src_endpoint = about.address.map(Endpoint::at);
                proved(&mut event, about.assurance);
                event.message = format!("{} signed in", about.person);
                vec![event]
            }
            Fact::Session(SessionFact::Federated { session, about }) => {
                let mut event = self.authentication(about.person, LOGON, "session.federated/1");
                event.unmapped.assurance = Some(about.assurance);
                event.session = Some(Session {
                    created_time: Some(millis(self.stated.at)),
                    expiration_time: ends(about.expires_at),
                    credential_uid: Some(about.link.to_string()),
                    is_mfa: Some(several(about.assurance)),
                    ..Session::new(session.to_string())
                });
                event.src_endpoint = about.address.map(Endpoint::at);
                event.protocol(AuthProtocol::OpenId);
                event.is_mfa = Some(several(about.assurance));
                event.message = format!("{} signed in with a provider", about.person);
                vec![event]
            }
            Fact::Session(SessionFact::SteppedUp { session, credential, assurance }) => {
                let Some(known) = self.before.session(*session) else { return Vec::new() };
                let step_up = Activity::other("Step-up");
                let mut event = self.authentication(known.person, step_up, "session.stepped_up/1");
                event.unmapped.assurance = Some(*assurance);
                event.session = Some(Session {
                    created_time: Some(millis(known.started_at)),
                    expiration_time: ends(known.expires_at),
                    credential_uid: Some(credential.to_string()),
                    is_mfa: Some(several(*assurance)),
                    ..Session::new(session.to_string())
                });
                proved(&mut event, *assurance);
                event.message = format!("{} confirmed their identity again", known.person);
                vec![event]
            }
            Fact::Grant(GrantFact::Approved { grant, expires_at }) => {
                self.granted(*grant, *expires_at).into_iter().collect()
            }
            fact => ending(fact).map_or_else(Vec::new, |(why, code)| self.ended(why, code)),
        }
    }

    /// Returns an event for each session that ended with the fact. Expired sessions ended earlier, without a fact; the
    /// event of their start holds that time.
    fn ended(&self, why: &'static str, code: &'static str) -> Vec<Event<UnmappedFact>> {
        let now = match &self.stated.fact {
            // Sessions end at the moment that was the present until then.
            Fact::Journal(JournalFact::ClockAccepted(clock)) => clock.held,
            _ => self.stated.at,
        };
        let mut ended: Vec<_> = self
            .sessions()
            .into_iter()
            .filter(|session| session.expires_at > now && self.after.session(session.id).is_none())
            .map(Arc::clone)
            .collect();
        ended.sort_by_key(|session| session.id);
        let ended = ended.into_iter().map(|session| {
            let mut event = self.authentication(session.person, LOGOFF, code);
            // One fact may end several sessions, and each event needs an id of its own.
            event.metadata.uid = format!("{}-{}", event.metadata.uid, session.id);
            event.session = Some(Session {
                created_time: Some(millis(session.started_at)),
                expiration_time: ends(session.expires_at),
                expiration_reason: Some(why),
                credential_uid: Some(session.credential.to_string()),
                is_mfa: Some(several(session.assurance)),
                ..Session::new(session.id.to_string())
            });
            event.status_detail = Some(why.to_owned());
            event.message = format!("a session of {} ended: {}", session.person, why.replace('_', " "));
            event
        });
        ended.collect()
    }

    /// Returns the sessions that the fact may end.
    fn sessions(&self) -> Vec<&Arc<KnownSession>> {
        match &self.stated.fact {
            Fact::Journal(JournalFact::ClockAccepted(_)) => self.before.sessions().collect(),
            _ => self.person().into_iter().flat_map(|person| self.before.sessions_of(person)).collect(),
        }
    }

    /// Returns the person whose sessions the fact may end.
    fn person(&self) -> Option<PersonId> {
        match &self.stated.fact {
            Fact::Session(SessionFact::Ended { session, .. }) => Some(self.before.session(*session)?.person),
            Fact::Credential(CredentialFact::Removed { credential }) => {
                Some(self.before.credential(*credential)?.person)
            }
            Fact::Person(PersonFact::Suspended { person, .. } | PersonFact::Removed { person })
            | Fact::Credential(CredentialFact::Registered { person, .. }) => Some(*person),
            _ => None,
        }
    }

    fn granted(&self, id: GrantId, expires_at: Timestamp) -> Option<Event<UnmappedFact>> {
        let grant = self.before.grant(id)?;
        let mut event = self.event(Class::AuthorizeSession, ASSIGN_PRIVILEGES, "grant.approved/1");
        event.user = Some(self.source.user(Principal::Person(grant.person)));
        event.privileges = vec![grant.application.to_string()];
        event.dst_endpoint = Some(Endpoint::service(grant.application.to_string()));
        // Not just informational: an investigator looks for temporary privileges first.
        event.severity(Severity::Low);
        event.status(Status::Success, "");
        event.message = format!("{} was granted {}", grant.person, grant.application);
        event.unmapped.grant = Some(id);
        event.unmapped.reason = Some(grant.reason.clone());
        event.unmapped.expires_at = Some(expires_at);
        Some(event)
    }

    fn authentication(
        &self,
        person: PersonId,
        activity: Activity,
        code: &'static str,
    ) -> Event<UnmappedFact> {
        let mut event = self.event(Class::Authentication, activity, code);
        event.user = Some(self.source.user(Principal::Person(person)));
        event.service = Some(Service { name: self.source.control_plane.to_string() });
        event.is_remote = Some(true);
        event.status(Status::Success, "");
        event
    }

    fn event(&self, class: Class, activity: Activity, code: &'static str) -> Event<UnmappedFact> {
        let (at, uid) = (self.stated.at, self.entry.hash.to_string());
        let mut metadata = Metadata::new(self.source.product(), uid, "journal", code, at);
        metadata.sequence = Some(self.entry.seq.0);
        let unmapped = UnmappedFact {
            by: self.stated.by.clone(),
            assurance: None,
            grant: None,
            reason: None,
            expires_at: None,
        };
        let mut event = Event::new(class, activity, at, metadata, unmapped);
        event.actor = Some(self.actor());
        event
    }

    fn actor(&self) -> Actor {
        let user =
            |principal| Actor { user: Some(self.source.user(principal)), session: None, app_name: None };
        let program = |name: &str| Actor { user: None, session: None, app_name: Some(name.to_owned()) };
        match &self.stated.by {
            Word::Person(id) => user(Principal::Person(*id)),
            Word::Service(id) => user(Principal::Service(*id)),
            // The operator at the machine is not identified further.
            Word::Operator => program("operator"),
            Word::System(part) => program(part),
        }
    }
}

fn proved(event: &mut Event<UnmappedFact>, assurance: Assurance) {
    event.protocol(AuthProtocol::Other);
    event.auth_factors = vec![AuthFactor::new(AuthFactorType::WebAuthn)];
    event.is_mfa = Some(several(assurance));
}

/// Returns whether the assurance means several factors: a passkey with user verification is something that the user
/// has, and something that the user knows or is.
fn several(assurance: Assurance) -> bool {
    assurance >= Assurance::Aal2
}

fn ends(at: Timestamp) -> Option<i64> {
    (at != Timestamp::MAX).then(|| millis(at))
}
