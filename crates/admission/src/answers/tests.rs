//! Whatever a client requests, the cache stays small, and the answers of other clients stay in it.

use super::*;
use countersign_decide::{Who, decide};
use countersign_facts::Digest;
use countersign_names::Action;
use countersign_policy::starter_permits;
use countersign_testkit::story::*;
use countersign_world::World;
use std::collections::BTreeMap;

const READS_ITEMS: &str = "@id(\"secret\")\n@owner(\"security\")\n@reason(\"Secret.\")\n@review(\"2027-01-01\")\nforbid (principal, action, resource) when { context.item like \"/secret*\" };\n";

fn asking(session: u8, item: &str) -> Request {
    Request {
        who: Who::Session(ses(session.into())),
        key: None,
        application: name("wiki"),
        resource: "wiki/pages".parse().unwrap(),
        action: Action::Read,
        operation: "GET".into(),
        item: item.into(),
        tags: BTreeMap::new(),
        content_type: None,
        address: None,
        idle: 0,
        posture_confirmed_at: None,
    }
}

/// Returns an answer of policies that read the requested item.
fn answer(request: &Request) -> (Arc<Answer>, Arc<PolicySet>) {
    let mut world = World::empty();
    let story = [person(1), key(1, 1), session(1, 1, 1), session(2, 1, 1), application("wiki")];
    tell(&mut world, &story);
    let files = [
        ("guardrails/secret.cedar".to_owned(), READS_ITEMS.to_owned()),
        ("applications/wiki.cedar".to_owned(), starter_permits(&name("wiki"), None)),
    ];
    let policies = Arc::new(PolicySet::parse(&files.into_iter().collect()).unwrap());
    let answer = decide(&Arc::new(world), &policies, request, at(20));
    (Arc::new(answer), policies)
}

fn kept(answers: &Answers) -> usize {
    let of = |shard: &RwLock<AnswerShard>| {
        let shard = shard.read();
        let kept = shard.slots.iter().map(|slot| slot.answers.len()).sum::<usize>();
        assert_eq!(shard.kept, kept, "a shard knows how many it keeps");
        kept
    };
    answers.shards.iter().map(of).sum()
}

#[test]
fn ever_new_paths_empty_no_slot_but_that_of_whoever_asks_for_them() {
    let answers = Answers::default();
    let theirs = asking(2, "/page");
    let (answer, policies) = answer(&theirs);
    answers.put(&theirs, &answer);
    for path in 0..10_000 {
        answers.put(&asking(1, &format!("/{path}")), &answer);
    }
    assert!(kept(&answers) <= PER_SLOT + 1, "{} answers are kept", kept(&answers));
    assert!(answers.get(&theirs, &policies).is_some());
    assert!(answers.get(&asking(2, "/another"), &policies).is_none(), "a policy could tell them apart");
}

#[test]
fn ever_new_keys_fill_no_more_than_the_shards_hold() {
    let answers = Answers::default();
    let (answer, _) = answer(&asking(1, "/page"));
    for number in 0..50_000_u32 {
        let mut digest = [0; 32];
        digest[..4].copy_from_slice(&number.to_be_bytes());
        for path in ["/a", "/b", "/c", "/d", "/e", "/f"] {
            answers.put(&Request { key: Some(Digest::new(digest)), ..asking(1, path) }, &answer);
        }
    }
    assert!(kept(&answers) <= SHARDS * PER_SHARD, "{} answers are kept", kept(&answers));
    assert!(kept(&answers) > PER_SHARD, "and yet answers are kept");
}

/// Returns an answer of policies with this guardrail.
fn under(guardrail: &str, request: &Request) -> (Arc<Answer>, Arc<PolicySet>) {
    let story = [person(1), key(1, 1), session(1, 1, 1), application("wiki")];
    let head = "@id(\"test\")\n@owner(\"security\")\n@reason(\"Test.\")\n@review(\"2027-01-01\")\n";
    let files = [
        (
            "guardrails/test.cedar".to_owned(),
            format!("{head}forbid (principal, action, resource) when {{ {guardrail} }};\n"),
        ),
        ("applications/wiki.cedar".to_owned(), starter_permits(&name("wiki"), None)),
    ];
    let policies = Arc::new(PolicySet::parse(&files.into_iter().collect()).unwrap());
    let answer = decide(&Arc::new(told(&story)), &policies, request, at(20));
    (Arc::new(answer), policies)
}

#[test]
fn what_a_policy_reads_tells_requests_apart_and_nothing_else_does() {
    let first = Request {
        content_type: Some("text/plain".into()),
        address: Some("192.0.2.1".parse().unwrap()),
        ..asking(1, "/page")
    };
    let others = [
        ("context.operation == \"PUT\"", Request { operation: "PUT".into(), ..first.clone() }),
        ("context.item == \"/other\"", Request { item: "/other".into(), ..first.clone() }),
        (
            "context has content_type && context.content_type == \"text/html\"",
            Request { content_type: Some("text/html".into()), ..first.clone() },
        ),
        (
            "context has place && context.place.address == ip(\"192.0.2.2\")",
            Request { address: Some("192.0.2.2".parse().unwrap()), ..first.clone() },
        ),
        ("context has session && context.session.idle > 60", Request { idle: 120, ..first.clone() }),
    ];
    for (read, (guardrail, _)) in others.iter().enumerate() {
        let answers = Answers::default();
        let (answer, policies) = under(guardrail, &first);
        answers.put(&first, &answer);
        assert!(answers.get(&first, &policies).is_some(), "{guardrail}");
        for (changed, (what, other)) in others.iter().enumerate() {
            let found = answers.get(other, &policies).is_some();
            assert_eq!(found, changed != read, "{guardrail} is read, {what} would hold");
        }
        // The principal and the target are always read.
        for other in [
            Request { who: Who::Anonymous, ..first.clone() },
            Request { key: Some(Digest::new([1; 32])), ..first.clone() },
            Request { resource: "wiki/other".parse().unwrap(), ..first.clone() },
            Request { action: Action::Write, ..first.clone() },
            Request { tags: BTreeMap::from([("a".to_owned(), "b".to_owned())]), ..first.clone() },
        ] {
            assert!(answers.get(&other, &policies).is_none(), "{other:?}");
        }
    }
}

#[test]
fn the_last_answer_to_a_request_is_the_one_that_is_given_again() {
    let answers = Answers::default();
    let (page, other) = (asking(1, "/page"), asking(1, "/other"));
    let (first, policies) = answer(&page);
    answers.put(&page, &first);
    answers.put(&other, &first);
    let world =
        Arc::new(told(&[person(1), key(1, 1), session(1, 1, 1), session(2, 1, 1), application("wiki")]));
    let again = Arc::new(decide(&world, &policies, &page, at(21)));
    answers.put(&page, &again);
    assert!(Arc::ptr_eq(&answers.get(&page, &policies).unwrap(), &again));
    assert!(Arc::ptr_eq(&answers.get(&other, &policies).unwrap(), &first), "what was told beside it stays");
    assert_eq!(kept(&answers), 2);
    // Other policies: no earlier answer is returned, and theirs is not returned for the earlier policies.
    let (fresh, others) = answer(&page);
    answers.put(&page, &fresh);
    assert!(Arc::ptr_eq(&answers.get(&page, &others).unwrap(), &fresh));
    assert!(answers.get(&page, &policies).is_none());
    assert_eq!(kept(&answers), 1, "the slot began anew");
}

#[test]
fn a_slot_holds_as_many_answers_as_it_may_and_then_begins_anew() {
    let answers = Answers::default();
    let (answer, policies) = answer(&asking(1, "/page"));
    for path in 0..PER_SLOT {
        answers.put(&asking(1, &format!("/{path}")), &answer);
    }
    assert_eq!(kept(&answers), PER_SLOT);
    assert!((0..PER_SLOT).all(|path| answers.get(&asking(1, &format!("/{path}")), &policies).is_some()));
    answers.put(&asking(1, "/one-more"), &answer);
    assert_eq!(kept(&answers), 1);
    assert!(answers.get(&asking(1, "/one-more"), &policies).is_some());
}
