//! What facts add up to, how reviewers decided, and the report.

use crate::{at, item, per, rev};
use countersign_facts::{
    Actor, Digest, Fact, ReviewFact, ReviewScope, ReviewVerdict, ReviewersRule, Stated, UndecidedRule,
};
use countersign_reviews::{
    AssignedAs, ReviewReport, ReviewerPace, WHAT_IS_COUNTED, digest_of, fold_items, paces, report_as_csv,
};
use std::collections::BTreeMap;

fn said(seconds: i64, by: Actor, fact: ReviewFact) -> Stated {
    Stated { at: at(seconds), by, fact: Fact::Review(fact) }
}

fn decided(seconds: i64, by: u128, items: &[u32], verdict: ReviewVerdict) -> Stated {
    let reason = (verdict == ReviewVerdict::Revoke).then(|| "she left, \"really\"".to_owned());
    let fact = ReviewFact::Decided { review: rev(1), items: items.to_vec(), verdict, reason };
    said(seconds, Actor::Person(per(by)), fact)
}

#[test]
fn the_last_word_counts() {
    let items = [item(1, Some(1)), item(2, Some(1)), item(3, None)];
    let system = Actor::System("reviews".to_owned());
    let (review, reviewer) = (rev(1), per(2));
    let events = [
        decided(10, 1, &[1, 2], ReviewVerdict::Keep),
        decided(20, 1, &[2], ReviewVerdict::Revoke),
        said(30, system, ReviewFact::Escalated { review, items: vec![3], reviewer }),
        said(
            40,
            Actor::Operator,
            ReviewFact::Reassigned { review, items: vec![2], reviewer, reason: "away".to_owned() },
        ),
    ];
    let states = fold_items(&items, &events);
    let of = |place: usize| (states[place].reviewer, states[place].assigned_as);
    assert_eq!(of(0), (Some(per(1)), AssignedAs::Owner));
    assert_eq!(of(1), (Some(per(2)), AssignedAs::Chosen));
    assert_eq!(of(2), (Some(per(2)), AssignedAs::Escalation));
    let verdicts: Vec<_> = states
        .iter()
        .map(|state| state.decision.as_ref().map(|said| (said.verdict, said.together)))
        .collect();
    assert_eq!(verdicts, [Some((ReviewVerdict::Keep, 2)), Some((ReviewVerdict::Revoke, 1)), None]);
    let untouched = fold_items(&items, &[]);
    assert!(untouched.iter().all(|state| state.decision.is_none()));
}

#[test]
fn a_reviewer_who_stamps_is_told_from_one_who_looks() {
    let items: Vec<_> = (1..=8).map(|number| item(number, Some(1))).collect();
    let keep = ReviewVerdict::Keep;
    let events = [
        decided(0, 1, &[1, 2, 3], keep),
        decided(1, 1, &[4], keep),
        decided(3, 1, &[3], keep),
        // Person 2 takes their time, and decides item 4 again.
        decided(100, 2, &[5], keep),
        decided(160, 2, &[6], ReviewVerdict::Revoke),
        decided(260, 2, &[4], ReviewVerdict::Revoke),
        decided(290, 2, &[7], keep),
        said(
            300,
            Actor::System("reviews".to_owned()),
            ReviewFact::Decided {
                review: rev(1),
                items: vec![8],
                verdict: ReviewVerdict::Revoke,
                reason: Some("nobody decided it".to_owned()),
            },
        ),
    ];
    let pace = |n, [decided, kept, together, acts]: [u32; 4], median_seconds| ReviewerPace {
        by: Actor::Person(per(n)),
        decided,
        kept,
        together,
        acts,
        median_seconds,
    };
    let found = paces(&fold_items(&items, &events), &events);
    // The gaps of person 1 are 1 and 2 seconds, those of person 2 are 60, 100 and 30.
    assert_eq!(found, [pace(1, [3, 3, 2, 3], Some(1)), pace(2, [4, 2, 0, 4], Some(60))]);
    let once = &events[..1];
    assert_eq!(paces(&fold_items(&items, once), once)[0].median_seconds, None);
}

#[test]
fn a_report_is_one_text_and_a_table() {
    let items = vec![item(1, Some(1)), item(2, None)];
    let events = [decided(10, 1, &[1], ReviewVerdict::Revoke)];
    let states = fold_items(&items, &events);
    let measured = paces(&states, &events);
    let (items, [kept, revoked, undecided, without_reviewer]) =
        ReviewReport::reported(items, states, |item| item.number == 2);
    assert_eq!([kept, revoked, undecided, without_reviewer], [0, 1, 1, 1]);
    let report = ReviewReport {
        format: ReviewReport::FORMAT,
        review: rev(1),
        title: "Staff".to_owned(),
        scope: ReviewScope { here: true, ..ReviewScope::default() },
        reviewers: ReviewersRule::Owner,
        fallback: per(1),
        escalation: None,
        due_at: at(99),
        undecided_rule: UndecidedRule::Nothing,
        opened_by: Actor::Operator,
        opened_at: at(0),
        asked: Digest::new([1; 32]),
        made_at: at(50),
        kept,
        revoked,
        undecided,
        without_reviewer,
        paces: measured,
        what_is_counted: WHAT_IS_COUNTED.to_owned(),
        people: BTreeMap::from([(per(1), "Ada <ada@example.test>".to_owned())]),
        items,
    };
    let text = report.canonical().unwrap();
    let read = ReviewReport::read(&text).unwrap();
    assert_eq!(read, report);
    assert_eq!(digest_of(&read.canonical().unwrap()), digest_of(&text), "it is written in one way");
    let csv = report_as_csv(&report);
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[1].starts_with("\"1\",\"'=Bob\",\"\",\"\","), "{}", lines[1]);
    assert!(
        lines[1].contains("\"Ada <ada@example.test>\",\"owner\",\"revoke\",\"she left, \"\"really\"\"\"")
    );
    assert!(lines[2].ends_with("\"\",\"nobody\",\"undecided\",\"\",\"\",\"\",\"\",\"true\""), "{}", lines[2]);
}
