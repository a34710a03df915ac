//! Everything that an access review can ask about, as it is now.

use crate::last_use::last_use;
use crate::{Control, Refusal};
use countersign_admission::ObservationKind;
use countersign_correlate::{IdentityKind, SourcedKey};
use countersign_facts::{Fact, GroupFact, Member, PersonKind, ReviewScope};
use countersign_identities::{IdentityQuery, MemberQuery, MemberState};
use countersign_inventory::SourceContent;
use countersign_names::PersonId;
use countersign_reviews::{
    AskedSource, AskingInput, ItemUse, LocalMembership, ReviewItem, ReviewTerms, ReviewedIdentity, ask,
};
use countersign_world::{Group, Standing, StatedBy, World};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Number of identities and accounts that are read in one step.
const PAGE: u32 = 5_000;

/// Makes the items of an access review on these terms.
pub(super) async fn items_now(
    control: &Control,
    scope: &ReviewScope,
    terms: impl FnOnce(&AskingInput<'_>) -> Vec<ReviewItem> + Send + 'static,
) -> Result<Vec<ReviewItem>, Refusal> {
    let (contents, identities) = if scope.here {
        (Vec::new(), BTreeMap::new())
    } else {
        (control.inventory()?.contents().await?, identities(control).await?)
    };
    let control = control.clone();
    let asking = move || {
        let world = control.world();
        let here = memberships(&control, &world);
        let mails = mails(&world);
        let sources = contents.iter().map(|content| source(&world, content)).collect();
        terms(&AskingInput { sources, identities: &identities, here: &here, mails: &mails })
    };
    tokio::task::spawn_blocking(asking)
        .await
        .map_err(|error| Refusal::unavailable(format!("the items were not made: {error}")))
}

/// Returns what [`items_now`] takes: the items on these terms.
pub(super) fn on_terms(
    terms: super::opening::ReviewOpening,
) -> impl FnOnce(&AskingInput<'_>) -> Vec<ReviewItem> + Send + 'static {
    move |input| {
        let escalation = terms.escalation.map(|escalation| escalation.to);
        let (scope, reviewers, fallback) = (&terms.scope, terms.reviewers, terms.fallback);
        ask(input, &ReviewTerms { scope, reviewers, fallback, escalation })
    }
}

fn source<'a>(world: &World, content: &'a SourceContent) -> AskedSource<'a> {
    let name = content.source.as_str();
    let declared = name.parse().ok().and_then(|name| world.source(&name));
    let owner = declared.map(|declared| declared.about.owner).filter(|owner| is_active(world, *owner));
    AskedSource { name, owner, nodes: &content.nodes, edges: &content.edges }
}

fn is_active(world: &World, person: PersonId) -> bool {
    world.person(person).is_some_and(|known| known.standing == Standing::Active)
}

/// Returns the active people by their addresses: whoever is suspended reviews nothing.
fn mails(world: &World) -> BTreeMap<String, PersonId> {
    let mut mails = BTreeMap::new();
    for person in world.people().filter(|person| person.standing == Standing::Active) {
        for mail in person.about.aliases.iter().chain([&person.about.email]) {
            mails.insert(mail.to_lowercase(), person.id);
        }
    }
    mails
}

/// Returns the identity of each record and account that belongs to one.
async fn identities(control: &Control) -> Result<BTreeMap<SourcedKey, Arc<ReviewedIdentity>>, Refusal> {
    let tables = control.identities()?.tables();
    let mut nodes: BTreeMap<SourcedKey, Vec<SourcedKey>> = BTreeMap::new();
    let states = vec![MemberState::Record, MemberState::Linked];
    let mut query = MemberQuery { states, limit: PAGE, ..MemberQuery::default() };
    loop {
        let page = tables.members(&query).await?;
        for member in page.members {
            if let Some(identity) = member.identity {
                nodes.entry(identity).or_default().push(member.at);
            }
        }
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    let mut known = BTreeMap::new();
    let mut query = IdentityQuery { limit: PAGE, ..IdentityQuery::default() };
    loop {
        let page = tables.identities(&query).await?;
        for identity in page.identities {
            let Some(nodes) = nodes.remove(&identity.id) else { continue };
            let is_external = matches!(identity.kind, IdentityKind::Contractor | IdentityKind::Vendor);
            let (id, name) = (identity.id, identity.name);
            let reviewed = Arc::new(ReviewedIdentity { id, name, is_external, nodes });
            known.extend(reviewed.nodes.iter().map(|node| (node.clone(), Arc::clone(&reviewed))));
        }
        query.after = page.next;
        if query.after.is_none() {
            return Ok(known);
        }
    }
}

/// Returns every direct membership in a group here.
fn memberships(control: &Control, world: &World) -> Vec<LocalMembership> {
    let groups = world.groups();
    groups
        .flat_map(|group| group.members.iter().map(|member| membership(control, world, group, member)))
        .collect()
}

/// Returns whether to end a membership here takes two people: its group has power over this installation.
pub(super) fn takes_two(world: &World, group: &Group, member: &Member) -> bool {
    let ended = GroupFact::MemberRemoved { group: group.name.clone(), member: member.clone() };
    matches!(world.stated_by(&Fact::Group(ended)), StatedBy::Two(_))
}

fn membership(control: &Control, world: &World, group: &Group, member: &Member) -> LocalMembership {
    let mut known = LocalMembership {
        group: group.name.clone(),
        purpose: group.purpose.clone(),
        member: String::new(),
        member_name: String::new(),
        people: BTreeSet::new(),
        is_external: false,
        enabled: true,
        privileged: takes_two(world, group, member),
        uses: Vec::new(),
    };
    let used = |kind, subject, what: &str| {
        last_use(control, kind, subject).map(|used| ItemUse { at: used.at, what: what.to_owned() })
    };
    match member {
        Member::Person(id) => {
            known.member = id.to_string();
            known.people.insert(*id);
            if let Some(person) = world.person(*id) {
                known.member_name = person.about.name.clone();
                known.is_external = person.about.kind != PersonKind::Employee;
                known.enabled = person.standing == Standing::Active;
            }
            known.uses.extend(used(ObservationKind::PersonUse, id.bits(), "an access by this person here"));
            let sessions = world.sessions_of(*id).map(|session| session.started_at).max();
            known.uses.extend(sessions.map(|at| ItemUse { at, what: "a session here".to_owned() }));
        }
        Member::Service(id) => {
            known.member = id.to_string();
            known.member_name = world.service(*id).map_or_else(String::new, |service| service.name.clone());
            let tokens = world.tokens().filter(|token| token.service == *id);
            let uses =
                tokens.filter_map(|token| used(ObservationKind::TokenUse, token.id.bits(), "a token here"));
            known.uses.extend(uses.max());
        }
        Member::Group(name) => {
            known.member = format!("group:{name}");
            known.member_name = name.to_string();
            let inside = world.people().filter(|person| person.groups.contains(name));
            known.people.extend(inside.map(|person| person.id));
        }
    }
    known
}
