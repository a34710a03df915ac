//! The implicit-trust register: what stands in it, who answers for it, and who authorised it.

mod changes;

pub(crate) use changes::{Changes, Extent};

use crate::input::{Json, QueryParameters, on_record, span};
use crate::page::SortKey;
use crate::{Caller, Control, Refusal, find};
use axum::extract::State;
use countersign_api::{self as api, rows};
use countersign_facts::{Actor, ApplicationStage, Fact, Stated, TrustFact, TrustKey};
use countersign_names::{EvidenceItem, PersonId, Sensitivity, Timestamp};
use countersign_world::{Trust, TrustState, World};
use std::cmp::Reverse;
use std::sync::Arc;

/// The shortest and the longest authority: an hour, and a year. Longer is another policy.
const AUTHORITY: (u64, u64) = (3_600, 366 * 24 * 3_600);

pub async fn list(
    State(control): State<Control>,
    mut asked: QueryParameters,
) -> Result<axum::Json<api::Items<api::Trust>>, Refusal> {
    let page = asked.usual_page(&rows::trusts::LIST)?;
    let of = api::TrustSelection {
        application: asked.take("application")?,
        resource: asked.take("resource")?,
        action: asked.take("action")?,
        cohort: asked.take("cohort")?,
        item: asked.take("item")?,
    };
    let state = asked.text("state").map(|text| standing_in("state", &text)).transpose()?;
    asked.finish()?;
    let (world, now) = (control.world(), control.now());
    let wanted = |trust: &Trust| match state {
        Some(state) => standing(trust, now) == state,
        None => trust.is_live(),
    };
    let trusts = world.trusts().filter(|trust| wanted(trust) && is_of(&trust.key, &of));
    let shown = trusts.map(|trust| show(trust, &world, now));
    let found = page.select(shown, |trust, sort| {
        let accesses = i64::try_from(trust.accesses).unwrap_or(i64::MAX);
        let key = if sort == "accesses" { accesses } else { by_sensitivity(trust.sensitivity, accesses) };
        let name = format!("{}\n{}\n{}\n{}", trust.resource, trust.action, trust.cohort, trust.item);
        (SortKey::Number(key), SortKey::Text(name.into()))
    });
    Ok(axum::Json(found.shown(|trust| trust)))
}

/// A number that orders by sensitivity, then by accesses.
const fn by_sensitivity(sensitivity: Sensitivity, accesses: i64) -> i64 {
    const MOST: i64 = (1 << 48) - 1;
    ((sensitivity as i64) << 48) | if accesses < MOST { accesses } else { MOST }
}

pub async fn figures(State(control): State<Control>) -> axum::Json<api::RegisterFigures> {
    axum::Json(count(&control.world(), control.now()))
}

pub async fn own(
    State(control): State<Control>,
    caller: Caller,
    Json(asked): Json<api::TrustOwner>,
) -> Result<axum::Json<api::TrustsChanged>, Refusal> {
    change(&control, &caller, asked.dry_run, move |world, _| {
        let owner = owner(world, &asked.owner)?;
        Ok(Fact::Trust(TrustFact::Owned { keys: selected(world, &asked.of)?, owner }))
    })
    .await
}

pub async fn document(
    State(control): State<Control>,
    caller: Caller,
    Json(asked): Json<api::TrustDocument>,
) -> Result<axum::Json<api::TrustsChanged>, Refusal> {
    let authority = on_record("authority", &asked.authority)?;
    let reason = on_record("reason", &asked.reason)?;
    let (shortest, longest) = AUTHORITY;
    let life = span("expires_in_seconds", asked.expires_in_seconds, shortest, longest)?;
    change(&control, &caller, asked.dry_run, move |world, now| {
        let owner = owner(world, &asked.owner)?;
        Ok(Fact::Trust(TrustFact::Documented {
            keys: selected(world, &asked.of)?,
            owner,
            authority: authority.clone(),
            reason: reason.clone(),
            expires_at: now.plus(life),
        }))
    })
    .await
}

async fn change(
    control: &Control,
    caller: &Caller,
    dry_run: bool,
    fact: impl Fn(&World, Timestamp) -> Result<Fact, Refusal> + Send + 'static,
) -> Result<axum::Json<api::TrustsChanged>, Refusal> {
    let shown = move |world: &World, now| {
        let fact = fact(world, now)?;
        let keys = keys(&fact).to_vec();
        let after = after(world, std::slice::from_ref(&fact), now)?;
        let trusts = in_order(keys.iter().filter_map(|key| after.trust(key)), &after, now);
        Ok((vec![fact], trusts))
    };
    let trusts = if dry_run {
        shown(&control.world(), control.now())?.1
    } else {
        control.command(caller, shown).await?
    };
    Ok(axum::Json(api::TrustsChanged { written: !dry_run, trusts }))
}

fn keys(fact: &Fact) -> &[TrustKey] {
    match fact {
        Fact::Trust(TrustFact::Owned { keys, .. } | TrustFact::Documented { keys, .. }) => keys,
        _ => &[],
    }
}

/// The world once these are stated: what would be, for whoever asks before it is.
pub(crate) fn after(world: &World, facts: &[Fact], now: Timestamp) -> Result<World, Refusal> {
    let mut after = world.clone();
    for fact in facts {
        let by = Actor::System("register".to_owned());
        after.apply(&Stated { at: now, by, fact: fact.clone() }).map_err(Refusal::from)?;
    }
    Ok(after)
}

fn owner(world: &World, text: &str) -> Result<PersonId, Refusal> {
    Ok(find::person_in_field(world, "owner", text)?.id)
}

/// The entries that accesses rest on and that this is true of.
fn selected(world: &World, of: &api::TrustSelection) -> Result<Vec<TrustKey>, Refusal> {
    if *of == api::TrustSelection::default() {
        return Err(Refusal::invalid("of", "nothing says which entries")
            .remedy("give at least one of application, resource, action, cohort and item"));
    }
    let chosen = world.trusts().filter(|trust| trust.is_live() && is_of(&trust.key, of));
    let mut keys: Vec<TrustKey> = chosen.map(|trust| trust.key.clone()).collect();
    keys.sort();
    if keys.is_empty() {
        return Err(Refusal::invalid("of", "no entry that accesses rest on is so")
            .remedy("`countersign trust list` shows the entries; `countersign prove` finds them"));
    }
    Ok(keys)
}

fn is_of(key: &TrustKey, of: &api::TrustSelection) -> bool {
    of.application.as_ref().is_none_or(|application| key.resource.application() == application)
        && of.resource.as_ref().is_none_or(|resource| key.resource == *resource)
        && of.action.is_none_or(|action| key.action == action)
        && of.cohort.is_none_or(|cohort| key.cohort == cohort)
        && of.item.is_none_or(|item| key.item == item)
}

/// How the register stands.
pub(crate) fn count(world: &World, now: Timestamp) -> api::RegisterFigures {
    let mut figures = api::RegisterFigures::default();
    for trust in world.trusts() {
        let counted = match standing(trust, now) {
            api::TrustStanding::Discovered => &mut figures.discovered,
            api::TrustStanding::Owned => &mut figures.owned,
            api::TrustStanding::Documented => &mut figures.documented,
            api::TrustStanding::Lapsed => &mut figures.lapsed,
            api::TrustStanding::Eliminated => &mut figures.eliminated,
        };
        *counted += 1;
        figures.live += u64::from(trust.is_live());
        figures.drifted += u64::from(trust.is_live() && trust.drift.is_some());
    }
    figures
}

/// The most sensitive first, and of that what most accesses rest on.
pub(crate) fn in_order<'a>(
    trusts: impl Iterator<Item = &'a Arc<Trust>>,
    world: &World,
    now: Timestamp,
) -> Vec<api::Trust> {
    let mut shown: Vec<api::Trust> = trusts.map(|trust| show(trust, world, now)).collect();
    shown.sort_by(|a, b| {
        let key = |trust: &api::Trust| (Reverse(trust.sensitivity), Reverse(trust.accesses));
        let then = |trust: &api::Trust| (trust.action, trust.cohort, trust.item);
        key(a).cmp(&key(b)).then_with(|| a.resource.cmp(&b.resource)).then_with(|| then(a).cmp(&then(b)))
    });
    shown
}

fn standing(trust: &Trust, now: Timestamp) -> api::TrustStanding {
    match trust.state {
        TrustState::Discovered => api::TrustStanding::Discovered,
        TrustState::Owned { .. } => api::TrustStanding::Owned,
        TrustState::Documented { expires_at, .. } if now < expires_at => api::TrustStanding::Documented,
        TrustState::Documented { .. } => api::TrustStanding::Lapsed,
        TrustState::Eliminated { .. } => api::TrustStanding::Eliminated,
    }
}

fn standing_in(field: &str, text: &str) -> Result<api::TrustStanding, Refusal> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).map_err(|_| {
        Refusal::invalid(field, format!("{text:?} is no state of an entry"))
            .remedy("use discovered, owned, documented, lapsed or eliminated")
    })
}

fn show(trust: &Trust, world: &World, now: Timestamp) -> api::Trust {
    let (authority, reason, expires_at) = match &trust.state {
        TrustState::Documented { authority, reason, expires_at, .. } => {
            (Some(authority.clone()), Some(reason.clone()), Some(*expires_at))
        }
        _ => (None, None, None),
    };
    let eliminated_at = match trust.state {
        TrustState::Eliminated { at, .. } => Some(at),
        _ => None,
    };
    let TrustKey { resource, action, cohort, item } = trust.key.clone();
    let application = world.application(resource.application().as_str());
    let label = application.and_then(|application| application.label(&resource));
    let observed = application.is_some_and(|known| known.about.stage == ApplicationStage::Observe);
    api::Trust {
        remedy: remedy(&trust.key, observed),
        sensitivity: label.unwrap_or(Sensitivity::Restricted),
        resource,
        action,
        cohort,
        item,
        state: standing(trust, now),
        owner: trust.owner(),
        authority,
        reason,
        expires_at,
        discovered_at: Some(trust.discovered_at),
        eliminated_at,
        returned_at: trust.drift.map(|drift| drift.at),
        brought_back_by: trust.drift.and_then(|drift| drift.by),
        first: trust.seen.first,
        last: trust.seen.last,
        accesses: trust.seen.accesses,
        principals: trust.seen.principals,
        policies: trust.seen.policies.clone(),
        example: trust.seen.example,
    }
}

/// What would eliminate an entry. Whom that would stop, a plan shows.
fn remedy(key: &TrustKey, observed: bool) -> String {
    let (application, resource) = (key.resource.application(), &key.resource);
    if observed {
        return format!("Enforce what is decided: `countersign application stage {application} enforce`.");
    }
    let condition = match key.item {
        EvidenceItem::Device => "unless { context has device && context.device.proved }",
        EvidenceItem::Compliance => "unless { context has device && context.device.compliant }",
        EvidenceItem::PhishingResistance => {
            "unless { context has authentication && context.authentication.phishing_resistant }"
        }
        EvidenceItem::Freshness => {
            "unless { context has authentication && context.authentication.age <= 43200 }"
        }
        EvidenceItem::Risk => "when { principal has risk && principal.risk >= 2 }",
        EvidenceItem::Place => "unless { context has place && context.place.network == \"office\" }",
        EvidenceItem::Grant => "unless { context.grant }",
        EvidenceItem::Exception => "",
    };
    format!("A guardrail that forbids {} of {resource} {condition}.", key.action)
}
