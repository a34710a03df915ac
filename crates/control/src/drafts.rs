//! A policy set that is being written: checked, tested and formatted. Nothing here changes anything.

use crate::input::Json;
use crate::publish::{Checked, check, shown};
use crate::reach::{PresentState, parts};
use crate::refusal::JsonResult;
use crate::{Control, Refusal, lint};
use axum::extract::State;
use countersign_api as api;
use countersign_names::Action;
use countersign_policy::{
    ANNOTATIONS, Expected, Outcome, PolicyDiagnostic, PolicySet, ReadableAttribute, Suite, entity_types,
    formatted, readable_attributes,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The names of each kind that the vocabulary has at most; `crates/api/src/drafts.rs` says the same.
const MOST_NAMES: usize = 2_000;

pub async fn checked(
    State(control): State<Control>,
    Json(draft): Json<api::PolicyDraft>,
) -> JsonResult<api::PolicyCheck> {
    let present = PresentState::of(&control);
    let found = blocking(move || {
        let set = match check(&present.policies, &draft.files) {
            Ok(checked) => checked.into_set(),
            Err(refusal) => return refused(refusal),
        };
        let warnings = set.warnings().iter().map(shown).collect();
        let findings = lint::findings(&PresentState { policies: Arc::new(set), ..present });
        Ok(api::PolicyCheck { problems: Vec::new(), warnings, findings })
    });
    found.await?.map(axum::Json)
}

/// Returns the problems for which publishing would refuse a set; another refusal stays one.
fn refused(refusal: Refusal) -> Result<api::PolicyCheck, Refusal> {
    let problems = refusal.problem().problems.clone();
    if problems.is_empty() {
        return Err(refusal);
    }
    Ok(api::PolicyCheck { problems, warnings: Vec::new(), findings: Vec::new() })
}

pub async fn tested(
    State(control): State<Control>,
    Json(draft): Json<api::PolicyDraft>,
) -> JsonResult<api::PolicyTestReport> {
    let running = control.admission().policies();
    blocking(move || {
        let set = check(&running, &draft.files).map(Checked::into_set)?;
        let tests = run(&set, &draft.files)?;
        let count = |passed| tests.iter().filter(|test| test.passed == passed).count().try_into();
        let (passed, failed) = (count(true).unwrap_or(u64::MAX), count(false).unwrap_or(u64::MAX));
        Ok(api::PolicyTestReport { passed, failed, tests: tests.into_iter().map(outcome).collect() })
    })
    .await?
    .map(axum::Json)
}

/// Runs the tests of every file `tests/*.toml`.
fn run(set: &PolicySet, files: &BTreeMap<String, String>) -> Result<Vec<Outcome>, Refusal> {
    let mut outcomes = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| path.starts_with("tests/")) {
        let suite = Suite::parse(path, text).map_err(|problem| invalid(&[problem]))?;
        outcomes.extend(suite.run(set).map_err(|rejected| invalid(rejected.problems()))?);
    }
    Ok(outcomes)
}

fn invalid(problems: &[PolicyDiagnostic]) -> Refusal {
    let detail = match problems {
        [only] => only.to_string(),
        all => format!("there are {} problems", all.len()),
    };
    Refusal::rejected_policies(detail, problems.iter().map(shown).collect())
}

fn outcome(outcome: Outcome) -> api::PolicyTest {
    let answer = |expected| match expected {
        Expected::Allow => api::PolicyTestAnswer::Allow,
        Expected::Deny => api::PolicyTestAnswer::Deny,
    };
    api::PolicyTest {
        name: outcome.name,
        file: outcome.file,
        line: u64::try_from(outcome.line).unwrap_or(u64::MAX),
        passed: outcome.passed,
        expected: answer(outcome.expected),
        got: answer(outcome.got),
        determining: outcome.determining,
        reasons: outcome.reasons,
    }
}

pub async fn format(Json(asked): Json<api::PolicyText>) -> JsonResult<api::PolicyText> {
    let api::PolicyText { path, text } = asked;
    if !path.ends_with(".cedar") {
        return Err(Refusal::invalid("path", format!("{path:?} is no policy file"))
            .remedy("only guardrails/*.cedar and applications/*.cedar are formatted"));
    }
    blocking(move || {
        let text =
            formatted(&path, &text).map_err(|rejected| invalid(rejected.problems()).about_field("text"))?;
        Ok(api::PolicyText { path, text })
    })
    .await?
    .map(axum::Json)
}

pub async fn vocabulary(State(control): State<Control>) -> JsonResult<api::PolicyVocabulary> {
    let world = control.world();
    let attribute = |of: ReadableAttribute| api::PolicyAttribute {
        path: of.path,
        kind: of.kind,
        optional: of.optional,
        of: of.of,
    };
    Ok(axum::Json(api::PolicyVocabulary {
        annotations: ANNOTATIONS.map(str::to_owned).to_vec(),
        actions: Action::ALL.to_vec(),
        entity_types: entity_types(),
        attributes: readable_attributes().into_iter().map(attribute).collect(),
        groups: world.groups().take(MOST_NAMES).map(|group| group.name.clone()).collect(),
        applications: world.applications().take(MOST_NAMES).map(|known| known.name.clone()).collect(),
        resources: world.applications().flat_map(|known| parts(known)).take(MOST_NAMES).collect(),
        networks: world.networks().named().keys().cloned().collect(),
    }))
}

/// Reads policies where that blocks nobody else.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<Result<T, Refusal>, Refusal> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Refusal::unavailable(format!("the check was not finished: {error}")))
}
