//! Tokens for a session that may use the application at this moment.

use crate::answer::TokenRefusal;
use crate::decide::AskedAccess;
use crate::stored::StoredAuthorization;
use crate::{OpenIdProvider, going_on, random};
use countersign_admission::{Snapshot, Why};
use countersign_names::Timestamp;
use countersign_openid::{
    ACCESS_TOKEN_LIFE, AccessTokenClaims, IdTokenClaims, OAuthErrorCode, ProfileClaims, ProtocolError,
    Scopes, TokenKind,
};
use countersign_world::{Person, RegisteredOpenIdClient, Session};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use std::sync::Arc;

/// Permission to issue tokens: the session goes on, and the access to the application was allowed.
pub struct PermittedIssue<'a> {
    provider: &'a OpenIdProvider,
    authorization: &'a StoredAuthorization,
    client: &'a RegisteredOpenIdClient,
    session: Arc<Session>,
    person: Arc<Person>,
    now: Timestamp,
}

impl OpenIdProvider {
    /// Decides whether tokens may be issued.
    pub async fn permitted<'a>(
        &'a self,
        snapshot: &Snapshot,
        client: &'a RegisteredOpenIdClient,
        authorization: &'a StoredAuthorization,
    ) -> Result<PermittedIssue<'a>, TokenRefusal> {
        let session = going_on(snapshot, authorization.session).cloned();
        let person = session.as_ref().and_then(|session| snapshot.world().person(session.person)).cloned();
        let (Some(session), Some(person)) = (session, person) else {
            self.tables.end(authorization.id, snapshot.at()).await?;
            let text = "the session has ended: send the person to sign in again";
            return Err(ProtocolError::grant(text).into());
        };
        let asked =
            AskedAccess { session: session.id, key: authorization.key, address: authorization.address };
        if let Err(refused) = self.decide(snapshot, &client.about.application, &asked).await {
            if refused.why() != Why::Denied {
                let text = "this server cannot decide at the moment: try again";
                return Err(ProtocolError::new(OAuthErrorCode::TemporarilyUnavailable, text).into());
            }
            let id = refused.id().map(|id| format!(": decision {id}")).unwrap_or_default();
            let text = format!("the person may not use the application at the moment{id}");
            return Err(ProtocolError::grant(text).into());
        }
        Ok(PermittedIssue { provider: self, authorization, client, session, person, now: snapshot.at() })
    }
}

impl PermittedIssue<'_> {
    /// Returns the answer with the tokens.
    pub fn tokens(self, scopes: Scopes, refresh: Option<SecretString>) -> Result<Value, TokenRefusal> {
        let (issuer, id) = (&self.provider.issuer, self.client.name.client_id());
        let expires_at = self.now.plus(ACCESS_TOKEN_LIFE).min(self.session.expires_at);
        let (iat, exp) = (self.now.as_seconds(), expires_at.as_seconds());
        let sub = self.person.id.to_string();
        let known = self.session.proved_at != Session::UNKNOWN_PROOF;
        let id_token = IdTokenClaims {
            iss: issuer.clone(),
            sub: sub.clone(),
            aud: id.clone(),
            iat,
            exp,
            auth_time: known.then(|| self.session.proved_at.as_seconds()),
            nonce: self.authorization.nonce.clone(),
            acr: Some(self.session.assurance.as_str().to_owned()),
            sid: self.session.id.to_string(),
            profile: profile(&self.person, scopes),
        };
        let access_token = AccessTokenClaims {
            iss: issuer.clone(),
            sub,
            aud: vec![issuer.clone(), format!("{issuer}/applications/{}", self.client.about.application)],
            client_id: id,
            iat,
            exp,
            jti: random::id()?.simple().to_string(),
            scope: scopes.to_string(),
            sid: self.session.id.to_string(),
            authorization: self.authorization.id.simple().to_string(),
        };
        let mut answer = json!({
            "token_type": "Bearer",
            "access_token": self.signed(TokenKind::Access, &access_token)?,
            "id_token": self.signed(TokenKind::Id, &id_token)?,
            "expires_in": exp.saturating_sub(iat),
            "scope": scopes.to_string(),
        });
        if let (Some(refresh), Some(answer)) = (refresh, answer.as_object_mut()) {
            answer.insert("refresh_token".to_owned(), json!(refresh.expose_secret()));
        }
        Ok(answer)
    }

    fn signed(&self, kind: TokenKind, claims: &impl serde::Serialize) -> Result<String, TokenRefusal> {
        let claims = serde_json::to_value(claims).map_err(|_| crate::CannotSign)?;
        Ok(self.provider.signer.sign(kind, &claims)?)
    }
}

/// Returns what the scopes allow to know of a person.
pub fn profile(person: &Person, scopes: Scopes) -> ProfileClaims {
    ProfileClaims {
        name: scopes.profile.then(|| person.about.name.clone()),
        email: scopes.email.then(|| person.about.email.clone()),
        email_verified: scopes.email.then_some(true),
        groups: scopes.groups.then(|| person.groups.iter().map(ToString::to_string).collect()),
    }
}
