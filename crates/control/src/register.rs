//! The implicit-trust register: its entries, their owners, and who authorised them.

mod changes;

pub(crate) use changes::{Changes, Extent};

use crate::input::{Json, QueryParameters, on_record, span};
use crate::names::person_name;
use crate::page::{PageParameters, PageRequest, SortKey, foreign_cursor};
use crate::{Caller, Control, Refusal, find};
use axum::extract::State;
use countersign_api::{self as api, rows};
use countersign_facts::{Actor, ApplicationStage, Fact, Stated, TrustFact, TrustKey};
use countersign_names::{EvidenceItem, PersonId, Sensitivity, Timestamp};
use countersign_projections::AsOf;
use countersign_projections::register::{
    EntryStanding, PlacedEntry, RegisterCounts, RegisterEntry, RegisterPage, TrustFilter, TrustOrder,
    TrustState, named,
};
use countersign_world::World;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The entries of the register, as read from its table.
pub(crate) type RegisterEntries = BTreeMap<TrustKey, RegisterEntry>;

/// Maximum number of attempts, if the register changes between the reading and the command.
pub(crate) const ATTEMPTS: usize = 8;

/// The shortest and the longest authority: an hour, and a year. What must hold for longer is a policy.
const AUTHORITY: (u64, u64) = (3_600, 366 * 24 * 3_600);

pub async fn list(
    State(control): State<Control>,
    page: PageParameters,
    QueryParameters(asked): QueryParameters<rows::trusts::TrustEntryFilter>,
) -> Result<axum::Json<api::Items<api::Trust>>, Refusal> {
    let page = page.usual(&rows::trusts::LIST)?;
    let rows::trusts::TrustEntryFilter { application, resource, action, cohort, item, state } = asked;
    let of = api::TrustSelection { application, resource, action, cohort, item };
    let (world, now) = (control.world(), control.now());
    let wanted = wanted_page(&page, &of, state)?;
    let register = control.projections()?.register_page(world.seq(), &wanted, now).await?;
    let found = page.first_of(register.value, |(key, name, _), _| {
        (SortKey::Number(*key), SortKey::Text(name.clone().into()))
    });
    Ok(axum::Json(found.shown(|(_, _, trust): PlacedEntry| show(&trust, &world, now))))
}

/// Builds the request to the table: one entry more than the page shows whether there is a next page.
fn wanted_page(
    page: &PageRequest,
    of: &api::TrustSelection,
    state: Option<api::TrustStanding>,
) -> Result<RegisterPage, Refusal> {
    let after = match page.after() {
        None => None,
        Some((SortKey::Number(key), SortKey::Text(name))) => Some((*key, Cow::clone(name).into_owned())),
        Some(_) => return Err(foreign_cursor()),
    };
    let order = if page.sort() == "accesses" { TrustOrder::Accesses } else { TrustOrder::Sensitivity };
    let (standing, limit) = (state.map(of_api), page.limit().saturating_add(1));
    Ok(RegisterPage { of: filter(of), standing, order, descending: page.is_descending(), after, limit })
}

fn filter(of: &api::TrustSelection) -> TrustFilter {
    TrustFilter {
        application: of.application.clone(),
        resource: of.resource.clone(),
        action: of.action,
        cohort: of.cohort,
        item: of.item,
    }
}

pub async fn figures(State(control): State<Control>) -> Result<axum::Json<api::RegisterFigures>, Refusal> {
    let wanted = control.world().seq();
    let counts = control.projections()?.register_counts(wanted, control.now()).await?.value;
    let RegisterCounts { discovered, owned, documented, lapsed, eliminated, drifted } = counts;
    let live = counts.live();
    Ok(axum::Json(api::RegisterFigures { live, discovered, owned, documented, lapsed, eliminated, drifted }))
}

pub async fn own(
    State(control): State<Control>,
    caller: Caller,
    Json(asked): Json<api::TrustOwner>,
) -> Result<axum::Json<api::TrustsChanged>, Refusal> {
    change(&control, &caller, asked.dry_run, &asked.of, move |world, _, keys| {
        Ok(TrustFact::Owned { keys, owner: owner(world, &asked.owner)? })
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
    change(&control, &caller, asked.dry_run, &asked.of, move |world, now, keys| {
        Ok(TrustFact::Documented {
            keys,
            owner: owner(world, &asked.owner)?,
            authority: authority.clone(),
            reason: reason.clone(),
            expires_at: now.plus(life),
        })
    })
    .await
}

/// States a fact about the selected entries, unless it is a dry run. The entries are read first. The command is valid
/// only if the world knows no later change of the register; otherwise it is retried with the entries as they are then.
async fn change(
    control: &Control,
    caller: &Caller,
    dry_run: bool,
    of: &api::TrustSelection,
    fact: impl Fn(&World, Timestamp, Vec<TrustKey>) -> Result<TrustFact, Refusal> + Send + Sync + 'static,
) -> Result<axum::Json<api::TrustsChanged>, Refusal> {
    let fact = Arc::new(fact);
    for _ in 0..ATTEMPTS {
        let entries = selected(control, of).await?;
        let (fact, moved) = (Arc::clone(&fact), Moved::default());
        let told = moved.clone();
        let stated = move |world: &World, now: Timestamp| {
            told.check(world, entries.seq)?;
            let keys = entries.value.iter().map(|known| known.key.clone()).collect();
            let fact = fact(world, now, keys)?;
            let after = entries
                .value
                .iter()
                .filter_map(|known| RegisterEntry::after(Some(known), &known.key, &fact, now));
            let after: Vec<RegisterEntry> = after.collect();
            let trusts = in_order(after.iter(), world, now);
            let fact = Fact::Trust(fact);
            check(world, std::slice::from_ref(&fact), now)?;
            Ok((vec![fact], trusts))
        };
        let trusts = if dry_run {
            stated(&control.world(), control.now()).map(|(_, trusts)| trusts)
        } else {
            control.command(caller, stated).await
        };
        match trusts {
            Err(_) if moved.is_so() => {}
            trusts => return Ok(axum::Json(api::TrustsChanged { written: !dry_run, trusts: trusts? })),
        }
    }
    Err(Moved::refusal())
}

/// Records whether the register changed between the reading and the command.
#[derive(Debug, Clone, Default)]
pub(crate) struct Moved(Arc<AtomicBool>);

impl Moved {
    /// Refuses if the world knows a change of the register after `read`.
    pub(crate) fn check(&self, world: &World, read: u64) -> Result<(), Refusal> {
        let moved = world.register_changed() > read;
        self.0.store(moved, Ordering::Relaxed);
        if moved { Err(Self::refusal()) } else { Ok(()) }
    }

    pub(crate) fn is_so(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn refusal() -> Refusal {
        Refusal::conflict("the register changed each time that it was read").remedy("try again in a moment")
    }
}

/// Checks that the world accepts these facts.
pub(crate) fn check(world: &World, facts: &[Fact], now: Timestamp) -> Result<(), Refusal> {
    let by = Actor::System("register".to_owned());
    let stated: Vec<_> =
        facts.iter().map(|fact| Stated { at: now, by: by.clone(), fact: fact.clone() }).collect();
    world.after(&stated).map(|_| ()).map_err(Refusal::from)
}

/// Returns the entries after these facts.
pub(crate) fn after(mut entries: RegisterEntries, facts: &[Fact], now: Timestamp) -> RegisterEntries {
    for fact in facts {
        let Fact::Trust(fact) = fact else { continue };
        for key in named(fact) {
            if let Some(next) = RegisterEntry::after(entries.get(key), key, fact, now) {
                entries.insert(key.clone(), next);
            }
        }
    }
    entries
}

fn owner(world: &World, text: &str) -> Result<PersonId, Refusal> {
    Ok(find::person_in_field(world, "owner", text)?.id)
}

/// Returns the selected entries that accesses rest on.
async fn selected(control: &Control, of: &api::TrustSelection) -> Result<AsOf<Vec<RegisterEntry>>, Refusal> {
    if *of == api::TrustSelection::default() {
        return Err(Refusal::invalid("of", "nothing says which entries")
            .remedy("give at least one of application, resource, action, cohort and item"));
    }
    let wanted = control.world().register_changed();
    let chosen = control.projections()?.register_selected(wanted, &filter(of)).await?;
    if chosen.value.is_empty() {
        return Err(Refusal::invalid("of", "no entry that accesses rest on is so")
            .remedy("`countersign trust list` shows the entries; `countersign prove` finds them"));
    }
    Ok(chosen)
}

/// Counts the register's entries by their state.
pub(crate) fn count<'a>(
    trusts: impl Iterator<Item = &'a RegisterEntry>,
    now: Timestamp,
) -> api::RegisterFigures {
    let mut figures = api::RegisterFigures::default();
    for trust in trusts {
        let counted = match trust.standing(now) {
            EntryStanding::Discovered => &mut figures.discovered,
            EntryStanding::Owned => &mut figures.owned,
            EntryStanding::Documented => &mut figures.documented,
            EntryStanding::Lapsed => &mut figures.lapsed,
            EntryStanding::Eliminated => &mut figures.eliminated,
        };
        *counted += 1;
        figures.live += u64::from(trust.is_live());
        figures.drifted += u64::from(trust.is_live() && trust.drift.is_some());
    }
    figures
}

/// Sorts entries: the most sensitive first, and of these the one that most accesses rest on.
pub(crate) fn in_order<'a>(
    trusts: impl Iterator<Item = &'a RegisterEntry>,
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

const fn standing(trust: EntryStanding) -> api::TrustStanding {
    match trust {
        EntryStanding::Discovered => api::TrustStanding::Discovered,
        EntryStanding::Owned => api::TrustStanding::Owned,
        EntryStanding::Documented => api::TrustStanding::Documented,
        EntryStanding::Lapsed => api::TrustStanding::Lapsed,
        EntryStanding::Eliminated => api::TrustStanding::Eliminated,
    }
}

const fn of_api(standing: api::TrustStanding) -> EntryStanding {
    match standing {
        api::TrustStanding::Discovered => EntryStanding::Discovered,
        api::TrustStanding::Owned => EntryStanding::Owned,
        api::TrustStanding::Documented => EntryStanding::Documented,
        api::TrustStanding::Lapsed => EntryStanding::Lapsed,
        api::TrustStanding::Eliminated => EntryStanding::Eliminated,
    }
}

fn show(trust: &RegisterEntry, world: &World, now: Timestamp) -> api::Trust {
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
        state: standing(trust.standing(now)),
        owner: trust.owner(),
        owner_name: trust.owner().and_then(|owner| person_name(world, owner)),
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

/// Describes what would eliminate an entry. A plan shows whom that would stop.
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
