//! Searching for roles, as a job: over what sources say now, with accounts joined into identities.

use super::shown::{SEPARATOR, SearchResult, count, damaged};
use crate::input::Json;
use crate::jobs::{JobParameters, JobWork, NewJob, begin};
use crate::refusal::CreatedResult;
use crate::{Caller, Control, Refusal};
use axum::extract::State;
use countersign_api as api;
use countersign_correlate::{
    AttributeName, CorrelatedIdentities, CorrelatedIdentity, SourcedKey, SourcedNodes, correlate,
};
use countersign_inventory::SourceContent;
use countersign_names::{SourceName, Timestamp};
use countersign_roles::{ComplexityWeights, MinedRoles, RoleHolder, RoleSettings, mine_roles};
use countersign_sources::{NodeBody, Relation};
use std::collections::{BTreeMap, BTreeSet};
use tokio::runtime::Handle;

pub async fn propose(
    State(control): State<Control>,
    caller: Caller,
    Json(new): Json<api::NewRoleSearch>,
) -> CreatedResult<api::Job> {
    let work = search_work(&control, new.clone())?;
    let states = control.inventory()?.sources().await?;
    let is_searched =
        |source: &str| new.sources.is_empty() || new.sources.iter().any(|name| name.as_str() == source);
    if !states.iter().any(|state| state.import > 0 && is_searched(&state.source)) {
        return Err(Refusal::conflict("nothing was imported yet, so there is no access to explain")
            .about_field("sources")
            .remedy("import a source with `countersign inventory import`, or name one that was"));
    }
    let (kind, again) = (api::JobKind::RoleSearch, Some(JobParameters::RoleSearch(new)));
    begin(&control, NewJob { kind, span: (None, None), by: caller.actor(), again }, work).await
}

/// Returns the work of a job that searches for roles.
pub fn search_work(control: &Control, new: api::NewRoleSearch) -> Result<JobWork, Refusal> {
    control.role_tables()?;
    let settings = settings(&new)?;
    let world = control.world();
    if let Some(unknown) = new.sources.iter().find(|name| world.source(name).is_none()) {
        return Err(Refusal::invalid("sources", format!("there is no source {unknown}"))
            .remedy("`countersign source list` shows the sources"));
    }
    Ok(Box::new(move |begun, control| {
        let went_on = |grants: u64, share: f64| begun.went_on(grants, 0, share).is_continue();
        match search_now(control, &Handle::current(), &new.sources, &settings, went_on) {
            Ok(Some(report)) => begun.end(Some(api::JobResult::Roles(report).into())),
            Ok(None) => begun.end(None),
            Err(refusal) => begun.fail(refusal.to_string()),
        }
    }))
}

fn settings(new: &api::NewRoleSearch) -> Result<RoleSettings, Refusal> {
    let usual = RoleSettings::default();
    let least =
        |given: Option<u32>, usual| given.map_or(usual, |given| usize::try_from(given).unwrap_or(usize::MAX));
    let weights = new.weights.map_or(usual.weights, |weights| ComplexityWeights {
        role: weights.role,
        assignment: weights.assignment,
        entitlement: weights.entitlement,
        direct: weights.direct,
    });
    let settings = RoleSettings {
        weights,
        min_members: least(new.min_members, usual.min_members),
        min_people: least(new.min_people, usual.min_people),
        confidence: new.confidence.unwrap_or(usual.confidence),
        near: new.near.unwrap_or(usual.near),
        allow_new: new.allow_new.unwrap_or(usual.allow_new),
        work: usual.work,
    };
    settings.check().map_err(|wrong| Refusal::invalid(wrong.field, wrong.says))?;
    Ok(settings)
}

/// Searches on a thread that may block. `went_on` hears how far it is, and says whether to go on; returns `None` if it said no.
fn search_now(
    control: &Control,
    runtime: &Handle,
    sources: &[SourceName],
    settings: &RoleSettings,
    went_on: impl Fn(u64, f64) -> bool,
) -> Result<Option<api::RoleSearchReport>, Refusal> {
    let (tables, terms) = (control.role_tables()?, control.correlation_terms()?);
    let read_at = control.now();
    let contents = runtime.block_on(control.inventory()?.contents())?;
    if !went_on(0, 0.2) {
        return Ok(None);
    }
    let nodes: SourcedNodes<'_> = contents
        .iter()
        .flat_map(|content| {
            content.nodes.iter().map(|node| (SourcedKey::new(&content.source, node.key.clone()), node))
        })
        .collect();
    let found = correlate(&nodes, &terms.decisions, &terms.rules);
    let searched: Vec<&SourceContent> = contents
        .iter()
        .filter(|content| content.import > 0)
        .filter(|content| sources.is_empty() || sources.iter().any(|name| name.as_str() == content.source))
        .collect();
    let holders = holders(&searched, &nodes, &found);
    if !went_on(0, 0.5) {
        return Ok(None);
    }
    let mined = mine_roles(holders, settings).map_err(|wrong| Refusal::invalid(wrong.field, wrong.says))?;
    let report = report(&mined, settings, (read_at, &searched))?;
    if !went_on(report.grants, 0.9) {
        return Ok(None);
    }
    let mut names = BTreeMap::new();
    for (at, node) in &nodes {
        names.insert(joined(at), node.name.clone());
    }
    let rows = SearchResult { mined: &mined, names: &names, read_at }.rows()?;
    let text = serde_json::to_string(&report).map_err(damaged)?;
    let replacing = tables.replace(&rows, &text, control.now());
    if !runtime.block_on(replacing).map_err(super::unanswered)? {
        return Err(Refusal::conflict("another search for roles began meanwhile, and its result is used"));
    }
    Ok(Some(report))
}

fn joined(at: &SourcedKey) -> String {
    format!("{}{SEPARATOR}{}", at.source, at.key)
}

/// Returns everybody who has an account in the sources that are searched, with the groups and roles that they are in directly.
/// Memberships under conditions do not count.
fn holders(
    searched: &[&SourceContent],
    nodes: &SourcedNodes<'_>,
    found: &CorrelatedIdentities,
) -> Vec<RoleHolder> {
    let mut held: BTreeMap<SourcedKey, Vec<String>> = BTreeMap::new();
    for content in searched {
        for node in content.nodes.iter().filter(|node| matches!(node.body, NodeBody::Account(_))) {
            held.insert(SourcedKey::new(&content.source, node.key.clone()), Vec::new());
        }
        for edge in &content.edges {
            if edge.relation == Relation::MemberOf
                && !edge.body.conditional
                && let Some(held) = held.get_mut(&SourcedKey::new(&content.source, edge.from.clone()))
            {
                held.push(joined(&SourcedKey::new(&content.source, edge.to.clone())));
            }
        }
    }
    let mut joined_in = BTreeSet::new();
    let mut holders = Vec::new();
    for identity in found.identities.values() {
        let accounts: Vec<&SourcedKey> =
            identity.nodes.iter().filter(|account| held.contains_key(account)).collect();
        if accounts.is_empty() {
            continue;
        }
        let grants = accounts.iter().filter_map(|account| held.get(account)).flatten().cloned().collect();
        joined_in.extend(accounts);
        holders.push(RoleHolder {
            key: joined(&identity.id),
            is_person: identity.kind.is_person(),
            attributes: attributes(identity),
            held: grants,
        });
    }
    let alone =
        held.iter().filter(|(account, _)| !joined_in.contains(account) && nodes.contains_key(account));
    holders.extend(alone.map(|(account, grants)| RoleHolder {
        key: joined(account),
        held: grants.clone(),
        ..RoleHolder::default()
    }));
    holders
}

/// Returns the attributes that rules are made of.
fn attributes(identity: &CorrelatedIdentity) -> BTreeMap<String, String> {
    let mut attributes = BTreeMap::from([("kind".to_owned(), identity.kind.as_str().to_owned())]);
    for (name, word) in [
        (AttributeName::Department, "department"),
        (AttributeName::Location, "location"),
        (AttributeName::Title, "title"),
    ] {
        if let Some(shown) = identity.shown.get(&name) {
            attributes.insert(word.to_owned(), shown.value.clone());
        }
    }
    attributes
}

fn report(
    mined: &MinedRoles,
    settings: &RoleSettings,
    (read_at, searched): (Timestamp, &[&SourceContent]),
) -> Result<api::RoleSearchReport, Refusal> {
    let sources = searched.iter().map(|content| content.source.parse().map_err(damaged));
    Ok(api::RoleSearchReport {
        read_at,
        sources: sources.collect::<Result<_, _>>()?,
        identities: count(mined.matrix.holders()),
        entitlements: count(mined.matrix.entitlements()),
        grants: count(mined.matrix.grants()),
        roles: count(mined.proposals.len()),
        consolidations: count(mined.consolidations.len()),
        replaced: mined.proposals.iter().map(|proposal| count(proposal.replaced)).sum(),
        added: mined.proposals.iter().map(|proposal| count(proposal.added)).sum(),
        single: count(mined.after.direct),
        complexity_before: mined.before.weighted(&settings.weights),
        complexity_after: mined.after.weighted(&settings.weights),
        ended_early: mined.ended_early,
    })
}
