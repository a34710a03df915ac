//! What each grant type of the token endpoint does: the one place that distinguishes them.

use crate::answer::TokenRefusal;
use crate::stored::StoredAuthorization;
use crate::{OpenIdProvider, random};
use countersign_admission::Snapshot;
use countersign_openid::{CodeQuery, OpaqueKind, Parameters, ProtocolError, RefreshQuery, TokenQuery};
use countersign_world::RegisteredOpenIdClient;
use secrecy::ExposeSecret as _;
use serde_json::Value;
use uuid::Uuid;

impl OpenIdProvider {
    /// Answers the grant of a client that proved who it is.
    pub async fn grant(
        &self,
        snapshot: &Snapshot,
        client: &RegisteredOpenIdClient,
        parameters: &Parameters,
    ) -> Result<Value, TokenRefusal> {
        match TokenQuery::of(parameters)? {
            TokenQuery::Code(query) => self.code(snapshot, client, &query).await,
            TokenQuery::Refresh(query) => self.refresh(snapshot, client, &query).await,
        }
    }

    /// Exchanges a code. A wrong attempt changes nothing; a second right one ends what the first one gave.
    async fn code(
        &self,
        snapshot: &Snapshot,
        client: &RegisteredOpenIdClient,
        query: &CodeQuery,
    ) -> Result<Value, TokenRefusal> {
        let known = self.of_client(client, query.code.authorization, "code").await?;
        if !known.is_code(&query.code.digest) {
            return Err(ProtocolError::grant("the code is none of ours").into());
        }
        if known.redeemed {
            return Err(self.reused(&known, "code").await);
        }
        if known.redirect_uri != query.redirect_uri {
            return Err(
                ProtocolError::grant("redirect_uri is not the one of the authorization request").into()
            );
        }
        if !known.challenge.is_met_by(query.verifier.expose_secret()) {
            return Err(ProtocolError::grant("code_verifier does not meet the code_challenge").into());
        }
        if snapshot.at() >= known.code_expires_at {
            return Err(ProtocolError::grant("the code has expired: a code is good for 60 seconds").into());
        }
        let issuing = self.permitted(snapshot, client, &known).await?;
        let refresh = match known.scopes.offline_access {
            true => Some(random::opaque(OpaqueKind::Refresh, known.id)?),
            false => None,
        };
        let digest = refresh.as_ref().map(|(_, token)| token.digest);
        if !self.tables.redeem(&known, digest, snapshot.at()).await? {
            return Err(self.reused(&known, "code").await);
        }
        issuing.tokens(known.scopes, refresh.map(|(text, _)| text))
    }

    /// Exchanges a refresh token for another one. One that was exchanged before ends the authorization: either the client or
    /// a thief holds the newer one, and nobody can tell who.
    async fn refresh(
        &self,
        snapshot: &Snapshot,
        client: &RegisteredOpenIdClient,
        query: &RefreshQuery,
    ) -> Result<Value, TokenRefusal> {
        let known = self.of_client(client, query.token.authorization, "refresh token").await?;
        if !known.is_refresh(&query.token.digest) {
            return Err(self.reused(&known, "refresh token").await);
        }
        let scopes = known.scopes.narrowed(query.scope.as_deref())?;
        let issuing = self.permitted(snapshot, client, &known).await?;
        let (text, next) = random::opaque(OpaqueKind::Refresh, known.id)?;
        if !self.tables.rotate(known.id, &query.token.digest, &next.digest).await? {
            return Err(self.reused(&known, "refresh token").await);
        }
        issuing.tokens(scopes, Some(text))
    }

    /// Returns the authorization, if it is this client's and goes on.
    async fn of_client(
        &self,
        client: &RegisteredOpenIdClient,
        id: Uuid,
        what: &str,
    ) -> Result<StoredAuthorization, TokenRefusal> {
        // One answer for one of another client and one that never was.
        let known = self.tables.get(id).await?.filter(|known| known.client == client.name);
        let known = known.ok_or_else(|| ProtocolError::grant(format!("the {what} is none of ours")))?;
        if known.ended {
            let text = format!("the authorization of the {what} has ended: send the person to sign in again");
            return Err(ProtocolError::grant(text).into());
        }
        Ok(known)
    }

    async fn reused(&self, known: &StoredAuthorization, what: &str) -> TokenRefusal {
        tracing::warn!(client = %known.client, session = %known.session, "a {what} was used twice: its authorization ends");
        if let Err(error) = self.tables.end(known.id, self.admission.now()).await {
            return error.into();
        }
        let text = format!("the {what} was used before, so everything that came of it has ended");
        ProtocolError::grant(text).into()
    }
}
