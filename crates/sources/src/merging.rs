//! Several statements of a source about the same relation become one.

use crate::record::EdgeBody;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Maximum length of the list of places that grant a relation, in bytes.
const LONGEST_LIST: usize = 900;

/// Adds what a further statement says about a relation. The relation is conditional if everything that gives its level is.
pub(crate) fn merge(known: &mut EdgeBody, further: EdgeBody) {
    known.rights = once(std::mem::take(&mut known.rights).into_iter().chain(further.rights));
    match known.level.cmp(&further.level) {
        Ordering::Less => known.conditional = further.conditional,
        Ordering::Equal => known.conditional &= further.conditional,
        Ordering::Greater => {}
    }
    known.level = known.level.max(further.level);
    known.granted_by = joined(known.granted_by.take(), further.granted_by);
    known.authorised_by = known.authorised_by.take().or(further.authorised_by);
    known.since = match (known.since, further.since) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
}

/// Returns each text once, in order.
pub(crate) fn once(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    texts.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}

fn joined(known: Option<String>, further: Option<String>) -> Option<String> {
    let (Some(known), Some(further)) = (&known, &further) else { return known.or(further) };
    let is_there = known.split(", ").any(|place| place == further);
    if is_there || known.len() + further.len() > LONGEST_LIST {
        return Some(known.clone());
    }
    Some(format!("{known}, {further}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::PrivilegeLevel::{Administer, Read};

    #[test]
    fn a_level_is_conditional_if_every_statement_that_gives_it_is() {
        for (known, further, merged) in [
            ((Read, false), (Administer, true), (Administer, true)),
            ((Administer, true), (Read, false), (Administer, true)),
            ((Read, true), (Administer, false), (Administer, false)),
            ((Read, true), (Read, false), (Read, false)),
            ((Read, true), (Read, true), (Read, true)),
        ] {
            let body =
                |(level, conditional)| EdgeBody { level: Some(level), conditional, ..EdgeBody::default() };
            let mut body_known = body(known);
            merge(&mut body_known, body(further));
            assert_eq!(body_known, body(merged), "{known:?} and {further:?}");
        }
    }

    #[test]
    fn rights_and_places_are_said_once_and_the_earliest_moment_counts() {
        let body = |right: &str, place: &str, since| EdgeBody {
            rights: vec![right.to_owned()],
            granted_by: Some(place.to_owned()),
            since,
            ..EdgeBody::default()
        };
        let at = |micros| Some(countersign_names::Timestamp::from_micros(micros));
        let mut known = body("b", "one", at(2));
        for further in [body("a", "two", None), body("b", "one", at(1)), body("a", &"x".repeat(1000), at(3))]
        {
            merge(&mut known, further);
        }
        assert_eq!(known.rights, ["a", "b"]);
        assert_eq!((known.granted_by.as_deref(), known.since), (Some("one, two"), at(1)));
    }
}
