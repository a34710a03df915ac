//! Commands against a real journal: a refusal leaves no trace, and of two racing commands one wins.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_facts::{Actor, Fact, GrantFact, Member, PersonFact};
use countersign_journal::{Head, Journal, PostgresOptions};
use countersign_ledger::{Clock, CommandError, Ledger, OpenError};
use countersign_names::Timestamp;
use countersign_testkit::Postgres;
use countersign_testkit::story::*;
use countersign_world::{Contradiction, GrantState, Kind};
use std::sync::Arc;
use std::time::Duration;

/// Returns a clock that stands still: no test here depends on the passing of time.
fn clock() -> Clock {
    Arc::new(|| at(100))
}

async fn open(journal: Journal) -> Ledger {
    Ledger::open(journal, clock(), |_| {}).await.unwrap()
}

async fn sqlite(folder: &tempfile::TempDir) -> Ledger {
    open(Journal::open_sqlite(folder.path().join("journal.sqlite")).await.unwrap()).await
}

async fn state(ledger: &Ledger, story: &[Line]) {
    let facts = story.iter().map(|line| line.stated().fact).collect();
    ledger.state(Actor::Operator, facts).await.unwrap();
}

fn approval(by: u128) -> (Actor, Fact) {
    (Actor::Person(per(by)), Fact::Grant(GrantFact::Approved { grant: gra(1), expires_at: at(GRANT_ENDS) }))
}

async fn approve_as(ledger: Ledger, by: u128) -> Result<(), CommandError<Contradiction>> {
    let (actor, fact) = approval(by);
    ledger.command(actor, move |_, _| Ok((vec![fact.clone()], ()))).await
}

#[tokio::test]
async fn a_command_is_seen_by_its_caller_and_outlives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = sqlite(&folder).await;
    state(&ledger, &[person(1)]).await;
    assert!(ledger.world().person(per(1)).is_some(), "who was told that it is done sees that it is");
    ledger.journal().close().await;
    drop(ledger);
    // The keeper releases the file once it is notified that the journal was closed.
    let again = loop {
        match Journal::open_sqlite(folder.path().join("journal.sqlite")).await {
            Ok(journal) => break open(journal).await,
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    };
    assert!(again.world().person(per(1)).is_some());
    assert_eq!(again.world().seq(), 1);
}

#[tokio::test]
async fn what_contradicts_is_refused_whole_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = sqlite(&folder).await;
    state(&ledger, &[person(1)]).await;
    let facts = vec![person(2).stated().fact, person(1).stated().fact];
    let error = ledger.state(Actor::Operator, facts).await.unwrap_err();
    assert!(matches!(error, CommandError::Contradiction(contradiction) if contradiction.kind == Kind::Taken));
    assert_eq!(ledger.world().seq(), 1, "not even the first of the two was said");
    assert!(ledger.world().person(per(2)).is_none());
    assert_eq!(ledger.journal().head().await.unwrap().seq.0, 1);
}

#[tokio::test]
async fn a_command_may_refuse_by_what_it_sees() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = sqlite(&folder).await;
    let refused = ledger
        .command(Actor::Operator, |world, _: Timestamp| match world.person(per(1)) {
            Some(_) => Ok((Vec::new(), ())),
            None => Err("nobody"),
        })
        .await;
    assert!(matches!(refused, Err(CommandError::Refused("nobody"))));
    assert_eq!(ledger.journal().head().await.unwrap(), Head::GENESIS);
}

/// Sixteen people approve the same grant at once, through the ledgers of two processes on one PostgreSQL.
#[tokio::test]
async fn of_racing_approvals_exactly_one_wins() {
    let server = Postgres::start();
    let url = server.fresh_database();
    let journal =
        || async { Journal::open_postgres(url.clone().into(), PostgresOptions::default()).await.unwrap() };
    let (one, other) = (open(journal().await).await, open(journal().await).await);
    let mut story = vec![application("wiki")];
    story.extend((1..=17).map(person));
    story.push(request(1, 17));
    state(&one, &story).await;
    let racing: Vec<_> = (1..=16)
        .map(|by| tokio::spawn(approve_as(if by % 2 == 0 { one.clone() } else { other.clone() }, by)))
        .collect();
    let mut won = 0;
    for race in racing {
        match race.await.unwrap() {
            Ok(()) => won += 1,
            Err(CommandError::Contradiction(contradiction)) => assert_eq!(contradiction.kind, Kind::Over),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(won, 1);
    for ledger in [one, other] {
        let mut moved = ledger.moved();
        while ledger.world().seq() < story.len() as u64 + 1 {
            tokio::time::timeout(Duration::from_secs(10), moved.changed()).await.unwrap().unwrap();
        }
        let world = ledger.world();
        assert!(matches!(world.grant(gra(1)).unwrap().state, GrantState::Approved { .. }));
    }
}

/// A fact that another process has just stated may not have arrived: a refusal that depends on it must look first.
#[tokio::test]
async fn nobody_is_refused_for_what_was_stated_elsewhere_a_moment_ago() {
    let server = Postgres::start();
    let url = server.fresh_database();
    let journal =
        || async { Journal::open_postgres(url.clone().into(), PostgresOptions::default()).await.unwrap() };
    let (one, other) = (open(journal().await).await, open(journal().await).await);
    for n in 1..=20 {
        state(&one, &[person(n)]).await;
        let found = other.command(Actor::Operator, move |world, _| match world.person(per(n)) {
            Some(_) => Ok((Vec::new(), ())),
            None => Err("nobody"),
        });
        found.await.unwrap();
    }
}

/// Two processes on one PostgreSQL each remove one of the last two administrators, many times over.
#[tokio::test]
async fn of_two_processes_that_take_the_last_two_administrators_one_is_refused() {
    let server = Postgres::start();
    let url = server.fresh_database();
    let journal =
        || async { Journal::open_postgres(url.clone().into(), PostgresOptions::default()).await.unwrap() };
    let (one, other) = (open(journal().await).await, open(journal().await).await);
    let administrator = |n| join("administrators", Member::Person(per(n)));
    state(&one, &[group("administrators"), person(1), key(1, 1), person(2), key(2, 2)]).await;
    state(&one, &[administrator(1), administrator(2)]).await;
    for round in 0..20 {
        let suspends = |ledger: &Ledger, n| {
            let (ledger, fact) = (ledger.clone(), suspend(n).stated().fact);
            async move { ledger.state(Actor::Operator, vec![fact]).await }
        };
        let outcomes = <[_; 2]>::from(tokio::join!(suspends(&one, 1), suspends(&other, 2)));
        let refused: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
        assert!(
            matches!(refused.as_slice(), [CommandError::Contradiction(why)] if why.kind == Kind::Last),
            "round {round}: {outcomes:?}"
        );
        let gone = if outcomes.first().unwrap().is_ok() { 1 } else { 2 };
        let restored = Fact::Person(PersonFact::Restored { person: per(gone) });
        one.state(Actor::Operator, vec![restored]).await.unwrap();
    }
}

#[tokio::test]
async fn many_commands_at_once_are_all_kept() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = sqlite(&folder).await;
    let all: Vec<_> = (1..=500)
        .map(|n| {
            let ledger = ledger.clone();
            tokio::spawn(async move { state(&ledger, &[person(n)]).await })
        })
        .collect();
    for one in all {
        one.await.unwrap();
    }
    assert_eq!(ledger.world().people().count(), 500);
    assert_eq!(ledger.journal().head().await.unwrap().seq.0, 500);
}

#[tokio::test]
async fn a_journal_that_holds_no_facts_of_ours_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open_sqlite(folder.path().join("journal.sqlite")).await.unwrap();
    journal.append(Head::GENESIS, vec![b"{\"fact\":\"person.praised/9\"}".to_vec()]).await.unwrap();
    let refused = Ledger::open(journal, clock(), |_| {}).await.err().unwrap();
    assert!(matches!(&refused, OpenError::Unfoldable(why) if why.contains("entry 1")), "{refused}");
}

/// A follower that reads an unknown fact stops and no longer claims to know the world.
#[tokio::test]
async fn a_follower_that_no_longer_understands_says_so() {
    let server = Postgres::start();
    let url = server.fresh_database();
    let journal =
        || async { Journal::open_postgres(url.clone().into(), PostgresOptions::default()).await.unwrap() };
    let ledger = open(journal().await).await;
    state(&ledger, &[person(1)]).await;
    let newer = journal().await;
    newer
        .append(newer.head().await.unwrap(), vec![b"{\"fact\":\"person.praised/9\"}".to_vec()])
        .await
        .unwrap();
    for _ in 0..1000 {
        if ledger.broken().is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(ledger.broken().unwrap().contains("entry 2"));
    assert!(ledger.world().person(per(1)).is_some(), "what it knew it still knows");
}
