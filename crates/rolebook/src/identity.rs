//! What a proposed role is recognised by.

use aws_lc_rs::digest::{Context, SHA256};
use countersign_names::RoleProposalId;
use uuid::Uuid;

/// Returns the id of a proposed role: the same for the same kind, rule and entitlements, whoever its members are.
pub fn role_proposal_id<'a>(
    kind: &str,
    rule: impl IntoIterator<Item = (&'a str, &'a str)>,
    entitlements: impl IntoIterator<Item = &'a str>,
) -> RoleProposalId {
    let mut digest = Context::new(&SHA256);
    let mut part = |text: &str| {
        // With its length before it, no text runs into the next one.
        digest.update(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(text.as_bytes());
    };
    part(kind);
    for (attribute, value) in rule {
        part("rule");
        part(attribute);
        part(value);
    }
    for entitlement in entitlements {
        part("entitlement");
        part(entitlement);
    }
    let mut bits = [0; 16];
    bits.iter_mut().zip(digest.finish().as_ref()).for_each(|(bit, byte)| *bit = *byte);
    RoleProposalId::new(Uuid::from_bytes(bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_recognised_and_never_taken_for_another() {
        let id = role_proposal_id("near", [("a", "b")], ["x", "y"]);
        assert_eq!(id, role_proposal_id("near", [("a", "b")], ["x", "y"]));
        for other in [
            role_proposal_id("exact", [("a", "b")], ["x", "y"]),
            role_proposal_id("near", [("ab", "")], ["x", "y"]),
            role_proposal_id("near", [], ["x", "y"]),
            role_proposal_id("near", [("a", "b")], ["xy"]),
        ] {
            assert_ne!(id, other);
        }
    }
}
