//! Proposed roles: searched for as a job, and what people decide about them.
//!
//! Proposals are rows of tables, which a search writes anew. Decisions about them are facts.

mod export;
mod search;
mod shown;

pub use export::export;
pub use search::{propose, search_work};

use crate::input::{Json, QueryParameters, in_path, on_record};
use crate::page::{PageParameters, SortKey};
use crate::refusal::JsonResult;
use crate::{Caller, Control, Refusal};
use axum::extract::{Path, State};
use countersign_api::{self as api, rows};
use countersign_facts::{Fact, RoleFact};
use countersign_names::RoleProposalId;
use shown::{damaged, with_decision};

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::roles::RoleFilter>,
) -> JsonResult<api::Items<api::RoleProposal>> {
    let page = page.usual(&rows::roles::LIST)?;
    let rows::roles::RoleFilter { state, kind } = asked;
    let proposals = proposals(&control, state).await?;
    let found = proposals.into_iter().filter(|proposal| kind.is_none_or(|kind| kind == proposal.kind));
    let found = page.select(found, |proposal, _| {
        let replaced = i64::try_from(proposal.replaced).unwrap_or(i64::MAX);
        (SortKey::Number(replaced), SortKey::id(proposal.id.bits()))
    });
    Ok(axum::Json(found.shown(|proposal| proposal)))
}

pub async fn search(State(control): State<Control>) -> JsonResult<api::RoleSearchReport> {
    let report = control.role_tables()?.report().await.map_err(unanswered)?;
    let report = report.ok_or_else(|| {
        Refusal::conflict("nobody has searched for roles yet").remedy("run `countersign role propose`")
    })?;
    Ok(axum::Json(serde_json::from_str(&report).map_err(damaged)?))
}

pub async fn show(
    State(control): State<Control>,
    Path(id): Path<String>,
) -> JsonResult<api::RoleProposalDetail> {
    let id: RoleProposalId = in_path("id", &id)?;
    Ok(axum::Json(known(&control, id).await?))
}

pub async fn accept(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
    Json(why): Json<api::Reason>,
) -> JsonResult<api::RoleProposal> {
    let (known, reason) = decided(&control, &id, &why).await?;
    let (proposal, about, members) = (known.id, about(&known), known.members);
    let fact = RoleFact::Accepted { proposal, about, members, reason };
    state(&control, &caller, fact, known).await
}

pub async fn dismiss(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
    Json(why): Json<api::Reason>,
) -> JsonResult<api::RoleProposal> {
    let (known, reason) = decided(&control, &id, &why).await?;
    let (proposal, about, members) = (known.id, about(&known), known.members);
    let fact = RoleFact::Dismissed { proposal, about, members, reason };
    state(&control, &caller, fact, known).await
}

pub async fn reconsider(
    State(control): State<Control>,
    caller: Caller,
    Path(id): Path<String>,
    Json(why): Json<api::Reason>,
) -> JsonResult<api::RoleProposal> {
    let (known, reason) = decided(&control, &id, &why).await?;
    let proposal = known.id;
    if control.world().role_ruling(proposal).is_none() {
        return Err(Refusal::conflict(format!("nobody decided about {proposal}"))
            .about_field("id")
            .remedy("`countersign role list --state dismissed` shows what was dismissed"));
    }
    state(&control, &caller, RoleFact::Reconsidered { proposal, reason }, known).await
}

/// Returns the proposal that a decision is about, and the reason.
async fn decided(
    control: &Control,
    id: &str,
    why: &api::Reason,
) -> Result<(api::RoleProposal, String), Refusal> {
    let id: RoleProposalId = in_path("id", id)?;
    let reason = on_record("reason", &why.reason)?;
    Ok((known(control, id).await?.proposal, reason))
}

async fn state(
    control: &Control,
    caller: &Caller,
    fact: RoleFact,
    known: api::RoleProposal,
) -> JsonResult<api::RoleProposal> {
    control.command(caller, move |_, _| Ok((vec![Fact::Role(fact.clone())], ()))).await?;
    Ok(axum::Json(with_decision(&control.world(), known)))
}

/// Returns what a proposal is about. The fact states it, because the row may be gone later.
fn about(proposal: &api::RoleProposal) -> String {
    let first = proposal.entitlements.first().map_or("nothing", |first| &first.name);
    let (entitlements, members) = (proposal.entitlements.len(), proposal.members);
    format!("{entitlements} entitlements ({first}, ...) for {members} members")
}

/// Returns the proposals in a state, those about which nobody decided if none is named.
async fn proposals(
    control: &Control,
    state: Option<api::RoleProposalState>,
) -> Result<Vec<api::RoleProposal>, Refusal> {
    let state = state.unwrap_or(api::RoleProposalState::Proposed);
    let (summaries, world) = (control.role_tables()?.summaries().await.map_err(unanswered)?, control.world());
    let mut found = Vec::new();
    for summary in summaries {
        let proposal = with_decision(&world, serde_json::from_str(&summary).map_err(damaged)?);
        if proposal.state == state {
            found.push(proposal);
        }
    }
    Ok(found)
}

async fn known(control: &Control, id: RoleProposalId) -> Result<api::RoleProposalDetail, Refusal> {
    let row = control.role_tables()?.proposal(id).await.map_err(unanswered)?.ok_or_else(|| {
        Refusal::not_found("proposed role", id)
            .about_field("id")
            .remedy("`countersign role list` shows what the last search found")
    })?;
    let (members, near) = serde_json::from_str(&row.detail).map_err(damaged)?;
    let proposal = with_decision(&control.world(), serde_json::from_str(&row.summary).map_err(damaged)?);
    Ok(api::RoleProposalDetail { proposal, members, near })
}

/// Refuses because the tables of proposed roles do not answer.
fn unanswered(error: countersign_database::DatabaseError) -> Refusal {
    tracing::warn!(%error, "the proposed roles cannot be used");
    Refusal::unavailable(format!("the proposed roles do not answer: {error}"))
}
