//! What a source says about people here.

use countersign_identities::KnownEmployment;
use countersign_names::{PersonId, SourceName, Timestamp};
use countersign_world::{EmploymentClaim, World};
use std::collections::BTreeMap;

/// What a source says about people here, over all of their records.
pub struct SourceClaims<'a> {
    pub claims: Vec<EmploymentClaim>,
    /// The record behind each claim, by person.
    pub records: BTreeMap<PersonId, &'a KnownEmployment>,
    /// Number of people here whom the source has or had.
    pub people: u64,
}

/// The records of one person.
#[derive(Default)]
struct PersonRecords<'a> {
    /// One in the source that has not ended.
    open: Option<&'a KnownEmployment>,
    /// The one in the source that ended last.
    ended: Option<&'a KnownEmployment>,
    /// Whether another authoritative source has the person still.
    is_elsewhere: bool,
}

impl<'a> SourceClaims<'a> {
    /// Collects what a source says. A person who has a record in any authoritative source that has not ended did not leave.
    pub fn of(world: &World, source: &SourceName, known: &'a [KnownEmployment], now: Timestamp) -> Self {
        let mut people: BTreeMap<PersonId, PersonRecords<'a>> = BTreeMap::new();
        for row in known {
            let is_own = row.said.record.source == source.as_str();
            if !is_own && !is_authoritative(world, &row.said.record.source) {
                continue;
            }
            let is_open = row.said.ends_at > now;
            for person in row.said.mails.iter().filter_map(|mail| world.person_by_email(mail)) {
                let records = people.entry(person.id).or_default();
                match (is_own, is_open) {
                    (true, true) => records.open = Some(row),
                    (true, false)
                        if records.ended.is_none_or(|last| last.said.ends_at <= row.said.ends_at) =>
                    {
                        records.ended = Some(row);
                    }
                    (false, true) => records.is_elsewhere = true,
                    (true | false, false) => {}
                }
            }
        }
        people.retain(|_, records| records.open.is_some() || records.ended.is_some());
        let number = u64::try_from(people.len()).unwrap_or(u64::MAX);
        let mut all = Self { claims: Vec::new(), records: BTreeMap::new(), people: number };
        for (person, records) in people {
            let (row, employed) = match (records.open, records.ended) {
                (Some(open), _) => (open, true),
                (None, Some(ended)) if !records.is_elsewhere => (ended, false),
                (None, _) => continue,
            };
            all.claims.push(EmploymentClaim { person, record: row.said.record.key.to_string(), employed });
            all.records.insert(person, row);
        }
        all
    }
}

fn is_authoritative(world: &World, source: &str) -> bool {
    let name: Option<SourceName> = source.parse().ok();
    name.and_then(|name| world.source(&name)).is_some_and(|source| source.about.authoritative)
}
