//! The token endpoint: who the client is, and then one grant of it.

use crate::answer::TokenRefusal;
use crate::router::is_form;
use crate::{OpenIdProvider, client};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use countersign_admission::Snapshot;
use countersign_facts::Digest;
use countersign_openid::{Parameters, PresentedClient, ProtocolError};
use countersign_world::RegisteredOpenIdClient;
use http::{HeaderMap, header};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use std::sync::Arc;
use subtle::ConstantTimeEq as _;

/// `POST /oauth2/token`.
pub async fn token(
    State(provider): State<Arc<OpenIdProvider>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, TokenRefusal> {
    let snapshot = provider.admission.snapshot();
    let parameters = form(&headers, &body)?;
    let client = authenticated(&snapshot, &parameters, &headers)?;
    provider.grant(&snapshot, &client, &parameters).await.map(Json)
}

/// Reads the form of a request.
pub fn form(headers: &HeaderMap, body: &Bytes) -> Result<Parameters, ProtocolError> {
    if !is_form(headers) {
        return Err(ProtocolError::request("the body is not application/x-www-form-urlencoded"));
    }
    let text = std::str::from_utf8(body).map_err(|_| ProtocolError::request("the body is not text"))?;
    Parameters::parse(text)
}

/// Returns the client that proved who it is: by its secret, or by its id alone if it is public.
pub fn authenticated(
    snapshot: &Snapshot,
    parameters: &Parameters,
    headers: &HeaderMap,
) -> Result<Arc<RegisteredOpenIdClient>, TokenRefusal> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let header = all.next().map(|value| value.as_bytes());
    if all.next().is_some() {
        return Err(ProtocolError::request("Authorization is there twice").into());
    }
    let basic = header.is_some();
    let presented = PresentedClient::of(parameters, header)
        .map_err(|error| TokenRefusal::from(error).challenging(basic))?;
    // One answer for every way to fail: it does not say which clients there are.
    let refused = || {
        TokenRefusal::from(ProtocolError::client("the client or its secret is not known")).challenging(basic)
    };
    let known = client(snapshot, &presented.id).ok_or_else(refused)?;
    let proved = match (known.about.public, &presented.secret, known.secret) {
        (true, None, _) => true,
        (false, Some(given), Some((digest, _))) => is_secret(given.expose_secret(), &digest),
        _ => false,
    };
    if proved { Ok(known.clone()) } else { Err(refused()) }
}

fn is_secret(text: &str, known: &Digest) -> bool {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    digest.as_ref().ct_eq(known.as_bytes()).into()
}
