//! OpenID clients: commands and views.

use crate::input::{Json, in_path};
use crate::page::{PageParameters, SortKey};
use crate::refusal::{CreatedResult, JsonResult};
use crate::{Caller, Control, Refusal, secret};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use countersign_api::{self as api, rows};
use countersign_facts::{Fact, OpenIdClient, OpenIdClientFact};
use countersign_names::OpenIdClientName;
use countersign_openid::ClientUri;
use countersign_world::{RegisteredOpenIdClient, World};
use secrecy::ExposeSecret as _;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Maximum number of redirect URIs, and of URIs after signing out.
const MOST_URIS: usize = 20;

/// Prefix of clients' secrets, by which secret scanners find them in code.
const SECRET_PREFIX: &str = "cso_";

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
) -> JsonResult<api::Items<api::DeclaredOpenIdClient>> {
    let page = page.usual(&rows::openid_clients::LIST)?;
    let world = control.world();
    let found = page.select(world.openid_clients(), |known, _| {
        (SortKey::text(known.name.as_str()), SortKey::text(known.name.as_str()))
    });
    Ok(axum::Json(found.shown(|known| shown(&control, known))))
}

pub async fn show(
    State(control): State<Control>,
    Path(client): Path<String>,
) -> JsonResult<api::DeclaredOpenIdClient> {
    view(&control, &in_path("client", &client)?)
}

pub async fn declare(
    State(control): State<Control>,
    caller: Caller,
    Path(client): Path<String>,
    Json(declaration): Json<api::OpenIdClientDeclaration>,
) -> JsonResult<api::DeclaredOpenIdClient> {
    let name: OpenIdClientName = in_path("client", &client)?;
    let about = declared(declaration)?;
    let client = name.clone();
    control
        .command(&caller, move |world, _| {
            if world.application(about.application.as_str()).is_none() {
                let detail = format!("there is no application {}", about.application);
                return Err(Refusal::invalid("application", detail)
                    .remedy("`countersign application list` shows those there are"));
            }
            let unchanged = world.openid_client(&client).is_some_and(|known| known.about == about);
            let (client, about) = (client.clone(), about.clone());
            let declared = vec![Fact::OpenIdClient(OpenIdClientFact::Declared { client, about })];
            Ok((if unchanged { Vec::new() } else { declared }, ()))
        })
        .await?;
    view(&control, &name)
}

pub async fn issue_secret(
    State(control): State<Control>,
    caller: Caller,
    Path(client): Path<String>,
) -> CreatedResult<api::OpenIdClientSecret> {
    let name: OpenIdClientName = in_path("client", &client)?;
    let (text, digest) = secret::draw(SECRET_PREFIX)?;
    let client = name.clone();
    control
        .command(&caller, move |world, _| {
            known(world, &client)?;
            let client = client.clone();
            Ok((vec![Fact::OpenIdClient(OpenIdClientFact::SecretIssued { client, secret: digest })], ()))
        })
        .await?;
    let issued = api::OpenIdClientSecret {
        client_id: name.client_id(),
        name,
        secret: api::ShownOnce::new(text.expose_secret().to_owned()),
    };
    Ok((StatusCode::CREATED, axum::Json(issued)))
}

pub async fn withdraw(
    State(control): State<Control>,
    caller: Caller,
    Path(client): Path<String>,
) -> Result<StatusCode, Refusal> {
    let name: OpenIdClientName = in_path("client", &client)?;
    control
        .command(&caller, move |world, _| {
            known(world, &name)?;
            Ok((vec![Fact::OpenIdClient(OpenIdClientFact::Withdrawn { client: name.clone() })], ()))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn known<'a>(world: &'a World, name: &OpenIdClientName) -> Result<&'a Arc<RegisteredOpenIdClient>, Refusal> {
    world.openid_client(name).ok_or_else(|| {
        Refusal::not_found("OpenID client", name)
            .about_field("client")
            .remedy("`countersign openid-client list` shows those there are")
    })
}

fn view(control: &Control, name: &OpenIdClientName) -> JsonResult<api::DeclaredOpenIdClient> {
    let world = control.world();
    Ok(axum::Json(shown(control, known(&world, name)?)))
}

fn shown(control: &Control, client: &RegisteredOpenIdClient) -> api::DeclaredOpenIdClient {
    let about = client.about.clone();
    api::DeclaredOpenIdClient {
        name: client.name.clone(),
        client_id: client.name.client_id(),
        declaration: api::OpenIdClientDeclaration {
            application: about.application,
            redirect_uris: about.redirect_uris,
            post_logout_redirect_uris: about.post_logout_redirect_uris,
            backchannel_logout_uri: about.backchannel_logout_uri,
            public: about.public,
        },
        declared_at: client.declared_at,
        secret_issued_at: client.secret.map(|(_, at)| at),
        issuer: control.settings().sign_in_origin.clone(),
    }
}

/// Checks a declaration, and converts it to the form of facts.
fn declared(given: api::OpenIdClientDeclaration) -> Result<OpenIdClient, Refusal> {
    if given.redirect_uris.is_empty() {
        return Err(Refusal::invalid("redirect_uris", "there is no redirect URI")
            .remedy("write where the client receives its codes, as https://wiki.example.com/callback"));
    }
    uris("redirect_uris", &given.redirect_uris)?;
    uris("post_logout_redirect_uris", &given.post_logout_redirect_uris)?;
    if let Some(uri) = &given.backchannel_logout_uri {
        checked("backchannel_logout_uri", uri)?;
    }
    Ok(OpenIdClient {
        application: given.application,
        redirect_uris: given.redirect_uris,
        post_logout_redirect_uris: given.post_logout_redirect_uris,
        backchannel_logout_uri: given.backchannel_logout_uri,
        public: given.public,
    })
}

fn uris(field: &str, given: &BTreeSet<String>) -> Result<(), Refusal> {
    if given.len() > MOST_URIS {
        return Err(Refusal::invalid(field, format!("{field} has more than {MOST_URIS} entries")));
    }
    given.iter().try_for_each(|uri| checked(field, uri))
}

fn checked(field: &str, uri: &str) -> Result<(), Refusal> {
    let parsed = uri.parse::<ClientUri>();
    parsed.map(drop).map_err(|why| {
        let cut: String = uri.chars().filter(|c| !c.is_control()).take(100).collect();
        Refusal::invalid(field, format!("{cut:?} cannot be used: {why}")).remedy(
            "write the whole URI exactly as the client sends it, as https://wiki.example.com/callback",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declaration() -> api::OpenIdClientDeclaration {
        serde_json::from_str(r#"{"application": "wiki", "redirect_uris": ["https://wiki.example.com/cb"]}"#)
            .unwrap()
    }

    #[test]
    fn each_wrong_field_is_named() {
        let check = |field: &str, change: fn(&mut api::OpenIdClientDeclaration)| {
            let mut given = declaration();
            change(&mut given);
            let refusal = format!("{:?}", declared(given).unwrap_err());
            assert!(refusal.contains(&format!("{field:?}")), "{field}: {refusal}");
        };
        assert!(declared(declaration()).is_ok());
        check("redirect_uris", |it| it.redirect_uris.clear());
        check("redirect_uris", |it| it.redirect_uris = ["http://wiki.example.com/cb".to_owned()].into());
        check("redirect_uris", |it| it.redirect_uris = ["https://wiki.example.com/*".to_owned()].into());
        check("redirect_uris", |it| {
            it.redirect_uris = (0..21).map(|n| format!("https://wiki.example.com/{n}")).collect();
        });
        check("post_logout_redirect_uris", |it| {
            it.post_logout_redirect_uris = ["https://wiki.example.com/#x".to_owned()].into();
        });
        check("backchannel_logout_uri", |it| {
            it.backchannel_logout_uri = Some("ftp://wiki.example.com/".to_owned())
        });
    }
}
