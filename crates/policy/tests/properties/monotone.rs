//! The shipped guardrails: removing evidence never turns a denial into a permission.

use crate::effort;
use crate::{for_all, generate};
use countersign_names::{Assurance, CheckResult, PostureCheck, RiskLevel};
use countersign_policy::{PolicySet, Question, defaults};
use proptest::prelude::*;
use std::cell::Cell;
use std::sync::Arc;

/// Every number that the shipped guardrails compare an age with, and its neighbours.
const AGES: [i64; 16] = [
    0,
    60,
    300,
    301,
    900,
    901,
    3_600,
    3_601,
    28_800,
    28_801,
    43_200,
    43_201,
    86_400,
    86_401,
    90_000,
    i64::MAX,
];

/// Generates questions with ages that matter to the shipped guardrails, and with evidence good enough to be allowed
/// sometimes.
fn question() -> impl Strategy<Value = Question> {
    let age = || prop_oneof![3 => 0_i64..300, 2 => prop::sample::select(&AGES[..])];
    let exceptions = prop::sample::subsequence(ids(), 0..4);
    let good = prop::bool::weighted(0.5);
    (generate::question(), [age(), age(), age(), age()], exceptions, [good, good, good]).prop_map(
        |(mut question, ages, exceptions, [trusted, compliant, calm])| {
            question.exceptions = exceptions.into_iter().map(|id| id.parse().unwrap()).collect();
            if let Some(evidence) = &mut question.authentication {
                evidence.age = ages[0];
                if trusted {
                    evidence.assurance = Assurance::Aal2;
                    evidence.phishing_resistant = true;
                }
            }
            if let Some(session) = &mut question.session {
                (session.age, session.idle) = (ages[1], ages[2]);
            }
            if let Some(device) = &mut question.device {
                device.posture_age = device.posture_age.map(|_| ages[3]);
                (device.managed, device.proved) = (device.managed || trusted, device.proved || trusted);
                if compliant {
                    device.checks =
                        Arc::new(PostureCheck::ALL.iter().map(|check| (*check, CheckResult::Pass)).collect());
                }
            }
            if calm {
                risk(&mut question, RiskLevel::Low);
            }
            question
        },
    )
}

fn ids() -> Vec<String> {
    PolicySet::parse(&defaults()).unwrap().policies().iter().map(|meta| meta.id.to_string()).collect()
}

fn risk(question: &mut Question, level: RiskLevel) {
    let mut subject = (*question.subject).clone();
    subject.risk = level;
    question.subject = Arc::new(subject);
}

type Loss = fn(&mut Question);

/// The ways in which evidence can be removed or weakened, each separately.
const LOSSES: &[(&str, Loss)] = &[
    ("the authentication", |question| question.authentication = None),
    ("the session", |question| question.session = None),
    ("the device", |question| question.device = None),
    ("the grant", |question| question.grant = false),
    ("the exceptions", |question| question.exceptions.clear()),
    ("the label", |question| {
        question.labelled = false;
        question.sensitivity = countersign_names::Sensitivity::Restricted;
    }),
    ("management", |question| question.device.iter_mut().for_each(|device| device.managed = false)),
    ("the proof of the key", |question| question.device.iter_mut().for_each(|device| device.proved = false)),
    ("the report", |question| question.device.iter_mut().for_each(|device| device.posture_age = None)),
    ("a passed check", |question| {
        question.device.iter_mut().for_each(|device| device.checks = Arc::default());
    }),
    ("freshness", |question| {
        question.authentication.iter_mut().for_each(|evidence| evidence.age = evidence.age.saturating_mul(2));
        question.session.iter_mut().for_each(|session| {
            (session.age, session.idle) = (session.age.saturating_mul(2), session.idle.saturating_add(900));
        });
    }),
    ("assurance", |question| {
        question.authentication.iter_mut().for_each(|evidence| evidence.assurance = Assurance::Aal1);
    }),
    ("resistance to phishing", |question| {
        question.authentication.iter_mut().for_each(|evidence| evidence.phishing_resistant = false);
    }),
    ("some calm", |question| risk(question, RiskLevel::Medium.max(question.subject.risk))),
    ("all calm", |question| risk(question, RiskLevel::High)),
    ("the place", |question| question.place = None),
];

#[test]
fn taking_evidence_away_never_turns_deny_into_allow() {
    let mut files = defaults();
    for application in ["wiki", "pay", "ops"] {
        // Everything is permitted, so that only the guardrails decide.
        let permit = format!(
            "@id(\"{application}\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\")\n\
             permit (principal, action, resource in Countersign::Application::\"{application}\");"
        );
        files.insert(format!("applications/{application}.cedar"), permit);
    }
    let set = PolicySet::parse(&files).unwrap();
    let (sets, questions) = effort();
    let turned: Vec<Cell<u32>> = LOSSES.iter().map(|_| Cell::new(0)).collect();
    let check = |question: Question| {
        let before = set.judge(&question);
        prop_assert!(before.errors.is_empty());
        for ((what, lose), turned) in LOSSES.iter().zip(&turned) {
            let mut without = question.clone();
            lose(&mut without);
            if without == question {
                continue;
            }
            let after = set.judge(&without).allowed;
            prop_assert!(before.allowed || !after, "losing {} let it in: {:#?}", what, question);
            turned.set(turned.get() + u32::from(before.allowed && !after));
        }
        Ok(())
    };
    for_all(sets * u32::try_from(questions).unwrap(), question(), check);
    for ((what, _), turned) in LOSSES.iter().zip(&turned) {
        println!("losing {what} stopped {}", turned.get());
        assert!(*what == "the place" || turned.get() > 0, "losing {what} never mattered");
    }
}
