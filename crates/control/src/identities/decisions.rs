//! What people decide about identities.

use crate::input::{Json, in_path, on_record};
use crate::names::current_name;
use crate::page::{PageParameters, SortKey};
use crate::refusal::{CreatedResult, JsonResult};
use crate::{Caller, Control, Refusal, secret};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use countersign_api::{self as api, rows};
use countersign_correlate::{
    DecisionConflict, LinkDecision, LinkDecisionBody, SourcedKey, decision_conflict,
};
use countersign_facts::{Fact, IdentityFact, IdentityNode};
use countersign_names::LinkDecisionId;
use countersign_sources::{NodeBody, SourceKey};
use countersign_world::{IdentityDecision, IdentityVerdict, World};

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
) -> JsonResult<api::Items<api::RecordedIdentityDecision>> {
    let page = page.usual(&rows::identities::DECISIONS)?;
    let world = control.world();
    let decisions = world.identity_decisions();
    let found = page.select(decisions.iter(), |decision, _| {
        (SortKey::moment(decision.at), SortKey::id(decision.id.bits()))
    });
    Ok(axum::Json(found.shown(|decision| shown(&world, decision))))
}

pub async fn decide(
    State(control): State<Control>,
    caller: Caller,
    Json(new): Json<api::NewIdentityDecision>,
) -> CreatedResult<api::RecordedIdentityDecision> {
    let reason = on_record("reason", &new.reason)?;
    let id = LinkDecisionId::new(secret::fresh(control.now())?);
    if new.one == new.other {
        return Err(Refusal::invalid("other", "one node is named twice").remedy("name two different nodes"));
    }
    let only_account = new.ruling == api::IdentityRuling::Linked;
    let one = checked(&control, "one", &new.one, only_account).await?;
    let other = checked(&control, "other", &new.other, false).await?;
    let (body, fact) = body_and_fact(id, new.ruling, (&one, &other), &reason)?;
    let decided = control
        .command(&caller, move |world, _| {
            let holding: Vec<LinkDecision> =
                world.identity_decisions().iter().filter_map(|decision| as_link(decision)).collect();
            if let Some(conflict) = decision_conflict(&holding, &body) {
                return Err(conflicting(world, conflict));
            }
            Ok((vec![Fact::Identity(fact.clone())], ()))
        })
        .await;
    decided?;
    control.identities_are_due().await;
    let world = control.world();
    let decision = world.identity_decision(id);
    let decision = decision.ok_or_else(|| Refusal::conflict("the decision was undone meanwhile"))?;
    Ok((StatusCode::CREATED, axum::Json(shown(&world, decision))))
}

pub async fn undo(
    State(control): State<Control>,
    caller: Caller,
    Path(decision): Path<String>,
    Json(why): Json<api::Reason>,
) -> JsonResult<api::RecordedIdentityDecision> {
    let id: LinkDecisionId = in_path("decision", &decision)?;
    let reason = on_record("reason", &why.reason)?;
    let undone = control
        .command(&caller, move |world, _| {
            let decision = world.identity_decision(id).ok_or_else(|| {
                Refusal::not_found("decision about identities that holds with the id", id)
                    .about_field("decision")
                    .remedy(
                        "it may be undone already; `countersign identity decisions` shows those that hold",
                    )
            })?;
            let fact = IdentityFact::Undone { decision: id, reason: reason.clone() };
            Ok((vec![Fact::Identity(fact)], decision.clone()))
        })
        .await?;
    control.identities_are_due().await;
    Ok(axum::Json(shown(&control.world(), &undone)))
}

/// Checks that a node is a record of a person or an account, as its source has it now.
async fn checked(
    control: &Control,
    field: &str,
    node: &api::NodeReference,
    only_account: bool,
) -> Result<IdentityNode, Refusal> {
    let api::NodeReference { source, key } = node;
    if control.world().source(source).is_none() {
        return Err(Refusal::invalid(format!("{field}.source"), format!("there is no source {source}"))
            .remedy("`countersign source list` shows those there are"));
    }
    let known = control.inventory()?.node(source.as_str(), key).await?.ok_or_else(|| {
        let detail = format!("the source {source} has nothing with the key `{key}`");
        let remedy =
            format!("`countersign inventory list --source {source}` shows what it has, with the keys");
        Refusal::invalid(format!("{field}.key"), detail).remedy(remedy)
    })?;
    let kind = known.body.kind().as_str();
    match known.body {
        NodeBody::Account(_) => {}
        NodeBody::Person(_) if !only_account => {}
        NodeBody::Person(_) => {
            let detail =
                format!("`{key}` of {source} is a record of a person, and only an account is linked");
            return Err(Refusal::invalid(field, detail)
                .remedy("name the account first and the person second, or merge two identities"));
        }
        _ => {
            let detail = format!("`{key}` of {source} is a {kind}");
            return Err(Refusal::invalid(field, detail)
                .remedy("name an account or a record of a person: only these belong to identities"));
        }
    }
    Ok(IdentityNode { source: source.clone(), key: key.clone() })
}

fn body_and_fact(
    decision: LinkDecisionId,
    ruling: api::IdentityRuling,
    (one, other): (&IdentityNode, &IdentityNode),
    reason: &str,
) -> Result<(LinkDecisionBody, IdentityFact), Refusal> {
    let verdict = match ruling {
        api::IdentityRuling::Linked => IdentityVerdict::Linked,
        api::IdentityRuling::Separated => IdentityVerdict::Separated,
        api::IdentityRuling::Merged => IdentityVerdict::Merged,
    };
    let body = body(verdict, one, other).ok_or_else(|| Refusal::invalid("one", "a key is none"))?;
    let (one, other, reason) = (one.clone(), other.clone(), reason.to_owned());
    let fact = match verdict {
        IdentityVerdict::Linked => IdentityFact::Linked { decision, account: one, to: other, reason },
        IdentityVerdict::Separated => IdentityFact::Separated { decision, one, other, reason },
        IdentityVerdict::Merged => IdentityFact::Merged { decision, one, other, reason },
    };
    Ok((body, fact))
}

fn body(verdict: IdentityVerdict, one: &IdentityNode, other: &IdentityNode) -> Option<LinkDecisionBody> {
    let at = |node: &IdentityNode| Some(SourcedKey::new(node.source.as_str(), SourceKey::new(&node.key)?));
    let (one, other) = (at(one)?, at(other)?);
    Some(match verdict {
        IdentityVerdict::Linked => LinkDecisionBody::Linked { account: one, to: other },
        IdentityVerdict::Separated => LinkDecisionBody::NotSame { one, other },
        IdentityVerdict::Merged => LinkDecisionBody::Merged { one, other },
    })
}

/// Converts a decision for correlation; `None` if a key of it is none, which the world refuses.
pub fn as_link(decision: &IdentityDecision) -> Option<LinkDecision> {
    let body = body(decision.verdict, &decision.one, &decision.other)?;
    Some(LinkDecision { id: decision.id.to_string(), body })
}

fn conflicting(world: &World, conflict: DecisionConflict) -> Refusal {
    let says = |id: &str| {
        let decision = id.parse().ok().and_then(|id| world.identity_decision(id));
        let Some(decision) = decision else { return id.to_owned() };
        let IdentityDecision { one, other, reason, .. } = decision.as_ref();
        let what = match decision.verdict {
            IdentityVerdict::Linked => format!("{one} belongs to {other}"),
            IdentityVerdict::Separated => format!("{one} and {other} are not the same"),
            IdentityVerdict::Merged => format!("{one} and {other} are one"),
        };
        format!("{id}: {what} ({reason})")
    };
    match conflict {
        DecisionConflict::Repeats(id) => {
            Refusal::conflict(format!("it is decided already: {}", says(&id))).about_field("one")
        }
        DecisionConflict::Contradicts(ids) => {
            let all: Vec<String> = ids.iter().map(|id| says(id)).collect();
            let undo = ids.last().map(String::as_str).unwrap_or_default();
            Refusal::conflict(format!("it contradicts what was decided: {}", all.join("; ")))
                .about_field("one")
                .remedy(format!(
                    "if that was wrong, undo it first: `countersign identity undo {undo} --reason TEXT`"
                ))
        }
    }
}

fn shown(world: &World, decision: &IdentityDecision) -> api::RecordedIdentityDecision {
    let by = decision.by.to_string();
    let node =
        |node: &IdentityNode| api::NodeReference { source: node.source.clone(), key: node.key.clone() };
    api::RecordedIdentityDecision {
        id: decision.id,
        ruling: match decision.verdict {
            IdentityVerdict::Linked => api::IdentityRuling::Linked,
            IdentityVerdict::Separated => api::IdentityRuling::Separated,
            IdentityVerdict::Merged => api::IdentityRuling::Merged,
        },
        one: node(&decision.one),
        other: node(&decision.other),
        reason: decision.reason.clone(),
        at: decision.at,
        by_name: current_name(world, &by),
        by,
    }
}
