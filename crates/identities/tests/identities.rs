//! The tables of identities on both stores: real files and a real PostgreSQL server. What is written comes from correlation
//! itself.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

#[path = "../../database/tests/database/store.rs"]
#[expect(dead_code, reason = "the tests of the database use all of it")]
mod store;

use countersign_correlate::{
    CorrelatedIdentities, CorrelationRules, IdentityKind, LinkBasis, LinkDecision, LinkDecisionBody,
    SourcedKey, SourcedNodes, correlate,
};
use countersign_identities::{
    IdentityError, IdentityGap, IdentityQuery, IdentityTables, MemberQuery, MemberState, RunCounts,
};
use countersign_names::Timestamp;
use countersign_sources::{AccountRecord, NodeBody, PersonRecord, PersonalAttributes, SourceKey, SourceNode};
use store::TestStore;
use tokio::runtime::Handle;

type Nodes = Vec<(SourcedKey, SourceNode)>;

fn at(source: &str, key: &str) -> SourcedKey {
    SourcedKey::new(source, SourceKey::new(key).unwrap())
}

fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

fn personal(given: &str, family: &str, mail: &str) -> PersonalAttributes {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    PersonalAttributes {
        given_name: text(given),
        family_name: text(family),
        mails: text(mail).into_iter().collect(),
        ..PersonalAttributes::default()
    }
}

fn person(key: &str, personal: PersonalAttributes) -> (SourcedKey, SourceNode) {
    let at = at("people", key);
    let body = NodeBody::Person(PersonRecord { personal, ..PersonRecord::default() });
    (at.clone(), SourceNode { key: at.key, name: format!("record {key}"), body })
}

fn account(source: &str, login: &str, personal: PersonalAttributes) -> (SourcedKey, SourceNode) {
    let at = at(source, login);
    let body = NodeBody::Account(AccountRecord { personal, ..AccountRecord::default() });
    (at.clone(), SourceNode { key: at.key, name: login.to_owned(), body })
}

fn sourced(nodes: &Nodes) -> SourcedNodes<'_> {
    nodes.iter().map(|(at, node)| (at.clone(), node)).collect()
}

fn found(nodes: &Nodes, decisions: &[LinkDecision]) -> CorrelatedIdentities {
    correlate(&sourced(nodes), decisions, &CorrelationRules::default())
}

/// Replaces what readers see by what is found in these nodes.
async fn replaced(
    tables: &IdentityTables,
    basis: &str,
    nodes: &Nodes,
    decisions: &[LinkDecision],
) -> RunCounts {
    let found = found(nodes, decisions);
    tables.replace(basis, (&found, &sourced(nodes)), moment(1), || moment(2)).await.unwrap()
}

/// Reads all identities, page by page.
async fn names(tables: &IdentityTables, query: IdentityQuery) -> Vec<String> {
    let (mut names, mut query) = (Vec::new(), IdentityQuery { limit: 2, ..query });
    loop {
        let page = tables.identities(&query).await.unwrap();
        assert!(page.identities.len() <= 2);
        names.extend(page.identities.into_iter().map(|identity| identity.name));
        match page.next {
            Some(next) => query.after = Some(next),
            None => return names,
        }
    }
}

async fn in_state(tables: &IdentityTables, state: MemberState) -> Vec<String> {
    let query = MemberQuery { states: vec![state], limit: 100, ..MemberQuery::default() };
    tables.members(&query).await.unwrap().members.into_iter().map(|member| member.name).collect()
}

/// Ada and Eve with an account each, an account that fits two namesakes, one that fits nobody, and a service.
fn small() -> Nodes {
    vec![
        person("17", personal("Ada", "Lovelace", "ada@corp.example")),
        person("18", personal("Eve", "Moore", "eve@corp.example")),
        person("19", personal("Bob", "Miller", "bob@corp.example")),
        person("20", personal("Bob", "Miller", "miller@corp.example")),
        account("cloud", "ada", personal("Ada", "Lovelace", "ada@corp.example")),
        account("cloud", "eve", personal("Eve", "Moore", "eve@corp.example")),
        account("cloud", "bmiller", personal("Bob", "Miller", "")),
        account("cloud", "zzz", personal("", "", "")),
        account("cloud", "svc-backup", personal("", "", "")),
    ]
}

#[tokio::test]
async fn what_was_found_is_listed_shown_and_searched() {
    for store in TestStore::both().await {
        let tables = IdentityTables::open(store.open().await).await.unwrap();
        assert_eq!(tables.last_run().await.unwrap(), None);
        assert_eq!(names(&tables, IdentityQuery::default()).await, [""; 0], "nothing ran yet");
        let counts = replaced(&tables, "first", &small(), &[]).await;
        let all = ["Ada Lovelace", "Bob Miller", "Bob Miller", "Eve Moore", "svc-backup"];
        assert_eq!(names(&tables, IdentityQuery::default()).await, all);
        let mut reversed = all;
        reversed.reverse();
        assert_eq!(
            names(&tables, IdentityQuery { descending: true, ..IdentityQuery::default() }).await,
            reversed
        );
        assert_eq!((counts.nodes, counts.people, counts.others), (9, 4, 1));
        let states = (counts.linked, counts.proposed + counts.disputed, counts.orphans);
        assert_eq!(states, (3, 1, 1));
        let last = tables.last_run().await.unwrap().unwrap();
        assert_eq!((last.counts, last.basis.as_str(), last.ended_at), (counts, "first", moment(2)));

        let only = |kind| IdentityQuery { kind: Some(kind), ..IdentityQuery::default() };
        assert_eq!(names(&tables, only(IdentityKind::Service)).await, ["svc-backup"]);
        assert_eq!(names(&tables, only(IdentityKind::Machine)).await, [""; 0]);
        let lacks = |gap| IdentityQuery { lacks: Some(gap), ..IdentityQuery::default() };
        assert_eq!(names(&tables, lacks(IdentityGap::Owner)).await, ["svc-backup"]);
        assert_eq!(names(&tables, lacks(IdentityGap::Purpose)).await, ["svc-backup"]);
        let with = |text: &str| IdentityQuery { contains: Some(text.to_owned()), ..IdentityQuery::default() };
        assert_eq!(names(&tables, with("LOVE")).await, ["Ada Lovelace"]);
        assert_eq!(names(&tables, with("EVE@")).await, ["Eve Moore"], "an address is searched");
        assert_eq!(names(&tables, with("%")).await, [""; 0], "no character has a meaning of its own");

        assert_eq!(in_state(&tables, MemberState::Linked).await, ["ada", "eve", "svc-backup"]);
        assert_eq!(in_state(&tables, MemberState::Orphan).await, ["zzz"]);
        let state = tables.member(&at("cloud", "bmiller")).await.unwrap().unwrap().state;
        assert!([MemberState::Proposed, MemberState::Disputed].contains(&state));
        let in_question = IdentityQuery { state: Some(state), ..IdentityQuery::default() };
        assert_eq!(names(&tables, in_question).await, ["Bob Miller", "Bob Miller"]);
        let linked = IdentityQuery { state: Some(MemberState::Linked), ..IdentityQuery::default() };
        assert_eq!(names(&tables, linked).await, ["Ada Lovelace", "Eve Moore", "svc-backup"]);

        for node in [at("people", "17"), at("cloud", "ada")] {
            let ada = tables.identity_of(&node).await.unwrap().unwrap();
            assert_eq!((&ada.identity.id, ada.identity.accounts), (&at("people", "17"), 1));
            let members: Vec<_> = ada.members.iter().map(|member| (&member.at, member.state)).collect();
            let expected =
                [(&at("cloud", "ada"), MemberState::Linked), (&at("people", "17"), MemberState::Record)];
            assert_eq!(members, expected);
            assert!(matches!(ada.members.first().unwrap().basis, Some(LinkBasis::Rules(_))));
            assert_eq!(ada.in_question, []);
        }
        let bob = tables.identity_of(&at("people", "19")).await.unwrap().unwrap();
        let waiting = bob.in_question.first().unwrap();
        assert_eq!((&waiting.at, waiting.candidates.len()), (&at("cloud", "bmiller"), 2));
        let candidate = waiting.candidates.first().unwrap();
        assert_eq!(candidate.name, "Bob Miller");
        assert!(!candidate.evidence.is_empty() && candidate.total > 0);
        for node in [at("cloud", "zzz"), at("cloud", "bmiller"), at("cloud", "nobody")] {
            assert_eq!(tables.identity_of(&node).await.unwrap(), None);
        }
    }
}

#[tokio::test]
async fn a_decision_shows_with_its_id_and_the_next_run_replaces_everything() {
    for store in TestStore::both().await {
        let tables = IdentityTables::open(store.open().await).await.unwrap();
        replaced(&tables, "first", &small(), &[]).await;
        let body = LinkDecisionBody::Linked { account: at("cloud", "zzz"), to: at("people", "20") };
        let decision = LinkDecision { id: "lnk_1".to_owned(), body };
        let fewer: Nodes = small().into_iter().filter(|(at, _)| at.key.as_str() != "18").collect();
        replaced(&tables, "second", &fewer, &[decision]).await;
        let zzz = tables.member(&at("cloud", "zzz")).await.unwrap().unwrap();
        assert_eq!(zzz.basis, Some(LinkBasis::Decision("lnk_1".to_owned())));
        assert_eq!(zzz.identity, Some(at("people", "20")));
        assert_eq!(tables.member(&at("people", "18")).await.unwrap(), None, "the record is gone");
        assert_eq!(in_state(&tables, MemberState::Orphan).await, ["eve"]);
        assert_eq!(tables.last_run().await.unwrap().unwrap().basis, "second");
        // A third run takes away what the first left, and the second's rows stay while it writes.
        replaced(&tables, "third", &Nodes::new(), &[]).await;
        assert_eq!(names(&tables, IdentityQuery::default()).await, [""; 0]);
    }
}

/// Everybody is of one generation: more people than one transaction writes.
fn generation(name: &str) -> Nodes {
    let people = 0..2_500;
    people
        .map(|number| {
            person(
                &number.to_string(),
                personal(name, &format!("N{number}"), &format!("{name}{number}@x.example")),
            )
        })
        .collect()
}

/// Does work on a thread of its own while the test's own is busy.
fn beside<T: Send>(runtime: &Handle, work: impl Future<Output = T> + Send) -> T {
    std::thread::scope(|scope| scope.spawn(|| runtime.block_on(work)).join().unwrap())
}

async fn seen(tables: &IdentityTables) -> Vec<String> {
    let query = IdentityQuery { limit: 10_000, ..IdentityQuery::default() };
    let page = tables.identities(&query).await.unwrap();
    page.identities.into_iter().map(|identity| identity.name).collect()
}

fn all_of(name: &str, seen: &[String]) -> bool {
    let prefix = format!("{name} ");
    seen.len() == 2_500 && seen.iter().all(|seen| seen.starts_with(&prefix))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_reader_sees_the_old_result_or_the_new_one() {
    let store = TestStore::sqlite().await;
    let tables = IdentityTables::open(store.open().await).await.unwrap();
    replaced(&tables, "old", &generation("Old"), &[]).await;
    let new = generation("New");
    let result = found(&new, &[]);
    let (done, mut running) = tokio::sync::watch::channel(false);
    let reader = tokio::spawn({
        let tables = tables.clone();
        async move {
            loop {
                let last = *running.borrow_and_update();
                let seen = seen(&tables).await;
                assert!(all_of("Old", &seen) || all_of("New", &seen), "{} are seen", seen.len());
                if last {
                    return;
                }
            }
        }
    });
    let runtime = Handle::current();
    // The clock is asked when every row is written, and nothing took effect.
    let written = || {
        assert!(all_of("Old", &beside(&runtime, seen(&tables))), "a result is seen before its end");
        moment(9)
    };
    tables.replace("new", (&result, &sourced(&new)), moment(3), written).await.unwrap();
    assert!(all_of("New", &seen(&tables).await));
    done.send(true).unwrap();
    reader.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_run_that_another_one_overtook_changes_nothing() {
    for store in TestStore::both().await {
        let tables = IdentityTables::open(store.open().await).await.unwrap();
        let (slow, fast) = (generation("Slow"), generation("Fast"));
        let result = found(&slow, &[]);
        let runtime = Handle::current();
        let overtaken = || {
            beside(&runtime, replaced(&tables, "fast", &fast, &[]));
            moment(9)
        };
        let ended = tables.replace("slow", (&result, &sourced(&slow)), moment(3), overtaken).await;
        assert!(matches!(ended, Err(IdentityError::Superseded)), "{ended:?}");
        assert!(all_of("Fast", &seen(&tables).await));
        assert_eq!(tables.last_run().await.unwrap().unwrap().basis, "fast");
    }
}

#[tokio::test]
async fn a_request_is_remembered_with_its_newest_time() {
    for store in TestStore::both().await {
        let tables = IdentityTables::open(store.open().await).await.unwrap();
        assert_eq!(tables.asked_at().await.unwrap(), None);
        tables.ask(moment(5)).await.unwrap();
        tables.ask(moment(8)).await.unwrap();
        assert_eq!(tables.asked_at().await.unwrap(), Some(moment(8)));
    }
}
