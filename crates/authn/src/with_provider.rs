//! The routes for signing in with a provider.

use crate::Refusal;
use crate::answer::Json;
use crate::bodies::InvitedWithProvider;
use crate::enrolment::open_invitation;
use crate::router::{Desk, Whence, go, with_cookies};
use crate::target::TargetText;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use countersign_facts::InvitationPurpose;
use countersign_world::World;
use http::{HeaderMap, StatusCode, Uri};
use serde::Serialize;
use url::form_urlencoded;

/// A provider, as the sign-in page offers it.
#[derive(Serialize)]
pub struct ProviderChoice {
    name: String,
    title: String,
    url: String,
}

/// Returns the providers by title; `query` is handed on to the sign-in.
pub fn choices(world: &World, query: Option<&str>) -> Vec<ProviderChoice> {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let mut choices: Vec<_> = world
        .providers()
        .map(|provider| ProviderChoice {
            name: provider.name.to_string(),
            title: provider.about.title.clone(),
            url: format!("/sign-in/with/{}{query}", provider.name),
        })
        .collect();
    choices.sort_by(|one, other| (&one.title, &one.name).cmp(&(&other.title, &other.name)));
    choices
}

/// Sends the browser to the provider.
pub async fn begin(
    State(desk): State<Desk>,
    Path(provider): Path<String>,
    query: Result<Query<TargetText>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let outcome = async {
        // Another site must not make a browser begin: the person did not ask for it.
        if headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
            return Err(Refusal::CrossSite);
        }
        let target = desk.target(query)?;
        let (location, cookie) = desk.authn.ask_provider(&provider, None, target, &headers).await?;
        Ok(with_cookies(Redirect::to(&location).into_response(), cookie))
    };
    desk.shown(outcome.await)
}

/// The provider's answer, which the browser brings.
pub async fn answered(
    State(desk): State<Desk>,
    Path(provider): Path<String>,
    Whence(address): Whence,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let outcome = async {
        let query = uri.query().unwrap_or_default();
        let answered = desk.authn.provider_answered(&provider, query, &headers, address).await;
        let (signed_in, target) = answered?;
        let world = desk.authn.world();
        let session = world.session(signed_in.session).ok_or(Refusal::NotSignedIn)?;
        let location = desk.authn.location(session, target.as_ref()).await?;
        let cookie = desk.signed_in_cookie(&signed_in.secret);
        Ok(with_cookies(Redirect::to(&location).into_response(), [cookie]))
    };
    desk.shown(outcome.await)
}

/// Begins the sign-in with a provider by which the holder of an invitation links their account.
pub async fn enrol(
    State(desk): State<Desk>,
    headers: HeaderMap,
    Json(body): Json<InvitedWithProvider>,
) -> Result<Response, Refusal> {
    let world = desk.authn.world();
    let invitation = open_invitation(&world, &body.secret()?, desk.authn.now())?;
    if invitation.purpose != InvitationPurpose::Enrol {
        return Err(Refusal::field(
            "invitation",
            "this is a recovery, which registers a passkey: register one",
        ));
    }
    let asked = desk.authn.ask_provider(&body.provider, Some(invitation.id), None, &headers);
    let (location, cookie) = asked.await?;
    Ok(go(&location, cookie))
}

/// A provider's logout token.
pub async fn logout(
    State(desk): State<Desk>,
    Path(provider): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let mut tokens = form_urlencoded::parse(&body).filter(|(key, _)| key == "logout_token");
    let token = match (tokens.next(), tokens.next()) {
        (Some((_, token)), None) => token.into_owned(),
        _ => return Err(Refusal::BadLogout { cause: "the body has no single logout_token".to_owned() }),
    };
    desk.authn.provider_logout(&provider, &token).await?;
    Ok(StatusCode::OK)
}
