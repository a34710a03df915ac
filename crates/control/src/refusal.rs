//! Error answers: made in one place, so that each names its field and its remedy.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_admission::{Refused, Why};
use countersign_api::{PROBLEM_MEDIA_TYPE, PolicyProblem, Problem, RefusalReason, RefusalRemedy};
use countersign_decide::Remedy;
use countersign_ledger::CommandError;
use countersign_names::{NameError, ProposalId};
use countersign_projections::ProjectionError;
use countersign_throttle::Wait;
use countersign_world::{Contradiction, Kind};
use std::time::Duration;

/// The answer of an endpoint: 200 and a document, or a refusal.
pub type JsonResult<T> = Result<axum::Json<T>, Refusal>;

/// The answer of an endpoint that creates something: its status and a document, or a refusal.
pub type CreatedResult<T> = Result<(StatusCode, axum::Json<T>), Refusal>;

/// Why a request was not carried out.
#[derive(Debug, Clone)]
pub struct Refusal(Box<Problem>, Option<Wait>);

impl Refusal {
    fn new(status: StatusCode, kind: &str, title: &str, detail: impl Into<String>) -> Self {
        let problem = Problem {
            kind: format!("about:blank#{kind}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            ..Problem::default()
        };
        Self(Box::new(problem), None)
    }

    /// The request cannot be parsed at all.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", "The request cannot be read", detail)
    }

    /// A field holds an invalid value.
    pub fn invalid(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "A field is not valid", detail)
            .about_field(field)
    }

    /// A field holds a name that does not parse.
    pub fn name(field: impl Into<String>, error: &NameError) -> Self {
        let detail = format!("{:?} is not {}", error.found, error.expected);
        Self::invalid(field, detail).remedy(error.remedy)
    }

    /// The named thing does not exist.
    pub fn not_found(what: &str, id: impl std::fmt::Display) -> Self {
        let detail = format!("there is no {what} {id}");
        let mut refusal = Self::new(StatusCode::NOT_FOUND, "not-found", "There is no such thing", detail);
        refusal.0.remedy = listing(what);
        refusal
    }

    /// The request contradicts the present state.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", "It contradicts the present state", detail)
    }

    /// The command needs a second person, and was proposed.
    pub fn proposed(proposal: ProposalId, detail: impl Into<String>) -> Self {
        let mut refusal = Self::new(StatusCode::CONFLICT, "proposed", "It waits for a second person", detail);
        refusal.0.proposal = Some(proposal);
        refusal
    }

    /// The caller is not authenticated.
    pub fn unauthenticated(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "sign-in", "Sign in first", detail)
    }

    /// The caller is not permitted to do this.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "denied", "You may not do that", detail)
    }

    /// The service is temporarily unavailable.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "It cannot be done at present", detail)
            .remedy("try again in a moment; `countersign doctor` finds the problem")
    }

    /// A part of the software is still being built; the caller can retry soon.
    pub fn being_built(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "being-built", "It is being built", detail)
    }

    /// What answers is still being read; the caller can ask again after this time.
    pub fn being_read(detail: impl Into<String>, after: Duration) -> Self {
        let mut refusal =
            Self::new(StatusCode::SERVICE_UNAVAILABLE, "being-read", "It is being read", detail)
                .remedy("ask again after as long as Retry-After says");
        refusal.1 = Some(Wait(after));
        refusal
    }

    /// The caller exceeded their rate.
    pub fn too_many(wait: Wait) -> Self {
        let mut refusal =
            Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many", "Too many requests", wait.to_string())
                .remedy("wait as long as Retry-After says; callers who are signed in may make more requests");
        refusal.1 = Some(wait);
        refusal
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        let detail = format!("the body is longer than {limit} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too long", detail)
    }

    pub(crate) fn media_type(found: &str) -> Self {
        let detail = format!("the body is {found:?}, not JSON");
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", "The body is not JSON", detail)
            .remedy("send it with Content-Type: application/json")
    }

    pub(crate) fn method(method: &axum::http::Method) -> Self {
        let detail = format!("{method} does not exist here");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method", "No such method here", detail)
            .remedy("docs/openapi.json lists what there is")
    }

    pub(crate) fn no_such_path(path: &str) -> Self {
        let detail = format!("there is nothing at {path}");
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is no such thing", detail)
            .remedy("docs/openapi.json lists what there is")
    }

    /// The policy set must not be published.
    pub(crate) fn rejected_policies(detail: impl Into<String>, problems: Vec<PolicyProblem>) -> Self {
        let mut refusal = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "rejected-policies",
            "The policy set is refused; the one in force stays",
            detail,
        )
        .about_field("files");
        refusal.0.problems = problems;
        refusal
    }

    /// Sets the field that the refusal is about.
    #[must_use]
    pub fn about_field(mut self, field: impl Into<String>) -> Self {
        self.0.field = Some(field.into());
        self
    }

    /// Sets what to do about it.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.0.remedy = Some(remedy.into());
        self
    }

    /// Returns the seconds to wait before the next request, if the caller exceeded their rate or something is being read.
    pub fn retry_after(&self) -> Option<u64> {
        self.1.map(|wait| wait.seconds())
    }

    /// Returns the problem document.
    pub fn problem(&self) -> &Problem {
        &self.0
    }

    /// Returns the status of the answer.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// Names the command that lists what exists of this kind.
fn listing(what: &str) -> Option<String> {
    let command = match what {
        "person" | "owner" | "approver" => "person list",
        "group" => "group list",
        "service" | "service account" => "service list",
        "device" => "device list",
        "application" => "application list",
        "session" => "session list",
        "source" => "source list",
        "grant" => "grant list",
        "proposal" => "proposal list",
        "policy" => "policy list",
        "rollout" => "rollout history",
        "exception" | "open exception" => "exception list",
        "recorded decision" => "decisions",
        "assertion key" => "key list",
        _ => return None,
    };
    Some(format!("`countersign {command}` shows those there are"))
}

/// Describes what must exist before the last of this kind may go.
fn another_first(field: &str) -> &'static str {
    match field {
        "kid" => {
            "have another made with `countersign key rotate`; once `countersign key list` shows that it signs, this one \
             can be retired"
        }
        _ => {
            "put somebody into the group administrators with `countersign group join administrators PERSON`, and let \
             them enrol a passkey with the link of `countersign person invite PERSON`"
        }
    }
}

/// Translates the world's name of a field to the API's.
fn api_field(field: &'static str) -> &'static str {
    match field {
        "scope.group" => "group",
        "scope.application" => "application",
        "scope" => "person",
        "duration" => "duration_seconds",
        "key" => "key_sha256",
        "credential" => "id",
        "expires" => "expires_in_seconds",
        "watch" => "watch_seconds",
        "resource.part" => "resources.part",
        "resource.routes.path" => "resources.routes.path",
        other => other,
    }
}

impl From<Contradiction> for Refusal {
    fn from(contradiction: Contradiction) -> Self {
        let (field, message) = (api_field(contradiction.field), contradiction.message);
        let mut refusal = match contradiction.kind {
            Kind::Taken | Kind::Over | Kind::Last | Kind::Countersign => {
                Self::conflict(message).about_field(field)
            }
            // The request is valid, but this caller may not approve it.
            Kind::Impossible if field == "approver" => Self::forbidden(message).about_field(field),
            Kind::Unknown | Kind::Impossible => Self::invalid(field, message),
        };
        refusal.0.remedy = match contradiction.kind {
            Kind::Taken => Some("take another, or change what has it now".to_owned()),
            Kind::Unknown => listing(field),
            Kind::Last => Some(another_first(field).to_owned()),
            Kind::Over | Kind::Impossible | Kind::Countersign => None,
        };
        refusal
    }
}

impl From<CommandError<Self>> for Refusal {
    fn from(error: CommandError<Self>) -> Self {
        match error {
            CommandError::Refused(refusal) => refusal,
            CommandError::Contradiction(contradiction) => contradiction.into(),
            CommandError::Unavailable(why) => {
                tracing::warn!(why, "a command could not be carried out");
                Self::unavailable("the journal does not answer; it is not known whether anything was changed")
            }
            CommandError::Early(why) => {
                tracing::warn!(why, "a command could not be carried out");
                Self::unavailable(format!("nothing was changed: {why}"))
            }
        }
    }
}

/// Converts remedies to the API's form.
pub fn remedies(found: &[Remedy]) -> Vec<RefusalRemedy> {
    let shown =
        |remedy: &Remedy| RefusalRemedy { remedy: remedy.as_str().to_owned(), text: remedy.to_string() };
    found.iter().map(shown).collect()
}

impl From<&Refused> for Refusal {
    fn from(refused: &Refused) -> Self {
        let mut refusal = match refused.why() {
            Why::Denied if refused.needs_sign_in() => Self::unauthenticated("the caller is not signed in")
                .remedy("sign in, or send a service account's token in the header Authorization: Bearer"),
            Why::Denied => Self::forbidden("the policies of this installation do not let you do that"),
            Why::Unavailable => Self::unavailable(
                refused.detail().unwrap_or("the decision could not be recorded, so it is not carried out"),
            ),
            Why::Drained => Self::unavailable("this process is shutting down"),
        };
        refusal.0.decision = refused.id();
        if refused.needs_sign_in() {
            // As at the gate: which rules protect something is for callers who are signed in.
            let sign_in = refused.remedies().iter().filter(|remedy| **remedy == Remedy::SignIn).cloned();
            refusal.0.remedies = remedies(&sign_in.collect::<Vec<_>>());
            return refusal;
        }
        refusal.0.reasons =
            refused.reasons().into_iter().map(|(policy, text)| RefusalReason { policy, text }).collect();
        refusal.0.remedies = remedies(refused.remedies());
        if let (None, Some(first)) = (&refusal.0.remedy, refusal.0.remedies.first()) {
            refusal.0.remedy = Some(first.text.clone());
        }
        refusal
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = self.status();
        let body = serde_json::to_string(&*self.0).unwrap_or_else(|_| "{}".to_owned());
        let mut headers =
            vec![(header::CONTENT_TYPE, PROBLEM_MEDIA_TYPE), (header::CACHE_CONTROL, "no-store")];
        if status == StatusCode::UNAUTHORIZED {
            headers.push((header::WWW_AUTHENTICATE, "Bearer realm=\"countersign\""));
        }
        let mut response = (status, body).into_response();
        for (name, value) in headers {
            response.headers_mut().insert(name, axum::http::HeaderValue::from_static(value));
        }
        if let Some(wait) = self.1 {
            response.headers_mut().insert(header::RETRY_AFTER, wait.seconds().into());
        }
        response
    }
}

/// Formats the refusal for a log: its detail, each problem with its line underlined, and the remedy.
impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.detail)?;
        for problem in &self.0.problems {
            write!(f, "\n{}", problem.rendered)?;
        }
        match &self.0.remedy {
            Some(remedy) => write!(f, "\n{remedy}"),
            None => Ok(()),
        }
    }
}

impl From<ProjectionError> for Refusal {
    fn from(error: ProjectionError) -> Self {
        match error {
            ProjectionError::Unknown { .. } => Self::invalid("name", error.to_string())
                .remedy("`countersign projection list` shows those that there are"),
            ProjectionError::Behind { .. } => Self::unavailable(error.to_string()).remedy(
                "try again in a moment: after a start or a rebuild it is folded from the journal; `countersign projection list` \
                 shows how far it is",
            ),
            ProjectionError::Moving { .. } => {
                Self::unavailable(error.to_string()).remedy("try again while fewer facts are stated")
            }
            error => {
                let source = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(%error, source, "a projection cannot be read");
                Self::unavailable(error.to_string())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_being_read_says_when_to_ask_again() {
        let answer = Refusal::being_read("it is being read", Duration::from_secs(5)).into_response();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers().get(header::RETRY_AFTER), Some(&5.into()));
    }
}
