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
