//! Implements the gate's interface for signing in with `authn`: two rooms that do not know each other.

use crate::config::{Config, provider_secrets};
use crate::running::StartError;
use countersign_authn::{Authn, Origin, Refusal};
use countersign_federation::ProviderClient;
use countersign_gate_http::{GateError, Later, Redirect, SignIn, SignInFailed, UpstreamRoots, client_config};
use countersign_ledger::Ledger;
use countersign_names::{ApplicationName, SessionId, Timestamp};
use countersign_world::World;
use http::HeaderMap;
use std::sync::Arc;

/// Makes the sign-in as the configuration wants it, with the client secrets of providers.
pub fn authn(config: &Config, ledger: &Ledger, origin: &Origin) -> Result<Arc<Authn>, StartError> {
    let mut settings = countersign_authn::Config::new(origin.clone());
    settings.session = config.sessions.lifetime.0;
    settings.invitation = config.sessions.invitation.0;
    let tls = client_config(&UpstreamRoots::System).map_err(GateError::from)?;
    let secrets = provider_secrets(&config.providers)?;
    let authn = Authn::new(ledger.clone(), settings)?;
    Ok(Arc::new(authn.with_providers(ProviderClient::new(Arc::new(tls)), secrets)))
}

/// `authn` behind the gate's interface.
pub struct PasskeySignIn(pub Arc<Authn>);

fn redirect(from: countersign_authn::Redirect) -> Redirect {
    Redirect { location: from.location, set_cookies: from.set_cookies }
}

fn failed(refusal: &Refusal) -> SignInFailed {
    SignInFailed { status: refusal.status(), text: refusal.to_string() }
}

impl SignIn for PasskeySignIn {
    fn session(
        &self,
        world: &World,
        application: &ApplicationName,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Option<SessionId> {
        self.0.session_of(world, application, headers, now)
    }

    fn begin(&self, host: &str, return_to: &str, headers: &HeaderMap) -> Result<Redirect, SignInFailed> {
        self.0.begin(host, return_to, headers).map(redirect).map_err(|refusal| failed(&refusal))
    }

    fn step_up(&self, host: &str, return_to: &str, headers: &HeaderMap) -> Result<Redirect, SignInFailed> {
        self.0.step_up_link(host, return_to, headers).map(redirect).map_err(|refusal| failed(&refusal))
    }

    fn finish<'a>(
        &'a self,
        application: &'a ApplicationName,
        query: &'a str,
        headers: &'a HeaderMap,
    ) -> Later<'a, Result<Redirect, SignInFailed>> {
        Box::pin(async move {
            let finished = self.0.finish(application, query, headers).await;
            finished.map(redirect).map_err(|refusal| failed(&refusal))
        })
    }

    fn sign_out<'a>(
        &'a self,
        application: &'a ApplicationName,
        headers: &'a HeaderMap,
    ) -> Later<'a, Result<Redirect, SignInFailed>> {
        Box::pin(async move {
            let ended = self.0.sign_out(application, headers).await;
            ended.map(redirect).map_err(|refusal| failed(&refusal))
        })
    }
}
