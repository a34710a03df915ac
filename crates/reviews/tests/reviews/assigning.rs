//! Every item has one reviewer, who is not its subject, or is listed as without one.

use crate::per;
use countersign_correlate::SourcedKey;
use countersign_facts::{ReviewScope, ReviewersRule};
use countersign_names::PersonId;
use countersign_reviews::{AskedSource, AskingInput, AssignedAs, LocalMembership, ReviewTerms, ask, assign};
use countersign_sources::{
    AccountRecord, EdgeBody, GroupRecord, NodeBody, PersonalAttributes, Relation, SourceEdge, SourceKey,
    SourceNode,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn person() -> impl Strategy<Value = PersonId> {
    (1..6_u128).prop_map(per)
}

fn key(text: &str) -> SourceKey {
    SourceKey::new(text).unwrap()
}

fn account(n: u128, manager: u128) -> SourceNode {
    let personal = PersonalAttributes {
        mails: vec![format!("P{n}@example.test")],
        manager: Some(format!("account-{manager}")),
        ..PersonalAttributes::default()
    };
    let body = NodeBody::Account(AccountRecord { personal, ..AccountRecord::default() });
    SourceNode { key: key(&format!("account-{n}")), name: format!("login {n}"), body }
}

fn group(n: u128, owner: u128) -> SourceNode {
    let owner = Some(format!("p{owner}@example.test"));
    let body = NodeBody::Group(GroupRecord { owner, ..GroupRecord::default() });
    SourceNode { key: key(&format!("group-{n}")), name: format!("group {n}"), body }
}

proptest! {
    #[test]
    fn nobody_reviews_their_own(
        subject in prop::collection::vec(person(), 0..4),
        candidates in prop::collection::vec(person(), 0..4),
        fallback in person(),
        escalation in prop::option::of(person()),
    ) {
        let found = assign(&subject, (AssignedAs::Manager, &candidates), fallback, escalation);
        match found.reviewer {
            Some(reviewer) => {
                prop_assert!(!subject.contains(&reviewer));
                prop_assert_ne!(found.assigned_as, AssignedAs::Nobody);
                let is_candidate = candidates.contains(&reviewer);
                let allowed = candidates.iter().any(|candidate| !subject.contains(candidate));
                prop_assert_eq!(allowed, found.assigned_as == AssignedAs::Manager);
                prop_assert!(!allowed || is_candidate);
                prop_assert_eq!(found.why.is_none(), allowed, "a detour says why");
            }
            None => {
                prop_assert_eq!(found.assigned_as, AssignedAs::Nobody);
                prop_assert!(found.why.is_some());
                for person in candidates.iter().chain([&fallback]).chain(&escalation) {
                    prop_assert!(subject.contains(person), "{person} could have reviewed it");
                }
            }
        }
    }

    /// Random accounts in random groups, here and in a source: every access is asked about once.
    #[test]
    fn every_access_is_asked_about_once(
        members in prop::collection::btree_set((1..6_u128, 1..4_u128), 0..12),
        managers in prop::collection::vec(1..9_u128, 6),
        owners in prop::collection::vec(1..9_u128, 4),
        here in prop::collection::btree_set((1..6_u128, 1..3_u128), 0..6),
        rule in prop_oneof![
            Just(ReviewersRule::Owner),
            Just(ReviewersRule::Manager),
            person().prop_map(ReviewersRule::Person),
        ],
        fallback in person(),
        escalation in prop::option::of(person()),
        source_owner in prop::option::of(person()),
    ) {
        let number = |n: u128| usize::try_from(n).unwrap();
        let mut nodes: Vec<_> = (1..6).map(|n| account(n, managers[number(n)])).collect();
        nodes.extend((1..4).map(|n| group(n, owners[number(n)])));
        let edges: Vec<_> = members
            .iter()
            .map(|(member, group)| SourceEdge {
                from: key(&format!("account-{member}")),
                relation: Relation::MemberOf,
                to: key(&format!("group-{group}")),
                body: EdgeBody::default(),
            })
            .collect();
        let here: Vec<_> = here
            .iter()
            .map(|(member, group)| LocalMembership {
                group: format!("team-{group}").parse().unwrap(),
                purpose: "test".to_owned(),
                member: per(*member).to_string(),
                member_name: format!("Person {member}"),
                people: [per(*member)].into(),
                is_external: false,
                enabled: true,
                privileged: false,
                uses: Vec::new(),
            })
            .collect();
        let mails: BTreeMap<String, PersonId> =
            (1..6).map(|n| (format!("p{n}@example.test"), per(n))).collect();
        let identities: BTreeMap<SourcedKey, _> = BTreeMap::new();
        let source = AskedSource { name: "people", owner: source_owner, nodes: &nodes, edges: &edges };
        let input = AskingInput { sources: vec![source], identities: &identities, here: &here, mails: &mails };
        let scope = ReviewScope::default();
        let terms = ReviewTerms { scope: &scope, reviewers: rule, fallback, escalation };
        let items = ask(&input, &terms);

        prop_assert_eq!(items.len(), members.len() + here.len());
        for (number, item) in (1..).zip(&items) {
            prop_assert_eq!(item.number, number);
            prop_assert_eq!(item.subject.people.len(), 1, "an account of p1 to p5 is theirs");
            match item.assignment.reviewer {
                Some(reviewer) => prop_assert!(!item.subject.people.contains(&reviewer)),
                None => prop_assert_eq!(item.assignment.assigned_as, AssignedAs::Nobody),
            }
        }
        prop_assert_eq!(&items, &ask(&input, &terms), "the same input asks the same");
    }
}
