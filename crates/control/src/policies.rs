//! Policies: the set in force, its files, and publishing.

use crate::input::{Json, QueryParameters};
use crate::publish::{Checked, PublicationReason, check, files_of, shown as shown_problem};
use crate::refusal::JsonResult;
use crate::settings::WantedSettings;
use crate::versions::{SettledVersion, VersionProposal};
use crate::{Caller, Control, Refusal, versions};
use axum::extract::State;
use countersign_api as api;
use countersign_facts::Digest;
use countersign_names::{JobId, Timestamp};
use countersign_policy::{Kind, PolicyMeta, Stage};
use countersign_world::{Rollout, World};

pub async fn show(State(control): State<Control>) -> JsonResult<api::Policies> {
    let (world, policies) = (control.world(), control.admission().policies());
    let today = day(control.now());
    Ok(axum::Json(api::Policies {
        version: Digest::new(policies.version()).to_string(),
        published_at: world.policies().map(|published| published.at),
        why: world.policies().and_then(|published| published.why.clone()),
        problem: control.admission().policies_problem(),
        policies: policies.policies().iter().map(|policy| shown(policy, &world, today)).collect(),
        warnings: policies.warnings().iter().map(shown_problem).collect(),
    }))
}

pub async fn files(State(control): State<Control>) -> JsonResult<api::PolicyFiles> {
    let world = control.world();
    let published = world.policies();
    Ok(axum::Json(api::PolicyFiles {
        version: published.map(|published| published.version.to_string()),
        files: published.map(|published| files_of(published)).unwrap_or_default(),
    }))
}

pub async fn starter(
    State(control): State<Control>,
    QueryParameters(asked): QueryParameters<api::rows::policies::StarterOptions>,
) -> JsonResult<api::StarterPermit> {
    let api::rows::policies::StarterOptions { application, group } = asked;
    if let Some(group) = &group
        && control.world().group(group.as_str()).is_none()
    {
        return Err(Refusal::invalid("group", format!("there is no group {group}")));
    }
    Ok(axum::Json(api::StarterPermit {
        path: format!("applications/{application}.cedar"),
        text: countersign_policy::starter_permits(&application, group.as_ref()),
    }))
}

pub async fn publish(
    State(control): State<Control>,
    caller: Caller,
    Json(publication): Json<api::Publication>,
) -> JsonResult<api::Published> {
    let expected = publication
        .expected_version
        .map(|text| text.parse::<Digest>())
        .transpose()
        .map_err(|error| Refusal::invalid("expected_version", error.to_string()))?;
    let files = publication.files;
    // Parsing a large set takes a while and must not block other tasks.
    let running = control.admission().policies();
    let checked = tokio::task::spawn_blocking(move || check(&running, &files))
        .await
        .map_err(|error| Refusal::unavailable(format!("the check was not finished: {error}")))??;
    let own = &control.settings().application;
    let settings = publication.settings.filter(|settings| !settings.is_empty());
    let settings = settings.map(|settings| WantedSettings::read(settings, own, control.now())).transpose()?;
    let reason = publication.why.as_deref().map(PublicationReason::given).transpose()?;
    let of = publication.plan.map(|plan| of_plan(&control, plan, &checked, settings.as_ref())).transpose()?;
    let accept = publication.accept_unknown.as_deref();
    let (reason, expected_settings) = match (reason, of) {
        (Some(reason), Some((rehearsal, settings, basis))) => {
            (Some(accepted(reason, &basis, accept)?.after(rehearsal)), settings)
        }
        (Some(reason), None) => (Some(reason), None),
        (None, None) if settings.is_none() => (None, None),
        (None, _) => {
            return Err(Refusal::invalid("why", "what was planned, and settings, are applied for a reason")
                .remedy("say why in a sentence"));
        }
    };
    let settings = settings.map(|wanted| SettledVersion::Wanted(Box::new(wanted)));
    let removes = publication.removes;
    let settings_read = None;
    let proposal =
        VersionProposal { checked, settings, reason, expected, expected_settings, settings_read, removes };
    versions::apply(&control, &caller, proposal, publication.dry_run).await.map(axum::Json)
}

/// Returns the digest of a plan, the digest of the settings that it started from, and its basis. The plan must be of
/// this very set and these very settings, and the set that it started from must still run.
fn of_plan(
    control: &Control,
    plan: JobId,
    checked: &Checked,
    settings: Option<&WantedSettings>,
) -> Result<(Digest, Option<Digest>, api::Basis), Refusal> {
    let job = control.jobs().get(plan).map(|job| job.shown());
    let Some(api::Job { result: Some(api::JobResult::Plan(report)), digest: Some(digest), .. }) = job else {
        return Err(Refusal::not_found("finished plan", plan)
            .about_field("plan")
            .remedy("plan again: plans are kept until the process ends"));
    };
    let unread = |_| Refusal::unavailable("the plan's digest cannot be read");
    let planned = report.settings.as_ref().map(|settings| settings.planned.clone());
    if report.planned != checked.version().to_string()
        || planned != settings.map(|wanted| wanted.digest().to_string())
    {
        return Err(Refusal::conflict("the plan was made of other files than these")
            .about_field("plan")
            .remedy("plan these"));
    }
    let published = control.world().policies().map(|published| published.version.to_string());
    if published.is_some_and(|published| published != report.running) {
        return Err(Refusal::conflict("others were put in force since the plan was made")
            .about_field("plan")
            .remedy("plan again, and read the new report"));
    }
    let running =
        report.settings.as_ref().map(|settings| settings.running.parse().map_err(unread)).transpose()?;
    Ok((digest.parse().map_err(unread)?, running, report.basis))
}

/// Returns the reason, with why the caller accepts that the plan does not know everything, if it does not.
fn accepted(
    reason: PublicationReason,
    basis: &api::Basis,
    accept: Option<&str>,
) -> Result<PublicationReason, Refusal> {
    if basis.is_known() {
        return Ok(reason);
    }
    reason.accepting(accept.ok_or_else(|| not_known("plan", basis))?)
}

/// Returns the refusal to act on incomplete records: the caller must accept them explicitly.
pub fn not_known(what: &str, basis: &api::Basis) -> Refusal {
    let first = basis.gaps.first().map_or("nothing says on what it rests", String::as_str);
    let more = basis.gaps.len().saturating_sub(1);
    let others = if more > 0 { format!(" (and {more} more)") } else { String::new() };
    Refusal::invalid("accept_unknown", format!("the {what} does not know everything: {first}{others}"))
        .remedy("restore what is missing and try again, or give the reason to accept it in accept_unknown: the journal keeps it")
}

/// Returns whether an exception could lift the policy: its condition must test for one, by the policy's own id.
pub fn reads_exceptions(policy: &PolicyMeta) -> bool {
    let plain: String = policy.text.chars().filter(|c| !c.is_whitespace()).collect();
    plain.contains(&format!("context.exceptions.contains(\"{}\")", policy.id))
}

/// Returns whether the policy's review is overdue.
pub fn overdue(policy: &PolicyMeta, today: Option<jiff::civil::Date>) -> bool {
    today.is_some_and(|today| policy.review < today)
}

/// Returns the day in UTC.
pub fn day(now: Timestamp) -> Option<jiff::civil::Date> {
    let moment = jiff::Timestamp::from_microsecond(now.as_micros()).ok()?;
    Some(moment.to_zoned(jiff::tz::TimeZone::UTC).date())
}

/// Returns the rollout that enforces the policy for some people or for everybody.
pub fn rollout_of<'a>(policy: &PolicyMeta, world: &'a World) -> Option<&'a Rollout> {
    world.active_rollouts().iter().find(|known| known.policy == policy.id).map(|known| &**known)
}

fn shown(policy: &PolicyMeta, world: &World, today: Option<jiff::civil::Date>) -> api::Policy {
    let rollout = rollout_of(policy, world);
    let (kind, application) = match &policy.kind {
        Kind::Guardrail => (api::PolicyKind::Guardrail, None),
        Kind::Application(name) => (api::PolicyKind::Application, Some(name.clone())),
    };
    api::Policy {
        id: policy.id.clone(),
        kind,
        application,
        owner: policy.owner.clone(),
        reason: policy.reason.clone(),
        review: policy.review.to_string(),
        overdue: overdue(policy, today),
        stage: match policy.stage {
            Stage::Shadow => api::PolicyStage::Shadow,
            Stage::Enforce => api::PolicyStage::Enforce,
        },
        rolled_out: rollout.map(|known| known.percent()),
        reads_exceptions: reads_exceptions(policy),
        file: policy.file.to_string(),
        line: u64::try_from(policy.line).unwrap_or(u64::MAX),
        text: policy.text.clone(),
    }
}
