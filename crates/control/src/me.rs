//! The caller's own report: who they are, and what the policies would answer them now.

use crate::caller::Caller;
use crate::refusal::{JsonResult, remedies};
use crate::{Connection, Control, Refusal, guard, sessions};
use axum::extract::State;
use countersign_admission::{Snapshot, Who, reason_text};
use countersign_api::{self as api, ControlResource, RefusalReason};
use countersign_names::Action;

/// Each resource of the control plane, with each action on it that an endpoint has.
const ANSWERED: [(ControlResource, Action); 6] = [
    (ControlResource::Own, Action::Read),
    (ControlResource::Own, Action::Write),
    (ControlResource::Approvals, Action::Read),
    (ControlResource::Approvals, Action::Write),
    (ControlResource::Control, Action::Read),
    (ControlResource::Control, Action::Administer),
];

pub async fn show(
    State(control): State<Control>,
    caller: Caller,
    connection: Connection,
) -> JsonResult<api::CallerReport> {
    let snapshot = control.admission().snapshot();
    let world = snapshot.world();
    let nobody = api::CallerReport {
        kind: api::CallerKind::Operator,
        id: None,
        name: "operator".to_owned(),
        email: None,
        session: None,
        permissions: Vec::new(),
    };
    let (who, report) = match caller {
        Caller::Operator => (None, nobody),
        Caller::Person { id, session } => {
            let person = world.person(id).ok_or_else(|| Refusal::unauthenticated("this person has left"))?;
            let report = api::CallerReport {
                kind: api::CallerKind::Person,
                id: Some(id.to_string()),
                name: person.about.name.clone(),
                email: Some(person.about.email.clone()),
                session: world.session(session).map(|session| sessions::shown(&control, world, session)),
                ..nobody
            };
            (Some(Who::Session(session)), report)
        }
        Caller::Service(id) => {
            let name = world.service(id).map_or_else(String::new, |service| service.name.clone());
            let report = api::CallerReport {
                kind: api::CallerKind::Service,
                id: Some(id.to_string()),
                name,
                ..nobody
            };
            (Some(Who::Service(id)), report)
        }
    };
    let permissions = ANSWERED.map(|(resource, action)| match who {
        Some(who) => permission(&control, &snapshot, (who, connection), resource, action),
        None => Ok(allowed(resource, action)),
    });
    let permissions = permissions.into_iter().collect::<Result<_, _>>()?;
    Ok(axum::Json(api::CallerReport { permissions, ..report }))
}

/// Returns the permission of the operator, about whom no policy is asked.
fn allowed(resource: ControlResource, action: Action) -> api::CallerPermission {
    let (reasons, remedies) = (Vec::new(), Vec::new());
    api::CallerPermission { resource: resource.part().to_owned(), action, allowed: true, reasons, remedies }
}

/// Evaluates what a request would be answered. It is not an access, so it is not recorded.
fn permission(
    control: &Control,
    snapshot: &Snapshot,
    (who, connection): (Who, Connection),
    resource: ControlResource,
    action: Action,
) -> Result<api::CallerPermission, Refusal> {
    let request = guard::access_to(control, who, connection, resource.part(), action)?;
    let decision = control.admission().would_decide(snapshot, request);
    if decision.goes_ahead() {
        return Ok(allowed(resource, action));
    }
    let reason = |policy: &countersign_names::PolicyId| RefusalReason {
        policy: policy.clone(),
        text: reason_text(snapshot.policies(), policy),
    };
    Ok(api::CallerPermission {
        allowed: false,
        reasons: decision.reasons.iter().map(reason).collect(),
        remedies: remedies(&decision.remedies),
        ..allowed(resource, action)
    })
}
