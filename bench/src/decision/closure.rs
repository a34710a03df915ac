//! The floor: what somebody would write by hand for exactly these policies, and the reference for right answers.
//!
//! It knows the shipped guardrails and the company's permits by heart, has no policy language, gives no reasons, and
//! takes the items that are the same for every question (a fresh sign-in, a session ten minutes old) for granted.

use super::company::{self, Change, ChangeKind, Condition, Permit, Question};
use super::engine::Engine;
use crate::run::Outcome;
use countersign_names::{Action, Sensitivity};
use std::collections::HashSet;

/// Policies as a program.
#[derive(Clone)]
pub struct Closure {
    questions: Vec<Question>,
    permits: Vec<Vec<Permit>>,
    groups: Vec<HashSet<usize>>,
    compliant: Vec<bool>,
    risky: Vec<bool>,
}

impl Closure {
    /// For the company, these permits and these questions.
    pub fn new(permits: &[Permit], questions: Vec<Question>) -> Self {
        let of = |application: usize| {
            permits.iter().filter(|permit| permit.application == application).copied().collect()
        };
        Self {
            questions,
            permits: (0..company::APPLICATIONS).map(of).collect(),
            groups: (0..company::PEOPLE).map(|p| company::upwards(company::leaf(p)).collect()).collect(),
            compliant: (0..company::PEOPLE).map(company::compliant).collect(),
            risky: vec![false; company::PEOPLE],
        }
    }

    /// Whether no guardrail stands in the way.
    pub fn unguarded(&self, asked: &Question) -> bool {
        let Some(sensitivity) = company::SENSITIVITY.get(asked.part).copied() else { return false };
        if sensitivity >= Sensitivity::Internal {
            let risky = self.risky.get(asked.person).copied().unwrap_or(true);
            if risky || (!company::managed(asked.person) && asked.action != Action::Read) {
                return false;
            }
        }
        let compliant = self.compliant.get(asked.person).copied().unwrap_or(false);
        sensitivity < Sensitivity::Confidential || (company::managed(asked.person) && compliant)
    }

    fn permitted(&self, asked: &Question) -> bool {
        let (Some(permits), Some(groups)) =
            (self.permits.get(asked.application), self.groups.get(asked.person))
        else {
            return false;
        };
        permits.iter().any(|permit| {
            (asked.action == Action::Read || asked.action == permit.action)
                && (permit.condition != Condition::NotRestricted
                    || company::SENSITIVITY.get(asked.part) != Some(&Sensitivity::Restricted))
                && groups.contains(&permit.group)
        })
    }
}

impl Engine for Closure {
    fn ask(&mut self, question: usize) -> Outcome<bool> {
        let asked = self.questions.get(question).ok_or("there is no such question")?;
        Ok(self.unguarded(asked) && self.permitted(asked))
    }

    fn change(&mut self, change: &Change, undo: bool) -> Outcome {
        let person = change.person;
        match change.kind {
            ChangeKind::Device => {
                *self.compliant.get_mut(person).ok_or("nobody")? = undo && company::compliant(person);
            }
            ChangeKind::Risk => *self.risky.get_mut(person).ok_or("nobody")? = !undo,
            ChangeKind::Group(group) => {
                let groups = self.groups.get_mut(person).ok_or("nobody")?;
                groups.extend(company::upwards(group).filter(|_| !undo));
                if undo {
                    *groups = company::upwards(company::leaf(person)).collect();
                }
            }
        }
        Ok(())
    }
}
