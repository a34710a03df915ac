//! Evaluates one AuthZEN question by the same decision as every other access.

use super::wire::ParsedEvaluation;
use crate::{Control, find, secret};
use axum::http::StatusCode;
use countersign_admission::{Completion, Ended, Refused, Request, Snapshot, Who, Why, reason_text};
use countersign_names::{Action, ApplicationName, DecisionId, PolicyId, ResourceName, ServiceId};
use serde_json::{Map, Value, json};

/// An answer with its `context`.
pub struct Answered {
    pub decision: bool,
    pub context: Map<String, Value>,
    /// Why there is no valid decision; in a batch, the evaluation counts as denied.
    pub unavailable: Option<String>,
}

impl Answered {
    fn new(decision: bool, id: Option<DecisionId>, reasons: &[(PolicyId, String)]) -> Self {
        let mut context = Map::new();
        if let Some(id) = id {
            context.insert("id".to_owned(), json!(id));
        }
        let reasons: Vec<_> =
            reasons.iter().map(|(policy, text)| json!({ "policy": policy, "text": text })).collect();
        context.insert("reasons".to_owned(), Value::Array(reasons));
        Self { decision, context, unavailable: None }
    }

    /// Returns a denial that no policy made: the question names something unknown.
    fn unknown(reason: &str, text: String) -> Self {
        let mut answered = Self::new(false, None, &[]);
        answered.context.insert("reasons".to_owned(), json!([{ "policy": reason, "text": text }]));
        answered
    }

    /// Returns the denial of a malformed evaluation in a batch.
    pub fn no_because(status: StatusCode, message: &str) -> Self {
        let mut context = Map::new();
        context.insert("error".to_owned(), json!({ "status": status.as_u16(), "message": message }));
        Self { decision: false, context, unavailable: None }
    }

    pub fn into_json(self) -> Value {
        json!({ "decision": self.decision, "context": self.context })
    }
}

/// Decides the question, as the enforcement point of `application`.
pub async fn answer(
    control: &Control,
    application: &ApplicationName,
    asked: &ParsedEvaluation<'_>,
) -> Answered {
    let snapshot = control.admission().snapshot();
    let request = match request(&snapshot, application, asked) {
        Ok(request) => request,
        Err(unknown) => return unknown,
    };
    match control.admission().ask_on(&snapshot, request).await {
        Ok(admitted) => {
            let decision = admitted.decision();
            let policies = snapshot.policies();
            let reasons: Vec<_> = decision
                .reasons
                .iter()
                .map(|policy| (policy.clone(), reason_text(policies, policy)))
                .collect();
            let mut answered = Answered::new(true, Some(admitted.id()), &reasons);
            if decision.effect == countersign_admission::Effect::Deny {
                // The application is in observe mode: the enforcement point permits the request, and learns why it
                // would be denied.
                answered.context.insert("observed".to_owned(), Value::Bool(true));
            }
            let (status, ended) = (StatusCode::OK.as_u16(), Ended::Finished);
            admitted.complete(Completion { status, bytes_in: 0, bytes_out: 0, ended });
            answered
        }
        Err(refused) => denied(&refused),
    }
}

fn denied(refused: &Refused) -> Answered {
    let mut answered = Answered::new(false, refused.id(), &refused.reasons());
    let remedies: Vec<_> = refused
        .remedies()
        .iter()
        .map(|remedy| json!({ "remedy": remedy.as_str(), "text": remedy.to_string() }))
        .collect();
    answered.context.insert("remedies".to_owned(), Value::Array(remedies));
    if refused.why() != Why::Denied {
        let message = refused.detail().unwrap_or("this decision point is shutting down");
        let status = StatusCode::SERVICE_UNAVAILABLE.as_u16();
        answered.context.insert("error".to_owned(), json!({ "status": status, "message": message }));
        answered.unavailable = Some(message.to_owned());
    }
    answered
}

/// Returns the request that a question asks about, or the denial of a question that names something unknown.
pub fn request(
    snapshot: &Snapshot,
    application: &ApplicationName,
    asked: &ParsedEvaluation<'_>,
) -> Result<Request, Answered> {
    let world = snapshot.world();
    let who = subject(snapshot, application, asked).ok_or_else(|| {
        let text = format!("There is no {} {:?} here.", asked.subject_type, asked.subject_id);
        Answered::unknown("unknown-subject", text)
    })?;
    let known = world.application(application.as_str()).ok_or_else(|| {
        Answered::unknown("unknown-application", format!("There is no application {application} here."))
    })?;
    let action =
        known.about.operations.get(asked.action).copied().or_else(|| asked.action.parse::<Action>().ok());
    let action = action.ok_or_else(|| {
        let text = format!("The application {application} declares no operation {:?}.", asked.action);
        Answered::unknown("unknown-action", text)
    })?;
    let parts = || known.about.resources.iter().map(|resource| resource.part.as_str());
    let declared = parts().any(|part| part == asked.resource_type);
    // As with paths: an application that treats `Admin` as `admin` would ask about the one and act on the other.
    if !declared && parts().any(|part| part.to_lowercase() == asked.resource_type.to_lowercase()) {
        let text = format!(
            "{:?} differs from a resource of {application} only in the case of its letters.",
            asked.resource_type
        );
        return Err(Answered::unknown("unknown-resource", text));
    }
    let part = if declared { asked.resource_type } else { crate::applications::OTHER };
    let resource = ResourceName::new(application, part)
        .map_err(|error| Answered::unknown("unknown-resource", error.to_string()))?;
    Ok(Request {
        who,
        key: None,
        application: application.clone(),
        resource,
        action,
        operation: asked.action.to_owned(),
        item: asked.resource_id.to_owned(),
        tags: asked.properties.clone(),
        content_type: None,
        address: asked.address,
        idle: 0,
        posture_confirmed_at: None,
    })
}

/// Returns the principal of the question, `None` if unknown. A session that the enforcement point passes on counts as
/// evidence if it belongs to this application and this person; any other is ignored.
fn subject(snapshot: &Snapshot, application: &ApplicationName, asked: &ParsedEvaluation<'_>) -> Option<Who> {
    let world = snapshot.world();
    match asked.subject_type {
        "user" | "identity" | "person" => {
            let person = find::person(world, asked.subject_id)?.id;
            let session = asked
                .session
                .and_then(|cookie| world.signed_in(&secret::sha256(cookie.as_bytes()), snapshot.at()))
                .filter(|signed_in| signed_in.application == Some(application))
                .filter(|signed_in| signed_in.session.person == person);
            Some(session.map_or(Who::Person(person), |signed_in| Who::Session(signed_in.session.id)))
        }
        "service" => {
            let service: ServiceId = asked.subject_id.parse().ok()?;
            world.service(service).map(|service| Who::Service(service.id))
        }
        _ => None,
    }
}
