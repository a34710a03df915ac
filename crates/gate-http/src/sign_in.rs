//! What the gate asks of whoever knows how people sign in. It knows that there are sessions, cookies and a way to get
//! them; it does not know what they are made of.

use countersign_names::{ApplicationName, SessionId, Timestamp};
use countersign_world::World;
use http::{HeaderMap, HeaderValue, StatusCode};
use std::pin::Pin;

/// What is promised for later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// An answer to a browser: go there, and hold these cookies.
#[derive(Debug, Clone)]
pub struct Redirect {
    /// Where to.
    pub location: String,
    /// `Set-Cookie` values, each for a header of its own.
    pub set_cookies: Vec<HeaderValue>,
}

/// Signing in did not work, or cannot now.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{text}")]
pub struct SignInFailed {
    /// The status to answer.
    pub status: StatusCode,
    /// What happened and what to do, to whoever tried. Never holds a secret.
    pub text: String,
}

/// How people sign in. Hosts are the application's, without a port; paths to return to are canonical and of that host.
pub trait SignIn: Send + Sync + 'static {
    /// The session whose cookie for `application` is in these headers. A look-up in memory: made for every request.
    fn session(
        &self,
        world: &World,
        application: &ApplicationName,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Option<SessionId>;

    /// Send a browser to sign in, and back to `return_to` at `host`.
    ///
    /// # Errors
    /// When it cannot be done now.
    fn begin(&self, host: &str, return_to: &str, headers: &HeaderMap) -> Result<Redirect, SignInFailed>;

    /// The link with which somebody who is signed in proves again that it is them, and comes back.
    ///
    /// # Errors
    /// When it cannot be done now.
    fn step_up(&self, host: &str, return_to: &str, headers: &HeaderMap) -> Result<Redirect, SignInFailed>;

    /// A browser came back to `/.countersign/callback` with this query.
    fn finish<'a>(
        &'a self,
        application: &'a ApplicationName,
        query: &'a str,
        headers: &'a HeaderMap,
    ) -> Later<'a, Result<Redirect, SignInFailed>>;

    /// End the session of these headers, everywhere.
    fn sign_out<'a>(
        &'a self,
        application: &'a ApplicationName,
        headers: &'a HeaderMap,
    ) -> Later<'a, Result<Redirect, SignInFailed>>;
}
