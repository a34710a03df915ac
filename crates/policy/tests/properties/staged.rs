//! A policy in the shadow stage never changes an answer, except for principals that a rollout has reached. For them it
//! counts as if it had no stage.

use crate::{as_cedar, effort, for_all, generate};
use countersign_names::PolicyId;
use countersign_policy::{PolicySet, Question, Stage, Verdict};
use proptest::collection::vec;
use proptest::prelude::*;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

/// Returns the set without its shadow policies, except `counted`, whose stage is removed.
fn without_shadow(set: &PolicySet, counted: &BTreeSet<PolicyId>) -> PolicySet {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for meta in set.policies() {
        let text = files.entry(meta.file.to_string()).or_default();
        if meta.stage == Stage::Enforce || counted.contains(&meta.id) {
            text.push_str(&meta.text.replace("@stage(\"shadow\") ", ""));
            text.push('\n');
        }
    }
    PolicySet::parse(&files).unwrap()
}

fn answer(verdict: Verdict) -> (bool, Vec<PolicyId>, Vec<PolicyId>) {
    (verdict.allowed, verdict.determining, verdict.errors)
}

#[test]
fn a_shadow_policy_never_changes_an_answer() {
    let (sets, questions) = effort();
    let tried = Cell::new(0_u32);
    for_all(sets / 5, (generate::staged(15), vec(generate::question(), questions)), |(set, questions)| {
        let without = without_shadow(&set, &BTreeSet::new());
        for question in &questions {
            let verdict = set.judge(question);
            prop_assert!(verdict.turned.is_empty());
            tried.set(tried.get() + u32::from(!verdict.shadow.is_empty()));
            prop_assert_eq!(answer(verdict), answer(without.judge(question)), "{:#?}", question);
        }
        Ok(())
    });
    assert!(tried.get() > 5, "a shadow policy would have mattered only {} times", tried.get());
}

#[test]
fn whom_a_rollout_reached_is_judged_as_if_the_policy_had_no_stage() {
    let (sets, questions) = effort();
    let turned = Cell::new(0_u32);
    let some = vec(any::<bool>(), 15);
    let drawn = (generate::staged(15), some, vec(generate::question(), questions));
    for_all(sets / 5, drawn, |(set, some, questions): (PolicySet, Vec<bool>, Vec<Question>)| {
        let shadow = set.policies().iter().filter(|meta| meta.stage == Stage::Shadow);
        let chosen = shadow.zip(&some).filter(|(_, chosen)| **chosen).map(|(meta, _)| meta.id.clone());
        let enrolled: BTreeSet<PolicyId> = chosen.collect();
        let counted = without_shadow(&set, &enrolled);
        for question in questions {
            let before = set.judge(&question);
            let question = Question { enrolled: enrolled.clone(), ..question };
            let verdict = set.judge(&question);
            as_cedar::same(&verdict, &set.judge_plainly(&question))?;
            prop_assert_eq!(verdict.turned.is_empty(), verdict.allowed == before.allowed);
            prop_assert!(verdict.turned.iter().all(|id| enrolled.contains(id)));
            prop_assert!(verdict.shadow.iter().all(|id| !enrolled.contains(id)));
            turned.set(turned.get() + u32::from(!verdict.turned.is_empty()));
            prop_assert_eq!(answer(verdict), answer(counted.judge(&question)), "{:#?}", question);
        }
        Ok(())
    });
    assert!(turned.get() > 5, "a rollout changed only {} answers", turned.get());
}
