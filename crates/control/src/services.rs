//! Service accounts and their tokens: commands and views.

use crate::commands::Done;
use crate::input::{Json, QueryParameters, in_path, on_record, span};
use crate::names::person_name;
use crate::page::{PageParameters, Search, SortKey};
use crate::people::shown_risk;
use crate::refusal::{CreatedResult, JsonResult};
use crate::{Caller, Control, Refusal, endpoint, find, last_use, secret};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use countersign_admission::ObservationKind;
use countersign_api::{self as api, rows};
use countersign_facts::{Digest, Fact, ServiceFact, TokenBinding};
use countersign_names::{DeviceId, ServiceId, Timestamp, TokenId};
use countersign_world::{PROVISIONING_COMMAND, Service, Token, World};
use secrecy::ExposeSecret as _;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Maximum life of a token: a year.
const LONGEST_TOKEN: u64 = 366 * 24 * 3600;

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::services::ServiceFilter>,
) -> JsonResult<api::Items<api::Service>> {
    let (page, search) = (page.usual(&rows::services::LIST)?, Search::from(asked.q));
    let world = control.world();
    let mut tokens = tokens_by_service(&world);
    let services = world.services().filter(|service| search.finds([&service.name, &service.purpose]));
    let found = page.select(services, |service, sort| {
        let id = SortKey::id(service.id.bits());
        (if sort == "id" { id.clone() } else { SortKey::text(&service.name) }, id)
    });
    let now = control.now();
    let of = |service: &Arc<Service>| {
        let tokens = tokens.remove(&service.id).unwrap_or_default();
        shown(&control, &world, service, tokens, now)
    };
    Ok(axum::Json(found.shown(of)))
}

pub async fn show(State(control): State<Control>, Path(id): Path<String>) -> JsonResult<api::Service> {
    view(&control, in_path("id", &id)?)
}

pub async fn add(
    State(control): State<Control>,
    caller: Caller,
    Json(new): Json<api::NewService>,
) -> CreatedResult<api::Service> {
    let service = ServiceId::new(secret::fresh(control.now())?);
    let name = on_record("name", &new.name)?;
    let purpose = on_record("purpose", &new.purpose)?;
    control
        .command(&caller, move |world, _| {
            let owner = find::person_in_field(world, "owner", &new.owner)?.id;
            let (name, purpose) = (name.clone(), purpose.clone());
            Ok((vec![Fact::Service(ServiceFact::Added { service, name, owner, purpose })], ()))
        })
        .await?;
    Ok((StatusCode::CREATED, view(&control, service)?))
}

pub async fn remove(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    let service: ServiceId = in_path("id", &id)?;
    control
        .command(&caller, move |world, _| {
            known(world, service)?;
            Ok((vec![Fact::Service(ServiceFact::Removed { service })], ()))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn issue_token(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
    Json(new): Json<api::NewToken>,
) -> CreatedResult<api::IssuedToken> {
    let service: ServiceId = in_path("id", &id)?;
    let life = span("expires_in_seconds", new.expires_in_seconds, 60, LONGEST_TOKEN)?;
    let commands = commands(&new)?;
    let token = TokenId::new(secret::fresh(control.now())?);
    let (text, digest) = secret::draw(secret::TOKEN_PREFIX)?;
    let (application, new_application) = (new.application.clone(), new.application.clone());
    let done = control
        .command_or_propose(&caller, move |world, now| {
            known(world, service)?;
            let expires_at = now.plus(life);
            let application = application.clone();
            let key = new.device.map(|device| key_of(world, device)).transpose()?;
            let mut facts = vec![Fact::Service(ServiceFact::TokenIssued {
                token,
                service,
                secret: digest,
                application,
                expires_at,
            })];
            if key.is_some() || !commands.is_empty() {
                facts.push(Fact::Service(ServiceFact::TokenBound(TokenBinding {
                    token,
                    key,
                    commands: commands.clone(),
                })));
            }
            Ok((facts, expires_at))
        })
        .await?;
    let (expires_at, proposal) = match done {
        Done::Carried(expires_at) => (expires_at, None),
        Done::Proposed(expires_at, waiting) => (expires_at, Some(waiting.id)),
    };
    let issued = api::IssuedToken {
        id: token,
        service,
        token: api::ShownOnce::new(text.expose_secret().to_owned()),
        application: new_application,
        expires_at,
        proposal,
    };
    Ok((StatusCode::CREATED, axum::Json(issued)))
}

/// Commands that no service account's token permits, whatever the policies say: those that act, answer or create access
/// for another person.
const NEVER: [&str; 11] = [
    "grants.approve",
    "grants.refuse",
    "grants.request",
    "openid_clients.issue_secret",
    "people.confirm",
    "people.invite",
    "people.link",
    "proposals.countersign",
    "proposals.refuse",
    "providers.declare",
    "services.issue_token",
];

/// Parses the commands that a token is to permit, and checks that each exists.
fn commands(new: &api::NewToken) -> Result<BTreeSet<String>, Refusal> {
    let bound = new.device.is_some() || !new.commands.is_empty();
    if new.application.is_some() && bound {
        let field = if new.device.is_some() { "device" } else { "commands" };
        return Err(Refusal::invalid(field, "a token that is for asking decisions gives no commands")
            .remedy("leave out the application, or issue two tokens"));
    }
    for (place, name) in new.commands.iter().enumerate() {
        let field = format!("commands[{place}]");
        let known = endpoint::named(name);
        let is_command = known.is_some_and(|endpoint| endpoint.method != api::Method::Get);
        if !is_command && name != PROVISIONING_COMMAND {
            return Err(Refusal::invalid(field, format!("there is no command {name:?}")).remedy(
                "docs/openapi.json names them: operationId, as in groups.join; scim.provision is for SCIM",
            ));
        }
        if NEVER.contains(&name.as_str()) {
            return Err(Refusal::invalid(field, format!("{name} is not for service accounts"))
                .remedy("have a person do it"));
        }
    }
    let commands: BTreeSet<String> = new.commands.iter().cloned().collect();
    if commands.len() > 1 && commands.contains(PROVISIONING_COMMAND) {
        let detail = format!("a token for {PROVISIONING_COMMAND} is for nothing else");
        return Err(Refusal::invalid("commands", detail).remedy("issue two tokens"));
    }
    Ok(commands)
}

/// Returns whether a token is for SCIM and for nothing else. One from before this was asked for may name commands too.
pub fn only_provisions(token: &Token) -> bool {
    token.is_for_provisioning() && token.commands.len() == 1
}

/// Refuses a token that is for SCIM anywhere else.
pub fn elsewhere() -> Refusal {
    Refusal::forbidden(format!("this token is for {PROVISIONING_COMMAND}, which is for /scim/v2 alone"))
        .about_field("Authorization")
        .remedy("issue another token without this command")
}

fn key_of(world: &World, device: DeviceId) -> Result<Digest, Refusal> {
    let known = world.device(device).ok_or_else(|| {
        Refusal::invalid("device", format!("there is no device {device}"))
            .remedy("`countersign device list` shows those there are")
    })?;
    known.about.key.ok_or_else(|| {
        Refusal::invalid("device", format!("{device} has no key"))
            .remedy("register it with --certificate or --key-sha256")
    })
}

/// Checks that the holder of `token` may give a command.
///
/// # Errors
/// If the token does not name the command, if the command is never for service accounts, or if one person alone issued
/// the token of an account that administers or approves.
pub fn may_command(world: &World, token: &Token, command: &str) -> Result<(), Refusal> {
    if world.lacks_second_person(token) {
        return Err(Refusal::forbidden(
            "a service account that administers or approves commands by a token that two people made: one person alone \
             issued this one",
        )
        .about_field("Authorization")
        .remedy("issue a new one with `countersign service token` and have it countersigned, or issue it at the machine"));
    }
    if token.commands.contains(command) && !NEVER.contains(&command) {
        return Ok(());
    }
    Err(Refusal::forbidden(format!("this token is not for the command {command}")).remedy(format!(
        "issue one that names it: `countersign service token NAME --device DEVICE --command {command}`"
    )))
}

pub async fn revoke_token(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    let token: TokenId = in_path("id", &id)?;
    control
        .command(&caller, move |world, _| {
            if !world.tokens().any(|known| known.id == token) {
                return Err(Refusal::not_found("token", token).about_field("id"));
            }
            Ok((vec![Fact::Service(ServiceFact::TokenRevoked { token })], ()))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn known(world: &World, service: ServiceId) -> Result<&Arc<Service>, Refusal> {
    world.service(service).ok_or_else(|| Refusal::not_found("service account", service).about_field("id"))
}

fn tokens_by_service(world: &World) -> HashMap<ServiceId, Vec<Arc<Token>>> {
    let mut by_service: HashMap<ServiceId, Vec<Arc<Token>>> = HashMap::new();
    for token in world.tokens() {
        by_service.entry(token.service).or_default().push(token.clone());
    }
    by_service
}

fn view(control: &Control, id: ServiceId) -> JsonResult<api::Service> {
    let world = control.world();
    let service = known(&world, id)?;
    let tokens = world.tokens().filter(|token| token.service == id).cloned().collect();
    Ok(axum::Json(shown(control, &world, service, tokens, control.now())))
}

fn shown(
    control: &Control,
    world: &World,
    service: &Service,
    mut tokens: Vec<Arc<Token>>,
    now: Timestamp,
) -> api::Service {
    tokens.sort_by_key(|token| token.id);
    let token = |token: &Arc<Token>| api::Token {
        id: token.id,
        application: token.application.clone(),
        expires_at: token.expires_at,
        expired: now >= token.expires_at,
        key_sha256: token.key.map(|key| key.to_string()),
        commands: token.commands.iter().cloned().collect(),
        last_use: last_use(control, ObservationKind::TokenUse, token.id.bits()),
    };
    api::Service {
        id: service.id,
        name: service.name.clone(),
        owner: service.owner,
        owner_name: person_name(world, service.owner),
        purpose: service.purpose.clone(),
        risk: shown_risk(&service.risk),
        groups: service.groups.clone(),
        tokens: tokens.iter().map(token).collect(),
    }
}
