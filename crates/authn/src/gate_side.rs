//! What a gate calls at an application's host: whose request this is, and the two ends of the way to sign in.
//!
//! A browser that is not signed in is sent off with a state in a cookie of the application's host and the digest of
//! it in the link. It comes back with a one-time code, which is taken only together with that cookie: so nobody can
//! be signed in as somebody else by following a link.

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

/// The path of an application's host at which people come back from signing in. The gate reserves it.
pub const CALLBACK_PATH: &str = "/.countersign/callback";

/// How long somebody may take to sign in before they must open the application again.
const STATE_LIFE: Duration = Duration::from_secs(30 * 60);

/// An answer: go there, and hold these cookies.
#[derive(Debug, Clone)]
pub struct Redirect {
    /// Where to.
    pub location: String,
    /// `Set-Cookie` values, each in a header of its own.
    pub set_cookies: Vec<HeaderValue>,
}

impl Authn {
    /// The session that the browser proves at `application`, if any. A look-up in memory: made for every request.
    ///
    /// A cookie of another application, or of the sign-in host, is worth nothing here.
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

    /// Send a browser to sign in, and back to `return_to` at `host` (one of the application's, without a port).
    ///
    /// # Errors
    /// When `return_to` is not a path of the application, or there is no randomness.
    pub fn begin(&self, host: &str, return_to: &str, headers: &HeaderMap) -> Result<Redirect, Refusal> {
        self.send("/sign-in", host, return_to, headers)
    }

    /// Send a browser that is signed in to prove again who uses it, and back. The cookie belongs in the answer that
    /// shows the link; without it the way back still leads to the application.
    ///
    /// # Errors
    /// As [`Authn::begin`].
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
        // A state that the browser holds already is kept, so that two tabs can sign in at the same time.
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

    /// A browser came back to [`CALLBACK_PATH`] with this query: open its session at the application.
    ///
    /// A code that is shown is used up, whatever comes of it: one that the wrong browser has seen is known to somebody else.
    ///
    /// # Errors
    /// When the code was used, is too old or another application's, when the browser is not the one that set out, or
    /// the journal does not answer. Nothing was opened then.
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
            // The other tab was first, or somebody pressed "back": they are signed in, so they just go on. Whoever made
            // this link has gained a visit to a page of this application.
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

    /// Use up every code in this query that still works.
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
                // Two that race with one code: the first uses it up, and the second finds it gone.
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

    /// Sign out at an application's host: the session ends everywhere. To be called on `POST` only.
    ///
    /// # Errors
    /// When the request came from another site, or the journal does not answer.
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
