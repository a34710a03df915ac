//! What a process with the control plane answers at its own host: the pages, the API, the console, and the OpenID provider,
//! whose tokens the gate's key signs.

use crate::config::Config;
use crate::console::ConsoleHost;
use crate::front::SignInHost;
use crate::home::FrontPage;
use crate::running::StartError;
use crate::telemetry::TraceContext;
use countersign_authn::Origin;
use countersign_control::Control;
use countersign_database::Database;
use countersign_federation::ProviderClient;
use countersign_gate_http::{Asserter, Gate, GateError, UpstreamRoots, client_config};
use countersign_openid_provider::{CannotSign, OpenIdProvider, TokenKind, TokenSigner};
use serde_json::Value;
use std::sync::Arc;

/// Signs with the gate's key, which the key set announces.
struct GateKey(Arc<Asserter>);

impl TokenSigner for GateKey {
    fn sign(&self, kind: TokenKind, claims: &Value) -> Result<String, CannotSign> {
        self.0.key().sign(kind.typ(), claims).map_err(|_| CannotSign)
    }
}

/// Adds the control plane, its pages and the OpenID provider at their own host, and traces, to the gate, where configured.
/// Returns the OpenID provider too, whose clients are to be told of ended sessions.
pub async fn served(
    gate: Gate,
    (config, origin): (&Config, &Origin),
    api: &Control,
    home: FrontPage,
    database: &Database,
) -> Result<(Gate, Option<Arc<OpenIdProvider>>), StartError> {
    let mut gate = gate;
    let mut provided = None;
    if config.control {
        let provider = provider(&gate, origin, &home, database).await?;
        let openid = countersign_openid_provider::router(provider.clone());
        let pages = countersign_authn::router(home.authn.clone(), Arc::new(home));
        let console = ConsoleHost::new(api.clone(), origin.host().to_owned());
        let host = SignInHost::new(pages, openid, api.router(), console);
        gate = gate.with_local_host(origin.host(), Arc::new(host));
        provided = Some(provider);
    }
    if config.telemetry.otlp_endpoint.is_some() {
        gate = gate.with_traces(Arc::new(TraceContext::default()));
    }
    Ok((gate, provided))
}

async fn provider(
    gate: &Gate,
    origin: &Origin,
    home: &FrontPage,
    database: &Database,
) -> Result<Arc<OpenIdProvider>, StartError> {
    let tables = crate::database::authorizations(database).await?;
    let tls = client_config(&UpstreamRoots::System).map_err(GateError::from)?;
    let clients = ProviderClient::new(Arc::new(tls));
    let signer = Arc::new(GateKey(gate.asserter()));
    let grant_link = origin.url(crate::grants::PATH);
    let (authn, admission) = (home.authn.clone(), home.admission.clone());
    Ok(Arc::new(OpenIdProvider::new(authn, admission, tables, signer, clients, grant_link)))
}
