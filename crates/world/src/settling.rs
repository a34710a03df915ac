//! Whom a source suspends because they left, and whose suspension it ends.

use crate::World;
use crate::people::Standing;
use countersign_facts::{Fact, PersonFact, SourceFact};
use countersign_names::{PersonId, SourceName};

/// What a source says about a person here, over all records that it has and had of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmploymentClaim {
    /// The person.
    pub person: PersonId,
    /// The key of the record that says so.
    pub record: String,
    /// Whether the person belongs to the organisation.
    pub employed: bool,
}

/// What follows from what a source says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SettledLeavers {
    /// The facts to state, those of each person together.
    pub facts: Vec<Vec<Fact>>,
    /// The people whom the facts suspend.
    pub suspended: Vec<PersonId>,
    /// The people whom the facts restore.
    pub restored: Vec<PersonId>,
    /// The people who left or returned, and administer or approve here: people suspend and restore these.
    pub protected: Vec<PersonId>,
    /// The people whom the facts would suspend if they were not too many.
    pub waiting: Vec<PersonId>,
    /// Why nobody is suspended, if the source says of too many people that they left.
    pub held: Option<HeldLeavers>,
}

/// More people left by one import than it may suspend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldLeavers {
    /// The number of people whom it would suspend, with those whom it suspended already.
    pub people: u32,
    /// The number of people whom it may suspend.
    pub allowed: u32,
}

impl World {
    /// Returns the number of people whom an import of a source may suspend, if `linked` people here have a record in it.
    pub fn allowed_leavers(&self, source: &SourceName, import: u64, linked: u64) -> u32 {
        let Some(limit) = self.source(source).and_then(|known| known.about.leavers) else { return 0 };
        let share = linked.saturating_mul(u64::from(limit.percent)).div_ceil(100);
        let usual = limit.people.min(u32::try_from(share).unwrap_or(u32::MAX));
        let confirmed = self.confirmed_leavers(source).filter(|confirmed| confirmed.import == import);
        confirmed.map_or(usual, |confirmed| usual.max(confirmed.people))
    }

    /// Returns what follows from what a source says with an import about people here, of whom `linked` have a record in it.
    ///
    /// A person who left is suspended, unless they are suspended already, administer or approve here, or a source
    /// suspended them for it before: whoever restored them since knows better. If too many people left, nobody is suspended.
    /// Of a person who is back, the suspension ends that this source made, and no other.
    pub fn settle_leavers(
        &self,
        (source, import): (&SourceName, u64),
        claims: &[EmploymentClaim],
        linked: u64,
    ) -> SettledLeavers {
        let mut settled = SettledLeavers::default();
        if self.source(source).is_none_or(|known| known.about.leavers.is_none()) {
            return settled;
        }
        let mut leaving = Vec::new();
        for claim in claims {
            let Some(known) = self.person(claim.person) else { continue };
            let mark = self.left_person(claim.person);
            let is_due = if claim.employed {
                mark.is_some_and(|mark| mark.source == *source)
            } else {
                mark.is_none() && known.standing == Standing::Active
            };
            if !is_due {
                continue;
            }
            let overruled = mark.is_some_and(|mark| mark.overruled);
            if self.is_approver(claim.person) && !overruled {
                settled.protected.push(claim.person);
            } else if claim.employed {
                let mut facts = vec![returned(source, import, claim)];
                if !overruled {
                    settled.restored.push(claim.person);
                    facts.push(Fact::Person(PersonFact::Restored { person: claim.person }));
                }
                settled.facts.push(facts);
            } else {
                leaving.push(claim);
            }
        }
        let of_this = self.left_people().filter(|mark| mark.source == *source && mark.import == import);
        let people = u32::try_from(of_this.count() + leaving.len()).unwrap_or(u32::MAX);
        let allowed = self.allowed_leavers(source, import, linked);
        if people > allowed && !leaving.is_empty() {
            settled.held = Some(HeldLeavers { people, allowed });
            settled.waiting = leaving.iter().map(|claim| claim.person).collect();
            return settled;
        }
        for claim in leaving {
            settled.suspended.push(claim.person);
            settled.facts.push(left(source, import, claim).into());
        }
        settled
    }
}

fn left(source: &SourceName, import: u64, claim: &EmploymentClaim) -> [Fact; 2] {
    let reason = format!("left, says the source {source} (import {import}, record {})", claim.record);
    let (source, person, record) = (source.clone(), claim.person, claim.record.clone());
    [
        Fact::Person(PersonFact::Suspended { person, reason }),
        Fact::Source(SourceFact::PersonLeft { source, import, person, record }),
    ]
}

fn returned(source: &SourceName, import: u64, claim: &EmploymentClaim) -> Fact {
    let (source, person, record) = (source.clone(), claim.person, claim.record.clone());
    Fact::Source(SourceFact::PersonReturned { source, import, person, record })
}
