//! Leavers in the form of the contract.

use super::claims::SourceClaims;
use crate::inventory::declared;
use crate::page::{PageParameters, SortKey};
use crate::refusal::JsonResult;
use crate::{Control, Refusal};
use axum::extract::{Path, State};
use countersign_api::{self as api, rows};
use countersign_correlate::SourcedKey;
use countersign_identities::KnownEmployment;
use countersign_names::{SourceName, Timestamp};
use countersign_sources::NodeBody;
use countersign_world::{DeclaredSource, HeldLeavers, Person, SettledLeavers, Standing, World};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The numbers of a settlement, as they are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SettledNumbers {
    people: u64,
    protected: u64,
    held: Option<(u32, u32)>,
}

impl SettledNumbers {
    pub fn of(settled: &SettledLeavers, people: u64) -> Self {
        let protected = u64::try_from(settled.protected.len()).unwrap_or(u64::MAX);
        Self { people, protected, held: settled.held.map(|held| (held.people, held.allowed)) }
    }
}

pub const fn held_back(held: HeldLeavers) -> api::HeldBack {
    api::HeldBack { people: held.people, allowed: held.allowed }
}

/// Returns what became of the people who left, by the last import of a source that was looked at.
pub async fn settled_numbers(
    control: &Control,
    world: &World,
    source: &DeclaredSource,
) -> Result<Option<api::SourceLeavers>, Refusal> {
    if source.about.leavers.is_none() {
        return Ok(None);
    }
    let Some(settled) = control.identity_tables()?.settled(source.name.as_str()).await? else {
        return Ok(None);
    };
    let numbers: SettledNumbers = serde_json::from_str(&settled.body).unwrap_or_default();
    let suspended = world.left_people().filter(|left| left.source == source.name && !left.overruled).count();
    Ok(Some(api::SourceLeavers {
        import: u64::try_from(settled.import).unwrap_or_default(),
        looked_at: settled.at,
        people: numbers.people,
        suspended: u64::try_from(suspended).unwrap_or(u64::MAX),
        protected: numbers.protected,
        held: numbers.held.map(|(people, allowed)| api::HeldBack { people, allowed }),
    }))
}

pub async fn list(
    State(control): State<Control>,
    Path(source): Path<String>,
    page: PageParameters,
) -> JsonResult<api::Items<api::PersonWhoLeft>> {
    let page = page.usual(&rows::sources::LEAVERS)?;
    let (source, world) = (declared(&control, &source)?, control.world());
    let known = control.identity_tables()?.employments().await?;
    let said = SourceClaims::of(&world, &source, &known, control.now());
    let left = said.claims.iter().filter(|claim| !claim.employed).filter_map(|claim| {
        let row: &KnownEmployment = said.records.get(&claim.person)?;
        Some((world.person(claim.person)?, row))
    });
    let found = page
        .select(left, |(person, _), _| (SortKey::text(&person.about.email), SortKey::id(person.id.bits())));
    let (found, next) = found.into_parts();
    let mut items = Vec::with_capacity(found.len());
    for (person, row) in found {
        items.push(shown(&control, (&world, &source), person, row).await?);
    }
    Ok(axum::Json(api::Items { items, next }))
}

async fn shown(
    control: &Control,
    (world, source): (&World, &SourceName),
    person: &Arc<Person>,
    row: &KnownEmployment,
) -> Result<api::PersonWhoLeft, Refusal> {
    let left = world.left_person(person.id).filter(|left| left.source == *source);
    let state = match (left, &person.standing) {
        (Some(left), _) if left.overruled => api::LeaverState::Restored,
        (Some(_), _) => api::LeaverState::Suspended,
        (None, Standing::Suspended(_)) => api::LeaverState::SuspendedOtherwise,
        (None, Standing::Active) if world.is_approver(person.id) => api::LeaverState::Protected,
        (None, Standing::Active) => api::LeaverState::Waiting,
    };
    let mut holds = Vec::new();
    for at in &row.said.accounts {
        holds.extend(held(control, world, at).await?);
    }
    let is_told = row.said.ends_at > Timestamp::from_micros(0) && !row.gone;
    Ok(api::PersonWhoLeft {
        person: person.id,
        name: person.about.name.clone(),
        email: person.about.email.clone(),
        state,
        record: row.said.record.key.to_string(),
        ended_at: is_told.then_some(row.said.ends_at),
        gone: row.gone,
        import: left.map(|left| left.import),
        holds,
    })
}

/// Returns an account, unless its source no longer has it or says that it is disabled.
async fn held(
    control: &Control,
    world: &World,
    at: &SourcedKey,
) -> Result<Option<api::HeldAccount>, Refusal> {
    let source: Option<SourceName> = at.source.parse().ok();
    let Some(source) = source.filter(|source| world.source(source).is_some()) else { return Ok(None) };
    let node = control.inventory()?.node(source.as_str(), at.key.as_str()).await?;
    Ok(node.and_then(|node| match node.body {
        NodeBody::Account(account) if account.enabled != Some(false) => {
            Some(api::HeldAccount { source, key: node.key, name: node.name, enabled: account.enabled })
        }
        _ => None,
    }))
}
