//! The authorization endpoint: a browser comes with a client's request, and leaves with a code or an error.

use crate::answer::see_other;
use crate::decide::AskedAccess;
use crate::router::{ProvedKey, is_form};
use crate::stored::StoredAuthorization;
use crate::{OpenIdProvider, client, random};
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use countersign_admission::{Refused, Remedy, Snapshot, Why};
use countersign_authn::{ClientAddress, DenialPage, DenialRemedy};
use countersign_openid::{
    AskedPrompt, AuthorizationQuery, OAuthErrorCode, OpaqueKind, Parameters, ProtocolError, redirected,
    with_parameters,
};
use countersign_world::{RegisteredOpenIdClient, Session};
use http::{Extensions, HeaderMap, StatusCode, Uri};
use secrecy::ExposeSecret as _;
use std::sync::Arc;
use std::time::Duration;
use url::form_urlencoded;

/// How long a code is good.
const CODE_LIFE: Duration = Duration::from_secs(60);

/// The client of a request and where its answer goes, both of which are known to belong together.
struct Destination {
    client: Arc<RegisteredOpenIdClient>,
    redirect_uri: String,
    state: Option<String>,
}

/// An error that the client is told, or that the person is shown because nobody knows who the client is.
enum AuthorizationRefusal {
    Redirected(ProtocolError),
    Shown(Response),
}

impl From<ProtocolError> for AuthorizationRefusal {
    fn from(error: ProtocolError) -> Self {
        Self::Redirected(error)
    }
}

/// `POST`: the same as a form. Browsers send no cookie with a form of another site, so they come back with a `GET`.
pub async fn authorize_form(
    State(provider): State<Arc<OpenIdProvider>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = std::str::from_utf8(&body).ok().filter(|_| is_form(&headers));
    match form
        .ok_or_else(|| ProtocolError::request("it is not a form"))
        .and_then(|form| Parameters::parse(form).map(|_| form))
    {
        Ok(form) => see_other(&format!("/oauth2/authorize?{form}")),
        Err(error) => provider.unknown_client(&error.description),
    }
}

/// `GET`.
pub async fn authorize(
    State(provider): State<Arc<OpenIdProvider>>,
    uri: Uri,
    headers: HeaderMap,
    extensions: Extensions,
) -> Response {
    let query = uri.query().unwrap_or_default();
    let snapshot = provider.admission.snapshot();
    let (destination, parameters) = match provider.destination(&snapshot, query) {
        Ok(found) => found,
        Err(error) => return provider.unknown_client(&error.description),
    };
    let from = (extensions.get::<ProvedKey>(), extensions.get::<ClientAddress>());
    match Box::pin(provider.authorized(&snapshot, &destination, &parameters, query, &headers, from)).await {
        Ok(answer) | Err(AuthorizationRefusal::Shown(answer)) => answer,
        Err(AuthorizationRefusal::Redirected(error)) => see_other(&error.redirect(
            &destination.redirect_uri,
            destination.state.as_deref(),
            &provider.issuer,
        )),
    }
}

impl OpenIdProvider {
    /// Shows what is wrong with a request whose client or redirect URI is not known: nothing is sent to a stranger's URI.
    fn unknown_client(&self, description: &str) -> Response {
        let text = format!(
            "This request to sign in cannot be answered: {description}. Go back to the application and try again; if that does not help, tell whoever runs it."
        );
        self.pages.message(StatusCode::BAD_REQUEST, "This link does not work", &text)
    }

    /// Finds the client, and the redirect URI among those that it declared: character by character.
    fn destination(
        &self,
        snapshot: &Snapshot,
        query: &str,
    ) -> Result<(Destination, Parameters), ProtocolError> {
        let parameters = Parameters::parse(query)?;
        let client = client(snapshot, parameters.required("client_id")?)
            .ok_or_else(|| ProtocolError::request("client_id is of no client that is declared here"))?;
        let redirect_uri = parameters.required("redirect_uri")?.to_owned();
        if !client.about.redirect_uris.contains(&redirect_uri) {
            let text = "redirect_uri is none of those that the client declared, each compared as a whole";
            return Err(ProtocolError::request(text));
        }
        let state = parameters.get("state").map(str::to_owned);
        Ok((Destination { client: client.clone(), redirect_uri, state }, parameters))
    }

    async fn authorized(
        &self,
        snapshot: &Snapshot,
        destination: &Destination,
        parameters: &Parameters,
        query: &str,
        headers: &HeaderMap,
        (key, address): (Option<&ProvedKey>, Option<&ClientAddress>),
    ) -> Result<Response, AuthorizationRefusal> {
        let asked = AuthorizationQuery::of(parameters)?;
        let now = snapshot.at();
        let again = |page: &str| {
            let path = format!("/oauth2/authorize?{}", redirected(query, now));
            let back = form_urlencoded::Serializer::new(String::new()).append_pair("return", &path).finish();
            format!("{page}?{back}")
        };
        let silent = asked.prompt == AskedPrompt::Nothing;
        let session = self.authn.session_here_in(snapshot.world(), headers, now);
        let Some(session) = session.filter(|session| !asked.needs_proof(session.proved_at, now)) else {
            if silent {
                let text = "nobody is signed in here, or not freshly enough, and prompt=none forbids to ask";
                return Err(ProtocolError::new(OAuthErrorCode::LoginRequired, text).into());
            }
            let anybody = self.authn.session_here_in(snapshot.world(), headers, now).is_some();
            return Ok(see_other(&again(if anybody { "/step-up" } else { "/sign-in" })));
        };
        let access = AskedAccess {
            session: session.id,
            key: key.and_then(|key| key.0),
            address: address.map(|address| address.0),
        };
        let application = &destination.client.about.application;
        if let Err(refused) = self.decide(snapshot, application, &access).await {
            return Err(self.denied(snapshot, destination, &refused, silent, &again("/step-up")));
        }
        self.with_code(destination, asked, &session, access).await
    }

    async fn with_code(
        &self,
        destination: &Destination,
        asked: AuthorizationQuery,
        session: &Session,
        access: AskedAccess,
    ) -> Result<Response, AuthorizationRefusal> {
        let told = |refusal: crate::answer::TokenRefusal| AuthorizationRefusal::from(refusal.into_error());
        let id = random::id().map_err(told)?;
        let (text, code) = random::opaque(OpaqueKind::Code, id).map_err(told)?;
        let authorization = StoredAuthorization {
            id,
            client: destination.client.name.clone(),
            session: session.id,
            person: session.person,
            scopes: asked.scopes,
            nonce: asked.nonce,
            redirect_uri: destination.redirect_uri.clone(),
            challenge: asked.challenge,
            key: access.key,
            address: access.address,
            code: code.digest,
            code_expires_at: self.admission.now().plus(CODE_LIFE),
            redeemed: false,
            refresh: None,
            expires_at: session.expires_at,
            ended: false,
        };
        self.tables.add(&authorization).await.map_err(|error| told(error.into()))?;
        let mut all = vec![("code", text.expose_secret())];
        all.extend(asked.state.as_deref().map(|state| ("state", state)));
        all.push(("iss", &self.issuer));
        Ok(see_other(&with_parameters(&destination.redirect_uri, &all)))
    }

    /// Shows a denial with its reasons and remedies, or tells the client if no page may be shown.
    fn denied(
        &self,
        snapshot: &Snapshot,
        destination: &Destination,
        refused: &Refused,
        silent: bool,
        step_up: &str,
    ) -> AuthorizationRefusal {
        let decision = refused.id().map(|id| id.to_string());
        let named = decision.as_deref().map(|id| format!(": decision {id}")).unwrap_or_default();
        if refused.why() != Why::Denied {
            let text = "this server cannot decide at the moment: try again";
            return ProtocolError::new(OAuthErrorCode::TemporarilyUnavailable, text).into();
        }
        let fresh = refused.remedies().contains(&Remedy::Reauthenticate);
        let denial = ProtocolError::new(
            if silent && fresh { OAuthErrorCode::InteractionRequired } else { OAuthErrorCode::AccessDenied },
            format!("the person may not use the application at the moment{named}"),
        );
        if silent {
            return denial.into();
        }
        let application = &destination.client.about.application;
        let title = snapshot.world().application(application.as_str()).map(|known| known.about.title.clone());
        let remedies = refused.remedies().iter().map(|remedy| DenialRemedy {
            text: remedy.to_string(),
            link: match remedy {
                Remedy::Reauthenticate => Some((step_up.to_owned(), "Prove that it is you")),
                Remedy::RequestGrant => {
                    Some((format!("{}?application={application}", self.grant_link), "Request a grant"))
                }
                _ => None,
            },
        });
        let page = DenialPage {
            application: title.unwrap_or_else(|| application.to_string()),
            reasons: refused.reasons().into_iter().map(|(_, text)| text).collect(),
            remedies: remedies.collect(),
            decision,
            back: denial.redirect(&destination.redirect_uri, destination.state.as_deref(), &self.issuer),
        };
        AuthorizationRefusal::Shown(self.pages.denial(&page))
    }
}
