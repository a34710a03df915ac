//! Policies: what is in force, its files, and publishing.

use crate::input::{Asked, Json};
use crate::publish::{changes, check, files_of, shown as shown_problem};
use crate::{Caller, Control, Refusal};
use axum::extract::State;
use countersign_api as api;
use countersign_facts::Digest;
use countersign_names::{ApplicationName, GroupName, Timestamp};
use countersign_policy::{Kind, PolicyMeta, Stage};

type Answer<T> = Result<axum::Json<T>, Refusal>;

pub async fn show(State(control): State<Control>, asked: Asked) -> Answer<api::Policies> {
    asked.finish()?;
    let policies = control.admission().policies();
    let today = day(control.now());
    Ok(axum::Json(api::Policies {
        version: Digest::new(policies.version()).to_string(),
        published_at: control.world().policies().map(|published| published.at),
        problem: control.admission().policies_problem(),
        policies: policies.policies().iter().map(|policy| shown(policy, today)).collect(),
        warnings: policies.warnings().iter().map(shown_problem).collect(),
    }))
}

pub async fn files(State(control): State<Control>, asked: Asked) -> Answer<api::PolicyFiles> {
    asked.finish()?;
    let world = control.world();
    let published = world.policies();
    Ok(axum::Json(api::PolicyFiles {
        version: published.map(|published| published.version.to_string()),
        files: published.map(|published| files_of(published)).unwrap_or_default(),
    }))
}

pub async fn starter(State(control): State<Control>, mut asked: Asked) -> Answer<api::StarterPermit> {
    let application = asked.take::<ApplicationName>("application")?;
    let group = asked.take::<GroupName>("group")?;
    asked.finish()?;
    let application =
        application.ok_or_else(|| Refusal::invalid("application", "say for which application"))?;
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
) -> Answer<api::Published> {
    let expected = publication
        .expected_version
        .map(|text| text.parse::<Digest>())
        .transpose()
        .map_err(|error| Refusal::invalid("expected_version", error.to_string()))?;
    let files = publication.files;
    // Parsing a large set takes a while, and nothing else should wait for it.
    let running = control.admission().policies();
    let checked = tokio::task::spawn_blocking(move || check(&running, &files))
        .await
        .map_err(|error| Refusal::unavailable(format!("the check was not finished: {error}")))??;
    let (version, warnings) = (checked.version(), checked.warnings());
    let (own, dry_run) = (control.settings().application.clone(), publication.dry_run);
    let changed = control
        .command(&caller, move |world, now| {
            let published = world.policies();
            if let Some(expected) = expected
                && published.map(|published| published.version) != Some(expected)
            {
                let found =
                    published.map_or_else(|| "none".to_owned(), |published| published.version.to_string());
                return Err(Refusal::conflict(format!("the version published last is {found}"))
                    .about_field("expected_version")
                    .remedy("look at what changed, and publish on top of it"));
            }
            let facts = checked.facts(world, &own, now)?;
            let changed = changes(published.map(|known| &**known), checked.set().files());
            Ok((if dry_run { Vec::new() } else { facts }, changed))
        })
        .await?;
    Ok(axum::Json(api::Published { version: version.to_string(), dry_run, changed, warnings }))
}

/// Whether an exception could make the policy not hold: it must ask for one, by its own name.
pub fn reads_exceptions(policy: &PolicyMeta) -> bool {
    let plain: String = policy.text.chars().filter(|c| !c.is_whitespace()).collect();
    plain.contains(&format!("context.exceptions.contains(\"{}\")", policy.id))
}

/// Whether its owner should have looked at it again by now.
pub fn overdue(policy: &PolicyMeta, today: Option<jiff::civil::Date>) -> bool {
    today.is_some_and(|today| policy.review < today)
}

/// The day in UTC.
pub fn day(now: Timestamp) -> Option<jiff::civil::Date> {
    let moment = jiff::Timestamp::from_microsecond(now.as_micros()).ok()?;
    Some(moment.to_zoned(jiff::tz::TimeZone::UTC).date())
}

fn shown(policy: &PolicyMeta, today: Option<jiff::civil::Date>) -> api::Policy {
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
        reads_exceptions: reads_exceptions(policy),
        file: policy.file.to_string(),
        line: u64::try_from(policy.line).unwrap_or(u64::MAX),
        text: policy.text.clone(),
    }
}
