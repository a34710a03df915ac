//! Labels of what is sensitive: proposed by scans, answered by who is responsible for the application, or an administrator.
//!
//! No decision about an access reads them: that reads the declared sensitivity. A declaration that is lower than a confirmed
//! label is shown.

pub mod coverage;

use crate::input::{Json, QueryParameters, in_path, on_record};
use crate::names::current_name;
use crate::page::{PageParameters, Search, SortKey};
use crate::refusal::{CreatedResult, JsonResult};
use crate::{Caller, Control, Refusal, secret};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use countersign_api::{self as api, rows};
use countersign_facts::{Fact, LabelEvidence, LabelFact, Member};
use countersign_names::{LabelId, LabelKind, LabelTarget, PersonId, Sensitivity};
use countersign_world::{MOST_LABEL_EVIDENCE, ThingLabel, World};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

/// Maximum number of proposals of one request.
const MOST_PROPOSALS: usize = 200;

/// Returns whether a person is responsible for an application: whether the owner that it declares is their mail address, or the
/// name of a group that they are in. A person's name is not enough, since two people may have the same.
pub fn answers_for(world: &World, person: PersonId, application: &str) -> bool {
    let Some(application) = world.application(application) else { return false };
    let owner = application.about.owner.trim();
    let has_address =
        world.person(person).is_some_and(|person| person.about.email.trim().eq_ignore_ascii_case(owner));
    has_address
        || world
            .groups_if(&Member::Person(person), &BTreeMap::new())
            .iter()
            .any(|group| group.as_str() == owner)
}

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::content_labels::LabelFilter>,
) -> JsonResult<api::Items<api::KnownLabel>> {
    let page = page.usual(&rows::content_labels::LIST)?;
    let world = control.world();
    let search = Search::from(asked.q);
    let wanted = world.labels().filter(|label| {
        asked.state.is_none_or(|wanted| wanted == state_of(label))
            && asked.application.as_ref().is_none_or(|name| label.target.application() == Some(name))
    });
    let texts: Vec<(String, &Arc<ThingLabel>)> = wanted
        .map(|label| (label.target.to_string(), label))
        .filter(|(target, _)| search.finds([target]))
        .collect();
    let found =
        page.select(texts.iter(), |(target, label), _| (SortKey::text(target), SortKey::id(label.id.bits())));
    Ok(axum::Json(found.shown(|(_, label)| shown(&world, label))))
}

pub async fn show(State(control): State<Control>, Path(label): Path<String>) -> JsonResult<api::KnownLabel> {
    let (world, id) = (control.world(), in_path("label", &label)?);
    Ok(axum::Json(shown(&world, known(&world, id)?)))
}

pub async fn propose(
    State(control): State<Control>,
    caller: Caller,
    Json(scan): Json<api::LabelScan>,
) -> JsonResult<api::LabelScanOutcome> {
    let proposals = checked(scan.proposals)?;
    let outcome = control
        .command(&caller, move |world, _| {
            let (mut facts, mut outcome) = (Vec::new(), api::LabelScanOutcome::default());
            for (id, proposal) in &proposals {
                match world.label(*id) {
                    None => outcome.new += 1,
                    Some(known) if known.answer.is_some() => {
                        outcome.answered += 1;
                        continue;
                    }
                    Some(known) if is_same(known, proposal) => {
                        outcome.unchanged += 1;
                        continue;
                    }
                    Some(_) => outcome.changed += 1,
                }
                let (target, evidence) =
                    (proposal.target.clone(), proposal.evidence.iter().map(as_fact).collect());
                facts.push(Fact::Label(LabelFact::Proposed {
                    label: *id,
                    target,
                    kind: proposal.kind,
                    sensitivity: proposal.sensitivity,
                    evidence,
                }));
            }
            Ok((facts, outcome))
        })
        .await?;
    Ok(axum::Json(outcome))
}

pub async fn set(
    State(control): State<Control>,
    caller: Caller,
    Json(new): Json<api::NewLabel>,
) -> CreatedResult<api::KnownLabel> {
    let reason = on_record("reason", &new.reason)?;
    let api::NewLabel { target, kind, sensitivity, .. } = new;
    let id = id_of(&target, kind);
    control
        .command(&caller, move |world, _| {
            is_declared(world, &target)?;
            if world.label(id).is_some_and(|known| known.is_confirmed() && known.sensitivity == sensitivity) {
                return Err(Refusal::conflict(format!(
                    "{target} is labelled {kind} and {sensitivity} already"
                ))
                .about_field("target"));
            }
            let (target, reason) = (target.clone(), reason.clone());
            Ok((vec![Fact::Label(LabelFact::Set { label: id, target, kind, sensitivity, reason })], ()))
        })
        .await?;
    let world = control.world();
    Ok((StatusCode::CREATED, axum::Json(shown(&world, known(&world, id)?))))
}

pub async fn confirm(
    control: State<Control>,
    caller: Caller,
    label: Path<String>,
    why: Json<api::Reason>,
) -> JsonResult<api::KnownLabel> {
    answer(control, caller, label, why, |label, reason| LabelFact::Confirmed { label, reason }).await
}

pub async fn dismiss(
    control: State<Control>,
    caller: Caller,
    label: Path<String>,
    why: Json<api::Reason>,
) -> JsonResult<api::KnownLabel> {
    answer(control, caller, label, why, |label, reason| LabelFact::Dismissed { label, reason }).await
}

pub async fn withdraw(
    control: State<Control>,
    caller: Caller,
    label: Path<String>,
    why: Json<api::Reason>,
) -> JsonResult<api::KnownLabel> {
    answer(control, caller, label, why, |label, reason| LabelFact::Withdrawn { label, reason }).await
}

/// States what was said about a label. Shows it as it is then, or as it was if it is withdrawn.
async fn answer(
    State(control): State<Control>,
    caller: Caller,
    Path(label): Path<String>,
    Json(why): Json<api::Reason>,
    fact: fn(LabelId, String) -> LabelFact,
) -> JsonResult<api::KnownLabel> {
    let id: LabelId = in_path("label", &label)?;
    let reason = on_record("reason", &why.reason)?;
    let before = control
        .command(&caller, move |world, _| {
            let label = known(world, id)?.clone();
            Ok((vec![Fact::Label(fact(id, reason.clone()))], label))
        })
        .await?;
    let world = control.world();
    Ok(axum::Json(shown(&world, world.label(id).unwrap_or(&before))))
}

fn known(world: &World, id: LabelId) -> Result<&Arc<ThingLabel>, Refusal> {
    world.label(id).ok_or_else(|| {
        Refusal::not_found("label with the id", id)
            .about_field("label")
            .remedy("`countersign label list` shows those there are")
    })
}

/// Returns the id of a label: the same for the same target and kind.
fn id_of(target: &LabelTarget, kind: LabelKind) -> LabelId {
    // No kind has a line feed in it, so no two labels have the same text.
    let digest = secret::sha256(format!("{kind}\n{target}").as_bytes());
    let bits = digest.as_bytes().iter().take(16).fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    LabelId::new(Uuid::from_u128(bits))
}

fn checked(proposals: Vec<api::ProposedLabel>) -> Result<Vec<(LabelId, api::ProposedLabel)>, Refusal> {
    if proposals.is_empty() || proposals.len() > MOST_PROPOSALS {
        return Err(Refusal::invalid("proposals", format!("a request has 1 to {MOST_PROPOSALS} proposals"))
            .remedy("send the others in further requests"));
    }
    let mut seen = BTreeSet::new();
    let mut checked = Vec::new();
    for (place, proposal) in proposals.into_iter().enumerate() {
        let field = |name: &str| format!("proposals[{place}].{name}");
        let id = id_of(&proposal.target, proposal.kind);
        if !seen.insert(id) {
            return Err(Refusal::invalid(field("target"), "the same target and kind are proposed twice")
                .remedy("join their evidence to one proposal"));
        }
        if proposal.evidence.is_empty() || proposal.evidence.len() > MOST_LABEL_EVIDENCE {
            return Err(Refusal::invalid(
                field("evidence"),
                format!("a proposal has 1 to {MOST_LABEL_EVIDENCE} items of evidence"),
            ));
        }
        for (item, evidence) in proposal.evidence.iter().enumerate() {
            let field = |name: &str| field(&format!("evidence[{item}].{name}"));
            is_evidence(evidence, field)?;
        }
        checked.push((id, proposal));
    }
    Ok(checked)
}

fn is_evidence(evidence: &api::SampleEvidence, field: impl Fn(&str) -> String) -> Result<(), Refusal> {
    let api::SampleEvidence { place, recogniser, matched, sampled } = evidence;
    let named = recogniser.starts_with(|c: char| c.is_ascii_lowercase())
        && recogniser.len() <= 60
        && recogniser.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !named {
        return Err(Refusal::invalid(field("recogniser"), "it is not the name of a recogniser")
            .remedy("use lower-case letters, digits and underscores, as docs/labels.md has them"));
    }
    let is_place = |place: &str| (1..=400).contains(&place.len()) && !place.chars().any(char::is_control);
    if !place.as_deref().is_none_or(is_place) {
        return Err(Refusal::invalid(field("place"), "a place has 1 to 400 bytes and no control characters"));
    }
    if matched > sampled {
        return Err(Refusal::invalid(field("matched"), "more values matched than were sampled"));
    }
    Ok(())
}

/// Checks that an application or a part of one that is to be labelled exists. Databases and hosts are declared nowhere.
fn is_declared(world: &World, target: &LabelTarget) -> Result<(), Refusal> {
    let Some(name) = target.application() else { return Ok(()) };
    let application = world.application(name.as_str()).ok_or_else(|| {
        Refusal::invalid("target", format!("there is no application {name}"))
            .remedy("`countersign application list` shows those there are")
    })?;
    match target {
        LabelTarget::Resource(resource) if !application.about.declares(resource.part()) => {
            Err(Refusal::invalid("target", format!("{name} declares no part {}", resource.part()))
                .remedy(format!("`countersign application show {name}` shows its parts")))
        }
        LabelTarget::Resource(_)
        | LabelTarget::Application(_)
        | LabelTarget::Database(_)
        | LabelTarget::Column { .. }
        | LabelTarget::Host(_) => Ok(()),
    }
}

fn is_same(known: &ThingLabel, proposal: &api::ProposedLabel) -> bool {
    known.sensitivity == proposal.sensitivity
        && known.evidence.iter().eq(&proposal.evidence.iter().map(as_fact).collect::<Vec<_>>())
}

fn as_fact(evidence: &api::SampleEvidence) -> LabelEvidence {
    let api::SampleEvidence { place, recogniser, matched, sampled } = evidence;
    LabelEvidence {
        place: place.clone(),
        recogniser: recogniser.clone(),
        matched: *matched,
        sampled: *sampled,
    }
}

/// Returns what became of a label.
pub fn state_of(label: &ThingLabel) -> api::LabelState {
    match &label.answer {
        None => api::LabelState::Open,
        Some(answer) if answer.confirmed => api::LabelState::Confirmed,
        Some(_) => api::LabelState::Dismissed,
    }
}

/// Returns the sensitivity by which accesses to the target are decided; `None` if it is not declared.
fn declared(world: &World, target: &LabelTarget) -> Option<Sensitivity> {
    let application = world.application(target.application()?.as_str())?;
    Some(match target {
        LabelTarget::Resource(resource) => application.label(resource).unwrap_or(Sensitivity::Restricted),
        _ => application.sensitivity(),
    })
}

/// Returns whether a label is confirmed and what it is about declares a lower sensitivity.
pub fn is_declared_lower(world: &World, label: &ThingLabel) -> bool {
    label.is_confirmed()
        && declared(world, &label.target).is_some_and(|declared| declared < label.sensitivity)
}

fn shown(world: &World, label: &ThingLabel) -> api::KnownLabel {
    let by = label.proposed_by.to_string();
    let application = label.target.application().and_then(|name| world.application(name.as_str()));
    let evidence = |evidence: &LabelEvidence| api::SampleEvidence {
        place: evidence.place.clone(),
        recogniser: evidence.recogniser.clone(),
        matched: evidence.matched,
        sampled: evidence.sampled,
    };
    api::KnownLabel {
        id: label.id,
        target: label.target.clone(),
        kind: label.kind,
        sensitivity: label.sensitivity,
        state: state_of(label),
        evidence: label.evidence.iter().map(evidence).collect(),
        proposed_at: label.proposed_at,
        proposed_by_name: current_name(world, &by),
        proposed_by: by,
        answer: label.answer.as_ref().map(|answer| {
            let by = answer.by.to_string();
            let (at, by_name, reason) = (answer.at, current_name(world, &by), answer.reason.clone());
            api::AnsweredLabel { at, by_name, by, reason }
        }),
        owner: application.map(|application| application.about.owner.clone()),
        declared: declared(world, &label.target),
        declared_lower: is_declared_lower(world, label),
    }
}
