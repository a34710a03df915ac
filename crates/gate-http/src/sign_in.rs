//! The interface through which the gate uses sign-in. The gate knows that there are sessions, cookies and a way to get
//! them; it does not know how they are made.

use countersign_names::{ApplicationName, SessionId, Timestamp};
use countersign_world::World;
use http::{HeaderMap, HeaderValue, StatusCode};
use std::pin::Pin;

/// A boxed future.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// An answer that redirects a browser and sets cookies.
#[derive(Debug, Clone)]
pub struct Redirect {
    /// The target.
    pub location: String,
    /// `Set-Cookie` values, one header for each.
    pub set_cookies: Vec<HeaderValue>,
}

/// Why signing in failed, or is not possible now.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{text}")]
pub struct SignInFailed {
    /// The status of the answer.
    pub status: StatusCode,
    /// What happened and what the user can do. Never contains a secret.
    pub text: String,
}

/// How users sign in. Hosts are the application's, without a port; paths to return to are canonical and of that host.
pub trait SignIn: Send + Sync + 'static {
    /// Returns the session whose cookie for `application` is in these headers. Called for every request, so it must be
    /// a look-up in memory.
    fn session(
        &self,
        world: &World,
        application: &ApplicationName,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Option<SessionId>;

    /// Redirects a browser to sign in, and then back to `return_to` at `host`.
    ///
    /// # Errors
    /// If it is not possible now.
    fn begin(&self, host: &str, return_to: &str, headers: &HeaderMap) -> Result<Redirect, SignInFailed>;

    /// Returns the link with which a signed-in user authenticates again and comes back (step-up).
    ///
    /// # Errors
    /// If it is not possible now.
    fn step_up(&self, host: &str, return_to: &str, headers: &HeaderMap) -> Result<Redirect, SignInFailed>;

    /// Completes a sign-in: a browser came back to `/.countersign/callback` with this query.
    fn finish<'a>(
        &'a self,
        application: &'a ApplicationName,
        query: &'a str,
        headers: &'a HeaderMap,
    ) -> Later<'a, Result<Redirect, SignInFailed>>;

    /// Ends the session of these headers, everywhere.
    fn sign_out<'a>(
        &'a self,
        application: &'a ApplicationName,
        headers: &'a HeaderMap,
    ) -> Later<'a, Result<Redirect, SignInFailed>>;
}
