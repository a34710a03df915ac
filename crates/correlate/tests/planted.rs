//! Correlation on planted organisations, with seeds that were not used while the rules were written.

mod support;

use countersign_correlate::{
    AccountState, CorrelatedIdentities, IdentityKind, LinkDecision, LinkDecisionBody, SourcedKey, correlate,
    leavers,
};
use countersign_organisation::{CODE, NOW, Organisation, TrueOwner};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn the_aims_hold_on_two_thousand_identities() {
    let organisation = Organisation::plant(301, 2000);
    let found = correlate(&support::nodes(&organisation), &[], &support::rules());
    let figures = organisation.measure_links(&support::links(&found));
    let all = figures["all"];
    assert!(all.planted > 2500, "{all}");
    assert!(all.precision() >= 0.999, "precision: {all}");
    assert!(all.recall() >= 0.99, "recall: {all}");
}

#[test]
fn what_is_no_person_is_none_and_has_its_owner() {
    let organisation = Organisation::plant(302, 1000);
    let found = correlate(&support::nodes(&organisation), &[], &support::rules());
    let mut kinds: BTreeMap<IdentityKind, usize> = BTreeMap::new();
    for identity in found.identities.values().filter(|identity| !identity.kind.is_person()) {
        let owner = organisation
            .owners
            .iter()
            .find(|((source, key), _)| *source == identity.id.source && *key == identity.id.key);
        assert!(matches!(owner, Some((_, TrueOwner::NonHuman(_)))), "{identity:?}");
        assert!(matches!(identity.owner, countersign_correlate::IdentityOwner::Known(_)), "{identity:?}");
        assert!(identity.purpose.is_some());
        *kinds.entry(identity.kind).or_default() += 1;
    }
    assert_eq!(kinds.values().sum::<usize>(), 100, "all of them: {kinds:?}");
    assert_eq!(
        kinds.keys().copied().collect::<Vec<_>>(),
        [IdentityKind::Service, IdentityKind::Automation, IdentityKind::Machine]
    );
}

#[test]
fn every_account_has_one_state_and_is_in_one_identity_at_most() {
    let organisation = Organisation::plant(303, 600);
    let nodes = support::nodes(&organisation);
    let found = correlate(&nodes, &[], &support::rules());
    let mut seen = BTreeSet::new();
    for identity in found.identities.values() {
        for node in &identity.nodes {
            assert!(seen.insert(node.clone()), "{node} is in two identities");
            assert_eq!(found.identity_of(node).map(|identity| &identity.id), Some(&identity.id));
        }
    }
    for (account, state) in &found.accounts {
        assert_eq!(matches!(state, AccountState::Linked { .. }), seen.contains(account), "{account}");
    }
    assert_eq!(found.accounts.len() + organisation.sources["personnel"].nodes.len(), nodes.len());
}

/// Identities that a node of the source belongs to, or may belong to.
fn touched(found: &CorrelatedIdentities, source: &str) -> BTreeSet<SourcedKey> {
    let mut touched = BTreeSet::new();
    for (_, state) in found.accounts.iter().filter(|(account, _)| account.source == source) {
        match state {
            AccountState::Linked { identity, .. } => drop(touched.insert(identity.clone())),
            AccountState::Proposed(candidates) | AccountState::Disputed(candidates) => {
                touched.extend(candidates.iter().map(|candidate| candidate.identity.clone()));
            }
            AccountState::Orphan => {}
        }
    }
    touched
}

#[test]
fn a_source_changes_only_identities_that_it_touches() {
    let organisation = Organisation::plant(304, 1500);
    let with = support::nodes(&organisation);
    let mut without = with.clone();
    without.retain(|at, _| at.source != CODE);
    let (before, after) =
        (correlate(&without, &[], &support::rules()), correlate(&with, &[], &support::rules()));
    let touched = touched(&after, CODE);
    assert!(touched.len() > 200);
    let mut compared = 0;
    for (id, identity) in before.identities.iter().filter(|(id, _)| !touched.contains(*id)) {
        assert_eq!(after.identities.get(id), Some(identity));
        compared += 1;
    }
    assert!(compared > 1000, "{compared}");
}

#[test]
fn a_decision_outranks_the_rules_and_is_undone() {
    let organisation = Organisation::plant(305, 300);
    let nodes = support::nodes(&organisation);
    let rules = support::rules();
    let plain = correlate(&nodes, &[], &rules);
    let (account, right) = plain
        .accounts
        .iter()
        .find_map(|(account, state)| match state {
            AccountState::Linked { identity, .. }
                if account.source == CODE && identity.source == "personnel" =>
            {
                Some((account.clone(), identity.clone()))
            }
            _ => None,
        })
        .unwrap();
    let wrong = plain.identities.keys().find(|id| id.source == "personnel" && **id != right).unwrap().clone();
    let decide = |id: &str, body| LinkDecision { id: id.to_owned(), body };
    let linked = decide("1", LinkDecisionBody::Linked { account: account.clone(), to: wrong.clone() });
    let home = |decisions: &[LinkDecision]| {
        let found = correlate(&nodes, decisions, &rules);
        found.identity_of(&account).map(|identity| identity.id.clone())
    };
    assert_eq!(home(std::slice::from_ref(&linked)), Some(wrong.clone()));
    let undone = decide("2", LinkDecisionBody::Undone { decision: "1".to_owned() });
    assert_eq!(correlate(&nodes, &[linked.clone(), undone.clone()], &rules), plain);
    // The undoing can be undone.
    let again = decide("3", LinkDecisionBody::Undone { decision: "2".to_owned() });
    assert_eq!(home(&[linked.clone(), undone, again]), Some(wrong.clone()));

    let not = decide("4", LinkDecisionBody::NotSame { one: account.clone(), other: right.clone() });
    assert_eq!(home(std::slice::from_ref(&not)), None);
    // The newest decides, and the one that it contradicts is named.
    let back = decide("5", LinkDecisionBody::Linked { account: account.clone(), to: right.clone() });
    let found = correlate(&nodes, &[linked, not, back], &rules);
    assert_eq!(found.identity_of(&account).map(|identity| &identity.id), Some(&right));
    assert_eq!(found.overridden, ["1", "4"]);

    let merged = decide("6", LinkDecisionBody::Merged { one: right.clone(), other: wrong.clone() });
    let found = correlate(&nodes, std::slice::from_ref(&merged), &rules);
    assert_eq!(found.identity_of(&right), found.identity_of(&wrong));
    assert_eq!(found.identities.len() + 1, plain.identities.len());
    let apart = decide("7", LinkDecisionBody::NotSame { one: right.clone(), other: wrong.clone() });
    assert_eq!(correlate(&nodes, &[merged, apart], &rules).identities.len(), plain.identities.len());
}

#[test]
fn nobody_has_left_and_kept_an_account_until_somebody_does() {
    let organisation = Organisation::plant(306, 400);
    let mut nodes = support::nodes(&organisation);
    let found = correlate(&nodes, &[], &support::rules());
    assert_eq!(leavers(&found, &nodes, NOW), []);
    // Somebody leaves who has several accounts.
    let person = found
        .identities
        .values()
        .find(|identity| identity.nodes.len() > 2 && identity.id.source == "personnel")
        .unwrap();
    let mut record = nodes[&person.id].clone();
    let countersign_sources::NodeBody::Person(body) = &mut record.body else { panic!("a person") };
    body.ends_at = Some(NOW.minus(std::time::Duration::from_secs(86_400)));
    nodes.insert(person.id.clone(), &record);
    let left = leavers(&correlate(&nodes, &[], &support::rules()), &nodes, NOW);
    assert_eq!(left.len(), person.nodes.iter().filter(|node| node.source != "personnel").count(), "{left:?}");
    assert!(left.iter().all(|leaver| leaver.identity == person.id && leaver.record == person.id));
}
