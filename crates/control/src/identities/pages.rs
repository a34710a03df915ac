//! Identities and accounts, page by page.

use super::shown;
use crate::input::QueryParameters;
use crate::inventory::declared_in_query;
use crate::page::{PageParameters, PageRequest, Place, SortKey, foreign_cursor};
use crate::refusal::JsonResult;
use crate::{Control, Refusal};
use axum::extract::State;
use countersign_api::{self as api, rows};
use countersign_correlate::SourcedKey;
use countersign_identities::{IdentityGap, IdentityQuery, MemberQuery, MemberState};
use countersign_sources::SourceKey;

/// Separates the source and the key of a node in a cursor. No name of a source has it.
const SEPARATOR: char = '/';

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::identities::IdentityFilter>,
) -> JsonResult<api::Items<api::InventoryIdentity>> {
    let page = page.usual(&rows::identities::LIST)?;
    if asked.state == Some(api::InventoryAccountState::Orphan) {
        return Err(Refusal::invalid("state", "an orphan belongs to no identity")
            .remedy("list the accounts instead: `countersign identity queue --state orphan`"));
    }
    let query = IdentityQuery {
        kind: asked.kind.map(shown::kind_of),
        state: asked.state.map(shown::state_of),
        lacks: asked.lacks.map(|lack| match lack {
            api::IdentityLack::Owner => IdentityGap::Owner,
            api::IdentityLack::Purpose => IdentityGap::Purpose,
        }),
        contains: asked.q.map(|text| text.0),
        after: after(&page)?,
        descending: page.is_descending(),
        limit: limit(&page),
    };
    let found = control.identities()?.tables.identities(&query).await?;
    let items = found.identities.iter().map(shown::identity).collect::<Result<Vec<_>, _>>()?;
    Ok(axum::Json(page.until(items, found.next.map(rest)).shown(|identity| identity)))
}

pub async fn queue(
    State(control): State<Control>,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::identities::AccountFilter>,
) -> JsonResult<api::Items<api::CorrelatedAccount>> {
    let page = page.usual(&rows::identities::QUEUE)?;
    if let Some(source) = &asked.source {
        declared_in_query(&control, source)?;
    }
    let waiting = || vec![MemberState::Proposed, MemberState::Disputed];
    let query = MemberQuery {
        states: asked.state.map_or_else(waiting, |state| vec![shown::state_of(state)]),
        source: asked.source.map(|source| source.to_string()),
        contains: asked.q.map(|text| text.0),
        after: after(&page)?,
        descending: page.is_descending(),
        limit: limit(&page),
    };
    let found = control.identities()?.tables.members(&query).await?;
    let items = found.members.iter().map(shown::account).collect::<Result<Vec<_>, _>>()?;
    Ok(axum::Json(page.until(items, found.next.map(rest)).shown(|account| account)))
}

pub async fn show(
    State(control): State<Control>,
    QueryParameters(asked): QueryParameters<rows::identities::IdentityPlace>,
) -> JsonResult<api::KnownInventoryIdentity> {
    let rows::identities::IdentityPlace { source, key } = asked;
    declared_in_query(&control, &source)?;
    let tables = &control.identities()?.tables;
    let at = SourceKey::new(&key).map(|key| SourcedKey::new(source.as_str(), key));
    let Some(at) = at else { return Err(absent(&source, &key, None)) };
    match tables.identity_of(&at).await? {
        Some(detail) => shown::detail(&detail).map(axum::Json),
        None => Err(absent(&source, &key, tables.member(&at).await?.map(|member| member.state))),
    }
}

/// Returns the refusal to show an identity that there is not.
fn absent(source: &countersign_names::SourceName, key: &str, state: Option<MemberState>) -> Refusal {
    let refusal = Refusal::not_found(&format!("identity of {source} with the key"), format!("`{key}`"));
    let remedy = match state {
        Some(MemberState::Orphan) => {
            "the account is an orphan: no identity is in question. `countersign identity link` gives it to one".to_owned()
        }
        Some(_) => format!(
            "a person has to decide whose the account is: `countersign identity queue --source {source}` shows the \
             candidates"
        ),
        None => "`countersign identity list` shows those there are. What was imported a moment ago is shown after the next \
                 correlation, within seconds"
            .to_owned(),
    };
    refusal.about_field("key").remedy(remedy)
}

/// Returns the place at which the previous page ended.
fn after(page: &PageRequest) -> Result<Option<(String, String, String)>, Refusal> {
    match page.after() {
        None => Ok(None),
        Some((SortKey::Text(folded), SortKey::Text(place))) => {
            let (source, key) = place.split_once(SEPARATOR).ok_or_else(foreign_cursor)?;
            Ok(Some((folded.to_string(), source.to_owned(), key.to_owned())))
        }
        Some(_) => Err(foreign_cursor()),
    }
}

fn rest((folded, source, key): (String, String, String)) -> Place<'static> {
    (SortKey::Text(folded.into()), SortKey::Text(format!("{source}{SEPARATOR}{key}").into()))
}

fn limit(page: &PageRequest) -> u32 {
    u32::try_from(page.limit()).unwrap_or(u32::MAX)
}
