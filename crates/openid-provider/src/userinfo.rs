//! The userinfo endpoint: what an access token allows to know, as it is now.

use crate::answer::TokenRefusal;
use crate::issue::profile;
use crate::stored::StoredAuthorization;
use crate::{OpenIdProvider, client, going_on};
use axum::Json;
use axum::extract::State;
use countersign_admission::Snapshot;
use countersign_openid::{AccessTokenClaims, Scopes, TokenKind, bearer_token};
use http::{HeaderMap, header};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// `GET` and `POST /oauth2/userinfo`.
pub async fn userinfo(
    State(provider): State<Arc<OpenIdProvider>>,
    headers: HeaderMap,
) -> Result<Json<Value>, TokenRefusal> {
    let snapshot = provider.admission.snapshot();
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| bearer_token(value.as_bytes()))
        .ok_or_else(|| TokenRefusal::token("Authorization is not Bearer with an access token"))?;
    let keys = provider.keys(&snapshot);
    let claims: AccessTokenClaims = keys
        .check(token, TokenKind::Access, &provider.issuer, Some(snapshot.at()))
        .map_err(|why| TokenRefusal::token(format!("the access token is not valid: {why}")))?;
    let over = || TokenRefusal::token("the authorization or the session of the access token has ended");
    let known = provider.authorization_of(&claims).await?.ok_or_else(over)?;
    let session = going_on(&snapshot, known.session).ok_or_else(over)?;
    let person = snapshot.world().person(session.person).ok_or_else(over)?;
    still_declared(&snapshot, &claims).ok_or_else(over)?;
    let scopes = Scopes::parse(&claims.scope).map_err(|_| over())?;
    let mut answer = serde_json::to_value(profile(person, scopes)).unwrap_or_default();
    if let Some(answer) = answer.as_object_mut() {
        answer.insert("sub".to_owned(), json!(person.id.to_string()));
    }
    Ok(Json(answer))
}

fn still_declared(snapshot: &Snapshot, claims: &AccessTokenClaims) -> Option<()> {
    client(snapshot, &claims.client_id).map(|_| ())
}

impl OpenIdProvider {
    /// Returns the authorization from which an access token came, if it goes on.
    pub async fn authorization_of(
        &self,
        claims: &AccessTokenClaims,
    ) -> Result<Option<StoredAuthorization>, TokenRefusal> {
        let Ok(id) = Uuid::parse_str(&claims.authorization) else { return Ok(None) };
        let known = self.tables.get(id).await?;
        Ok(known.filter(|known| !known.ended && known.client.client_id() == claims.client_id))
    }
}
