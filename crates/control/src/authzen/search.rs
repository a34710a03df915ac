//! AuthZEN Search: finds the subjects, resources or actions that an evaluation would allow.
//!
//! Each candidate is evaluated as a single evaluation would be, so both say the same. A search is no access: nothing is
//! recorded. Candidates for a subject are all people or all service accounts; for an action, what the application
//! declares as its operations; for a resource, the items that the newest recorded decisions about the part were about,
//! with the properties that were stated then, because nothing else here knows an application's items.

use super::wire::{EvaluationJson, ParsedEvaluation};
use super::{AuthzenFailure, ask, asker, read};
use crate::{Control, secret};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_admission::Snapshot;
use countersign_evidence::Query;
use countersign_names::{Action, ApplicationName, ResourceName};
use countersign_world::World;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Number of results in a page, unless the request says fewer or more.
const USUAL: usize = 100;
/// Most results in a page.
const MOST_RESULTS: usize = 1000;
/// Most candidates that are evaluated for a page: a page may hold few results, or none, and still not be the last.
const MOST_EVALUATED: usize = 2000;
/// Number of evaluated candidates that count as one evaluation towards the rate limit: they are not recorded.
const COUNTED_AS_ONE: usize = 100;

/// What is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
enum Sought {
    Subject,
    Resource,
    Action,
}

/// `POST /access/v1/search/subject`.
pub async fn subjects(state: State<Control>, request: Request) -> Result<axum::Json<Value>, AuthzenFailure> {
    search(state.0, request, Sought::Subject).await
}

/// `POST /access/v1/search/resource`.
pub async fn resources(state: State<Control>, request: Request) -> Result<axum::Json<Value>, AuthzenFailure> {
    search(state.0, request, Sought::Resource).await
}

/// `POST /access/v1/search/action`.
pub async fn actions(state: State<Control>, request: Request) -> Result<axum::Json<Value>, AuthzenFailure> {
    search(state.0, request, Sought::Action).await
}

/// Something that may be a result.
struct SearchCandidate {
    /// Its place in the order of candidates, which the token of the next page holds.
    place: String,
    /// The name that an evaluation knows it by.
    name: String,
    /// How the answer names it.
    shown: Value,
    /// What is known of it, and the question does not say.
    properties: BTreeMap<String, String>,
}

/// The content of a page's token.
#[derive(Serialize, Deserialize)]
struct SearchToken {
    /// Digest of the search that the page is of.
    of: String,
    /// Place of the last candidate that was evaluated.
    after: String,
}

/// Which page is asked for.
struct PageAsked {
    limit: usize,
    after: Option<String>,
}

/// The results of one page.
struct FoundPage {
    results: Vec<Value>,
    /// Where the next page begins; `None` at the end.
    next: Option<String>,
}

async fn search(
    control: Control,
    request: Request,
    sought: Sought,
) -> Result<axum::Json<Value>, AuthzenFailure> {
    let (service, application) = asker(&control, request.headers())?;
    let body = read(request).await?;
    let question = completed(&body, sought);
    let asked =
        ParsedEvaluation::read(EvaluationJson::alone(&question)).map_err(AuthzenFailure::malformed)?;
    let of = digest(&application, sought, &asked);
    let page = page_asked(&body, &of).map_err(AuthzenFailure::malformed)?;
    let counted = match sought {
        Sought::Subject => control.world().people().take(MOST_EVALUATED).count() / COUNTED_AS_ONE,
        Sought::Resource => MOST_EVALUATED / COUNTED_AS_ONE,
        Sought::Action => 0,
    };
    control.throttle_further(service, counted)?;
    let control_there = control.clone();
    let work = move || {
        let asked = ParsedEvaluation::read(EvaluationJson::alone(&question)).ok()?;
        let snapshot = control_there.admission().snapshot();
        let search =
            RunningSearch { control: &control_there, snapshot: &snapshot, application, asked, sought };
        search.page(&page)
    };
    let unavailable = |message: &str| AuthzenFailure::new(StatusCode::SERVICE_UNAVAILABLE, message);
    let found = tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| unavailable("the search was not made"))?
        .ok_or_else(|| unavailable("what this decision point knows is too old to decide by"))?;
    let next = found.next.map(|after| token(&SearchToken { of, after })).unwrap_or_default();
    let count = found.results.len();
    Ok(axum::Json(json!({ "page": { "next_token": next, "count": count }, "results": found.results })))
}

/// Returns the question with an empty name in the place of what is sought. A name that was sent is ignored, as the
/// standard requires.
fn completed(body: &Value, sought: Sought) -> Value {
    let mut question = body.clone();
    let part = match sought {
        Sought::Subject => question.get_mut("subject"),
        Sought::Resource => question.get_mut("resource"),
        Sought::Action => {
            if let Value::Object(question) = &mut question {
                question.insert("action".to_owned(), json!({ "name": "" }));
            }
            None
        }
    };
    if let Some(Value::Object(part)) = part {
        part.insert("id".to_owned(), Value::String(String::new()));
    }
    question
}

/// Returns the digest of a search, by which a token is known to belong to it.
fn digest(application: &ApplicationName, sought: Sought, asked: &ParsedEvaluation<'_>) -> String {
    let whole = json!([
        application,
        sought,
        asked.subject_type,
        asked.subject_id,
        asked.action,
        asked.resource_type,
        asked.resource_id,
        asked.properties,
        asked.session,
        asked.address,
    ]);
    secret::sha256(whole.to_string().as_bytes()).to_string()
}

fn token(content: &SearchToken) -> String {
    URL_SAFE_NO_PAD.encode(json!(content).to_string())
}

fn page_asked(body: &Value, of: &str) -> Result<PageAsked, String> {
    let page = match body.get("page") {
        None | Some(Value::Null) => return Ok(PageAsked { limit: USUAL, after: None }),
        Some(Value::Object(page)) => page,
        Some(_) => return Err("page is not an object".to_owned()),
    };
    let limit = match page.get("limit") {
        None | Some(Value::Null) => USUAL,
        Some(limit) => match limit.as_u64().and_then(|limit| usize::try_from(limit).ok()) {
            Some(limit) if limit > 0 => limit.min(MOST_RESULTS),
            _ => return Err("page.limit is not a whole number above 0".to_owned()),
        },
    };
    let after = match page.get("token") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) if text.is_empty() => None,
        Some(Value::String(text)) => Some(after(text, of)?),
        Some(_) => return Err("page.token is not a string".to_owned()),
    };
    Ok(PageAsked { limit, after })
}

fn after(text: &str, of: &str) -> Result<String, String> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok();
    let content = bytes.and_then(|bytes| serde_json::from_slice::<SearchToken>(&bytes).ok());
    let content =
        content.ok_or("page.token is none of this decision point's: leave it out to begin again")?;
    if content.of == of {
        Ok(content.after)
    } else {
        Err("page.token belongs to another search: repeat the members of the first request, or leave it out"
            .to_owned())
    }
}

/// A search on one snapshot.
struct RunningSearch<'a> {
    control: &'a Control,
    snapshot: &'a Snapshot,
    application: ApplicationName,
    asked: ParsedEvaluation<'a>,
    sought: Sought,
}

impl RunningSearch<'_> {
    /// Returns a page; `None` if the world is too old to decide by.
    fn page(&self, page: &PageAsked) -> Option<FoundPage> {
        let (world, after) = (self.snapshot.world(), page.after.as_deref());
        let later = |candidate: &SearchCandidate| after.is_none_or(|after| candidate.place.as_str() > after);
        match self.sought {
            // All people are many, so those before the page are not even made.
            Sought::Subject => self.evaluate(page, subjects_after(world, &self.asked, after)),
            Sought::Resource => {
                let items = items(self.control, world, &self.application, &self.asked);
                self.evaluate(page, items.into_iter().filter(later))
            }
            Sought::Action => {
                self.evaluate(page, operations(world, &self.application).into_iter().filter(later))
            }
        }
    }

    /// Evaluates candidates until the page is full; `None` if the world is too old to decide by.
    fn evaluate(
        &self,
        page: &PageAsked,
        candidates: impl Iterator<Item = SearchCandidate>,
    ) -> Option<FoundPage> {
        let mut found = FoundPage { results: Vec::new(), next: None };
        let mut last = None;
        for (number, candidate) in candidates.enumerate() {
            if found.results.len() == page.limit || number == MOST_EVALUATED {
                found.next = last;
                break;
            }
            let mut question = self.asked.clone();
            match self.sought {
                Sought::Subject => question.subject_id = &candidate.name,
                Sought::Resource => question.resource_id = &candidate.name,
                Sought::Action => question.action = &candidate.name,
            }
            for (name, value) in &candidate.properties {
                question.properties.entry(name.clone()).or_insert_with(|| value.clone());
            }
            // What names something unknown is a denial, here as in an evaluation.
            if let Ok(request) = ask::request(self.snapshot, &self.application, &question)
                && self.control.admission().would_permit(self.snapshot, request)?
            {
                found.results.push(candidate.shown);
            }
            last = Some(candidate.place);
        }
        Some(found)
    }
}

/// Returns people by address, or service accounts by id. A person is named by the one name that other systems know them
/// by, or else by the address.
fn subjects_after<'a>(
    world: &'a World,
    asked: &ParsedEvaluation<'_>,
    after: Option<&'a str>,
) -> Box<dyn Iterator<Item = SearchCandidate> + 'a> {
    let kind = asked.subject_type.to_owned();
    let candidate = move |place: String, name: String, id: String| {
        let shown = json!({ "type": kind, "id": id });
        SearchCandidate { place, name, shown, properties: BTreeMap::new() }
    };
    match asked.subject_type {
        "user" | "identity" | "person" => {
            Box::new(world.people_by_address(after, false).map(move |person| {
                let mut aliases = person.about.aliases.iter();
                let id = match (aliases.next(), aliases.next()) {
                    // An alias that is somebody else's address names that other person.
                    (Some(only), None) if world.person_by_email(only).is_none() => only,
                    _ => &person.about.email,
                };
                candidate(person.about.email.clone(), person.id.to_string(), id.clone())
            }))
        }
        "service" => {
            let mut ids: Vec<String> = world.services().map(|service| service.id.to_string()).collect();
            ids.sort();
            let ids = ids.into_iter().filter(move |id| after.is_none_or(|after| id.as_str() > after));
            Box::new(ids.map(move |id| candidate(id.clone(), id.clone(), id)))
        }
        _ => Box::new(std::iter::empty()),
    }
}

/// Returns the actions as the application names them: its operations, or Countersign's actions if it declares none.
fn operations(world: &World, application: &ApplicationName) -> Vec<SearchCandidate> {
    let declared = world.application(application.as_str()).map(|known| &known.about.operations);
    let mut names: Vec<String> =
        declared.into_iter().flat_map(|operations| operations.keys().cloned()).collect();
    if names.is_empty() {
        names = Action::ALL.iter().map(ToString::to_string).collect();
    }
    names.sort();
    let candidate = |name: String| SearchCandidate {
        place: name.clone(),
        shown: json!({ "name": name }),
        name,
        properties: BTreeMap::new(),
    };
    names.into_iter().map(candidate).collect()
}

/// Returns the items that the newest decisions about the part were about. All types that the application does not declare
/// share one part, so none of them has a list.
fn items(
    control: &Control,
    world: &World,
    application: &ApplicationName,
    asked: &ParsedEvaluation<'_>,
) -> Vec<SearchCandidate> {
    let declared = world.application(application.as_str()).is_some_and(|known| {
        known.about.resources.iter().any(|resource| resource.part.as_str() == asked.resource_type)
    });
    let Some(resource) = ResourceName::new(application, asked.resource_type).ok().filter(|_| declared) else {
        return Vec::new();
    };
    let query = Query {
        application: Some(application.clone()),
        resource: Some(resource),
        limit: Query::MOST,
        ..Query::default()
    };
    let mut known: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    // Of an item that was too long only the beginning is on record.
    for row in control.store().list(&query).rows.into_iter().filter(|row| row.decided.item_cut.is_none()) {
        let stated = row.decided.tags.into_iter().filter(|(name, _)| !super::wire::is_reserved(name));
        known.entry(row.decided.item).or_insert_with(|| stated.collect());
    }
    let candidate = |(item, properties): (String, BTreeMap<String, String>)| SearchCandidate {
        place: item.clone(),
        shown: json!({ "type": asked.resource_type, "id": item }),
        name: item,
        properties,
    };
    known.into_iter().map(candidate).collect()
}
