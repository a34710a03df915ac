//! Rows of the table of observations, which every process of an installation can write. What a process knows in the end
//! does not depend on the order of the rows, is never in the future, comes from no row that lies far ahead, and is never of another posture than the one observed.

use crate::Fields;
use countersign_names::Timestamp;
use countersign_observations::{MOST_AHEAD, Observation, ObservationKind, Observations};
use std::sync::Arc;
use uuid::Uuid;

/// The subjects that rows are about: few, so that rows meet.
const SUBJECTS: u8 = 4;

/// Merges the bytes as rows, in two orders. Returns whether there was a row.
pub fn observations(bytes: &[u8]) -> bool {
    let mut fields = Fields::new(bytes);
    let now = Timestamp::from_micros(i64::from_le_bytes(fields.array()));
    let mut rows = Vec::new();
    while !fields.is_empty() && rows.len() < 64 {
        rows.extend(row(&mut fields));
    }
    let (forwards, backwards) = (Observations::new("gate-0"), Observations::new("gate-0"));
    rows.iter().for_each(|row| forwards.merge(row, now));
    rows.iter().rev().for_each(|row| backwards.merge(row, now));
    for kind in ObservationKind::ALL {
        for subject in (0..SUBJECTS).map(subject) {
            let known = forwards.get(*kind, subject);
            assert_eq!(known, backwards.get(*kind, subject), "the order of rows does not matter");
            let is_about = |row: &&Observation| row.kind == *kind && row.subject == subject;
            let is_believed = |row: &&Observation| row.at <= now.plus(MOST_AHEAD);
            let about: Vec<_> = rows.iter().filter(is_about).filter(is_believed).collect();
            assert_eq!(known.is_some(), !about.is_empty(), "what was observed, and not far ahead, is known");
            let Some(known) = known else { continue };
            assert!(known.at <= now, "nothing is observed in the future");
            assert!(about.iter().all(|row| row.at.min(now) <= known.at), "the newest counts");
            let is_source = |row: &&Observation| row.at.min(now) == known.at && row.of == known.of;
            assert!(
                about.into_iter().any(|row| is_source(&row)),
                "a moment belongs to what was observed then"
            );
        }
    }
    !rows.is_empty()
}

/// Takes one row; `None` if only a newer version knows its kind.
fn row(fields: &mut Fields<'_>) -> Option<Observation> {
    let kind = ObservationKind::of_number(i64::from(fields.byte()));
    let subject = subject(fields.byte() % SUBJECTS);
    let at = Timestamp::from_micros(i64::from_le_bytes(fields.array()));
    let of = i64::from(fields.byte());
    let by: Arc<str> = format!("gate-{}", fields.byte() % 3).into();
    Some(Observation { kind: kind?, subject, at, of, by })
}

fn subject(number: u8) -> Uuid {
    Uuid::from_u128(u128::from(number))
}
