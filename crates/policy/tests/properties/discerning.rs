//! Questions that reduce to the same form have the same answer.

use crate::{effort, for_all, generate};
use countersign_policy::{PolicySet, Question};
use proptest::collection::vec;
use proptest::prop_assert_eq;
use std::cell::Cell;

#[test]
fn a_reduced_question_has_the_same_verdict() {
    let (sets, questions) = effort();
    let (reduced_questions, same) = (Cell::new(0_u32), Cell::new(0_u32));
    let check = |(set, questions): (PolicySet, Vec<Question>)| {
        let discernment = set.discernment();
        for pair in questions.windows(2) {
            let reduced = discernment.reduce(&pair[0]);
            let (whole, plain) = (set.judge(&pair[0]), set.judge(&reduced));
            // How long the verdict holds may differ, because an age was set back to where it last mattered.
            prop_assert_eq!(whole.allowed, plain.allowed, "{:#?}", &pair[0]);
            prop_assert_eq!(&whole.determining, &plain.determining, "{:#?}", &pair[0]);
            prop_assert_eq!(&whole.errors, &plain.errors, "{:#?}", &pair[0]);
            prop_assert_eq!(&whole.shadow, &plain.shadow, "{:#?}", &pair[0]);
            prop_assert_eq!(whole.reads, plain.reads);
            prop_assert_eq!(&discernment.reduce(&reduced), &reduced, "reduced again, it is the same");
            reduced_questions.set(reduced_questions.get() + u32::from(reduced != pair[0]));
            // The other principal with the request of this one.
            let other = Question {
                principal: pair[1].principal,
                subject: pair[1].subject.clone(),
                device: pair[1].device.clone(),
                ..pair[0].clone()
            };
            same.set(same.get() + u32::from(other != pair[0] && discernment.reduce(&other) == reduced));
        }
        Ok(())
    };
    for_all(sets, (generate::set(6), vec(generate::question(), questions)), check);
    // If nothing were reduced, the property would hold but be useless.
    assert!(reduced_questions.get() > 1_000, "{} questions were reduced", reduced_questions.get());
    assert!(same.get() > 20, "{} times two askers were one", same.get());
}
