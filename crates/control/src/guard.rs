//! Guards the control plane by its own policies: every request to the API is an access like any other.

use crate::caller::Operator;
use crate::lasting::{self, Lasting};
use crate::{
    CONTROL, Caller, Connection, Control, PROVISIONING, Refusal, endpoint, find, labels, provisioning,
    secret, services,
};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use countersign_admission::{Admitted, Completion, Ended, Refused, Request as Access, Snapshot, Who};
use countersign_api::{ControlResource, Endpoint, EndpointAccess, OwnedBy};
use countersign_facts::Digest;
use countersign_names::{Action, PersonId, ResourceName, Timestamp, TokenId};
use countersign_world::{PROVISIONING_COMMAND, Token, World};
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;

/// Identifies the caller, decides the access, and passes a permitted request on.
pub async fn guard(State(control): State<Control>, mut request: Request, next: Next) -> Response {
    if request.extensions().get::<Operator>().is_some() {
        request.extensions_mut().insert(Caller::Operator);
        return next.run(request).await;
    }
    // The caller, the access and the decision come from one snapshot, so nothing can change between them.
    let snapshot = control.admission().snapshot();
    let (asked, token) = match access(&control, &snapshot, &request) {
        Ok(access) => access,
        Err(refusal) => return refusal.into_response(),
    };
    let (who, reads) = (asked.who, asked.action == Action::Read);
    let admitted = match control.admission().ask_on(&snapshot, asked).await {
        Ok(admitted) => admitted,
        Err(refused) => return Refusal::from(&refused).into_response(),
    };
    if let Some(token) = token {
        control.admission().observations().token_used(token, snapshot.at());
    }
    let caller = match (who, admitted.person()) {
        (Who::Session(session), Some(person)) => Some(Caller::Person { id: person.id, session }),
        (Who::Service(id), _) => Some(Caller::Service(id)),
        // A policy may permit anonymous access here, but a command still needs an actor.
        _ => None,
    };
    if let Some(caller) = caller {
        request.extensions_mut().insert(caller);
    }
    let response = if reads {
        match while_admitted(&admitted, next.run(request)).await {
            Ok(response) => response,
            Err(refused) => return cut(admitted, &refused),
        }
    } else {
        // A command cannot be undone: its answer reports it even if the permission has ended meanwhile.
        next.run(request).await
    };
    if response.extensions().get::<Lasting>().is_some() {
        return lasting::hold(admitted, response);
    }
    let status = response.status().as_u16();
    admitted.complete(Completion { status, bytes_in: 0, bytes_out: 0, ended: Ended::Finished });
    response
}

/// Counts every request against a rate, by the caller's identity if it is known and by the address otherwise. This
/// includes public endpoints, because each request costs something.
pub async fn throttle(State(control): State<Control>, request: Request, next: Next) -> Response {
    let who = caller_of(&control, request.headers());
    match control.throttle(who, address(&request)) {
        Ok(()) => next.run(request).await,
        Err(wait) => Refusal::too_many(wait).into_response(),
    }
}

/// Identifies the caller for the throttle, before any decision: an invalid token or session counts as anonymous.
fn caller_of(control: &Control, headers: &HeaderMap) -> Who {
    let (world, now) = (control.world(), control.now());
    match bearer(headers) {
        Ok(Some(token)) => {
            known(&world, &token, now).map_or(Who::Anonymous, |token| Who::Service(token.service))
        }
        Ok(None) => (control.0.session_of)(&world, headers, now).map_or(Who::Anonymous, Who::Session),
        Err(_) => Who::Anonymous,
    }
}

/// Returns the answer, unless the access that permits it ends first; then the work is dropped. A process that is
/// stopping finishes what it has begun.
async fn while_admitted(
    admitted: &Admitted,
    answering: impl Future<Output = Response>,
) -> Result<Response, Refused> {
    let mut answering = pin!(answering);
    let refused = tokio::select! {
        // Revocation first, so that nothing is answered after it is known.
        biased;
        refused = admitted.revoked() => refused,
        response = &mut answering => return Ok(response),
    };
    if refused.ended() == Ended::Drained { Ok(answering.await) } else { Err(refused) }
}

fn cut(admitted: Admitted, refused: &Refused) -> Response {
    let response = Refusal::from(refused).into_response();
    let (status, ended) = (response.status().as_u16(), refused.ended());
    admitted.complete(Completion { status, bytes_in: 0, bytes_out: 0, ended });
    response
}

fn address(request: &Request) -> Option<std::net::IpAddr> {
    request.extensions().get::<Connection>().and_then(|connection| connection.address)
}

/// Converts a request to the access that is decided. Also returns the token that the caller showed.
fn access(
    control: &Control,
    snapshot: &Snapshot,
    request: &Request,
) -> Result<(Access, Option<TokenId>), Refusal> {
    let world = snapshot.world();
    let connection = request.extensions().get::<Connection>().copied().unwrap_or_default();
    let (who, token) = who(control, snapshot, request.headers(), connection.key.as_ref())?;
    let own = match who {
        Who::Session(session) => world.session(session).map(|session| session.person),
        _ => None,
    };
    let path = request.uri().path();
    let (endpoint, is_scim) = (endpoint::matched(request), provisioning::is_scim(path));
    let (part, action) = match endpoint {
        Some(endpoint) => resource_and_action(world, own, endpoint, path, request.uri().query()),
        None if is_scim => (PROVISIONING, provisioning::action_of(request.method(), path)),
        None => of_nothing(request.method()),
    };
    match token {
        Some(token) if is_scim => services::may_command(world, token, PROVISIONING_COMMAND)?,
        Some(token) if services::only_provisions(token) => return Err(services::elsewhere()),
        Some(token) if action != Action::Read => {
            let command = endpoint.ok_or_else(|| Refusal::no_such_path(path))?.id;
            services::may_command(world, token, command)?;
        }
        Some(_) | None => {}
    }
    let mut asked = access_to(control, who, connection, part, action)?;
    asked.operation = request.method().to_string();
    path.clone_into(&mut asked.item);
    Ok((asked, token.map(|token| token.id)))
}

/// Returns an access to a part of the control plane, over this connection: a GET of its root, until the caller says
/// otherwise.
pub fn access_to(
    control: &Control,
    who: Who,
    connection: Connection,
    part: &str,
    action: Action,
) -> Result<Access, Refusal> {
    let application = control.settings().application.clone();
    let resource = ResourceName::new(&application, part).map_err(|error| Refusal::name("path", &error))?;
    let access = Access {
        who,
        key: connection.key,
        application,
        resource,
        action,
        operation: Method::GET.to_string(),
        item: "/".to_owned(),
        tags: BTreeMap::new(),
        content_type: None,
        address: connection.address,
        idle: 0,
        posture_confirmed_at: None,
    };
    Ok(access)
}

/// Identifies the caller, and the token of a service account.
fn who<'a>(
    control: &Control,
    snapshot: &'a Snapshot,
    headers: &HeaderMap,
    proved: Option<&Digest>,
) -> Result<(Who, Option<&'a Token>), Refusal> {
    if let Some(token) = bearer(headers)? {
        let token = known(snapshot.world(), &token, snapshot.at())?;
        if token.key.is_some() && token.key.as_ref() != proved {
            return Err(Refusal::unauthenticated(
                "this token works only over a connection that proves its key",
            )
            .about_field("Authorization")
            .remedy("connect over TLS with the certificate of the machine that it was issued for"));
        }
        if let Some(application) = &token.application {
            return Err(Refusal::forbidden(format!(
                "this token is for asking decisions about {application}, not for this API"
            ))
            .remedy("issue a token without an application"));
        }
        return Ok((Who::Service(token.service), Some(token)));
    }
    let session = (control.0.session_of)(snapshot.world(), headers, snapshot.at());
    Ok((session.map_or(Who::Anonymous, Who::Session), None))
}

/// Returns the digest of the request's bearer token, if it has one.
pub fn bearer(headers: &HeaderMap) -> Result<Option<Digest>, Refusal> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = given.next() else { return Ok(None) };
    let refused = || {
        Refusal::unauthenticated("the header Authorization is not `Bearer` and one token")
            .about_field("Authorization")
            .remedy("send Authorization: Bearer cst_...")
    };
    if given.next().is_some() {
        return Err(refused());
    }
    let text = value.to_str().map_err(|_| refused())?;
    let (scheme, token) = text.split_once(' ').ok_or_else(refused)?;
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() || token.contains(' ') {
        return Err(refused());
    }
    Ok(Some(secret::sha256(token.as_bytes())))
}

/// Returns the valid token with this digest.
pub fn known<'a>(world: &'a World, digest: &Digest, now: Timestamp) -> Result<&'a Arc<Token>, Refusal> {
    world.token_by_secret(digest, now).ok_or_else(|| {
        Refusal::unauthenticated("the token is not known here, was revoked or has expired")
            .about_field("Authorization")
            .remedy("ask for a new token: `countersign service token`")
    })
}

/// Returns the part of the control plane that a request to `endpoint` accesses, and the action: those in the endpoint's
/// row, or the part `self` if the request names what belongs to `caller`.
pub fn resource_and_action(
    world: &World,
    caller: Option<PersonId>,
    endpoint: &Endpoint,
    path: &str,
    query: Option<&str>,
) -> (&'static str, Action) {
    let EndpointAccess { resource, action, own } = endpoint.access;
    let in_path = |name| {
        let path = path.strip_prefix(countersign_api::PREFIX).unwrap_or(path);
        endpoint.parameter_in(path, name).map(decoded)
    };
    let person = |text: String| find::person(world, &text).map(|person| person.id);
    let owner = match own {
        None => None,
        Some(OwnedBy::PersonInPath) => in_path("person").and_then(person),
        Some(OwnedBy::PersonInQuery) => in_query(query, "person").and_then(person),
        Some(OwnedBy::OwnerInQuery) => in_query(query, "owner").and_then(person),
        Some(OwnedBy::PersonOfGrant) => {
            let id = in_path("id").and_then(|id| id.parse().ok());
            id.and_then(|id| world.grant(id)).map(|grant| grant.person)
        }
        Some(OwnedBy::ApplicationInQuery) => {
            let name = in_query(query, "application");
            caller.filter(|caller| name.is_some_and(|name| labels::answers_for(world, *caller, &name)))
        }
        Some(OwnedBy::ApplicationOfLabel) => {
            let label = in_path("label").and_then(|id| id.parse().ok()).and_then(|id| world.label(id));
            let name = label.and_then(|label| label.target.application());
            caller
                .filter(|caller| name.is_some_and(|name| labels::answers_for(world, *caller, name.as_str())))
        }
    };
    match (owner.is_some() && owner == caller, action) {
        (false, action) => (resource.part(), action),
        // Nobody administers the part `self`: who answers for a thing writes about it.
        (true, Action::Administer) => (ControlResource::Own.part(), Action::Write),
        (true, action) => (ControlResource::Own.part(), action),
    }
}

/// As [`resource_and_action`], for a request that matches no endpoint. It is decided too, so a caller who may see
/// nothing does not learn which paths exist.
fn of_nothing(method: &Method) -> (&'static str, Action) {
    let reads = *method == Method::GET || *method == Method::HEAD;
    (CONTROL, if reads { Action::Read } else { Action::Administer })
}

fn in_query(query: Option<&str>, wanted: &str) -> Option<String> {
    let mut given = url::form_urlencoded::parse(query?.as_bytes()).filter(|(name, _)| name == wanted);
    let value = given.next()?.1.into_owned();
    // A repeated parameter is refused later; until then it counts as not the caller's own.
    given.next().is_none().then_some(value)
}

/// Decodes a path segment as the router does. A plus is a plus in a path.
pub(crate) fn decoded(segment: &str) -> String {
    let escaped = format!("x={}", segment.replace('+', "%2B"));
    url::form_urlencoded::parse(escaped.as_bytes())
        .next()
        .map_or_else(String::new, |(_, text)| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{APPROVALS, OWN};
    use countersign_testkit::story::{application, gra, per, person, request, told};

    #[test]
    fn what_is_asked_for_decides_who_may_ask() {
        let world = told(&[person(1), person(2), application("wiki"), request(1, 1)]);
        let check = |method: Method, target: &str, expected: (&str, Action)| {
            let (path, query) =
                target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
            let all = countersign_api::endpoints();
            let endpoint = all.iter().find(|endpoint| endpoint.is_asked(method.as_str(), path)).unwrap();
            let path = format!("/api/v1{path}");
            let found = resource_and_action(&world, Some(per(1)), endpoint, &path, query);
            assert_eq!(found, expected, "{method} {target}");
        };
        let (control_read, administer) = ((CONTROL, Action::Read), (CONTROL, Action::Administer));
        check(Method::GET, "/people", control_read);
        check(Method::POST, "/people", administer);
        check(Method::GET, "/people/p1@example.test", (OWN, Action::Read));
        check(Method::GET, "/people/p1%40example.test", (OWN, Action::Read));
        check(Method::GET, &format!("/people/{}/credentials", per(1)), (OWN, Action::Read));
        check(Method::GET, "/people/p2@example.test", control_read);
        check(Method::PUT, "/people/p1@example.test", administer);
        check(Method::GET, "/sessions", control_read);
        check(Method::GET, "/sessions?person=p1@example.test", (OWN, Action::Read));
        check(Method::GET, "/sessions?person=p2@example.test", control_read);
        check(Method::GET, "/sessions?person=p1@example.test&person=p2@example.test", control_read);
        for own in [
            "/decisions?person=p1@example.test",
            "/reach/what?person=p1@example.test",
            "/devices?owner=p1@example.test",
        ] {
            check(Method::GET, own, (OWN, Action::Read));
            check(Method::GET, &own.replace("p1", "p2"), control_read);
            check(Method::GET, &format!("{own}&{}", own.split_once('?').unwrap().1), control_read);
        }
        check(Method::GET, "/decision-stream?person=p1@example.test", control_read);
        check(Method::GET, "/me", (OWN, Action::Read));
        check(Method::POST, "/grants", (OWN, Action::Write));
        check(Method::GET, "/grants", (APPROVALS, Action::Read));
        check(Method::GET, "/grants?person=p1@example.test", (OWN, Action::Read));
        check(Method::GET, &format!("/grants/{}", gra(1)), (OWN, Action::Read));
        check(Method::GET, &format!("/grants/{}", gra(2)), (APPROVALS, Action::Read));
        check(Method::POST, &format!("/grants/{}/approve", gra(1)), (APPROVALS, Action::Write));
        check(Method::POST, "/people/p2@example.test/confirm", (APPROVALS, Action::Write));
        check(Method::POST, "/people/p1@example.test/confirm", (APPROVALS, Action::Write));
        check(Method::GET, "/proposals?state=open", (APPROVALS, Action::Read));
        check(Method::POST, "/proposals/prp_1/countersign", (APPROVALS, Action::Write));
        check(Method::POST, "/proposals/prp_1/refuse", (APPROVALS, Action::Write));
        check(Method::PUT, "/policies", administer);
        check(Method::POST, "/plans", control_read);
        check(Method::POST, "/replays", control_read);
        check(Method::DELETE, "/jobs/job_1", control_read);
        check(Method::POST, "/evidence/verify", control_read);
        check(Method::POST, "/evidence/anchor", administer);
        check(Method::POST, "/query", control_read);
        check(Method::POST, "/shadow-reports", control_read);
        check(Method::POST, "/journal/verify", control_read);
        check(Method::POST, "/projections/verify", control_read);
        check(Method::POST, "/proofs", administer);
        assert_eq!(of_nothing(&Method::PUT), administer);
        assert_eq!(of_nothing(&Method::HEAD), control_read);
    }
}
