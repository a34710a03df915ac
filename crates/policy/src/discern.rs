//! Which principals and evidence a policy set can distinguish. Questions that it cannot distinguish have the same
//! answer, so one of them is evaluated for all.
//!
//! A question about ten thousand people then becomes a question about a few dozen. A property test of random sets
//! compares the verdicts of both questions, because the policies' text alone does not prove that they are equal.

use crate::question::{DeviceEvidence, Question, Subject};
use crate::reading::{Age, AgeUse, Items, Reading, children};
use crate::schema::TYPES;
use crate::set::PolicySet;
use cedar_policy_core::ast::{BinaryOp, EntityUID, Expr, ExprKind, Literal, Var};
use countersign_names::{
    CheckResult, PersonId, PostureCheck, Principal, PrincipalKind, RiskLevel, ServiceId,
};
use std::collections::HashSet;
use std::sync::Arc;
use uuid::Uuid;

/// The differences between principals and their evidence that the policies of one set can detect.
#[derive(Debug, Clone)]
pub struct Discernment {
    items: Items,
    /// The use of each age.
    ages: [AgeUse; 4],
    groups: HashSet<String>,
    principals: HashSet<Principal>,
    /// The attributes of the principal that conditions read.
    attributes: HashSet<String>,
    /// Whether some condition uses the principal in a way that could distinguish any two.
    everybody: bool,
}

/// The placeholders for principals that no policy distinguishes.
const NOBODY: [Principal; 2] =
    [Principal::Person(PersonId::new(Uuid::nil())), Principal::Service(ServiceId::new(Uuid::nil()))];

impl PolicySet {
    /// Returns what the policies of this set can distinguish, including those in the shadow stage.
    pub fn discernment(&self) -> Discernment {
        let mut found = Discernment {
            items: Items::NONE,
            ages: Age::ALL.map(|age| AgeUse::of_all(self.readings(), age)),
            groups: HashSet::new(),
            principals: HashSet::new(),
            attributes: HashSet::new(),
            everybody: false,
        };
        for loaded in self.loaded() {
            let scope = loaded.policy.principal_constraint();
            scope.as_inner().get_euid().into_iter().for_each(|uid| found.names(uid));
            if let Some(condition) = loaded.policy.non_scope_constraints() {
                found.walk(condition);
            }
        }
        self.readings().iter().for_each(|reading| found.reads(reading));
        found.everybody |= NOBODY.iter().any(|nobody| found.principals.contains(nobody));
        found
    }
}

impl Discernment {
    fn reads(&mut self, reading: &Reading) {
        self.items = self.items.and(reading.items);
        reading.named.iter().for_each(|uid| self.names(uid));
    }

    fn names(&mut self, uid: &EntityUID) {
        let id = uid.eid().as_ref();
        if *uid.entity_type() == TYPES.group {
            self.groups.insert(id.to_owned());
        } else if let Ok(principal) = id.parse() {
            self.principals.insert(principal);
        }
    }

    /// Looks for uses of the principal. A comparison with named entities needs no entry here: [`Self::names`] collects
    /// them.
    fn walk(&mut self, expr: &Expr) {
        match expr.expr_kind() {
            ExprKind::Var(Var::Principal) => self.everybody = true,
            ExprKind::GetAttr { expr: of, attr } if is_principal(of) => {
                self.attributes.insert(attr.to_string());
            }
            // The kind of the principal determines the result, and questions of different kinds are never merged.
            ExprKind::HasAttr { expr: of, .. } | ExprKind::Is { expr: of, .. } if is_principal(of) => {}
            ExprKind::BinaryApp { op: BinaryOp::Eq | BinaryOp::In, arg1, arg2 }
                if is_principal(arg1) && is_named(arg2) => {}
            ExprKind::BinaryApp { op: BinaryOp::Eq, arg1, arg2 } if is_named(arg1) && is_principal(arg2) => {}
            _ => children(expr).into_iter().for_each(|child| self.walk(child)),
        }
    }

    /// Replaces everything that no policy distinguishes by one fixed value. Two questions with the same reduced form
    /// have the same verdict. How long the verdict holds may differ, so do not read that from a reduced question.
    #[must_use]
    pub fn reduce(&self, question: &Question) -> Question {
        let mut plain = question.clone();
        plain.principal = self.principal(question.principal);
        plain.subject = Arc::new(self.subject(&question.subject, question.principal.kind()));
        if let Some(evidence) = &mut plain.authentication {
            evidence.age = self.settle(Age::Authentication, evidence.age);
        }
        if let Some(session) = &mut plain.session {
            session.age = self.settle(Age::Session, session.age);
            session.idle = self.settle(Age::Idle, session.idle);
        }
        let device = question.device.as_ref().filter(|_| self.items.has(Items::DEVICE));
        plain.device = device.map(|device| self.device(device));
        plain.grant &= self.items.has(Items::GRANT);
        if !self.items.has(Items::EXCEPTIONS) {
            plain.exceptions.clear();
        }
        plain
    }

    fn principal(&self, principal: Principal) -> Principal {
        let [person, service] = NOBODY;
        match principal.kind() {
            _ if self.everybody || self.principals.contains(&principal) => principal,
            PrincipalKind::Anonymous => principal,
            PrincipalKind::Person => person,
            PrincipalKind::Service => service,
        }
    }

    fn subject(&self, subject: &Subject, kind: PrincipalKind) -> Subject {
        let reads = |attribute: &str| self.everybody || self.attributes.contains(attribute);
        let told = if kind == PrincipalKind::Service { "name" } else { "kind" };
        Subject {
            email: if reads("email") { subject.email.clone() } else { String::new() },
            kind: if reads(told) { subject.kind.clone() } else { String::new() },
            risk: if reads("risk") { subject.risk } else { RiskLevel::Low },
            groups: subject.groups.iter().filter(|g| self.groups.contains(g.as_str())).cloned().collect(),
        }
    }

    fn device(&self, device: &DeviceEvidence) -> DeviceEvidence {
        let checks = match device.compliant() {
            _ if self.items.has(Items::FAILING) => device.checks.clone(),
            true => Arc::new(PostureCheck::ALL.iter().map(|check| (*check, CheckResult::Pass)).collect()),
            false => Arc::default(),
        };
        DeviceEvidence {
            checks,
            posture_age: device.posture_age.map(|age| self.settle(Age::Posture, age)),
            ..device.clone()
        }
    }

    /// Returns the lowest age at which every comparison has the same result as at this age.
    fn settle(&self, age: Age, seconds: i64) -> i64 {
        match self.ages.get(age as usize) {
            Some(used) if !used.freely => {
                used.turns.range(..=seconds).next_back().copied().unwrap_or(seconds.min(0))
            }
            _ => seconds,
        }
    }
}

fn is_principal(expr: &Expr) -> bool {
    matches!(expr.expr_kind(), ExprKind::Var(Var::Principal))
}

/// Returns whether the expression is an entity literal, or a set of entity literals.
fn is_named(expr: &Expr) -> bool {
    match expr.expr_kind() {
        ExprKind::Lit(Literal::EntityUID(_)) => true,
        ExprKind::Set(parts) => parts.iter().all(is_named),
        _ => false,
    }
}
