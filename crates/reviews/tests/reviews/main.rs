//! Access reviews: what is asked, of whom, what becomes of it, and the tables on both stores.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on stops here")]

mod asking;
mod assigning;
mod folding;
mod keeping;
#[path = "../../../database/tests/database/store.rs"]
#[expect(dead_code, reason = "the tests of the database use all of it")]
mod store;

use countersign_names::{PersonId, ReviewId, Timestamp};
use countersign_reviews::{AssignedAs, ItemAccess, ItemAssignment, ItemSubject, ReviewItem};
use countersign_sources::Relation;

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

pub(crate) fn per(n: u128) -> PersonId {
    format!("per_{n:032x}").parse().unwrap()
}

pub(crate) fn rev(n: u128) -> ReviewId {
    format!("rev_{n:032x}").parse().unwrap()
}

/// An item about a membership here, asked of this person.
pub(crate) fn item(number: u32, reviewer: Option<u128>) -> ReviewItem {
    ReviewItem {
        number,
        subject: ItemSubject {
            name: "=Bob".to_owned(),
            identity: None,
            people: vec![per(9)],
            is_external: false,
        },
        access: ItemAccess {
            source: None,
            account: per(9).to_string(),
            account_name: "Bob".to_owned(),
            enabled: Some(true),
            relation: Relation::MemberOf,
            target: "staff".to_owned(),
            target_name: "staff".to_owned(),
            target_kind: None,
            purpose: None,
            leads_to: Vec::new(),
            leads_to_in_all: 0,
            level: None,
            privileged: false,
            granted_by: None,
            authorised_by: None,
            since: None,
        },
        uses: Vec::new(),
        assignment: ItemAssignment {
            reviewer: reviewer.map(per),
            assigned_as: if reviewer.is_some() { AssignedAs::Owner } else { AssignedAs::Nobody },
            why: None,
        },
    }
}
