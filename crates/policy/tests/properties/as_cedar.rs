//! The index and the prepared conditions never change an answer.

use crate::checked::Checked;
use crate::{effort, for_all, generate, grammar};
use countersign_policy::{Answer, PolicySet, Question, Verdict};
use proptest::collection::vec;
use proptest::prelude::*;
use std::cell::Cell;

/// Checks that our verdict equals Cedar's answer, except that a failed evaluation denies.
pub fn same(verdict: &Verdict, cedar: &Answer) -> Result<(), TestCaseError> {
    let mut errors = verdict.errors.clone();
    errors.sort();
    prop_assert_eq!(&errors, &cedar.errors);
    prop_assert_eq!(verdict.allowed, cedar.allowed && cedar.errors.is_empty());
    if cedar.errors.is_empty() || !cedar.allowed {
        let mut determining = verdict.determining.clone();
        determining.sort();
        prop_assert_eq!(&determining, &cedar.determining);
    }
    Ok(())
}

#[test]
fn judging_through_the_index_answers_as_cedar_does_over_the_whole_set() {
    let (sets, questions) = effort();
    let [allowed, denied, defaulted, failed] = [const { Cell::new(0_u32) }; 4];
    let count = |cell: &Cell<u32>, when: bool| cell.set(cell.get() + u32::from(when));
    let check = |(set, questions): (PolicySet, Vec<Question>)| {
        for question in &questions {
            let verdict = set.judge(question);
            let cedar = set.judge_plainly(question);
            same(&verdict, &cedar).map_err(|error| TestCaseError::fail(format!("{error}\n{question:#?}")))?;
            prop_assert_eq!(&verdict, &set.judge(question), "the same question, twice");
            count(&allowed, verdict.allowed);
            count(&denied, !cedar.allowed && !cedar.determining.is_empty());
            count(&defaulted, !cedar.allowed && cedar.determining.is_empty());
            count(&failed, !cedar.errors.is_empty());
        }
        Ok(())
    };
    for_all(sets, (generate::set(30), vec(generate::question(), questions)), check);
    // The comparison is meaningful only if every kind of answer occurred often.
    for (kind, cell) in
        [("allowed", allowed), ("forbidden", denied), ("by default", defaulted), ("failed", failed)]
    {
        println!("{kind}: {}", cell.get());
        assert!(cell.get() > 20, "only {} answers were {kind}", cell.get());
    }
}

/// As above, for everything that the language can say.
#[test]
fn every_expression_is_judged_as_cedar_evaluates_it() {
    let (sets, questions) = effort();
    let [allowed, denied, failed] = [const { Cell::new(0_u32) }; 3];
    let count = |cell: &Cell<u32>, when: bool| cell.set(cell.get() + u32::from(when));
    let check = |(set, questions): (PolicySet, Vec<Question>)| {
        let checked = Checked::new(&set);
        for question in &questions {
            let (verdict, cedar) = (set.judge(question), checked.ask(question));
            same(&verdict, &cedar).map_err(|error| TestCaseError::fail(format!("{error}\n{question:#?}")))?;
            prop_assert_eq!(&set.judge_plainly(question), &cedar);
            count(&allowed, verdict.allowed);
            count(&denied, !cedar.allowed && !cedar.determining.is_empty());
            count(&failed, !cedar.errors.is_empty());
        }
        Ok(())
    };
    for_all(sets / 2, (grammar::set(8), vec(grammar::question(), questions)), check);
    for (kind, cell) in [("allowed", allowed), ("forbidden", denied), ("failed", failed)] {
        println!("{kind}: {}", cell.get());
        assert!(cell.get() > 20, "only {} answers were {kind}", cell.get());
    }
}

#[test]
fn a_shadow_policy_is_reported_exactly_when_counting_it_would_change_the_answer() {
    let (sets, questions) = effort();
    let reported = Cell::new(0_u32);
    let check = |(set, questions): (PolicySet, Vec<Question>)| {
        let mut files = set.files().clone();
        files.values_mut().for_each(|text| *text = text.replace("@stage(\"shadow\") ", ""));
        let enforced = PolicySet::parse(&files).unwrap();
        for question in &questions {
            let verdict = set.judge(question);
            let counted = enforced.judge(question);
            prop_assert_eq!(verdict.shadow.is_empty(), verdict.allowed == counted.allowed, "{:#?}", question);
            for id in &verdict.shadow {
                prop_assert!(
                    counted.determining.contains(id) || counted.errors.contains(id),
                    "{} {:#?}",
                    id,
                    question
                );
            }
            reported.set(reported.get() + u32::from(!verdict.shadow.is_empty()));
        }
        Ok(())
    };
    for_all(sets / 5, (generate::staged(15), vec(generate::question(), questions)), check);
    assert!(reported.get() > 5, "shadow policies mattered only {} times", reported.get());
}
