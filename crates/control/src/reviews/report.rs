//! The sealed report, and what takes revoked accesses away in a source.

use super::{id_in_path, known};
use crate::input::QueryParameters;
use crate::refusal::JsonResult;
use crate::{Control, Refusal};
use axum::extract::{Path, State};
use countersign_api::{self as api, rows};
use countersign_facts::ReviewVerdict;
use countersign_findings::change_set::{ChangeLanguage, RevokedMembership, membership_changes};
use countersign_inventory::{EdgeEnd, Inventory};
use countersign_reviews::{ReviewItem, ReviewReport, digest_of, report_as_csv};
use countersign_sources::{Relation, SourceKey, SourceNode};

/// Maximum number of accesses of one account that are looked through.
const MOST_EDGES: u32 = 10_000;

pub async fn report(
    State(control): State<Control>,
    Path(id): Path<String>,
    QueryParameters(asked): QueryParameters<rows::reviews::ReviewReportOptions>,
) -> JsonResult<api::SealedReviewReport> {
    let id = id_in_path(&id)?;
    let world = control.world();
    let campaign = known(&world, id)?;
    let sealed = campaign.sealed.as_ref().ok_or_else(|| {
        Refusal::conflict(format!("{id} is open, and has no report yet"))
            .about_field("id")
            .remedy("it is sealed at the due date, or now with `countersign review close`")
    })?;
    let tables = control.review_tables()?;
    let text = tables.report(id, sealed.report).await?.ok_or_else(|| {
        Refusal::unavailable(format!("the report of {id} is not kept here any more"))
            .remedy("restore the tables beside the journal from a backup")
    })?;
    let found = digest_of(&text);
    let (_, items) = tables.items(id).await?;
    let (ending, text) = match asked.format {
        api::ReviewReportFormat::Json => ("json", text),
        api::ReviewReportFormat::Csv => {
            let report = ReviewReport::read(&text).map_err(|error| {
                Refusal::unavailable(format!("the report of {id} cannot be read: {error}"))
            })?;
            ("csv", report_as_csv(&report))
        }
    };
    Ok(axum::Json(api::SealedReviewReport {
        format: asked.format,
        file_name: format!("{id}.{ending}"),
        sealed: sealed.report.to_string(),
        found: found.to_string(),
        is_sealed: found == sealed.report,
        is_as_asked: items == campaign.asked,
        text,
    }))
}

pub async fn changes(
    State(control): State<Control>,
    Path(id): Path<String>,
    QueryParameters(asked): QueryParameters<rows::reviews::ReviewChangesOptions>,
) -> JsonResult<api::AccessReviewChanges> {
    let (id, source) = (id_in_path(&id)?, asked.source);
    let world = control.world();
    let loaded = control.load_review(known(&world, id)?).await?;
    crate::inventory::declared_in_query(&control, &source)?;
    let format = world.source(&source).map(|known| known.about.format.to_string()).unwrap_or_default();
    let language = ChangeLanguage::of_format(&format).ok_or_else(|| {
        Refusal::invalid("source", format!("there is no change set for sources of the format {format}"))
            .remedy("change sets are there for ldif, ldap, aws-iam, postgres and kubernetes")
    })?;
    let is_revoked = |verdict: Option<ReviewVerdict>| verdict == Some(ReviewVerdict::Revoke);
    let revoked = loaded.all().filter(|(item, state)| {
        item.access.source.as_deref() == Some(source.as_str())
            && is_revoked(state.decision.as_ref().map(|decision| decision.verdict))
    });
    let mut found = Vec::new();
    for (item, state) in revoked {
        let reason = state.decision.as_ref().and_then(|decision| decision.reason.clone()).unwrap_or_default();
        found.push((item, reason, ends(control.inventory()?, source.as_str(), item).await?));
    }
    let memberships: Vec<RevokedMembership<'_>> = found
        .iter()
        .map(|(item, reason, ends)| RevokedMembership {
            about: format!(
                "item {}: {}, {}: {reason}",
                item.number, item.subject.name, item.access.target_name
            ),
            fix: fix(item),
            ends: ends.as_ref().map(|(account, group)| (account, group)).map_err(|why| *why),
        })
        .collect();
    let heading = format!("take away what {id} revoked in {source}, as of {}", control.now());
    let set = membership_changes(language, &heading, &memberships);
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    Ok(axum::Json(api::AccessReviewChanges {
        file_name: format!("{id}.{}", language.ending()),
        items: count(memberships.len()),
        unwritten: count(set.unwritten),
        text: set.text,
    }))
}

fn fix(item: &ReviewItem) -> String {
    let access = &item.access;
    let granted = access.granted_by.as_ref().map(|by| format!(", granted by {by}")).unwrap_or_default();
    format!("Take {} of {} away{granted}.", access.target_name, access.account_name)
}

/// What a membership joins in its source, or why no change is written for it.
type MembershipEnds = Result<(SourceNode, SourceNode), &'static str>;

async fn ends(inventory: &Inventory, source: &str, item: &ReviewItem) -> Result<MembershipEnds, Refusal> {
    let access = &item.access;
    if access.relation != Relation::MemberOf {
        return Ok(Err("only a membership can be taken away by one change"));
    }
    let edges = inventory.edges(source, (EdgeEnd::From, &access.account), MOST_EDGES).await?;
    if !edges.iter().any(|edge| edge.relation == Relation::MemberOf && edge.to == access.target) {
        return Ok(Err("the source does not have it any more"));
    }
    let account = node(inventory, source, &access.account).await?;
    let group = node(inventory, source, &access.target).await?;
    Ok(account.zip(group).ok_or("the source only mentions it"))
}

async fn node(inventory: &Inventory, source: &str, key: &str) -> Result<Option<SourceNode>, Refusal> {
    let Some(found) = inventory.node(source, key).await? else { return Ok(None) };
    Ok(SourceKey::new(&found.key).map(|key| SourceNode { key, name: found.name, body: found.body }))
}
