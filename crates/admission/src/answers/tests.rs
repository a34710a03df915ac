//! However somebody asks, the answers that are kept stay few, and those of others stay.

use super::*;
use countersign_decide::{Networks, Who, decide};
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
    }
}

/// An answer of policies that read what is asked for.
fn answer(request: &Request) -> (Arc<Answer>, Arc<PolicySet>) {
    let mut world = World::empty();
    let story = [person(1), key(1, 1), session(1, 1, 1), session(2, 1, 1), application("wiki")];
    tell(&mut world, &story);
    let files = [
        ("guardrails/secret.cedar".to_owned(), READS_ITEMS.to_owned()),
        ("applications/wiki.cedar".to_owned(), starter_permits(&name("wiki"), None)),
    ];
    let policies = Arc::new(PolicySet::parse(&files.into_iter().collect()).unwrap());
    let answer = decide(&Arc::new(world), &policies, &Networks::default(), request, at(20));
    (Arc::new(answer), policies)
}

fn kept(answers: &Answers) -> usize {
    let of = |shard: &RwLock<Shard>| {
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
