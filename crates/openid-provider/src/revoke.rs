//! The revocation endpoint (RFC 7009): a client gives up what it was granted.

use crate::OpenIdProvider;
use crate::answer::TokenRefusal;
use crate::token::{authenticated, form};
use axum::body::Bytes;
use axum::extract::State;
use countersign_openid::{AccessTokenClaims, OpaqueKind, OpaqueToken, TokenKind};
use http::{HeaderMap, StatusCode};
use std::sync::Arc;
use uuid::Uuid;

/// `POST /oauth2/revoke`. Either token ends the authorization from which it came. A token that is none of the client's is no
/// error, as the standard asks: it gives nothing already.
pub async fn revoke(
    State(provider): State<Arc<OpenIdProvider>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, TokenRefusal> {
    let snapshot = provider.admission.snapshot();
    let parameters = form(&headers, &body)?;
    let client = authenticated(&snapshot, &parameters, &headers)?;
    let text = parameters.required("token")?;
    let refresh = OpaqueToken::parse(OpaqueKind::Refresh, text);
    let access = || {
        let keys = provider.keys(&snapshot);
        let claims: Result<AccessTokenClaims, _> =
            keys.check(text, TokenKind::Access, &provider.issuer, None);
        claims.ok().and_then(|claims| Uuid::parse_str(&claims.authorization).ok())
    };
    let Some(id) = refresh.map(|token| token.authorization).or_else(access) else {
        return Ok(StatusCode::OK);
    };
    let known = provider.tables.get(id).await?.filter(|known| known.client == client.name);
    // A refresh token that was replaced is a reuse, which ends the authorization just the same.
    if known.is_some() {
        provider.tables.end(id, snapshot.at()).await?;
    }
    Ok(StatusCode::OK)
}
