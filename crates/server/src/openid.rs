//! The OpenID provider of this process: its parts joined, and its tokens signed with the gate's key.

use crate::config::Config;
use crate::running::StartError;
use countersign_admission::Admission;
use countersign_authn::{Authn, Origin};
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

/// Creates the OpenID provider; `None` in a process without the control plane, which has no sign-in host.
pub async fn provider(
    config: &Config,
    origin: &Origin,
    gate: &Gate,
    (admission, authn): (&Admission, &Arc<Authn>),
    database: &Database,
) -> Result<Option<Arc<OpenIdProvider>>, StartError> {
    if !config.control {
        return Ok(None);
    }
    let tables = crate::database::authorizations(database).await?;
    let tls = client_config(&UpstreamRoots::System).map_err(GateError::from)?;
    let clients = ProviderClient::new(Arc::new(tls));
    let signer = Arc::new(GateKey(gate.asserter()));
    let grant_link = origin.url(crate::grants::PATH);
    let (authn, admission) = (authn.clone(), admission.clone());
    Ok(Some(Arc::new(OpenIdProvider::new(authn, admission, tables, signer, clients, grant_link))))
}
