//! Whom an import that waits would suspend.

use super::claims::SourceClaims;
use super::shown::held_back;
use crate::{Control, Refusal};
use countersign_api as api;
use countersign_correlate::{Employment, SourcedKey, employment_end, shown_mails};
use countersign_identities::KnownEmployment;
use countersign_inventory::{StagedImport, StagedPeople};
use countersign_names::{PersonId, SourceName, Timestamp};
use countersign_sources::SourceKey;
use countersign_world::World;

/// Returns whom an import that waits would suspend, as far as it is known before the accounts are correlated again; `None` if
/// the source suspends nobody.
pub async fn preview_leavers(
    control: &Control,
    source: &SourceName,
    staged: &StagedImport,
) -> Result<Option<api::LeaverPreview>, Refusal> {
    let world = control.world();
    if world.source(source).is_none_or(|known| known.about.leavers.is_none()) {
        return Ok(None);
    }
    let now = control.now();
    let mut known = control.identity_tables()?.employments().await?;
    let people = control.inventory()?.staged_people(staged).await?;
    overlay(&mut known, source, people, now);
    let SourceClaims { claims, people, .. } = SourceClaims::of(&world, source, &known, now);
    let import = u64::try_from(staged.import).unwrap_or_default();
    let settled = world.settle_leavers((source, import), &claims, people);
    let leaving = if settled.held.is_some() { &settled.waiting } else { &settled.suspended };
    Ok(Some(api::LeaverPreview {
        leaving: count(leaving),
        who_leave: named(&world, leaving),
        returning: count(&settled.restored),
        who_return: named(&world, &settled.restored),
        protected: named(&world, &settled.protected),
        held: settled.held.map(held_back),
    }))
}

/// Puts what an import says in the place of what the source said before.
fn overlay(known: &mut Vec<KnownEmployment>, source: &SourceName, mut people: StagedPeople, now: Timestamp) {
    for row in known.iter_mut().filter(|row| row.said.record.source == source.as_str()) {
        let key = row.said.record.key.as_str();
        if people.gone.contains(key) {
            row.said.ends_at = row.said.ends_at.min(now);
        } else if let Some(body) = people.said.remove(key) {
            row.said.ends_at = employment_end(&body, now).unwrap_or(row.said.ends_at);
            row.said.mails.extend(shown_mails(&body));
        }
    }
    for (key, body) in people.said {
        let (Some(key), Some(ends_at)) = (SourceKey::new(&key), employment_end(&body, now)) else { continue };
        let record = SourcedKey::new(source.as_str(), key);
        let said = Employment { record, ends_at, mails: shown_mails(&body).collect(), accounts: Vec::new() };
        known.push(KnownEmployment { said, gone: false });
    }
}

/// Names people, by address.
fn named(world: &World, people: &[PersonId]) -> Vec<api::PreviewedPerson> {
    let shown = |person: &PersonId| {
        let about = &world.person(*person)?.about;
        Some(api::PreviewedPerson { person: *person, name: about.name.clone(), email: about.email.clone() })
    };
    let mut named: Vec<_> = people.iter().filter_map(shown).collect();
    named.sort_unstable_by(|one, other| one.email.cmp(&other.email));
    named.truncate(api::MOST_PREVIEWED);
    named
}

fn count(people: &[PersonId]) -> u64 {
    u64::try_from(people.len()).unwrap_or(u64::MAX)
}
