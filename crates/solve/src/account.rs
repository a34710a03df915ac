//! The relevant values of a witness, under the names that policies use.

use crate::witness::Witness;
use countersign_names::PrincipalKind;
use countersign_policy::{Items, Question};

type Particulars = Vec<(&'static str, String)>;

/// Returns the values that policies of either set with matching scopes read. All other values can be anything.
pub(crate) fn particulars(witness: &Witness) -> Particulars {
    let question = &witness.question;
    let read = witness.before.reads.and(witness.after.reads);
    let mut said = Particulars::new();
    principal(question, read, &mut said);
    if read.has(Items::RESOURCE) {
        said.push(("resource.sensitivity", question.sensitivity.to_string()));
        said.push(("resource.labelled", question.labelled.to_string()));
        said.extend(
            question.tags.iter().map(|(name, value)| ("resource tag", format!("{name} = {}", quoted(value)))),
        );
    }
    evidence(question, read, &mut said);
    if read.has(Items::TIME) {
        said.push(("context.time.hour", question.time.hour.to_string()));
        said.push(("context.time.weekday", question.time.weekday.to_string()));
    }
    if read.has(Items::GRANT) {
        said.push(("context.grant", question.grant.to_string()));
    }
    if read.has(Items::EXCEPTIONS) && !question.exceptions.is_empty() {
        let names: Vec<&str> = question.exceptions.iter().map(|id| id.as_str()).collect();
        said.push(("context.exceptions", names.join(", ")));
    }
    if read.has(Items::OPERATION) {
        said.push(("context.operation", quoted(&question.operation)));
    }
    if read.has(Items::ITEM) {
        said.push(("context.item", quoted(&question.item)));
    }
    if read.has(Items::CONTENT_TYPE) {
        said.push(("context.content_type", question.content_type.as_deref().map_or_else(none, quoted)));
    }
    said
}

fn principal(question: &Question, read: Items, said: &mut Particulars) {
    let subject = &question.subject;
    if !subject.groups.is_empty() {
        let names: Vec<String> = subject.groups.iter().map(ToString::to_string).collect();
        said.push(("principal in", names.join(", ")));
    }
    if !read.has(Items::PRINCIPAL) {
        return;
    }
    match question.principal.kind() {
        PrincipalKind::Anonymous => {}
        PrincipalKind::Person => {
            said.push(("principal.kind", quoted(&subject.kind)));
            if !subject.email.is_empty() {
                said.push(("principal.email", quoted(&subject.email)));
            }
            said.push(("principal.risk", subject.risk.to_string()));
        }
        PrincipalKind::Service => {
            said.push(("principal.name", quoted(&subject.kind)));
            said.push(("principal.risk", subject.risk.to_string()));
        }
    }
}

fn evidence(question: &Question, read: Items, said: &mut Particulars) {
    if read.has(Items::AUTHENTICATION) {
        match &question.authentication {
            None => said.push(("context.authentication", none())),
            Some(proof) => {
                said.push(("context.authentication.assurance", proof.assurance.to_string()));
                said.push((
                    "context.authentication.phishing_resistant",
                    proof.phishing_resistant.to_string(),
                ));
                said.push(("context.authentication.age", seconds(proof.age)));
            }
        }
    }
    if read.has(Items::SESSION) {
        match &question.session {
            None => said.push(("context.session", none())),
            Some(session) => {
                said.push(("context.session.age", seconds(session.age)));
                said.push(("context.session.idle", seconds(session.idle)));
            }
        }
    }
    if read.has(Items::DEVICE) {
        match &question.device {
            None => said.push(("context.device", none())),
            Some(device) => {
                said.push(("context.device.managed", device.managed.to_string()));
                said.push(("context.device.proved", device.proved.to_string()));
                let failing: Vec<String> = device.failing().map(|check| check.to_string()).collect();
                let failing = if failing.is_empty() { none() } else { failing.join(", ") };
                said.push(("context.device.failing", failing));
                said.push(("context.device.posture_age", device.posture_age.map_or_else(none, seconds)));
            }
        }
    }
    if read.has(Items::PLACE) {
        match &question.place {
            None => said.push(("context.place", none())),
            Some(place) => {
                said.push(("context.place.address", place.address.to_string()));
                said.push(("context.place.network", quoted(&place.network)));
            }
        }
    }
}

fn none() -> String {
    "none".to_owned()
}

fn seconds(age: i64) -> String {
    format!("{age} s")
}

/// Quotes a text that the solver made up: it could contain control characters, which must not reach a terminal.
fn quoted(text: &str) -> String {
    format!("{text:?}")
}
