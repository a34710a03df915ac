//! What a finding is recognised by.

use aws_lc_rs::digest::{Context, SHA256};
use countersign_correlate::SourcedKey;
use countersign_names::FindingId;
use uuid::Uuid;

/// Returns the id of a finding: the same for the same detector, subjects and cause. The order of the subjects does not matter,
/// because a detector that compares two things may find them the other way round.
pub(crate) fn finding_id(detector: &str, cause: &str, subjects: &[SourcedKey]) -> FindingId {
    let mut subjects: Vec<&SourcedKey> = subjects.iter().collect();
    subjects.sort_unstable();
    subjects.dedup();
    let mut digest = Context::new(&SHA256);
    let mut part = |text: &str| {
        // With its length before it, no text runs into the next one.
        digest.update(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(text.as_bytes());
    };
    part(detector);
    part(cause);
    for subject in subjects {
        part(&subject.source);
        part(subject.key.as_str());
    }
    let mut bits = [0; 16];
    bits.iter_mut().zip(digest.finish().as_ref()).for_each(|(bit, byte)| *bit = *byte);
    FindingId::new(Uuid::from_bytes(bits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_sources::SourceKey;

    fn key(source: &str, key: &str) -> SourcedKey {
        SourcedKey::new(source, SourceKey::new(key).unwrap())
    }

    #[test]
    fn a_finding_is_recognised_whatever_the_order_and_never_taken_for_another() {
        let id = |cause: &str, keys: &[SourcedKey]| finding_id("unused_account", cause, keys);
        let (one, other) = (key("a", "b"), key("a", "c"));
        assert_eq!(id("x", &[one.clone(), other.clone()]), id("x", &[other.clone(), one.clone()]));
        let different = [
            id("x", std::slice::from_ref(&one)),
            id("x", std::slice::from_ref(&other)),
            id("x", &[one, other]),
            id("y", &[key("a", "b")]),
            id("x", &[key("ab", "c")]),
            id("x", &[key("a", "bc")]),
            finding_id("orphaned_account", "x", &[key("a", "b")]),
        ];
        for (place, id) in different.iter().enumerate() {
            assert!(!different[..place].contains(id), "{place}");
        }
    }
}
