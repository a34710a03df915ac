//! Sessions after they started: finding the session of a browser, handing it over to an application, and ending it.

use crate::token::Secret;
use crate::{Authn, Refusal, Target, browser};
use countersign_facts::{Actor, EndReason, Fact, SessionFact};
use countersign_names::{PersonId, SessionId, Timestamp};
use countersign_world::{Session, World};
use http::HeaderMap;
use secrecy::ExposeSecret;
use std::sync::Arc;
use url::form_urlencoded;

/// The result of signing in, with the secret for the browser.
pub struct SignedInAs {
    /// The session.
    pub session: SessionId,
    /// The person.
    pub person: PersonId,
    /// The value of the cookie at the sign-in host.
    pub secret: Secret,
}

/// Returns a session that has not expired.
pub fn going_on(world: &World, session: SessionId, now: Timestamp) -> Result<&Arc<Session>, Refusal> {
    world.session(session).filter(|known| now < known.expires_at).ok_or(Refusal::NotSignedIn)
}

impl Authn {
    /// Returns the session of the browser at the sign-in host that sent `headers`.
    pub fn session_here(&self, headers: &HeaderMap) -> Option<Arc<Session>> {
        self.session_here_in(&self.world(), headers, self.now())
    }

    /// As [`Authn::session_here`], in this world at this moment: for a caller that decides on the same state.
    pub fn session_here_in(
        &self,
        world: &World,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Option<Arc<Session>> {
        let secret = browser::secret(headers, browser::SIGN_IN_COOKIE)?;
        world
            .signed_in(&secret.digest(), now)
            // An application's cookie is not valid here, although the world knows it.
            .filter(|signed_in| signed_in.application.is_none())
            .map(|signed_in| signed_in.session.clone())
    }

    /// Returns the URL to which a signed-in browser continues: the application, with a one-time code if the browser
    /// came with a state.
    ///
    /// Without a state the code could not be bound to anything, so the browser goes to the application without one. If
    /// it has no cookie there, the gate redirects it here again, with a state, and no click is needed.
    pub(crate) async fn location(
        &self,
        session: &Session,
        target: Option<&Target>,
    ) -> Result<String, Refusal> {
        let target = match target {
            None => return Ok("/".to_owned()),
            Some(Target::Authorization(request)) => return Ok(request.clone()),
            Some(Target::Application(target)) => target,
        };
        let path = target.path.as_str();
        let Some(state) = target.state else { return Ok(self.config.application_url(&target.host, path)) };
        let code = Secret::draw()?;
        let (id, application, digest, life) =
            (session.id, target.application.clone(), code.digest(), self.config.code);
        self.command(Actor::Person(session.person), move |world, now| {
            going_on(world, id, now)?;
            let expires_at = now.plus(life);
            let application = application.clone();
            Ok((
                vec![Fact::Session(SessionFact::HandedOver {
                    session: id,
                    application,
                    code: digest,
                    state,
                    expires_at,
                })],
                (),
            ))
        })
        .await?;
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("code", code.text().expose_secret())
            .append_pair("return", path)
            .finish();
        Ok(self.config.application_url(&target.host, &format!("{}?{query}", crate::CALLBACK_PATH)))
    }

    /// Ends a session everywhere. It is not an error if the session has already ended.
    ///
    /// # Errors
    /// If the journal does not answer: the session then still continues.
    pub async fn end_session(
        &self,
        actor: Actor,
        session: SessionId,
        reason: EndReason,
    ) -> Result<(), Refusal> {
        self.command(actor, move |world, now| {
            let ends = going_on(world, session, now).is_ok();
            Ok((
                if ends { vec![Fact::Session(SessionFact::Ended { session, reason })] } else { Vec::new() },
                (),
            ))
        })
        .await
    }

    /// Ends a session of the person to whom the session `asking` belongs.
    pub(crate) async fn end_own_session(&self, asking: &Session, session: SessionId) -> Result<(), Refusal> {
        let (asking, person) = (asking.id, asking.person);
        self.command(Actor::Person(person), move |world, now| {
            going_on(world, asking, now)?;
            match going_on(world, session, now) {
                Ok(known) if known.person == person => Ok((
                    vec![Fact::Session(SessionFact::Ended { session, reason: EndReason::SignedOut })],
                    (),
                )),
                _ => Err(Refusal::NotYours { field: "session", what: "session" }),
            }
        })
        .await
    }
}
