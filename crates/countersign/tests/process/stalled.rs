//! A gate whose store says its head and not its entries: what it does not hear cannot be ignored for longer than its bound.

use crate::stage::*;
use countersign_facts::Actor;
use countersign_journal::{Journal, PostgresOptions};
use countersign_ledger::Ledger;
use countersign_testkit::story::person;
use countersign_testkit::{LinkState, Postgres};
use std::sync::Arc;
use std::time::Duration;

/// Several ways to hear nothing new while the link looks as if it were up, or not.
fn check(way_to_gate: LinkState) {
    let runtime = runtime();
    let server = Postgres::start();
    let url = server.fresh_database();
    let link = server.link();
    let place = Where::At(server.url_by(&link, &url));
    let bound =
        "[freshness]\nrestricted = \"12s\"\nconfidential = \"10m\"\ninternal = \"1h\"\npublic = \"1d\"";
    let stage = Stage::new("gate", &place, bound);
    let upstream = upstream();
    seed(&runtime, &stage, somebody(Duration::from_secs(3600)).into_iter().chain(board(upstream)).collect());
    let process = stage.serve();
    stage.ready();
    let cookie = secret(2);
    let visit =
        || stage.visit("board.localhost", Some((AT_APPLICATION, cookie.as_str()))).map(|(status, _)| status);
    assert_eq!(visit(), Some(200));

    let elsewhere = runtime.block_on(async {
        let journal = Journal::open_postgres(url.into(), PostgresOptions::default()).await.unwrap();
        Ledger::open(journal, Arc::new(now), |_| ()).await.unwrap()
    });
    link.set_each(LinkState::Clear, way_to_gate);
    // In one step with much else, so that the entry is longer than what a question for the head is answered with.
    let step = (100..120).map(|n| person(n).stated().fact).chain(revoked()).collect();
    runtime.block_on(elsewhere.state(Actor::Operator, step)).unwrap();
    until("the gate stops answering for what is restricted", || (visit() == Some(503)).then_some(()));
    assert!(stage.metric("countersign_world_behind_seconds") >= 12.0);
    link.set(LinkState::Clear);
    stage.ready();
    let status = visit().unwrap();
    assert!(status != 200 && status != 503, "and when it hears again, the session is over: {status}");
    process.stop();
}

#[test]
fn a_revocation_that_a_gate_cannot_read_is_ignored_no_longer_than_its_bound() {
    check(LinkState::ShortOnly(1_000));
}

#[test]
fn a_revocation_behind_a_link_that_says_nothing_is_ignored_no_longer_than_its_bound() {
    check(LinkState::Stalled);
}
