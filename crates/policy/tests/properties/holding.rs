//! A verdict stays the same for as long as it claims.

use crate::{effort, for_all, generate, grammar};
use countersign_policy::{PolicySet, Question, Verdict};
use proptest::collection::vec;
use proptest::prelude::*;
use std::cell::Cell;

/// Returns the same question this many seconds later, if only time passes. A policy may compare an age with the largest
/// number, so that a bound lies at the end of all ages.
fn later(question: &Question, seconds: i64) -> Question {
    let mut question = question.clone();
    if let Some(evidence) = &mut question.authentication {
        evidence.age = evidence.age.saturating_add(seconds);
    }
    if let Some(session) = &mut question.session {
        session.age = session.age.saturating_add(seconds);
        session.idle = session.idle.saturating_add(seconds);
    }
    if let Some(age) = question.device.as_mut().and_then(|device| device.posture_age.as_mut()) {
        *age = age.saturating_add(seconds);
    }
    question
}

fn said(verdict: Verdict) -> impl PartialEq + std::fmt::Debug {
    (verdict.allowed, verdict.determining, verdict.errors, verdict.shadow)
}

#[test]
fn a_verdict_is_the_same_at_every_second_before_its_bound() {
    holds_until_its_bound(generate::set(6));
}

/// As above, for everything that the language can say.
#[test]
fn a_verdict_of_any_expression_is_the_same_at_every_second_before_its_bound() {
    holds_until_its_bound(grammar::set(4));
}

fn holds_until_its_bound(sets_of: impl Strategy<Value = PolicySet>) {
    let (sets, questions) = effort();
    let (turned, bounded) = (Cell::new(0_u32), Cell::new(0_u32));
    let check = |(set, questions): (PolicySet, Vec<Question>)| {
        for question in &questions {
            let first = set.judge(question);
            let holds = first.holds;
            let first = said(first);
            // Beyond 45 seconds every age exceeds every number that the sets compare with. Where no change is
            // predicted, a few samples suffice.
            let every = if holds.seconds.is_some() { 1 } else { 11 };
            for second in (1..holds.seconds.unwrap_or(u64::MAX).min(45)).step_by(every) {
                let then = said(set.judge(&later(question, i64::try_from(second).unwrap())));
                prop_assert_eq!(&first, &then, "after {} s of {:?}: {:#?}", second, holds, question);
            }
            if let Some(bound) = holds.seconds.filter(|bound| *bound > 1) {
                let then = said(set.judge(&later(question, i64::try_from(bound).unwrap())));
                bounded.set(bounded.get() + 1);
                turned.set(turned.get() + u32::from(first != then));
            }
        }
        Ok(())
    };
    for_all(sets, (sets_of, vec(grammar::question(), questions)), check);
    // Bounds at which the verdict never changes would prove nothing.
    assert!(
        turned.get() * 20 > bounded.get(),
        "{} of {} bounds were the second of a change",
        turned.get(),
        bounded.get()
    );
}
