//! Items that a verdict does not list as read can have any value. Answers are cached by what they read, so this
//! property makes reusing them safe.

use crate::{effort, for_all, generate, grammar};
use countersign_policy::{Items, PolicySet, Question};
use proptest::collection::vec;
use proptest::prelude::*;
use std::cell::Cell;

/// Returns `question` with every item that is not in `reads` replaced by that of `other`.
fn otherwise(question: &Question, other: &Question, reads: Items) -> Question {
    let mut question = question.clone();
    let other = other.clone();
    macro_rules! take {
        ($($item:ident $field:ident),*) => {$(
            if !reads.has(Items::$item) {
                question.$field = other.$field;
            }
        )*};
    }
    take!(AUTHENTICATION authentication, SESSION session, DEVICE device, PLACE place, TIME time, GRANT grant);
    take!(EXCEPTIONS exceptions, OPERATION operation, ITEM item, CONTENT_TYPE content_type);
    question
}

#[test]
fn what_a_verdict_did_not_read_may_be_anything() {
    reads_what_it_says(generate::set(6));
}

/// As above, for everything that the language can say.
#[test]
fn what_a_verdict_of_any_expression_did_not_read_may_be_anything() {
    reads_what_it_says(grammar::set(6));
}

fn reads_what_it_says(sets_of: impl Strategy<Value = PolicySet>) {
    let (sets, questions) = effort();
    let (other_questions, other_verdicts) = (Cell::new(0_u32), Cell::new(0_u32));
    let check = |(set, questions): (PolicySet, Vec<Question>)| {
        for pair in questions.windows(2) {
            let verdict = set.judge(&pair[0]);
            let otherwise_asked = otherwise(&pair[0], &pair[1], verdict.reads);
            prop_assert_eq!(&verdict, &set.judge(&otherwise_asked), "{:#?}", otherwise_asked);
            other_questions.set(other_questions.get() + u32::from(otherwise_asked != pair[0]));
            // If nothing counted as read, the answers would have to differ sometimes.
            let careless = set.judge(&otherwise(&pair[0], &pair[1], Items::NONE));
            other_verdicts.set(other_verdicts.get() + u32::from(careless.allowed != verdict.allowed));
        }
        Ok(())
    };
    for_all(sets, (sets_of, vec(generate::question(), questions)), check);
    assert!(other_questions.get() > 1_000, "{} questions differed", other_questions.get());
    assert!(other_verdicts.get() > 20, "{} verdicts would have been wrong", other_verdicts.get());
}
