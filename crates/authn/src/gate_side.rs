//! The functions that a gate calls at an application's host: the session of a request, and both ends of the redirect to
//! the sign-in host.
//!
//! A browser that is not signed in is redirected with a state in a cookie of the application's host, and the state's
//! digest in the link. It returns with a one-time code, which is valid only together with that cookie. So an attacker
//! cannot sign a victim in to the attacker's account with a link.

use crate::sessions::going_on;
use crate::token::Secret;
use crate::{Authn, Refusal, ReturnPath, browser};
use countersign_facts::{Actor, Digest, EndReason, Fact, SessionFact};
use countersign_names::{ApplicationName, SessionId, Timestamp};
use countersign_world::World;
use http::{HeaderMap, HeaderValue};
use std::collections::BTreeSet;
use std::time::Duration;
use subtle::ConstantTimeEq;
use url::form_urlencoded;

/// The path of an application's host to which browsers return from signing in. The gate reserves it.
pub const CALLBACK_PATH: &str = "/.countersign/callback";

/// Maximum time for signing in; after that the application must be opened again.
const STATE_LIFE: Duration = Duration::from_secs(30 * 60);

/// A response: a redirect with cookies.
#[derive(Debug, Clone)]
pub struct Redirect {
    /// The target URL.
    pub location: String,
    /// `Set-Cookie` values, each in a header of its own.
    pub set_cookies: Vec<HeaderValue>,
}

impl Authn {
    /// Returns the session that the browser proves at `application`, if any. A look-up in memory, made for every
    /// request.
    ///
    /// A cookie of another application, or of the sign-in host, is not valid here.
    pub fn session_of(
        &self,
        world: &World,
        application: &ApplicationName,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Option<SessionId> {
        let secret = browser::secret(headers, browser::APPLICATION_COOKIE)?;
        world
            .signed_in(&secret.digest(), now)
            .filter(|signed_in| signed_in.application == Some(application))
            .map(|signed_in| signed_in.session.id)
    }

    /// Redirects a browser to the sign-in, and back to `return_to` at `host` (one of the application's, without a
    /// port).
    ///
    /// # Errors
    /// If `return_to` is not a path of the application, or the operating system provides no randomness.
    pub fn begin(&self, host: &str, return_to: &str, headers: &HeaderMap) -> Result<Redirect, Refusal> {
        self.send("/sign-in", host, return_to, headers)
    }

    /// Redirects a signed-in browser to the step-up, and back. The cookie belongs in the response that shows the link;
    /// without it the way back still leads to the application.
    ///
    /// # Errors
    /// Those of [`Authn::begin`].
    pub fn step_up_link(
        &self,
        host: &str,
        return_to: &str,
        headers: &HeaderMap,
    ) -> Result<Redirect, Refusal> {
        self.send("/step-up", host, return_to, headers)
    }

    fn send(
        &self,
        page: &str,
        host: &str,
        return_to: &str,
        headers: &HeaderMap,
    ) -> Result<Redirect, Refusal> {
        let path: ReturnPath = return_to.parse()?;
        // An existing state is kept, so that two tabs can sign in at the same time.
        let state = match browser::secret(headers, browser::STATE_COOKIE) {
            Some(held) => held,
            None => Secret::draw()?,
        };
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("host", host)
            .append_pair("return", path.as_str())
            .append_pair("state", &state.digest().to_string())
            .finish();
        Ok(Redirect {
            location: self.config.origin.url(&format!("{page}?{query}")),
            set_cookies: vec![browser::set(browser::STATE_COOKIE, &state, STATE_LIFE)],
        })
    }

    /// Opens a session at the application, for a browser that returned to [`CALLBACK_PATH`] with this query.
    ///
    /// A presented code is used up, whatever the result: if the wrong browser presents it, it is no longer secret.
    ///
    /// # Errors
    /// If the code was used, has expired or belongs to another application, if the browser is not the one that was
    /// redirected, or the journal does not answer. Nothing was opened then.
    pub async fn finish(
        &self,
        application: &ApplicationName,
        query: &str,
        headers: &HeaderMap,
    ) -> Result<Redirect, Refusal> {
        let shown = callback_query(query);
        let opened = match &shown {
            Ok((code, _)) => self.open(application, code, headers).await,
            Err(refusal) => Err(refusal.clone()),
        };
        if opened.is_err() {
            self.spend(query).await;
        }
        let (_, path) = shown?;
        match opened {
            Ok(cookie) => Ok(Redirect {
                location: path.as_str().to_owned(),
                set_cookies: vec![cookie, browser::clear(browser::STATE_COOKIE)],
            }),
            // Another tab was faster, or the person pressed "back": they are signed in, so they continue. An attacker
            // who made this link only gains a visit to a page of this application.
            Err(Refusal::CodeOver | Refusal::StateMismatch)
                if self.session_of(&self.world(), application, headers, self.now()).is_some() =>
            {
                Ok(Redirect { location: path.as_str().to_owned(), set_cookies: Vec::new() })
            }
            Err(refusal) => {
                refusal.log();
                Err(refusal)
            }
        }
    }

    /// Uses up every code in this query that is still valid.
    async fn spend(&self, query: &str) {
        let shown: Vec<Digest> = form_urlencoded::parse(query.as_bytes())
            .filter(|(key, _)| key == "code")
            .filter_map(|(_, value)| Secret::parse(&value).map(|code| code.digest()))
            .filter(|code| self.world().handover(code).is_some())
            .collect();
        if shown.is_empty() {
            return;
        }
        let spent = self.command(Actor::System("sign-in".to_owned()), move |world, now| {
            let open = |code: &&Digest| world.handover(code).is_some_and(|known| now < known.expires_at);
            let facts = BTreeSet::from_iter(shown.iter().filter(open));
            Ok((
                facts
                    .into_iter()
                    .map(|code| Fact::Session(SessionFact::HandoverSpent { code: *code }))
                    .collect(),
                (),
            ))
        });
        if let Err(refusal) = spent.await {
            refusal.log();
        }
    }

    async fn open(
        &self,
        application: &ApplicationName,
        code: &Digest,
        headers: &HeaderMap,
    ) -> Result<HeaderValue, Refusal> {
        let state = browser::secret(headers, browser::STATE_COOKIE).ok_or(Refusal::StateMismatch)?.digest();
        let world = self.world();
        let handover = world
            .handover(code)
            .filter(|handover| handover.application == *application && self.now() < handover.expires_at)
            .ok_or(Refusal::CodeOver)?;
        if !bool::from(handover.state.as_bytes().ct_eq(state.as_bytes())) {
            return Err(Refusal::StateMismatch);
        }
        let session = world.session(handover.session).ok_or(Refusal::CodeOver)?;
        let (id, person, code, application) = (session.id, session.person, *code, application.clone());
        let secret = Secret::draw()?;
        let digest = secret.digest();
        let life = self
            .command(Actor::Person(person), move |world, now| {
                // Of two requests with one code, the first uses it up, and the second does not find it.
                world.handover(&code).filter(|known| now < known.expires_at).ok_or(Refusal::CodeOver)?;
                let life = going_on(world, id, now)?.expires_at.since(now);
                let opened = Fact::Session(SessionFact::Opened {
                    session: id,
                    application: application.clone(),
                    code,
                    secret: digest,
                });
                Ok((vec![opened], life))
            })
            .await?;
        Ok(browser::set(browser::APPLICATION_COOKIE, &secret, life))
    }

    /// Signs out at an application's host: the session ends everywhere. To be called on `POST` only.
    ///
    /// # Errors
    /// If the request came from another site, or the journal does not answer.
    pub async fn sign_out(
        &self,
        application: &ApplicationName,
        headers: &HeaderMap,
    ) -> Result<Redirect, Refusal> {
        let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
        if !matches!(site, None | Some(b"same-origin" | b"none")) {
            return Err(Refusal::CrossSite);
        }
        let world = self.world();
        if let Some(id) = self.session_of(&world, application, headers, self.now())
            && let Some(session) = world.session(id)
        {
            self.end_session(Actor::Person(session.person), id, EndReason::SignedOut).await?;
        }
        Ok(Redirect {
            location: self.config.origin.url("/signed-out"),
            set_cookies: vec![browser::clear(browser::APPLICATION_COOKIE)],
        })
    }
}

fn callback_query(query: &str) -> Result<(Digest, ReturnPath), Refusal> {
    let (mut code, mut path) = (None, None);
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        let slot = match &*key {
            "code" => &mut code,
            "return" => &mut path,
            _ => continue,
        };
        if slot.replace(value.into_owned()).is_some() {
            return Err(Refusal::field(
                "code",
                "it, or the path, is given twice: open the application again",
            ));
        }
    }
    let code = code.as_deref().and_then(Secret::parse).ok_or(Refusal::CodeOver)?;
    let path = path.as_deref().map_or_else(|| Ok(ReturnPath::root()), str::parse)?;
    Ok((code.digest(), path))
}
