//! The life of a finding, on SQLite and on PostgreSQL.

use crate::store::TestStore;
use crate::{at, finding, fnd};
use countersign_findings::{
    FindingAcceptance, FindingCounts, FindingError, FindingOrder, FindingQuery, FindingSelection,
    FindingStanding, FindingTables, NewFinding,
};
use countersign_hygiene::HygieneSeverity::{Critical, High, Low, Medium};
use countersign_names::Timestamp;
use std::collections::BTreeMap;

async fn run(tables: &FindingTables, found: Vec<NewFinding>, now: Timestamp) -> FindingCounts {
    let number = tables.begin_run().await.unwrap();
    tables
        .replace(number, found, (&BTreeMap::from([("people".to_owned(), 1)]), "decided 7"), (now, now))
        .await
        .unwrap()
}

const fn query(selection: FindingSelection) -> FindingQuery {
    FindingQuery { selection, order: FindingOrder::Severity, descending: true, after: None, limit: 100 }
}

async fn names(tables: &FindingTables, standing: Option<FindingStanding>, now: Timestamp) -> Vec<String> {
    let selection = FindingSelection { standing, ..FindingSelection::default() };
    let page = tables.list(&query(selection), now).await.unwrap();
    page.findings.into_iter().map(|finding| finding.found.subjects[0].name.clone()).collect()
}

async fn standing(tables: &FindingTables, n: u128, now: Timestamp) -> Option<FindingStanding> {
    tables.show(fnd(n), now).await.unwrap().map(|finding| finding.standing)
}

const fn accepted(n: u128, accepted_at: i64, expires_at: i64) -> (u128, i64, i64) {
    (n, accepted_at, expires_at)
}

async fn repeat(tables: &FindingTables, seq: u64, all: &[(u128, i64, i64)]) -> bool {
    let all: Vec<_> = all
        .iter()
        .map(|(n, accepted_at, expires_at)| FindingAcceptance {
            finding: fnd(*n),
            severity: Medium,
            accepted_at: at(*accepted_at),
            expires_at: at(*expires_at),
        })
        .collect();
    tables.repeat_acceptances(seq, &all).await.unwrap()
}

#[tokio::test]
async fn a_finding_is_open_accepted_returned_fixed_and_returned_again() {
    for store in TestStore::both().await {
        let tables = FindingTables::open(store.open().await).await.unwrap();
        assert_eq!(tables.last_run().await.unwrap().run, 0);
        let found = || finding(1, "unused_account", Medium, "ada");
        let counts = run(&tables, vec![found()], at(10)).await;
        assert_eq!(counts, FindingCounts { found: 1, new: 1, returned: 0, fixed: 0 });
        assert_eq!(standing(&tables, 1, at(11)).await, Some(FindingStanding::Open));

        assert!(repeat(&tables, 7, &[accepted(1, 12, 100)]).await);
        assert_eq!(standing(&tables, 1, at(99)).await, Some(FindingStanding::Accepted));
        assert_eq!(names(&tables, None, at(99)).await, [""; 0]);
        assert_eq!(names(&tables, Some(FindingStanding::Accepted), at(99)).await, ["ada"]);
        assert_eq!(standing(&tables, 1, at(100)).await, Some(FindingStanding::Returned), "it expired");
        assert_eq!(names(&tables, None, at(100)).await, ["ada"]);

        // It stays returned when the acceptance is forgotten, because a run noticed that it lapsed.
        let counts = run(&tables, vec![found()], at(110)).await;
        assert_eq!(counts, FindingCounts { found: 1, new: 0, returned: 1, fixed: 0 });
        assert!(repeat(&tables, 8, &[]).await);
        assert_eq!(standing(&tables, 1, at(111)).await, Some(FindingStanding::Returned));
        assert_eq!(run(&tables, vec![found()], at(112)).await.returned, 0, "it returned once");

        let counts = run(&tables, Vec::new(), at(120)).await;
        assert_eq!(counts, FindingCounts { found: 0, new: 0, returned: 0, fixed: 1 });
        let shown = tables.show(fnd(1), at(121)).await.unwrap().unwrap();
        assert_eq!((shown.standing, shown.fixed_at), (FindingStanding::Fixed, Some(at(120))));
        assert_eq!((shown.first_seen, shown.last_seen), (at(10), at(112)));
        assert_eq!(run(&tables, Vec::new(), at(130)).await.fixed, 0, "it was fixed once");
        assert_eq!(tables.show(fnd(1), at(131)).await.unwrap().unwrap().fixed_at, Some(at(120)));

        let counts = run(&tables, vec![found()], at(140)).await;
        assert_eq!(counts, FindingCounts { found: 1, new: 0, returned: 1, fixed: 0 });
        let shown = tables.show(fnd(1), at(141)).await.unwrap().unwrap();
        assert_eq!((shown.standing, shown.returned_at), (FindingStanding::Returned, Some(at(140))));
        assert_eq!(shown.first_seen, at(10));

        // What was accepted before it was fixed is not accepted now.
        assert!(repeat(&tables, 9, &[accepted(1, 113, 900)]).await);
        assert_eq!(standing(&tables, 1, at(150)).await, Some(FindingStanding::Returned));
        assert!(repeat(&tables, 10, &[accepted(1, 150, 900)]).await);
        assert_eq!(standing(&tables, 1, at(151)).await, Some(FindingStanding::Accepted));
        let worse = NewFinding { severity: High, ..found() };
        run(&tables, vec![worse], at(160)).await;
        assert_eq!(standing(&tables, 1, at(161)).await, Some(FindingStanding::Returned), "it is worse");

        assert!(!repeat(&tables, 10, &[]).await, "acceptances of the same world are there");
        assert!(!repeat(&tables, 9, &[]).await, "acceptances of a later world are there");
        assert_eq!(run(&tables, Vec::new(), at(400 * 86_400)).await.fixed, 1);
        run(&tables, Vec::new(), at(800 * 86_400)).await;
        assert_eq!(standing(&tables, 1, at(800 * 86_400)).await, None, "it is forgotten after a year");
    }
}

#[tokio::test]
async fn a_run_is_replaced_as_a_whole_and_never_by_one_that_began_before_the_last() {
    for store in TestStore::both().await {
        let tables = FindingTables::open(store.open().await).await.unwrap();
        let late = tables.begin_run().await.unwrap();
        run(&tables, vec![finding(1, "unused_account", Medium, "ada")], at(10)).await;
        let found = vec![finding(2, "unused_account", Medium, "bob")];
        let superseded = tables.replace(late, found, (&BTreeMap::new(), ""), (at(9), at(11))).await;
        assert!(matches!(superseded, Err(FindingError::Superseded)), "{superseded:?}");
        assert_eq!(names(&tables, None, at(12)).await, ["ada"]);
        let last = tables.last_run().await.unwrap();
        assert_eq!((last.run, last.ended_at), (2, at(10)));
        assert_eq!(last.imports, BTreeMap::from([("people".to_owned(), 1)]));
        assert_eq!(last.terms, "decided 7");
    }
}

#[tokio::test]
async fn lists_and_causes_are_filtered_and_paged() {
    for store in TestStore::both().await {
        let tables = FindingTables::open(store.open().await).await.unwrap();
        let mut found: Vec<NewFinding> = (0..7)
            .map(|n| finding(n, "unused_account", if n == 3 { High } else { Medium }, &format!("user {n}")))
            .collect();
        found.extend((10..15).map(|n| finding(n, "empty_group", Low, &format!("100%_{n}\\"))));
        found.push(finding(20, "standing_privilege", Critical, "root"));
        found[0].subjects[0].source = "people-2".to_owned();
        run(&tables, found, at(10)).await;

        let mut asked = FindingQuery { limit: 2, ..query(FindingSelection::default()) };
        let (mut all, mut pages) = (Vec::new(), 0);
        loop {
            let page = tables.list(&asked, at(11)).await.unwrap();
            all.extend(page.findings.into_iter().map(|finding| (finding.found.severity, finding.found.id)));
            pages += 1;
            asked.after = page.next;
            if asked.after.is_none() {
                break;
            }
        }
        assert_eq!((all.len(), pages), (13, 7));
        let mut sorted = all.clone();
        sorted.sort_by_key(|(severity, id)| (std::cmp::Reverse(*severity), *id));
        assert_eq!(all, sorted);

        let count = async |selection: FindingSelection| {
            tables.list(&query(selection), at(11)).await.unwrap().findings.len()
        };
        let none = FindingSelection::default;
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(count(FindingSelection { detector: text("empty_group"), ..none() }).await, 5);
        assert_eq!(count(FindingSelection { severity: Some(High), ..none() }).await, 1);
        assert_eq!(count(FindingSelection { source: text("people"), ..none() }).await, 12);
        assert_eq!(count(FindingSelection { source: text("people-2"), ..none() }).await, 1);
        assert_eq!(count(FindingSelection { cause: text("empty_group in people"), ..none() }).await, 5);
        assert_eq!(count(FindingSelection { contains: text("USER"), ..none() }).await, 7);
        assert_eq!(count(FindingSelection { contains: text("%_1"), ..none() }).await, 5);
        assert_eq!(count(FindingSelection { contains: text("10\\"), ..none() }).await, 1);
        assert_eq!(count(FindingSelection { contains: text("_ser"), ..none() }).await, 0);

        let (mut after, mut causes) = (None, Vec::new());
        loop {
            let page = tables.causes(&none(), (after.as_ref(), true), 1, at(11)).await.unwrap();
            let rows = page.causes.into_iter();
            causes.extend(rows.map(|cause| (cause.detector, cause.severity, cause.findings)));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let expected = [
            ("standing_privilege".to_owned(), Critical, 1),
            ("unused_account".to_owned(), High, 7),
            ("empty_group".to_owned(), Low, 5),
        ];
        assert_eq!(causes, expected);
    }
}
